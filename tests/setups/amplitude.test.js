// Microsoft's article "Microsoft Entra SSO integration with Amplitude", walked from top to bottom
// with a simulated Entra ID, as docs/amplitude.md describes it; then every mistake on the way.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IdentityProvider, profiles } from '../../pkg/node.js'
import { IDENTIFIER, REPLY_URL, SIGN_ON_URL, amplitude, mistakes } from './amplitude.mistakes.js'
import { clock } from './clock.js'
import { bSimon, contosoTenant, fabrikamTenant } from './contoso.js'
import { Customer, clickTile, signOn } from './customer.js'
import { PortalError } from './entra.js'
import { check, checkWorld } from './mistakes.js'
import { arriveAtLoginUrl, testThisApplication } from './sign-in.js'

clock.set('2026-03-10T09:00:00Z')
const contoso = contosoTenant()

// What the walk makes, step by step.
let application, user, idp, customer

test('add Amplitude from the gallery', () => {
  application = contoso.addFromGallery('Amplitude', { certificate: 'entra-active' })
  assert.deepEqual(application.identifiers, [])
})

test('Basic SAML Configuration: the Identifier is the same for every customer', () => {
  assert.equal(profiles.amplitude.entityId, IDENTIFIER)
  assert.equal(profiles.amplitude.signOnUrl, SIGN_ON_URL)
  application.setIdentifier(profiles.amplitude.entityId)
  // Amplitude tells the Reply URL later, and the form wants one now.
  application.setReplyUrl('https://analytics.amplitude.com/saml/sso/UNIQUE_ID')
  application.setSignOnUrl(SIGN_ON_URL)
})

test('so one tenant can have one Amplitude', () => {
  const second = contoso.addFromGallery('Amplitude', { certificate: 'entra-second-app' })
  assert.throws(() => second.setIdentifier(IDENTIFIER), PortalError)
  contoso.applications.splice(contoso.applications.indexOf(second), 1)
})

test('download the Federation Metadata XML', () => {
  idp = application.federationMetadataXml()
  const facts = IdentityProvider.fromMetadata(idp)
  assert.equal(facts.entityId, contoso.entityId)
  assert.equal(facts.singleSignOnUrl, contoso.loginUrl)
  assert.deepEqual(
    facts.certificateFacts.map(({ notAfter }) => notAfter),
    ['2028-06-01T00:00:00.000Z'],
  )
})

test('create B. Simon and assign the user to Amplitude', () => {
  user = contoso.createUser(bSimon)
  application.assignUser(user)
})

test('paste the metadata into Amplitude, and its Reply URL into Entra ID', async () => {
  customer = new Customer({
    profile: 'amplitude',
    replyUrls: [REPLY_URL],
    signOnUrl: SIGN_ON_URL,
    idp,
  })
  const findings = customer.sp.lint().filter(({ severity }) => severity !== 'info')
  assert.deepEqual(findings, [], 'nothing is wrong that could be seen so early')
  const early = await signOn(user, contoso, customer)
  assert.equal(early.page.code, 'AADSTS50011', 'before the Reply URL is there')
  application.setReplyUrl(REPLY_URL)
})

test('test it, SP-initiated: B. Simon is created at the first login', async () => {
  assert.deepEqual(testThisApplication(user, application), { redirect: SIGN_ON_URL })
  const { login, account, created, post } = await signOn(user, contoso, customer, {
    relayState: 'chart-17',
  })
  assert.equal(post.action, REPLY_URL)
  assert.equal(post.fields.RelayState, 'chart-17')
  assert.equal(login.initiatedBy, 'sp')
  assert.deepEqual(login.audiences, [IDENTIFIER])
  assert.equal(created, true)
  assert.equal(account.id, 1)
  const { id, ...scim } = account
  assert.deepEqual(scim, {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    externalId: `${contoso.id}/${user.objectId}`,
    userName: 'B.Simon@contoso.com',
    name: { givenName: 'B.', familyName: 'Simon' },
    displayName: 'B.Simon',
    emails: [{ value: 'B.Simon@contoso.com', primary: true }],
    active: true,
  })
})

test('the tile in My Apps goes to the Sign-on URL, and finds the same account', async () => {
  const { redirect, created, account } = await clickTile(user, application, customer)
  assert.equal(redirect, SIGN_ON_URL)
  assert.deepEqual([created, account.id], [false, 1])
})

test('after a marriage B. Simon has another name and the same account', async () => {
  user.surname = 'Simon-Meyer'
  user.principalName = user.mail = 'B.Simon-Meyer@contoso.com'
  const { created, account } = await signOn(user, contoso, customer)
  assert.deepEqual([created, account.id], [false, 1])
  assert.equal(account.userName, 'B.Simon-Meyer@contoso.com')
  assert.equal(customer.directory.size, 1)
})

test('who gets the old name gets an account of their own', async () => {
  const namesake = contoso.createUser(bSimon)
  application.assignUser(namesake)
  const { created, account } = await signOn(namesake, contoso, customer)
  assert.deepEqual([created, account.id], [true, 2])
  assert.equal(account.userName, 'B.Simon@contoso.com')
})

test('IdP-initiated: refused until the application allows it, then once only', async () => {
  application.setSignOnUrl(undefined)
  await assert.rejects(clickTile(user, application, customer), { code: 'ERR_SAML_UNSOLICITED' })

  customer.configure({ ...customer.options, allowIdpInitiated: true })
  const { login, created, post } = await clickTile(user, application, customer)
  assert.deepEqual([login.initiatedBy, login.inResponseTo, created], ['idp', undefined, false])
  await assert.rejects(customer.receive({}, post), { code: 'ERR_SAML_REPLAY', check: 'replay' })

  customer.configure({ ...customer.options, allowIdpInitiated: false })
  application.setSignOnUrl(SIGN_ON_URL)
})

test('an answer signs in once, also in another browser', async () => {
  const session = {}
  const { post } = await signOn(user, contoso, customer, { session })
  // The session forgot the request when it was answered; a thief never had it.
  for (const other of [session, {}]) {
    await assert.rejects(customer.receive(other, post), { code: 'ERR_SAML_IN_RESPONSE_TO' })
  }
})

test('multifactor authentication is required, and is shown', async () => {
  customer.configure({ ...customer.options, requireMfa: true })
  await assert.rejects(signOn(user, contoso, customer), { code: 'ERR_SAML_MFA' })
  application.requiresMfa = true
  const { login } = await signOn(user, contoso, customer)
  assert.equal(login.entra.mfa, true)
  assert.match(login.authnContext, /:Password$/, 'the context says Password all the same')
})

test('each sign-in left an audit event, without personal data', () => {
  const verdicts = customer.audit.map(({ verdict, code }) => code ?? verdict)
  assert.deepEqual(verdicts, [
    ...Array(4).fill('accepted'),
    'ERR_SAML_UNSOLICITED',
    'accepted',
    'ERR_SAML_REPLAY',
    'accepted',
    'ERR_SAML_IN_RESPONSE_TO',
    'ERR_SAML_IN_RESPONSE_TO',
    'ERR_SAML_MFA',
    'accepted',
  ])
  const last = customer.audit.at(-1)
  assert.equal(last.event, 'saml.login')
  assert.equal(last.time, '2026-03-10T09:00:00.000Z')
  assert.equal(last.profile, 'amplitude')
  assert.equal(last.serviceProvider, IDENTIFIER)
  assert.equal(last.identityProvider, contoso.entityId)
  assert.equal(last.initiatedBy, 'sp')
  assert.equal(last.multifactor, true)
  const [{ sha256 }] = IdentityProvider.fromMetadata(idp).certificateFacts
  assert.equal(last.certificateSha256, sha256)
  assert.doesNotMatch(JSON.stringify(customer.audit), /simon|@contoso/i)
})

test('audit events of one user belong together, and still name nobody', async () => {
  const namesake = contoso.users.find(({ objectId }) => objectId !== user.objectId)
  const options = { subject: 'hash', key: 'a secret of the log, 16 bytes or more' }
  const events = []
  for (const who of [user, user, namesake]) {
    const { login } = await signOn(who, contoso, customer)
    events.push(login.report.toAuditEvent(options))
  }
  const [first, second, other] = events.map(({ userIdHash }) => userIdHash)
  assert.match(first, /^[0-9a-f]{64}$/)
  assert.equal(first, second)
  assert.notEqual(first, other)
  assert.doesNotMatch(JSON.stringify(events), /simon|@contoso/i)
})

/** Another customer of Amplitude, with the same Identifier. */
function fabrikamCustomer() {
  const tenant = fabrikamTenant()
  const replyUrl = 'https://analytics.amplitude.com/saml/sso/507744'
  const app = tenant.addFromGallery('Amplitude', { certificate: 'entra-other-tenant' })
  app.setIdentifier(IDENTIFIER)
  app.setReplyUrl(replyUrl)
  app.requiresMfa = true
  const mallory = tenant.createUser({ ...bSimon, displayName: 'Mallory' })
  app.assignUser(mallory)
  const options = { profile: 'amplitude', replyUrls: [replyUrl], allowIdpInitiated: true }
  const site = new Customer({ ...options, idp: app.federationMetadataXml() })
  return { tenant, app, mallory, replyUrl, site }
}

test('a second customer with the same Identifier is kept apart, both ways', async () => {
  const { app, mallory, replyUrl, site } = fabrikamCustomer()
  const open = new Customer({ ...customer.options, allowIdpInitiated: true })
  application.setSignOnUrl(undefined)
  const ours = await clickTile(user, application, open)
  const theirs = await clickTile(mallory, app, site)
  application.setSignOnUrl(SIGN_ON_URL)
  assert.deepEqual(ours.login.audiences, theirs.login.audiences, 'the Identifier tells nothing')

  // Each posted to the other. What it is addressed to does not matter: the tenant is another.
  for (const [message, to, url] of [
    [theirs, open, REPLY_URL],
    [ours, site, replyUrl],
  ]) {
    const carried = { action: url, fields: message.post.fields }
    await assert.rejects(to.receive({}, carried), { code: 'ERR_SAML_ISSUER' })
  }

  // An administrator may enter any Reply URL at home. It leads to us, and no further.
  app.setReplyUrl(REPLY_URL)
  const aimed = await clickTile(mallory, app, open).catch((error) => error)
  assert.equal(aimed.code, 'ERR_SAML_ISSUER')
})

test('two organisations of one tenant: only the Reply URL keeps them apart', async () => {
  const ours = REPLY_URL
  const sandbox = 'https://analytics.amplitude.com/saml/sso/482914'
  application.setReplyUrl(ours, sandbox)
  application.setSignOnUrl(undefined)
  const options = { ...customer.options, allowIdpInitiated: true }
  const production = new Customer(options)
  const other = new Customer({ ...options, replyUrls: [sandbox] })
  // One process can serve both; then each call says where the message arrived.
  const both = new Customer({ ...options, replyUrls: [ours, sandbox] })

  const { post } = await clickTile(user, application, production)
  const carried = { action: sandbox, fields: post.fields }
  for (const receiver of [other, both]) {
    await assert.rejects(receiver.receive({}, carried), { code: 'ERR_SAML_DESTINATION' })
  }

  // The Destination is not signed and can be exchanged; the Recipient is, and can not.
  const rewritten = (from, to) => {
    const xml = Buffer.from(post.fields.SAMLResponse, 'base64').toString()
    assert(xml.includes(from), from)
    const SAMLResponse = Buffer.from(xml.replace(from, to)).toString('base64')
    return { action: sandbox, fields: { SAMLResponse } }
  }
  const destination = rewritten(`Destination="${ours}"`, `Destination="${sandbox}"`)
  await assert.rejects(other.receive({}, destination), { code: 'ERR_SAML_RECIPIENT' })
  const recipient = rewritten(`Recipient="${ours}"`, `Recipient="${sandbox}"`)
  await assert.rejects(other.receive({}, recipient), { code: 'ERR_SAML_SIGNATURE_DIGEST' })

  // RelayState is not signed either: it may name the other organisation and still changes nothing.
  const relayed = { action: sandbox, fields: { ...post.fields, RelayState: '482914' } }
  await assert.rejects(other.receive({}, relayed), { code: 'ERR_SAML_DESTINATION' })
  assert.equal(other.directory.size + both.directory.size, 0, 'nobody was created')
  application.setReplyUrl(REPLY_URL)
  application.setSignOnUrl(SIGN_ON_URL)
})

test('a newer organisation has an Identifier and a Reply URL of its own', async () => {
  const world = amplitude()
  const [entityId, replyUrl] = ['metadata', 'acs'].map((end) => {
    return `https://amplitude.com/saml/2/${end}/36958`
  })
  world.application.setIdentifier(entityId)
  world.application.setReplyUrl(replyUrl)
  Object.assign(world.options, { entityId, replyUrls: [replyUrl] })
  const site = new Customer(world.options)
  assert.deepEqual(site.sp.lint().filter(({ severity }) => severity !== 'info'), [])
  const { login } = await signOn(world.user, world.tenant, site)
  assert.deepEqual(login.audiences, [entityId])
})

test('rollover: the new certificate is pasted, then made active; nobody notices', async () => {
  const current = IdentityProvider.fromMetadata(idp)
  application.createCertificate('entra-inactive')
  const downloaded = application.federationMetadataXml()
  const diff = current.diff(downloaded)
  assert.deepEqual([diff.changed, diff.safeToApply, diff.reasons], [true, true, []])
  assert.deepEqual([diff.added.length, diff.removed.length], [1, 0])

  customer.configure({ ...customer.options, idp: downloaded })
  const session = {}
  const onItsWay = arriveAtLoginUrl(user, contoso, await customer.begin(session))
  application.activateCertificate('entra-inactive')
  const { login: after } = await signOn(user, contoso, customer)
  // A message that was signed with the old certificate, and arrives when the new one signs.
  const { login: before } = await customer.receive(session, onItsWay.post)
  const used = ({ signedBy }) => signedBy[0].certificate.sha1
  assert.equal(used(before), current.certificateFacts[0].sha1)
  assert.equal(used(after), diff.added[0].sha1)

  // The old one goes when nothing is signed with it any more.
  application.deleteCertificate('entra-active')
  const last = IdentityProvider.fromMetadata(downloaded).diff(application.federationMetadataXml())
  assert.deepEqual([last.safeToApply, last.removed[0].sha1], [true, used(before)])
  customer.configure({ ...customer.options, idp: application.federationMetadataXml() })
  assert.equal((await signOn(user, contoso, customer)).created, false)
})

test('rollover in the wrong order is seen before it is applied', () => {
  const current = IdentityProvider.fromMetadata(idp)
  // Everything at once: the only certificate that is trusted today is gone.
  const diff = current.diff(application.federationMetadataXml())
  assert.equal(diff.safeToApply, false)
  assert.match(diff.reasons.join(' '), /No key that is trusted today is in the new metadata/)
})

test('the set-up that the mistakes start from works both ways', () => checkWorld(amplitude))

for (const mistake of mistakes) {
  test(`mistake: ${mistake.mistake}`, () => check(mistake, amplitude))
}

test('there are mistakes for every step', () => {
  assert(mistakes.length >= 12)
  assert.equal(new Set(mistakes.map(({ id }) => id)).size, mistakes.length)
})
