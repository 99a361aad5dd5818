// The contract, and logins, against real Durable Objects: run by workerd.

import { ServiceProvider } from './pkg/workerd.js'
import { CountersignState, DurableObjectStore } from './pkg/stores/durable-object.js'
import { equal, ok, rejection } from './check.js'
import fixtures from './fixtures.json'
import { runAll, summary } from './run.js'

const HOUR = 3_600_000

/** The class of the package, which also shows what it stores. */
export class State extends CountersignState {
  #state

  constructor(state, env) {
    super(state, env)
    this.#state = state
  }

  async fetch(request) {
    if (new URL(request.url).pathname !== '/content') return super.fetch(request)
    const { storage } = this.#state
    const entries = [...(await storage.list()).entries()]
    return Response.json({ entries, alarm: await storage.getAlarm() })
  }
}

/** Something else under the same binding. */
export class Wrong {
  async fetch() {
    return Response.json({ ok: true })
  }
}

export class Broken {
  async fetch() {
    throw new Error('out of order')
  }
}

let keys = 0
const freshKey = () => `saml:assertion:https://idp.example/ _${(keys += 1)}`

function tests(env) {
  const store = new DurableObjectStore(env.STATE)
  const content = async (key) => {
    const object = env.STATE.get(env.STATE.idFromName(key))
    return (await object.fetch('https://state.invalid/content')).json()
  }
  const [good] = fixtures.cases.filter(({ expect }) => expect.ok)
  const message = atob(good.message)
  const context = { ...good.context, now: new Date(good.context.now) }
  const signIn = (namespace) => {
    const store = new DurableObjectStore(namespace)
    return new ServiceProvider({ ...good.options, store }).validateResponse(message, context)
  }

  return [
    {
      name: 'a key is put once, until it is taken, and taken once',
      async run() {
        const key = freshKey()
        const until = Date.now() + HOUR
        equal(await store.take(key), false, 'take before')
        equal(await store.putIfAbsent(key, until), true, 'put')
        equal(await store.putIfAbsent(key, until), false, 'put again')
        equal(await store.take(key), true, 'take')
        equal(await store.take(key), false, 'take again')
        equal(await store.putIfAbsent(key, until), true, 'put after take')
      },
    },
    {
      name: 'keys that differ anywhere are different keys',
      async run() {
        const key = freshKey()
        const long = key.padEnd(600, 'x')
        for (const other of [key, `${key} `, key.toUpperCase(), `${key}\u00e9`, long, `${long}y`]) {
          equal(await store.putIfAbsent(other, Date.now() + HOUR), true, other)
          equal(await store.putIfAbsent(other, Date.now() + HOUR), false, other)
        }
      },
    },
    {
      name: 'of a hundred at once exactly one puts, exactly one takes',
      async run() {
        const key = freshKey()
        const hundred = (ask) => Promise.all(Array.from({ length: 100 }, ask))
        const puts = await hundred(() => store.putIfAbsent(key, Date.now() + HOUR))
        equal(puts.filter((put) => put === true).length, 1, 'puts')
        equal(puts.filter((put) => put === false).length, 99, 'refused puts')
        const takes = await hundred(() => store.take(key))
        equal(takes.filter((take) => take === true).length, 1, 'takes')
      },
    },
    {
      name: 'what has expired counts as absent',
      async run() {
        const key = freshKey()
        equal(await store.putIfAbsent(key, Date.now() - 1), true, 'put')
        equal(await store.take(key), false, 'take')
        equal(await store.putIfAbsent(key, Date.now() - 1), true, 'put again')
        equal(await store.putIfAbsent(key, Date.now() + HOUR), true, 'put for an hour')
        equal(await store.putIfAbsent(key, Date.now() + HOUR), false, 'put once more')
      },
    },
    {
      name: 'an entry is one number and an alarm; after the alarm there is nothing',
      async run() {
        const key = freshKey()
        const until = Date.now() + HOUR
        await store.putIfAbsent(key, until)
        const { entries, alarm } = await content(key)
        equal(JSON.stringify(entries), JSON.stringify([['expiresAt', until]]), 'entries')
        equal(alarm, until, 'alarm')
        const short = freshKey()
        const end = Date.now() + 100
        await store.putIfAbsent(short, end)
        let left
        do {
          // The runtime rings the alarm when nothing else is to be done.
          await scheduler.wait(20)
          left = await content(short)
        } while (left.entries.length > 0 && Date.now() < end + 10_000)
        equal(left.entries.length, 0, 'entries after the alarm')
        equal(left.alarm, null, 'alarm after the alarm')
        ok(Date.now() >= end, 'not before it expired')
      },
    },
    {
      name: 'of twenty logins with one assertion exactly one is admitted',
      async run() {
        const attempts = Array.from({ length: 20 }, async () => {
          try {
            return (await signIn(env.STATE)).nameId.value
          } catch (error) {
            return error.code
          }
        })
        const results = await Promise.all(attempts)
        const admitted = results.filter((result) => result === good.expect.nameId.value)
        const refused = results.filter((result) => result === 'ERR_SAML_REPLAY')
        equal(admitted.length, 1, `admitted of ${results}`)
        equal(refused.length, 19, `refused of ${results}`)
      },
    },
    {
      name: 'objects of another class, and broken ones, refuse the login',
      async run() {
        for (const namespace of [env.WRONG, env.BROKEN]) {
          const error = await rejection(signIn(namespace), 'signIn')
          equal(error.code, 'ERR_SAML_STORE', String(error))
          ok(error.cause instanceof Error, 'a cause')
        }
      },
    },
    {
      name: 'the object takes what its client sends, and nothing else',
      async run() {
        const object = env.STATE.get(env.STATE.idFromName(freshKey()))
        const status = async (path, body) =>
          (await object.fetch(`https://state.invalid${path}`, { method: 'POST', body })).status
        equal(await status('/', 'null'), 404, 'another path')
        for (const body of ['null', '"1"', '{}', '1e999']) {
          equal(await status('/put-if-absent', body), 400, body)
        }
      },
    },
  ]
}

export default {
  async test(_controller, env) {
    console.log(summary('workerd with Durable Objects', await runAll(tests(env))))
  },
}
