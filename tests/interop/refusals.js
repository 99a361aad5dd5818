// What must not sign anybody in: whatever an identity provider may send, and whatever may be done
// at the browser.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Browser } from './browser.js'
import { keyPair } from './keys.js'
import { withXml } from './message.js'
import { alice, mallory } from './people.js'
import { ENCRYPTIONS } from './responses.js'
import { altering, assertRefused, key } from './round-trip.js'

/** The last characters of the last CipherValue: in GCM the tag. */
const END_OF_CIPHERTEXT = /\w[\w+/\s]{7,9}=*\s*<\/(\w+:)?CipherValue>(?![^]*CipherValue>)/

/**
 * @param {import('./round-trip.js').Peer} peer
 * @param {import('./round-trip.js').RoundTrip} trip
 */
export function refusals(peer, trip) {
  describe(`${peer.name}: refused`, () => {
    const cases = {
      'a login that begins at the identity provider, where that is not allowed': {
        url: () => trip.tileUrl(),
        code: 'ERR_SAML_UNSOLICITED',
      },
      'an identity provider that says no': {
        settings: { refuse: true },
        code: 'ERR_SAML_STATUS',
      },
      'a response in which nothing is signed': {
        settings: { signed: [] },
        code: 'ERR_SAML_SIGNATURE_MISSING',
      },
      'a signature less than is demanded': {
        options: { requireSigned: 'both' },
        code: 'ERR_SAML_SIGNATURE_POLICY',
      },
      'a signature with SHA-1': {
        settings: { signatureAlgorithm: 'rsa-sha1' },
        code: 'ERR_SAML_SIGNATURE_ALGORITHM',
      },
      'an identity provider with another key': {
        settings: { key: 'attacker' },
        code: 'ERR_SAML_SIGNATURE_KEY_UNTRUSTED',
      },
      'an assertion that has expired': {
        settings: { lifetimeSeconds: -600 },
        code: 'ERR_SAML_EXPIRED',
      },
      'a plain assertion where encryption is demanded': {
        options: { decryptionKeys: key, requireEncrypted: true },
        code: 'ERR_SAML_NOT_ENCRYPTED',
      },
      'an encrypted assertion where no key is configured': {
        settings: { encryption: ENCRYPTIONS['AES-256-CBC'] },
        code: 'ERR_SAML_DECRYPT_KEY',
      },
      'an assertion encrypted for somebody else': {
        settings: { encryption: ENCRYPTIONS['AES-256-CBC'] },
        options: { decryptionKeys: keyPair('attacker').key },
        code: 'ERR_SAML_DECRYPT_FAILED',
      },
      'a ciphertext changed on its way': {
        settings: { encryption: ENCRYPTIONS['AES-128-GCM'] },
        options: { decryptionKeys: key },
        onTheWay: (xml) =>
          xml.replace(END_OF_CIPHERTEXT, (end) => (end[0] === 'A' ? 'B' : 'A') + end.slice(1)),
        code: 'ERR_SAML_DECRYPT_FAILED',
      },
      'another name written into a signed assertion': {
        onTheWay: (xml) => xml.replaceAll(alice.nameId, mallory.nameId),
        code: 'ERR_SAML_SIGNATURE_DIGEST',
      },
      'another name written into an assertion inside a signed response': {
        settings: { signed: ['response'] },
        onTheWay: (xml) => xml.replaceAll(alice.nameId, mallory.nameId),
        code: 'ERR_SAML_SIGNATURE_DIGEST',
      },
      'another destination written around a signed assertion': {
        onTheWay: (xml) => xml.replace(/ Destination="[^"]*/, '$&/elsewhere'),
        code: 'ERR_SAML_DESTINATION',
      },
      'an error written over the status': {
        onTheWay: (xml) => xml.replace('status:Success', 'status:Responder'),
        code: 'ERR_SAML_STATUS',
      },
      'a forged assertion put before the signed one': {
        onTheWay: (xml) => {
          const [genuine] = xml.match(/<(\w+:)?Assertion [^]*Assertion>/)
          const forged = genuine
            .replace(/ ID="/, '$&forged')
            .replace(/<(\w+:)?Signature [^]*<\/(\w+:)?Signature>/, '')
            .replaceAll(alice.nameId, mallory.nameId)
          return xml.replace(genuine, () => forged + genuine)
        },
        code: 'ERR_SAML_ASSERTION_COUNT',
      },
    }
    for (const name of peer.weakly) {
      cases[`an assertion encrypted with ${name}`] = {
        settings: { encryption: ENCRYPTIONS[name] },
        options: { decryptionKeys: key },
        code: 'ERR_SAML_DECRYPT_ALGORITHM',
      }
    }
    for (const [name, { settings, options, url, onTheWay, code }] of Object.entries(cases)) {
      test(name, async () => {
        await trip.setUp({ settings, options })
        const alter = onTheWay && altering('SAMLResponse', (hop) => withXml(hop, onTheWay))
        const page = await new Browser(alice, alter).open(url?.() ?? trip.loginUrl())
        assertRefused(page, code)
      })
    }

    test('a response that comes a second time, from the same browser', async () => {
      await trip.setUp()
      const browser = new Browser(alice)
      trip.assertSignedIn(await browser.open(trip.loginUrl()))
      assertRefused(await browser.open(browser.posted('SAMLResponse')), 'ERR_SAML_REPLAY')
    })

    test('a response that comes a second time, from another browser', async () => {
      await trip.setUp({ options: { allowIdpInitiated: true } })
      const browser = new Browser(alice)
      trip.assertSignedIn(await browser.open(trip.tileUrl()))
      const page = await new Browser(mallory).open(browser.posted('SAMLResponse'))
      assertRefused(page, 'ERR_SAML_REPLAY')
    })

    test("the answer to somebody else's request", async () => {
      await trip.setUp()
      // Mallory wants Alice to work in Mallory's account, and to leave her files there.
      let caught
      const catching = altering('SAMLResponse', (hop) => {
        caught = hop
        return { method: 'GET', url: `${trip.idp.origin}/metadata` }
      })
      await new Browser(mallory, catching).open(trip.loginUrl())
      const swapping = altering('SAMLResponse', () => caught)
      const page = await new Browser(alice, swapping).open(trip.loginUrl())
      assertRefused(page, 'ERR_SAML_IN_RESPONSE_TO')
      assert.deepEqual(page.data.failed, ['ERR_SAML_IN_RESPONSE_TO'])
    })

    test('a response for another application, posted to this one', async () => {
      await trip.setUp({ options: { allowIdpInitiated: true } })
      // Whoever runs the other application has such responses of all its users.
      const stealing = altering('SAMLResponse', (hop) => ({ ...hop, url: trip.app.replyUrl }))
      const page = await new Browser(alice, stealing).open(trip.tileUrl({}, trip.other))
      assertRefused(page, 'ERR_SAML_DESTINATION')
      assert(page.data.failed.includes('ERR_SAML_AUDIENCE'), page.text)
    })

    test('a response for another application that has the same Reply URL', async () => {
      const { replyUrl, logoutUrl } = trip.app
      const shared = { entityId: `${trip.other.entityId}/shared`, replyUrl, logoutUrl }
      await trip.setUp({ applications: [trip.app, shared], options: { allowIdpInitiated: true } })
      const page = await new Browser(alice).open(trip.tileUrl({}, shared))
      assertRefused(page, 'ERR_SAML_AUDIENCE')
      assert.deepEqual(page.data.failed, ['ERR_SAML_AUDIENCE'])
    })
  })
}
