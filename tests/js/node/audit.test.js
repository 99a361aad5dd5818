// Audit events: by their schemas, for every fixture, without personal data unless it was asked for.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import Ajv from 'ajv/dist/2020.js'
import ecsPackage from '@elastic/ecs'
import { ServiceProvider } from '../../../pkg/node.js'
import { readFixtures } from '../fixtures.js'

const docs = new URL('../../../docs/', import.meta.url)
const schemas = Object.fromEntries(
  [
    ['countersign', 'audit-event.schema.json'],
    ['ecs', 'audit-event-ecs.schema.json'],
    ['ocsf', 'audit-event-ocsf.schema.json'],
  ].map(([format, file]) => [format, JSON.parse(readFileSync(new URL(file, docs), 'utf8'))]),
)
const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: true })
const validators = Object.fromEntries(
  Object.entries(schemas).map(([format, schema]) => [format, ajv.compile(schema)]),
)
const key = 'correct horse battery staple'

const { cases, logout } = readFixtures()
const reports = new Map()
for (const { id, options, message, messageFile, context } of cases) {
  const bytes = Uint8Array.from(atob(message), (character) => character.charCodeAt(0))
  const input = messageFile.endsWith('.xml') ? bytes : new TextDecoder().decode(bytes)
  const sp = new ServiceProvider(options)
  reports.set(id, await sp.inspectResponse(input, { ...context, now: new Date(context.now) }))
}
for (const { id, kind, options, message, context } of logout) {
  const sp = new ServiceProvider(options)
  const inspect = kind === 'request' ? sp.inspectLogoutRequest : sp.inspectLogoutResponse
  reports.set(id, await inspect.call(sp, message, { ...context, now: new Date(context.now) }))
}
const INSPECT = { request: 'inspectLogoutRequest', response: 'inspectLogoutResponse' }
for (const { id, kind, options, message, context } of logout) {
  const sp = new ServiceProvider(options)
  const report = await sp[INSPECT[kind]](message, { ...context, now: new Date(context.now) })
  reports.set(`logout: ${id}`, report)
}

/** Names and addresses of the message's user: attribute values that are no URI, and the NameID. */
function personal({ login, logout, message }) {
  const [assertion] = message?.assertions ?? []
  const values = [
    assertion?.nameId,
    login?.nameId.value,
    logout?.nameId?.value,
    login?.user.externalId,
    // The tenant is part of the Issuer, and no person.
    ...(assertion?.attributes ?? []).flatMap(({ name, values }) =>
      name.endsWith('/tenantid') ? [] : values,
    ),
  ]
  return values.filter((value) => value?.trim().length > 3 && !/^(https?|urn):/.test(value))
}

test('every report makes an event that its schema describes, in each format', () => {
  let checked = 0
  for (const [id, report] of reports) {
    for (const format of ['countersign', 'ecs', 'ocsf']) {
      for (const subject of ['none', 'hash', 'plain']) {
        const event = report.toAuditEvent({ format, subject, key })
        const valid = validators[format](JSON.parse(JSON.stringify(event)))
        const errors = JSON.stringify(validators[format].errors?.slice(0, 3))
        assert.ok(valid, `${id}, ${format}, ${subject}: ${errors}`)
        assert.ok(Object.isFrozen(event))
        checked += 1
      }
    }
  }
  assert.ok(checked > 3500, `${checked} events`)
})

test('an event that is not so is not described', () => {
  const good = reports.get('amplitude-sp-initiated-both').toAuditEvent()
  const bad = reports.get('digest-name-id').toAuditEvent()
  for (const wrong of [
    { ...good, code: 'ERR_SAML_EXPIRED' },
    { ...good, verdict: 'refused' },
    { ...good, password: 'x' },
    { ...bad, code: undefined },
    { ...bad, userId: 'x' },
    { ...bad, time: 'today' },
    { ...bad, subjectHash: 'b.simon' },
  ]) {
    assert.ok(!validators.countersign(JSON.parse(JSON.stringify(wrong))), JSON.stringify(wrong))
  }
})

test('nobody is named where nobody asked for it, in accepted and in refused events', () => {
  let named = 0
  for (const [id, report] of reports) {
    const values = personal(report)
    for (const format of ['countersign', 'ecs', 'ocsf']) {
      for (const options of [{ format }, { format, subject: 'hash', key }]) {
        const text = JSON.stringify(report.toAuditEvent(options))
        for (const value of values) {
          assert.ok(!text.includes(JSON.stringify(value).slice(1, -1)), `${id}: ${value} in ${text}`)
        }
      }
      const plain = JSON.stringify(report.toAuditEvent({ format, subject: 'plain' }))
      named += values.some((value) => plain.includes(JSON.stringify(value).slice(1, -1)))
    }
  }
  assert.ok(named > 500, `${named} events name the user`)
})

test('a hash is of the user and the identity provider, and needs a key', () => {
  const hash = (id, secret = key) =>
    reports.get(id).toAuditEvent({ subject: 'hash', key: secret }).subjectHash
  const first = hash('amplitude-sp-initiated-assertion')
  assert.match(first, /^[0-9a-f]{64}$/)
  assert.equal(hash('amplitude-idp-initiated-both'), first, 'the same user in another login')
  assert.equal(hash('amplitude-sp-initiated-assertion', new TextEncoder().encode(key)), first)
  assert.equal(hash('mfa-missing'), first, 'a refused login of the user')
  assert.notEqual(hash('amplitude-sp-initiated-assertion', `${key}!`), first, 'another key')
  assert.notEqual(hash('key-second-of-two-tenants'), first, "another tenant's user of that name")
  const ids = ['amplitude-sp-initiated-assertion', 'claims-foreign-tenant']
  const [mine, foreign] = ids.map((id) =>
    reports.get(id).toAuditEvent({ subject: 'hash', key }).userIdHash,
  )
  assert.notEqual(mine, foreign)
  const report = reports.get('digest-name-id')
  for (const [options, message] of [
    [{ subject: 'hash' }, /key must be a secret/],
    [{ subject: 'hash', key: 'too short' }, /key must be a secret of 16 bytes/],
    [{ subject: 'hash', key: 5 }, /key must be a secret/],
    [{ subject: 'everything' }, /subject must be one of/],
    [{ format: 'cef' }, /format must be one of/],
    [{ salt: 'x' }, /There is no option "salt"/],
  ]) {
    assert.throws(
      () => report.toAuditEvent(options),
      (error) =>
        error.code === 'ERR_SAML_OPTIONS' &&
        message.test(error.message) &&
        !/too short/.test(error.actual),
      JSON.stringify(options),
    )
  }
})

test('the fields of Elastic Common Schema are those that Elastic publishes', () => {
  const { EcsFlat, EcsVersion } = ecsPackage
  const types = { keyword: 'string', date: 'string', match_only_text: 'string' }
  const seen = new Set()
  for (const report of reports.values()) {
    const event = report.toAuditEvent({ format: 'ecs', subject: 'plain' })
    const hashed = report.toAuditEvent({ format: 'ecs', subject: 'hash', key })
    assert.equal(event['ecs.version'], EcsVersion)
    for (const [name, value] of Object.entries({ ...event, ...hashed })) {
      if (name.startsWith('countersign.')) continue
      seen.add(name)
      const field = EcsFlat[name]
      assert.ok(field, `ECS has no field ${name}`)
      const list = field.normalize.includes('array')
      assert.equal(Array.isArray(value), list, name)
      for (const one of list ? value : [value]) {
        assert.equal(typeof one, types[field.type], name)
        const allowed = field.allowed_values?.map((each) => each.name)
        assert.ok(allowed === undefined || allowed.includes(one), `${name}: ${one}`)
      }
    }
  }
  assert.ok(seen.size >= 17, [...seen].join(' '))
})

test('docs/audit.md has a row for each field, in order, with names that the events have', () => {
  const text = readFileSync(new URL('audit.md', docs), 'utf8')
  const rows = text.split('\n').filter((line) => /^\| `\w+` \| .* \| `.*` \| `.*` \|$/.test(line))
  const cells = rows.map((row) => row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')))
  const fields = Object.entries(schemas.countersign.properties)
  assert.deepEqual(
    cells.map(([name, meaning]) => [name, meaning]),
    fields.map(([name, { description }]) => [`\`${name}\``, description]),
  )
  const names = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name)
  for (const [, , ecs, ocsf] of cells) {
    for (const name of names(ecs)) assert.ok(name in schemas.ecs.properties, name)
    for (const name of names(ocsf)) {
      const [top, inner] = name.split('.')
      const schema = schemas.ocsf.properties[top]
      assert.ok(schema && (inner === undefined || inner in schema.properties), name)
    }
  }
})

test('a message that is no SAML at all is an event, too', async () => {
  const sp = new ServiceProvider(cases[0].options)
  const report = await sp.inspectResponse('%%%', { now: new Date(cases[0].context.now) })
  const event = report.toAuditEvent({ subject: 'plain' })
  const fields = ['event', 'time', 'verdict', 'code', 'check', 'profile', 'serviceProvider']
  assert.deepEqual(Object.keys(event), fields)
  assert.equal(event.code, 'ERR_SAML_INPUT_BASE64')
})

test('values that a hostile message chooses are cut', async () => {
  const long = 'x'.repeat(5000)
  const xml = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_${long}"
    Version="2.0" IssueInstant="2026-03-10T09:00:00Z"><Issuer
    xmlns="urn:oasis:names:tc:SAML:2.0:assertion">${long}</Issuer><samlp:Status><samlp:StatusCode
    Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:Response>`
  const sp = new ServiceProvider(cases[0].options)
  const report = await sp.inspectResponse(xml, { now: new Date(cases[0].context.now) })
  for (const format of ['countersign', 'ecs', 'ocsf']) {
    const event = report.toAuditEvent({ format })
    assert.ok(validators[format](JSON.parse(JSON.stringify(event))), format)
    assert.ok(JSON.stringify(event).length < 5000, format)
  }
})
