// @ts-check
// Entry for browsers and bundlers: init() fetches the module.

import { load } from './instance.js'

export { IdentityProvider, SamlError, ServiceProvider, profiles } from './api.js'

/**
 * Loads the module. Needed once, before the first call.
 *
 * @param {unknown} [source] the URL is written out so that bundlers find and copy the file
 */
export async function init(source = new URL('./wasm/countersign.wasm', import.meta.url)) {
  await load(source)
}
