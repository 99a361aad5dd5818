//! What is worth knowing beside the checks: nothing here decides anything.

use super::{Facts, remedy};
use crate::policy::Policy;
use crate::profiles::Entra;
use crate::report::Hint;
use crate::saml::metadata::IdentityProvider;

/// Advice on the set-up and the message.
pub(crate) fn advice(facts: &Facts<'_>, policy: &Policy) -> Vec<Hint> {
    let (profile, hint) = (policy.profile, |text: String| Hint::advice(text));
    let mut hints = Vec::new();
    for url in policy.reply_urls.iter().filter(|url| !profile.fits_reply_url(url)) {
        hints.push(hint(format!(
            "The configured Reply URL {url} is not one of {}. {}",
            profile.title, profile.reply_url_hint
        )));
    }
    if !profile.fits_entity_id(&policy.entity_id) {
        hints.push(hint(format!(
            "The configured Identifier {} is not one of {}. {}",
            policy.entity_id, profile.title, profile.entity_id_hint
        )));
    }
    if facts.assertion.and_then(Entra::read).is_some_and(|entra| entra.groups_overage) {
        let portal = facts.portal();
        let remedy = remedy::choose(portal, portal.groups);
        let text = format!(
            "The user is in more groups than Entra ID puts into a message (150), so none is in it. \
             Have it send only the groups that are assigned to the application. {}",
            remedy.text
        );
        hints.push(Hint { text, ..remedy });
    }
    if let Some(old) = facts.identity_provider.and_then(|provider| all_expired(provider, facts)) {
        hints.push(hint(format!(
            "Every configured certificate of {old} has expired. Download the metadata of the \
             identity provider again."
        )));
    }
    hints
}

/// The identity provider, where none of its certificates is valid any more.
fn all_expired<'a>(provider: &'a IdentityProvider, facts: &Facts<'_>) -> Option<&'a str> {
    let now = facts.context.now.milliseconds().div_euclid(1000);
    let mut certificates = provider.keys.iter().filter_map(|key| key.certificate()).peekable();
    certificates.peek()?;
    certificates
        .all(|certificate| certificate.facts().not_after < now)
        .then_some(provider.entity_id.as_str())
}
