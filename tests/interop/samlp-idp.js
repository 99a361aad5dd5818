// An identity provider made with samlp, the library of Auth0. Run as a process of its own: prints
// `listening` and its address, ends when its input ends. What it shall do is posted to /settings.

import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { DOMParser } from '@xmldom/xmldom'
import samlp from 'samlp'
import SessionParticipants from 'samlp/lib/sessionParticipants/index.js'
import { keyPair } from './keys.js'

const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata'
const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#'
const BINDINGS = {
  redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
  post: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
}

let settings = {}
const sessions = new Map()

const ways = {
  '/metadata': metadata,
  '/sso': answerRequest,
  '/start': startLogin,
  '/sign-in': signIn,
  '/slo': logout,
  '/logout': logout,
  '/settings': async (request, response) => {
    settings = JSON.parse(request.text)
    settings.applications = await Promise.all(settings.applications.map(readMetadata))
    response.send(204, '')
  },
}

const server = createServer(async (request, response) => {
  const failed = (error) => response.send(400, `refused: ${error.message}`)
  likeExpress(response)
  try {
    await readRequest(request, response)
    const way = ways[new URL(request.url, 'http://any').pathname]
    if (way === undefined) response.send(404, 'not found')
    else await way(request, response, failed)
  } catch (error) {
    failed(error)
  }
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const origin = `http://127.0.0.1:${server.address().port}`
const issuer = `${origin}/metadata`
console.log(`listening ${origin}`)
process.stdin.resume().on('end', () => process.exit())

/** What samlp wants to find on a request of Express. */
async function readRequest(request, response) {
  request.originalUrl = request.url
  request.protocol = 'http'
  request.query = Object.fromEntries(new URL(request.url, 'http://any').searchParams)
  request.text = ''
  for await (const chunk of request.setEncoding('utf8')) request.text += chunk
  request.body = Object.fromEntries(new URLSearchParams(request.text))
  const [, known] = request.headers.cookie?.match(/\bidp=([\w-]+)/) ?? []
  const id = sessions.has(known) ? known : randomUUID()
  if (id !== known) {
    sessions.set(id, { applications: [] })
    response.setHeader('set-cookie', `idp=${id}; HttpOnly`)
  }
  request.session = sessions.get(id)
}

function likeExpress(response) {
  response.set = (name, value) => response.setHeader(name, value)
  response.redirect = (location) => response.writeHead(302, { location }).end()
  response.send = (first, second) => {
    if (typeof first === 'number') response.statusCode = first
    if (!response.hasHeader('content-type')) response.set('content-type', 'text/plain')
    response.end(typeof first === 'number' ? second : first)
  }
}

/** What samlp has to be told about an application, from the application's metadata. */
async function readMetadata({ metadata, metadataUrl }) {
  const xml = metadata ?? (await (await fetch(metadataUrl)).text())
  const { documentElement: entity } = new DOMParser().parseFromString(xml, 'text/xml')
  const all = (namespace, name) => [...entity.getElementsByTagNameNS(namespace, name)]
  const locations = (name) =>
    all(METADATA, name)
      .filter((element) => element.getAttribute('Binding') === BINDINGS.post)
      .map((element) => element.getAttribute('Location'))
  const keyFor = (use) => {
    const key = all(METADATA, 'KeyDescriptor').find((one) => one.getAttribute('use') === use)
    const [certificate] = key?.getElementsByTagNameNS(XMLDSIG, 'X509Certificate') ?? []
    const pem = certificate?.textContent.match(/.{1,64}/g).join('\n')
    return pem && `-----BEGIN CERTIFICATE-----\n${pem}\n-----END CERTIFICATE-----\n`
  }
  return {
    entityId: entity.getAttribute('entityID'),
    replyUrl: locations('AssertionConsumerService')[0],
    logoutUrl: locations('SingleLogoutService')[0],
    signingCertificate: keyFor('signing'),
    encryptionCertificate: keyFor('encryption'),
  }
}

function metadata(request, response, failed) {
  const { certificate: cert } = keyPair(settings.key)
  const paths = { redirectEndpointPath: '/sso', postEndpointPath: '/sso' }
  const logoutEndpointPaths = { redirect: '/slo', post: '/slo' }
  samlp.metadata({ issuer, cert, ...paths, logoutEndpointPaths })(request, response, failed)
}

function application(entityId) {
  const found = settings.applications.find((one) => one.entityId === entityId)
  if (found === undefined) throw new Error(`no application ${entityId} is registered`)
  return found
}

/** A login that an application asks for, by redirect or POST. */
function answerRequest(request, response, failed) {
  const signingCert = settings.requireSignedRequests && settings.applications[0].signingCertificate
  samlp.parseRequest(request, { signingCert }, (error, asked) => {
    try {
      if (error) throw error
      const { replyUrl } = application(asked.issuer)
      if (asked.destination !== `${origin}/sso`) throw new Error('the request is for another')
      if (asked.assertionConsumerServiceURL !== replyUrl) throw new Error('unknown Reply URL')
      const pending = { query: request.query, body: request.body, method: request.method }
      const wanted = { pending, entityId: asked.issuer, inResponseTo: asked.id }
      if (settings.refuse) return refuse(request, response, failed, wanted)
      if (request.session.user === undefined || asked.forceAuthn === 'true') {
        request.session.wanted = wanted
        return askWho(response)
      }
      issue(request, response, failed, wanted)
    } catch (refusal) {
      failed(refusal)
    }
  })
}

/** A login that begins here: a tile in a portal. */
function startLogin(request, response, failed) {
  const { entityId, RelayState } = request.query
  request.session.wanted = { pending: { query: { RelayState }, body: {}, method: 'GET' }, entityId }
  if (request.session.user === undefined) return askWho(response)
  issue(request, response, failed, request.session.wanted)
}

function askWho(response) {
  response.set('content-type', 'text/html; charset=utf-8')
  response.send('<form method="post" action="/sign-in"><input name="user"></form>')
}

function signIn(request, response, failed) {
  request.session.user = settings.people.find(({ user }) => user === request.body.user)
  if (request.session.user === undefined) throw new Error('no such user')
  issue(request, response, failed, request.session.wanted)
}

function issue(request, response, failed, { pending, entityId, inResponseTo }) {
  const { session } = request
  const { replyUrl, logoutUrl, signingCertificate, encryptionCertificate } = application(entityId)
  const { key, certificate: cert } = keyPair(settings.key)
  const sessionIndex = `_${randomUUID()}`
  const { nameId } = session.user
  session.applications.push({
    serviceProviderId: entityId,
    serviceProviderLogoutURL: logoutUrl,
    sessionIndex,
    nameId,
    nameIdFormat: Mapper.FORMAT,
    cert: signingCertificate,
    binding: BINDINGS[settings.logoutBinding],
  })
  Object.assign(request, pending)
  samlp.auth({
    issuer: settings.issuer ?? issuer,
    key,
    cert,
    audience: entityId,
    recipient: replyUrl,
    destination: replyUrl,
    inResponseTo,
    sessionIndex,
    lifetimeInSeconds: settings.lifetimeSeconds,
    signAssertion: settings.signed.includes('assertion'),
    signResponse: settings.signed.includes('response'),
    signatureAlgorithm: settings.signatureAlgorithm,
    ...(settings.encryption && {
      encryptionCert: encryptionCertificate,
      encryptionPublicKey: encryptionCertificate,
      encryptionAlgorithm: settings.encryption.content,
      disallowEncryptionWithInsecureAlgorithm: false,
      warnOnInsecureEncryptionAlgorithm: false,
    }),
    profileMapper: (user) => new Mapper(user),
    getUserFromRequest: () => session.user,
    getPostURL: (audience, dom, asked, callback) => callback(null, replyUrl),
  })(request, response, failed)
}

class Mapper {
  static FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'

  constructor(user) {
    this.user = user
  }

  getClaims() {
    return this.user.attributes
  }

  getNameIdentifier() {
    return { nameIdentifier: this.user.nameId, nameIdentifierFormat: Mapper.FORMAT }
  }
}

/** Answers that there will be no login. */
function refuse(request, response, failed, { entityId, inResponseTo }) {
  const { replyUrl } = application(entityId)
  samlp.sendError({
    issuer,
    destination: replyUrl,
    inResponseTo,
    RelayState: request.query.RelayState,
    error: { code: 'urn:oasis:names:tc:SAML:2.0:status:Responder', description: 'not today' },
    getPostURL: (asked, callback) => callback(null, replyUrl),
  })(request, response, failed)
}

/** Everything about logout: samlp tells by the parameters what it is. */
function logout(request, response, failed) {
  const { key, certificate: cert } = keyPair(settings.key)
  const { session } = request
  samlp.logout({
    issuer,
    key,
    cert,
    deflate: true,
    signatureAlgorithm: settings.signatureAlgorithm,
    protocolBinding: BINDINGS[settings.logoutBinding],
    sessionParticipants: new SessionParticipants(session.applications),
    clearIdPSession: (callback) => {
      delete session.user
      callback()
    },
  })(request, response, failed)
}
