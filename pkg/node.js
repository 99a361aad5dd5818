// @ts-check
// Entry for Node and Bun: the module is read from disk at import.

import * as crypto from 'node:crypto'
import { readFileSync } from 'node:fs'
import { nodeVerifier, useVerifier } from './host.js'
import { start } from './instance.js'
import { nodeSigner, useSigner } from './sign.js'

start(readFileSync(new URL('./wasm/countersign.wasm', import.meta.url)))
useVerifier(nodeVerifier(crypto, { parsedKeys: true }))
useSigner(nodeSigner(crypto))

export { IdentityProvider, SamlError, ServiceProvider, profiles } from './api.js'

/** Does nothing here: the module is ready after import. */
export async function init() {}
