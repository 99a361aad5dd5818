//! Reads a message into an [`Element`] tree, so that it can be forged and written again.
//!
//! Every element takes along all namespaces that are in scope where it stood, so that a part that
//! is moved elsewhere still has the canonical form that was signed.

use roxmltree::{Document, Node as Parsed};

use crate::tree::{Attribute, Element, Node};

/// The root element of `text`, or what is wrong with it.
pub fn parse(text: &str) -> Result<Element, String> {
    let document = Document::parse(text).map_err(|error| error.to_string())?;
    Ok(element(document.root_element(), text))
}

fn element(node: Parsed<'_, '_>, text: &str) -> Element {
    let name = node.tag_name();
    let start = &text[node.range()][1..];
    let end = start.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'));
    let written = &start[..end.unwrap_or(start.len())];
    let mut element = Element::new(written, name.namespace().unwrap_or_default());
    element.declarations = node
        .namespaces()
        .filter(|namespace| namespace.name() != Some("xml"))
        .map(|namespace| {
            (namespace.name().unwrap_or_default().to_string(), namespace.uri().to_string())
        })
        .collect();
    element.attributes = node
        .attributes()
        .map(|attribute| Attribute {
            name: text[attribute.range_qname()].to_string(),
            namespace: attribute.namespace().unwrap_or_default().to_string(),
            value: attribute.value().to_string(),
        })
        .collect();
    element.children = node
        .children()
        .map(|child| match child.text() {
            Some(content) if child.is_text() => Node::Text(content.to_string()),
            _ if child.is_element() => Node::Element(self::element(child, text)),
            _ => {
                let written = text[child.range()].to_string();
                let canonical = if child.is_pi() { written.clone() } else { String::new() };
                Node::Verbatim { written, canonical }
            }
        })
        .collect();
    element
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::{Application, Idp, SigningOption, User};

    #[test]
    fn a_parsed_message_has_the_canonical_form_of_the_one_that_was_written() {
        let application = Application::amplitude("482913");
        let mut spec = Idp::contoso().response("parse", &application, &User::b_simon(), None);
        spec.signing = SigningOption::Both;
        let written = spec.issue();
        let mut parsed = parse(&written.to_xml()).expect("the message is well-formed");
        let form = crate::Canonical::Exclusive(Vec::new());
        assert_eq!(parsed.to_canonical(&form, &[]), written.to_canonical(&form, &[]));
        let assertion = parsed.at("Assertion").to_canonical(&form, &[]);
        assert_eq!(assertion, written.clone().at("Assertion").to_canonical(&form, &[]));
    }
}
