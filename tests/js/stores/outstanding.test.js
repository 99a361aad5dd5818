// `requestLifetimeSeconds`: each request is answered once and in time, and nothing that is refused
// uses one up.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServiceProvider } from '../../../pkg/node.js'
import { MemoryStore } from '../../../pkg/stores/memory.js'
import { readFixtures } from '../fixtures.js'

const { cases } = readFixtures()
const fixture = (id) => {
  const found = cases.find((one) => one.id === id)
  return { ...found, message: atob(found.message) } // the file, which holds the form field
}
const genuine = fixture('amplitude-sp-initiated-assertion')
const { message, options, context } = genuine
const id = context.inResponseTo
const key = `saml:request:${id}`
const now = new Date(context.now)

/** A store that says what it was asked. */
function witnessed(store = new MemoryStore()) {
  const asked = []
  return {
    asked,
    putIfAbsent(name, expiresAt) {
      asked.push(['put', name, expiresAt])
      return store.putIfAbsent(name, expiresAt)
    },
    take(name) {
      asked.push(['take', name])
      return store.take(name)
    },
  }
}

const serviceProvider = (store, more) =>
  new ServiceProvider({ ...options, store, requestLifetimeSeconds: 600, ...more })

const answered = { code: 'ERR_SAML_IN_RESPONSE_TO', check: 'in-response-to' }

test('a request is answered once', async () => {
  const store = witnessed()
  const sp = serviceProvider(store)
  const before = Date.now()
  assert.equal((await sp.createLoginRequest({ id })).id, id)
  const [[, name, expiresAt]] = store.asked
  assert.equal(name, key)
  assert.ok(expiresAt >= before + 600_000 && expiresAt <= Date.now() + 600_000, `${expiresAt}`)
  const login = await sp.validateResponse(message, { inResponseTo: id, now })
  assert.equal(login.inResponseTo, id)
  assert.deepEqual(store.asked.at(-1), ['take', key])
  // Another assertion for the same request: the ID of the first one is not in its way.
  const again = serviceProvider({ ...store, putIfAbsent: () => true })
  await assert.rejects(again.validateResponse(message, { inResponseTo: id, now }), (error) => {
    assert.equal(error.code, answered.code)
    assert.equal(error.check, answered.check)
    assert.match(error.hint, /requestLifetimeSeconds/)
    assert.equal(error.report.ok, false)
    assert.equal(error.report.login, undefined)
    const { bundle } = error.report.redacted()
    assert.equal(ServiceProvider.replayBundle(JSON.parse(JSON.stringify(bundle))).same, true)
    return true
  })
})

test('the same at once', async () => {
  const sp = serviceProvider(new MemoryStore())
  await sp.createLoginRequest({ id })
  const given = { inResponseTo: id, now }
  assert.equal(sp.validateResponseSync(message, given).inResponseTo, id)
  const waits = serviceProvider({ putIfAbsent: () => true, take: async () => true })
  assert.throws(() => waits.validateResponseSync(message, given), { code: 'ERR_SAML_NEEDS_ASYNC' })
  const never = serviceProvider({ putIfAbsent: () => true, take: () => false })
  assert.throws(() => never.validateResponseSync(message, given), { code: answered.code })
  const down = () => {
    throw new Error('down')
  }
  for (const take of [() => 'OK', down]) {
    const broken = serviceProvider({ putIfAbsent: () => true, take })
    assert.throws(() => broken.validateResponseSync(message, given), { code: 'ERR_SAML_STORE' })
  }
})

test('a request that was never sent, or sent too long ago, cannot be answered', async () => {
  const sp = serviceProvider(new MemoryStore())
  await assert.rejects(sp.validateResponse(message, { inResponseTo: id, now }), answered)
})

test('what is refused uses nothing up, and who only looks uses nothing up', async () => {
  const store = witnessed()
  const sp = serviceProvider(store)
  await sp.createLoginRequest({ id })
  const given = { inResponseTo: id, now }
  for (const one of ['digest-name-id', 'key-attacker', 'audience-other']) {
    await assert.rejects(sp.validateResponse(fixture(one).message, given), /./)
  }
  await assert.rejects(sp.validateResponse(message, { inResponseTo: '_other', now }), answered)
  await assert.rejects(sp.validateResponse(message, { now }), answered)
  assert.equal((await sp.inspectResponse(message, given)).ok, true)
  assert.equal(store.asked.length, 1, JSON.stringify(store.asked))
  await sp.validateResponse(message, given)
  // The same assertion: refused for itself, before the request is asked about.
  const count = store.asked.length
  await assert.rejects(sp.validateResponse(message, given), { code: 'ERR_SAML_REPLAY' })
  assert.equal(store.asked.length, count + 1)
})

test('a login that begins at the identity provider answers no request', async () => {
  const begun = fixture('amplitude-idp-initiated-assertion')
  const store = witnessed()
  const sp = new ServiceProvider({ ...begun.options, store, requestLifetimeSeconds: 600 })
  const login = await sp.validateResponse(begun.message, { now: new Date(begun.context.now) })
  assert.equal(login.initiatedBy, 'idp')
  assert.ok(store.asked.every(([method]) => method === 'put'))
})

test('without the option the store holds no request', async () => {
  const store = witnessed()
  const sp = new ServiceProvider({ ...options, store })
  await sp.createLoginRequest({ id })
  await sp.validateResponse(message, { inResponseTo: id, now })
  assert.deepEqual(
    store.asked.map(([method]) => method),
    ['put'],
  )
})

test('where the store fails no request is made, and no answer accepted', async () => {
  const fails = [
    async () => {
      throw new Error('down')
    },
    () => 'OK',
    () => undefined,
    () => new Promise(() => {}),
  ]
  for (const fail of fails) {
    const more = { storeTimeoutMilliseconds: 20 }
    const silent = serviceProvider({ putIfAbsent: fail, take: fail }, more)
    await assert.rejects(silent.createLoginRequest(), { code: 'ERR_SAML_STORE' })
    const request = { nameId: 'B.Simon@contoso.com' }
    await assert.rejects(silent.createLogoutRequest(request), { code: 'ERR_SAML_STORE' })
    const deaf = serviceProvider({ putIfAbsent: () => true, take: fail }, more)
    const given = { inResponseTo: id, now }
    const expected = { code: 'ERR_SAML_STORE', check: 'in-response-to' }
    await assert.rejects(deaf.validateResponse(message, given), expected)
  }
})

test('an ID is used for one request', async () => {
  const sp = serviceProvider(new MemoryStore())
  await sp.createLoginRequest({ id: '_1' })
  await assert.rejects(sp.createLoginRequest({ id: '_1' }), { code: 'ERR_SAML_OPTIONS' })
  const long = { id: `_${'a'.repeat(512)}` }
  await assert.rejects(sp.createLoginRequest(long), { code: 'ERR_SAML_OPTIONS' })
})

test('the answer to a logout request lets go of it', async () => {
  const store = witnessed()
  const more = { allowUnsignedLogout: true, logoutUrl: 'https://app.example/logout' }
  const sp = serviceProvider(store, more)
  const { id: logoutId } = await sp.createLogoutRequest({ nameId: 'B.Simon@contoso.com' })
  assert.equal(store.asked[0][1], `saml:request:${logoutId}`)
  const { entityID } = /entityID="(?<entityID>[^"]+)"/.exec(options.idp).groups
  const answer = `<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
    xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r" Version="2.0"
    IssueInstant="${new Date().toISOString()}" Destination="https://app.example/logout"
    InResponseTo="${logoutId}"><Issuer>${entityID}</Issuer><samlp:Status><samlp:StatusCode
    Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:LogoutResponse>`
  const given = { inResponseTo: logoutId }
  assert.equal((await sp.validateLogoutResponse(answer, given)).inResponseTo, logoutId)
  await assert.rejects(sp.validateLogoutResponse(answer, given), answered)
})

test('it needs a store, and whole seconds', () => {
  for (const wrong of [{ store: undefined }, ...[0, -1, 1.5, 86_401, '600'].map(lifetime)]) {
    assert.throws(() => serviceProvider(new MemoryStore(), wrong), { code: 'ERR_SAML_OPTIONS' })
  }
})

function lifetime(requestLifetimeSeconds) {
  return { requestLifetimeSeconds }
}
