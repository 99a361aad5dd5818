// The store in Durable Objects, in the real workerd: with both kinds of their storage.

import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { DurableObjectStore } from '../../../pkg/stores/durable-object.js'
import { passesIn, tool } from '../child.js'
import { readFixtures } from '../fixtures.js'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'countersign-durable-object-'))
after(() => rmSync(folder, { recursive: true }))

cpSync(here('../../../pkg'), join(folder, 'pkg'), { recursive: true })
for (const name of ['check.js', 'run.js']) cpSync(here(`../${name}`), join(folder, name))
cpSync(here('durable-object-worker.js'), join(folder, 'worker.js'))
writeFileSync(join(folder, 'fixtures.json'), JSON.stringify(readFixtures()))

// All that the entry for Workers may import: every module but the entries for other runtimes.
const OTHERS = ['browser.js', 'deno.js', 'inline.js', 'node.js', 'slim.js']
const PACKAGE = readdirSync(here('../../../pkg'))
  .filter((name) => name.endsWith('.js') && !OTHERS.includes(name))
  .concat('stores/durable-object.js')
const MODULES = [
  ['worker.js', 'esModule'],
  ['check.js', 'esModule'],
  ['run.js', 'esModule'],
  ['fixtures.json', 'json'],
  ...PACKAGE.map((name) => [`pkg/${name}`, 'esModule']),
  ['pkg/wasm/countersign.js', 'esModule'],
  ['pkg/wasm/countersign.wasm', 'wasm'],
]

for (const [kind, sqlite] of [
  ['key-value', false],
  ['SQLite', true],
]) {
  test(`Durable Objects with ${kind} storage keep the contract`, () => {
    const modules = MODULES.map(
      ([path, kind]) => `    (name = "${path}", ${kind} = embed "${path}")`,
    )
    const classes = ['State', 'Wrong', 'Broken']
    const namespaces = classes.map(
      (name) => `    (className = "${name}", uniqueKey = "${name}", enableSql = ${sqlite})`,
    )
    const bindings = classes.map(
      (name) => `    (name = "${name.toUpperCase()}", durableObjectNamespace = "${name}")`,
    )
    const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = .worker)]);
const worker :Workerd.Worker = (
  compatibilityDate = "2026-06-01",
  compatibilityFlags = ["nodejs_compat"],
  durableObjectStorage = (inMemory = void),
  durableObjectNamespaces = [
${namespaces.join(',\n')}
  ],
  bindings = [
${bindings.join(',\n')}
  ],
  modules = [
${modules.join(',\n')}
  ]
);
`
    writeFileSync(join(folder, 'config.capnp'), config)
    const output = passesIn(tool('workerd'), ['test', 'config.capnp'], { cwd: folder })
    assert.match(output, /workerd with Durable Objects: \d+ passed/)
  })
}

test('what is no namespace is refused', () => {
  const stub = { fetch: () => undefined }
  for (const namespace of [undefined, null, {}, stub, 'COUNTERSIGN_STATE']) {
    assert.throws(() => new DurableObjectStore(namespace), { code: 'ERR_SAML_OPTIONS' })
  }
})
