// Reads tests/data into one value that can be written as JSON and carried into any runtime.

import { readFileSync } from 'node:fs'

const data = new URL('../data/', import.meta.url)

/** Every fixture, with what its files hold in place of their names. */
export function readFixtures() {
  return {
    cases: read('cases.jsonl'),
    encrypted: read('cases-encrypted.jsonl'),
    logout: lines('logout.jsonl').map(withFiles),
    signing: signing(),
  }
}

/** A service provider that signs. */
function signing() {
  const key = (name) => readFileSync(new URL(`keys/${name}`, data), 'utf8')
  return { signingKey: key('rsa-3072.key.pem'), signingCertificates: key('rsa-3072.crt.pem') }
}

function read(file) {
  return lines(file).map((fixture) => ({
    ...withFiles(fixture),
    messageFile: fixture.message,
    message: readFileSync(new URL(fixture.message, data)).toString('base64'),
  }))
}

function lines(file) {
  const text = readFileSync(new URL(file, data), 'utf8').trimEnd()
  if (text === '') throw new Error(`tests/data/${file} holds no cases`)
  return text.split('\n').map((line) => JSON.parse(line))
}

/** The set-up of a fixture, with what the files hold that it names. */
function withFiles(fixture) {
  const idp = withMetadata(fixture.options.idp)
  return { ...fixture, options: withKeys({ ...fixture.options, idp }) }
}

function withKeys(options) {
  const { decryptionKeys: keys } = options
  if (keys === undefined) return options
  const pem = ({ keyFile }) => readFileSync(new URL(keyFile, data), 'utf8')
  return { ...options, decryptionKeys: keys.map(pem) }
}

function withMetadata(idp) {
  if (Array.isArray(idp)) return idp.map(withMetadata)
  if (idp?.metadataFile === undefined) return idp
  return readFileSync(new URL(idp.metadataFile, data), 'utf8')
}
