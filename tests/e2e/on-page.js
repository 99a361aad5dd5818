// A test on a page of its own, in a Chromium and on a server that live as long as its file.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch } from '../js/browser/chromium.js'
import { open, serve } from './site.js'

/** Where the page is, and the browser; there in tests. */
export let site
export let browser

before(async () => {
  site = await serve()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  site?.close()
})

/**
 * A test that also fails on any error on the console, any exception, any violation of the content
 * security policy, and any request to another place.
 *
 * @param {string} name
 * @param {Parameters<typeof open>[2]} options
 * @param {(opened: Awaited<ReturnType<typeof open>>) => Promise<void>} steps
 */
export function onPage(name, options, steps) {
  test(name, async () => {
    const opened = await open(browser, site.origin, options)
    try {
      await steps(opened)
      assert.deepEqual(opened.complaints, [])
    } finally {
      await opened.context.close()
    }
  })
}
