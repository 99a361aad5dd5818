//! Is the message by the identity provider that is configured? (SAML profiles 4.1.4.2)
//!
//! It stands before the signature, so that a message of another tenant fails with its cause and
//! not with its key.

use super::{At, Facts, Finding, any_of};
use crate::policy::Policy;
use crate::report::{CheckId, Code};
use crate::saml::element::Issuer;
use crate::saml::names::FORMAT_ENTITY;

pub(super) fn check(facts: &Facts<'_>, policy: &Policy) -> Finding {
    let configured: Vec<&str> =
        policy.identity_providers.iter().map(|provider| provider.entity_id.as_str()).collect();
    let response = facts.response.issuer.as_ref().map(|issuer| (issuer, At::Message(issuer.at)));
    let assertion =
        facts.assertion.map(|assertion| (&assertion.issuer, At::Assertion(assertion.issuer.at)));
    let Some((first, at)) = response.or(assertion) else {
        // Neither the Response nor a readable Assertion names anybody.
        return Finding::failed(CheckId::Issuer, Code::Issuer)
            .expected(any_of(&configured))
            .actual("no Issuer")
            .at(At::Message(facts.response.at))
            .hint("The identity provider must name itself as Issuer of the Response.");
    };
    let Some(provider) = facts.identity_provider else {
        return wrong(first, at, &any_of(&configured));
    };
    for (issuer, at) in [response, assertion].into_iter().flatten() {
        if issuer.value != provider.entity_id {
            return wrong(issuer, at, &provider.entity_id);
        }
        if let Some(format) = issuer.format.as_deref().filter(|format| *format != FORMAT_ENTITY) {
            return Finding::failed(CheckId::Issuer, Code::Issuer)
                .expected(format!("an Issuer without a Format, or with {FORMAT_ENTITY}"))
                .actual(format)
                .at(at)
                .hint("The Issuer must be the entity ID of the identity provider.");
        }
    }
    Finding::passed(CheckId::Issuer).actual(&first.value)
}

pub(super) fn wrong(issuer: &Issuer, at: At, expected: &str) -> Finding {
    Finding::failed(CheckId::Issuer, Code::Issuer)
        .expected(expected)
        .actual(&issuer.value)
        .at(at)
        .hint(hint(&issuer.value, expected))
}

const ENTRA: &str = "https://sts.windows.net/";

fn hint(actual: &str, expected: &str) -> String {
    if actual.trim_end_matches('/') == expected.trim_end_matches('/') {
        return "The two differ by the slash at the end alone. Take the entity ID from the identity \
                provider's metadata instead of typing it."
            .to_owned();
    }
    if let (Some(actual), Some(_)) = (actual.strip_prefix(ENTRA), expected.strip_prefix(ENTRA)) {
        let tenant = crate::report::shown(actual.trim_end_matches('/'));
        return format!(
            "The message comes from another Entra ID tenant ({tenant}). Sign in with an account of \
             the tenant that is configured, or download the Federation Metadata XML from the \
             application's page in the right tenant."
        );
    }
    "The message comes from another identity provider than the one whose metadata is configured. \
     Check which identity provider the user went to, or configure this one's metadata."
        .to_owned()
}
