// What must not type-check. Each line that is wrong says so; one that is right would be an error.

import {
  IdentityProvider,
  SamlError,
  ServiceProvider,
  profiles,
  type Bundle,
  type Login,
  type Outline,
  type Report,
} from 'countersign'
import * as slim from 'countersign/slim'
import { RedisStore } from 'countersign/stores/redis'
import { SqlStore } from 'countersign/stores/sql'
// @ts-expect-error not exported
import 'countersign/api.js'

const least = { entityId: 'x', replyUrls: ['https://x'], idp: '<x/>' }
const sp = new ServiceProvider(least)

// @ts-expect-error options are needed
new ServiceProvider()
// @ts-expect-error replyUrls is needed
new ServiceProvider({ entityId: 'x', idp: '<x/>' })
// @ts-expect-error idp is needed
new ServiceProvider({ entityId: 'x', replyUrls: [] })
// @ts-expect-error misspelt
new ServiceProvider({ ...least, entityID: 'x' })
// @ts-expect-error a list, also where there is one
new ServiceProvider({ ...least, replyUrls: 'https://x' })
// @ts-expect-error durations are numbers of seconds
new ServiceProvider({ ...least, clockSkewSeconds: '3m' })
// @ts-expect-error not a profile
new ServiceProvider({ ...least, profile: 'okta' })
// @ts-expect-error not a choice
new ServiceProvider({ ...least, requireSigned: 'none' })
// @ts-expect-error an identity provider has certificates
new ServiceProvider({ ...least, idp: { entityId: 'x' } })
// @ts-expect-error one spelling
new ServiceProvider({ ...least, algorithms: { allowSHA1: true } })
// @ts-expect-error a number
new ServiceProvider({ ...least, limits: { inputBytes: '1' } })

// @ts-expect-error form fields may be missing
sp.validateResponse(undefined as string | undefined)
// @ts-expect-error misspelt
sp.validateResponse('', { inResponseto: '_1' })
// @ts-expect-error a Date or milliseconds
sp.validateResponse('', { now: '2026-01-01' })
// @ts-expect-error must be awaited
const early: Login = sp.validateResponse('')
// @ts-expect-error a kind of contact
sp.metadata({ contacts: [{ type: 'sales' }] })
// @ts-expect-error must be awaited
const late: string = sp.metadataAsync()
// @ts-expect-error an organization has a URL
ServiceProvider.writeMetadata({ entityId: 'x', replyUrls: [] }, { organization: { name: 'x' } })
// @ts-expect-error only the slim entry needs a source, but it does
slim.init()
// @ts-expect-error a number is no module
slim.init(5)

// @ts-expect-error made by fromMetadata
new IdentityProvider()
// @ts-expect-error made by the package
new SamlError()

declare const bundle: Bundle
// @ts-expect-error somebody has to be signed out
sp.createLogoutRequest({})
// @ts-expect-error one or the other
sp.createLogoutRequest({ nameId: 'x', login: { nameId: { value: 'x', format: 'y' } } })
// @ts-expect-error misspelt
sp.createLogoutRequest({ nameId: 'x', sessionIndexes: [] })
// @ts-expect-error something is answered
sp.createLogoutResponse({ status: 'success' })
// @ts-expect-error not a choice
sp.createLogoutResponse({ inResponseTo: '_1', status: 'ok' })
// @ts-expect-error an answer has to be the answer to something
sp.validateLogoutResponse('')
// @ts-expect-error a request answers nothing
sp.validateLogoutRequest('', { inResponseTo: '_1' })

declare const login: Login
declare const report: Report
declare const outline: Outline
// @ts-expect-error frozen
login.nameId.value = 'x'
// @ts-expect-error frozen
login.attributes['x'] = []
// @ts-expect-error frozen
login.audiences.push('x')
// @ts-expect-error frozen
report.ok = true
// @ts-expect-error frozen
profiles.amplitude.id = 'generic'
// @ts-expect-error not a profile
profiles.okta
// @ts-expect-error a report has a login only where ok
report.login.nameId
// @ts-expect-error claims are no login
const claimed: Login = outline
// @ts-expect-error an attribute may be missing
const mail: string = login.attributes['mail'][0]

// @ts-expect-error a client is no store
new ServiceProvider({ ...least, store: new Map<string, string>() })
// @ts-expect-error neither true nor false
new ServiceProvider({ ...least, store: { putIfAbsent: () => 'OK', take: () => true } })
// @ts-expect-error not a client
new RedisStore({ get: () => 'OK' })
// @ts-expect-error the dialect is not known
new SqlStore(() => [], { dialect: 'mysql' })

declare const metadata: string
// @ts-expect-error one certificate or several, no flag
IdentityProvider.fromMetadata(metadata, { signedBy: true })
// @ts-expect-error metadata of the application says nothing about who signs users in
ServiceProvider.fromMetadata(metadata, {})
// @ts-expect-error frozen
IdentityProvider.fromMetadata(metadata).diff(metadata).safeToApply = true

// @ts-expect-error a bundle signs nobody in
ServiceProvider.replayBundle(bundle).login
// @ts-expect-error the severity decides, not a number
sp.lint().filter(({ severity }) => severity === 1)
// @ts-expect-error frozen
sp.lint().push()

declare const error: SamlError
// @ts-expect-error not a code
if (error.code === 'ERR_SAML_EXPIRE') throw error
void [early, claimed, mail]
