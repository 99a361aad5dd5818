//! Does the assertion name a user, and may a browser present it? (SAML profiles 4.1.4.2)

use super::{At, Facts, Finding, any_of, claims, no_assertion, remedy};
use crate::policy::Policy;
use crate::report::{CheckId, Code};
use crate::saml::assertion::SubjectConfirmation;
use crate::saml::names::BEARER;

pub(super) fn is_bearer(confirmation: &SubjectConfirmation) -> bool {
    confirmation.method == BEARER
}

pub(super) fn check(facts: &Facts<'_>, policy: &Policy) -> Finding {
    let Some(assertion) = facts.assertion else { return no_assertion(CheckId::Subject) };
    let whole = At::Assertion(assertion.at);
    let failed = |code| Finding::failed(CheckId::Subject, code);
    let Some(subject) = &assertion.subject else {
        return failed(Code::SubjectConfirmation)
            .expected("a Subject with a bearer SubjectConfirmation")
            .actual("no Subject")
            .at(whole)
            .hint("The assertion is about nobody. Check the claims at the identity provider.");
    };
    let Some(confirmation) = facts.confirmation(policy) else {
        let methods: Vec<&str> =
            subject.confirmations.iter().map(|one| one.method.as_str()).collect();
        return failed(Code::SubjectConfirmation)
            .expected(format!("a SubjectConfirmation with the Method {BEARER}"))
            .actual(any_of(&methods))
            .at(At::Assertion(subject.at))
            .hint(
                "The assertion is not made to be presented by a browser. Check that the application \
                 is set up for SAML Web Browser SSO at the identity provider.",
            );
    };
    if confirmation.not_on_or_after.is_none() {
        return failed(Code::SubjectConfirmation)
            .expected("SubjectConfirmationData with NotOnOrAfter")
            .actual("none")
            .at(At::Assertion(confirmation.at))
            .hint("Without an end of validity a stolen message could be used for ever.");
    }
    if subject.encrypted_id.is_some() {
        return Finding::skipped(CheckId::Subject, "the NameID is encrypted");
    }
    let portal = facts.portal();
    let formats = policy.profile.name_id_formats;
    let remedy = || match formats {
        [] => remedy::see(portal, portal.name_id),
        formats => remedy::enter(portal, portal.name_id, &any_of(formats)),
    };
    let name_id_failed = || failed(Code::NameId).hint(policy.profile.name_id_hint).remedy(remedy());
    let Some(name_id) = subject.name_id.as_ref() else {
        let at = At::Assertion(subject.at);
        return name_id_failed().expected("a NameID").actual("no NameID").at(at);
    };
    let at = At::Assertion(name_id.at);
    if name_id.value.is_empty() {
        return name_id_failed().expected("a NameID").actual("an empty NameID").at(at);
    }
    if !formats.is_empty() && !formats.contains(&name_id.format.as_str()) {
        let expected = format!("a NameID of the format {}", any_of(formats));
        return name_id_failed().expected(expected).actual(&name_id.format).at(at);
    }
    claims::missing(assertion, portal, policy).unwrap_or_else(|| Finding::passed(CheckId::Subject))
}
