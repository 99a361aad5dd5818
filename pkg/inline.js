// @ts-check
// Entry that holds the module as base64, for programs that must be one file. A third larger.

import { start } from './instance.js'
import base64 from './wasm/inline.js'

start(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)))

export { IdentityProvider, SamlError, ServiceProvider, profiles } from './api.js'

/** Does nothing here: the module is ready after import. */
export async function init() {}
