// @ts-check
// The host task `decrypt`: unwraps the content key with the service provider's private key and
// decrypts with it. Private keys stay here; the module never sees one.
//
// Whatever fails gives the same `null`: which step failed is something an attacker could use.

import { SamlError } from './errors.js'
import { isCryptoKey, pkcs8 } from './pem.js'

/**
 * @typedef {object} EncryptedKey
 * @property {string} digest of OAEP, by its WebCrypto name
 * @property {string} mgf the digest of MGF1, by its WebCrypto name
 * @property {Uint8Array} label
 * @property {Uint8Array} ciphertext
 *
 * @typedef {object} DecryptTask
 * @property {'decrypt'} kind
 * @property {'AES-CBC' | 'AES-GCM'} algorithm
 * @property {number} keyBytes size of the content key
 * @property {Uint8Array} iv
 * @property {Uint8Array} ciphertext GCM: with the tag at its end
 * @property {EncryptedKey[]} keys the content key, once for each recipient
 *
 * @typedef {object} Unwrap
 * @property {(key: EncryptedKey) => boolean} supports by the names of the algorithms alone
 * @property {(key: EncryptedKey) => Promise<Uint8Array | null>} unwrap
 */

/** The block size of AES. */
const BLOCK = 16

/**
 * Prepares the option `decryptionKeys`.
 *
 * @param {readonly unknown[]} keys CryptoKeys, PEM texts or hooks
 * @returns {Unwrap[]}
 */
export function readDecryptionKeys(keys) {
  return keys.map((key, index) => {
    if (typeof key === 'function') return hook(/** @type {any} */ (key))
    if (typeof key === 'string') return pem(key, index)
    if (isCryptoKey(key)) return cryptoKey(key, index)
    throw refused(index, 'Pass a CryptoKey, a private key in PEM, or a function.')
  })
}

/**
 * Decrypts one thing. All keys are tried on all recipients, the first that fits is used.
 *
 * @param {DecryptTask} task
 * @param {readonly Unwrap[]} unwraps
 * @returns {Promise<{ plaintext: Uint8Array | null } | { unsupported: true }>} CBC: with its padding
 */
export async function decrypt(task, unwraps) {
  const possible = task.keys.some((key) => unwraps.some(({ supports }) => supports(key)))
  if (!possible || !(await hasContentKeysOf(task))) return { unsupported: true }
  for (const key of task.keys) {
    for (const { supports, unwrap } of unwraps) {
      if (!supports(key)) continue
      const contentKey = await unwrap(key).catch(nothing)
      if (contentKey?.length !== task.keyBytes) continue
      const plaintext = await content(task, contentKey).catch(nothing)
      if (plaintext !== null) return { plaintext }
    }
  }
  return { plaintext: null }
}

function nothing() {
  return null
}

/** @type {Map<string, Promise<boolean>>} */
const contentKeys = new Map()

/**
 * Whether this runtime knows keys of this size: Chromium has no AES with 192 bits. Asked with a key
 * of zeros, so that the answer says nothing about a message.
 *
 * @param {DecryptTask} task
 */
function hasContentKeysOf({ algorithm, keyBytes }) {
  const name = `${algorithm} ${keyBytes}`
  let known = contentKeys.get(name)
  if (known === undefined) {
    const { subtle } = globalThis.crypto
    const key = new Uint8Array(keyBytes)
    known = subtle.importKey('raw', key, algorithm, false, ['decrypt']).then(
      () => true,
      () => false,
    )
    contentKeys.set(name, known)
  }
  return known
}

/**
 * @param {DecryptTask} task
 * @param {Uint8Array} contentKey
 */
async function content(task, contentKey) {
  const { subtle } = globalThis.crypto
  const [iv, ciphertext] = [owned(task.iv), owned(task.ciphertext)]
  if (task.algorithm === 'AES-GCM') {
    const key = await subtle.importKey('raw', owned(contentKey), 'AES-GCM', false, ['decrypt'])
    return new Uint8Array(await subtle.decrypt({ name: 'AES-GCM', iv, tagLength: 128 }, key, ciphertext))
  }
  // XML Encryption pads with arbitrary bytes, which WebCrypto refuses. One more block, the
  // encryption of a whole block of the padding that WebCrypto expects, makes it hand out the rest.
  const uses = /** @type {KeyUsage[]} */ (['encrypt', 'decrypt'])
  const key = await subtle.importKey('raw', owned(contentKey), 'AES-CBC', false, uses)
  const last = { name: 'AES-CBC', iv: ciphertext.slice(-BLOCK) }
  const padding = new Uint8Array(await subtle.encrypt(last, key, new Uint8Array(0)))
  const whole = new Uint8Array(ciphertext.length + padding.length)
  whole.set(ciphertext)
  whole.set(padding, ciphertext.length)
  return new Uint8Array(await subtle.decrypt({ name: 'AES-CBC', iv }, key, whole))
}

/**
 * Bytes in a buffer of their own, as WebCrypto's types want them.
 *
 * @param {Uint8Array} bytes
 * @returns {Uint8Array<ArrayBuffer>}
 */
function owned(bytes) {
  return new Uint8Array(bytes)
}

/**
 * A key management service, or anything else that unwraps.
 *
 * @param {(key: object) => unknown} ask
 * @returns {Unwrap}
 */
function hook(ask) {
  return {
    supports: () => true,
    async unwrap({ digest, mgf, label, ciphertext }) {
      const answer = await ask({ algorithm: 'RSA-OAEP', digest, mgf, label, ciphertext })
      return answer instanceof Uint8Array ? answer : null
    },
  }
}

/**
 * WebCrypto takes the same digest for OAEP and its MGF1. Where they differ, a hook can do it.
 *
 * @param {EncryptedKey} encrypted
 */
function hasOneDigest({ digest, mgf }) {
  return digest === mgf
}

/**
 * @param {CryptoKey} key
 * @param {number} index
 * @returns {Unwrap}
 */
function cryptoKey(key, index) {
  if (key.algorithm.name !== 'RSA-OAEP' || key.type !== 'private' || !key.usages.includes('decrypt')) {
    throw refused(index, "Import it as a private key for RSA-OAEP with the usage 'decrypt'.")
  }
  const { hash } = /** @type {RsaHashedKeyAlgorithm} */ (key.algorithm)
  return {
    supports: (encrypted) => hasOneDigest(encrypted) && hash.name === encrypted.digest,
    unwrap: (encrypted) => unwrapWith(key, encrypted),
  }
}

/**
 * A private key in PEM. WebCrypto binds a key to one digest, so it is imported once for each.
 *
 * @param {string} text
 * @param {number} index
 * @returns {Unwrap}
 */
function pem(text, index) {
  const der = pkcs8(text)
  if (der === undefined) {
    throw refused(index, 'Pass an unencrypted private key in PEM: BEGIN PRIVATE KEY.')
  }
  /** @type {Map<string, Promise<CryptoKey>>} */
  const imported = new Map()
  return {
    supports: hasOneDigest,
    async unwrap(encrypted) {
      const algorithm = { name: 'RSA-OAEP', hash: encrypted.digest }
      let key = imported.get(encrypted.digest)
      if (key === undefined) {
        key = globalThis.crypto.subtle.importKey('pkcs8', der, algorithm, false, ['decrypt'])
        imported.set(encrypted.digest, key)
      }
      return unwrapWith(await key, encrypted)
    },
  }
}

/**
 * @param {CryptoKey} key
 * @param {EncryptedKey} encrypted
 */
async function unwrapWith(key, { label, ciphertext }) {
  const algorithm = { name: 'RSA-OAEP', label: owned(label) }
  return new Uint8Array(await globalThis.crypto.subtle.decrypt(algorithm, key, owned(ciphertext)))
}

/**
 * @param {number} index
 * @param {string} hint
 */
function refused(index, hint) {
  return new SamlError({
    code: 'ERR_SAML_OPTIONS',
    message: `decryptionKeys[${index}] cannot be used.`,
    expected: 'a CryptoKey, a private key in PEM, or a function that unwraps a key',
    hint,
  })
}
