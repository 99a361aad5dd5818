//! Builds the Federation Metadata XML document of an Entra ID tenant.

use crate::entra::{Idp, claims, id};
use crate::keys::TestKey;
use crate::signature::{Place, SignatureSpec, sign};
use crate::tree::{Attribute, DSIG, Element, METADATA};

const FEDERATION: &str = "http://docs.oasis-open.org/wsfed/federation/200706";
const AUTHORIZATION: &str = "http://docs.oasis-open.org/wsfed/authorization/200706";
const ADDRESSING: &str = "http://www.w3.org/2005/08/addressing";
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";
const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

/// What the metadata of an identity provider says.
#[derive(Clone, Debug)]
pub struct MetadataSpec {
    /// ID of the document.
    pub id: String,
    /// `entityID`.
    pub entity_id: String,
    /// `validUntil`, which Entra ID leaves out.
    pub valid_until: Option<String>,
    /// Signing certificates in order.
    pub keys: Vec<TestKey>,
    /// Single sign-on and logout endpoint.
    pub endpoint: String,
    /// How the document is signed, if it is.
    pub signature: Option<SignatureSpec>,
    /// Whether the two WS-Federation roles are there.
    pub ws_federation: bool,
    /// Changes the tree before it is signed.
    pub edit: fn(&mut Element),
}

impl MetadataSpec {
    /// What Entra ID publishes for this tenant.
    pub fn entra(idp: &Idp) -> Self {
        let mut signature = SignatureSpec::new(idp.keys[0]);
        signature.place = Place::First;
        Self {
            id: id(&idp.tenant_id, "metadata"),
            entity_id: idp.entity_id.clone(),
            valid_until: None,
            keys: idp.keys.clone(),
            endpoint: format!("https://login.microsoftonline.com/{}/saml2", idp.tenant_id),
            signature: Some(signature),
            ws_federation: true,
            edit: |_| {},
        }
    }

    /// The document as text with its XML declaration.
    pub fn to_xml(&self) -> String {
        format!(r#"<?xml version="1.0" encoding="utf-8"?>{}"#, self.tree().to_xml())
    }

    /// The document as a tree, signed.
    pub fn tree(&self) -> Element {
        let mut entity = Element::new("EntityDescriptor", METADATA)
            .with("ID", &self.id)
            .with("entityID", &self.entity_id)
            .with_some("validUntil", self.valid_until.as_deref());
        if self.ws_federation {
            entity = entity.child(self.security_token_service()).child(self.application_service());
        }
        entity = entity.child(self.idp_descriptor());
        (self.edit)(&mut entity);
        if let Some(signature) = &self.signature {
            sign(&mut entity, &[], signature);
        }
        entity
    }

    fn idp_descriptor(&self) -> Element {
        let endpoint = |name: &str, binding: &str| {
            Element::new(name, METADATA).with("Binding", binding).with("Location", &self.endpoint)
        };
        Element::new("IDPSSODescriptor", METADATA)
            .with("protocolSupportEnumeration", "urn:oasis:names:tc:SAML:2.0:protocol")
            .children(self.key_descriptors())
            .child(endpoint("SingleLogoutService", REDIRECT))
            .child(endpoint("SingleSignOnService", REDIRECT))
            .child(endpoint("SingleSignOnService", POST))
    }

    fn key_descriptors(&self) -> Vec<Element> {
        let descriptor = |key: &TestKey| {
            let certificate = Element::new("X509Certificate", DSIG).text(key.certificate_base64());
            let data = Element::new("X509Data", DSIG).child(certificate);
            Element::new("KeyDescriptor", METADATA)
                .with("use", "signing")
                .child(Element::new("KeyInfo", DSIG).child(data))
        };
        self.keys.iter().map(descriptor).collect()
    }

    fn role(&self, kind: &str) -> Element {
        let mut role = Element::new("RoleDescriptor", METADATA);
        role.attributes.push(Attribute {
            name: "xsi:type".into(),
            namespace: INSTANCE.into(),
            value: format!("fed:{kind}"),
        });
        role.set("protocolSupportEnumeration", FEDERATION);
        role.declaring("fed", FEDERATION).children(self.key_descriptors())
    }

    fn security_token_service(&self) -> Element {
        let offered = [
            (claims::NAME, "Name"),
            (claims::EMAIL_ADDRESS, "Email"),
            (claims::TENANT_ID, "TenantId"),
            (claims::OBJECT_ID, "ObjectIdentifier"),
        ];
        let offered = offered.map(|(uri, name)| {
            Element::new("auth:ClaimType", AUTHORIZATION)
                .with("Uri", uri)
                .with("Optional", "true")
                .child(Element::new("auth:DisplayName", AUTHORIZATION).text(name))
        });
        let claims = Element::new("fed:ClaimTypesOffered", FEDERATION).children(offered);
        self.role("SecurityTokenServiceType")
            .child(claims)
            .child(self.reference("SecurityTokenServiceEndpoint"))
            .child(self.reference("PassiveRequestorEndpoint"))
    }

    fn application_service(&self) -> Element {
        self.role("ApplicationServiceType")
            .child(self.reference("TargetScopes"))
            .child(self.reference("PassiveRequestorEndpoint"))
    }

    fn reference(&self, name: &str) -> Element {
        let address = Element::new("wsa:Address", ADDRESSING).text(&self.entity_id);
        let reference = Element::new("wsa:EndpointReference", ADDRESSING).child(address);
        Element::new(&format!("fed:{name}"), FEDERATION).child(reference)
    }
}
