// One customer of an application, whose sign-in is built with Countersign as the package's README
// has it: requests and used assertions in a store, users created at their first login, and an
// audit log.

import { ServiceProvider } from '../../pkg/node.js'
import { MemoryStore } from '../../pkg/stores/memory.js'
import { arriveAtLoginUrl, openTile } from './sign-in.js'

/** Ten minutes to sign in at Entra ID. */
const REQUEST_LIFE = 600_000

/** Users by what never changes about them: created at their first login. */
export class Directory {
  #byExternalId = new Map()

  get size() {
    return this.#byExternalId.size
  }

  /** Takes over what changed at any later login. */
  signIn(user) {
    if (user.externalId === undefined) throw new Error('a user without a stable name')
    const known = this.#byExternalId.get(user.externalId)
    const account = { ...user, id: known?.id ?? this.#byExternalId.size + 1 }
    this.#byExternalId.set(user.externalId, account)
    return { account, created: known === undefined }
  }
}

/** Users that an administrator created beforehand, by the name they sign in with. */
export class KnownUsers {
  #byUserName = new Map()

  add(userName) {
    this.#byUserName.set(userName, { id: this.#byUserName.size + 1, userName })
  }

  /** The first login ties the account to its user; a later bearer of the name is refused. */
  signIn({ userName, externalId }) {
    const account = this.#byUserName.get(userName)
    if (account === undefined) throw new Error(`nobody is called ${userName}`)
    account.externalId ??= externalId
    if (account.externalId !== externalId) throw new Error(`${userName} is somebody else now`)
    return { account: { ...account }, created: false }
  }
}

/** A customer with its own Reply URLs, identity provider and users. */
export class Customer {
  audit = []
  store = new MemoryStore()

  /**
   * @param {import('../../pkg/index.js').ServiceProviderOptions & { metadata?: string }} options
   *   those of the package; with `metadata`, the application's own file says Identifier and Reply
   *   URLs
   */
  constructor(options, directory = new Directory()) {
    this.directory = directory
    this.configure(options)
  }

  /** What the administrator saves in the application. */
  configure({ metadata, ...options }) {
    const given = { store: this.store, ...options }
    this.options = { metadata, ...options }
    this.sp =
      metadata === undefined
        ? new ServiceProvider(given)
        : ServiceProvider.fromMetadata(metadata, given)
    this.replyUrls = options.replyUrls ?? ServiceProvider.readMetadata(metadata).replyUrls
  }

  /** Somebody opens the Sign-on URL: where the browser is sent. */
  async begin(session, { relayState, replyUrl } = {}) {
    const { id, url } = await this.sp.createLoginRequest({ relayState, replyUrl })
    await this.store.putIfAbsent(`saml:request:${id}`, Date.now() + REQUEST_LIFE)
    session.requestId = id
    return url
  }

  /**
   * A form is posted to a Reply URL. Throws what the package throws. At an address that is none of
   * ours nothing would answer; there the administrator has the message from the browser's tools.
   */
  async receive(session, { action, fields }) {
    let login
    try {
      login = await this.sp.validateResponse(fields.SAMLResponse, {
        inResponseTo: session.requestId,
        replyUrl: this.replyUrls.includes(action) ? action : undefined,
        relayState: fields.RelayState,
      })
    } catch (error) {
      this.audit.push(error.report.toAuditEvent())
      throw error
    }
    this.audit.push(login.report.toAuditEvent())
    if (login.initiatedBy === 'sp') {
      const outstanding = await this.store.take(`saml:request:${login.inResponseTo}`)
      if (!outstanding) throw new Error('the request was answered before, or too long ago')
      delete session.requestId
    }
    session.user = login.nameId.value
    return { login, ...this.directory.signIn(login.user) }
  }
}

/** SP-initiated: the user opens the Sign-on URL and is sent to Entra ID. */
export async function signOn(user, tenant, customer, { session = {}, ...asked } = {}) {
  const url = await customer.begin(session, asked)
  const arrived = arriveAtLoginUrl(user, tenant, url)
  if (arrived.page) return arrived
  return { ...arrived, ...(await customer.receive(session, arrived.post)) }
}

/** The user clicks the tile in My Apps, and the browser follows to wherever that leads. */
export async function clickTile(user, application, customer, { session = {} } = {}) {
  const arrived = openTile(user, application)
  if (arrived.page) return arrived
  if (arrived.redirect) {
    return { ...arrived, ...(await signOn(user, application.tenant, customer, { session })) }
  }
  return { ...arrived, ...(await customer.receive(session, arrived.post)) }
}
