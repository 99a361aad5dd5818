//! What metadata says (SAML metadata 2.3, 2.4): entity IDs, certificates and endpoints.
//!
//! Metadata is configuration: whoever hands it to [`IdentityProvider::from_metadata`] trusts it,
//! because it came over TLS from the identity provider's own page. Its signature is by the same
//! key as a rule, and then proves integrity, not origin. Where the signer is known beforehand, as
//! in a federation, [`Metadata::signed`] verifies the signature with a pinned certificate and
//! reads nothing but what was signed.

mod descriptor;
mod diff;
mod role;
mod select;
mod service_provider;
mod signature;
mod template;
mod validity;

pub use descriptor::{Contact, ContactKind, Organization, ServiceProviderDescriptor};
pub use diff::{Change, EXPIRING_SECONDS, IdentityProviderDiff};
pub use role::{DescribedKey, Endpoint, KeyPurpose, UnusableKey};
pub use select::Metadata;
pub use service_provider::{AssertionConsumerService, ServiceProviderMetadata};

use super::names::{BINDING_POST, BINDING_REDIRECT};
use super::time::{Instant, Seconds};
use crate::dsig::TrustedKey;
use crate::report::SetupError;

/// An identity provider and the keys it is trusted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityProvider {
    /// Its entity ID: the Issuer of its messages.
    pub entity_id: String,
    /// The keys it may sign with, each once: those for signing and those without `use`. Entra ID
    /// lists inactive certificates too: each counts.
    pub keys: Vec<TrustedKey>,
    /// Every certificate with what it is for, also those for encryption alone.
    pub certificates: Vec<DescribedKey>,
    /// Keys that cannot be used, and why. They do no harm as long as another key is there.
    pub unusable_keys: Vec<UnusableKey>,
    /// Where to send login requests.
    pub single_sign_on_services: Vec<Endpoint>,
    /// Where to send logout messages.
    pub single_logout_services: Vec<Endpoint>,
    /// NameID formats it offers.
    pub name_id_formats: Vec<String>,
    /// Whether it wants login requests signed.
    pub want_authn_requests_signed: bool,
    /// When the metadata ceases to be valid: the earliest validUntil around the role.
    pub valid_until: Option<Instant>,
    /// For how long the metadata may be kept, an `xs:duration` as written: the shortest of those
    /// around the role.
    pub cache_duration: Option<String>,
    /// The same in seconds; a year counts 365 days and a month 28, so that it is never too long.
    pub cache_seconds: Option<Seconds>,
    /// Whether the document carries a signature.
    pub signed: bool,
    /// SHA-256 thumbprint of the pinned certificate that the signature was verified with. Absent
    /// where nobody asked for that.
    pub signed_by: Option<String>,
}

impl IdentityProvider {
    /// An identity provider without metadata: its entity ID and the keys it is trusted by.
    pub fn new(entity_id: impl Into<String>, keys: Vec<TrustedKey>) -> Self {
        Self {
            entity_id: entity_id.into(),
            keys,
            certificates: Vec::new(),
            unusable_keys: Vec::new(),
            single_sign_on_services: Vec::new(),
            single_logout_services: Vec::new(),
            name_id_formats: Vec::new(),
            want_authn_requests_signed: false,
            valid_until: None,
            cache_duration: None,
            cache_seconds: None,
            signed: false,
            signed_by: None,
        }
    }

    /// Reads metadata: one EntityDescriptor, or an EntitiesDescriptor with the identity provider
    /// `entity_id` in it. `now` is held against validUntil. A signature is not looked at: see
    /// [`Metadata::signed`].
    ///
    /// Errors: `METADATA_XML` (not well-formed, not metadata), `METADATA_ENTITY` (no identity
    /// provider, not the one wanted, several and none named, or one that is described in two
    /// ways), `METADATA_CERTIFICATE` (no certificate that can be used), `METADATA_EXPIRED`.
    pub fn from_metadata(
        xml: &[u8],
        entity_id: Option<&str>,
        now: Instant,
    ) -> Result<Self, SetupError> {
        Metadata::parse(xml)?.identity_provider(entity_id, now)
    }

    /// Whether the entity ID is that of Entra ID's *common* document, which stands for every
    /// tenant (`https://sts.windows.net/{tenantid}/`). No message has such an Issuer, and the
    /// document's certificates are not the application's: a service provider refuses it.
    pub fn is_template(&self) -> bool {
        template::is_template(&self.entity_id)
    }

    /// Whether a logout message with this Issuer is by this identity provider: its entity ID, or
    /// the second name that Entra ID signs logout messages with
    /// (`https://login.microsoftonline.com/<tenant>/` for `https://sts.windows.net/<tenant>/`).
    pub fn signs_logout_as(&self, issuer: &str) -> bool {
        issuer == self.entity_id || template::is_second_name(&self.entity_id, issuer)
    }

    /// Where login requests go: by redirect if that is offered, else by form.
    pub fn single_sign_on_url(&self) -> Option<&str> {
        preferred(&self.single_sign_on_services)
    }

    /// Where logout messages go: by redirect if that is offered, else by form.
    pub fn single_logout_url(&self) -> Option<&str> {
        preferred(&self.single_logout_services)
    }
}

/// Locations that are no web address are passed over: a browser that is sent to `javascript:` or
/// `data:` runs what metadata says in the application's own origin.
fn preferred(endpoints: &[Endpoint]) -> Option<&str> {
    [BINDING_REDIRECT, BINDING_POST].into_iter().find_map(|binding| {
        let fits = |endpoint: &&Endpoint| endpoint.binding == binding && endpoint.is_web_address();
        Some(endpoints.iter().find(fits)?.location.as_str())
    })
}
