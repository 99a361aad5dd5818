// One application with two identity providers at once, each of which is trusted for its own users
// alone.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Browser } from './browser.js'
import { pysaml2, samlp } from './peers.js'
import { alice } from './people.js'
import { RoundTrip, assertRefused } from './round-trip.js'

const one = new RoundTrip(samlp, 'rsa-3072')
const two = new RoundTrip(pysaml2)

describe('two identity providers', () => {
  before(async () => {
    await Promise.all([one.start(), two.start()])
    await two.setUpIdentityProvider({}, { applications: [one.app] })
    one.app.setUp({ idp: [one.metadata, two.metadata] })
  })
  after(() => Promise.all([one.stop(), two.stop()]))

  /** A login by one of them. */
  function login({ idp }) {
    return new Browser(alice).open(one.loginUrl({ idp: `${idp.origin}/metadata` }))
  }

  for (const trip of [one, two]) {
    test(`a login by the ${trip === one ? 'first' : 'second'}`, async () => {
      await one.setUpIdentityProvider({})
      const { status, data, text } = await login(trip)
      assert.equal(status, 200, text)
      assert.equal(data.login.issuer, `${trip.idp.origin}/metadata`)
    })
  }

  test('one that speaks for the other, with its own key', async () => {
    await one.setUpIdentityProvider({ issuer: `${two.idp.origin}/metadata` })
    assertRefused(await login(one), 'ERR_SAML_SIGNATURE_KEY_UNTRUSTED')
  })

  test('one that speaks for nobody who is known', async () => {
    await one.setUpIdentityProvider({ issuer: `${two.idp.origin}/elsewhere` })
    assertRefused(await login(one), 'ERR_SAML_ISSUER')
  })
})
