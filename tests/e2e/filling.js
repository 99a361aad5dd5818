// Fills in the form of the page from a fixture, as somebody at the screen would.

import { readFixtures } from '../js/fixtures.js'

export const fixtures = new Map(readFixtures().cases.map((fixture) => [fixture.id, fixture]))

/** What a fixture's message is when somebody pastes it. */
export const textOf = ({ message }) => Buffer.from(message, 'base64').toString('utf8')

/** The options that the form has a field for. */
const IN_FORM = new Set([
  'profile',
  'entityId',
  'replyUrls',
  'signOnUrl',
  'idp',
  'allowIdpInitiated',
  'requireMfa',
  'algorithms',
  'clockSkewSeconds',
  'requireSigned',
  'certificateExpiry',
])

/** Whether the form can express a fixture's set-up. */
export function fitsTheForm({ options, context }) {
  const requests = [context.inResponseTo ?? []].flat()
  return (
    typeof options.idp === 'string' &&
    Object.keys(options).every((name) => IN_FORM.has(name)) &&
    Object.keys(context).every((name) => name === 'now' || name === 'inResponseTo') &&
    requests.length <= 1
  )
}

/**
 * Each field at once, by the events that a browser sends after typing.
 *
 * @param {import('playwright-core').Page} page
 * @param {object} fixture
 * @param {{ message?: string }} [instead]
 */
export function fillIn(page, fixture, { message = textOf(fixture) } = {}) {
  const { options, context } = fixture
  const fields = {
    metadata: options.idp,
    profile: options.profile ?? 'generic',
    'entity-id': options.entityId,
    'reply-urls': options.replyUrls.join('\n'),
    'request-id': [context.inResponseTo ?? ''].flat().join(''),
    'idp-initiated': options.allowIdpInitiated ?? false,
    time: context.now,
    'require-mfa': options.requireMfa ?? false,
    'allow-sha1': options.algorithms?.allowSha1 ?? false,
    'clock-skew': String(options.clockSkewSeconds ?? 180),
    'require-signed': options.requireSigned ?? 'any',
    'certificate-expiry': options.certificateExpiry ?? 'warn',
    response: message,
  }
  return page.evaluate((values) => {
    document.querySelector('#clear').click()
    for (const [id, value] of Object.entries(values)) {
      if (value === undefined) continue
      const field = document.getElementById(id)
      field[typeof value === 'boolean' ? 'checked' : 'value'] = value
      for (const type of ['input', 'change']) {
        field.dispatchEvent(new Event(type, { bubbles: true }))
      }
    }
  }, fields)
}

/**
 * Presses Check and reads what the page shows first.
 *
 * @param {import('playwright-core').Page} page
 */
export async function check(page) {
  await page.evaluate(() => document.querySelector('#result').replaceChildren())
  await page.click('#check')
  return readVerdict(page)
}

/** @param {import('playwright-core').Page} page */
export async function readVerdict(page) {
  await page.waitForSelector('#verdict')
  return page.evaluate(() => {
    const text = (selector) => document.querySelector(selector)?.innerText.trim()
    const facts = [...document.querySelectorAll('.verdict .facts > div')].map((row) => [
      row.querySelector('dt').innerText,
      row.querySelector('dd').innerText,
    ])
    return {
      word: text('#verdict b'),
      sentence: text('#verdict > :last-child'),
      fix: text('.verdict .fix'),
      facts: Object.fromEntries(facts),
      focused: document.activeElement?.id,
      status: text('#status'),
    }
  })
}
