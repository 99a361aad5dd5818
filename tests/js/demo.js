// `cargo xtask demo`: genuine responses accepted, forged and misdirected ones refused, through the
// WebAssembly module in Node. Ends with status 1 where a verdict differs from the fixture's.

import { SamlError, ServiceProvider } from '../../pkg/node.js'
import { readFixtures } from './fixtures.js'

const SIGNINGS = ['assertion', 'response', 'both']
const GENUINE = ['amplitude', 'aws'].flatMap((setUp) =>
  ['sp', 'idp'].flatMap((by) => SIGNINGS.map((signed) => `${setUp}-${by}-initiated-${signed}`)),
)
const REFUSED = [
  'signature-stripped',
  'digest-name-id',
  'digest-attribute',
  'value-other-message',
  'key-attacker',
  'key-other-tenant',
  'key-attacker-names-genuine',
  'algorithm-sha1-refused',
  'algorithm-hmac',
  'reference-other-element',
  'transform-xpath',
  'wrapping-3',
  'wrapping-8',
  'xml-external-entity',
  'comment-in-name-id',
  'issuer-other-tenant',
  'reply-url-other-customer',
  'request-other',
  'request-unsolicited-default',
  'audience-other-set-up',
  'time-next-day',
  'status-not-assigned',
  'mfa-missing',
  'other-html',
]

const byId = new Map(readFixtures().cases.map((fixture) => [fixture.id, fixture]))
let different = 0

function validate(id) {
  const fixture = byId.get(id)
  if (fixture === undefined) throw new Error(`tests/data has no fixture ${id}`)
  const { options, context, message } = fixture
  const bytes = Buffer.from(message, 'base64')
  const sent = fixture.messageFile.endsWith('.xml') ? bytes : bytes.toString()
  const now = new Date(context.now)
  try {
    const login = new ServiceProvider(options).validateResponseSync(sent, { ...context, now })
    return { fixture, login }
  } catch (error) {
    if (!(error instanceof SamlError)) throw error
    return { fixture, error }
  }
}

function differs(id, expected, got) {
  different += 1
  console.log(`  DIFFERENT: ${id} should give ${expected}, gave ${got}`)
}

/** Text in lines of at most 96 characters, indented. */
function wrap(text, indentation) {
  const blanks = ' '.repeat(indentation)
  const width = 96 - indentation
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== '' && line.length + word.length >= width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.map((line) => blanks + line).join('\n')
}

console.log('Genuine responses\n')
console.log(`  ${'set-up'.padEnd(11)}${'started at'.padEnd(20)}${'signed'.padEnd(22)}signs in`)
for (const id of GENUINE) {
  const { fixture, login, error } = validate(id)
  const user = fixture.expect.nameId.value
  if (login?.nameId.value !== user) {
    differs(id, user, error?.code ?? login?.nameId.value)
    continue
  }
  const started = login.initiatedBy === 'sp' ? 'the application' : 'My Apps'
  const signed = login.signedBy.map(({ element }) => element).join(' + ')
  const setUp = id.startsWith('aws') ? 'AWS' : 'Amplitude'
  console.log(`  ${setUp.padEnd(11)}${started.padEnd(20)}${signed.padEnd(22)}${login.nameId.value}`)
}

console.log('\nForged and misdirected responses\n')
for (const id of REFUSED) {
  const { fixture, login, error } = validate(id)
  const { code, check } = fixture.expect
  if (error?.code !== code || error.check !== check) {
    differs(id, code, login === undefined ? error.code : `a login of ${login.nameId.value}`)
    continue
  }
  console.log(`  ${code.padEnd(38)}${fixture.why}`)
  console.log(`${wrap(error.hint ?? '', 6)}\n`)
}

const right = GENUINE.length + REFUSED.length - different
console.log(`${right} of ${GENUINE.length + REFUSED.length} verdicts are as expected.`)
process.exitCode = different === 0 ? 0 : 1
