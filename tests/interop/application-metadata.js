// The metadata of an application, as identity providers import it.

import { derOf } from './keys.js'

const BINDINGS = 'urn:oasis:names:tc:SAML:2.0:bindings:'

export function applicationMetadata({ entityId, replyUrl, logoutUrl }, certificates) {
  const key = (use) =>
    `<md:KeyDescriptor use="${use}"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>` +
    `${derOf(certificates[use])}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`
  return (
    '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"' +
    ` xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${entityId}">` +
    '<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">' +
    `${key('signing')}${key('encryption')}` +
    `<md:SingleLogoutService Binding="${BINDINGS}HTTP-Redirect" Location="${logoutUrl}"/>` +
    `<md:SingleLogoutService Binding="${BINDINGS}HTTP-POST" Location="${logoutUrl}"/>` +
    `<md:AssertionConsumerService Binding="${BINDINGS}HTTP-POST" Location="${replyUrl}"` +
    ' index="0" isDefault="true"/></md:SPSSODescriptor></md:EntityDescriptor>'
  )
}
