// @ts-check
// A message and its set-up for a bug report: without personal data, and judged the same elsewhere.

/**
 * @typedef {import('./index.js').Bundle} Bundle
 * @typedef {import('./index.js').BundleCheck} BundleCheck
 */

export { BUNDLE_FORMAT }

/** Of another number, nobody knows what it means. */
const BUNDLE_FORMAT = 'countersign.bundle/1'

/** The options that decide, and hold neither keys nor state. */
const OPTIONS = [
  'profile',
  'entityId',
  'replyUrls',
  'signOnUrl',
  'requireSigned',
  'allowIdpInitiated',
  'clockSkewSeconds',
  'requireMfa',
  'requireAuthnContext',
  'maxAssertionAgeSeconds',
  'maxAuthnAgeSeconds',
  'sessionExpiry',
  'certificateExpiry',
  'requireEncrypted',
  'algorithms',
  'additionalAudiences',
  'claims',
  'requiredClaims',
  'limits',
]

/** What of an identity provider decides. Metadata also names people to contact. */
const IDENTITY_PROVIDER = [
  'entityId',
  'certificates',
  'singleSignOnUrl',
  'singleSignOnServices',
  'wantAuthnRequestsSigned',
]

/**
 * The set-up as it can be shown.
 *
 * @param {Record<string, any>} options
 * @param {(xml: string) => object} readMetadata
 */
export function shownOptions(options, readMetadata) {
  const one = (/** @type {any} */ idp) =>
    pick(typeof idp === 'string' ? readMetadata(idp) : idp, IDENTITY_PROVIDER)
  const { idp } = options
  return { ...pick(options, OPTIONS), idp: Array.isArray(idp) ? idp.map(one) : one(idp) }
}

/**
 * The answers alone: what was expected and what came may hold anything.
 *
 * @param {readonly BundleCheck[]} checks
 * @returns {BundleCheck[]}
 */
export function answers(checks) {
  return checks.map(({ id, status, code }) =>
    code === undefined ? { id, status } : { id, status, code },
  )
}

/**
 * @param {readonly BundleCheck[]} some
 * @param {readonly BundleCheck[]} others
 */
export function sameAnswers(some, others) {
  return JSON.stringify(answers(some)) === JSON.stringify(answers(others))
}

/**
 * No store is in a bundle: what it answered stands as it was recorded.
 *
 * @template {BundleCheck} Found
 * @param {readonly Found[]} found
 * @param {readonly BundleCheck[]} recorded
 * @returns {(Found | BundleCheck)[]}
 */
export function withStore(found, recorded) {
  const of = (/** @type {string} */ name) => recorded.find(({ id }) => id === name)
  // The store is asked only where nothing else failed, first for the message, then for the request.
  const asked = of('replay')?.status === 'passed'
  return found.map((check) => {
    const decided = check.id === 'replay' || (check.id === 'in-response-to' && asked)
    return decided ? (of(check.id) ?? check) : check
  })
}

/**
 * @param {any} data
 * @param {readonly string[]} names
 */
function pick(data, names) {
  const given = names.filter((name) => data[name] !== undefined)
  return Object.fromEntries(given.map((name) => [name, data[name]]))
}
