// @ts-check
// The report as JSON, for a ticket or a colleague.

import { element } from './element.js'

/**
 * @param {import('./engine.js').Report} report
 * @param {(text: string) => void} say
 */
export function copySection(report, say) {
  const whole = element('button', { type: 'button', id: 'copy' }, 'Copy the report')
  const redacted = element('button', { type: 'button', id: 'copy-redacted' }, 'Copy it redacted')
  const place = element('div')
  const asJson = (/** @type {object} */ data) => JSON.stringify(data, null, 2)
  whole.addEventListener('click', () => copy(asJson(report), place, say))
  redacted.addEventListener('click', () => copy(asJson(report.redacted()), place, say))
  return element(
    'section',
    { 'aria-labelledby': 'copy-title', class: 'copy' },
    element('h2', { id: 'copy-title' }, 'Pass it on'),
    element(
      'p',
      { class: 'note' },
      'As JSON. Redacted: without user names, attribute values and free text.',
    ),
    element('p', { class: 'buttons' }, whole, ' ', redacted),
    place,
  )
}

/**
 * @param {string} json
 * @param {HTMLElement} place where the text is shown if it cannot be copied
 * @param {(text: string) => void} say
 */
async function copy(json, place, say) {
  place.replaceChildren()
  try {
    // Absent where the page is not served by https or from this machine.
    await navigator.clipboard.writeText(json)
    say('Copied.')
  } catch {
    const id = 'copy-text'
    const text = element('textarea', { id, rows: '12', readonly: '', spellcheck: 'false' }, json)
    const label = element('label', { for: id }, 'The browser did not allow it: copy from here.')
    place.append(label, text)
    text.focus()
    text.select()
  }
}
