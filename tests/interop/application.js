// An application that signs its users in by SAML, the way the package's documents say. A web server
// on a free port of 127.0.0.1.

import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { SamlError, ServiceProvider } from '../../pkg/node.js'
import { MemoryStore } from '../../pkg/stores/memory.js'

/** How long a login may take, in milliseconds. */
const REQUEST_LIFETIME = 600_000

export class Application {
  #server = createServer((request, response) => this.#answer(request, response))
  #sessions = new Map()
  #store = new MemoryStore()
  /** @type {ServiceProvider} */
  #sp
  /** Whether it keeps its sessions when the identity provider asks it to end them. */
  unwilling = false

  /** @param {string} name tells cookies of several applications apart */
  static async start(name = 'app') {
    const application = new Application()
    application.#server.listen(0, '127.0.0.1')
    await once(application.#server, 'listening')
    application.name = name
    application.origin = `http://127.0.0.1:${application.#server.address().port}`
    application.entityId = `${application.origin}/saml`
    application.replyUrl = `${application.origin}/saml/acs`
    application.metadataUrl = `${application.origin}/saml/metadata`
    application.logoutUrl = `${application.origin}/saml/logout`
    return application
  }

  async stop() {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  /** Sets the service provider up anew. */
  setUp(options) {
    const { entityId, replyUrl, logoutUrl } = this
    this.#sp = new ServiceProvider({
      entityId,
      replyUrls: [replyUrl],
      logoutUrl,
      store: this.#store,
      ...options,
    })
  }

  async #answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, this.origin)
    const session = this.#session(request, response)
    const ways = {
      '/login': () => this.#login(session, Object.fromEntries(searchParams)),
      '/logout': () => this.#logout(session, Object.fromEntries(searchParams)),
      '/session': () => ({ data: { user: session.login?.nameId.value ?? null } }),
      '/saml/metadata': async () => ({ metadata: await this.#sp.metadataAsync() }),
      '/saml/acs': async () => this.#reply(session, await formOf(request)),
      '/saml/logout': async () =>
        request.method === 'POST'
          ? this.#byPost(session, await formOf(request))
          : this.#byRedirect(session, request.url),
    }
    try {
      const { status = 200, location, metadata, html, data } = await ways[pathname]()
      if (location !== undefined) return response.writeHead(303, { location }).end()
      const type =
        (metadata && 'application/samlmetadata+xml') ??
        (html && 'text/html; charset=utf-8') ??
        'application/json'
      response.writeHead(status, { 'content-type': type })
      response.end(metadata ?? html ?? JSON.stringify(data))
    } catch (error) {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(error.stack)
    }
  }

  #session(request, response) {
    const [, known] = request.headers.cookie?.match(new RegExp(`\\b${this.name}=([\\w-]+)`)) ?? []
    const id = this.#sessions.has(known) ? known : randomUUID()
    if (id !== known) {
      this.#sessions.set(id, {})
      response.setHeader('set-cookie', `${this.name}=${id}; HttpOnly`)
    }
    return this.#sessions.get(id)
  }

  /** Sends the user to the identity provider. */
  async #login(session, { binding = 'redirect', relayState, forceAuthn, isPassive, idp }) {
    const { id, url, form } = await this.#sp.createLoginRequest({
      binding,
      relayState,
      forceAuthn: forceAuthn === 'true',
      isPassive: isPassive === 'true',
      idp,
    })
    await this.#store.putIfAbsent(`saml:request:${id}`, Date.now() + REQUEST_LIFETIME)
    session.requestId = id
    return { location: url, html: form?.html }
  }

  /** The Reply URL: what the identity provider answers. */
  async #reply(session, { SAMLResponse, RelayState }) {
    const { requestId } = session
    try {
      const login = await this.#sp.validateResponse(SAMLResponse, {
        inResponseTo: requestId,
        relayState: RelayState,
      })
      if (login.initiatedBy === 'sp' && !(await this.#store.take(`saml:request:${requestId}`))) {
        return { status: 403, data: { code: 'answered before' } }
      }
      session.login = login
      return { data: { login, relayState: RelayState } }
    } catch (error) {
      return refusal(error)
    }
  }

  /** Asks the identity provider to end all sessions of this user. */
  async #logout(session, { binding = 'redirect', relayState }) {
    const { login } = session
    delete session.login
    const { id, url, form } = await this.#sp.createLogoutRequest({ login, binding, relayState })
    session.logoutId = id
    return { location: url, html: form?.html }
  }

  /** The Logout URL, by redirect: the query as it was written is what was signed. */
  #byRedirect(session, url) {
    return new URL(url, this.origin).searchParams.has('SAMLRequest')
      ? this.#logoutAsked('redirect', url)
      : this.#loggedOut(session, url)
  }

  /** The Logout URL, by a form. */
  #byPost(session, { SAMLRequest, SAMLResponse, RelayState: relayState }) {
    return SAMLRequest === undefined
      ? this.#loggedOut(session, SAMLResponse, relayState)
      : this.#logoutAsked('post', SAMLRequest, relayState)
  }

  /** Ends the sessions that the identity provider names, and says so. */
  async #logoutAsked(binding, message, relayState) {
    try {
      const asked = await this.#sp.validateLogoutRequest(message, { relayState })
      const { nameId, sessionIndexes } = asked
      for (const session of this.unwilling ? [] : this.#sessions.values()) {
        const { login } = session
        const all = sessionIndexes.length === 0
        if (login?.nameId.value !== nameId.value) continue
        if (all || sessionIndexes.includes(login.sessionIndex)) delete session.login
      }
      const { url, form } = await this.#sp.createLogoutResponse({
        inResponseTo: asked,
        status: this.unwilling ? 'denied' : 'success',
        binding,
      })
      return { location: url, html: form?.html }
    } catch (error) {
      return refusal(error)
    }
  }

  /** The identity provider says what became of it. */
  async #loggedOut({ logoutId }, message, relayState) {
    try {
      const context = { inResponseTo: logoutId, relayState }
      return { data: { logout: await this.#sp.validateLogoutResponse(message, context) } }
    } catch (error) {
      return refusal(error)
    }
  }
}

function refusal(error) {
  if (!(error instanceof SamlError)) throw error
  const failed = error.report?.checks.filter(({ status }) => status === 'failed')
  const { code, actual, hint } = error
  return { status: 403, data: { code, actual, hint, failed: failed?.map(({ code }) => code) } }
}

async function formOf(request) {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return Object.fromEntries(new URLSearchParams(text))
}
