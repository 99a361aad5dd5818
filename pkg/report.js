// @ts-check
// Results: plain frozen data, and what can be made of a report without the message.

/**
 * @typedef {import('./index.js').Check} Check
 * @typedef {import('./index.js').Login} Login
 * @typedef {import('./index.js').Outline} Outline
 * @typedef {import('./index.js').AuditEvent} AuditEvent
 */

const REDACTED = '[redacted]'

/** Everything a validation found. */
export class Report {
  /** @type {{ time: string, serviceProvider?: string, profile?: string }} */
  #occasion

  /**
   * @param {any} data what the engine answered
   * @param {{ time: string, serviceProvider?: string, profile?: string }} occasion
   */
  constructor(data, occasion) {
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
      // Not enumerable, so that a login can be stored as JSON: the report holds the login again.
      if (!Object.hasOwn(data.login, 'report')) {
        Object.defineProperty(data.login, 'report', { value: this })
      }
    }
    this.#occasion = occasion
    deepFreeze(this)
  }

  /** One flat object for an audit log. No personal data. */
  toAuditEvent() {
    const { login, message } = this
    const failed = this.checks.find((check) => check.status === 'failed')
    const [assertion] = message?.assertions ?? []
    /** @type {Record<string, unknown>} */
    const event = {
      event: 'saml.login',
      time: this.#occasion.time,
      verdict: this.ok ? 'accepted' : 'refused',
      code: this.code,
      check: failed?.id,
      profile: this.#occasion.profile,
      serviceProvider: this.#occasion.serviceProvider,
      identityProvider: login?.issuer ?? assertion?.issuer ?? message?.issuer,
      responseId: login?.responseId ?? message?.id,
      assertionId: login?.assertionId ?? assertion?.id,
      inResponseTo: login?.inResponseTo ?? message?.inResponseTo,
      initiatedBy: login?.initiatedBy,
      authnInstant: login?.authnInstant,
      authnContext: login?.authnContext,
      multifactor: login?.entra?.mfa,
      signedElements: login?.signedBy.map((signature) => signature.element).join(' '),
      certificateSha256: login?.signedBy.find((signature) => signature.certificate)?.certificate
        ?.sha256,
      warnings: this.checks
        .filter((check) => check.status === 'warned')
        .map((check) => check.code)
        .join(' '),
    }
    for (const [name, value] of Object.entries(event)) {
      if (value === undefined || value === '') delete event[name]
    }
    return /** @type {AuditEvent} */ (/** @type {unknown} */ (Object.freeze(event)))
  }

  /**
   * This report without personal data: no login, no subject, no attribute value, and none of them
   * quoted in a text.
   */
  redacted() {
    const { login, ...rest } = this
    const hide = eraser(personalValues(this))
    const data = mapStrings(rest, hide)
    for (const check of data.checks) {
      // The identity provider's own words may name the user in ways nobody can list.
      if (check.id === 'status' || check.id === 'subject') {
        if (check.actual !== undefined) check.actual = keepErrorNumber(check.actual)
      }
    }
    if (data.message?.status?.message !== undefined) {
      data.message.status.message = keepErrorNumber(data.message.status.message)
    }
    for (const assertion of data.message?.assertions ?? []) {
      if (assertion.nameId !== undefined) assertion.nameId = REDACTED
    }
    return new Report(data, this.#occasion)
  }
}

/**
 * Names, addresses and attribute values that the message holds.
 *
 * @param {Report} report
 */
function personalValues({ login, message }) {
  const values = new Set()
  for (const { nameId } of message?.assertions ?? []) {
    if (nameId !== undefined) values.add(nameId)
  }
  if (login !== undefined) {
    values.add(login.nameId.value)
    for (const attribute of login.attributeList) {
      for (const value of attribute.values) values.add(value)
    }
  }
  // Short values (`1`, `en`) name nobody and stand in every text.
  return [...values].filter((value) => value.length > 3)
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
 * A copy in which every string went through `change`. Reports are a few levels deep.
 *
 * @param {any} value
 * @param {(text: string) => string} change
 * @returns {any}
 */
function mapStrings(value, change) {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]),
  )
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
