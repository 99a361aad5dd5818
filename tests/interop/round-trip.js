// Two applications that use the package, an identity provider that knows nothing of it, and what is
// the same in every conversation between them.

import assert from 'node:assert/strict'
import { IdentityProvider, ServiceProvider } from '../../pkg/node.js'
import { Application } from './application.js'
import { startIdentityProvider } from './identity-provider.js'
import { keyPair } from './keys.js'
import { kindOf } from './message.js'
import { alice, mallory } from './people.js'

/** The applications' key, for signatures and for decryption. */
export const { key, certificate } = keyPair('sp-encryption')

/** A RelayState with characters that have to be escaped in a query, in HTML or in UTF-8. */
export const RELAY_STATE = '/reports?from=2026&to="<now>"#é'

/**
 * @typedef {object} Peer an identity provider, and what it can do
 * @property {'pysaml2' | 'samlp'} name
 * @property {string} nameIdFormat
 * @property {(person: typeof alice) => Record<string, string[]>} attributes what arrives of them
 * @property {string[]} encrypts names of ENCRYPTIONS that it can do
 * @property {string[]} weakly names of those that it can do and that must be refused
 * @property {string[]} signs algorithms that it can sign with
 * @property {[string, string][]} verifies names of REQUEST_KEYS, each with a binding
 * @property {string} escapesOtherwise a RelayState that it escapes anew, and not as it was escaped
 * @property {boolean} knowsPassive whether it looks at IsPassive
 * @property {boolean} verifiesMetadata whether it verifies metadata, and knows rollover
 */

export class RoundTrip {
  #peer
  #keyName
  /** What the identity provider published at first: its true key, whatever it does later. */
  metadata = ''

  /**
   * @param {Peer} peer
   * @param {string} [keyName] the key that it signs with, unless a test gives it another one
   */
  constructor(peer, keyName = 'entra-active') {
    this.#peer = peer
    this.#keyName = keyName
  }

  async start() {
    this.app = await Application.start('app')
    this.other = await Application.start('other')
    this.idp = await startIdentityProvider(this.#peer.name)
    await this.setUpIdentityProvider({})
    this.metadata = await this.idp.metadata()
  }

  async stop() {
    await Promise.all([this.app, this.other, this.idp].map((server) => server?.stop()))
  }

  /** Sets both sides up. */
  async setUp({ settings, options, ...registration } = {}) {
    const idp = IdentityProvider.fromMetadata(this.metadata)
    for (const one of [this.app, this.other]) one.setUp({ idp, ...options })
    await this.setUpIdentityProvider(settings, registration)
  }

  /**
   * Registers applications at the identity provider, by the metadata that the package writes for
   * them, with the key that they sign with.
   */
  async setUpIdentityProvider(
    settings,
    { applications = [this.app, this.other], signingKey = key, signing = certificate } = {},
  ) {
    const metadata = ({ entityId, replyUrl, logoutUrl }) =>
      ServiceProvider.writeMetadataAsync({
        ...{ entityId, replyUrls: [replyUrl], logoutUrl },
        ...{ signingKey, signingCertificates: signing },
        ...{ decryptionKeys: key, encryptionCertificates: certificate },
      })
    const registered = applications.map(async (one) => ({ metadata: await metadata(one) }))
    await this.idp.set({
      people: [alice, mallory],
      applications: await Promise.all(registered),
      key: this.#keyName,
      ...settings,
    })
  }

  /** The address that sends a user to the identity provider. */
  loginUrl(parameters = {}, application = this.app) {
    return `${application.origin}/login?${new URLSearchParams(parameters)}`
  }

  /** The address of an icon in the identity provider's portal. */
  tileUrl(parameters = {}, { entityId } = this.app) {
    return `${this.idp.origin}/start?${new URLSearchParams({ entityId, ...parameters })}`
  }

  assertSignedIn(page, person = alice) {
    assert.equal(page.status, 200, page.text)
    const { login } = page.data
    assert.equal(login.nameId.value, person.nameId)
    assert.equal(login.nameId.format, this.#peer.nameIdFormat)
    assert.deepEqual(login.attributes, this.#peer.attributes(person))
    assert.equal(login.issuer, `${this.idp.origin}/metadata`)
    assert.deepEqual(login.audiences, [this.app.entityId])
    assert.match(login.sessionIndex, /./)
    return page.data
  }
}

/** What the application says where it refuses. */
export function assertRefused(page, code, text = '') {
  assert.equal(page.status, 403, page.text)
  assert.equal(page.data.code, code, page.text)
  assert(page.text.includes(text), page.text)
}

/** What the identity provider says where a signature does not hold, or is not there. */
export function assertRefusedThere(page) {
  assert.equal(page.status, 400, page.text)
  assert.match(page.text, /^refused: .*[Ss]ign/)
}

/** Changes the one message of a kind on its way. */
export function altering(kind, change) {
  return (hop) => (kindOf(hop) === kind ? change(hop) : hop)
}
