// What the package does, checked in every runtime: takes the package and the fixtures, needs
// nothing else. A runner calls `suite` and runs each test it returns.

import { badInput } from './bad-input.js'
import { equal, frozen, ok, rejection, same, thrown } from './check.js'
import { logout } from './logout.js'

/** A user of the fixtures; refusals must not name him in texts that get logged. */
const PERSON = /simon/i

/**
 * @param countersign the package's module, ready for use
 * @param fixtures what `fixtures.js` read
 * @param traits `verifiesAtOnce`: whether the entry has a synchronous verifier
 * @returns {{ name: string, run: () => void | Promise<void> }[]}
 */
export function suite(countersign, fixtures, { verifiesAtOnce }) {
  const { IdentityProvider, SamlError, ServiceProvider, profiles } = countersign
  const cases = fixtures.cases.map((fixture) => prepare(fixture))
  const accepted = cases.filter(({ expect }) => expect.ok)
  const refused = cases.filter(({ expect }) => !expect.ok)
  const [good] = accepted
  const of = (id) => cases.find((fixture) => fixture.id === id) ?? missing(id)
  const tests = []
  const test = (name, run) => tests.push({ name, run })

  test('there are fixtures of both kinds', () => {
    ok(accepted.length >= 12, `only ${accepted.length} fixtures are accepted`)
    ok(refused.length >= 50, `only ${refused.length} fixtures are refused`)
  })

  // WebCrypto has one digest for OAEP and its MGF1; what has two is refused by name.
  const notHere = { ok: false, code: 'ERR_SAML_DECRYPT_ALGORITHM', check: 'decryption' }
  const asked = (one) =>
    /^encrypted-oaep-(sha256|11-sha512)$/.test(one.id) ? { ...one, expect: notHere } : one
  for (const fixture of fixtures.encrypted.map((one) => prepare(asked(one)))) {
    test(`encrypted fixture ${fixture.id}: ${fixture.why}`, async () => {
      const { options, message, context } = fixture
      // Chromium has no AES with 192 bits, and says so by the same name.
      const expect = fixture.id.includes('aes192') && !(await hasAes192()) ? notHere : fixture.expect
      for (const crypto of ['auto', 'ring', 'host']) {
        const sp = new ServiceProvider({ ...options, crypto })
        const report = await sp.inspectResponse(message, context)
        equal(report.code, expect.code, `${crypto}: code`)
        checkReport(report)
        if (expect.ok) checkLogin(await sp.validateResponse(message, context), expect)
        else checkRefusal(await rejection(sp.validateResponse(message, context), crypto), expect)
      }
    })
  }

  for (const fixture of cases) test(`fixture ${fixture.id}: ${fixture.why}`, () => verdict(fixture))

  async function verdict({ options, message, context, expect }) {
    const reports = []
    for (const crypto of ['auto', 'ring', 'host']) {
      const sp = new ServiceProvider({ ...options, crypto })
      const report = await sp.inspectResponse(message, context)
      reports.push(report)
      equal(report.ok, expect.ok, `${crypto}: ok (${report.code})`)
      if (expect.ok) {
        checkLogin(await sp.validateResponse(message, context), expect)
        if (crypto === 'host' && !verifiesAtOnce) {
          const error = thrown(() => sp.validateResponseSync(message, context), 'crypto host')
          equal(error.code, 'ERR_SAML_NEEDS_ASYNC', 'code without await')
        } else {
          const login = sp.validateResponseSync(message, context)
          same(login, report.login, `${crypto}: with and without await`)
        }
      } else {
        const error = await rejection(sp.validateResponse(message, context), crypto)
        checkRefusal(error, expect)
        same(error.report, report, `${crypto}: report of the error`)
        const sync = thrown(() => sp.validateResponseSync(message, context), crypto)
        ok(sync instanceof SamlError, `${crypto}: a SamlError without await, not ${sync}`)
        if (sync.code !== 'ERR_SAML_NEEDS_ASYNC' || crypto !== 'host' || verifiesAtOnce) {
          same(sync.report, report, `${crypto}: with and without await`)
        }
      }
      checkReport(report)
    }
    same(reports[1], reports[0], "crypto 'ring' against 'auto'")
    same(reports[2], reports[0], "crypto 'host' against 'auto'")
  }

  function checkLogin(login, expect) {
    const { ok: _, signedBy, ...facts } = expect
    for (const [name, value] of Object.entries(facts)) {
      const actual = login[name] ?? null
      // Fixtures name the properties they are about: a NameID has qualifiers, too.
      const relevant = isRecord(value) && name !== 'attributes' ? pick(actual, value) : actual
      same(relevant, value, name)
    }
    const elements = login.signedBy.map(({ element }) => element).sort()
    same(elements, [...signedBy].sort(), 'signedBy')
    ok(login.report.ok && login.report.login === login, 'the login carries its report')
    ok(!Object.keys(login).includes('report'), 'the report is not enumerable')
    ok(Date.parse(login.replay.expiresAt) > 0 && login.replay.key !== '', 'replay')
    frozen(login, 'login')
  }

  function checkRefusal(error, expect) {
    ok(error instanceof SamlError, `a SamlError, not ${error}`)
    ok(error instanceof Error, 'an Error')
    equal(error.name, 'SamlError', 'name')
    equal(error.code, expect.code, 'code')
    equal(error.check, expect.check, 'check')
    equal(error.report.code, expect.code, "the report's code")
    ok(typeof error.hint === 'string' && error.hint.length > 10, `a hint, not ${error.hint}`)
    ok(!PERSON.test(error.message), `a message that is safe to log: ${error.message}`)
    ok(!Object.keys(error).some((key) => key === 'actual' || key === 'report'), 'claims are hidden')
  }

  function checkReport(report) {
    frozen(report, 'report')
    equal('login' in report, report.ok, 'a login where ok, and only there')
    for (const check of report.checks) {
      ok(['passed', 'failed', 'warned', 'skipped'].includes(check.status), `status of ${check.id}`)
      equal(check.status === 'failed' || check.status === 'warned', 'code' in check, check.id)
      ok(check.title !== '' && check.spec !== '', `title and clause of ${check.id}`)
    }
    equal(report.checks.find((check) => check.status === 'failed')?.code, report.code, 'root cause')
    const redacted = report.redacted()
    frozen(redacted, 'redacted report')
    equal(redacted.code, report.code, 'code of the redacted report')
    ok(!PERSON.test(JSON.stringify(redacted)), `redacted: ${JSON.stringify(redacted)}`)
    const event = report.toAuditEvent()
    frozen(event, 'audit event')
    ok(!PERSON.test(JSON.stringify(event)), `audit event: ${JSON.stringify(event)}`)
    equal(event.verdict, report.ok ? 'accepted' : 'refused', 'verdict')
    ok(event.serviceProvider.startsWith('https://'), `serviceProvider: ${event.serviceProvider}`)
    equal(event.code, report.code, 'code of the audit event')
    ok(
      Object.values(event).every((value) => typeof value !== 'object'),
      'the audit event is flat',
    )
  }

  test('now is a Date or milliseconds, and is read at every call where it is absent', async () => {
    const { options, message, context } = good
    const sp = new ServiceProvider(options)
    const { now, ...rest } = context
    const milliseconds = Date.parse(now)
    for (const time of [milliseconds, new Date(milliseconds)]) {
      same(await sp.validateResponse(message, { ...rest, now: time }), good.login(sp), 'login')
    }
    const clock = Date.now
    try {
      Date.now = () => milliseconds
      ok(sp.validateResponseSync(message, rest), 'accepted when it is valid')
      Date.now = () => milliseconds + 365 * 86_400_000
      const error = thrown(() => sp.validateResponseSync(message, rest), 'a year later')
      equal(error.code, 'ERR_SAML_EXPIRED', 'code a year later')
      Date.now = () => milliseconds
      ok(sp.validateResponseSync(message, rest), 'accepted again')
    } finally {
      Date.now = clock
    }
  })

  test('bytes and text are the same message', async () => {
    const { options, message, context } = of('form-xml')
    const sp = new ServiceProvider(options)
    const text = new TextDecoder().decode(message)
    same(
      await sp.validateResponse(text, context),
      await sp.validateResponse(message, context),
      'login',
    )
  })

  test('a request ID is text or an array of texts; null is none', async () => {
    const { options, message, context } = good
    const sp = new ServiceProvider(options)
    const id = context.inResponseTo
    for (const inResponseTo of [id, [id], ['_another', id]]) {
      ok(await sp.validateResponse(message, { ...context, inResponseTo }), 'accepted')
    }
    for (const inResponseTo of [null, undefined, [], '_another', ['_another']]) {
      const error = thrown(
        () => sp.validateResponseSync(message, { ...context, inResponseTo }),
        `request ${inResponseTo}`,
      )
      equal(error.check, 'in-response-to', `check for the request ${inResponseTo}`)
    }
  })

  test('many calls at once give what each gives alone', async () => {
    const some = cases.filter((_, index) => index % 9 === 0)
    const reports = await Promise.all(
      some.map(({ options, message, context }) =>
        new ServiceProvider(options).inspectResponse(message, context),
      ),
    )
    some.forEach(({ id, expect }, index) => {
      equal(reports[index].code, expect.code, `code of ${id}`)
    })
  })

  test('results cannot be changed', () => {
    const login = good.login(new ServiceProvider(good.options))
    for (const change of [
      () => (login.nameId.value = 'administrator'),
      () => login.audiences.push('x'),
      () => (login.attributes.role = ['administrator']),
      () => (login.report.ok = false),
      () => (profiles.amplitude.entityId = 'x'),
      () => (profiles.other = {}),
    ]) {
      ok(thrown(change, String(change)) instanceof TypeError, String(change))
    }
    same(JSON.parse(JSON.stringify(login)), login, 'a login survives JSON')
  })

  test('profiles are frozen data by id', () => {
    const ids = ['amplitude', 'aws-iam-identity-center', 'entra-id', 'generic']
    same(Object.keys(profiles), ids, 'ids')
    frozen(profiles, 'profiles')
    for (const id of ids) equal(profiles[id].id, id, 'id')
    equal(profiles.amplitude.entityId, 'https://amplitude.com/saml/sso/metadata', 'Identifier')
  })

  test('an IdentityProvider is frozen data that idp takes, also from JSON', () => {
    const xml = good.options.idp
    const now = Date.parse(good.context.now)
    const idp = IdentityProvider.fromMetadata(xml, { now })
    ok(idp instanceof IdentityProvider, 'an IdentityProvider')
    frozen(idp, 'idp')
    equal(idp.entityId, good.expect.issuer, 'entityId')
    ok(idp.singleSignOnUrl.startsWith('https://'), 'singleSignOnUrl')
    equal(idp.certificateFacts.length, idp.certificates.length, 'facts of each certificate')
    for (const { sha1, notAfter, keyType } of idp.certificateFacts) {
      ok(/^[0-9A-F]{40}$/.test(sha1), `a thumbprint: ${sha1}`)
      ok(Date.parse(notAfter) > 0 && keyType.startsWith('RSA'), `${notAfter} ${keyType}`)
    }
    same(IdentityProvider.fromMetadata(new TextEncoder().encode(xml)), idp, 'from bytes')
    const byHand = { entityId: idp.entityId, certificates: idp.certificates }
    const pem = idp.certificates.map(
      (base64) => `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    )
    for (const form of [
      idp,
      JSON.parse(JSON.stringify(idp)),
      byHand,
      { ...byHand, certificates: pem },
      [{ ...byHand, entityId: 'https://other.example/' }, idp],
      [xml],
    ]) {
      const sp = new ServiceProvider({ ...good.options, idp: form })
      same(good.login(sp), good.login(new ServiceProvider(good.options)), 'login')
    }
    const error = thrown(() => new IdentityProvider(), 'new IdentityProvider()')
    equal(error.code, 'ERR_SAML_OPTIONS', 'code of new IdentityProvider()')
  })

  test('with a store, an assertion signs in once', async () => {
    const { options, message, context } = good
    const used = new Set()
    const putIfAbsent = (key) => !used.has(key) && used.add(key) === used
    for (const [put, name] of [
      [putIfAbsent, 'validateResponseSync'],
      [putIfAbsent, 'validateResponse'],
      [async (key) => putIfAbsent(key), 'validateResponse'],
    ]) {
      used.clear()
      const sp = new ServiceProvider({ ...options, store: { putIfAbsent: put, take: () => false } })
      for (let look = 0; look < 2; look += 1) {
        const report = await sp.inspectResponse(message, context)
        ok(report.ok && used.size === 0, 'inspectResponse uses nothing up')
      }
      const signIn = async () => sp[name](message, context)
      same((await signIn()).nameId, good.login(new ServiceProvider(options)).nameId, 'first')
      equal(used.size, 1, 'entries')
      const error = await rejection(signIn(), 'a second time')
      checkRefusal(error, { code: 'ERR_SAML_REPLAY', check: 'replay' })
      checkReport(error.report)
    }
    const broken = { putIfAbsent: () => Promise.reject(new Error('gone')), take: () => false }
    const sp = new ServiceProvider({ ...options, store: broken })
    const error = await rejection(sp.validateResponse(message, context), 'a broken store')
    checkRefusal(error, { code: 'ERR_SAML_STORE', check: 'replay' })
    checkReport(error.report)
  })

  test('what is put on Object.prototype decides nothing', async () => {
    const { options, message, context } = accepted.find(
      ({ expect }) => expect.initiatedBy === 'idp',
    )
    const { allowIdpInitiated: _, ...strict } = options
    try {
      Object.prototype.allowIdpInitiated = true
      const sp = new ServiceProvider(strict)
      const error = await rejection(sp.validateResponse(message, context), 'unsolicited')
      equal(error.code, 'ERR_SAML_UNSOLICITED', 'code')
    } finally {
      delete Object.prototype.allowIdpInitiated
    }
  })

  test('metadata is written, and signed at once where the runtime can', async () => {
    const { signingKey, signingCertificates } = fixtures.signing
    const der = Uint8Array.from(atob(signingKey.replace(/-----[^-]+-----|\s/g, '')), (character) =>
      character.charCodeAt(0),
    )
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
    for (const one of [signingKey, key]) {
      const sp = new ServiceProvider({ ...good.options, signingKey: one, signingCertificates })
      const check = (xml) => {
        const said = ServiceProvider.readMetadata(xml, { signedBy: signingCertificates })
        same(said.replyUrls, good.options.replyUrls, 'replyUrls')
        ok(said.authnRequestsSigned, 'requests are announced as signed')
      }
      check(await sp.metadataAsync())
      if (verifiesAtOnce) check(sp.metadata())
      else equal(thrown(() => sp.metadata(), 'a key').code, 'ERR_SAML_NEEDS_ASYNC', 'code')
      const unsigned = ServiceProvider.readMetadata(sp.metadata({ sign: false }))
      ok(!unsigned.signed && unsigned.authnRequestsSigned, 'unsigned')
    }
  })

  test('SamlError.codes lists every code once', () => {
    const { codes } = SamlError
    frozen(codes, 'codes')
    equal(new Set(codes).size, codes.length, 'distinct')
    for (const code of codes) ok(/^ERR_SAML_[A-Z0-9_]+$/.test(code), code)
    for (const { id, expect } of refused) ok(codes.includes(expect.code), `the code of ${id}`)
  })

  for (const { name, run } of badInput(countersign, good)) test(name, run)
  for (const { name, run } of logout(countersign, fixtures)) test(name, run)
  return tests
}

/** A fixture as calls take it. */
function prepare(fixture) {
  const bytes = Uint8Array.from(atob(fixture.message), (character) => character.charCodeAt(0))
  const isXml = fixture.messageFile.endsWith('.xml')
  const message = isXml ? bytes : new TextDecoder().decode(bytes)
  const context = { ...fixture.context, now: new Date(fixture.context.now) }
  const login = (sp) => sp.validateResponseSync(message, context)
  return { ...fixture, message, context, login }
}

function missing(id) {
  throw new Error(`there is no fixture ${id}`)
}

function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function pick(value, like) {
  return Object.fromEntries(Object.keys(like).map((key) => [key, value?.[key] ?? null]))
}

async function hasAes192() {
  try {
    await crypto.subtle.importKey('raw', new Uint8Array(24), 'AES-CBC', false, ['decrypt'])
    return true
  } catch {
    return false
  }
}
