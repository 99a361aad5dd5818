// Logins by pysaml2, which has xmlsec1 sign and encrypt.

import { logins } from './logins.js'

/** The names that pysaml2 gives to attributes: those of RFC 4519 and eduPerson. */
const NAMES = {
  mail: 'urn:oid:0.9.2342.19200300.100.1.3',
  givenName: 'urn:oid:2.5.4.42',
  sn: 'urn:oid:2.5.4.4',
  eduPersonAffiliation: 'urn:oid:1.3.6.1.4.1.5923.1.1.1.1',
}

logins({
  name: 'pysaml2',
  nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  attributes: ({ attributes }) =>
    Object.fromEntries(Object.entries(attributes).map(([name, values]) => [NAMES[name], values])),
  // For keys it writes an EncryptionMethod without parameters, so RSA-OAEP-MGF1P is all it can do.
  encrypts: [
    'AES-128-CBC',
    'AES-192-CBC',
    'AES-256-CBC',
    'AES-128-GCM',
    'AES-192-GCM',
    'AES-256-GCM',
  ],
  weakly: ['Triple DES', 'RSA-1_5'],
  escapesOtherwise: '/reports of 2026',
  knowsPassive: true,
})
