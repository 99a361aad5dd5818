// Puts the package, the suite and the fixtures into one folder, as a bundler would, and lets the
// real workerd run them: with Node compatibility and without.

import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { passesIn, tool } from '../child.js'
import { readFixtures } from '../fixtures.js'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'countersign-workerd-'))
after(() => rmSync(folder, { recursive: true }))

cpSync(here('../../../pkg'), join(folder, 'pkg'), { recursive: true })
for (const name of ['suite.js', 'bad-input.js', 'check.js', 'logout.js', 'run.js']) {
  cpSync(here(`../${name}`), join(folder, name))
}
cpSync(here('worker.js'), join(folder, 'worker.js'))
writeFileSync(join(folder, 'fixtures.json'), JSON.stringify(readFixtures()))

// All that the entry for Workers may import: every module but the entries for other runtimes.
const OTHERS = ['browser.js', 'deno.js', 'inline.js', 'node.js', 'slim.js']
const PACKAGE = readdirSync(here('../../../pkg')).filter(
  (name) => name.endsWith('.js') && !OTHERS.includes(name),
)
const MODULES = [
  ['worker.js', 'esModule'],
  ['suite.js', 'esModule'],
  ['bad-input.js', 'esModule'],
  ['check.js', 'esModule'],
  ['logout.js', 'esModule'],
  ['run.js', 'esModule'],
  ['fixtures.json', 'json'],
  ...PACKAGE.map((name) => [`pkg/${name}`, 'esModule']),
  ['pkg/wasm/countersign.js', 'esModule'],
  ['pkg/wasm/countersign.wasm', 'wasm'],
]

for (const [flag, name] of [
  ['nodejs_compat', 'workerd with node:crypto'],
  ['no_nodejs_compat', 'workerd without node:crypto'],
]) {
  test(`the suite passes in ${name}`, () => {
    const modules = MODULES.map(
      ([path, kind]) => `    (name = "${path}", ${kind} = embed "${path}")`,
    )
    // A date before Node compatibility became the default, so that the flag alone decides.
    const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = .worker)]);
const worker :Workerd.Worker = (
  compatibilityDate = "2026-06-01",
  compatibilityFlags = ["${flag}"],
  modules = [
${modules.join(',\n')}
  ]
);
`
    writeFileSync(join(folder, `${flag}.capnp`), config)
    const output = passesIn(tool('workerd'), ['test', `${flag}.capnp`], { cwd: folder })
    assert.match(output, new RegExp(`${name}: \\d+ passed`))
  })
}
