//! Small pieces that messages are made of: an issuer, a time, an element of another namespace.

use crate::saml::names::ASSERTION;
use crate::saml::time::Instant;
use crate::xml::{Element, ElementId, Misplaced, Sequence, simple_content, trim};

/// Text and the element it stands in, or is an attribute of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text, without the XML white space around it.
    pub value: String,
    /// The element.
    pub at: ElementId,
}

impl Text {
    pub(crate) fn of(element: Element<'_>) -> Result<Self, Misplaced> {
        let content = simple_content(element)?;
        Ok(Self { value: trim(&content).to_owned(), at: element.id() })
    }
}

/// An Issuer (SAML core 2.2.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// The entity ID.
    pub value: String,
    /// The Format, which should be absent or `entity`.
    pub format: Option<String>,
    /// The element.
    pub at: ElementId,
}

impl Issuer {
    pub(crate) fn of(element: Element<'_>) -> Result<Self, Misplaced> {
        let Text { value, at } = Text::of(element)?;
        Ok(Self { value, format: element.attribute("Format").map(str::to_owned), at })
    }

    pub(crate) fn take(children: &mut Sequence<'_>) -> Result<Option<Self>, Misplaced> {
        children.take(ASSERTION, "Issuer").map(Self::of).transpose()
    }
}

/// An instant as a message writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    /// The text.
    pub text: String,
    /// What it means: absent where it is not an `xs:dateTime`.
    pub instant: Option<Instant>,
    /// The attribute it stands in.
    pub name: &'static str,
    /// The element that has the attribute.
    pub at: ElementId,
}

impl Time {
    pub(crate) fn of(element: Element<'_>, name: &'static str) -> Option<Self> {
        let text = element.attribute(name)?.to_owned();
        let instant = Instant::parse(&text);
        Some(Self { text, instant, name, at: element.id() })
    }

    pub(crate) fn need(element: Element<'_>, name: &'static str) -> Result<Self, Misplaced> {
        Self::of(element, name).ok_or_else(|| no_attribute(element, name))
    }
}

/// An attribute that the schema requires.
pub(crate) fn required(element: Element<'_>, name: &str) -> Result<String, Misplaced> {
    match element.attribute(name) {
        Some(value) if !trim(value).is_empty() => Ok(value.to_owned()),
        _ => Err(no_attribute(element, name)),
    }
}

fn no_attribute(element: Element<'_>, name: &str) -> Misplaced {
    Misplaced {
        at: element.id(),
        expected: format!("the attribute {name}"),
        found: format!("{} without it", element.local_name()),
    }
}

pub(crate) fn optional(element: Element<'_>, name: &str) -> Option<String> {
    element.attribute(name).map(str::to_owned)
}
