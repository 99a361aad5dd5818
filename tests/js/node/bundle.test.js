// Bundles for bug reports: every fixture is judged the same from its bundle, which names nobody and
// signs nobody in.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServiceProvider } from '../../../pkg/node.js'
import { MemoryStore } from '../../../pkg/stores/memory.js'
import { readFixtures } from '../fixtures.js'

const { cases, encrypted } = readFixtures()

function prepare({ options, message, messageFile, context, ...fixture }) {
  const bytes = Uint8Array.from(atob(message), (character) => character.charCodeAt(0))
  const input = messageFile.endsWith('.xml') ? bytes : new TextDecoder().decode(bytes)
  return { ...fixture, options, input, context: { ...context, now: new Date(context.now) } }
}

async function bundled(fixture) {
  const { id, options, input, context } = prepare(fixture)
  const sp = new ServiceProvider(options)
  const report = await sp.inspectResponse(input, { ...context, relayState: 'b.simon@contoso.com' })
  const { bundle } = report.redacted()
  return { id, report, bundle, text: JSON.stringify(bundle) }
}

const answers = (checks) => checks.map(({ id, status, code }) => [id, status, code])

/** What a message says of its user: NameID and attribute values, but for words of the provider. */
function personal({ login, message }) {
  const values = [
    login?.nameId.value,
    ...(message?.assertions ?? []).flatMap(({ nameId, attributes }) => [
      nameId,
      ...(attributes ?? []).flatMap(({ name, values }) =>
        /tenantid|authnmethodsreferences|identityprovider/.test(name) ? [] : values,
      ),
    ]),
  ]
  return [...new Set(values)].filter((value) => value?.trim().length > 3)
}

test('every message is judged the same from its bundle, and is without its user', async () => {
  const judged = { yes: 0, no: 0 }
  let values = 0
  for (const fixture of [...cases, ...encrypted]) {
    const { id, report, bundle, text } = await bundled(fixture)
    const replay = ServiceProvider.replayBundle(JSON.parse(text))
    assert.deepEqual(answers(replay.checks), answers(report.checks), id)
    assert.equal(replay.same, true, id)
    judged[replay.judged ? 'yes' : 'no'] += 1
    for (const value of personal(report)) {
      values += 1
      assert.ok(!text.includes(JSON.stringify(value).slice(1, -1)), `${id}: ${value} in ${text}`)
    }
    assert.doesNotMatch(text, /simon|contoso\.com/i, id)
    assert.ok(Object.isFrozen(bundle) && Object.isFrozen(replay), id)
  }
  console.log(`bundles: ${judged.yes} judged again, ${judged.no} as recorded, ${values} values`)
  assert.ok(judged.yes > 270 && judged.yes > 5 * judged.no, JSON.stringify(judged))
  assert.ok(values > 1000, `${values} values`)
})

test('a message is left out only where nobody can say what is personal in it', async () => {
  for (const fixture of [...cases, ...encrypted]) {
    const { id, report, bundle, text } = await bundled(fixture)
    if (bundle.message !== undefined) continue
    const unread = report.checks[0].status === 'failed' && report.message === undefined
    const ciphertext = report.message?.assertions.some(({ encrypted }) => encrypted)
    const parts = fixture.id.startsWith('encrypted-') || fixture.id.includes('encrypt')
    assert.ok(unread || ciphertext || parts, `${id}: ${text.slice(0, 200)}`)
    assert.equal(ServiceProvider.replayBundle(bundle).judged, false)
  }
})

test('whatever is written into a bundle, nobody is signed in by it', async () => {
  for (const id of ['amplitude-sp-initiated-both', 'digest-name-id', 'signature-none']) {
    const fixture = cases.find((one) => one.id === id) ?? cases[0]
    const { bundle } = await bundled(fixture)
    const held = { ...bundle, digests: { response: true, assertion: true } }
    const { input } = prepare(fixture)
    const genuine = { ...held, message: Buffer.from(String(input), 'base64').toString('utf8') }
    for (const forged of [bundle, held, genuine]) {
      const replay = ServiceProvider.replayBundle(JSON.parse(JSON.stringify(forged)))
      assert.deepEqual(Object.keys(replay).sort(), ['checks', 'hints', 'judged', 'same'])
    }
  }
})

test('a record stands in for the digest and for nothing else', async () => {
  const good = await bundled(cases.find(({ id }) => id === 'amplitude-sp-initiated-both'))
  const replay = (changed) => {
    const { same, checks } = ServiceProvider.replayBundle({ ...good.bundle, ...changed })
    return [same, checks.find(({ status }) => status === 'failed')?.code]
  }
  assert.deepEqual(replay({}), [true, undefined])
  const digests = { response: true, assertion: false }
  assert.deepEqual(replay({ digests }), [false, 'ERR_SAML_SIGNATURE_DIGEST'])
  const { message } = good.bundle
  const value = message.replace(/(<SignatureValue>|<ds:SignatureValue>)(....)/, '$1AAAA')
  assert.notEqual(value, message)
  assert.deepEqual(replay({ message: value }), [false, 'ERR_SAML_SIGNATURE_VALUE'])
  const method = message.replace('rsa-sha256', 'rsa-sha512')
  assert.notEqual(method, message)
  assert.equal(replay({ message: method })[0], false)
  const context = { ...good.bundle.context, now: Date.parse('2027-01-01') }
  assert.deepEqual(replay({ context }), [false, 'ERR_SAML_EXPIRED'])
})

test('the same value is the same stand-in, and an address stays one', async () => {
  const { bundle } = await bundled(cases.find(({ id }) => id === 'amplitude-sp-initiated-assertion'))
  const [, name] = bundle.message.match(/<NameID[^>]*>([^<]*)</)
  assert.match(name, /^person-\d+@example\.invalid$/)
  assert.ok(bundle.message.split(name).length > 2, 'the e-mail claim is the same person')
  assert.equal(JSON.stringify(bundle).includes('relayState'), false)
})

test('what the store answered stands as it was recorded', async () => {
  const { options, input, context } = prepare(
    cases.find(({ id }) => id === 'amplitude-sp-initiated-assertion'),
  )
  const sp = new ServiceProvider({ ...options, store: new MemoryStore() })
  const { report: first } = await sp.validateResponse(input, context)
  const { report: second } = await sp.validateResponse(input, context).catch((error) => error)
  assert.equal(second.code, 'ERR_SAML_REPLAY')
  for (const report of [first, second]) {
    const redacted = report.redacted()
    assert.deepEqual(redacted.redacted().bundle, redacted.bundle, 'redacted twice')
    const replay = ServiceProvider.replayBundle(JSON.parse(JSON.stringify(redacted)).bundle)
    assert.equal(replay.same, true)
    assert.deepEqual(answers(replay.checks), answers(report.checks))
  }
})

test('a bundle is of the bytes that were judged, whatever became of the buffer', async () => {
  const { options, input, context } = prepare(
    cases.find(({ id }) => id === 'amplitude-sp-initiated-assertion'),
  )
  const bytes = new TextEncoder().encode(input)
  const report = await new ServiceProvider(options).inspectResponse(bytes, context)
  bytes.fill(0)
  assert.equal(ServiceProvider.replayBundle(report.redacted().bundle).same, true)
})

test('what is no bundle is refused', async () => {
  const { bundle } = await bundled(cases[0])
  for (const wrong of [
    null,
    'text',
    {},
    { ...bundle, format: 'countersign.bundle/2' },
    { ...bundle, checks: undefined },
    { ...bundle, options: {} },
    { ...bundle, options: undefined },
    { ...bundle, surprise: 1 },
    { ...bundle, digests: { response: 'yes', assertion: true } },
  ]) {
    assert.throws(() => ServiceProvider.replayBundle(wrong), { code: 'ERR_SAML_OPTIONS' })
  }
})

test('an address that names the user is hidden in the outline as well', async () => {
  const { options, input, context } = prepare(cases.find(({ id }) => id === 'shape-white-space'))
  const xml = typeof input === 'string' ? atob(input) : new TextDecoder().decode(input)
  const named = xml.replace(/(Destination|Recipient)="[^"?]*/g, '$&?user=ceo@contoso.com')
  assert.notEqual(named, xml)
  const report = await new ServiceProvider(options).inspectResponse(named, context)
  assert.match(JSON.stringify(report.message.destination), /ceo@/)
  assert.match(JSON.stringify(report.message.assertions), /ceo@/)
  assert.doesNotMatch(JSON.stringify(report.redacted()), /ceo/)
})
