//! Asking an identity provider to sign a user in (SAML core 3.4.1, SAML profiles 4.1.4.1).

use super::names::{ASSERTION, BINDING_POST, PROTOCOL};
use super::time::Instant;
use crate::xml::Writer;

/// What a login request says. Only what all identity providers understand: Entra ID refuses
/// Subject, AssertionConsumerServiceIndex and most of NameIDPolicy.
#[derive(Clone, Debug)]
pub struct AuthnRequest<'a> {
    /// ID: begins with a letter or an underscore.
    pub id: &'a str,
    /// IssueInstant.
    pub issue_instant: Instant,
    /// Where the request is sent to.
    pub destination: &'a str,
    /// The Reply URL that the answer shall be sent to.
    pub assertion_consumer_service_url: &'a str,
    /// The Identifier (Entity ID) of this service provider.
    pub issuer: &'a str,
    /// Whether the user has to authenticate anew.
    pub force_authn: bool,
    /// Whether the user must not be asked anything.
    pub is_passive: bool,
    /// Format of NameIDPolicy. Best left out.
    pub name_id_format: Option<&'a str>,
    /// AuthnContextClassRefs of a RequestedAuthnContext, which must match exactly. Best left out:
    /// with Entra ID it fails for users of Windows Hello (AADSTS75011).
    pub authn_context: &'a [String],
}

impl AuthnRequest<'_> {
    /// The XML.
    pub fn to_xml(&self) -> String {
        let mut xml = Writer::new();
        xml.start("samlp:AuthnRequest")
            .attribute("xmlns:samlp", PROTOCOL)
            .attribute("xmlns:saml", ASSERTION)
            .attribute("ID", self.id)
            .attribute("Version", "2.0")
            .attribute("IssueInstant", &self.issue_instant.to_string())
            .attribute("Destination", self.destination)
            .attribute_if("ForceAuthn", self.force_authn.then_some("true"))
            .attribute_if("IsPassive", self.is_passive.then_some("true"))
            .attribute("ProtocolBinding", BINDING_POST)
            .attribute("AssertionConsumerServiceURL", self.assertion_consumer_service_url)
            .leaf("saml:Issuer", self.issuer);
        if let Some(format) = self.name_id_format {
            xml.start("samlp:NameIDPolicy").attribute("Format", format).end();
        }
        if !self.authn_context.is_empty() {
            xml.start("samlp:RequestedAuthnContext").attribute("Comparison", "exact");
            for class in self.authn_context {
                xml.leaf("saml:AuthnContextClassRef", class);
            }
            xml.end();
        }
        xml.finish()
    }
}
