// @ts-check
// The host task `sign`: signs what this service provider sends. The key stays here.

import { SamlError } from './errors.js'
import { isCryptoKey, pkcs8 } from './pem.js'

/**
 * @typedef {object} Signer
 * @property {string} algorithm URI of the signature algorithm
 * @property {(data: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>} sign
 * @property {(data: Uint8Array<ArrayBuffer>) => Uint8Array | undefined} signNow without waiting;
 *   `undefined` where that cannot be done
 *
 * @typedef {(algorithm: string, key: Uint8Array | CryptoKey, data: Uint8Array) => Uint8Array}
 *   NativeSigner the key is PKCS#8 in DER, or a CryptoKey
 */

/** @type {NativeSigner | undefined} */
let native

/**
 * Gives the package the runtime's own synchronous signer. Called by entries, at import.
 *
 * @param {NativeSigner} signer
 */
export function useSigner(signer) {
  native = signer
}

/**
 * A signer on `node:crypto`, which Node, Bun, Deno and Workers have.
 *
 * @param {typeof import('node:crypto')} crypto
 * @returns {NativeSigner}
 */
export function nodeSigner(crypto) {
  return (algorithm, key, data) => {
    const source = ArrayBuffer.isView(key)
      ? crypto.createPrivateKey(/** @type {any} */ ({ key, format: 'der', type: 'pkcs8' }))
      : crypto.KeyObject.from(/** @type {any} */ (key))
    const family = algorithm.includes('#ecdsa-') ? 'ec' : 'rsa'
    if (source.asymmetricKeyType !== family) throw new TypeError(`This is no key for ${algorithm}.`)
    const hash = `sha${algorithm.slice(-3)}`
    // Workers take a key together with an encoding only where it is not parsed yet.
    const how = family === 'rsa' ? source : { key: source, dsaEncoding: 'ieee-p1363' }
    return new Uint8Array(crypto.sign(hash, data, /** @type {any} */ (how)))
  }
}

/**
 * @param {string} algorithm
 * @param {Uint8Array | CryptoKey} key
 * @param {Uint8Array} data
 */
function signNatively(algorithm, key, data) {
  try {
    return native?.(algorithm, key, data)
  } catch {
    // A runtime that lacks a part of node:crypto: as if it had nothing of it. Where it is the key
    // that is wrong, WebCrypto says so.
    return undefined
  }
}

const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'

/** What a CryptoKey can sign with, by algorithm, and hash or curve. RFC 9231. */
const ALGORITHMS = new Map([
  ['RSASSA-PKCS1-v1_5 SHA-256', RSA_SHA256],
  ['RSASSA-PKCS1-v1_5 SHA-384', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384'],
  ['RSASSA-PKCS1-v1_5 SHA-512', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512'],
  ['ECDSA P-256', 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256'],
  ['ECDSA P-384', 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384'],
])

/**
 * Prepares the option `signingKey`.
 *
 * @param {unknown} key a CryptoKey, a PEM text or a hook
 * @returns {Signer}
 */
export function readSigningKey(key) {
  if (typeof key === 'function') return hook(/** @type {any} */ (key))
  if (typeof key === 'string') return pem(key)
  if (isCryptoKey(key)) return cryptoKey(key)
  throw refused('Pass a CryptoKey, a private RSA key in PEM, or a function.')
}

/**
 * A key management service, or anything else that signs with RSA and SHA-256.
 *
 * @param {(task: object) => unknown} ask
 * @returns {Signer}
 */
function hook(ask) {
  /** @param {unknown} answer */
  const checked = (answer) => {
    if (answer instanceof Uint8Array && answer.length > 0) return answer
    throw new TypeError('The function signingKey answered no signature.')
  }
  return {
    algorithm: RSA_SHA256,
    sign: async (data) => checked(await ask({ algorithm: RSA_SHA256, data })),
    signNow(data) {
      const answer = ask({ algorithm: RSA_SHA256, data })
      if (!isPromise(answer)) return checked(answer)
      // Nobody waits for it: its failure must not end the process.
      Promise.resolve(answer).catch(() => undefined)
      return undefined
    },
  }
}

/** @param {unknown} value */
function isPromise(value) {
  return typeof (/** @type {any} */ (value)?.then) === 'function'
}

/**
 * @param {CryptoKey} key
 * @returns {Signer}
 */
function cryptoKey(key) {
  const { name } = key.algorithm
  const { hash, namedCurve } = /** @type {any} */ (key.algorithm)
  const algorithm = ALGORITHMS.get(`${name} ${namedCurve ?? hash?.name}`)
  if (algorithm === undefined || key.type !== 'private' || !key.usages.includes('sign')) {
    const kinds = 'RSASSA-PKCS1-v1_5 or ECDSA on P-256 or P-384'
    throw refused(`Import it as a private key for ${kinds}, with the usage 'sign'.`)
  }
  const parameters = { name, hash: `SHA-${algorithm.slice(-3)}` }
  return {
    algorithm,
    sign: async (data) => new Uint8Array(await globalThis.crypto.subtle.sign(parameters, key, data)),
    signNow: (data) => signNatively(algorithm, key, data),
  }
}

/**
 * @param {string} text
 * @returns {Signer}
 */
function pem(text) {
  const der = pkcs8(text)
  if (der === undefined) {
    throw refused('Pass an unencrypted private RSA key in PEM: BEGIN PRIVATE KEY.')
  }
  const name = 'RSASSA-PKCS1-v1_5'
  const parameters = { name, hash: 'SHA-256' }
  /** @type {Promise<CryptoKey> | undefined} */
  let imported
  return {
    algorithm: RSA_SHA256,
    async sign(data) {
      const { subtle } = globalThis.crypto
      imported ??= subtle.importKey('pkcs8', der, parameters, false, ['sign'])
      return new Uint8Array(await subtle.sign(name, await imported, data))
    },
    signNow: (data) => signNatively(RSA_SHA256, der, data),
  }
}

/** @param {string} hint */
function refused(hint) {
  return new SamlError({
    code: 'ERR_SAML_OPTIONS',
    message: 'signingKey cannot be used.',
    expected: 'a CryptoKey, a private RSA key in PEM, or a function that signs',
    hint,
  })
}
