//! Is the assertion meant for this service provider? (SAML core 2.5.1.4)

use super::{At, Facts, Finding, any_of, no_assertion};
use crate::policy::Policy;
use crate::report::{CheckId, Code};

pub(super) fn check(facts: &Facts<'_>, policy: &Policy) -> Finding {
    let Some(assertion) = facts.assertion else { return no_assertion(CheckId::Audience) };
    let mut names = vec![policy.entity_id.as_str()];
    names.extend(policy.additional_audiences.iter().map(String::as_str));
    let restrictions =
        assertion.conditions.as_ref().map(|conditions| &conditions.audience_restrictions);
    let failed = || Finding::failed(CheckId::Audience, Code::Audience).expected(any_of(&names));
    let Some(restrictions) = restrictions.filter(|restrictions| !restrictions.is_empty()) else {
        return failed().actual("no AudienceRestriction").at(At::Assertion(assertion.at)).hint(
            "Without an AudienceRestriction the assertion could be meant for any application. Have \
             the identity provider name this one.",
        );
    };
    // Each restriction stands for itself: all must be met, by any one of their audiences.
    for restriction in restrictions {
        if !restriction.audiences.iter().any(|audience| names.contains(&audience.as_str())) {
            return failed()
                .actual(any_of(&restriction.audiences))
                .at(At::Assertion(restriction.at))
                .hint(hint(&restriction.audiences, policy));
        }
    }
    Finding::passed(CheckId::Audience).actual(&policy.entity_id)
}

fn hint(audiences: &[String], policy: &Policy) -> String {
    let expected = &policy.entity_id;
    for audience in audiences {
        if audience.strip_prefix("spn:") == Some(expected) {
            return "Entra ID puts spn: in front of an Identifier that is not a URI. Add the value \
                    with spn: to additionalAudiences, or register the Identifier as a URI."
                .to_owned();
        }
        if audience.trim_end_matches('/') == expected.trim_end_matches('/') {
            return format!(
                "The two differ by the slash at the end alone. {}",
                policy.profile.entity_id_hint
            );
        }
        if audience.eq_ignore_ascii_case(expected) {
            return format!(
                "The two differ by upper and lower case alone. {}",
                policy.profile.entity_id_hint
            );
        }
    }
    format!(
        "The message is for another application, or the Identifier (Entity ID) is not the same on \
         both sides. {}",
        policy.profile.entity_id_hint
    )
}
