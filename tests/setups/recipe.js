// What the recipes in docs/ are held to: their headings, their troubleshooting tables, and the
// code and commands that a reader copies.

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'

const BEGIN = '<!-- table: node tests/setups/write-tables.js -->\n'
const END = '<!-- end -->\n'
const HEAD = '| step | what happened | what you see | what to do |\n| --- | --- | --- | --- |\n'

/** One document. */
export class Recipe {
  /** @param {string} name of the file in docs/ */
  constructor(name) {
    this.file = new URL(`../../docs/${name}`, import.meta.url)
    this.text = readFileSync(this.file, 'utf8')
  }

  /** The numbered steps: number by title. */
  get steps() {
    return new Map(
      [...this.text.matchAll(/^## (\d+)\. (.*)$/gm)].map(([, number, title]) => [title, number]),
    )
  }

  /** What stands between the marks of the table. */
  get table() {
    const [, rest, ...more] = this.text.split(BEGIN)
    assert(rest !== undefined && more.length === 0, 'one mark where the table begins')
    return rest.slice(0, rest.indexOf(END))
  }

  /** The table as the mistakes have it, in the order of the steps. */
  tableOf(mistakes) {
    const { steps } = this
    const number = ({ step }) => {
      assert(steps.has(step), `the recipe has a step "${step}"`)
      return Number(steps.get(step))
    }
    const inOrder = mistakes.toSorted((one, other) => number(one) - number(other))
    const rows = inOrder.map((mistake) => {
      const { step, code, aadsts, lint, next } = mistake
      const anchor = `${number(mistake)}-${step.toLowerCase().replace(/[^\w -]/g, '')}`
      const found = (lint ?? []).filter((id, index) => lint.indexOf(id) === index)
      const early = found.map((id) => `\`${id}\``).join(', ')
      const late = aadsts ?? (code && `\`${code}\``)
      const seen = [late, early && `lint: ${early}`].filter(Boolean).join('; ')
      const link = `[${number(mistake)}](#${anchor.replaceAll(' ', '-')})`
      return `| ${link} | ${mistake.mistake} | ${seen} | ${next} |\n`
    })
    return HEAD + rows.join('')
  }

  writeTable(mistakes) {
    const made = this.text.replace(BEGIN + this.table, () => BEGIN + this.tableOf(mistakes))
    writeFileSync(this.file, made)
  }

  /** The code blocks of a language. */
  blocks(language) {
    const blocks = [...this.text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
    return blocks.filter(([, name]) => name === language).map(([, , code]) => code)
  }
}
