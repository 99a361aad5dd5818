//! The algorithms of XML Signature that are accepted, as rows of tables.
//!
//! A row says which key family an algorithm needs. The family of the configured key decides; the
//! message chooses only among the rows of that family, so that a public key is never taken for an
//! HMAC secret and an RSA key never for an elliptic curve.

use ring::digest;
use ring::signature::{self as ring_signature, VerificationAlgorithm};

use super::key::KeyFamily;

/// Whether an algorithm is accepted without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Accepted.
    Good,
    /// SHA-1: accepted only where the service provider says so.
    Sha1,
}

/// How ring verifies a row.
#[derive(Clone, Copy)]
pub(super) enum Ring {
    /// The signature is what ring takes.
    As(&'static dyn VerificationAlgorithm),
    /// XMLDSig has r and s of an ECDSA signature one after the other, ring wants the ASN.1 form.
    EcdsaAsn1(&'static dyn VerificationAlgorithm),
}

/// A SignatureMethod: one row of the table for each key family that it can be used with.
pub struct SignatureAlgorithm {
    /// The identifier (XMLDSig 6.4, RFC 9231 2.3).
    pub uri: &'static str,
    /// Other identifiers that senders use for it.
    pub aliases: &'static [&'static str],
    /// The keys it works with.
    pub family: KeyFamily,
    /// Whether it needs permission.
    pub standing: Standing,
    pub(super) ring: Ring,
}

impl std::fmt::Debug for SignatureAlgorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignatureAlgorithm").field("uri", &self.uri).finish_non_exhaustive()
    }
}

macro_rules! signature_algorithms {
    ($($uri:literal $([$($alias:literal),*])? $family:ident $standing:ident $form:ident($ring:ident);)*) => {
        &[$(SignatureAlgorithm {
            uri: $uri,
            aliases: &[$($($alias),*)?],
            family: KeyFamily::$family,
            standing: Standing::$standing,
            ring: Ring::$form(&ring_signature::$ring),
        },)*]
    };
}

/// All of them.
#[rustfmt::skip]
pub static SIGNATURE_ALGORITHMS: &[SignatureAlgorithm] = signature_algorithms! {
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" Rsa Good As(RSA_PKCS1_2048_8192_SHA256);
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384" Rsa Good As(RSA_PKCS1_2048_8192_SHA384);
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512" Rsa Good As(RSA_PKCS1_2048_8192_SHA512);
    "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1" Rsa Good As(RSA_PSS_2048_8192_SHA256);
    "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1" Rsa Good As(RSA_PSS_2048_8192_SHA384);
    "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1" Rsa Good As(RSA_PSS_2048_8192_SHA512);
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256" EcP256 Good As(ECDSA_P256_SHA256_FIXED);
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256" EcP384 Good EcdsaAsn1(ECDSA_P384_SHA256_ASN1);
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384" EcP256 Good EcdsaAsn1(ECDSA_P256_SHA384_ASN1);
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384" EcP384 Good As(ECDSA_P384_SHA384_FIXED);
    "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519" Ed25519 Good As(ED25519);
    "http://www.w3.org/2000/09/xmldsig#rsa-sha1" ["http://www.w3.org/2001/04/xmldsig-more#rsa-sha1"]
        Rsa Sha1 As(RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY);
};

impl SignatureAlgorithm {
    /// The rows for an identifier: none if it is not accepted at all.
    pub fn by_uri(uri: &str) -> impl Iterator<Item = &'static Self> {
        SIGNATURE_ALGORITHMS.iter().filter(move |row| row.uri == uri || row.aliases.contains(&uri))
    }
}

/// A DigestMethod.
pub struct DigestAlgorithm {
    /// The identifier (XMLDSig 6.2, RFC 9231 2.1).
    pub uri: &'static str,
    /// Other identifiers that senders use for it.
    pub aliases: &'static [&'static str],
    /// Whether it needs permission.
    pub standing: Standing,
    pub(super) ring: &'static digest::Algorithm,
}

impl std::fmt::Debug for DigestAlgorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DigestAlgorithm").field("uri", &self.uri).finish_non_exhaustive()
    }
}

/// All of them.
pub static DIGEST_ALGORITHMS: &[DigestAlgorithm] = &[
    DigestAlgorithm {
        uri: "http://www.w3.org/2001/04/xmlenc#sha256",
        aliases: &[],
        standing: Standing::Good,
        ring: &digest::SHA256,
    },
    DigestAlgorithm {
        uri: "http://www.w3.org/2001/04/xmldsig-more#sha384",
        aliases: &["http://www.w3.org/2001/04/xmlenc#sha384"],
        standing: Standing::Good,
        ring: &digest::SHA384,
    },
    DigestAlgorithm {
        uri: "http://www.w3.org/2001/04/xmlenc#sha512",
        aliases: &[],
        standing: Standing::Good,
        ring: &digest::SHA512,
    },
    DigestAlgorithm {
        uri: "http://www.w3.org/2000/09/xmldsig#sha1",
        aliases: &["http://www.w3.org/2001/04/xmlenc#sha1"],
        standing: Standing::Sha1,
        ring: &digest::SHA1_FOR_LEGACY_USE_ONLY,
    },
];

impl DigestAlgorithm {
    /// The row for an identifier.
    pub fn by_uri(uri: &str) -> Option<&'static Self> {
        DIGEST_ALGORITHMS.iter().find(|row| row.uri == uri || row.aliases.contains(&uri))
    }
}
