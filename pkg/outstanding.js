// @ts-check
// Outstanding requests: with `requestLifetimeSeconds` the store holds the ID of each request that
// is sent, and lets go of it with the answer, so that a request is answered once and in time.
//
// It does not say whose request it was. That only the browser's session can, so `inResponseTo` is
// needed all the same: an ID that is taken from the message and merely found in the store would let
// an attacker sign his victim in as himself.

import { SamlError } from './errors.js'
import { Late, isPromise, needsAsync, refuse, within } from './store-answer.js'

/**
 * @typedef {import('./index.js').Store} Store
 * @typedef {import('./replay.js').Judged} Judged
 */

const NAMESPACE = 'saml:request:'

/** Databases and Durable Objects take keys of about 2,000 bytes. */
const LONGEST_ID = 512

const STORE_HINT =
  'See whether the store can be reached and has room; the cause of the error says what it reported.'

/**
 * Holds the ID of a request that is about to be sent.
 *
 * @param {string} id
 * @param {number} seconds
 * @param {Store} store
 * @param {number} timeout milliseconds after which the store counts as failed
 * @throws {SamlError} `ERR_SAML_STORE` where it cannot be held, `ERR_SAML_OPTIONS` where it was
 *   used before or is too long
 */
export async function remember(id, seconds, store, timeout) {
  if (id.length > LONGEST_ID) throw wrongId(id, `at most ${LONGEST_ID} characters`)
  let held
  try {
    const expiresAt = Date.now() + seconds * 1000
    held = await within(timeout, () => store.putIfAbsent(NAMESPACE + id, expiresAt))
    if (typeof held !== 'boolean') throw new TypeError('the store answered neither true nor false')
  } catch (cause) {
    throw new SamlError({
      code: 'ERR_SAML_STORE',
      message: 'The store failed, so no request was made: its answer could not be recognised.',
      hint: STORE_HINT,
      cause,
    })
  }
  if (!held) throw wrongId(id, 'an ID that was not used before')
}

/**
 * @param {string} actual
 * @param {string} expected
 */
function wrongId(actual, expected) {
  return new SamlError({
    code: 'ERR_SAML_OPTIONS',
    message: 'id cannot be that of a new request.',
    expected,
    actual,
    hint: 'Leave id out: then it is drawn at random.',
  })
}

/**
 * Lets go of the request that a message answers. Only of one that nothing else stands against: a
 * message that is refused uses nothing up.
 *
 * @param {Judged} judged changed in place
 * @param {Store} store
 * @param {number} timeout milliseconds after which the store counts as failed
 */
export async function takeRequest(judged, store, timeout) {
  const key = answeredBy(judged)
  if (key === undefined) return
  try {
    settle(judged, await within(timeout, () => store.take(key)))
  } catch (cause) {
    storeFailed(judged, cause)
  }
}

/**
 * The same with a store that answers at once.
 *
 * @param {Judged} judged changed in place
 * @param {Store} store
 * @throws {SamlError} `ERR_SAML_NEEDS_ASYNC` where it does not
 */
export function takeRequestSync(judged, store) {
  const key = answeredBy(judged)
  if (key === undefined) return
  let waits
  try {
    const answer = store.take(key)
    waits = isPromise(answer)
    // Nobody waits for it any more: its failure must not end the process.
    if (waits) Promise.resolve(answer).catch(() => undefined)
    else settle(judged, answer)
  } catch (cause) {
    storeFailed(judged, cause)
  }
  if (waits) throw needsAsync('The store answers with a promise.')
}

/**
 * The key of the request that is answered; `undefined` where the message is refused anyway, or
 * answers none, which the engine has judged.
 *
 * @param {Judged} judged
 */
function answeredBy({ data }) {
  const id = (data.login ?? data.logout)?.inResponseTo
  return id === undefined ? undefined : NAMESPACE + id
}

/**
 * @param {Judged} judged
 * @param {unknown} answer
 */
function settle(judged, answer) {
  if (answer === true) return
  // Truthy is not enough: it is what a wrongly connected store answers.
  if (answer !== false) throw new TypeError('the store answered neither true nor false')
  refuse(judged, 'in-response-to', {
    code: 'ERR_SAML_IN_RESPONSE_TO',
    expected: 'the answer to a request that waits for one',
    actual: 'the request was answered before, or too long ago',
    hint:
      'The user pressed Back, or took longer than requestLifetimeSeconds: let them start again. ' +
      'Requests that were made before requestLifetimeSeconds was set are not known either.',
  })
}

/**
 * @param {Judged} judged
 * @param {unknown} cause
 */
function storeFailed(judged, cause) {
  judged.cause = cause
  refuse(judged, 'in-response-to', {
    code: 'ERR_SAML_STORE',
    expected: 'a store that says whether the request waits for an answer',
    actual: cause instanceof Late ? cause.message : 'the store failed',
    hint: STORE_HINT,
  })
}
