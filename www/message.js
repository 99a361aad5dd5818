// @ts-check
// Who is signed in; or, of a message that was refused, what it merely claims.

import { element, facts, table, utc, value, visible } from './element.js'

/**
 * @typedef {import('../pkg/index.js').Login} Login
 * @typedef {import('./engine.js').Outline} Outline
 */

/** @param {import('./engine.js').Report} report */
export function messageSection({ login, message }) {
  if (login !== undefined) return signedIn(login)
  return message === undefined ? undefined : claimed(message)
}

/** @param {Login} login */
function signedIn(login) {
  const { nameId, entra } = login
  const began = login.initiatedBy === 'sp' ? 'the application' : 'the identity provider'
  return element(
    'section',
    { 'aria-labelledby': 'message-title', class: 'proven' },
    element('h2', { id: 'message-title' }, 'Who is signed in'),
    element('p', { class: 'note' }, 'Read from what the identity provider signed.'),
    facts([
      ['User (NameID)', value(nameId.value)],
      ['Format', optional(nameId.format)],
      ['Identity provider', value(login.issuer)],
      ['The sign-in began at', began],
      ['Authenticated', login.authnInstant && utc(login.authnInstant)],
      ['How', optional(login.authnContext)],
      ['Multifactor', entra && (entra.mfa ? 'Yes' : 'Not shown')],
      ['Tenant', entra && value(entra.tenantId)],
      ['Object ID', optional(entra?.objectId)],
      ['Groups', entra && groups(entra)],
      ['Must be used before', utc(login.notOnOrAfter)],
      ['Session ends', login.sessionNotOnOrAfter && utc(login.sessionNotOnOrAfter)],
    ]),
    attributes(login.attributeList),
    element(
      'details',
      {},
      element('summary', {}, 'The user to provision (SCIM)'),
      element('pre', { translate: 'no' }, json(login.user)),
    ),
  )
}

/** @param {object} data */
function json(data) {
  return JSON.stringify(data, null, 2).split('\n').map(visible).join('\n')
}

/** @param {NonNullable<Login['entra']>} entra */
function groups({ groups, groupsOverage }) {
  if (groupsOverage) return 'Too many for the message to list them'
  return groups.length === 0 ? undefined : lines(groups)
}

/** @param {Outline} message */
function claimed(message) {
  const [assertion] = message.assertions
  const status = message.status?.codes.map((code) => code.split(':').at(-1) ?? code)
  return element(
    'section',
    { 'aria-labelledby': 'message-title', class: 'claimed' },
    element('h2', { id: 'message-title' }, 'What the message claims'),
    element(
      'p',
      { class: 'unproven' },
      element('b', {}, 'Not proven. '),
      'The message is refused. Anybody may have written what follows: use it to find the ' +
        'mistake, and for nothing else.',
    ),
    facts([
      ['Kind', value(message.kind)],
      ['Issuer', optional(message.issuer ?? assertion?.issuer)],
      ['Status', status === undefined || status.length === 0 ? undefined : lines(status)],
      ['Status message', optional(message.status?.message)],
      ['Made at', optional(message.issueInstant)],
      ['Destination', optional(message.destination)],
      ['Recipient', optional(assertion?.recipient)],
      ['Answers the request', optional(message.inResponseTo ?? assertion?.inResponseTo)],
      ['Audience', assertion && assertion.audiences.length > 0 && lines(assertion.audiences)],
      ['Not before', optional(assertion?.notBefore)],
      ['Not on or after', optional(assertion?.notOnOrAfter)],
      ['User (NameID)', assertion?.encrypted ? 'Encrypted' : optional(assertion?.nameId)],
      ['Format', optional(assertion?.nameIdFormat)],
      ['Authentication', optional(assertion?.authnContext)],
    ]),
    attributes(assertion?.attributes ?? [], 'Attributes that the message claims'),
  )
}

/**
 * @param {readonly { name: string, values: readonly string[] }[]} list
 * @param {string} [caption]
 */
function attributes(list, caption = 'Attributes') {
  if (list.length === 0) return undefined
  return table(
    caption,
    ['Name', 'Values'],
    list.map(({ name, values }) => ({ cells: [attributeName(name), lines(values)] })),
  )
}

/**
 * Claims have URIs as names: their last word is what people look for.
 *
 * @param {string} name
 */
function attributeName(name) {
  const word = /^https?:.*\/([^/]+)$/.exec(name)?.[1]
  if (word === undefined) return value(name)
  return [value(word), element('span', { class: 'uri' }, value(name))]
}

/** @param {readonly string[]} values */
function lines(values) {
  return values.map((text) => element('span', { class: 'line' }, value(text)))
}

/** @param {string | undefined} text */
function optional(text) {
  return text === undefined ? undefined : value(text)
}
