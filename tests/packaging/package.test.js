// The tarball: what is in it, what checkers say of it, and that the README's example runs.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readFixtures } from '../js/fixtures.js'
import { install, run, tool } from './installed.js'

const { cases } = readFixtures()
const genuine = cases.find(({ id }) => id === 'amplitude-idp-initiated-assertion')
const forged = cases.find(({ id }) => id === 'digest-name-id')
let installed

before(() => {
  installed = install()
})
after(() => installed?.remove())

test('the tarball holds what package.json lists', () => {
  const names = run('tar', ['-tzf', installed.tarball]).trim().split('\n').sort()
  const { files } = JSON.parse(readFileSync(new URL('../../pkg/package.json', import.meta.url)))
  const listed = [...files.filter((name) => name !== 'bin'), 'package.json', 'README.md']
  const bin = ['countersign', 'input', 'inspect', 'layout', 'lint', 'metadata', 'replay', 'sp-metadata']
  const all = [...listed, ...bin.map((name) => `bin/${name}.js`)]
  assert.deepEqual(names, all.map((name) => `package/${name}`).sort())
})

test('the licences are those of the project', () => {
  for (const name of ['LICENSE', 'LICENSE-APACHE', 'LICENSE-MIT']) {
    const packed = run('tar', ['-xzOf', installed.tarball, `package/${name}`])
    assert.equal(packed, readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'), name)
  }
})

test('publint has nothing to say', () => {
  run(tool('publint'), ['run', installed.tarball, '--strict'])
})

test('are the types wrong? has nothing to say', () => {
  // esm-only: `require` finds ES modules, which Node loads since 20.19 and 22.12 (the README says
  // so), but this checker reports it. The module itself has no types: it is a file, not code.
  run(tool('attw'), [
    installed.tarball,
    '--profile',
    'esm-only',
    '--exclude-entrypoints',
    './countersign.wasm',
  ])
})

test('the command line is installed', () => {
  const command = join(installed.project, 'node_modules/.bin/countersign')
  assert.match(run(command, ['--version']), /^\d+\.\d+\.\d+\n$/)
})

const readme = readFileSync(new URL('../../pkg/README.md', import.meta.url), 'utf8')
const [, example] = /```js\n([^]*?)```/.exec(readme)
const required = example.replace(/import (\{.*?\}) from ('.*?')/g, 'const $1 = require($2)')

for (const [what, file, source] of [
  ['import', 'example.mjs', example],
  ['require', 'example.cjs', required],
]) {
  test(`the README's example runs as written, with ${what}`, async () => {
    const { project } = installed
    writeFileSync(join(project, file), source)
    copyFileSync(
      fileURLToPath(new URL('../data/metadata/contoso.xml', import.meta.url)),
      join(project, 'federation-metadata.xml'),
    )
    // The messages are of one day; the example reads the clock.
    const clock = `const now = ${Date.parse(genuine.context.now)}\nDate.now = () => now\n`
    writeFileSync(join(project, 'clock.mjs'), clock)
    const port = await freePort()
    const server = spawn(process.execPath, ['--import', './clock.mjs', file], {
      cwd: project,
      env: { ...process.env, PORT: String(port) },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    try {
      const accepted = await post(port, genuine)
      assert.deepEqual(accepted, [200, `Hello ${genuine.expect.nameId.value}`])
      const [status] = await post(port, forged)
      assert.equal(status, 403)
      assert.equal((await post(port, { message: '' }))[0], 403)
      assert.deepEqual(await post(port, genuine), accepted)
    } finally {
      server.kill()
      await once(server, 'close')
    }
  })
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** Posts the form, waiting until the server listens. */
async function post(port, { message }) {
  const body = new URLSearchParams({ SAMLResponse: atob(message) })
  for (let attempt = 0; ; attempt += 1) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body })
      return [response.status, await response.text()]
    } catch (error) {
      if (attempt === 100) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
