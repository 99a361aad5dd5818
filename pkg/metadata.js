// @ts-check
// The metadata that a service provider writes about itself: made by the engine, signed by the host
// where there is a key, at once or with a promise.

import { SamlError } from './errors.js'
import { call, currentGeneration } from './instance.js'
import { randomId } from './login-request.js'

/**
 * @typedef {import('./sign.js').Signer} Signer
 *
 * @typedef {object} Draft what the engine makes: the XML, or what has to be signed first
 * @property {string} [xml]
 * @property {{ algorithm: string, data: Uint8Array }} task
 * @property {{ signed: (signature: Uint8Array) => string }} ticket
 */

/**
 * The options of a call with what the engine needs to know beside them. An ID is drawn where a
 * signature refers to it, so that unsigned metadata is the same from call to call.
 *
 * @param {Record<string, any>} given
 * @param {Signer | undefined} signer
 */
export function metadataRequest({ sign = true, id, ...given }, signer) {
  const signatureAlgorithm = sign ? signer?.algorithm : undefined
  if (signatureAlgorithm !== undefined) id ??= randomId()
  const known = { id, authnRequestsSigned: signer !== undefined, signatureAlgorithm }
  // Without a prototype, as `options.js` made it: the module must not find what is not there.
  return Object.assign(Object.create(null), given, known)
}

/**
 * @param {() => Draft} make asks the engine; asked twice, it makes the same
 * @param {Signer | undefined} signer
 */
export function writeMetadata(make, signer) {
  const draft = make()
  if (draft.xml !== undefined) return draft.xml
  const generation = currentGeneration()
  let signature
  try {
    signature = signer?.signNow(new Uint8Array(draft.task.data))
  } catch (cause) {
    throw notSigned(cause)
  }
  if (signature === undefined) throw needsAsync()
  return completed(make, draft, generation, signature)
}

/**
 * The same with a key that is waited for.
 *
 * @param {() => Draft} make
 * @param {Signer | undefined} signer
 */
export async function writeMetadataAsync(make, signer) {
  const draft = make()
  if (draft.xml !== undefined) return draft.xml
  const generation = currentGeneration()
  let signature
  try {
    signature = await signer?.sign(new Uint8Array(draft.task.data))
  } catch (cause) {
    throw notSigned(cause)
  }
  return completed(make, draft, generation, signature ?? new Uint8Array())
}

/**
 * @param {() => Draft} make
 * @param {Draft} draft
 * @param {number} generation
 * @param {Uint8Array} signature
 */
function completed(make, draft, generation, signature) {
  // Where another call trapped meanwhile, the draft went with the instance: the same one again.
  const { ticket } = currentGeneration() === generation ? draft : make()
  return call(() => ticket.signed(signature))
}

/** @param {unknown} cause */
function notSigned(cause) {
  return new SamlError({
    code: 'ERR_SAML_HOST',
    message: 'The metadata could not be signed.',
    hint: 'Check the option signingKey.',
    cause,
  })
}

function needsAsync() {
  return new SamlError({
    code: 'ERR_SAML_NEEDS_ASYNC',
    message: 'The metadata cannot be signed without waiting for the key.',
    hint:
      'Call `await sp.metadataAsync(options)` instead of `sp.metadata(options)`; or, for ' +
      'metadata without a signature, give sign: false.',
  })
}
