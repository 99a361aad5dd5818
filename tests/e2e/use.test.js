// What the page offers: remedies, profiles, files, the report to take along.

import assert from 'node:assert/strict'
import { check, fillIn, fixtures, readVerdict, textOf } from './filling.js'
import { onPage } from './on-page.js'
import { axe } from './site.js'

const GENUINE = fixtures.get('amplitude-sp-initiated-assertion')

onPage('the page offers to judge an old message by its own time', {}, async ({ page }) => {
  await fillIn(page, GENUINE)
  await page.fill('#time', '')
  assert.equal((await check(page)).facts.Code, 'ERR_SAML_EXPIRED')
  await page.click('#remedy')
  await page.waitForSelector('.verdict.accepted')
  assert.equal((await readVerdict(page)).focused, 'verdict')
})

onPage('the page offers to take the request from the message', {}, async ({ page }) => {
  await fillIn(page, GENUINE)
  await page.fill('#request-id', '')
  assert.equal((await check(page)).facts.Code, 'ERR_SAML_IN_RESPONSE_TO')
  await page.click('#remedy')
  await page.waitForSelector('.verdict.accepted')
})

onPage('the page offers to allow sign-ins without a request', {}, async ({ page }) => {
  await fillIn(page, fixtures.get('request-unsolicited-default'))
  assert.equal((await check(page)).facts.Code, 'ERR_SAML_UNSOLICITED')
  await page.click('#remedy')
  await page.waitForSelector('.verdict.accepted')
})

onPage('a verdict on what the form no longer says is marked', {}, async ({ page }) => {
  await fillIn(page, GENUINE)
  await check(page)
  assert.equal(await page.isVisible('.outdated'), false)
  await page.fill('#request-id', 'another')
  assert.equal(await page.isVisible('.outdated'), true)
  await page.click('#check')
  await page.waitForSelector('.verdict.refused')
  assert.equal(await page.isVisible('.outdated'), false)
})

onPage('certificates that the metadata lacks are told apart', {}, async ({ page }) => {
  await fillIn(page, fixtures.get('key-other-tenant'))
  await check(page)
  const rows = await page.locator('.certificates tbody tr').allInnerTexts()
  const named = rows.filter((row) => row.includes('Named by the signature'))
  assert.equal(named.length, 1)
  assert.match(named[0], /Not trusted: not in the metadata/)
  assert.match(named[0], /\b[0-9A-F]{40}\b/)
  const others = rows.filter((row) => !named.includes(row))
  assert(others.length > 0 && others.every((row) => row.includes('Trusted: in the metadata')))
})

onPage('a warning is no reason to refuse, and not passed over', {}, async ({ page }) => {
  await fillIn(page, fixtures.get('certificate-expired-warned'))
  const verdict = await check(page)
  assert.equal(verdict.word, 'Accepted.')
  assert.match(verdict.status, /1 warned/)
  const text = await page.innerText('.verdict')
  assert.doesNotMatch(text, /nothing to fix/)
  assert.match(text, /Worth knowing\s+Make a new signing certificate/)
})

onPage('where expected and found differ is marked', {}, async ({ page }) => {
  await fillIn(page, fixtures.get('reply-url-slash'))
  const { facts } = await check(page)
  const marks = await page.locator('.verdict mark').allInnerTexts()
  assert.deepEqual(marks, ['/'])
  assert.equal(facts.Expected.endsWith('/') !== facts.Found.endsWith('/'), true)
})

onPage('below the fields stands what they hold', {}, async ({ page }) => {
  const summary = (id) => page.waitForSelector(`#${id}-summary:not(:empty)`)
  await page.fill('#response', textOf(GENUINE))
  assert.match(await (await summary('response')).innerText(), /^A Response, by https:\/\/sts\./)
  await page.fill('#response', GENUINE.options.idp)
  await page.waitForSelector('#response-summary.problem')
  assert.match(await page.innerText('#response-summary'), /EntityDescriptor, not a Response/)
  await page.fill('#metadata', GENUINE.options.idp)
  const metadata = await (await summary('metadata')).innerText()
  assert.match(metadata, /^https:\/\/sts\.\S+, with 2 signing certificates, valid until 20\d\d-/)
  await page.selectOption('#profile', 'aws-iam-identity-center')
  await page.fill('#metadata', `${GENUINE.options.idp}<!--${'x'.repeat(75_000)}-->`)
  assert.match(await page.innerText('#metadata-summary'), /at most 75000 characters/)
})

onPage('a profile fills in what it fixes, and leaves what was typed', {}, async ({ page }) => {
  const identifier = () => page.inputValue('#entity-id')
  await page.selectOption('#profile', 'amplitude')
  assert.equal(await identifier(), 'https://amplitude.com/saml/sso/metadata')
  assert.match(await page.innerText('#profile-note'), /https:\/\/analytics\.amplitude\.com\/sso/)
  assert.match(await page.innerText('#reply-urls-note'), /Organization Settings/)
  await page.selectOption('#profile', 'aws-iam-identity-center')
  assert.equal(await identifier(), '')
  const shape = await page.getAttribute('#reply-urls', 'placeholder')
  assert.match(shape, /^https:\/\/….signin.aws.amazon.com\/platform\/saml\/acs\/…$/m)
  await page.fill('#entity-id', 'https://mine.example/')
  await page.selectOption('#profile', 'amplitude')
  assert.equal(await identifier(), 'https://mine.example/')
})

onPage('documents can be dropped, and one beside the fields is harmless', {}, async ({ page }) => {
  await fillIn(page, GENUINE, { message: 'x' })
  const drop = (selector, text) =>
    page.evaluate(
      ([to, content]) => {
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File([content], 'dropped.xml'))
        const event = new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer })
        document.querySelector(to).dispatchEvent(event)
        return event.defaultPrevented
      },
      [selector, text],
    )
  assert.equal(await drop('h1', 'nothing'), true)
  assert.equal(await drop('#response', textOf(GENUINE)), true)
  await page.waitForFunction(() => document.querySelector('#response').value !== 'x')
  assert.match(await page.innerText('#response-summary'), /^A Response, by https:\/\/sts\./)
  assert.equal((await check(page)).word, 'Accepted.')
})

const CLIPBOARD = { permissions: ['clipboard-read', 'clipboard-write'] }
onPage('the report is copied as JSON, redacted if wanted', CLIPBOARD, async ({ page }) => {
  await fillIn(page, fixtures.get('reply-url-other-customer'))
  await check(page)
  const copied = async (button) => {
    await page.evaluate(() => (document.querySelector('#status').textContent = ''))
    await page.click(button)
    await page.waitForFunction(() => document.querySelector('#status').textContent === 'Copied.')
    return page.evaluate(() => navigator.clipboard.readText())
  }
  const report = await copied('#copy')
  assert.equal(JSON.parse(report).code, 'ERR_SAML_DESTINATION')
  assert.match(report, /B\.Simon@contoso\.com/)
  const redacted = await copied('#copy-redacted')
  assert.equal(JSON.parse(redacted).code, 'ERR_SAML_DESTINATION')
  assert.doesNotMatch(redacted, /Simon/)
})

const NO_CLIPBOARD = {
  prepare: () => Object.defineProperty(navigator, 'clipboard', { value: undefined }),
}
onPage('without a clipboard the report can be copied by hand', NO_CLIPBOARD, async ({ page }) => {
  await fillIn(page, GENUINE)
  await check(page)
  await page.click('#copy')
  const text = page.locator('#copy-text')
  assert.equal(JSON.parse(await text.inputValue()).ok, true)
  assert.equal(await page.evaluate(() => document.activeElement.id), 'copy-text')
  assert.deepEqual(await axe(page), [])
})
