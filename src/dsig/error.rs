//! Why a signature does not count.

use std::fmt;

use super::key::CertificateFacts;
use crate::xml::ElementId;

/// A signature that does not count, and the element of the message that shows why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureError {
    /// What is wrong.
    pub kind: SignatureErrorKind,
    /// Where, in the document the signature stands in.
    pub at: ElementId,
}

/// What is wrong with a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureErrorKind {
    /// A SignatureMethod, DigestMethod or key that is not accepted.
    Algorithm {
        /// The identifier in the message.
        uri: String,
        /// Why it is not accepted.
        refusal: AlgorithmRefusal,
    },
    /// The referenced element is not what was signed: its digest differs. (XMLDSig 3.2.1)
    Digest {
        /// The digest in the signature, base64.
        expected: String,
        /// The digest of the element as it arrived, base64.
        actual: String,
    },
    /// The referenced ID stands on more than one element.
    DuplicateId {
        /// The ID.
        id: String,
    },
    /// The signature verifies with a key that is not trusted.
    KeyUntrusted {
        /// The certificate in KeyInfo.
        used: Box<CertificateFacts>,
    },
    /// The canonical form is longer than the limit.
    OutputLimit {
        /// The limit in bytes.
        limit: usize,
    },
    /// The signature refers to something else than the element it stands in.
    Reference {
        /// The only URI that would do.
        expected: String,
        /// The URI in the message, if there is one.
        actual: Option<String>,
    },
    /// The signature is not built as SAML profiles it.
    Structure {
        /// What belongs there.
        expected: String,
        /// What is there.
        found: String,
    },
    /// A transform or canonicalisation that SAML does not allow.
    Transform {
        /// Its identifier, or what is wrong with it.
        found: String,
    },
    /// SignatureValue does not verify with any trusted key. (XMLDSig 3.2.2)
    Value,
}

/// Why an algorithm is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AlgorithmRefusal {
    /// No trusted key works with it.
    KeyFamily {
        /// The trusted keys in words.
        trusted: Vec<String>,
    },
    /// The trusted keys that would work with it are too small or too large.
    KeySize {
        /// The keys in words.
        trusted: Vec<String>,
        /// The fewest bits that are accepted.
        at_least: usize,
        /// The most bits that are accepted.
        at_most: usize,
    },
    /// It uses SHA-1, which this service provider does not allow.
    Sha1,
    /// Not an algorithm that is known here, or one that is never accepted.
    Unknown,
}

impl fmt::Display for SignatureErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Algorithm { .. } => "the algorithm is not accepted",
            Self::Digest { .. } => "the content was changed after it was signed",
            Self::DuplicateId { .. } => "the ID that was signed stands on two elements",
            Self::KeyUntrusted { .. } => "signed with a key that is not trusted",
            Self::OutputLimit { .. } => "the canonical form is too long",
            Self::Reference { .. } => "the signature refers to another element",
            Self::Structure { .. } => "the signature is not built as SAML profiles it",
            Self::Transform { .. } => "the transform is not allowed",
            Self::Value => "the signature value is wrong",
        })
    }
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for SignatureError {}
