// The replay check: what a ServiceProvider asks a store, when, and what it makes of the answers.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServiceProvider } from '../../../pkg/node.js'
import { askStore, askStoreSync } from '../../../pkg/replay.js'
import { MemoryStore } from '../../../pkg/stores/memory.js'
import { accepted, genuine, refused } from './messages.js'

/** A store that answers as told and keeps what it was asked. */
function recording(answer) {
  const asked = []
  const putIfAbsent = (...values) => {
    asked.push(values)
    return answer()
  }
  return { asked, store: { putIfAbsent, take: () => assert.fail('take was called') } }
}

const serviceProvider = (store, more) => new ServiceProvider({ ...genuine.options, store, ...more })
const { message, context } = genuine
const replayOf = (report) => report.checks.find(({ id }) => id === 'replay')

/** Both ways to sign in, each ending in a login or an error. */
const WAYS = {
  validateResponse: (sp) => sp.validateResponse(message, context).catch((error) => error),
  validateResponseSync: async (sp) => {
    try {
      return sp.validateResponseSync(message, context)
    } catch (error) {
      return error
    }
  },
}

/** What every refusal by the last check has in common. */
function assertRefused(error, code) {
  assert.equal(error.name, 'SamlError', String(error))
  assert.equal(error.code, code)
  assert.equal(error.check, 'replay')
  assert(error.hint.length > 40 && error.expected && error.actual)
  const { report } = error
  assert.equal(report.ok, false)
  assert.equal(report.code, code)
  assert(!('login' in report))
  const check = replayOf(report)
  assert.deepEqual([check.status, check.code, check.hint], ['failed', code, error.hint])
  assert.deepEqual(
    report.checks.filter(({ status }) => status === 'failed').map(({ id }) => id),
    ['replay'],
  )
  assert(Object.isFrozen(report) && report.checks.every(Object.isFrozen))
  assert.equal(report.redacted().code, code)
  const event = report.toAuditEvent()
  assert.deepEqual([event.verdict, event.check], ['refused', 'replay'])
}

for (const [name, signIn] of Object.entries(WAYS)) {
  test(`${name}: an assertion signs in once`, async () => {
    const sp = serviceProvider(new MemoryStore())
    const login = await signIn(sp)
    assert.equal(login.nameId?.value, genuine.expect.nameId.value)
    const { status, title, spec, ...rest } = replayOf(login.report)
    assert.deepEqual({ status, ...rest }, { status: 'passed', id: 'replay' })
    for (let again = 0; again < 3; again += 1) {
      const error = await signIn(sp)
      assertRefused(error, 'ERR_SAML_REPLAY')
      assert.match(error.hint, /Back/)
      assert.equal(error.cause, undefined)
    }
  })

  test(`${name}: two service providers with one store are one`, async () => {
    const store = new MemoryStore()
    assert((await signIn(serviceProvider(store))).report.ok)
    assertRefused(await signIn(serviceProvider(store)), 'ERR_SAML_REPLAY')
    assert((await signIn(serviceProvider(new MemoryStore()))).report.ok)
  })

  test(`${name}: the store is asked once, for what is accepted, and never otherwise`, async () => {
    for (const { id, options, message, context } of [...accepted, ...refused]) {
      const { asked, store } = recording(() => true)
      const sp = new ServiceProvider({ ...options, store })
      let report
      try {
        const login = await sp[name](message, context)
        const { key, expiresAt } = login.replay
        assert.equal(asked.length, 1, id)
        assert.deepEqual(asked[0].length, 2)
        assert.equal(asked[0][0], `saml:assertion:${key}`)
        assert(asked[0][0].length <= 600 && asked[0][1] > Date.parse(expiresAt), id)
        report = login.report
      } catch (error) {
        if (error.name !== 'SamlError') throw error
        assert.deepEqual(asked, [], id)
        report = error.report
        assert.equal(replayOf(report).status, 'skipped', id)
        assert.notEqual(replayOf(report).actual, 'no store is configured', id)
      }
      assert.equal(report.ok, accepted.some((fixture) => fixture.id === id), id)
    }
  })

  test(`${name}: a store that throws refuses; what it says is not logged`, async () => {
    const cause = new Error('connect ECONNREFUSED redis://:hunter2@10.0.0.7:6379')
    for (const answer of [
      () => {
        throw cause
      },
      ...(name === 'validateResponse' ? [() => Promise.reject(cause)] : []),
    ]) {
      const error = await signIn(serviceProvider(recording(answer).store))
      assertRefused(error, 'ERR_SAML_STORE')
      assert.equal(error.cause, cause)
      const { message, hint, actual, report } = error
      assert.doesNotMatch(JSON.stringify({ message, hint, actual, report }), /hunter2/)
    }
  })

  test(`${name}: an answer that is no boolean refuses`, async () => {
    const thenThrows = {
      get then() {
        throw new Error('then')
      },
    }
    const answers = [undefined, null, 1, 0, 'OK', 'true', '', [], [true], {}, NaN, 1n, Symbol('x')]
    for (const answer of [...answers, new Boolean(true), () => true, thenThrows]) {
      const error = await signIn(serviceProvider(recording(() => answer).store))
      assertRefused(error, 'ERR_SAML_STORE')
      if (name === 'validateResponse' && answer !== thenThrows) {
        const later = recording(() => Promise.resolve(answer)).store
        assertRefused(await signIn(serviceProvider(later)), 'ERR_SAML_STORE')
      }
    }
  })
}

test('a store that hangs refuses in time, and its late answer changes nothing', async () => {
  let answerLate
  const { asked, store } = recording(() => new Promise((resolve) => (answerLate = resolve)))
  const sp = serviceProvider(store, { storeTimeoutMilliseconds: 20 })
  const error = await sp.validateResponse(message, context).catch((error) => error)
  assertRefused(error, 'ERR_SAML_STORE')
  assert.match(error.actual, /20 milliseconds/)
  answerLate(true)
  await Promise.resolve()
  assert.equal(error.report.ok, false)
  assert.equal(asked.length, 1)
})

test('a promise to validateResponseSync needs async, also one that fails later', async () => {
  for (const answer of [
    () => Promise.resolve(true),
    () => Promise.reject(new Error('nobody listens')),
    () => ({ then: () => undefined }),
  ]) {
    const { asked, store } = recording(answer)
    const sp = serviceProvider(store)
    assert.throws(() => sp.validateResponseSync(message, context), { code: 'ERR_SAML_NEEDS_ASYNC' })
    assert.equal(asked.length, 1)
  }
})

test('inspectResponse uses nothing up and says so', async () => {
  const store = new MemoryStore()
  const sp = serviceProvider(store)
  for (let again = 0; again < 3; again += 1) {
    const report = await sp.inspectResponse(message, context)
    assert.equal(report.ok, true)
    assert.equal(replayOf(report).status, 'skipped')
    assert.match(replayOf(report).actual, /inspectResponse/)
  }
  assert.equal(store.size, 0)
  assert((await sp.validateResponse(message, context)).report.ok)
  assert.equal((await sp.inspectResponse(message, context)).ok, true)
})

test('a message judged by a time long ago is remembered from now on', () => {
  // Fixtures are of one day; a MemoryStore reads the clock of today.
  const store = new MemoryStore()
  const sp = serviceProvider(store)
  const { replay } = sp.validateResponseSync(message, context)
  const { asked, store: other } = recording(() => true)
  const started = Date.now()
  serviceProvider(other).validateResponseSync(message, context)
  const left = Date.parse(replay.expiresAt) - context.now.getTime()
  const [[, until]] = asked
  assert(until >= started + left && until <= Date.now() + left + 120_000)
})

test('servers whose clocks differ by a minute do not lose an entry to each other', () => {
  const clock = Date.now
  const end = Date.parse(readExpiry())
  try {
    const store = new MemoryStore({ maxEntries: 1 })
    const sp = serviceProvider(store)
    const now = end - 60_000
    Date.now = () => now
    assert(sp.validateResponseSync(message, { ...context, now }).report.ok)
    // This server's clock is a minute behind: for it the assertion is good for a millisecond more.
    Date.now = () => end + 59_999
    const error = caught(() => sp.validateResponseSync(message, { ...context, now: end - 1 }))
    assertRefused(error, 'ERR_SAML_REPLAY')
  } finally {
    Date.now = clock
  }
})

function readExpiry() {
  const sp = new ServiceProvider(genuine.options)
  return sp.validateResponseSync(message, context).replay.expiresAt
}

function caught(run) {
  try {
    return run()
  } catch (error) {
    return error
  }
}

/** What the engine hands over, with an ID of this length. */
function judged(length) {
  const key = `https://idp.example/ _${'x'.repeat(length)}`
  const replay = { key, expiresAt: '2026-01-01T00:00:00Z' }
  const checks = [{ id: 'replay', status: 'skipped', actual: 'no store is configured' }]
  return { data: { ok: true, checks, login: { replay } }, now: Date.parse('2026-01-01T00:00:00Z') }
}

test('an expiry that is no time refuses', async () => {
  for (const ask of [askStore, askStoreSync]) {
    const { asked, store } = recording(() => true)
    const given = judged(10)
    given.data.login.replay.expiresAt = '+99999999-01-01T00:00:00Z'
    await ask(given, store, 1000)
    assert.equal(given.data.code, 'ERR_SAML_STORE')
    assert.deepEqual([given.data.ok, 'login' in given.data, asked], [false, false, []])
  }
})

test('long keys are hashed, so that every store can hold them', async () => {
  const keys = new Set()
  for (const length of [10, 475, 476, 477, 1000, 1001, 500_000]) {
    const { asked, store } = recording(() => true)
    const given = judged(length)
    await askStore(given, store, 1000)
    assert.equal(given.data.checks[0].status, 'passed')
    const [[key]] = asked
    assert(key.startsWith('saml:assertion:') && key.length <= 512, `${key.length} characters`)
    keys.add(key)
    const sync = recording(() => true)
    if (key.includes(' ')) {
      askStoreSync(judged(length), sync.store)
      assert.equal(sync.asked[0][0], key, 'the same key with and without await')
    } else {
      assert.match(key, /^saml:assertion:sha256:[0-9a-f]{64}$/)
      const error = caught(() => askStoreSync(judged(length), sync.store))
      assert.equal(error.code, 'ERR_SAML_NEEDS_ASYNC')
      assert.deepEqual(sync.asked, [])
    }
  }
  assert.equal(keys.size, 7)
})

test('a store that is none is refused when the ServiceProvider is made', () => {
  const nothing = () => true
  for (const store of [
    null,
    true,
    'redis://localhost',
    {},
    new Map(),
    { putIfAbsent: nothing },
    { take: nothing },
    { putIfAbsent: true, take: nothing },
  ]) {
    const error = caught(() => serviceProvider(store))
    assert.equal(error.code, 'ERR_SAML_OPTIONS', String(store))
    assert.match(error.message, /^store/)
    assert.match(error.hint, /RedisStore/)
  }
  for (const storeTimeoutMilliseconds of [0, -1, 1.5, 600_001, '5', Infinity, null]) {
    const error = caught(() => serviceProvider(new MemoryStore(), { storeTimeoutMilliseconds }))
    assert.equal(error.code, 'ERR_SAML_OPTIONS')
  }
})

test('the methods of a store are read once and called on it', () => {
  class Own {
    #used = new Set()
    reads = 0
    get putIfAbsent() {
      this.reads += 1
      return function (key) {
        const absent = !this.#used.has(key)
        this.#used.add(key)
        return absent
      }
    }
    take() {
      return false
    }
  }
  const store = new Own()
  const sp = serviceProvider(store)
  assert(sp.validateResponseSync(message, context).report.ok)
  assertRefused(caught(() => sp.validateResponseSync(message, context)), 'ERR_SAML_REPLAY')
  assert.equal(store.reads, 1)
})
