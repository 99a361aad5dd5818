// @ts-check
// The one error type of the package, and what each of its codes means.

/**
 * Every code with its meaning, in the order of the checks. The meanings are fixed texts, so they
 * can be logged: what a message claims stands in `actual` and in the report alone.
 */
const MEANINGS = {
  ERR_SAML_INPUT_BASE64: 'The message is neither base64 nor XML.',
  ERR_SAML_INPUT_TOO_LARGE: 'The message is larger than limits.inputBytes.',
  ERR_SAML_XML_MALFORMED: 'The message is not well-formed XML.',
  ERR_SAML_XML_ENCODING: 'The message is not UTF-8.',
  ERR_SAML_XML_DTD: 'The message holds a document type declaration, which is never accepted.',
  ERR_SAML_XML_LIMIT: 'The message goes beyond one of the limits on XML.',
  ERR_SAML_XML_DUPLICATE_ID: 'Two elements of the message carry the same ID.',
  ERR_SAML_STRUCTURE: 'The message is not built as a SAML Response.',
  ERR_SAML_VERSION: 'The message is not SAML 2.0.',
  ERR_SAML_ASSERTION_COUNT: 'The Response does not hold exactly one Assertion.',
  ERR_SAML_STATUS: 'The identity provider reports that the login failed.',
  ERR_SAML_ISSUER: 'The message was issued by another identity provider.',
  ERR_SAML_DECRYPT_KEY: 'There is no key that can decrypt the message.',
  ERR_SAML_DECRYPT_ALGORITHM: 'The message is encrypted with an algorithm that is not accepted.',
  ERR_SAML_DECRYPT_FAILED: 'The message could not be decrypted.',
  ERR_SAML_NOT_ENCRYPTED: 'The assertion had to be encrypted and is not.',
  ERR_SAML_SIGNATURE_MISSING: 'Nothing in the message is signed.',
  ERR_SAML_SIGNATURE_POLICY: 'Something is signed, but not what requireSigned asks for.',
  ERR_SAML_SIGNATURE_STRUCTURE: 'A signature is not built as SAML allows it.',
  ERR_SAML_SIGNATURE_REFERENCE: 'A signature refers to something else than its own element.',
  ERR_SAML_SIGNATURE_TRANSFORM: 'A signature uses a transform that SAML does not allow.',
  ERR_SAML_SIGNATURE_ALGORITHM: 'A signature uses an algorithm or key that is not accepted.',
  ERR_SAML_SIGNATURE_DIGEST: 'The message was changed after it was signed.',
  ERR_SAML_SIGNATURE_VALUE: 'The signature value is wrong.',
  ERR_SAML_SIGNATURE_KEY_UNTRUSTED: 'The message is signed with a key that is not configured.',
  ERR_SAML_CERTIFICATE_EXPIRED: 'The certificate that signed has expired.',
  ERR_SAML_CERTIFICATE_NOT_YET_VALID: 'The certificate that signed is not valid yet.',
  ERR_SAML_DESTINATION: 'The Response is addressed to another Reply URL.',
  ERR_SAML_RECIPIENT: 'The assertion may only be delivered to another Reply URL.',
  ERR_SAML_IN_RESPONSE_TO: 'The message answers another request than the one that was sent.',
  ERR_SAML_UNSOLICITED: 'The message answers no request, and allowIdpInitiated is off.',
  ERR_SAML_AUDIENCE: 'The assertion is meant for another Identifier (Entity ID).',
  ERR_SAML_NOT_YET_VALID: 'The message is not valid yet.',
  ERR_SAML_EXPIRED: 'The message is no longer valid.',
  ERR_SAML_SESSION_EXPIRED: 'The session at the identity provider has ended.',
  ERR_SAML_TOO_OLD: 'The assertion or the authentication is older than is accepted.',
  ERR_SAML_TIME_MALFORMED: 'A time in the message cannot be read.',
  ERR_SAML_SUBJECT_CONFIRMATION: 'No confirmation allows a browser to present the assertion.',
  ERR_SAML_NAMEID: 'The NameID is missing, empty or not of the format that is needed.',
  ERR_SAML_CLAIM: 'A claim that this application needs is missing or cannot be used.',
  ERR_SAML_CONDITION_UNKNOWN: 'The assertion depends on a condition that is not understood.',
  ERR_SAML_AUTHN_STATEMENT: 'The assertion does not say that the user authenticated.',
  ERR_SAML_AUTHN_CONTEXT: 'The user authenticated in another way than required.',
  ERR_SAML_MFA: 'The message does not show multifactor authentication.',
  ERR_SAML_REPLAY: 'The assertion was used before.',
  ERR_SAML_STORE: 'The store failed, so nobody can say whether the assertion was used before.',
  ERR_SAML_OPTIONS: 'An option or argument is wrong.',
  ERR_SAML_METADATA_XML: 'The metadata is not well-formed SAML metadata.',
  ERR_SAML_METADATA_ENTITY: 'The metadata does not describe the identity provider that is wanted.',
  ERR_SAML_METADATA_CERTIFICATE: 'The metadata holds no signing certificate that can be used.',
  ERR_SAML_METADATA_EXPIRED: 'The metadata is past its validUntil.',
  ERR_SAML_METADATA_SIGNATURE: 'The metadata is not signed by the certificate that has to sign it.',
  ERR_SAML_NEEDS_ASYNC: 'The answer needs an asynchronous call: use validateResponse.',
  ERR_SAML_HOST: 'The runtime failed.',
}

/**
 * @typedef {object} ErrorFacts
 * @property {string} code
 * @property {string} [message] safe to log; without it, the meaning of the code
 * @property {string} [check]
 * @property {string} [expected]
 * @property {string} [actual]
 * @property {string} [hint]
 * @property {import('./index.js').Report} [report]
 * @property {unknown} [cause]
 */

/** Why a message was refused, a set-up is wrong, or the runtime failed. */
export class SamlError extends Error {
  static code = 'ERR_SAML'
  static codes = Object.freeze(Object.keys(MEANINGS))

  /** @param {ErrorFacts} facts */
  constructor(facts) {
    const { code, check, expected, actual, hint, report, cause } = facts
    const meaning = MEANINGS[/** @type {keyof typeof MEANINGS} */ (code)]
    super(facts.message ?? meaning ?? code, cause === undefined ? undefined : { cause })
    this.code = code
    this.check = check
    this.expected = expected
    this.hint = hint
    this.actual = actual
    this.report = report
    // What the message claims may be personal data: loggers that print all enumerable properties
    // of an error must not find it.
    Object.defineProperty(this, 'actual', { enumerable: false })
    Object.defineProperty(this, 'report', { enumerable: false })
  }
}
// On the prototype, where Error itself has it: loggers need not print it beside the stack.
Object.defineProperty(SamlError.prototype, 'name', { value: 'SamlError' })

/**
 * The error that a refusing report stands for.
 *
 * @param {import('./index.js').Report} report
 * @param {unknown} [cause] what was thrown underneath
 * @param {string} [message] a fixed text, where the meaning of the code speaks of something else
 */
export function refusal(report, cause, message) {
  const failed = report.checks.find((check) => check.status === 'failed')
  return new SamlError({
    code: report.code ?? failed?.code ?? 'ERR_SAML_STRUCTURE',
    message,
    check: failed?.id,
    expected: failed?.expected,
    actual: failed?.actual,
    hint: failed?.hint,
    report,
    cause,
  })
}
