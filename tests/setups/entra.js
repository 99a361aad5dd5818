// A simulated Microsoft Entra ID tenant, as far as its administrator sees it: users, enterprise
// applications with the forms of "Set up Single Sign-On with SAML", Conditional Access. What
// happens at a sign-in is in sign-in.js.

import { X509Certificate } from 'node:crypto'
import { certificate, metadataXml, readApplication } from './issuer.js'

const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'

/** Names of claims that the administrator can remove or map otherwise. */
export const claimNames = Object.freeze({
  emailAddress: `${CLAIMS}/emailaddress`,
  givenName: `${CLAIMS}/givenname`,
  name: `${CLAIMS}/name`,
  surname: `${CLAIMS}/surname`,
})

/** What "Choose name identifier format" offers, and a little more. */
export const nameIdFormats = Object.freeze({
  emailAddress: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  unspecified: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
})

/** The texts of "Signing Option", and what is signed then. */
export const signingOptions = Object.freeze({
  'Sign SAML assertion': 'assertion',
  'Sign SAML response': 'response',
  'Sign SAML response and assertion': 'both',
})

/** What the portal does not let the administrator save. */
export class PortalError extends Error {}

/** A directory of users and applications. */
export class Tenant {
  applications = []
  users = []
  #serial = 0

  /**
   * @param {{ id: string, tenantKey?: string }} tenant its GUID, and the test key that signs for
   *   the tenant as a whole
   */
  constructor({ id, tenantKey = 'entra-tenant' }) {
    Object.assign(this, { id, tenantKey })
  }

  /** The *Microsoft Entra Identifier*. */
  get entityId() {
    return `https://sts.windows.net/${this.id}/`
  }

  /** The *Login URL*. */
  get loginUrl() {
    return `https://login.microsoftonline.com/${this.id}/saml2`
  }

  /** Users, New user. `mail` is empty for a user without a mailbox. */
  createUser({ displayName, givenName, surname, principalName, mail, groups = [] }) {
    const user = {
      objectId: guid(`${this.id}/user`, (this.#serial += 1)),
      displayName,
      givenName,
      surname,
      principalName,
      mail,
      groups,
      // How this user signs in, and since when: milliseconds since 1970.
      signsInWith: 'password',
      session: undefined,
    }
    this.users.push(user)
    return user
  }

  /**
   * Enterprise applications, New application, Add from the gallery.
   *
   * @param {string} name
   * @param {{ certificate: string }} generated the test key of the certificate that Entra ID
   *   makes for it
   */
  addFromGallery(name, { certificate }) {
    const applicationId = guid(`${this.id}/application`, (this.#serial += 1))
    const application = new EnterpriseApplication(this, name, applicationId, certificate)
    this.applications.push(application)
    return application
  }

  /**
   * The federation metadata of the tenant, which is not that of an application: it lacks the
   * certificates that applications have for themselves.
   */
  federationMetadataXml() {
    return metadataXml({ tenantId: this.id, seed: this.id, keys: [this.tenantKey] })
  }

  /** A GUID that no other message of this tenant has. */
  messageId() {
    return guid(`${this.id}/message`, (this.#serial += 1))
  }
}

/** An enterprise application with single sign-on by SAML. */
export class EnterpriseApplication {
  #certificates
  #assigned = new Set()

  /** Properties, Assignment required. */
  assignmentRequired = true
  identifiers = []
  replyUrls = []
  signOnUrl = undefined
  relayState = undefined
  /** Attributes & Claims: name and source. */
  claims = new Map([
    [claimNames.givenName, (user) => user.givenName],
    [claimNames.surname, (user) => user.surname],
    [claimNames.emailAddress, (user) => user.mail],
    [claimNames.name, (user) => user.principalName],
  ])
  nameId = { format: nameIdFormats.emailAddress, source: (user) => user.principalName }
  groupClaim = false
  signing = signingOptions['Sign SAML assertion']
  sha1 = false
  /** Token encryption: the test key whose certificate was uploaded. */
  encryptFor = undefined
  /** Conditional Access: a policy for this application that requires multifactor authentication. */
  requiresMfa = false

  constructor(tenant, name, applicationId, firstCertificate) {
    Object.assign(this, { tenant, name, applicationId })
    this.#certificates = [{ key: firstCertificate, active: true }]
  }

  // Basic SAML Configuration

  setIdentifier(...identifiers) {
    for (const other of this.tenant.applications) {
      const taken = other !== this && other.identifiers.find((one) => identifiers.includes(one))
      if (taken) throw new PortalError(`${other.name} has the Identifier ${taken} already`)
    }
    this.identifiers = identifiers
  }

  /** The first one is the default, which logins go to that begin at Entra ID. */
  setReplyUrl(...urls) {
    this.replyUrls = urls
  }

  /** Where a login begins at the application. With it, My Apps and the test go there. */
  setSignOnUrl(url) {
    this.signOnUrl = url
  }

  /** "Upload metadata file": fills in Identifier and Reply URLs, and never the Sign-on URL. */
  uploadMetadataFile(xml) {
    let found
    try {
      found = readApplication(xml)
    } catch (cause) {
      throw new PortalError('The file holds no metadata of a service provider', { cause })
    }
    this.setIdentifier(found.identifier)
    this.setReplyUrl(...found.replyUrls)
  }

  // Attributes & Claims

  setNameId({ format = this.nameId.format, source = this.nameId.source }) {
    this.nameId = { format, source }
  }

  removeClaim(name) {
    if (!this.claims.delete(name)) throw new PortalError(`There is no claim ${name}`)
  }

  // SAML Certificates

  get activeCertificate() {
    return this.#certificates.find(({ active }) => active).key
  }

  /**
   * What signs now: the active certificate, also when it has expired; but then a valid one takes
   * its place as soon as there is one, active or not.
   */
  get signingCertificate() {
    const isValid = ({ key }) => {
      const { validFrom, validTo } = new X509Certificate(certificate(key).pem)
      return Date.parse(validFrom) <= Date.now() && Date.now() <= Date.parse(validTo)
    }
    const active = this.#certificates.find((one) => one.active)
    return (isValid(active) ? active : (this.#certificates.find(isValid) ?? active)).key
  }

  /** "New certificate": it is inactive, and listed in the metadata. */
  createCertificate(key) {
    this.#certificates.push({ key, active: false })
  }

  /** "Make certificate active": from now on it signs. */
  activateCertificate(key) {
    const next = this.#certificates.find((one) => one.key === key)
    if (next === undefined) throw new PortalError(`There is no certificate ${key}`)
    for (const one of this.#certificates) one.active = one === next
  }

  deleteCertificate(key) {
    if (key === this.activeCertificate) throw new PortalError('The active certificate stays')
    this.#certificates = this.#certificates.filter((one) => one.key !== key)
  }

  setSigningOption(text) {
    if (!(text in signingOptions)) throw new PortalError(`There is no option ${text}`)
    this.signing = signingOptions[text]
  }

  setSigningAlgorithm(text) {
    if (!['SHA-1', 'SHA-256'].includes(text)) throw new PortalError(`There is no option ${text}`)
    this.sha1 = text === 'SHA-1'
  }

  /** "Federation Metadata XML", Download. Inactive certificates are listed, too. */
  federationMetadataXml() {
    const inactive = this.#certificates.filter(({ active }) => !active).map(({ key }) => key)
    const keys = [this.activeCertificate, ...inactive]
    return metadataXml({ tenantId: this.tenant.id, seed: this.applicationId, keys })
  }

  /** "Certificate (Base64)", Download. */
  certificateBase64() {
    return certificate(this.activeCertificate).pem
  }

  // Users and groups

  assignUser(user) {
    this.#assigned.add(user.objectId)
  }

  admits(user) {
    return !this.assignmentRequired || this.#assigned.has(user.objectId)
  }
}

/** A GUID that is the same on every run: the beginning says of what, the end which one. */
function guid(of, serial) {
  let hash = 0
  for (const character of of) hash = (Math.imul(hash, 31) + character.codePointAt(0)) >>> 0
  const start = hash.toString(16).padStart(8, '0')
  return `${start}-0000-4000-8000-${String(serial).padStart(12, '0')}`
}
