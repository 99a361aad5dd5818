//! Names that one reader takes for SAML's and another one does not.
//!
//! "The Fragile Lock" (2025): attributes and elements are told apart by local name here and by
//! expanded name there.

use countersign_test_idp::tree::{ASSERTION, DSIG, PROTOCOL};
use countersign_test_idp::{Attribute, Element, Node};

use crate::forgery::{EVIL_ID, Forgery, Genuine, Verdict, evil_assertion, visit};

const SOURCE: &str = "CVE-2025-66567, The Fragile Lock: namespace confusion, attribute pollution";

/// Namespaces that look like the right ones.
const LOOK_ALIKES: [&str; 8] = [
    "",
    "urn:oasis:names:tc:SAML:2.0:assertion ",
    "urn:oasis:names:tc:SAML:2.0:Assertion",
    "urn:oasis:names:tc:SAML:1.0:assertion",
    "urn:oasis:names:tc:SAML:2.0:assertion#",
    "urn:oasis:names:tc:SAML:2.0:assertion%00",
    PROTOCOL,
    DSIG,
];

/// Namespaces that look like that of XML Signature.
const DSIG_LOOK_ALIKES: [&str; 5] = [
    "http://www.w3.org/2000/09/xmldsig",
    "https://www.w3.org/2000/09/xmldsig#",
    "http://www.w3.org/2000/09/xmldsig#/",
    "http://www.w3.org/2009/xmldsig11#",
    "",
];

pub(crate) fn forge(genuine: &Genuine) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    assertions(genuine, &mut forgeries);
    signatures(genuine, &mut forgeries);
    attributes(genuine, &mut forgeries);
    forgeries
}

/// A forged Assertion beside or in place of the signed one, whose name is almost right.
fn assertions(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    let evil = evil_assertion(&genuine.tree, Some(EVIL_ID));
    for namespace in LOOK_ALIKES {
        for (place, before) in [("before", true), ("after", false)] {
            let name = format!("a forged Assertion of the namespace {namespace:?} {place}");
            forgeries.push(genuine.forged(name, SOURCE, Verdict::NeverAnother, |root| {
                let evil = renamed(evil.clone(), namespace);
                if before {
                    root.insert_before("Assertion", evil);
                } else {
                    root.insert_after("Assertion", evil);
                }
            }));
        }
        let name = format!("the signed Assertion in one of the namespace {namespace:?}");
        forgeries.push(genuine.forged(name, SOURCE, Verdict::Refused(&[]), |root| {
            let signed = root.at("Assertion").clone();
            let mut evil = renamed(evil.clone(), namespace);
            evil.children.push(Node::Element(signed));
            *root.at("Assertion") = evil;
        }));
        let name = format!("a forged Assertion alone, of the namespace {namespace:?}");
        forgeries.push(genuine.forged(name, SOURCE, Verdict::Refused(&[]), |root| {
            *root.at("Assertion") = renamed(evil.clone(), namespace);
        }));
    }
    for local in ["assertion", "ASSERTION", "Assertion\u{200b}x", "Assertion.", "A\u{73}sertions"] {
        let name = format!("a forged element {local:?} beside the Assertion");
        forgeries.push(genuine.forged(name, SOURCE, Verdict::NeverAnother, |root| {
            let mut evil = evil.clone();
            evil.local = local.replace('\u{200b}', "-");
            root.insert_before("Assertion", evil);
        }));
    }
}

fn renamed(mut element: Element, namespace: &str) -> Element {
    element.namespace = namespace.into();
    if namespace.is_empty() {
        element.prefix = String::new();
    } else if element.prefix.is_empty() {
        element.prefix = "evil".into();
    }
    element
}

/// The Signature under a look-alike name: who overlooks it must not take that for "not signed but
/// good", and who finds it must not find the forged content.
fn signatures(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    for path in genuine.signatures() {
        for namespace in DSIG_LOOK_ALIKES {
            for part in ["", "SignedInfo", "SignedInfo/Reference", "SignatureValue"] {
                for corrupted in [true, false] {
                    let name = format!(
                        "{path} {part}: in namespace {namespace:?}, identity forged: {corrupted}"
                    );
                    let verdict =
                        if corrupted { Verdict::Refused(&[]) } else { Verdict::NeverAnother };
                    forgeries.push(genuine.forged(name, SOURCE, verdict, |root| {
                        if corrupted {
                            crate::forgery::corrupt_in_place(root);
                        }
                        let signature = root.at(path);
                        let part = if part.is_empty() { signature } else { signature.at(part) };
                        *part = renamed(part.clone(), namespace);
                    }));
                }
            }
        }
    }
}

/// Every attribute of SAML once more, in a namespace, with what the attacker wants.
fn attributes(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    let mut names = Vec::new();
    visit(&genuine.tree, &mut |element| {
        if element.namespace == ASSERTION || element.namespace == PROTOCOL {
            for attribute in &element.attributes {
                names.push((element.local.clone(), attribute.name.clone()));
            }
        }
    });
    names.sort_unstable();
    names.dedup();
    for (local, attribute) in names {
        for namespace in [ASSERTION, PROTOCOL, "urn:example:evil"] {
            for first in [true, false] {
                let name = format!(
                    "{local}: {attribute} polluted by one of {namespace:?}, first: {first}"
                );
                let plain = attribute.rsplit(':').next().unwrap_or_default();
                let polluting = Attribute {
                    name: format!("pollute:{plain}"),
                    namespace: namespace.into(),
                    value: EVIL_ID.into(),
                };
                forgeries.push(genuine.forged(name, SOURCE, Verdict::NeverAnother, |root| {
                    each(root, &local, &mut |element| {
                        let at = if first { 0 } else { element.attributes.len() };
                        element.attributes.insert(at, polluting.clone());
                    });
                }));
            }
        }
    }
}

fn each(element: &mut Element, local: &str, change: &mut impl FnMut(&mut Element)) {
    if element.local == local {
        change(element);
    }
    for child in &mut element.children {
        if let Node::Element(child) = child {
            each(child, local, change);
        }
    }
}
