// Reads tests/data into one value that can be written as JSON and carried into any runtime.

import { readFileSync } from 'node:fs'

const data = new URL('../data/', import.meta.url)

/** Every fixture, with what its files hold in place of their names. */
export function readFixtures() {
  const lines = readFileSync(new URL('cases.jsonl', data), 'utf8').trimEnd().split('\n')
  const cases = lines.map((line) => {
    const fixture = JSON.parse(line)
    return {
      ...fixture,
      messageFile: fixture.message,
      message: readFileSync(new URL(fixture.message, data)).toString('base64'),
      options: { ...fixture.options, idp: withMetadata(fixture.options.idp) },
    }
  })
  if (cases.length === 0) throw new Error('tests/data/cases.jsonl holds no cases')
  return { cases }
}

function withMetadata(idp) {
  if (Array.isArray(idp)) return idp.map(withMetadata)
  if (idp?.metadataFile === undefined) return idp
  return readFileSync(new URL(idp.metadataFile, data), 'utf8')
}
