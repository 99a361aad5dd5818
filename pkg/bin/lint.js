// @ts-check
// `countersign lint`: mistakes of a set-up that can be seen before the first login.

import process from 'node:process'
import { ServiceProvider } from '../node.js'
import { PROFILE_IDS } from '../options.js'
import { Usage, readArguments, readInput, readTime } from './input.js'
import { bold, green, heading, red, rows, wrap, yellow } from './layout.js'

const HELP = `Look for mistakes in a set-up, before the first login.

Usage
  countersign lint [OPTIONS.json] --metadata FILE [options]

OPTIONS.json is a file, or - for standard input, with options of ServiceProvider by their names.
What is given here beside it wins.

Your set-up
  --metadata FILE        The identity provider's Federation Metadata XML. Needed, unless the file
                         of options has idp.
  --entity-id ID         Your Identifier (Entity ID).
  --reply-url URL        Your Reply URL (ACS URL); give it again for each further one.
  --profile NAME         ${PROFILE_IDS.join(', ')}.
  --allow-idp-initiated  Accept logins that start at the identity provider (My Apps tile).
  --sp-metadata FILE     Your own metadata file, as the identity provider has it, to compare with.

What your program gives that a file cannot hold
  --store                It remembers used assertions.
  --signing-key          It signs login requests.
  --decryption-key       It has a key to decrypt assertions.

Output
  --now TIME             Judge dates as of then, 2026-01-31T09:30:00Z. Default: the present.
  --json                 The findings as JSON.
  --help

Exit status: 0 no error was found, 1 there is one, 2 the command is wrong, or the set-up cannot even
be made.
`

const OPTIONS = /** @type {const} */ ({
  metadata: { type: 'string' },
  'entity-id': { type: 'string' },
  'reply-url': { type: 'string', multiple: true },
  profile: { type: 'string' },
  'allow-idp-initiated': { type: 'boolean' },
  'sp-metadata': { type: 'string' },
  store: { type: 'boolean' },
  'signing-key': { type: 'boolean' },
  'decryption-key': { type: 'boolean' },
  now: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
})

/**
 * @typedef {import('../index.js').LintFinding} LintFinding
 * @typedef {ReturnType<typeof readArguments<typeof OPTIONS>>['values']} Values
 */

/** @param {string[]} args */
export async function lint(args) {
  const { values, file } = readArguments('lint', args, OPTIONS)
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const inputs = [file, values.metadata, values['sp-metadata']].filter((name) => name === '-')
  if (inputs.length > 1) throw new Usage('Only one file can come from standard input.')
  const now = values.now === undefined ? Date.now() : readTime(values.now)
  const given = file === undefined ? {} : readOptions(await readInput(file, 'the options'), file)
  const options = { ...given, ...(await setUp(values)) }
  if (options.idp === undefined) throw new Usage('Still needed: --metadata FILE.')
  const own = values['sp-metadata']
  const metadata = own === undefined ? undefined : await readInput(own, 'your own metadata')
  const sp = new ServiceProvider(/** @type {any} */ (options))
  const findings = sp.lint({ metadata, now })
  process.stdout.write(values.json ? `${JSON.stringify(findings, null, 2)}\n` : show(findings))
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0
}

/**
 * @param {Buffer} content
 * @param {string} file
 * @returns {Record<string, unknown>}
 */
function readOptions(content, file) {
  let options
  try {
    options = JSON.parse(content.toString('utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Usage(`${JSON.stringify(file)} is not JSON: ${reason}.`)
  }
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new Usage(`${JSON.stringify(file)} holds no object with options of ServiceProvider.`)
  }
  return options
}

/** Never called: a lint signs and decrypts nothing, it only has to know that somebody can. */
const absent = () => Promise.reject(new Error('not here'))

/** @param {Values} values */
async function setUp(values) {
  const { metadata } = values
  const idp = metadata && new TextDecoder().decode(await readInput(metadata, 'the metadata'))
  const options = {
    idp,
    profile: values.profile,
    entityId: values['entity-id'],
    replyUrls: values['reply-url'],
    allowIdpInitiated: values['allow-idp-initiated'],
    store: values.store && { putIfAbsent: absent, take: absent },
    signingKey: values['signing-key'] && absent,
    decryptionKeys: values['decryption-key'] && absent,
  }
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

const MARKS = { error: red('✗ error  '), warning: yellow('! warning'), info: '– info   ' }

/** @param {readonly LintFinding[]} findings */
function show(findings) {
  if (findings.length === 0) return `${green(bold('NOTHING FOUND'))}  This set-up looks right.\n`
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const title = errors === 0 ? yellow(bold('NO ERRORS')) : red(bold('ERRORS'))
  const lines = [`${title}  ${count(findings)}.\n`, heading('Findings')]
  for (const { severity, title, actual, expected, hint, option, id } of findings) {
    lines.push(`  ${MARKS[severity]}  ${wrap(title, 13)}\n`)
    /** @type {[string, string | undefined][]} */
    const facts = [
      ['actual', actual],
      ['expected', expected],
      ['hint', hint],
      ['option', option],
      ['rule', id],
    ]
    lines.push(...rows(facts, 13))
  }
  return lines.join('')
}

/** @param {readonly LintFinding[]} findings */
function count(findings) {
  const kinds = /** @type {const} */ (['error', 'warning', 'info'])
  const parts = kinds.map((kind) => {
    const number = findings.filter(({ severity }) => severity === kind).length
    const name = kind === 'info' ? 'to know' : number === 1 ? kind : `${kind}s`
    return number === 0 ? '' : `${number} ${name}`
  })
  return parts.filter((part) => part !== '').join(', ')
}
