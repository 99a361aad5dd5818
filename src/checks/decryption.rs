//! Could everything that is encrypted be read? (SAML core 6)

use super::{At, Facts, Finding};
use crate::policy::Policy;
use crate::report::{CheckId, Code};
use crate::saml::response::Enclosed;
use crate::xml::ElementId;

pub(super) fn check(facts: &Facts<'_>, policy: &Policy) -> Finding {
    if let Some((name, at)) = encrypted(facts) {
        return Finding::failed(CheckId::Decryption, Code::DecryptKey)
            .expected("a decryption key")
            .actual(format!("an {name} and no key to decrypt it with"))
            .at(at)
            .hint(
                "Turn token encryption off for the application at the identity provider (Entra ID: \
                 Security, Token encryption), or give the private key that belongs to the \
                 certificate uploaded there as decryptionKeys.",
            );
    }
    if policy.require_encrypted {
        return Finding::failed(CheckId::Decryption, Code::NotEncrypted)
            .expected("an EncryptedAssertion")
            .actual("a plain Assertion")
            .at(At::Message(facts.response.at))
            .hint(
                "Upload the encryption certificate of this application at the identity provider \
                 (Entra ID: Security, Token encryption), or switch requireEncrypted off.",
            );
    }
    Finding::skipped(CheckId::Decryption, "nothing is encrypted")
}

/// The first encrypted thing.
fn encrypted(facts: &Facts<'_>) -> Option<(&'static str, At)> {
    let assertion = facts.response.assertions.iter().find_map(|enclosed| match enclosed {
        Enclosed::Encrypted(at) => Some(("EncryptedAssertion", At::Message(*at))),
        Enclosed::Assertion(_) => None,
    });
    let within = |at: &ElementId| At::Assertion(*at);
    assertion.or_else(|| {
        let facts = facts.assertion?;
        let id = facts.subject.as_ref().and_then(|subject| subject.encrypted_id.as_ref());
        id.map(|at| ("EncryptedID", within(at))).or_else(|| {
            facts.encrypted_attributes.first().map(|at| ("EncryptedAttribute", within(at)))
        })
    })
}
