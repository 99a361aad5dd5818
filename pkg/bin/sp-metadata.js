// @ts-check
// `countersign sp-metadata`: writes the file that the identity provider's administrator imports.

import process from 'node:process'
import { ServiceProvider } from '../node.js'
import { PROFILE_IDS } from '../options.js'
import { Usage, readArguments, readInput, readTime } from './input.js'

const HELP = `Write your application's own metadata: the file that the identity provider imports.

Usage
  countersign sp-metadata --entity-id ID --reply-url URL [options] > sp-metadata.xml

Your application
  --entity-id ID                Your Identifier (Entity ID). Needed, unless the profile fixes it.
  --reply-url URL               Your Reply URL (ACS URL). Needed; again for each further one.
  --logout-url URL              Where logout messages arrive.
  --profile NAME                ${PROFILE_IDS.join(', ')}.
  --require-signed WHAT         any (default), assertion, response or both, as in the application.

Keys
  --signing-certificate FILE    The certificate (PEM) of the key that signs your login requests.
                                During a rollover give the next one as well.
  --signing-key FILE            That private key (PEM): the metadata is signed with it, too.
  --encryption-certificate FILE The certificate (PEM) to encrypt for you with. Best only one.

About you
  --name-id-format URI          A NameID format that you can work with. May be repeated.
  --organization NAME           Who runs the application, with --organization-url URL.
  --technical-contact EMAIL     Whom to turn to.
  --support-contact EMAIL

For how long
  --valid-until TIME            2030-01-31T00:00:00Z. Best left out: see the documentation.
  --cache-seconds N             How long a copy may be kept.
  --help

Exit status: 0 written, 2 the command is wrong.
`

const OPTIONS = /** @type {const} */ ({
  'entity-id': { type: 'string' },
  'reply-url': { type: 'string', multiple: true },
  'logout-url': { type: 'string' },
  profile: { type: 'string' },
  'require-signed': { type: 'string' },
  'signing-certificate': { type: 'string', multiple: true },
  'signing-key': { type: 'string' },
  'encryption-certificate': { type: 'string', multiple: true },
  'name-id-format': { type: 'string', multiple: true },
  organization: { type: 'string' },
  'organization-url': { type: 'string' },
  'technical-contact': { type: 'string', multiple: true },
  'support-contact': { type: 'string', multiple: true },
  'valid-until': { type: 'string' },
  'cache-seconds': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
})

/** @typedef {ReturnType<typeof readArguments<typeof OPTIONS>>['values']} Values */

/** @param {string[]} args */
export async function spMetadata(args) {
  const { values, file } = readArguments('sp-metadata', args, OPTIONS)
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  if (file !== undefined) throw new Usage(`This command reads no file: ${JSON.stringify(file)}.`)
  if (values['reply-url'] === undefined) throw new Usage('Still needed: --reply-url URL.')
  const options = /** @type {any} */ (await setUp(values))
  const xml = await ServiceProvider.writeMetadataAsync(options, description(values))
  process.stdout.write(`${xml}\n`)
  return 0
}

/** @param {Values} values */
async function setUp(values) {
  const certificates = await texts(values['signing-certificate'], 'the signing certificate')
  const keyFile = values['signing-key']
  const [key] = (await texts(keyFile === undefined ? undefined : [keyFile], 'the key')) ?? []
  if (key !== undefined && certificates === undefined) {
    throw new Usage('--signing-key goes with --signing-certificate: nobody could verify it without.')
  }
  const encryption = await texts(values['encryption-certificate'], 'the encryption certificate')
  // Keys that are not here are where the application runs: nothing is signed or decrypted now.
  const elsewhere = () => null
  return {
    profile: values.profile,
    entityId: values['entity-id'],
    replyUrls: values['reply-url'],
    logoutUrl: values['logout-url'],
    requireSigned: values['require-signed'],
    signingCertificates: certificates,
    signingKey: key ?? (certificates && elsewhere),
    encryptionCertificates: encryption,
    decryptionKeys: encryption && elsewhere,
  }
}

/** @param {Values} values */
function description(values) {
  const name = values.organization
  const url = values['organization-url']
  if ((name === undefined) !== (url === undefined)) {
    throw new Usage('--organization NAME and --organization-url URL go together.')
  }
  const seconds = values['cache-seconds']
  if (seconds !== undefined && !/^\d{1,9}$/.test(seconds)) {
    throw new Usage(`--cache-seconds takes whole seconds, not ${JSON.stringify(seconds)}.`)
  }
  const until = values['valid-until']
  const contacts = /** @type {const} */ (['technical', 'support']).flatMap((type) =>
    (values[`${type}-contact`] ?? []).map((emailAddress) => ({ type, emailAddress })),
  )
  return {
    organization: name === undefined || url === undefined ? undefined : { name, url },
    contacts,
    nameIdFormats: values['name-id-format'],
    validUntil: until === undefined ? undefined : readTime(until, '--valid-until'),
    cacheSeconds: seconds === undefined ? undefined : Number(seconds),
    sign: values['signing-key'] !== undefined,
  }
}

/**
 * @param {string[] | undefined} files
 * @param {string} what
 */
async function texts(files, what) {
  if (files === undefined) return undefined
  const contents = await Promise.all(files.map((file) => readInput(file, what)))
  return contents.map((content) => content.toString('utf8'))
}
