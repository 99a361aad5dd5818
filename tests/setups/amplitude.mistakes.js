// What can go wrong between Entra ID and Amplitude. The recipe has it in the order of its steps.

import { clock } from './clock.js'
import { bSimon, contosoTenant } from './contoso.js'
import { claimNames, nameIdFormats } from './entra.js'
import { applicationMistakes, giveAgain, metadataMistakes } from './entra.mistakes.js'
import { rolloverMistakes, startsAtEntra } from './entra.mistakes.js'

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

export const mistakes = [
  ...metadataMistakes({
    step: 'Paste the metadata, copy the Reply URL',
    give: 'paste',
    given: 'pasted',
  }),
  ...applicationMistakes,
  ...rolloverMistakes,
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
      const source = ({ objectId }) => objectId
      application.setNameId({ format: nameIdFormats.persistent, source })
      application.removeClaim(claimNames.emailAddress)
    },
    fix: ({ application }) => application.claims.set(claimNames.emailAddress, ({ mail }) => mail),
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
    fix: giveAgain,
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
