// `sp.lint()` and `countersign lint`: what only JavaScript knows, and what administrators read. The
// rules themselves are tested in tests/lint.rs.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { IdentityProvider, ServiceProvider } from '../../../pkg/node.js'

const bin = fileURLToPath(new URL('../../../pkg/bin/countersign.js', import.meta.url))
const metadataFile = fileURLToPath(new URL('../../data/metadata/contoso.xml', import.meta.url))
const contoso = readFileSync(metadataFile, 'utf8')
const key = new URL('../../data/keys/rsa-3072.crt.pem', import.meta.url)
const certificate = readFileSync(key, 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'countersign-lint-'))
after(() => rmSync(folder, { recursive: true }))

const NOW = '2026-03-10T09:00:00Z'
const now = new Date(NOW)
const replyUrl = 'https://app.example/saml/acs'
const options = { entityId: 'https://app.example/saml', replyUrls: [replyUrl], idp: contoso }
const store = { putIfAbsent: () => true, take: () => false }
const ids = (given, more) => {
  const findings = new ServiceProvider({ ...options, ...given }).lint({ now, ...more })
  return findings.map(({ id, severity }) => `${severity} ${id}`)
}

const ownMetadata = (url) => `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
  entityID="https://app.example/saml"><md:SPSSODescriptor
  protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:AssertionConsumerService
  Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" index="0" Location="${url}"/>
  </md:SPSSODescriptor></md:EntityDescriptor>`

test('a store, a signing key and a decryption key are known of', () => {
  assert.deepEqual(ids({}), ['info replay-store-missing'])
  assert.deepEqual(ids({ store }), [])
  assert.deepEqual(ids({ allowIdpInitiated: true }), ['warning replay-store-missing'])
  const idp = IdentityProvider.fromMetadata(contoso, { now })
  const signed = { store, idp: { ...idp, wantAuthnRequestsSigned: true } }
  assert.deepEqual(ids(signed), ['error requests-unsigned'])
  const signing = { ...signed, signingKey: ({ data }) => data }
  assert.deepEqual(ids(signing), ['warning own-certificate-missing'])
  assert.deepEqual(ids({ ...signing, signingCertificates: certificate }), [])
  assert.deepEqual(ids({ store, requireEncrypted: true }), ['error encryption-without-key'])
  assert.deepEqual(ids({ store, requireEncrypted: true, decryptionKeys: async () => null }), [])
})

test('an IdentityProvider keeps its dates, also from JSON', () => {
  const idp = IdentityProvider.fromMetadata(contoso, { now })
  const dated = { ...idp, validUntil: '2026-03-12T00:00:00Z' }
  assert.deepEqual(ids({ store, idp: dated }), ['warning metadata-expiring'])
  const cached = JSON.parse(JSON.stringify({ ...idp, cacheSeconds: 60, cacheDuration: 'PT1M' }))
  const read = (minutes) => ({ idpMetadataReadAt: now.getTime() - minutes * 60_000 })
  assert.deepEqual(ids({ store, idp: cached }, read(1)), ['warning metadata-stale'])
  assert.deepEqual(ids({ store, idp: cached }, read(0.5)), [])
  const refused = (error) => error.code === 'ERR_SAML_OPTIONS' && /validUntil/.test(error.message)
  assert.throws(() => ids({ idp: { ...idp, validUntil: 'tomorrow' } }), refused)
})

test("the application's own metadata is text or bytes, and is compared to the letter", () => {
  const same = ownMetadata(replyUrl)
  assert.deepEqual(ids({ store }, { metadata: same }), [])
  assert.deepEqual(ids({ store }, { metadata: new TextEncoder().encode(same) }), [])
  const found = ids({ store }, { metadata: ownMetadata(`${replyUrl}/`) })
  assert.deepEqual(found, ['error reply-url-not-in-metadata', 'warning reply-url-only-in-metadata'])
  for (const metadata of ['<x/>', 'no XML', contoso]) {
    const refused = (error) => error.code.startsWith('ERR_SAML_METADATA_')
    assert.throws(() => ids({ store }, { metadata }), refused)
  }
})

test('findings are frozen data; options are checked', () => {
  const sp = new ServiceProvider(options)
  const findings = sp.lint({ now })
  assert.ok(Object.isFrozen(findings) && Object.isFrozen(findings[0]))
  assert.deepEqual(JSON.parse(JSON.stringify(findings)), findings)
  assert.deepEqual(Object.keys(findings[0]), ['id', 'severity', 'title', 'expected', 'hint', 'option'])
  assert.throws(() => sp.lint({ nwo: now }), { code: 'ERR_SAML_OPTIONS' })
  assert.throws(() => sp.lint({ metadata: 5 }), { code: 'ERR_SAML_OPTIONS' })
  assert.throws(() => sp.lint({ now: 'today' }), { code: 'ERR_SAML_OPTIONS' })
})

test('the metadata that AWS imports has a limit', () => {
  const aws = {
    profile: 'aws-iam-identity-center',
    entityId: 'https://eu-central-1.signin.aws.amazon.com/platform/saml/d-1',
    replyUrls: ['https://eu-central-1.sso.signin.aws/platform/saml/acs/1a2b'],
    store,
  }
  assert.deepEqual(ids(aws), [])
  const long = contoso.replace('</EntityDescriptor>', `<!--${'x'.repeat(75_000)}--></EntityDescriptor>`)
  assert.notEqual(long, contoso)
  assert.deepEqual(ids({ ...aws, idp: long }), ['error metadata-too-long'])
})

function lint(args, input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'lint', ...args], {
    input,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  })
  return { status, stdout, stderr }
}

function write(name, content) {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const flags = ['--metadata', metadataFile, '--entity-id', options.entityId, '--now', NOW]

test('the command: nothing found, something to know, an error', () => {
  const url = ['--reply-url', replyUrl]
  const nothing = lint([...flags, ...url, '--store'])
  assert.equal(nothing.status, 0, nothing.stderr)
  assert.match(nothing.stdout, /^NOTHING FOUND/)
  const toKnow = lint([...flags, ...url])
  assert.equal(toKnow.status, 0, toKnow.stderr)
  assert.match(toKnow.stdout, /^NO ERRORS {2}1 to know\.\n[^]*– info [^]*rule +replay-store-missing/)
  const error = lint([...flags, '--reply-url', 'http://app.example/saml/acs'])
  assert.equal(error.status, 1, error.stderr)
  assert.match(error.stdout, /^ERRORS {2}1 error, 1 to know\.\n/)
  assert.match(error.stdout, /✗ error {4}A Reply URL is not an https address\.\n +actual +http:/)
  const own = write('own.xml', ownMetadata('https://app.example/elsewhere'))
  const compared = lint([...flags, ...url, '--sp-metadata', own, '--store', '--json'])
  assert.equal(compared.status, 1, compared.stderr)
  const found = JSON.parse(compared.stdout).map(({ id }) => id)
  assert.deepEqual(found, ['reply-url-not-in-metadata', 'reply-url-only-in-metadata'])
})

test('the command: options from a file, flags win', () => {
  const json = { ...options, idp: undefined, allowIdpInitiated: true, clockSkewSeconds: 3600 }
  const file = write('options.json', JSON.stringify(json))
  const { status, stdout, stderr } = lint([file, ...flags, '--json'])
  assert.equal(status, 0, stderr)
  const severities = Object.fromEntries(JSON.parse(stdout).map(({ id, severity }) => [id, severity]))
  assert.deepEqual(severities, { 'clock-skew-large': 'warning', 'replay-store-missing': 'warning' })
  const piped = lint(['-', ...flags, '--json', '--reply-url', 'http://localhost/acs'], JSON.stringify(json))
  assert.ok(JSON.parse(piped.stdout).some(({ id }) => id === 'reply-url-not-https'))
  const whole = lint([write('whole.json', JSON.stringify(options)), '--now', NOW, '--store'])
  assert.equal(whole.status, 0, whole.stderr)
})

test('the command: what is wrong with the call is said', () => {
  for (const [args, message] of [
    [[], /Still needed: --metadata FILE/],
    [[...flags], /replyUrls/],
    [[write('broken.json', '{'), ...flags], /is not JSON/],
    [[write('list.json', '[]'), ...flags], /holds no object/],
    [[write('typo.json', '{"replyUrl": "x"}'), ...flags], /did you mean 'replyUrls'/],
    [['-', '--metadata', '-'], /Only one file/],
    [['--metadata', join(folder, 'none.xml')], /there is no such file/],
  ]) {
    const { status, stderr } = lint(args)
    assert.equal(status, 2, stderr)
    assert.match(stderr, message)
  }
  const help = lint(['--help'])
  assert.equal(help.status, 0)
  assert.match(help.stdout, /^Look for mistakes/)
})
