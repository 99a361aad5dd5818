// Metadata through the package: what is read, what a pinned certificate vouches for, rollover, and
// applications that are set up from their metadata file.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { IdentityProvider, SamlError, ServiceProvider } from '../../../pkg/node.js'

const data = (name) => new URL(`../../data/${name}`, import.meta.url)
const text = (name) => readFileSync(data(name), 'utf8')
const certificate = (name) => text(`keys/${name}.crt.pem`)
const base64 = (name) => certificate(name).replace(/-----[^-]+-----|\s/g, '')

const contoso = text('metadata/contoso.xml')
const now = Date.parse('2026-03-10T09:00:05Z')
const common = 'https://sts.windows.net/{tenantid}/'
const tenant = 'https://sts.windows.net/aaaabbbb-0000-cccc-1111-dddd2222eeee/'
const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'

/** A KeyDescriptor; `use` may be empty. */
const key = (use, content) =>
  `<KeyDescriptor${use && ` use="${use}"`}><d:KeyInfo xmlns:d="http://www.w3.org/2000/09/xmldsig#">` +
  `<d:X509Data><d:X509Certificate>${content}</d:X509Certificate></d:X509Data></d:KeyInfo>` +
  `</KeyDescriptor>`

const entity = (id, content) =>
  `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${id}">` +
  `${content}</EntityDescriptor>`

const idp = (keys, { id = 'urn:idp', attributes = '', location = 'https://idp.example/sso' } = {}) =>
  entity(
    id,
    `<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"` +
      `${attributes}>${keys}<SingleSignOnService Binding="${POST}" Location="${location}"/>` +
      `</IDPSSODescriptor>`,
  )

const aws = entity(
  'https://eu-central-1.signin.aws.amazon.com/platform/saml/d-99672f1c0d',
  '<SPSSODescriptor WantAssertionsSigned="true" ' +
    'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">' +
    key('encryption', base64('sp-encryption')) +
    `<AssertionConsumerService Binding="${POST}" index="1" ` +
    'Location="https://eu-central-1.sso.signin.aws/platform/saml/acs/1a2b"/>' +
    `<AssertionConsumerService Binding="${POST}" index="2" isDefault="true" ` +
    'Location="https://eu-central-1.signin.aws.amazon.com/platform/saml/acs/1a2b"/>' +
    '</SPSSODescriptor>',
)

/** The refusal of a call, once it is certain that an administrator can act on it. */
function refusal(run) {
  let error
  try {
    run()
  } catch (thrown) {
    error = thrown
  }
  assert.ok(error instanceof SamlError, `nothing was refused: ${error}`)
  assert.ok(error.hint?.length > 10, `no hint: ${error.message}`)
  assert.ok(error.expected && error.actual, `no expected and actual: ${error.message}`)
  return error
}

test('metadata says which certificate is for what, and which cannot be used', () => {
  const keys = [
    key('signing', base64('entra-active')),
    key('', base64('p256')),
    key('encryption', base64('sp-encryption')),
    key('signing', 'AAAA'),
  ]
  const attributes = ' cacheDuration="PT1H"'
  const read = IdentityProvider.fromMetadata(idp(keys.join(''), { attributes }), { now })
  assert.deepEqual(
    read.certificateFacts.map(({ use, keyType }) => [use, keyType]),
    [
      ['signing', 'RSA 2048'],
      ['any', 'ECDSA P-256'],
    ],
  )
  assert.deepEqual(read.certificates, [base64('entra-active'), base64('p256')])
  assert.deepEqual(
    read.encryptionCertificates.map(({ use, certificate }) => [use, certificate]),
    [
      ['any', base64('p256')],
      ['encryption', base64('sp-encryption')],
    ],
  )
  const reason = 'a certificate that is not an X.509 certificate'
  assert.deepEqual(read.unusableKeys, [{ use: 'signing', reason, line: 1 }])
  assert.equal(read.cacheDuration, 'PT1H')
  assert.equal(read.cacheSeconds, 3600)
  assert.equal(read.template, false)
  assert.ok(Object.isFrozen(read) && Object.isFrozen(read.encryptionCertificates[0]))
  // As data, too, it is an identity provider.
  const copy = JSON.parse(JSON.stringify(read))
  const set = { entityId: 'urn:sp', replyUrls: ['https://sp.example/acs'] }
  assert.ok(new ServiceProvider({ ...set, idp: copy }))
  assert.equal(read.diff(copy, { now }).changed, false)
})

test('signedBy: the signature of a pinned certificate, or nothing', () => {
  const pinned = certificate('entra-active')
  const verified = IdentityProvider.fromMetadata(contoso, { signedBy: pinned, now })
  assert.equal(verified.signedBy, verified.certificateFacts[0].sha256)
  const several = [certificate('attacker'), base64('entra-active')]
  assert.ok(IdentityProvider.fromMetadata(contoso, { signedBy: several, now }).signedBy)
  assert.equal(IdentityProvider.fromMetadata(contoso, { now }).signedBy, undefined)

  const read = (xml, signedBy) => () => IdentityProvider.fromMetadata(xml, { signedBy, now })
  const code = (xml, signedBy) => refusal(read(xml, signedBy)).code
  const signature = 'ERR_SAML_METADATA_SIGNATURE'
  assert.equal(code(contoso, certificate('attacker')), signature)
  assert.equal(code(contoso.replace('/saml2"', '/evil"'), pinned), signature)
  assert.equal(code(idp(key('', base64('p256'))), pinned), signature)
  assert.equal(code(contoso, 'signer.pem'), 'ERR_SAML_OPTIONS')
  assert.throws(read(contoso, []), { code: 'ERR_SAML_OPTIONS' })
  assert.throws(read(contoso, 7), { code: 'ERR_SAML_OPTIONS' })
})

test('the common document is read, and refused as idp unless a tenant is named', () => {
  const xml = idp(key('', base64('entra-active')), { id: common })
  const read = IdentityProvider.fromMetadata(xml, { now })
  assert.equal(read.template, true)
  const set = { entityId: 'urn:sp', replyUrls: ['https://sp.example/acs'] }
  for (const given of [xml, read, { entityId: common, certificates: read.certificates }]) {
    const error = refusal(() => new ServiceProvider({ ...set, idp: given }))
    assert.equal(error.code, 'ERR_SAML_METADATA_ENTITY')
    assert.match(error.hint, /Download the application's own Federation Metadata XML/)
  }
  const named = IdentityProvider.fromMetadata(xml, { entityId: tenant, now })
  assert.equal(named.entityId, tenant)
  assert.ok(new ServiceProvider({ ...set, idp: named }))
})

test('diff: a rollover may be applied unattended, a take-over may not', () => {
  const read = (names, options) =>
    IdentityProvider.fromMetadata(
      idp(names.map((name) => key('signing', base64(name))).join(''), options),
      { now },
    )
  const current = read(['entra-active'])
  const rollover = current.diff(read(['entra-active', 'entra-inactive']), { now })
  assert.deepEqual([rollover.changed, rollover.safeToApply], [true, true])
  assert.deepEqual(rollover.reasons, [])
  assert.equal(rollover.added.length, 1)
  assert.equal(rollover.removed.length, 0)
  assert.ok(Object.isFrozen(rollover.added[0]))

  const takeOver = current.diff(read(['attacker']), { now })
  assert.equal(takeOver.safeToApply, false)
  assert.match(takeOver.reasons[0], /^No key that is trusted today/)
  assert.deepEqual([takeOver.added.length, takeOver.removed.length], [1, 1])

  const moved = current.diff(read(['entra-active'], { location: 'https://evil.example/' }), { now })
  assert.equal(moved.safeToApply, false)
  assert.equal(moved.singleSignOnServices.to[0].location, 'https://evil.example/')
  assert.equal(moved.entityId, undefined)
  // As text, and by hand.
  const renamed = idp(key('signing', base64('entra-active')), { id: 'urn:other' })
  assert.deepEqual(current.diff(renamed, { now }).entityId, { from: 'urn:idp', to: 'urn:other' })
  const byHand = { entityId: 'urn:idp', certificates: [certificate('entra-expired')] }
  assert.equal(current.diff(byHand, { now }).expiring.length, 1)
  assert.throws(() => current.diff(), { code: 'ERR_SAML_OPTIONS' })
  assert.throws(() => current.diff(current, { then: now }), { code: 'ERR_SAML_OPTIONS' })
  assert.throws(() => current.diff('<a/>'), { code: 'ERR_SAML_METADATA_XML' })
})

test('an application is set up from its metadata file', async () => {
  const facts = ServiceProvider.readMetadata(aws)
  assert.deepEqual(facts.replyUrls, [
    'https://eu-central-1.signin.aws.amazon.com/platform/saml/acs/1a2b',
    'https://eu-central-1.sso.signin.aws/platform/saml/acs/1a2b',
  ])
  assert.deepEqual(
    facts.assertionConsumerServices.map(({ index, isDefault }) => [index, isDefault]),
    [
      [2, true],
      [1, false],
    ],
  )
  assert.equal(facts.wantAssertionsSigned, true)
  assert.equal(facts.certificates[0].certificate, base64('sp-encryption'))
  assert.equal(facts.certificates[0].use, 'encryption')

  const set = { profile: 'aws-iam-identity-center', idp: contoso }
  const sp = ServiceProvider.fromMetadata(aws, set)
  const report = await sp.inspectResponse('<x/>')
  assert.equal(report.toAuditEvent().serviceProvider, facts.entityId)
  // The Reply URLs are those of the file, or those that were given.
  const [, second] = facts.replyUrls
  await sp.inspectResponse('<x/>', { replyUrl: second })
  const narrow = ServiceProvider.fromMetadata(aws, { ...set, replyUrls: [second] })
  const first = narrow.inspectResponse('<x/>', { replyUrl: facts.replyUrls[0] })
  await assert.rejects(first, { code: 'ERR_SAML_OPTIONS' })

  const code = (xml, options) => refusal(() => ServiceProvider.fromMetadata(xml, options)).code
  assert.equal(code(contoso, set), 'ERR_SAML_METADATA_ENTITY')
  assert.equal(code(aws, { ...set, entityId: 'urn:other' }), 'ERR_SAML_METADATA_ENTITY')
  assert.equal(code(aws.replaceAll('HTTP-POST', 'PAOS'), set), 'ERR_SAML_METADATA_ENTITY')
  const options = (value) => () => ServiceProvider.fromMetadata(aws, value)
  assert.throws(options(undefined), { code: 'ERR_SAML_OPTIONS' })
  assert.throws(options({ ...set, replyUrl: second }), { code: 'ERR_SAML_OPTIONS' })
})

test('no login begins at an address that runs as a script', async () => {
  const xml = idp(key('', base64('p256')), { location: 'javascript:alert(1)' })
  const read = IdentityProvider.fromMetadata(xml, { now })
  assert.equal(read.singleSignOnUrl, undefined)
  const set = { entityId: 'urn:sp', replyUrls: ['https://sp.example/acs'] }
  for (const given of [read, { ...JSON.parse(JSON.stringify(read)) }]) {
    const sp = new ServiceProvider({ ...set, idp: given })
    await assert.rejects(sp.createLoginRequest({ binding: 'post' }), { code: 'ERR_SAML_OPTIONS' })
  }
})

test('the command line shows what was read', () => {
  const bin = fileURLToPath(new URL('../../../pkg/bin/countersign.js', import.meta.url))
  const run = (args, input) =>
    spawnSync(process.execPath, [bin, 'metadata', ...args, '--now', String(now)], {
      input,
      encoding: 'utf8',
    })
  const signer = fileURLToPath(data('keys/entra-active.crt.pem'))
  const verified = run(['-', '--signed-by', signer], contoso)
  assert.equal(verified.status, 0, verified.stderr)
  assert.match(verified.stdout, /signed +yes, verified with the certificate\s+[0-9A-F]{64}/)
  const stranger = fileURLToPath(data('keys/attacker.crt.pem'))
  const refused = run(['-', '--signed-by', stranger, '--json'], contoso)
  assert.equal(refused.status, 1, refused.stderr)
  assert.equal(JSON.parse(refused.stdout).code, 'ERR_SAML_METADATA_SIGNATURE')

  const keys = key('', base64('p256')) + key('encryption', 'AAAA')
  const shown = run(['-'], idp(keys, { id: common }))
  assert.equal(shown.status, 0, shown.stderr)
  assert.match(shown.stdout, /use +for signing and encryption/)
  assert.match(shown.stdout, /! Line 1: a key \(for encryption\) cannot be used/)
  assert.match(shown.stdout, /! This is Entra ID's common metadata/)
})
