// The entry without the module: what it says before init(), and every form init() takes.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { init, profiles, IdentityProvider, SamlError, ServiceProvider } from '../../../pkg/slim.js'

const bytes = readFileSync(new URL('../../../pkg/wasm/countersign.wasm', import.meta.url))

test('before init() every call says to await it', () => {
  const options = { entityId: 'https://a', replyUrls: ['https://a'], idp: '<x/>' }
  for (const call of [
    () => new ServiceProvider(options),
    () => IdentityProvider.fromMetadata('<x/>'),
    () => profiles.amplitude,
  ]) {
    assert.throws(call, (error) => {
      assert(error instanceof SamlError)
      assert.equal(error.code, 'ERR_SAML_HOST')
      assert.match(error.message, /await init\(\)/)
      return true
    })
  }
})

test('init() says what it needs, and can be tried again after a failure', async () => {
  await assert.rejects(init(), { name: 'SamlError', code: 'ERR_SAML_OPTIONS' })
  for (const wrong of [null, 5, {}, new Uint8Array(8), 'https://127.0.0.1:1/x.wasm', Symbol('x')]) {
    await assert.rejects(init(wrong), { name: 'SamlError', code: 'ERR_SAML_HOST' })
  }
  await init(bytes)
  assert.equal(profiles.amplitude.id, 'amplitude')
  await init(bytes)
})

// One module instance a thread: each form in a thread of its own.
const forms = {
  bytes: '(bytes) => bytes',
  'an ArrayBuffer': '(bytes) => Uint8Array.from(bytes).buffer',
  'a module': '(bytes) => new WebAssembly.Module(bytes)',
  'a Response':
    "(bytes) => new Response(bytes, { headers: { 'content-type': 'application/wasm' } })",
  'a promise of a Response': '(bytes) => Promise.resolve(new Response(bytes))',
  'a data URL':
    "(bytes) => new URL('data:application/wasm;base64,' + Buffer.from(bytes).toString('base64'))",
}
for (const [what, make] of Object.entries(forms)) {
  test(`init() takes ${what}`, async () => {
    const slim = JSON.stringify(new URL('../../../pkg/slim.js', import.meta.url).href)
    const source = `
      import { parentPort, workerData } from 'node:worker_threads'
      import { init, profiles } from ${slim}
      await init((${make})(workerData))
      parentPort.postMessage(profiles.amplitude.id)`
    const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`)
    const id = await new Promise((resolve, reject) => {
      new Worker(url, { workerData: bytes }).once('message', resolve).once('error', reject)
    })
    assert.equal(id, 'amplitude')
  })
}
