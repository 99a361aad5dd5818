// @ts-check
// Entry for Cloudflare Workers: the bundler or runtime hands over the compiled module.

import { nodeVerifier, useVerifier } from './host.js'
import { start } from './instance.js'
import { nodeSigner, useSigner } from './sign.js'
// @ts-expect-error a .wasm import is a WebAssembly.Module here
import module from './wasm/countersign.wasm'

start(module)
// Not imported: a Worker without Node compatibility would fail to start.
const crypto = globalThis.process?.getBuiltinModule?.('node:crypto')
if (crypto !== undefined) {
  useVerifier(nodeVerifier(crypto, { parsedKeys: false }))
  useSigner(nodeSigner(crypto))
}

export { IdentityProvider, SamlError, ServiceProvider, profiles } from './api.js'

/** Does nothing here: the module is ready after import. */
export async function init() {}
