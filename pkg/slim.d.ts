import type { ModuleSource } from './index.js'

export * from './index.js'

/**
 * Starts the module from what you bring: the bytes of `countersign/countersign.wasm`, a `Response`
 * with them, or a compiled `WebAssembly.Module`. Needed once, before the first call; bytes and
 * modules are ready when `init` returns, before its promise resolves.
 *
 * @throws {SamlError} (as a rejection) `ERR_SAML_OPTIONS` without a source, `ERR_SAML_HOST` where
 *   the module cannot be started.
 */
export function init(source: ModuleSource): Promise<void>
