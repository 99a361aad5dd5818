// What can go wrong between Entra ID and Amplitude, in the order of the recipe's steps.

import { clock } from './clock.js'
import { bSimon, contosoTenant, fabrikamTenant } from './contoso.js'
import { claimNames, nameIdFormats } from './entra.js'
import { certificate } from './issuer.js'

export const IDENTIFIER = 'https://amplitude.com/saml/sso/metadata'
export const SIGN_ON_URL = 'https://analytics.amplitude.com/sso'
export const REPLY_URL = 'https://analytics.amplitude.com/saml/sso/482913'
const OTHER_REPLY_URL = 'https://analytics.amplitude.com/saml/sso/507744'

/** The set-up at the end of the recipe, with B. Simon assigned. */
export function amplitude() {
  clock.set('2026-03-10T09:00:00Z')
  const tenant = contosoTenant()
  const application = tenant.addFromGallery('Amplitude', { certificate: 'entra-active' })
  application.setIdentifier(IDENTIFIER)
  application.setReplyUrl(REPLY_URL)
  application.setSignOnUrl(SIGN_ON_URL)
  application.requiresMfa = true
  const user = tenant.createUser(bSimon)
  application.assignUser(user)
  const options = {
    profile: 'amplitude',
    replyUrls: [REPLY_URL],
    signOnUrl: SIGN_ON_URL,
    idp: application.federationMetadataXml(),
    requireMfa: true,
  }
  return { tenant, application, user, options, configuration: () => options }
}

/** Without the Sign-on URL, logins begin at Entra ID, and the application has to allow it. */
function startsAtEntra({ application, options }) {
  application.setSignOnUrl(undefined)
  options.allowIdpInitiated = true
}

const pasteAgain = ({ application, options }) => {
  options.idp = application.federationMetadataXml()
}

export const mistakes = [
  {
    id: 'identifier-slash-sp',
    step: 'Basic SAML Configuration',
    mistake: 'The Identifier has a slash at the end.',
    aadsts: 'AADSTS700016',
    code: 'ERR_SAML_INPUT_BASE64',
    check: 'message',
    hint: ['AADSTS700016', 'Identifier (Entity ID)'],
    enter: { field: 'Identifier (Entity ID)', value: IDENTIFIER },
    next: `Set the Identifier (Entity ID) in Entra ID to \`${IDENTIFIER}\`.`,
    make: ({ application }) => application.setIdentifier(`${IDENTIFIER}/`),
    fix: ({ application }) => application.setIdentifier(IDENTIFIER),
  },
  {
    id: 'identifier-slash-idp',
    step: 'Basic SAML Configuration',
    mistake: 'The Identifier has a slash at the end, and the login began with the tile.',
    start: 'idp',
    code: 'ERR_SAML_AUDIENCE',
    check: 'audience',
    hint: ['slash at the end', 'Basic SAML Configuration', IDENTIFIER],
    enter: { field: 'Identifier (Entity ID)', value: IDENTIFIER },
    next: `Set the Identifier (Entity ID) in Entra ID to \`${IDENTIFIER}\`.`,
    make(world) {
      startsAtEntra(world)
      world.application.setIdentifier(`${IDENTIFIER}/`)
    },
    fix: ({ application }) => application.setIdentifier(IDENTIFIER),
  },
  {
    id: 'reply-url-placeholder',
    step: 'Paste the metadata, copy the Reply URL',
    mistake: 'The placeholder was never replaced by the Reply URL that Amplitude shows.',
    aadsts: 'AADSTS50011',
    code: 'ERR_SAML_INPUT_BASE64',
    check: 'message',
    hint: ['AADSTS50011', 'Reply URL'],
    enter: { field: 'Reply URL (Assertion Consumer Service URL)', value: REPLY_URL },
    next: 'Copy the Reply URL (ACS) from Amplitude into Basic SAML Configuration.',
    make: ({ application }) =>
      application.setReplyUrl('https://analytics.amplitude.com/saml/sso/UNIQUE_ID'),
    fix: ({ application }) => application.setReplyUrl(REPLY_URL),
  },
  {
    id: 'reply-url-other-customer',
    step: 'Paste the metadata, copy the Reply URL',
    mistake: 'The Reply URL of another Amplitude organisation was entered.',
    start: 'idp',
    code: 'ERR_SAML_DESTINATION',
    check: 'reply-url',
    hint: ['another customer', 'Amplitude shows the Reply URL'],
    enter: { field: 'Reply URL (Assertion Consumer Service URL)', value: REPLY_URL },
    next: 'Copy the Reply URL (ACS) of your own organisation into Basic SAML Configuration.',
    make(world) {
      startsAtEntra(world)
      world.application.setReplyUrl(OTHER_REPLY_URL)
    },
    fix: ({ application }) => application.setReplyUrl(REPLY_URL),
  },
  {
    id: 'reply-url-http',
    step: 'Paste the metadata, copy the Reply URL',
    mistake: 'The Reply URL begins with http instead of https.',
    start: 'idp',
    code: 'ERR_SAML_DESTINATION',
    check: 'reply-url',
    hint: ['http and https', 'Reply URL'],
    enter: { field: 'Reply URL (Assertion Consumer Service URL)', value: REPLY_URL },
    next: 'Enter the Reply URL with `https://`.',
    make(world) {
      startsAtEntra(world)
      world.application.setReplyUrl(REPLY_URL.replace('https', 'http'))
    },
    fix: ({ application }) => application.setReplyUrl(REPLY_URL),
  },
  {
    id: 'reply-url-slash',
    step: 'Paste the metadata, copy the Reply URL',
    mistake: 'The Reply URL has a slash at the end.',
    start: 'idp',
    code: 'ERR_SAML_DESTINATION',
    check: 'reply-url',
    hint: ['slash at the end', 'Reply URL'],
    enter: { field: 'Reply URL (Assertion Consumer Service URL)', value: REPLY_URL },
    next: 'Remove the slash.',
    make(world) {
      startsAtEntra(world)
      world.application.setReplyUrl(`${REPLY_URL}/`)
    },
    fix: ({ application }) => application.setReplyUrl(REPLY_URL),
  },
  {
    id: 'reply-url-http-here',
    step: 'The same in Countersign',
    mistake: 'The Reply URL was copied into the configuration with http.',
    aadsts: 'AADSTS50011',
    code: 'ERR_SAML_INPUT_BASE64',
    check: 'message',
    hint: ['AADSTS50011'],
    lint: ['reply-url-not-https', 'reply-url-shape'],
    next: 'Set `replyUrls` to what Amplitude shows, with `https://`.',
    make({ options }) {
      options.replyUrls = [REPLY_URL.replace('https', 'http')]
    },
    fix({ options }) {
      options.replyUrls = [REPLY_URL]
    },
  },
  {
    id: 'sign-on-url-missing',
    step: 'Basic SAML Configuration',
    mistake: 'The Sign-on URL was left out, so the tile sends a response nobody asked for.',
    start: 'idp',
    code: 'ERR_SAML_UNSOLICITED',
    check: 'in-response-to',
    hint: ['My Apps', SIGN_ON_URL, 'allowIdpInitiated'],
    enter: { field: 'Sign on URL (Optional)', value: SIGN_ON_URL },
    next: `Enter \`${SIGN_ON_URL}\` as Sign-on URL, or set \`allowIdpInitiated\`.`,
    make: ({ application }) => application.setSignOnUrl(undefined),
    fix: ({ application }) => application.setSignOnUrl(SIGN_ON_URL),
  },
  {
    id: 'name-id-empty',
    step: 'Attributes & Claims',
    mistake: 'The name identifier is user.mail, and the user has no mail address.',
    code: 'ERR_SAML_NAMEID',
    check: 'subject',
    hint: ['Attributes & Claims', 'Unique User Identifier', 'user.userprincipalname'],
    enter: { field: 'Unique User Identifier (Name ID)' },
    next: 'Set the source of Unique User Identifier (Name ID) to user.userprincipalname.',
    make({ application, user }) {
      user.mail = undefined
      application.setNameId({ source: ({ mail }) => mail })
    },
    fix: ({ application }) =>
      application.setNameId({ source: ({ principalName }) => principalName }),
  },
  {
    id: 'claim-removed',
    step: 'Attributes & Claims',
    mistake: 'The name identifier is no e-mail address, and the claim emailaddress was removed.',
    code: 'ERR_SAML_CLAIM',
    check: 'subject',
    hint: ['emailaddress'],
    next: 'Add the claim emailaddress again, with a source that is filled for every user.',
    make({ application }) {
      application.setNameId({ format: nameIdFormats.persistent, source: ({ objectId }) => objectId })
      application.removeClaim(claimNames.emailAddress)
    },
    fix: ({ application }) => application.claims.set(claimNames.emailAddress, ({ mail }) => mail),
  },
  {
    id: 'metadata-tenant-wide',
    step: 'SAML Certificates',
    mistake: 'The metadata of the whole tenant was pasted.',
    code: 'ERR_SAML_SIGNATURE_KEY_UNTRUSTED',
    check: 'signature',
    hint: ['tenant', 'of this application', 'thumbprint'],
    lint: ['metadata-tenant-wide'],
    enter: { field: 'Federation Metadata XML' },
    next: 'Download Federation Metadata XML on the page of the application, and paste it.',
    make({ tenant, options }) {
      options.idp = tenant.federationMetadataXml()
    },
    fix: pasteAgain,
  },
  {
    id: 'metadata-other-application',
    step: 'SAML Certificates',
    mistake: 'The metadata of another application of the tenant was pasted.',
    code: 'ERR_SAML_SIGNATURE_KEY_UNTRUSTED',
    check: 'signature',
    hint: ['of this application', 'thumbprint'],
    enter: { field: 'Federation Metadata XML' },
    next: 'Download Federation Metadata XML on the page of the application, and paste it.',
    make({ tenant, options }) {
      const other = tenant.addFromGallery('Other', { certificate: 'entra-second-app' })
      options.idp = other.federationMetadataXml()
    },
    fix: pasteAgain,
  },
  {
    id: 'metadata-other-tenant',
    step: 'SAML Certificates',
    mistake: 'The metadata of a test tenant was pasted.',
    start: 'idp',
    code: 'ERR_SAML_ISSUER',
    check: 'issuer',
    hint: ['another Entra ID tenant', 'aaaabbbb-0000-cccc-1111-dddd2222eeee'],
    enter: { field: 'Federation Metadata XML' },
    next: 'Paste the metadata of the tenant whose users sign in.',
    make(world) {
      startsAtEntra(world)
      const certificate = 'entra-other-tenant'
      const application = fabrikamTenant().addFromGallery('Amplitude', { certificate })
      world.options.idp = application.federationMetadataXml()
    },
    fix: pasteAgain,
  },
  {
    id: 'metadata-template',
    step: 'SAML Certificates',
    mistake: 'The metadata of the address `common` was pasted, which stands for every tenant.',
    code: 'ERR_SAML_METADATA_ENTITY',
    hint: ['Federation Metadata XML'],
    next: 'Download Federation Metadata XML on the page of the application, and paste it.',
    make({ tenant, options }) {
      options.idp = tenant.federationMetadataXml().replaceAll(tenant.id, '{tenant}')
    },
    fix: pasteAgain,
  },
  {
    id: 'metadata-certificate',
    step: 'SAML Certificates',
    mistake: 'Certificate (Base64) was downloaded and pasted instead of the metadata.',
    code: 'ERR_SAML_METADATA_XML',
    hint: ['This is a certificate', 'download Federation Metadata XML'],
    next: 'Download Federation Metadata XML, the line below the certificates.',
    make({ application, options }) {
      options.idp = application.certificateBase64()
    },
    fix: pasteAgain,
  },
  {
    id: 'metadata-cut',
    step: 'Paste the metadata, copy the Reply URL',
    mistake: 'Not all of the metadata was pasted.',
    code: 'ERR_SAML_METADATA_XML',
    hint: ['The end of the file is missing'],
    next: 'Open the file in an editor, select everything, and paste it again.',
    make({ options }) {
      options.idp = options.idp.slice(0, 4000)
    },
    fix: pasteAgain,
  },
  {
    id: 'metadata-of-the-application',
    step: 'Paste the metadata, copy the Reply URL',
    mistake: 'The metadata of Amplitude was pasted into Amplitude.',
    code: 'ERR_SAML_METADATA_ENTITY',
    hint: ['service provider'],
    next: 'Paste the file that comes from Entra ID.',
    make({ options }) {
      options.idp = amplitudeMetadataXml()
    },
    fix: pasteAgain,
  },
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
    next: 'Make a Conditional Access policy for Amplitude that requires a second factor.',
    make({ application }) {
      application.requiresMfa = false
    },
    fix({ application }) {
      application.requiresMfa = true
    },
  },
  {
    id: 'certificate-activated-too-early',
    step: 'Certificate rollover',
    mistake: 'A new certificate was made active before its metadata was pasted.',
    code: 'ERR_SAML_SIGNATURE_KEY_UNTRUSTED',
    check: 'signature',
    hint: ['rolled its certificate over', 'thumbprint'],
    enter: { field: 'Federation Metadata XML' },
    next: 'Download Federation Metadata XML again, and paste it.',
    make({ application }) {
      application.createCertificate('entra-inactive')
      application.activateCertificate('entra-inactive')
    },
    fix: pasteAgain,
  },
  {
    id: 'certificate-not-activated',
    step: 'Certificate rollover',
    mistake: 'Only the new certificate is configured, and it was never made active.',
    code: 'ERR_SAML_SIGNATURE_KEY_UNTRUSTED',
    check: 'signature',
    hint: ['thumbprint'],
    enter: { field: 'Federation Metadata XML' },
    next: 'Paste the metadata, which has both certificates; or make the new one active.',
    make({ application, tenant, options }) {
      application.createCertificate('entra-inactive')
      options.idp = {
        entityId: tenant.entityId,
        certificates: [certificate('entra-inactive').pem],
        singleSignOnUrl: tenant.loginUrl,
      }
    },
    fix: ({ application }) => application.activateCertificate('entra-inactive'),
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
    lint: ['certificate-expired'],
    enter: { field: 'Federation Metadata XML' },
    next: 'Download Federation Metadata XML again, and paste it.',
    make({ application }) {
      clock.set('2028-06-02T09:00:00Z')
      application.createCertificate('entra-inactive')
    },
    fix: pasteAgain,
  },
  {
    id: 'certificate-expired',
    step: 'Certificate rollover',
    mistake: 'The certificate expired, and the application refuses expired ones.',
    code: 'ERR_SAML_CERTIFICATE_EXPIRED',
    check: 'certificate',
    hint: ['New Certificate', 'SAML Certificates', 'thumbprint'],
    lint: ['certificate-expired'],
    enter: { field: 'New Certificate' },
    next: 'Make a new certificate, paste the metadata, make the certificate active.',
    make({ options }) {
      options.certificateExpiry = 'fail'
      clock.set('2028-06-02T09:00:00Z')
    },
    fix(world) {
      world.application.createCertificate('entra-inactive')
      pasteAgain(world)
      world.application.activateCertificate('entra-inactive')
    },
  },
  {
    id: 'old-page',
    step: 'Test',
    mistake: 'The user went back in the browser and sent an old page again.',
    code: 'ERR_SAML_IN_RESPONSE_TO',
    check: 'in-response-to',
    hint: ['back button', 'Start the login again'],
    next: `Start at \`${SIGN_ON_URL}\` again.`,
    make(world) {
      world.onTheWay = (post, customer, session) => customer.begin(session)
    },
    fix(world) {
      world.onTheWay = undefined
    },
  },
  {
    id: 'late',
    step: 'Test',
    mistake: 'The page stayed open for more than an hour before it was sent.',
    code: 'ERR_SAML_EXPIRED',
    check: 'timestamps',
    hint: ['Start the login again'],
    next: `Start at \`${SIGN_ON_URL}\` again.`,
    make(world) {
      world.onTheWay = () => clock.advance({ minutes: 77 })
    },
    fix(world) {
      world.onTheWay = undefined
    },
  },
]

/** What Amplitude says about itself. */
function amplitudeMetadataXml() {
  return `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${IDENTIFIER}">
  <SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <AssertionConsumerService index="0" isDefault="true"
      Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${REPLY_URL}"/>
  </SPSSODescriptor>
</EntityDescriptor>`
}
