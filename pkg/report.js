// @ts-check
// Results: plain frozen data, and what can be made of a report without the message.

import { auditEvent } from './audit.js'
import { readAudit } from './options.js'

/**
 * @typedef {import('./index.js').Check} Check
 * @typedef {import('./index.js').Login} Login
 * @typedef {import('./index.js').Outline} Outline
 * @typedef {import('./audit.js').Occasion} Occasion
 */

const REDACTED = '[redacted]'

/** Everything a validation found. */
export class Report {
  /** @type {Occasion} */
  #occasion
  /** @type {import('./replay.js').MakeBundle | undefined} */
  #makeBundle

  /**
   * @param {any} data what the engine answered
   * @param {Occasion} occasion
   * @param {import('./replay.js').MakeBundle} [makeBundle]
   */
  constructor(data, occasion, makeBundle) {
    this.ok = data.ok === true
    if (data.code !== undefined) this.code = data.code
    /** @type {readonly Check[]} */
    this.checks = data.checks
    /** @type {Outline | undefined} */
    this.message = data.message
    /** @type {readonly import('./index.js').Hint[]} */
    this.hints = data.hints
    if (data.login !== undefined) {
      /** @type {Login} */
      this.login = data.login
      data.login.attributes = valuesByName(data.login.attributeList)
      // Not enumerable, so that a login can be stored as JSON: the report holds the login again.
      Object.defineProperty(data.login, 'report', { value: this })
    }
    if (data.logout !== undefined) {
      /** @type {import('./index.js').LogoutRequest | import('./index.js').LogoutResponse} */
      this.logout = data.logout
      Object.defineProperty(data.logout, 'report', { value: this })
    }
    if (data.bundle !== undefined) {
      /** @type {import('./index.js').Bundle} */
      this.bundle = data.bundle
    }
    this.#occasion = occasion
    this.#makeBundle = makeBundle
    deepFreeze(this)
  }

  /** @param {import('./index.js').AuditOptions} [options] */
  toAuditEvent(options) {
    const event = auditEvent(/** @type {any} */ (this), this.#occasion, readAudit(options))
    return /** @type {any} */ (event)
  }

  /**
   * This report without personal data: no login, no subject, no attribute value, and none of them
   * quoted in a text; with a bundle that is judged the same.
   */
  redacted() {
    const hide = eraser(personalValues(this))
    const checks = this.checks.map((check) => {
      // Why a check was skipped is a fixed text.
      if (check.status === 'skipped') return check
      // The identity provider's own words may name the user in ways that nobody can list.
      const opaque = check.id === 'status' || check.id === 'subject'
      return mapText(check, ['actual', 'hint'], opaque ? keepErrorNumber : hide)
    })
    const hints = this.hints.map((hint) => mapText(hint, ['text'], hide))
    const { ok, code } = this
    const message = redactOutline(this.message, hide)
    const bundle = this.#makeBundle?.(this.checks) ?? this.bundle
    return new Report({ ok, code, checks, hints, message, bundle }, this.#occasion)
  }
}

/**
 * The values of each attribute; attributes of one name add up. An attribute may be named
 * `__proto__`: `fromEntries` makes it a property like any other, an assignment would not.
 *
 * @param {readonly import('./index.js').Attribute[]} list
 */
function valuesByName(list) {
  /** @type {Map<string, string[]>} */
  const byName = new Map()
  for (const { name, values } of list) {
    const known = byName.get(name)
    if (known === undefined) byName.set(name, [...values])
    else for (const value of values) known.push(value)
  }
  return Object.fromEntries(byName)
}

/** What an outline says of an assertion beside its subject and attributes. */
const IMPERSONAL = /** @type {const} */ ([
  'id',
  'issuer',
  'encrypted',
  'nameIdFormat',
  'audiences',
  'recipient',
  'inResponseTo',
  'notBefore',
  'notOnOrAfter',
  'authnContext',
])

/**
 * @param {Outline | undefined} outline
 * @param {(text: string) => string} hide
 */
function redactOutline(outline, hide) {
  if (outline === undefined) return undefined
  return {
    // The query of an address may name the user.
    ...mapText(outline, ['destination'], hide),
    status: outline.status && mapText(outline.status, ['message'], keepErrorNumber),
    assertions: outline.assertions.map((assertion) => ({
      // What a later version adds stays out until somebody says that it is harmless.
      ...Object.fromEntries(
        IMPERSONAL.filter((name) => name in assertion).map((name) => [name, assertion[name]]),
      ),
      ...(assertion.recipient && { recipient: hide(assertion.recipient) }),
      nameId: assertion.nameId && REDACTED,
      attributes: assertion.attributes?.map(({ name }) => ({ name, values: [REDACTED] })),
    })),
  }
}

/**
 * Names, addresses and attribute values that the message holds.
 *
 * @param {Report} report
 */
function personalValues({ login, message }) {
  const claimed = (message?.assertions ?? []).flatMap(({ nameId, attributes }) => [
    nameId ?? '',
    ...(attributes ?? []).flatMap((attribute) => attribute.values),
  ])
  const proven = (login?.attributeList ?? []).flatMap((attribute) => attribute.values)
  const values = [...new Set([login?.nameId.value ?? '', ...proven, ...claimed])]
  // Short values (`1`, `en`) name nobody and stand in every text; URIs name systems and formats.
  return values.filter((value) => value.length > 3 && !/^(https?:|urn:)/.test(value))
}

const MAIL_ADDRESS = /[^\s'"<>(),;:]{1,64}@[\p{L}\p{N}.-]{1,255}/gu

/** @param {string[]} values */
function eraser(values) {
  const longestFirst = values.sort((one, other) => other.length - one.length)
  return (/** @type {string} */ text) => {
    let rest = text
    for (const value of longestFirst) rest = rest.replaceAll(value, REDACTED)
    return rest.replace(MAIL_ADDRESS, REDACTED)
  }
}

/**
 * Entra ID begins its StatusMessage with AADSTS and a number, which says what went wrong.
 *
 * @param {string} text
 */
function keepErrorNumber(text) {
  const [number] = /AADSTS\d{1,12}/.exec(text) ?? []
  return number === undefined ? REDACTED : `${number} ${REDACTED}`
}

/**
 * A copy in which these properties, where there are any, went through `change`.
 *
 * @template {object} T
 * @param {T} data
 * @param {(keyof T)[]} names
 * @param {(text: string) => string} change
 * @returns {T}
 */
function mapText(data, names, change) {
  const copy = { ...data }
  for (const name of names) {
    const text = copy[name]
    if (typeof text === 'string') copy[name] = /** @type {any} */ (change(text))
  }
  return copy
}

/**
 * @template T
 * @param {T} value
 * @returns {T}
 */
export function deepFreeze(value) {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const item of Object.values(value)) deepFreeze(item)
  }
  return value
}
