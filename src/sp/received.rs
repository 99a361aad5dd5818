//! A message as it arrived: decoded, parsed, and read as far as it can be. Nothing is proven yet.

use super::location;
use crate::checks::{At, Fault, Finding, Findings};
use crate::dsig;
use crate::policy::Policy;
use crate::report::{About, Report};
use crate::saml::assertion::{Assertion, Claimed};
use crate::saml::input::{InputError, decode_message};
use crate::saml::lookalike::Lookalike;
use crate::saml::metadata::IdentityProvider;
use crate::saml::names::PROTOCOL;
use crate::saml::outline::Outline;
use crate::saml::response::{Enclosed, Response};
use crate::xml::{Document, Element, ElementId, Misplaced, XmlError, XmlErrorClass};

/// A message that is a Response, whatever else may be wrong with it.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) document: Document,
    pub(super) response: Response,
    /// The first plain assertion, as far as it can be read.
    pub(super) assertion: Option<Claimed<Assertion>>,
    pub(super) fault: Option<Fault>,
}

/// A message that is no Response.
pub(super) struct Unreadable {
    fault: Box<Fault>,
    document: Option<Box<Document>>,
}

impl From<Fault> for Unreadable {
    fn from(fault: Fault) -> Self {
        Self { fault: Box::new(fault), document: None }
    }
}

impl Unreadable {
    /// Where it is XML after all.
    pub(super) fn document(&self) -> Option<&Document> {
        self.document.as_deref()
    }

    pub(super) fn report(self, policy: &Policy) -> Report {
        let locate = |at| match (at, &self.document) {
            (At::Message(id), Some(document)) => document.element(id).map(location),
            _ => None,
        };
        let mut findings = Findings::of_unreadable(&self.fault, policy).into_list();
        let hints = findings.iter_mut().flat_map(Finding::take_remedies).collect();
        Report {
            about: About::Login,
            checks: findings.into_iter().map(|finding| finding.into_check(locate)).collect(),
            message: self.document.as_deref().map(|document| Outline::of_document(document, &[])),
            hints,
            login: None,
            logout: None,
        }
    }
}

impl Received {
    pub(super) fn read(message: &[u8], policy: &Policy) -> Result<Self, Unreadable> {
        let octets = decode_message(message, policy.limits.input_bytes)
            .map_err(|error| Fault::of_input(error, message))?;
        let document = Document::parse(&octets, &policy.limits)
            .map_err(|error| Fault::of_xml(error, message, &octets))?;
        match Response::read(&document) {
            Ok(response) => Ok(Self::of(document, response)),
            Err(misplaced) => {
                let fault =
                    Fault::of_root(&document, "Response").unwrap_or(Fault::Structure(misplaced));
                Err(Unreadable { fault: Box::new(fault), document: Some(Box::new(document)) })
            }
        }
    }

    fn of(document: Document, response: Response) -> Self {
        let first = first_plain(&document, &response);
        let read = first.map(Assertion::read).transpose();
        let assertion = read.as_ref().ok().and_then(Option::as_ref);
        let fault = Fault::of_response(&document, &response, assertion)
            .or_else(|| read.as_ref().err().cloned().map(Fault::Structure));
        let assertion = read.ok().flatten().map(Claimed::new);
        Self { document, response, assertion, fault }
    }

    /// The identity provider that the Issuer names; where only one is configured, that one, so
    /// that its keys are tried and the report says more than that the Issuer is another.
    pub(super) fn identity_provider<'p>(&self, policy: &'p Policy) -> Option<&'p IdentityProvider> {
        let assertion = self.assertion.as_ref().map(|claimed| &claimed.shown().issuer);
        let issuer = self.response.issuer.as_ref().or(assertion);
        let named = issuer.and_then(|issuer| {
            policy.identity_providers.iter().find(|one| one.entity_id == issuer.value)
        });
        named.or(match policy.identity_providers.as_slice() {
            [only] => Some(only),
            _ => None,
        })
    }

    /// The first plain assertion.
    pub(super) fn assertion_element(&self) -> Option<Element<'_>> {
        first_plain(&self.document, &self.response)
    }

    /// The EncryptedAssertion, where it is the only assertion.
    pub(super) fn encrypted(&self) -> Option<ElementId> {
        match self.response.assertions.as_slice() {
            [Enclosed::Encrypted(at)] => Some(*at),
            _ => None,
        }
    }
}

fn first_plain<'d>(document: &'d Document, response: &Response) -> Option<Element<'d>> {
    response.assertions.iter().find_map(|enclosed| match enclosed {
        Enclosed::Assertion(at) => document.element(*at),
        Enclosed::Encrypted(_) => None,
    })
}

impl Fault {
    /// A root element that is known to be something else.
    pub(super) fn of_root(document: &Document, wanted: &str) -> Option<Self> {
        let root = document.root();
        if root.is(PROTOCOL, wanted) {
            return None;
        }
        let (name, namespace) = (root.local_name().to_owned(), root.namespace().to_owned());
        if namespace.starts_with("urn:oasis:names:tc:SAML:1.0:") {
            let minor = root.attribute("MinorVersion").unwrap_or("1");
            return Some(Self::Version { found: format!("1.{minor}"), at: root.id() });
        }
        let like = Lookalike::of_page(document.source());
        Some(Self::OtherKind { name, namespace, at: root.id(), like })
    }

    /// Input that is no XML. What is too large is not looked into.
    fn of_input(error: InputError, message: &[u8]) -> Self {
        let like = match error {
            InputError::NotBase64 { .. } => Lookalike::of(message, None),
            _ => None,
        };
        Self::Input(error, like)
    }

    /// XML that is not accepted. Where a limit stands against it, it is not looked into.
    fn of_xml(error: XmlError, message: &[u8], octets: &[u8]) -> Self {
        let like = match error.class() {
            XmlErrorClass::Limit { .. } | XmlErrorClass::TooLarge => None,
            _ => Lookalike::of(message, Some(octets)),
        };
        Self::Xml(error, like)
    }

    /// What the schema leaves open and the profile does not.
    fn of_response(
        document: &Document,
        response: &Response,
        assertion: Option<&Assertion>,
    ) -> Option<Self> {
        let ids = [Some(&response.id), assertion.map(|one| &one.id)];
        for id in ids.into_iter().flatten() {
            if let Some(at) = dsig::second_holder(document, id) {
                return Some(Self::DuplicateId { id: id.clone(), at });
            }
        }
        let versions =
            [Some((&response.version, response.at)), assertion.map(|one| (&one.version, one.at))];
        let other = |(version, at): (&Option<String>, _)| Self::of_version(version.as_deref(), at);
        if let Some(fault) = versions.into_iter().flatten().find_map(other) {
            return Some(fault);
        }
        let found = response.assertions.len();
        let expected = if response.status.is_success() { 1..=1 } else { 0..=1 };
        if !expected.contains(&found) {
            return Some(Self::AssertionCount { found, at: response.at });
        }
        None
    }
    /// The same of an assertion that was decrypted.
    pub(super) fn of_plaintext(
        document: &Document,
        read: Result<&Assertion, &Misplaced>,
    ) -> Option<Self> {
        let assertion = match read {
            Ok(assertion) => assertion,
            Err(misplaced) => return Some(Self::Structure(misplaced.clone())),
        };
        match dsig::second_holder(document, &assertion.id) {
            Some(at) => Some(Self::DuplicateId { id: assertion.id.clone(), at }),
            None => Self::of_version(assertion.version.as_deref(), assertion.at),
        }
    }

    pub(super) fn of_version(version: Option<&str>, at: ElementId) -> Option<Self> {
        if version == Some("2.0") {
            return None;
        }
        let found = version.unwrap_or("no Version").to_owned();
        Some(Self::Version { found, at })
    }
}
