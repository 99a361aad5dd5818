//! Is every condition understood? One that is not makes the assertion indeterminate, and then it
//! must not be used (SAML core 2.5.1.1).

use super::{At, Facts, Finding, no_assertion};
use crate::report::{CheckId, Code};

pub(super) fn check(facts: &Facts<'_>) -> Finding {
    let Some(assertion) = facts.assertion else { return no_assertion(CheckId::Conditions) };
    let conditions = assertion.conditions.as_ref();
    match conditions.and_then(|conditions| conditions.unknown.first()) {
        None => Finding::passed(CheckId::Conditions),
        Some(unknown) => Finding::failed(CheckId::Conditions, Code::ConditionUnknown)
            .expected("AudienceRestriction, OneTimeUse and ProxyRestriction only")
            .actual(&unknown.value)
            .at(At::Assertion(unknown.at))
            .hint(
                "The identity provider restricts the use of the assertion in a way that is not \
                 understood here. Have it leave this condition out.",
            ),
    }
}
