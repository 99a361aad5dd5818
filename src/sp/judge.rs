//! The end of a validation: every check, and a login or none.

use super::received::Received;
use super::{forensics, location};
use crate::checks::{
    At, Context, Decryption, Facts, Fault, Finding, Findings, Found, Part, Signatures, advice,
};
use crate::login::{Login, SignedBy};
use crate::policy::Policy;
use crate::report::{About, Hint, Location, Report};
use crate::saml::assertion::{Assertion, Claimed, SignedAssertion};
use crate::saml::outline::Outline;
use crate::xml::{Document, Element, ElementId};

/// What came out of the cryptography.
#[derive(Debug)]
pub(super) struct Evidence {
    pub(super) signatures: Signatures,
    /// The assertion that was decrypted.
    pub(super) plaintext: Option<Box<Document>>,
    pub(super) decryption: Decryption,
    /// The assertion, read from octets that a trusted key signed.
    pub(super) proven: Option<SignedAssertion>,
    /// In a replay, what the assertion says in the form that was signed. It proves nothing.
    pub(super) recorded: Option<Claimed<Assertion>>,
}

impl Evidence {
    /// The EncryptedID and EncryptedAttributes of the proven assertion, with their names.
    pub(super) fn encrypted_parts(&self) -> Vec<(&'static str, Element<'_>)> {
        let (Some(proven), Some(document)) = (&self.proven, self.document()) else {
            return Vec::new();
        };
        let facts = proven.facts();
        let id = facts.subject.as_ref().and_then(|subject| subject.encrypted_id);
        let attributes = facts.encrypted_attributes.iter().copied();
        let parts = id.map(|id| ("EncryptedID", id)).into_iter();
        parts
            .chain(attributes.map(|id| ("EncryptedAttribute", id)))
            .filter_map(|(name, id)| Some((name, document.element(id)?)))
            .collect()
    }

    /// The document that the proven assertion was read from.
    fn document(&self) -> Option<&Document> {
        match (self.signatures.assertion.signed(), self.signatures.response.signed()) {
            (Some(own), _) => Some(own.document()),
            (None, Some(around)) => Some(self.plaintext.as_deref().unwrap_or(around.document())),
            (None, None) => None,
        }
    }

    /// Where an element stands in what arrived or was decrypted.
    fn locate(&self, received: &Received, at: At) -> Option<Location> {
        let arrived = &received.document;
        let (document, id) = match at {
            At::Message(id) => (arrived, id),
            // Where only the recorded form could be read, its elements are not the message's.
            At::Assertion(_) if self.recorded.is_some() && received.assertion.is_none() => {
                return None;
            }
            At::Assertion(id) => {
                let document = self.plaintext.as_deref().unwrap_or(arrived);
                (document, self.origin(document, id)?)
            }
        };
        document.element(id).map(location)
    }

    /// The element of the assertion as it arrived or was decrypted, for one of the assertion as it
    /// was read: where it is proven, that was from the canonical form.
    fn origin(&self, document: &Document, id: ElementId) -> Option<ElementId> {
        let own = self.signatures.assertion.signed();
        let around = self.signatures.response.signed().filter(|_| self.plaintext.is_none());
        match self.proven.as_ref().and(own.or(around)) {
            Some(signed) => signed.origin(document, id),
            None => Some(id),
        }
    }
}

/// Runs the checks and admits a login or none.
pub(super) fn judge(
    policy: &Policy,
    context: &Context,
    received: &Received,
    evidence: &Evidence,
) -> Report {
    let Received { document, response, assertion: plain, fault } = received;
    let Evidence { signatures, plaintext, decryption, proven, recorded } = evidence;
    // What was decrypted is merely claimed too, until it is proven.
    let decrypted = plaintext.as_ref().map(|document| Assertion::read(document.root()));
    let inner_fault = plaintext
        .as_ref()
        .zip(decrypted.as_ref())
        .and_then(|(document, read)| Fault::of_plaintext(document, read.as_ref()));
    let decrypted = decrypted.and_then(Result::ok).map(Claimed::new);
    let claimed = decrypted.as_ref().or(plain.as_ref());
    let (on_response, on_assertion) = (signatures.response.signed(), signatures.assertion.signed());
    let facts = Facts {
        response,
        assertion: match proven {
            Some(proven) => Some(proven.facts()),
            None => claimed.or(recorded.as_ref()).map(Claimed::shown),
        },
        response_signed: signatures.response.key().is_some(),
        identity_provider: received.identity_provider(policy),
        signers: [&signatures.response, &signatures.assertion]
            .into_iter()
            .filter_map(Part::key)
            .collect(),
        context,
    };
    let found = match (fault, &inner_fault) {
        (Some(fault), _) => Some(Found::InMessage(fault)),
        (None, Some(fault)) => Some(Found::InPlaintext(fault)),
        (None, None) => None,
    };
    let explanation = forensics::explain(policy, received, signatures);
    let findings = Findings::of(found, &facts, signatures, explanation, decryption, policy);
    let login = findings.admission().and_then(|admission| {
        let signed_by = [("Response", on_response), ("Assertion", on_assertion)];
        let signed_by = signed_by
            .into_iter()
            .filter_map(|(name, signed)| Some(SignedBy::of(name, signed?)))
            .collect();
        let confirmation = facts.confirmation(policy)?;
        let proven = proven.as_ref()?;
        let encrypted = plaintext.is_some();
        Login::new(&admission, proven, confirmation, response, signed_by, encrypted, policy)
    });
    let known = facts.identity_provider.map_or(&[][..], |provider| provider.keys.as_slice());
    let mut findings = findings.into_list();
    let mut hints: Vec<Hint> = findings.iter_mut().flat_map(Finding::take_remedies).collect();
    hints.extend(advice(&facts, policy));
    Report {
        about: About::Login,
        checks: findings
            .into_iter()
            .map(|one: Finding| one.into_check(|at| evidence.locate(received, at)))
            .collect(),
        message: Some(Outline::of_response(document, response, claimed, known)),
        hints,
        login,
        logout: None,
    }
}
