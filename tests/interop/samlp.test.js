// Conversations with samlp, the identity provider library of Auth0.

import { conversations } from './conversations.js'

conversations({
  name: 'samlp',
  nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  attributes: ({ attributes }) => attributes,
  // It knows no AES-192-GCM, and only RSA-OAEP-MGF1P for keys.
  encrypts: ['AES-128-CBC', 'AES-256-CBC', 'AES-128-GCM', 'AES-256-GCM'],
  weakly: ['Triple DES'],
  // It knows RSA with SHA-1 and SHA-256, and nothing else.
  signs: ['rsa-sha256'],
  verifies: [],
  escapesOtherwise: '/reports(2026)!',
  // It does not read IsPassive.
  knowsPassive: false,
})
