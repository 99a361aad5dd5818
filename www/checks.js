// @ts-check
// Every check, as a table.

import { element, table, value } from './element.js'

/** @typedef {import('../pkg/index.js').Check} Check */

/** The status in a word and in a sign: colour alone would say nothing to many. */
const STATUS = {
  passed: { icon: '✓', word: 'Passed' },
  failed: { icon: '✕', word: 'Failed' },
  warned: { icon: '!', word: 'Warned' },
  skipped: { icon: '–', word: 'Skipped' },
}

const COLUMNS = ['Result', 'Check', 'Expected', 'Found', 'Rule']

/** @param {import('./engine.js').Report} report */
export function checksTable({ checks }) {
  const root = checks.find((check) => check.status === 'failed')
  return element(
    'section',
    { 'aria-labelledby': 'checks-title', class: 'checks' },
    element('h2', { id: 'checks-title' }, 'Every check'),
    table(
      summary(checks),
      COLUMNS,
      checks.map((check) => ({ class: check.status, cells: cells(check, check === root) })),
      1,
    ),
  )
}

/**
 * How many checks ended how, in a sentence.
 *
 * @param {readonly Check[]} checks
 */
export function summary(checks) {
  const counts = Object.entries(STATUS)
    .map(([status, { word }]) => ({
      word: word.toLowerCase(),
      count: checks.filter((check) => check.status === status).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ word, count }) => `${count} ${word}`)
  return `${counts.join(', ')}.`
}

/**
 * @param {Check} check
 * @param {boolean} isRoot
 */
function cells(check, isRoot) {
  const { icon, word } = STATUS[check.status]
  const { where, code, hint, expected, actual } = check
  return [
    element(
      'span',
      { class: 'status' },
      element('span', { class: 'mark', 'aria-hidden': 'true' }, icon),
      ` ${word}`,
    ),
    [
      element('span', { class: 'title' }, check.title),
      isRoot && element('span', { class: 'root' }, 'The reason'),
      hint !== undefined &&
        element('span', { class: 'hint' }, element('b', {}, 'What to do: '), hint),
    ],
    expected === undefined ? nothing() : value(expected),
    [
      actual === undefined ? nothing() : value(actual),
      where !== undefined &&
        element(
          'span',
          { class: 'where' },
          'at ',
          value(where.path),
          `, line ${where.line}, column ${where.column}`,
        ),
    ],
    [
      element('span', { class: 'spec' }, check.spec),
      code !== undefined && element('code', {}, code),
    ],
  ]
}

function nothing() {
  return element('span', { class: 'nothing' }, '–')
}
