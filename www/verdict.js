// @ts-check
// The verdict: one sentence, the fix, and what it rests on.

import { compared, element, facts, sentence, utc, value } from './element.js'

/**
 * @typedef {import('./engine.js').Found} Found
 * @typedef {import('./engine.js').SetUp} SetUp
 * @typedef {import('./remedies.js').Remedy} Remedy
 */

const TITLE = { id: 'verdict', tabindex: '-1' }

/**
 * @param {Found} found
 * @param {SetUp} setUp that it was judged by
 * @param {{ remedy?: Remedy, onRemedy: () => void }} next
 */
export function verdict(found, setUp, { remedy, onRemedy }) {
  const { report, refusal } = found
  return element(
    'div',
    { class: `verdict ${refusal === undefined ? 'accepted' : 'refused'}` },
    refusal === undefined ? acceptance(report) : reasons(report, refusal),
    remedy !== undefined && offer(remedy, onRemedy),
    worthKnowing(report),
    basis(setUp),
  )
}

/** @param {import('./engine.js').Report} report */
function acceptance({ login, checks }) {
  const user = login?.nameId.value ?? ''
  const isClean = checks.every((check) => check.status !== 'warned')
  return [
    title('✓', 'Accepted', ['This response signs in ', value(user), '.']),
    element(
      'p',
      {},
      isClean
        ? 'Every check that was asked for is passed. There is nothing to fix.'
        : 'No check stands against it, but something should be looked after soon.',
    ),
  ]
}

/**
 * @param {import('./engine.js').Report} report
 * @param {import('./engine.js').SamlError} refusal
 */
function reasons({ checks }, { code, message, hint, expected, actual }) {
  const where = checks.find((check) => check.status === 'failed')?.where
  const both = expected !== undefined && actual !== undefined && compared(expected, actual)
  return [
    title('✕', 'Refused', [message]),
    hint !== undefined && fix(hint),
    facts([
      ['Expected', both ? both[0] : expected !== undefined && value(expected)],
      ['Found', both ? both[1] : actual !== undefined && value(actual)],
      ['Where', where && [value(where.path), `, line ${where.line}, column ${where.column}`]],
      ['Code', element('code', {}, code)],
    ]),
  ]
}

/**
 * The set-up is wrong, so that no message can be judged.
 *
 * @param {import('./engine.js').SamlError} error
 */
export function setUpError({ code, message, hint, expected, actual }) {
  return element(
    'div',
    { class: 'verdict refused' },
    title('✕', 'Not judged', [sentence(message)]),
    fix(hint ?? 'Correct this in the form above, and check again.'),
    facts([
      ['Expected', expected !== undefined && value(expected)],
      ['Found', actual !== undefined && value(actual)],
      ['Code', element('code', {}, code)],
    ]),
  )
}

/** Something that must not happen. The message may still be in the form. */
export function defect() {
  return element(
    'div',
    { class: 'verdict refused' },
    title('✕', 'Not judged', ['The page itself failed.']),
    fix('Reload the page, and report this: it is a defect of Countersign, whatever was pasted.'),
  )
}

/**
 * @param {string} icon
 * @param {string} word
 * @param {readonly import('./element.js').Child[]} rest
 */
function title(icon, word, rest) {
  const mark = element('span', { class: 'mark', 'aria-hidden': 'true' }, icon)
  return element('h2', TITLE, mark, element('span', {}, element('b', {}, `${word}.`), ' ', rest))
}

/** @param {string} hint */
function fix(hint) {
  return element('p', { class: 'fix' }, element('b', {}, 'What to do: '), hint)
}

/**
 * @param {Remedy} remedy
 * @param {() => void} onRemedy
 */
function offer({ label, note, apply }, onRemedy) {
  const button = element('button', { type: 'button', id: 'remedy' }, label)
  button.addEventListener('click', () => {
    apply()
    onRemedy()
  })
  return element('p', { class: 'remedy' }, button, ' ', element('span', { class: 'note' }, note))
}

/** @param {import('./engine.js').Report} report */
function worthKnowing({ checks, hints }) {
  const warnings = checks
    .filter((check) => check.status === 'warned')
    .map((check) => check.hint ?? check.title)
  // What a check says to change stands in its hint already.
  const said = checks.map((check) => check.hint ?? '').join(' ')
  const others = hints.map((hint) => hint.text).filter((text) => !said.includes(text))
  const advice = [...new Set([...warnings, ...others])]
  if (advice.length === 0) return undefined
  return element(
    'div',
    { class: 'advice' },
    element('h3', {}, 'Worth knowing'),
    element(
      'ul',
      {},
      advice.map((text) => element('li', {}, text)),
    ),
  )
}

/** @param {SetUp} setUp */
function basis({ options, requestId, now }) {
  return element(
    'p',
    { class: 'basis note' },
    `Judged as of ${utc(now.toISOString())} for the Identifier `,
    value(options.entityId ?? ''),
    ' at ',
    value(options.replyUrls.join(' ')),
    requestId === undefined ? ', with no request known.' : ', with the request ',
    requestId !== undefined && [value(requestId), '.'],
  )
}
