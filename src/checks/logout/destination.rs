//! Is the message addressed to this service provider? (SAML bindings 3.4.5.2, 3.5.5.2)
//!
//! Nothing else in a logout message names whom it is for: without Destination, what the identity
//! provider signed for one application could be delivered to another.

use super::super::reply_url::difference;
use super::super::{At, Finding};
use super::LogoutFacts;
use crate::policy::Policy;
use crate::report::{CheckId, Code};

pub(super) fn check(facts: &LogoutFacts<'_>, policy: &Policy) -> Finding {
    let at = At::Assertion(facts.message.at);
    match (&policy.logout_url, &facts.message.destination) {
        (None, destination) => Finding::warned(CheckId::ReplyUrl, Code::Destination)
            .expected("a logoutUrl in the options, to compare with")
            .actual(destination.as_deref().unwrap_or("no Destination"))
            .at(at)
            .hint(
                "Set logoutUrl to the URL that logout messages arrive at. Without it, what the \
                 identity provider signed for another application is taken as well.",
            ),
        (Some(url), Some(destination)) if destination == url => {
            Finding::passed(CheckId::ReplyUrl).actual(destination)
        }
        (Some(url), Some(destination)) => {
            let first = difference(destination, url);
            let first = first.map(|one| format!("The two differ by {one} alone. "));
            Finding::failed(CheckId::ReplyUrl, Code::Destination)
                .expected(url)
                .actual(destination)
                .at(at)
                .hint(format!(
                    "{}Compare logoutUrl with the Logout URL at the identity provider (Entra ID: \
                     Basic SAML Configuration, Logout Url). If they are the same, the message is \
                     for another application.",
                    first.unwrap_or_default()
                ))
        }
        // What is signed has to say whom it is for: without that, what the identity provider signed
        // for one application would sign users out of every other one.
        (Some(url), None) if !facts.signers.is_empty() => {
            Finding::failed(CheckId::ReplyUrl, Code::Destination)
                .expected(url)
                .actual("no Destination")
                .at(at)
                .hint(
                    "A signed message must name the Logout URL that it is for, or it could be one \
                     for another application. Have the identity provider send Destination.",
                )
        }
        (Some(url), None) => Finding::warned(CheckId::ReplyUrl, Code::Destination)
            .expected(url)
            .actual("no Destination")
            .at(at)
            .hint("The message does not say whom it is for. Have the identity provider send Destination."),
    }
}
