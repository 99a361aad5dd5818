// What the simulated Entra ID does when somebody signs in: the rules by which it answers a login
// request, or a click on a tile, and what the browser carries on.
//
// Each sign-in ends in one of three: `{ page }`, an error page at login.microsoftonline.com with
// its AADSTS number, from which nothing goes back to the application; `{ redirect }`, the browser
// is sent to the Sign-on URL; or `{ post }`, a form that the browser posts to the Reply URL.

import { inflateRawSync } from 'node:zlib'
import { signingOptions } from './entra.js'
import { readRequest, response } from './issuer.js'

const SCHEMAS = 'http://schemas.microsoft.com'
const METHODS = `${SCHEMAS}/claims/authnmethodsreferences`
const METHOD = {
  password: `${SCHEMAS}/ws/2008/06/identity/authenticationmethod/password`,
  'windows-hello': `${SCHEMAS}/ws/2008/06/identity/authenticationmethod/hardwarekey`,
}
const MULTIPLE = `${SCHEMAS}/claims/multipleauthn`
const CONTEXT = {
  password: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password',
  'windows-hello': 'urn:oasis:names:tc:SAML:2.0:ac:classes:X509',
}
const STATUS = 'urn:oasis:names:tc:SAML:2.0:status'

/** NameIDPolicy may ask for one of these. */
const ASKABLE_FORMATS = [
  'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
]

/** More groups than these are not put into a message. */
const MOST_GROUPS = 150

/** My Apps: the tile of an application. */
export function openTile(user, application) {
  const { tenant, signOnUrl, identifiers, replyUrls } = application
  if (signOnUrl !== undefined) return { redirect: signOnUrl }
  if (!application.admits(user)) return unassigned(user, application)
  authenticate(user, application)
  return answer(user, application, {
    tenant,
    audience: identifiers[0],
    replyUrl: replyUrls[0],
    relayState: application.relayState,
  })
}

/** "Test this application", Test sign in: the same as the tile, from the portal. */
export const testThisApplication = openTile

/**
 * The browser arrives at the Login URL with a login request.
 *
 * @param {object} user
 * @param {import('./entra.js').Tenant} tenant
 * @param {string} url with SAMLRequest and RelayState in its query
 */
export function arriveAtLoginUrl(user, tenant, url) {
  const { origin, pathname, searchParams } = new URL(url)
  if (`${origin}${pathname}` !== tenant.loginUrl) throw new Error(`nobody answers at ${url}`)
  const encoded = searchParams.get('SAMLRequest')
  if (encoded === null) return page(tenant, 750054, 'SAMLRequest or SAMLResponse is missing.')
  let request
  try {
    request = readRequest(inflateRawSync(Buffer.from(encoded, 'base64')).toString())
  } catch {
    return page(tenant, 75005, 'The request is not a valid SAML 2.0 protocol message.')
  }
  const relayState = searchParams.get('RelayState') ?? undefined
  return answerRequest(user, tenant, request, relayState)
}

function answerRequest(user, tenant, request, relayState) {
  if (!/^[A-Za-z_][\w.-]*$/.test(request.id ?? '')) {
    return page(tenant, 7500529, `The value '${request.id}' is not a valid SAML ID.`)
  }
  const application = tenant.applications.find(({ identifiers }) =>
    identifiers.includes(request.issuer),
  )
  if (application === undefined) {
    const text = `Application with identifier '${request.issuer}' was not found in the directory.`
    return page(tenant, 700016, text)
  }
  const replyUrl = request.assertionConsumerServiceUrl ?? application.replyUrls[0]
  if (!application.replyUrls.includes(replyUrl)) {
    const text = `The reply URL '${replyUrl}' does not match those of '${application.name}'.`
    return page(tenant, 50011, text)
  }
  const asked = { tenant, audience: request.issuer, replyUrl, relayState, inResponseTo: request.id }
  const refused = unsupported(request)
  if (refused !== undefined) return failure(application, asked, refused)
  if (!application.admits(user)) return unassigned(user, application)
  authenticate(user, application, request.forceAuthn)
  const classes = request.requestedAuthnContext?.classes ?? []
  if (classes.length > 0 && !classes.includes(CONTEXT[user.signsInWith])) {
    return page(tenant, 75011, 'The user authenticated by another method than was requested.')
  }
  return answer(user, application, asked)
}

/** What Entra ID answers with a Status: properties of the request that it does not know. */
function unsupported(request) {
  const property = request.hasSubject
    ? 'Subject'
    : request.nameIdFormat !== null && !ASKABLE_FORMATS.includes(request.nameIdFormat)
      ? 'NameIDPolicy'
      : (request.requestedAuthnContext?.comparison ?? 'exact') !== 'exact'
        ? 'RequestedAuthnContext'
        : undefined
  return property && `The SAML authentication request property '${property}' is not supported.`
}

function unassigned(user, { tenant, name }) {
  const text = `The user '${user.principalName}' is not assigned to the application '${name}'.`
  return page(tenant, 50105, text)
}

/** The user signs in, unless a session is there; Conditional Access may ask for a second factor. */
function authenticate(user, application, forced = false) {
  if (user.session === undefined || forced) {
    user.session = { since: Date.now(), multifactor: user.signsInWith === 'windows-hello' }
  }
  if (application.requiresMfa) user.session.multifactor = true
}

function answer(user, application, { tenant, audience, replyUrl, relayState, inResponseTo }) {
  const { xml } = response({
    ...common(application, { tenant, audience, replyUrl, inResponseTo }),
    authenticatedAt: user.session.since,
    nameId: application.nameId.source(user) ?? null,
    claims: claims(user, application),
  })
  return form(replyUrl, xml, relayState)
}

/** A Response with a Status other than Success. Nobody signs it: there is no assertion. */
function failure(application, { tenant, audience, replyUrl, relayState, inResponseTo }, text) {
  const { xml } = response({
    ...common(application, { tenant, audience, replyUrl, inResponseTo }),
    authenticatedAt: Date.now(),
    claims: [],
    signing: signingOptions['Sign SAML assertion'],
    status: {
      codes: [`${STATUS}:Requester`, `${STATUS}:RequestUnsupported`],
      message: aadsts(tenant, 75006, `AADSTS90011: ${text}`),
    },
  })
  return form(replyUrl, xml, relayState)
}

function common(application, { tenant, audience, replyUrl, inResponseTo }) {
  return {
    tenantId: tenant.id,
    key: application.signingCertificate,
    seed: tenant.messageId(),
    issuedAt: Date.now(),
    // An Identifier that is no URI is a service principal name.
    audience: /^[a-z][a-z0-9+.-]*:/i.test(audience) ? audience : `spn:${audience}`,
    replyUrl,
    inResponseTo: inResponseTo ?? null,
    nameIdFormat: application.nameId.format,
    signing: application.signing,
    sha1: application.sha1,
    encryptFor: application.encryptFor ?? null,
  }
}

function claims(user, application) {
  const { tenant } = application
  const methods = [METHOD[user.signsInWith], ...(user.session.multifactor ? [MULTIPLE] : [])]
  const fixed = [
    [`${SCHEMAS}/identity/claims/tenantid`, [tenant.id]],
    [`${SCHEMAS}/identity/claims/objectidentifier`, [user.objectId]],
    [`${SCHEMAS}/identity/claims/displayname`, [user.displayName]],
    [`${SCHEMAS}/identity/claims/identityprovider`, [tenant.entityId]],
    [METHODS, methods],
  ]
  const chosen = [...application.claims]
    .map(([name, source]) => [name, [source(user) ?? []].flat()])
    .filter(([, values]) => values.length > 0)
  return [...fixed, ...groups(user, application), ...chosen]
}

function groups(user, application) {
  if (!application.groupClaim || user.groups.length === 0) return []
  if (user.groups.length <= MOST_GROUPS) {
    return [[`${SCHEMAS}/ws/2008/06/identity/claims/groups`, user.groups]]
  }
  const link = `https://graph.microsoft.com/v1.0/users/${user.objectId}/getMemberObjects`
  return [[`${SCHEMAS}/claims/groups.link`, [link]]]
}

function form(action, xml, relayState) {
  const fields = { SAMLResponse: Buffer.from(xml).toString('base64') }
  if (relayState !== undefined) fields.RelayState = relayState
  return { post: { action, fields } }
}

/** What the user reads, and can copy. */
function page(tenant, number, text) {
  return { page: { code: `AADSTS${number}`, text: aadsts(tenant, number, text) } }
}

function aadsts(tenant, number, text) {
  const timestamp = new Date().toISOString().replace('T', ' ').replace(/\.\d+/, '')
  return `AADSTS${number}: ${text} Trace ID: ${tenant.messageId()} Timestamp: ${timestamp}`
}
