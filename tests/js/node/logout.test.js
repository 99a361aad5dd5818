// Logout in Node: keys of every kind, what callers may pass, and what nobody may.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { SamlError, ServiceProvider } from '../../../pkg/node.js'
import { readFixtures } from '../fixtures.js'

const file = (name) => readFileSync(new URL(`../../data/keys/${name}`, import.meta.url), 'utf8')
const { cases, logout } = readFixtures()
const fixture = (id) => logout.find((one) => one.id === id) ?? assert.fail(id)
const signingKey = file('rsa-3072.key.pem')
const genuine = cases.find(({ id }) => id === 'amplitude-sp-initiated-assertion')
const metadata = readFileSync(new URL('../../data/metadata/contoso.xml', import.meta.url), 'utf8')
const provider = (options) => new ServiceProvider({ ...genuine.options, idp: metadata, ...options })

const request = fixture('logout-request')
const at = (one) => ({ ...one.context, now: new Date(one.context.now) })

test('a login of ours becomes a logout request, also from JSON', async () => {
  const sp = provider({ signingKey })
  const context = { inResponseTo: genuine.context.inResponseTo, now: new Date(genuine.context.now) }
  const login = await sp.validateResponse(atob(genuine.message), context)
  const now = new Date('2026-03-10T10:00:00Z')
  const options = { id: '_1', now }
  const first = await sp.createLogoutRequest({ login, ...options })
  const fromJson = JSON.parse(JSON.stringify(login))
  const again = await sp.createLogoutRequest({ login: fromJson, ...options })
  assert.deepEqual(first, again)
  const { nameId, sessionIndex } = login
  assert.deepEqual(await sp.createLogoutRequest({ nameId, sessionIndex, ...options }), first)
  assert.ok(first.url.startsWith('https://login.microsoftonline.com/'))
  assert.ok(Object.isFrozen(first))
  const other = await sp.createLogoutRequest({ login, sessionIndex: ['_2', '_3'], ...options })
  assert.notEqual(other.url, first.url)
})

test('without a key there is a warning, and with one none', async () => {
  const unsigned = await provider().createLogoutRequest({ nameId: 'x' })
  assert.equal(unsigned.warnings.length, 1)
  assert.match(unsigned.warnings[0], /signingKey/)
  assert.equal(new URL(unsigned.url).searchParams.get('Signature'), null)
  const signed = await provider({ signingKey }).createLogoutRequest({ nameId: 'x' })
  assert.deepEqual(signed.warnings, [])
})

test('a form posts itself, and nothing in it can break out', async () => {
  const hostile = '"><script>alert(1)</script>'
  const idp = {
    entityId: 'https://idp.example/',
    certificates: [file('rsa-3072.crt.pem')],
    singleLogoutServices: [
      {
        binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
        location: 'https://idp.example/slo',
        responseLocation: 'https://idp.example/answers',
      },
    ],
  }
  const sp = provider({ idp, signingKey })
  const relayState = hostile
  const options = { inResponseTo: '_1', binding: 'post', relayState }
  const { form } = await sp.createLogoutResponse(options)
  assert.equal(form.action, 'https://idp.example/answers')
  assert.ok(form.fields.SAMLResponse.length > 1000)
  assert.ok(!form.html.includes('<script>alert'))
  assert.match(form.html, /<title>Sign out<\/title>/)
  const asked = await sp.createLogoutRequest({ nameId: hostile, binding: 'post' })
  assert.equal(asked.form.action, 'https://idp.example/slo')
  assert.match(atob(asked.form.fields.SAMLRequest), /&lt;script&gt;alert\(1\)/)
})

test('the answer takes request, issuer and RelayState from what it answers', async () => {
  const other = { entityId: 'https://idp.example/', certificates: [file('rsa-3072.crt.pem')] }
  const sp = provider({ idp: [other, metadata], signingKey, logoutUrl: request.options.logoutUrl })
  const withState = fixture('logout-request-relay-state')
  const received = await sp.validateLogoutRequest(withState.message, at(withState))
  const state = async (options) => {
    const { url } = await sp.createLogoutResponse({ inResponseTo: received, ...options })
    return new URL(url).searchParams.get('RelayState')
  }
  assert.equal(await state(), received.relayState)
  assert.equal(await state({ relayState: 'other' }), 'other')
  assert.equal(await state({ relayState: null }), null)
  const toWhom = sp.createLogoutResponse({ inResponseTo: received.id })
  await assert.rejects(toWhom, { code: 'ERR_SAML_OPTIONS', message: /several identity providers/ })
})

test('what node:http and forms hand over is understood', async () => {
  const sp = new ServiceProvider(request.options)
  const posted = fixture('logout-request-post')
  const body = new URLSearchParams(posted.message)
  const { SAMLRequest, RelayState: relayState } = Object.fromEntries(body)
  for (const [message, context] of [
    [`/saml/slo?${request.message}`, {}],
    [`https://sp.example/saml/slo?x=1&${request.message}#y`, {}],
    [new TextEncoder().encode(request.message), {}],
  ]) {
    const got = await sp.validateLogoutRequest(message, { ...at(request), ...context })
    assert.equal(got.id, request.expect.id)
  }
  const got = await sp.validateLogoutRequest(SAMLRequest, { ...at(posted), relayState })
  assert.equal(got.relayState, 'r1')
  const whole = await sp.validateLogoutRequest(posted.message, { ...at(posted), relayState: 'no' })
  assert.equal(whole.relayState, 'r1', 'what came with the message goes first')
})

test('a RelayState beside a signed query is not taken for the signed one', async () => {
  const sp = new ServiceProvider(request.options)
  const context = { ...at(request), relayState: 'forged' }
  assert.equal((await sp.validateLogoutRequest(request.message, context)).relayState, undefined)
})

test('inspectResponse says of a logout message what it is', async () => {
  const report = await provider().inspectResponse(fixture('logout-request-xml').message)
  assert.equal(report.code, 'ERR_SAML_STRUCTURE')
  assert.match(report.checks[0].hint, /logout/)
})

test('what cannot work is refused with a code', async () => {
  const sp = provider({ signingKey })
  for (const options of [
    undefined,
    null,
    5,
    {},
    { nameId: '' },
    { nameId: {} },
    { nameId: { value: 'x', other: 1 } },
    { login: null },
    { login: {} },
    { login: { nameId: 'x' }, nameId: 'x' },
    { login: { nameId: 'x', issuer: 'https://other.example/' } },
    { nameId: 'x', id: '1' },
    { nameId: 'x', binding: 'artifact' },
    { nameId: 'x', binding: 'post' },
    { nameId: 'x', sessionIndex: [5] },
    { nameId: 'x', notOnOrAfter: 'soon' },
    { nameId: 'x', sessionIndexes: [] },
    { get nameId() { throw new Error('boom') } },
  ]) {
    await assert.rejects(sp.createLogoutRequest(options), { code: 'ERR_SAML_OPTIONS' })
  }
  for (const options of [
    undefined,
    {},
    { inResponseTo: '' },
    { inResponseTo: {} },
    { inResponseTo: null },
    { inResponseTo: { id: 5 } },
    { inResponseTo: '_1', status: 'maybe' },
    { inResponseTo: '_1', relayState: 5 },
  ]) {
    await assert.rejects(sp.createLogoutResponse(options), { code: 'ERR_SAML_OPTIONS' })
  }
  for (const [message, context] of [
    [undefined, {}],
    [5, {}],
    [{}, {}],
    ['', { inResponseTo: '_1' }],
    ['', { now: 'x' }],
    ['', { relayState: 5 }],
    ['', []],
  ]) {
    for (const method of ['validateLogoutRequest', 'inspectLogoutRequest']) {
      await assert.rejects(sp[method](message, context), { code: 'ERR_SAML_OPTIONS' })
    }
  }
  await assert.rejects(sp.validateLogoutResponse('', { inResponseTo: 5 }), SamlError)
  assert.throws(() => provider({ logoutUrl: '' }), { code: 'ERR_SAML_OPTIONS' })
  assert.throws(() => provider({ allowUnsignedLogout: 'yes' }), { code: 'ERR_SAML_OPTIONS' })
  const failing = provider({ signingKey: () => null }).createLogoutRequest({ nameId: 'x' })
  await assert.rejects(failing, { code: 'ERR_SAML_HOST' })
})

test('the handlers of the README do what it says', async () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const part = readme.slice(readme.indexOf('## Sign out everywhere'))
  const [, code] = part.match(/```js\n([^]*?)```/)
  const handlers = {}
  const app = {
    get: (path, handler) => (handlers[`GET ${path}`] = handler),
    post: (path, handler) => (handlers[`POST ${path}`] = handler),
  }
  const ended = []
  const sessions = { end: (...whom) => ended.push(whom) }
  const quiet = { warn: () => undefined }
  const sp = new ServiceProvider({ ...request.options, signingKey })
  const now = Date.now
  const run = async (name, req) => {
    const said = {}
    const res = {
      redirect: (url) => (said.url = url),
      send: (text) => (said.text = text),
      status: (code) => Object.assign(said, { code }) && res,
    }
    new Function('app', 'sp', 'sessions', 'SamlError', 'console', code)(
      app, sp, sessions, SamlError, quiet,
    )
    Date.now = () => Date.parse(request.context.now)
    try {
      await handlers[name](req, res)
    } finally {
      Date.now = now
    }
    return said
  }
  const originalUrl = `/saml/logout?${request.message}`
  const asked = await run('GET /saml/logout', { query: {}, session: {}, originalUrl })
  assert.match(asked.url, /^https:\/\/login\.microsoftonline\.com\/.*SAMLResponse=.*&Signature=/)
  const { issuer, nameId, sessionIndexes } = request.expect
  assert.deepEqual(ended, [[issuer, nameId.value, sessionIndexes]])
  const forged = originalUrl.replace('Signature=', 'Signature=AAAA')
  const refused = await run('GET /saml/logout', { query: {}, session: {}, originalUrl: forged })
  assert.equal(refused.code, 400)
  assert.equal(ended.length, 1)

  const session = { login: { nameId: { value: 'x' }, sessionIndex: '_1' } }
  assert.match((await run('POST /logout', { session })).url, /SAMLRequest=.*&Signature=/)
  assert.equal(session.login, undefined)
  assert.match(session.logoutId, /^_[0-9a-f]{32}$/)
  const answer = fixture('logout-response-partial')
  const answered = {
    query: { SAMLResponse: 'x' },
    session: { logoutId: answer.context.inResponseTo },
    originalUrl: `/saml/logout?${answer.message}`,
  }
  assert.match((await run('GET /saml/logout', answered)).text, /not everywhere/)
  assert.equal((await run('GET /saml/logout', answered)).code, 400, 'not a second time')
})
