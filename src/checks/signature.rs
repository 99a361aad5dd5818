//! Did a trusted key sign what is read? (SAML core 5.4, XMLDSig 3.2)

use super::{At, Explanation, Facts, Finding, remedy};
use crate::dsig::{AlgorithmRefusal, SignatureError, SignatureErrorKind, Signed, TrustedKey};
use crate::policy::{Policy, RequireSigned};
use crate::profiles::Portal;
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
    /// It held when it was recorded, with this key: the octets that were signed are not here any
    /// more. So nothing is read from it, and nobody is signed in by it.
    Recorded(Box<TrustedKey>),
    /// There is one, but nobody to trust: the Issuer is unknown.
    Untried,
}

impl Part {
    pub(crate) fn signed(&self) -> Option<&Signed> {
        match self {
            Self::Held(signed) => Some(signed),
            Self::Absent | Self::Failed(_) | Self::Recorded(_) | Self::Untried => None,
        }
    }

    /// The key that signed, where the signature holds or held when it was recorded. For checks and
    /// reports: what was signed is in [`Part::signed`] alone.
    pub(crate) fn key(&self) -> Option<&TrustedKey> {
        match self {
            Self::Held(signed) => Some(signed.key()),
            Self::Recorded(key) => Some(key),
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

pub(super) fn check(
    signatures: &Signatures,
    explanation: Option<Explanation>,
    facts: &Facts<'_>,
    policy: &Policy,
) -> Finding {
    let Signatures { response, assertion } = signatures;
    let portal = facts.portal();
    // Each signature that is there must hold: one that does excuses none that does not.
    for part in [response, assertion] {
        if let Part::Failed(error) = part {
            return match explanation {
                Some(explanation) => explained(error, explanation, signatures),
                None => refused(error, extent(signatures), facts.identity_provider, portal),
            };
        }
    }
    if !response.is_present() && !assertion.is_present() {
        return missing(facts);
    }
    if matches!(response, Part::Untried) || matches!(assertion, Part::Untried) {
        let reason = "the Issuer is not known, so no key can be chosen";
        return Finding::skipped(CheckId::Signature, reason);
    }
    let (on_response, on_assertion) = (response.key().is_some(), assertion.key().is_some());
    let demanded = match policy.require_signed {
        RequireSigned::Any => None,
        RequireSigned::Assertion => (!on_assertion).then_some("a signature on the Assertion"),
        RequireSigned::Response => (!on_response).then_some("a signature on the Response"),
        RequireSigned::Both => (!on_response || !on_assertion)
            .then_some("a signature on the Response and one on the Assertion"),
    };
    let place = match policy.require_signed {
        RequireSigned::Any | RequireSigned::Assertion => portal.sign_assertion,
        RequireSigned::Response => portal.sign_response,
        RequireSigned::Both => portal.sign_both,
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
                "What the identity provider signs and what requireSigned demands are not the same. \
                 Change one of them.",
            )
            .remedy(remedy::choose(portal, place)),
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
        .hint("Anybody can write an unsigned message. Have the identity provider sign.")
        .remedy(remedy::choose(facts.portal(), facts.portal().sign_assertion))
}

/// The signature holds once an accident is undone: what happened, where, and who does it.
fn explained(error: &SignatureError, explanation: Explanation, signatures: &Signatures) -> Finding {
    let finding = Finding::failed(CheckId::Signature, code(&error.kind));
    // Of two changes the later one is at the end, and the one to be stopped.
    let culprit = explanation.changes.last().map_or("", |change| change.culprit());
    let what = explanation.sentence();
    let places = match explanation.elements {
        1 => "one element differs".to_owned(),
        many => format!("{many} elements differ"),
    };
    finding
        .expected("the message as the identity provider signed it")
        .actual(format!("{what}: without that, the same signature holds ({places})"))
        .at(At::Message(explanation.first.unwrap_or(error.at)))
        .hint(format!(
            "{what}. {} {culprit} It is not repaired here, because a message that has to be \
             repaired cannot be told from one that was tampered with.",
            extent(signatures)
        ))
}

/// Which element was changed, as far as the two signatures tell.
fn extent(signatures: &Signatures) -> &'static str {
    match (&signatures.response, &signatures.assertion) {
        (Part::Failed(_), Part::Held(_)) => {
            "The Assertion inside still holds: the change is in the Response around it."
        }
        (Part::Failed(_), Part::Failed(_)) => {
            "Neither the Response's signature nor the Assertion's holds: the change is in the \
             Assertion, or all over the message."
        }
        (Part::Failed(_), _) => "The change is somewhere in the Response.",
        (Part::Held(_), Part::Failed(_)) => {
            "The Response around it still holds: the Assertion was changed before the Response was \
             signed, at the identity provider."
        }
        _ => "The change is within the Assertion, which alone is signed.",
    }
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

/// What stands against one signature, and which part of the message it tells of.
pub(super) fn refused(
    error: &SignatureError,
    extent: &str,
    provider: Option<&IdentityProvider>,
    portal: &Portal,
) -> Finding {
    let finding = Finding::failed(CheckId::Signature, code(&error.kind)).at(At::Message(error.at));
    match &error.kind {
        SignatureErrorKind::Algorithm { uri, refusal } => algorithm(finding, uri, refusal, portal),
        SignatureErrorKind::Digest { expected, actual } => finding
            .expected(format!("the digest {expected}, as signed"))
            .actual(format!("the digest {actual}"))
            .hint(format!(
                "The content was changed after it was signed: by a program that edits or re-encodes \
                 XML on the way, or by an attacker. {extent} No known accident explains it (white space, \
                 line ends, character set, entities). Take the message from the browser as it \
                 arrived, and do not parse and write it again."
            )),
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
                "If the identity provider rolled its certificate over, or the configured metadata is \
                 another application's or the whole tenant's, download its metadata again and \
                 configure it; it must hold the certificate with the thumbprint {}. If it does not, \
                 somebody else made this message. {}",
                used.sha1, portal.metadata_advice
            ))
            .remedy(remedy::see(portal, portal.metadata)),
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
            )
            .remedy(remedy::see(portal, portal.metadata)),
    }
}

fn algorithm(finding: Finding, uri: &str, refusal: &AlgorithmRefusal, portal: &Portal) -> Finding {
    let finding = finding.actual(uri);
    match refusal {
        AlgorithmRefusal::KeyFamily { trusted } => finding
            .expected(format!("an algorithm for {}", trusted.join(", ")))
            .hint(
                "No configured certificate has a key that works with this algorithm. Download the \
                 identity provider's metadata again.",
            )
            .remedy(remedy::see(portal, portal.metadata)),
        AlgorithmRefusal::KeySize { trusted, at_least, at_most } => finding
            .expected(format!("an RSA key of {at_least} to {at_most} bits"))
            .actual(trusted.join(", "))
            .hint("Make a new signing certificate of at least 2048 bits at the identity provider.")
            .remedy(remedy::see(portal, portal.certificate)),
        AlgorithmRefusal::Sha1 => finding
            .expected("SHA-256 or better")
            .hint(
                "The identity provider signs with SHA-1, which can be forged. Only where it can do \
                 no better, set algorithms.allowSha1.",
            )
            .remedy(remedy::choose(portal, portal.algorithm)),
        AlgorithmRefusal::Unknown => finding
            .expected("RSA, RSA-PSS or ECDSA with SHA-256, SHA-384 or SHA-512, or Ed25519")
            .hint("Set the signing algorithm at the identity provider to RSA-SHA256.")
            .remedy(remedy::choose(portal, portal.algorithm)),
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
