// @ts-check
// Entry without the module: the caller brings it, as bytes, a Response or a WebAssembly.Module.

import { SamlError } from './errors.js'
import { load } from './instance.js'

export { IdentityProvider, SamlError, ServiceProvider, profiles } from './api.js'

/**
 * Starts the module. Needed once, before the first call.
 *
 * @param {unknown} source bytes and modules are ready when this returns, before its promise is
 */
export async function init(source) {
  if (source === undefined) {
    throw new SamlError({
      code: 'ERR_SAML_OPTIONS',
      message: 'init() of countersign/slim needs the module: bytes, a Response or a Module.',
    })
  }
  await load(source)
}
