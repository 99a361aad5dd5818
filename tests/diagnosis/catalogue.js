// The catalogue as the package's callers meet it: each failed login with what its files hold, and
// what the package says to it.

import { readFileSync, readdirSync } from 'node:fs'
import { ServiceProvider } from '../../pkg/node.js'
import { MemoryStore } from '../../pkg/stores/memory.js'

const folder = new URL('./', import.meta.url)
/** File names of options are relative to the fixtures. */
const data = new URL('../data/', import.meta.url)

/** The files of the catalogue, in the order of the document. */
const FILES = [
  'addressing',
  'trust',
  'time',
  'session',
  'status',
  'claims',
  'encoding',
  'pasted',
  'damage',
]

/** Every failed login. */
export function readCatalogue() {
  const found = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
  const known = FILES.map((name) => `${name}.jsonl`)
  for (const name of found) if (!known.includes(name)) throw new Error(`${name} is not listed`)
  return FILES.flatMap((file) => {
    const lines = readFileSync(new URL(`${file}.jsonl`, folder), 'utf8').trimEnd().split('\n')
    return lines.map((line) => prepared(file, JSON.parse(line)))
  })
}

function prepared(file, failure) {
  const { message, messageBytes, options, context } = failure
  const text = ({ metadataFile, keyFile }) => {
    return readFileSync(new URL(metadataFile ?? keyFile, data), 'utf8')
  }
  const { idp, decryptionKeys } = options
  const whole = { ...options, idp: idp.metadataFile === undefined ? idp : text(idp) }
  if (decryptionKeys !== undefined) whole.decryptionKeys = decryptionKeys.map(text)
  return {
    ...failure,
    file,
    message: message ?? new Uint8Array(Buffer.from(messageBytes, 'base64')),
    options: whole,
    context: { ...context, now: new Date(context.now) },
  }
}

/** The report on a failed login. */
export async function diagnose({ options, context, message, twice }) {
  if (!twice) return new ServiceProvider(options).inspectResponse(message, context)
  const sp = new ServiceProvider({ ...options, store: new MemoryStore() })
  await sp.validateResponse(message, context)
  return sp.validateResponse(message, context).then(
    () => {
      throw new Error('the same message signs in twice')
    },
    (error) => error.report,
  )
}

/** The root cause of a report. */
export function rootCause(report) {
  return report.checks.find((check) => check.status === 'failed')
}

/** What is wrong with a diagnosis, or `undefined`. */
export function complaint({ expect }, report) {
  const cause = rootCause(report)
  if (cause === undefined) return 'it is accepted'
  if (cause.code !== expect.code || cause.id !== expect.check) {
    return `${cause.code} by ${cause.id}, not ${expect.code} by ${expect.check}`
  }
  const { expected, actual, hint } = cause
  const said = [expected, actual, hint, ...report.hints.flatMap((one) => Object.values(one))]
  const missing = expect.facts.filter((fact) => !said.some((text) => text?.includes(fact)))
  if (missing.length > 0) return `does not say ${JSON.stringify(missing)}: ${JSON.stringify(said)}`
}
