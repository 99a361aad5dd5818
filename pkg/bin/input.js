// @ts-check
// What the commands read: arguments, files and standard input, times.

import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { buffer } from 'node:stream/consumers'
import { parseArgs } from 'node:util'

/** The command was not called as it has to be. Ends with exit status 2. */
export class Usage extends Error {}

/**
 * Arguments of a command, strictly: no option that is not known, one positional at most.
 *
 * @template {import('node:util').ParseArgsConfig['options']} O
 * @param {string} command
 * @param {string[]} args
 * @param {O} options
 */
export function readArguments(command, args, options) {
  let parsed
  try {
    parsed = parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (error) {
    // node:util explains in a second sentence how to pass a value that looks like an option.
    const message = error instanceof Error ? error.message : String(error)
    throw new Usage(`${message}\n\nOptions of this command: countersign ${command} --help`)
  }
  if (parsed.positionals.length > 1) {
    const extra = parsed.positionals.slice(1).map((text) => JSON.stringify(text))
    throw new Usage(`One file at a time, please. Not understood: ${extra.join(', ')}.`)
  }
  return { values: parsed.values, file: parsed.positionals[0] }
}

/**
 * The content of a file; `-` is standard input.
 *
 * @param {string} file
 * @param {string} what for the message where it cannot be read
 */
export async function readInput(file, what) {
  try {
    return await (file === '-' ? buffer(process.stdin) : readFile(file))
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error)
    const reasons = new Map([
      ['ENOENT', 'there is no such file'],
      ['EISDIR', 'it is a folder'],
      ['EACCES', 'reading it is not permitted'],
    ])
    const reason = reasons.get(code ?? '') ?? message
    throw new Usage(`Cannot read ${what} from ${JSON.stringify(file)}: ${reason}.`)
  }
}

/**
 * A point in time: ISO 8601, or milliseconds since 1970.
 *
 * @param {string} text
 * @param {string} [option] for the message where it is none
 */
export function readTime(text, option = '--now') {
  const isIso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
  const milliseconds = /^\d+$/.test(text) ? Number(text) : isIso ? Date.parse(text) : NaN
  if (Number.isNaN(milliseconds) || milliseconds > 8.64e15) {
    throw new Usage(
      `${option} takes a time such as 2026-01-31T09:30:00Z (with the time zone), not ` +
        `${JSON.stringify(text)}.`,
    )
  }
  return milliseconds
}
