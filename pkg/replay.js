// @ts-check
// The last check: was the assertion, or the logout request, used before? The engine keeps no state,
// so it leaves this one open; the store decides it, and is asked only about a message that nothing
// else stands against.
//
// Whatever is not a plain yes refuses: a store that throws, hangs or answers something else is a
// store that a replayed assertion could have knocked over.

import { Late, checkOf, isPromise, needsAsync, refuse, setCheck, within } from './store-answer.js'

/**
 * @typedef {import('./index.js').Store} Store
 *
 * @typedef {object} Judged what the engine decided, before it becomes a Report
 * @property {any} data
 * @property {number} now the time that was judged by, milliseconds since 1970
 * @property {unknown} [cause] what the store threw
 * @property {MakeBundle} [bundle]
 *
 * @typedef {import('./index.js').Check} Check
 * @typedef {(checks: readonly Check[]) => import('./index.js').Bundle} MakeBundle
 *
 * @typedef {object} Question
 * @property {string} key
 * @property {number} expiresAt
 * @property {Used} used
 *
 * @typedef {typeof USED[keyof typeof USED]} Used
 */

/** Of what is used once. Its keys are set apart from whatever else the store holds. */
const USED = Object.freeze({
  login: Object.freeze({
    namespace: 'saml:assertion:',
    inspects: 'inspectResponse',
    name: 'an assertion',
    hint:
      'The user pressed Back or Reload, or clicked twice: let them sign in again. If they did ' +
      'neither, somebody else holds a copy of the message: look where both came from.',
    storeHint:
      'Nobody was signed in. See whether the store can be reached and has room; the cause of the ' +
      'error says what it reported. Do not sign in without it: a stolen message would work again.',
  }),
  logout: Object.freeze({
    namespace: 'saml:logout:',
    inspects: 'inspectLogoutRequest',
    name: 'a logout request',
    hint:
      'The browser delivered it twice (Back or Reload), or somebody holds a copy. Its sessions ' +
      'were ended the first time, so there is nothing left to do.',
    storeHint:
      'Nobody was signed out. See whether the store can be reached and has room; the cause of the ' +
      'error says what it reported.',
  }),
})

/** Longer keys are hashed: databases and Durable Objects take about 2,000 bytes. */
const LONGEST_KEY = 512

/**
 * Servers that share a store may disagree on the time. One that is behind still accepts the
 * assertion after the others let go of its key, so they hold it this much longer.
 */
const CLOCKS_DIFFER = 60_000

/**
 * Whether it has a replay check: an answer to a logout request has none.
 *
 * @param {Judged} judged
 */
export function isUsedOnce({ data }) {
  return data.checks.some((/** @type {{ id: string }} */ { id }) => id === 'replay')
}

/**
 * Decides the replay check.
 *
 * @param {Judged} judged changed in place
 * @param {Store} store
 * @param {number} timeout milliseconds after which the store counts as failed
 */
export async function askStore(judged, store, timeout) {
  const question = questionOf(judged)
  if (question === undefined) return
  try {
    const { expiresAt, used } = question
    const key = await shortened(question)
    settle(judged, used, await within(timeout, () => store.putIfAbsent(key, expiresAt)))
  } catch (cause) {
    storeFailed(judged, question.used, 'the store failed', cause)
  }
}

/**
 * The same with a store that answers at once.
 *
 * @param {Judged} judged changed in place
 * @param {Store} store
 * @throws {SamlError} `ERR_SAML_NEEDS_ASYNC` where it does not
 */
export function askStoreSync(judged, store) {
  const question = questionOf(judged)
  if (question === undefined) return
  // Its hash would have to be waited for, and must be the one that `askStore` finds.
  if (question.key.length > LONGEST_KEY) throw needsAsync('The name of the assertion is very long.')
  let answer
  let waits
  try {
    answer = store.putIfAbsent(question.key, question.expiresAt)
    waits = isPromise(answer)
  } catch (cause) {
    storeFailed(judged, question.used, 'the store failed', cause)
    return
  }
  if (waits) {
    // Nobody waits for it any more: its failure must not end the process.
    Promise.resolve(answer).catch(() => undefined)
    throw needsAsync('The store answers with a promise.')
  }
  settle(judged, question.used, answer)
}

/**
 * Leaves the check open: who only looks at a message must not use it up.
 *
 * @param {Judged} judged changed in place
 */
export function leaveUnused(judged) {
  const question = questionOf(judged)
  if (question === undefined) return
  const { inspects } = question.used
  setCheck(judged, 'replay', {
    actual: `the store was not asked: ${inspects} looks at a message without using it up`,
  })
}

/**
 * What to ask the store; `undefined` where there is no login that it could stand against.
 *
 * @param {Judged} judged
 * @returns {Question | undefined}
 */
function questionOf(judged) {
  const { login, logout } = judged.data
  const admitted = login ?? logout
  if (admitted === undefined) {
    const { actual } = checkOf(judged, 'replay')
    if (actual === 'no store is configured') {
      setCheck(judged, 'replay', { actual: 'the store is not asked about a message that is refused' })
    }
    return undefined
  }
  // Judged by an earlier time than now (a recorded message): remembered for as long from now on.
  if (logout?.signedBy.length === 0) {
    // Anybody writes another one with another ID: to remember it stops nobody and fills the store.
    setCheck(judged, 'replay', { actual: 'the store is not asked about a message that nobody signed' })
    return undefined
  }
  const used = login === undefined ? USED.logout : USED.login
  const behind = Math.max(0, Date.now() - judged.now)
  const expiresAt = Date.parse(admitted.replay.expiresAt) + behind + CLOCKS_DIFFER
  if (!Number.isFinite(expiresAt)) {
    // Compared with NaN every entry has expired, and every replay would be the first use.
    storeFailed(judged, used, 'it expires at a time that no store can hold')
    return undefined
  }
  return { key: used.namespace + admitted.replay.key, expiresAt, used }
}

/** @param {Question} question */
async function shortened({ key, used }) {
  if (key.length <= LONGEST_KEY) return key
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key))
  const bytes = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0'))
  // No key as it stands looks like this: it holds the blank between Issuer and ID.
  return `${used.namespace}sha256:${bytes.join('')}`
}

/**
 * @param {Judged} judged
 * @param {Used} used
 * @param {unknown} answer
 */
function settle(judged, used, answer) {
  if (answer === true) setCheck(judged, 'replay', { status: 'passed' })
  else if (answer === false) {
    refuse(judged, 'replay', {
      code: 'ERR_SAML_REPLAY',
      expected: `${used.name} that was not used before`,
      actual: 'the store holds its ID',
      hint: used.hint,
    })
  } else {
    // Truthy is not enough: `[]`, `{}` and `'OK'` are what a wrongly connected store answers.
    const type = answer === null ? 'null' : typeof answer
    storeFailed(judged, used, `the store answered with ${type}, not true or false`)
  }
}

/**
 * @param {Judged} judged
 * @param {Used} used
 * @param {string} actual
 * @param {unknown} [cause]
 */
function storeFailed(judged, used, actual, cause) {
  judged.cause = cause
  refuse(judged, 'replay', {
    code: 'ERR_SAML_STORE',
    expected: `a store that says whether ${used.name} was used before`,
    actual: cause instanceof Late ? cause.message : actual,
    hint: used.storeHint,
  })
}
