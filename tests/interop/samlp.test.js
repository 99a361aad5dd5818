// Logins by samlp, the identity provider library of Auth0.

import { logins } from './logins.js'

logins({
  name: 'samlp',
  nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  attributes: ({ attributes }) => attributes,
  // It knows no AES-192-GCM, and only RSA-OAEP-MGF1P for keys.
  encrypts: ['AES-128-CBC', 'AES-256-CBC', 'AES-128-GCM', 'AES-256-GCM'],
  weakly: ['Triple DES'],
  escapesOtherwise: '/reports(2026)!',
  // It does not read IsPassive.
  knowsPassive: false,
})
