// Makes the recipes of the page from those in docs/: `node tests/e2e/make-recipes.js`.
// The page's test compares the files with what this makes.

import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const tools = createRequire(new URL('../js/', import.meta.url))
const { Marked } = await import(pathToFileURL(tools.resolve('marked')))

/** The document of each recipe, and the page of it. */
const RECIPES = ['amplitude', 'aws-iam-identity-center']

const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
  "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text) => text.replace(/[&<>"]/g, (character) => ESCAPES[character])

/** A heading as the part of an address after `#`, the way GitHub writes it. */
const anchor = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

const markdown = new Marked({
  renderer: {
    heading({ tokens, depth, text }) {
      return `<h${depth} id="${anchor(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`
    },
    // What is not of the page is not linked to: it is not there when the folder www is served.
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens)
      if (href.startsWith('#')) return `<a href="${escaped(href)}">${text}</a>`
      if (!href.startsWith('https://')) return text
      return `<a href="${escaped(href)}" rel="noreferrer">${text}</a>`
    },
    html: ({ text }) => {
      if (!/^<!--[^]*-->\s*$/.test(text)) throw new Error(`markup in a recipe: ${text}`)
      return ''
    },
  },
})

/** Where a page of the recipes is. */
export const recipeFile = (name) => new URL(`../../www/${name}`, import.meta.url)

/** The files by name, with their texts. */
export function makeRecipes() {
  return RECIPES.map((name) => {
    const file = new URL(`../../docs/${name}.md`, import.meta.url)
    const source = readFileSync(file, 'utf8')
    const [, title] = source.match(/^# (.*)$/m)
    const text = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${POLICY}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    <title>${escaped(title)} · Countersign</title>
    <link rel="icon" href="icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="page.css">
    <link rel="stylesheet" href="result.css">
    <link rel="stylesheet" href="recipe.css">
  </head>
  <body>
    <header>
      <p class="brand"><img src="icon.svg" alt="" width="28" height="28"> Countersign</p>
      <nav><a href="index.html">Check a SAML response</a></nav>
    </header>
    <main class="recipe">
${markdown.parse(source)}    </main>
  </body>
</html>
`
    return { name: `${name}.html`, text }
  })
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  for (const { name, text } of makeRecipes()) writeFileSync(recipeFile(name), text)
}
