//! Could the EncryptedID be read? (SAML core 2.2.4)

use super::super::decryption::failure;
use super::super::{Decryption, Finding};
use crate::profiles::Portal;
use crate::report::CheckId;

pub(super) fn check(decryption: &Decryption, portal: &Portal) -> Finding {
    failure(decryption, portal).unwrap_or_else(|| match decryption {
        Decryption::Done => Finding::passed(CheckId::Decryption),
        Decryption::Untried => Finding::skipped(
            CheckId::Decryption,
            "nothing is decrypted out of a message that no trusted key signed",
        ),
        _ => Finding::skipped(CheckId::Decryption, "nothing is encrypted"),
    })
}
