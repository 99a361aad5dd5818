//! Rules about what is demanded of a message, and what is done with one.

use super::{Circumstances, Severity, Sighting};
use crate::policy::{CertificateExpiry, Policy, RequireSigned};
use crate::saml::time::Seconds;

/// What most people's clocks and Entra ID's own leeway come to.
const FIVE_MINUTES: Seconds = Seconds(300);
/// A form that a browser posts takes some seconds; a tab that waits for a network, more.
const ONE_MINUTE: Seconds = Seconds(60);
/// Entra ID keeps a browser signed in for up to 90 days, and says when it authenticated the user.
const A_DAY: Seconds = Seconds(86_400);

/// The AuthnContext that Entra ID names, whatever the user did.
const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password";

fn has_entra(policy: &Policy) -> bool {
    let mut providers = policy.identity_providers.iter();
    providers.any(|one| one.entity_id.starts_with("https://sts.windows.net/"))
}

fn found(wrong: bool, sighting: impl FnOnce() -> Sighting) -> Vec<Sighting> {
    if wrong { sighting().alone() } else { Vec::new() }
}

pub(super) fn assertion_age_short(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    let age = policy.max_assertion_age.filter(|age| *age < ONE_MINUTE);
    age.map_or(Vec::new(), |age| {
        let hint = "A slow connection, or a clock that is a little off, refuses genuine users \
                    (ERR_SAML_TOO_OLD). A minute or more stops nothing that a second would.";
        let seen = Sighting::warning(hint).actual(format!("{} seconds", age.0));
        seen.expected("60 seconds or more").alone()
    })
}

pub(super) fn authn_age_with_entra(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    let age = policy.max_authn_age.filter(|age| *age < A_DAY && has_entra(policy));
    age.map_or(Vec::new(), |age| {
        let hint = "Entra ID keeps browsers signed in for weeks and says so in AuthnInstant. Send \
                    login requests with forceAuthn, or have a Conditional Access policy set the \
                    sign-in frequency; otherwise leave the option out.";
        Sighting::warning(hint).actual(format!("{} seconds", age.0)).alone()
    })
}

pub(super) fn authn_context_with_entra(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    let accepted = &policy.require_authn_context;
    let other = !accepted.is_empty() && !accepted.iter().any(|one| one == PASSWORD);
    found(other && has_entra(policy), || {
        Sighting::warning(
            "Entra ID names Password even after multifactor authentication: everybody else's login \
             would be refused (ERR_SAML_AUTHN_CONTEXT). To demand multifactor authentication, use \
             requireMfa.",
        )
        .actual(accepted.join(", "))
        .expected(PASSWORD)
    })
}

pub(super) fn certificate_expiry_ignored(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    found(policy.certificate_expiry == CertificateExpiry::Ignore, || {
        Sighting::info(
            "Set it to 'warn': logins go on, and the check certificate says that somebody should \
             renew it.",
        )
        .actual("'ignore'")
        .expected("'warn'")
    })
}

pub(super) fn clock_skew_large(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    found(policy.clock_skew > FIVE_MINUTES, || {
        Sighting::warning(
            "For so long an assertion can still be used after it has ended. Have the machine set \
             its clock by NTP, and leave the option out.",
        )
        .actual(format!("{} seconds", policy.clock_skew.0))
        .expected("at most 300 seconds")
    })
}

pub(super) fn encryption_without_key(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    found(policy.require_encrypted && !policy.can_decrypt, || {
        Sighting::error(
            "Every message is refused (ERR_SAML_DECRYPT_KEY). Give the private key whose \
             certificate is registered for Token encryption at the identity provider as \
             decryptionKeys, or leave requireEncrypted out.",
        )
        .actual("requireEncrypted without decryptionKeys")
    })
}

pub(super) fn mfa_claim_unknown(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    let mut other = policy.identity_providers.iter();
    let other = other.find(|one| !one.entity_id.starts_with("https://sts.windows.net/"));
    let other = other.filter(|_| policy.require_mfa);
    other.map_or(Vec::new(), |other| {
        let hint = "What is looked for is Entra ID's claim authnmethodsreferences with \
                    multipleauthn, or an AuthnContext that names two factors. Try one login; if it \
                    is refused (ERR_SAML_MFA), have the identity provider send one of the two.";
        Sighting::info(hint).actual(other.entity_id.as_str()).alone()
    })
}

/// A message that answers a request is bound to a browser, which holds the request's ID once. One
/// that answers none is good for whoever has it.
pub(super) fn replay_store_missing(policy: &Policy, at: &Circumstances) -> Vec<Sighting> {
    found(!at.has_store, || {
        let severity = if policy.allow_idp_initiated { Severity::Warning } else { Severity::Info };
        Sighting::new(
            severity,
            "Give a store, or remember login.replay.key until login.replay.expiresAt and refuse \
             what comes twice. With allowIdpInitiated nothing else keeps a stolen message from \
             being used again.",
        )
        .expected("a store")
    })
}

pub(super) fn response_signature_with_entra(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    let wanted = matches!(policy.require_signed, RequireSigned::Response | RequireSigned::Both);
    found(wanted && has_entra(policy), || {
        Sighting::info(
            "On the application's page in Entra ID, Single sign-on, SAML Certificates, Edit, set \
             Signing Option to Sign SAML response and assertion. Otherwise every message is refused \
             (ERR_SAML_SIGNATURE_POLICY).",
        )
    })
}

pub(super) fn sha1_allowed(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    found(policy.constraints.allow_sha1, || {
        Sighting::warning(
            "SHA-1 is broken: two documents of one digest can be made. In Entra ID, set Signing \
             Algorithm to SHA-256 on the application's page, SAML Certificates, Edit, then leave \
             algorithms.allowSha1 out.",
        )
        .expected("SHA-256")
    })
}

pub(super) fn unsigned_logout_accepted(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    found(policy.unsigned_logout.is_some(), || {
        Sighting::warning(
            "Any web page can then sign your users out, by a link. Have the identity provider sign \
             its logout messages, and leave the option out.",
        )
    })
}
