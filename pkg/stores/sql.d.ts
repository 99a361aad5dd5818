import type { Store } from '../index.js'

/**
 * Runs one statement with its values, at once or later, and answers with the array of its rows;
 * where the statement gives none, with an empty array.
 */
export type SqlQuery = (statement: string, values: (string | number)[]) => unknown

/** How a SqlStore is set up. */
export interface SqlStoreOptions {
  /**
   * How the database wants its placeholders: `?` or `$1`. D1, Turso and better-sqlite3 are
   * `'sqlite'`. SQLite 3.35 or later, Postgres 9.5 or later.
   */
  readonly dialect: 'sqlite' | 'postgres'
  /** The table: small letters, digits and underscores. Default: `'countersign_state'`. */
  readonly table?: string | undefined
}

/**
 * A store in a table of SQLite, D1 or Postgres: for any number of processes on one database. Each
 * answer is one statement, so the database decides who was first. Run the statements of `schema`
 * once before, and `removeExpired()` every hour or so.
 *
 * The statements must run where they are committed at once, on the primary database: not inside a
 * transaction that may be rolled back, not on a read replica.
 *
 * With a driver that answers at once, so does the store, and `validateResponseSync` can use it.
 *
 * @example
 * const query = async (statement, values) => (await pool.query(statement, values)).rows
 * const store = new SqlStore(query, { dialect: 'postgres' }) // pg
 *
 * @example
 * const query = async (statement, values) =>
 *   (await env.DB.prepare(statement).bind(...values).all()).results
 * const store = new SqlStore(query, { dialect: 'sqlite' }) // D1
 *
 * @example
 * const query = (statement, values) => {
 *   const prepared = database.prepare(statement)
 *   return prepared.reader ? prepared.all(...values) : (prepared.run(...values), [])
 * }
 * const store = new SqlStore(query, { dialect: 'sqlite' }) // better-sqlite3
 */
export class SqlStore implements Store {
  /** @throws {SamlError} `ERR_SAML_OPTIONS` */
  constructor(query: SqlQuery, options: SqlStoreOptions)
  /** The statements that make the table: to be run once, also where it is there already. */
  readonly schema: readonly string[]
  /** @throws {TypeError} where `query` answers with something else than an array of rows. */
  putIfAbsent(key: string, expiresAt: number): boolean | Promise<boolean>
  /** @throws {TypeError} where `query` answers with something else than an array of rows. */
  take(key: string): boolean | Promise<boolean>
  /**
   * Removes what has expired. Not needed for the answers to be right, only to keep the table small.
   */
  removeExpired(): void | Promise<void>
}
