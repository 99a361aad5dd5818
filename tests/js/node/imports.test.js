// What the module may ask of its host: conversions of values, and nothing else. No clock, no
// randomness, no network, no cryptography (DESIGN, invariant 1).

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const bytes = readFileSync(new URL('../../../pkg/wasm/countersign.wasm', import.meta.url))
const glue = readFileSync(new URL('../../../pkg/wasm/countersign.js', import.meta.url), 'utf8')
const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes))

// wasm-bindgen's own functions, and those of JavaScript's objects for plain data. The names carry
// a hash at their end. Each of these is a constructor, an accessor or a test of a type.
const ALLOWED = [
  /^__wbindgen_(init_externref_table|generic_[0-9a-f]+|cast_[0-9a-f]+)$/,
  /^__wbg___wbindgen_[a-z0-9_]+$/,
  /^__wbg_(description|draft|ticket)_new$/, // the makers of the module's own classes
  new RegExp(
    '^__wbg_(' +
      [
        'Error|Number|String', // conversions of these names
        'call', // of a function with given arguments
        'done|entries|from|isArray|isSafeInteger|iterator|keys|length|next|push|value',
        'get(_unchecked|_with_ref_key)?|has|prototypesetcall|set|slice|subarray',
        'new(_from_slice|_with_length)?',
        'instanceof_(ArrayBuffer|Map|Uint8Array)',
      ].join('|') +
      ')_[0-9a-f]{16}$',
  ),
]

// Words of functions with effects or with an answer that changes from call to call. The second
// lock: an import that somebody adds to the list above is refused here.
const FORBIDDEN =
  /now|date|time|random|crypto|subtle|fetch|request|performance|console|process|require|global|self|window|eval|promise|queue|reflect|storage|socket/i

function base(name) {
  return name.replace(/_[0-9a-f]{16}$/, '')
}

test('every import comes from the one glue file', () => {
  const modules = new Set(imports.map((one) => one.module))
  assert.deepEqual([...modules], ['./countersign_bg.js'])
})

test('every import is a function that converts values', () => {
  for (const { name, kind } of imports) {
    assert.equal(kind, 'function', name)
    assert.ok(
      ALLOWED.some((pattern) => pattern.test(name)),
      `${name} is not among the functions that the module may import`,
    )
  }
})

test('no import has a clock, randomness, the network or other effects in its name', () => {
  for (const { name } of imports) {
    assert.doesNotMatch(base(name), FORBIDDEN)
  }
})

test('the glue that the imports lead to names no clock, randomness or network', () => {
  // The function that fetches the module itself is the glue's only contact with the host.
  const start = glue.indexOf('function __wbg_get_imports')
  const end = glue.indexOf('\n}', start)
  assert.ok(start >= 0 && end > start, 'the glue has changed its shape')
  const body = glue.slice(start, end)
  for (const word of ['Date', 'Math', 'crypto', 'fetch', 'performance', 'globalThis', 'require']) {
    assert.ok(!new RegExp(`\\b${word}\\b`).test(body), `the glue uses ${word}`)
  }
})
