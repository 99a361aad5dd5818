// @ts-check
// `countersign replay`: a bundle of somebody else, judged as its message was judged.

import process from 'node:process'
import { ServiceProvider } from '../node.js'
import { refusal } from '../errors.js'
import { showCheck } from './inspect.js'
import { Usage, readArguments, readInput } from './input.js'
import { bold, green, heading, red, wrap, yellow } from './layout.js'

const HELP = `Judge a bundle that countersign inspect --bundle made.

Usage
  countersign replay BUNDLE.json [--json]

BUNDLE.json is a file, or - for standard input. It holds no user's data, and signs nobody in.

Options
  --json    The checks as JSON.
  --help

Exit status: 0 every check answers as it did when the bundle was made, 1 one does not, 2 the command
or the bundle is wrong.
`

const OPTIONS = /** @type {const} */ ({
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
})

/** @param {string[]} args */
export async function replay(args) {
  const { values, file } = readArguments('replay', args, OPTIONS)
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  if (file === undefined) throw new Usage('Still needed: BUNDLE.json (or - for standard input).')
  const replayed = ServiceProvider.replayBundle(parsed(await readInput(file, 'the bundle'), file))
  process.stdout.write(values.json ? `${JSON.stringify(replayed, null, 2)}\n` : show(replayed))
  return replayed.same ? 0 : 1
}

/**
 * @param {Buffer} content
 * @param {string} file
 */
function parsed(content, file) {
  try {
    return JSON.parse(content.toString('utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Usage(`${JSON.stringify(file)} is not JSON: ${reason}.`)
  }
}

/** @param {import('../index.js').Replay} replayed */
function show({ judged, same, checks, hints }) {
  const failed = checks.find(({ status }) => status === 'failed')
  const verdict =
    failed === undefined
      ? `${green(bold('NOTHING FAILS'))}  The message was accepted.\n`
      : `${red(bold('REFUSED'))}  ${refusal(/** @type {any} */ ({ checks })).message}\n`
  const lines = [verdict]
  if (!judged) {
    const why =
      'The bundle holds no message: it was no XML, or encrypted. The checks are as recorded.'
    lines.push(`${yellow('!')} ${wrap(why, 2)}\n`)
  }
  if (!same) {
    const why = 'This is not what was found when the bundle was made: another version, or an edit.'
    lines.push(`${yellow('!')} ${wrap(why, 2)}\n`)
  }
  lines.push(heading('Checks'))
  for (const check of checks) {
    const full = 'title' in check ? check : { ...check, title: check.id, spec: '' }
    lines.push(...showCheck(full, false))
  }
  if (hints.length > 0) lines.push(heading('Worth knowing'))
  for (const { text } of hints) lines.push(`  ${wrap(text, 2)}\n`)
  return lines.join('')
}
