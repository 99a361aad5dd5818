// What every store must do. A test of a store runs these with a store of its own kind.

import assert from 'node:assert/strict'

let keys = 0
/** A key that no other test uses. */
export const freshKey = () => `saml:assertion:https://idp.example/ _${(keys += 1)}`

const HOUR = 3_600_000

/**
 * @param {() => any} open gives the store, ready for use
 * @returns {{ name: string, run: () => Promise<void> }[]}
 */
export function contract(open) {
  return [
    {
      name: 'a key is put once, until it is taken, and taken once',
      async run() {
        const store = open()
        const key = freshKey()
        const until = Date.now() + HOUR
        assert.equal(await store.take(key), false)
        assert.equal(await store.putIfAbsent(key, until), true)
        assert.equal(await store.putIfAbsent(key, until), false)
        assert.equal(await store.putIfAbsent(key, until + HOUR), false)
        assert.equal(await store.take(key), true)
        assert.equal(await store.take(key), false)
        assert.equal(await store.putIfAbsent(key, until), true)
      },
    },
    {
      name: 'keys that differ anywhere are different keys',
      async run() {
        const store = open()
        const key = freshKey()
        const until = Date.now() + HOUR
        const long = key.padEnd(600, 'x')
        const others = [key, `${key}.`, ` ${key}`, `${key}_`, key.toUpperCase(), `${key}%`]
        for (const other of [...others, `${key}\u00e9`, `${key}e\u0301`, long, `${long}y`]) {
          assert.equal(await store.putIfAbsent(other, until), true, other)
          assert.equal(await store.putIfAbsent(other, until), false, other)
        }
      },
    },
    {
      name: 'what has expired counts as absent, up to its last millisecond it does not',
      async run() {
        const store = open()
        const [short, taken] = [freshKey(), freshKey()]
        const until = Date.now() + 150
        assert.equal(await store.putIfAbsent(taken, until - 50), true)
        assert.equal(await store.putIfAbsent(short, until), true)
        let again
        let asked
        do {
          asked = Date.now()
          again = await store.putIfAbsent(short, Date.now() + HOUR)
        } while (!again && asked < until + 5000)
        assert.equal(again, true, 'five seconds later it is still held')
        // Two clocks: a server may round its own to the millisecond.
        assert(Date.now() >= until - 1, `let go ${until - Date.now()} ms too early`)
        assert.equal(await store.putIfAbsent(short, Date.now() + HOUR), false)
        assert.equal(await store.take(taken), false)
      },
    },
    {
      name: 'an expiry that is no time is refused, not forgotten',
      async run() {
        const store = open()
        for (const until of [NaN, Infinity, undefined]) {
          await assert.rejects(async () => store.putIfAbsent(freshKey(), until), String(until))
        }
      },
    },
    {
      name: 'of a hundred at once exactly one puts, exactly one takes',
      async run() {
        const store = open()
        const key = freshKey()
        const until = Date.now() + HOUR
        const hundred = (ask) => Promise.all(Array.from({ length: 100 }, async () => ask()))
        const puts = await hundred(() => store.putIfAbsent(key, until))
        assert.equal(puts.filter((put) => put === true).length, 1)
        assert.equal(puts.filter((put) => put === false).length, 99)
        const takes = await hundred(() => store.take(key))
        assert.equal(takes.filter((take) => take === true).length, 1)
        assert.equal(takes.filter((take) => take === false).length, 99)
      },
    },
  ]
}
