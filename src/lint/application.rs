//! Rules about the application itself: its Identifier, its Reply URLs, its metadata.

use super::address::Address;
use super::{Circumstances, Severity, Sighting};
use crate::dsig::Certificate;
use crate::policy::Policy;
use crate::saml::metadata::ServiceProviderMetadata;
use crate::saml::time::Instant;

pub(super) fn identifier_not_in_metadata(
    policy: &Policy,
    circumstances: &Circumstances,
) -> Vec<Sighting> {
    let Some(metadata) = &circumstances.metadata else { return Vec::new() };
    if metadata.entity_id == policy.entity_id {
        return Vec::new();
    }
    let hint = "The identity provider read the Identifier from that metadata and writes it into \
                each assertion as Audience. Make both the same, to the letter.";
    let seen = Sighting::error(hint).actual(&policy.entity_id).expected(&metadata.entity_id);
    seen.alone()
}

pub(super) fn identifier_shape(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    let profile = policy.profile;
    if profile.fits_entity_id(&policy.entity_id) {
        return Vec::new();
    }
    let seen = Sighting::warning(profile.entity_id_hint).actual(&policy.entity_id);
    seen.expected(profile.entity_id_shapes.join(" or ")).alone()
}

pub(super) fn reply_url_not_https(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    let judge = |url: &String| {
        let address = Address::of(url);
        if address.as_ref().is_some_and(Address::is_https) {
            return None;
        }
        let seen = match &address {
            Some(address) if address.is_local() && address.scheme == "http" => Sighting::info(
                "That is fine on your own machine. Identity providers accept it there; elsewhere \
                 it has to be https.",
            ),
            Some(address) if address.scheme == "http" => Sighting::error(
                "Whoever sees the connection can take the assertion and sign in as the user. Serve \
                 the application by https. Behind a proxy that ends TLS, configure the address that \
                 browsers see, not the one that the application listens at.",
            ),
            _ => Sighting::error("Enter the whole address, from https:// on."),
        };
        Some(seen.actual(url).expected("an address that starts with https://"))
    };
    policy.reply_urls.iter().filter_map(judge).collect()
}

pub(super) fn reply_url_not_in_metadata(
    policy: &Policy,
    circumstances: &Circumstances,
) -> Vec<Sighting> {
    let Some(metadata) = &circumstances.metadata else { return Vec::new() };
    let known = metadata.reply_urls();
    let missing = policy.reply_urls.iter().filter(|url| !known.contains(url));
    let judge = |url: &String| {
        let folded = |url: &str| Address::of(url).map(|address| address.folded());
        let near = known.iter().find(|known| folded(known) == folded(url));
        let hint = match near {
            Some(near) => format!(
                "It differs from {near} in a slash, a case or a port, and that counts: the \
                 identity provider compares to the letter."
            ),
            None => "The identity provider sends no response there, because it learns the Reply \
                     URLs from that metadata. Add it to the metadata and upload that again, or \
                     take it out here."
                .to_owned(),
        };
        Sighting::error(hint).actual(url).expected(known.join(" or "))
    };
    missing.map(judge).collect()
}

pub(super) fn reply_url_only_in_metadata(
    policy: &Policy,
    circumstances: &Circumstances,
) -> Vec<Sighting> {
    let known = circumstances.metadata.as_ref().map(ServiceProviderMetadata::reply_urls);
    let missing = known.unwrap_or_default().into_iter();
    let missing = missing.filter(|url| !policy.reply_urls.contains(url));
    let hint = "The identity provider may send responses there, and they would be refused \
                (ERR_SAML_DESTINATION). Add it to replyUrls if the application receives them.";
    let seen = |url| Sighting::warning(hint).actual(policy.reply_urls.join(", ")).expected(url);
    missing.map(seen).collect()
}

pub(super) fn reply_url_shape(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    let profile = policy.profile;
    let unfit = policy.reply_urls.iter().filter(|url| !profile.fits_reply_url(url));
    let seen = |url| {
        let shapes = profile.reply_url_shapes.join(" or ");
        Sighting::warning(profile.reply_url_hint).actual(url).expected(shapes)
    };
    unfit.map(seen).collect()
}

/// Both are accepted to the letter, so nothing fails here; but somebody tried out which one it is,
/// and the message for another customer or environment may be let in by the one that was left.
pub(super) fn reply_urls_alike(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    let mut first: std::collections::BTreeMap<String, &str> = std::collections::BTreeMap::new();
    let mut sightings = Vec::new();
    for url in &policy.reply_urls {
        let Some(folded) = Address::of(url).map(|address| address.folded()) else { continue };
        match first.get(&folded) {
            Some(other) => sightings.push(
                Sighting::warning(
                    "Addresses are compared to the letter. Keep the one that the identity provider \
                     has, and take out the other.",
                )
                .actual(format!("{other} and {url}")),
            ),
            None => {
                first.insert(folded, url);
            }
        }
    }
    sightings
}

pub(super) fn white_space(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    let identifiers = [("entityId", &policy.entity_id)].into_iter();
    let urls = policy.reply_urls.iter().map(|url| ("replyUrls", url));
    let providers = policy.identity_providers.iter().map(|one| ("idp.entityId", &one.entity_id));
    let audiences = policy.additional_audiences.iter().map(|one| ("additionalAudiences", one));
    let all = identifiers.chain(urls).chain(providers).chain(audiences);
    let padded = all.filter(|(_, value)| value.trim() != value.as_str());
    let seen = |(option, value): (&str, &String)| {
        let hint = format!(
            "It was copied with a blank or a line break, and no message can match it. Trim the \
             option {option}."
        );
        Sighting::new(Severity::Error, hint).actual(format!("{value:?}")).expected(value.trim())
    };
    padded.map(seen).collect()
}

pub(super) fn logout_url_not_https(policy: &Policy, _: &Circumstances) -> Vec<Sighting> {
    let Some(url) = &policy.logout_url else { return Vec::new() };
    let address = Address::of(url);
    if address.as_ref().is_some_and(Address::is_https) {
        return Vec::new();
    }
    let local = address.is_some_and(|address| address.is_local() && address.scheme == "http");
    let severity = if local { Severity::Info } else { Severity::Warning };
    let hint = "Whoever sees the connection learns who signs out, and can keep it from happening. \
                Entra ID takes https addresses alone, but for the own machine.";
    let seen = Sighting::new(severity, hint).actual(url);
    seen.expected("an address that starts with https://").alone()
}

/// Of the certificates of one purpose, only the one that lasts longest matters.
pub(super) fn own_certificate_expiring(policy: &Policy, at: &Circumstances) -> Vec<Sighting> {
    let now = at.now.milliseconds().div_euclid(1000);
    let purposes = [
        ("signingCertificates", &policy.signing_certificates),
        ("encryptionCertificates", &policy.encryption_certificates),
    ];
    let judge = |(option, list): (&str, &Vec<Certificate>)| {
        let last = list.iter().max_by_key(|one| one.facts().not_after)?;
        let facts = last.facts();
        let days = facts.not_after.saturating_sub(now).div_euclid(86_400);
        let severity = match days {
            ..30 => Severity::Warning,
            30..60 => Severity::Info,
            _ => return None,
        };
        let hint = format!(
            "Make a new key and certificate, put it beside the old one in {option} (and in \
             decryptionKeys, where it decrypts), give the new metadata to the identity provider, and \
             take the old one out once it uses the new one."
        );
        let end = Instant::from_milliseconds(facts.not_after.saturating_mul(1000));
        let actual = format!("{option}: {}, thumbprint {}, until {end}", facts.subject, facts.sha1);
        Some(Sighting::new(severity, hint).actual(actual))
    };
    purposes.into_iter().filter_map(judge).collect()
}

/// The identity provider can be given the certificate by other means, so it may work all the same.
pub(super) fn own_certificate_missing(policy: &Policy, at: &Circumstances) -> Vec<Sighting> {
    if !at.can_sign || !policy.signing_certificates.is_empty() {
        return Vec::new();
    }
    let hint = "Give the certificate of signingKey as signingCertificates: identity providers verify \
                your messages with what your metadata holds. `openssl req -x509 -key key.pem -days \
                1095 -subj /CN=saml` makes a certificate for a key.";
    Sighting::warning(hint).alone()
}
