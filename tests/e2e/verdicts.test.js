// What the page says of messages: the verdict of every fixture, of garbage, of hostile text, and of
// a set-up that is wrong.

import assert from 'node:assert/strict'
import { SamlError } from '../../pkg/node.js'
import { check, fillIn, fitsTheForm, fixtures, textOf } from './filling.js'
import { HOSTILE, SHOWN, hostileResponse } from './hostile.js'
import { onPage } from './on-page.js'

const GENUINE = fixtures.get('amplitude-sp-initiated-assertion')

onPage('every fixture that the form can express has its verdict', {}, async ({ page }) => {
  const fitting = [...fixtures.values()].filter(fitsTheForm)
  const wrong = []
  for (const fixture of fitting) {
    await fillIn(page, fixture, { message: 'x' })
    const { word, code: refusal } = await page.evaluate(checkFile, fixture.message)
    const code = fixture.expect.ok ? 'Accepted.' : fixture.expect.code
    const shown = word === 'Accepted.' ? word : refusal
    if (shown !== code) wrong.push(`${fixture.id}: ${shown}, not ${code}`)
  }
  console.log(`${fitting.length} of ${fixtures.size} fixtures fit the form`)
  assert(fitting.length > 150)
  assert.deepEqual(wrong, [])
})

/**
 * Runs in the page: drops the message as a file, which reaches the engine to the byte whatever its
 * encoding is, and presses Check.
 */
async function checkFile(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const dataTransfer = new DataTransfer()
  dataTransfer.items.add(new File([bytes], 'message'))
  const field = document.querySelector('#response')
  const until = async (condition) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve))
  }
  field.dispatchEvent(new DragEvent('drop', { bubbles: true, dataTransfer }))
  await until(() => field.value !== 'x')
  document.querySelector('#result').replaceChildren()
  document.querySelector('#check').click()
  await until(() => document.querySelector('#verdict') !== null)
  return {
    word: document.querySelector('#verdict b').innerText,
    code: document.querySelector('.verdict .facts code')?.innerText,
  }
}

onPage('garbage gets a verdict', {}, async ({ page }) => {
  const garbage = [
    ' ',
    'hello',
    '%',
    '<',
    '<<<>>>',
    'PGE+',
    '\u0000\ufffe\ud7ff',
    '😀'.repeat(50),
    '<html><body>Sign in to your account</body></html>',
    GENUINE.options.idp,
    textOf(GENUINE).slice(0, 2000),
    JSON.stringify({ access_token: 'x' }),
    `<a>${'<b>'.repeat(5000)}`,
    'A'.repeat(3_000_000),
  ]
  for (const message of garbage) {
    const name = JSON.stringify(message.slice(0, 40))
    await fillIn(page, GENUINE, { message })
    const { word, facts, fix } = await check(page)
    assert.equal(word, 'Refused.', name)
    assert(SamlError.codes.includes(facts.Code), `${name} gets ${facts.Code}`)
    assert.match(fix, /^What to do: \S/, name)
  }
  // Any bytes of a file, and the field is usable afterwards.
  const buffer = Buffer.from([0xff, 0xfe, 0x00, 0x3c, 0xd8, 0x00])
  await page.setInputFiles('#response-file', { name: 'x.bin', mimeType: '', buffer })
  assert.equal((await check(page)).word, 'Refused.')
  await page.fill('#response', textOf(GENUINE))
  assert.equal((await check(page)).word, 'Accepted.')
})

onPage('a wrong set-up is said as such', {}, async ({ page }) => {
  const wrong = [
    ['#metadata', 'hello', /^ERR_SAML_METADATA_/],
    ['#metadata', '<EntityDescriptor/>', /^ERR_SAML_METADATA_/],
    ['#metadata', textOf(GENUINE), /^ERR_SAML_METADATA_/],
    ['#reply-urls', '\n ', /^ERR_SAML_OPTIONS$/],
    ['#entity-id', 'https://example.com/', /^ERR_SAML_OPTIONS$/],
  ]
  for (const [field, text, code] of wrong) {
    await fillIn(page, GENUINE)
    await page.fill(field, text)
    const verdict = await check(page)
    assert.equal(verdict.word, 'Not judged.', text)
    assert.equal(verdict.focused, 'verdict')
    assert.match(verdict.sentence, /^Not judged\. ([A-Z][a-z]*|[a-z]+[A-Z]\w*) .*\.$/)
    assert.match(verdict.facts.Code, code)
    assert.match(verdict.fix, /^What to do: \S/, text)
  }
  for (const [field, text] of [
    ['#response', ''],
    ['#metadata', ''],
    ['#reply-urls', ''],
    ['#time', 'yesterday'],
    ['#time', '2026-03-10T09:00:05'],
    ['#time', '2026-13-10T09:00:05Z'],
    ['#clock-skew', '-1'],
  ]) {
    await fillIn(page, GENUINE)
    await page.$eval('#rules', (rules) => rules.removeAttribute('open'))
    await page.$eval(
      field,
      (one, value) => {
        one.value = value
        one.dispatchEvent(new Event('input', { bubbles: true }))
      },
      text,
    )
    await page.click('#check')
    const invalid = await page.$eval(field, (one) => !one.validity.valid)
    assert(invalid, `${field} is marked where it holds ${JSON.stringify(text)}`)
    assert.equal(await page.evaluate(() => `#${document.activeElement.id}`), field)
  }
})

onPage('hostile text stays text, accepted or refused', {}, async ({ page }) => {
  const message = hostileResponse(GENUINE)
  const assertHarmless = async () => {
    assert.equal(await page.evaluate(() => globalThis.pwned), undefined)
    assert.equal(await page.locator('main img, main script, main iframe').count(), 0)
  }
  // Amplitude would want an e-mail address, and has no use for such a user.
  const options = { ...GENUINE.options, profile: 'generic' }
  await fillIn(page, { ...GENUINE, options }, { message })
  const accepted = await check(page)
  assert.equal(accepted.sentence, `Accepted. This response signs in ${SHOWN}.`)
  const proven = await page.locator('.proven').innerText()
  assert.equal(proven.split(SHOWN).length - 1, 4, 'NameID, context, attribute name and value')
  await assertHarmless()

  const escaped = HOSTILE.replaceAll('<', '&lt;').replaceAll('"', '&quot;')
  const forged = message
    .replace('ID="_r"', `ID="${escaped}"`)
    .replace(/Destination="[^"]*"/, `Destination="${escaped}"`)
    .replace(/(<Issuer[^>]*>)[^<]*/, `$1${escaped}`)
    .replace(
      'status:Success"/>',
      `status:Responder"/><samlp:StatusMessage>${escaped}</samlp:StatusMessage>`,
    )
  await fillIn(page, GENUINE, { message: forged })
  const refused = await check(page)
  assert.equal(refused.word, 'Refused.')
  const claimed = await page.locator('.claimed').innerText()
  assert(claimed.split(SHOWN).length - 1 >= 6, claimed)
  await assertHarmless()

  const named = GENUINE.options.idp.replace(/entityID="[^"]*"/, `entityID="${escaped}"`)
  await page.fill('#metadata', named)
  assert((await page.innerText('#metadata-summary')).includes('<img src=x'))
  await check(page)
  await assertHarmless()
})
