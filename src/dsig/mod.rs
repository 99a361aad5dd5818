//! XML Signature as SAML profiles it (SAML core 5.4): one enveloped signature, one Reference to
//! the element it stands in, few transforms, few algorithms, and trust from configuration alone.
//!
//! [`SignatureClaim::read`] holds the structure to the profile; `verify` turns a claim into
//! [`Signed`], the only thing identity is read from. What the redirect binding signs is no XML but
//! the octets of a query: [`DetachedClaim`] becomes [`SignedOctets`] in the same two steps.

mod algorithm;
mod detached;
mod error;
mod key;
mod name;
mod sign;
mod signature;
mod verify;

pub use algorithm::{
    DIGEST_ALGORITHMS, DigestAlgorithm, SIGNATURE_ALGORITHMS, SignatureAlgorithm, Standing,
};
pub use detached::{DetachedClaim, SignedOctets};
pub use error::{AlgorithmRefusal, SignatureError, SignatureErrorKind};
pub(crate) use key::decode;
pub use key::{Certificate, CertificateFacts, KeyError, KeyFamily, PublicKey, TrustedKey};
pub use sign::{Enveloped, SignTask};
pub use signature::{NAMESPACE, SignatureClaim, find, is_signature, second_holder};
pub use verify::{Authentic, Constraints, Signed, Verdict, VerifyTask};
