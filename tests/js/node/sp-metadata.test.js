// The metadata that a service provider writes: signed by keys in every form, at once where that
// can be done, and read back.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { SamlError, ServiceProvider } from '../../../pkg/node.js'

const keys = new URL('../../data/keys/', import.meta.url)
const file = (name) => readFileSync(new URL(name, keys), 'utf8')
const idp = readFileSync(new URL('../../data/metadata/contoso.xml', import.meta.url), 'utf8')
const pem = file('rsa-3072.key.pem')
const certificate = file('rsa-3072.crt.pem')
const base64 = (text) => text.replace(/-----[^-]+-----|\s/g, '')
const setUp = {
  entityId: 'https://app.example.com/saml',
  replyUrls: ['https://app.example.com/saml/acs', 'https://eu.example.com/saml/acs'],
}
const serviceProvider = (options) => new ServiceProvider({ ...setUp, idp, ...options })
const signing = { signingKey: pem, signingCertificates: certificate }
const read = (xml) => ServiceProvider.readMetadata(xml, { signedBy: certificate })

async function cryptoKey(name, algorithm) {
  const der = Buffer.from(base64(file(name)), 'base64')
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
}
const rsa = (hash) => cryptoKey('rsa-3072.key.pem', { name: 'RSASSA-PKCS1-v1_5', hash })
const ecdsa = (namedCurve, name) => cryptoKey(name, { name: 'ECDSA', namedCurve })

test('without a key it is unsigned, and the same from call to call', () => {
  const sp = serviceProvider()
  const xml = sp.metadata()
  assert.equal(sp.metadata({ now: 0 }), xml)
  const said = ServiceProvider.readMetadata(xml)
  assert.equal(said.entityId, setUp.entityId)
  assert.deepEqual(said.replyUrls, setUp.replyUrls)
  assert.equal(said.signed, false)
  assert.equal(said.authnRequestsSigned, false)
  assert.deepEqual(said.certificates, [])
  assert.deepEqual(said.singleLogoutServices, [])
})

for (const [kind, key, name, { atOnce = true } = {}] of [
  ['PEM', () => pem, 'rsa-3072'],
  ['RSA and SHA-256', () => rsa('SHA-256'), 'rsa-3072'],
  ['RSA and SHA-384', () => rsa('SHA-384'), 'rsa-3072'],
  ['RSA and SHA-512', () => rsa('SHA-512'), 'rsa-3072'],
  ['ECDSA on P-256', () => ecdsa('P-256', 'p256.key.pem'), 'p256'],
  ['ECDSA on P-384', () => ecdsa('P-384', 'p384.key.pem'), 'p384'],
  ['a function that answers at once', async () => hook((signature) => signature), 'rsa-3072'],
  [
    'a function that answers with a promise',
    async () => hook((signature) => Promise.resolve(signature)),
    'rsa-3072',
    { atOnce: false },
  ],
]) {
  test(`it is signed with ${kind}`, async () => {
    const own = file(`${name}.crt.pem`)
    // The next certificate of a rollover stands beside, on either side.
    const rollovers = [[own, file('attacker.crt.pem')], [base64(file('p256.crt.pem')), own]]
    for (const signingCertificates of rollovers) {
      const sp = serviceProvider({ signingKey: await key(), signingCertificates })
      const options = { contacts: [{ type: 'support', emailAddress: 'help@example.com' }] }
      const documents = [await sp.metadataAsync(options)]
      if (atOnce) documents.push(sp.metadata(options))
      else assert.throws(() => sp.metadata(options), needsAsync)
      for (const xml of documents) {
        const said = ServiceProvider.readMetadata(xml, { signedBy: own })
        assert.equal(said.authnRequestsSigned, true)
        assert.deepEqual(said.replyUrls, setUp.replyUrls)
        assert.ok(xml.includes(`<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${base64(own)}<`))
        assert.ok(xmlsec1(xml, `${name}.crt.pem`), 'xmlsec1 verifies it')
        assert.ok(!xmlsec1(xml.replace('/saml/acs', '/evil/acs'), `${name}.crt.pem`))
      }
    }
  })
}

function needsAsync(error) {
  assert.ok(error instanceof SamlError)
  assert.equal(error.code, 'ERR_SAML_NEEDS_ASYNC')
  assert.match(error.hint, /await sp\.metadataAsync\(options\)/)
  return true
}

/** A key management service. */
async function hook(answer) {
  const { createSign } = await import('node:crypto')
  return ({ data }) => answer(new Uint8Array(createSign('sha256').update(data).sign(pem)))
}

/** Whether xmlsec1 finds the signature good. */
function xmlsec1(xml, name) {
  const id = 'urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor'
  const key = fileURLToPath(new URL(name, keys))
  const args = ['--verify', '--id-attr:ID', id, '--pubkey-cert-pem', key, '-']
  try {
    execFileSync('xmlsec1', args, { input: xml, stdio: ['pipe', 'pipe', 'pipe'] })
    return true
  } catch (error) {
    assert.ok(error.status > 0, `xmlsec1 runs: ${error}`)
    return false
  }
}

test('each signed document has an ID of its own, or the one that is given', () => {
  const sp = serviceProvider(signing)
  const id = (xml) => /^<md:EntityDescriptor [^>]*\bID="([^"]+)"/.exec(xml)?.[1]
  assert.match(id(sp.metadata()), /^_[0-9a-f]{32}$/)
  assert.notEqual(id(sp.metadata()), id(sp.metadata()))
  assert.equal(id(sp.metadata({ id: 'mine' })), 'mine')
  assert.equal(id(sp.metadata({ sign: false })), undefined)
})

test('sign: false leaves the signature out and announces signed requests still', () => {
  const asynchronous = () => Promise.reject(new Error('nobody asks for this key'))
  const sp = serviceProvider({ ...signing, signingKey: asynchronous })
  const said = ServiceProvider.readMetadata(sp.metadata({ sign: false }))
  assert.equal(said.signed, false)
  assert.equal(said.authnRequestsSigned, true)
  assert.equal(said.certificates.length, 1)
})

test('everything that can be said is said', () => {
  const sp = serviceProvider({
    ...signing,
    logoutUrl: 'https://app.example.com/saml/logout',
    requireSigned: 'both',
    encryptionCertificates: [file('sp-encryption.crt.pem')],
    decryptionKeys: file('sp-encryption.key.pem'),
  })
  const xml = sp.metadata({
    organization: { name: 'Contoso', url: 'https://contoso.example' },
    contacts: [
      { type: 'technical', givenName: 'Ada', surName: 'L', company: 'C', telephoneNumber: '1' },
      { type: 'administrative' },
      { type: 'billing', emailAddress: 'mailto:b@contoso.example' },
      { type: 'other' },
    ],
    nameIdFormats: ['urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'],
    validUntil: new Date('2030-01-31T00:00:00Z'),
    cacheSeconds: 3600,
    now: new Date('2026-03-10T09:00:00Z'),
  })
  const said = ServiceProvider.readMetadata(xml, { signedBy: certificate, now: 0 })
  assert.equal(said.validUntil, '2030-01-31T00:00:00.000Z')
  assert.equal(said.wantAssertionsSigned, true)
  assert.deepEqual(
    said.certificates.map(({ use, certificate }) => [use, certificate]),
    [
      ['signing', base64(certificate)],
      ['encryption', base64(file('sp-encryption.crt.pem'))],
    ],
  )
  assert.deepEqual(
    said.singleLogoutServices.map(({ binding }) => binding.split(':').at(-1)),
    ['HTTP-Redirect', 'HTTP-POST'],
  )
  assert.match(xml, /<md:OrganizationDisplayName xml:lang="en">Contoso</)
  assert.match(xml, / cacheDuration="PT3600S"/)
  const types = [...xml.matchAll(/contactType="(\w+)"/g)].map(([, type]) => type)
  assert.deepEqual(types, ['technical', 'administrative', 'billing', 'other'])
})

test('a service provider is set up from what another one wrote', () => {
  const xml = serviceProvider(signing).metadata()
  const again = ServiceProvider.fromMetadata(xml, { idp })
  assert.deepEqual(ServiceProvider.readMetadata(again.metadata()).replyUrls, setUp.replyUrls)
})

test('before there is an identity provider', async () => {
  const options = { ...setUp, ...signing }
  const said = read(ServiceProvider.writeMetadata(options, { nameIdFormats: ['urn:x'] }))
  assert.deepEqual(said.nameIdFormats, ['urn:x'])
  const later = read(await ServiceProvider.writeMetadataAsync(options))
  assert.deepEqual(later.replyUrls, setUp.replyUrls)
  const xml = ServiceProvider.writeMetadata(options, { id: '_1' })
  assert.equal(serviceProvider(signing).metadata({ id: '_1' }), xml, 'the same as afterwards')
  // What the writing has no use for does no harm.
  const store = { putIfAbsent: () => true, take: () => true }
  const more = { ...setUp, idp, store, storeTimeoutMilliseconds: 5, crypto: 'host' }
  assert.equal(ServiceProvider.writeMetadata(more), serviceProvider().metadata())
  for (const wrong of [undefined, {}, { ...setUp, entityID: 'x' }, { ...options, signingKey: 5 }]) {
    assert.throws(() => ServiceProvider.writeMetadata(wrong), { code: 'ERR_SAML_OPTIONS' })
  }
})

test('without a certificate the metadata is signed all the same, and lint says what is missing', async () => {
  const without = serviceProvider({ signingKey: pem })
  for (const xml of [without.metadata({ id: '_1' }), await without.metadataAsync({ id: '_1' })]) {
    assert.match(xml, /AuthnRequestsSigned="true"/)
    assert.doesNotMatch(xml, /KeyDescriptor|KeyInfo/)
    assert.equal(ServiceProvider.readMetadata(xml, { signedBy: certificate }).signed, true)
  }
  assert.doesNotMatch(without.metadata({ sign: false }), /Signature/)
  const ids = (sp) => sp.lint().map(({ id }) => id)
  assert.ok(ids(without).includes('own-certificate-missing'))
  assert.ok(!ids(serviceProvider(signing)).includes('own-certificate-missing'))
  assert.ok(!ids(serviceProvider()).includes('own-certificate-missing'))
})

test('a key with the certificate of another key is a mistake', async () => {
  const mixedUp = serviceProvider({ ...signing, signingCertificates: file('attacker.crt.pem') })
  const expected = { code: 'ERR_SAML_OPTIONS', message: /signingKey belongs to none/ }
  assert.throws(() => mixedUp.metadata(), expected)
  await assert.rejects(mixedUp.metadataAsync(), expected)
})

test('keys that fail end in a coded error', async () => {
  const broken = new Error('the key is gone')
  for (const answer of [() => { throw broken }, () => null, () => 'text', () => new Uint8Array()]) {
    const sp = serviceProvider({ ...signing, signingKey: answer })
    assert.throws(() => sp.metadata(), { code: 'ERR_SAML_HOST' })
    await assert.rejects(sp.metadataAsync(), { code: 'ERR_SAML_HOST' })
  }
  // A promise that fails after nobody waits for it does not end the process.
  const late = serviceProvider({ ...signing, signingKey: () => Promise.reject(broken) })
  assert.throws(() => late.metadata(), needsAsync)
  await assert.rejects(late.metadataAsync(), { code: 'ERR_SAML_HOST', cause: broken })
  // A PEM text with another key than RSA inside.
  const other = serviceProvider({ ...signing, signingKey: file('p256.key.pem') })
  assert.throws(() => other.metadata(), { code: 'ERR_SAML_NEEDS_ASYNC' })
  await assert.rejects(other.metadataAsync(), { code: 'ERR_SAML_HOST' })
})

test('wrong options are refused by name', () => {
  const decryptionKeys = file('sp-encryption.key.pem')
  for (const [option, options] of [
    ['signingCertificates', { signingCertificates: [] }],
    ['signingCertificates[1]', { signingCertificates: [certificate, 'no certificate'] }],
    ['signingCertificates[0]', { signingCertificates: pem }],
    ['signingCertificates[0]', { signingCertificates: file('rsa-1024.crt.pem') }],
    ['signingCertificates[0]', { signingCertificates: [5] }],
    ['encryptionCertificates[0]', { encryptionCertificates: 'cert.pem', decryptionKeys }],
    ['encryptionCertificates[0]', { encryptionCertificates: file('p256.crt.pem'), decryptionKeys }],
    ['decryptionKeys', { encryptionCertificates: file('sp-encryption.crt.pem') }],
    ['logoutUrl', { logoutUrl: '' }],
    ['logoutUrl', { logoutUrl: 5 }],
  ]) {
    assert.throws(() => serviceProvider(options), (error) => {
      assert.equal(error.code, 'ERR_SAML_OPTIONS')
      assert.ok(error.message.includes(option), `${option}: ${error.message}`)
      assert.ok(!`${error.message}${error.actual}`.includes('MII'), 'no key in what is logged')
      return true
    })
  }
  const sp = serviceProvider()
  for (const [option, options] of [
    ['contacts[0].type', { contacts: [{}] }],
    ['contacts[0].type', { contacts: [{ type: 'sales' }] }],
    ['contacts[0].email', { contacts: [{ type: 'other', email: 'x' }] }],
    ['contacts[1].company', { contacts: [{ type: 'other' }, { type: 'other', company: '' }] }],
    ['organization.url', { organization: { name: 'x' } }],
    ['organization.url', { organization: { name: 'x', url: 'javascript:alert(1)' } }],
    ['organization.lang', { organization: { name: 'x', url: 'https://x', lang: '"' } }],
    ['organization.name', { organization: { name: '\ud800', url: 'https://x' } }],
    ['organization.name', { organization: { name: '\u0000', url: 'https://x' } }],
    ['nameIdFormats', { nameIdFormats: 'urn:x' }],
    ['validUntil', { validUntil: 5, now: 5 }],
    ['validUntil', { validUntil: 'tomorrow' }],
    ['cacheSeconds', { cacheSeconds: -1 }],
    ['cacheSeconds', { cacheSeconds: 2 ** 40 }],
    ['cacheDuration', { cacheDuration: 'PT1H' }],
    ['id', { id: '1' }],
    ['sign', { sign: 'yes' }],
    ['The argument', 5],
  ]) {
    assert.throws(() => sp.metadata(options), (error) => {
      assert.equal(error.code, 'ERR_SAML_OPTIONS', `${JSON.stringify(options)}: ${error}`)
      assert.ok(error.message.includes(option), `${option}: ${error.message}`)
      return true
    })
  }
  assert.throws(() => serviceProvider({ replyUrls: ['/acs'] }).metadata(), {
    code: 'ERR_SAML_OPTIONS',
    message: /replyUrls\[0\]/,
  })
})

test('what is put on Object.prototype decides nothing', () => {
  const sp = serviceProvider()
  const xml = sp.metadata()
  const put = {
    id: '_put',
    validUntil: 0,
    sign: true,
    organization: { name: 'x', url: 'https://x' },
    nameIdFormats: ['urn:put'],
    signatureAlgorithm: 'urn:put',
  }
  try {
    Object.assign(Object.prototype, put)
    assert.equal(sp.metadata({}), xml)
    assert.equal(ServiceProvider.writeMetadata({ ...setUp }), xml)
  } finally {
    for (const name of Object.keys(put)) delete Object.prototype[name]
  }
})
