//! The signature of a metadata document, verified with a certificate that was known beforehand
//! (SAML metadata 3.1).

use crate::dsig::{
    AlgorithmRefusal, Constraints, SignatureClaim, SignatureError, SignatureErrorKind, Signed,
    TrustedKey, Verdict, VerifyTask,
};
use crate::report::{Code, SetupError};
use crate::xml::{Document, Limits};

/// Canonical forms are about as long as what they are made of. Four times that leaves room for
/// escaped quotes and namespaces, and still bounds what hostile input can be blown up to.
const EXPANSION: usize = 4;

/// What is accepted in the signature of a metadata document of so many bytes.
pub(super) fn constraints(bytes: usize) -> Constraints {
    let canonical_bytes = bytes.saturating_mul(EXPANSION);
    Constraints {
        canonical_bytes,
        limits: Limits { input_bytes: canonical_bytes, ..Limits::metadata() },
        ..Constraints::default()
    }
}

/// What the root element's signature covers, if a pinned key made it.
pub(super) fn verify(
    document: &Document,
    pinned: &[TrustedKey],
    constraints: &Constraints,
    verifier: impl Fn(&VerifyTask) -> Verdict,
) -> Result<Signed, SetupError> {
    if pinned.is_empty() {
        return Err(SetupError::options("signedBy is empty")
            .expected("the certificate that signs the metadata")
            .hint("Leave signedBy out if the signature shall not be verified."));
    }
    let outcome = || -> Result<Option<Signed>, SignatureError> {
        let Some(claim) = SignatureClaim::read(document.root(), constraints)? else {
            return Ok(None);
        };
        let task = claim.task(pinned, constraints)?;
        let verdict = verifier(&task);
        claim.decide(&task, verdict, pinned)?.dereference(document, constraints).map(Some)
    };
    match outcome() {
        Ok(Some(signed)) => Ok(signed),
        Ok(None) => Err(unsigned(document)),
        Err(error) => Err(refused(&error, pinned)),
    }
}

fn unsigned(document: &Document) -> SetupError {
    let root = document.root().local_name();
    SetupError::new(Code::MetadataSignature, "the metadata is not signed")
        .expected(format!("a Signature in the {root} at the top of the file"))
        .actual("no Signature there")
        .hint(
            "Download the signed metadata, exactly as it is offered. If the identity provider \
             does not sign its metadata, leave signedBy out and make sure of the file's origin.",
        )
}

fn refused(error: &SignatureError, pinned: &[TrustedKey]) -> SetupError {
    let (expected, actual, hint) = explained(&error.kind, pinned);
    SetupError::new(Code::MetadataSignature, format!("the signature does not hold: {error}"))
        .expected(expected)
        .actual(actual)
        .hint(hint)
}

/// Expected, actual, and what to do.
fn explained(kind: &SignatureErrorKind, pinned: &[TrustedKey]) -> (String, String, &'static str) {
    const AGAIN: &str = "Download the metadata again and keep the file as it is: opening it in an \
        editor that formats or re-encodes it breaks the signature.";
    const SIGNER: &str = "Ask whoever signs the metadata to sign it as SAML metadata 3.1 has it: \
        one Signature, the first child of the root element, with one Reference to its ID.";
    const ALGORITHM: &str = "Ask whoever signs the metadata for a signature with SHA-256 and an \
        RSA key of 2048 bits or more, or ECDSA.";
    match kind {
        SignatureErrorKind::Algorithm { uri, refusal } => {
            let (expected, hint) = algorithm_explained(refusal);
            (expected, uri.clone(), hint.unwrap_or(ALGORITHM))
        }
        SignatureErrorKind::Digest { expected, actual } => {
            (format!("DigestValue {expected}"), actual.clone(), AGAIN)
        }
        SignatureErrorKind::DuplicateId { id } => {
            ("an ID that stands on one element only".into(), id.clone(), SIGNER)
        }
        SignatureErrorKind::KeyUntrusted { used } => (
            thumbprints(pinned),
            format!("{}, SHA-256 {}", used.subject, used.sha256),
            "The file is signed, but not by a certificate of signedBy. If the signer has changed \
             its certificate, make sure of the new one's thumbprint on another way than from this \
             file, and add it to signedBy.",
        ),
        SignatureErrorKind::OutputLimit { limit } => {
            (format!("at most {limit} bytes in canonical form"), "more".into(), AGAIN)
        }
        SignatureErrorKind::Reference { expected, actual } => (
            match expected.as_str() {
                "#" => "an ID on the root element, and a Reference to it".to_owned(),
                expected => format!("URI=\"{expected}\""),
            },
            actual.as_ref().map_or("no URI".to_owned(), |uri| format!("URI=\"{uri}\"")),
            SIGNER,
        ),
        SignatureErrorKind::Structure { expected, found } => {
            (expected.clone(), found.clone(), SIGNER)
        }
        SignatureErrorKind::Transform { found } => {
            ("enveloped-signature and one canonicalisation".into(), found.clone(), SIGNER)
        }
        SignatureErrorKind::Value => {
            (thumbprints(pinned), "a SignatureValue that none of them verifies".into(), AGAIN)
        }
    }
}

fn algorithm_explained(refusal: &AlgorithmRefusal) -> (String, Option<&'static str>) {
    match refusal {
        AlgorithmRefusal::KeyFamily { trusted } => (
            format!("an algorithm for {}", trusted.join(", ")),
            Some(
                "The certificate in signedBy is of another kind than the signature. Take the \
                 certificate that signs the metadata, which need not be the one that signs logins.",
            ),
        ),
        AlgorithmRefusal::KeySize { trusted, at_least, at_most } => {
            (format!("RSA of {at_least} to {at_most} bits, not {}", trusted.join(", ")), None)
        }
        AlgorithmRefusal::Sha1 => (
            "SHA-256 or better".into(),
            Some(
                "Ask whoever signs the metadata for SHA-256. SHA-1 can be forged; \
                 algorithms.allowSha1 accepts it all the same.",
            ),
        ),
        AlgorithmRefusal::Unknown => ("RSA or ECDSA with SHA-2".into(), None),
    }
}

fn thumbprints(pinned: &[TrustedKey]) -> String {
    let one = |key: &TrustedKey| match key.certificate() {
        Some(certificate) => {
            format!("{}, SHA-256 {}", certificate.facts().subject, certificate.facts().sha256)
        }
        None => key.key().description(),
    };
    pinned.iter().map(one).collect::<Vec<_>>().join("; or ")
}
