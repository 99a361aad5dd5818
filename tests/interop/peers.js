// The identity providers, and what each can do. See README.md.

/**
 * samlp, the library of Auth0.
 *
 * @type {import('./round-trip.js').Peer}
 */
export const samlp = {
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
  // It has no import of metadata: its program reads the file, and takes the first key.
  verifiesMetadata: false,
}

/** The names that pysaml2 gives to attributes: those of RFC 4519 and eduPerson. */
const NAMES = {
  mail: 'urn:oid:0.9.2342.19200300.100.1.3',
  givenName: 'urn:oid:2.5.4.42',
  sn: 'urn:oid:2.5.4.4',
  eduPersonAffiliation: 'urn:oid:1.3.6.1.4.1.5923.1.1.1.1',
}

/**
 * pysaml2, which has xmlsec1 sign and encrypt.
 *
 * @type {import('./round-trip.js').Peer}
 */
export const pysaml2 = {
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
  signs: ['rsa-sha256', 'rsa-sha384', 'rsa-sha512'],
  // It verifies queries itself, with RSA alone; what is in the XML, xmlsec1 verifies.
  verifies: [
    ['RSA with SHA-512', 'redirect'],
    ['RSA with SHA-512', 'post'],
    ['ECDSA with P-256', 'post'],
  ],
  escapesOtherwise: '/reports of 2026',
  knowsPassive: true,
  verifiesMetadata: true,
}
