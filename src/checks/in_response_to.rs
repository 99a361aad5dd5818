//! Does the message answer the request that was sent? (SAML profiles 4.1.4.3)
//!
//! The Response's InResponseTo counts only where the Response is signed. Else somebody who holds an
//! assertion that answers nothing could write any request's ID around it.

use super::{At, Facts, Finding, any_of, no_assertion, remedy};
use crate::policy::Policy;
use crate::report::{CheckId, Code};
use crate::saml::assertion::SubjectConfirmation;

pub(super) fn check(facts: &Facts<'_>, policy: &Policy) -> Finding {
    let sent = &facts.context.in_response_to;
    let envelope = facts.response.in_response_to.as_deref();
    if let Some(id) = envelope.filter(|id| !is_sent(sent, id)) {
        return other_request(sent, id).at(At::Message(facts.response.at));
    }
    if facts.assertion.is_none() {
        return no_assertion(CheckId::InResponseTo);
    }
    let Some(confirmation) = facts.confirmation(policy) else {
        return Finding::skipped(CheckId::InResponseTo, "there is no bearer confirmation");
    };
    let at = At::Assertion(confirmation.at);
    let confirmed = confirmation.in_response_to.as_deref();
    if let Some(id) = confirmed.filter(|id| !is_sent(sent, id)) {
        return other_request(sent, id).at(at);
    }
    match (envelope, confirmed) {
        (Some(outer), Some(inner)) if outer != inner => Finding::failed(
            CheckId::InResponseTo,
            Code::InResponseTo,
        )
        .expected(format!("{outer}, as in the Response"))
        .actual(inner)
        .at(at)
        .hint("Response and Assertion answer different requests: one was put around the other."),
        (_, Some(id)) => Finding::passed(CheckId::InResponseTo).actual(id),
        (Some(id), None) if facts.response_signed => {
            Finding::passed(CheckId::InResponseTo).actual(id)
        }
        (Some(_), None) => Finding::failed(CheckId::InResponseTo, Code::InResponseTo)
            .expected("InResponseTo in the signed part of the message")
            .actual("InResponseTo in the unsigned Response alone")
            .at(at)
            .hint(
                "Anybody can write an InResponseTo into an unsigned Response. Have the identity \
                 provider put it into SubjectConfirmationData, or sign the Response.",
            ),
        (None, None) if policy.allow_idp_initiated => Finding::passed(CheckId::InResponseTo)
            .actual("the login began at the identity provider"),
        (None, None) => unsolicited(facts, at, policy),
    }
}

fn is_sent(sent: &[String], id: &str) -> bool {
    sent.iter().any(|sent| sent == id)
}

/// Whether one confirmation fits what was sent.
pub(super) fn confirmation_fits(
    confirmation: &SubjectConfirmation,
    facts: &Facts<'_>,
    policy: &Policy,
) -> bool {
    let envelope = facts.response.in_response_to.as_deref();
    match confirmation.in_response_to.as_deref() {
        Some(id) => {
            is_sent(&facts.context.in_response_to, id) && envelope.is_none_or(|outer| outer == id)
        }
        None if envelope.is_some() => facts.response_signed,
        None => policy.allow_idp_initiated,
    }
}

fn other_request(sent: &[String], id: &str) -> Finding {
    let finding = Finding::failed(CheckId::InResponseTo, Code::InResponseTo).actual(id);
    if sent.is_empty() {
        return finding.expected("no InResponseTo, because no request is known").hint(
            "The message answers a request, but the application knows of none in this browser: its \
             cookie was lost (SameSite=None; Secure is needed for a POST from another site), the \
             login was finished in another browser, or the answer was used before. Start the login \
             again.",
        );
    }
    finding.expected(any_of(sent)).hint(
        "The message answers another request than the one this browser began: an old page (back \
         button), two logins at once, or a stolen message. Start the login again.",
    )
}

fn unsolicited(facts: &Facts<'_>, at: At, policy: &Policy) -> Finding {
    let sent = &facts.context.in_response_to;
    let finding = Finding::failed(CheckId::InResponseTo, Code::Unsolicited).at(at);
    let finding = if sent.is_empty() {
        finding.expected("an answer to a request")
    } else {
        finding.expected(any_of(sent))
    };
    let start = match &policy.sign_on_url {
        Some(url) => format!("at {url}, the Sign-on URL of the application"),
        None => "at the Sign-on URL of the application".to_owned(),
    };
    let portal = facts.portal();
    let finding = finding.actual("no InResponseTo").hint(format!(
        "The login began at the identity provider ({}). Set allowIdpInitiated to accept such \
         logins, or start {start}; where the identity provider knows that URL, its tile leads there.",
        portal.launcher
    ));
    match (portal.sign_on_url, &policy.sign_on_url) {
        (None, _) => finding,
        (Some(place), None) => finding.remedy(remedy::see(portal, place)),
        (Some(place), Some(url)) => finding.remedy(remedy::enter(portal, place, url)),
    }
}
