// @ts-check
// What somebody who studies a message may want to leave out, to see what else is wrong with it.

import { allowIdpInitiated, isNow, setRequestId, setTime } from './form.js'

/**
 * @typedef {object} Remedy
 * @property {string} label of the button
 * @property {string} note what it means
 * @property {() => void} apply changes the form
 */

/**
 * @param {import('./engine.js').Report} report
 * @returns {Remedy | undefined}
 */
export function remedy({ code, message }) {
  switch (code) {
    case 'ERR_SAML_EXPIRED':
    case 'ERR_SAML_SESSION_EXPIRED':
    case 'ERR_SAML_NOT_YET_VALID':
    case 'ERR_SAML_TOO_OLD':
      return ownTime(message?.issueInstant)
    case 'ERR_SAML_IN_RESPONSE_TO':
      return ownRequest(message?.inResponseTo ?? message?.assertions[0]?.inResponseTo)
    case 'ERR_SAML_UNSOLICITED':
      return {
        label: 'Check again, with such sign-ins allowed',
        note: 'If the application is meant to accept sign-ins that begin at the identity provider.',
        apply: allowIdpInitiated,
      }
    default:
      return undefined
  }
}

/** @param {string | undefined} iso as the message writes it */
function ownTime(iso) {
  if (!isNow() || iso === undefined || Number.isNaN(Date.parse(iso))) return undefined
  return {
    label: 'Check again, as of when it was made',
    note: 'If the message simply is an old one, and you want to know what else is wrong with it.',
    apply: () => setTime(iso),
  }
}

/** @param {string | undefined} id */
function ownRequest(id) {
  if (id === undefined) return undefined
  return {
    label: 'Check again, with the request ID of the message',
    note: 'If you do not know which ID the application sent. This one check then proves nothing.',
    apply: () => setRequestId(id),
  }
}
