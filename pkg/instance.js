// @ts-check
// The one WebAssembly instance: started by an entry, called by the API, made anew after a trap.

import * as glue from './wasm/countersign.js'
import { SamlError } from './errors.js'

let started = false
let broken = false
let generation = 0
/** @type {Promise<void> | undefined} */
let starting

/**
 * Which instance this is. Objects of the module belong to one generation: memory of an earlier one
 * is gone, so they must not be used, nor freed, in a later one.
 */
export function currentGeneration() {
  return generation
}

/**
 * Starts the module from what is at hand. Starting twice changes nothing.
 *
 * @param {BufferSource | WebAssembly.Module} module
 */
export function start(module) {
  if (started) return
  try {
    glue.initSync({ module })
  } catch (cause) {
    throw notLoaded(cause)
  }
  started = true
}

/**
 * Starts the module from whatever `init` was given: bytes and modules at once, all else fetched.
 * Calls under way share one download; a failed one may be tried again.
 *
 * @param {any} source
 * @returns {Promise<void>}
 */
export async function load(source) {
  if (started) return
  if (source instanceof WebAssembly.Module || isBytes(source)) return start(source)
  starting ??= glue
    .default({ module_or_path: source })
    .then(() => {
      started = true
    })
    .catch((/** @type {unknown} */ cause) => {
      starting = undefined
      throw notLoaded(cause)
    })
  await starting
}

/** @param {unknown} source */
function isBytes(source) {
  return source instanceof ArrayBuffer || ArrayBuffer.isView(source)
}

/** @param {unknown} cause */
function notLoaded(cause) {
  return new SamlError({
    code: 'ERR_SAML_HOST',
    message: 'The WebAssembly module could not be loaded.',
    expected: 'the file countersign.wasm of this package version',
    hint: 'Serve countersign.wasm beside the script, or pass its URL, bytes or module to init().',
    cause,
  })
}

/**
 * Calls into the module. Whatever is thrown in there leaves as a SamlError.
 *
 * @template T
 * @param {(module: typeof glue) => T} run must not run code of the caller: its arguments are
 *   copies that `options.js` made
 * @returns {T}
 */
export function call(run) {
  if (!started) {
    throw new SamlError({
      code: 'ERR_SAML_HOST',
      message: 'Countersign is not loaded yet: await init() once before the first call.',
      hint: "import { init } from 'countersign', then: await init()",
    })
  }
  if (broken) rebuild()
  try {
    return run(glue)
  } catch (thrown) {
    throw explain(thrown)
  }
}

/** @param {unknown} thrown */
function explain(thrown) {
  if (isErrorData(thrown)) return new SamlError(thrown)
  // A trap, an exhausted stack, memory that cannot grow: the instance stopped half-way and its
  // memory can be in any state. Nothing may be decided by it any more.
  broken = true
  try {
    rebuild()
  } catch {
    // Tried again by the next call.
  }
  return new SamlError({
    code: 'ERR_SAML_HOST',
    message: 'The WebAssembly module stopped; nobody was signed in. A fresh one takes its place.',
    hint: 'Please report this with the message that caused it, if it can be shared.',
    cause: thrown,
  })
}

function rebuild() {
  generation += 1
  try {
    glue.__wbg_reset_state()
  } catch (cause) {
    throw new SamlError({
      code: 'ERR_SAML_HOST',
      message: 'The WebAssembly module stopped and could not be started again.',
      cause,
    })
  }
  broken = false
}

/**
 * What the module throws on purpose.
 *
 * @param {unknown} thrown
 * @returns {thrown is import('./errors.js').ErrorFacts}
 */
function isErrorData(thrown) {
  if (typeof thrown !== 'object' || thrown === null || thrown instanceof Error) return false
  return 'code' in thrown && typeof thrown.code === 'string' && thrown.code.startsWith('ERR_SAML_')
}
