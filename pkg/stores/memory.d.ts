import type { Store } from '../index.js'

/** How a MemoryStore is set up. */
export interface MemoryStoreOptions {
  /**
   * The most entries that are held at one time. One takes about 200 bytes and stays for as long as
   * its assertion is valid (with Entra ID an hour), so this bounds the logins of an hour.
   * Default: 100,000.
   */
  readonly maxEntries?: number | undefined
}

/**
 * A store in the memory of this process: for one process that may forget at a restart, and for
 * tests. Two processes, or two Workers, do not see each other's entries: use another store there.
 *
 * Never forgets an entry before it expires: when full it throws, and the login is refused with
 * `ERR_SAML_STORE`. Answers at once, so `validateResponseSync` can use it.
 *
 * @example
 * const sp = new ServiceProvider({ ...options, store: new MemoryStore() })
 */
export class MemoryStore implements Store {
  /** @throws {SamlError} `ERR_SAML_OPTIONS` */
  constructor(options?: MemoryStoreOptions)
  /** How many entries are held, those included that expired and were not dropped yet. */
  readonly size: number
  /** @throws {Error} where `maxEntries` are held and none has expired. */
  putIfAbsent(key: string, expiresAt: number): boolean
  take(key: string): boolean
}
