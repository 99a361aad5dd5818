// Each side set up from what the other publishes.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { IdentityProvider } from '../../pkg/node.js'
import { Browser } from './browser.js'
import { derOf, keyPair } from './keys.js'
import { alice } from './people.js'
import { ENCRYPTIONS } from './responses.js'
import { assertRefusedThere, certificate, key } from './round-trip.js'

/**
 * @param {import('./round-trip.js').Peer} peer
 * @param {import('./round-trip.js').RoundTrip} trip
 */
export function setUps(peer, trip) {
  const next = keyPair('rsa-3072')
  const keys = { signingKey: key, signingCertificates: certificate, decryptionKeys: key }

  /** The identity provider fetches the application's metadata, and is strict from then on. */
  async function importMetadata(options, signedBy = 'sp-encryption') {
    trip.app.setUp({
      idp: trip.metadata,
      ...keys,
      encryptionCertificates: certificate,
      requireEncrypted: true,
      ...options,
    })
    const { metadataUrl } = trip.app
    await trip.setUpIdentityProvider({
      applications: [{ metadataUrl, signedBy }],
      requireSignedRequests: true,
      encryption: ENCRYPTIONS['AES-256-CBC'],
    })
  }

  describe(`${peer.name}: set-up`, () => {
    test('the live metadata says where requests go and which key signs', async () => {
      const { entityId, singleSignOnServices, singleLogoutServices, certificates } =
        IdentityProvider.fromMetadata(trip.metadata)
      assert.equal(entityId, `${trip.idp.origin}/metadata`)
      const places = (services) =>
        services.map(({ binding, location }) => `${binding.split(':').at(-1)} ${location}`).sort()
      const both = (path) =>
        ['HTTP-POST', 'HTTP-Redirect'].map((name) => `${name} ${trip.idp.origin}${path}`)
      assert.deepEqual(places(singleSignOnServices), both('/sso'))
      assert.deepEqual(places(singleLogoutServices), both('/slo'))
      assert.deepEqual(certificates, [derOf(keyPair('entra-active').certificate)])
    })

    test('the identity provider reads the live metadata of the application', async () => {
      await importMetadata({})
      const browser = new Browser(alice)
      const { login } = trip.assertSignedIn(await browser.open(trip.loginUrl()))
      assert.equal(login.encrypted, true)
    })

    if (peer.verifiesMetadata) {
      test('metadata that another key signed is refused by the identity provider', async () => {
        await assert.rejects(importMetadata({}, 'attacker'), /Failed to verify signature/)
      })

      test('key rollover: with both certificates in the metadata, either key signs', async () => {
        const both = [certificate, next.certificate]
        for (const signingKey of [key, next.key]) {
          await importMetadata({ signingCertificates: both })
          trip.app.setUp({ idp: trip.metadata, ...keys, signingKey, signingCertificates: both })
          trip.assertSignedIn(await new Browser(alice).open(trip.loginUrl()))
        }
        await importMetadata({})
        trip.app.setUp({ idp: trip.metadata, signingKey: next.key })
        assertRefusedThere(await new Browser(alice).open(trip.loginUrl()))
      })
    }
  })
}
