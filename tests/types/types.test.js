// tsc over what must and must not type-check, by the settings that users have, and over the
// package's own JavaScript.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const tools = here('../js/node_modules')

// The package as npm installs it: a folder in node_modules, without this repository around it.
const folder = mkdtempSync(join(tmpdir(), 'countersign-types-'))
after(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'node_modules'))
cpSync(here('../../pkg'), join(folder, 'node_modules/countersign'), { recursive: true })
for (const name of ['accepted.ts', 'refused.ts']) cpSync(here(name), join(folder, name))

function tsc(config, compilerOptions, files) {
  const path = join(folder, config)
  const options = { noEmit: true, strict: true, skipLibCheck: false, ...compilerOptions }
  writeFileSync(path, JSON.stringify({ compilerOptions: options, files }))
  const { status, stdout, stderr } = spawnSync(join(tools, '.bin/tsc'), ['-p', path], {
    encoding: 'utf8',
  })
  assert.equal(status, 0, stdout + stderr)
}

const both = ['accepted.ts', 'refused.ts']
for (const [name, options] of [
  ['a program for Node', { module: 'nodenext', types: [] }],
  ['a program for a bundler', { module: 'esnext', moduleResolution: 'bundler', types: [] }],
  ['the bare language, without DOM', { module: 'nodenext', lib: ['es2022'], types: [] }],
  [
    'the strictest settings',
    {
      module: 'nodenext',
      types: [],
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      isolatedModules: true,
    },
  ],
]) {
  test(`what must type-check does, what must not does not: ${name}`, () => {
    const strict = { noUncheckedIndexedAccess: true, target: 'es2022', ...options }
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    tsc('tsconfig.json', strict, both)
  })
}

test('require() of the package type-checks', () => {
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }')
  writeFileSync(
    join(folder, 'common.cts'),
    "import countersign = require('countersign')\nexport const { ServiceProvider } = countersign\n",
  )
  tsc('tsconfig.json', { module: 'nodenext', target: 'es2022', types: [] }, ['common.cts'])
})

test("the package's own JavaScript type-checks", () => {
  symlinkSync(join(tools, '@types'), join(folder, 'node_modules/@types'))
  const pkg = join(folder, 'node_modules/countersign')
  // deno.js is left out: TypeScript does not read `import source`. Deno runs it in tests/js/deno.
  const entries = ['node.js', 'workerd.js', 'browser.js', 'inline.js', 'slim.js']
  const stores = ['durable-object', 'memory', 'redis', 'sql'].map((name) => `stores/${name}.js`)
  cpSync(pkg, join(folder, 'source'), { recursive: true })
  tsc(
    'tsconfig.json',
    {
      allowJs: true,
      // Files that say `@ts-check`: all but the generated ones.
      module: 'nodenext',
      target: 'es2024',
      lib: ['es2024', 'dom', 'dom.iterable'],
      types: ['node'],
      noUncheckedIndexedAccess: true,
      skipLibCheck: true,
    },
    [...entries, ...stores, 'bin/countersign.js'].map((name) => join('source', name)),
  )
})
