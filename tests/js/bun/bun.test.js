import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { passesIn, tool } from '../child.js'

test('the suite passes in Bun', () => {
  passesIn(tool('bun'), ['run', fileURLToPath(new URL('main.js', import.meta.url))])
})
