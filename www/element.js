// @ts-check
// Makes elements. What a message says becomes text, never markup: there is no other way in here.

/**
 * What stands inside an element; absent children are left out.
 *
 * @typedef {Node | string | undefined | false | readonly Child[]} Child
 */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Readonly<Record<string, string>>} attributes
 * @param {readonly Child[]} children strings become text nodes
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value)
  append(made, children)
  return made
}

/**
 * @param {Node} parent
 * @param {readonly Child[]} children
 */
function append(parent, children) {
  for (const child of children) {
    if (child === undefined || child === false) continue
    if (typeof child === 'string') parent.appendChild(document.createTextNode(child))
    else if (child instanceof Node) parent.appendChild(child)
    else append(parent, child)
  }
}

/**
 * An element of the page's own markup.
 *
 * @template {Element} T
 * @param {string} id
 * @param {new (...args: never[]) => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const found = document.getElementById(id)
  if (found instanceof kind) return found
  throw new Error(`index.html has no ${kind.name} with the id ${id}`)
}

/**
 * A value of a message, which its sender chose, to the letter.
 *
 * @param {string} text
 */
export function value(text) {
  return element('span', { class: 'value', translate: 'no' }, visible(text))
}

/**
 * Two values of which one should have been the other: what only one of them has is marked, where
 * they are alike enough for that to help. A slash at the end is easily overlooked.
 *
 * @param {string} one
 * @param {string} other
 * @returns {[HTMLElement, HTMLElement]}
 */
export function compared(one, other) {
  const shortest = Math.min(one.length, other.length)
  let start = 0
  while (start < shortest && one[start] === other[start]) start += 1
  let end = 0
  while (end < shortest - start && one.at(-1 - end) === other.at(-1 - end)) end += 1
  const alike = start + end >= 0.5 * Math.max(one.length, other.length)
  if (!alike) return [value(one), value(other)]
  const marked = (/** @type {string} */ text) => {
    const difference = visible(text.slice(start, text.length - end))
    return element(
      'span',
      { class: 'value', translate: 'no' },
      visible(text.slice(0, start)),
      difference !== '' && element('mark', {}, difference),
      visible(text.slice(text.length - end)),
    )
  }
  return [marked(one), marked(other)]
}

/**
 * Text with all that a reader could not see made visible: control characters, reversed writing
 * direction, invisible characters.
 *
 * @param {string} text
 */
export function visible(text) {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    return `\\u{${character.codePointAt(0)?.toString(16)}}`
  })
}

/**
 * A list of names and contents; rows without content are left out.
 *
 * @param {readonly [name: string, content: Child][]} rows
 */
export function facts(rows) {
  const filled = rows.filter(([, content]) => content !== undefined && content !== false)
  return element(
    'dl',
    { class: 'facts' },
    filled.map(([name, content]) =>
      element('div', {}, element('dt', {}, name), element('dd', {}, content)),
    ),
  )
}

/**
 * A table. Narrow screens show each row as a block, which takes the meaning from the elements:
 * the roles say it again, and `data-column` repeats the heading of each cell.
 *
 * @param {string} caption
 * @param {readonly string[]} columns
 * @param {readonly { cells: readonly Child[], class?: string }[]} rows the cell in the column
 *   `heading` names the row
 * @param {number} heading
 */
export function table(caption, columns, rows, heading = 0) {
  const head = columns.map((column) =>
    element('th', { scope: 'col', role: 'columnheader' }, column),
  )
  const body = rows.map((row) => {
    const cells = row.cells.map((cell, index) => {
      const column = { 'data-column': columns[index] ?? '' }
      return index === heading
        ? element('th', { scope: 'row', role: 'rowheader', ...column }, cell)
        : element('td', { role: 'cell', ...column }, cell)
    })
    return element('tr', { role: 'row', class: row.class ?? '' }, cells)
  })
  return element(
    'table',
    { role: 'table' },
    element('caption', {}, caption),
    element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, head)),
    element('tbody', { role: 'rowgroup' }, body),
  )
}

/**
 * A point in time, as ISO 8601 in UTC, for people. What is no such time stays as it is.
 *
 * @param {string} iso
 */
export function utc(iso) {
  const match = /^(\d{4,}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(iso)
  return match === null ? iso : `${match[1]} ${match[2]} UTC`
}

/**
 * What the engine says of a set-up, as a sentence. Names of options keep their small letter.
 *
 * @param {string} text
 */
export function sentence(text) {
  const capital = text.replace(/^[a-z](?=[a-z]*\b)/, (letter) => letter.toUpperCase())
  return /[.?!]$/.test(capital) ? capital : `${capital}.`
}
