//! The envelope: what a `samlp:Response` says (SAML core 3.2.2, 3.3.3).
//!
//! Nothing here is proven. The facts of an envelope can refuse a login and never admit one.

use super::aadsts::EntraError;
use super::element::{Issuer, Text, Time, optional, required};
use super::names::{ASSERTION, PROTOCOL, STATUS_SUCCESS};
use crate::dsig;
use crate::xml::{Document, Element, ElementId, Misplaced, Sequence, trim};

/// A Response, merely claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The element.
    pub at: ElementId,
    /// ID.
    pub id: String,
    /// Version, which must be `2.0`.
    pub version: Option<String>,
    /// IssueInstant.
    pub issue_instant: Time,
    /// Destination, where there is one that is not empty.
    pub destination: Option<String>,
    /// InResponseTo.
    pub in_response_to: Option<String>,
    /// Issuer.
    pub issuer: Option<Issuer>,
    /// Status.
    pub status: StatusFacts,
    /// The assertions beside each other, encrypted ones too, in document order.
    pub assertions: Vec<Enclosed>,
}

/// An Assertion or EncryptedAssertion of a Response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enclosed {
    /// A plain Assertion.
    Assertion(ElementId),
    /// An EncryptedAssertion.
    Encrypted(ElementId),
}

/// What a Status says (SAML core 3.2.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusFacts {
    /// The element.
    pub at: ElementId,
    /// The status codes, the outermost first.
    pub codes: Vec<String>,
    /// StatusMessage.
    pub message: Option<String>,
    /// Text of StatusDetail.
    pub detail: Option<String>,
}

/// Status codes can be nested without end; SAML itself nests two.
const NESTED_CODES: usize = 8;

impl Response {
    /// Reads the envelope by the schema. The root must be a `samlp:Response`.
    pub fn read(document: &Document) -> Result<Self, Misplaced> {
        let root = document.root();
        if !root.is(PROTOCOL, "Response") {
            return Err(Misplaced {
                at: root.id(),
                expected: "a SAML 2.0 Response".into(),
                found: root.local_name().to_owned(),
            });
        }
        // Where Signatures may stand and how many is for the signature check to say.
        let mut children = Sequence::without(root, dsig::is_signature)?;
        let issuer = Issuer::take(&mut children)?;
        children.take(PROTOCOL, "Extensions");
        let status = StatusFacts::read(children.need(PROTOCOL, "Status")?)?;
        let mut assertions = Vec::new();
        while let Some(child) = children.next_element() {
            if child.is(ASSERTION, "Assertion") {
                assertions.push(Enclosed::Assertion(child.id()));
            } else if child.is(ASSERTION, "EncryptedAssertion") {
                assertions.push(Enclosed::Encrypted(child.id()));
            } else {
                return Err(Misplaced {
                    at: child.id(),
                    expected: "an Assertion".into(),
                    found: child.local_name().to_owned(),
                });
            }
        }
        Ok(Self {
            at: root.id(),
            id: required(root, "ID")?,
            version: optional(root, "Version"),
            issue_instant: Time::need(root, "IssueInstant")?,
            destination: optional(root, "Destination").filter(|url| !url.is_empty()),
            in_response_to: optional(root, "InResponseTo"),
            issuer,
            status,
            assertions,
        })
    }
}

impl StatusFacts {
    /// Whether the outermost code is Success.
    pub fn is_success(&self) -> bool {
        self.codes.first().map(String::as_str) == Some(STATUS_SUCCESS)
    }

    /// The error that Entra ID wrote into the message or the detail.
    pub fn entra_error(&self) -> Option<EntraError> {
        let texts = [&self.message, &self.detail].into_iter().flatten();
        texts.map(String::as_str).find_map(EntraError::find)
    }

    pub(crate) fn read(status: Element<'_>) -> Result<Self, Misplaced> {
        let mut children = Sequence::of(status)?;
        let mut code = Some(children.need(PROTOCOL, "StatusCode")?);
        let mut codes = Vec::new();
        while let Some(element) = code.filter(|_| codes.len() < NESTED_CODES) {
            codes.push(trim(&required(element, "Value")?).to_owned());
            code = element.child_elements().find(|child| child.is(PROTOCOL, "StatusCode"));
        }
        let message = children.take(PROTOCOL, "StatusMessage").map(Text::of).transpose()?;
        let detail = children.take(PROTOCOL, "StatusDetail").map(whole_text);
        children.end()?;
        let message = message.map(|text| text.value).filter(|text| !text.is_empty());
        Ok(Self { at: status.id(), codes, message, detail: detail.filter(|text| !text.is_empty()) })
    }
}

/// The text of an element and all elements in it.
pub(crate) fn whole_text(element: Element<'_>) -> String {
    let text: String = element.descendants().map(Element::text).collect();
    trim(&text).to_owned()
}
