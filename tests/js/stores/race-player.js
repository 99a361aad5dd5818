// One of the processes that race: told to play some rounds, it signs in with the same assertion in
// each of them, all at once, and says which rounds it won. Every round is a store of its own.

import { AsyncLocalStorage } from 'node:async_hooks'
import { Redis } from 'ioredis'
import { ServiceProvider } from '../../../pkg/node.js'
import { RedisStore } from '../../../pkg/stores/redis.js'
import { genuine } from './messages.js'

const client = new Redis(process.argv[2])
const { options, message, context } = genuine

/** The round that a call belongs to. */
const round = new AsyncLocalStorage()
const roundStore = () => new RedisStore(client, { prefix: `round ${round.getStore()}:` })
const store = {
  putIfAbsent: (key, expiresAt) => roundStore().putIfAbsent(key, expiresAt),
  take: (key) => roundStore().take(key),
}
const sp = new ServiceProvider({ ...options, store, storeTimeoutMilliseconds: 30_000 })

/** @returns the code of the refusal, or `'won'` */
async function play() {
  try {
    const login = await sp.validateResponse(message, context)
    return login.report.ok ? 'won' : 'a login without ok'
  } catch (error) {
    return error.code ?? String(error)
  }
}

process.once('disconnect', () => process.exit())
process.on('message', async ({ rounds }) => {
  process.send({ results: await Promise.all(rounds.map((number) => round.run(number, play))) })
})
process.send({ ready: true })
