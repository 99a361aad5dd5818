// The simulated identity provider of `tests/idp`: it writes and signs what the simulated Entra ID
// decides to send, and reads what is sent to it with an XML library that is not ours.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../../', import.meta.url))

/** Builds the program (at once where it is built already) and says where it is. */
function build() {
  const { status, stdout, stderr, error } = spawnSync(
    'cargo',
    ['build', '--package', 'countersign-test-idp', '--bin', 'entra', '--message-format', 'json'],
    { cwd: project, encoding: 'utf8', maxBuffer: 1 << 28 },
  )
  assert.ifError(error)
  assert.equal(status, 0, stderr)
  const messages = stdout.split('\n').filter((line) => line.startsWith('{'))
  const made = messages.map((line) => JSON.parse(line)).find(({ executable }) => executable)
  assert(made, 'cargo says where the program is')
  return made.executable
}

let program

function order(kind, value) {
  program ??= build()
  const input = JSON.stringify({ [kind]: value })
  const { status, stdout, stderr, error } = spawnSync(program, { input, encoding: 'utf8' })
  assert.ifError(error)
  if (status !== 0) throw new Error(stderr.trim())
  return JSON.parse(stdout)
}

/** Federation Metadata XML. `keys` are test keys; the first one signs. */
export const metadataXml = (value) => order('metadata', value).xml

/** A Response: `{ xml, id }`. */
export const response = (value) => order('response', value)

/** A certificate: `{ base64, pem }`. */
export const certificate = (key) => order('certificate', { key })

/** What a login request says. Throws for what is no AuthnRequest. */
export const readRequest = (xml) => order('request', { xml })

/** What the metadata file of an application says. Throws for what is none. */
export const readApplication = (xml) => order('application', { xml })
