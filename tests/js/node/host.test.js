// The verifier on node:crypto, by itself: every algorithm, and every way a key must not be used.

import assert from 'node:assert/strict'
import * as crypto from 'node:crypto'
import { test } from 'node:test'
import { nodeVerifier, perform, performSync, useVerifier } from '../../../pkg/host.js'

useVerifier(nodeVerifier(crypto, { parsedKeys: true }))

const RSA = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 })
const P256 = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' })
const P384 = crypto.generateKeyPairSync('ec', { namedCurve: 'P-384' })
const ED25519 = crypto.generateKeyPairSync('ed25519')
const MORE = 'http://www.w3.org/2001/04/xmldsig-more#'
const PSS = 'http://www.w3.org/2007/05/xmldsig-more#'
const data = new TextEncoder().encode('<SignedInfo/>')
const der = ({ publicKey }) =>
  Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }))

/** Algorithm, key, hash and parameters to sign with. */
const ALGORITHMS = [
  ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', RSA, 'sha1', {}],
  [`${MORE}rsa-sha1`, RSA, 'sha1', {}],
  ...['sha256', 'sha384', 'sha512'].flatMap((hash) => [
    [`${MORE}rsa-${hash}`, RSA, hash, {}],
    [`${PSS}${hash}-rsa-MGF1`, RSA, hash, pss(hash)],
  ]),
  [`${MORE}ecdsa-sha256`, P256, 'sha256', { dsaEncoding: 'ieee-p1363' }],
  [`${MORE}ecdsa-sha384`, P384, 'sha384', { dsaEncoding: 'ieee-p1363' }],
  ['http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519', ED25519, null, {}],
]

function pss(hash) {
  const saltLength = Number(hash.slice(3)) / 8
  return { padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength }
}

const sign = (hash, { privateKey: key }, parameters) =>
  Uint8Array.from(crypto.sign(hash, data, { key, ...parameters }))

const both = async (task) => {
  const tasks = [{ kind: 'verify', data, ...task }]
  const [[native], [web]] = [performSync(tasks), await perform(tasks)]
  assert.deepEqual(native, web, 'node:crypto and WebCrypto')
  return native.key
}

for (const [algorithm, key, hash, parameters] of ALGORITHMS) {
  test(algorithm, async () => {
    const signature = sign(hash, key, parameters)
    const other = crypto.generateKeyPairSync(key.publicKey.asymmetricKeyType, {
      modulusLength: 2048,
      namedCurve: key.publicKey.asymmetricKeyDetails.namedCurve,
    })
    assert.equal(await both({ algorithm, keys: [der(key)], signature }), 0)
    assert.equal(await both({ algorithm, keys: [der(other), der(key)], signature }), 1)
    assert.equal(await both({ algorithm, keys: [der(other)], signature }), null)
    assert.equal(await both({ algorithm, keys: [], signature }), null)
    const changed = signature.slice()
    changed[changed.length - 1] ^= 1
    for (const wrong of [changed, signature.slice(1), new Uint8Array([...signature, 0])]) {
      assert.equal(await both({ algorithm, keys: [der(key)], signature: wrong }), null)
    }
    for (const wrong of [new Uint8Array(), new Uint8Array(signature.length)]) {
      assert.equal(await both({ algorithm, keys: [der(key)], signature: wrong }), null)
    }
    const task = { kind: 'verify', algorithm, keys: [der(key)], signature }
    assert.deepEqual(performSync([{ ...task, data: new Uint8Array([1]) }]), [{ key: null }])
  })
}

test('a key is used for its own kind of algorithm alone', () => {
  const signatures = ALGORITHMS.map(([, key, hash, parameters]) => sign(hash, key, parameters))
  for (const [algorithm, own] of ALGORITHMS) {
    for (const key of [RSA, P256, P384, ED25519]) {
      if (key.publicKey.asymmetricKeyType === own.publicKey.asymmetricKeyType) continue
      for (const signature of signatures) {
        const task = { kind: 'verify', algorithm, keys: [der(key)], data, signature }
        assert.deepEqual(performSync([task]), [{ key: null }], algorithm)
      }
    }
  }
})

test('RSA-PSS takes a salt as long as the digest, no other', () => {
  const algorithm = `${PSS}sha256-rsa-MGF1`
  for (const saltLength of [0, 20, 31, 33]) {
    const signature = sign('sha256', RSA, { ...pss('sha256'), saltLength })
    const task = { kind: 'verify', algorithm, keys: [der(RSA)], data, signature }
    assert.deepEqual(performSync([task]), [{ key: null }], `salt of ${saltLength} bytes`)
  }
})

test('unknown tasks are left to the module', async () => {
  for (const unknown of [
    { kind: 'verify', algorithm: 'http://www.w3.org/2000/09/xmldsig#hmac-sha1' },
    { kind: 'decrypt', algorithm: `${MORE}rsa-sha256` },
  ]) {
    const task = { keys: [der(RSA)], data, signature: new Uint8Array(256), ...unknown }
    assert.equal(performSync([task]), undefined)
    await assert.rejects(perform([task]))
  }
})
