// Another service provider: node-saml, which is shown the responses that the package accepted.

import { SAML } from '@node-saml/node-saml'
import { keyPair } from './keys.js'

/**
 * What node-saml reads in a response: the NameID, and the attributes.
 *
 * @param {{ entityId: string, replyUrl: string }} application
 * @param {string} SAMLResponse
 * @param {string[]} signed what it has to find signed
 * @param {string} decryptionPvk
 */
export async function witness({ entityId, replyUrl }, SAMLResponse, signed, decryptionPvk) {
  const saml = new SAML({
    callbackUrl: replyUrl,
    entryPoint: replyUrl,
    issuer: entityId,
    audience: entityId,
    idpCert: keyPair('entra-active').certificate,
    wantAssertionsSigned: signed.includes('assertion'),
    wantAuthnResponseSigned: signed.includes('response'),
    validateInResponseTo: 'never',
    decryptionPvk,
  })
  const { profile } = await saml.validatePostResponseAsync({ SAMLResponse })
  // It makes a list of several values only.
  const attributes = Object.entries(profile.attributes).map(([name, values]) => [
    name,
    [values].flat(),
  ])
  return [profile.nameID, Object.fromEntries(attributes)]
}
