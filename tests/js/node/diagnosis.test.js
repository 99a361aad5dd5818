// The catalogue of failed logins through the public interface, and the document that it fills.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { complaint, diagnose, readCatalogue } from '../../diagnosis/catalogue.js'
import { readAnswers, written } from '../../diagnosis/document.js'

const catalogue = readCatalogue()

test('every failed login is diagnosed, with every fact that its administrator needs', async () => {
  const wrong = []
  for (const failure of catalogue) {
    const said = complaint(failure, await diagnose(failure))
    if (said !== undefined) wrong.push(`${failure.id}: ${said}`)
  }
  console.log(`diagnosis: ${catalogue.length} failed logins, ${wrong.length} not diagnosed`)
  assert(catalogue.length >= 80)
  assert.deepEqual(wrong, [])
})

test('a hint has its parts where it sends somebody to a console', async () => {
  const failure = catalogue.find(({ id }) => id === 'reply-url-okta')
  const { hints } = await diagnose(failure)
  assert.deepEqual(hints, [
    {
      text:
        'In Okta, Applications > (app) > General > SAML Settings > Edit > Configure SAML > Single ' +
        'sign-on URL (Use this for Recipient URL and Destination URL): enter ' +
        'https://app.example.com/saml/acs.',
      portal: 'Applications > (app) > General > SAML Settings > Edit > Configure SAML',
      field: 'Single sign-on URL (Use this for Recipient URL and Destination URL)',
      value: 'https://app.example.com/saml/acs',
    },
  ])
})

test("an error of Entra ID is taken apart, and survives the report's redaction", async () => {
  const report = await diagnose(catalogue.find(({ id }) => id === 'aadsts-50105'))
  for (const { message } of [report, report.redacted()]) {
    const { aadsts, traceId, correlationId, timestamp } = message.status
    assert.deepEqual(
      { aadsts, traceId, correlationId, timestamp },
      {
        aadsts: '50105',
        traceId: '5b3a2c1d-0000-4444-8888-001122334455',
        correlationId: '6c4b3d2e-1111-5555-9999-112233445566',
        timestamp: '2026-03-10 09:00:00Z',
      },
    )
  }
})

test('docs/diagnosis.md says what the package says', async () => {
  const document = readFileSync(new URL('../../../docs/diagnosis.md', import.meta.url), 'utf8')
  const reports = []
  for (const failure of catalogue) reports.push(await diagnose(failure))
  const current = written(catalogue, reports, readAnswers())
  const hint = 'run: node tests/diagnosis/compare.js --recorded'
  assert(document === current, `docs/diagnosis.md is not what the catalogue makes; ${hint}`)
})
