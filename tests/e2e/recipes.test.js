// The recipes: from the page there and back, readable on any screen and on paper.

import assert from 'node:assert/strict'
import { onPage } from './on-page.js'
import { axe } from './site.js'

const RECIPES = ['Amplitude', 'AWS IAM Identity Center']

for (const name of RECIPES) {
  onPage(`${name}: from the page to the recipe and back, by keyboard`, {}, async ({ page }) => {
    await page.focus(`text="${name}"`)
    await page.keyboard.press('Enter')
    await page.waitForSelector('main.recipe')
    assert.equal(await page.textContent('h1'), `${name} with Microsoft Entra ID`)
    // A row of the table leads to its step.
    await page.click('.recipe td a >> nth=0')
    const [, id] = page.url().split('#')
    assert.match(await page.textContent(`[id="${id}"]`), /^\d+\. /)
    await page.focus('nav a')
    await page.keyboard.press('Enter')
    await page.waitForSelector('#form')
  })

  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1280, 320]) {
      const options = { colorScheme, viewport: { width, height: 800 } }
      const title = `${name}: axe finds nothing, ${colorScheme}, ${width} px`
      onPage(title, options, async ({ page }) => {
        await page.click(`.recipes a:has-text("${name}")`)
        await page.waitForSelector('main.recipe')
        assert.deepEqual(await axe(page), [])
        const sideways = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement
          return scrollWidth - clientWidth
        })
        assert.equal(sideways, 0, 'nothing has to be scrolled sideways')
      })
    }
  }
}

onPage('a recipe is whole on paper', {}, async ({ page }) => {
  await page.click('.recipes a >> nth=0')
  await page.waitForSelector('main.recipe')
  await page.emulateMedia({ media: 'print' })
  for (const visible of ['h1', 'pre', 'table']) assert(await page.isVisible(visible), visible)
  assert.equal(await page.isVisible('nav'), false)
})
