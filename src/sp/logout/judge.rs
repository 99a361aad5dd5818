//! The end of the validation of a logout message: every check, and something to act on or nothing.

use super::{LogoutStep, State};
use crate::checks::{
    At, Decryption, Finding, Found, LogoutFacts, LogoutFindings, LogoutSignatures, about,
};
use crate::dsig::Signed;
use crate::login::SignedBy;
use crate::logout::Logout;
use crate::report::{Location, Report};
use crate::saml::delivery::SignedQuery;
use crate::saml::logout::ProvenLogout;
use crate::saml::outline::Outline;
use crate::sp::location;
use crate::xml::Element;

/// What came out of the cryptography.
#[derive(Debug)]
pub(super) struct Evidence {
    pub(super) signatures: LogoutSignatures,
    pub(super) decryption: Decryption,
    /// The message, read from what a trusted key signed; or as it came, where unsigned messages
    /// are accepted.
    pub(super) proven: Option<ProvenLogout>,
}

impl State {
    /// Runs the checks and admits the message or not.
    pub(super) fn finish(self, evidence: &Evidence) -> LogoutStep {
        let Evidence { signatures, decryption, proven } = evidence;
        let policy = &self.policy;
        let query = signatures.query.signed();
        let message = signatures.message.signed();
        let identity_provider = self.identity_provider();
        let facts = LogoutFacts {
            message: proven.as_ref().map_or(&self.claimed, ProvenLogout::facts),
            identity_provider,
            signers: query
                .map(SignedQuery::key)
                .into_iter()
                .chain(message.map(Signed::key))
                .collect(),
            is_bare_value: self.delivered.is_bare_value,
            sent: &self.context.in_response_to,
            now: self.context.now,
        };
        let found = self.fault.as_ref().map(Found::InMessage);
        let findings = LogoutFindings::of(found, &facts, signatures, decryption, policy);
        let known = identity_provider.map_or(&[][..], |provider| provider.keys.as_slice());
        let logout = findings.admission().and_then(|admission| {
            let query = query.map(|signed| SignedBy {
                element: "query",
                algorithm: signed.algorithm().to_owned(),
                certificate: signed.key().certificate().map(|one| one.facts().clone()),
            });
            let message = message.map(|signed| SignedBy::of(self.kind.element(), signed));
            let signed_by = query.into_iter().chain(message).collect();
            let relay_state = self.delivered.relay_state.as_deref();
            let relay_state = relay_state.or(self.context.relay_state.as_deref());
            let issuer = identity_provider?.entity_id.as_str();
            Logout::new(&admission, proven.as_ref()?, issuer, relay_state, signed_by, policy)
        });
        let mut findings = findings.into_list();
        let hints = findings.iter_mut().flat_map(Finding::take_remedies).collect();
        LogoutStep::Done(Box::new(Report {
            about: about(self.kind),
            checks: findings
                .into_iter()
                .map(|one: Finding| one.into_check(|at| self.locate(evidence, at)))
                .collect(),
            message: Some(Outline::of_logout(
                &self.document,
                &self.claimed,
                &self.delivered.signature,
                known,
            )),
            hints,
            login: None,
            logout,
        }))
    }

    /// Where an element stands in the message as it arrived.
    fn locate(&self, evidence: &Evidence, at: At) -> Option<Location> {
        let id = match at {
            At::Message(id) => id,
            At::Assertion(id) => {
                match (evidence.reads_query(), evidence.signatures.message.signed()) {
                    (false, Some(signed)) if evidence.proven.is_some() => {
                        signed.origin(&self.document, id)?
                    }
                    // The same octets, parsed again: the elements are the same.
                    _ => id,
                }
            }
        };
        self.document.element(id).map(location)
    }
}

impl Evidence {
    fn reads_query(&self) -> bool {
        self.signatures.query.signed().is_some()
    }

    /// The EncryptedID, in the document that the signed message was read from.
    pub(super) fn encrypted_id(&self) -> Option<Element<'_>> {
        let proven = self.proven.as_ref()?;
        let id = proven.facts().request()?.encrypted_id?;
        let document = match (self.signatures.query.signed(), self.signatures.message.signed()) {
            (Some(signed), _) => signed.root().document(),
            (None, Some(signed)) => signed.document(),
            (None, None) => return None,
        };
        document.element(id)
    }
}
