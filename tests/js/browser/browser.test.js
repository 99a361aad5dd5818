// The suite in Chromium, under a strict content security policy.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readFixtures } from '../fixtures.js'
import { launch, open, serve } from './chromium.js'

const PAGE = `<!doctype html><meta charset="utf-8"><title>Countersign</title>
<link rel="icon" href="data:,">`
let browser
let server

before(async () => {
  server = await serve({
    '/': PAGE,
    '/fixtures.json': JSON.stringify(readFixtures()),
    '/pkg/': new URL('../../../pkg/', import.meta.url),
    '/js/': new URL('../', import.meta.url),
  })
  browser = await launch()
})

after(async () => {
  await browser?.close()
  server?.close()
})

test('before init() the package says to await it; after it, the suite passes', async () => {
  const { page, complaints } = await open(browser, server.origin)
  const result = await page.evaluate(async () => {
    const countersign = await import('/pkg/browser.js')
    const { suite } = await import('/js/suite.js')
    const { runAll } = await import('/js/run.js')
    let before = 'nothing'
    try {
      countersign.IdentityProvider.fromMetadata('<x/>')
    } catch (error) {
      before = `${error.code} ${error.message}`
    }
    await Promise.all([countersign.init(), countersign.init()])
    await countersign.init()
    const fixtures = await (await fetch('/fixtures.json')).json()
    return { before, ...(await runAll(suite(countersign, fixtures, { verifiesAtOnce: false }))) }
  })
  assert.match(result.before, /^ERR_SAML_HOST .*await init\(\)/)
  assert.deepEqual(result.failures, [])
  assert(result.passed > 0)
  assert.deepEqual(complaints, [])
})

test('countersign/slim starts from a Response', async () => {
  const { page, complaints } = await open(browser, server.origin)
  const id = await page.evaluate(async () => {
    const { init, profiles } = await import('/pkg/slim.js')
    await init(fetch('/pkg/wasm/countersign.wasm'))
    return profiles.amplitude.id
  })
  assert.equal(id, 'amplitude')
  assert.deepEqual(complaints, [])
})

test('a module that is not there is a SamlError, and init() can be tried again', async () => {
  const { page } = await open(browser, server.origin)
  const [code, id] = await page.evaluate(async () => {
    const { init, profiles } = await import('/pkg/browser.js')
    const failure = await init('/nowhere.wasm').catch((error) => error)
    await init()
    return [failure.code, profiles.amplitude.id]
  })
  assert.equal(code, 'ERR_SAML_HOST')
  assert.equal(id, 'amplitude')
})
