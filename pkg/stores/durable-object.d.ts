import type { Store } from '../index.js'

/** The binding of a Durable Object namespace, as far as it is used. */
export interface ObjectNamespace {
  idFromName(name: string): any
  get(id: any): {
    fetch(
      address: string,
      request: { method: string; body: string },
    ): PromiseLike<{ readonly ok: boolean; readonly status: number; json(): PromiseLike<unknown> }>
  }
}

/** What the runtime gives a Durable Object, as far as it is used. */
export interface ObjectState {
  readonly storage: ObjectEntries & {
    deleteAll(): PromiseLike<void>
    transaction<T>(run: (transaction: ObjectEntries) => Promise<T>): Promise<T>
  }
  blockConcurrencyWhile<T>(run: () => Promise<T>): Promise<T>
}

/** Entries of a Durable Object. */
export interface ObjectEntries {
  get(key: string): PromiseLike<any>
  put(key: string, value: number): PromiseLike<void>
  delete(key: string): PromiseLike<unknown>
  setAlarm(time: number): PromiseLike<void>
}

/** A request to the object, as far as it is read. */
export interface ObjectRequest {
  readonly url: string
  json(): Promise<any>
}

/**
 * The Durable Object behind a `DurableObjectStore`. Export it from the Worker and bind it; both
 * kinds of storage will do. One object holds one key; its alarm empties it when the key expires.
 */
export class CountersignState {
  constructor(state: ObjectState, env?: unknown)
  /** Called by the runtime. The answer is a Response. */
  fetch(request: ObjectRequest): Promise<any>
  /** Called by the runtime. */
  alarm(): Promise<void>
}

/**
 * A store in Cloudflare Durable Objects: for Workers. Each key is decided in one object, which is
 * in one place in the world, so two edges cannot both be first (with Workers KV they can).
 *
 * @example
 * // wrangler.toml
 * // [[durable_objects.bindings]]
 * // name = "COUNTERSIGN_STATE"
 * // class_name = "CountersignState"
 * // [[migrations]]
 * // tag = "v1"
 * // new_sqlite_classes = ["CountersignState"]
 * export { CountersignState } from 'countersign/stores/durable-object'
 * const store = new DurableObjectStore(env.COUNTERSIGN_STATE)
 */
export class DurableObjectStore implements Store {
  /** @throws {SamlError} `ERR_SAML_OPTIONS` */
  constructor(namespace: ObjectNamespace)
  putIfAbsent(key: string, expiresAt: number): Promise<boolean>
  take(key: string): Promise<boolean>
}
