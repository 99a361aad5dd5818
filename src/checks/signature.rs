//! Did a trusted key sign what is read? (SAML core 5.4, XMLDSig 3.2)

use super::{At, Facts, Finding};
use crate::dsig::{AlgorithmRefusal, SignatureError, SignatureErrorKind, Signed};
use crate::policy::{Policy, RequireSigned};
use crate::report::{CheckId, Code};
use crate::saml::metadata::IdentityProvider;

/// What became of the signature of one element.
#[derive(Debug)]
pub(crate) enum Part {
    /// There is none.
    Absent,
    /// There is one and it does not count.
    Failed(SignatureError),
    /// It holds.
    Held(Box<Signed>),
    /// There is one, but nobody to trust: the Issuer is unknown.
    Untried,
}

impl Part {
    pub(crate) fn signed(&self) -> Option<&Signed> {
        match self {
            Self::Held(signed) => Some(signed),
            Self::Absent | Self::Failed(_) | Self::Untried => None,
        }
    }

    fn is_present(&self) -> bool {
        !matches!(self, Self::Absent)
    }
}

/// What became of both signatures.
#[derive(Debug)]
pub(crate) struct Signatures {
    pub(crate) response: Part,
    pub(crate) assertion: Part,
}

pub(super) fn check(signatures: &Signatures, facts: &Facts<'_>, policy: &Policy) -> Finding {
    let Signatures { response, assertion } = signatures;
    // Each signature that is there must hold: one that does excuses none that does not.
    for part in [response, assertion] {
        if let Part::Failed(error) = part {
            return refused(error, facts.identity_provider);
        }
    }
    if !response.is_present() && !assertion.is_present() {
        return missing(facts);
    }
    if matches!(response, Part::Untried) || matches!(assertion, Part::Untried) {
        let reason = "the Issuer is not known, so no key can be chosen";
        return Finding::skipped(CheckId::Signature, reason);
    }
    let (on_response, on_assertion) = (response.signed().is_some(), assertion.signed().is_some());
    let demanded = match policy.require_signed {
        RequireSigned::Any => None,
        RequireSigned::Assertion => (!on_assertion).then_some("a signature on the Assertion"),
        RequireSigned::Response => (!on_response).then_some("a signature on the Response"),
        RequireSigned::Both => (!on_response || !on_assertion)
            .then_some("a signature on the Response and one on the Assertion"),
    };
    let present = match (on_response, on_assertion) {
        (true, true) => "Response and Assertion are signed",
        (true, false) => "the Response is signed",
        _ => "the Assertion is signed",
    };
    match demanded {
        None => Finding::passed(CheckId::Signature).actual(present),
        Some(expected) => Finding::failed(CheckId::Signature, Code::SignaturePolicy)
            .expected(expected)
            .actual(format!("only {present}"))
            .at(At::Message(facts.response.at))
            .hint(
                "In Entra ID, SAML Certificates, Edit, set the Signing Option to match (Sign SAML \
                 assertion, Sign SAML response, or both), or change requireSigned.",
            ),
    }
}

fn missing(facts: &Facts<'_>) -> Finding {
    // A Response without assertion needs no signature to be refused.
    if facts.assertion.is_none() {
        return Finding::skipped(CheckId::Signature, "nothing is signed, and nothing is read");
    }
    Finding::failed(CheckId::Signature, Code::SignatureMissing)
        .expected("a signature on the Response or the Assertion")
        .actual("no signature where SAML puts one")
        .at(At::Message(facts.response.at))
        .hint(
            "Anybody can write an unsigned message. Have the identity provider sign (Entra ID: SAML \
             Certificates, Signing Option).",
        )
}

/// The code of a signature that does not count. All of them refuse; they differ in what to do.
fn code(kind: &SignatureErrorKind) -> Code {
    match kind {
        SignatureErrorKind::Algorithm { .. } => Code::SignatureAlgorithm,
        SignatureErrorKind::Digest { .. } => Code::SignatureDigest,
        SignatureErrorKind::DuplicateId { .. } => Code::XmlDuplicateId,
        SignatureErrorKind::KeyUntrusted { .. } => Code::SignatureKeyUntrusted,
        SignatureErrorKind::OutputLimit { .. } => Code::XmlLimit,
        SignatureErrorKind::Reference { .. } => Code::SignatureReference,
        SignatureErrorKind::Structure { .. } => Code::SignatureStructure,
        SignatureErrorKind::Transform { .. } => Code::SignatureTransform,
        SignatureErrorKind::Value => Code::SignatureValue,
    }
}

/// What stands against one signature.
pub(super) fn refused(error: &SignatureError, provider: Option<&IdentityProvider>) -> Finding {
    let finding = Finding::failed(CheckId::Signature, code(&error.kind)).at(At::Message(error.at));
    match &error.kind {
        SignatureErrorKind::Algorithm { uri, refusal } => algorithm(finding, uri, refusal),
        SignatureErrorKind::Digest { expected, actual } => finding
            .expected(format!("the digest {expected}, as signed"))
            .actual(format!("the digest {actual}"))
            .hint(
                "The content was changed after it was signed: by a program that formats, re-encodes \
                 or edits XML on the way, or by an attacker. Take the message from the browser as \
                 it arrived. It can not be repaired here.",
            ),
        SignatureErrorKind::DuplicateId { id } => finding
            .expected("an ID that stands on one element only")
            .actual(id)
            .hint("Two elements with one ID are the mark of a signature wrapping attack."),
        SignatureErrorKind::KeyUntrusted { used } => finding
            .expected(format!("signed with {}", trusted_thumbprints(provider)))
            .actual(format!(
                "signed with the certificate {} (SHA-1 {}, SHA-256 {})",
                used.subject, used.sha1, used.sha256
            ))
            .hint(format!(
                "If the identity provider rolled its certificate over, download its metadata again \
                 (Entra ID: the Federation Metadata XML of this application, not of the tenant) and \
                 configure it; it must hold the certificate with the thumbprint {}. If not, \
                 somebody else made this message.",
                used.sha1
            )),
        SignatureErrorKind::OutputLimit { limit } => finding
            .expected(format!("a canonical form of at most {limit} bytes"))
            .actual("a longer one")
            .hint("No genuine message is built like this. If yours is, raise limits.canonicalBytes."),
        SignatureErrorKind::Reference { expected, actual } => finding
            .expected(format!("URI=\"{expected}\", the element the signature stands in"))
            .actual(actual.as_deref().map_or("no URI".to_owned(), |uri| format!("URI={uri:?}")))
            .hint(
                "The signature covers another element than the one that is read. This is the mark \
                 of a signature wrapping attack.",
            ),
        SignatureErrorKind::Structure { expected, found } => finding
            .expected(expected)
            .actual(found)
            .hint(
                "The signature is not built as SAML profiles it. If your identity provider made it \
                 so, report this to its maker; if not, it is an attack.",
            ),
        SignatureErrorKind::Transform { found } => finding
            .expected("enveloped-signature, and exclusive or inclusive canonicalisation")
            .actual(found)
            .hint(
                "SAML allows these and no other Transform or CanonicalizationMethod, because others can \
                 hide what was signed.",
            ),
        SignatureErrorKind::Value => finding
            .expected(format!("a signature by {}", trusted_thumbprints(provider)))
            .actual("a signature value that no trusted key verifies")
            .hint(
                "Either the signature was damaged on its way, or it was made with a key that the \
                 message does not name. Download the identity provider's metadata again and compare \
                 the thumbprints.",
            ),
    }
}

fn algorithm(finding: Finding, uri: &str, refusal: &AlgorithmRefusal) -> Finding {
    let finding = finding.actual(uri);
    match refusal {
        AlgorithmRefusal::KeyFamily { trusted } => finding
            .expected(format!("an algorithm for {}", trusted.join(", ")))
            .hint("No configured certificate has a key that works with this algorithm."),
        AlgorithmRefusal::KeySize { trusted, at_least, at_most } => finding
            .expected(format!("an RSA key of {at_least} to {at_most} bits"))
            .actual(trusted.join(", "))
            .hint("Make a new signing certificate of at least 2048 bits at the identity provider."),
        AlgorithmRefusal::Sha1 => finding.expected("SHA-256 or better").hint(
            "In Entra ID, SAML Certificates, Edit, set the Signing Algorithm to SHA-256. Only where \
             that cannot be done, set algorithms.allowSha1.",
        ),
        AlgorithmRefusal::Unknown => finding
            .expected("RSA, RSA-PSS or ECDSA with SHA-256, SHA-384 or SHA-512, or Ed25519")
            .hint("Set the signing algorithm at the identity provider to RSA-SHA256."),
    }
}

/// The thumbprints of what is trusted, as the portal shows them.
fn trusted_thumbprints(provider: Option<&IdentityProvider>) -> String {
    let names: Vec<String> = provider
        .into_iter()
        .flat_map(|provider| &provider.keys)
        .map(|key| match key.certificate() {
            Some(certificate) => {
                let facts = certificate.facts();
                format!("the certificate SHA-1 {} (SHA-256 {})", facts.sha1, facts.sha256)
            }
            None => format!("the configured public key ({})", key.key().description()),
        })
        .collect();
    super::any_of(&names)
}
