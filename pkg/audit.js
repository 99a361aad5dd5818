// @ts-check
// One decision as an event for an audit log: ours, flat; or by the field names of Elastic Common
// Schema or of OCSF. docs/audit.md describes each field.

import { SamlError } from './errors.js'
import { call } from './instance.js'
import { logoutMeaning } from './logout.js'

/**
 * @typedef {import('./index.js').Report} Report
 * @typedef {import('./index.js').AuditEvent['event']} Event
 * @typedef {{ event: Event, time: string, serviceProvider?: string, profile?: string }} Occasion
 * @typedef {{ subject: 'none' | 'hash' | 'plain', key?: Uint8Array, format: string }} Given
 */

/** A refused message chooses its values: a log line must not grow with them. */
const LONGEST = 1024

/** The schemas whose names the events use. */
const ECS_VERSION = '9.4.0'
const OCSF_VERSION = '1.5.0'

/**
 * @param {Report} report
 * @param {Occasion} occasion
 * @param {Given} given
 */
export function auditEvent(report, occasion, given) {
  const facts = { ...decision(report, occasion), ...subject(report, given) }
  if (given.format === 'ecs') return freeze(ecs(facts))
  if (given.format === 'ocsf') return freeze(ocsf(facts, report))
  return freeze(without(facts))
}

/**
 * What was decided about which message. Of a refused one, all but verdict, code, check, profile and
 * service provider is what it claims.
 *
 * @param {Report} report
 * @param {Occasion} occasion
 */
function decision(report, occasion) {
  const { login, logout, message } = report
  const isLogin = occasion.event === 'saml.login'
  const failed = report.checks.find((check) => check.status === 'failed')
  const [assertion] = message?.assertions ?? []
  const certificate = certificateOf(report)
  const admitted = login ?? logout
  const signatures = admitted?.signedBy ?? message?.signatures ?? []
  return without({
    event: occasion.event,
    time: occasion.time,
    verdict: report.ok ? 'accepted' : 'refused',
    code: report.code,
    check: failed?.id,
    profile: occasion.profile,
    serviceProvider: occasion.serviceProvider,
    identityProvider: cut(admitted?.issuer ?? assertion?.issuer ?? message?.issuer),
    responseId: isLogin ? cut(login?.responseId ?? message?.id) : undefined,
    messageId: isLogin ? undefined : cut(message?.id),
    assertionId: cut(login?.assertionId ?? assertion?.id),
    inResponseTo: cut(login?.inResponseTo ?? message?.inResponseTo),
    initiatedBy: login?.initiatedBy,
    partial: logout && 'partial' in logout ? logout.partial : undefined,
    authnInstant: login?.authnInstant,
    authnContext: login?.authnContext,
    multifactor: login?.entra?.mfa,
    encrypted: login?.encrypted ?? assertion?.encrypted,
    signedElements: admitted?.signedBy.map((signature) => signature.element).join(' '),
    signatureAlgorithm: cut(signatures.find(({ algorithm }) => algorithm !== undefined)?.algorithm),
    certificateSha1: certificate?.sha1,
    certificateSha256: certificate?.sha256,
    warnings: report.checks
      .filter((check) => check.status === 'warned')
      .map((check) => check.code)
      .join(' '),
  })
}

/**
 * The certificate that signed; of a refused message the one that it presents, trusted or not.
 *
 * @param {Report} report
 * @returns {Partial<import('./index.js').Certificate> | undefined}
 */
function certificateOf({ login, logout, message }) {
  const signatures = (login ?? logout)?.signedBy ?? message?.signatures ?? []
  return signatures.find(({ certificate }) => certificate)?.certificate ?? undefined
}

/**
 * Who it is about, as far as the caller wants it in the log. Hashes are of the Issuer with the
 * name, so that the users of two identity providers stay two.
 *
 * @param {Report} report
 * @param {Given} given
 * @returns {{ subject?: string, userId?: string, subjectHash?: string, userIdHash?: string }}
 */
function subject({ login, logout, message }, { subject: how, key }) {
  if (how === 'none') return {}
  const [assertion] = message?.assertions ?? []
  const signedOut = logout && 'nameId' in logout ? logout.nameId : undefined
  const name = (login?.nameId ?? signedOut)?.value ?? assertion?.nameId
  const issuer = (login ?? logout)?.issuer ?? assertion?.issuer ?? message?.issuer
  const id = login?.user.externalId
  if (how === 'plain') return without({ subject: cut(name), userId: id })
  const hash = (/** @type {string} */ value) => pseudonym(/** @type {Uint8Array} */ (key), value)
  return without({
    subjectHash: name === undefined ? undefined : hash(JSON.stringify([issuer ?? '', name])),
    userIdHash: id === undefined ? undefined : hash(id),
  })
}

/**
 * @param {Uint8Array} key
 * @param {string} value
 * @returns {string}
 */
function pseudonym(key, value) {
  return call((module) => module.pseudonym(key, value))
}

/** @typedef {ReturnType<typeof decision> & ReturnType<typeof subject>} Facts */

/**
 * Elastic Common Schema, with dotted names; what it has no field for stands under `countersign.`.
 *
 * @param {Facts} facts
 */
function ecs(facts) {
  const { code, event } = facts
  const accepted = facts.verdict === 'accepted'
  const isLogin = event === 'saml.login'
  return without({
    '@timestamp': facts.time,
    'ecs.version': ECS_VERSION,
    'event.kind': 'event',
    'event.category': ['authentication'],
    'event.type': [isLogin ? 'start' : 'end'],
    'event.action': event.replace('.', '-'),
    'event.outcome': accepted ? 'success' : 'failure',
    'event.code': code,
    'event.reason': code && meaning(code, event),
    'event.module': 'countersign',
    'event.dataset': isLogin ? 'countersign.login' : 'countersign.logout',
    'event.provider': 'countersign',
    'service.name': facts.serviceProvider,
    'user.name': facts.subject,
    'user.id': facts.userId,
    'user.hash': facts.subjectHash,
    'error.code': code,
    'error.message': code && meaning(code, event),
    'countersign.identity_provider': facts.identityProvider,
    'countersign.check': facts.check,
    'countersign.profile': facts.profile,
    'countersign.response_id': facts.responseId,
    'countersign.message_id': facts.messageId,
    'countersign.partial': facts.partial,
    'countersign.assertion_id': facts.assertionId,
    'countersign.in_response_to': facts.inResponseTo,
    'countersign.initiated_by': facts.initiatedBy,
    'countersign.authn_instant': facts.authnInstant,
    'countersign.authn_context': facts.authnContext,
    'countersign.mfa': facts.multifactor,
    'countersign.encrypted': facts.encrypted,
    'countersign.signed_elements': facts.signedElements,
    'countersign.signature_algorithm': facts.signatureAlgorithm,
    'countersign.certificate.sha1': facts.certificateSha1,
    'countersign.certificate.sha256': facts.certificateSha256,
    'countersign.user_id_hash': facts.userIdHash,
    'countersign.warnings': facts.warnings,
  })
}

/**
 * OCSF Authentication (class 3002), activity Logon or Logoff.
 *
 * @param {Facts} facts
 * @param {Report} report
 */
function ocsf(facts, report) {
  const accepted = facts.verdict === 'accepted'
  const { code } = facts
  const isLogin = facts.event === 'saml.login'
  return without({
    category_uid: 3,
    category_name: 'Identity & Access Management',
    class_uid: 3002,
    class_name: 'Authentication',
    activity_id: isLogin ? 1 : 2,
    activity_name: isLogin ? 'Logon' : 'Logoff',
    type_uid: isLogin ? 300_201 : 300_202,
    type_name: isLogin ? 'Authentication: Logon' : 'Authentication: Logoff',
    time: Date.parse(facts.time),
    severity_id: accepted ? 1 : 2,
    severity: accepted ? 'Informational' : 'Low',
    status_id: accepted ? 1 : 2,
    status: accepted ? 'Success' : 'Failure',
    status_code: code,
    status_detail: code && meaning(code, facts.event),
    auth_protocol_id: 5,
    auth_protocol: 'SAML',
    is_mfa: facts.multifactor,
    is_remote: true,
    service: { name: facts.serviceProvider ?? 'unknown', uid: facts.serviceProvider ?? 'unknown' },
    session: facts.identityProvider && { issuer: facts.identityProvider, is_remote: true },
    user: ocsfUser(facts),
    certificate: ocsfCertificate(report),
    metadata: without({
      version: OCSF_VERSION,
      product: { name: 'Countersign', vendor_name: 'Countersign' },
      event_code: code,
      correlation_uid: facts.inResponseTo,
      log_name: facts.event,
    }),
    unmapped: without({
      check: facts.check,
      profile: facts.profile,
      response_id: facts.responseId,
      message_id: facts.messageId,
      partial: facts.partial,
      assertion_id: facts.assertionId,
      initiated_by: facts.initiatedBy,
      authn_instant: facts.authnInstant,
      authn_context: facts.authnContext,
      encrypted: facts.encrypted,
      signed_elements: facts.signedElements,
      signature_algorithm: facts.signatureAlgorithm,
      user_id_hash: facts.userIdHash,
      warnings: facts.warnings,
    }),
  })
}

/**
 * OCSF has no login without a user, and no user without a name or an ID.
 *
 * @param {Facts} facts
 */
function ocsfUser({ subject, userId, subjectHash }) {
  if (subject !== undefined) {
    return without({ name: subject, uid: userId, type_id: 1, type: 'User' })
  }
  if (subjectHash !== undefined) return { uid: subjectHash, type_id: 1, type: 'User' }
  return { uid: 'withheld', type_id: 0, type: 'Unknown' }
}

/** @param {Report} report */
function ocsfCertificate(report) {
  const certificate = certificateOf(report)
  const { issuer, serialNumber, subject, sha1, sha256, notBefore, notAfter } = certificate ?? {}
  // Both are required there.
  if (issuer === undefined || serialNumber === undefined) return undefined
  const fingerprints = [
    { algorithm_id: 2, algorithm: 'SHA-1', value: sha1 },
    { algorithm_id: 3, algorithm: 'SHA-256', value: sha256 },
  ]
  const time = (/** @type {string | undefined} */ text) => (text ? Date.parse(text) : undefined)
  return without({
    issuer: cut(issuer),
    subject: cut(subject),
    serial_number: cut(serialNumber),
    created_time: time(notBefore),
    expiration_time: time(notAfter),
    fingerprints: fingerprints.filter(({ value }) => value !== undefined),
  })
}

/**
 * @param {string} code
 * @param {Event} event
 */
function meaning(code, event) {
  const message = event === 'saml.login' ? undefined : logoutMeaning(code)
  return new SamlError({ code, message }).message
}

/** @param {string | undefined} text */
function cut(text) {
  return text === undefined || text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`
}

/**
 * Without what is not known.
 *
 * @template {object} T
 * @param {T} event
 * @returns {{ [K in keyof T]: Exclude<T[K], undefined> }}
 */
function without(event) {
  const known = Object.entries(event).filter(([, value]) => value !== undefined && value !== '')
  return /** @type {any} */ (Object.fromEntries(known))
}

/** @param {object} event */
function freeze(event) {
  for (const value of Object.values(event)) {
    if (typeof value === 'object' && value !== null) freeze(value)
  }
  return Object.freeze(event)
}
