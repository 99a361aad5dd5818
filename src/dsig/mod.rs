//! XML Signature as SAML profiles it (SAML core 5.4): one enveloped signature, one Reference to
//! the element it stands in, few transforms, few algorithms, and trust from configuration alone.
//!
//! [`SignatureClaim::read`] holds the structure to the profile; `verify` turns a claim into
//! [`Signed`], the only thing identity is read from.

mod algorithm;
mod error;
mod key;
mod sign;
mod signature;
mod verify;

pub use algorithm::{
    DIGEST_ALGORITHMS, DigestAlgorithm, SIGNATURE_ALGORITHMS, SignatureAlgorithm, Standing,
};
pub use error::{AlgorithmRefusal, SignatureError, SignatureErrorKind};
pub(crate) use key::decode;
pub use key::{Certificate, CertificateFacts, KeyError, KeyFamily, PublicKey, TrustedKey};
pub use sign::{Enveloped, SignTask};
pub use signature::{NAMESPACE, SignatureClaim, find, is_signature, second_holder};
pub use verify::{Authentic, Constraints, Signed, Verdict, VerifyTask};
