// @ts-check
// How text stands in a terminal: width, wrapping, colour, and nothing that could steer it.

import process from 'node:process'

const stream = process.stdout
const WIDTH = Math.min(Math.max(stream.columns ?? 100, 50), 100)
const COLOURED = Boolean(stream.isTTY) && !process.env.NO_COLOR && process.env.TERM !== 'dumb'

/** @type {(code: number) => (text: string) => string} */
const style = (code) => (text) => (COLOURED ? `\x1b[${code}m${text}\x1b[0m` : text)

export const bold = style(1)
export const dim = style(2)
export const red = style(31)
export const green = style(32)
export const yellow = style(33)

/**
 * Text of a message, which its sender chose, with all that a terminal would obey made visible:
 * control characters, escape sequences, reversed writing direction, invisible characters.
 *
 * @param {string} text
 */
export function printable(text) {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    return `\\u{${character.codePointAt(0)?.toString(16)}}`
  })
}

/**
 * Text in lines that fit, each after the same indentation. Long words, such as URLs, stay whole:
 * they are there to be copied.
 *
 * @param {string} text
 * @param {number} indentation
 */
export function wrap(text, indentation) {
  const lines = []
  let line = ''
  for (const word of printable(text).split(' ')) {
    if (line !== '' && indentation + line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  lines.push(line)
  return lines.join(`\n${' '.repeat(indentation)}`)
}

/**
 * Rows of a name and a value; rows without a value are left out.
 *
 * @param {[name: string, value: string | undefined][]} rows
 * @param {number} indentation
 */
export function rows(rows, indentation) {
  const filled = rows.filter(([, value]) => value !== undefined && value !== '')
  const widest = Math.min(Math.max(...filled.map(([name]) => name.length)), 30)
  return filled.map(([name, value]) => {
    const label = printable(name).padEnd(widest)
    const start = indentation + Math.max(widest, label.length) + 2
    return `${' '.repeat(indentation)}${dim(label)}  ${wrap(value ?? '', start)}\n`
  })
}

/** @param {string} text */
export function heading(text) {
  return `\n${bold(text)}\n`
}
