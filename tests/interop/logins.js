// Logins between the package and an identity provider that knows nothing of it: the same for each.

import assert from 'node:assert/strict'
import { verify } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { IdentityProvider } from '../../pkg/node.js'
import { applicationMetadata } from './application-metadata.js'
import { Application } from './application.js'
import { Browser } from './browser.js'
import { startIdentityProvider } from './identity-provider.js'
import { derOf, keyPair } from './keys.js'
import { kindOf, withQuery, withXml, xmlOf } from './message.js'
import { alice, mallory } from './people.js'

const { key, certificate } = keyPair('sp-encryption')
const XMLENC = 'http://www.w3.org/2001/04/xmlenc#'
const XMLENC11 = 'http://www.w3.org/2009/xmlenc11#'

export const ENCRYPTIONS = {
  'AES-128-CBC': { content: `${XMLENC}aes128-cbc`, cipher: 'aes', bits: 128 },
  'AES-192-CBC': { content: `${XMLENC}aes192-cbc`, cipher: 'aes', bits: 192 },
  'AES-256-CBC': { content: `${XMLENC}aes256-cbc`, cipher: 'aes', bits: 256 },
  'AES-128-GCM': { content: `${XMLENC11}aes128-gcm`, cipher: 'aes', bits: 128 },
  'AES-192-GCM': { content: `${XMLENC11}aes192-gcm`, cipher: 'aes', bits: 192 },
  'AES-256-GCM': { content: `${XMLENC11}aes256-gcm`, cipher: 'aes', bits: 256 },
  'Triple DES': { content: `${XMLENC}tripledes-cbc`, cipher: 'des', bits: 192 },
  'RSA-1_5': {
    content: `${XMLENC}aes256-cbc`,
    cipher: 'aes',
    bits: 256,
    key: `${XMLENC}rsa-1_5`,
  },
}

/** The last characters of the last CipherValue: in GCM the tag. */
const END_OF_CIPHERTEXT = /\w[\w+/\s]{7,9}=*\s*<\/(\w+:)?CipherValue>(?![^]*CipherValue>)/

const SIGNED = [['assertion'], ['response'], ['assertion', 'response']]
const RELAY_STATE = '/reports?from=2026&to="<now>"#é'

/**
 * @typedef {object} Peer
 * @property {'pysaml2' | 'samlp'} name
 * @property {string} nameIdFormat
 * @property {(person: typeof alice) => Record<string, string[]>} attributes what arrives of them
 * @property {string[]} encrypts names of ENCRYPTIONS that it can do
 * @property {string[]} weakly names of those that it can do and that must be refused
 * @property {string} escapesOtherwise a RelayState that it escapes anew, and not as it was escaped
 * @property {boolean} knowsPassive whether it looks at IsPassive
 */

/** @param {Peer} peer */
export function logins(peer) {
  let idp, app, other, metadata
  const people = [alice, mallory]

  before(async () => {
    app = await Application.start('app')
    other = await Application.start('other')
    idp = await startIdentityProvider(peer.name)
    await idp.set({ people, applications: [app, other].map(registered) })
    metadata = await idp.metadata()
  })
  after(() => Promise.all([app, other, idp].map((server) => server?.stop())))

  /** How the identity provider knows an application. */
  function registered(one) {
    const { entityId, replyUrl, logoutUrl } = one
    const metadata = applicationMetadata(one, certificate)
    return { entityId, replyUrl, logoutUrl, certificate, metadata }
  }

  /** Sets both sides up; the applications from what the identity provider published at first. */
  async function setUp({ settings, options, applications = [app, other] } = {}) {
    const trusted = IdentityProvider.fromMetadata(metadata)
    for (const one of [app, other]) one.setUp({ idp: trusted, ...options })
    await idp.set({ people, applications: applications.map(registered), ...settings })
  }

  /** The address that sends a user to the identity provider. */
  function loginUrl(parameters = {}, one = app) {
    return `${one.origin}/login?${new URLSearchParams(parameters)}`
  }

  /** The address of an icon in the identity provider's portal. */
  function tileUrl(parameters = {}, { entityId } = app) {
    return `${idp.origin}/start?${new URLSearchParams({ entityId, ...parameters })}`
  }

  /** Changes the one message of a kind on its way. */
  function altering(kind, change) {
    return (hop) => (kindOf(hop) === kind ? change(hop) : hop)
  }

  function assertRefused(page, code, text) {
    assert.equal(page.status, 403, page.text)
    assert.equal(page.data.code, code, page.text)
    assert(text === undefined || page.text.includes(text), page.text)
  }

  function assertSignedIn(page, person = alice) {
    assert.equal(page.status, 200, page.text)
    const { login } = page.data
    assert.equal(login.nameId.value, person.nameId)
    assert.equal(login.nameId.format, peer.nameIdFormat)
    assert.deepEqual(login.attributes, peer.attributes(person))
    assert.equal(login.issuer, `${idp.origin}/metadata`)
    assert.deepEqual(login.audiences, [app.entityId])
    assert.match(login.sessionIndex, /./)
    return page.data
  }

  describe(`${peer.name}: set-up`, () => {
    test('the live metadata says where requests go and which key signs', async () => {
      const { entityId, singleSignOnServices, singleLogoutServices, certificates } =
        IdentityProvider.fromMetadata(metadata)
      assert.equal(entityId, `${idp.origin}/metadata`)
      const places = (services) =>
        services.map(({ binding, location }) => `${binding.split(':').at(-1)} ${location}`).sort()
      const both = (path) =>
        ['HTTP-POST', 'HTTP-Redirect'].map((name) => `${name} ${idp.origin}${path}`)
      assert.deepEqual(places(singleSignOnServices), both('/sso'))
      assert.deepEqual(places(singleLogoutServices), both('/slo'))
      assert.deepEqual(certificates, [derOf(keyPair('entra-active').certificate)])
    })
  })

  describe(`${peer.name}: requests`, () => {
    for (const binding of ['redirect', 'post']) {
      for (const signs of [false, true]) {
        test(`${signs ? 'signed' : 'unsigned'}, by ${binding}`, async () => {
          await setUp({
            settings: { requireSignedRequests: signs },
            options: signs ? { signingKey: key } : {},
          })
          const browser = new Browser(alice)
          const { login, relayState } = assertSignedIn(
            await browser.open(loginUrl({ binding, relayState: RELAY_STATE })),
          )
          const sent =
            binding === 'post' ? browser.posted('SAMLRequest') : browser.asked('SAMLRequest')
          const [, id] = xmlOf(sent).match(/ ID="([^"]+)"/)
          assert.equal(login.inResponseTo, id)
          assert.equal(login.initiatedBy, 'sp')
          assert.equal(relayState, RELAY_STATE)
        })
      }

      const forgeries = {
        'changed after it was signed': (hop) =>
          withXml(hop, (xml) => xml.replace(/ IssueInstant="2/, ' ForceAuthn="true"$&')),
        'with its signature taken away': (hop) =>
          hop.fields === undefined
            ? withQuery(hop, (query) => ['Signature', 'SigAlg'].map((name) => query.delete(name)))
            : withXml(hop, (xml) => xml.replace(/<(\w+:)?Signature [^]*<\/(\w+:)?Signature>/, '')),
      }
      for (const [how, change] of Object.entries(forgeries)) {
        test(`the identity provider refuses one ${how}, by ${binding}`, async () => {
          await setUp({
            settings: { requireSignedRequests: true },
            options: { signingKey: key },
          })
          const page = await new Browser(alice, altering('SAMLRequest', change)).open(
            loginUrl({ binding, relayState: RELAY_STATE }),
          )
          assert.equal(page.status, 400, page.text)
          assert.match(page.text, /^refused: .*[Ss]ign/)
        })
      }

      test(`the identity provider refuses one that another key signed, by ${binding}`, async () => {
        await setUp({
          settings: { requireSignedRequests: true },
          options: { signingKey: keyPair('attacker').key },
        })
        const page = await new Browser(alice).open(loginUrl({ binding }))
        assert.equal(page.status, 400, page.text)
        assert.match(page.text, /^refused: .*[Ss]ign/)
      })
    }

    test('the signature of a redirect covers RelayState', async () => {
      await setUp({ settings: { requireSignedRequests: true }, options: { signingKey: key } })
      const change = (hop) => withQuery(hop, (query) => query.set('RelayState', '/elsewhere'))
      const page = await new Browser(alice, altering('SAMLRequest', change)).open(
        loginUrl({ relayState: RELAY_STATE }),
      )
      assert.equal(page.status, 400, page.text)
      assert.match(page.text, /^refused: .*[Ss]ign/)
    })

    test('a RelayState that the identity provider escapes otherwise: the query is right', async () => {
      await setUp({ settings: { requireSignedRequests: true }, options: { signingKey: key } })
      const browser = new Browser(alice)
      const page = await browser.open(loginUrl({ relayState: peer.escapesOtherwise }))
      // It verifies what it escaped itself, not the octets that came (SAML bindings 3.4.4.1).
      assert.equal(page.status, 400, page.text)
      const { search } = new URL(browser.asked('SAMLRequest').url)
      const [, octets, signature] = search.match(/^\?(.*)&Signature=(.*)$/)
      const value = Buffer.from(decodeURIComponent(signature), 'base64')
      assert(verify('sha256', Buffer.from(octets), certificate, value))
    })

    test('a session at the identity provider is enough, unless forceAuthn asks anew', async () => {
      await setUp()
      const browser = new Browser(alice)
      assertSignedIn(await browser.open(loginUrl()))
      const asked = () => browser.hops.filter(({ url }) => url.endsWith('/sign-in')).length
      assert.equal(asked(), 1)
      assertSignedIn(await browser.open(loginUrl()))
      assert.equal(asked(), 1)
      assertSignedIn(await browser.open(loginUrl({ forceAuthn: 'true' })))
      assert.equal(asked(), 2)
    })

    if (peer.knowsPassive) {
      test('isPassive: nobody is asked, and where nobody is known there is no login', async () => {
        await setUp()
        const browser = new Browser(alice)
        const isPassive = { isPassive: 'true' }
        assertRefused(await browser.open(loginUrl(isPassive)), 'ERR_SAML_STATUS', 'NoPassive')
        assertSignedIn(await browser.open(loginUrl()))
        assertSignedIn(await browser.open(loginUrl(isPassive)))
      })
    }
  })

  describe(`${peer.name}: responses`, () => {
    for (const encryption of [undefined, ...peer.encrypts]) {
      for (const signed of SIGNED) {
        test(`${signed.join(' and ')} signed, ${encryption ?? 'not encrypted'}`, async () => {
          await setUp({
            settings: { signed, encryption: ENCRYPTIONS[encryption] ?? null },
            options: encryption && { decryptionKeys: key, requireEncrypted: true },
          })
          const { login } = assertSignedIn(await new Browser(alice).open(loginUrl()))
          assert.equal(login.encrypted, encryption !== undefined)
          const elements = login.signedBy.map(({ element }) => element.toLowerCase())
          assert.deepEqual(elements.sort(), signed)
        })
      }
    }

    test('a login that begins at the identity provider, where that is allowed', async () => {
      await setUp({ options: { allowIdpInitiated: true } })
      const url = tileUrl({ RelayState: RELAY_STATE })
      const { login, relayState } = assertSignedIn(await new Browser(alice).open(url))
      assert.equal(login.initiatedBy, 'idp')
      assert.equal(login.inResponseTo, undefined)
      assert.equal(relayState, RELAY_STATE)
    })
  })

  describe(`${peer.name}: refused`, () => {
    const cases = {
      'a login that begins at the identity provider, where that is not allowed': {
        url: () => tileUrl(),
        code: 'ERR_SAML_UNSOLICITED',
      },
      'an identity provider that says no': {
        settings: { refuse: true },
        code: 'ERR_SAML_STATUS',
      },
      'a response in which nothing is signed': {
        settings: { signed: [] },
        code: 'ERR_SAML_SIGNATURE_MISSING',
      },
      'a signature less than is demanded': {
        options: { requireSigned: 'both' },
        code: 'ERR_SAML_SIGNATURE_POLICY',
      },
      'a signature with SHA-1': {
        settings: { signatureAlgorithm: 'rsa-sha1' },
        code: 'ERR_SAML_SIGNATURE_ALGORITHM',
      },
      'an identity provider with another key': {
        settings: { key: 'attacker' },
        code: 'ERR_SAML_SIGNATURE_KEY_UNTRUSTED',
      },
      'an assertion that has expired': {
        settings: { lifetimeSeconds: -600 },
        code: 'ERR_SAML_EXPIRED',
      },
      'a plain assertion where encryption is demanded': {
        options: { decryptionKeys: key, requireEncrypted: true },
        code: 'ERR_SAML_NOT_ENCRYPTED',
      },
      'an encrypted assertion where no key is configured': {
        settings: { encryption: ENCRYPTIONS['AES-256-CBC'] },
        code: 'ERR_SAML_DECRYPT_KEY',
      },
      'an assertion encrypted for somebody else': {
        settings: { encryption: ENCRYPTIONS['AES-256-CBC'] },
        options: { decryptionKeys: keyPair('attacker').key },
        code: 'ERR_SAML_DECRYPT_FAILED',
      },
      'a ciphertext changed on its way': {
        settings: { encryption: ENCRYPTIONS['AES-128-GCM'] },
        options: { decryptionKeys: key },
        onTheWay: (xml) =>
          xml.replace(END_OF_CIPHERTEXT, (end) => (end[0] === 'A' ? 'B' : 'A') + end.slice(1)),
        code: 'ERR_SAML_DECRYPT_FAILED',
      },
      'another name written into a signed assertion': {
        onTheWay: (xml) => xml.replaceAll(alice.nameId, mallory.nameId),
        code: 'ERR_SAML_SIGNATURE_DIGEST',
      },
      'another name written into an assertion inside a signed response': {
        settings: { signed: ['response'] },
        onTheWay: (xml) => xml.replaceAll(alice.nameId, mallory.nameId),
        code: 'ERR_SAML_SIGNATURE_DIGEST',
      },
      'another destination written around a signed assertion': {
        onTheWay: (xml) => xml.replace(/ Destination="[^"]*/, '$&/elsewhere'),
        code: 'ERR_SAML_DESTINATION',
      },
      'an error written over the status': {
        onTheWay: (xml) => xml.replace('status:Success', 'status:Responder'),
        code: 'ERR_SAML_STATUS',
      },
      'a forged assertion put before the signed one': {
        onTheWay: (xml) => {
          const [genuine] = xml.match(/<(\w+:)?Assertion [^]*Assertion>/)
          const forged = genuine
            .replace(/ ID="/, '$&forged')
            .replace(/<(\w+:)?Signature [^]*<\/(\w+:)?Signature>/, '')
            .replaceAll(alice.nameId, mallory.nameId)
          return xml.replace(genuine, () => forged + genuine)
        },
        code: 'ERR_SAML_ASSERTION_COUNT',
      },
    }
    for (const name of peer.weakly) {
      cases[`an assertion encrypted with ${name}`] = {
        settings: { encryption: ENCRYPTIONS[name] },
        options: { decryptionKeys: key },
        code: 'ERR_SAML_DECRYPT_ALGORITHM',
      }
    }
    for (const [name, { settings, options, url, onTheWay, code }] of Object.entries(cases)) {
      test(name, async () => {
        await setUp({ settings, options })
        const alter = onTheWay && altering('SAMLResponse', (hop) => withXml(hop, onTheWay))
        const page = await new Browser(alice, alter).open(url?.() ?? loginUrl())
        assertRefused(page, code)
      })
    }

    test('a response that comes a second time, from the same browser', async () => {
      await setUp()
      const browser = new Browser(alice)
      assertSignedIn(await browser.open(loginUrl()))
      assertRefused(await browser.open(browser.posted('SAMLResponse')), 'ERR_SAML_REPLAY')
    })

    test('a response that comes a second time, from another browser', async () => {
      await setUp({ options: { allowIdpInitiated: true } })
      const browser = new Browser(alice)
      assertSignedIn(await browser.open(tileUrl()))
      const page = await new Browser(mallory).open(browser.posted('SAMLResponse'))
      assertRefused(page, 'ERR_SAML_REPLAY')
    })

    test("the answer to somebody else's request", async () => {
      await setUp()
      // Mallory wants Alice to work in Mallory's account, and to leave her files there.
      let caught
      const catching = altering('SAMLResponse', (hop) => {
        caught = hop
        return { method: 'GET', url: `${idp.origin}/metadata` }
      })
      await new Browser(mallory, catching).open(loginUrl())
      const swapping = altering('SAMLResponse', () => caught)
      const page = await new Browser(alice, swapping).open(loginUrl())
      assertRefused(page, 'ERR_SAML_IN_RESPONSE_TO')
      assert.deepEqual(page.data.failed, ['ERR_SAML_IN_RESPONSE_TO'])
    })

    test('a response for another application, posted to this one', async () => {
      await setUp({ options: { allowIdpInitiated: true } })
      // Whoever runs the other application has such responses of all its users.
      const stealing = altering('SAMLResponse', (hop) => ({ ...hop, url: app.replyUrl }))
      const page = await new Browser(alice, stealing).open(tileUrl({}, other))
      assertRefused(page, 'ERR_SAML_DESTINATION')
      assert(page.data.failed.includes('ERR_SAML_AUDIENCE'), page.text)
    })

    test('a response for another application that has the same Reply URL', async () => {
      const { replyUrl, logoutUrl } = app
      const shared = { entityId: `${other.entityId}/shared`, replyUrl, logoutUrl }
      await setUp({ applications: [app, shared], options: { allowIdpInitiated: true } })
      const page = await new Browser(alice).open(tileUrl({}, shared))
      assertRefused(page, 'ERR_SAML_AUDIENCE')
      assert.deepEqual(page.data.failed, ['ERR_SAML_AUDIENCE'])
    })
  })
}
