//! Is the message by the identity provider that is configured? (SAML profiles 4.4.4.1, 4.4.4.2)
//!
//! Entra ID has two names: logout messages may carry `https://login.microsoftonline.com/<tenant>/`
//! where its entity ID is `https://sts.windows.net/<tenant>/`. The tenant must be the same.

use super::super::issuer::wrong;
use super::super::{At, Finding, any_of};
use super::LogoutFacts;
use crate::policy::Policy;
use crate::report::{CheckId, Code};
use crate::saml::names::FORMAT_ENTITY;

pub(super) fn check(facts: &LogoutFacts<'_>, policy: &Policy) -> Finding {
    let providers = policy.identity_providers.iter();
    let configured: Vec<&str> = providers.map(|provider| provider.entity_id.as_str()).collect();
    let failed = || Finding::failed(CheckId::Issuer, Code::Issuer);
    let Some(issuer) = &facts.message.issuer else {
        return failed()
            .expected(any_of(&configured))
            .actual("no Issuer")
            .at(At::Assertion(facts.message.at))
            .hint("The identity provider must name itself as Issuer of a logout message.");
    };
    let at = At::Assertion(issuer.at);
    let Some(provider) = facts.identity_provider else {
        return wrong(issuer, at, &any_of(&configured), facts.portal());
    };
    if !provider.signs_logout_as(&issuer.value) {
        return wrong(issuer, at, &provider.entity_id, facts.portal());
    }
    match issuer.format.as_deref() {
        Some(format) if format != FORMAT_ENTITY => failed()
            .expected(format!("an Issuer without a Format, or with {FORMAT_ENTITY}"))
            .actual(format)
            .at(at)
            .hint("The Issuer must be the entity ID of the identity provider."),
        _ => Finding::passed(CheckId::Issuer).actual(&issuer.value),
    }
}
