// Asks node-saml about every failed login of the catalogue, keeps what it says in
// node-saml.json, and writes docs/diagnosis.md. `--print` shows every message and the judgement.
// `--recorded` asks nobody and takes the answers as they were kept: enough where only our own words
// changed, and it needs no npm packages.

import { writeFileSync } from 'node:fs'
import { diagnose, readCatalogue } from './catalogue.js'
import { names, readAnswers, written } from './document.js'

/** What node-saml says to each failed login, by id. */
export async function answersOf(catalogue) {
  const { answer } = await import('./node-saml.js')
  const answers = {}
  for (const failure of catalogue) answers[failure.id] = await answer(failure)
  return answers
}

/** The form in which they are kept. */
export function kept(answers) {
  return `${JSON.stringify(answers, null, 1)}\n`
}

async function main() {
  const catalogue = readCatalogue()
  if (!process.argv.includes('--recorded')) {
    writeFileSync(new URL('node-saml.json', import.meta.url), kept(await answersOf(catalogue)))
  }
  const reports = []
  for (const failure of catalogue) reports.push(await diagnose(failure))
  const byId = readAnswers()
  const document = written(catalogue, reports, byId)
  writeFileSync(new URL('../../docs/diagnosis.md', import.meta.url), document)
  if (process.argv.includes('--print')) {
    for (const failure of catalogue) {
      const message = byId.get(failure.id)
      console.log(`${names(failure, message) ? 'named' : '-----'} ${failure.id}: ${message}`)
    }
  }
  console.log(document.split('\n').slice(12, 18).join('\n'))
}

if (process.argv[1] === new URL(import.meta.url).pathname) await main()
