// Encrypted messages: those of other projects (the corpus), with keys in every form.

import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ServiceProvider } from '../../../pkg/node.js'

const corpus = new URL(
  'responses/',
  process.env.COUNTERSIGN_CORPUS
    ? new URL(`file://${process.env.COUNTERSIGN_CORPUS}/`)
    : new URL('../../../../shared/corpus/', import.meta.url),
)
const read = (name) => readFileSync(new URL(name, corpus), 'utf8')
const ours = readFileSync(new URL('../../data/keys/entra-active.crt.pem', import.meta.url), 'utf8')

const present = existsSync(new URL('cases.jsonl', corpus))
if (!present) {
  assert.notEqual(process.env.CI, 'true', `the corpus is missing: ${corpus}`)
  console.log('responses: left out, the corpus is not there')
}
const cases = !present
  ? []
  : read('cases.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter((one) => one.kind === 'response' && one.decryption_key)

/** What the product refuses by name, whoever may accept it. */
function refusal({ id, legacy }) {
  if (legacy.includes('3des') || id === 'java-okta-rsa15-aes256cbc') return 'ERR_SAML_DECRYPT_ALGORITHM'
  if (id === 'instructure-encrypted-nameid') return 'ERR_SAML_DECRYPT_ALGORITHM'
  if (legacy.includes('rsa1024')) return 'ERR_SAML_SIGNATURE_ALGORITHM'
  return undefined
}

const CAUSES = {
  decryption: 'ERR_SAML_DECRYPT_FAILED',
  'wrong-key': 'ERR_SAML_SIGNATURE_KEY_UNTRUSTED',
  unsigned: 'ERR_SAML_SIGNATURE_MISSING',
  'multiple-assertions': 'ERR_SAML_ASSERTION_COUNT',
}

function setUp(one, decryptionKeys) {
  const certificates = [one.idp_cert].flat().filter(Boolean).map(read)
  return new ServiceProvider({
    entityId: one.sp_entity_id ?? 'urn:any',
    replyUrls: [one.acs_url ?? 'https://any.example/acs'],
    idp: {
      entityId: one.idp_entity_id ?? 'urn:any',
      certificates: certificates.length > 0 ? certificates : [ours],
    },
    allowIdpInitiated: one.in_response_to === null,
    algorithms: { allowSha1: one.legacy.length > 0 },
    certificateExpiry: 'ignore',
    decryptionKeys,
  })
}

const context = (one) => ({ inResponseTo: one.in_response_to, now: new Date(one.now) })
const message = (one) => read(one.file)

for (const one of cases) {
  test(`the encrypted message ${one.id} gets its verdict`, async () => {
    const report = await setUp(one, read(one.decryption_key)).inspectResponse(message(one), context(one))
    const expected = one.expect === 'accept' ? refusal(one) : CAUSES[one.class]
    assert.equal(report.code, expected)
    if (expected === undefined) {
      assert.equal(report.login.nameId.value, one.name_id.trim())
      assert.equal(report.login.encrypted, true)
      for (const [name, values] of Object.entries(one.facts.attributes ?? {})) {
        assert.deepEqual([...report.login.attributes[name]], values)
      }
    }
  })
}

if (present) {
  const one = cases.find(({ id }) => id === 'crewjam-okta-encrypted-both')
  const pem = read(one.decryption_key)
  const der = () => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  const login = (keys) => setUp(one, keys).validateResponse(message(one), context(one))

  test('a CryptoKey that cannot be extracted decrypts', async () => {
    const { createPrivateKey } = await import('node:crypto')
    const pkcs8 = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' })
    const algorithm = { name: 'RSA-OAEP', hash: 'SHA-1' }
    const key = await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['decrypt'])
    assert.equal((await login(key)).nameId.value, one.name_id.trim())
  })

  test('a function unwraps, and another key before it does no harm', async () => {
    const { constants, privateDecrypt, generateKeyPairSync } = await import('node:crypto')
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const asked = []
    const hook = async ({ algorithm, digest, mgf, label, ciphertext }) => {
      asked.push([algorithm, digest, mgf, label.length])
      const padding = constants.RSA_PKCS1_OAEP_PADDING
      return new Uint8Array(privateDecrypt({ key: pem, padding, oaepHash: 'sha1' }, ciphertext))
    }
    const keys = [other.export({ format: 'pem', type: 'pkcs8' }), hook]
    assert.equal((await login(keys)).nameId.value, one.name_id.trim())
    assert.deepEqual(asked, [['RSA-OAEP', 'SHA-1', 'SHA-1', 0]])
  })

  test('whatever goes wrong while unwrapping looks alike', async () => {
    const hooks = [
      () => null,
      () => new Uint8Array(5),
      () => new Uint8Array(16),
      () => 'no bytes',
      async () => {
        throw new Error('the service is down')
      },
    ]
    const reports = []
    for (const hook of hooks) {
      const report = await setUp(one, hook).inspectResponse(message(one), context(one))
      reports.push(report.checks.find(({ id }) => id === 'decryption'))
    }
    for (const report of reports) {
      assert.equal(report.code, 'ERR_SAML_DECRYPT_FAILED')
      assert.deepEqual(report, reports[0])
    }
  })

  test('without a key the message says so, and a synchronous call cannot decrypt', async () => {
    const report = await setUp(one, undefined).inspectResponse(message(one), context(one))
    assert.equal(report.code, 'ERR_SAML_DECRYPT_KEY')
    const sync = () => setUp(one, pem).validateResponseSync(message(one), context(one))
    assert.throws(sync, { code: 'ERR_SAML_NEEDS_ASYNC' })
  })

  test('a key that cannot be used is refused when the set-up is made', () => {
    assert.ok(der().length > 0)
    for (const key of ['', 'no key', pem.replace('-----END', '-----FIN'), ours, 5, {}, [], [null]]) {
      assert.throws(() => setUp(one, key), { code: 'ERR_SAML_OPTIONS' }, JSON.stringify(key))
    }
  })
}
