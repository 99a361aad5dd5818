// Microsoft's article "Microsoft Entra SSO integration with AWS IAM Identity Center", walked from
// top to bottom with a simulated Entra ID, as docs/aws-iam-identity-center.md describes it; then
// every mistake on the way.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IdentityProvider, ServiceProvider, profiles } from '../../pkg/node.js'
import { EUROPE, IDENTIFIER, REPLY_URLS } from './aws_iam_identity_center.mistakes.js'
import { SIGN_ON_URL, aws, awsMetadataXml, mistakes } from './aws_iam_identity_center.mistakes.js'
import { clock } from './clock.js'
import { bSimon, contosoTenant } from './contoso.js'
import { Customer, KnownUsers, clickTile, signOn } from './customer.js'
import { PortalError, nameIdFormats } from './entra.js'
import { check, checkWorld } from './mistakes.js'
import { arriveAtLoginUrl, openTile, testThisApplication } from './sign-in.js'

clock.set('2026-03-10T09:00:00Z')
const contoso = contosoTenant()
const profile = profiles['aws-iam-identity-center']
const users = new KnownUsers()

// What the walk makes, step by step.
let application, user, idp, metadata, customer

test('add AWS IAM Identity Center from the gallery', () => {
  application = contoso.addFromGallery('AWS IAM Identity Center', { certificate: 'entra-active' })
  assert.equal(profile.entityId, undefined, 'each instance has its own Identifier')
})

test('download the service provider metadata of AWS', () => {
  metadata = awsMetadataXml()
  const facts = ServiceProvider.readMetadata(metadata)
  assert.equal(facts.entityId, IDENTIFIER)
  assert.deepEqual(facts.replyUrls, REPLY_URLS, 'the default first, then each Region')
  assert.deepEqual(facts.nameIdFormats, [nameIdFormats.emailAddress])
  assert.deepEqual(facts.certificates, [], 'AWS decrypts nothing and signs no request')
})

test('upload it to Entra ID, which refuses any other file', () => {
  assert.throws(
    () => application.uploadMetadataFile(application.federationMetadataXml()),
    PortalError,
  )
  application.uploadMetadataFile(metadata)
  assert.deepEqual(application.identifiers, [IDENTIFIER])
  assert.deepEqual(application.replyUrls, REPLY_URLS)
  assert.equal(application.signOnUrl, undefined, 'the file does not say it')
})

test('the access portal sign-in URL becomes the Sign on URL', () => {
  application.setSignOnUrl(SIGN_ON_URL)
})

test('download the Federation Metadata XML, which AWS can import', () => {
  idp = application.federationMetadataXml()
  assert(idp.length <= profile.metadataCharacters, `${idp.length} characters`)
  assert.equal(profile.metadataCharacters, 75_000)
  assert.equal(IdentityProvider.fromMetadata(idp).entityId, contoso.entityId)
})

test('change the identity source: both files together are the set-up', () => {
  customer = new Customer(
    { profile: profile.id, metadata, signOnUrl: SIGN_ON_URL, idp },
    users,
  )
  assert.deepEqual(customer.replyUrls, REPLY_URLS)
  const findings = customer.sp.lint({ metadata }).filter(({ severity }) => severity !== 'info')
  assert.deepEqual(findings, [], 'nothing is wrong that could be seen so early')
})

test('create B. Simon in Entra ID, assign the user, create the same user name in AWS', async () => {
  user = contoso.createUser(bSimon)
  application.assignUser(user)
  await assert.rejects(signOn(user, contoso, customer), /nobody is called B.Simon@contoso.com/)
  users.add(user.principalName)
})

test('test it, SP-initiated: the NameID is the user name of AWS', async () => {
  assert.deepEqual(testThisApplication(user, application), { redirect: SIGN_ON_URL })
  const { login, account } = await signOn(user, contoso, customer)
  assert.equal(login.initiatedBy, 'sp')
  assert.equal(login.nameId.format, nameIdFormats.emailAddress)
  assert.equal(login.nameId.value, account.userName)
  assert.equal(login.encrypted, false)
  assert.equal(account.externalId, `${contoso.id}/${user.objectId}`)
})

test('the tile in My Apps goes to the access portal', async () => {
  const { redirect, account } = await clickTile(user, application, customer)
  assert.deepEqual([redirect, account.id], [SIGN_ON_URL, 1])
})

test('who gets the name later does not get the account', async () => {
  const namesake = contoso.createUser(bSimon)
  application.assignUser(namesake)
  await assert.rejects(signOn(namesake, contoso, customer), /is somebody else now/)
})

test('IdP-initiated: the default Region, once, where the application allows it', async () => {
  application.setSignOnUrl(undefined)
  await assert.rejects(clickTile(user, application, customer), { code: 'ERR_SAML_UNSOLICITED' })
  customer.configure({ ...customer.options, allowIdpInitiated: true })
  const { login, post } = await clickTile(user, application, customer)
  assert.equal(post.action, REPLY_URLS[0])
  assert.equal(login.initiatedBy, 'idp')
  await assert.rejects(customer.receive({}, post), { code: 'ERR_SAML_REPLAY' })
})

test('each Region has its Reply URL, and a message stays in its Region', async () => {
  for (const replyUrl of REPLY_URLS) {
    const { post, login } = await signOn(user, contoso, customer, { replyUrl })
    assert.equal(post.action, replyUrl)
    assert.equal(login.initiatedBy, 'sp')
  }
  const { post } = openTile(user, application)
  const carried = { action: EUROPE, fields: post.fields }
  await assert.rejects(customer.receive({}, carried), {
    code: 'ERR_SAML_DESTINATION',
    check: 'reply-url',
  })
  customer.configure({ ...customer.options, allowIdpInitiated: false })
  application.setSignOnUrl(SIGN_ON_URL)
})

test('another instance of the same tenant is kept apart by the Identifier', async () => {
  const host = 'https://us-east-1.signin.aws.amazon.com/platform/saml'
  const other = { identifier: `${host}/d-906700000a`, replyUrls: [`${host}/acs/b-2`] }
  const second = contoso.addFromGallery('AWS, sandbox', { certificate: 'entra-second-app' })
  second.uploadMetadataFile(awsMetadataXml(other))
  second.assignUser(user)
  const allowed = { ...customer.options, allowIdpInitiated: true }
  const production = new Customer(allowed, users)
  const { post } = openTile(user, second)
  // Each application has a certificate of its own, so that a message cannot even be verified.
  const stray = await production.sp.inspectResponse(post.fields.SAMLResponse)
  assert.equal(stray.code, 'ERR_SAML_SIGNATURE_KEY_UNTRUSTED')
  const failed = stray.checks.filter(({ status }) => status === 'failed').map(({ id }) => id)
  assert.deepEqual(failed, ['signature', 'reply-url', 'audience'])
  // And where both are trusted, Reply URL and Identifier tell them apart.
  const certificates = [idp, second.federationMetadataXml()].flatMap(
    (xml) => IdentityProvider.fromMetadata(xml).certificates,
  )
  const lax = new Customer({ ...allowed, idp: { entityId: contoso.entityId, certificates } }, users)
  await assert.rejects(lax.receive({}, { ...post, action: REPLY_URLS[0] }), {
    code: 'ERR_SAML_DESTINATION',
  })
})

test('multifactor authentication is required, and is shown', async () => {
  customer.configure({ ...customer.options, requireMfa: true })
  await assert.rejects(signOn(user, contoso, customer), { code: 'ERR_SAML_MFA' })
  application.requiresMfa = true
  const { login } = await signOn(user, contoso, customer)
  assert.equal(login.entra.mfa, true)
})

test('each sign-in left an audit event, without personal data', () => {
  const accepted = customer.audit.filter(({ verdict }) => verdict === 'accepted')
  const refused = customer.audit.filter(({ verdict }) => verdict === 'refused')
  assert.equal(accepted.length + refused.length, customer.audit.length)
  assert.deepEqual(
    refused.map(({ code }) => code),
    ['ERR_SAML_UNSOLICITED', 'ERR_SAML_REPLAY', 'ERR_SAML_DESTINATION', 'ERR_SAML_MFA'],
  )
  // Entra ID let everybody in whom AWS then did not know.
  assert.equal(accepted.length, 9)
  const last = customer.audit.at(-1)
  assert.equal(last.serviceProvider, IDENTIFIER)
  assert.equal(last.profile, profile.id)
  assert.equal(last.multifactor, true)
  assert.equal(last.signedElements, 'Assertion')
  assert.doesNotMatch(JSON.stringify(customer.audit), /simon|@contoso/i)
})

test('rollover, as AWS does it: import the new certificate, then make it active', async () => {
  const current = IdentityProvider.fromMetadata(idp)
  application.createCertificate('entra-inactive')
  const downloaded = application.federationMetadataXml()
  assert(downloaded.length <= profile.metadataCharacters)
  const diff = current.diff(downloaded)
  assert.deepEqual([diff.safeToApply, diff.added.length], [true, 1])
  customer.configure({ ...customer.options, idp: downloaded })

  const used = ({ signedBy }) => signedBy[0].certificate.sha1
  const session = {}
  const onItsWay = arriveAtLoginUrl(user, contoso, await customer.begin(session))
  application.activateCertificate('entra-inactive')
  const { login: after } = await signOn(user, contoso, customer)
  const { login: before } = await customer.receive(session, onItsWay.post)
  assert.equal(used(before), current.certificateFacts[0].sha1)
  assert.equal(used(after), diff.added[0].sha1)
  application.deleteCertificate('entra-active')
  customer.configure({ ...customer.options, idp: application.federationMetadataXml() })
  assert.equal(used((await signOn(user, contoso, customer)).login), used(after))
  assert.equal(current.diff(application.federationMetadataXml()).safeToApply, false)
})

test('the set-up that the mistakes start from works both ways', () => checkWorld(aws))

for (const mistake of mistakes) {
  test(`mistake: ${mistake.mistake}`, () => check(mistake, aws))
}

test('there are mistakes for every step', () => {
  assert(mistakes.length >= 12)
  assert.equal(new Set(mistakes.map(({ id }) => id)).size, mistakes.length)
})
