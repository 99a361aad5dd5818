// Login requests: URLs and forms, signed by keys in every form.

import assert from 'node:assert/strict'
import { createPublicKey, createVerify, webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { ServiceProvider } from '../../../pkg/node.js'
import { readFixtures } from '../fixtures.js'

const file = (name) => readFileSync(new URL(`../../data/keys/${name}`, import.meta.url), 'utf8')
const genuine = readFixtures().cases.find(({ id }) => id === 'amplitude-sp-initiated-assertion')
const metadata = readFileSync(new URL('../../data/metadata/contoso.xml', import.meta.url), 'utf8')
const serviceProvider = (options) =>
  new ServiceProvider({ ...genuine.options, idp: metadata, ...options })

const now = new Date('2026-03-10T09:00:00Z')
const pem = file('rsa-3072.key.pem')
const certificate = createPublicKey(file('rsa-3072.crt.pem'))

async function cryptoKey(extractable = false) {
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, extractable, ['sign'])
}

function xmlOf(url) {
  const message = new URL(url).searchParams.get('SAMLRequest')
  return inflateRawSync(Buffer.from(message, 'base64')).toString()
}

test('a request is a URL, with an ID nobody can guess', async () => {
  const sp = serviceProvider()
  const first = await sp.createLoginRequest({ relayState: '/reports', now })
  const second = await sp.createLoginRequest()
  assert.match(first.id, /^_[0-9a-f]{32}$/)
  assert.notEqual(first.id, second.id)
  assert.ok(Object.isFrozen(first))
  assert.deepEqual(first.warnings, [])
  const xml = xmlOf(first.url)
  assert.match(xml, new RegExp(`ID="${first.id}"`))
  assert.match(xml, /IssueInstant="2026-03-10T09:00:00.000Z"/)
  assert.equal(new URL(first.url).searchParams.get('RelayState'), '/reports')
  assert.equal(new URL(first.url).searchParams.get('Signature'), null)
})

test('an address that is given by hand takes both bindings', async () => {
  const singleSignOnUrl = 'https://idp.example/sso'
  const singleLogoutUrl = 'https://idp.example/slo'
  const certificates = [file('rsa-3072.crt.pem')]
  const idp = { entityId: 'https://idp.example/', certificates, singleSignOnUrl, singleLogoutUrl }
  const sp = serviceProvider({ idp })
  for (const [address, make] of [
    [singleSignOnUrl, (binding) => sp.createLoginRequest({ binding })],
    [singleLogoutUrl, (binding) => sp.createLogoutRequest({ nameId: 'x', binding })],
  ]) {
    assert.ok((await make('redirect')).url.startsWith(`${address}?SAMLRequest=`))
    assert.ok((await make(undefined)).url.startsWith(`${address}?SAMLRequest=`))
    assert.equal((await make('post')).form.action, address)
  }
})

test('an answer to the request signs in, and one to another request does not', async () => {
  const sp = serviceProvider()
  const { id } = await sp.createLoginRequest({ id: genuine.context.inResponseTo })
  const context = { inResponseTo: id, now: new Date(genuine.context.now) }
  const message = atob(genuine.message)
  assert.equal((await sp.validateResponse(message, context)).initiatedBy, 'sp')
  const other = (await sp.createLoginRequest()).id
  const late = sp.validateResponse(message, { ...context, inResponseTo: other })
  await assert.rejects(late, { code: 'ERR_SAML_IN_RESPONSE_TO' })
})

for (const [kind, key] of [
  ['PEM', () => pem],
  ['a CryptoKey that cannot be extracted', () => cryptoKey()],
  [
    'a function',
    async () => {
      const inner = await cryptoKey()
      return async ({ algorithm, data }) => {
        assert.equal(algorithm, 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')
        return new Uint8Array(await webcrypto.subtle.sign('RSASSA-PKCS1-v1_5', inner, data))
      }
    },
  ],
]) {
  test(`a redirect is signed with ${kind}`, async () => {
    const sp = serviceProvider({ signingKey: await key() })
    const { url } = await sp.createLoginRequest({ relayState: 'a b', loginHint: 'b@contoso.com' })
    const query = new URL(url).search.slice(1)
    const [signed, rest] = query.split('&Signature=')
    assert.match(signed, /^SAMLRequest=[^&]+&RelayState=a%20b&SigAlg=[^&]+$/)
    const signature = Buffer.from(decodeURIComponent(rest.split('&')[0]), 'base64')
    assert.ok(createVerify('sha256').update(signed).verify(certificate, signature))
    assert.match(rest, /&login_hint=b%40contoso\.com$/)
  })
}

test('a form posts itself, and nothing in it can break out', async () => {
  const hostile = '"><script>alert(1)</script>'
  const sp = serviceProvider({ signingKey: pem })
  const { id, form } = await sp.createLoginRequest({ binding: 'post', relayState: hostile })
  const xml = Buffer.from(form.fields.SAMLRequest, 'base64').toString()
  assert.match(xml, new RegExp(`^<samlp:AuthnRequest [^>]*ID="${id}"`))
  assert.match(xml, /<ds:SignatureValue>[A-Za-z0-9+/]{500,}={0,2}<\/ds:SignatureValue>/)
  assert.equal(form.fields.RelayState, hostile)
  assert.ok(!form.html.includes('<script>alert'))
  assert.ok(form.html.includes(`action="${form.action}"`))
})

test('a long RelayState is reported', async () => {
  const { warnings } = await serviceProvider().createLoginRequest({ relayState: 'x'.repeat(81) })
  assert.equal(warnings.length, 1)
  const edge = await serviceProvider().createLoginRequest({ relayState: 'x'.repeat(80) })
  assert.deepEqual(edge.warnings, [])
})

test('what cannot work is refused with a code', async () => {
  for (const signingKey of ['', 'no key', 5, {}, null, await webcrypto.subtle.generateKey(
    { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'],
  )]) {
    assert.throws(() => serviceProvider({ signingKey }), { code: 'ERR_SAML_OPTIONS' })
  }
  for (const options of [
    { id: '1' },
    { binding: 'artifact' },
    { idp: 'https://sts.windows.net/other/' },
    { replyUrl: 'https://other.example/acs' },
    { relaystate: 'x' },
    { forceAuthn: 'yes' },
    5,
  ]) {
    const refused = serviceProvider().createLoginRequest(options)
    await assert.rejects(refused, { code: 'ERR_SAML_OPTIONS' }, JSON.stringify(options))
  }
  const failing = serviceProvider({ signingKey: () => null }).createLoginRequest()
  await assert.rejects(failing, { code: 'ERR_SAML_HOST' })
})
