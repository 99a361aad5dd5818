// @ts-check
// Single Logout: the shape of what callers pass, and the words for what came of it. Whether a
// logout message may be acted on, the engine decides.

import { refusal } from './errors.js'
import { guarded, instant, isList, listOf, oneOf, orNull, record, text, wrong } from './shape.js'

/**
 * @typedef {'request' | 'response'} Kind which message the application takes it for
 * @typedef {import('./shape.js').Reader<unknown>} Reader
 */

/** What to look at where the message is neither text nor bytes. */
export const LOGOUT_HINT =
  'Pass the raw query of the request to the Logout URL (in Node: request.url), or for a POST the ' +
  'field SAMLRequest or SAMLResponse of the form.'

/** What a report on each kind is called in an audit log. */
export const EVENTS = /** @type {const} */ ({
  request: 'saml.logout-request',
  response: 'saml.logout-response',
})

/** The words of the page that posts a logout message. */
export const LOGOUT_WORDS = Object.freeze({
  title: 'Sign out',
  button: 'Continue to sign out',
})

/** Meanings of codes that would speak of a login. Fixed texts, which can be logged. */
const MEANINGS = new Map([
  ['ERR_SAML_STRUCTURE', 'The message is not the logout message that is wanted.'],
  ['ERR_SAML_STATUS', 'The identity provider reports that the logout failed.'],
  ['ERR_SAML_DESTINATION', 'The message is addressed to another Logout URL.'],
  ['ERR_SAML_IN_RESPONSE_TO', 'The message answers another logout request than was sent.'],
  ['ERR_SAML_UNSOLICITED', 'The message answers no logout request.'],
  ['ERR_SAML_TOO_OLD', 'The logout request is older than is accepted.'],
  ['ERR_SAML_NAMEID', 'The logout request does not name the user.'],
  ['ERR_SAML_REPLAY', 'The logout request was used before.'],
  ['ERR_SAML_STORE', 'The store failed: nobody can say whether the logout request was used.'],
])

/**
 * What a code means of a logout message, where that is not what it means of a login.
 *
 * @param {string} code
 */
export function logoutMeaning(code) {
  return MEANINGS.get(code)
}

/**
 * What may be acted on; throws where nothing may.
 *
 * @param {import('./index.js').Report} report
 * @param {unknown} [cause] what the store threw
 * @returns {any}
 */
export function admitLogout(report, cause) {
  if (report.logout === undefined) throw refusal(report, cause, logoutMeaning(report.code ?? ''))
  return report.logout
}

/** @type {Reader} */
const requestIds = (value, name) =>
  typeof value === 'string' ? [text(value, name)] : listOf(text)(value, name)

const contexts = {
  request: record({ relayState: orNull(text), now: instant }),
  response: record({ inResponseTo: orNull(requestIds), relayState: orNull(text), now: instant }),
}

/**
 * What a call says about the logout message at hand, with the time of the call.
 *
 * @param {Kind} kind
 * @param {unknown} value
 */
export function readLogoutContext(kind, value) {
  return guarded('the context', () => {
    const given = withNow(contexts[kind](value ?? {}, ''))
    given.kind = kind
    return given
  })
}

/**
 * Some properties of an object that has others as well, such as a Login: each is read once.
 *
 * @param {Record<string, Reader>} fields
 * @param {string} expected
 * @returns {import('./shape.js').Reader<Record<string, any>>}
 */
const partOf = (fields, expected) => (value, name) => {
  if (typeof value !== 'object' || value === null || isList(value)) {
    throw wrong(name, expected, value)
  }
  const copy = Object.create(null)
  for (const [key, read] of Object.entries(fields)) {
    if (!Object.hasOwn(value, key)) continue
    const given = /** @type {Record<string, unknown>} */ (value)[key]
    const item = given === undefined ? undefined : read(given, `${name}.${key}`)
    if (item !== undefined) copy[key] = item
  }
  return copy
}

const nameIdFields = {
  value: text,
  format: orNull(text),
  nameQualifier: orNull(text),
  spNameQualifier: orNull(text),
}

/** @type {import('./shape.js').Reader<Record<string, any>>} */
function nameId(value, name) {
  if (typeof value !== 'string') return record(nameIdFields, ['value'])(value, name)
  return Object.assign(Object.create(null), { value: text(value, name) })
}

const binding = oneOf(['redirect', 'post'])

const logoutRequest = record({
  login: partOf({ nameId, sessionIndex: orNull(text), issuer: text }, 'a Login'),
  nameId,
  sessionIndex: orNull(requestIds),
  binding,
  relayState: orNull(text),
  reason: orNull(text),
  notOnOrAfter: instant,
  id: text,
  idp: text,
  now: instant,
})

/**
 * Options of a LogoutRequest as the engine takes them. Who is signed out comes from the login, or
 * from nameId and sessionIndex beside each other.
 *
 * @param {unknown} value
 */
export function readLogoutRequest(value) {
  return guarded('the options', () => {
    const { login, ...given } = withNow(logoutRequest(value, ''))
    const request = Object.assign(Object.create(null), given)
    if (login !== undefined && request.nameId !== undefined) {
      throw wrong('nameId', 'left out where login is given', request.nameId)
    }
    request.nameId ??= login?.nameId
    if (request.nameId === undefined) {
      const hint = 'Keep login.nameId and login.sessionIndex in the session, and pass them here.'
      throw wrong('login', 'a Login, or nameId instead', undefined, hint)
    }
    if (login?.sessionIndex !== undefined) request.sessionIndex ??= [login.sessionIndex]
    // With several identity providers, the one that signed the user in.
    request.idp ??= login?.issuer
    return request
  })
}

const answered = partOf({ id: text, issuer: text, relayState: orNull(text) }, 'a LogoutRequest')

const logoutResponse = record(
  {
    inResponseTo: (value, name) => {
      if (typeof value !== 'string') return answered(value, name)
      return Object.assign(Object.create(null), { id: text(value, name) })
    },
    status: oneOf(['success', 'partial', 'denied', 'failed', 'unknown-principal']),
    binding,
    // `null` is none; absent is that of the request.
    relayState: (value, name) => (value === null ? null : text(value, name)),
    id: text,
    idp: text,
    now: instant,
  },
  ['inResponseTo'],
)

/**
 * Options of a LogoutResponse as the engine takes them: the request says whom to answer, and its
 * RelayState goes back.
 *
 * @param {unknown} value
 */
export function readLogoutResponse(value) {
  return guarded('the options', () => {
    const { inResponseTo: request, relayState, ...given } = withNow(logoutResponse(value, ''))
    if (request.id === undefined) throw wrong('inResponseTo.id', 'a value', undefined)
    const response = Object.assign(Object.create(null), given)
    response.inResponseTo = request.id
    response.idp ??= request.issuer
    const state = relayState === undefined ? request.relayState : relayState
    if (state !== undefined && state !== null) response.relayState = state
    return response
  })
}

/**
 * @param {Record<string, any>} given
 * @returns {Record<string, any>}
 */
function withNow(given) {
  given.now ??= Date.now()
  return given
}
