// A browser as far as SAML needs one: it keeps cookies, follows redirects, and posts forms, those
// with a script at once and the others as its user fills them in.

import assert from 'node:assert/strict'
import { parse } from 'parse5'

/** Longer than any way through a login or logout: beyond it two servers play ball. */
const MOST_REQUESTS = 20

/**
 * @typedef {object} Hop one request on the way
 * @property {string} method
 * @property {string} url
 * @property {Record<string, string>} [fields] of a form that is posted
 */

export class Browser {
  /** Cookies by name: they know hosts, not ports, and all servers here are on 127.0.0.1. */
  #cookies = new Map()
  #typed
  #onTheWay
  /** @type {Hop[]} Every request made, as it was sent. */
  hops = []

  /**
   * @param {Record<string, string>} typed what the user types into forms, by field name
   * @param {(hop: Hop) => Hop | void} [onTheWay] sees each request before it is sent, and may
   *   change it, as somebody can who sits at the browser
   */
  constructor(typed = {}, onTheWay = () => undefined) {
    this.#typed = typed
    this.#onTheWay = onTheWay
  }

  /**
   * Opens a page and goes on until one is reached where nothing happens by itself.
   *
   * @param {string | Hop} start
   */
  async open(start) {
    let hop = typeof start === 'string' ? { method: 'GET', url: start } : start
    for (let requests = 0; requests < MOST_REQUESTS; requests += 1) {
      hop = this.#onTheWay(hop) ?? hop
      this.hops.push(hop)
      const response = await this.#send(hop)
      const text = await response.text()
      const next = this.#next(hop.url, response, text)
      if (next === undefined) return page(hop.url, response, text)
      hop = next
    }
    return assert.fail(`still not there after ${MOST_REQUESTS} requests: ${hop.url}`)
  }

  /** The last form that was posted with this field. */
  posted(field) {
    const hop = this.hops.findLast(({ fields }) => fields?.[field] !== undefined)
    assert(hop, `no form with ${field} was posted`)
    return hop
  }

  /** The last request that had this parameter in its query. */
  asked(parameter) {
    const hop = this.hops.findLast(({ url }) => new URL(url).searchParams.has(parameter))
    assert(hop, `no request with ${parameter} in its query was sent`)
    return hop
  }

  /** @param {Hop} hop */
  async #send({ method, url, fields }) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      method,
      headers: { cookie, accept: 'text/html' },
      body: fields && new URLSearchParams(fields),
      redirect: 'manual',
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/)
      this.#cookies.set(name, value)
    }
    return response
  }

  /** What happens by itself, or by what the user types. */
  #next(url, response, text) {
    const location = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && location !== null) {
      return { method: 'GET', url: new URL(location, url).href }
    }
    if (!response.headers.get('content-type')?.startsWith('text/html')) return undefined
    const [form] = formsOf(text)
    if (form === undefined) return undefined
    const { action, method, fields } = form
    for (const name of Object.keys(fields)) {
      if (fields[name] === '' && this.#typed[name] !== undefined) fields[name] = this.#typed[name]
    }
    const filled = Object.keys(this.#typed).some((name) => name in fields)
    if (!text.includes('document.forms[0].submit()') && !filled) return undefined
    assert.equal(method, 'post', 'every form of SAML is posted')
    return { method: 'POST', url: new URL(action, url).href, fields }
  }
}

/** A page where the way ends. */
function page(url, response, text) {
  const json = response.headers.get('content-type')?.startsWith('application/json')
  return { url, status: response.status, text, data: json ? JSON.parse(text) : undefined }
}

/** The forms of a page, read as browsers read HTML. */
function formsOf(html) {
  const forms = []
  const nodes = [...parse(html).childNodes]
  while (nodes.length > 0) {
    const node = nodes.shift()
    if (node.tagName === 'form') {
      const { action = '', method = 'get' } = attributesOf(node)
      forms.push({ action, method: method.toLowerCase(), fields: {} })
    } else if (node.tagName === 'input') {
      const { name, value = '' } = attributesOf(node)
      if (name !== undefined && forms.length > 0) forms.at(-1).fields[name] = value
    }
    nodes.unshift(...(node.childNodes ?? []))
  }
  return forms
}

function attributesOf(node) {
  return Object.fromEntries(node.attrs.map(({ name, value }) => [name, value]))
}
