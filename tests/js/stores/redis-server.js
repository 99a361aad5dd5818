// A redis-server of the test's own: on a free port of 127.0.0.1, without files, ended by the test.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'

/** Ends the server also where the test is killed: its end of the pipe closes then. */
const UNTIL_INPUT_ENDS = 'redis-server "$@" & read -r _; kill $!; wait $!'

/** @returns {Promise<{ port: number, url: string, stop: () => Promise<void> }>} */
export async function startRedis() {
  const port = await freePort()
  const options = { '--port': port, '--bind': '127.0.0.1', '--save': '', '--appendonly': 'no' }
  const args = Object.entries({ ...options, '--dir': tmpdir() }).flat().map(String)
  const server = spawn('sh', ['-c', UNTIL_INPUT_ENDS, 'redis-server', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(server, 'close')
  await new Promise((resolve, reject) => {
    let output = ''
    server.once('error', reject)
    server.once('close', () => reject(new Error(`redis-server ended:\n${output}`)))
    server.stdout.on('data', (text) => {
      output += text
      if (output.includes('Ready to accept connections')) resolve()
    })
  })
  const stop = async () => {
    server.stdin.end()
    await ended
  }
  return { port, url: `redis://127.0.0.1:${port}`, stop }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
