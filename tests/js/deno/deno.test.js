import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { passesIn, tool } from '../child.js'

test('the suite passes in Deno', () => {
  const main = fileURLToPath(new URL('main.js', import.meta.url))
  passesIn(tool('deno'), ['run', '--no-prompt', '--no-config', '--no-lock', '--no-remote', main])
})
