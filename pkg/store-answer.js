// @ts-check
// What a store answers, and what it makes of a report: whatever is not a plain yes refuses.

import { SamlError } from './errors.js'

/** @typedef {import('./replay.js').Judged} Judged */

/**
 * Takes back what the engine admitted.
 *
 * @param {Judged} judged changed in place
 * @param {string} id of the check that fails
 * @param {{ code: string, expected: string, actual: string, hint: string }} finding
 */
export function refuse(judged, id, finding) {
  const { data } = judged
  data.ok = false
  data.code = finding.code
  delete data.login
  delete data.logout
  setCheck(judged, id, { status: 'failed', ...finding })
}

/**
 * @param {Judged} judged
 * @param {string} id
 */
export function checkOf({ data }, id) {
  const check = data.checks.find((/** @type {{ id: string }} */ one) => one.id === id)
  if (check === undefined) throw new SamlError({ code: 'ERR_SAML_HOST' })
  return check
}

/**
 * @param {Judged} judged changed in place
 * @param {string} id
 * @param {object} finding
 */
export function setCheck(judged, id, finding) {
  const check = checkOf(judged, id)
  delete check.actual
  Object.assign(check, finding)
}

/** The store did not answer in time. */
export class Late extends Error {}

/**
 * What `ask` answers; fails if that takes too long.
 *
 * @param {number} timeout milliseconds
 * @param {() => unknown} ask
 */
export async function within(timeout, ask) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  const late = new Promise((_, reject) => {
    const message = `the store did not answer within ${timeout} milliseconds`
    timer = setTimeout(() => reject(new Late(message)), timeout)
  })
  try {
    return await Promise.race([ask(), late])
  } finally {
    clearTimeout(timer)
  }
}

/** @param {any} value */
export function isPromise(value) {
  return typeof value?.then === 'function'
}

/** @param {string} message */
export function needsAsync(message) {
  return new SamlError({
    code: 'ERR_SAML_NEEDS_ASYNC',
    message: `${message} Use validateResponse.`,
    hint: 'Await validateResponse instead of calling validateResponseSync.',
  })
}
