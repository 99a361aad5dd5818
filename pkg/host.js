// @ts-check
// Host tasks: what the engine asks the runtime to do. The engine has already judged algorithm and
// key (family, size, policy) before it asks; a verifier only answers whether a signature is right.

/**
 * @typedef {object} VerifyTask
 * @property {'verify'} kind
 * @property {string} algorithm URI of the SignatureMethod
 * @property {Uint8Array[]} keys candidates, SubjectPublicKeyInfo in DER, in order
 * @property {Uint8Array} data canonical SignedInfo
 * @property {Uint8Array} signature as XML Signature has it (ECDSA: r and s, one after the other)
 *
 * @typedef {object} Answer
 * @property {number | null} key the index of the key that verifies, null if none does
 *
 * @typedef {'RSA' | 'RSA-PSS' | 'ECDSA' | 'Ed25519'} Family
 * @typedef {{ family: Family, hash: string, size: number }} Algorithm
 *
 * @typedef {(algorithm: Algorithm, key: Uint8Array, data: Uint8Array, signature: Uint8Array)
 *   => boolean} SynchronousVerifier
 * @typedef {(algorithm: Algorithm, key: Uint8Array, data: Uint8Array, signature: Uint8Array)
 *   => Promise<boolean>} AsynchronousVerifier
 */

/** @type {(family: Family, hash: string, size: number) => Algorithm} */
const row = (family, hash, size) => Object.freeze({ family, hash, size })

/** XML Signature algorithms by URI; `size` is the hash's length in bytes. RFC 9231. */
const ALGORITHMS = new Map([
  ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', row('RSA', 'sha1', 20)],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha1', row('RSA', 'sha1', 20)],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', row('RSA', 'sha256', 32)],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha384', row('RSA', 'sha384', 48)],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', row('RSA', 'sha512', 64)],
  ['http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1', row('RSA-PSS', 'sha256', 32)],
  ['http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1', row('RSA-PSS', 'sha384', 48)],
  ['http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1', row('RSA-PSS', 'sha512', 64)],
  ['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256', row('ECDSA', 'sha256', 32)],
  ['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384', row('ECDSA', 'sha384', 48)],
  ['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512', row('ECDSA', 'sha512', 64)],
  ['http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519', row('Ed25519', '', 0)],
])

/** @type {SynchronousVerifier | undefined} */
let native

/**
 * Gives the package the runtime's own synchronous verifier. Called by entries, at import.
 *
 * @param {SynchronousVerifier} verifier
 */
export function useVerifier(verifier) {
  native = verifier
}

/** Whether this runtime can verify without waiting. */
export function hasVerifier() {
  return native !== undefined
}

/**
 * Performs tasks at once; `undefined` where this runtime cannot.
 *
 * @param {VerifyTask[]} tasks
 * @returns {Answer[] | undefined}
 */
export function performSync(tasks) {
  const answers = []
  for (const task of tasks) {
    const algorithm = ALGORITHMS.get(task.algorithm)
    if (task.kind !== 'verify' || algorithm === undefined || native === undefined) return undefined
    let matched = null
    for (const [index, key] of task.keys.entries()) {
      if (native(algorithm, key, task.data, task.signature)) {
        matched = index
        break
      }
    }
    answers.push({ key: matched })
  }
  return answers
}

/**
 * Performs tasks with WebCrypto.
 *
 * @param {VerifyTask[]} tasks
 * @returns {Promise<Answer[]>}
 */
export async function perform(tasks) {
  const answers = []
  for (const task of tasks) {
    const algorithm = ALGORITHMS.get(task.algorithm)
    if (task.kind !== 'verify' || algorithm === undefined) {
      throw new Error(`This version does not know the task ${task.kind} ${task.algorithm}.`)
    }
    let matched = null
    for (const [index, key] of task.keys.entries()) {
      if (await verifyWithWebCrypto(algorithm, key, task.data, task.signature)) {
        matched = index
        break
      }
    }
    answers.push({ key: matched })
  }
  return answers
}

/**
 * The curve of an elliptic curve key: a public key on P-256 takes 91 bytes, one on P-384 takes 120.
 * Read off the trusted key, never off the signature, whose length the message chooses.
 *
 * @param {Uint8Array} der
 */
function curveOf(der) {
  return der.length < 100
    ? { namedCurve: 'P-256', signatureLength: 64 }
    : { namedCurve: 'P-384', signatureLength: 96 }
}

/** Parsed keys that are kept, of all service providers together. */
const KEPT_KEYS = 256

/**
 * A verifier on `node:crypto`, which Node, Bun, Deno and Workers have.
 *
 * @param {typeof import('node:crypto')} crypto
 * @param {{ parsedKeys: boolean }} features `parsedKeys`: verify takes a KeyObject together with
 *   parameters. Workers do not; they parse the key anew for every signature.
 * @returns {SynchronousVerifier}
 */
export function nodeVerifier(crypto, { parsedKeys }) {
  const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING } = crypto.constants
  /** @type {Map<string, import('node:crypto').KeyObject>} */
  const kept = new Map()

  /** @param {Uint8Array} der */
  function parsed(der) {
    const name = String.fromCharCode(...der)
    let key = kept.get(name)
    if (key === undefined) {
      key = crypto.createPublicKey(/** @type {any} */ ({ key: der, format: 'der', type: 'spki' }))
      if (kept.size >= KEPT_KEYS) kept.delete(kept.keys().next().value ?? '')
      kept.set(name, key)
    }
    return key
  }

  return (algorithm, der, data, signature) => {
    const key = parsed(der)
    // RSA-PSS and RSA share one kind of key; all else must be of the algorithm's own family, so
    // that no key is ever used in a way that it was not made for.
    const family = { RSA: 'rsa', 'RSA-PSS': 'rsa', ECDSA: 'ec', Ed25519: 'ed25519' }
    if (key.asymmetricKeyType !== family[algorithm.family]) return false
    /** @type {any} */
    const source = parsedKeys ? { key } : { key: der, format: 'der', type: 'spki' }
    if (algorithm.family === 'Ed25519') return crypto.verify(null, data, source, signature)
    const verify = crypto.createVerify(algorithm.hash).update(data)
    switch (algorithm.family) {
      case 'RSA':
        return verify.verify({ ...source, padding: RSA_PKCS1_PADDING }, signature)
      case 'RSA-PSS': {
        const parameters = { padding: RSA_PKCS1_PSS_PADDING, saltLength: algorithm.size }
        return verify.verify({ ...source, ...parameters }, signature)
      }
      case 'ECDSA':
        // Node throws for a signature of another length.
        if (signature.length !== curveOf(der).signatureLength) return false
        return verify.verify({ ...source, dsaEncoding: 'ieee-p1363' }, signature)
    }
  }
}

/** @type {AsynchronousVerifier} */
async function verifyWithWebCrypto(algorithm, der, data, signature) {
  const subtle = globalThis.crypto?.subtle
  if (subtle === undefined) throw new Error('There is no WebCrypto here: is this a secure context?')
  const hash = algorithm.hash.replace('sha', 'SHA-')
  /** @type {Record<Family, any>} */
  const names = {
    RSA: { name: 'RSASSA-PKCS1-v1_5', hash },
    'RSA-PSS': { name: 'RSA-PSS', hash, saltLength: algorithm.size },
    ECDSA: { name: 'ECDSA', hash, namedCurve: curveOf(der).namedCurve },
    Ed25519: { name: 'Ed25519' },
  }
  const name = names[algorithm.family]
  /** @type {BufferSource} */
  const spki = new Uint8Array(der)
  const key = await subtle.importKey('spki', spki, name, false, ['verify'])
  return subtle.verify(name, key, new Uint8Array(signature), new Uint8Array(data))
}
