// Runs two Workers in Miniflare that share a D1 database and a Durable Object namespace. Started by
// miniflare.test.js with a Node that Miniflare runs on.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Miniflare } from 'miniflare'
import { runAll, summary } from '../../run.js'
import { contract } from '../contract.js'
import { genuine } from '../messages.js'

const ROUNDS = 250
const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const pkg = here('../../../../pkg/')

const OTHERS = ['browser.js', 'deno.js', 'inline.js', 'node.js', 'slim.js']
const scripts = readdirSync(pkg)
  .filter((name) => name.endsWith('.js') && !OTHERS.includes(name))
  .concat('stores/durable-object.js', 'stores/sql.js', 'wasm/countersign.js')
const script = (path, file) => ({
  type: 'ESModule',
  path,
  contents: readFileSync(file, 'utf8'),
})
const message = { ...genuine, message: genuine.message.toString() }
const modules = [
  script('worker.js', here('worker.js')),
  { type: 'ESModule', path: 'genuine.js', contents: `export default ${JSON.stringify(message)}` },
  ...scripts.map((name) => script(`pkg/${name}`, `${pkg}${name}`)),
  {
    type: 'CompiledWasm',
    path: 'pkg/wasm/countersign.wasm',
    contents: readFileSync(`${pkg}wasm/countersign.wasm`),
  },
]
const worker = {
  modules,
  compatibilityDate: '2026-06-01',
  compatibilityFlags: ['nodejs_compat'],
  d1Databases: { DB: 'shared' },
}
const State = { className: 'CountersignState', useSQLite: true }
const miniflare = new Miniflare({
  workers: [
    { ...worker, name: 'one', durableObjects: { COUNTERSIGN_STATE: State } },
    {
      ...worker,
      name: 'two',
      durableObjects: { COUNTERSIGN_STATE: { ...State, scriptName: 'one' } },
    },
  ],
})

const workers = [await miniflare.getWorker('one'), await miniflare.getWorker('two')]

async function ask(worker, question) {
  const init = { method: 'POST', body: JSON.stringify(question) }
  const { value, error } = await (await worker.fetch('https://worker.example/', init)).json()
  if (error !== undefined) throw new Error(error)
  return value
}

/** The store behind a Worker; every call goes to the other Worker than the last. */
function remote(store) {
  let turn = 0
  const call = (method) => async (...values) => {
    turn = 1 - turn
    const sent = values.map((value) =>
      typeof value === 'string' ? { text: value } : { number: String(value) },
    )
    return ask(workers[turn], { store, method, values: sent })
  }
  return { putIfAbsent: call('putIfAbsent'), take: call('take') }
}

const tests = []
for (const store of ['d1', 'object']) {
  for (const { name, run } of contract(() => remote(store))) {
    tests.push({ name: `${store}: ${name}`, run })
  }
  tests.push({
    name: `${store}: of two Workers exactly one signs in, ${ROUNDS} times`,
    async run() {
      const user = genuine.expect.nameId.value
      for (let round = 0; round < ROUNDS; round += 1) {
        const order = round % 2 === 0 ? workers : workers.toReversed()
        const question = { store, method: 'sign-in', round }
        const outcomes = await Promise.all(order.map((worker) => ask(worker, question)))
        assert.deepEqual(outcomes.sort(), [user, 'ERR_SAML_REPLAY'].sort(), `round ${round}`)
      }
    },
  })
}
tests.push({
  name: 'a table that is not there refuses the login',
  async run() {
    const question = { store: 'd1-without-table', method: 'sign-in', round: 0 }
    assert.equal(await ask(workers[0], question), 'ERR_SAML_STORE')
  },
})

try {
  // Twice: every start of the application may make the table.
  for (const worker of workers) await ask(worker, { store: 'd1', method: 'schema' })
  console.log(summary('Miniflare', await runAll(tests)))
} finally {
  await miniflare.dispose()
}
