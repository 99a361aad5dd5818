//! Could everything that is encrypted be read? (SAML core 6)

use super::{At, Facts, Finding, remedy};
use crate::policy::Policy;
use crate::profiles::Portal;
use crate::report::{CheckId, Code};
use crate::saml::response::Enclosed;
use crate::xenc::EncryptionError;

/// What became of the encrypted parts.
#[derive(Debug)]
pub(crate) enum Decryption {
    /// All could be read.
    Done,
    /// There is no key to decrypt with.
    NoKey {
        /// The element that is encrypted.
        name: &'static str,
        at: At,
    },
    /// Decryption was refused or failed.
    Refused { error: EncryptionError, at: At },
    /// There is nothing encrypted.
    Unneeded,
    /// Not tried, because the signature around it does not hold.
    Untried,
}

pub(super) fn check(decryption: &Decryption, facts: &Facts<'_>, policy: &Policy) -> Finding {
    failure(decryption, facts.portal()).unwrap_or_else(|| demanded(decryption, facts, policy))
}

/// What went wrong, if anything did.
pub(super) fn failure(decryption: &Decryption, portal: &Portal) -> Option<Finding> {
    let failed = |code| Finding::failed(CheckId::Decryption, code);
    Some(match decryption {
        Decryption::NoKey { name, at } => failed(Code::DecryptKey)
            .expected("a decryption key")
            .actual(format!("an {name} and no key to decrypt it with"))
            .at(*at)
            .hint(
                "Give the private key that belongs to the certificate uploaded at the identity \
                 provider as decryptionKeys, or turn encryption off there.",
            )
            .remedy(remedy::see(portal, portal.encryption)),
        Decryption::Refused { error: EncryptionError::Algorithm { uri, .. }, at } => failed(
            Code::DecryptAlgorithm,
        )
        .expected("AES in CBC or GCM mode, with a key that is encrypted by RSA-OAEP")
        .actual(uri)
        .at(*at)
        .hint(
            "Set the encryption algorithms at the identity provider to AES-256 and RSA-OAEP. \
                     RSA-1_5 and triple DES are never accepted: both are broken.",
        ),
        Decryption::Refused { error: EncryptionError::Structure(misplaced), at } => {
            failed(Code::DecryptFailed)
                .expected(&misplaced.expected)
                .actual(&misplaced.found)
                .at(*at)
                .hint("The encrypted part is not built as XML Encryption has it.")
        }
        Decryption::Refused { error: EncryptionError::Failed { .. }, at } => {
            failed(Code::DecryptFailed)
                .expected("something encrypted for one of the decryption keys")
                .actual("something that does not decrypt")
                .at(*at)
                .hint(
                    "Compare the encryption certificate at the identity provider with the private \
                     key of this application: most often they do not belong together. No more is \
                     said, because more would help an attacker.",
                )
                .remedy(remedy::see(portal, portal.encryption))
        }
        Decryption::Done | Decryption::Unneeded | Decryption::Untried => return None,
    })
}

fn demanded(decryption: &Decryption, facts: &Facts<'_>, policy: &Policy) -> Finding {
    let plain = |one: &Enclosed| matches!(one, Enclosed::Assertion(_));
    if policy.require_encrypted && facts.response.assertions.iter().any(plain) {
        return Finding::failed(CheckId::Decryption, Code::NotEncrypted)
            .expected("an EncryptedAssertion")
            .actual("a plain Assertion")
            .at(At::Message(facts.response.at))
            .hint(
                "Upload the encryption certificate of this application at the identity provider, or \
                 switch requireEncrypted off.",
            )
            .remedy(remedy::see(facts.portal(), facts.portal().encryption));
    }
    match decryption {
        Decryption::Done => Finding::passed(CheckId::Decryption),
        Decryption::Untried => Finding::skipped(
            CheckId::Decryption,
            "nothing is decrypted out of a Response whose signature does not hold",
        ),
        _ => Finding::skipped(CheckId::Decryption, "nothing is encrypted"),
    }
}
