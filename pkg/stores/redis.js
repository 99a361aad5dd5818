// @ts-check
// A store in Redis 6.2 or later, Valkey, or a service that speaks their protocol.

import { SamlError } from '../errors.js'

/** @typedef {(command: string[]) => unknown} Send sends one command, answers with its reply */

/** Keeps entries in Redis. */
export class RedisStore {
  /** @type {Send} */
  #send
  #prefix

  /**
   * @param {import('./redis.js').RedisClient} client
   * @param {import('./redis.js').RedisStoreOptions} [options]
   */
  constructor(client, options = {}) {
    const { prefix = 'countersign:', ...rest } = options
    const [unknown] = Object.keys(rest)
    if (unknown !== undefined || typeof prefix !== 'string') {
      throw wrong('The one option of a RedisStore is prefix, a string.', 'prefix: a string')
    }
    this.#prefix = prefix
    this.#send = sender(client)
  }

  /**
   * @param {string} key
   * @param {number} expiresAt
   * @returns {Promise<boolean>}
   */
  async putIfAbsent(key, expiresAt) {
    // Relative, so that the clock of the Redis server does not matter. PX takes nothing below 1.
    const lifetime = Math.max(1, Math.ceil(expiresAt - Date.now()))
    const command = ['SET', this.#prefix + key, '1', 'NX', 'PX', String(lifetime)]
    const reply = await this.#send(command)
    if (reply === 'OK') return true
    if (reply === null) return false
    throw unexpected('SET', reply)
  }

  /**
   * @param {string} key
   * @returns {Promise<boolean>}
   */
  async take(key) {
    const reply = await this.#send(['GETDEL', this.#prefix + key])
    if (reply === '1') return true
    if (reply === null) return false
    throw unexpected('GETDEL', reply)
  }
}

/**
 * How this client sends a command word by word. Not by its methods: one that takes the options of
 * SET in another form ignores what it does not know, and a SET without NX says OK to everybody.
 *
 * @param {any} client
 * @returns {Send}
 */
function sender(client) {
  if (typeof client === 'function') return client
  // ioredis, whose sendCommand takes objects of its own.
  if (typeof client?.call === 'function') return ([name, ...args]) => client.call(name, ...args)
  // node-redis. That of its cluster takes more; it is given as a function.
  if (typeof client?.sendCommand === 'function' && client.sendCommand.length < 3) {
    return (command) => client.sendCommand(command)
  }
  throw wrong(
    'The client is neither one of ioredis nor one of node-redis.',
    'a client of ioredis or node-redis, or a function that sends one command',
    'Pass a function: (command) => cluster.sendCommand(command[1], false, command).',
  )
}

/**
 * @param {string} command
 * @param {unknown} reply
 */
function unexpected(command, reply) {
  const type = reply === null ? 'null' : typeof reply
  return new Error(`The reply to ${command} is a ${type} that Redis does not give.`)
}

/**
 * @param {string} message
 * @param {string} expected
 * @param {string} [hint]
 */
function wrong(message, expected, hint) {
  return new SamlError({ code: 'ERR_SAML_OPTIONS', message, expected, hint })
}
