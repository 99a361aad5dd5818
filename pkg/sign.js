// @ts-check
// The host task `sign`: signs what this service provider sends. The key stays here.

import { SamlError } from './errors.js'
import { isCryptoKey, pkcs8 } from './pem.js'

/**
 * @typedef {object} Signer
 * @property {string} algorithm URI of the signature algorithm
 * @property {(data: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>} sign
 */

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
  return {
    algorithm: RSA_SHA256,
    async sign(data) {
      const answer = await ask({ algorithm: RSA_SHA256, data })
      if (answer instanceof Uint8Array && answer.length > 0) return answer
      throw new TypeError('The function signingKey answered no signature.')
    },
  }
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
