//! Signatures with something too many, too few or elsewhere, so that one part is verified and
//! another one is used.

use countersign_test_idp::tree::{DSIG, PROTOCOL};
use countersign_test_idp::{Element, Node};

use crate::forgery::{Forgery, Genuine, Verdict, corrupt_in_place, digest_of, text_of, unsigned};

const TWICE: &str = "CVE-2025-29774 (xml-crypto): several SignedInfo";
const SMUGGLED: &str = "CVE-2024-45409 (ruby-saml): DigestValue found elsewhere";
const COMMENT: &str = "CVE-2025-29775 (xml-crypto): DigestValue with comments";
const ENCODING: &str = "base64 that decoders read in different ways; degenerate values";
const PLACE: &str = "CVE-2024-8698 (Keycloak): what is signed, judged by where a Signature stands";

/// Parts of a Signature, by their path in it.
const PARTS: [&str; 11] = [
    "SignedInfo",
    "SignedInfo/CanonicalizationMethod",
    "SignedInfo/SignatureMethod",
    "SignedInfo/Reference",
    "SignedInfo/Reference/Transforms",
    "SignedInfo/Reference/DigestMethod",
    "SignedInfo/Reference/DigestValue",
    "SignatureValue",
    "KeyInfo",
    "KeyInfo/X509Data",
    "KeyInfo/X509Data/X509Certificate",
];

pub(crate) fn forge(genuine: &Genuine) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    for path in genuine.signatures() {
        parts(genuine, path, &mut forgeries);
        digests(genuine, path, &mut forgeries);
        signatures(genuine, path, &mut forgeries);
        values(genuine, path, &mut forgeries);
    }
    forgeries
}

/// The digest that the changed message would have.
fn evil_digest(genuine: &Genuine, path: &str) -> String {
    let mut tree = genuine.tree.clone();
    corrupt_in_place(&mut tree);
    let covered = if path == "Signature" { &mut tree } else { tree.at("Assertion") };
    digest_of(&unsigned(covered.clone()))
}

/// Each part doubled, emptied and taken away, with the genuine and with a forged identity.
fn parts(genuine: &Genuine, path: &str, forgeries: &mut Vec<Forgery>) {
    for part in PARTS {
        if !has(&mut genuine.tree.clone(), path, part) {
            continue;
        }
        let (parent, local) = part.rsplit_once('/').unwrap_or(("", part));
        let evil = evil_digest(genuine, path);
        // KeyInfo is no part of what is signed, and nothing is trusted because of it.
        let verdict = || {
            let signed = !part.starts_with("KeyInfo");
            if signed { Verdict::Refused(&[]) } else { Verdict::NeverAnother }
        };
        for first in [true, false] {
            let order = if first { "before" } else { "after" };
            let name = format!("{path}: forged {part} {order} the genuine one, identity forged");
            forgeries.push(genuine.forged(name, TWICE, Verdict::Refused(&[]), |root| {
                corrupt_in_place(root);
                let parent = within(root, path, parent);
                let mut second = parent.at(local).clone();
                replace_digest(&mut second, &evil);
                if first {
                    parent.insert_before(local, second);
                } else {
                    parent.insert_after(local, second);
                }
            }));
        }
        let name = format!("{path}: {part} doubled");
        forgeries.push(genuine.forged(name, TWICE, verdict(), |root| {
            let parent = within(root, path, parent);
            let second = parent.at(local).clone();
            parent.insert_after(local, second);
        }));
        let name = format!("{path}: {part} taken away");
        forgeries.push(genuine.forged(name, TWICE, verdict(), |root| {
            within(root, path, parent).remove(local);
        }));
        let name = format!("{path}: {part} emptied");
        forgeries.push(genuine.forged(name, TWICE, verdict(), |root| {
            within(root, path, parent).at(local).children.clear();
            within(root, path, parent).at(local).attributes.clear();
        }));
    }
}

fn replace_digest(element: &mut Element, digest: &str) {
    if element.local == "DigestValue" {
        element.set_text(digest);
        return;
    }
    for child in &mut element.children {
        if let Node::Element(child) = child {
            replace_digest(child, digest);
        }
    }
}

/// The identity is forged, and the digest that it would need is offered somewhere.
fn digests(genuine: &Genuine, path: &str, forgeries: &mut Vec<Forgery>) {
    let evil = evil_digest(genuine, path);
    let digest_path = "SignedInfo/Reference/DigestValue";
    let right = text_of(genuine.tree.clone().at(path).at(digest_path));
    let value = || Element::new("ds:DigestValue", DSIG).text(&evil);
    for host in ["Extensions", "StatusDetail", "Object", "KeyInfo", "first in Signature"] {
        let name = format!("{path}: DigestValue of the forged identity in {host}");
        forgeries.push(genuine.forged(name, SMUGGLED, Verdict::Refused(&[]), |root| {
            corrupt_in_place(root);
            let samlp = |local: &str| Element::new(&format!("samlp:{local}"), PROTOCOL);
            match host {
                "Extensions" => {
                    root.insert_before("Status", samlp("Extensions").child(value()));
                }
                "StatusDetail" => {
                    let detail = samlp("StatusDetail").child(value());
                    root.at("Status").children.push(Node::Element(detail));
                }
                "Object" => {
                    let object = Element::new("ds:Object", DSIG).child(value());
                    root.at(path).children.push(Node::Element(object));
                }
                "KeyInfo" => {
                    let info = Element::new("ds:KeyInfo", DSIG).child(value());
                    root.at(path).children.push(Node::Element(info));
                }
                _ => root.at(path).children.insert(0, Node::Element(value())),
            }
        }));
    }
    let comment =
        |text: &str| Node::Verbatim { written: format!("<!--{text}-->"), canonical: String::new() };
    let instruction =
        |text: &str| Node::Verbatim { written: format!("<?x {text}?>"), canonical: String::new() };
    let text = |text: &str| Node::Text(text.into());
    for (how, content) in [
        ("forged, genuine in a comment", vec![text(&evil), comment(&right)]),
        ("genuine in a comment, forged", vec![comment(&right), text(&evil)]),
        ("forged in a comment, genuine", vec![comment(&evil), text(&right)]),
        ("genuine, forged in a comment", vec![text(&right), comment(&evil)]),
        ("forged and genuine, a comment between", vec![text(&evil), comment(""), text(&right)]),
        ("genuine and forged, a comment between", vec![text(&right), comment(""), text(&evil)]),
        ("genuine in an instruction, forged", vec![instruction(&right), text(&evil)]),
        ("forged in an instruction, genuine", vec![instruction(&evil), text(&right)]),
        ("forged in an element, genuine", vec![Node::Element(value()), text(&right)]),
        ("genuine, forged in an element", vec![text(&right), Node::Element(value())]),
        ("forged alone", vec![text(&evil)]),
        ("forged with a blank", vec![text(&format!(" {evil} "))]),
    ] {
        let name = format!("{path}: DigestValue {how}");
        forgeries.push(genuine.forged(name, COMMENT, Verdict::Refused(&[]), |root| {
            corrupt_in_place(root);
            root.at(path).at(digest_path).children = content;
        }));
    }
}

/// SignatureValue written in other ways. It is not signed, so all of them reach the decoder.
fn values(genuine: &Genuine, path: &str, forgeries: &mut Vec<Forgery>) {
    let value = text_of(genuine.tree.clone().at(path).at("SignatureValue"));
    let value: String = value.split_whitespace().collect();
    let (start, end) = value.split_at(value.len() / 2);
    let bare = value.trim_end_matches('=');
    let covered_twice = path == "Assertion/Signature" && genuine.is_signed_twice();
    let same = || if covered_twice { Verdict::Refused(&[]) } else { Verdict::Unchanged };
    let refused = || Verdict::Refused(&["SIGNATURE_STRUCTURE", "SIGNATURE_VALUE"]);
    for (how, text, verdict) in [
        ("with blanks around", format!("\n  {value}\t"), same()),
        ("in two lines", format!("{start}\n{end}"), same()),
        ("cut in half", start.to_string(), refused()),
        ("cut by a character", value[1..].to_string(), refused()),
        ("cut by four characters", value[4..].to_string(), refused()),
        ("doubled", format!("{value}{value}"), refused()),
        ("with octets before", format!("AAAA{value}"), refused()),
        ("with octets after", format!("{bare}AAAA"), refused()),
        ("with more padding", format!("{value}=="), refused()),
        ("with padding inside", format!("{start}={end}"), refused()),
        ("with a letter outside of base64", format!("{start}*{end}"), refused()),
        ("percent-encoded", value.replace('+', "%2B").replace('=', "%3D") + "%20", refused()),
        ("in the alphabet of URLs", value.replace('+', "-").replace('/', "_") + "-", refused()),
        ("in hexadecimal", "00".repeat(256), refused()),
        ("all zero", format!("{}==", "A".repeat(342)), refused()),
        ("one", format!("{}AQ==", "A".repeat(340)), refused()),
        ("all ones", format!("{}w==", "/".repeat(341)), refused()),
    ] {
        let name = format!("{path}: SignatureValue {how}");
        forgeries.push(genuine.forged(name, ENCODING, verdict, |root| {
            root.at(path).at("SignatureValue").set_text(&text);
        }));
    }
}

/// Whole Signatures too many, too few or elsewhere.
fn signatures(genuine: &Genuine, path: &str, forgeries: &mut Vec<Forgery>) {
    let signature = genuine.tree.clone().at(path).clone();
    let evil = evil_digest(genuine, path);
    let mut forged = signature.clone();
    replace_digest(&mut forged, &evil);
    let parent = path.strip_suffix("/Signature").unwrap_or("");
    for (how, second, verdict) in [
        ("a forged Signature before", &forged, Verdict::Refused(&[])),
        ("a copy of the Signature before", &signature, Verdict::Refused(&[])),
    ] {
        for corrupted in [false, true] {
            let name = format!("{path}: {how}, identity forged: {corrupted}");
            forgeries.push(genuine.forged(name, PLACE, verdict.clone(), |root| {
                if corrupted {
                    corrupt_in_place(root);
                }
                within(root, "", parent).insert_before("Signature", second.clone());
            }));
        }
    }
    let elsewhere: [(&str, fn(&mut Element, Element)); 6] = [
        ("in Extensions", |root, signature| {
            let extensions = Element::new("samlp:Extensions", PROTOCOL).child(signature);
            root.insert_before("Status", extensions);
        }),
        ("in Status", |root, signature| {
            root.at("Status").children.push(Node::Element(signature));
        }),
        ("at the end of the Response", |root, signature| {
            root.children.push(Node::Element(signature));
        }),
        ("at the start of the Response", |root, signature| {
            root.children.insert(0, Node::Element(signature));
        }),
        ("at the end of the Assertion", |root, signature| {
            root.at("Assertion").children.push(Node::Element(signature));
        }),
        ("in the Subject", |root, signature| {
            root.at("Assertion/Subject").children.push(Node::Element(signature));
        }),
    ];
    for (where_, put) in elsewhere {
        for corrupted in [false, true] {
            let name = format!("{path}: moved {where_}, identity forged: {corrupted}");
            let verdict = if corrupted { Verdict::Refused(&[]) } else { Verdict::NeverAnother };
            forgeries.push(genuine.forged(name, PLACE, verdict, |root| {
                let signature = within(root, "", parent).remove("Signature");
                if corrupted {
                    corrupt_in_place(root);
                }
                put(root, signature);
            }));
        }
    }
    let name = format!("{path}: taken away, identity forged");
    forgeries.push(genuine.forged(name, PLACE, Verdict::Refused(&[]), |root| {
        within(root, "", parent).remove("Signature");
        corrupt_in_place(root);
    }));
    let name = format!("{path}: SignatureValue empty, identity forged");
    forgeries.push(genuine.forged(name, PLACE, Verdict::Refused(&[]), |root| {
        corrupt_in_place(root);
        root.at(path).at("SignatureValue").children.clear();
        replace_digest(root.at(path), &evil);
    }));
}

/// The element at `path` from the root, then at `inner`; either may be empty.
fn within<'a>(root: &'a mut Element, path: &str, inner: &str) -> &'a mut Element {
    let at = if path.is_empty() { root } else { root.at(path) };
    if inner.is_empty() { at } else { at.at(inner) }
}

fn has(root: &mut Element, path: &str, part: &str) -> bool {
    let mut place = root.at(path);
    for name in part.split('/') {
        let wanted = |c: &Node| matches!(c, Node::Element(e) if e.local == name);
        if !place.children.iter().any(wanted) {
            return false;
        }
        place = place.at(name);
    }
    true
}
