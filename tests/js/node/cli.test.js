// The command line: verdicts, exit status, forms of input, and what administrators read.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ServiceProvider } from '../../../pkg/node.js'
import { readFixtures } from '../fixtures.js'

const bin = fileURLToPath(new URL('../../../pkg/bin/countersign.js', import.meta.url))
const contoso = fileURLToPath(new URL('../../data/metadata/contoso.xml', import.meta.url))
const { cases } = readFixtures()
const fixture = (id) => cases.find((one) => one.id === id)
const folder = mkdtempSync(join(tmpdir(), 'countersign-cli-'))
after(() => rmSync(folder, { recursive: true }))

function countersign(args, { input = '', env = {} } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    input,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
  return { status, stdout, stderr }
}

/** Arguments that say what a fixture's options and context say. */
function setUp({ options, context }) {
  const args = ['--metadata', contoso, '--now', context.now]
  if (options.profile) args.push('--profile', options.profile)
  if (options.entityId) args.push('--entity-id', options.entityId)
  for (const url of options.replyUrls) args.push('--reply-url', url)
  if (context.inResponseTo) args.push('--in-response-to', context.inResponseTo)
  if (options.allowIdpInitiated) args.push('--allow-idp-initiated')
  return args
}

function write(name, content) {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const genuine = fixture('amplitude-sp-initiated-assertion')
const encoded = atob(genuine.message)
const xml = atob(encoded)

test('inspect writes a bundle, and replay finds the same in it', () => {
  const forged = fixture('digest-name-id')
  const file = write('forged.txt', atob(forged.message))
  const made = countersign(['inspect', file, ...setUp(forged), '--bundle'])
  assert.equal(made.status, 1, made.stderr)
  assert.doesNotMatch(made.stdout, /simon/i)
  const bundle = write('bundle.json', made.stdout)
  const again = countersign(['replay', bundle])
  assert.equal(again.status, 0, again.stderr)
  assert.match(again.stdout, /^REFUSED {2}The message was changed after it was signed\.\n/)
  assert.match(again.stdout, /ERR_SAML_SIGNATURE_DIGEST/)
  assert.doesNotMatch(again.stdout, /This is not what was found/)
  const json = countersign(['replay', '-', '--json'], { input: made.stdout })
  assert.equal(JSON.parse(json.stdout).same, true)
  const edited = { ...JSON.parse(made.stdout), digests: { response: true, assertion: true } }
  const other = countersign(['replay', write('edited.json', JSON.stringify(edited))])
  assert.equal(other.status, 1, other.stderr)
  assert.match(other.stdout, /This is not what was found/)
  for (const wrong of ['', 'x', '[]', '{"format":"countersign.bundle/1"}']) {
    assert.equal(countersign(['replay', write('wrong.json', wrong)]).status, 2, wrong)
  }
})

for (const [form, content] of [
  ['base64', encoded],
  ['base64 in lines', encoded.replace(/.{64}/g, '$&\r\n')],
  ['URL-encoded base64', encodeURIComponent(encoded)],
  ['a form body', new URLSearchParams({ RelayState: '/x?y', SAMLResponse: encoded }).toString()],
  ['XML', Buffer.from(xml, 'latin1')],
]) {
  test(`inspect accepts ${form}, from a file and from standard input`, () => {
    const file = write('response.txt', content)
    const fromFile = countersign(['inspect', file, ...setUp(genuine)])
    assert.equal(fromFile.status, 0, fromFile.stdout + fromFile.stderr)
    assert.match(fromFile.stdout, /^ACCEPTED /)
    assert.match(fromFile.stdout, /B\.Simon@contoso\.com/)
    const piped = countersign(['inspect', '-', ...setUp(genuine)], { input: content })
    assert.deepEqual(piped, fromFile)
  })
}

for (const id of [
  'amplitude-idp-initiated-both',
  'aws-sp-initiated-response',
  'digest-name-id',
  'key-attacker',
  'reply-url-other-customer',
  'request-other',
  'request-unsolicited-default',
  'audience-other',
  'time-next-day',
  'status-not-assigned',
  'other-html',
  'input-not-base64',
]) {
  test(`inspect tells what the fixture expects: ${id}`, () => {
    const { expect, message, ...rest } = fixture(id)
    const file = write('response.txt', Buffer.from(message, 'base64'))
    const table = countersign(['inspect', file, ...setUp(rest)])
    assert.equal(table.status, expect.ok ? 0 : 1, table.stdout + table.stderr)
    assert.equal(table.stderr, '')
    const verdict = expect.ok ? 'ACCEPTED' : 'REFUSED'
    assert(table.stdout.startsWith(verdict), table.stdout)
    if (!expect.ok) assert.match(table.stdout, new RegExp(`${expect.code}\n[^]*What to do\n  \\w`))
    const json = countersign(['inspect', file, ...setUp(rest), '--json'])
    assert.equal(json.status, table.status)
    const report = JSON.parse(json.stdout)
    assert.equal(report.ok, expect.ok)
    assert.equal(report.code, expect.code)
    const redacted = countersign(['inspect', file, ...setUp(rest), '--json', '--redact'])
    assert.equal(JSON.parse(redacted.stdout).code, expect.code)
    assert.doesNotMatch(redacted.stdout, /simon/i)
  })
}

test('lines fit, colours are for terminals, and nothing in a message steers one', () => {
  const { message, ...rest } = fixture('audience-other')
  const file = write('response.txt', Buffer.from(message, 'base64'))
  const { stdout } = countersign(['inspect', file, ...setUp(rest)])
  assert.doesNotMatch(stdout, /\x1b/)
  for (const line of stdout.split('\n')) {
    // One long word, such as a URL, stays whole.
    assert(line.length <= 100 || !/\S \S+$/.test(line.slice(0, 100)), line)
  }
  const escape = xml.replace(/Destination="[^"]*"/, 'Destination="&#x9b;31m&#x202e;x"')
  const hostile = countersign(['inspect', '-', ...setUp(genuine)], { input: escape })
  assert.equal(hostile.status, 1)
  assert.doesNotMatch(hostile.stdout, /[\u0080-\u009f\u202e]/)
})

test('metadata shows the identity provider', () => {
  const { status, stdout } = countersign(['metadata', contoso, '--now', genuine.context.now])
  assert.equal(status, 0)
  for (const shown of [genuine.expect.issuer, 'Login URL', 'Signing certificate 1 of', 'SHA-1']) {
    assert(stdout.includes(shown), `${shown} in\n${stdout}`)
  }
  assert.doesNotMatch(stdout, /undefined/)
  const json = countersign(['metadata', contoso, '--json'])
  assert.equal(JSON.parse(json.stdout).entityId, genuine.expect.issuer)
  const piped = countersign(['metadata', '-', '--json'], { input: readFileSync(contoso) })
  assert.deepEqual(piped, json)
})

test('metadata that cannot be used: status 1, and why', () => {
  for (const [input, code] of [
    ['<x/>', 'ERR_SAML_METADATA_XML'],
    ['not XML', 'ERR_SAML_METADATA_XML'],
    ['', 'ERR_SAML_METADATA_XML'],
  ]) {
    const { status, stdout, stderr } = countersign(['metadata', '-'], { input })
    assert.equal(status, 1, stderr)
    assert.match(stdout, /^CANNOT BE USED /)
    assert(stdout.includes(code), stdout)
    const json = countersign(['metadata', '-', '--json'], { input })
    assert.equal(json.status, 1)
    assert.equal(JSON.parse(json.stdout).code, code)
  }
})

test('help and version go to standard output with status 0', () => {
  for (const args of [['--help'], ['-h'], ['help'], ['inspect', '--help'], ['metadata', '-h']]) {
    const { status, stdout, stderr } = countersign(args)
    assert.equal(status, 0, args.join(' '))
    assert.match(stdout, /Usage\n/)
    assert.equal(stderr, '')
    for (const line of stdout.split('\n')) assert(line.length <= 100, line)
  }
  assert.match(countersign(['--version']).stdout, /^\d+\.\d+\.\d+\n$/)
})

const file = write('good.txt', encoded)
const complete = ['inspect', file, ...setUp(genuine)]
for (const [what, args, told] of [
  ['nothing', [], /Usage/],
  ['an unknown command', ['inspekt'], /no command "inspekt"/],
  ['an unknown option', [...complete, '--entityid', 'x'], /--entityid/],
  ['no response', ['inspect', '--metadata', contoso, '--reply-url', 'https://a'], /RESPONSE/],
  ['no metadata', ['inspect', file, '--reply-url', 'https://a'], /--metadata FILE/],
  ['no Reply URL', ['inspect', file, '--metadata', contoso], /--reply-url URL/],
  ['no Identifier', ['inspect', file, '--metadata', contoso, '--reply-url', 'x'], /entityId/],
  ['two responses', [...complete, file], /One file at a time/],
  ['a file that is not there', ['inspect', '/nowhere', ...setUp(genuine)], /no such file/],
  ['a folder', ['inspect', folder, ...setUp(genuine)], /folder/],
  ['standard input twice', ['inspect', '-', '--metadata', '-', '--reply-url', 'x'], /Only one/],
  ['a time without zone', [...complete, '--now', '2026-01-31 09:30'], /--now takes a time/],
  ['a time that is none', [...complete, '--now', '2026-13-31T09:30:00Z'], /--now takes a time/],
  ['a skew in words', [...complete, '--clock-skew-seconds', '3m'], /whole seconds/],
  ['an unknown profile', [...complete, '--profile', 'amplitud'], /Did you mean 'amplitude'/],
  ['an unknown choice', [...complete, '--require-signed', 'all'], /requireSigned must be one of/],
  ['a value that is missing', ['inspect', file, '--metadata'], /--metadata/],
  ['unusable metadata', ['inspect', file, '--metadata', file, '--reply-url', 'x'], /ERR_SAML_/],
  ['metadata without a file', ['metadata'], /FILE/],
  ['metadata not there', ['metadata', '/nowhere'], /no such file/],
]) {
  test(`usage: ${what} ends with status 2 and says what to do`, () => {
    const { status, stdout, stderr } = countersign(args)
    assert.equal(status, 2, stdout + stderr)
    assert.equal(stdout, '')
    assert.match(stderr, told)
    assert.doesNotMatch(stderr, /^\s+at /m, 'no stack trace')
  })
}

const key = (name) => fileURLToPath(new URL(`../../data/keys/${name}`, import.meta.url))
const ACS = ['--reply-url', 'https://a.example/acs']
const SP = ['sp-metadata', '--entity-id', 'https://a.example/saml', ...ACS]

test('sp-metadata writes what the application is', () => {
  const { status, stdout, stderr } = countersign([
    ...SP,
    ...['--reply-url', 'https://b.example/acs', '--logout-url', 'https://a.example/logout'],
    ...['--require-signed', 'assertion', '--name-id-format', 'urn:x', '--cache-seconds', '3600'],
    ...['--signing-certificate', key('rsa-3072.crt.pem')],
    ...['--signing-certificate', key('entra-active.crt.pem')],
    ...['--encryption-certificate', key('sp-encryption.crt.pem')],
    ...['--organization', 'Contoso', '--organization-url', 'https://contoso.example'],
    ...['--technical-contact', 'it@a.example', '--support-contact', 'help@a.example'],
    ...['--valid-until', '2999-01-31'],
  ])
  assert.equal(status, 0, stderr)
  const said = ServiceProvider.readMetadata(stdout)
  assert.deepEqual(said.replyUrls, ['https://a.example/acs', 'https://b.example/acs'])
  assert.equal(said.singleLogoutServices[0].location, 'https://a.example/logout')
  assert.deepEqual(
    said.certificates.map(({ use }) => use),
    ['signing', 'signing', 'encryption'],
  )
  assert.deepEqual(said.nameIdFormats, ['urn:x'])
  assert.equal(said.validUntil, '2999-01-31T00:00:00.000Z')
  assert.ok(said.authnRequestsSigned && said.wantAssertionsSigned && !said.signed)
  for (const part of ['>Contoso<', 'mailto:it@a.example', 'mailto:help@a.example', 'PT3600S']) {
    assert.ok(stdout.includes(part), part)
  }
})

test('sp-metadata signs with a key', () => {
  const certificate = key('rsa-3072.crt.pem')
  const args = ['--signing-certificate', certificate, '--signing-key', key('rsa-3072.key.pem')]
  const { status, stdout, stderr } = countersign([...SP, ...args])
  assert.equal(status, 0, stderr)
  const signedBy = readFileSync(certificate, 'utf8')
  assert.ok(ServiceProvider.readMetadata(stdout, { signedBy }).signed)
})

test('sp-metadata says what is wrong, and writes nothing', () => {
  for (const [args, said] of [
    [['sp-metadata', '--entity-id', 'x'], /Still needed: --reply-url/],
    [[...SP, 'file.xml'], /reads no file/],
    [[...SP, '--organization', 'x'], /go together/],
    [[...SP, '--cache-seconds', '1h'], /--cache-seconds takes whole seconds/],
    [[...SP, '--valid-until', 'tomorrow'], /--valid-until takes a time/],
    [[...SP, '--valid-until', '2001-01-01'], /validUntil is past/],
    [[...SP, '--signing-certificate', 'none.pem'], /there is no such file/],
    [[...SP, '--signing-certificate', key('rsa-3072.key.pem')], /a private key/],
    [[...SP, '--signing-key', key('rsa-3072.key.pem')], /goes with --signing-certificate/],
    [
      [
        ...[...SP, '--signing-key', key('rsa-3072.key.pem')],
        ...['--signing-certificate', key('attacker.crt.pem')],
      ],
      /belongs to none/,
    ],
    [['sp-metadata', '--reply-url', '/acs', '--entity-id', 'x'], /replyUrls\[0\]/],
  ]) {
    const { status, stdout, stderr } = countersign(args)
    assert.equal(status, 2, args.join(' '))
    assert.equal(stdout, '')
    assert.match(stderr, said)
  }
  assert.match(countersign(['sp-metadata', '--help']).stdout, /--signing-certificate FILE/)
})
