// What can go wrong in Entra ID whatever the application is.

import { clock } from './clock.js'
import { bSimon, fabrikamTenant } from './contoso.js'
import { certificate } from './issuer.js'

/** The test key of the certificate that is made for a rollover. */
export const NEXT_KEY = 'entra-inactive'

const META_FIELD = { field: 'Federation Metadata XML' }

/** Without the Sign-on URL, logins begin at Entra ID, and the application has to allow it. */
export function startsAtEntra({ application, options }) {
  application.setSignOnUrl(undefined)
  options.allowIdpInitiated = true
}

/** The metadata of Entra ID is downloaded and given to the application again. */
export function giveAgain({ application, options }) {
  options.idp = application.federationMetadataXml()
}

/**
 * Mistakes with the file that the application is given.
 *
 * @param {{ step: string, give: string, given: string }} words the step at which it is given, and
 *   what the administrator does with it: paste, upload
 */
export const metadataMistakes = ({ step, give, given }) => [
  {
    id: 'metadata-tenant-wide',
    step: 'SAML Certificates',
    mistake: `The metadata of the whole tenant was ${given}.`,
    code: 'ERR_SAML_SIGNATURE_KEY_UNTRUSTED',
    check: 'signature',
    hint: ['tenant', 'of this application', 'thumbprint'],
    enter: META_FIELD,
    lint: ['metadata-tenant-wide'],
    next: `Download Federation Metadata XML on the page of the application, and ${give} it.`,
    make({ tenant, options }) {
      options.idp = tenant.federationMetadataXml()
    },
    fix: giveAgain,
  },
  {
    id: 'metadata-other-application',
    step: 'SAML Certificates',
    mistake: `The metadata of another application of the tenant was ${given}.`,
    code: 'ERR_SAML_SIGNATURE_KEY_UNTRUSTED',
    check: 'signature',
    hint: ['of this application', 'thumbprint'],
    enter: META_FIELD,
    next: `Download Federation Metadata XML on the page of the application, and ${give} it.`,
    make({ tenant, options }) {
      const other = tenant.addFromGallery('Other', { certificate: 'entra-second-app' })
      options.idp = other.federationMetadataXml()
    },
    fix: giveAgain,
  },
  {
    id: 'metadata-other-tenant',
    step: 'SAML Certificates',
    mistake: `The metadata of a test tenant was ${given}.`,
    start: 'idp',
    code: 'ERR_SAML_ISSUER',
    check: 'issuer',
    hint: ['another Entra ID tenant', 'aaaabbbb-0000-cccc-1111-dddd2222eeee'],
    enter: META_FIELD,
    next: 'Use the metadata of the tenant whose users sign in.',
    make(world) {
      startsAtEntra(world)
      const made = { certificate: 'entra-other-tenant' }
      const application = fabrikamTenant().addFromGallery(world.application.name, made)
      world.options.idp = application.federationMetadataXml()
    },
    fix: giveAgain,
  },
  {
    id: 'metadata-template',
    step: 'SAML Certificates',
    mistake: `The metadata of the address \`common\` was ${given}, which stands for every tenant.`,
    code: 'ERR_SAML_METADATA_ENTITY',
    hint: ["the application's own Federation Metadata XML"],
    next: `Download Federation Metadata XML on the page of the application, and ${give} it.`,
    make({ tenant, options }) {
      options.idp = tenant.federationMetadataXml().replaceAll(tenant.id, '{tenant}')
    },
    fix: giveAgain,
  },
  {
    id: 'metadata-certificate',
    step: 'SAML Certificates',
    mistake: `Certificate (Base64) was downloaded and ${given} instead of the metadata.`,
    code: 'ERR_SAML_METADATA_XML',
    hint: ['This is a certificate', 'download Federation Metadata XML'],
    next: 'Download Federation Metadata XML, the line below the certificates.',
    make({ application, options }) {
      options.idp = application.certificateBase64()
    },
    fix: giveAgain,
  },
  {
    id: 'metadata-address',
    step,
    mistake: `The address (App Federation Metadata Url) was ${given} instead of the file.`,
    code: 'ERR_SAML_METADATA_XML',
    hint: ['the address of the metadata', 'Open it in a browser'],
    next: `Open the address in a browser, and ${give} the file that it shows.`,
    make({ tenant, application, options }) {
      const metadata = 'federationmetadata/2007-06/federationmetadata.xml'
      const address = `https://login.microsoftonline.com/${tenant.id}/${metadata}`
      options.idp = `${address}?appid=${application.applicationId}`
    },
    fix: giveAgain,
  },
  {
    id: 'metadata-cut',
    step,
    mistake: `Not all of the metadata was ${given}.`,
    code: 'ERR_SAML_METADATA_XML',
    hint: ['The end of the file is missing'],
    next: `Download the file again, and ${give} all of it.`,
    make({ options }) {
      options.idp = options.idp.slice(0, 4000)
    },
    fix: giveAgain,
  },
]

/** Mistakes with users, with how they authenticate, and with how their messages are signed. */
export const applicationMistakes = [
  {
    id: 'user-not-assigned',
    step: 'Users and groups',
    mistake: 'The user was not assigned to the application.',
    aadsts: 'AADSTS50105',
    code: 'ERR_SAML_INPUT_BASE64',
    check: 'message',
    hint: ['AADSTS50105', 'Add the user'],
    enter: { field: 'Add user/group' },
    next: 'Assign the user, or a group, under Users and groups.',
    make(world) {
      world.user = world.tenant.createUser({ ...bSimon, principalName: 'C.Simon@contoso.com' })
    },
    fix: ({ application, user }) => application.assignUser(user),
  },
  {
    id: 'signing-option',
    step: 'SAML Certificates',
    mistake: 'Entra ID signs the response, and the application wants the assertion signed.',
    code: 'ERR_SAML_SIGNATURE_POLICY',
    check: 'signature',
    hint: ['Signing Option', 'Sign SAML assertion', 'requireSigned'],
    enter: { field: 'Signing Option', value: 'Sign SAML assertion' },
    next: 'Set the Signing Option to Sign SAML assertion.',
    make({ application, options }) {
      options.requireSigned = 'assertion'
      application.setSigningOption('Sign SAML response')
    },
    fix: ({ application }) => application.setSigningOption('Sign SAML assertion'),
  },
  {
    id: 'signing-algorithm',
    step: 'SAML Certificates',
    mistake: 'The Signing Algorithm is SHA-1.',
    code: 'ERR_SAML_SIGNATURE_ALGORITHM',
    check: 'signature',
    hint: ['Signing Algorithm', 'SHA-256'],
    enter: { field: 'Signing Algorithm', value: 'SHA-256' },
    next: 'Set the Signing Algorithm to SHA-256.',
    make: ({ application }) => application.setSigningAlgorithm('SHA-1'),
    fix: ({ application }) => application.setSigningAlgorithm('SHA-256'),
  },
  {
    id: 'mfa-missing',
    step: 'Conditional Access',
    mistake: 'No Conditional Access policy asks for a second factor.',
    code: 'ERR_SAML_MFA',
    check: 'authentication',
    hint: ['Conditional Access', 'multifactor authentication'],
    enter: { field: 'Grant access', value: 'Require multifactor authentication' },
    next: 'Make a Conditional Access policy for the application that requires a second factor.',
    make({ application }) {
      application.requiresMfa = false
    },
    fix({ application }) {
      application.requiresMfa = true
    },
  },
]

/** Mistakes when the certificate is renewed, years later. */
export const rolloverMistakes = [
  {
    id: 'certificate-activated-too-early',
    step: 'Certificate rollover',
    mistake: 'A new certificate was made active before the application had it.',
    code: 'ERR_SAML_SIGNATURE_KEY_UNTRUSTED',
    check: 'signature',
    hint: ['rolled its certificate over', 'thumbprint'],
    enter: META_FIELD,
    next: 'Download Federation Metadata XML again, and give it to the application.',
    make({ application }) {
      application.createCertificate(NEXT_KEY)
      application.activateCertificate(NEXT_KEY)
    },
    fix: giveAgain,
  },
  {
    id: 'certificate-not-activated',
    step: 'Certificate rollover',
    mistake: 'The application knows the new certificate alone, and it was never made active.',
    code: 'ERR_SAML_SIGNATURE_KEY_UNTRUSTED',
    check: 'signature',
    hint: ['thumbprint'],
    enter: META_FIELD,
    next: 'Make the new certificate active in Entra ID.',
    make({ application, tenant, options }) {
      application.createCertificate(NEXT_KEY)
      options.idp = {
        entityId: tenant.entityId,
        certificates: [certificate(NEXT_KEY).pem],
        singleSignOnUrl: tenant.loginUrl,
      }
    },
    fix: ({ application }) => application.activateCertificate(NEXT_KEY),
  },
  {
    id: 'certificate-new-after-expiry',
    step: 'Certificate rollover',
    mistake:
      'The certificate had expired when a new one was made. Entra ID then signs with the new one ' +
      'at once, active or not.',
    code: 'ERR_SAML_SIGNATURE_KEY_UNTRUSTED',
    check: 'signature',
    hint: ['rolled its certificate over', 'thumbprint'],
    enter: META_FIELD,
    lint: ['certificate-expired'],
    next: 'Download Federation Metadata XML again, and give it to the application.',
    make({ application }) {
      clock.set('2028-06-02T09:00:00Z')
      application.createCertificate(NEXT_KEY)
    },
    fix: giveAgain,
  },
  {
    id: 'certificate-expired',
    step: 'Certificate rollover',
    mistake: 'The certificate expired, and the application refuses expired ones.',
    code: 'ERR_SAML_CERTIFICATE_EXPIRED',
    check: 'certificate',
    hint: ['New Certificate', 'SAML Certificates', 'thumbprint'],
    enter: { field: 'New Certificate' },
    lint: ['certificate-expired'],
    next: 'Make a new certificate, and give the new metadata to the application at once.',
    make({ options }) {
      options.certificateExpiry = 'fail'
      clock.set('2028-06-02T09:00:00Z')
    },
    fix(world) {
      world.application.createCertificate(NEXT_KEY)
      giveAgain(world)
    },
  },
]
