//! Is the assertion meant for this service provider? (SAML core 2.5.1.4)

use super::{At, Facts, Finding, any_of, no_assertion, remedy};
use crate::policy::Policy;
use crate::report::{CheckId, Code};

pub(super) fn check(facts: &Facts<'_>, policy: &Policy) -> Finding {
    let Some(assertion) = facts.assertion else { return no_assertion(CheckId::Audience) };
    let mut names = vec![policy.entity_id.as_str()];
    names.extend(policy.additional_audiences.iter().map(String::as_str));
    let restrictions =
        assertion.conditions.as_ref().map(|conditions| &conditions.audience_restrictions);
    let failed = || Finding::failed(CheckId::Audience, Code::Audience).expected(any_of(&names));
    let portal = facts.portal();
    let remedy = || remedy::enter(portal, portal.identifier, &policy.entity_id);
    let Some(restrictions) = restrictions.filter(|restrictions| !restrictions.is_empty()) else {
        return failed()
            .actual("no AudienceRestriction")
            .at(At::Assertion(assertion.at))
            .hint(
                "Without an AudienceRestriction the assertion could be meant for any application. \
                 Have the identity provider name this one.",
            )
            .remedy(remedy());
    };
    // Each restriction stands for itself: all must be met, by any one of their audiences.
    for restriction in restrictions {
        if !restriction.audiences.iter().any(|audience| names.contains(&audience.as_str())) {
            return failed()
                .actual(any_of(&restriction.audiences))
                .at(At::Assertion(restriction.at))
                .hint(hint(&restriction.audiences, policy))
                .remedy(remedy());
        }
    }
    Finding::passed(CheckId::Audience).actual(&policy.entity_id)
}

/// What the nearest audience has to do with the Identifier.
fn hint(audiences: &[String], policy: &Policy) -> String {
    let near = audiences.iter().find_map(|audience| difference(audience, &policy.entity_id));
    let first = near.unwrap_or(
        "The message is for another application, or the Identifier (Entity ID) is not the same on \
         both sides.",
    );
    let place = policy.profile.entity_id_place();
    // Only a near miss can mean this application: another one's name must not be added.
    let end = near.map_or("", |_| {
        "Both sides need the same text, to the letter. If the message has the right one, set \
         entityId to it; if not, change it at the identity provider."
    });
    [first, place, end].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What tells an audience from an Identifier that an administrator takes for the same.
fn difference(audience: &str, expected: &str) -> Option<&'static str> {
    let bare = |url: &str| url.trim_end_matches('/').to_owned();
    let rest = |url: &str| url.split_once("://").map(|(_, rest)| rest.to_owned());
    if audience.strip_prefix("spn:") == Some(expected) {
        return Some(
            "Entra ID puts spn: in front of an Identifier that is not a URI. Add the value with \
             spn: to additionalAudiences, or make the Identifier a URI on both sides.",
        );
    }
    if expected.strip_prefix("spn:") == Some(audience) {
        return Some("The option entityId has spn: in front, and the message has not.");
    }
    if bare(audience) == bare(expected) {
        return Some("The two differ by the slash at the end alone.");
    }
    if audience.eq_ignore_ascii_case(expected) {
        return Some("The two differ by upper and lower case alone.");
    }
    if audience.trim() != audience && audience.trim() == expected {
        return Some("The two differ by white space alone.");
    }
    if rest(audience).is_some() && rest(audience) == rest(expected) {
        return Some("The two differ by http and https alone.");
    }
    if audience.starts_with("api://") || is_guid(audience) {
        return Some(
            "The message names the application by its Application ID (URI), the way Entra ID does \
             for OpenID Connect, and not by the Identifier of its SAML set-up.",
        );
    }
    let host = |url: &str| rest(url).map(|rest| rest.split('/').next().unwrap_or("").to_owned());
    (host(audience).is_some() && host(audience) == host(expected))
        .then_some("The two are on one host and differ in the path.")
}

/// Whether a text is written as a GUID, as Entra ID writes application IDs.
fn is_guid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.chars().all(|one| one == '-' || one.is_ascii_hexdigit())
}
