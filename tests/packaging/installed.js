// The package as users get it: packed by npm, installed from the tarball into an empty project.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))

/** A program among the tests' tools. */
export const tool = (name) => here(`../js/node_modules/.bin/${name}`)

/** Runs a program to its end, fails with its output if it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: 120_000, ...options })
  assert.ifError(result.error)
  assert.equal(result.status, 0, `${command} ${args.join(' ')}\n${result.stdout}${result.stderr}`)
  return result.stdout
}

/**
 * Packs and installs the package.
 *
 * @returns the project's folder, the tarball, and a function that removes both
 */
export function install() {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-packaging-'))
  run('npm', ['pack', '--pack-destination', folder], { cwd: here('../../pkg') })
  const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')))
  const project = join(folder, 'project')
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }')
  const quiet = ['--offline', '--no-audit', '--no-fund']
  run('npm', ['install', ...quiet, tarball], { cwd: project })
  return { project, tarball, remove: () => rmSync(folder, { recursive: true }) }
}
