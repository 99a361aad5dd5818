//! XML Encryption as SAML profiles it (SAML core 6): reading what is encrypted, and taking the
//! octets that the host decrypted.
//!
//! No private key comes in here. [`EncryptedElement::read`] holds the structure and the algorithms
//! to the profile and says what has to be decrypted; the host unwraps the content key and decrypts;
//! [`plaintext`] takes the padding off and parses the octets with the same strict reader as every
//! other document.
//!
//! Everything that can go wrong after the algorithms are accepted looks alike from outside: a key
//! that does not unwrap, a padding, an authentication tag, octets that are no XML. An attacker who
//! may ask often must not learn which (Jager and Somorovsky 2011).

mod algorithm;
mod encrypted;

pub use algorithm::{DataAlgorithm, KeyTransport, OaepDigest};
pub use encrypted::{DecryptTask, EncryptedElement, EncryptedKey, EncryptionError, plaintext};
