// The debug page in Chromium, as an administrator uses it: one genuine message, four refused ones,
// served at the top of a server and below a path; then with the keyboard alone, and offline.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { check, fillIn, fixtures, readVerdict, textOf } from './filling.js'
import { browser, onPage, site } from './on-page.js'
import { PLACES } from './site.js'

const GENUINE = fixtures.get('amplitude-sp-initiated-assertion')
const REFUSED = ['digest-name-id', 'reply-url-other-customer', 'request-other', 'time-next-day']

for (const place of PLACES) {
  onPage(`served at ${place}: a genuine response is accepted`, { place }, async ({ page }) => {
    await fillIn(page, GENUINE)
    const verdict = await check(page)
    assert.equal(verdict.word, 'Accepted.')
    assert.equal(verdict.sentence, 'Accepted. This response signs in B.Simon@contoso.com.')
    assert.equal(verdict.focused, 'verdict')
    assert.match(verdict.status, /^Accepted: 12 passed, 2 skipped\.$/)
    assert.equal(await page.locator('.checks tbody tr').count(), 14)
    assert.equal(await page.locator('.claimed').count(), 0)
    const proven = await page.locator('.proven').innerText()
    for (const value of Object.values(GENUINE.expect.attributes).flat()) {
      assert(proven.includes(value), `${value} is shown`)
    }
    const certificates = await page.locator('.certificates').innerText()
    assert.match(certificates, /Trusted: in the metadata\s+Verified the signature of the Assertion/)
    assert.doesNotMatch(certificates, /Not trusted|Unreadable/)
  })

  for (const id of REFUSED) {
    onPage(`served at ${place}: ${id} is refused, and why`, { place }, async ({ page }) => {
      const fixture = fixtures.get(id)
      await fillIn(page, fixture)
      const verdict = await check(page)
      assert.equal(verdict.word, 'Refused.')
      assert.equal(verdict.focused, 'verdict')
      assert.equal(verdict.facts.Code, fixture.expect.code)
      assert.match(verdict.fix, /^What to do: \S/)
      const failed = page.locator('.checks tr.failed')
      assert.equal(await failed.count(), 1)
      const row = await failed.innerText()
      assert.match(row, /Failed/)
      assert(row.includes(verdict.fix), 'the row holds the hint, too')
      assert.match(row, /at \/samlp:Response\S*, line \d+, column \d+/)
      assert.equal(await page.locator('.checks tbody tr').count(), 14)
      assert.match(await page.locator('.claimed').innerText(), /Not proven\./)
      assert.equal(await page.locator('.proven').count(), 0)
    })
  }
}

onPage('with the keyboard alone', {}, async ({ page }) => {
  const at = () => page.evaluate(() => document.activeElement?.id ?? '')
  const tabTo = async (id) => {
    for (let presses = 0; presses < 60; presses += 1) {
      if ((await at()) === id) return
      await page.keyboard.press('Tab')
    }
    assert.fail(`Tab does not lead to ${id}`)
  }
  const type = async (id, text) => {
    await tabTo(id)
    await page.keyboard.insertText(text)
  }
  await type('response', textOf(GENUINE))
  await type('metadata', GENUINE.options.idp)
  await tabTo('profile')
  await page.keyboard.press('ArrowUp')
  while ((await page.inputValue('#profile')) !== 'amplitude') await page.keyboard.press('ArrowUp')
  assert.equal(await page.inputValue('#entity-id'), GENUINE.options.entityId)
  await type('reply-urls', GENUINE.options.replyUrls[0])
  await tabTo('take-request-id')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.querySelector('#request-id').value !== '')
  await tabTo('take-time')
  await page.keyboard.press('Space')
  await page.waitForFunction(() => document.querySelector('#time').value !== '')
  await tabTo('check')
  await page.keyboard.press('Enter')
  const verdict = await readVerdict(page)
  assert.equal(verdict.word, 'Accepted.')
  assert.equal(verdict.focused, 'verdict')
  const outline = await page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement)
    return `${outlineStyle} ${outlineWidth}`
  })
  assert.match(outline, /^(solid|auto) [1-9]/, 'where the focus is can be seen')
  await page.keyboard.press('Tab')
  assert.notEqual(await at(), 'verdict', 'the focus is not caught')
})

onPage('works offline once loaded, asks for nothing and keeps nothing', {}, async (opened) => {
  const { page, context, requests } = opened
  const loaded = requests.length
  await context.setOffline(true)
  for (const [example, word] of [
    ['amplitude-genuine', 'Accepted.'],
    ['aws-genuine', 'Accepted.'],
    ['amplitude-forged', 'Refused.'],
    ['amplitude-misdirected', 'Refused.'],
  ]) {
    await page.click(`button[data-example="${example}"]`)
    assert.match(await page.innerText('#status'), /test data/)
    assert.equal((await check(page)).word, word, example)
  }
  assert.equal(requests.length, loaded)
  const kept = await page.evaluate(async () => ({
    local: localStorage.length,
    session: sessionStorage.length,
    cookies: document.cookie,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    address: location.search + location.hash,
  }))
  const nothing = { local: 0, session: 0, cookies: '', databases: 0, caches: 0, address: '' }
  assert.deepEqual(kept, nothing)
})

test('without the engine the page says what is missing', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.route('**/countersign/**', (route) => route.abort())
  await page.goto(`${site.origin}/`)
  await page.waitForFunction(() => /could not be loaded/.test(document.body.innerText))
  assert.equal(await page.isDisabled('#check'), true)
  await context.close()
})
