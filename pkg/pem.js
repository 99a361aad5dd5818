// @ts-check
// Private keys of the host, in the forms in which an administrator has them.

/** @param {unknown} key @returns {key is CryptoKey} */
export function isCryptoKey(key) {
  return Object.prototype.toString.call(key) === '[object CryptoKey]'
}

/** SEQUENCE { OID rsaEncryption, NULL }, as PKCS#8 names the algorithm of a key. */
const RSA_ENCRYPTION = [0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0]

/**
 * An unencrypted private RSA key in PEM as PKCS#8 in DER; `undefined` where it is something else.
 *
 * @param {string} text
 */
export function pkcs8(text) {
  const match = /-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/.exec(text)
  const der = match?.[2] && bytes(match[2])
  if (match?.[1] === 'PRIVATE KEY' && der) return der
  if (match?.[1] === 'RSA PRIVATE KEY' && der) {
    return sequence([Uint8Array.of(2, 1, 0), Uint8Array.from(RSA_ENCRYPTION), tagged(4, der)])
  }
  return undefined
}

/** @param {string} base64 */
function bytes(base64) {
  try {
    return Uint8Array.from(atob(base64.replace(/\s/g, '')), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

/** @param {Uint8Array[]} parts */
function sequence(parts) {
  const body = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    body.set(part, offset)
    offset += part.length
  }
  return tagged(0x30, body)
}

/**
 * A DER value: tag, length, body. Keys are longer than 255 and shorter than 65,536 bytes.
 *
 * @param {number} tag
 * @param {Uint8Array} body
 */
function tagged(tag, body) {
  const value = new Uint8Array(body.length + 4)
  value.set([tag, 0x82, body.length >> 8, body.length & 0xff])
  value.set(body, 4)
  return value
}
