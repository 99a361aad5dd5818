//! Builds Responses as Entra ID builds them.
//!
//! [`ResponseSpec`] holds what a Response says, every part of it open to change; what it cannot
//! say, an edit of the [`Element`] tree before signing can.

use crate::encryption::EncryptionSpec;
use crate::keys::TestKey;
use crate::moment::Moment;
use crate::signature::{SignatureSpec, sign};
use crate::tree::{ASSERTION, Element, Node, PROTOCOL};

/// `urn:oasis:names:tc:SAML:2.0:status:Success`
pub const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
/// The bearer confirmation method.
pub const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
/// The NameID format of e-mail addresses.
pub const EMAIL: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
/// The NameID format of persistent identifiers.
pub const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
/// Authentication by password.
pub const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password";

/// Which elements the identity provider signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SigningOption {
    /// Entra ID: "Sign SAML assertion", the default.
    Assertion,
    /// Entra ID: "Sign SAML response".
    Response,
    /// Entra ID: "Sign SAML response and assertion".
    Both,
    /// Nothing, which no product offers.
    Neither,
}

/// The prefixes a product writes.
#[derive(Clone, Debug)]
pub struct Prefixes {
    /// Of the protocol namespace.
    pub protocol: &'static str,
    /// Of the assertion namespace.
    pub assertion: &'static str,
}

impl Prefixes {
    /// What Entra ID and AD FS write.
    pub const ENTRA: Prefixes = Prefixes { protocol: "samlp", assertion: "" };
    /// What Okta and Shibboleth write.
    pub const SAML2: Prefixes = Prefixes { protocol: "saml2p", assertion: "saml2" };

    fn protocol(&self, local: &str) -> Element {
        Element::new(&qualified(self.protocol, local), PROTOCOL)
    }

    /// An element of the assertion namespace.
    pub fn assertion(&self, local: &str) -> Element {
        Element::new(&qualified(self.assertion, local), ASSERTION)
    }
}

fn qualified(prefix: &str, local: &str) -> String {
    if prefix.is_empty() { local.into() } else { format!("{prefix}:{local}") }
}

/// What a Response says.
#[derive(Clone, Debug)]
pub struct ResponseSpec {
    /// Prefixes of both namespaces.
    pub prefixes: Prefixes,
    /// The Response's ID.
    pub id: String,
    /// Its `Version`.
    pub version: String,
    /// Its `IssueInstant`.
    pub issue_instant: Moment,
    /// Its `Destination`, if any.
    pub destination: Option<String>,
    /// Its `InResponseTo`, if any.
    pub in_response_to: Option<String>,
    /// Its `Issuer`, if any.
    pub issuer: Option<String>,
    /// Status codes from the outermost to the innermost.
    pub status_codes: Vec<String>,
    /// `StatusMessage`, if any.
    pub status_message: Option<String>,
    /// Its assertions, commonly one.
    pub assertions: Vec<AssertionSpec>,
    /// What is signed.
    pub signing: SigningOption,
    /// How the assertion is signed.
    pub assertion_signature: SignatureSpec,
    /// How the Response is signed.
    pub response_signature: SignatureSpec,
    /// How the assertion is encrypted, if it is: after it was signed, before the Response is.
    pub encryption: Option<EncryptionSpec>,
    /// Changes the tree before anything is signed.
    pub edit: fn(&mut Element),
}

/// What an Assertion says.
#[derive(Clone, Debug)]
pub struct AssertionSpec {
    /// The Assertion's ID.
    pub id: String,
    /// Its `Version`.
    pub version: String,
    /// Its `IssueInstant`.
    pub issue_instant: Moment,
    /// Its `Issuer`, which has to be there.
    pub issuer: String,
    /// The text of the `NameID`, if there is one.
    pub name_id: Option<String>,
    /// The `NameID`'s `Format`, if any.
    pub name_id_format: Option<String>,
    /// Confirmations of the subject, commonly one.
    pub confirmations: Vec<ConfirmationSpec>,
    /// `NotBefore` of the Conditions, if any.
    pub not_before: Option<String>,
    /// `NotOnOrAfter` of the Conditions, if any.
    pub not_on_or_after: Option<String>,
    /// An `AudienceRestriction` for each, with its `Audience` elements.
    pub audience_restrictions: Vec<Vec<String>>,
    /// Attributes: name and values.
    pub attributes: Vec<(String, Vec<String>)>,
    /// Statements about the authentication, commonly one.
    pub authn_statements: Vec<AuthnSpec>,
}

/// A `SubjectConfirmation`.
#[derive(Clone, Debug)]
pub struct ConfirmationSpec {
    /// Its `Method`.
    pub method: String,
    /// `InResponseTo`, if any.
    pub in_response_to: Option<String>,
    /// `NotBefore`, which bearer confirmations must not have.
    pub not_before: Option<String>,
    /// `NotOnOrAfter`, if any.
    pub not_on_or_after: Option<String>,
    /// `Recipient`, if any.
    pub recipient: Option<String>,
}

/// An `AuthnStatement`.
#[derive(Clone, Debug)]
pub struct AuthnSpec {
    /// `AuthnInstant`.
    pub authn_instant: String,
    /// `SessionIndex`, if any.
    pub session_index: Option<String>,
    /// `SessionNotOnOrAfter`, if any.
    pub session_not_on_or_after: Option<String>,
    /// `AuthnContextClassRef`, if any.
    pub class_ref: Option<String>,
}

impl ResponseSpec {
    /// The only assertion.
    ///
    /// # Panics
    /// Where a test took it away.
    pub fn assertion(&mut self) -> &mut AssertionSpec {
        &mut self.assertions[0]
    }

    /// The only subject confirmation.
    pub fn confirmation(&mut self) -> &mut ConfirmationSpec {
        &mut self.assertion().confirmations[0]
    }

    /// The only authentication statement.
    pub fn authn(&mut self) -> &mut AuthnSpec {
        &mut self.assertion().authn_statements[0]
    }

    /// Replaces the values of an attribute, or adds it.
    pub fn set_attribute(&mut self, name: &str, values: &[&str]) {
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        let attributes = &mut self.assertion().attributes;
        match attributes.iter_mut().find(|(known, _)| known == name) {
            Some(attribute) => attribute.1 = values,
            None => attributes.push((name.into(), values)),
        }
    }

    /// Changes both signatures.
    pub fn signatures(&mut self, change: impl Fn(&mut SignatureSpec)) {
        change(&mut self.assertion_signature);
        change(&mut self.response_signature);
    }

    /// Signs with this key and algorithm instead.
    pub fn sign_with(&mut self, key: TestKey, algorithm: &str, digest: &str) {
        self.signatures(|spec| *spec = SignatureSpec::new(key).algorithms(algorithm, digest));
    }

    /// The unsigned tree.
    pub fn unsigned(&self) -> Element {
        let prefixes = &self.prefixes;
        let mut response = prefixes
            .protocol("Response")
            .with("ID", &self.id)
            .with("Version", &self.version)
            .with("IssueInstant", self.issue_instant.text())
            .with_some("Destination", self.destination.as_deref())
            .with_some("InResponseTo", self.in_response_to.as_deref());
        response = response
            .children(self.issuer.as_ref().map(|issuer| prefixes.assertion("Issuer").text(issuer)))
            .child(self.status())
            .children(self.assertions.iter().map(|assertion| assertion.tree(prefixes)));
        (self.edit)(&mut response);
        response
    }

    /// The tree with its signatures: assertions first, because the Response's covers theirs.
    pub fn issue(&self) -> Element {
        let mut response = self.unsigned();
        if matches!(self.signing, SigningOption::Assertion | SigningOption::Both) {
            let inherited = response.declared();
            for child in &mut response.children {
                if let Node::Element(child) = child
                    && child.local == "Assertion"
                {
                    sign(child, &inherited, &self.assertion_signature);
                }
            }
        }
        if let Some(encryption) = &self.encryption {
            let name = qualified(self.prefixes.assertion, "EncryptedAssertion");
            for child in &mut response.children {
                if let Node::Element(child) = child
                    && child.local == "Assertion"
                {
                    *child = encryption.encrypt(child, &name, ASSERTION);
                }
            }
        }
        if matches!(self.signing, SigningOption::Response | SigningOption::Both) {
            sign(&mut response, &[], &self.response_signature);
        }
        response
    }

    fn status(&self) -> Element {
        let nest = |inner: Option<Element>, value: &String| {
            let code = self.prefixes.protocol("StatusCode").with("Value", value);
            Some(code.children(inner))
        };
        let message = self.status_message.as_ref();
        self.prefixes
            .protocol("Status")
            .children(self.status_codes.iter().rev().fold(None, nest))
            .children(message.map(|text| self.prefixes.protocol("StatusMessage").text(text)))
    }
}

impl AssertionSpec {
    /// The unsigned Assertion, its children in the order in which Entra ID writes them.
    pub fn tree(&self, prefixes: &Prefixes) -> Element {
        let mut assertion = prefixes
            .assertion("Assertion")
            .with("ID", &self.id)
            .with("IssueInstant", self.issue_instant.text())
            .with("Version", &self.version)
            .child(prefixes.assertion("Issuer").text(&self.issuer))
            .child(self.subject(prefixes))
            .child(self.conditions(prefixes));
        if !self.attributes.is_empty() {
            let attributes = self.attributes.iter().map(|(name, values)| {
                let values =
                    values.iter().map(|value| prefixes.assertion("AttributeValue").text(value));
                prefixes.assertion("Attribute").with("Name", name).children(values)
            });
            assertion =
                assertion.child(prefixes.assertion("AttributeStatement").children(attributes));
        }
        assertion.children(self.authn_statements.iter().map(|statement| statement.tree(prefixes)))
    }

    fn subject(&self, prefixes: &Prefixes) -> Element {
        let name_id = self.name_id.as_ref().map(|name_id| {
            let element = prefixes.assertion("NameID").text(name_id);
            element.with_some("Format", self.name_id_format.as_deref())
        });
        let confirmations = self.confirmations.iter().map(|confirmation| {
            let data = prefixes
                .assertion("SubjectConfirmationData")
                .with_some("InResponseTo", confirmation.in_response_to.as_deref())
                .with_some("NotBefore", confirmation.not_before.as_deref())
                .with_some("NotOnOrAfter", confirmation.not_on_or_after.as_deref())
                .with_some("Recipient", confirmation.recipient.as_deref());
            let element = prefixes.assertion("SubjectConfirmation");
            element.with("Method", &confirmation.method).child(data)
        });
        prefixes.assertion("Subject").children(name_id).children(confirmations)
    }

    fn conditions(&self, prefixes: &Prefixes) -> Element {
        let restrictions = self.audience_restrictions.iter().map(|audiences| {
            let audiences =
                audiences.iter().map(|audience| prefixes.assertion("Audience").text(audience));
            prefixes.assertion("AudienceRestriction").children(audiences)
        });
        prefixes
            .assertion("Conditions")
            .with_some("NotBefore", self.not_before.as_deref())
            .with_some("NotOnOrAfter", self.not_on_or_after.as_deref())
            .children(restrictions)
    }
}

impl AuthnSpec {
    fn tree(&self, prefixes: &Prefixes) -> Element {
        let class =
            self.class_ref.as_ref().map(|uri| prefixes.assertion("AuthnContextClassRef").text(uri));
        prefixes
            .assertion("AuthnStatement")
            .with("AuthnInstant", &self.authn_instant)
            .with_some("SessionIndex", self.session_index.as_deref())
            .with_some("SessionNotOnOrAfter", self.session_not_on_or_after.as_deref())
            .child(prefixes.assertion("AuthnContext").children(class))
    }
}
