// Entry for Deno: a source phase import, which reads the module without asking a permission.

import * as crypto from 'node:crypto'
import { nodeVerifier, useVerifier } from './host.js'
import { start } from './instance.js'
import { nodeSigner, useSigner } from './sign.js'
import source module from './wasm/countersign.wasm'

start(module)
useVerifier(nodeVerifier(crypto, { parsedKeys: true }))
useSigner(nodeSigner(crypto))

export { IdentityProvider, SamlError, ServiceProvider, profiles } from './api.js'

/** Does nothing here: the module is ready after import. */
export async function init() {}
