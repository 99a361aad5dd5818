// After a trap: the call fails with ERR_SAML_HOST, and the next one finds a fresh instance.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IdentityProvider, SamlError, ServiceProvider } from '../../../pkg/node.js'
import * as glue from '../../../pkg/wasm/countersign.js'
import { readFixtures } from '../fixtures.js'

const good = readFixtures().cases.find(({ expect }) => expect.ok)
const message = atob(good.message)
const context = { ...good.context, now: new Date(good.context.now) }

/** Runs `during` while the engine's memory is overwritten in the middle of every call. */
async function withTraps(name, during) {
  const { prototype } = glue.Engine
  const original = prototype[name]
  prototype[name] = function (...args) {
    const { memory } = glue.initSync() // what is running now
    new Uint8Array(memory.buffer).fill(0xff)
    return original.apply(this, args)
  }
  try {
    await during()
  } finally {
    prototype[name] = original
  }
}

const isTrap = (error) => {
  assert(error instanceof SamlError, `a SamlError, not ${error}`)
  assert.equal(error.code, 'ERR_SAML_HOST')
  assert(error.cause instanceof Error)
  return true
}

for (const crypto of ['ring', 'host']) {
  test(`a trap in a call does not outlast it (crypto: '${crypto}')`, async () => {
    const sp = new ServiceProvider({ ...good.options, crypto })
    const other = new ServiceProvider(good.options)
    const login = sp.validateResponseSync(message, context)
    for (let round = 0; round < 3; round += 1) {
      await withTraps('inspect', async () => {
        assert.throws(() => sp.validateResponseSync(message, context), isTrap)
        await assert.rejects(sp.validateResponse(message, context), isTrap)
        await assert.rejects(sp.inspectResponse(message, context), isTrap)
      })
      assert.deepEqual(sp.validateResponseSync(message, context), login)
      assert.deepEqual(await other.validateResponse(message, context), login)
      assert(IdentityProvider.fromMetadata(good.options.idp, { now: context.now }))
      assert(new ServiceProvider(good.options))
    }
  })
}

test('a trap while another call waits for the host starts that one over', async () => {
  const { subtle } = globalThis.crypto
  const waiting = new ServiceProvider({ ...good.options, crypto: 'host' })
  const other = new ServiceProvider({ ...good.options, crypto: 'ring' })
  const login = other.validateResponseSync(message, context)
  const { useVerifier } = await import('../../../pkg/host.js')
  const { nodeVerifier } = await import('../../../pkg/host.js')
  useVerifier(() => {
    throw new Error('not available')
  })
  const original = subtle.verify
  let traps = 0
  subtle.verify = async function (...args) {
    if (traps === 0) {
      traps += 1
      await withTraps('inspect', () => {
        assert.throws(() => other.validateResponseSync(message, context), isTrap)
      })
    }
    return original.apply(subtle, args)
  }
  try {
    assert.deepEqual(await waiting.validateResponse(message, context), login)
    assert.equal(traps, 1)
    // With 'auto', the module takes over from a verifier that fails.
    const auto = new ServiceProvider(good.options)
    assert.deepEqual(auto.validateResponseSync(message, context), login)
  } finally {
    subtle.verify = original
    useVerifier(nodeVerifier(await import('node:crypto'), { parsedKeys: true }))
  }
})

test('an instance that cannot be made anew is tried again', async () => {
  const sp = new ServiceProvider(good.options)
  const { Instance } = WebAssembly
  await withTraps('inspect', () => {
    WebAssembly.Instance = function () {
      throw new RangeError('out of memory')
    }
    try {
      assert.throws(() => sp.validateResponseSync(message, context), isTrap)
      assert.throws(() => sp.validateResponseSync(message, context), isTrap)
    } finally {
      WebAssembly.Instance = Instance
    }
  })
  assert(sp.validateResponseSync(message, context))
})
