//! Elements, attributes and nodes: what one reads a document by.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::ops::Range;

use super::document::Document;
use super::storage::{
    AttributeData, DeclarationData, EMPTY, ElementData, NONE, NodeData, Run, XML, to_usize,
};
use super::{Position, XML_NAMESPACE};

/// Names an element of one document. In document order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementId(u32);

impl ElementId {
    pub(crate) const fn index(self) -> u32 {
        self.0
    }
}

/// A node of a document, as [`Element::children`] gives it.
///
/// Exhaustive: XML 1.0 has no further kind of child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node<'d> {
    /// An element.
    Element(Element<'d>),
    /// Character data, decoded, never empty. Text, references and CDATA sections that touch are
    /// one node.
    Text(&'d str),
    /// A comment: what stands between `<!--` and `-->`.
    Comment(&'d str),
    /// A processing instruction.
    ProcessingInstruction {
        /// Its target.
        target: &'d str,
        /// What follows, without the white space before it. May be empty.
        data: &'d str,
    },
}

/// An element of a document.
#[derive(Clone, Copy)]
pub struct Element<'d> {
    document: &'d Document,
    data: &'d ElementData,
    index: u32,
}

/// Stands for an element that does not exist: only reachable through an index that no document
/// gave out, never panics, and has no name.
static NOWHERE: ElementData = ElementData {
    name: super::storage::Span { start: 0, end: 0 },
    local: 0,
    prefix: EMPTY,
    namespace: EMPTY,
    parent: NONE,
    scope: NONE,
    node: 0,
    end_node: 0,
    end_element: 0,
    attributes: Run { start: 0, end: 0 },
    declarations: Run { start: 0, end: 0 },
    source: super::storage::Span { start: 0, end: 0 },
};

impl<'d> Element<'d> {
    /// The element with this index. Indices come from the document itself.
    pub(super) fn at(document: &'d Document, index: u32) -> Element<'d> {
        let data = document.elements.get(to_usize(index)).unwrap_or(&NOWHERE);
        Element { document, data, index }
    }

    pub(crate) const fn data(self) -> &'d ElementData {
        self.data
    }

    /// Its id.
    pub const fn id(self) -> ElementId {
        ElementId(self.index)
    }

    /// The document it is part of.
    pub const fn document(self) -> &'d Document {
        self.document
    }

    /// The prefix as written; empty where there is none.
    pub fn prefix(self) -> &'d str {
        self.document.prefix(self.data.prefix)
    }

    /// The local name.
    pub fn local_name(self) -> &'d str {
        self.document.text(self.data.local_name())
    }

    /// The namespace name; empty where it is in none.
    pub fn namespace(self) -> &'d str {
        self.document.namespace(self.data.namespace)
    }

    /// Whether it has this expanded name.
    pub fn is(self, namespace: &str, local: &str) -> bool {
        self.local_name() == local && self.namespace() == namespace
    }

    /// The element it is in; none for the root.
    pub fn parent(self) -> Option<Element<'d>> {
        (self.data.parent != NONE).then(|| Element::at(self.document, self.data.parent))
    }

    /// Its children in document order.
    pub fn children(self) -> impl Iterator<Item = Node<'d>> {
        Nodes::new(self.document, self.data.node.saturating_add(1), self.data.end_node)
    }

    /// Its child elements in document order.
    pub fn child_elements(self) -> impl Iterator<Item = Element<'d>> {
        let mut next = self.index.saturating_add(1);
        std::iter::from_fn(move || {
            (next < self.data.end_element).then(|| {
                let child = Element::at(self.document, next);
                next = child.data.end_element.max(next.saturating_add(1));
                child
            })
        })
    }

    /// It and all elements in it, in document order.
    pub fn descendants(self) -> impl Iterator<Item = Element<'d>> {
        (self.index..self.data.end_element).map(move |index| Element::at(self.document, index))
    }

    /// Its attributes as written, without namespace declarations.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'d>> {
        let document = self.document;
        let data = self.data.attributes.of(&document.attributes);
        data.iter().map(move |data| Attribute { document, data })
    }

    /// The value of the attribute of this name in no namespace.
    pub fn attribute(self, local: &str) -> Option<&'d str> {
        self.attributes()
            .find(|it| it.data.namespace == EMPTY && it.local_name() == local)
            .map(Attribute::value)
    }

    /// The value of the attribute with this expanded name.
    pub fn attribute_ns(self, namespace: &str, local: &str) -> Option<&'d str> {
        self.attributes()
            .find(|it| it.local_name() == local && it.namespace() == namespace)
            .map(Attribute::value)
    }

    /// All its direct text joined, whole: what stands before and after a comment is one text,
    /// so that a comment cannot cut a name short (CVE-2017-11427 and its kin). Text of child
    /// elements is not part of it.
    pub fn text(self) -> Cow<'d, str> {
        let mut texts = self.children().filter_map(|node| match node {
            Node::Text(text) => Some(text),
            _ => None,
        });
        let first = texts.next().unwrap_or_default();
        match texts.next() {
            None => Cow::Borrowed(first),
            Some(second) => {
                let mut whole = String::from(first);
                whole.push_str(second);
                whole.extend(texts);
                Cow::Owned(whole)
            }
        }
    }

    /// The namespace that `prefix` (empty: the default) stands for here. None where it is not
    /// declared, and for the default where there is none. Looks at each ancestor that declares
    /// anything once, so [`Limits::depth`](super::Limits::depth) bounds the cost.
    pub fn namespace_for_prefix(self, prefix: &str) -> Option<&'d str> {
        let number = self.document.find_prefix(prefix)?;
        if number == XML {
            return Some(XML_NAMESPACE);
        }
        let declaration = self.scopes().find_map(|declarations| {
            declarations
                .binary_search_by(|it| self.document.prefix(it.prefix).cmp(prefix))
                .ok()
                .and_then(|found| declarations.get(found))
        })?;
        (declaration.namespace != EMPTY).then(|| self.document.namespace(declaration.namespace))
    }

    /// The namespaces that this element itself declares: prefix and name, either may be empty.
    pub(crate) fn declarations(self) -> impl Iterator<Item = (&'d str, &'d str)> {
        let document = self.document;
        let declared = document.declarations(self.data.declarations).iter();
        declared.map(move |one| (document.prefix(one.prefix), document.namespace(one.namespace)))
    }

    /// The namespace declarations of this element and its ancestors, from the inside out, each
    /// element's sorted by prefix; elements without any are left out.
    pub(crate) fn scopes(self) -> impl Iterator<Item = &'d [DeclarationData]> {
        let document = self.document;
        let mut next = self.data.scope;
        std::iter::from_fn(move || {
            let scope = document.element_data(next)?;
            next = document.element_data(scope.parent).map_or(NONE, |parent| parent.scope);
            Some(document.declarations(scope.declarations))
        })
    }

    /// Where it stands in [`Document::source`]: from the `<` of its start tag to behind the `>` of
    /// its end tag.
    pub fn range(self) -> Range<usize> {
        to_usize(self.data.source.start)..to_usize(self.data.source.end)
    }

    /// Line and column of its start tag.
    pub fn position(self) -> Position {
        self.document.position(to_usize(self.data.source.start))
    }

    /// The way to it from the root by names as written, for people:
    /// `/samlp:Response/Assertion[2]/Subject`. A number from 1 stands only where siblings share
    /// the name. Looks at every sibling on the way, so it is for reports and not for loops.
    pub fn path(self) -> String {
        let mut way: Vec<Element<'d>> =
            std::iter::successors(Some(self), |element| element.parent()).collect();
        way.reverse();
        let mut path = String::new();
        for element in way {
            path.push('/');
            path.push_str(element.written_name());
            let Some(parent) = element.parent() else { continue };
            let (mut number, mut count) = (0_usize, 0_usize);
            for sibling in parent.child_elements() {
                if sibling.written_name() == element.written_name() {
                    count = count.saturating_add(1);
                    number = if sibling.index <= element.index { count } else { number };
                }
            }
            if count > 1 {
                // Writing to a String does not fail.
                let _ = write!(path, "[{number}]");
            }
        }
        path
    }

    /// The name as written, with its prefix.
    pub fn written_name(self) -> &'d str {
        self.document.text(self.data.name)
    }
}

impl PartialEq for Element<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.index == other.index
    }
}

impl Eq for Element<'_> {}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}> #{}", self.written_name(), self.index)
    }
}

/// An attribute of an element, other than a namespace declaration.
#[derive(Clone, Copy)]
pub struct Attribute<'d> {
    document: &'d Document,
    data: &'d AttributeData,
}

impl<'d> Attribute<'d> {
    /// The prefix as written; empty where there is none.
    pub fn prefix(self) -> &'d str {
        self.document.prefix(self.data.prefix)
    }

    /// The local name.
    pub fn local_name(self) -> &'d str {
        self.document.text(self.data.local_name())
    }

    /// The namespace name; empty where it is in none, as all attributes without prefix are.
    pub fn namespace(self) -> &'d str {
        self.document.namespace(self.data.namespace)
    }

    /// The value: references resolved, white space as XML 1.0 section 3.3.3 has it.
    pub fn value(self) -> &'d str {
        self.document.text(self.data.value)
    }

    /// Line and column of its name.
    pub fn position(self) -> Position {
        self.document.position(to_usize(self.data.name.start))
    }
}

impl fmt::Debug for Attribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.document.text(self.data.name))
    }
}

/// Siblings in document order.
pub(super) struct Nodes<'d> {
    document: &'d Document,
    next: u32,
    end: u32,
}

impl<'d> Nodes<'d> {
    pub(super) const fn new(document: &'d Document, next: u32, end: u32) -> Nodes<'d> {
        Nodes { document, next, end }
    }
}

impl<'d> Iterator for Nodes<'d> {
    type Item = Node<'d>;

    fn next(&mut self) -> Option<Node<'d>> {
        if self.next >= self.end {
            return None;
        }
        let document = self.document;
        let node = *document.nodes.get(to_usize(self.next))?;
        self.next = self.next.saturating_add(1);
        Some(match node {
            NodeData::Element(index) => {
                let element = Element::at(document, index);
                self.next = element.data.end_node;
                Node::Element(element)
            }
            NodeData::Text(span) => Node::Text(document.text(span)),
            NodeData::Comment(span) => Node::Comment(document.text(span)),
            NodeData::ProcessingInstruction(index) => {
                let data = document.instruction(index)?;
                Node::ProcessingInstruction {
                    target: document.text(data.target),
                    data: document.text(data.data),
                }
            }
        })
    }
}
