import type { Store } from '../index.js'

/** A connected client of ioredis, of node-redis, or any other by way of a function. */
export type RedisClient =
  /** ioredis 5 and later, its Cluster included. */
  | { call(command: string, ...args: string[]): PromiseLike<unknown> }
  /** node-redis 4 and later; its cluster by way of a function. */
  | { sendCommand(command: string[]): PromiseLike<unknown> }
  /** Sends one command, name and arguments, and answers with its reply. */
  | ((command: string[]) => unknown)

/** How a RedisStore is set up. */
export interface RedisStoreOptions {
  /** What all keys begin with. Default: `'countersign:'`. */
  readonly prefix?: string | undefined
}

/**
 * A store in Redis 6.2 or later, or Valkey: for any number of processes. One `SET` with `NX` and
 * `PX` for each login, one `GETDEL` for each `take`; Redis drops what has expired.
 *
 * Set `maxmemory-policy noeviction`: any other lets Redis forget an assertion that is still valid.
 *
 * @example
 * const store = new RedisStore(new Redis('redis://127.0.0.1:6379')) // ioredis
 *
 * @example
 * const store = new RedisStore(await createClient({ url }).connect()) // node-redis
 *
 * @example
 * const store = new RedisStore((command) => cluster.sendCommand(command[1], false, command))
 */
export class RedisStore implements Store {
  /** @throws {SamlError} `ERR_SAML_OPTIONS` */
  constructor(client: RedisClient, options?: RedisStoreOptions)
  putIfAbsent(key: string, expiresAt: number): Promise<boolean>
  take(key: string): Promise<boolean>
}
