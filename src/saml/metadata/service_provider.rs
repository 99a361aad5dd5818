//! What a service provider's metadata file says (SAML metadata 2.4.4): what an administrator
//! uploads into *Basic SAML Configuration*.

use super::role::{
    DescribedKey, Endpoint, Keys, UnusableKey, children, endpoints, flag, name_id_formats,
};
use super::validity::Validity;
use crate::report::{Code, SetupError};
use crate::saml::names::{BINDING_POST, METADATA};
use crate::saml::time::Instant;
use crate::xml::{Element, trim};

/// A service provider as its metadata describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceProviderMetadata {
    /// Identifier (Entity ID).
    pub entity_id: String,
    /// Where responses go, the default first, then by index.
    pub assertion_consumer_services: Vec<AssertionConsumerService>,
    /// Where logout messages go.
    pub single_logout_services: Vec<Endpoint>,
    /// NameID formats it can work with.
    pub name_id_formats: Vec<String>,
    /// Whether it signs its login requests.
    pub authn_requests_signed: bool,
    /// Whether it asks for signed assertions. What it asks of identity providers, not a policy of
    /// this engine.
    pub want_assertions_signed: bool,
    /// Its certificates and what they are for.
    pub certificates: Vec<DescribedKey>,
    /// Keys that cannot be used, and why.
    pub unusable_keys: Vec<UnusableKey>,
    /// When the metadata ceases to be valid: the earliest validUntil around the role.
    pub valid_until: Option<Instant>,
}

/// An AssertionConsumerService: a Reply URL (ACS URL).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssertionConsumerService {
    /// Binding and location.
    pub endpoint: Endpoint,
    /// Its index, by which requests may name it.
    pub index: Option<u16>,
    /// Whether it is used where a request names none.
    pub is_default: bool,
}

impl ServiceProviderMetadata {
    /// The Reply URLs (ACS URLs) for the POST binding, the default first, each once.
    pub fn reply_urls(&self) -> Vec<String> {
        let mut urls: Vec<String> = Vec::new();
        let posted = |one: &&AssertionConsumerService| one.endpoint.binding == BINDING_POST;
        for service in self.assertion_consumer_services.iter().filter(posted) {
            if !urls.contains(&service.endpoint.location) {
                urls.push(service.endpoint.location.clone());
            }
        }
        urls
    }

    pub(super) fn read(
        entity_id: &str,
        role: Element<'_>,
        now: Instant,
    ) -> Result<Self, SetupError> {
        let validity = Validity::of(role, now)?;
        let Keys { certificates, unusable } = Keys::of(role);
        let services = assertion_consumer_services(role);
        if !services.iter().any(|service| service.endpoint.binding == BINDING_POST) {
            let bindings: Vec<&str> =
                services.iter().map(|service| service.endpoint.binding.as_str()).collect();
            let none = "no AssertionConsumerService";
            let actual = if bindings.is_empty() { none.to_owned() } else { bindings.join(", ") };
            let message = "the metadata names no Reply URL (ACS URL) that takes responses by POST";
            return Err(SetupError::new(Code::MetadataEntity, message)
                .expected(format!("an AssertionConsumerService with the binding {BINDING_POST}"))
                .actual(actual)
                .hint("Give entityId and replyUrls as the application's documentation has them."));
        }
        Ok(Self {
            entity_id: entity_id.to_owned(),
            assertion_consumer_services: services,
            single_logout_services: endpoints(role, "SingleLogoutService"),
            name_id_formats: name_id_formats(role),
            authn_requests_signed: flag(role, "AuthnRequestsSigned"),
            want_assertions_signed: flag(role, "WantAssertionsSigned"),
            certificates,
            unusable_keys: unusable,
            valid_until: validity.until,
        })
    }
}

/// The default is the first with `isDefault="true"`; else the first that does not say false; else
/// the first (SAML metadata 2.2.3).
fn assertion_consumer_services(role: Element<'_>) -> Vec<AssertionConsumerService> {
    let elements: Vec<Element<'_>> = children(role, METADATA, "AssertionConsumerService")
        .filter(|element| Endpoint::of(*element).is_some())
        .collect();
    let silent = |element: &&Element<'_>| element.attribute("isDefault").is_none();
    let default = elements
        .iter()
        .find(|element| flag(**element, "isDefault"))
        .or_else(|| elements.iter().find(silent))
        .or(elements.first())
        .map(|element| element.id());
    let mut services: Vec<AssertionConsumerService> = elements
        .iter()
        .filter_map(|element| {
            Some(AssertionConsumerService {
                endpoint: Endpoint::of(*element)?,
                index: element.attribute("index").and_then(|index| trim(index).parse().ok()),
                is_default: default == Some(element.id()),
            })
        })
        .collect();
    // Stable: what has no index stays in document order behind what has one.
    services.sort_by_key(|service| (!service.is_default, service.index.is_none(), service.index));
    services
}
