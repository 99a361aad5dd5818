// A response whose every text is an attack on the page that shows it, genuinely signed with a key
// for tests: what an identity provider passes on may come from its users.

import { createHash, createSign } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** Would run as markup, as an attribute value, or turn the text around it. */
export const HOSTILE = `"><img src=x onerror="globalThis.pwned=1"><script>pwned=1</script>\u202ecod`

/** How the page shows it: as it is, and what is invisible by its number. */
export const SHOWN = HOSTILE.replace('\u202e', '\\u{202e}')

const KEY = new URL('../data/keys/entra-active.key.pem', import.meta.url)

/** As canonical XML writes text and attribute values. */
const text = (value) =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const attribute = (value) =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

/**
 * For the set-up of a fixture. Written in canonical form, so that its own text is what is digested.
 *
 * @param {object} fixture
 */
export function hostileResponse({ options, context }) {
  const { entityId, idp, replyUrls } = options
  const issuer = /entityID="([^"]+)"/.exec(idp)[1]
  const now = Date.parse(context.now)
  const at = (minutes) => new Date(now + minutes * 60_000).toISOString()
  const [assertion, id] = ['urn:oasis:names:tc:SAML:2.0:assertion', '_hostile']
  const before =
    `<Assertion xmlns="${assertion}" ID="${id}" IssueInstant="${at(0)}" Version="2.0">` +
    `<Issuer>${issuer}</Issuer>`
  const after =
    `<Subject><NameID>${text(HOSTILE)}</NameID>` +
    `<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">` +
    `<SubjectConfirmationData InResponseTo="${context.inResponseTo}" NotOnOrAfter="${at(60)}" ` +
    `Recipient="${replyUrls[0]}"></SubjectConfirmationData></SubjectConfirmation></Subject>` +
    `<Conditions NotBefore="${at(-5)}" NotOnOrAfter="${at(60)}"><AudienceRestriction>` +
    `<Audience>${entityId}</Audience></AudienceRestriction></Conditions>` +
    `<AttributeStatement><Attribute Name="${attribute(HOSTILE)}">` +
    `<AttributeValue>${text(HOSTILE)}</AttributeValue></Attribute></AttributeStatement>` +
    `<AuthnStatement AuthnInstant="${at(-1)}"><AuthnContext>` +
    `<AuthnContextClassRef>${text(HOSTILE)}</AuthnContextClassRef></AuthnContext>` +
    `</AuthnStatement></Assertion>`
  const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol'
  return (
    `<samlp:Response xmlns:samlp="${protocol}" ID="_r" Version="2.0" IssueInstant="${at(0)}" ` +
    `Destination="${replyUrls[0]}" InResponseTo="${context.inResponseTo}">` +
    `<Issuer xmlns="${assertion}">${issuer}</Issuer><samlp:Status><samlp:StatusCode ` +
    `Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>` +
    `${before}${signature(before + after, id)}${after}</samlp:Response>`
  )
}

/**
 * @param {string} canonical
 * @param {string} id
 */
function signature(canonical, id) {
  const algorithm = (name) => `Algorithm="http://www.w3.org/${name}"></`
  const exclusive = '2001/10/xml-exc-c14n#'
  const digest = createHash('sha256').update(canonical).digest('base64')
  const signedInfo =
    `<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#">` +
    `<CanonicalizationMethod ${algorithm(exclusive)}CanonicalizationMethod>` +
    `<SignatureMethod ${algorithm('2001/04/xmldsig-more#rsa-sha256')}SignatureMethod>` +
    `<Reference URI="#${id}"><Transforms>` +
    `<Transform ${algorithm('2000/09/xmldsig#enveloped-signature')}Transform>` +
    `<Transform ${algorithm(exclusive)}Transform></Transforms>` +
    `<DigestMethod ${algorithm('2001/04/xmlenc#sha256')}DigestMethod>` +
    `<DigestValue>${digest}</DigestValue></Reference></SignedInfo>`
  const value = createSign('sha256').update(signedInfo).sign(readFileSync(KEY, 'utf8'), 'base64')
  return (
    `<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">${signedInfo}` +
    `<SignatureValue>${value}</SignatureValue></Signature>`
  )
}
