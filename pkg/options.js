// @ts-check
// What callers pass in: checked for its shape, and copied, before the module sees any of it.
//
// Copies have no prototype, and every property is read once: getters that throw or answer
// differently the second time, and properties that something put on Object.prototype, cannot reach
// a decision. What the values mean (is this a URL, a certificate?) the engine judges.

import { BUNDLE_FORMAT } from './bundle.js'
import { flag, guarded, instant, isList, listOf, oneOf, orNull, record } from './shape.js'
import { text, wholeNumber, wrong } from './shape.js'

/**
 * @template T
 * @typedef {import('./shape.js').Reader<T>} Reader
 */

/** The ids of the profiles that `profile` may name. */
export const PROFILE_IDS = Object.freeze([
  'amplitude',
  'aws-iam-identity-center',
  'entra-id',
  'generic',
])

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

/** A day: nobody is at the identity provider's login page for longer. */
const LONGEST_LIFETIME = 86_400

/** @type {Reader<number>} */
function waitingTime(value, name) {
  const milliseconds = wholeNumber(value, name)
  if (milliseconds >= 1 && milliseconds <= LONGEST_WAIT) return milliseconds
  throw wrong(name, `a whole number of milliseconds, 1 to ${LONGEST_WAIT}`, value)
}

/** @type {Reader<number>} */
function lifetime(value, name) {
  const seconds = wholeNumber(value, name)
  if (seconds >= 1 && seconds <= LONGEST_LIFETIME) return seconds
  throw wrong(name, `a whole number of seconds, 1 to ${LONGEST_LIFETIME}`, value)
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

/**
 * The Name of an Attribute, or several.
 *
 * @type {Reader<string[]>}
 */
function claim(value, name) {
  return typeof value === 'string' ? [text(value, name)] : listOf(text)(value, name)
}

/** The fields of a user that `claims` may map. */
export const CLAIM_FIELDS = Object.freeze([
  'costCenter',
  'department',
  'displayName',
  'division',
  'email',
  'employeeNumber',
  'externalId',
  'familyName',
  'givenName',
  'groups',
  'manager',
  'organization',
  'preferredLanguage',
  'roles',
  'title',
  'userName',
])

const serviceProvider = record({
  profile: oneOf(PROFILE_IDS),
  entityId: text,
  replyUrls: listOf(text),
  signOnUrl: text,
  logoutUrl: text,
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
  allowUnsignedLogout: flag,
  algorithms: record({ allowSha1: flag }),
  additionalAudiences: listOf(text),
  claims: record(Object.fromEntries(CLAIM_FIELDS.map((field) => [field, claim]))),
  requiredClaims: listOf(text),
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
  signingCertificates: certificates,
  encryptionCertificates: certificates,
  store,
  storeTimeoutMilliseconds: waitingTime,
  requestLifetimeSeconds: lifetime,
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

/** An xs:duration counts further, but no copy of metadata is kept for a hundred years. */
const LONGEST_CACHE = 100 * 366 * 86_400

/** @type {Reader<number>} */
function cacheSeconds(value, name) {
  const seconds = wholeNumber(value, name)
  if (seconds <= LONGEST_CACHE) return seconds
  throw wrong(name, `a whole number of seconds, up to ${LONGEST_CACHE}`, value)
}

const description = record({
  organization: record({ name: text, displayName: text, url: text, lang: text }, ['name', 'url']),
  contacts: listOf(
    record(
      {
        type: oneOf(['technical', 'support', 'administrative', 'billing', 'other']),
        givenName: text,
        surName: text,
        company: text,
        emailAddress: text,
        telephoneNumber: text,
      },
      ['type'],
    ),
  ),
  nameIdFormats: listOf(text),
  validUntil: instant,
  cacheSeconds,
  id: text,
  sign: flag,
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

const lint = record({
  now: instant,
  idpMetadataReadAt: instant,
  metadata: (value, name) => readDocument(value, name, Infinity, METADATA_FILE_HINT),
})

const METADATA_FILE_HINT = "Pass the text of the application's metadata file."

/**
 * Options of a ServiceProvider.
 *
 * @param {unknown} value
 */
export function readServiceProvider(value) {
  return guarded('the options', () => {
    const given = serviceProvider(value, '')
    if (given.requestLifetimeSeconds !== undefined && given.store === undefined) {
      throw wrong('store', 'a store, because requestLifetimeSeconds is given', undefined, STORE_HINT)
    }
    return given
  })
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

const bundleCheck = record({ id: text, status: text, code: text }, ['id', 'status'])

const bundle = record(
  {
    format: oneOf([BUNDLE_FORMAT]),
    options: (value) => value,
    context: (value) => value,
    canDecrypt: flag,
    checks: listOf(bundleCheck),
    message: text,
    digests: record({ response: flag, assertion: flag }, ['response', 'assertion']),
  },
  ['format', 'options', 'context', 'checks'],
)

/**
 * What `report.redacted()` made, also after a round trip through JSON.
 *
 * @param {unknown} value
 * @returns {Record<string, any>}
 */
export function readBundle(value) {
  return guarded('the bundle', () => {
    const given = bundle(value, '')
    return { ...given, context: withNow(context(given.context, 'context')) }
  })
}

/** The shortest key of a hash, in bytes; the module holds it, too. */
const AUDIT_KEY_BYTES = 16

/** @type {Reader<Uint8Array>} */
function auditKey(value, name) {
  const expected = `a secret of ${AUDIT_KEY_BYTES} bytes or more`
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
  if (!ArrayBuffer.isView(bytes)) throw wrong(name, `${expected}, text or bytes`, value)
  // Not shown in the error: it is a secret, however short.
  if (bytes.byteLength < AUDIT_KEY_BYTES) throw wrong(name, expected, bytes)
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const audit = record({
  subject: oneOf(['none', 'hash', 'plain']),
  key: auditKey,
  format: oneOf(['countersign', 'ecs', 'ocsf']),
})

/**
 * Options of an audit event.
 *
 * @param {unknown} value
 * @returns {{ subject: 'none' | 'hash' | 'plain', key?: Uint8Array, format: string }}
 */
export function readAudit(value) {
  return guarded('the options', () => {
    const { subject = 'none', format = 'countersign', key } = audit(value ?? {}, '')
    if (subject === 'hash' && key === undefined) {
      const hint =
        'There are so few names and e-mail addresses that anybody can try them all against a ' +
        'hash without a key. Make a random key once and keep it as you keep passwords.'
      throw wrong('key', `a secret, where subject is 'hash'`, undefined, hint)
    }
    return { subject, format, key }
  })
}

/**
 * Options for writing metadata, with the time of the call.
 *
 * @param {unknown} value
 */
export function readDescription(value) {
  return guarded('the options', () => withNow(description(value ?? {}, '')))
}

/**
 * What `lint` is told beside the set-up, with the time of the call.
 *
 * @param {unknown} value
 */
export function readLint(value) {
  return guarded('the options', () => withNow(lint(value ?? {}, '')))
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
 * @returns {any}
 */
export function readIncomplete(value) {
  return guarded('the options', () => {
    if (typeof value !== 'object' || value === null || isList(value)) {
      throw wrong('', 'an object', value)
    }
    return Object.assign(Object.create(null), value)
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
