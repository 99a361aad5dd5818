// @ts-check
// `countersign metadata`: what an identity provider's metadata file says.

import process from 'node:process'
import { IdentityProvider, SamlError } from '../node.js'
import { Usage, readArguments, readInput, readTime } from './input.js'
import { bold, heading, printable, red, rows, wrap, yellow } from './layout.js'

const HELP = `Show what an identity provider's metadata file says.

Usage
  countersign metadata FILE [options]

FILE is the Federation Metadata XML, or - for standard input.

Options
  --entity-id ID    Which identity provider, where the file describes several.
  --signed-by FILE  The certificate that must have signed the file (PEM). May be repeated.
  --allow-sha1      Accept that signature with SHA-1, too.
  --now TIME        Judge dates as of then, 2026-01-31T09:30:00Z. Default: the present.
  --json            What was read as JSON.
  --help

Exit status: 0 the metadata can be used, 1 it cannot, 2 the command is wrong.
`

const OPTIONS = /** @type {const} */ ({
  'entity-id': { type: 'string' },
  'signed-by': { type: 'string', multiple: true },
  'allow-sha1': { type: 'boolean' },
  now: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
})

/** @param {string[]} args */
export async function metadata(args) {
  const { values, file } = readArguments('metadata', args, OPTIONS)
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  if (file === undefined) throw new Usage('Still needed: FILE (or - for standard input).')
  const now = values.now === undefined ? Date.now() : readTime(values.now)
  const xml = await readInput(file, 'the metadata')
  const signedBy = values['signed-by'] && (await readCertificates(values['signed-by']))
  const algorithms = { allowSha1: values['allow-sha1'] }
  let idp
  try {
    const entityId = values['entity-id']
    idp = IdentityProvider.fromMetadata(xml, { entityId, signedBy, algorithms, now })
  } catch (error) {
    if (!(error instanceof SamlError) || !error.code.startsWith('ERR_SAML_METADATA_')) throw error
    process.stdout.write(values.json ? asJson(error) : refused(error))
    return 1
  }
  const data = /** @type {import('../index.js').IdentityProvider} */ (/** @type {unknown} */ (idp))
  process.stdout.write(values.json ? `${JSON.stringify(data, null, 2)}\n` : show(data, now))
  return 0
}

/** @param {string[]} files */
async function readCertificates(files) {
  const contents = files.map((file) => readInput(file, 'the certificate'))
  return (await Promise.all(contents)).map((content) => content.toString('utf8'))
}

/** @param {SamlError} error */
function asJson({ code, message, expected, actual, hint }) {
  return `${JSON.stringify({ ok: false, code, message, expected, actual, hint }, null, 2)}\n`
}

/** @param {SamlError} error */
function refused(error) {
  const lines = [`${red(bold('CANNOT BE USED'))}  ${printable(error.message)}\n`, '\n']
  lines.push(
    ...rows(
      [
        ['expected', error.expected],
        ['actual', error.actual],
        ['code', error.code],
      ],
      2,
    ),
  )
  if (error.hint !== undefined) lines.push(heading('What to do'), `  ${wrap(error.hint, 2)}\n`)
  return lines.join('')
}

/**
 * @param {import('../index.js').IdentityProvider} idp
 * @param {number} now
 */
function show(idp, now) {
  const lines = [
    heading('Identity provider').trimStart(),
    ...rows(
      [
        ['Entity ID', idp.entityId],
        ['Login URL', idp.singleSignOnUrl],
        ['Logout URL', idp.singleLogoutUrl],
        ['NameID formats', idp.nameIdFormats.join(' ')],
        ['wants signed requests', idp.wantAuthnRequestsSigned ? 'yes' : 'no'],
        ['valid until', idp.validUntil],
        ['may be kept for', idp.cacheDuration],
        ['signed', signature(idp)],
      ],
      2,
    ),
  ]
  if (idp.template) lines.push(warning(TEMPLATE))
  for (const { use, reason, line } of idp.unusableKeys) {
    lines.push(warning(`Line ${line}: a key (${PURPOSE[use]}) cannot be used: ${reason}.`))
  }
  for (const [index, certificate] of idp.certificateFacts.entries()) {
    const title = `Signing certificate ${index + 1} of ${idp.certificateFacts.length}`
    lines.push(...describe(title, certificate, now))
  }
  // Those without a purpose serve both and stand among the signing certificates already.
  for (const certificate of idp.encryptionCertificates) {
    if (certificate.use === 'any') continue
    lines.push(...describe('Encryption certificate', certificate, now))
  }
  for (const [title, services] of /** @type {const} */ ([
    ['Where logins begin', idp.singleSignOnServices],
    ['Where logouts go', idp.singleLogoutServices],
  ])) {
    if (services.length === 0) continue
    lines.push(
      heading(title),
      ...rows(
        services.map(({ binding, location }) => [binding.split(':').at(-1) ?? binding, location]),
        2,
      ),
    )
  }
  return lines.join('')
}

const TEMPLATE =
  "This is Entra ID's common metadata, which stands for every tenant. It cannot be used as it is: " +
  'download the Federation Metadata XML on the page of the application, or name the tenant with ' +
  '--entity-id.'

const PURPOSE = /** @type {const} */ ({
  any: 'for signing and encryption',
  encryption: 'for encryption',
  signing: 'for signing',
})

/** @param {import('../index.js').IdentityProvider} idp */
function signature({ signed, signedBy }) {
  if (signedBy !== undefined) return `yes, verified with the certificate ${signedBy} (SHA-256)`
  return signed ? 'yes (not verified: give --signed-by where the signer is known)' : 'no'
}

/**
 * @param {string} title
 * @param {import('../index.js').IdentityProvider['certificateFacts'][number]} certificate
 * @param {number} now
 */
function describe(title, certificate, now) {
  const lines = [
    heading(title),
    ...rows(
      [
        ['subject', certificate.subject],
        ['key', certificate.keyType],
        ['use', PURPOSE[certificate.use]],
        ['valid', `${certificate.notBefore} to ${certificate.notAfter}`],
        ['thumbprint', `${certificate.sha1} (SHA-1, as the Entra admin center shows it)`],
        ['SHA-256', certificate.sha256],
      ],
      2,
    ),
  ]
  if (Date.parse(certificate.notAfter) <= now) lines.push(warning('This certificate has expired.'))
  return lines
}

/** @param {string} text */
function warning(text) {
  return `  ${yellow('!')} ${wrap(text, 4)}\n`
}
