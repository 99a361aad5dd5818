// How the page looks: nothing for axe to find, nothing that has to be scrolled sideways, and what
// is on paper.

import assert from 'node:assert/strict'
import { check, fillIn, fixtures } from './filling.js'
import { onPage } from './on-page.js'
import { axe } from './site.js'

const GENUINE = fixtures.get('amplitude-sp-initiated-assertion')
const REFUSED = ['digest-name-id', 'reply-url-other-customer', 'request-other', 'time-next-day']

for (const colorScheme of ['light', 'dark']) {
  for (const width of [1280, 320]) {
    const options = { colorScheme, viewport: { width, height: 800 } }
    onPage(`axe finds nothing: ${colorScheme}, ${width} px wide`, options, async ({ page }) => {
      assert.deepEqual(await axe(page), [], 'as opened')
      const open = () =>
        document.querySelectorAll('details').forEach((one) => one.setAttribute('open', ''))
      for (const id of ['amplitude-sp-initiated-both', 'certificate-expired-warned', ...REFUSED]) {
        await fillIn(page, fixtures.get(id))
        await check(page)
        await page.evaluate(open)
        assert.deepEqual(await axe(page), [], id)
      }
      await page.fill('#metadata', 'hello')
      await check(page)
      assert.deepEqual(await axe(page), [], 'a wrong set-up')
    })
  }
}

for (const [name, width, letters] of [
  ['320 px', 320, '100%'],
  ['200 % zoom', 640, '100%'],
  ['letters twice as large', 1280, '200%'],
]) {
  const options = { viewport: { width, height: 800 } }
  onPage(`nothing has to be scrolled sideways: ${name}`, options, async ({ page }) => {
    await page.evaluate((size) => (document.documentElement.style.fontSize = size), letters)
    for (const id of ['amplitude-sp-initiated-assertion', 'key-attacker', 'status-nested']) {
      await fillIn(page, fixtures.get(id))
      await check(page)
      const sideways = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement
        return scrollWidth - clientWidth
      })
      assert.equal(sideways, 0, id)
    }
  })
}

onPage('on paper there is the verdict, and no form', {}, async ({ page }) => {
  await fillIn(page, GENUINE)
  await check(page)
  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.isVisible('#form'), false)
  assert.equal(await page.isVisible('#verdict'), true)
  assert.equal(await page.isVisible('.checks table'), true)
})
