//! Reading an element the way a schema describes it: these children, in this order, no others.

use std::borrow::Cow;
use std::fmt;

use super::{Element, ElementId, Node};

/// White space as XML has it (XML 1.0 2.3).
pub fn is_space(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// `text` without the XML white space around it.
pub fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

/// Something stands where the schema has something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misplaced {
    /// The element that is wrong, or the one that lacks something.
    pub at: ElementId,
    /// What belongs there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

impl fmt::Display for Misplaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "found {} where {} belongs", self.found, self.expected)
    }
}

impl std::error::Error for Misplaced {}

/// The child elements of one element, taken one after the other.
pub struct Sequence<'d> {
    parent: Element<'d>,
    rest: std::iter::Peekable<std::vec::IntoIter<Element<'d>>>,
}

impl<'d> Sequence<'d> {
    /// Starts with the first child. Text between the children is refused, comments are not.
    pub fn of(parent: Element<'d>) -> Result<Self, Misplaced> {
        Self::without(parent, |_| false)
    }

    /// The same, with children left out that somebody else looks at.
    pub fn without(
        parent: Element<'d>,
        left_out: impl Fn(Element<'d>) -> bool,
    ) -> Result<Self, Misplaced> {
        let mut elements = Vec::new();
        for node in parent.children() {
            match node {
                Node::Element(element) if left_out(element) => {}
                Node::Element(element) => elements.push(element),
                Node::Text(text) if !is_space(text) => {
                    return Err(Misplaced {
                        at: parent.id(),
                        expected: "only elements".into(),
                        found: "text".into(),
                    });
                }
                _ => {}
            }
        }
        Ok(Self { parent, rest: elements.into_iter().peekable() })
    }

    /// The next child if it has this name.
    pub fn take(&mut self, namespace: &str, local: &str) -> Option<Element<'d>> {
        self.rest.next_if(|element| element.is(namespace, local))
    }

    /// The next child, which must have this name.
    pub fn need(&mut self, namespace: &str, local: &str) -> Result<Element<'d>, Misplaced> {
        match self.take(namespace, local) {
            Some(element) => Ok(element),
            None => Err(self.misplaced(local)),
        }
    }

    /// The next child, whatever it is.
    pub fn next_element(&mut self) -> Option<Element<'d>> {
        self.rest.next()
    }

    /// The next child, left in its place.
    pub fn peek(&mut self) -> Option<Element<'d>> {
        self.rest.peek().copied()
    }

    /// Nothing may follow.
    pub fn end(mut self) -> Result<(), Misplaced> {
        match self.rest.peek() {
            None => Ok(()),
            Some(_) => Err(self.misplaced("nothing else")),
        }
    }

    /// An error that names what comes next.
    pub fn misplaced(&mut self, expected: &str) -> Misplaced {
        let (at, found) = match self.rest.peek() {
            Some(element) => (element.id(), element.local_name().to_owned()),
            None => (self.parent.id(), format!("the end of {}", self.parent.local_name())),
        };
        Misplaced { at, expected: expected.to_owned(), found }
    }
}

/// The text of an element that holds text alone. A comment or a processing instruction in it is
/// refused: parsers disagree about where the text then ends, and attackers use that
/// (CVE-2017-11427).
pub fn simple_content(element: Element<'_>) -> Result<Cow<'_, str>, Misplaced> {
    let found = element.children().find_map(|node| match node {
        Node::Text(_) => None,
        Node::Element(child) => Some(child.local_name().to_owned()),
        Node::Comment(_) => Some("a comment".to_owned()),
        Node::ProcessingInstruction { .. } => Some("a processing instruction".to_owned()),
    });
    match found {
        None => Ok(element.text()),
        Some(found) => {
            let expected = format!("only the text of {}", element.local_name());
            Err(Misplaced { at: element.id(), expected, found })
        }
    }
}
