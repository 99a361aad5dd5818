//! Did a trusted key sign the message? (SAML bindings 3.4.4.1, 3.5.4; SAML profiles 4.4.3.3)
//!
//! By redirect the signature is over the query; by form it is in the message. A signature in a
//! message that came by redirect should have been taken out before; where it is there, it must
//! hold, and it is enough: it covers the message, though not RelayState.

use super::super::signature::refused;
use super::super::{At, Finding, Part};
use super::LogoutFacts;
use crate::dsig::{SignatureError, SignatureErrorKind};
use crate::policy::Policy;
use crate::report::{CheckId, Code};
use crate::saml::delivery::SignedQuery;
use crate::xml::ElementId;

/// What became of the signature over the query.
#[derive(Debug)]
pub(crate) enum QueryPart {
    /// There is none.
    Absent,
    /// There is one and it does not count.
    Failed(SignatureErrorKind),
    /// It holds.
    Held(Box<SignedQuery>),
    /// There is one, but nobody to trust: the Issuer is unknown.
    Untried,
}

impl QueryPart {
    pub(crate) fn signed(&self) -> Option<&SignedQuery> {
        match self {
            Self::Held(signed) => Some(signed),
            Self::Absent | Self::Failed(_) | Self::Untried => None,
        }
    }
}

/// What became of both signatures.
#[derive(Debug)]
pub(crate) struct LogoutSignatures {
    pub(crate) query: QueryPart,
    pub(crate) message: Part,
    /// The root of the message as it arrived.
    pub(crate) root: ElementId,
}

pub(super) fn check(
    signatures: &LogoutSignatures,
    facts: &LogoutFacts<'_>,
    policy: &Policy,
) -> Finding {
    let LogoutSignatures { query, message, root } = signatures;
    // Each signature that is there must hold: one that does excuses none that does not.
    if let QueryPart::Failed(kind) = query {
        let error = SignatureError { kind: kind.clone(), at: *root };
        let finding = refused(&error, "", facts.identity_provider, facts.portal());
        return match kind {
            SignatureErrorKind::Value => finding.hint(RAW_QUERY_HINT),
            _ => finding,
        };
    }
    if let Part::Failed(error) = message {
        return refused(error, "", facts.identity_provider, facts.portal());
    }
    let element = facts.message.kind().element();
    match (query, message) {
        (QueryPart::Untried, _) | (_, Part::Untried) => {
            Finding::skipped(CheckId::Signature, "the Issuer is not known, so no key can be chosen")
        }
        (QueryPart::Held(_), Part::Held(_)) => {
            Finding::passed(CheckId::Signature).actual(format!("query and {element} are signed"))
        }
        (QueryPart::Held(_), _) => {
            Finding::passed(CheckId::Signature).actual("the query is signed")
        }
        (_, Part::Held(_)) => {
            Finding::passed(CheckId::Signature).actual(format!("the {element} is signed"))
        }
        _ => missing(facts, *root, policy),
    }
}

const RAW_QUERY_HINT: &str = "Pass the query exactly as it arrived (in Node: request.url). \
    Decoding and encoding its parameters anew changes the octets that were signed. If it is as it \
    arrived, download the identity provider's metadata again and compare the thumbprints; else \
    somebody changed the message or its RelayState.";

fn missing(facts: &LogoutFacts<'_>, root: ElementId, policy: &Policy) -> Finding {
    let finding = if policy.unsigned_logout.is_some() {
        Finding::warned(CheckId::Signature, Code::SignatureMissing)
    } else {
        Finding::failed(CheckId::Signature, Code::SignatureMissing)
    };
    let hint = if policy.unsigned_logout.is_some() {
        "Anybody can write an unsigned logout message, and allowUnsignedLogout takes it. Have the \
         identity provider sign, and switch the option off."
    } else if facts.is_bare_value {
        "This is the value of SAMLRequest or SAMLResponse alone. The signature stands beside it in \
         the query: pass the whole query as it arrived (in Node: request.url)."
    } else {
        "Anybody can write an unsigned logout message. Have the identity provider sign logout \
         messages. Only where it cannot, set allowUnsignedLogout: then anybody can sign your users \
         out."
    };
    finding
        .expected("a signature over the query, or in the message")
        .actual("no signature")
        .at(At::Message(root))
        .hint(hint)
}
