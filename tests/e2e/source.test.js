// What can be said of the page without a browser: its policy, its types, its examples.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { exampleFile, makeExamples } from './make-examples.js'
import { makeRecipes } from './make-recipes.js'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const www = here('../../www/')
const read = (name) => readFileSync(join(www, name), 'utf8')
const files = readdirSync(www)
const scripts = files.filter((name) => name.endsWith('.js'))

const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
  "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"

test('the content security policy comes first and is the strict one', () => {
  const html = read('index.html')
  const [before, after] = html.split(`http-equiv="Content-Security-Policy" content="${POLICY}"`)
  assert(after !== undefined, 'index.html has the policy, to the letter')
  assert.doesNotMatch(before, /<(link|script|style|img)/, 'nothing is loaded before it')
})

test('markup: nothing inline, nothing from elsewhere', () => {
  const html = read('index.html')
  assert.doesNotMatch(html, /<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:/i)
  const urls = [...html.matchAll(/\s(?:src|href)="([^"]*)"/g)].map(([, url]) => url)
  assert(urls.length >= 4)
  for (const url of urls) {
    assert.match(url, /^[a-z][a-z./-]*$/, 'relative to the page')
    assert(files.includes(url), `${url} is there`)
  }
  for (const name of files.filter((one) => one.endsWith('.css'))) {
    assert.doesNotMatch(read(name), /@import|url\(/, name)
  }
})

test('scripts: no way from text to markup or code, and none to keep or send it', () => {
  const banned = [
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment/,
    /\beval\b|new Function|sendBeacon|XMLHttpRequest|WebSocket|EventSource/,
    /localStorage|sessionStorage|indexedDB|\.cookie/,
  ]
  assert(scripts.length > 5)
  for (const name of scripts) {
    const text = read(name)
    for (const words of banned) assert.doesNotMatch(text, words, name)
    assert.match(text, /^\/\/ @ts-check\n/, name)
    const mayFetch = name === 'examples.js'
    assert.equal(text.includes('fetch('), mayFetch, `${name}: only examples.js fetches`)
  }
})

test('the examples are made from the fixtures', () => {
  const made = makeExamples()
  for (const { name, text } of made) {
    assert.equal(readFileSync(exampleFile(name), 'utf8'), text, 'node tests/e2e/make-examples.js')
    assert.match(JSON.parse(text).notice, /^Test data/)
  }
  const names = made.map(({ name }) => name).sort()
  assert.deepEqual(readdirSync(exampleFile('.')).sort(), names)
})

test('the recipes are made from the documents, and come with nothing but style', () => {
  const made = makeRecipes()
  const pages = files.filter((name) => name.endsWith('.html') && name !== 'index.html')
  assert.deepEqual(made.map(({ name }) => name).sort(), pages)
  for (const { name, text } of made) {
    assert.equal(read(name), text, 'node tests/e2e/make-recipes.js')
    const [before, rest] = text.split(`http-equiv="Content-Security-Policy" content="${POLICY}"`)
    assert.doesNotMatch(before, /<(link|script|style|img)/, 'nothing is loaded before the policy')
    assert.doesNotMatch(rest, /<script|<style|<!--|\sstyle=|\son[a-z]+=|javascript:/i)
    const links = [...rest.matchAll(/\s(?:src|href)="([^"]*)"/g)].map(([, url]) => url)
    const ids = new Set([...rest.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => `#${id}`))
    for (const url of links) {
      assert(ids.has(url) || files.includes(url) || url.startsWith('https://'), url)
    }
    assert(links.length > 20, 'the links are found')
  }
})

test('the scripts type-check against the declarations of the package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-page-'))
  after(() => rmSync(folder, { recursive: true }))
  cpSync(www, join(folder, 'www'), { recursive: true })
  // The page sees the public declarations alone, whatever the package does inside.
  rmSync(join(folder, 'www/countersign'), { recursive: true })
  for (const file of ['pkg/index.d.ts', 'www/countersign/browser.d.ts']) {
    cpSync(here('../../pkg/index.d.ts'), join(folder, file))
  }
  const compilerOptions = {
    allowJs: true,
    noEmit: true,
    strict: true,
    noUncheckedIndexedAccess: true,
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'dom', 'dom.iterable'],
    types: [],
  }
  const config = join(folder, 'tsconfig.json')
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(config, JSON.stringify({ compilerOptions, files: ['www/main.js'] }))
  const tsc = here('../js/node_modules/.bin/tsc')
  const { status, stdout, stderr } = spawnSync(tsc, ['-p', config], { encoding: 'utf8' })
  assert.equal(status, 0, stdout + stderr)
})
