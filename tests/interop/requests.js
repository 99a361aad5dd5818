// What the package asks of an identity provider that knows nothing of it.

import assert from 'node:assert/strict'
import { createPrivateKey, verify } from 'node:crypto'
import { describe, test } from 'node:test'
import { Browser } from './browser.js'
import { keyPair } from './keys.js'
import { withQuery, withXml, xmlOf } from './message.js'
import { alice } from './people.js'
import { RELAY_STATE, altering, assertRefused, assertRefusedThere } from './round-trip.js'
import { certificate, key } from './round-trip.js'

/** Keys that sign requests with more than RSA and SHA-256. */
const REQUEST_KEYS = {
  'RSA with SHA-512': {
    pair: keyPair('sp-encryption'),
    algorithm: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' },
  },
  'ECDSA with P-256': { pair: keyPair('p256'), algorithm: { name: 'ECDSA', namedCurve: 'P-256' } },
}

/** A key that the package may use and nobody can read. */
function sealed({ pair, algorithm }) {
  const der = createPrivateKey(pair.key).export({ format: 'der', type: 'pkcs8' })
  return crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
}

/**
 * @param {import('./round-trip.js').Peer} peer
 * @param {import('./round-trip.js').RoundTrip} trip
 */
export function requests(peer, trip) {
  describe(`${peer.name}: requests`, () => {
    for (const binding of ['redirect', 'post']) {
      for (const signs of [false, true]) {
        test(`${signs ? 'signed' : 'unsigned'}, by ${binding}`, async () => {
          await trip.setUp({
            settings: { requireSignedRequests: signs },
            options: signs ? { signingKey: key } : {},
          })
          const browser = new Browser(alice)
          const { login, relayState } = trip.assertSignedIn(
            await browser.open(trip.loginUrl({ binding, relayState: RELAY_STATE })),
          )
          const sent =
            binding === 'post' ? browser.posted('SAMLRequest') : browser.asked('SAMLRequest')
          const [, id] = xmlOf(sent).match(/ ID="([^"]+)"/)
          assert.equal(login.inResponseTo, id)
          assert.equal(login.initiatedBy, 'sp')
          assert.equal(relayState, RELAY_STATE)
        })
      }

      const forgeries = {
        'changed after it was signed': (hop) =>
          withXml(hop, (xml) => xml.replace(/ IssueInstant="2/, ' ForceAuthn="true"$&')),
        'with its signature taken away': (hop) =>
          hop.fields === undefined
            ? withQuery(hop, (query) => ['Signature', 'SigAlg'].map((name) => query.delete(name)))
            : withXml(hop, (xml) => xml.replace(/<(\w+:)?Signature [^]*<\/(\w+:)?Signature>/, '')),
      }
      for (const [how, change] of Object.entries(forgeries)) {
        test(`the identity provider refuses one ${how}, by ${binding}`, async () => {
          await trip.setUp({
            settings: { requireSignedRequests: true },
            options: { signingKey: key },
          })
          const page = await new Browser(alice, altering('SAMLRequest', change)).open(
            trip.loginUrl({ binding, relayState: RELAY_STATE }),
          )
          assertRefusedThere(page)
        })
      }

      test(`the identity provider refuses one that another key signed, by ${binding}`, async () => {
        await trip.setUp({
          settings: { requireSignedRequests: true },
          options: { signingKey: keyPair('attacker').key },
        })
        const page = await new Browser(alice).open(trip.loginUrl({ binding }))
        assertRefusedThere(page)
      })
    }

    for (const [name, binding] of peer.verifies) {
      test(`signed with ${name}, by ${binding}`, async () => {
        const signingKey = await sealed(REQUEST_KEYS[name])
        await trip.setUp({
          settings: { requireSignedRequests: true },
          options: { signingKey },
          signingKey,
          signing: REQUEST_KEYS[name].pair.certificate,
        })
        trip.assertSignedIn(await new Browser(alice).open(trip.loginUrl({ binding })))
      })
    }

    test('the signature of a redirect covers RelayState', async () => {
      await trip.setUp({ settings: { requireSignedRequests: true }, options: { signingKey: key } })
      const change = (hop) => withQuery(hop, (query) => query.set('RelayState', '/elsewhere'))
      const page = await new Browser(alice, altering('SAMLRequest', change)).open(
        trip.loginUrl({ relayState: RELAY_STATE }),
      )
      assertRefusedThere(page)
    })

    test('a RelayState that the other side escapes otherwise: the query is right', async () => {
      await trip.setUp({ settings: { requireSignedRequests: true }, options: { signingKey: key } })
      const browser = new Browser(alice)
      const page = await browser.open(trip.loginUrl({ relayState: peer.escapesOtherwise }))
      // It verifies what it escaped itself, not the octets that came (SAML bindings 3.4.4.1).
      assert.equal(page.status, 400, page.text)
      const { search } = new URL(browser.asked('SAMLRequest').url)
      const [, octets, signature] = search.match(/^\?(.*)&Signature=(.*)$/)
      const value = Buffer.from(decodeURIComponent(signature), 'base64')
      assert(verify('sha256', Buffer.from(octets), certificate, value))
    })

    test('a session at the identity provider is enough, unless forceAuthn asks anew', async () => {
      await trip.setUp()
      const browser = new Browser(alice)
      trip.assertSignedIn(await browser.open(trip.loginUrl()))
      const asked = () => browser.hops.filter(({ url }) => url.endsWith('/sign-in')).length
      assert.equal(asked(), 1)
      trip.assertSignedIn(await browser.open(trip.loginUrl()))
      assert.equal(asked(), 1)
      trip.assertSignedIn(await browser.open(trip.loginUrl({ forceAuthn: 'true' })))
      assert.equal(asked(), 2)
    })

    if (peer.knowsPassive) {
      test('isPassive: nobody is asked, and where nobody is known there is no login', async () => {
        await trip.setUp()
        const browser = new Browser(alice)
        const isPassive = { isPassive: 'true' }
        assertRefused(await browser.open(trip.loginUrl(isPassive)), 'ERR_SAML_STATUS', 'NoPassive')
        trip.assertSignedIn(await browser.open(trip.loginUrl()))
        trip.assertSignedIn(await browser.open(trip.loginUrl(isPassive)))
      })
    }
  })
}
