// Chromium with a page of a static server that lives as long as the test.

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

/** The strictest policy that WebAssembly allows, as the package must work under it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self'",
  'img-src data:', // the empty icon, so that the browser asks for none
].join('; ')

/**
 * Serves the files under the given folders, and texts.
 *
 * @param {Record<string, URL | string>} routes by path; a folder's ends with a slash
 */
export async function serve(routes) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname
    const route = Object.keys(routes).find((one) => path === one || isUnder(path, one))
    const content = route === undefined ? undefined : read(routes[route], path.slice(route.length))
    const type = TYPES[extname(path)] ?? 'text/html'
    response.writeHead(content === undefined ? 404 : 200, {
      'content-type': type,
      'content-security-policy': POLICY,
    })
    response.end(content)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }
}

const isUnder = (path, folder) => folder.endsWith('/') && folder !== '/' && path.startsWith(folder)

function read(source, rest) {
  if (typeof source === 'string') return source
  try {
    return readFileSync(fileURLToPath(rest === '' ? source : new URL(rest, source)))
  } catch {
    return undefined
  }
}

/** Starts Debian's Chromium; `CHROMIUM` names another. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: FLAGS,
  })
}

/**
 * A page that remembers what must not happen: errors on the console, and requests elsewhere.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {string} origin
 */
export async function open(browser, origin) {
  const page = await browser.newPage()
  const complaints = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) complaints.push(`request: ${request.url()}`)
  })
  await page.goto(`${origin}/`)
  return { page, complaints }
}
