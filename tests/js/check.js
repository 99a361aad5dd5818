// Assertions for a suite that runs where node:assert does not.

export class CheckFailed extends Error {}

/** A value as a failure shows it. */
function shown(value) {
  const text = typeof value === 'string' ? JSON.stringify(value) : stringify(value)
  return text.length > 600 ? `${text.slice(0, 600)}…` : text
}

function stringify(value) {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return String(value)
  }
}

export function ok(condition, what) {
  if (!condition) throw new CheckFailed(what)
}

export function equal(actual, expected, what) {
  if (Object.is(actual, expected)) return
  throw new CheckFailed(`${what}: expected ${shown(expected)}, got ${shown(actual)}`)
}

/** Plain data is the same whatever the order of its keys; absent and undefined are the same. */
export function same(actual, expected, what) {
  equal(canonical(actual), canonical(expected), what)
}

function canonical(value) {
  return JSON.stringify(value, (_, item) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
    return Object.fromEntries(Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1)))
  })
}

/** What `run` throws; fails if it does not. */
export function thrown(run, what) {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new CheckFailed(`${what}: nothing was thrown`)
}

/** What `promise` is rejected with; fails if it is not. */
export async function rejection(promise, what) {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new CheckFailed(`${what}: the promise was fulfilled`)
}

/** Every object within is frozen. */
export function frozen(value, what) {
  if (typeof value !== 'object' || value === null) return
  ok(Object.isFrozen(value), `${what} is frozen`)
  for (const [key, item] of Object.entries(value)) frozen(item, `${what}.${key}`)
}
