//! A metadata document, and the one entity in it that is meant.

use std::collections::BTreeSet;

use super::role::{Keys, children, endpoints, flag, name_id_formats};
use super::service_provider::ServiceProviderMetadata;
use super::template;
use super::validity::Validity;
use super::{IdentityProvider, signature};
use crate::dsig::{self, Constraints, Signed, TrustedKey, Verdict, VerifyTask};
use crate::report::{Code, SetupError};
use crate::saml::names::{METADATA, PROTOCOL};
use crate::saml::time::Instant;
use crate::xml::{Document, Element, Limits, XmlErrorKind, trim};

/// A metadata document: an EntityDescriptor, or an aggregate of them (EntitiesDescriptor, also
/// within each other). Read once, it can be asked for any of its entities; each question takes
/// time in proportion to the document.
#[derive(Debug)]
pub struct Metadata {
    content: Content,
    signed: bool,
}

#[derive(Debug)]
enum Content {
    /// As it was given: trusted because of where it came from.
    Given(Box<Document>),
    /// What a pinned key signed, and nothing else of the file.
    Verified(Box<Signed>),
}

/// The roles that are read.
#[derive(Clone, Copy)]
enum Role {
    IdentityProvider,
    ServiceProvider,
}

impl Metadata {
    /// Reads a document whose origin is known, such as one that came over TLS. A signature in it
    /// is not verified.
    ///
    /// Errors: `METADATA_XML`.
    pub fn parse(xml: &[u8]) -> Result<Self, SetupError> {
        let document = parse(xml)?;
        let signed = document.root().child_elements().any(dsig::is_signature);
        Ok(Self { content: Content::Given(Box::new(document)), signed })
    }

    /// Reads a document that one of `pinned` must have signed as a whole: everything that is read
    /// later is read from the octets that the signature covers. The root element must carry the
    /// signature; those further in are not looked at.
    ///
    /// Errors: `METADATA_XML`; `METADATA_SIGNATURE` with the cause, where there is no signature or
    /// it does not hold; `OPTIONS` where `pinned` is empty.
    pub fn signed(xml: &[u8], pinned: &[TrustedKey], allow_sha1: bool) -> Result<Self, SetupError> {
        let constraints = Constraints { allow_sha1, ..signature::constraints(xml.len()) };
        Self::signed_by(xml, pinned, &constraints, VerifyTask::verify_with_ring)
    }

    /// The same with constraints and a verifier of the caller's, such as one of the host.
    pub fn signed_by(
        xml: &[u8],
        pinned: &[TrustedKey],
        constraints: &Constraints,
        verifier: impl Fn(&VerifyTask) -> Verdict,
    ) -> Result<Self, SetupError> {
        let document = parse(xml)?;
        let signed = signature::verify(&document, pinned, constraints, verifier)?;
        // The signature was over the root, so what came out is metadata as well.
        Ok(Self { content: Content::Verified(Box::new(signed)), signed: true })
    }

    fn root(&self) -> Element<'_> {
        match &self.content {
            Content::Given(document) => document.root(),
            Content::Verified(signed) => signed.root(),
        }
    }

    /// Whether the root element carries a signature.
    pub fn is_signed(&self) -> bool {
        self.signed
    }

    /// The pinned key that the signature was verified with, by [`Metadata::signed`] alone.
    pub fn signer(&self) -> Option<&TrustedKey> {
        match &self.content {
            Content::Given(_) => None,
            Content::Verified(signed) => Some(signed.key()),
        }
    }

    /// The entity IDs of all identity providers, in document order.
    pub fn identity_provider_ids(&self) -> Vec<&str> {
        self.ids(Role::IdentityProvider)
    }

    /// The entity IDs of all service providers, in document order.
    pub fn service_provider_ids(&self) -> Vec<&str> {
        self.ids(Role::ServiceProvider)
    }

    fn ids(&self, role: Role) -> Vec<&str> {
        let entities = entities(self.root()).filter(|entity| role.of(*entity).is_some());
        entities.map(entity_id).collect()
    }

    /// The identity provider `entity_id`, or the only one.
    ///
    /// Where the document has a placeholder for the tenant (Entra ID's common document), an
    /// `entity_id` with the tenant's GUID in that place is answered with an identity provider of
    /// that very entity ID.
    ///
    /// Errors: `METADATA_ENTITY`, `METADATA_CERTIFICATE`, `METADATA_EXPIRED`; `METADATA_XML` where
    /// validUntil is not a time.
    pub fn identity_provider(
        &self,
        entity_id: Option<&str>,
        now: Instant,
    ) -> Result<IdentityProvider, SetupError> {
        let mut provider = self.select(Role::IdentityProvider, entity_id, |entity, role| {
            self.read_identity_provider(entity, role, now)
        })?;
        if let Some(wanted) = entity_id {
            wanted.clone_into(&mut provider.entity_id);
        }
        Ok(provider)
    }

    /// The service provider `entity_id`, or the only one.
    ///
    /// Errors: `METADATA_ENTITY`, `METADATA_EXPIRED`; `METADATA_XML` where validUntil is not a
    /// time.
    pub fn service_provider(
        &self,
        entity_id: Option<&str>,
        now: Instant,
    ) -> Result<ServiceProviderMetadata, SetupError> {
        self.select(Role::ServiceProvider, entity_id, |entity, role| {
            ServiceProviderMetadata::read(trim(self::entity_id(entity)), role, now)
        })
    }

    /// Reads the one entity that is meant. One entity ID that is described twice is accepted only
    /// if both say the same: otherwise the order of the file would decide whom to trust.
    fn select<T: PartialEq>(
        &self,
        role: Role,
        wanted: Option<&str>,
        read: impl Fn(Element<'_>, Element<'_>) -> Result<T, SetupError>,
    ) -> Result<T, SetupError> {
        let mut found: Option<(&str, T)> = None;
        for entity in entities(self.root()) {
            let id = entity_id(entity);
            if id.is_empty() || wanted.is_some_and(|wanted| !names(id, wanted)) {
                continue;
            }
            let Some(descriptor) = role.of(entity) else { continue };
            match &found {
                Some((other, _)) if *other != id => return Err(self.several(role)),
                Some((_, first)) if *first != read(entity, descriptor)? => {
                    return Err(described_twice(id));
                }
                Some(_) => {}
                None => found = Some((id, read(entity, descriptor)?)),
            }
        }
        found.map(|(_, value)| value).ok_or_else(|| self.not_found(role, wanted))
    }

    fn read_identity_provider(
        &self,
        entity: Element<'_>,
        role: Element<'_>,
        now: Instant,
    ) -> Result<IdentityProvider, SetupError> {
        let validity = Validity::of(role, now)?;
        let Keys { certificates, unusable } = Keys::of(role);
        let mut keys: Vec<TrustedKey> = Vec::new();
        let mut thumbprints = BTreeSet::new();
        for one in certificates.iter().filter(|one| one.purpose.signs()) {
            // The same certificate may stand there for signing and once more without `use`.
            if thumbprints.insert(one.certificate.facts().sha256.as_str()) {
                keys.push(TrustedKey::from_certificate(one.certificate.clone()));
            }
        }
        if keys.is_empty() {
            let message = "the metadata holds no signing certificate that can be used";
            let mut error = SetupError::new(Code::MetadataCertificate, message)
                .expected("a KeyDescriptor for signing with an X509Certificate")
                .hint(
                    "Download the metadata from the identity provider again. If it is the same, \
                     download the signing certificate there too and give entityId and \
                     certificates instead of the metadata.",
                );
            let reason = unusable.iter().find(|key| key.purpose.signs());
            let reason = reason.map(|key| format!("{} (line {})", key.reason, key.line));
            error = error.actual(reason.as_deref().unwrap_or("no signing key at all"));
            return Err(error);
        }
        let (cache_seconds, cache_duration) = validity.cache.unzip();
        let signer = self.signer().and_then(TrustedKey::certificate);
        Ok(IdentityProvider {
            certificates,
            unusable_keys: unusable,
            single_sign_on_services: endpoints(role, "SingleSignOnService"),
            single_logout_services: endpoints(role, "SingleLogoutService"),
            name_id_formats: name_id_formats(role),
            want_authn_requests_signed: flag(role, "WantAuthnRequestsSigned"),
            valid_until: validity.until,
            cache_duration,
            cache_seconds,
            signed: self.signed || entity.child_elements().any(dsig::is_signature),
            signed_by: signer.map(|signer| signer.facts().sha256.clone()),
            ..IdentityProvider::new(entity_id(entity), keys)
        })
    }

    fn several(&self, role: Role) -> SetupError {
        let message = format!("the metadata holds several {}", role.title());
        SetupError::new(Code::MetadataEntity, message)
            .expected("the entity ID of the one that is meant")
            .actual(self.described())
            .hint("Give the option entityId.")
    }

    fn not_found(&self, role: Role, wanted: Option<&str>) -> SetupError {
        let Some(wanted) = wanted.filter(|_| !self.ids(role).is_empty()) else {
            let message = format!("the metadata describes no {}", role.one());
            return SetupError::new(Code::MetadataEntity, message)
                .expected(format!("an EntityDescriptor with an {}", role.element()))
                .actual(self.described())
                .hint(role.other_hint());
        };
        let message = format!("the metadata does not hold the {} that is wanted", role.one());
        SetupError::new(Code::MetadataEntity, message)
            .expected(wanted)
            .actual(self.described())
            .hint(
                "entityId must be to the letter what stands in the metadata, with the slash at \
                 the end if there is one. Correct it, or download the right metadata.",
            )
    }

    /// The entity IDs of the first few entities.
    fn described(&self) -> String {
        let ids: Vec<&str> = entities(self.root()).map(entity_id).take(5).collect();
        if ids.is_empty() { "no EntityDescriptor".to_owned() } else { ids.join(", ") }
    }
}

fn described_twice(id: &str) -> SetupError {
    let message = "the metadata describes one entity twice, and not in the same way";
    SetupError::new(Code::MetadataEntity, message)
        .expected("one EntityDescriptor for each entityID")
        .actual(id)
        .hint("Ask whoever makes this metadata which of the two holds, and remove the other.")
}

impl Role {
    /// The role descriptor of an entity, where it plays that role. WS-Federation roles
    /// (`RoleDescriptor`), which Entra ID and AD FS put first, are passed over. An entity may have
    /// one descriptor for SAML 1.1 and another for 2.0 (SAML metadata 2.4.1): the latter counts.
    fn of(self, entity: Element<'_>) -> Option<Element<'_>> {
        let speaks_saml2 = |role: &Element<'_>| {
            let protocols = role.attribute("protocolSupportEnumeration").unwrap_or_default();
            protocols.split_ascii_whitespace().any(|protocol| protocol == PROTOCOL)
        };
        let mut roles = children(entity, METADATA, self.element());
        let first = roles.next()?;
        if speaks_saml2(&first) { Some(first) } else { roles.find(speaks_saml2).or(Some(first)) }
    }

    const fn element(self) -> &'static str {
        match self {
            Self::IdentityProvider => "IDPSSODescriptor",
            Self::ServiceProvider => "SPSSODescriptor",
        }
    }

    const fn one(self) -> &'static str {
        match self {
            Self::IdentityProvider => "identity provider",
            Self::ServiceProvider => "service provider",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::IdentityProvider => "identity providers",
            Self::ServiceProvider => "service providers",
        }
    }

    const fn other_hint(self) -> &'static str {
        match self {
            Self::IdentityProvider => {
                "This may be the metadata of a service provider. Download the identity provider's."
            }
            Self::ServiceProvider => {
                "This may be the metadata of an identity provider. Download the file that the \
                 application offers as its service provider (SP) metadata."
            }
        }
    }
}

fn parse(xml: &[u8]) -> Result<Document, SetupError> {
    let document = Document::parse(xml, &Limits::metadata()).map_err(|error| {
        SetupError::new(Code::MetadataXml, format!("the metadata cannot be read: {error}"))
            .expected("well-formed XML")
            .actual(error.to_string())
            .hint(unreadable_hint(xml, &error.kind))
    })?;
    let root = document.root();
    if root.is(METADATA, "EntityDescriptor") || root.is(METADATA, "EntitiesDescriptor") {
        return Ok(document);
    }
    Err(SetupError::new(Code::MetadataXml, "this is not SAML metadata")
        .expected("an EntityDescriptor")
        .actual(root.local_name())
        .hint("Use the file that the identity provider calls Federation Metadata XML."))
}

/// What to do about text that is no XML: what people take for the metadata, first.
fn unreadable_hint(xml: &[u8], error: &XmlErrorKind) -> &'static str {
    let text = xml.trim_ascii_start();
    // PEM, its base64 alone, and DER: a SEQUENCE of 256 bytes or more.
    let certificates = [b"-----BEGIN CERT".as_slice(), b"MII", b"\x30\x82"];
    if certificates.iter().any(|start| text.starts_with(start)) {
        "This is a certificate and not the metadata, which holds the certificate and more. In Entra \
         ID, Single sign-on, SAML Certificates, download Federation Metadata XML, the line below \
         Certificate (Base64) and Certificate (Raw)."
    } else if text.starts_with(b"https://") {
        "This is the address of the metadata (in Entra ID: App Federation Metadata Url). Open it in \
         a browser, and pass what it shows: nothing is downloaded here."
    } else if !text.contains(&b'<') {
        "There is no XML in it. Pass the text of the file, and not its name."
    } else if matches!(
        error,
        XmlErrorKind::UnclosedElement { .. } | XmlErrorKind::UnclosedMarkup { .. }
    ) {
        "The end of the file is missing. Open it in a text editor, select all of it, and paste it \
         exactly as it was downloaded (Federation Metadata XML)."
    } else {
        "Paste the file exactly as it was downloaded (Federation Metadata XML)."
    }
}

/// All EntityDescriptors: the root, or those in groups and groups of groups. Nothing else is
/// entered, so that what lies in an Extensions or another foreign element is not an entity.
fn entities(root: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    let mut open = vec![vec![root].into_iter()];
    std::iter::from_fn(move || {
        loop {
            let Some(element) = open.last_mut()?.next() else {
                open.pop();
                continue;
            };
            if element.is(METADATA, "EntityDescriptor") {
                return Some(element);
            }
            if element.is(METADATA, "EntitiesDescriptor") {
                open.push(element.child_elements().collect::<Vec<_>>().into_iter());
            }
        }
    })
}

fn entity_id(entity: Element<'_>) -> &str {
    entity.attribute("entityID").map(trim).unwrap_or_default()
}

/// Whether an entity of this ID is the one that is wanted.
fn names(id: &str, wanted: &str) -> bool {
    id == wanted || template::stands_for(id, wanted)
}
