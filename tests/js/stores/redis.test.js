// The store in Redis, with a real server and every client that it takes.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Redis } from 'ioredis'
import { Redis as Redis5 } from 'ioredis5'
import { createClient } from 'redis'
import { createClient as createClient4 } from 'redis4'
import { createClient as createClient5 } from 'redis5'
import { ServiceProvider } from '../../../pkg/node.js'
import { RedisStore } from '../../../pkg/stores/redis.js'
import { contract, freshKey } from './contract.js'
import { genuine } from './messages.js'
import { startRedis } from './redis-server.js'

const HOUR = 3_600_000
let server
let command
before(async () => {
  server = await startRedis()
  command = await createClient({ url: server.url }).connect()
})
after(async () => {
  await command?.close()
  await server?.stop()
})

const CLIENTS = {
  'ioredis 6': async (url) => ending(new Redis(url), (client) => client.quit()),
  'ioredis 5': async (url) => ending(new Redis5(url), (client) => client.quit()),
  'node-redis 6': async (url) =>
    ending(await createClient({ url }).connect(), (client) => client.close()),
  'node-redis 5': async (url) =>
    ending(await createClient5({ url }).connect(), (client) => client.close()),
  'node-redis 4': async (url) =>
    ending(await createClient4({ url }).connect(), (client) => client.quit()),
  'a function': async (url) => {
    const { client, end } = await CLIENTS['node-redis 6'](url)
    return { client: (words) => client.sendCommand(words), end }
  },
}

const ending = (client, end) => ({ client, end: () => end(client) })

for (const [name, connect] of Object.entries(CLIENTS)) {
  test(`${name} keeps the contract`, async (group) => {
    const { client, end } = await connect(server.url)
    try {
      const prefix = `${name}:`
      for (const { name, run } of contract(() => new RedisStore(client, { prefix }))) {
        await group.test(name, run)
      }
    } finally {
      await end()
    }
  })
}

test('an entry is one key, which Redis drops by itself', async () => {
  const store = new RedisStore(command)
  const key = freshKey()
  assert.equal(await store.putIfAbsent(key, Date.now() + HOUR), true)
  const lifetime = await command.pTTL(`countersign:${key}`)
  assert(lifetime > HOUR - 5000 && lifetime <= HOUR, `it lives for ${lifetime} ms`)
  assert.equal(await store.take(key), true)
  assert.equal(await command.exists(`countersign:${key}`), 0)
  // Past, between milliseconds, far away: what PX does not take is not what is sent.
  for (const until of [Date.now() - HOUR, Date.now() + 1.5, Date.now() + 1e12]) {
    assert.equal(await store.putIfAbsent(freshKey(), until), true)
  }
})

test('a client that is not understood is refused, not tried', () => {
  // Upstash, for one: it takes the options of SET as an object, and would ignore words.
  const upstash = { set: () => 'OK', getdel: () => '1' }
  const cluster = { sendCommand: (_firstKey, _isReadonly, _words) => 'OK' }
  for (const client of [undefined, null, {}, 'redis://localhost', upstash, cluster]) {
    assert.throws(() => new RedisStore(client), { code: 'ERR_SAML_OPTIONS' })
  }
  for (const options of [{ prefix: 1 }, { keyPrefix: 'x:' }]) {
    assert.throws(() => new RedisStore(command, options), { code: 'ERR_SAML_OPTIONS' })
  }
})

test('a reply that is none of SET or GETDEL admits nobody', async () => {
  for (const reply of [undefined, 'QUEUED', 1, 0, '', true, false, ['OK'], Buffer.from('OK')]) {
    const store = new RedisStore(async () => reply)
    await assert.rejects(store.putIfAbsent('key', Date.now() + HOUR), /reply to SET/)
    await assert.rejects(store.take('key'), /reply to GETDEL/)
  }
})

test('a server that is full or gone refuses the login', async () => {
  const own = await startRedis()
  const client = await createClient({ url: own.url, disableOfflineQueue: true }).connect()
  client.on('error', () => undefined)
  try {
    const { options, message, context } = genuine
    const store = new RedisStore(client)
    const sp = new ServiceProvider({ ...options, store, storeTimeoutMilliseconds: 2000 })
    await client.configSet({ maxmemory: '1', 'maxmemory-policy': 'noeviction' })
    const full = await sp.validateResponse(message, context).catch((error) => error)
    assert.equal(full.code, 'ERR_SAML_STORE')
    assert.match(full.cause.message, /OOM/)
    await client.configSet({ maxmemory: '0' })
    assert((await sp.validateResponse(message, context)).report.ok)
    await own.stop()
    const gone = await sp.validateResponse(message, context).catch((error) => error)
    assert.equal(gone.code, 'ERR_SAML_STORE')
    assert.equal(gone.report.login, undefined)
  } finally {
    client.destroy()
    await own.stop()
  }
})
