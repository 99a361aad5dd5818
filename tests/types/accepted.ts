// What must type-check: every option, every result, narrowing by code.

import {
  IdentityProvider,
  SamlError,
  ServiceProvider,
  init,
  profiles,
  type AuditEvent,
  type Bundle,
  type Check,
  type CheckId,
  type Context,
  type EcsEvent,
  type Limits,
  type LintFinding,
  type Login,
  type LogoutRequest,
  type LogoutResponse,
  type LogoutResponseContext,
  type OcsfEvent,
  type Profile,
  type ProfileId,
  type Report,
  type SamlErrorCode,
  type Replay,
  type ServiceProviderOptions,
  type WebCryptoKey,
  type WriteMetadataOptions,
  type Store,
} from 'countersign'
import * as inline from 'countersign/inline'
import * as slim from 'countersign/slim'
import { CountersignState, DurableObjectStore } from 'countersign/stores/durable-object'
import { MemoryStore } from 'countersign/stores/memory'
import { RedisStore } from 'countersign/stores/redis'
import { SqlStore } from 'countersign/stores/sql'

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const is = <_T extends true>(): void => undefined

const limits: Required<Limits> = {
  inputBytes: 1,
  depth: 1,
  nodes: 1,
  attributes: 1,
  attributesPerElement: 1,
  namespaces: 1,
  namespacesPerElement: 1,
  canonicalBytes: 1,
}
declare const key: WebCryptoKey
const everything: Required<ServiceProviderOptions> = {
  profile: 'amplitude',
  entityId: 'https://amplitude.com/saml/sso/metadata',
  replyUrls: ['https://analytics.amplitude.com/saml/sso/1'],
  signOnUrl: 'https://analytics.amplitude.com/sso',
  logoutUrl: 'https://analytics.amplitude.com/logout',
  idp: '<EntityDescriptor/>',
  requireSigned: 'both',
  allowIdpInitiated: true,
  clockSkewSeconds: 180,
  requireMfa: true,
  requireAuthnContext: ['urn:oasis:names:tc:SAML:2.0:ac:classes:Password'],
  maxAssertionAgeSeconds: 300,
  maxAuthnAgeSeconds: 86_400,
  sessionExpiry: 'report',
  certificateExpiry: 'fail',
  requireEncrypted: false,
  allowUnsignedLogout: false,
  algorithms: { allowSha1: false },
  additionalAudiences: [],
  claims: { userName: 'login', email: ['mail', 'NameID'], department: [] },
  requiredClaims: ['email', 'urn:oid:2.5.4.42'],
  limits,
  crypto: 'auto',
  decryptionKeys: ['-----BEGIN PRIVATE KEY-----', async ({ ciphertext }) => ciphertext, key],
  signingKey: ({ data }) => data,
  signingCertificates: ['-----BEGIN CERTIFICATE-----', 'MII'],
  encryptionCertificates: 'MII',
  store: new MemoryStore({ maxEntries: 1000 }),
  storeTimeoutMilliseconds: 1000,
  requestLifetimeSeconds: 600,
}
const sp = new ServiceProvider(everything)

// The least, with undefined where a configuration may lack a value.
const unset: string | undefined = undefined
new ServiceProvider({ replyUrls: [], idp: '', entityId: unset, algorithms: { allowSha1: undefined } })
const replyUrls = ['https://a'] as const
new ServiceProvider({ entityId: 'https://a', replyUrls, idp: '<x/>' })

const idp = IdentityProvider.fromMetadata('<x/>')
IdentityProvider.fromMetadata(new Uint8Array(), { entityId: 'x', now: new Date() })
const byHand = { entityId: 'x', certificates: ['MII'], singleSignOnUrl: 'https://x' }
new ServiceProvider({ replyUrls, entityId: 'x', idp })
new ServiceProvider({ replyUrls, entityId: 'x', idp: byHand })
new ServiceProvider({ replyUrls, entityId: 'x', idp: [idp, byHand, '<x/>'] as const })

const findings: readonly LintFinding[] = sp.lint()
sp.lint({ metadata: '<x/>', idpMetadataReadAt: 0, now: new Date() })
const gravest: 'error' | 'warning' | 'info' | undefined = findings[0]?.severity
void gravest

const context: Required<Context> = {
  inResponseTo: ['_1', '_2'],
  replyUrl: 'https://a',
  relayState: null,
  now: 0,
}

export async function results(): Promise<void> {
  await init()
  await init('/countersign.wasm')
  await slim.init(new Uint8Array())
  await inline.init()

  const login = await sp.validateResponse('PHg+', context)
  is<Equal<typeof login, Login>>()
  is<Equal<ReturnType<typeof sp.validateResponseSync>, Login>>()
  is<Equal<Login['nameId']['value'], string>>()
  is<Equal<Login['initiatedBy'], 'sp' | 'idp'>>()
  is<Equal<Login['report'], Report>>()
  const mail = login.attributes['mail']?.[0]
  is<Equal<typeof mail, string | undefined>>()
  const mfa: boolean | undefined = login.entra?.mfa
  const key: string = login.replay.key
  const enterprise = login.user['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User']
  is<Equal<NonNullable<typeof enterprise>['department'], string | undefined>>()
  void [mfa, key]

  const report = await sp.inspectResponse(new Uint8Array(), { inResponseTo: '_1' })
  is<Equal<typeof report, Report>>()
  const failed: Check | undefined = report.checks.find(({ status }) => status === 'failed')
  const line: number | undefined = failed?.where?.line
  const event: AuditEvent = report.toAuditEvent()
  const ecs: EcsEvent = report.toAuditEvent({ format: 'ecs', subject: 'plain' })
  const ocsf: OcsfEvent = report.toAuditEvent({ format: 'ocsf', subject: 'hash', key: 'secret' })
  void [ecs, ocsf]
  const redacted: Report = report.redacted()
  const bundle: Bundle | undefined = redacted.bundle
  if (bundle === undefined) return
  const replayed: Replay = ServiceProvider.replayBundle(bundle)
  const answered: Check['status'] | undefined = replayed.checks[0]?.status
  void [line, event, answered]

  const known: Readonly<Record<ProfileId, Profile>> = profiles
  void known
}

export async function logout(login: Login, kept: string): Promise<void> {
  const sent = await sp.createLogoutRequest({ login, relayState: null, now: 0 })
  is<Equal<typeof sent.url, string>>()
  const form = await sp.createLogoutRequest({ nameId: kept, sessionIndex: ['_1'], binding: 'post' })
  is<Equal<typeof form.form.html, string>>()
  await sp.createLogoutRequest({ nameId: { value: kept, format: 'urn:f' }, notOnOrAfter: new Date() })
  await sp.createLogoutRequest({ login: { nameId: login.nameId }, reason: 'urn:r', idp: 'x', id: '_1' })

  const request = await sp.validateLogoutRequest('SAMLRequest=', { relayState: null })
  is<Equal<typeof request, LogoutRequest>>()
  is<Equal<LogoutRequest['sessionIndexes'], readonly string[]>>()
  is<Equal<LogoutRequest['reason'], string | undefined>>()
  const answer = await sp.createLogoutResponse({ inResponseTo: request, status: 'partial' })
  await sp.createLogoutResponse({ inResponseTo: request.id, idp: request.issuer, binding: 'post' })
  void answer.url

  const context: Required<LogoutResponseContext> = { inResponseTo: '_1', relayState: 'x', now: 0 }
  const response = await sp.validateLogoutResponse(new Uint8Array(), context)
  is<Equal<typeof response, LogoutResponse>>()
  const partial: boolean = response.partial
  const report = await sp.inspectLogoutResponse('', context)
  is<Equal<typeof report, Report>>()
  const admitted: LogoutRequest | LogoutResponse | undefined = report.logout
  const covered: boolean = request.signedBy.some(({ element }) => element === 'query')
  void [partial, admitted, covered, await sp.inspectLogoutRequest('')]
}

export function refusals(error: unknown): string | undefined {
  if (!(error instanceof SamlError)) return undefined
  is<Equal<typeof error.code, SamlErrorCode>>()
  is<Equal<typeof error.check, CheckId | undefined>>()
  const codes: readonly SamlErrorCode[] = SamlError.codes
  void codes
  switch (error.code) {
    case 'ERR_SAML_EXPIRED':
      return error.expected
    case 'ERR_SAML_AUDIENCE':
      return error.hint
    default:
      return error.report?.code
  }
}

// The entries have one class each, not one each.
const same: typeof SamlError = slim.SamlError
void same

const redirect: { id: string; url: string } = await sp.createLoginRequest({ relayState: 'x' })
const description: Required<WriteMetadataOptions> = {
  organization: { name: 'Contoso', displayName: 'Contoso', url: 'https://contoso.example', lang: 'de' },
  contacts: [
    {
      type: 'technical',
      givenName: 'Ada',
      surName: 'L',
      company: 'Contoso',
      emailAddress: 'ada@contoso.example',
      telephoneNumber: unset,
    },
  ] as const,
  nameIdFormats: ['urn:x'],
  validUntil: new Date(),
  cacheSeconds: 3600,
  id: '_1',
  sign: false,
  now: 0,
}
is<Equal<ReturnType<typeof sp.metadata>, string>>()
const written: string = await sp.metadataAsync(description)
const beforehand = { replyUrls, signingCertificates: replyUrls } as const
const early: string = ServiceProvider.writeMetadata(beforehand)
const later: Promise<string> = ServiceProvider.writeMetadataAsync(beforehand, description)
void [written, early, later]
const posted = await sp.createLoginRequest({ binding: 'post', idp: redirect.id })
posted.form.fields['SAMLRequest']?.length
// Every store is a Store; a client, a connection or a binding is all that it wants.
declare const ioredis: { call(command: string, ...args: (string | number)[]): Promise<unknown> }
declare const nodeRedis: { sendCommand(words: readonly string[], more?: object): Promise<unknown> }
declare const binding: {
  idFromName(name: string): { toString(): string }
  get(id: { toString(): string }): {
    fetch(
      address: string | { url: string },
      request?: { method?: string; body?: string | null },
    ): Promise<{ ok: boolean; status: number; json<T>(): Promise<T> }>
  }
}
export const stores: readonly Store[] = [
  new MemoryStore(),
  new RedisStore(ioredis),
  new RedisStore(nodeRedis, { prefix: 'app:' }),
  new RedisStore((command: string[]) => command[0]),
  new SqlStore(async (statement: string, values: unknown[]) => [statement, values], {
    dialect: 'postgres',
    table: 'used',
  }),
  new DurableObjectStore(binding),
  { putIfAbsent: (key: string, until: number) => key.length > until, take: async () => true },
]
export { CountersignState }
const atOnce: boolean = new MemoryStore().putIfAbsent('key', 0)
const schema: readonly string[] = new SqlStore(() => [], { dialect: 'sqlite' }).schema
void [atOnce, schema]

const pinned = IdentityProvider.fromMetadata('<x/>', {
  entityId: 'urn:idp',
  signedBy: ['-----BEGIN CERTIFICATE-----'],
  algorithms: { allowSha1: false },
  now: new Date(),
})
const uses: 'any' | 'encryption' | 'signing' | undefined = pinned.encryptionCertificates[0]?.use
const diff = pinned.diff('<x/>', { now: 0 })
if (diff.changed && !diff.safeToApply) diff.reasons.join(diff.entityId?.to)
const line: number | undefined = pinned.unusableKeys[0]?.line
const file = ServiceProvider.readMetadata('<x/>', { signedBy: 'certificate' })
const index: number | undefined = file.assertionConsumerServices[0]?.index
ServiceProvider.fromMetadata('<x/>', { idp: pinned }).inspectResponse('<x/>')
ServiceProvider.fromMetadata('<x/>', { idp: pinned, replyUrls: file.replyUrls })
void [uses, line, index]
