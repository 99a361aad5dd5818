//! A message for a bug report: without the personal data in it, and judged the same.
//!
//! Texts that speak of the user are replaced by stand-ins that keep what checks look at (`stand_in`).
//! A signature cannot hold over them any more; so it is recorded whether its digest held, and that
//! alone. [`ServiceProvider::replay`] finds out everything else anew: how the message is built, by
//! whose key SignedInfo is, every check. What a record says proves nothing: a replay makes no
//! `SignedAssertion`, and without one there is no `Login`, whatever somebody writes into a bundle.

mod stand_in;

use std::sync::Arc;

use self::stand_in::StandIns;
use super::received::Received;
use super::{Context, ServiceProvider, Validation};
use crate::report::Report;
use crate::saml::names::XENC;
use crate::xml::{Document, rewrite};

/// A message without personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The message, as XML.
    pub message: String,
    /// Whose digest held.
    pub digests: DigestsHeld,
}

/// Whose digest held, of the two elements that may be signed. False also where there is no
/// signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DigestsHeld {
    /// The Response's.
    pub response: bool,
    /// The Assertion's.
    pub assertion: bool,
}

impl ServiceProvider {
    /// Takes the personal data out of a message.
    ///
    /// `None` where it is not XML, so that nobody can say what in it is personal, and where
    /// something in it is encrypted: stand-ins cannot be put into a ciphertext.
    pub fn bundle(&self, message: &[u8]) -> Option<Bundle> {
        match Received::read(message, &self.policy) {
            Ok(received) => {
                let message = self.stand_ins_for(&received.document)?;
                let digests = Validation::digests(Arc::clone(&self.policy), received);
                Some(Bundle { message, digests })
            }
            Err(unreadable) => {
                let message = self.stand_ins_for(unreadable.document()?)?;
                Some(Bundle { message, digests: DigestsHeld::default() })
            }
        }
    }

    /// Judges a bundle as the message was judged. There is never a login in the report, so `ok` is
    /// false also where every check passes.
    pub fn replay(&self, bundle: &Bundle, context: &Context) -> Report {
        let mut policy = (*self.policy).clone();
        // Escapes make a message longer than it arrived.
        policy.limits.input_bytes = policy.limits.input_bytes.max(bundle.message.len());
        match Received::read(bundle.message.as_bytes(), &policy) {
            Ok(received) => {
                let policy = Arc::new(policy);
                Validation::replay(policy, context.clone(), received, bundle.digests)
            }
            Err(unreadable) => unreadable.report(&policy),
        }
    }

    fn stand_ins_for(&self, document: &Document) -> Option<String> {
        if document.elements().any(|one| one.namespace() == XENC) {
            return None;
        }
        let policy = &self.policy;
        let providers = policy.identity_providers.iter().map(|one| one.entity_id.as_str());
        let known = policy.reply_urls.iter().chain(&policy.additional_audiences);
        let known = known.map(String::as_str).chain(providers).chain([policy.entity_id.as_str()]);
        // They stay where they are; so does an ID that repeats one of them elsewhere, which counts.
        let ids = document.elements().filter(|one| stand_in::is_specified(*one));
        let ids = ids.filter_map(|one| one.attribute("ID"));
        Some(rewrite(document, &mut StandIns::new(known.chain(ids).collect())))
    }
}
