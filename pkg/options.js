// @ts-check
// What callers pass in: checked for its shape, and copied, before the module sees any of it.
//
// Copies have no prototype, and every property is read once: getters that throw or answer
// differently the second time, and properties that something put on Object.prototype, cannot reach
// a decision. What the values mean (is this a URL, a certificate?) the engine judges.

import { SamlError } from './errors.js'

/** The ids of the profiles that `profile` may name. */
export const PROFILE_IDS = Object.freeze([
  'amplitude',
  'aws-iam-identity-center',
  'entra-id',
  'generic',
])

/**
 * Checks one value and returns the copy that the module gets.
 *
 * @template T
 * @typedef {(value: unknown, name: string) => T} Reader
 */

/** @type {Reader<string>} */
function text(value, name) {
  if (typeof value !== 'string') throw wrong(name, 'a string', value)
  // Two different lone surrogates become the same U+FFFD on the way into the module.
  if (!value.isWellFormed()) throw wrong(name, 'well-formed Unicode text', value)
  return value
}

/** @type {Reader<boolean>} */
function flag(value, name) {
  if (typeof value !== 'boolean') throw wrong(name, 'true or false', value)
  return value
}

/** @type {Reader<number>} */
function wholeNumber(value, name) {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw wrong(name, 'a whole number, 0 or more', value)
}

/** @type {Reader<number>} */
function instant(value, name) {
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
const oneOf = (choices) => (value, name) => {
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
const listOf = (read) => (value, name) => {
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
const record = (fields, required = []) => (value, name) => {
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
function isList(value) {
  return Array.isArray(value) || ArrayBuffer.isView(value)
}

/**
 * `null` stands for absent where values come from form fields, cookies and databases.
 *
 * @template T
 * @param {Reader<T>} read
 * @returns {Reader<T | undefined>}
 */
const orNull = (read) => (value, name) => (value === null ? undefined : read(value, name))

const endpoint = record({ binding: text, location: text, responseLocation: text })

const keyUse = oneOf(['any', 'encryption', 'signing'])

const certificateFields = {
  subject: text,
  issuer: text,
  serialNumber: text,
  notBefore: text,
  notAfter: text,
  sha1: text,
  sha256: text,
  keyType: text,
  use: keyUse,
}

/** The most that `setTimeout` can wait for is 24 days; nobody waits ten minutes for a login. */
const LONGEST_WAIT = 600_000

/** @type {Reader<number>} */
function waitingTime(value, name) {
  const milliseconds = wholeNumber(value, name)
  if (milliseconds >= 1 && milliseconds <= LONGEST_WAIT) return milliseconds
  throw wrong(name, `a whole number of milliseconds, 1 to ${LONGEST_WAIT}`, value)
}

/** @type {Reader<import('./index.js').Store>} */
function store(value, name) {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    throw wrong(name, 'a store', value, STORE_HINT)
  }
  const { putIfAbsent, take } = /** @type {Record<string, unknown>} */ (value)
  for (const [method, given] of Object.entries({ putIfAbsent, take })) {
    if (typeof given === 'function') continue
    throw wrong(`${name}.${method}`, 'a function', given, STORE_HINT)
  }
  const call = (/** @type {any} */ method) => (/** @type {unknown[]} */ ...values) =>
    Reflect.apply(method, value, values)
  return { putIfAbsent: call(putIfAbsent), take: call(take) }
}

const STORE_HINT =
  "Wrap a client or connection in a store: new RedisStore(client) from 'countersign/stores/redis'."

/** By hand, or the data of an IdentityProvider, also after a round trip through JSON. */
const identityProvider = record(
  {
    entityId: text,
    certificates: listOf(text),
    singleSignOnUrl: text,
    singleLogoutUrl: text,
    template: flag,
    certificateFacts: listOf(record(certificateFields)),
    encryptionCertificates: listOf(record({ ...certificateFields, certificate: text })),
    unusableKeys: listOf(record({ use: keyUse, reason: text, line: wholeNumber })),
    singleSignOnServices: listOf(endpoint),
    singleLogoutServices: listOf(endpoint),
    nameIdFormats: listOf(text),
    wantAuthnRequestsSigned: flag,
    validUntil: text,
    cacheDuration: text,
    cacheSeconds: wholeNumber,
    signed: flag,
    signedBy: text,
  },
  ['entityId', 'certificates'],
)

const EXPECTED_IDP = 'Federation Metadata XML as text, or an identity provider'

/** @type {Reader<unknown>} */
function idp(value, name) {
  if (typeof value === 'string') return text(value, name)
  if (Array.isArray(value)) return listOf(identityProviderOrXml)(value, name)
  return identityProviderOrXml(value, name)
}

/** @type {Reader<unknown>} */
function identityProviderOrXml(value, name) {
  if (typeof value === 'string') return text(value, name)
  if (ArrayBuffer.isView(value)) {
    const hint = "Pass text: readFileSync('federation-metadata.xml', 'utf8')."
    throw wrong(name, EXPECTED_IDP, value, hint)
  }
  if (typeof value === 'object' && value !== null) return identityProvider(value, name)
  throw wrong(name, EXPECTED_IDP, value)
}

/**
 * One key or several. They stay as they are: a CryptoKey cannot be copied.
 *
 * @type {Reader<unknown[]>}
 */
function keys(value, name) {
  const list = Array.isArray(value) ? listOf((key) => key)(value, name) : [value]
  if (list.length === 0) throw wrong(name, 'a private key or several', value)
  return list
}

const serviceProvider = record({
  profile: oneOf(PROFILE_IDS),
  entityId: text,
  replyUrls: listOf(text),
  signOnUrl: text,
  idp,
  requireSigned: oneOf(['any', 'assertion', 'response', 'both']),
  allowIdpInitiated: flag,
  clockSkewSeconds: wholeNumber,
  requireMfa: flag,
  requireAuthnContext: listOf(text),
  maxAssertionAgeSeconds: wholeNumber,
  maxAuthnAgeSeconds: wholeNumber,
  sessionExpiry: oneOf(['enforce', 'report']),
  certificateExpiry: oneOf(['ignore', 'warn', 'fail']),
  requireEncrypted: flag,
  algorithms: record({ allowSha1: flag }),
  additionalAudiences: listOf(text),
  limits: record({
    inputBytes: wholeNumber,
    depth: wholeNumber,
    nodes: wholeNumber,
    attributes: wholeNumber,
    attributesPerElement: wholeNumber,
    namespaces: wholeNumber,
    namespacesPerElement: wholeNumber,
    canonicalBytes: wholeNumber,
  }),
  crypto: oneOf(['auto', 'ring', 'host']),
  decryptionKeys: keys,
  signingKey: (key) => key,
  store,
  storeTimeoutMilliseconds: waitingTime,
})

const context = record({
  inResponseTo: orNull((value, name) =>
    typeof value === 'string' ? [text(value, name)] : listOf(text)(value, name),
  ),
  replyUrl: orNull(text),
  relayState: orNull(text),
  now: instant,
})

const loginRequest = record({
  binding: oneOf(['redirect', 'post']),
  relayState: orNull(text),
  forceAuthn: flag,
  isPassive: flag,
  loginHint: orNull(text),
  id: text,
  idp: text,
  replyUrl: text,
  nameIdFormat: text,
  authnContext: listOf(text),
  now: instant,
})

/** @type {Reader<string[]>} */
function certificates(value, name) {
  const list = typeof value === 'string' ? [text(value, name)] : listOf(text)(value, name)
  if (list.length === 0) throw wrong(name, 'a certificate or several', value)
  return list
}

const metadata = record({
  entityId: text,
  signedBy: certificates,
  algorithms: record({ allowSha1: flag }),
  now: instant,
})

const comparison = record({ now: instant })

/**
 * Options of a ServiceProvider.
 *
 * @param {unknown} value
 */
export function readServiceProvider(value) {
  return guarded('the options', () => serviceProvider(value, ''))
}

/**
 * What a call says about the message at hand, with the time of the call.
 *
 * @param {unknown} value
 */
export function readContext(value) {
  return guarded('the context', () => withNow(context(value ?? {}, '')))
}

/**
 * Options of a login request, with the time of the call.
 *
 * @param {unknown} value
 */
export function readLoginRequest(value) {
  return guarded('the options', () => withNow(loginRequest(value ?? {}, '')))
}

/**
 * Options for reading metadata, with the time of the call.
 *
 * @param {unknown} value
 */
export function readMetadataOptions(value) {
  return guarded('the options', () => withNow(metadata(value ?? {}, '')))
}

/**
 * Two identity providers to compare, and the time of the call.
 *
 * @param {unknown} current
 * @param {unknown} next
 * @param {unknown} options
 */
export function readComparison(current, next, options) {
  return guarded('the identity providers', () => ({
    current: identityProvider(current, 'this'),
    next: identityProviderOrXml(next, 'the other identity provider'),
    now: withNow(comparison(options ?? {}, '')).now,
  }))
}

/**
 * Options of a ServiceProvider before they are complete: each property read once, none checked.
 *
 * @param {unknown} value
 * @returns {Record<string, any>}
 */
export function readIncomplete(value) {
  return guarded('the options', () => {
    if (typeof value !== 'object' || value === null || isList(value)) {
      throw wrong('', 'an object', value)
    }
    return Object.assign(Object.create(null), value)
  })
}

/** @param {Record<string, any>} given */
function withNow(given) {
  given.now ??= Date.now()
  return given
}

/**
 * A message or a metadata document: text, or bytes.
 *
 * @param {unknown} value
 * @param {string} name
 * @param {number} longest beyond this many characters or bytes only the beginning is passed on: it
 *   is far more than the engine accepts, so that the engine answers that it is too large
 * @param {string} hint what to look at where it is neither
 * @returns {string | Uint8Array}
 */
export function readDocument(value, name, longest, hint) {
  return guarded(name, () => {
    if (typeof value === 'string') return value.length > longest ? value.slice(0, longest) : value
    if (ArrayBuffer.isView(value)) {
      const length = Math.min(value.byteLength, longest)
      // Bytes that were transferred to another thread have no buffer any more.
      if (length === 0) return new Uint8Array()
      return new Uint8Array(value.buffer, value.byteOffset, length)
    }
    throw wrong(name, 'a string or a Uint8Array', value, hint)
  })
}

/**
 * Runs code of the caller (getters, proxies) so that what it throws leaves as a SamlError.
 *
 * @template T
 * @param {string} what
 * @param {() => T} read
 * @returns {T}
 */
function guarded(what, read) {
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
function wrong(name, expected, value, hint) {
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
