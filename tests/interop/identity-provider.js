// Starts an identity provider as a process of its own, which ends with the test that started it.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))

/** Python with what `requirements.txt` says: `cargo xtask test --only interop` puts it there. */
const python = join(
  process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL('../../target', import.meta.url)),
  'python/interop',
  process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python',
)

const PROGRAMS = {
  samlp: [process.execPath, ['--no-deprecation', 'samlp-idp.js']],
  pysaml2: [python, ['-B', 'pysaml2_idp.py']],
}

/** What an identity provider does unless a test says otherwise. */
const SETTINGS = {
  signed: ['assertion'],
  signatureAlgorithm: 'rsa-sha256',
  encryption: null,
  requireSignedRequests: false,
  refuse: false,
  lifetimeSeconds: 300,
  logoutBinding: 'redirect',
}

/** @param {keyof typeof PROGRAMS} name */
export async function startIdentityProvider(name) {
  const [program, args] = PROGRAMS[name]
  const server = spawn(program, args, { cwd: here, stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = once(server, 'close')
  let errors = ''
  server.stderr.on('data', (text) => (errors += text))
  const origin = await new Promise((resolve, reject) => {
    let output = ''
    const hint = `${name} cannot be started: cargo xtask test --only interop installs it`
    server.once('error', (cause) => reject(new Error(hint, { cause })))
    server.once('close', () => reject(new Error(`${name} ended:\n${output}\n${errors}`)))
    server.stdout.on('data', (text) => {
      output += text
      const [, address] = output.match(/^listening (\S+)$/m) ?? []
      if (address !== undefined) resolve(address)
    })
  })
  return {
    origin,
    /** Makes it do these things from now on, and all else as by default. */
    async set(changes) {
      const body = JSON.stringify({ ...SETTINGS, ...changes })
      const { status } = await fetch(`${origin}/settings`, { method: 'POST', body })
      assert.equal(status, 204, errors)
    },
    async metadata() {
      const response = await fetch(`${origin}/metadata`)
      assert.equal(response.status, 200, errors)
      return response.text()
    },
    async stop() {
      server.stdin.end()
      await ended
    },
  }
}
