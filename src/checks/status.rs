//! Did the identity provider say Success? (SAML core 3.2.2.1)

use super::{At, Facts, Finding};
use crate::report::{CheckId, Code};
use crate::saml::names::STATUS_SUCCESS;

pub(super) fn check(facts: &Facts<'_>) -> Finding {
    let status = &facts.response.status;
    if status.is_success() {
        return Finding::passed(CheckId::Status);
    }
    let mut actual = status.codes.join(" / ");
    for text in [&status.message, &status.detail].into_iter().flatten() {
        actual.push_str(": ");
        actual.push_str(text);
    }
    Finding::failed(CheckId::Status, Code::Status)
        .expected(STATUS_SUCCESS)
        .at(At::Message(status.at))
        .hint(hint(&actual))
        .actual(actual)
}

/// Codes of Entra ID that a StatusMessage may hold, and what to do about each.
const AADSTS: &[(&str, &str)] = &[
    (
        "AADSTS50011",
        "The Reply URL in the request is not registered. In Entra ID, Basic SAML Configuration, add \
         it under Reply URL (Assertion Consumer Service URL).",
    ),
    (
        "AADSTS50105",
        "The user is not assigned to the application. In Entra ID, Enterprise applications, the \
         application, Users and groups: add the user or a group.",
    ),
    (
        "AADSTS700016",
        "Entra ID knows no application with this Identifier in this tenant. In Basic SAML \
         Configuration, set the Identifier (Entity ID) to the Issuer of the request, and check that \
         the request went to the right tenant.",
    ),
    (
        "AADSTS7500529",
        "The ID of the request is not valid: it must not begin with a digit. Send an ID that begins \
         with a letter or an underscore.",
    ),
    (
        "AADSTS750054",
        "The Sign-on URL was opened without a SAMLRequest. Check that the Sign-on URL is the one \
         that starts the login at the application.",
    ),
    (
        "AADSTS75005",
        "Entra ID could not read the request. Check that it is deflated and base64-encoded for the \
         redirect binding.",
    ),
    (
        "AADSTS75011",
        "The user authenticated in another way than the request demands, for example with Windows \
         Hello. Leave RequestedAuthnContext out of the request.",
    ),
    (
        "AADSTS76026",
        "The request is too old. Start the login again, and check the clock of the application.",
    ),
];

fn hint(actual: &str) -> &'static str {
    // Longer codes first would matter where one begins another: 75005 and 750054 do.
    let known = AADSTS.iter().filter(|(code, _)| actual.contains(code));
    if let Some((_, hint)) = known.max_by_key(|(code, _)| code.len()) {
        return hint;
    }
    let ends = |name: &str| actual.split([' ', ':']).any(|piece| piece == name);
    if ends("NoPassive") {
        "The user has no session at the identity provider and the request forbade to ask. Send the \
         request without IsPassive."
    } else if ends("AuthnFailed") {
        "The user could not authenticate at the identity provider. Look at its sign-in logs."
    } else if ends("RequestDenied") {
        "The identity provider refuses this user or this application. Check that the user is \
         assigned to the application."
    } else {
        "The identity provider refused the login. Look for this time and user in its sign-in logs."
    }
}
