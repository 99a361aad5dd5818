// @ts-check
// `countersign inspect`: one response, judged as the application would judge it.

import process from 'node:process'
import { ServiceProvider } from '../node.js'
import { refusal } from '../errors.js'
import { PROFILE_IDS } from '../options.js'
import { Usage, readArguments, readInput, readTime } from './input.js'
import { bold, dim, green, heading, printable, red, rows, wrap, yellow } from './layout.js'

const HELP = `Check a SAML response against your set-up.

Usage
  countersign inspect RESPONSE --metadata FILE --reply-url URL [options]

RESPONSE is a file, or - for standard input, with the response as you have it: the SAMLResponse
value (base64), the whole form body that the browser posted, or the XML.

Your set-up
  --metadata FILE        The identity provider's Federation Metadata XML. Needed.
  --entity-id ID         Your Identifier (Entity ID). Needed, unless the profile fixes it.
  --reply-url URL        Your Reply URL (ACS URL). Needed; give it again for each further one.
  --profile NAME         ${PROFILE_IDS.join(', ')}.
  --allow-idp-initiated  Accept logins that start at the identity provider (My Apps tile).
  --require-signed WHAT  any (default), assertion, response or both.
  --require-mfa          Demand multifactor authentication.
  --allow-sha1           Accept SHA-1 signatures, which are broken.
  --clock-skew-seconds N How far clocks may differ. Default: 180.

This message
  --in-response-to ID    The ID of the request it should answer; give it again for others.
  --now TIME             Judge as of then, 2026-01-31T09:30:00Z. Default: the present.

Output
  --json                 The report as JSON.
  --redact               Leave out personal data, for people to read.
  --bundle               Message and set-up as JSON without personal data, for a bug report:
                         countersign replay judges it the same.
  --help

Exit status: 0 accepted, 1 refused, 2 the command or the set-up is wrong.
`

const OPTIONS = /** @type {const} */ ({
  metadata: { type: 'string' },
  'entity-id': { type: 'string' },
  'reply-url': { type: 'string', multiple: true },
  profile: { type: 'string' },
  'allow-idp-initiated': { type: 'boolean' },
  'require-signed': { type: 'string' },
  'require-mfa': { type: 'boolean' },
  'allow-sha1': { type: 'boolean' },
  'clock-skew-seconds': { type: 'string' },
  'in-response-to': { type: 'string', multiple: true },
  now: { type: 'string' },
  json: { type: 'boolean' },
  redact: { type: 'boolean' },
  bundle: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
})

/**
 * @typedef {import('../index.js').Report} Report
 * @typedef {import('../index.js').Check} Check
 */

/** @param {string[]} args */
export async function inspect(args) {
  const { values, file } = readArguments('inspect', args, OPTIONS)
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const missing = [
    file === undefined && 'RESPONSE (a file, or - for standard input)',
    values.metadata === undefined && '--metadata FILE',
    values['reply-url'] === undefined && '--reply-url URL',
  ].filter((name) => name !== false)
  if (file === undefined || values.metadata === undefined || missing.length > 0) {
    throw new Usage(`Still needed: ${missing.join(', ')}.`)
  }
  if (file === '-' && values.metadata === '-') {
    throw new Usage('Only one of RESPONSE and --metadata can come from standard input.')
  }
  const now = values.now === undefined ? Date.now() : readTime(values.now)
  const sp = new ServiceProvider(/** @type {any} */ (await setUp(values)))
  const message = await readInput(file, 'the response')
  const context = { inResponseTo: values['in-response-to'], now }
  const found = await sp.inspectResponse(message, context)
  if (values.bundle) {
    const { bundle } = found.redacted()
    process.stdout.write(`${JSON.stringify(bundle, null, 2)}\n`)
    return found.ok ? 0 : 1
  }
  const report = values.redact ? found.redacted() : found
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : show(report, values))
  return report.ok ? 0 : 1
}

/** @param {ReturnType<typeof readArguments<typeof OPTIONS>>['values']} values */
async function setUp(values) {
  const seconds = values['clock-skew-seconds']
  if (seconds !== undefined && !/^\d{1,9}$/.test(seconds)) {
    throw new Usage(`--clock-skew-seconds takes whole seconds, not ${JSON.stringify(seconds)}.`)
  }
  const metadata = await readInput(values.metadata ?? '-', 'the metadata')
  return {
    profile: values.profile,
    entityId: values['entity-id'],
    replyUrls: values['reply-url'],
    idp: new TextDecoder().decode(metadata),
    allowIdpInitiated: values['allow-idp-initiated'],
    requireSigned: values['require-signed'],
    requireMfa: values['require-mfa'],
    algorithms: values['allow-sha1'] ? { allowSha1: true } : undefined,
    clockSkewSeconds: seconds === undefined ? undefined : Number(seconds),
  }
}

/**
 * The report as a table: the verdict and the fix first, then every check, then who signs in.
 *
 * @param {Report} report
 * @param {{ now?: string }} values
 */
function show(report, values) {
  const lines = [verdict(report)]
  const failed = report.checks.find((check) => check.status === 'failed')
  const advice = new Set(report.hints.map((hint) => hint.text))
  // What a check says to change stands in its hint already.
  const said = report.checks.map((check) => check.hint ?? '').join(' ')
  for (const text of advice) if (said.includes(text)) advice.delete(text)
  const late = failed?.id === 'timestamps' && values.now === undefined
  if (late) advice.add('To judge a message as of when it arrived, give that time with --now.')
  const fixes = failed?.hint === undefined ? [...advice] : [failed.hint, ...advice]
  if (fixes.length > 0) {
    lines.push(heading(report.ok ? 'Worth knowing' : 'What to do'))
    for (const fix of fixes) lines.push(`  ${wrap(fix, 2)}\n`)
  }
  lines.push(heading('Checks'))
  for (const check of report.checks) lines.push(...showCheck(check, check === failed))
  lines.push(...(report.login === undefined ? claimed(report) : signedIn(report.login)))
  return lines.join('')
}

/** @param {Report} report */
function verdict(report) {
  if (report.ok) return `${green(bold('ACCEPTED'))}  This response signs the user in.\n`
  const { message, code } = refusal(report)
  return `${red(bold('REFUSED'))}  ${message}\n${' '.repeat(9)}${code}\n`
}

const MARKS = {
  passed: green('✓ passed '),
  failed: red('✗ failed '),
  warned: yellow('! warned '),
  skipped: dim('– skipped'),
}

/**
 * @param {Check} check
 * @param {boolean} isRoot the root cause's hint stands above the table
 */
export function showCheck(check, isRoot) {
  const skipped = check.status === 'skipped' && check.actual !== undefined
  const reason = skipped ? dim(` (${printable(check.actual ?? '')})`) : ''
  const lines = [`  ${MARKS[check.status]}  ${check.title}${reason}\n`]
  if (check.status === 'passed' || check.status === 'skipped') return lines
  const { where } = check
  const place = where && `${where.path}, line ${where.line}, column ${where.column}`
  lines.push(
    ...rows(
      [
        ['expected', check.expected],
        ['actual', check.actual],
        ['where', place],
        ['hint', isRoot ? undefined : check.hint],
        ['code', check.code],
        ['rule', check.spec],
      ],
      13,
    ),
  )
  return lines
}

/** @param {import('../index.js').Login} login */
function signedIn(login) {
  const { nameId, entra } = login
  const certificates = login.signedBy.map(({ element, certificate }) => {
    const who = certificate === null ? 'a bare key' : `${certificate.subject} ${certificate.sha1}`
    return `${element} by ${who}`
  })
  return [
    heading('Who is signed in'),
    ...rows(
      [
        ['user', nameId.value],
        ['format', nameId.format],
        ['by', login.issuer],
        ['started at', login.initiatedBy === 'sp' ? 'the application' : 'the identity provider'],
        ['authenticated', login.authnInstant],
        ['multifactor', entra === undefined ? undefined : entra.mfa ? 'yes' : 'not shown'],
        ['signed', certificates.join('; ')],
        ['valid until', login.notOnOrAfter],
      ],
      2,
    ),
    heading('Attributes'),
    ...Object.entries(login.attributes).map(([name, values]) => {
      const shown = values.map((value) => `    ${wrap(value, 4)}\n`).join('')
      return `  ${dim(printable(name))}\n${shown}`
    }),
  ]
}

/** @param {Report} report */
function claimed({ message }) {
  if (message === undefined) return []
  const [assertion] = message.assertions
  return [
    heading('What arrived (not to be trusted: the message is refused)'),
    ...rows(
      [
        ['kind', message.kind],
        ['issuer', message.issuer ?? assertion?.issuer],
        ['status', message.status?.codes.join(' ')],
        ['status text', message.status?.message],
        ['issued', message.issueInstant],
        ['destination', message.destination],
        ['recipient', assertion?.recipient],
        ['in response to', message.inResponseTo],
        ['audience', assertion?.audiences.join(' ')],
        ['not before', assertion?.notBefore],
        ['not on or after', assertion?.notOnOrAfter],
        ['user', assertion?.encrypted ? '(encrypted)' : assertion?.nameId],
      ],
      2,
    ),
  ]
}
