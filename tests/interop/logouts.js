// Single logout between the package and an identity provider that knows nothing of it: begun on
// either side, by either binding, with a second application that has to be told.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Browser } from './browser.js'
import { kindOf, withQuery, withXml } from './message.js'
import { alice, mallory } from './people.js'
import { RELAY_STATE, assertRefused, assertRefusedThere, key } from './round-trip.js'

/** What the package says about a signature that does not fit: by redirect it covers the query. */
const CHANGED = { redirect: 'ERR_SAML_SIGNATURE_VALUE', post: 'ERR_SAML_SIGNATURE_DIGEST' }

/**
 * @param {import('./round-trip.js').Peer} peer
 * @param {import('./round-trip.js').RoundTrip} trip
 */
export function logouts(peer, trip) {
  describe(`${peer.name}: logout`, () => {
    for (const binding of ['redirect', 'post']) {
      describe(`by ${binding}`, () => byOneBinding(peer, trip, binding))
    }
  })
}

function byOneBinding(peer, trip, binding) {
  /** Everything that is to be signed is signed. */
  async function setUp(settings) {
    trip.other.unwilling = false
    await trip.setUp({
      settings: { requireSignedRequests: true, logoutBinding: binding, ...settings },
      options: { signingKey: key },
    })
  }

  /** A browser in which a user is signed in at these applications. */
  async function signedIn(person, applications, onTheWay) {
    const browser = new Browser(person, onTheWay)
    for (const application of applications) {
      const page = await browser.open(trip.loginUrl({}, application))
      assert.equal(page.data?.login?.nameId.value, person.nameId, page.text)
    }
    return browser
  }

  /** Who is signed in at an application, in this browser. */
  async function userAt(application, browser) {
    const { data } = await browser.open(`${application.origin}/session`)
    return data.user
  }

  /** Whether the identity provider has to ask who this is. */
  async function isAsked(browser) {
    const before = browser.hops.length
    await browser.open(trip.loginUrl())
    return browser.hops.slice(before).some(({ url }) => url.endsWith('/sign-in'))
  }

  /** Signs out at the application. */
  function leave(browser, parameters) {
    const query = new URLSearchParams({ binding, ...parameters })
    return browser.open(`${trip.app.origin}/logout?${query}`)
  }

  /** Signs out at the identity provider. */
  function leaveThere(browser) {
    return browser.open(`${trip.idp.origin}/logout`)
  }

  /** Changes the logout messages of a kind that go to a server. */
  function altering(kind, { origin }, change) {
    return (hop) => (isLogout(hop, kind) && hop.url.startsWith(origin) ? change(hop) : hop)
  }

  test('begun at the application', async () => {
    await setUp()
    const browser = await signedIn(alice, [trip.app])
    const { status, text, data } = await leave(browser, { relayState: RELAY_STATE })
    assert.equal(status, 200, text)
    assert.equal(data.logout.partial, false)
    assert.equal(data.logout.relayState, RELAY_STATE)
    assert.equal(data.logout.issuer, `${trip.idp.origin}/metadata`)
    assert.equal(data.logout.signedBy[0].element, binding === 'post' ? 'LogoutResponse' : 'query')
    assert.equal(await userAt(trip.app, browser), null)
    assert(await isAsked(browser), 'the session at the identity provider has ended')
  })

  test('begun at one application: the other is signed out, and nobody else', async () => {
    await setUp()
    const browser = await signedIn(alice, [trip.app, trip.other])
    const elsewhere = await signedIn(alice, [trip.other])
    const bystander = await signedIn(mallory, [trip.other])
    const { status, text, data } = await leave(browser)
    assert.equal(status, 200, text)
    assert.equal(data.logout.partial, false)
    assert.equal(await userAt(trip.other, browser), null)
    assert.equal(await userAt(trip.other, elsewhere), alice.nameId, 'another session')
    assert.equal(await userAt(trip.other, bystander), mallory.nameId)
  })

  test('begun at one application: the other will not', async () => {
    await setUp()
    trip.other.unwilling = true
    const browser = await signedIn(alice, [trip.app, trip.other])
    const { status, text, data } = await leave(browser)
    assert.equal(status, 200, text)
    assert.equal(data.logout.partial, true)
    assert.equal(await userAt(trip.other, browser), alice.nameId)
    assert(await isAsked(browser), 'the session at the identity provider has ended')
  })

  test('begun at the identity provider', async () => {
    await setUp()
    const browser = await signedIn(alice, [trip.app, trip.other])
    const page = await leaveThere(browser)
    assert.equal(page.status, 200, page.text)
    assert.equal(await userAt(trip.app, browser), null)
    assert.equal(await userAt(trip.other, browser), null)
    assert(await isAsked(browser), 'the session at the identity provider has ended')
  })

  for (const [how, change] of Object.entries({ 'with another date': otherDate, unsigned })) {
    test(`the identity provider refuses a request ${how}`, async () => {
      await setUp()
      const onTheWay = altering('SAMLRequest', trip.idp, change)
      const browser = await signedIn(alice, [trip.app], onTheWay)
      assertRefusedThere(await leave(browser))
      assert(!(await isAsked(browser)), 'the session at the identity provider goes on')
    })

    test(`the identity provider refuses an answer ${how}`, async () => {
      await setUp()
      const onTheWay = altering('SAMLResponse', trip.idp, change)
      assertRefusedThere(await leaveThere(await signedIn(alice, [trip.app], onTheWay)))
    })
  }

  const requests = {
    'with another name': { change: otherName, code: CHANGED[binding] },
    'that is not signed': { change: unsigned, code: 'ERR_SAML_SIGNATURE_MISSING' },
    'for another application': {
      at: () => trip.other,
      change: (hop) => ({ ...hop, url: hop.url.replace(trip.other.origin, trip.app.origin) }),
      code: 'ERR_SAML_DESTINATION',
    },
    'signed with another key': {
      then: () => setUp({ key: 'attacker' }),
      // A query names no certificate, so nobody can say whose key it was.
      code: binding === 'post' ? 'ERR_SAML_SIGNATURE_KEY_UNTRUSTED' : 'ERR_SAML_SIGNATURE_VALUE',
    },
  }
  for (const [how, { at, change, then, code }] of Object.entries(requests)) {
    test(`the application refuses a request ${how}`, async () => {
      await setUp()
      const application = at?.() ?? trip.app
      const onTheWay = change && altering('SAMLRequest', application, change)
      const browser = await signedIn(alice, [application], onTheWay)
      await then?.()
      assertRefused(await leaveThere(browser), code)
      assert.equal(await userAt(application, browser), alice.nameId)
    })
  }

  test('the application refuses a request that comes a second time', async () => {
    await setUp()
    const browser = await signedIn(alice, [trip.app])
    const page = await leaveThere(browser)
    assert.equal(page.status, 200, page.text)
    const request = browser.hops.findLast((hop) => isLogout(hop, 'SAMLRequest'))
    assertRefused(await browser.open(request), 'ERR_SAML_REPLAY')
  })

  const answers = {
    'with another date': { change: otherDate, code: CHANGED[binding] },
    'that is not signed': { change: unsigned, code: 'ERR_SAML_SIGNATURE_MISSING' },
  }
  for (const [how, { change, code }] of Object.entries(answers)) {
    test(`the application refuses an answer ${how}`, async () => {
      await setUp()
      const onTheWay = altering('SAMLResponse', trip.app, change)
      const browser = await signedIn(alice, [trip.app], onTheWay)
      assertRefused(await leave(browser), code)
    })
  }

  test("the application refuses the answer to somebody else's request, or to none", async () => {
    await setUp()
    let caught
    const catching = altering('SAMLResponse', trip.app, (hop) => {
      caught = hop
      return { method: 'GET', url: `${trip.idp.origin}/metadata` }
    })
    await leave(await signedIn(mallory, [trip.app], catching))
    const swapping = altering('SAMLResponse', trip.app, () => caught)
    const browser = await signedIn(alice, [trip.app], swapping)
    assertRefused(await leave(browser), 'ERR_SAML_IN_RESPONSE_TO')
    assertRefused(await new Browser().open(caught), 'ERR_SAML_IN_RESPONSE_TO')
  })
}

/** A message about logout, and not about login. */
function isLogout(hop, kind) {
  return kindOf(hop) === kind && /\/(slo|saml\/logout)$/.test(new URL(hop.url).pathname)
}

function otherName(hop) {
  return withXml(hop, (xml) => xml.replaceAll(alice.nameId, mallory.nameId))
}

function otherDate(hop) {
  return withXml(hop, (xml) => xml.replace(' IssueInstant="20', ' IssueInstant="19'))
}

function unsigned(hop) {
  return hop.fields === undefined
    ? withQuery(hop, (query) => ['Signature', 'SigAlg'].map((name) => query.delete(name)))
    : withXml(hop, (xml) => xml.replace(/<(\w+:)?Signature [^]*<\/(\w+:)?Signature>/, ''))
}
