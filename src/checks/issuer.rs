//! Is the message by the identity provider that is configured? (SAML profiles 4.1.4.2)
//!
//! It stands before the signature, so that a message of another tenant fails with its cause and
//! not with its key.

use super::{At, Facts, Finding, any_of, remedy};
use crate::policy::Policy;
use crate::profiles::Portal;
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
        return wrong(first, at, &any_of(&configured), facts.portal());
    };
    for (issuer, at) in [response, assertion].into_iter().flatten() {
        if issuer.value != provider.entity_id {
            return wrong(issuer, at, &provider.entity_id, facts.portal());
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

pub(super) fn wrong(issuer: &Issuer, at: At, expected: &str, portal: &Portal) -> Finding {
    // The same tenant by another name is a typing mistake; another tenant needs its own metadata.
    let near = tenant(&issuer.value).is_some_and(|actual| tenant(expected) == Some(actual))
        || issuer.value.trim_end_matches('/').eq_ignore_ascii_case(expected.trim_end_matches('/'));
    let sender = Portal::of([issuer.value.as_str()]);
    let (portal, place) = if near { (portal, portal.entity_id) } else { (sender, sender.metadata) };
    Finding::failed(CheckId::Issuer, Code::Issuer)
        .expected(expected)
        .actual(&issuer.value)
        .at(at)
        .hint(hint(&issuer.value, expected))
        .remedy(remedy::see(portal, place))
}

const ENTRA: &str = "https://sts.windows.net/";

/// What Entra ID has in its addresses where its entity ID has something else.
const ENTRA_ADDRESS: &str = "https://login.microsoftonline.com/";

fn hint(actual: &str, expected: &str) -> String {
    if actual.trim_end_matches('/') == expected.trim_end_matches('/') {
        return "The two differ by the slash at the end alone. Take the entity ID from the identity \
                provider's metadata instead of typing it."
            .to_owned();
    }
    if actual.eq_ignore_ascii_case(expected) {
        return "The two differ by upper and lower case alone. Take the entity ID from the identity \
                provider's metadata instead of typing it."
            .to_owned();
    }
    if let (Some(actual), Some(expected)) = (tenant(actual), tenant(expected)) {
        if actual == expected {
            return format!(
                "Both name the tenant {}, but in two ways: Entra ID's entity ID begins with \
                 {ENTRA} and ends with a slash, its addresses begin with {ENTRA_ADDRESS}. Set the \
                 entity ID to the Microsoft Entra Identifier, or take it from the metadata.",
                crate::report::shown(actual)
            );
        }
        return format!(
            "The message comes from another Entra ID tenant ({}). Sign in with an account of the \
             tenant that is configured, or download the Federation Metadata XML from the \
             application's page in the right tenant.",
            crate::report::shown(actual)
        );
    }
    "The message comes from another identity provider than the one whose metadata is configured. \
     Check which identity provider the user went to, or configure the metadata of the one that \
     sent the message."
        .to_owned()
}

/// The tenant in an entity ID or an address of Entra ID.
fn tenant(name: &str) -> Option<&str> {
    let rest = name.strip_prefix(ENTRA).or_else(|| name.strip_prefix(ENTRA_ADDRESS))?;
    rest.split('/').next().filter(|tenant| !tenant.is_empty())
}
