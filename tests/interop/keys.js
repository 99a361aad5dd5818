// The test keys of `tests/data/keys`, by name.

import { readFileSync } from 'node:fs'

const read = (file) => readFileSync(new URL(`../data/keys/${file}.pem`, import.meta.url), 'utf8')

/** Private key and certificate, as PEM. */
export function keyPair(name) {
  return { key: read(`${name}.key`), certificate: read(`${name}.crt`) }
}

/** The body of a PEM text: base64 of the DER. */
export function derOf(pem) {
  return pem.replace(/-----[^-]+-----|\s/g, '')
}
