// Encrypted assertions of the corpus `xmlenc`, decrypted by WebCrypto as an application does it:
// each in a Response of its own, with what the decryption check says of it. What the reader of
// XML Encryption makes of the whole corpus is in tests/xmlenc.rs.

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ServiceProvider } from '../../../pkg/node.js'

const corpus = new URL(
  'xmlenc/',
  process.env.COUNTERSIGN_CORPUS
    ? new URL(`file://${process.env.COUNTERSIGN_CORPUS}/`)
    : new URL('../../../../shared/corpus/', import.meta.url),
)
const read = (name) => readFileSync(new URL(name, corpus), 'utf8')
const present = existsSync(new URL('cases.jsonl', corpus))
if (!present) {
  assert.notEqual(process.env.CI, 'true', `the corpus is missing: ${corpus}`)
  console.log('xmlenc: left out, the corpus is not there')
}
const cases = !present
  ? []
  : read('cases.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ file, key_type: type }) => file.startsWith('own/') && type === 'rsa')

const ours = readFileSync(new URL('../../data/keys/entra-active.crt.pem', import.meta.url), 'utf8')
const metadata = { entityId: 'urn:idp', certificates: [ours] }

/** A Response that nobody signed: what is encrypted in it is decrypted, and refused for that. */
function response(encrypted) {
  return (
    '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ' +
    'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r" Version="2.0" ' +
    'IssueInstant="2026-03-10T09:00:00Z"><saml:Issuer>urn:idp</saml:Issuer><samlp:Status>' +
    '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>' +
    `${encrypted.replace(/^<\?xml[^>]*\?>\s*/, '')}</samlp:Response>`
  )
}

const SHA1 = 'http://www.w3.org/2000/09/xmldsig#sha1'
const hash = (uri = SHA1) => uri.split('#')[1].replace('mgf1', '')

/** What the application refuses by the names of the algorithms. */
function isRefusedByName(one) {
  if (one.legacy.includes('rsa-1_5') || one.optional.includes('sha224')) return true
  if (/not allowed/.test(one.why)) return true
  // WebCrypto has one digest for OAEP and its MGF1.
  return hash(one.oaep_digest ?? SHA1) !== hash(one.oaep_mgf ?? SHA1)
}

/** The code of the decryption check; none where it passes. */
function expected(one) {
  if (one.key_algorithm !== undefined && isRefusedByName(one)) return 'ERR_SAML_DECRYPT_ALGORITHM'
  if (one.id in OTHERWISE) return OTHERWISE[one.id]
  const decrypts = one.expect === 'accept' && one.content_expect !== 'refuse'
  return decrypts ? undefined : 'ERR_SAML_DECRYPT_FAILED'
}

const OTHERWISE = {
  // The octets are not an Assertion, which is what has to be in an EncryptedAssertion.
  'own-non-ascii': 'ERR_SAML_DECRYPT_FAILED',
  // What was encrypted must be read on its own: an element that takes its namespaces from around it
  // would mean something else wherever somebody puts it.
  'own-content-unbound-prefix': 'ERR_SAML_DECRYPT_FAILED',
}

let accepted = 0
for (const one of cases) {
  test(`${one.id}: ${one.why}`, async () => {
    const sp = new ServiceProvider({
      entityId: 'urn:sp',
      replyUrls: ['https://sp.example/acs'],
      idp: metadata,
      allowIdpInitiated: true,
      decryptionKeys: read(one.key),
    })
    const report = await sp.inspectResponse(response(read(one.file)), { now: 0 })
    assert.equal(report.ok, false, 'nobody signed it')
    const check = report.checks.find(({ id }) => id === 'decryption')
    const message = report.checks.find(({ id }) => id === 'message')
    const code = check.code ?? message.code
    assert.equal(code, expected(one), JSON.stringify({ check, message }))
    if (code === undefined) accepted += 1
    if (code === 'ERR_SAML_DECRYPT_FAILED' && /tag|padding:|unwrap|key length/.test(one.why)) {
      FAILURES.add(JSON.stringify(check))
    }
  })
}

/** What is said about a failure of the key, the padding or the tag. */
const FAILURES = new Set()

if (present) {
  test('many decrypt, and failures of key, padding and tag cannot be told apart', () => {
    assert.ok(cases.length > 80, `${cases.length} cases`)
    assert.ok(accepted > 20, `${accepted} decrypt`)
    assert.equal(FAILURES.size, 1, [...FAILURES].join('\n'))
  })
}
