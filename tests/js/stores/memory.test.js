// The store in this process.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServiceProvider } from '../../../pkg/node.js'
import { MemoryStore } from '../../../pkg/stores/memory.js'
import { contract, freshKey } from './contract.js'
import { genuine } from './messages.js'

for (const { name, run } of contract(() => new MemoryStore())) test(name, run)

/** Runs with a clock of its own. */
function atTime(start, run) {
  const clock = Date.now
  const time = { now: start }
  Date.now = () => time.now
  try {
    run(time)
  } finally {
    Date.now = clock
  }
}

test('a full store throws and forgets nothing; what expired makes room', () => {
  atTime(1000, (time) => {
    const store = new MemoryStore({ maxEntries: 3 })
    for (const [key, until] of [['a', 5000], ['b', 2000], ['c', 5000]]) {
      assert.equal(store.putIfAbsent(key, until), true)
    }
    assert.throws(() => store.putIfAbsent('d', 5000), /full/)
    time.now = 1999
    assert.throws(() => store.putIfAbsent('d', 5000), /full/)
    for (const key of ['a', 'b', 'c']) assert.equal(store.putIfAbsent(key, 9000), false)
    time.now = 2000
    assert.equal(store.putIfAbsent('d', 5000), true)
    for (const key of ['a', 'c', 'd']) assert.equal(store.putIfAbsent(key, 9000), false)
    assert.throws(() => store.putIfAbsent('b', 5000), /full/)
    assert.equal(store.take('a'), true)
    assert.equal(store.putIfAbsent('b', 5000), true)
  })
})

test('an entry that expired is put again though the store is full', () => {
  atTime(1000, (time) => {
    const store = new MemoryStore({ maxEntries: 2 })
    store.putIfAbsent('a', 2000)
    store.putIfAbsent('b', 3000)
    time.now = 2000
    assert.equal(store.putIfAbsent('a', 4000), true)
    assert.equal(store.putIfAbsent('a', 4000), false)
    assert.equal(store.size, 2)
  })
})

test('what expired does not pile up', () => {
  atTime(0, (time) => {
    const store = new MemoryStore()
    for (let index = 0; index < 10_000; index += 1) {
      time.now = index * 100
      assert.equal(store.putIfAbsent(`key ${index}`, time.now + 10_000), true)
      assert(store.size <= 800, `${store.size} entries, of which 100 are valid`)
    }
  })
})

test('a full store refuses the login', async () => {
  const { options, message, context } = genuine
  const store = new MemoryStore({ maxEntries: 1 })
  store.putIfAbsent(freshKey(), Date.now() + 3_600_000)
  const sp = new ServiceProvider({ ...options, store })
  const error = await sp.validateResponse(message, context).catch((error) => error)
  assert.equal(error.code, 'ERR_SAML_STORE')
  assert.match(error.cause.message, /full/)
})

test('what a MemoryStore is made with', () => {
  for (const options of [{ maxEntries: 0 }, { maxEntries: 1.5 }, { maxEntries: '9' }, { max: 9 }]) {
    assert.throws(() => new MemoryStore(options), { code: 'ERR_SAML_OPTIONS' })
  }
})
