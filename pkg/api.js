// @ts-check
// The service provider. Knows no runtime: entries start the module and may bring a verifier.

import { BUNDLE_FORMAT, answers, sameAnswers, shownOptions, withStore } from './bundle.js'
import { decrypt, readDecryptionKeys } from './decrypt.js'
import { SamlError, refusal } from './errors.js'
import { hasVerifier, perform, performSync } from './host.js'
import { call, currentGeneration } from './instance.js'
import { LOGIN_WORDS, outgoing, randomId, signed } from './login-request.js'
import { EVENTS, LOGOUT_HINT, LOGOUT_WORDS, admitLogout } from './logout.js'
import { readLogoutContext, readLogoutRequest, readLogoutResponse } from './logout.js'
import { metadataRequest, writeMetadata, writeMetadataAsync } from './metadata.js'
import { readBundle, readContext, readDescription, readDocument } from './options.js'
import { readIncomplete, readLint, readLoginRequest, readMetadataOptions } from './options.js'
import { readServiceProvider } from './options.js'
import { remember, takeRequest, takeRequestSync } from './outstanding.js'
import { profile } from './profiles.js'
import { askStore, askStoreSync, isUsedOnce, leaveUnused } from './replay.js'
import { Report, deepFreeze } from './report.js'
import { readSigningKey } from './sign.js'

export { IdentityProvider } from './identity-provider.js'
export { profiles } from './profiles.js'
export { SamlError }

/** @typedef {import('./host.js').VerifyTask} VerifyTask */
/** @typedef {import('./decrypt.js').DecryptTask} DecryptTask */
/** @typedef {VerifyTask[] | DecryptTask[]} Tasks */
/** @typedef {Awaited<ReturnType<typeof decrypt>>} Decrypted */
/** @typedef {import('./host.js').Answer | Decrypted} Answer */
/** @typedef {import('./replay.js').Judged} Judged */
/** @typedef {'ring' | 'host'} Crypto who verifies signatures: the module, or the runtime */

/** The engine's default of `limits.inputBytes`. */
const INPUT_BYTES = 1024 * 1024

/** Default of `storeTimeoutMilliseconds`. */
const STORE_TIMEOUT = 5000

const MESSAGE_HINT =
  'Pass the SAMLResponse field of the POST body. If it is undefined, the body was not parsed as ' +
  'application/x-www-form-urlencoded, or the request is not a SAML response.'

/** A SAML service provider: decides whether a message may sign somebody in. */
export class ServiceProvider {
  /** @type {Record<string, any>} */
  #options
  #longestMessage
  #store
  #storeTimeout
  /** @type {number | undefined} */
  #requestLifetime
  /** @type {Record<Crypto, any>} */
  #engines = { ring: undefined, host: undefined }
  #generation = -1
  /** @type {import('./decrypt.js').Unwrap[]} */
  #unwraps = []
  /** @type {import('./sign.js').Signer | undefined} */
  #signer

  /**
   * @param {string | Uint8Array} xml
   * @param {import('./index.js').ServiceProviderFromMetadataOptions} options
   */
  static fromMetadata(xml, options) {
    const given = readIncomplete(options)
    const { entityId, replyUrls } = ServiceProvider.readMetadata(xml, { entityId: given.entityId })
    const found = { entityId, replyUrls: given.replyUrls ?? replyUrls }
    return new ServiceProvider(/** @type {any} */ (Object.assign(given, found)))
  }

  /**
   * @param {string | Uint8Array} xml
   * @param {import('./index.js').MetadataOptions} [options]
   * @returns {import('./index.js').ServiceProviderMetadata}
   */
  static readMetadata(xml, options) {
    const hint = "Pass the text of the application's metadata file."
    const input = readDocument(xml, 'The metadata', Infinity, hint)
    const given = readMetadataOptions(options)
    return deepFreeze(call((module) => module.readServiceProviderMetadata(input, given)))
  }

  /**
   * @param {import('./index.js').ServiceProviderBeforehand} options
   * @param {import('./index.js').WriteMetadataOptions} [description]
   */
  static writeMetadata(options, description) {
    const { make, signer } = beforehand(options, description)
    return writeMetadata(make, signer)
  }

  /**
   * @param {import('./index.js').ServiceProviderBeforehand} options
   * @param {import('./index.js').WriteMetadataOptions} [description]
   */
  static async writeMetadataAsync(options, description) {
    const { make, signer } = beforehand(options, description)
    return writeMetadataAsync(make, signer)
  }

  /** @param {import('./index.js').ServiceProviderOptions} options */
  constructor(options) {
    const given = readServiceProvider(options)
    const { decryptionKeys, signingKey, ...others } = given
    const { store, storeTimeoutMilliseconds, requestLifetimeSeconds, ...engineOptions } = others
    if (signingKey !== undefined) this.#signer = readSigningKey(signingKey)
    // What the engine has no use for: it sees no private key and keeps no state.
    this.#options = engineOptions
    this.#store = store
    this.#storeTimeout = storeTimeoutMilliseconds ?? STORE_TIMEOUT
    this.#requestLifetime = requestLifetimeSeconds
    if (decryptionKeys !== undefined) {
      this.#unwraps = readDecryptionKeys(decryptionKeys)
      this.#options.canDecrypt = true
    }
    // Metadata has a validUntil. The set-up is judged once, now: making the engine anew after a
    // trap must give the same.
    this.#options.now = Date.now()
    // The limit is on the XML; URL-escaped base64 with line breaks is up to six times as long.
    this.#longestMessage = 6 * (this.#options.limits?.inputBytes ?? INPUT_BYTES) + 1
    call((module) => this.#engine(module, this.#crypto()))
  }

  /**
   * @param {string | Uint8Array} message
   * @param {import('./index.js').Context} [context]
   */
  async validateResponse(message, context) {
    const judged = await this.#judge(message, context)
    await this.#askStore(judged)
    return admit(this.#report(judged), judged.cause)
  }

  /**
   * @param {string | Uint8Array} message
   * @param {import('./index.js').Context} [context]
   */
  validateResponseSync(message, context) {
    const conversation = this.#inspect(message, context)
    let step = conversation.next()
    while (!step.done) step = conversation.next(this.#answerSync(step.value))
    const judged = step.value
    if (this.#store !== undefined) {
      askStoreSync(judged, this.#store)
      if (this.#requestLifetime !== undefined) takeRequestSync(judged, this.#store)
    }
    return admit(this.#report(judged), judged.cause)
  }

  /**
   * @param {string | Uint8Array} message
   * @param {import('./index.js').Context} [context]
   */
  async inspectResponse(message, context) {
    const judged = await this.#judge(message, context)
    if (this.#store !== undefined) leaveUnused(judged)
    return this.#report(judged)
  }

  /**
   * What the store decides: is the message used for the first time, and does the request that it
   * answers wait for an answer?
   *
   * @param {Judged} judged changed in place
   */
  async #askStore(judged) {
    if (this.#store === undefined) return
    const timeout = this.#storeTimeout
    if (isUsedOnce(judged)) await askStore(judged, this.#store, timeout)
    if (this.#requestLifetime !== undefined) await takeRequest(judged, this.#store, timeout)
  }

  /**
   * Everything but the question to the store.
   *
   * @param {unknown} message
   * @param {unknown} context
   * @returns {Promise<Judged>}
   */
  async #judge(message, context) {
    return this.#answered(this.#inspect(message, context))
  }

  /** @param {Generator<Tasks, Judged, Answer[] | undefined>} conversation */
  async #answered(conversation) {
    let step = conversation.next()
    while (!step.done) step = conversation.next(await this.#answer(step.value))
    return step.value
  }

  /**
   * @param {import('./index.js').Bundle} bundle
   * @returns {import('./index.js').Replay}
   */
  static replayBundle(bundle) {
    const { options, canDecrypt, context, checks, message, digests } = readBundle(bundle)
    // Never called: there is nothing encrypted in a bundle, the set-up only has to be the same one.
    const decryptionKeys = canDecrypt ? () => null : undefined
    const sp = new ServiceProvider(/** @type {any} */ ({ ...options, decryptionKeys }))
    if (message === undefined || digests === undefined) {
      return deepFreeze({ judged: false, same: true, checks, hints: [] })
    }
    const { response, assertion } = digests
    const report = call((module) =>
      sp.#engine(module, 'ring').replay(message, response, assertion, context),
    )
    const found = withStore(report.checks, checks)
    // Nothing else of the report: it would be taken for a decision.
    const same = sameAnswers(found, checks)
    return deepFreeze({ judged: true, same, checks: found, hints: report.hints })
  }

  /**
   * @param {import('./index.js').LintOptions} [options]
   * @returns {readonly import('./index.js').LintFinding[]}
   */
  lint(options) {
    const { metadata, now, idpMetadataReadAt } = readLint(options)
    const { idp, now: made } = this.#options
    const circumstances = Object.assign(Object.create(null), {
      now,
      hasStore: this.#store !== undefined,
      canSign: this.#signer !== undefined,
      idpMetadataReadAt: idpMetadataReadAt ?? made,
      idpMetadataCharacters: typeof idp === 'string' ? idp.length : undefined,
    })
    return deepFreeze(
      call((module) => this.#engine(module, this.#crypto()).lint(circumstances, metadata)),
    )
  }

  /** @param {import('./index.js').LoginRequestOptions} [options] */
  async createLoginRequest(options) {
    return this.#remembered(this.#send(readLoginRequest(options), 'loginRequest', LOGIN_WORDS))
  }

  /** @param {import('./index.js').LogoutRequestOptions} options */
  async createLogoutRequest(options) {
    return this.#remembered(this.#send(readLogoutRequest(options), 'logoutRequest', LOGOUT_WORDS))
  }

  /**
   * A request, once the store holds its ID where it is to be remembered.
   *
   * @template {{ id: string }} Request
   * @param {Promise<Request>} made
   */
  async #remembered(made) {
    const request = await made
    if (this.#store !== undefined && this.#requestLifetime !== undefined) {
      await remember(request.id, this.#requestLifetime, this.#store, this.#storeTimeout)
    }
    return request
  }

  /** @param {import('./index.js').LogoutResponseOptions} options */
  async createLogoutResponse(options) {
    return this.#send(readLogoutResponse(options), 'logoutResponse', LOGOUT_WORDS)
  }

  /**
   * @param {string | Uint8Array} message
   * @param {import('./index.js').LogoutRequestContext} [context]
   */
  async validateLogoutRequest(message, context) {
    const judged = await this.#judgeLogout('request', message, context)
    await this.#askStore(judged)
    return admitLogout(this.#report(judged, EVENTS.request), judged.cause)
  }

  /**
   * @param {string | Uint8Array} message
   * @param {import('./index.js').LogoutResponseContext} [context]
   */
  async validateLogoutResponse(message, context) {
    const judged = await this.#judgeLogout('response', message, context)
    await this.#askStore(judged)
    return admitLogout(this.#report(judged, EVENTS.response), judged.cause)
  }

  /**
   * @param {string | Uint8Array} message
   * @param {import('./index.js').LogoutRequestContext} [context]
   */
  async inspectLogoutRequest(message, context) {
    const judged = await this.#judgeLogout('request', message, context)
    if (this.#store !== undefined) leaveUnused(judged)
    return this.#report(judged, EVENTS.request)
  }

  /**
   * @param {string | Uint8Array} message
   * @param {import('./index.js').LogoutResponseContext} [context]
   */
  async inspectLogoutResponse(message, context) {
    return this.#report(await this.#judgeLogout('response', message, context), EVENTS.response)
  }

  /**
   * @param {import('./logout.js').Kind} kind
   * @param {unknown} message
   * @param {unknown} context
   */
  async #judgeLogout(kind, message, context) {
    const input = readDocument(message, 'The message', this.#longestMessage, LOGOUT_HINT)
    const given = readLogoutContext(kind, context)
    return this.#answered(this.#converse('inspectLogout', input, given))
  }

  /**
   * Has the engine write a message, and the host sign it where there is a key.
   *
   * @param {Record<string, any>} given
   * @param {'loginRequest' | 'logoutRequest' | 'logoutResponse'} method of the engine
   * @param {{ title: string, button: string }} words
   * @returns {Promise<any>}
   */
  async #send(given, method, words) {
    given.id ??= randomId()
    given.signatureAlgorithm = this.#signer?.algorithm
    const make = () => call((module) => this.#engine(module, this.#crypto())[method](given))
    const step = make()
    if (step.sent !== undefined) return outgoing(step.sent, words)
    const { task, ticket } = step
    const generation = currentGeneration()
    const signature = await signed(/** @type {any} */ (this.#signer), task.data)
    // Where another call trapped meanwhile, the draft went with the instance: the same one again.
    const draft = currentGeneration() === generation ? ticket : make().ticket
    return outgoing(call(() => draft.signed(signature)), words)
  }

  /** @param {import('./index.js').WriteMetadataOptions} [options] */
  metadata(options) {
    return writeMetadata(this.#metadata(options), this.#signer)
  }

  /** @param {import('./index.js').WriteMetadataOptions} [options] */
  async metadataAsync(options) {
    return writeMetadataAsync(this.#metadata(options), this.#signer)
  }

  /** @param {unknown} options */
  #metadata(options) {
    const request = metadataRequest(readDescription(options), this.#signer)
    return () => call((module) => this.#engine(module, this.#crypto()).metadata(request))
  }

  /**
   * @param {unknown} message
   * @param {unknown} context
   * @returns {Generator<Tasks, Judged, Answer[] | undefined>}
   */
  *#inspect(message, context) {
    const read = readDocument(message, 'The message', this.#longestMessage, MESSAGE_HINT)
    // The caller may use its buffer again before somebody asks for a bundle.
    const input = typeof read === 'string' ? read : read.slice()
    const given = readContext(context)
    const judged = yield* this.#converse('inspect', input, given)
    return { ...judged, bundle: (checks) => this.#bundle(input, given, checks) }
  }

  /**
   * @param {string | Uint8Array} message
   * @param {Record<string, any>} given
   * @param {readonly import('./index.js').Check[]} checks
   * @returns {import('./index.js').Bundle}
   */
  #bundle(message, { relayState: _, ...context }, checks) {
    const { now } = this.#options
    const idp = (/** @type {string} */ xml) => call((module) => module.readMetadata(xml, { now }))
    const shown = call((module) => this.#engine(module, 'ring').bundle(message))
    const bundle = {
      format: BUNDLE_FORMAT,
      options: shownOptions(this.#options, idp),
      canDecrypt: this.#unwraps.length > 0,
      context,
      checks: answers(checks),
      message: shown?.message,
      digests: shown && { response: shown.response, assertion: shown.assertion },
    }
    // Through JSON, as it will be sent: nothing of the caller's own is frozen.
    return deepFreeze(JSON.parse(JSON.stringify(bundle)))
  }

  /**
   * One validation: yields the tasks of the engine, is given the answers, returns what it decided.
   * `undefined` as answer means that nobody but the module can perform these tasks.
   *
   * @param {'inspect' | 'inspectLogout'} method of the engine
   * @param {string | Uint8Array} input
   * @param {Record<string, any>} given
   * @returns {Generator<Tasks, Judged, Answer[] | undefined>}
   */
  *#converse(method, input, given) {
    let crypto = this.#crypto()
    for (;;) {
      let step = call((module) => this.#engine(module, crypto)[method](input, given))
      const generation = currentGeneration()
      /** @type {Answer[] | undefined} */
      let answers
      while (step.report === undefined) {
        answers = yield step.tasks
        if (answers === undefined || currentGeneration() !== generation) break
        const { ticket } = step
        step = call(() => this.#engines[crypto].resume(ticket, answers))
      }
      if (step.report !== undefined) return { data: step.report, now: given.now }
      // Either the runtime cannot, so the module does; or another call trapped while this one
      // waited, and the ticket went with the instance. Both start over: nothing was decided yet.
      if (currentGeneration() === generation) step.ticket.free()
      if (answers === undefined) crypto = 'ring'
    }
  }

  /**
   * @param {Judged} judged
   * @param {import('./index.js').AuditEvent['event']} [event]
   */
  #report({ data, now, bundle }, event = 'saml.login') {
    const occasion = {
      event,
      time: new Date(now).toISOString(),
      serviceProvider: this.#entityId(),
      profile: this.#options.profile,
    }
    return new Report(data, occasion, bundle)
  }

  /**
   * @param {Tasks} tasks
   * @returns {Answer[] | undefined}
   */
  #answerSync(tasks) {
    if (!areVerifyTasks(tasks)) throw new SamlError({ code: 'ERR_SAML_NEEDS_ASYNC' })
    const answers = this.#attempt(tasks)
    if (answers === undefined && this.#options.crypto === 'host') {
      throw new SamlError({ code: 'ERR_SAML_NEEDS_ASYNC' })
    }
    return answers
  }

  /**
   * @param {Tasks} tasks
   * @returns {Promise<Answer[] | undefined>}
   */
  async #answer(tasks) {
    if (!areVerifyTasks(tasks)) {
      return Promise.all(tasks.map((task) => decrypt(task, this.#unwraps)))
    }
    const answers = this.#attempt(tasks)
    if (answers !== undefined || this.#options.crypto !== 'host') return answers
    try {
      return await perform(tasks)
    } catch (cause) {
      throw new SamlError({
        code: 'ERR_SAML_HOST',
        message: "The runtime could not verify a signature, and crypto is 'host'.",
        hint: "Leave crypto at 'auto' to let the module verify what the runtime cannot.",
        cause,
      })
    }
  }

  /** @param {VerifyTask[]} tasks */
  #attempt(tasks) {
    try {
      return performSync(tasks)
    } catch {
      // A runtime that claims an algorithm and then throws: as if it did not know it.
      return undefined
    }
  }

  /** The Identifier (Entity ID), which a profile may fix. */
  #entityId() {
    const { entityId, profile: id } = this.#options
    return entityId ?? (id === undefined ? undefined : profile(id)?.entityId)
  }

  /** @returns {Crypto} */
  #crypto() {
    const { crypto = 'auto' } = this.#options
    return crypto === 'auto' ? (hasVerifier() ? 'host' : 'ring') : crypto
  }

  /**
   * @param {any} module
   * @param {Crypto} crypto
   */
  #engine(module, crypto) {
    if (this.#generation !== currentGeneration()) {
      // Objects of an earlier instance are dropped unfreed: their memory is gone.
      this.#engines = { ring: undefined, host: undefined }
      this.#generation = currentGeneration()
    }
    // Without a prototype, as `options.js` made it: the module must not find what is not there.
    const options = Object.assign(Object.create(null), this.#options, { crypto })
    this.#engines[crypto] ??= new module.Engine(options)
    return this.#engines[crypto]
  }
}

/**
 * The metadata of a service provider that has no identity provider yet.
 *
 * @param {unknown} options
 * @param {unknown} description
 */
function beforehand(options, description) {
  const { signingKey, decryptionKeys, ...given } = readServiceProvider(options)
  const signer = signingKey === undefined ? undefined : readSigningKey(signingKey)
  if (decryptionKeys !== undefined) readDecryptionKeys(decryptionKeys)
  const { store: _, storeTimeoutMilliseconds: __, requestLifetimeSeconds: ___, ...engineOptions } =
    given
  const known = { crypto: 'ring', canDecrypt: decryptionKeys !== undefined, now: Date.now() }
  const setUp = Object.assign(Object.create(null), engineOptions, known)
  const request = metadataRequest(readDescription(description), signer)
  return { signer, make: () => call((module) => module.writeMetadata(setUp, request)) }
}

/**
 * Tasks of one step are of one kind.
 *
 * @param {Tasks} tasks
 * @returns {tasks is VerifyTask[]}
 */
function areVerifyTasks(tasks) {
  return tasks[0]?.kind !== 'decrypt'
}

/**
 * @param {Report} report
 * @param {unknown} cause what the store threw
 */
function admit(report, cause) {
  if (report.login === undefined) throw refusal(report, cause)
  return report.login
}
