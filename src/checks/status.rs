//! Did the identity provider say Success? (SAML core 3.2.2.1)

use super::{At, Facts, Finding, any_of, remedy};
use crate::policy::Policy;
use crate::profiles::{Place, Portal, aadsts};
use crate::report::{CheckId, Code, Hint};
use crate::saml::aadsts::EntraError;
use crate::saml::names::STATUS_SUCCESS;

pub(super) fn check(facts: &Facts<'_>, policy: &Policy) -> Finding {
    let status = &facts.response.status;
    if status.is_success() {
        return Finding::passed(CheckId::Status);
    }
    let mut actual = status.codes.join(" / ");
    for text in [&status.message, &status.detail].into_iter().flatten() {
        actual.push_str(": ");
        actual.push_str(text);
    }
    let finding = Finding::failed(CheckId::Status, Code::Status)
        .expected(STATUS_SUCCESS)
        .at(At::Message(status.at))
        .actual(actual);
    let portal = facts.portal();
    if let Some(error) = status.entra_error() {
        return entra(finding, &error, portal, facts, policy);
    }
    let (hint, place) = by_codes(&status.codes, portal).unwrap_or((
        "The identity provider refused the login and does not say why. Look for this time and user \
         in its log.",
        Some(portal.logs),
    ));
    let finding = finding.hint(hint);
    match place {
        Some(place) => finding.remedy(remedy::see(portal, place)),
        None => finding,
    }
}

/// An error of Entra ID: what it means, what to do, and by what its logs find it.
fn entra(
    finding: Finding,
    error: &EntraError,
    portal: &'static Portal,
    facts: &Facts<'_>,
    policy: &Policy,
) -> Finding {
    let number = &error.number;
    let Some(aadsts::Row { says, fix, place, .. }) = aadsts::row_of(number) else {
        return finding
            .hint(format!(
                "Entra ID refused the login with AADSTS{number}: \
                 https://login.microsoftonline.com/error?code={number} says what it means.{}",
                traces(error)
            ))
            .remedy(remedy::see(portal, portal.logs));
    };
    let finding = finding.hint(format!("AADSTS{number}: {says} {fix}{}", traces(error)));
    let arrived_at = facts.context.reply_url.as_deref();
    match remedy_at(*place, portal, arrived_at, policy) {
        Some(remedy) => finding.remedy(remedy),
        None => finding,
    }
}

/// The values that a search in the sign-in logs takes.
fn traces(error: &EntraError) -> String {
    let named = [("Request ID", &error.trace_id), ("Correlation ID", &error.correlation_id)];
    let named =
        named.into_iter().filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?)));
    let named: Vec<String> = named.collect();
    if named.is_empty() {
        return String::new();
    }
    format!(" The sign-in logs find it by {}.", any_of(&named))
}

/// What to enter where, for an error that somebody read on a page of Entra ID.
pub(super) fn remedy_for(error: &EntraError, policy: &Policy) -> Option<Hint> {
    let row = aadsts::row_of(&error.number)?;
    remedy_at(row.place, Portal::of(["https://sts.windows.net/"]), None, policy)
}

fn remedy_at(
    place: aadsts::At,
    portal: &'static Portal,
    arrived_at: Option<&str>,
    policy: &Policy,
) -> Option<Hint> {
    Some(match place {
        aadsts::At::Certificate => remedy::see(portal, portal.certificate),
        aadsts::At::Identifier => remedy::enter(portal, portal.identifier, &policy.entity_id),
        aadsts::At::Logs => remedy::see(portal, portal.logs),
        aadsts::At::NameId => remedy::see(portal, portal.name_id),
        aadsts::At::Nowhere => return None,
        aadsts::At::ReplyUrl => {
            let url = arrived_at.map_or_else(|| any_of(&policy.reply_urls), str::to_owned);
            remedy::enter(portal, portal.reply_url, &url)
        }
        aadsts::At::Users => remedy::see(portal, portal.users),
    })
}

/// What the status codes of SAML mean (SAML core 3.2.2.2), the innermost first.
fn by_codes(codes: &[String], portal: &Portal) -> Option<(&'static str, Option<Place>)> {
    codes.iter().rev().find_map(|code| {
        let name = code.rsplit(':').next().unwrap_or_default();
        Some(match name {
            "AuthnFailed" => (
                "AuthnFailed: the user could not authenticate at the identity provider. Look at its \
                 log for this time and user.",
                Some(portal.logs),
            ),
            "InvalidAttrNameOrValue" | "UnknownAttrProfile" => (
                "The request asks for an attribute that the identity provider does not accept. \
                 Leave it out of the request.",
                Some(portal.claims),
            ),
            "InvalidNameIDPolicy" => (
                "InvalidNameIDPolicy: the identity provider cannot issue a NameID of the Format \
                 that the request asks for. Leave NameIDPolicy out of the request (nameIdFormat), \
                 or set this format up at the identity provider.",
                Some(portal.name_id),
            ),
            "NoAuthnContext" => (
                "NoAuthnContext: the identity provider cannot authenticate the user in the way \
                 that the request demands. Leave RequestedAuthnContext out of the request \
                 (authnContext), or demand a method that it offers.",
                None,
            ),
            "NoAvailableIDP" | "NoSupportedIDP" | "ProxyCountExceeded" => (
                "The identity provider passes logins on to another one, and that one cannot be \
                 used. Look at its log.",
                Some(portal.logs),
            ),
            "NoPassive" => (
                "NoPassive: the user has no session at the identity provider, and the request \
                 forbade to ask. Send the request without IsPassive (isPassive).",
                None,
            ),
            "PartialLogout" => (
                "PartialLogout belongs to logout: not every application could be signed out of.",
                None,
            ),
            "RequestDenied" => (
                "RequestDenied: the identity provider understood the request and refuses it. Check \
                 that the user is assigned to the application.",
                Some(portal.users),
            ),
            "RequestUnsupported" | "UnsupportedBinding" => (
                "The identity provider does not support this kind of request or binding. Check the \
                 address that the request is sent to against the metadata.",
                Some(portal.metadata),
            ),
            "RequestVersionDeprecated" | "RequestVersionTooHigh" | "RequestVersionTooLow"
            | "VersionMismatch" => (
                "The identity provider wants another version of SAML than 2.0. Set the application \
                 up for SAML 2.0 there.",
                Some(portal.reply_url),
            ),
            "ResourceNotRecognized" | "UnknownPrincipal" => (
                "The identity provider does not know the user or the application that the request \
                 names. Check the Identifier (Entity ID) there, and that the user exists.",
                Some(portal.identifier),
            ),
            "Requester" => (
                "Requester: the identity provider finds a mistake in the request. Check the \
                 Identifier (Entity ID) and the Reply URL (ACS URL) there, and whether it wants \
                 requests to be signed.",
                Some(portal.identifier),
            ),
            "Responder" => (
                "Responder: something went wrong at the identity provider. Look at its log for this \
                 time and user.",
                Some(portal.logs),
            ),
            _ => return None,
        })
    })
}
