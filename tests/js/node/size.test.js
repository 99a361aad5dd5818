// How much a page or a worker has to load. A limit is raised by hand, with the reason in the
// commit, never by rounding up what was measured.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sizes } from '../size.js'

// In bytes. gzip and brotli at their best, as a server would send the file from its disk.
const LIMITS = {
  'countersign.wasm': { raw: 1_100_000, gzip: 460_000, brotli: 365_000 },
  'countersign.js': { raw: 40_000, gzip: 8_000, brotli: 7_000 },
}

for (const [file, limits] of Object.entries(LIMITS)) {
  const measured = sizes(fileURLToPath(new URL(`../../../pkg/wasm/${file}`, import.meta.url)))
  for (const [form, limit] of Object.entries(limits)) {
    test(`${file}, ${form}: at most ${limit} bytes`, () => {
      assert.ok(measured[form] > 0)
      assert.ok(measured[form] <= limit, `${measured[form]} bytes`)
    })
  }
}
