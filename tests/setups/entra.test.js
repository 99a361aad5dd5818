// The simulated Entra ID refuses what Entra ID refuses: were it too kind, the recipes would prove
// nothing. What it says of the request becomes what Countersign says to the administrator.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { IDENTIFIER, REPLY_URL, amplitude } from './amplitude.mistakes.js'
import { bSimon } from './contoso.js'
import { Customer, clickTile, signOn } from './customer.js'
import { PortalError, nameIdFormats } from './entra.js'
import { arriveAtLoginUrl } from './sign-in.js'

const SAML2 = 'urn:oasis:names:tc:SAML:2.0'

/** A login request as somebody writes it who knows less than Countersign. */
function requestXml({ id = '_a1', issuer = IDENTIFIER, replyUrl = REPLY_URL, inside = '' }) {
  const acs = replyUrl === null ? '' : ` AssertionConsumerServiceURL="${replyUrl}"`
  return (
    `<samlp:AuthnRequest xmlns:samlp="${SAML2}:protocol" ID="${id}" Version="2.0" ` +
    `IssueInstant="2026-03-10T09:00:00Z"${acs}>` +
    `<Issuer xmlns="${SAML2}:assertion">${issuer}</Issuer>${inside}</samlp:AuthnRequest>`
  )
}

const encoded = (xml) => encodeURIComponent(deflateRawSync(xml).toString('base64'))

/** What comes of this query at the Login URL. */
function arrive({ user, tenant }, query) {
  return arriveAtLoginUrl(user, tenant, `${tenant.loginUrl}?${query}`)
}

const policy = (format) => `<samlp:NameIDPolicy Format="${format}"/>`

const context = (comparison, method) =>
  `<samlp:RequestedAuthnContext Comparison="${comparison}">` +
  `<AuthnContextClassRef xmlns="${SAML2}:assertion">${SAML2}:ac:classes:${method}` +
  '</AuthnContextClassRef></samlp:RequestedAuthnContext>'

for (const [why, query, code] of [
  ['no request', 'RelayState=x', 'AADSTS750054'],
  ['what is not deflated', `SAMLRequest=${btoa('<a/>')}`, 'AADSTS75005'],
  ['what is no AuthnRequest', `SAMLRequest=${encoded('<a/>')}`, 'AADSTS75005'],
  ['an ID that begins with a digit', { id: '1a' }, 'AADSTS7500529'],
  ['an ID with a character of base64', { id: '_a+b=' }, 'AADSTS7500529'],
  ['an unknown Issuer', { issuer: `${IDENTIFIER}/` }, 'AADSTS700016'],
  ['an Issuer in other letters', { issuer: IDENTIFIER.toUpperCase() }, 'AADSTS700016'],
  ['an unknown Reply URL', { replyUrl: `${REPLY_URL}/` }, 'AADSTS50011'],
  ['another way to authenticate', { inside: context('exact', 'X509') }, 'AADSTS75011'],
]) {
  test(`a page for ${why}: ${code}`, async () => {
    const world = amplitude()
    const given = typeof query === 'string' ? query : `SAMLRequest=${encoded(requestXml(query))}`
    const { page, post } = arrive(world, given)
    assert.equal(post, undefined, 'nothing goes back to the application')
    assert.equal(page.code, code)

    const { sp } = new Customer(world.configuration())
    const html = `<html><head><title>Sign in to your account</title></head>${page.text}</html>`
    for (const pasted of [page.text, html, `Sorry, we're having trouble.\n\n${page.text}`]) {
      const report = await sp.inspectResponse(pasted)
      const { hint } = report.checks.find(({ status }) => status === 'failed')
      assert(hint.startsWith(`${code}: `), `${pasted}\n${hint}`)
    }
  })
}

for (const [why, inside] of [
  ['a NameIDPolicy', policy(`${SAML2}:nameid-format:kerberos`)],
  ['a comparison', context('minimum', 'Password')],
  ['a Subject', `<Subject xmlns="${SAML2}:assertion"><NameID>b@contoso.com</NameID></Subject>`],
]) {
  test(`a Response with a Status for ${why} that Entra ID does not support`, async () => {
    const world = amplitude()
    const { post } = arrive(world, `SAMLRequest=${encoded(requestXml({ inside }))}`)
    assert.equal(post.action, REPLY_URL)
    const customer = new Customer(world.configuration())
    await assert.rejects(customer.receive({ requestId: '_a1' }, post), (error) => {
      assert.deepEqual([error.code, error.check], ['ERR_SAML_STATUS', 'status'])
      assert.match(error.hint, /AADSTS75006/)
      return true
    })
    const [event] = customer.audit
    assert.deepEqual([event.verdict, event.code], ['refused', 'ERR_SAML_STATUS'])
  })
}

test('a request without a Reply URL is answered at the default one', async () => {
  const world = amplitude()
  world.application.setReplyUrl(REPLY_URL, `${REPLY_URL}/second`)
  const { post } = arrive(world, `SAMLRequest=${encoded(requestXml({ replyUrl: null }))}`)
  assert.equal(post.action, REPLY_URL)
  const customer = new Customer(world.configuration())
  const asked = { inResponseTo: '_a1' }
  const { login } = await customer.sp.inspectResponse(post.fields.SAMLResponse, asked)
  assert.equal(login.inResponseTo, '_a1')
})

test('each supported format of NameID may be asked for', async () => {
  for (const nameIdFormat of Object.values(nameIdFormats)) {
    const world = amplitude()
    const { sp } = new Customer(world.configuration())
    const { url } = await sp.createLoginRequest({ nameIdFormat })
    assert(arriveAtLoginUrl(world.user, world.tenant, url).post, nameIdFormat)
  }
})

test('who uses Windows Hello is let in unless the request asks for a password', async () => {
  const world = amplitude()
  world.user.signsInWith = 'windows-hello'
  const customer = new Customer(world.configuration())
  const { login } = await signOn(world.user, world.tenant, customer)
  assert.equal(login.entra.mfa, true)
  const authnContext = [`${SAML2}:ac:classes:Password`]
  const { url } = await customer.sp.createLoginRequest({ authnContext })
  assert.equal(arriveAtLoginUrl(world.user, world.tenant, url).page.code, 'AADSTS75011')
})

test('an Identifier that is no URI arrives as a service principal name', async () => {
  const world = amplitude()
  world.application.setIdentifier('Amplitude')
  Object.assign(world.options, { profile: 'entra-id', entityId: 'Amplitude' })
  const customer = new Customer(world.configuration())
  await assert.rejects(signOn(world.user, world.tenant, customer), (error) => {
    assert.equal(error.code, 'ERR_SAML_AUDIENCE')
    assert.match(error.hint, /spn:/)
    return true
  })
  customer.configure({ ...world.options, additionalAudiences: ['spn:Amplitude'] })
  const { login } = await signOn(world.user, world.tenant, customer)
  assert.deepEqual(login.audiences, ['spn:Amplitude'])
})

test('up to 150 groups are listed, and beyond there is a link and advice', async () => {
  const world = amplitude()
  world.application.groupClaim = true
  const customer = new Customer(world.configuration())
  const group = (_, number) => `9d8c7b6a-0000-4000-8000-${String(number).padStart(12, '0')}`
  for (const [count, overage] of [
    [150, false],
    [151, true],
  ]) {
    world.user.groups = Array.from({ length: count }, group)
    const { login } = await signOn(world.user, world.tenant, customer)
    const { groups, groupsOverage } = login.entra
    assert.deepEqual([groups.length, groupsOverage], [overage ? 0 : 150, overage])
    const advice = login.report.hints.filter(({ field }) => field === 'Add a group claim')
    assert.equal(advice.length, overage ? 1 : 0)
  }
})

test('Assignment required can be switched off', async () => {
  const world = amplitude()
  const stranger = world.tenant.createUser({ ...bSimon, principalName: 'C.Simon@contoso.com' })
  const customer = new Customer(world.configuration())
  assert.equal((await clickTile(stranger, world.application, customer)).page.code, 'AADSTS50105')
  world.application.assignmentRequired = false
  assert.equal((await clickTile(stranger, world.application, customer)).created, true)
})

test('the portal refuses what cannot be saved', () => {
  const { application } = amplitude()
  for (const mistake of [
    () => application.activateCertificate('entra-inactive'),
    () => application.deleteCertificate('entra-active'),
    () => application.removeClaim('urn:oid:2.5.4.4'),
    () => application.setSigningAlgorithm('MD5'),
    () => application.setSigningOption('Sign nothing'),
    () => application.uploadMetadataFile('<a/>'),
  ]) {
    assert.throws(mistake, PortalError)
  }
})
