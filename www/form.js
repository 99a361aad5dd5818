// @ts-check
// The form: what an administrator knows about the message, the identity provider, the application.

import { DocumentField } from './document-field.js'
import { byId, sentence } from './element.js'
import { isSamlError, outline, profiles, readMetadata } from './engine.js'

/** @typedef {import('./engine.js').Profile} Profile */

/**
 * What an example fills in.
 *
 * @typedef {object} Example
 * @property {string} about
 * @property {string} response
 * @property {string} metadata
 * @property {string} profile
 * @property {string} entityId
 * @property {readonly string[]} replyUrls
 * @property {string} requestId
 * @property {boolean} idpInitiated
 * @property {string} time
 */

const input = (/** @type {string} */ id) => byId(id, HTMLInputElement)
const select = (/** @type {string} */ id) => byId(id, HTMLSelectElement)

const form = byId('form', HTMLFormElement)
const response = new DocumentField('response')
const metadata = new DocumentField('metadata')
const profile = select('profile')
const entityId = input('entity-id')
const replyUrls = byId('reply-urls', HTMLTextAreaElement)
const requestId = input('request-id')
const idpInitiated = input('idp-initiated')
const time = input('time')
const status = byId('status', HTMLOutputElement)

/** The Identifier that the profile filled in, which the next profile may replace. */
let filledIn = ''

/** Makes the form ready. Needs the engine. */
export function prepareForm() {
  for (const { id, title } of profiles()) profile.add(new Option(title, id))
  profile.value = 'generic'
  showProfile()
  profile.addEventListener('change', showProfile)
  time.addEventListener('input', checkTime)
  response.onChange(describeResponse)
  metadata.onChange(describeMetadata)
  form.addEventListener('invalid', reveal, true)
  byId('clear', HTMLButtonElement).addEventListener('click', clear)
  byId('take-time', HTMLButtonElement).addEventListener('click', takeTime)
  byId('take-request-id', HTMLButtonElement).addEventListener('click', takeRequestId)
  byId('check', HTMLButtonElement).disabled = false
}

/** @param {() => void} listener called when a message is to be judged */
export function onCheck(listener) {
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    listener()
  })
}

/** @param {() => void} listener called when the form no longer is what was judged */
export function onEdit(listener) {
  form.addEventListener('input', listener)
  form.addEventListener('reset', listener)
}

/** Judges as if the button was pressed. */
export function check() {
  form.requestSubmit()
}

/**
 * What the form says. The browser has made sure that nothing needed is missing.
 *
 * @returns {import('./engine.js').SetUp}
 */
export function readForm() {
  return {
    message: response.content,
    metadata: metadata.content,
    requestId: requestId.value.trim() === '' ? undefined : requestId.value.trim(),
    now: new Date(readTime() ?? Date.now()),
    options: {
      profile: /** @type {Profile['id']} */ (profile.value),
      entityId: entityId.value.trim(),
      replyUrls: lines(replyUrls.value),
      allowIdpInitiated: idpInitiated.checked,
      requireMfa: input('require-mfa').checked,
      algorithms: { allowSha1: input('allow-sha1').checked },
      requireSigned: /** @type {'any'} */ (select('require-signed').value),
      certificateExpiry: /** @type {'warn'} */ (select('certificate-expiry').value),
      clockSkewSeconds: input('clock-skew').valueAsNumber,
    },
  }
}

/** @param {Example} example */
export function fillIn(example) {
  clear()
  profile.value = example.profile
  showProfile()
  entityId.value = example.entityId
  replyUrls.value = example.replyUrls.join('\n')
  requestId.value = example.requestId
  idpInitiated.checked = example.idpInitiated
  setTime(example.time)
  metadata.fill(example.metadata)
  response.fill(example.response)
}

/** @param {string} text */
export function say(text) {
  status.textContent = text
}

/** @param {string} iso */
export function setTime(iso) {
  time.value = iso
  checkTime()
}

/** @param {string} id */
export function setRequestId(id) {
  requestId.value = id
}

export function allowIdpInitiated() {
  idpInitiated.checked = true
}

/** Whether messages are judged by the present, because no time is given. */
export function isNow() {
  return time.value.trim() === ''
}

/** @param {string} text */
function lines(text) {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** Milliseconds since 1970; `undefined` is now, `NaN` is no time. */
function readTime() {
  const text = time.value.trim().replace(' ', 'T')
  if (text === '') return undefined
  // Without a time zone nobody knows which instant is meant.
  const isIso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
  return isIso ? Date.parse(text) : NaN
}

function checkTime() {
  const wrong = Number.isNaN(readTime())
  time.setCustomValidity(wrong ? 'Give date, time and zone: 2026-03-10T09:00:05Z' : '')
}

/**
 * A browser can point at a field that is wrong only where the field can be seen.
 *
 * @param {Event} event
 */
function reveal({ target }) {
  if (target instanceof Element) target.closest('details')?.setAttribute('open', '')
}

function chosenProfile() {
  const chosen = profiles().find(({ id }) => id === profile.value)
  if (chosen === undefined) throw new Error(`there is no profile ${profile.value}`)
  return chosen
}

function showProfile() {
  const chosen = chosenProfile()
  if (entityId.value === filledIn) {
    filledIn = chosen.entityId ?? ''
    entityId.value = filledIn
  }
  byId('profile-note', HTMLElement).textContent =
    chosen.signOnUrl === undefined ? '' : `Its Sign-on URL is ${chosen.signOnUrl}`
  byId('entity-id-note', HTMLElement).textContent = chosen.entityIdHint
  byId('reply-urls-note', HTMLElement).textContent = chosen.replyUrlHint
  replyUrls.placeholder = chosen.replyUrlShapes.map(shown).join('\n')
  entityId.placeholder = chosen.entityIdShapes.map(shown)[0] ?? ''
  describeMetadata()
}

/**
 * A shape for people: where it has a star, something of the customer's stands.
 *
 * @param {string} shape
 */
function shown(shape) {
  return shape.replaceAll('*', '…')
}

function clear() {
  form.reset()
  filledIn = ''
  profile.value = 'generic'
  showProfile()
  checkTime()
  response.fill('')
  metadata.fill('')
  say('')
}

async function describeResponse() {
  if (response.empty) return response.say('')
  const { content } = response
  const claimed = await outline(content)
  // A later change has started a later description.
  if (content !== response.content) return
  if (claimed === undefined) return response.say('This is not readable as XML.', 'problem')
  const { kind, issuer, issueInstant } = claimed
  if (kind !== 'Response') return response.say(`This is ${kind}, not a Response.`, 'problem')
  const by = issuer === undefined ? '' : `, by ${issuer}`
  response.say(`A Response${by}, made at ${issueInstant ?? 'a time that it does not name'}.`)
}

function describeMetadata() {
  if (metadata.empty) return metadata.say('')
  try {
    const { entityId: name, certificateFacts } = readMetadata(metadata.content, new Date())
    const count = certificateFacts.length
    const certificates = count === 1 ? 'one signing certificate' : `${count} signing certificates`
    const last = certificateFacts.map(({ notAfter }) => notAfter).sort().at(-1)
    const until = last === undefined ? '' : `, valid until ${last.slice(0, 10)} at the latest`
    if (!tooLong()) metadata.say(`${name}, with ${certificates}${until}.`)
  } catch (error) {
    if (!isSamlError(error)) throw error
    metadata.say(`${sentence(error.message)} ${error.hint ?? ''}`, 'problem')
  }
}

/** Whether the application cannot import the metadata; says so. */
function tooLong() {
  const { title, metadataCharacters = Infinity } = chosenProfile()
  const { length } = metadata.content
  if (length <= metadataCharacters) return false
  const most = `${title} imports metadata of at most ${metadataCharacters} characters`
  metadata.say(`${most}; this has ${length}.`, 'problem')
  return true
}

async function takeTime() {
  const iso = (await claims())?.issueInstant
  if (iso === undefined) return
  setTime(iso)
  say(`Messages are judged as of ${iso}.`)
  time.dispatchEvent(new Event('input', { bubbles: true }))
}

async function takeRequestId() {
  const claimed = await claims()
  if (claimed === undefined) return
  const id = claimed.inResponseTo ?? claimed.assertions[0]?.inResponseTo
  if (id === undefined) {
    say('The message answers no request: the sign-in began at the identity provider.')
    return
  }
  setRequestId(id)
  say('Taken from the message: whether it answers the right request is now not checked.')
  requestId.dispatchEvent(new Event('input', { bubbles: true }))
}

/** What the message claims; says why where there is nothing. */
async function claims() {
  const claimed = response.empty ? undefined : await outline(response.content)
  if (claimed?.kind === 'Response') return claimed
  say(response.empty ? 'Paste the response first.' : 'The message cannot be read: see Check.')
  response.focus()
  return undefined
}
