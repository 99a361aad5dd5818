// The page on a static server of its own, and a browser that notices what must not happen.

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

const FOLDER = new URL('../../www/', import.meta.url)

/** The page must work below any path of any server. */
export const PLACES = ['/', '/some/where/saml/']

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
}

/** Serves `www/` at each of `PLACES`, without any header that the page could lean on. */
export async function serve() {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost')
    const place = PLACES.findLast((one) => pathname.startsWith(one)) ?? '/'
    const name = pathname.slice(place.length) || 'index.html'
    try {
      const content = readFileSync(fileURLToPath(new URL(name, FOLDER)))
      response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'text/plain' })
      response.end(content)
    } catch {
      response.writeHead(404)
      response.end()
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Puts axe into pages before their own scripts, which no content security policy hinders. */
const AXE = createRequire(new URL('../js/', import.meta.url)).resolve('axe-core')

/** Runs in the page: a violation of its policy, of any kind, becomes an error on the console. */
function reportViolations() {
  document.addEventListener('securitypolicyviolation', (event) => {
    console.error(`policy: ${event.effectiveDirective} ${event.blockedURI}`)
  })
}

/**
 * Opens the page and waits until it is ready.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {string} origin
 * @param {import('playwright-core').BrowserContextOptions &
 *   { place?: string, prepare?: () => void }} [options] `prepare` runs in the page before its own scripts
 */
export async function open(browser, origin, { place = '/', prepare, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const complaints = []
  const requests = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(`exception: ${error.stack}`))
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`))
  context.on('request', (request) => {
    requests.push(request.url())
    if (!request.url().startsWith(`${origin}${place}`)) {
      complaints.push(`request to ${request.url()}`)
    }
  })
  await page.addInitScript(reportViolations)
  await page.addInitScript({ path: AXE })
  if (prepare !== undefined) await page.addInitScript(prepare)
  await page.goto(origin + place)
  await page.waitForFunction(() => document.querySelectorAll('button:disabled').length === 0)
  return { page, context, complaints, requests }
}

/**
 * What axe finds, as short texts.
 *
 * @param {import('playwright-core').Page} page
 */
export function axe(page) {
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, {
      rules: { 'target-size': { enabled: true } },
    })
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target }) => `${id}: ${help}: ${target.join(' ')}`),
    )
  })
}
