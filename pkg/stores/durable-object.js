// @ts-check
// A store in Cloudflare Durable Objects: one object for each key, which is the one place in the
// world where that key is decided.

import { SamlError } from '../errors.js'

/** What the object keeps: when its key expires, milliseconds since 1970. */
const EXPIRES_AT = 'expiresAt'

/** Only the two classes of this file speak to each other; the host is not a real one. */
const ADDRESS = 'https://countersign.invalid/'

/** The Durable Object behind a DurableObjectStore. A Worker exports it and binds it. */
export class CountersignState {
  #state

  /** @param {import('./durable-object.js').ObjectState} state */
  constructor(state) {
    this.#state = state
  }

  /**
   * @param {import('./durable-object.js').ObjectRequest} request
   * @returns {Promise<Response>}
   */
  async fetch(request) {
    switch (new URL(request.url).pathname) {
      case '/put-if-absent': {
        const expiresAt = await request.json()
        if (!Number.isFinite(expiresAt)) return new Response(null, { status: 400 })
        return Response.json(await this.#putIfAbsent(expiresAt))
      }
      case '/take':
        return Response.json(await this.#take())
      default:
        return new Response(null, { status: 404 })
    }
  }

  /** Empties the object: one without storage costs nothing and is forgotten. */
  async alarm() {
    // Between the look and the deletion nobody may put: that entry would be lost.
    await this.#state.blockConcurrencyWhile(async () => {
      const { storage } = this.#state
      const expiresAt = await storage.get(EXPIRES_AT)
      const held = expiresAt !== undefined && expiresAt > Date.now()
      // Put again since this alarm was set.
      if (held) await storage.setAlarm(expiresAt)
      else await storage.deleteAll()
    })
  }

  /** @param {number} expiresAt */
  #putIfAbsent(expiresAt) {
    return this.#state.storage.transaction(async (transaction) => {
      const known = await transaction.get(EXPIRES_AT)
      if (known !== undefined && known > Date.now()) return false
      await transaction.put(EXPIRES_AT, expiresAt)
      await transaction.setAlarm(expiresAt)
      return true
    })
  }

  #take() {
    return this.#state.storage.transaction(async (transaction) => {
      const known = await transaction.get(EXPIRES_AT)
      // The alarm stays: it leaves nothing behind.
      await transaction.delete(EXPIRES_AT)
      return known !== undefined && known > Date.now()
    })
  }
}

/** Keeps entries in Durable Objects. */
export class DurableObjectStore {
  #namespace

  /** @param {import('./durable-object.js').ObjectNamespace} namespace */
  constructor(namespace) {
    const usable = /** @type {unknown} */ (namespace?.idFromName)
    if (typeof usable !== 'function') {
      throw new SamlError({
        code: 'ERR_SAML_OPTIONS',
        message: 'A DurableObjectStore needs the binding of a Durable Object namespace.',
        expected: 'a Durable Object namespace, such as env.COUNTERSIGN_STATE',
        hint: 'Export CountersignState from the Worker and bind it in wrangler.toml.',
      })
    }
    this.#namespace = namespace
  }

  /**
   * @param {string} key
   * @param {number} expiresAt
   * @returns {Promise<boolean>}
   */
  putIfAbsent(key, expiresAt) {
    return this.#ask(key, 'put-if-absent', Math.ceil(expiresAt))
  }

  /**
   * @param {string} key
   * @returns {Promise<boolean>}
   */
  take(key) {
    return this.#ask(key, 'take', null)
  }

  /**
   * @param {string} key
   * @param {string} path
   * @param {number | null} body
   * @returns {Promise<boolean>}
   */
  async #ask(key, path, body) {
    const object = this.#namespace.get(this.#namespace.idFromName(key))
    const request = { method: 'POST', body: JSON.stringify(body) }
    const response = await object.fetch(ADDRESS + path, request)
    if (!response.ok) throw new Error(`The Durable Object answered with ${response.status}.`)
    const answer = await response.json()
    if (typeof answer !== 'boolean') throw new Error('The Durable Object is of another class.')
    return answer
  }
}
