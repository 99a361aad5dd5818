#!/usr/bin/env node
// @ts-check
// The command line: which command, and how it ends.

import { readFileSync } from 'node:fs'
import process from 'node:process'
import { SamlError } from '../node.js'
import { inspect } from './inspect.js'
import { lint } from './lint.js'
import { metadata } from './metadata.js'
import { replay } from './replay.js'
import { spMetadata } from './sp-metadata.js'
import { Usage } from './input.js'

const HELP = `Countersign checks SAML logins and says why one fails.

Usage
  countersign inspect RESPONSE --metadata FILE --reply-url URL [options]
  countersign lint [OPTIONS.json] --metadata FILE [options]
  countersign metadata FILE [options]
  countersign replay BUNDLE.json [options]
  countersign sp-metadata --entity-id ID --reply-url URL [options]
  countersign COMMAND --help
  countersign --version

Commands
  inspect     Check a SAML response against your set-up: every check, and what to change.
  lint        Look for mistakes in your set-up, before the first login.
  metadata    Show what an identity provider's metadata file says.
  replay      Judge a bundle from a bug report, which names nobody.
  sp-metadata Write your application's own metadata file.

Nothing leaves this machine.
`

const COMMANDS = new Map([
  ['inspect', inspect],
  ['lint', lint],
  ['metadata', metadata],
  ['replay', replay],
  ['sp-metadata', spMetadata],
])

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit status
 */
async function main([name, ...args]) {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const asked = name !== undefined
    ;(asked ? process.stdout : process.stderr).write(HELP)
    return asked ? 0 : 2
  }
  if (name === '--version') {
    const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
    process.stdout.write(`${JSON.parse(manifest).version}\n`)
    return 0
  }
  const command = COMMANDS.get(name)
  if (command === undefined) {
    const known = [...COMMANDS.keys()].join(', ')
    throw new Usage(`There is no command ${JSON.stringify(name)}. The commands are ${known}.`)
  }
  return command(args)
}

/** @param {unknown} error */
function complain(error) {
  if (error instanceof Usage) return `${error.message}\n\nHelp: countersign --help\n`
  if (error instanceof SamlError) {
    const lines = [`${error.message} (${error.code})`]
    if (error.expected !== undefined) lines.push(`  expected  ${error.expected}`)
    if (error.actual !== undefined) lines.push(`  actual    ${error.actual}`)
    if (error.hint !== undefined) lines.push(`  hint      ${error.hint}`)
    return `${lines.join('\n')}\n`
  }
  throw error
}

// A reader that closes early (`| head`) is no failure.
process.stdout.on('error', (error) => {
  if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPIPE') throw error
})

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(complain(error))
  process.exitCode = 2
}
