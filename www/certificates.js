// @ts-check
// The certificates: which the metadata trusts, which the message names, which one verified.

import { element, table, utc, value } from './element.js'

/**
 * One certificate and where it was met.
 *
 * @typedef {object} Met
 * @property {Partial<import('../pkg/index.js').Certificate>} facts
 * @property {boolean} trusted
 * @property {string[]} named elements whose signature names it
 * @property {string[]} verified elements whose signature it verified
 */

/** @param {import('./engine.js').Found} found */
export function certificatesSection({ report, identityProvider }) {
  const certificates = collect(report, identityProvider)
  return element(
    'section',
    { 'aria-labelledby': 'certificates-title', class: 'certificates' },
    element('h2', { id: 'certificates-title' }, 'Certificates'),
    table(
      'Compare the thumbprint with the one in the Entra admin center, SAML Certificates.',
      ['Certificate', 'Role', 'Valid', 'Thumbprint (SHA-1)', 'SHA-256'],
      certificates.map((one) => ({ cells: cells(one) })),
    ),
  )
}

/**
 * @param {import('./engine.js').Report} report
 * @param {import('./engine.js').IdentityProvider} identityProvider
 */
function collect({ login, message }, identityProvider) {
  /** @type {Map<string, Met>} */
  const met = new Map()
  const meet = (/** @type {Met['facts']} */ facts) => {
    const key = facts.sha256 ?? `${facts.subject} ${facts.serialNumber}`
    const known = met.get(key) ?? { facts, trusted: false, named: [], verified: [] }
    met.set(key, known)
    return known
  }
  for (const facts of identityProvider.certificateFacts) meet(facts).trusted = true
  for (const { element: name, certificate } of message?.signatures ?? []) {
    if (certificate !== undefined) meet(certificate).named.push(name)
  }
  for (const { element: name, certificate } of login?.signedBy ?? []) {
    if (certificate !== null) meet(certificate).verified.push(name)
  }
  return [...met.values()]
}

/** @param {Met} met */
function cells({ facts, trusted, named, verified }) {
  const { subject, notBefore, notAfter, sha1, sha256 } = facts
  const roles = [
    trusted ? 'Trusted: in the metadata' : 'Not trusted: not in the metadata',
    ...verified.map((name) => `Verified the signature of the ${name}`),
    ...named
      .filter((name) => !verified.includes(name))
      .map((name) => `Named by the signature of the ${name}`),
  ]
  return [
    subject === undefined ? 'Unreadable' : value(subject),
    roles.map((role) => element('span', { class: 'line' }, role)),
    notBefore !== undefined && notAfter !== undefined && `${utc(notBefore)} to ${utc(notAfter)}`,
    sha1 !== undefined && value(sha1),
    sha256 !== undefined && value(sha256),
  ]
}
