// Bundled with esbuild from the installed package, and run: in one file, for a browser with the
// module beside the script, and for Workers.

import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { after, before, test } from 'node:test'
import { launch, open, serve } from '../js/browser/chromium.js'
import { readFixtures } from '../js/fixtures.js'
import { install, run, tool } from './installed.js'

const good = readFixtures().cases.find(({ expect }) => expect.ok)
const user = good.expect.nameId.value
let installed

before(() => {
  installed = install()
})
after(() => installed?.remove())

/** Bundles a program that signs a user in. */
function bundle(name, program, options) {
  const { project } = installed
  const source = `const good = ${JSON.stringify(good)}
const context = { ...good.context, now: Date.parse(good.context.now) }
${program}`
  writeFileSync(join(project, `${name}.src.js`), source)
  const out = join(project, `${name}-out`)
  const fixed = ['--bundle', '--format=esm', '--minify', '--log-level=warning', `--outdir=${out}`]
  run(tool('esbuild'), [`${name}.src.js`, ...fixed, ...options], { cwd: project })
  return pathToFileURL(`${out}/`)
}

const SIGN_IN = 'new ServiceProvider(good.options).validateResponse(atob(good.message), context)'

test('countersign/inline becomes one file', async () => {
  const folder = bundle(
    'inline',
    `import { ServiceProvider } from 'countersign/inline'
export const login = () => ${SIGN_IN}`,
    ['--platform=neutral'],
  )
  assert.deepEqual(readdirSync(folder), ['inline.src.js'])
  const { login } = await import(new URL('inline.src.js', folder))
  assert.equal((await login()).nameId.value, user)
})

test('a browser loads the module that the bundler put beside the script', async () => {
  const folder = bundle(
    'browser',
    `import { ServiceProvider, init } from 'countersign'
import url from 'countersign/countersign.wasm'
await init(new URL(url, import.meta.url))
document.title = (await ${SIGN_IN}).nameId.value`,
    ['--platform=browser', '--loader:.wasm=file'],
  )
  const page = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<script type="module" src="/out/browser.src.js"></script>`
  const server = await serve({ '/': page, '/out/': folder })
  const browser = await launch()
  try {
    const { page, complaints } = await open(browser, server.origin)
    await page.waitForFunction(() => document.title !== '')
    assert.equal(await page.title(), user)
    assert.deepEqual(complaints, [])
  } finally {
    await browser.close()
    server.close()
  }
})

test('a Worker imports the module', () => {
  const folder = bundle(
    'worker',
    `import { ServiceProvider, init } from 'countersign'
await init()
export default {
  async test() {
    const login = await ${SIGN_IN}
    if (login.nameId.value !== good.expect.nameId.value) throw new Error(login.nameId.value)
  },
}`,
    ['--conditions=workerd', '--loader:.wasm=copy', '--asset-names=[name]'],
  )
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = .worker)]);
const worker :Workerd.Worker = (
  compatibilityDate = "2026-06-01",
  modules = [
    (name = "worker.src.js", esModule = embed "worker.src.js"),
    (name = "countersign.wasm", wasm = embed "countersign.wasm")
  ]
);
`
  writeFileSync(new URL('config.capnp', folder), config)
  run(tool('workerd'), ['test', 'config.capnp'], { cwd: folder })
})
