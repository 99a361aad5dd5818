//! Does a LogoutRequest name the user? (SAML core 3.7.1)

use super::super::{At, Decryption, Finding};
use super::LogoutFacts;
use crate::report::{CheckId, Code};
use crate::saml::logout::RequestFacts;

pub(super) fn check(
    request: &RequestFacts,
    decryption: &Decryption,
    facts: &LogoutFacts<'_>,
) -> Finding {
    if matches!(decryption, Decryption::NoKey { .. } | Decryption::Refused { .. }) {
        return Finding::skipped(CheckId::Subject, "the NameID is encrypted");
    }
    let failed = |actual: &str, at| {
        Finding::failed(CheckId::Subject, Code::NameId)
            .expected("the NameID of the login")
            .actual(actual)
            .at(At::Assertion(at))
            .hint(
                "Nobody can be found by this. Have the identity provider send the NameID that it \
                 sent at the login.",
            )
    };
    match &request.name_id {
        // Also where unsigned messages are accepted: to answer differently to ciphertext that
        // decrypts and to such that does not would decrypt for everybody.
        None if request.encrypted_id.is_some() => {
            failed("an EncryptedID, which is read out of signed messages alone", facts.message.at)
        }
        None => failed("no NameID", facts.message.at),
        Some(name_id) if name_id.value.is_empty() => failed("an empty NameID", name_id.at),
        Some(_) => Finding::passed(CheckId::Subject),
    }
}
