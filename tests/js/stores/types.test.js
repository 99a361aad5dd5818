// tsc over the stores with the clients' own types.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { tool } from '../child.js'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'countersign-clients-'))
after(() => rmSync(folder, { recursive: true }))

test('clients fit by their own types', () => {
  const modules = join(folder, 'node_modules')
  mkdirSync(modules)
  for (const name of readdirSync(here('node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(here(`node_modules/${name}`), join(modules, name))
  }
  symlinkSync(here('../node_modules/@types'), join(modules, '@types'))
  cpSync(here('../../../pkg'), join(modules, 'countersign'), { recursive: true })
  cpSync(here('clients.ts'), join(folder, 'clients.ts'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const compilerOptions = {
    noEmit: true,
    strict: true,
    noUncheckedIndexedAccess: true,
    module: 'nodenext',
    target: 'es2022',
    types: ['node'],
    skipLibCheck: true,
  }
  const config = join(folder, 'tsconfig.json')
  writeFileSync(config, JSON.stringify({ compilerOptions, files: ['clients.ts'] }))
  const { status, stdout, stderr } = spawnSync(tool('tsc'), ['-p', config], { encoding: 'utf8' })
  assert.equal(status, 0, stdout + stderr)
})
