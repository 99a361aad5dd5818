// What an identity provider answers, in every way that it knows.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Browser } from './browser.js'
import { alice } from './people.js'
import { RELAY_STATE, key } from './round-trip.js'
import { witness } from './witness.js'

const XMLENC = 'http://www.w3.org/2001/04/xmlenc#'
const XMLENC11 = 'http://www.w3.org/2009/xmlenc11#'

export const ENCRYPTIONS = {
  'AES-128-CBC': { content: `${XMLENC}aes128-cbc`, cipher: 'aes', bits: 128 },
  'AES-192-CBC': { content: `${XMLENC}aes192-cbc`, cipher: 'aes', bits: 192 },
  'AES-256-CBC': { content: `${XMLENC}aes256-cbc`, cipher: 'aes', bits: 256 },
  'AES-128-GCM': { content: `${XMLENC11}aes128-gcm`, cipher: 'aes', bits: 128 },
  'AES-192-GCM': { content: `${XMLENC11}aes192-gcm`, cipher: 'aes', bits: 192 },
  'AES-256-GCM': { content: `${XMLENC11}aes256-gcm`, cipher: 'aes', bits: 256 },
  'Triple DES': { content: `${XMLENC}tripledes-cbc`, cipher: 'des', bits: 192 },
  'RSA-1_5': {
    content: `${XMLENC}aes256-cbc`,
    cipher: 'aes',
    bits: 256,
    key: `${XMLENC}rsa-1_5`,
  },
}

const SIGNED = [['assertion'], ['response'], ['assertion', 'response']]

/**
 * @param {import('./round-trip.js').Peer} peer
 * @param {import('./round-trip.js').RoundTrip} trip
 */
export function responses(peer, trip) {
  describe(`${peer.name}: responses`, () => {
    for (const encryption of [undefined, ...peer.encrypts]) {
      for (const signed of SIGNED) {
        test(`${signed.join(' and ')} signed, ${encryption ?? 'not encrypted'}`, async () => {
          await trip.setUp({
            settings: { signed, encryption: ENCRYPTIONS[encryption] ?? null },
            options: encryption && { decryptionKeys: key, requireEncrypted: true },
          })
          const browser = new Browser(alice)
          const { login } = trip.assertSignedIn(await browser.open(trip.loginUrl()))
          assert.equal(login.encrypted, encryption !== undefined)
          const elements = login.signedBy.map(({ element }) => element.toLowerCase())
          assert.deepEqual(elements.sort(), signed)
          const { SAMLResponse } = browser.posted('SAMLResponse').fields
          const read = witness(trip.app, SAMLResponse, signed, key)
          // node-saml knows no AES-192.
          if (encryption?.startsWith('AES-192')) await assert.rejects(read, /not supported/)
          else assert.deepEqual(await read, [login.nameId.value, login.attributes])
        })
      }
    }

    for (const signatureAlgorithm of peer.signs) {
      test(`signed with ${signatureAlgorithm}`, async () => {
        await trip.setUp({ settings: { signatureAlgorithm } })
        const { login } = trip.assertSignedIn(await new Browser(alice).open(trip.loginUrl()))
        assert.match(login.signedBy[0].algorithm, new RegExp(`#${signatureAlgorithm}$`))
      })
    }

    test('a login that begins at the identity provider, where that is allowed', async () => {
      await trip.setUp({ options: { allowIdpInitiated: true } })
      const url = trip.tileUrl({ RelayState: RELAY_STATE })
      const { login, relayState } = trip.assertSignedIn(await new Browser(alice).open(url))
      assert.equal(login.initiatedBy, 'idp')
      assert.equal(login.inResponseTo, undefined)
      assert.equal(relayState, RELAY_STATE)
    })
  })
}
