// @ts-check
// The shape of a value: readers that check it and return a copy without a prototype, and the words
// for what is wrong with it.

import { SamlError } from './errors.js'

/**
 * Checks one value and returns the copy that the module gets.
 *
 * @template T
 * @typedef {(value: unknown, name: string) => T} Reader
 */

/** @type {Reader<string>} */
export function text(value, name) {
  if (typeof value !== 'string') throw wrong(name, 'a string', value)
  // Two different lone surrogates become the same U+FFFD on the way into the module.
  if (!value.isWellFormed()) throw wrong(name, 'well-formed Unicode text', value)
  return value
}

/** @type {Reader<boolean>} */
export function flag(value, name) {
  if (typeof value !== 'boolean') throw wrong(name, 'true or false', value)
  return value
}

/** @type {Reader<number>} */
export function wholeNumber(value, name) {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw wrong(name, 'a whole number, 0 or more', value)
}

/** @type {Reader<number>} */
export function instant(value, name) {
  const milliseconds = typeof value === 'number' ? value : timeOf(value)
  // The range of Date; NaN, which an invalid Date holds, is outside.
  if (milliseconds !== undefined && Math.abs(milliseconds) <= 8.64e15) {
    return Math.trunc(milliseconds)
  }
  throw wrong(name, 'a valid Date, or milliseconds since 1970', value)
}

/**
 * Milliseconds of a Date, also of one that another realm made.
 *
 * @param {unknown} value
 */
function timeOf(value) {
  try {
    return Date.prototype.getTime.call(value)
  } catch {
    return undefined
  }
}

/**
 * @template {string} T
 * @param {readonly T[]} choices
 * @returns {Reader<T>}
 */
export const oneOf = (choices) => (value, name) => {
  const choice = choices.find((known) => known === value)
  if (choice !== undefined) return choice
  const near = typeof value === 'string' ? nearest(value, choices) : undefined
  const expected = `one of ${choices.map((known) => `'${known}'`).join(', ')}`
  throw wrong(name, expected, value, near && `Did you mean '${near}'?`)
}

/**
 * @template T
 * @param {Reader<T>} read
 * @returns {Reader<T[]>}
 */
export const listOf = (read) => (value, name) => {
  if (!Array.isArray(value)) throw wrong(name, 'an array', value)
  // Not `map`, which a subclass of Array may replace and which skips holes.
  return Array.from({ length: value.length }, (_, index) => read(value[index], `${name}[${index}]`))
}

/**
 * An object with these properties and no other. Absent and undefined are the same.
 *
 * @param {Record<string, Reader<unknown>>} fields
 * @param {readonly string[]} [required]
 * @returns {Reader<Record<string, any>>}
 */
export const record = (fields, required = []) => (value, name) => {
  if (typeof value !== 'object' || value === null || isList(value)) {
    throw wrong(name, 'an object', value)
  }
  const copy = Object.create(null)
  const prefix = name === '' ? '' : `${name}.`
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(fields, key)) throw unknown(prefix, key, Object.keys(fields))
    const given = /** @type {Record<string, unknown>} */ (value)[key]
    const read = given === undefined ? undefined : fields[key]?.(given, prefix + key)
    if (read !== undefined) copy[key] = read
  }
  for (const key of required) {
    if (!(key in copy)) throw wrong(prefix + key, 'a value', undefined)
  }
  return copy
}

/**
 * Arrays and bytes: their elements would pass for properties, one by one.
 *
 * @param {unknown} value
 */
export function isList(value) {
  return Array.isArray(value) || ArrayBuffer.isView(value)
}

/**
 * `null` stands for absent where values come from form fields, cookies and databases.
 *
 * @template T
 * @param {Reader<T>} read
 * @returns {Reader<T | undefined>}
 */
export const orNull = (read) => (value, name) => (value === null ? undefined : read(value, name))

/**
 * Runs code of the caller (getters, proxies) so that what it throws leaves as a SamlError.
 *
 * @template T
 * @param {string} what
 * @param {() => T} read
 * @returns {T}
 */
export function guarded(what, read) {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof SamlError) throw cause
    const message = `Reading ${what} failed.`
    throw new SamlError({ code: 'ERR_SAML_OPTIONS', message, cause })
  }
}

/**
 * @param {string} name
 * @param {string} expected
 * @param {unknown} value
 * @param {string} [hint]
 */
export function wrong(name, expected, value, hint) {
  const subject = name === '' ? 'The argument' : name
  return new SamlError({
    code: 'ERR_SAML_OPTIONS',
    message: `${subject} must be ${expected}.`,
    expected,
    actual: shown(value),
    hint,
  })
}

/**
 * @param {string} prefix
 * @param {string} key
 * @param {readonly string[]} known
 */
function unknown(prefix, key, known) {
  const near = nearest(key, known)
  return new SamlError({
    code: 'ERR_SAML_OPTIONS',
    message: `There is no option ${shown(prefix + key)}${near ? `: did you mean '${near}'?` : '.'}`,
    expected: near ? prefix + near : `one of ${known.join(', ')}`,
    actual: shown(prefix + key),
    hint: near ? `Write ${prefix}${near}.` : 'Remove it: options that do nothing hide mistakes.',
  })
}

/**
 * A value as an error may repeat it: short, and without running code of the caller.
 *
 * @param {unknown} value
 */
function shown(value) {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value)
    case 'object':
      if (ArrayBuffer.isView(value)) return 'bytes'
      return value === null ? 'null' : Array.isArray(value) ? 'an array' : 'an object'
    default:
      return `a ${typeof value}`
  }
}

/**
 * The known name that a misspelt one most likely stands for.
 *
 * @param {string} name
 * @param {readonly string[]} known
 */
function nearest(name, known) {
  if (name.length > 40) return undefined
  const folded = name.toLowerCase()
  let best
  let least = Math.max(2, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(folded, candidate.toLowerCase())
    if (distance < least) {
      best = candidate
      least = distance
    }
  }
  return best
}

/**
 * Insertions, deletions and replacements that turn one word into the other.
 *
 * @param {string} from
 * @param {string} to
 */
function editDistance(from, to) {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = from[row - 1] === to[column - 1] ? 0 : 1
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + replaced,
        ),
      )
    }
    previous = current
  }
  return previous[to.length] ?? 0
}
