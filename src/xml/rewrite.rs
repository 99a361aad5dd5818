//! A document written out again with other values: the same elements, attributes and namespaces in
//! the same places.

use super::writer::escape;
use super::{Attribute, Document, Element, Node};

/// What stands in the place of a value.
pub trait Replace {
    /// In place of a run of text directly in this element.
    fn text(&mut self, within: Element<'_>, text: &str) -> String;
    /// In place of the value of this attribute.
    fn attribute(&mut self, of: Element<'_>, attribute: Attribute<'_>) -> String;
}

/// What is still to be written.
enum Next<'d> {
    Node(Node<'d>, Option<Element<'d>>),
    End(Element<'d>),
}

/// Writes the document with other values. Comments and processing instructions stay where they
/// are, and lose what they say. Takes time and memory in proportion to the document.
pub fn rewrite(document: &Document, replace: &mut impl Replace) -> String {
    let mut xml = String::with_capacity(document.source().len());
    let mut stack: Vec<Next<'_>> = Vec::new();
    push(&mut stack, document.children(), None);
    while let Some(next) = stack.pop() {
        match next {
            Next::End(element) => {
                xml.push_str("</");
                xml.push_str(element.written_name());
                xml.push('>');
            }
            Next::Node(Node::Element(element), _) => {
                start(&mut xml, element, replace);
                stack.push(Next::End(element));
                push(&mut stack, element.children(), Some(element));
            }
            Next::Node(Node::Text(text), Some(within)) => {
                escape(&mut xml, &replace.text(within, text), false);
            }
            Next::Node(Node::Comment(_), _) => xml.push_str("<!--removed-->"),
            Next::Node(Node::ProcessingInstruction { .. }, _) => xml.push_str("<?removed?>"),
            // White space around the root element says nothing.
            Next::Node(Node::Text(_), None) => {}
        }
    }
    xml
}

/// Puts nodes on the stack so that the first comes off first.
fn push<'d>(
    stack: &mut Vec<Next<'d>>,
    nodes: impl Iterator<Item = Node<'d>>,
    within: Option<Element<'d>>,
) {
    let first = stack.len();
    stack.extend(nodes.map(|node| Next::Node(node, within)));
    if let Some(new) = stack.get_mut(first..) {
        new.reverse();
    }
}

fn start(xml: &mut String, element: Element<'_>, replace: &mut impl Replace) {
    xml.push('<');
    xml.push_str(element.written_name());
    for (prefix, namespace) in element.declarations() {
        xml.push_str(" xmlns");
        if !prefix.is_empty() {
            xml.push(':');
            xml.push_str(prefix);
        }
        value(xml, namespace);
    }
    for attribute in element.attributes() {
        xml.push(' ');
        if !attribute.prefix().is_empty() {
            xml.push_str(attribute.prefix());
            xml.push(':');
        }
        xml.push_str(attribute.local_name());
        let replaced = replace.attribute(element, attribute);
        value(xml, &replaced);
    }
    xml.push('>');
}

fn value(xml: &mut String, text: &str) {
    xml.push_str("=\"");
    escape(xml, text, true);
    xml.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::Limits;

    struct Nothing;

    impl Replace for Nothing {
        fn text(&mut self, _: Element<'_>, text: &str) -> String {
            text.to_owned()
        }

        fn attribute(&mut self, _: Element<'_>, attribute: Attribute<'_>) -> String {
            attribute.value().to_owned()
        }
    }

    #[test]
    fn a_document_with_nothing_replaced_is_the_same() {
        let xml = "<?xml version='1.0'?>\n<!--a-->\n<p:r xmlns:p='urn:p' xmlns='urn:d' a='1 &amp; \
                   &#10;2' p:b='&lt;\"'>t&amp;<![CDATA[<x>]]>\r\n&#13;<e xmlns=''><f/></e><?pi x?>\
                   <!--c--></p:r>";
        let document = Document::parse(xml.as_bytes(), &Limits::message()).expect("good XML");
        let written = rewrite(&document, &mut Nothing);
        let again = Document::parse(written.as_bytes(), &Limits::message()).expect("good XML");
        let shape = |document: &Document| -> Vec<String> {
            let elements = document.elements();
            let one = |element: Element<'_>| {
                let attributes: Vec<String> = element
                    .attributes()
                    .map(|one| format!("{} {} {}", one.namespace(), one.local_name(), one.value()))
                    .collect();
                format!(
                    "{} {} {attributes:?} {:?} {}",
                    element.namespace(),
                    element.written_name(),
                    element.text(),
                    element.children().count()
                )
            };
            elements.map(one).collect()
        };
        assert_eq!(shape(&again), shape(&document));
        assert_eq!(shape(&again).len(), 3);
        assert!(!written.contains("<!--c-->") && written.contains("<!--removed-->"), "{written}");
    }
}
