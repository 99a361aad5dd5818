//! Did the identity provider sign the user out? (SAML core 3.7.3.2, 3.2.2.2)
//!
//! The outermost code speaks of the identity provider alone. PartialLogout below a Success, or
//! alone, says that other applications did not confirm.

use super::super::{At, Finding};
use crate::report::{CheckId, Code};
use crate::saml::logout::ResponseFacts;
use crate::saml::names::STATUS_SUCCESS;

pub(super) fn check(response: &ResponseFacts) -> Finding {
    let status = &response.status;
    let mut actual = status.codes.join(" / ");
    for text in [&status.message, &status.detail].into_iter().flatten() {
        actual.push_str(": ");
        actual.push_str(text);
    }
    let finding = if response.is_partial() {
        Finding::warned(CheckId::Status, Code::Status).hint(
            "The user is signed out at the identity provider, but not everywhere: some application \
             did not confirm. Tell the user to close the browser.",
        )
    } else if status.is_success() {
        return Finding::passed(CheckId::Status);
    } else {
        Finding::failed(CheckId::Status, Code::Status).hint(
            "The identity provider did not sign the user out, so the session there goes on. Look \
             for this time in its sign-in logs; check that the NameID and SessionIndex of the \
             logout request are those of the login.",
        )
    };
    finding.expected(STATUS_SUCCESS).actual(actual).at(At::Assertion(status.at))
}
