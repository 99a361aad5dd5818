// Anything in any argument: a SamlError with a code, and a good message is accepted afterwards.

import { equal, ok, rejection, thrown } from './check.js'

const throwing = (what) => {
  const handler = { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail }
  function fail() {
    throw what
  }
  return new Proxy({}, handler)
}

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable([], {})
  revoke()
  return proxy
}

/** Values of types that no argument takes. */
const ANYTHING = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 42],
  ['NaN', NaN],
  ['a bigint', 10n],
  ['true', true],
  ['a symbol', Symbol('s')],
  ['a function', () => 'x'],
  ['an empty array', []],
  ['an array of itself', ring()],
  ['an empty object', {}],
  ['a date', new Date(0)],
  ['an invalid date', new Date(NaN)],
  ['a map', new Map([['entityId', 'x']])],
  ['an object that throws a string', throwing('boom')],
  ['an object that throws an error', throwing(new RangeError('boom'))],
  ['an object that throws undefined', throwing(undefined)],
  ['a revoked proxy', revoked()],
  ['an object without prototype', Object.create(null)],
  ['an object with toString', { toString: () => 'PHg+' }],
]

function ring() {
  const array = []
  array.push(array)
  return array
}

/** Texts and bytes that are no SAML response, made when they are needed: some are large. */
function documents(good) {
  const text = typeof good === 'string' ? good : new TextDecoder().decode(good)
  const xml = atob(text.replace(/\s/g, ''))
  const half = xml.length >> 1
  return [
    ['nothing', () => ''],
    ['blanks', () => ' \n\t '],
    ['a lone surrogate', () => '\ud800'],
    ['lone surrogates in XML', () => `<a b="\udc00">\ud800</a>`],
    ['a NUL', () => '\0'],
    ['NULs', () => '\0'.repeat(5000)],
    ['a BOM', () => '\ufeff'],
    ['base64 of nothing', () => '===='],
    ['not base64', () => '%%%&&&'],
    ['half an escape', () => 'PHg%2'],
    ['percent signs', () => '%'.repeat(1000)],
    ['base64 of binary', () => btoa(String.fromCharCode(...Array(256).keys()))],
    ['an element', () => '<x/>'],
    ['an open element', () => '<x>'],
    ['angle brackets', () => '<'.repeat(100_000)],
    ['deep nesting', () => '<a>'.repeat(100_000)],
    ['deep and closed', () => `${'<a>'.repeat(50_000)}${'</a>'.repeat(50_000)}`],
    ['ten thousand attributes', () => `<a ${repeat(10_000, (index) => `b${index}=""`)}/>`],
    ['ten thousand namespaces', () => `<a ${repeat(10_000, (index) => `xmlns:b${index}="u"`)}/>`],
    ['an entity', () => '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['a bad reference', () => '<a>&#xFFFFFFFFFFFFFFFF;</a>'],
    ['CDATA without an end', () => '<a><![CDATA['],
    ['a web page', () => '<!doctype html><html><body>Sign in</body></html>'],
    ['JSON', () => '{"error":"invalid_grant"}'],
    ['a token', () => 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'],
    ['half a message', () => text.slice(0, text.length >> 1)],
    ['a message twice', () => text + text],
    ['a message backwards', () => [...text].reverse().join('')],
    ['half the XML', () => xml.slice(0, half)],
    ['XML without its signature', () => xml.replace(/<Signature[^]*?<\/Signature>/g, '')],
    ['XML with a NUL inside', () => `${xml.slice(0, half)}\0${xml.slice(half)}`],
    ['a megabyte of A', () => 'A'.repeat(1 << 20)],
    ['16 megabytes of A', () => 'A'.repeat(1 << 24)],
    ['16 megabytes of blanks', () => ' '.repeat(1 << 24)],
    ['16 megabytes of XML', () => `<a>${'é'.repeat(1 << 23)}</a>`],
    ['no bytes', () => new Uint8Array()],
    ['all bytes', () => Uint8Array.from({ length: 256 }, (_, index) => index)],
    ['bytes of UTF-16', () => new Uint8Array([0x3c, 0, 0x78, 0, 0x2f, 0, 0x3e, 0])],
    ['bytes of half a character', () => new Uint8Array([0x3c, 0x61, 0x3e, 0xc3])],
    ['16 megabytes of bytes', () => new Uint8Array(1 << 24)],
    ['a view of other elements', () => new Float64Array([1, 2, 3])],
    ['detached bytes', () => detached()],
  ]
}

function repeat(count, part) {
  return Array.from({ length: count }, (_, index) => part(index)).join(' ')
}

function detached() {
  const bytes = new Uint8Array(8)
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  return bytes
}

/** Misspelt and mistyped options, with what the error must name. */
const OPTIONS = [
  [{ entityID: 'https://a' }, 'entityId'],
  [{ replyUrl: ['https://a'] }, 'replyUrls'],
  [{ replyURLs: ['https://a'] }, 'replyUrls'],
  [{ clockSkew: 5 }, 'clockSkewSeconds'],
  [{ allowIDPInitiated: true }, 'allowIdpInitiated'],
  [{ requireSigned: 'al' }, 'requireSigned'],
  [{ profile: 'amplitde' }, 'amplitude'],
  [{ algorithms: { allowSHA1: true } }, 'algorithms.allowSha1'],
  [{ limits: { inputByte: 1 } }, 'limits.inputBytes'],
  [{ limits: { inputBytes: -1 } }, 'limits.inputBytes'],
  [{ limits: { inputBytes: 1.5 } }, 'limits.inputBytes'],
  [{ clockSkewSeconds: '180' }, 'clockSkewSeconds'],
  [{ clockSkewSeconds: Infinity }, 'clockSkewSeconds'],
  [{ clockSkewSeconds: NaN }, 'clockSkewSeconds'],
  [{ allowIdpInitiated: 'false' }, 'allowIdpInitiated'],
  [{ requireMfa: 1 }, 'requireMfa'],
  [{ replyUrls: 'https://a' }, 'replyUrls'],
  [{ replyUrls: [] }, 'replyUrls'],
  [{ replyUrls: [1] }, 'replyUrls[0]'],
  [{ replyUrls: [,] }, 'replyUrls[0]'],
  [{ entityId: '\ud800' }, 'entityId'],
  [{ idp: {} }, 'idp.entityId'],
  [{ idp: { entityId: 'x' } }, 'idp.certificates'],
  [{ idp: { entityId: 'x', certificate: ['x'] } }, 'certificates'],
  [{ idp: { entityId: 'x', certificates: 'x' } }, 'idp.certificates'],
  [{ idp: [[]] }, 'idp[0]'],
  [{ crypto: 'node' }, 'crypto'],
]

/** Mistakes in the context of a call. */
const CONTEXTS = [
  [{ inResponseto: '_1' }, 'inResponseTo'],
  [{ requestId: '_1' }, 'inResponseTo'],
  [{ inResponseTo: 5 }, 'inResponseTo'],
  [{ inResponseTo: [null] }, 'inResponseTo[0]'],
  [{ inResponseTo: '\ud800' }, 'inResponseTo'],
  [{ now: '2026-01-01' }, 'now'],
  [{ now: NaN }, 'now'],
  [{ now: Infinity }, 'now'],
  [{ now: 8.65e15 }, 'now'],
  [{ now: new Date(NaN) }, 'now'],
  [{ now: null }, 'now'],
  [{ replyUrl: 1 }, 'replyUrl'],
  [{ relayState: {} }, 'relayState'],
]

/**
 * @param countersign the package's module
 * @param good a fixture that is accepted
 */
export function badInput(countersign, good) {
  const { IdentityProvider, SamlError, ServiceProvider } = countersign
  const sp = new ServiceProvider(good.options)
  const user = good.expect.nameId.value
  const stillWorks = () => equal(good.login(sp).nameId.value, user, 'user afterwards')
  const isCoded = (error, what) => {
    ok(error instanceof SamlError, `${what}: a SamlError, not ${describe(error)}`)
    ok(SamlError.codes.includes(error.code), `${what}: the code ${error.code}`)
    ok(typeof error.message === 'string' && error.message !== '', `${what}: a message`)
    // A panic or trap inside the module would be a defect even where it is caught.
    ok(error.code !== 'ERR_SAML_HOST', `${what}: ${error.message} ${error.cause}`)
  }

  const tests = []
  const test = (name, run) => tests.push({ name, run })

  for (const [what, make] of documents(good.message)) {
    test(`bad message: ${what}`, async () => {
      const value = make()
      isCoded(await rejection(sp.validateResponse(value, good.context), what), what)
      stillWorks()
      isCoded(thrown(() => sp.validateResponseSync(value, good.context), what), what)
      stillWorks()
      const report = await sp.inspectResponse(value, good.context)
      equal(report.ok, false, `${what}: ok`)
      ok(SamlError.codes.includes(report.code), `${what}: the code ${report.code}`)
      ok(report.redacted().code === report.code, `${what}: redacted`)
      stillWorks()
      isCoded(thrown(() => IdentityProvider.fromMetadata(value), what), `metadata: ${what}`)
      isCoded(thrown(() => new ServiceProvider({ ...good.options, idp: value }), what), what)
      stillWorks()
    })
  }

  test('values of any type as the message', async () => {
    for (const [what, value] of ANYTHING) {
      isCoded(await rejection(sp.validateResponse(value, good.context), what), what)
      isCoded(thrown(() => sp.validateResponseSync(value, good.context), what), what)
      isCoded(await rejection(sp.inspectResponse(value, good.context), what), what)
      isCoded(thrown(() => IdentityProvider.fromMetadata(value), what), what)
      stillWorks()
    }
  })

  test('values of any type as context and as options', async () => {
    for (const [what, value] of ANYTHING) {
      const harmless = value === undefined || value === null || isEmpty(value)
      if (!harmless) {
        isCoded(thrown(() => sp.validateResponseSync(good.message, value), what), what)
        isCoded(await rejection(sp.inspectResponse(good.message, value), what), what)
        isCoded(thrown(() => IdentityProvider.fromMetadata(good.options.idp, value), what), what)
      }
      isCoded(thrown(() => new ServiceProvider(value), what), what)
      stillWorks()
    }
  })

  test('values of any type as each option', () => {
    for (const name of Object.keys(good.options)) {
      for (const [what, value] of ANYTHING) {
        if (value === undefined || (name === 'signOnUrl' && typeof value === 'string')) continue
        const make = () => new ServiceProvider({ ...good.options, [name]: value })
        isCoded(thrown(make, `${name}: ${what}`), `${name}: ${what}`)
      }
    }
    stillWorks()
  })

  test('values of any type as each property of the context', async () => {
    for (const name of ['inResponseTo', 'replyUrl', 'relayState', 'now']) {
      for (const [what, value] of ANYTHING) {
        const context = { ...good.context, [name]: value }
        const report = await sp.inspectResponse(good.message, context).catch((error) => error)
        if (report instanceof Error || !('checks' in report)) isCoded(report, `${name}: ${what}`)
      }
    }
    stillWorks()
  })

  test('getters are read once, and what they throw is explained', () => {
    let reads = 0
    const options = {
      ...good.options,
      get allowIdpInitiated() {
        reads += 1
        return reads > 1
      },
    }
    ok(new ServiceProvider(options), 'made')
    equal(reads, 1, 'reads')
    const cause = new Error('from the getter')
    const broken = {
      get entityId() {
        throw cause
      },
    }
    const error = thrown(() => new ServiceProvider(broken), 'a throwing getter')
    equal(error.code, 'ERR_SAML_OPTIONS', 'code')
    equal(error.cause, cause, 'cause')
  })

  test('wrong options are named, with the nearest known name', () => {
    for (const [wrong, named] of OPTIONS) {
      const what = JSON.stringify(wrong)
      const error = thrown(() => new ServiceProvider({ ...good.options, ...wrong }), what)
      isCoded(error, what)
      equal(error.code, 'ERR_SAML_OPTIONS', `code for ${what}`)
      const told = [error.message, error.expected, error.hint].join(' ')
      ok(told.includes(named), `${what} names ${named}: ${told}`)
    }
    stillWorks()
  })

  test('wrong contexts are named', async () => {
    for (const [wrong, named] of CONTEXTS) {
      const what = JSON.stringify(wrong)
      const error = await rejection(sp.inspectResponse(good.message, wrong), what)
      equal(error.code, 'ERR_SAML_OPTIONS', `code for ${what}`)
      const told = [error.message, error.expected, error.hint].join(' ')
      ok(told.includes(named), `${what} names ${named}: ${told}`)
    }
    stillWorks()
  })

  test('what is needed is asked for', () => {
    for (const name of ['replyUrls', 'idp']) {
      const { [name]: _, ...rest } = good.options
      const error = thrown(() => new ServiceProvider(rest), `without ${name}`)
      equal(error.code, 'ERR_SAML_OPTIONS', `code without ${name}`)
      ok(error.message.includes(name), `${error.message} names ${name}`)
    }
  })

  return tests
}

/** Arrays are no context; a date and a plain object without properties say nothing. */
function isEmpty(value) {
  try {
    return typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0
  } catch {
    return false
  }
}

function describe(error) {
  try {
    return `${error?.name}: ${error?.message ?? String(error)}`
  } catch {
    return typeof error
  }
}
