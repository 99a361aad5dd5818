// What can go wrong between Entra ID and AWS IAM Identity Center. The recipe has it in the order of
// its steps.

import { clock } from './clock.js'
import { bSimon, contosoTenant } from './contoso.js'
import { nameIdFormats } from './entra.js'
import { NEXT_KEY, applicationMistakes, giveAgain, metadataMistakes } from './entra.mistakes.js'
import { rolloverMistakes, startsAtEntra } from './entra.mistakes.js'

const HOST = 'https://us-east-1.signin.aws.amazon.com/platform/saml'
const ID = '0d5c7b9a-4e21-4f60-9a38-c1b2d3e4f506'
export const IDENTIFIER = `${HOST}/d-9067f1e2d3`
/** The primary Region, at both kinds of endpoints, and an additional Region. */
export const REPLY_URLS = [
  `${HOST}/acs/${ID}`,
  `https://us-east-1.sso.signin.aws/platform/saml/acs/${ID}`,
  'https://eu-west-1.sso.signin.aws/platform/saml/acs/7be10c52-93a4-4d1f-8c06-5a2f7e9b1d34',
]
export const EUROPE = REPLY_URLS.at(-1)
/** The AWS access portal sign-in URL. */
export const SIGN_ON_URL = 'https://d-9067f1e2d3.awsapps.com/start'

/** The file that "Download metadata file" gives. */
export function awsMetadataXml({ identifier = IDENTIFIER, replyUrls = REPLY_URLS } = {}) {
  const services = replyUrls.map(
    (url, index) => `
    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
      Location="${url}" index="${index}"${index === 0 ? ' isDefault="true"' : ''}/>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${identifier}">
  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true"
    protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:NameIDFormat>${nameIdFormats.emailAddress}</md:NameIDFormat>${services.join('')}
  </md:SPSSODescriptor>
</md:EntityDescriptor>
`
}

/** The set-up at the end of the recipe, with B. Simon assigned and present in AWS. */
export function aws() {
  clock.set('2026-03-10T09:00:00Z')
  const tenant = contosoTenant()
  const application = tenant.addFromGallery('AWS IAM Identity Center', {
    certificate: 'entra-active',
  })
  application.uploadMetadataFile(awsMetadataXml())
  application.setSignOnUrl(SIGN_ON_URL)
  application.requiresMfa = true
  const user = tenant.createUser(bSimon)
  application.assignUser(user)
  const options = {
    profile: 'aws-iam-identity-center',
    signOnUrl: SIGN_ON_URL,
    idp: application.federationMetadataXml(),
    requireMfa: true,
  }
  const metadata = awsMetadataXml()
  // What the application is set up with, and what AWS offers at present.
  const world = { tenant, application, user, options, metadata, offered: metadata }
  const configuration = () => ({ metadata: world.metadata, ...options })
  return Object.assign(world, { configuration })
}

const uploadToEntra = ({ application, metadata }) => application.uploadMetadataFile(metadata)

export const mistakes = [
  ...metadataMistakes({
    step: 'Change identity source',
    give: 'upload',
    given: 'uploaded to AWS',
  }),
  ...applicationMistakes,
  ...rolloverMistakes,
  {
    id: 'metadata-old-identity-source',
    step: 'Basic SAML Configuration',
    mistake:
      'The identity source was changed afterwards, and the metadata file that was uploaded to ' +
      'Entra ID is the old one.',
    aadsts: 'AADSTS700016',
    code: 'ERR_SAML_INPUT_BASE64',
    check: 'message',
    hint: ['AADSTS700016', 'Identifier (Entity ID)'],
    enter: { field: 'Identifier (Entity ID)', value: IDENTIFIER },
    next: 'Download the service provider metadata from AWS again, and upload it to Entra ID.',
    make: ({ application }) =>
      application.uploadMetadataFile(awsMetadataXml({ identifier: `${HOST}/d-906700000a` })),
    fix: uploadToEntra,
  },
  {
    id: 'identifier-other-instance',
    step: 'Basic SAML Configuration',
    mistake: 'The Identifier is that of another instance, and the login began with the tile.',
    start: 'idp',
    code: 'ERR_SAML_AUDIENCE',
    check: 'audience',
    hint: ['IAM Identity Center issuer URL', 'upload that metadata file'],
    enter: { field: 'Identifier (Entity ID)', value: IDENTIFIER },
    next: 'Upload the service provider metadata of this instance to Entra ID.',
    make(world) {
      startsAtEntra(world)
      world.application.setIdentifier(`${HOST}/d-906700000a`)
    },
    fix: uploadToEntra,
  },
  {
    id: 'files-swapped-aws-side',
    step: 'Service provider metadata',
    mistake: 'The file of Entra ID was taken for the service provider metadata.',
    code: 'ERR_SAML_METADATA_ENTITY',
    hint: ['metadata of an identity provider', 'service provider (SP) metadata'],
    next: 'Use the file that AWS offers under Service provider metadata.',
    make(world) {
      world.metadata = world.application.federationMetadataXml()
    },
    fix(world) {
      world.metadata = awsMetadataXml()
    },
  },
  {
    id: 'region-missing-at-entra',
    step: 'Basic SAML Configuration',
    mistake: 'A Region was added in AWS, and its Reply URL is not in Entra ID.',
    aadsts: 'AADSTS50011',
    code: 'ERR_SAML_INPUT_BASE64',
    check: 'message',
    hint: ['AADSTS50011', 'Reply URL'],
    enter: {
      field: 'Reply URL (Assertion Consumer Service URL)',
      value: `${REPLY_URLS.slice(0, -1).join(', ')} or ${EUROPE}`,
    },
    next: 'Upload the service provider metadata to Entra ID again: it lists each Region.',
    make(world) {
      world.replyUrl = EUROPE
      world.application.setReplyUrl(...REPLY_URLS.slice(0, 2))
    },
    fix: uploadToEntra,
  },
  {
    id: 'region-missing-here',
    step: 'Basic SAML Configuration',
    mistake: 'Entra ID sends users to a Region that the application does not know of.',
    start: 'idp',
    code: 'ERR_SAML_DESTINATION',
    check: 'reply-url',
    hint: ['another customer or instance', 'each enabled Region has its own'],
    lint: ['reply-url-only-in-metadata'],
    next: 'Read the service provider metadata again, so that every Region is in `replyUrls`.',
    make(world) {
      startsAtEntra(world)
      world.metadata = awsMetadataXml({ replyUrls: REPLY_URLS.slice(0, 2) })
      world.application.setReplyUrl(EUROPE)
    },
    fix(world) {
      world.metadata = awsMetadataXml()
    },
  },
  {
    id: 'reply-url-http',
    step: 'Basic SAML Configuration',
    mistake: 'The Reply URL was typed, with http instead of https.',
    start: 'idp',
    code: 'ERR_SAML_DESTINATION',
    check: 'reply-url',
    hint: ['http and https', 'upload the service provider metadata file'],
    next: 'Upload the metadata file instead of typing.',
    make(world) {
      startsAtEntra(world)
      world.application.setReplyUrl(REPLY_URLS[0].replace('https', 'http'))
    },
    fix: uploadToEntra,
  },
  {
    id: 'sign-on-url-missing',
    step: 'Basic SAML Configuration',
    mistake: 'The Sign on URL was left out, so the tile sends a response nobody asked for.',
    start: 'idp',
    code: 'ERR_SAML_UNSOLICITED',
    check: 'in-response-to',
    hint: ['My Apps', SIGN_ON_URL, 'allowIdpInitiated'],
    enter: { field: 'Sign on URL (Optional)', value: SIGN_ON_URL },
    next: 'Enter the AWS access portal sign-in URL as Sign on URL, or set `allowIdpInitiated`.',
    make: ({ application }) => application.setSignOnUrl(undefined),
    fix: ({ application }) => application.setSignOnUrl(SIGN_ON_URL),
  },
  {
    id: 'name-id-persistent',
    step: 'Attributes & Claims',
    mistake: 'The name identifier format is Persistent.',
    code: 'ERR_SAML_NAMEID',
    check: 'subject',
    hint: ['name identifier format to Email address', 'user name in IAM Identity Center'],
    next: 'Set the name identifier format to Email address.',
    make: ({ application }) => application.setNameId({ format: nameIdFormats.persistent }),
    fix: ({ application }) => application.setNameId({ format: nameIdFormats.emailAddress }),
  },
  {
    id: 'name-id-unspecified',
    step: 'Attributes & Claims',
    mistake: 'The name identifier format is Unspecified.',
    code: 'ERR_SAML_NAMEID',
    check: 'subject',
    hint: ['name identifier format to Email address'],
    next: 'Set the name identifier format to Email address.',
    make: ({ application }) => application.setNameId({ format: nameIdFormats.unspecified }),
    fix: ({ application }) => application.setNameId({ format: nameIdFormats.emailAddress }),
  },
  {
    id: 'name-id-empty',
    step: 'Attributes & Claims',
    mistake: 'The name identifier is user.mail, and the user has no mail address.',
    code: 'ERR_SAML_NAMEID',
    check: 'subject',
    hint: ['Unique User Identifier', 'equals the user name'],
    next: 'Set the source attribute to the one that equals the user name in AWS.',
    make({ application, user }) {
      user.mail = undefined
      application.setNameId({ source: ({ mail }) => mail })
    },
    fix: ({ application }) =>
      application.setNameId({ source: ({ principalName }) => principalName }),
  },
  {
    id: 'files-swapped-entra-side',
    step: 'Change identity source',
    mistake: 'The file of AWS was uploaded to AWS as the identity provider metadata.',
    code: 'ERR_SAML_METADATA_ENTITY',
    hint: ['metadata of a service provider'],
    next: 'Upload the file that comes from Entra ID.',
    make({ options }) {
      options.idp = awsMetadataXml()
    },
    fix: giveAgain,
  },
  {
    id: 'metadata-too-long',
    step: 'Change identity source',
    mistake: 'The metadata lists so many certificates that AWS does not import it.',
    lint: ['metadata-too-long'],
    hint: ['certificates'],
    next: 'Delete old certificates in Entra ID, and download the metadata again.',
    make(world) {
      for (let count = 0; count < 25; count += 1) world.application.createCertificate(NEXT_KEY)
      giveAgain(world)
    },
    fix(world) {
      world.application.deleteCertificate(NEXT_KEY)
      giveAgain(world)
    },
  },
  {
    id: 'token-encryption',
    step: 'SAML Certificates',
    mistake: 'A certificate was uploaded under Token encryption, which AWS does not support.',
    code: 'ERR_SAML_DECRYPT_KEY',
    check: 'decryption',
    hint: ['decryptionKeys', 'turn encryption off'],
    enter: { field: 'Import Certificate' },
    next: 'Deactivate Token encryption of the application in Entra ID.',
    make({ application }) {
      application.encryptFor = 'sp-encryption'
    },
    fix({ application }) {
      application.encryptFor = undefined
    },
  },
  {
    id: 'opened-twice',
    step: 'Test',
    mistake: 'The user reloaded the page that AWS had already received.',
    start: 'idp',
    code: 'ERR_SAML_REPLAY',
    check: 'replay',
    hint: ['again'],
    next: 'Start at the access portal or the tile again.',
    make(world) {
      startsAtEntra(world)
      world.onTheWay = (post, customer, session) => customer.receive(session, post)
    },
    fix(world) {
      world.onTheWay = undefined
    },
  },
]
