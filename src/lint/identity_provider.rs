//! Rules about the identity providers: keys and certificates, metadata, addresses.

use super::address::Address;
use super::{Circumstances, Severity, Sighting};
use crate::dsig::{Certificate, KeyFamily};
use crate::policy::Policy;
use crate::saml::metadata::IdentityProvider;
use crate::saml::time::Instant;

const DAY: i64 = 86_400;

/// From how many days before the end on it is what: the last one is the longest.
const EXPIRING: [(i64, Severity); 3] =
    [(7, Severity::Error), (30, Severity::Warning), (60, Severity::Info)];

/// Renewing takes people: the identity provider's administrator and the application's.
const HOW_TO_RENEW: &str = "At the identity provider, create a new signing certificate, give the new \
    metadata to this application, and only then make the new certificate active: until then both \
    are accepted. In Entra ID that is the application's page, Single sign-on, SAML Certificates, \
    Edit.";

fn seconds(now: Instant) -> i64 {
    now.milliseconds().div_euclid(1000)
}

fn day(seconds: i64) -> String {
    Instant::from_milliseconds(seconds.saturating_mul(1000)).to_string()
}

fn certificates(provider: &IdentityProvider) -> Vec<&Certificate> {
    provider.keys.iter().filter_map(|key| key.certificate()).collect()
}

/// Whether a key without dates is among those that are trusted.
fn has_bare_key(provider: &IdentityProvider) -> bool {
    provider.keys.iter().any(|key| key.certificate().is_none())
}

fn name(certificate: &Certificate) -> String {
    let facts = certificate.facts();
    format!("{}, thumbprint {}", facts.subject, facts.sha1)
}

fn each(policy: &Policy, look: impl Fn(&IdentityProvider) -> Vec<Sighting>) -> Vec<Sighting> {
    policy.identity_providers.iter().flat_map(look).collect()
}

pub(super) fn certificate_expired(policy: &Policy, at: &Circumstances) -> Vec<Sighting> {
    let now = seconds(at.now);
    each(policy, |provider| {
        let all = certificates(provider);
        let (expired, good): (Vec<&Certificate>, Vec<&Certificate>) =
            all.into_iter().partition(|one| one.facts().not_after <= now);
        let none_left = good.is_empty() && !has_bare_key(provider);
        let seen = |certificate: &Certificate| {
            let end = day(certificate.facts().not_after);
            let actual = format!("{}: {}, until {end}", provider.entity_id, name(certificate));
            let seen = if none_left {
                Sighting::error(HOW_TO_RENEW)
            } else {
                Sighting::info(
                    "Another certificate is there. Delete this one at the identity provider once \
                     it is not active any more, and take the new metadata.",
                )
            };
            seen.actual(actual).expected("a certificate that is valid now")
        };
        expired.into_iter().map(seen).collect()
    })
}

/// Only the certificate that lasts longest matters: with two, a rollover is under way.
pub(super) fn certificate_expiring(policy: &Policy, at: &Circumstances) -> Vec<Sighting> {
    let now = seconds(at.now);
    each(policy, |provider| {
        let last = certificates(provider).into_iter().max_by_key(|one| one.facts().not_after);
        let Some(last) = last.filter(|_| !has_bare_key(provider)) else { return Vec::new() };
        let end = last.facts().not_after;
        let left = end.saturating_sub(now);
        if left <= 0 {
            return Vec::new();
        }
        let severity = EXPIRING.iter().find(|(days, _)| left <= days.saturating_mul(DAY));
        let Some((_, severity)) = severity else { return Vec::new() };
        let days = left.div_euclid(DAY);
        let actual = format!(
            "{}: {}, until {}, {days} days from now",
            provider.entity_id,
            name(last),
            day(end)
        );
        Sighting::new(*severity, HOW_TO_RENEW).actual(actual).alone()
    })
}

pub(super) fn certificate_not_yet_valid(policy: &Policy, at: &Circumstances) -> Vec<Sighting> {
    let now = seconds(at.now);
    each(policy, |provider| {
        let all = certificates(provider);
        let first = all.iter().min_by_key(|one| one.facts().not_before);
        let begun = has_bare_key(provider) || all.iter().any(|one| one.facts().not_before <= now);
        match first {
            Some(first) if !begun => {
                let from = day(first.facts().not_before);
                let actual = format!("{}: {}, from {from}", provider.entity_id, name(first));
                let hint = "Check the clock of this machine. If it is right, wait, or have the \
                            identity provider sign with another certificate.";
                Sighting::warning(hint)
                    .actual(actual)
                    .expected(format!("before {}", at.now))
                    .alone()
            }
            _ => Vec::new(),
        }
    })
}

/// Sizes are those of the policy: messages signed with other keys are refused.
pub(super) fn key_unusable(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    let bits = &policy.constraints.rsa_bits;
    each(policy, |provider| {
        let unfit = provider.keys.iter().filter(|key| match key.key().family() {
            KeyFamily::Rsa => !bits.contains(&key.key().bits()),
            KeyFamily::Other => true,
            KeyFamily::EcP256 | KeyFamily::EcP384 | KeyFamily::Ed25519 => false,
        });
        let mut sightings: Vec<Sighting> =
            unfit
                .map(|key| {
                    let whose = key.certificate().map_or_else(|| "a bare key".to_owned(), name);
                    let actual =
                        format!("{}: {}, {whose}", provider.entity_id, key.key().description());
                    Sighting::error(
                    "Messages signed with it are refused (ERR_SAML_SIGNATURE_ALGORITHM). Create a \
                     certificate with a larger key at the identity provider and take the new \
                     metadata.",
                )
                .actual(actual)
                .expected(format!("RSA of {} to {} bits, or ECDSA", bits.start(), bits.end()))
                })
                .collect();
        sightings.extend(provider.unusable_keys.iter().map(|key| {
            let actual = format!(
                "{}: {} (line {} of the metadata)",
                provider.entity_id, key.reason, key.line
            );
            Sighting::warning(
                "It is passed over. If messages fail with ERR_SAML_SIGNATURE_KEY_UNTRUSTED, this \
                 may be the key that signed: download the metadata again.",
            )
            .actual(actual)
        }));
        sightings
    })
}

pub(super) fn metadata_expiring(policy: &Policy, at: &Circumstances) -> Vec<Sighting> {
    each(policy, |provider| {
        let Some(until) = provider.valid_until else { return Vec::new() };
        let left = until.milliseconds().saturating_sub(at.now.milliseconds()).div_euclid(1000);
        let severity = if left <= 0 { Severity::Error } else { Severity::Warning };
        if left > 7 * DAY {
            return Vec::new();
        }
        let hint = "Download the metadata again from where it came from, and have that done by a \
                    program: after this time it cannot be read any more (ERR_SAML_METADATA_EXPIRED).";
        let actual = format!("{}: validUntil {until}", provider.entity_id);
        Sighting::new(severity, hint).actual(actual).expected(format!("after {}", at.now)).alone()
    })
}

pub(super) fn metadata_stale(policy: &Policy, at: &Circumstances) -> Vec<Sighting> {
    let Some(read_at) = at.idp_metadata_read_at else { return Vec::new() };
    each(policy, |provider| {
        let Some(keep) = provider.cache_seconds else { return Vec::new() };
        if read_at.plus(keep) > at.now {
            return Vec::new();
        }
        let written = provider.cache_duration.as_deref().unwrap_or_default();
        let hint = "Download the metadata again, and hold it against this one with \
                    IdentityProvider.diff before you apply it.";
        Sighting::warning(hint)
            .actual(format!("{}: read {read_at}", provider.entity_id))
            .expected(format!("read again within {} seconds ({written})", keep.0))
            .alone()
    })
}

/// What Microsoft signs with for a whole tenant. Certificates of an application have the
/// application's own key, and this subject cannot be chosen for one.
const TENANT_WIDE: &str = "CN=accounts.accesscontrol.windows.net";

pub(super) fn metadata_tenant_wide(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    each(policy, |provider| {
        let of_microsoft = |certificate: &&Certificate| certificate.facts().subject == TENANT_WIDE;
        let Some(found) = certificates(provider).into_iter().find(of_microsoft) else {
            return Vec::new();
        };
        let hint = "These are the keys of the tenant. Entra ID signs for an application of the \
                    gallery with that application's own certificate, which is not among them. \
                    Download Federation Metadata XML on the application's page, Single sign-on, SAML \
                    Certificates; its address ends in ?appid=<application ID>.";
        let actual = format!("{}: {}", provider.entity_id, name(found));
        Sighting::warning(hint).actual(actual).expected("the application's own certificate").alone()
    })
}

pub(super) fn metadata_too_long(policy: &Policy, at: &Circumstances) -> Vec<Sighting> {
    let (Some(most), Some(length)) =
        (policy.profile.metadata_characters, at.idp_metadata_characters)
    else {
        return Vec::new();
    };
    if length <= most {
        return Vec::new();
    }
    let hint = format!(
        "{} refuses the upload. Delete certificates at the identity provider that are not used any \
         more, and download the metadata again.",
        policy.profile.title
    );
    let (actual, most) = (format!("{length} characters"), format!("at most {most} characters"));
    Sighting::error(hint).actual(actual).expected(most).alone()
}

pub(super) fn requests_unsigned(policy: &Policy, at: &Circumstances) -> Vec<Sighting> {
    if at.can_sign {
        return Vec::new();
    }
    each(policy, |provider| {
        if !provider.want_authn_requests_signed {
            return Vec::new();
        }
        let hint = "Give a signingKey and register its certificate at the identity provider. Without \
                    one, createLoginRequest refuses to make a request that would be refused there.";
        Sighting::error(hint).actual(provider.entity_id.as_str()).expected("a signingKey").alone()
    })
}

pub(super) fn signing_certificate_missing(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    each(policy, |provider| {
        if !provider.keys.is_empty() {
            return Vec::new();
        }
        let hint = "Every message is refused. Give the Federation Metadata XML, or the certificate \
                    that stands beside it.";
        Sighting::error(hint).actual(provider.entity_id.as_str()).alone()
    })
}

pub(super) fn sso_url_missing(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    each(policy, |provider| {
        if provider.single_sign_on_url().is_some() {
            return Vec::new();
        }
        let hint = "Logins cannot begin at the application: createLoginRequest needs it. Give the \
                    Federation Metadata XML, or the Login URL as singleSignOnUrl.";
        Sighting::info(hint).actual(provider.entity_id.as_str()).alone()
    })
}

pub(super) fn sso_url_not_https(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    each(policy, |provider| {
        let Some(url) = provider.single_sign_on_url() else { return Vec::new() };
        let safe = |address: Address<'_>| address.is_https() || address.is_local();
        if Address::of(url).is_some_and(safe) {
            return Vec::new();
        }
        let hint = "Whoever sees the connection can show the user another login page. Take the \
                    identity provider's https address.";
        Sighting::warning(hint).actual(url).expected("an address that starts with https://").alone()
    })
}
