//! Edits of a message, as attackers make them: four bytes each, so that a fuzzer that changes a
//! byte changes a part of an edit, and one that copies bytes repeats edits.

use countersign_test_idp::tree::{Attribute, DSIG, PROTOCOL};
use countersign_test_idp::{Element, Node};

/// The identity that nobody may obtain.
const EVIL: &str = "admin@evil.example";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const NAMESPACES: [&str; 5] =
    ["urn:oasis:names:tc:SAML:2.0:assertion", PROTOCOL, DSIG, "", "urn:other"];
const PREFIXES: [&str; 6] = ["", "saml", "samlp", "ds", "p", "xml"];
const LOCALS: [&str; 14] = [
    "Assertion",
    "Response",
    "Signature",
    "Object",
    "Extensions",
    "Advice",
    "NameID",
    "Subject",
    "Issuer",
    "EncryptedAssertion",
    "Reference",
    "SignedInfo",
    "AttributeValue",
    "X",
];
const ATTRIBUTES: [&str; 10] = [
    "ID",
    "Id",
    "id",
    "xml:id",
    "AssertionID",
    "URI",
    "Algorithm",
    "InResponseTo",
    "Recipient",
    "NotOnOrAfter",
];
const MARKUP: [&str; 8] = [
    "<!---->",
    "<!--x-->",
    "<?x y?>",
    "<![CDATA[]]>",
    "<![CDATA[admin@evil.example]]>",
    "&amp;",
    "&#13;",
    " ",
];
const TOKENS: [&str; 14] = [
    "<!DOCTYPE x>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?xml version='1.0'?>",
    "&#x0;",
    "&x;",
    " xmlns='urn:x'",
    " xmlns:p='urn:x'",
    " ID='x'",
    "/>",
    "\u{feff}",
    "'",
];

/// The message after all edits: first of the tree, then of its text.
pub(super) fn edited(genuine: &Element, bytes: &[u8]) -> Vec<u8> {
    let mut tree = genuine.clone();
    let ids = values(genuine);
    let (edits, _) = bytes.as_chunks::<4>();
    // Every edit can double the message: a few are enough for every attack that is known.
    let edits: Vec<_> = edits.iter().take(12).collect();
    for [what, a, b, c] in &edits {
        let (a, b, c) = (usize::from(*a), usize::from(*b), usize::from(*c));
        if size(&tree) < 1000 {
            edit_tree(&mut tree, what % 20, a, b, c, &ids);
        }
    }
    let mut text = tree.to_xml().into_bytes();
    for [what, a, b, c] in edits {
        let at = usize::from(u16::from_be_bytes([*a, *b])) % (text.len() + 1);
        edit_text(&mut text, what % 20, at, *c);
    }
    text
}

fn edit_tree(tree: &mut Element, what: u8, a: usize, b: usize, c: usize, ids: &[String]) {
    match what {
        0 => {
            if let Some(moved) = take(tree, a) {
                put(tree, b, c, Node::Element(moved));
            }
        }
        1 => {
            let copy = nth(tree, a).clone();
            put(tree, b, c, Node::Element(copy));
        }
        2 => drop(take(tree, a)),
        3 => corrupt(nth(tree, a)),
        // A wrapping attack at once: a forged copy with an ID of its own, or with none.
        4 => {
            let mut evil = nth(tree, a).clone();
            corrupt(&mut evil);
            match c % 3 {
                0 => evil.set("ID", "_evil"),
                1 => evil.unset("ID"),
                _ => {}
            }
            put(tree, b, c / 3, Node::Element(evil));
        }
        5 => nth(tree, a).set_text(&ids[b % ids.len()]),
        6 => set(nth(tree, a), ATTRIBUTES[b % ATTRIBUTES.len()], &ids[c % ids.len()]),
        7 => {
            let element = nth(tree, a);
            if !element.attributes.is_empty() {
                let index = b % element.attributes.len();
                element.attributes.remove(index);
            }
        }
        8 => nth(tree, a).local = LOCALS[b % LOCALS.len()].into(),
        9 => {
            let element = nth(tree, a);
            element.namespace = NAMESPACES[b % NAMESPACES.len()].into();
            element.prefix = PREFIXES[c % PREFIXES.len()].into();
        }
        10 => {
            let element = nth(tree, a);
            let wrapper = Element::new(LOCALS[b % LOCALS.len()], NAMESPACES[c % NAMESPACES.len()]);
            let inner = std::mem::replace(element, wrapper);
            element.children.push(Node::Element(inner));
        }
        11 => {
            let written = MARKUP[c % MARKUP.len()].to_owned();
            put(tree, a, b, Node::Verbatim { written, canonical: String::new() });
        }
        12 => split_text(nth(tree, a), b, MARKUP[c % MARKUP.len()]),
        13 => nth(tree, a)
            .declarations
            .push((PREFIXES[b % PREFIXES.len()].into(), NAMESPACES[c % NAMESPACES.len()].into())),
        14 => {
            let children = &mut nth(tree, a).children;
            if !children.is_empty() {
                let (from, to) = (b % children.len(), c % children.len());
                children.swap(from, to);
            }
        }
        _ => {}
    }
}

fn edit_text(text: &mut Vec<u8>, what: u8, at: usize, byte: u8) {
    match what {
        16 if at < text.len() => text[at] = byte,
        17 => text.insert(at, byte),
        18 => {
            let end = (at + usize::from(byte)).min(text.len());
            text.drain(at..end);
        }
        19 => {
            let token = TOKENS[usize::from(byte) % TOKENS.len()];
            text.splice(at..at, token.bytes());
        }
        _ => {}
    }
}

/// Texts and attribute values worth writing elsewhere: IDs, references to them, and a few more.
fn values(tree: &Element) -> Vec<String> {
    let mut values: Vec<String> =
        ["", "#", "_evil", "#_evil", EVIL, "2.0", "#xpointer(/)"].map(String::from).into();
    let mut unread = vec![tree];
    while let Some(element) = unread.pop() {
        for attribute in &element.attributes {
            if attribute.name == "ID" {
                values.push(attribute.value.clone());
                values.push(format!("#{}", attribute.value));
            }
            if attribute.name == "Algorithm" {
                values.push(attribute.value.clone());
            }
        }
        unread.extend(element.children.iter().filter_map(as_element));
    }
    values
}

fn as_element(node: &Node) -> Option<&Element> {
    match node {
        Node::Element(element) => Some(element),
        _ => None,
    }
}

fn size(element: &Element) -> usize {
    1 + element.children.iter().filter_map(as_element).map(size).sum::<usize>()
}

/// An element by its place in document order, counted round and round.
fn nth(tree: &mut Element, index: usize) -> &mut Element {
    fn walk<'a>(element: &'a mut Element, left: &mut usize) -> Option<&'a mut Element> {
        if *left == 0 {
            return Some(element);
        }
        *left -= 1;
        element.children.iter_mut().find_map(|child| match child {
            Node::Element(child) => walk(child, left),
            _ => None,
        })
    }
    let mut left = index % size(tree);
    walk(tree, &mut left).expect("there are that many elements")
}

/// Takes an element other than the root out of the tree.
fn take(tree: &mut Element, index: usize) -> Option<Element> {
    fn walk(element: &mut Element, left: &mut usize) -> Option<Element> {
        for place in 0..element.children.len() {
            let Node::Element(child) = &mut element.children[place] else { continue };
            *left -= 1;
            if *left == 0 {
                return match element.children.remove(place) {
                    Node::Element(child) => Some(child),
                    _ => None,
                };
            }
            if let Some(found) = walk(child, left) {
                return Some(found);
            }
        }
        None
    }
    let mut left = index % size(tree);
    if left == 0 { None } else { walk(tree, &mut left) }
}

fn put(tree: &mut Element, parent: usize, place: usize, node: Node) {
    let children = &mut nth(tree, parent).children;
    let place = place % (children.len() + 1);
    children.insert(place, node);
}

fn set(element: &mut Element, name: &str, value: &str) {
    element.unset(name);
    let namespace = if name == "xml:id" { XML } else { "" };
    element.attributes.push(Attribute {
        name: name.into(),
        namespace: namespace.into(),
        value: value.into(),
    });
}

/// Puts markup within the first text of an element.
fn split_text(element: &mut Element, at: usize, markup: &str) {
    let first = element.children.iter().position(|child| matches!(child, Node::Text(_)));
    let Some(first) = first else { return };
    let Node::Text(text) = element.children[first].clone() else { return };
    let at = text.char_indices().nth(at % (text.len() + 1)).map_or(text.len(), |(at, _)| at);
    let (head, tail) = text.split_at(at);
    let markup = Node::Verbatim { written: markup.into(), canonical: String::new() };
    let pieces = [Node::Text(head.into()), markup, Node::Text(tail.into())];
    element.children.splice(first..=first, pieces);
}

/// Names somebody else wherever an element names the user.
fn corrupt(element: &mut Element) {
    if matches!(element.local.as_str(), "NameID" | "AttributeValue") {
        element.set_text(EVIL);
    }
    for child in &mut element.children {
        if let Node::Element(child) = child {
            corrupt(child);
        }
    }
}
