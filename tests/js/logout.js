// Single Logout, checked in every runtime: the fixtures, and a round trip with ourselves.

import { equal, frozen, ok, rejection, same } from './check.js'

/** A user of the fixtures; refusals must not name him in texts that get logged. */
const PERSON = /simon/i

const METHODS = {
  request: ['validateLogoutRequest', 'inspectLogoutRequest', 'saml.logout-request'],
  response: ['validateLogoutResponse', 'inspectLogoutResponse', 'saml.logout-response'],
}

/**
 * @param countersign the package's module, ready for use
 * @param fixtures what `fixtures.js` read
 * @returns {{ name: string, run: () => void | Promise<void> }[]}
 */
export function logout(countersign, { logout: cases, signing }) {
  const { SamlError, ServiceProvider } = countersign
  const tests = []
  const test = (name, run) => tests.push({ name, run })

  test('there are logout fixtures of both kinds', () => {
    ok(cases.filter(({ expect }) => expect.ok).length >= 30, 'accepted')
    ok(cases.filter(({ expect }) => !expect.ok).length >= 60, 'refused')
  })

  for (const fixture of cases) {
    test(`logout fixture ${fixture.id}: ${fixture.why}`, async () => {
      const { kind, options, message, expect } = fixture
      const context = { ...fixture.context, now: new Date(fixture.context.now) }
      const [validate, inspect, event] = METHODS[kind]
      const reports = []
      for (const crypto of ['auto', 'ring', 'host']) {
        const sp = new ServiceProvider({ ...options, crypto })
        const report = await sp[inspect](message, context)
        equal(report.code, expect.code, `${crypto}: code`)
        checkReport(report, event)
        reports.push(report)
        if (expect.ok) checkAdmitted(await sp[validate](message, context), expect)
        else checkRefusal(await rejection(sp[validate](message, context), crypto), expect)
      }
      same(reports[1], reports[0], "crypto 'ring' against 'auto'")
      same(reports[2], reports[0], "crypto 'host' against 'auto'")
    })
  }

  function checkAdmitted(admitted, expect) {
    const { ok: _, signedBy, nameId, warned, ...facts } = expect
    for (const [name, value] of Object.entries(facts)) same(admitted[name] ?? null, value, name)
    if (nameId !== undefined) equal(admitted.nameId.value, nameId.value, 'nameId')
    const elements = admitted.signedBy.map(({ element }) => element)
    if (signedBy !== undefined) same(elements, signedBy, 'signedBy')
    const codes = admitted.report.checks.filter(({ status }) => status === 'warned')
    if (warned !== undefined) same(codes.map(({ code }) => code), warned, 'warnings')
    ok(admitted.report.ok && admitted.report.logout === admitted, 'it carries its report')
    ok(admitted.report.login === undefined, 'no logout message signs anybody in')
    ok(!Object.keys(admitted).includes('report'), 'the report is not enumerable')
    frozen(admitted, 'what was admitted')
  }

  function checkRefusal(error, expect) {
    ok(error instanceof SamlError, `a SamlError, not ${error}`)
    equal(error.code, expect.code, 'code')
    equal(error.check, expect.check, 'check')
    ok(typeof error.hint === 'string' && error.hint.length > 10, `a hint, not ${error.hint}`)
    ok(!PERSON.test(error.message), `a message that is safe to log: ${error.message}`)
    ok(!/Response|login|assertion/.test(error.message), `it speaks of a logout: ${error.message}`)
  }

  function checkReport(report, name) {
    frozen(report, 'report')
    equal('logout' in report, report.ok, 'a logout where ok, and only there')
    ok(!PERSON.test(JSON.stringify(report.redacted())), 'redacted')
    const event = report.toAuditEvent()
    equal(event.event, name, 'event')
    equal(event.verdict, report.ok ? 'accepted' : 'refused', 'verdict')
    ok(!PERSON.test(JSON.stringify(event)), `audit event: ${JSON.stringify(event)}`)
  }

  // This service provider and, with the same class, somebody who knows it by its certificate and
  // plays the identity provider: what one writes the other reads.
  const [ours, theirs] = ['https://sp.example/', 'https://idp.example/']
  const party = (entityId, other, extra) =>
    new ServiceProvider({
      entityId,
      replyUrls: [`${entityId}acs`],
      logoutUrl: `${entityId}slo`,
      signingKey: signing.signingKey,
      idp: {
        entityId: other,
        certificates: [signing.signingCertificates],
        singleLogoutServices: ['Redirect', 'POST'].map((binding) => ({
          binding: `urn:oasis:names:tc:SAML:2.0:bindings:HTTP-${binding}`,
          location: `${other}slo`,
        })),
      },
      ...extra,
    })
  const delivered = ({ url, form }) => url ?? new URLSearchParams(form.fields).toString()

  for (const binding of ['redirect', 'post']) {
    test(`a logout goes there and back by ${binding}`, async () => {
      const [sp, idp] = [party(ours, theirs), party(theirs, ours)]
      const login = {
        issuer: theirs,
        nameId: { value: 'é <b@contoso.com>', format: 'urn:f', spNameQualifier: ours },
        sessionIndex: '_s1',
        audiences: [],
      }
      const relayState = 'a b&c=d+e/é'
      const sent = await sp.createLogoutRequest({ login, binding, relayState })
      // A blank in RelayState, which not everybody escapes alike.
      equal(sent.warnings.length, binding === 'redirect' ? 1 : 0, 'warnings')
      const request = await idp.validateLogoutRequest(delivered(sent))
      equal(request.id, sent.id, 'ID')
      same(request.nameId, login.nameId, 'NameID')
      same(request.sessionIndexes, ['_s1'], 'SessionIndex')
      equal(request.relayState, relayState, 'RelayState')
      for (const [status, partial] of [['success', false], ['partial', true]]) {
        const answer = await idp.createLogoutResponse({ inResponseTo: request, status, binding })
        const inResponseTo = sent.id
        const response = await sp.validateLogoutResponse(delivered(answer), { inResponseTo })
        equal(response.partial, partial, 'partial')
        equal(response.relayState, relayState, 'RelayState comes back')
        equal(response.issuer, theirs, 'issuer')
        const late = sp.validateLogoutResponse(delivered(answer), { inResponseTo: '_other' })
        equal((await rejection(late, 'another')).code, 'ERR_SAML_IN_RESPONSE_TO', 'another request')
      }
      const denied = await idp.createLogoutResponse({ inResponseTo: request, status: 'denied' })
      const failed = sp.validateLogoutResponse(denied.url, { inResponseTo: sent.id })
      equal((await rejection(failed, 'denied')).code, 'ERR_SAML_STATUS', 'denied')
    })
  }

  test('anything at all in the place of a logout message gets a report, in time', async () => {
    const [good] = cases
    const sp = new ServiceProvider(good.options)
    const context = { now: new Date(good.context.now) }
    for (const message of [
      '',
      ' \n',
      '\0',
      '?',
      '%',
      '\ud800',
      '='.repeat(100_000),
      '&'.repeat(1_000_000),
      '?#'.repeat(100_000),
      '%53'.repeat(100_000),
      'SAMLRequest',
      'SAMLRequest=%',
      'SAMLRequest=%ff',
      'SAMLRequest=A',
      `SAMLRequest=${'A'.repeat(5_000_000)}`,
      `SAMLRequest=${'%41'.repeat(1_000_000)}`,
      'a=b&'.repeat(500_000),
      `${'%2553AMLRequest=x&'.repeat(50_000)}SAMLRequest=x`,
      `${good.message}&`.repeat(2),
      `${good.message}&SAMLEncoding=`,
      good.message.replace('SAMLRequest', 'SAMLart'),
      '<a>'.repeat(100_000),
      '<LogoutRequest/>',
      '{"SAMLRequest":1}',
      new Uint8Array([0xff, 0xfe, 0x3c, 0x00]),
      new Uint8Array(1_000_000),
    ]) {
      const report = await sp.inspectLogoutRequest(message, context)
      ok(!report.ok && report.code.startsWith('ERR_SAML_'), `refused with a code: ${report.code}`)
      ok(report.checks[0].hint.length > 20, 'a hint')
      await rejection(sp.validateLogoutResponse(message, context), 'as a response')
    }
    const { ok: accepted } = await sp.inspectLogoutRequest(good.message, context)
    ok(accepted, 'a good one is accepted afterwards')
  })

  test('with a store, a logout request works once', async () => {
    const used = new Map()
    const putIfAbsent = (key, expiresAt) => !used.has(key) && used.set(key, expiresAt) === used
    const store = { putIfAbsent, take: () => false }
    const [sp, idp] = [party(ours, theirs), party(theirs, ours, { store })]
    const { url } = await sp.createLogoutRequest({ nameId: 'b@contoso.com' })
    ok((await idp.inspectLogoutRequest(url)).ok, 'looking at it uses nothing up')
    const refused = idp.validateLogoutRequest(url.replace('SigAlg', 'sigalg'))
    await rejection(refused, 'a message that is refused uses nothing up')
    equal(used.size, 0, 'entries')
    const request = await idp.validateLogoutRequest(url)
    const [[key, expiresAt]] = [...used]
    equal(key, `saml:logout:${request.replay.key}`, 'key')
    ok(expiresAt > Date.parse(request.replay.expiresAt), 'held a little longer than it is valid')
    const again = await rejection(idp.validateLogoutRequest(url), 'again')
    equal(again.code, 'ERR_SAML_REPLAY', 'code')
    equal(again.report.logout, undefined, 'nothing to act on')
    const lax = party(theirs, ours, { store, allowUnsignedLogout: true })
    const unsigned = url.replace(/&SigAlg.*/, '')
    used.clear()
    for (let time = 0; time < 2; time += 1) await lax.validateLogoutRequest(unsigned)
    equal(used.size, 0, 'what anybody can write fills no store')
    await lax.validateLogoutRequest(url)
    equal(used.size, 1, 'what is signed is remembered all the same')
    const broken = { putIfAbsent: () => Promise.reject(new Error('gone')), take: () => false }
    const failing = party(theirs, ours, { store: broken }).validateLogoutRequest(url)
    equal((await rejection(failing, 'a broken store')).code, 'ERR_SAML_STORE', 'code')
  })

  return tests
}
