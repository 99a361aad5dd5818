// @ts-check
// A store in a table of SQLite, D1 or Postgres, through the application's own connection.

import { SamlError } from '../errors.js'

/** A plain name, because it becomes part of the statements. 63 is the most that Postgres keeps. */
const TABLE = /^[a-z_][a-z0-9_]{0,51}$/

/** Keeps entries in a table of a database. */
export class SqlStore {
  #query
  #put
  #take
  #removeExpired

  /**
   * @param {import('./sql.js').SqlQuery} query
   * @param {import('./sql.js').SqlStoreOptions} options
   */
  constructor(query, options) {
    const { dialect, table = 'countersign_state', ...rest } = options ?? {}
    const [unknown] = Object.keys(rest)
    if (typeof query !== 'function') throw wrong('query', 'a function that runs one statement')
    if (unknown !== undefined) throw wrong(unknown, 'left out: there is no such option')
    if (dialect !== 'sqlite' && dialect !== 'postgres') {
      throw wrong('dialect', "'sqlite' (D1 is one) or 'postgres'")
    }
    if (typeof table !== 'string' || !TABLE.test(table)) {
      throw wrong('table', 'a plain name: up to 52 small letters, digits and underscores')
    }
    const value = (/** @type {number} */ place) => (dialect === 'postgres' ? `$${place}` : '?')
    // One statement each, so that the database decides who was first. An entry that expired counts
    // as absent, whether or not somebody removed it.
    this.#put =
      `INSERT INTO ${table} (id, expires_at) VALUES (${value(1)}, ${value(2)}) ` +
      `ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at ` +
      `WHERE ${table}.expires_at <= ${value(3)} RETURNING id`
    this.#take = `DELETE FROM ${table} WHERE id = ${value(1)} RETURNING expires_at`
    this.#removeExpired = `DELETE FROM ${table} WHERE expires_at <= ${value(1)}`
    this.#query = query
    /** The statements that make the table: to be run once, also where it is there already. */
    this.schema = Object.freeze([
      `CREATE TABLE IF NOT EXISTS ${table} (id TEXT NOT NULL PRIMARY KEY, ` +
        `expires_at BIGINT NOT NULL)`,
      `CREATE INDEX IF NOT EXISTS ${table}_expires_at ON ${table} (expires_at)`,
    ])
  }

  /**
   * @param {string} key
   * @param {number} expiresAt
   * @returns {boolean | Promise<boolean>}
   */
  putIfAbsent(key, expiresAt) {
    // Databases differ in what they make of NaN and Infinity.
    if (!Number.isFinite(expiresAt)) throw new TypeError('expiresAt must be a number.')
    const values = [key, Math.ceil(expiresAt), Date.now()]
    return after(this.#query(this.#put, values), (rows) => onlyRow(rows) !== undefined)
  }

  /**
   * @param {string} key
   * @returns {boolean | Promise<boolean>}
   */
  take(key) {
    return after(this.#query(this.#take, [key]), (rows) => {
      const row = onlyRow(rows)
      // Drivers give a BIGINT as number, bigint or text.
      return row !== undefined && Number(row.expires_at) > Date.now()
    })
  }

  /**
   * Removes what has expired. Not needed for the answers to be right, only to keep the table small.
   *
   * @returns {void | Promise<void>}
   */
  removeExpired() {
    return after(this.#query(this.#removeExpired, [Date.now()]), () => undefined)
  }
}

/**
 * At once where the rows are there, later where they are waited for.
 *
 * @template T
 * @param {any} rows
 * @param {(rows: unknown) => T} read
 * @returns {T | Promise<T>}
 */
function after(rows, read) {
  return typeof rows?.then === 'function' ? Promise.resolve(rows).then(read) : read(rows)
}

/**
 * @param {unknown} rows
 * @returns {any} `undefined` where there is none
 */
function onlyRow(rows) {
  if (!Array.isArray(rows)) {
    throw new TypeError('query must answer with the array of rows: result.rows, or result.results.')
  }
  if (rows.length > 1) throw new Error('One statement about one key gave several rows.')
  return rows[0]
}

/**
 * @param {string} name
 * @param {string} expected
 */
function wrong(name, expected) {
  const message = `${name} of the SqlStore must be ${expected}.`
  return new SamlError({ code: 'ERR_SAML_OPTIONS', message, expected })
}
