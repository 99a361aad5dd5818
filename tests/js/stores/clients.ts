// What must type-check: the stores with the clients, by the clients' own types.

import type { D1Database, DurableObjectNamespace } from '@cloudflare/workers-types'
import { PGlite } from '@electric-sql/pglite'
import { Cluster, Redis } from 'ioredis'
import { Redis as Redis5 } from 'ioredis5'
import { createClient, createClientPool, createCluster } from 'redis'
import { createClient as createClient4 } from 'redis4'
import { createClient as createClient5 } from 'redis5'
import type { Store } from 'countersign'
import { CountersignState, DurableObjectStore } from 'countersign/stores/durable-object'
import { RedisStore } from 'countersign/stores/redis'
import { SqlStore } from 'countersign/stores/sql'

declare const env: { STATE: DurableObjectNamespace; DB: D1Database }
const cluster = createCluster({ rootNodes: [] })
const postgres = new PGlite()

export const stores: Store[] = [
  new RedisStore(new Redis()),
  new RedisStore(new Cluster([])),
  new RedisStore(new Redis5()),
  new RedisStore(createClient()),
  new RedisStore(createClientPool()),
  new RedisStore(createClient4()),
  new RedisStore(createClient5()),
  new RedisStore((command) => cluster.sendCommand(command[1], false, command)),
  new SqlStore(async (statement, values) => (await postgres.query(statement, values)).rows, {
    dialect: 'postgres',
  }),
  new SqlStore(
    async (statement, values) => (await env.DB.prepare(statement).bind(...values).all()).results,
    { dialect: 'sqlite' },
  ),
  new DurableObjectStore(env.STATE),
]
// What wrangler exports from the Worker.
export { CountersignState }
