// Lists that stand in several places are the same list.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { SamlError, ServiceProvider, profiles } from '../../../pkg/node.js'
import { CLAIM_FIELDS } from '../../../pkg/options.js'
import * as glue from '../../../pkg/wasm/countersign.js'

const pkg = new URL('../../../pkg/', import.meta.url)
const contoso = readFileSync(new URL('../../data/metadata/contoso.xml', import.meta.url), 'utf8')
const types = readFileSync(new URL('index.d.ts', pkg), 'utf8')

/** The texts of a union type in index.d.ts. */
function union(name) {
  const [, body] = types.match(new RegExp(`export type ${name} =([^]*?)(\\n\\n|$)`)) ?? []
  return [...body.matchAll(/'([^']+)'/g)].map(([, text]) => text)
}

test('codes: module, errors.js, index.d.ts', () => {
  assert.deepEqual([...SamlError.codes], glue.codes())
  assert.deepEqual(union('SamlErrorCode'), glue.codes())
  for (const code of SamlError.codes) {
    assert.notEqual(new SamlError({ code }).message, code, `${code} has no meaning in errors.js`)
  }
})

test('profiles: module, options.js, index.d.ts', () => {
  const ids = glue.profiles().map(({ id }) => id)
  assert.deepEqual(Object.keys(profiles), ids)
  assert.deepEqual(union('ProfileId'), ids)
})

test('fields that claims fill: the engine, options.js, index.d.ts', () => {
  assert.deepEqual(union('ClaimField'), [...CLAIM_FIELDS])
  // The engine has the same ones: it takes each, and names all of them where one is not known.
  const claims = Object.fromEntries(CLAIM_FIELDS.map((field) => [field, 'x']))
  const set = { entityId: 'a', replyUrls: ['b'], idp: contoso }
  assert.ok(new ServiceProvider({ ...set, claims }))
  const refused = (error) => error.expected === CLAIM_FIELDS.join(', ')
  assert.throws(() => new ServiceProvider({ ...set, requiredClaims: ['emial'] }), refused)
})

test('every entry exports the same names', async () => {
  const entries = ['browser.js', 'inline.js', 'node.js', 'slim.js']
  const names = ['IdentityProvider', 'SamlError', 'ServiceProvider', 'init', 'profiles']
  for (const entry of entries) {
    assert.deepEqual(Object.keys(await import(new URL(entry, pkg))).sort(), names, entry)
  }
})

test('package.json lists every file that is published, and no other', () => {
  const { files, exports, bin } = JSON.parse(readFileSync(new URL('package.json', pkg), 'utf8'))
  const top = readdirSync(pkg).filter((name) => /\.(js|d\.ts)$/.test(name))
  const listed = files.filter((name) => !name.includes('/') && /\.(js|ts)$/.test(name))
  assert.deepEqual(listed, top.sort())
  const targets = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  )
  for (const path of [...targets, `./${bin.countersign}`]) {
    const name = path.slice(2)
    assert(
      files.includes(name) || files.includes(name.split('/')[0]) || name === 'package.json',
      `${path} is published`,
    )
  }
})

test('api.js and what it imports know no runtime', () => {
  const entries = ['browser.js', 'deno.js', 'inline.js', 'node.js', 'slim.js', 'workerd.js']
  const modules = readdirSync(pkg).filter((name) => name.endsWith('.js') && !entries.includes(name))
  assert(modules.includes('api.js'))
  for (const name of modules) {
    const code = readFileSync(new URL(name, pkg), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '')
    const runtime = /\b(process|Deno|Bun|window|document)\.|\bBuffer\b|\bfetch\(/
    // Not within a text: a form that posts itself holds a line of script.
    assert.doesNotMatch(code.replace(/'[^'\n]*'/g, "''"), runtime, name)
    assert.doesNotMatch(code, /^(import|export) .*'(node:|[^.\n])/m, name)
  }
})

test('stores import nothing but the package: clients and bindings are given to them', () => {
  const stores = readdirSync(new URL('stores/', pkg)).filter((name) => name.endsWith('.js'))
  assert(stores.length >= 4)
  for (const name of stores) {
    const code = readFileSync(new URL(`stores/${name}`, pkg), 'utf8').replace(/\/\*[^]*?\*\//g, '')
    assert.doesNotMatch(code, /^(import|export) .*'(node:|[^.\n])|\bimport\(/m, name)
  }
})
