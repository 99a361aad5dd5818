// Makes the examples of the page from the fixtures: `node tests/e2e/make-examples.js`.
// The page's test compares the files with what this makes.

import { mkdirSync, writeFileSync } from 'node:fs'
import { readFixtures } from '../js/fixtures.js'

const FOLDER = new URL('../../www/examples/', import.meta.url)

const NOTICE =
  'Test data of Countersign, signed with keys made for tests that everybody can read. ' +
  'No company, person or account in it is real.'

/** Which fixture each example is, and what the page says about it. */
const EXAMPLES = {
  'amplitude-genuine': {
    fixture: 'amplitude-sp-initiated-assertion',
    about: 'test data, a genuine response of Entra ID for Amplitude.',
  },
  'aws-genuine': {
    fixture: 'aws-idp-initiated-both',
    about: 'test data, a genuine response of Entra ID for AWS IAM Identity Center.',
  },
  'amplitude-forged': {
    fixture: 'digest-name-id',
    about: 'test data, a response in which somebody put another user.',
  },
  'amplitude-misdirected': {
    fixture: 'reply-url-other-customer',
    about: 'test data, a genuine response that is meant for another customer.',
  },
}

/** The files by name, with their texts. */
export function makeExamples() {
  const byId = new Map(readFixtures().cases.map((fixture) => [fixture.id, fixture]))
  return Object.entries(EXAMPLES).map(([name, { fixture: id, about }]) => {
    const { message, options, context } = byId.get(id)
    const example = {
      notice: NOTICE,
      about,
      response: Buffer.from(message, 'base64').toString('utf8'),
      metadata: options.idp,
      profile: options.profile,
      entityId: options.entityId,
      replyUrls: options.replyUrls,
      requestId: context.inResponseTo ?? '',
      idpInitiated: options.allowIdpInitiated ?? false,
      time: context.now,
    }
    return { name: `${name}.json`, text: `${JSON.stringify(example, null, 2)}\n` }
  })
}

export const exampleFile = (name) => new URL(name, FOLDER)

if (process.argv[1] === new URL(import.meta.url).pathname) {
  mkdirSync(FOLDER, { recursive: true })
  for (const { name, text } of makeExamples()) writeFileSync(exampleFile(name), text)
}
