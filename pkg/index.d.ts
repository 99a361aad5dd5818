/**
 * Countersign decides whether a SAML response may sign somebody in, and says why where it may not.
 *
 * @example
 * import { ServiceProvider } from 'countersign'
 *
 * const sp = new ServiceProvider({
 *   profile: 'amplitude',
 *   replyUrls: ['https://analytics.amplitude.com/saml/sso/12345'],
 *   idp: await readFile('federation-metadata.xml', 'utf8'),
 * })
 * const login = await sp.validateResponse(form.SAMLResponse, { inResponseTo: session.requestId })
 *
 * @packageDocumentation
 */

/**
 * Makes the package ready. In Node, Bun, Deno, Workers and `countersign/inline` it is ready after
 * import and this does nothing; in browsers it must be awaited once before the first call. One
 * program that awaits it runs on all of them.
 *
 * @param source Browsers only: where `countersign.wasm` is, if not beside the script. Also its
 *   bytes, a `Response`, or a compiled `WebAssembly.Module`.
 * @throws {SamlError} `ERR_SAML_HOST` where the module cannot be loaded. May be tried again.
 */
export function init(source?: ModuleSource): Promise<void>

/** Something that `init` can load the module from. */
export type ModuleSource =
  | string
  | ArrayBuffer
  | ArrayBufferView
  | GlobalInstance<'URL'>
  | GlobalInstance<'Request'>
  | GlobalInstance<'Response'>
  | PromiseLike<GlobalInstance<'Response'>>
  | CompiledModule

/** The type of a runtime's global class, `never` where the program's types do not have it. */
type GlobalInstance<Name extends string> = typeof globalThis extends Record<
  Name,
  { prototype: infer Instance }
>
  ? Instance
  : never

type CompiledModule = typeof globalThis extends {
  WebAssembly: { Module: { prototype: infer Instance } }
}
  ? Instance & object
  : never

/**
 * A SAML service provider: your application, as one identity provider (or several) knows it. Make
 * it once and keep it; it holds no connection and no state between calls.
 *
 * @example
 * import { SamlError, ServiceProvider } from 'countersign'
 *
 * const sp = new ServiceProvider({
 *   entityId: 'https://app.example.com/saml',
 *   replyUrls: ['https://app.example.com/saml/acs'],
 *   idp: federationMetadataXml,
 * })
 *
 * // In the handler of the Reply URL (ACS URL):
 * try {
 *   const login = await sp.validateResponse(form.SAMLResponse, {
 *     inResponseTo: session.requestId,
 *   })
 *   session.user = login.nameId.value
 * } catch (error) {
 *   if (!(error instanceof SamlError)) throw error
 *   log.warn(error.code, error.message)
 *   // For the administrator: error.hint says what to change, error.report lists every check.
 * }
 */
export class ServiceProvider {
  /**
   * @throws {SamlError} `ERR_SAML_OPTIONS` where an option is unknown, of the wrong type or wrong;
   *   `ERR_SAML_METADATA_*` where the metadata cannot be used; `ERR_SAML_HOST` in browsers before
   *   `init()`.
   */
  constructor(options: ServiceProviderOptions)

  /**
   * Makes the service provider that an application's metadata file describes: its Identifier
   * (Entity ID) and its Reply URLs (ACS URLs), the default first, take their place in the options.
   * `replyUrls` given here wins; `entityId` says which one is meant where the file describes
   * several. A signature of the file is not looked at: see `readMetadata`.
   *
   * @param xml The file that the application offers as its service provider (SP) metadata.
   * @throws {SamlError} `ERR_SAML_METADATA_XML`; `ERR_SAML_METADATA_ENTITY` where it describes no
   *   service provider or no Reply URL that takes responses by POST; `ERR_SAML_METADATA_EXPIRED`;
   *   and as the constructor.
   *
   * @example
   * const sp = ServiceProvider.fromMetadata(awsMetadataXml, {
   *   profile: 'aws-iam-identity-center',
   *   idp: federationMetadataXml,
   * })
   */
  static fromMetadata(
    xml: string | Uint8Array,
    options: ServiceProviderFromMetadataOptions,
  ): ServiceProvider

  /**
   * Reads what an application's metadata file says. Plain frozen data.
   *
   * @throws {SamlError} as `fromMetadata`, and `ERR_SAML_METADATA_SIGNATURE` where `signedBy` was
   *   given and none of those certificates signed the file.
   */
  static readMetadata(xml: string | Uint8Array, options?: MetadataOptions): ServiceProviderMetadata

  /**
   * Validates a response and returns who may be signed in.
   *
   * @param message The `SAMLResponse` field of the POST form: base64, line breaks and URL-escaping
   *   tolerated. Or the XML itself, as text or UTF-8 bytes.
   * @throws {SamlError} (as a rejection) with the code of the root cause, the check that failed,
   *   what was expected, what came, what to change, and the whole report.
   */
  validateResponse(message: string | Uint8Array, context?: Context): Promise<Login>

  /**
   * The same without a promise.
   *
   * @throws {SamlError} as `validateResponse`, and `ERR_SAML_NEEDS_ASYNC` where `crypto` is
   *   `'host'` and this runtime verifies signatures only asynchronously, or
   *   where the `store` answers with a promise.
   */
  validateResponseSync(message: string | Uint8Array, context?: Context): Login

  /**
   * Validates a response and returns what every check found, also after the first failure. Never
   * throws for what the message contains: bytes that are no SAML at all give a report, too.
   *
   * A diagnosis, which leaves the message usable: the `store` is not asked, the `replay` check is
   * skipped, so an `ok` report does not say that nobody used the message before. Sign in by
   * `validateResponse`.
   *
   * @throws {SamlError} (as a rejection) `ERR_SAML_OPTIONS` where an argument is of the wrong type,
   *   `ERR_SAML_HOST` where the runtime fails.
   */
  inspectResponse(message: string | Uint8Array, context?: Context): Promise<Report>

  /**
   * Judges a bundle as the message was judged. There is no login in what comes out, whatever
   * somebody wrote into the bundle.
   *
   * @example
   * const { checks, same } = ServiceProvider.replayBundle(JSON.parse(text))
   * @throws {SamlError} `ERR_SAML_OPTIONS` where it is no bundle, or its set-up is wrong.
   */
  static replayBundle(bundle: Bundle): Replay

  /**
   * Mistakes of the set-up that can be seen before the first login, the gravest first. It refuses
   * nothing. Run it when the program starts, and daily: certificates expire.
   *
   * @example
   * for (const { severity, title, hint } of sp.lint()) log[severity](title, hint)
   * @throws {SamlError} `ERR_SAML_METADATA_*` where `metadata` cannot be used; `ERR_SAML_OPTIONS`.
   */
  lint(options?: LintOptions): readonly LintFinding[]

  /**
   * Makes a login request: the URL to send the user's browser to, or the form for it to post.
   * Remember `id` in the user's session; the answer is validated with it as `inResponseTo`. Signed
   * where a `signingKey` is configured.
   *
   * @example
   * const { id, url } = await sp.createLoginRequest({ relayState: '/reports' })
   * session.requestId = id
   * response.redirect(url)
   * @throws {SamlError} (as a rejection) `ERR_SAML_OPTIONS` where the identity provider offers no
   *   endpoint for the binding, wants requests signed and there is no key, or an option is wrong;
   *   `ERR_SAML_HOST` where signing fails.
   */
  createLoginRequest(
    options: LoginRequestOptions & { readonly binding: 'post' },
  ): Promise<PostLoginRequest>
  createLoginRequest(
    options?: LoginRequestOptions & { readonly binding?: 'redirect' | undefined },
  ): Promise<RedirectLoginRequest>

  /**
   * Makes a logout request, where the user signs out at this application: the URL to send the
   * browser to, or the form for it to post. End your own session first. Remember `id` in what is
   * left of it; the answer is validated with it as `inResponseTo`. Signed where a `signingKey` is
   * configured.
   *
   * @example
   * const { login } = session // what validateResponse returned: nameId and sessionIndex are enough
   * const { id, url } = await sp.createLogoutRequest({ login })
   * session.logoutId = id
   * response.redirect(url)
   * @throws {SamlError} (as a rejection) `ERR_SAML_OPTIONS` where the identity provider offers no
   *   SingleLogoutService for the binding, or an option is wrong; `ERR_SAML_HOST` where signing
   *   fails.
   */
  createLogoutRequest(
    options: LogoutRequestOptions & { readonly binding: 'post' },
  ): Promise<PostLogoutMessage>
  createLogoutRequest(
    options: LogoutRequestOptions & { readonly binding?: 'redirect' | undefined },
  ): Promise<RedirectLogoutMessage>

  /**
   * Validates a logout request of the identity provider: the user signed out there, or at another
   * application. End the sessions it names, then answer with `createLogoutResponse`.
   *
   * By redirect the signature covers the query as it was written, so pass the raw query. It is
   * found wherever it is: over the query, or in the message. Every signature that is there must
   * hold.
   *
   * @param message The raw query of the request or its whole URL (in Node: `request.url`); or for a
   *   POST the form body, or its field `SAMLRequest`. Or the XML.
   * @throws {SamlError} (as a rejection) with the code of the root cause, as `validateResponse`.
   *   With a `store` the same request is refused the second time (`ERR_SAML_REPLAY`).
   *
   * @example
   * const request = await sp.validateLogoutRequest(req.url)
   * await sessions.endAll(request.nameId.value, request.sessionIndexes)
   * const { url } = await sp.createLogoutResponse({ inResponseTo: request })
   * res.redirect(url)
   */
  validateLogoutRequest(
    message: string | Uint8Array,
    context?: LogoutRequestContext,
  ): Promise<LogoutRequest>

  /**
   * Answers a logout request of the identity provider: the URL to send the browser to, or the form
   * for it to post.
   *
   * @throws {SamlError} (as a rejection) as `createLogoutRequest`.
   */
  createLogoutResponse(
    options: LogoutResponseOptions & { readonly binding: 'post' },
  ): Promise<PostLogoutMessage>
  createLogoutResponse(
    options: LogoutResponseOptions & { readonly binding?: 'redirect' | undefined },
  ): Promise<RedirectLogoutMessage>

  /**
   * Validates the answer to a logout request of this application. Where the identity provider did
   * not sign the user out, it throws `ERR_SAML_STATUS`; `partial` says that it did, but that
   * another application did not confirm.
   *
   * @param message As of `validateLogoutRequest`; the form's field is `SAMLResponse`.
   * @throws {SamlError} (as a rejection) with the code of the root cause.
   */
  validateLogoutResponse(
    message: string | Uint8Array,
    context: LogoutResponseContext,
  ): Promise<LogoutResponse>

  /**
   * What every check of a logout request found, as `inspectResponse`: never throws for what the
   * message contains, and does not ask the `store`.
   */
  inspectLogoutRequest(
    message: string | Uint8Array,
    context?: LogoutRequestContext,
  ): Promise<Report>

  /** The same of the answer to a logout request. */
  inspectLogoutResponse(
    message: string | Uint8Array,
    context?: LogoutResponseContext,
  ): Promise<Report>

  /**
   * Writes this service provider's metadata: the file that the administrator of the identity
   * provider imports. It holds the Identifier, every Reply URL (the first is the default), the
   * Logout URL, and the certificates of `signingCertificates` and `encryptionCertificates`. Signed
   * where a `signingKey` is configured. Serve it as `application/samlmetadata+xml`.
   *
   * Without a signature it is the same from call to call; with one, the ID differs.
   *
   * @example
   * const sp = new ServiceProvider({
   *   entityId: 'https://app.example.com/saml',
   *   replyUrls: ['https://app.example.com/saml/acs'],
   *   idp: federationMetadataXml,
   *   signingKey, // PEM
   *   signingCertificates: [certificate], // PEM; during a rollover, the next one as well
   * })
   * response.setHeader('Content-Type', 'application/samlmetadata+xml')
   * const contacts = [{ type: 'technical', emailAddress: 'it@example.com' }]
   * response.end(sp.metadata({ contacts }))
   *
   * @throws {SamlError} `ERR_SAML_OPTIONS` where an option is wrong, a Reply URL is no web address,
   *   or `signingKey` belongs to none of `signingCertificates`; `ERR_SAML_NEEDS_ASYNC` where the
   *   key cannot sign at once (browsers; functions that answer with a promise): call
   *   `metadataAsync`; `ERR_SAML_HOST` where signing fails.
   */
  metadata(options?: WriteMetadataOptions): string

  /** The same for keys that have to be waited for: works in every runtime. */
  metadataAsync(options?: WriteMetadataOptions): Promise<string>

  /**
   * Writes the metadata of a service provider that has no identity provider yet: as a rule the
   * identity provider's administrator wants this file first. The options are those of the
   * constructor, without `idp`.
   *
   * @throws {SamlError} as the constructor and `metadata`.
   */
  static writeMetadata(
    options: ServiceProviderBeforehand,
    metadataOptions?: WriteMetadataOptions,
  ): string

  /** The same for keys that have to be waited for. */
  static writeMetadataAsync(
    options: ServiceProviderBeforehand,
    metadataOptions?: WriteMetadataOptions,
  ): Promise<string>
}

/** Options of a service provider that has no identity provider yet. */
export type ServiceProviderBeforehand = Omit<ServiceProviderOptions, 'idp'> & {
  readonly idp?: ServiceProviderOptions['idp'] | undefined
}

/** What the metadata says beside the set-up. Unknown options are refused. */
export interface WriteMetadataOptions {
  /** Who runs the application. */
  readonly organization?: {
    readonly name: string
    /** Its name as people know it. Default: `name`. */
    readonly displayName?: string | undefined
    /** Where to read about it. */
    readonly url: string
    /** The language of the names, such as `de` or `pt-BR`. Default: `en`. */
    readonly lang?: string | undefined
  } | undefined
  /** Whom to turn to. Everybody who reads the metadata can see it. */
  readonly contacts?: readonly MetadataContact[] | undefined
  /** URIs of the NameID formats that the application can work with. Default: any. */
  readonly nameIdFormats?: readonly string[] | undefined
  /**
   * When the metadata ceases to be valid, a `Date` or milliseconds since 1970. Best left out,
   * except in federations that demand it: an identity provider that keeps a copy, as Entra ID does, has
   * nobody to renew it. Default: for ever.
   */
  readonly validUntil?: Date | number | undefined
  /** For how many seconds a copy may be kept before it is fetched again. Default: not said. */
  readonly cacheSeconds?: number | undefined
  /**
   * ID of the document: a letter or an underscore, then letters, digits, `.`, `_` and `-`. Default:
   * 128 random bits where the metadata is signed, else none.
   */
  readonly id?: string | undefined
  /**
   * Whether the metadata is signed where there is a `signingKey`. Login requests are announced as
   * signed in any case. Default: `true`.
   */
  readonly sign?: boolean | undefined
  /** The time that `validUntil` is judged by. Default: the time of the call. */
  readonly now?: Date | number | undefined
}

/** Somebody to turn to. */
export interface MetadataContact {
  readonly type: 'technical' | 'support' | 'administrative' | 'billing' | 'other'
  readonly givenName?: string | undefined
  readonly surName?: string | undefined
  readonly company?: string | undefined
  /** With or without `mailto:`. */
  readonly emailAddress?: string | undefined
  readonly telephoneNumber?: string | undefined
}

/**
 * A message and the set-up it met, for a bug report. Plain data that JSON can hold. See docs/bundle.md.
 */
export interface Bundle {
  readonly format: 'countersign.bundle/1'
  /** The set-up: no keys, and of identity providers what decides. */
  readonly options: object
  /** Whether there was a key to decrypt with. */
  readonly canDecrypt: boolean
  readonly context: object
  /** What every check answered. */
  readonly checks: readonly BundleCheck[]
  /**
   * The message with stand-ins for what speaks of the user. Absent where it is no XML, and where
   * something in it is encrypted.
   */
  readonly message?: string
  /** Whose digest held: with stand-ins it cannot hold any more. */
  readonly digests?: { readonly response: boolean; readonly assertion: boolean }
}

/** The answer of a check, without what was expected and what came. */
export type BundleCheck = Pick<Check, 'id' | 'status' | 'code'>

/** What a bundle is judged as. It signs nobody in. */
export interface Replay {
  /** Whether there was a message to judge; else `checks` are as they were recorded. */
  readonly judged: boolean
  /** Whether every check answers as it did when the bundle was made. */
  readonly same: boolean
  readonly checks: readonly (Check | BundleCheck)[]
  readonly hints: readonly Hint[]
}

/** What `lint` is told beside the set-up. */
export interface LintOptions {
  /**
   * The application's own metadata file, text or bytes, as it was given to the identity provider:
   * Identifier and Reply URLs are compared with it.
   */
  readonly metadata?: string | Uint8Array | undefined
  /** When the metadata of the identity provider was downloaded. Default: when `sp` was made. */
  readonly idpMetadataReadAt?: Date | number | undefined
  /** The time, a `Date` or milliseconds since 1970. Default: the time of the call. */
  readonly now?: Date | number | undefined
}

/** A mistake of a set-up, or something worth knowing about it. */
export interface LintFinding {
  /** The rule, see docs/lint.md. Stable: rules are added, never renamed. */
  readonly id: string
  /**
   * `'error'`: logins fail or can be stolen. `'warning'`: it works, and is less safe or will fail
   * some day. `'info'`: worth knowing.
   */
  readonly severity: 'error' | 'warning' | 'info'
  /** What is wrong. */
  readonly title: string
  /** What the set-up has. */
  readonly actual?: string
  /** What would be right. */
  readonly expected?: string
  /** What to change. */
  readonly hint: string
  /** The option concerned. */
  readonly option?: string
}

/** What a login request says. */
export interface LoginRequestOptions {
  /** How it travels: in a URL, or in a form that the browser posts. Default: `'redirect'`. */
  readonly binding?: 'redirect' | 'post' | undefined
  /**
   * Comes back with the answer. Identity providers need to carry 80 bytes only: keep the state in
   * the session and send a short key. Anybody can change it: never redirect to it unchecked.
   */
  readonly relayState?: string | null | undefined
  /** Whether the user has to authenticate anew. Default: `false`. */
  readonly forceAuthn?: boolean | undefined
  /** Whether the user must not be asked anything. Default: `false`. */
  readonly isPassive?: boolean | undefined
  /** A name that the identity provider may fill in; Entra ID does. */
  readonly loginHint?: string | null | undefined
  /**
   * The request's ID: a letter or an underscore, then letters, digits, `.`, `_` and `-`. Default:
   * 128 random bits.
   */
  readonly id?: string | undefined
  /** Entity ID of the identity provider, where several are configured. */
  readonly idp?: string | undefined
  /** The Reply URL for the answer. Default: the first of `replyUrls`. */
  readonly replyUrl?: string | undefined
  /** Format of NameIDPolicy. Best left out: the identity provider's set-up decides then. */
  readonly nameIdFormat?: string | undefined
  /**
   * Demanded values of AuthnContextClassRef. Best left out: Entra ID refuses users of Windows Hello
   * then (AADSTS75011).
   */
  readonly authnContext?: readonly string[] | undefined
  /** The time, a `Date` or milliseconds since 1970. Default: the time of the call. */
  readonly now?: Date | number | undefined
}

/** A login request that travels in a URL. */
export interface RedirectLoginRequest {
  /** Its ID, to be remembered until the answer. */
  readonly id: string
  /** Where to send the browser. */
  readonly url: string
  /** What may fail at the identity provider, in words. */
  readonly warnings: readonly string[]
}

/** A login request that the browser posts. */
export interface PostLoginRequest {
  /** Its ID, to be remembered until the answer. */
  readonly id: string
  readonly form: {
    /** Where to post. */
    readonly action: string
    /** The fields, by name. */
    readonly fields: Readonly<Record<string, string>>
    /** A page that posts them by itself, by an inline script, or by a click. */
    readonly html: string
  }
  /** What may fail at the identity provider, in words. */
  readonly warnings: readonly string[]
}

/** Who signs out, and how the identity provider is told. */
export type LogoutRequestOptions = LogoutRequestSubject & {
  /** How it travels: in a URL, or in a form that the browser posts. Default: `'redirect'`. */
  readonly binding?: 'redirect' | 'post' | undefined
  /** Comes back with the answer. At most 80 bytes, as for login requests. */
  readonly relayState?: string | null | undefined
  /** Why, a URI such as `urn:oasis:names:tc:SAML:2.0:logout:user`. Default: none. */
  readonly reason?: string | null | undefined
  /** From when on the identity provider shall not act on it. Default: it decides itself. */
  readonly notOnOrAfter?: Date | number | undefined
  /** The request's ID, as for login requests. Default: 128 random bits. */
  readonly id?: string | undefined
  /**
   * Entity ID of the identity provider, where several are configured. Default: the Issuer of
   * `login`.
   */
  readonly idp?: string | undefined
  /** The time, a `Date` or milliseconds since 1970. Default: the time of the call. */
  readonly now?: Date | number | undefined
}

/** Who signs out: the login, or the parts of it that an application kept. */
export type LogoutRequestSubject =
  | {
      /** What `validateResponse` returned, also after a round trip through JSON. */
      readonly login: Pick<Login, 'nameId'> & Partial<Pick<Login, 'sessionIndex' | 'issuer'>>
      readonly nameId?: undefined
      /** The sessions meant. Default: that of `login`. */
      readonly sessionIndex?: string | readonly string[] | null | undefined
    }
  | {
      readonly login?: undefined
      /** The NameID of the login, to the letter. */
      readonly nameId: string | (Pick<NameId, 'value'> & Partial<NameId>)
      /** The sessions meant. Default: all of the user's. */
      readonly sessionIndex?: string | readonly string[] | null | undefined
    }

/** How a logout request of the identity provider is answered. */
export interface LogoutResponseOptions {
  /**
   * The request that is answered: what `validateLogoutRequest` returned, which also says to whom
   * and with which RelayState; or its ID.
   */
  readonly inResponseTo:
    | string
    | (Pick<LogoutRequest, 'id'> & Partial<Pick<LogoutRequest, 'issuer' | 'relayState'>>)
  /**
   * How it went. `'success'`: the sessions are ended, or there were none. `'partial'`: those here
   * are, but not others that this application answers for. `'denied'`, `'failed'`: they are not.
   * `'unknown-principal'`: nobody of this name is known. Default: `'success'`.
   */
  readonly status?: 'success' | 'partial' | 'denied' | 'failed' | 'unknown-principal' | undefined
  /** How it travels. Default: `'redirect'`. */
  readonly binding?: 'redirect' | 'post' | undefined
  /** Default: that of the request, which has to go back. `null`: none. */
  readonly relayState?: string | null | undefined
  /** Entity ID of the identity provider, where several are configured. Default: the request's. */
  readonly idp?: string | undefined
  /** The response's ID. Default: 128 random bits. */
  readonly id?: string | undefined
  /** The time, a `Date` or milliseconds since 1970. Default: the time of the call. */
  readonly now?: Date | number | undefined
}

/** A logout message that travels in a URL. `id` is the message's own. */
export type RedirectLogoutMessage = RedirectLoginRequest

/** A logout message that the browser posts. `id` is the message's own. */
export type PostLogoutMessage = PostLoginRequest

/** What this application knows about a logout request at hand. */
export interface LogoutRequestContext {
  /** The field `RelayState` of a form. Of a redirect it is read from the query, where it is signed. */
  readonly relayState?: string | null | undefined
  /** The time to judge by, a `Date` or milliseconds since 1970. Default: the time of the call. */
  readonly now?: Date | number | undefined
}

/** What this application knows about the answer to a logout request. */
export interface LogoutResponseContext extends LogoutRequestContext {
  /** The ID of the logout request that was sent, or all that are outstanding. From the session. */
  readonly inResponseTo?: string | readonly string[] | null | undefined
}

/** A logout request that may be acted on. Frozen data. */
export interface LogoutRequest {
  /** ID of the request. */
  readonly id: string
  /** Entity ID of the identity provider, whichever of its names the message carries. */
  readonly issuer: string
  /** Who is to be signed out: the NameID of the login. */
  readonly nameId: NameId
  /** The sessions meant, by `login.sessionIndex`. Empty: all of the user's. */
  readonly sessionIndexes: readonly string[]
  /** Why, a URI as a rule. */
  readonly reason?: string
  /** From when on the request is void, ISO 8601 in UTC. */
  readonly notOnOrAfter?: string
  /** To be given back with the answer. Only a signature over the query covers it. */
  readonly relayState?: string
  /** For refusing the request when it comes a second time, where no `store` does. */
  readonly replay: { readonly key: string; readonly expiresAt: string }
  /** What was signed. Empty only with `allowUnsignedLogout`. */
  readonly signedBy: readonly LogoutSignature[]
  /** What every check found. Not enumerable. */
  readonly report: Report
}

/** The answer to a logout request: the user is signed out at the identity provider. Frozen data. */
export interface LogoutResponse {
  /** ID of the response. */
  readonly id: string
  /** Entity ID of the identity provider, whichever of its names the message carries. */
  readonly issuer: string
  /** The request that is answered. */
  readonly inResponseTo: string
  /** The status codes, the outermost first: Success, or PartialLogout alone. */
  readonly status: { readonly codes: readonly string[]; readonly message?: string }
  /** Whether another application of the session did not confirm. */
  readonly partial: boolean
  /** What was sent with the request. Only a signature over the query covers it. */
  readonly relayState?: string
  /** What was signed. Empty only with `allowUnsignedLogout`. */
  readonly signedBy: readonly LogoutSignature[]
  /** What every check found. Not enumerable. */
  readonly report: Report
}

/** A signature that verified with a trusted key. */
export interface LogoutSignature extends Omit<Signature, 'element'> {
  /** `'query'`: over the query of a redirect, RelayState included. */
  readonly element: Signature['element'] | 'query' | 'LogoutRequest' | 'LogoutResponse'
}

/** Options of `ServiceProvider.fromMetadata`: what the file says may be left out. */
export type ServiceProviderFromMetadataOptions = Omit<ServiceProviderOptions, 'replyUrls'> & {
  readonly replyUrls?: readonly string[] | undefined
}

/** What the metadata of a service provider says. */
export interface ServiceProviderMetadata {
  /** *Identifier (Entity ID)*. */
  readonly entityId: string
  /** *Reply URLs (ACS URLs)* that take responses by POST, the default first, then by index. */
  readonly replyUrls: readonly string[]
  readonly assertionConsumerServices: readonly (Endpoint & {
    readonly index?: number
    /** Whether responses go there unless the request says otherwise. */
    readonly isDefault: boolean
  })[]
  readonly singleLogoutServices: readonly Endpoint[]
  readonly nameIdFormats: readonly string[]
  /** Whether it signs its login requests. */
  readonly authnRequestsSigned: boolean
  /** Whether it asks identity providers to sign assertions. */
  readonly wantAssertionsSigned: boolean
  /** Its certificates and what they are for. */
  readonly certificates: readonly DescribedCertificate[]
  readonly unusableKeys: readonly UnusableKey[]
  /** ISO 8601 in UTC. */
  readonly validUntil?: string
  /** Whether the document carries a signature. */
  readonly signed: boolean
  /** SHA-256 thumbprint of the certificate of `signedBy` that the signature was verified with. */
  readonly signedBy?: string
}

/** What a key is for: `any` where the metadata does not say, which means both. */
export type KeyUse = 'any' | 'encryption' | 'signing'

/** A certificate with what it is for. */
export interface DescribedCertificate extends Certificate {
  /** Kind and size of the key, such as `RSA 2048`. */
  readonly keyType: string
  readonly use: KeyUse
  /** The certificate itself, base64 of the DER. */
  readonly certificate: string
}

/** A key in metadata that cannot be used. */
export interface UnusableKey {
  readonly use: KeyUse
  /** What is wrong with it. */
  readonly reason: string
  /** Line of the file, from 1. */
  readonly line: number
}

/**
 * How a service provider is set up. Unknown options are refused (`ERR_SAML_OPTIONS`); one that is
 * `undefined` is as good as absent.
 */
export interface ServiceProviderOptions {
  /**
   * A known application or identity provider: fills in what it fixes and adds its advice to hints.
   * Options given here beside it win. Default: `'generic'`, which fixes nothing.
   */
  readonly profile?: ProfileId | undefined

  /**
   * *Identifier (Entity ID)* of this application. Compared exactly: a trailing slash counts.
   * Needed, unless the profile fixes it. A message for another one fails with
   * `ERR_SAML_AUDIENCE`.
   */
  readonly entityId?: string | undefined

  /**
   * *Reply URLs (Assertion Consumer Service URLs)* of this application, each exactly as registered
   * at the identity provider. At least one. A message for another one fails with
   * `ERR_SAML_DESTINATION` or `ERR_SAML_RECIPIENT`.
   */
  readonly replyUrls: readonly string[]

  /** *Sign-on URL*: where a login begins at this application. Only used in advice. */
  readonly signOnUrl?: string | undefined

  /**
   * *Logout URL* of this application: where logout messages arrive, by redirect and by form. A
   * logout message for another one fails with `ERR_SAML_DESTINATION`, and so does a signed one that
   * does not say whom it is for. Default: none; then the check warns, because what was signed for
   * another application is taken as well.
   */
  readonly logoutUrl?: string | undefined

  /**
   * Who may sign users in: the text of the *Federation Metadata XML*, an `IdentityProvider`, an
   * identity provider by hand, or an array of those (several tenants). With several, the
   * message's Issuer chooses one, and from then on the keys of that one alone count.
   */
  readonly idp: IdentityProviderSource | readonly IdentityProviderSource[]

  /**
   * What has to be signed. `'any'`: a signature covers the assertion, on the Response or on the
   * Assertion. Every signature that is present must verify, whatever is chosen here. Otherwise
   * `ERR_SAML_SIGNATURE_MISSING` or `ERR_SAML_SIGNATURE_POLICY`. Default: `'any'`.
   */
  readonly requireSigned?: 'any' | 'assertion' | 'response' | 'both' | undefined

  /**
   * Whether the identity provider may start a login without a request (My Apps tile, "Test this
   * application"). Such a message can be sent to your users by anybody who has an account there,
   * so it is off unless needed (`ERR_SAML_UNSOLICITED`). Default: `false`.
   */
  readonly allowIdpInitiated?: boolean | undefined

  /** How far clocks may differ, in seconds. Default: 180. */
  readonly clockSkewSeconds?: number | undefined

  /**
   * Whether the message must show multifactor authentication (`ERR_SAML_MFA`). Default: `false`.
   */
  readonly requireMfa?: boolean | undefined

  /**
   * Accepted values of AuthnContextClassRef (`ERR_SAML_AUTHN_CONTEXT`). Entra ID mostly says
   * Password even after multifactor authentication: use `requireMfa` there. Default: any.
   */
  readonly requireAuthnContext?: readonly string[] | undefined

  /** Greatest age of the assertion, in seconds (`ERR_SAML_TOO_OLD`). Default: not limited. */
  readonly maxAssertionAgeSeconds?: number | undefined

  /**
   * Greatest age of the authentication, in seconds (`ERR_SAML_TOO_OLD`). With Entra ID it may be
   * weeks: browsers stay signed in there. Default: not limited.
   */
  readonly maxAuthnAgeSeconds?: number | undefined

  /**
   * What a SessionNotOnOrAfter in the past means: `'enforce'` refuses the login
   * (`ERR_SAML_SESSION_EXPIRED`), `'report'` warns. Default: `'enforce'`.
   */
  readonly sessionExpiry?: 'enforce' | 'report' | undefined

  /**
   * What it means that the certificate that signed is outside its validity: nothing, a warning, or
   * a refusal (`ERR_SAML_CERTIFICATE_EXPIRED`, `ERR_SAML_CERTIFICATE_NOT_YET_VALID`). Identity
   * providers, Entra ID among them, go on signing with expired certificates. Default: `'warn'`.
   */
  readonly certificateExpiry?: 'ignore' | 'warn' | 'fail' | undefined

  /** Whether the assertion must arrive encrypted (`ERR_SAML_NOT_ENCRYPTED`). Default: `false`. */
  readonly requireEncrypted?: boolean | undefined

  /**
   * Whether logout messages need no signature. Then anybody can sign your users out: only for
   * identity providers that cannot sign (otherwise `ERR_SAML_SIGNATURE_MISSING`). A signature that
   * is there must hold all the same. Default: `false`.
   */
  readonly allowUnsignedLogout?: boolean | undefined

  /** Algorithms beyond the safe ones. */
  readonly algorithms?: {
    /**
     * Whether SHA-1 signatures and digests are accepted, for tenants that still sign so. SHA-1 is
     * broken; otherwise `ERR_SAML_SIGNATURE_ALGORITHM`. Default: `false`.
     */
    readonly allowSha1?: boolean | undefined
  } | undefined

  /** Audiences beside `entityId` that are this application. Default: none. */
  readonly additionalAudiences?: readonly string[] | undefined

  /**
   * From which claims the fields of `login.user` are read, instead of the defaults for Entra ID,
   * AD FS, Okta, Google and LDAP: the Name of an Attribute, or several, of which the first that has
   * a value wins. `'NameID'` stands for the NameID; an empty array for nothing. Do not map `roles`
   * to a claim that users may edit.
   */
  readonly claims?: ClaimMapping | undefined

  /**
   * Claims without which nobody signs in (`ERR_SAML_CLAIM`): fields of `claims`, or whole Names of
   * Attributes where they are URIs. A field with two different values counts as missing, and so
   * does an `email` that is no e-mail address. Default: what the profile needs, for Amplitude
   * `['email']`, which a NameID that is an e-mail address fulfils.
   */
  readonly requiredClaims?: readonly (ClaimField | (string & {}))[] | undefined

  /** What a hostile message may cost at most. */
  readonly limits?: Limits | undefined

  /**
   * Who verifies signatures: `'ring'` (the module itself), `'host'` (the runtime: `node:crypto`,
   * or WebCrypto, which only `validateResponse` and `inspectResponse` can wait for), or `'auto'`
   * (the runtime where it does so at once, else the module). The verdicts are the same.
   * Default: `'auto'`.
   */
  readonly crypto?: 'auto' | 'ring' | 'host' | undefined

  /**
   * The private keys that belong to the encryption certificates uploaded at the identity provider;
   * several during a rollover. Without one, an encrypted message is refused with
   * `ERR_SAML_DECRYPT_KEY`. Decryption takes `validateResponse` or `inspectResponse`:
   * `validateResponseSync` throws `ERR_SAML_NEEDS_ASYNC`.
   */
  readonly decryptionKeys?: DecryptionKey | readonly DecryptionKey[] | undefined

  /**
   * The private key that signs login requests and logout messages: a `CryptoKey` (RSASSA-PKCS1-v1_5, or ECDSA on P-256
   * or P-384) with the usage `sign`, an RSA key in PEM, or a function that has a key management
   * service sign with RSA and SHA-256. It never enters the WebAssembly module. Default: requests
   * are not signed, which Entra ID accepts unless it is set up otherwise.
   */
  readonly signingKey?: WebCryptoKey | string | SignData | undefined

  /**
   * The certificates of `signingKey` for the metadata, PEM or base64 of the DER: the one in use
   * and, during a rollover, the next. One of them must belong to `signingKey`. Default: none, then
   * the metadata names no key to verify with.
   */
  readonly signingCertificates?: string | readonly string[] | undefined

  /**
   * Certificates with RSA keys for identity providers to encrypt with, for the metadata, PEM or
   * base64 of the DER. Their private keys are in `decryptionKeys`. Best only one: AD FS refuses
   * two, and others use any of them. Default: none, and messages are not encrypted.
   */
  readonly encryptionCertificates?: string | readonly string[] | undefined

  /**
   * Remembers which assertions and logout requests were used, so that each works once
   * (`ERR_SAML_REPLAY`). One of `countersign/stores/…`, or your own. Asked by `validateResponse`,
   * `validateResponseSync` and `validateLogoutRequest` alone, and only where every other check
   * passed. Where it fails, the message is refused (`ERR_SAML_STORE`). Default: none, and the
   * application remembers `replay` of the login or the request itself.
   */
  readonly store?: Store | undefined

  /**
   * How long `validateResponse` waits for the store, in milliseconds, 1 to 600,000. Then the store
   * counts as failed. Default: 5,000.
   */
  readonly storeTimeoutMilliseconds?: number | undefined

  /**
   * How long a request waits for its answer, in seconds, 1 to 86,400. With it the `store` holds the
   * ID of each request that `createLoginRequest` and `createLogoutRequest` make, and lets go of it
   * with the answer: a second answer, or one that comes later, fails with
   * `ERR_SAML_IN_RESPONSE_TO`. `inResponseTo` is needed all the same: whose request it was, only
   * the browser's session says. Default: none, and requests are remembered by the session alone.
   */
  readonly requestLifetimeSeconds?: number | undefined
}

/**
 * Where the servers of one application remember, together, what was used. Both methods answer at
 * once or with a promise, are atomic (of any number of callers one alone is told `true`), and throw
 * where they cannot know: no answer may be made up. Keys are printable text of up to 600 characters
 * without personal data.
 *
 * A `ServiceProvider` needs `putIfAbsent` for what was used: it puts keys that begin with
 * `saml:assertion:` and `saml:logout:`. An application can hold its outstanding requests in the same store: it puts
 * `saml:request:` and the request's ID when it sends a user away, and takes it when the answer was
 * accepted; `false` then means that the request was answered already, or too late. That the
 * request belongs to this browser only its session can say: see `Context.inResponseTo`.
 *
 * @example
 * // Sending the user away, with a request that is good for ten minutes:
 * const { id, url } = await sp.createLoginRequest()
 * await store.putIfAbsent(`saml:request:${id}`, Date.now() + 600_000)
 * session.requestId = id
 * // The answer:
 * const login = await sp.validateResponse(form.SAMLResponse, { inResponseTo: session.requestId })
 * if (!(await store.take(`saml:request:${session.requestId}`))) throw new Error('answered before')
 */
export interface Store {
  /**
   * Holds a key until `expiresAt`, unless it is held already.
   *
   * @param expiresAt Milliseconds since 1970. Afterwards the key counts as absent.
   * @returns `true` where the key was absent and is held now, `false` where it was held already.
   */
  putIfAbsent(key: string, expiresAt: number): boolean | PromiseLike<boolean>
  /**
   * Lets go of a key.
   *
   * @returns `true` where it was held, `false` where it was absent.
   */
  take(key: string): boolean | PromiseLike<boolean>
}

/** Signs `data` with RSASSA-PKCS1-v1_5 and SHA-256. Answers the signature. */
export type SignData = (task: {
  /** URI of the algorithm: RSA with SHA-256. */
  readonly algorithm: string
  readonly data: Uint8Array
}) => Uint8Array | Promise<Uint8Array>

/**
 * A private RSA key for decryption: a `CryptoKey` for RSA-OAEP with the usage `decrypt` (it may be
 * non-extractable, and is bound to one digest: SHA-1 for Entra ID), a PEM text (`BEGIN PRIVATE KEY`
 * or `BEGIN RSA PRIVATE KEY`, unencrypted), or a function that has a key management service unwrap.
 * Keys never enter the WebAssembly module.
 */
export type DecryptionKey = WebCryptoKey | string | UnwrapKey

/** A `CryptoKey` of WebCrypto, as every runtime has it. */
export interface WebCryptoKey {
  readonly algorithm: { readonly name: string }
  readonly extractable: boolean
  readonly type: string
  readonly usages: readonly string[]
}

/**
 * Decrypts a content key with RSA-OAEP. Answers its bytes, or `null` where that fails.
 */
export type UnwrapKey = (key: {
  readonly algorithm: 'RSA-OAEP'
  /** The digest of OAEP. */
  readonly digest: 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'
  /** The digest of the mask generation function MGF1. */
  readonly mgf: 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'
  /** The label, mostly empty. */
  readonly label: Uint8Array
  /** The encrypted content key. */
  readonly ciphertext: Uint8Array
}) => Uint8Array | null | Promise<Uint8Array | null>

/**
 * What a hostile message may cost at most. Beyond `inputBytes` a message is refused with
 * `ERR_SAML_INPUT_TOO_LARGE`, beyond any other limit with `ERR_SAML_XML_LIMIT`. The defaults leave
 * a factor of ten to the largest messages seen.
 */
export interface Limits {
  /** Largest message, in bytes of XML. Default: 1,048,576. */
  readonly inputBytes?: number | undefined
  /** Open elements at one time. Default: 128. */
  readonly depth?: number | undefined
  /** Elements, texts, comments and processing instructions together. Default: 100,000. */
  readonly nodes?: number | undefined
  /** Attributes of the whole message. Default: 50,000. */
  readonly attributes?: number | undefined
  /** Attributes of one element. Default: 256. */
  readonly attributesPerElement?: number | undefined
  /** Namespace declarations of the whole message. Default: 50,000. */
  readonly namespaces?: number | undefined
  /** Namespace declarations of one element. Default: 256. */
  readonly namespacesPerElement?: number | undefined
  /** Longest canonical form of a signed element, in bytes. Default: 4,194,304. */
  readonly canonicalBytes?: number | undefined
}

/** The fields of a user that claims fill. */
export type ClaimField =
  | 'costCenter'
  | 'department'
  | 'displayName'
  | 'division'
  | 'email'
  | 'employeeNumber'
  | 'externalId'
  | 'familyName'
  | 'givenName'
  | 'groups'
  | 'manager'
  | 'organization'
  | 'preferredLanguage'
  | 'roles'
  | 'title'
  | 'userName'

/** Names of Attributes by the field they fill. */
export type ClaimMapping = {
  readonly [Field in ClaimField]?: string | readonly string[] | undefined
}

/** An identity provider in one of the forms that are accepted: metadata XML, read, or by hand. */
export type IdentityProviderSource = string | IdentityProvider | IdentityProviderByHand

/** An identity provider without metadata. */
export interface IdentityProviderByHand {
  /** Its Entity ID (*Microsoft Entra Identifier*). Every Issuer must be equal to it. */
  readonly entityId: string
  /** Its signing certificates: PEM, or base64 of the DER. */
  readonly certificates: readonly string[]
  /** Where logins begin (*Login URL*), by redirect and by form. */
  readonly singleSignOnUrl?: string | undefined
  /** Where logouts go (*Logout URL*), by redirect and by form. */
  readonly singleLogoutUrl?: string | undefined
}

/** What this application knows about the message at hand. Unknown properties are refused. */
export interface Context {
  /**
   * The ID of the request that this user's browser carries, or all that are outstanding. From the
   * session, never from the message. Absent, `null` or an empty array: no request was sent, which
   * `allowIdpInitiated` alone admits.
   */
  readonly inResponseTo?: string | readonly string[] | null | undefined
  /**
   * The Reply URL that the message arrived at, where several are configured and they stand for
   * different customers. It must be one of `replyUrls`. Default: any of them.
   */
  readonly replyUrl?: string | null | undefined
  /** The RelayState field that came with the message. */
  readonly relayState?: string | null | undefined
  /** The time to judge by, a `Date` or milliseconds since 1970. Default: the time of the call. */
  readonly now?: Date | number | undefined
}

/** Who may be signed in. All of it was read from what the identity provider signed. */
export interface Login {
  /** Entity ID of the identity provider. */
  readonly issuer: string
  /** The user, as the identity provider names it. */
  readonly nameId: NameId
  /** Values by attribute name, in document order; attributes of one name add up. */
  readonly attributes: Readonly<Record<string, readonly string[]>>
  /** The attributes as they stand in the assertion. */
  readonly attributeList: readonly Attribute[]
  /** The identity provider's name for the session. */
  readonly sessionIndex?: string
  /** When the session must end, ISO 8601 in UTC. */
  readonly sessionNotOnOrAfter?: string
  /** When the user authenticated, ISO 8601 in UTC. May be weeks ago. */
  readonly authnInstant?: string
  /** How the user authenticated: the AuthnContextClassRef. */
  readonly authnContext?: string
  /** The Identifiers that the assertion is meant for. */
  readonly audiences: readonly string[]
  /** ID of the Assertion. */
  readonly assertionId: string
  /** ID of the Response. Not signed where only the Assertion is: for logs, not for decisions. */
  readonly responseId: string
  /** The request that is answered. */
  readonly inResponseTo?: string
  /** Who started this login: this application, or the identity provider. */
  readonly initiatedBy: 'sp' | 'idp'
  /** From when on the assertion must not be accepted any more, ISO 8601 in UTC. */
  readonly notOnOrAfter: string
  /**
   * For refusing the assertion when it comes a second time, where no `store` does: remember `key`
   * until `expiresAt` (ISO 8601 in UTC).
   */
  readonly replay: { readonly key: string; readonly expiresAt: string }
  /** What was signed, how, and by which certificate. */
  readonly signedBy: readonly Signature[]
  /** Whether the assertion arrived encrypted. */
  readonly encrypted: boolean
  /** The user as a SCIM 2.0 User (RFC 7643), for just-in-time provisioning. */
  readonly user: User
  /** The groups that the claims list. SCIM has them read-only, so they are not part of `user`. */
  readonly groups: readonly string[]
  /**
   * What Microsoft Entra ID says beyond SAML; absent for other identity providers, and where the
   * Issuer is not the tenant that the claims speak of.
   */
  readonly entra?: EntraFacts
  /** What every check found. Not enumerable, so that a login can be stored as JSON. */
  readonly report: Report
}

/** How an identity provider names a user. */
export interface NameId {
  readonly value: string
  /** URI of the format; the URI for *unspecified* where the message names none. */
  readonly format: string
  readonly nameQualifier?: string
  readonly spNameQualifier?: string
}

/** One Attribute element. */
export interface Attribute {
  readonly name: string
  readonly nameFormat?: string
  readonly friendlyName?: string
  readonly values: readonly string[]
}

/** A signature that verified with a trusted key. */
export interface Signature {
  readonly element: 'Response' | 'Assertion'
  /** URI of the SignatureMethod. */
  readonly algorithm: string
  /** The certificate that was configured with the key; `null` for a bare public key. */
  readonly certificate: Certificate | null
}

/** Facts about a certificate. */
export interface Certificate {
  readonly subject: string
  readonly issuer: string
  readonly serialNumber: string
  /** ISO 8601 in UTC. */
  readonly notBefore: string
  /** ISO 8601 in UTC. */
  readonly notAfter: string
  /** SHA-1 of the DER in hexadecimal: the *Thumbprint* in the Entra admin center. */
  readonly sha1: string
  /** SHA-256 of the DER in hexadecimal. */
  readonly sha256: string
}

/**
 * A SCIM 2.0 core User with the enterprise extension: what the claims fill in. A field for which
 * the claims have two different values is left out.
 */
export interface User {
  readonly schemas: readonly string[]
  /** The NameID, unless `claims` maps it. It may pass to another person: know users again by `externalId`. */
  readonly userName: string
  /**
   * What stays the same when everything else changes, and is no other user's, whichever identity
   * provider is asked: `tenant/object` of Entra ID, else `saml:`, the Issuer, a blank and a subject
   * identifier or persistent NameID. Absent where the message has none of these: an e-mail address
   * is never taken, unless `claims.externalId` says so.
   */
  readonly externalId?: string
  readonly displayName?: string
  readonly name?: {
    readonly givenName?: string
    readonly familyName?: string
  }
  readonly title?: string
  readonly preferredLanguage?: string
  /** Several only where the message has several different ones; then none is primary. */
  readonly emails?: readonly { readonly value: string; readonly primary: boolean }[]
  readonly roles?: readonly { readonly value: string }[]
  readonly active: boolean
  readonly 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'?: {
    readonly employeeNumber?: string
    readonly costCenter?: string
    readonly organization?: string
    readonly division?: string
    readonly department?: string
    /** As the claim names the manager; SCIM wants the `id` of that user here. */
    readonly manager?: { readonly value: string }
  }
}

/** What Microsoft Entra ID says beyond SAML. */
export interface EntraFacts {
  readonly tenantId: string
  /** With `tenantId`, the only name of a user that never changes and is never given again. */
  readonly objectId?: string
  readonly groups: readonly string[]
  /** Whether the user is in too many groups for the message to list them. */
  readonly groupsOverage: boolean
  /** Whether the user passed multifactor authentication. */
  readonly mfa: boolean
  readonly roles: readonly string[]
}

/** What every check found. */
export interface Report {
  /** Whether the message may be acted on: a response signs somebody in. */
  readonly ok: boolean
  /** The root cause where it may not: the code of the first check that failed. */
  readonly code?: SamlErrorCode
  /** Who may be signed in; only when `ok`. */
  readonly login?: Login
  /** What a logout message says; only when `ok`. */
  readonly logout?: LogoutRequest | LogoutResponse
  /** All checks, in order. Logout messages are asked fewer. */
  readonly checks: readonly Check[]
  /** An outline of what arrived. Values merely claimed: for showing, never for signing in. */
  readonly message?: Outline
  /** What to change for each check, and advice beside them. */
  readonly hints: readonly Hint[]
  /** In what `redacted` returns: what is needed to judge the message again. */
  readonly bundle?: Bundle
  /**
   * One object for an audit log; see docs/audit.md. Without personal data, unless `subject` asks for
   * it. `'countersign'` and `'ecs'` are flat, `'ocsf'` is nested as that schema is.
   *
   * @example
   * log.info(report.toAuditEvent({ subject: 'hash', key: process.env.AUDIT_KEY }))
   * @throws {SamlError} `ERR_SAML_OPTIONS`, also where `subject` is `'hash'` and there is no `key`.
   */
  toAuditEvent(options: AuditOptions & { readonly format: 'ecs' }): EcsEvent
  toAuditEvent(options: AuditOptions & { readonly format: 'ocsf' }): OcsfEvent
  toAuditEvent(options?: AuditOptions & { readonly format?: 'countersign' | undefined }): AuditEvent
  /**
   * This report without personal data, for a bug report: `JSON.stringify(report.redacted())`. It has
   * no `login`, and holds a `bundle`, which `ServiceProvider.replayBundle` judges the same (not of a
   * logout message). IDs, times, addresses and names of attributes stay: read it before you publish
   * it.
   *
   * @throws {SamlError} `ERR_SAML_HOST` where the runtime fails.
   */
  redacted(): Report
}

/** The answer to one question about a message. */
export interface Check {
  readonly id: CheckId
  /** `'warned'` does not refuse the login; `'skipped'` was not asked for or could not be run. */
  readonly status: 'passed' | 'failed' | 'warned' | 'skipped'
  /** Where the check failed or warned. */
  readonly code?: SamlErrorCode
  /** What the check asks. */
  readonly title: string
  /** What the configuration wants. */
  readonly expected?: string
  /** What the message has instead, cut at a length. May be personal data. */
  readonly actual?: string
  /** Where it stands; lines and columns from 1. */
  readonly where?: { readonly path: string; readonly line: number; readonly column: number }
  /** The clause of the specification. */
  readonly spec: string
  /** What to change. */
  readonly hint?: string
}

/** The checks, in the order in which the first failed one is the root cause. */
export type CheckId =
  | 'message'
  | 'status'
  | 'issuer'
  | 'decryption'
  | 'signature'
  | 'certificate'
  | 'reply-url'
  | 'in-response-to'
  | 'audience'
  | 'timestamps'
  | 'subject'
  | 'conditions'
  | 'authentication'
  | 'replay'

/**
 * What to change, or advice. The parts say the same as the text, for a program that shows them its
 * own way.
 */
export interface Hint {
  readonly text: string
  /** Where in the console of the identity provider: its pages, separated by ` > `. */
  readonly portal?: string
  /** The name of the field there. */
  readonly field?: string
  /** What to enter or choose there. From the configuration, never from the message. */
  readonly value?: string
}

/**
 * What arrived, as far as it could be read. Nothing of it is verified, and no `Login` can be made
 * from it.
 */
export interface Outline {
  /** Name of the root element: `'Response'`, or what was pasted instead. */
  readonly kind: string
  readonly id?: string
  readonly issuer?: string
  readonly destination?: string
  readonly inResponseTo?: string
  readonly issueInstant?: string
  readonly status?: {
    readonly codes: readonly string[]
    readonly message?: string
    /** The number of Entra ID's error, `'50105'` for AADSTS50105. */
    readonly aadsts?: string
    /** By what the sign-in logs of Entra ID find it; they call it *Request ID*. */
    readonly traceId?: string
    readonly correlationId?: string
    /** As Entra ID writes it, `'2026-03-10 09:00:00Z'`. */
    readonly timestamp?: string
  }
  readonly signatures: readonly {
    readonly element: string
    readonly algorithm?: string
    readonly certificate?: Partial<Certificate>
  }[]
  readonly assertions: readonly {
    readonly id?: string
    readonly issuer?: string
    readonly encrypted: boolean
    readonly nameId?: string
    readonly nameIdFormat?: string
    readonly audiences: readonly string[]
    readonly recipient?: string
    readonly inResponseTo?: string
    readonly notBefore?: string
    readonly notOnOrAfter?: string
    readonly authnContext?: string
    readonly attributes?: readonly { readonly name: string; readonly values: readonly string[] }[]
  }[]
}

/** How an audit event is written. */
export interface AuditOptions {
  /**
   * Whether it says who the message is about: not at all, by a hash with `key`, or in plain text.
   * Default: `'none'`.
   */
  readonly subject?: 'none' | 'hash' | 'plain' | undefined
  /**
   * The secret of the hash, 16 bytes or more; the same key gives the same hash. Without a secret
   * anybody could find the names by trying.
   */
  readonly key?: string | Uint8Array | undefined
  /**
   * Ours, or the field names of Elastic Common Schema 9.4 or OCSF 1.5 (Authentication, class 3002).
   * Default: `'countersign'`.
   */
  readonly format?: 'countersign' | 'ecs' | 'ocsf' | undefined
}

/** An audit event by the dotted names of Elastic Common Schema. */
export interface EcsEvent {
  readonly '@timestamp': string
  readonly 'ecs.version': string
  readonly 'event.outcome': 'success' | 'failure'
  readonly [field: string]: string | boolean | readonly string[]
}

/** An audit event as OCSF has it: Authentication (class 3002), activity Logon or Logoff. */
export interface OcsfEvent {
  readonly class_uid: 3002
  readonly type_uid: 300201 | 300202
  /** Milliseconds since 1970. */
  readonly time: number
  readonly status_id: 1 | 2
  readonly [attribute: string]: unknown
}

/**
 * One decision, for an audit log. In a refused event, what is said about the message is what the
 * message claims.
 */
export interface AuditEvent {
  readonly event: 'saml.login' | 'saml.logout-request' | 'saml.logout-response'
  /** The time that was judged by, ISO 8601 in UTC. */
  readonly time: string
  readonly verdict: 'accepted' | 'refused'
  readonly code?: SamlErrorCode
  readonly check?: CheckId
  readonly profile?: ProfileId
  readonly serviceProvider?: string
  readonly identityProvider?: string
  readonly responseId?: string
  readonly assertionId?: string
  /** ID of a logout message. */
  readonly messageId?: string
  readonly inResponseTo?: string
  /** Of the answer to a logout request: whether another application did not confirm. */
  readonly partial?: boolean
  readonly initiatedBy?: 'sp' | 'idp'
  readonly authnInstant?: string
  readonly authnContext?: string
  readonly multifactor?: boolean
  readonly encrypted?: boolean
  /** `'Response'`, `'Assertion'` or both, separated by a blank; of a logout also `'query'`. */
  readonly signedElements?: string
  /** URI of the SignatureMethod. */
  readonly signatureAlgorithm?: string
  /** SHA-1 of the certificate: the *Thumbprint* in the Entra admin center. */
  readonly certificateSha1?: string
  readonly certificateSha256?: string
  /** The NameID, with `subject: 'plain'`. */
  readonly subject?: string
  /** `login.user.externalId`, with `subject: 'plain'`. */
  readonly userId?: string
  /** HMAC-SHA256 of Issuer and NameID, with `subject: 'hash'`. */
  readonly subjectHash?: string
  /** HMAC-SHA256 of `login.user.externalId`, with `subject: 'hash'`. */
  readonly userIdHash?: string
  /** Codes of checks that warned, separated by blanks. */
  readonly warnings?: string
}

/** What the metadata of an identity provider says. Plain frozen data; may be passed as `idp`. */
export class IdentityProvider {
  private constructor()

  /**
   * Reads the metadata of an identity provider.
   *
   * @param xml The *Federation Metadata XML*, as text or UTF-8 bytes.
   * @throws {SamlError} `ERR_SAML_METADATA_XML`, `ERR_SAML_METADATA_ENTITY`,
   *   `ERR_SAML_METADATA_CERTIFICATE`, `ERR_SAML_METADATA_EXPIRED`; with `signedBy` also
   *   `ERR_SAML_METADATA_SIGNATURE`; `ERR_SAML_OPTIONS` where an argument is of the wrong type.
   *
   * @example
   * const idp = IdentityProvider.fromMetadata(xml)
   * console.log(idp.entityId, idp.certificateFacts.map((certificate) => certificate.notAfter))
   */
  static fromMetadata(xml: string | Uint8Array, options?: MetadataOptions): IdentityProvider

  /**
   * What changes if another description of this identity provider takes the place of this one.
   *
   * @param other What was downloaded just now: metadata, read or as text, or by hand.
   * @throws {SamlError} `ERR_SAML_METADATA_*` where `other` is metadata that cannot be used;
   *   `ERR_SAML_OPTIONS`.
   *
   * @example
   * const next = IdentityProvider.fromMetadata(downloaded)
   * const diff = current.diff(next)
   * if (diff.changed && !diff.safeToApply) alertAdministrator(diff.reasons)
   */
  diff(
    other: IdentityProviderSource,
    options?: { readonly now?: Date | number | undefined },
  ): IdentityProviderDiff

  readonly entityId: string
  /**
   * Whether this is Entra ID's *common* document, whose Entity ID has a placeholder for the tenant.
   * It cannot be used as `idp`: download the application's own, or give `entityId`.
   */
  readonly template: boolean
  /** Signing certificates, base64 of the DER. */
  readonly certificates: readonly string[]
  /** Facts about each of `certificates`, in the same order. */
  readonly certificateFacts: readonly (Certificate & {
    /** Kind and size of the key, such as `RSA 2048`. */
    readonly keyType: string
    readonly use: KeyUse
  })[]
  /** Certificates to encrypt for the identity provider with. */
  readonly encryptionCertificates: readonly DescribedCertificate[]
  /** Keys that cannot be used, and why. They do no harm as long as another one is there. */
  readonly unusableKeys: readonly UnusableKey[]
  readonly singleSignOnServices: readonly Endpoint[]
  readonly singleLogoutServices: readonly Endpoint[]
  /** The *Login URL*. */
  readonly singleSignOnUrl?: string
  /** The *Logout URL*. */
  readonly singleLogoutUrl?: string
  readonly nameIdFormats: readonly string[]
  readonly wantAuthnRequestsSigned: boolean
  /** ISO 8601 in UTC. */
  readonly validUntil?: string
  /** For how long the metadata may be kept, an xs:duration as written. */
  readonly cacheDuration?: string
  /** The same in seconds. */
  readonly cacheSeconds?: number
  /** Whether the document carries a signature. It is verified only with `signedBy`. */
  readonly signed: boolean
  /** SHA-256 thumbprint of the certificate of `signedBy` that the signature was verified with. */
  readonly signedBy?: string
}

/** What changes from one description of an identity provider to another. Plain frozen data. */
export interface IdentityProviderDiff {
  /** Whether anything differs that a login depends on. */
  readonly changed: boolean
  /**
   * Whether the new description may be applied with nobody looking at it: Entity ID and addresses
   * are the same, a key that is trusted today stays (or all that go have expired), not all new
   * certificates have expired, signed requests are not newly demanded, and a verified signature
   * is not given up. It says nothing about who wrote the file: fetch it over TLS, or use `signedBy`.
   */
  readonly safeToApply: boolean
  /** What stands against it, one sentence each. Empty where it is safe. */
  readonly reasons: readonly string[]
  /** Signing certificates that are new. */
  readonly added: readonly Certificate[]
  /** Signing certificates that are gone. */
  readonly removed: readonly Certificate[]
  /** Signing certificates of the new description that have expired or will within 30 days. */
  readonly expiring: readonly Certificate[]
  readonly entityId?: Change<string>
  readonly singleSignOnServices?: Change<readonly Endpoint[]>
  readonly singleLogoutServices?: Change<readonly Endpoint[]>
  readonly wantAuthnRequestsSigned?: Change<boolean>
}

/** A value that is replaced. */
export interface Change<T> {
  readonly from: T
  readonly to: T
}

/** Options for reading metadata. Unknown options are refused. */
export interface MetadataOptions {
  /**
   * Which entity is meant, where the document describes several. For Entra ID's *common* document:
   * the *Microsoft Entra Identifier* of the tenant that it shall stand for.
   */
  readonly entityId?: string | undefined
  /**
   * The certificate that must have signed the document as a whole, or several (PEM, or base64 of
   * the DER). Then nothing but what that signature covers is read. Get the certificate on another
   * way than from the document. Default: the signature is not looked at, and the document is
   * trusted for where it came from.
   */
  readonly signedBy?: string | readonly string[] | undefined
  /** `allowSha1`: whether that signature may use SHA-1. Default: false. */
  readonly algorithms?: { readonly allowSha1?: boolean | undefined } | undefined
  /** The time that validUntil is judged by. Default: the time of the call. */
  readonly now?: Date | number | undefined
}

/** Where an identity provider takes messages. */
export interface Endpoint {
  /** URI of the binding. */
  readonly binding: string
  readonly location: string
  readonly responseLocation?: string
}

/** Ids of the profiles. */
export type ProfileId = 'amplitude' | 'aws-iam-identity-center' | 'entra-id' | 'generic'

/** What a known application or identity provider fixes. */
export interface Profile {
  readonly id: ProfileId
  /** Its name, for people. */
  readonly title: string
  /** The Identifier (Entity ID), where it is the same for every customer. */
  readonly entityId?: string
  /** Shapes of its Identifiers; `*` stands for anything but a slash. Empty: any. */
  readonly entityIdShapes: readonly string[]
  /** Shapes of its Reply URLs. Empty: any. */
  readonly replyUrlShapes: readonly string[]
  /** The Sign-on URL, where it is the same for every customer. */
  readonly signOnUrl?: string
  /** The NameID formats one of which it needs. Empty: any. */
  readonly nameIdFormats: readonly string[]
  /** The claims it needs: the default of `requiredClaims`. */
  readonly requiredClaims: readonly ClaimField[]
  /** The most characters of metadata that it imports. */
  readonly metadataCharacters?: number
  /** Where the Identifier is found. */
  readonly entityIdHint: string
  /** Where the Reply URL is found. */
  readonly replyUrlHint: string
  /** What to do about a NameID that does not fit. */
  readonly nameIdHint: string
}

/** Every profile by its id. Frozen data; in browsers, read it after `init()`. */
export const profiles: Readonly<Record<ProfileId, Profile>>

/**
 * Why a message was refused, a set-up is wrong, or the runtime failed. `message` is a fixed text,
 * or speaks of the configuration: it is safe to log.
 *
 * @example
 * catch (error) {
 *   if (error instanceof SamlError && error.code === 'ERR_SAML_EXPIRED') return askToSignInAgain()
 *   throw error
 * }
 */
export class SamlError extends Error {
  private constructor()
  /** The beginning of every code. */
  static readonly code: 'ERR_SAML'
  /** Every code, in the order of the checks. */
  static readonly codes: readonly SamlErrorCode[]

  readonly name: 'SamlError'
  /** Stable: codes are added, never renamed. */
  readonly code: SamlErrorCode
  /** The check that failed, where a message was refused. */
  readonly check?: CheckId
  /** What the configuration wants. */
  readonly expected?: string
  /** What came instead. May be personal data, so it is not enumerable. */
  readonly actual?: string
  /** What to change. */
  readonly hint?: string
  /** What every check found, where a message was refused. Not enumerable. */
  readonly report?: Report
  /** What was thrown underneath, where there was something. */
  readonly cause?: unknown
}

/** Every code that an error, a check or a report can have. */
export type SamlErrorCode =
  | 'ERR_SAML_INPUT_BASE64'
  | 'ERR_SAML_INPUT_TOO_LARGE'
  | 'ERR_SAML_XML_MALFORMED'
  | 'ERR_SAML_XML_ENCODING'
  | 'ERR_SAML_XML_DTD'
  | 'ERR_SAML_XML_LIMIT'
  | 'ERR_SAML_XML_DUPLICATE_ID'
  | 'ERR_SAML_STRUCTURE'
  | 'ERR_SAML_VERSION'
  | 'ERR_SAML_ASSERTION_COUNT'
  | 'ERR_SAML_STATUS'
  | 'ERR_SAML_ISSUER'
  | 'ERR_SAML_DECRYPT_KEY'
  | 'ERR_SAML_DECRYPT_ALGORITHM'
  | 'ERR_SAML_DECRYPT_FAILED'
  | 'ERR_SAML_NOT_ENCRYPTED'
  | 'ERR_SAML_SIGNATURE_MISSING'
  | 'ERR_SAML_SIGNATURE_POLICY'
  | 'ERR_SAML_SIGNATURE_STRUCTURE'
  | 'ERR_SAML_SIGNATURE_REFERENCE'
  | 'ERR_SAML_SIGNATURE_TRANSFORM'
  | 'ERR_SAML_SIGNATURE_ALGORITHM'
  | 'ERR_SAML_SIGNATURE_DIGEST'
  | 'ERR_SAML_SIGNATURE_VALUE'
  | 'ERR_SAML_SIGNATURE_KEY_UNTRUSTED'
  | 'ERR_SAML_CERTIFICATE_EXPIRED'
  | 'ERR_SAML_CERTIFICATE_NOT_YET_VALID'
  | 'ERR_SAML_DESTINATION'
  | 'ERR_SAML_RECIPIENT'
  | 'ERR_SAML_IN_RESPONSE_TO'
  | 'ERR_SAML_UNSOLICITED'
  | 'ERR_SAML_AUDIENCE'
  | 'ERR_SAML_NOT_YET_VALID'
  | 'ERR_SAML_EXPIRED'
  | 'ERR_SAML_SESSION_EXPIRED'
  | 'ERR_SAML_TOO_OLD'
  | 'ERR_SAML_TIME_MALFORMED'
  | 'ERR_SAML_SUBJECT_CONFIRMATION'
  | 'ERR_SAML_NAMEID'
  | 'ERR_SAML_CLAIM'
  | 'ERR_SAML_CONDITION_UNKNOWN'
  | 'ERR_SAML_AUTHN_STATEMENT'
  | 'ERR_SAML_AUTHN_CONTEXT'
  | 'ERR_SAML_MFA'
  | 'ERR_SAML_REPLAY'
  | 'ERR_SAML_STORE'
  | 'ERR_SAML_OPTIONS'
  | 'ERR_SAML_METADATA_XML'
  | 'ERR_SAML_METADATA_ENTITY'
  | 'ERR_SAML_METADATA_CERTIFICATE'
  | 'ERR_SAML_METADATA_EXPIRED'
  | 'ERR_SAML_METADATA_SIGNATURE'
  | 'ERR_SAML_NEEDS_ASYNC'
  | 'ERR_SAML_HOST'
