// The options `claims` and `requiredClaims`, and what a missing claim tells the administrator.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServiceProvider, profiles } from '../../../pkg/node.js'
import { readFixtures } from '../fixtures.js'

const { cases } = readFixtures()
const of = (id) => cases.find((fixture) => fixture.id === id)

/** The error that a fixture is refused with, under further options. */
async function refusal(id, options) {
  const { options: given, message, context } = of(id)
  const sp = new ServiceProvider({ ...given, ...options })
  const text = new TextDecoder().decode(Uint8Array.from(atob(message), (c) => c.charCodeAt(0)))
  return sp.validateResponse(text, { ...context, now: new Date(context.now) }).then(
    () => assert.fail(`${id} is accepted`),
    (error) => error,
  )
}

test('a missing claim: its name, what is wrong, and the way to add it', async () => {
  const error = await refusal('claims-email-missing')
  assert.equal(error.code, 'ERR_SAML_CLAIM')
  assert.match(error.expected, /^the claim email, sent as http:\/\/schemas\.xmlsoap\.org\/.* or NameID$/)
  assert.equal(error.actual, 'email: not sent')
  assert.match(error.hint, /Single sign-on, Attributes & Claims, Add new claim: Name emailaddress, /)
  assert.match(error.hint, /Namespace http:\/\/schemas\.xmlsoap\.org\/\S+\/claims, Source attribute user\.mail\./)
  assert.doesNotMatch(error.message, /contoso|@/)
})

test('all that is missing is named at once, and each with what is wrong', async () => {
  const requiredClaims = ['email', 'department', 'title', 'urn:oid:2.5.4.42']
  const error = await refusal('claims-email-two', { requiredClaims })
  assert.match(error.actual, /^email: 2 different values; department: not sent; title: not sent; urn:/)
  assert.match((await refusal('claims-email-empty')).actual, /sent, but empty/)
  assert.match((await refusal('claims-email-no-address')).actual, /not an e-mail address/)
  assert.match((await refusal('claims-email-padded')).actual, /not an e-mail address/)
  for (const id of ['claims-email-two', 'claims-email-no-address', 'claims-email-padded']) {
    const { actual, expected, hint } = await refusal(id)
    assert.doesNotMatch(actual + expected + hint, /c\.example|Simon|ceo/, 'no value is repeated')
  }
})

test('a claim by a name of the set-up is asked for by that name', async () => {
  const error = await refusal('claims-user-name-missing')
  assert.match(error.hint, /Add new claim: Name login, Source attribute user\.userprincipalname/)
  const groups = await refusal('claims-required-groups-overage')
  assert.match(groups.hint, /more groups than/)
})

test('profiles say which claims they need', () => {
  assert.deepEqual(profiles.amplitude.requiredClaims, ['email'])
  assert.deepEqual(profiles['aws-iam-identity-center'].requiredClaims, ['userName'])
  assert.deepEqual(profiles.generic.requiredClaims, [])
})

test('options that would refuse everybody, or admit what nobody meant, are refused', () => {
  const { options } = of('claims-mapped')
  for (const [wrong, message] of [
    [{ requiredClaims: ['emial'] }, /requiredClaims holds a name that is not known/],
    [{ requiredClaims: ['login'], claims: {} }, /requiredClaims holds a name that is not known/],
    [{ claims: { emial: 'mail' } }, /claims\.emial.*did you mean 'email'/],
    [{ claims: { email: 5 } }, /claims\.email must be an array/],
    [{ claims: { email: ['mail', ' '] } }, /claims\.email holds an empty name/],
    [{ claims: { userName: [] } }, /claims\.userName is empty/],
    [{ claims: { roles: 'NameID' } }, /claims\.roles holds NameID/],
    [{ claims: { groups: ['x', 'NameID'] } }, /claims\.groups holds NameID/],
    [{ requiredClaims: 'email' }, /requiredClaims must be an array/],
  ]) {
    assert.throws(
      () => new ServiceProvider({ ...options, requiredClaims: [], ...wrong }),
      (error) => error.code === 'ERR_SAML_OPTIONS' && message.test(error.message),
      JSON.stringify(wrong),
    )
  }
})
