//! What a `saml:Assertion` says (SAML core 2.3 to 2.7), as facts that judge nothing.
//!
//! [`Assertion::read`] reads from any element, so that a report can also show what a forged message
//! claims. Whether the facts are proven is a matter of the type around them:
//! [`SignedAssertion`] comes from [`Signed`] octets alone, [`Claimed`] proves nothing and cannot be
//! turned into the other.

use super::element::{Issuer, Text, Time, optional, required};
use super::names::{ASSERTION, FORMAT_UNSPECIFIED, PROTOCOL};
use super::response::whole_text;
use crate::dsig::{self, Signed};
use crate::xml::{Document, Element, ElementId, Misplaced, Node, Sequence};

/// The facts of one Assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// The element.
    pub at: ElementId,
    /// ID.
    pub id: String,
    /// Version, which must be `2.0`.
    pub version: Option<String>,
    /// IssueInstant.
    pub issue_instant: Time,
    /// Issuer.
    pub issuer: Issuer,
    /// Subject.
    pub subject: Option<Subject>,
    /// Conditions.
    pub conditions: Option<Conditions>,
    /// AuthnStatements, in document order.
    pub authn_statements: Vec<AuthnStatement>,
    /// Attributes of all AttributeStatements, in document order.
    pub attributes: Vec<Attribute>,
    /// EncryptedAttributes, in document order.
    pub encrypted_attributes: Vec<ElementId>,
}

/// A Subject (SAML core 2.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The element.
    pub at: ElementId,
    /// NameID, where there is a plain one.
    pub name_id: Option<NameId>,
    /// EncryptedID, where there is one.
    pub encrypted_id: Option<ElementId>,
    /// The confirmations, in document order.
    pub confirmations: Vec<SubjectConfirmation>,
}

/// A NameID (SAML core 2.2.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameId {
    /// The element.
    pub at: ElementId,
    /// The identifier, without the XML white space around it.
    pub value: String,
    /// Format; `unspecified` where there is none.
    pub format: String,
    /// NameQualifier.
    pub name_qualifier: Option<String>,
    /// SPNameQualifier.
    pub sp_name_qualifier: Option<String>,
}

/// A SubjectConfirmation with its data (SAML core 2.4.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectConfirmation {
    /// The SubjectConfirmationData, or the SubjectConfirmation where there is none.
    pub at: ElementId,
    /// Method.
    pub method: String,
    /// Recipient.
    pub recipient: Option<String>,
    /// NotBefore.
    pub not_before: Option<Time>,
    /// NotOnOrAfter.
    pub not_on_or_after: Option<Time>,
    /// InResponseTo.
    pub in_response_to: Option<String>,
}

/// Conditions (SAML core 2.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conditions {
    /// The element.
    pub at: ElementId,
    /// NotBefore.
    pub not_before: Option<Time>,
    /// NotOnOrAfter.
    pub not_on_or_after: Option<Time>,
    /// Each AudienceRestriction with its audiences.
    pub audience_restrictions: Vec<AudienceRestriction>,
    /// Whether OneTimeUse is among them.
    pub one_time_use: bool,
    /// Names of conditions that are not of SAML core, and where they stand.
    pub unknown: Vec<Text>,
}

/// An AudienceRestriction (SAML core 2.5.1.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudienceRestriction {
    /// The element.
    pub at: ElementId,
    /// The audiences, any of which will do.
    pub audiences: Vec<String>,
}

/// An AuthnStatement (SAML core 2.7.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthnStatement {
    /// The element.
    pub at: ElementId,
    /// AuthnInstant.
    pub authn_instant: Time,
    /// SessionIndex.
    pub session_index: Option<String>,
    /// SessionNotOnOrAfter.
    pub session_not_on_or_after: Option<Time>,
    /// AuthnContextClassRef.
    pub context_class: Option<String>,
}

/// An Attribute (SAML core 2.7.3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Name.
    pub name: String,
    /// NameFormat.
    pub name_format: Option<String>,
    /// FriendlyName.
    pub friendly_name: Option<String>,
    /// Each AttributeValue exactly as it is written; of one that holds elements, their text.
    pub values: Vec<String>,
}

impl Assertion {
    /// Reads an Assertion by the schema.
    pub fn read(assertion: Element<'_>) -> Result<Self, Misplaced> {
        // Where Signatures may stand and how many is for the signature check to say.
        let mut children = Sequence::without(assertion, dsig::is_signature)?;
        let issuer = Issuer::of(children.need(ASSERTION, "Issuer")?)?;
        let subject = children.take(ASSERTION, "Subject").map(Subject::read).transpose()?;
        let conditions =
            children.take(ASSERTION, "Conditions").map(Conditions::read).transpose()?;
        // Advice may be left unread (SAML core 2.6.1), and what is in it has no meaning here.
        children.take(ASSERTION, "Advice");
        let mut authn_statements = Vec::new();
        let mut attributes = Vec::new();
        let mut encrypted_attributes = Vec::new();
        while let Some(statement) = children.next_element() {
            match (statement.namespace(), statement.local_name()) {
                (ASSERTION, "AuthnStatement") => {
                    authn_statements.push(AuthnStatement::read(statement)?);
                }
                (ASSERTION, "AttributeStatement") => {
                    let mut statement = Sequence::of(statement)?;
                    while let Some(child) = statement.next_element() {
                        if child.is(ASSERTION, "Attribute") {
                            attributes.push(Attribute::read(child)?);
                        } else if child.is(ASSERTION, "EncryptedAttribute") {
                            encrypted_attributes.push(child.id());
                        } else {
                            return Err(misplaced(child, "an Attribute"));
                        }
                    }
                }
                // Statements that say nothing about who signs in.
                (ASSERTION, "AuthzDecisionStatement" | "Statement") => {}
                _ => return Err(misplaced(statement, "a statement")),
            }
        }
        Ok(Self {
            at: assertion.id(),
            id: required(assertion, "ID")?,
            version: optional(assertion, "Version"),
            issue_instant: Time::need(assertion, "IssueInstant")?,
            issuer,
            subject,
            conditions,
            authn_statements,
            attributes,
            encrypted_attributes,
        })
    }

    /// The values of all Attributes of this name, in document order.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.attributes
            .iter()
            .filter(move |attribute| attribute.name == name)
            .flat_map(|attribute| attribute.values.iter().map(String::as_str))
    }
}

impl Subject {
    fn read(subject: Element<'_>) -> Result<Self, Misplaced> {
        let mut children = Sequence::of(subject)?;
        let name_id = children.take(ASSERTION, "NameID").map(NameId::read).transpose()?;
        let encrypted_id = match name_id {
            Some(_) => None,
            None => children.take(ASSERTION, "EncryptedID").map(Element::id),
        };
        if name_id.is_none() && encrypted_id.is_none() {
            children.take(ASSERTION, "BaseID");
        }
        let mut confirmations = Vec::new();
        while let Some(child) = children.take(ASSERTION, "SubjectConfirmation") {
            confirmations.push(SubjectConfirmation::read(child)?);
        }
        children.end()?;
        Ok(Self { at: subject.id(), name_id, encrypted_id, confirmations })
    }
}

impl NameId {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, Misplaced> {
        let Text { value, at } = Text::of(element)?;
        Ok(Self {
            at,
            value,
            format: optional(element, "Format").unwrap_or_else(|| FORMAT_UNSPECIFIED.to_owned()),
            name_qualifier: optional(element, "NameQualifier"),
            sp_name_qualifier: optional(element, "SPNameQualifier"),
        })
    }
}

impl SubjectConfirmation {
    fn read(element: Element<'_>) -> Result<Self, Misplaced> {
        let method = required(element, "Method")?;
        let mut children = Sequence::of(element)?;
        // The entity that confirms: no matter for bearer tokens.
        for name in ["NameID", "EncryptedID", "BaseID"] {
            children.take(ASSERTION, name);
        }
        let data = children.take(ASSERTION, "SubjectConfirmationData");
        children.end()?;
        Ok(Self {
            at: data.unwrap_or(element).id(),
            method,
            recipient: data.and_then(|data| optional(data, "Recipient")),
            not_before: data.and_then(|data| Time::of(data, "NotBefore")),
            not_on_or_after: data.and_then(|data| Time::of(data, "NotOnOrAfter")),
            in_response_to: data.and_then(|data| optional(data, "InResponseTo")),
        })
    }
}

impl Conditions {
    fn read(element: Element<'_>) -> Result<Self, Misplaced> {
        let mut audience_restrictions = Vec::new();
        let mut one_time_use = false;
        let mut unknown = Vec::new();
        let mut children = Sequence::of(element)?;
        while let Some(child) = children.next_element() {
            match (child.namespace(), child.local_name()) {
                (ASSERTION, "AudienceRestriction") => {
                    audience_restrictions.push(AudienceRestriction::read(child)?);
                }
                (ASSERTION, "OneTimeUse") => one_time_use = true,
                // It limits assertions that are made of this one (2.5.1.6). None are made here.
                (ASSERTION, "ProxyRestriction") => {}
                _ => unknown.push(Text { value: child.local_name().to_owned(), at: child.id() }),
            }
        }
        Ok(Self {
            at: element.id(),
            not_before: Time::of(element, "NotBefore"),
            not_on_or_after: Time::of(element, "NotOnOrAfter"),
            audience_restrictions,
            one_time_use,
            unknown,
        })
    }
}

impl AudienceRestriction {
    fn read(element: Element<'_>) -> Result<Self, Misplaced> {
        let mut children = Sequence::of(element)?;
        let mut audiences = Vec::new();
        while let Some(audience) = children.take(ASSERTION, "Audience") {
            audiences.push(Text::of(audience)?.value);
        }
        children.end()?;
        Ok(Self { at: element.id(), audiences })
    }
}

impl AuthnStatement {
    fn read(element: Element<'_>) -> Result<Self, Misplaced> {
        let mut children = Sequence::of(element)?;
        children.take(ASSERTION, "SubjectLocality");
        let context = children.need(ASSERTION, "AuthnContext")?;
        children.end()?;
        let class =
            context.child_elements().find(|child| child.is(ASSERTION, "AuthnContextClassRef"));
        Ok(Self {
            at: element.id(),
            authn_instant: Time::need(element, "AuthnInstant")?,
            session_index: optional(element, "SessionIndex"),
            session_not_on_or_after: Time::of(element, "SessionNotOnOrAfter"),
            context_class: class.map(Text::of).transpose()?.map(|text| text.value),
        })
    }
}

impl Attribute {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, Misplaced> {
        let mut children = Sequence::of(element)?;
        let mut values = Vec::new();
        while let Some(value) = children.take(ASSERTION, "AttributeValue") {
            values.push(attribute_value(value)?);
        }
        children.end()?;
        Ok(Self {
            name: required(element, "Name")?,
            name_format: optional(element, "NameFormat"),
            friendly_name: optional(element, "FriendlyName"),
            values,
        })
    }
}

/// Text exactly as written. A comment or a processing instruction among it is refused, as in a
/// NameID.
fn attribute_value(value: Element<'_>) -> Result<String, Misplaced> {
    for node in value.descendants().flat_map(Element::children) {
        if matches!(node, Node::Comment(_) | Node::ProcessingInstruction { .. }) {
            return Err(Misplaced {
                at: value.id(),
                expected: "only the text of AttributeValue".into(),
                found: "a comment or processing instruction".into(),
            });
        }
    }
    if value.child_elements().next().is_some() {
        return Ok(whole_text(value));
    }
    Ok(value.text().into_owned())
}

fn misplaced(element: Element<'_>, expected: &str) -> Misplaced {
    let found = element.local_name().to_owned();
    Misplaced { at: element.id(), expected: expected.to_owned(), found }
}

/// Facts of a message that nothing proves. They can be judged and shown. There is no way to take
/// them out, so nothing that is merely claimed becomes an identity.
#[derive(Clone, Debug)]
pub struct Claimed<T>(T);

impl<T> Claimed<T> {
    pub(crate) fn new(facts: T) -> Self {
        Self(facts)
    }

    /// For checks and outlines, which see the facts by reference and keep none.
    pub(crate) fn shown(&self) -> &T {
        &self.0
    }
}

/// The facts of an Assertion, read from octets that a trusted key signed.
///
/// ```compile_fail,E0451
/// # fn forge(facts: countersign::saml::assertion::Assertion) {
/// countersign::saml::assertion::SignedAssertion { facts };
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SignedAssertion {
    facts: Assertion,
}

impl SignedAssertion {
    /// Reads the Assertion that was signed itself, or the one Assertion of a signed Response.
    pub fn read(signed: &Signed) -> Result<Self, Misplaced> {
        let root = signed.root();
        let assertion = if root.is(PROTOCOL, "Response") {
            let mut assertions =
                root.child_elements().filter(|child| child.is(ASSERTION, "Assertion"));
            match (assertions.next(), assertions.next()) {
                (Some(assertion), None) => assertion,
                _ => return Err(misplaced(root, "exactly one Assertion")),
            }
        } else if root.is(ASSERTION, "Assertion") {
            root
        } else {
            return Err(misplaced(root, "an Assertion"));
        };
        Ok(Self { facts: Assertion::read(assertion)? })
    }

    /// Reads an Assertion that was decrypted. Its ciphertext stands in `within`, a Response that a
    /// trusted key signed, so that the same key vouches for it.
    pub(crate) fn read_plaintext(within: &Signed, plaintext: &Document) -> Result<Self, Misplaced> {
        if !within.root().is(PROTOCOL, "Response") {
            return Err(misplaced(within.root(), "a Response"));
        }
        Ok(Self { facts: Assertion::read(plaintext.root())? })
    }

    /// Puts what was decrypted in the place of its ciphertext, which stands in this assertion.
    pub(crate) fn fill(&mut self, at: ElementId, plaintext: &Document) -> Result<(), Misplaced> {
        let root = plaintext.root();
        let facts = &mut self.facts;
        let subject = facts.subject.as_mut().filter(|subject| subject.encrypted_id == Some(at));
        if let Some(subject) = subject {
            if !root.is(ASSERTION, "NameID") {
                return Err(misplaced(root, "a NameID"));
            }
            // Where it stands is where its ciphertext does.
            subject.name_id = Some(NameId { at, ..NameId::read(root)? });
            subject.encrypted_id = None;
            return Ok(());
        }
        if !root.is(ASSERTION, "Attribute") {
            return Err(misplaced(root, "an Attribute"));
        }
        facts.attributes.push(Attribute::read(root)?);
        facts.encrypted_attributes.retain(|encrypted| *encrypted != at);
        Ok(())
    }

    /// The facts, proven.
    pub fn facts(&self) -> &Assertion {
        &self.facts
    }
}
