//! What an identity provider's metadata says (SAML metadata 2.3, 2.4): the entity ID, the signing
//! certificates and the endpoints.
//!
//! Metadata is configuration: whoever hands it to [`IdentityProvider::from_metadata`] trusts it.
//! Its own signature is by the same key as a rule, and proves integrity, not origin.

use super::element::{Time, optional};
use super::names::{BINDING_POST, BINDING_REDIRECT, METADATA};
use super::time::Instant;
use crate::dsig::{self, TrustedKey};
use crate::report::{Code, SetupError};
use crate::xml::{Document, Element, Limits, trim};

/// An endpoint: a binding and where to send to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// URI of the binding.
    pub binding: String,
    /// Location.
    pub location: String,
    /// ResponseLocation, where responses go to another URL than requests.
    pub response_location: Option<String>,
}

/// An identity provider and the keys it is trusted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityProvider {
    /// Its entity ID: the Issuer of its messages.
    pub entity_id: String,
    /// The keys it may sign with. Entra ID lists inactive certificates too: each counts.
    pub keys: Vec<TrustedKey>,
    /// Where to send login requests.
    pub single_sign_on_services: Vec<Endpoint>,
    /// Where to send logout messages.
    pub single_logout_services: Vec<Endpoint>,
    /// NameID formats it offers.
    pub name_id_formats: Vec<String>,
    /// Whether it wants login requests signed.
    pub want_authn_requests_signed: bool,
    /// When the metadata ceases to be valid.
    pub valid_until: Option<Instant>,
    /// For how long the metadata may be kept, an `xs:duration`.
    pub cache_duration: Option<String>,
    /// Whether the metadata carries a signature. It is not verified here.
    pub signed: bool,
}

impl IdentityProvider {
    /// Reads metadata: one EntityDescriptor, or an EntitiesDescriptor with the identity provider
    /// `entity_id` in it. `now` is held against validUntil.
    ///
    /// Errors: `METADATA_XML` (not well-formed, not metadata), `METADATA_ENTITY` (no identity
    /// provider, not the one wanted, or several and none named), `METADATA_CERTIFICATE` (no
    /// certificate that can be used), `METADATA_EXPIRED`.
    pub fn from_metadata(
        xml: &[u8],
        entity_id: Option<&str>,
        now: Instant,
    ) -> Result<Self, SetupError> {
        let document = Document::parse(xml, &Limits::metadata()).map_err(|error| {
            SetupError::new(Code::MetadataXml, format!("the metadata cannot be read: {error}"))
                .hint("Paste the file exactly as it was downloaded (Federation Metadata XML).")
        })?;
        let entity = select(document.root(), entity_id)?;
        let provider = Self::read(entity)?;
        if provider.valid_until.is_some_and(|until| until <= now) {
            let until = provider.valid_until.map(|until| until.to_string()).unwrap_or_default();
            return Err(SetupError::new(Code::MetadataExpired, "the metadata is out of date")
                .expected(format!("validUntil after {now}"))
                .actual(until)
                .hint("Download the metadata from the identity provider again."));
        }
        Ok(provider)
    }

    fn read(entity: Element<'_>) -> Result<Self, SetupError> {
        let entity_id = entity.attribute("entityID").map(trim).unwrap_or_default();
        let role = identity_provider_role(entity)
            .filter(|_| !entity_id.is_empty())
            .ok_or_else(|| no_identity_provider(entity))?;
        let mut keys: Vec<TrustedKey> = Vec::new();
        let mut unreadable = None;
        for certificate in signing_certificates(role) {
            match dsig::Certificate::from_base64(&certificate.text()) {
                Ok(certificate) => {
                    let key = TrustedKey::from_certificate(certificate);
                    if !keys.contains(&key) {
                        keys.push(key);
                    }
                }
                Err(error) => unreadable = Some(error),
            }
        }
        if keys.is_empty() {
            let message = "the metadata holds no signing certificate that can be used";
            let mut error = SetupError::new(Code::MetadataCertificate, message)
                .expected("a KeyDescriptor for signing with an X509Certificate")
                .hint("Download the metadata from the identity provider again.");
            error.actual = unreadable.map(|reason| format!("a certificate that is {reason}"));
            return Err(error);
        }
        let until = |element: Element<'_>| Time::of(element, "validUntil")?.instant;
        let formats = role.child_elements().filter(|child| child.is(METADATA, "NameIDFormat"));
        Ok(Self {
            entity_id: entity_id.to_owned(),
            keys,
            single_sign_on_services: endpoints(role, "SingleSignOnService"),
            single_logout_services: endpoints(role, "SingleLogoutService"),
            name_id_formats: formats.map(|format| trim(&format.text()).to_owned()).collect(),
            want_authn_requests_signed: matches!(
                role.attribute("WantAuthnRequestsSigned").map(trim),
                Some("true" | "1")
            ),
            // The earliest of those that enclose the role applies (SAML metadata 2.3.1).
            valid_until: ancestors(role).filter_map(until).min(),
            cache_duration: optional(role, "cacheDuration")
                .or_else(|| optional(entity, "cacheDuration")),
            signed: entity.child_elements().any(|child| child.is(dsig::NAMESPACE, "Signature")),
        })
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

fn preferred(endpoints: &[Endpoint]) -> Option<&str> {
    [BINDING_REDIRECT, BINDING_POST].into_iter().find_map(|binding| {
        let endpoint = endpoints.iter().find(|endpoint| endpoint.binding == binding)?;
        Some(endpoint.location.as_str())
    })
}

/// The one EntityDescriptor that is meant.
fn select<'d>(root: Element<'d>, entity_id: Option<&str>) -> Result<Element<'d>, SetupError> {
    if !root.is(METADATA, "EntityDescriptor") && !root.is(METADATA, "EntitiesDescriptor") {
        return Err(SetupError::new(Code::MetadataXml, "this is not SAML metadata")
            .expected("an EntityDescriptor")
            .actual(root.local_name())
            .hint("Use the file that the identity provider calls Federation Metadata XML."));
    }
    let mut entities = root
        .descendants()
        .filter(|element| element.is(METADATA, "EntityDescriptor"))
        .filter(|entity| identity_provider_role(*entity).is_some());
    let named = |entity: &Element<'_>, id| entity.attribute("entityID").map(trim) == Some(id);
    match entity_id {
        Some(id) => entities.find(|entity| named(entity, id)).ok_or_else(|| {
            let message = "the metadata does not hold the identity provider that is wanted";
            SetupError::new(Code::MetadataEntity, message).expected(id).actual(described(root))
        }),
        None => match (entities.next(), entities.next()) {
            (Some(entity), None) => Ok(entity),
            (None, _) => Err(no_identity_provider(root)),
            (Some(_), Some(_)) => Err(SetupError::new(
                Code::MetadataEntity,
                "the metadata holds several identity providers",
            )
            .expected("the entity ID of the one that is meant")
            .actual(described(root))
            .hint("Give the option entityId.")),
        },
    }
}

/// The entity IDs of the first few identity providers.
fn described(root: Element<'_>) -> String {
    let ids: Vec<&str> = root
        .descendants()
        .filter(|element| element.is(METADATA, "EntityDescriptor"))
        .filter_map(|entity| entity.attribute("entityID"))
        .take(5)
        .collect();
    ids.join(", ")
}

fn no_identity_provider(at: Element<'_>) -> SetupError {
    SetupError::new(Code::MetadataEntity, "the metadata describes no identity provider")
        .expected("an EntityDescriptor with an IDPSSODescriptor")
        .actual(described(at))
        .hint("This may be the metadata of a service provider. Download the identity provider's.")
}

/// WS-Federation roles (`RoleDescriptor`), which Entra ID and AD FS put first, are passed over.
fn identity_provider_role(entity: Element<'_>) -> Option<Element<'_>> {
    entity.child_elements().find(|child| child.is(METADATA, "IDPSSODescriptor"))
}

/// Certificates for signing: a KeyDescriptor without `use` serves both (SAML metadata 2.4.1.1).
fn signing_certificates(role: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    let within = |name| move |element: &Element<'_>| element.is(dsig::NAMESPACE, name);
    role.child_elements()
        .filter(|child| child.is(METADATA, "KeyDescriptor"))
        .filter(|key| key.attribute("use").is_none_or(|purpose| trim(purpose) == "signing"))
        .flat_map(Element::child_elements)
        .filter(within("KeyInfo"))
        .flat_map(Element::child_elements)
        .filter(within("X509Data"))
        .flat_map(Element::child_elements)
        .filter(within("X509Certificate"))
}

fn endpoints(role: Element<'_>, name: &str) -> Vec<Endpoint> {
    role.child_elements()
        .filter(|child| child.is(METADATA, name))
        .filter_map(|child| {
            Some(Endpoint {
                binding: optional(child, "Binding")?,
                location: trim(child.attribute("Location")?).to_owned(),
                response_location: optional(child, "ResponseLocation"),
            })
        })
        .collect()
}

fn ancestors(element: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    std::iter::successors(Some(element), |element| element.parent())
}
