// @ts-check
// A store in this process.

import { SamlError } from '../errors.js'

/** How often entries that expired are dropped while there is room, in milliseconds. */
const SWEEP_EVERY = 60_000

/** Keeps entries in the memory of this process. */
export class MemoryStore {
  /** @type {Map<string, number>} expiry by key, milliseconds since 1970 */
  #entries = new Map()
  #maxEntries
  /** No entry expires before this. */
  #earliest = Infinity
  #nextSweep = 0

  /** @param {import('./memory.js').MemoryStoreOptions} [options] */
  constructor(options = {}) {
    const { maxEntries = 100_000, ...rest } = options
    const [unknown] = Object.keys(rest)
    if (unknown !== undefined || !Number.isSafeInteger(maxEntries) || maxEntries < 1) {
      throw new SamlError({
        code: 'ERR_SAML_OPTIONS',
        message: 'The one option of a MemoryStore is maxEntries, a whole number, 1 or more.',
        expected: 'maxEntries: a whole number, 1 or more',
      })
    }
    this.#maxEntries = maxEntries
  }

  /** How many entries are held, those included that expired and were not dropped yet. */
  get size() {
    return this.#entries.size
  }

  /**
   * @param {string} key
   * @param {number} expiresAt
   * @returns {boolean}
   */
  putIfAbsent(key, expiresAt) {
    // Compared with NaN every entry has expired.
    if (!Number.isFinite(expiresAt)) throw new TypeError('expiresAt must be a number.')
    const now = Date.now()
    const known = this.#entries.get(key)
    if (known !== undefined && known > now) return false
    const full = this.#entries.size >= this.#maxEntries && known === undefined
    if (now >= (full ? this.#earliest : this.#nextSweep)) this.#sweep(now)
    // Dropping an entry that has not expired would admit its assertion a second time.
    if (this.#entries.size >= this.#maxEntries && !this.#entries.has(key)) {
      throw new Error(`The MemoryStore is full: it holds ${this.#maxEntries} entries.`)
    }
    this.#entries.set(key, expiresAt)
    this.#earliest = Math.min(this.#earliest, expiresAt)
    return true
  }

  /**
   * @param {string} key
   * @returns {boolean}
   */
  take(key) {
    const expiresAt = this.#entries.get(key)
    this.#entries.delete(key)
    return expiresAt !== undefined && expiresAt > Date.now()
  }

  /** @param {number} now */
  #sweep(now) {
    this.#earliest = Infinity
    for (const [key, expiresAt] of this.#entries) {
      if (expiresAt <= now) this.#entries.delete(key)
      else this.#earliest = Math.min(this.#earliest, expiresAt)
    }
    this.#nextSweep = now + SWEEP_EVERY
  }
}
