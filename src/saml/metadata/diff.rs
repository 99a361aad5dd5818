//! What changes if new metadata is taken: for key rollover, attended or not.

use std::collections::BTreeSet;

use super::{Endpoint, IdentityProvider};
use crate::dsig::{CertificateFacts, TrustedKey};
use crate::saml::time::Instant;

/// How long before its end a certificate counts as expiring: 30 days.
pub const EXPIRING_SECONDS: i64 = 30 * 86_400;

/// A value before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change<T> {
    /// What is configured.
    pub from: T,
    /// What the new metadata says.
    pub to: T,
}

impl<T: Clone + PartialEq> Change<T> {
    fn between(from: &T, to: &T) -> Option<Self> {
        (from != to).then(|| Self { from: from.clone(), to: to.clone() })
    }
}

/// The difference between an identity provider as it is configured and as new metadata has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityProviderDiff {
    /// Signing certificates that are new, by SHA-256 thumbprint.
    pub added: Vec<CertificateFacts>,
    /// Signing certificates that are gone.
    pub removed: Vec<CertificateFacts>,
    /// Signing certificates of the new metadata that have expired, or will within
    /// [`EXPIRING_SECONDS`].
    pub expiring: Vec<CertificateFacts>,
    /// Another entity ID.
    pub entity_id: Option<Change<String>>,
    /// Other SingleSignOnServices.
    pub single_sign_on_services: Option<Change<Vec<Endpoint>>>,
    /// Other SingleLogoutServices.
    pub single_logout_services: Option<Change<Vec<Endpoint>>>,
    /// Another WantAuthnRequestsSigned.
    pub want_authn_requests_signed: Option<Change<bool>>,
    /// Whether it may be applied without anybody looking at it.
    pub safe_to_apply: bool,
    /// Why not; or, where it is safe, nothing. One sentence each.
    pub reasons: Vec<String>,
}

impl IdentityProviderDiff {
    /// Whether anything differs that a login depends on.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.entity_id.is_none()
            && self.single_sign_on_services.is_none()
            && self.single_logout_services.is_none()
            && self.want_authn_requests_signed.is_none()
    }
}

impl IdentityProvider {
    /// What changes if `next` takes the place of this.
    ///
    /// `safe_to_apply` says that `next` is the same identity provider in the course of an ordinary
    /// key rollover, and that logins go on working:
    ///
    /// - the entity ID is the same: another one is another identity provider, or another tenant;
    /// - the endpoints are the same: users and requests go where they went;
    /// - a key that is trusted today stays, or every key that goes has expired. Identity providers
    ///   announce a new certificate beside the old one; a document in which no key is known is what
    ///   the wrong tenant's file and a take-over look like;
    /// - at least one key of `next` has not expired: otherwise it is an old document;
    /// - signed requests are not newly demanded: logins would stop until a signing key is set up;
    /// - a document that was verified with a pinned certificate is replaced by another such one.
    ///
    /// It says nothing about who wrote the document: whoever can change it can add a key beside
    /// the old one. Fetch it over TLS, or verify it ([`Metadata::signed`](super::Metadata::signed)).
    pub fn diff(&self, next: &Self, now: Instant) -> IdentityProviderDiff {
        let mut diff = IdentityProviderDiff {
            added: missing_in(&self.keys, &next.keys),
            removed: missing_in(&next.keys, &self.keys),
            expiring: expiring(&next.keys, now),
            entity_id: Change::between(&self.entity_id, &next.entity_id),
            single_sign_on_services: Change::between(
                &self.single_sign_on_services,
                &next.single_sign_on_services,
            ),
            single_logout_services: Change::between(
                &self.single_logout_services,
                &next.single_logout_services,
            ),
            want_authn_requests_signed: Change::between(
                &self.want_authn_requests_signed,
                &next.want_authn_requests_signed,
            ),
            safe_to_apply: false,
            reasons: Vec::new(),
        };
        diff.reasons = self.reasons(next, &diff, now);
        diff.safe_to_apply = diff.reasons.is_empty();
        diff
    }

    /// What stands against taking `next` unattended.
    fn reasons(&self, next: &Self, diff: &IdentityProviderDiff, now: Instant) -> Vec<String> {
        let mut reasons = Vec::new();
        if let Some(Change { from, to }) = &diff.entity_id {
            let [from, to] = [from, to].map(|id| crate::report::shown(id));
            reasons.push(format!(
                "The entity ID is another one ({to} instead of {from}): this is another identity \
                 provider, or another tenant."
            ));
        }
        if diff.single_sign_on_services.is_some() {
            reasons.push("Logins would begin at another address.".to_owned());
        }
        if diff.single_logout_services.is_some() {
            reasons.push("Logout messages would go to another address.".to_owned());
        }
        let mut known = BTreeSet::new();
        known.extend(self.keys.iter().map(|key| key.key().spki()));
        let stays = next.keys.iter().any(|key| known.contains(key.key().spki()));
        if !stays && !self.keys.iter().all(|key| has_expired(key, now)) {
            reasons.push(
                "No key that is trusted today is in the new metadata, and not all of them have \
                 expired: an ordinary rollover keeps the old certificate beside the new one for a \
                 while."
                    .to_owned(),
            );
        }
        if next.keys.iter().all(|key| has_expired(key, now)) {
            reasons.push(
                "Every certificate of the new metadata has expired: it may be an old file."
                    .to_owned(),
            );
        }
        if next.want_authn_requests_signed && !self.want_authn_requests_signed {
            reasons.push(
                "Login requests would have to be signed from now on, which needs a signing key \
                 that the identity provider knows."
                    .to_owned(),
            );
        }
        if self.signed_by.is_some() && next.signed_by.is_none() {
            reasons.push(
                "The signature of the metadata that is configured was verified, that of the new \
                 one was not: read it with signedBy."
                    .to_owned(),
            );
        }
        reasons
    }
}

/// The certificates of `keys` that are not among `others`.
fn missing_in(others: &[TrustedKey], keys: &[TrustedKey]) -> Vec<CertificateFacts> {
    let mut known = BTreeSet::new();
    known.extend(facts(others).map(|facts| facts.sha256.as_str()));
    facts(keys).filter(|facts| !known.contains(facts.sha256.as_str())).cloned().collect()
}

fn expiring(keys: &[TrustedKey], now: Instant) -> Vec<CertificateFacts> {
    let end = seconds(now).saturating_add(EXPIRING_SECONDS);
    facts(keys).filter(|facts| facts.not_after <= end).cloned().collect()
}

fn facts(keys: &[TrustedKey]) -> impl Iterator<Item = &CertificateFacts> {
    keys.iter().filter_map(TrustedKey::certificate).map(crate::dsig::Certificate::facts)
}

/// A bare key has no dates and does not expire. The last second of a certificate is still valid
/// (RFC 5280 4.1.2.5).
fn has_expired(key: &TrustedKey, now: Instant) -> bool {
    key.certificate().is_some_and(|certificate| certificate.facts().not_after < seconds(now))
}

fn seconds(now: Instant) -> i64 {
    now.milliseconds().div_euclid(1000)
}
