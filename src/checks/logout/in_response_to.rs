//! Does a LogoutResponse answer the request that was sent? (SAML core 3.2.2)

use super::super::{At, Finding, any_of};
use super::LogoutFacts;
use crate::report::{CheckId, Code};
use crate::saml::logout::ResponseFacts;

pub(super) fn check(response: &ResponseFacts, facts: &LogoutFacts<'_>) -> Finding {
    let at = At::Assertion(facts.message.at);
    let failed = |code| Finding::failed(CheckId::InResponseTo, code).at(at);
    let expected = if facts.sent.is_empty() {
        "no answer, because no logout request is known".to_owned()
    } else {
        any_of(facts.sent)
    };
    match response.in_response_to.as_deref() {
        Some(id) if facts.sent.iter().any(|sent| sent == id) => {
            Finding::passed(CheckId::InResponseTo).actual(id)
        }
        Some(id) => failed(Code::InResponseTo).expected(expected).actual(id).hint(
            "The message answers another logout request than the one this browser began: an old \
             page, the request's ID was not kept in the session, or a message of somebody else. \
             The user may still be signed in at the identity provider: start the logout again.",
        ),
        None => failed(Code::Unsolicited).expected(expected).actual("no InResponseTo").hint(
            "A LogoutResponse answers a request. One that answers none proves nothing about this \
             logout. Have the identity provider send InResponseTo.",
        ),
    }
}
