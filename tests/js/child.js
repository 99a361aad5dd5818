// Starts another runtime with the fixtures on its standard input.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { readFixtures } from './fixtures.js'

/** A program that npm installed. */
export function tool(name) {
  return fileURLToPath(new URL(`node_modules/.bin/${name}`, import.meta.url))
}

/** Runs a suite in another runtime; passes if that prints how many tests passed. */
export function passesIn(command, args, options = { input: JSON.stringify(readFixtures()) }) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 280_000,
    ...options,
  })
  assert.ifError(error)
  assert.equal(status, 0, `${stdout}\n${stderr}`)
  assert.match(stdout + stderr, /: [1-9]\d* passed/)
  return stdout + stderr
}
