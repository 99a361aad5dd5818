// The store in a table: SQLite and Postgres, both the real ones, compiled to WebAssembly.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { PGlite } from '@electric-sql/pglite'
import initSqlJs from 'sql.js'
import { ServiceProvider } from '../../../pkg/node.js'
import { SqlStore } from '../../../pkg/stores/sql.js'
import { contract, freshKey } from './contract.js'
import { genuine } from './messages.js'

const HOUR = 3_600_000
const { Database } = await initSqlJs()
const sqlite = new Database()
let postgres
before(async () => {
  postgres = await PGlite.create()
})
after(() => postgres?.close())

/** Answers at once, as better-sqlite3 does. */
function querySqlite(statement, values) {
  const prepared = sqlite.prepare(statement, values)
  const rows = []
  while (prepared.step()) rows.push(prepared.getAsObject())
  prepared.free()
  return rows
}
const DIALECTS = {
  sqlite: querySqlite,
  postgres: async (statement, values) => (await postgres.query(statement, values)).rows,
}

for (const [dialect, query] of Object.entries(DIALECTS)) {
  const rows = (statement) => query(statement, [])

  test(`${dialect} keeps the contract`, async (group) => {
    const store = new SqlStore(query, { dialect })
    // Twice: every start of the application may make the table.
    for (const statement of [...store.schema, ...store.schema]) await query(statement, [])
    for (const { name, run } of contract(() => store)) await group.test(name, run)
  })

  test(`${dialect}: only what has expired is removed`, async () => {
    const store = new SqlStore(query, { dialect, table: 'other_table' })
    for (const statement of store.schema) await query(statement, [])
    const [old, valid] = [freshKey(), freshKey()]
    assert.equal(await store.putIfAbsent(old, Date.now() - 1), true)
    assert.equal(await store.putIfAbsent(valid, Date.now() + HOUR), true)
    await store.removeExpired()
    assert.deepEqual(await rows('SELECT id FROM other_table'), [{ id: valid }])
    assert.equal(await store.putIfAbsent(valid, Date.now() + HOUR), false)
  })

  test(`${dialect}: a key is a value, never part of a statement`, async () => {
    const store = new SqlStore(query, { dialect })
    const key = `'); DELETE FROM countersign_state; --`
    assert.equal(await store.putIfAbsent(key, Date.now() + HOUR), true)
    assert.equal(await store.putIfAbsent(key, Date.now() + HOUR), false)
    assert.equal(await store.take(key), true)
  })

  test(`${dialect}: a table that is not there refuses the login`, async () => {
    const { options, message, context } = genuine
    const store = new SqlStore(query, { dialect, table: 'not_there' })
    const sp = new ServiceProvider({ ...options, store })
    const error = await sp.validateResponse(message, context).catch((error) => error)
    assert.equal(error.code, 'ERR_SAML_STORE')
    assert.match(error.cause.message, /not_there/)
  })
}

test('a driver that answers at once serves validateResponseSync', () => {
  const { options, message, context } = genuine
  const store = new SqlStore(querySqlite, { dialect: 'sqlite' })
  const sp = new ServiceProvider({ ...options, store })
  assert(sp.validateResponseSync(message, context).report.ok)
  assert.throws(() => sp.validateResponseSync(message, context), { code: 'ERR_SAML_REPLAY' })
})

test('a query that does not answer with rows admits nobody', async () => {
  for (const answer of [undefined, null, true, 1, {}, { rows: [] }, { results: [{}] }, 'id']) {
    const atOnce = new SqlStore(() => answer, { dialect: 'sqlite' })
    assert.throws(() => atOnce.putIfAbsent('key', Date.now() + HOUR), TypeError)
    assert.throws(() => atOnce.take('key'), TypeError)
    const later = new SqlStore(async () => answer, { dialect: 'sqlite' })
    await assert.rejects(later.putIfAbsent('key', Date.now() + HOUR), TypeError)
    await assert.rejects(later.take('key'), TypeError)
  }
  const two = new SqlStore(() => [{}, {}], { dialect: 'sqlite' })
  assert.throws(() => two.putIfAbsent('key', Date.now() + HOUR), /several rows/)
})

test('drivers give the expiry as number, bigint or text', () => {
  for (const type of [Number, BigInt, String]) {
    const take = (time) =>
      new SqlStore(() => [{ expires_at: type(time) }], { dialect: 'postgres' }).take('key')
    assert.equal(take(Date.now() + HOUR), true)
    assert.equal(take(Date.now() - 1), false)
  }
})

test('what a SqlStore is made with', () => {
  const query = () => []
  for (const [given, options] of [
    [undefined, { dialect: 'sqlite' }],
    [query, undefined],
    [query, {}],
    [query, { dialect: 'mysql' }],
    [query, { dialect: 'sqlite', table: 'state; DROP TABLE users' }],
    [query, { dialect: 'sqlite', table: '' }],
    [query, { dialect: 'sqlite', tables: 'x' }],
  ]) {
    assert.throws(() => new SqlStore(given, options), { code: 'ERR_SAML_OPTIONS' })
  }
})
