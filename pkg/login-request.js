// @ts-check
// Messages to be sent: what the engine makes of them, signed by the host where there is a key.

import { SamlError } from './errors.js'
import { deepFreeze } from './report.js'

/**
 * @typedef {object} Sent
 * @property {string} id
 * @property {string} [url]
 * @property {{ action: string, fields: { name: string, value: string }[] }} [form]
 * @property {string[]} warnings
 */

/** An ID that nobody can guess, and that Entra ID takes: it must not begin with a digit. */
export function randomId() {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16))
  return `_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

/**
 * Has the host sign.
 *
 * @param {import('./sign.js').Signer} signer
 * @param {Uint8Array} data
 */
export async function signed(signer, data) {
  try {
    return await signer.sign(new Uint8Array(data))
  } catch (cause) {
    throw new SamlError({
      code: 'ERR_SAML_HOST',
      message: 'The message could not be signed.',
      hint: 'Check the option signingKey.',
      cause,
    })
  }
}

/** The words of the page that posts a login request. */
export const LOGIN_WORDS = Object.freeze({
  title: 'Sign in',
  button: 'Continue to sign in',
})

/**
 * The public form of a message that can go.
 *
 * @param {Sent} sent
 * @param {{ title: string, button: string }} words of the page that posts it
 */
export function outgoing({ id, url, form, warnings }, words) {
  if (form === undefined) return deepFreeze({ id, url, warnings })
  const fields = Object.fromEntries(form.fields.map(({ name, value }) => [name, value]))
  const { action } = form
  return deepFreeze({ id, form: { action, fields, html: page(action, form.fields, words) }, warnings })
}

/**
 * A page that posts the form by itself, or by a click where scripts are off.
 *
 * @param {string} action
 * @param {{ name: string, value: string }[]} fields
 * @param {{ title: string, button: string }} words
 */
function page(action, fields, { title, button }) {
  const inputs = fields.map(
    ({ name, value }) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  )
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>` +
    `<body><form method="post" action="${escaped(action)}">${inputs.join('')}` +
    `<button>${button}</button></form>` +
    '<script>document.forms[0].submit()</script></body></html>'
  )
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
