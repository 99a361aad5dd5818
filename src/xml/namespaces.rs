//! Which prefix stands for which namespace, while reading; and the start tag, where it changes.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "every sum is an offset into the document, so it is below isize::MAX"
)]

use std::ops::Range;

use super::XML_NAMESPACE;
use super::builder::Builder;
use super::error::{Fault, XmlErrorKind, excerpt};
use super::names::QName;
use super::start_tag::StartTag;
use super::storage::{
    AttributeData, DeclarationData, EMPTY, ElementData, NONE, Run, Span, XML, to_u32, to_usize,
};

/// The namespace of attributes that declare namespaces. Nothing may be bound to it.
const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";

/// What one prefix stands for.
#[derive(Debug, Clone, Copy)]
struct Binding {
    /// The namespace, or [`NONE`].
    namespace: u32,
    /// The element that declares it, or [`NONE`].
    element: u32,
}

/// What each prefix stands for at the present place, and how to go back.
#[derive(Debug)]
pub(super) struct Bindings {
    /// By the number of the prefix.
    now: Vec<Binding>,
    undo: Vec<(u32, Binding)>,
}

impl Bindings {
    /// The empty prefix stands for no namespace, `xml` for its own.
    pub(super) fn new() -> Bindings {
        let bound = |namespace| Binding { namespace, element: NONE };
        Bindings { now: vec![bound(EMPTY), bound(XML)], undo: Vec::new() }
    }

    pub(super) const fn undo_len(&self) -> usize {
        self.undo.len()
    }

    pub(super) fn undo_to(&mut self, len: usize) {
        while self.undo.len() > len
            && let Some((prefix, binding)) = self.undo.pop()
        {
            if let Some(now) = self.now.get_mut(to_usize(prefix)) {
                *now = binding;
            }
        }
    }

    /// Binds a prefix for the extent of `element`; false if that element has bound it already.
    fn bind(&mut self, prefix: u32, namespace: u32, element: u32) -> bool {
        let unbound = Binding { namespace: NONE, element: NONE };
        if self.now.len() <= to_usize(prefix) {
            self.now.resize(to_usize(prefix) + 1, unbound);
        }
        let Some(now) = self.now.get_mut(to_usize(prefix)) else { return false };
        if now.element == element {
            return false;
        }
        self.undo.push((prefix, *now));
        *now = Binding { namespace, element };
        true
    }

    fn namespace(&self, prefix: u32) -> Option<u32> {
        let binding = self.now.get(to_usize(prefix))?;
        (binding.namespace != NONE).then_some(binding.namespace)
    }
}

impl Builder<'_> {
    /// A start tag, or a whole element if it is `empty`.
    pub(super) fn start_tag(
        &mut self,
        content: Range<usize>,
        whole: Range<usize>,
        empty: bool,
    ) -> Result<(), Fault> {
        let start = content.start;
        let (mut tag, name) = StartTag::open(self.text, content)?;
        let index = self.push_element(
            Span::new(start, start + name.len),
            to_u32(start + local_offset(name)),
            whole.clone(),
        )?;
        let first_attribute = self.document.attributes.len();
        let first_declaration = self.document.declarations.len();
        while let Some(raw) = tag.next_attribute()? {
            let value = self.attribute_value(raw.value, raw.plain)?;
            let written = self.slice(raw.start..raw.start + raw.name.len);
            let local = raw.start + local_offset(raw.name);
            if written == "xmlns" {
                self.declare(Span::default(), value, index, raw.start, first_declaration)?;
            } else if self.slice(raw.start..raw.start + raw.name.prefix) == "xmlns" {
                let prefix = Span::new(local, raw.start + raw.name.len);
                self.declare(prefix, value, index, raw.start, first_declaration)?;
            } else {
                self.push_attribute(raw.start, raw.name, value, first_attribute)?;
            }
        }
        let attributes = run_from(first_attribute, self.document.attributes.len());
        let declarations = run_from(first_declaration, self.document.declarations.len());
        self.sort_declarations(first_declaration);
        let (prefix, namespace) = self.element_namespace(start, name)?;
        if !attributes.is_empty() {
            self.resolve_attributes(first_attribute)?;
            self.check_different(attributes)?;
        }
        if let Some(element) = self.document.elements.get_mut(to_usize(index)) {
            let scope = if declarations.is_empty() { element.scope } else { index };
            *element =
                ElementData { prefix, namespace, scope, attributes, declarations, ..*element };
        }
        if empty {
            self.close(whole.end);
        }
        Ok(())
    }

    fn push_attribute(
        &mut self,
        start: usize,
        name: QName,
        value: Span,
        first: usize,
    ) -> Result<(), Fault> {
        let count = self.document.attributes.len();
        let limit = self.limits.attributes_per_element;
        if count - first >= limit {
            return Err(XmlErrorKind::Limit { name: "attributes_per_element", limit }.at(start));
        }
        let limit = self.limits.attributes;
        if count >= limit {
            return Err(XmlErrorKind::Limit { name: "attributes", limit }.at(start));
        }
        self.document.attributes.push(AttributeData {
            name: Span::new(start, start + name.len),
            local: to_u32(start + local_offset(name)),
            prefix: EMPTY,
            namespace: EMPTY,
            value,
        });
        Ok(())
    }

    /// `xmlns="value"` or `xmlns:prefix="value"`, at `at`, on `element`.
    fn declare(
        &mut self,
        prefix: Span,
        value: Span,
        element: u32,
        at: usize,
        first: usize,
    ) -> Result<(), Fault> {
        let count = self.document.declarations.len();
        let limit = self.limits.namespaces_per_element;
        if count - first >= limit {
            return Err(XmlErrorKind::Limit { name: "namespaces_per_element", limit }.at(at));
        }
        let limit = self.limits.namespaces;
        if count >= limit {
            return Err(XmlErrorKind::Limit { name: "namespaces", limit }.at(at));
        }
        let buffer = self.document.buffer.as_str();
        let (prefix_text, uri) = (prefix.of(buffer), value.of(buffer));
        let shown = || excerpt(prefix_text);
        // Namespaces, 3: each of the two reserved prefixes and its namespace belong together alone,
        // `xmlns` must not be declared at all.
        let reserved = prefix_text == "xmlns"
            || uri == XMLNS_NAMESPACE
            || (prefix_text == "xml") != (uri == XML_NAMESPACE);
        if reserved {
            return Err(XmlErrorKind::ReservedNamespace { prefix: shown() }.at(at));
        }
        if uri.is_empty() && !prefix.is_empty() {
            return Err(XmlErrorKind::EmptyNamespace { prefix: shown() }.at(at));
        }
        let (prefix_number, _) = self.document.prefixes.intern(buffer, prefix);
        let (namespace, new) = self.document.namespaces.intern(buffer, value);
        if new && !is_absolute(uri) {
            self.document.relative_namespaces = true;
        }
        if !self.bindings.bind(prefix_number, namespace, element) {
            let name = if prefix.is_empty() {
                String::from("xmlns")
            } else {
                excerpt(&format!("xmlns:{prefix_text}"))
            };
            return Err(XmlErrorKind::DuplicateAttribute { name }.at(at));
        }
        let at = to_u32(at);
        let prefix = prefix_number;
        self.document.declarations.push(DeclarationData { prefix, namespace, at });
        Ok(())
    }

    /// Puts the declarations of the present element in the order that canonical XML has, which is
    /// also the one they are searched by.
    fn sort_declarations(&mut self, first: usize) {
        let document = &mut self.document;
        let (prefixes, buffer) = (&document.prefixes, document.buffer.as_str());
        if let Some(declarations) = document.declarations.get_mut(first..)
            && declarations.len() > 1
        {
            declarations.sort_unstable_by_key(|it| prefixes.span(it.prefix).of(buffer));
        }
    }

    fn element_namespace(&self, start: usize, name: QName) -> Result<(u32, u32), Fault> {
        let prefix = self.slice(start..start + name.prefix);
        if prefix == "xmlns" {
            return Err(XmlErrorKind::XmlnsElement.at(start));
        }
        self.resolve(prefix).ok_or_else(|| undeclared(prefix, start))
    }

    /// The numbers of a prefix and of what it stands for here.
    fn resolve(&self, prefix: &str) -> Option<(u32, u32)> {
        let number = self.document.find_prefix(prefix)?;
        Some((number, self.bindings.namespace(number)?))
    }

    /// Gives the present element's attributes their namespaces, now that all are declared.
    fn resolve_attributes(&mut self, first: usize) -> Result<(), Fault> {
        for index in first..self.document.attributes.len() {
            let Some(attribute) = self.document.attributes.get(index) else { break };
            let start = to_usize(attribute.name.start);
            let local = to_usize(attribute.local);
            if local == start {
                continue; // The default namespace is not for attributes. (Namespaces, 6.2)
            }
            let prefix = self.slice(start..local - 1);
            let (number, namespace) =
                self.resolve(prefix).ok_or_else(|| undeclared(prefix, start))?;
            if let Some(attribute) = self.document.attributes.get_mut(index) {
                attribute.prefix = number;
                attribute.namespace = namespace;
            }
        }
        Ok(())
    }
}

fn undeclared(prefix: &str, at: usize) -> Fault {
    XmlErrorKind::UndeclaredPrefix { prefix: excerpt(prefix) }.at(at)
}

/// Where the local name starts within a name.
const fn local_offset(name: QName) -> usize {
    if name.prefix == 0 { 0 } else { name.prefix + 1 }
}

fn run_from(start: usize, end: usize) -> Run {
    Run { start: to_u32(start), end: to_u32(end) }
}

/// Whether a namespace name has a scheme, so that it is a URI and not a relative reference
/// (RFC 3986, 3.1 and 4.1). The empty name, "no namespace", is neither and counts as absolute.
pub(crate) fn is_absolute(uri: &str) -> bool {
    let Some((scheme, _)) = uri.split_once(':') else { return uri.is_empty() };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}
