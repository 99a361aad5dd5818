//! XML signature wrapping: what was signed is moved aside, and something else is offered.
//!
//! XSW 1 to 8 of "On Breaking SAML: Be Whoever You Want to Be" (USENIX Security 2012), on which
//! CVE-2011-1411 (OpenSAML), CVE-2025-47949 (samlify) and many others rest, as a table: every
//! place to hide the one element in, times where the Signature goes, times the forged ID.

use countersign_test_idp::tree::{DSIG, PROTOCOL};
use countersign_test_idp::{Element, Node};

use crate::forgery::{EVIL_ID, Forgery, Genuine, Verdict, corrupt, evil_assertion, saml, unsigned};

const SOURCE: &str = "XSW, USENIX Security 2012; CVE-2011-1411, CVE-2025-47949";

/// What a wrapped message may be refused for: its shape, or its signature. Never something that
/// only the wrapped content says.
const CAUSES: &[&str] = &[
    "ASSERTION_COUNT",
    "SIGNATURE_DIGEST",
    "SIGNATURE_MISSING",
    "SIGNATURE_POLICY",
    "SIGNATURE_REFERENCE",
    "SIGNATURE_STRUCTURE",
    "STRUCTURE",
    "VERSION",
    "XML_DUPLICATE_ID",
];

/// Where in a Response something can be hidden.
const HOSTS: [&str; 20] = [
    "first in the Response",
    "before the Assertion",
    "last in the Response",
    "Extensions",
    "Status",
    "StatusDetail",
    "StatusMessage",
    "StatusCode",
    "a foreign wrapper before the Assertion",
    "a foreign wrapper at the end",
    "another Response inside",
    "EncryptedAssertion",
    "the Assertion's Advice",
    "first in the Assertion",
    "last in the Assertion",
    "the Assertion's Subject",
    "SubjectConfirmationData",
    "Conditions",
    "AttributeValue",
    "the Issuer",
];

/// Where in a Signature something can be hidden.
const SIGNATURE_HOSTS: [&str; 6] =
    ["the Signature", "an Object", "KeyInfo", "SignedInfo", "the Reference", "a Transform"];

/// Whose the Signature is after the attack.
#[derive(Clone, Copy, Debug)]
enum Signature {
    Kept,
    Copied,
    Moved,
}

pub(crate) fn forge(genuine: &Genuine) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    if genuine.assertion_is_signed() {
        assertion_level(genuine, &mut forgeries);
    }
    if genuine.response_is_signed() {
        response_level(genuine, &mut forgeries);
    }
    forgeries
}

fn assertion_level(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    let signed = genuine.tree.clone().at("Assertion").clone();
    let signed_id = signed.get("ID").unwrap_or_default().to_string();
    for (id_name, id) in [("new", Some(EVIL_ID)), ("same", Some(signed_id.as_str())), ("no", None)]
    {
        for signature in [Signature::Kept, Signature::Copied, Signature::Moved] {
            let (evil, hidden) =
                dressed(evil_assertion(&genuine.tree, id), signed.clone(), signature);
            for host in HOSTS.into_iter().chain(SIGNATURE_HOSTS) {
                let name = format!(
                    "Assertion with {id_name} ID offered, signed one in {host}, {signature:?}"
                );
                let mut tree = genuine.tree.clone();
                *tree.at("Assertion") = evil.clone();
                if put(&mut tree, host, "Assertion/Signature", hidden.clone()) {
                    forgeries.push(forgery(name, Verdict::Refused(CAUSES), &tree));
                }
                // The other way round: the forged one is hidden, for readers that search.
                let name = format!(
                    "Assertion with {id_name} ID in {host}, signed one in place, {signature:?}"
                );
                let mut tree = genuine.tree.clone();
                *tree.at("Assertion") = hidden.clone();
                if put(&mut tree, host, "Assertion/Signature", evil.clone()) {
                    forgeries.push(forgery(name, Verdict::NeverAnother, &tree));
                }
            }
        }
    }
}

fn response_level(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    let signed = &genuine.tree;
    let signed_id = signed.get("ID").unwrap_or_default().to_string();
    for (id_name, id) in [("new", EVIL_ID), ("same", signed_id.as_str())] {
        for signature in [Signature::Kept, Signature::Copied, Signature::Moved] {
            let mut evil = unsigned(signed.clone());
            evil.set("ID", id);
            let forged = evil_assertion(signed, Some("_evil-assertion"));
            *evil.at("Assertion") = forged;
            let (evil, hidden) = dressed(evil, signed.clone(), signature);
            for host in HOSTS.into_iter().chain(SIGNATURE_HOSTS) {
                let name = format!(
                    "Response with {id_name} ID offered, signed one in {host}, {signature:?}"
                );
                let mut tree = evil.clone();
                if put(&mut tree, host, "Signature", hidden.clone()) {
                    forgeries.push(forgery(name, Verdict::Refused(CAUSES), &tree));
                }
                let name = format!(
                    "Response with {id_name} ID in {host}, signed one in place, {signature:?}"
                );
                let mut tree = hidden.clone();
                if put(&mut tree, host, "Signature", evil.clone()) {
                    forgeries.push(forgery(name, Verdict::NeverAnother, &tree));
                }
            }
            for (order, children) in [
                ("forged first", [evil.clone(), hidden.clone()]),
                ("signed first", [hidden.clone(), evil.clone()]),
            ] {
                let root = Element::new("w:Wrapper", "urn:example:wrapper").children(children);
                let name = format!("two Responses in a wrapper, {order}, {id_name} {signature:?}");
                forgeries.push(forgery(name, Verdict::Refused(CAUSES), &root));
            }
        }
    }
    // The envelope keeps its Signature while its Assertion is exchanged or doubled.
    for (name, keep) in [("exchanged", false), ("added before", true)] {
        let mut tree = signed.clone();
        let evil = evil_assertion(signed, Some(EVIL_ID));
        tree.insert_before("Assertion", evil);
        if !keep {
            let index = tree.children.iter().rposition(is_assertion);
            index.map(|index| tree.children.remove(index));
        }
        let name = format!("Assertion of the signed Response {name}");
        forgeries.push(forgery(name, Verdict::Refused(CAUSES), &tree));
    }
    let mut tree = signed.clone();
    corrupt(tree.at("Assertion"));
    let verdict = Verdict::Refused(&["SIGNATURE_DIGEST"]);
    forgeries.push(forgery("identity exchanged in place".into(), verdict, &tree));
}

fn is_assertion(node: &Node) -> bool {
    matches!(node, Node::Element(element) if element.local == "Assertion")
}

fn forgery(name: String, verdict: Verdict, tree: &Element) -> Forgery {
    Forgery::new(name, SOURCE, verdict, tree.to_xml())
}

/// Gives the Signature of `signed` to `evil`, to both, or leaves it.
fn dressed(mut evil: Element, signed: Element, signature: Signature) -> (Element, Element) {
    let own = signed.clone().at("Signature").clone();
    let give = |evil: &mut Element| {
        evil.children.insert(usize::from(evil.children.len() > 1), Node::Element(own));
    };
    match signature {
        Signature::Kept => (evil, signed),
        Signature::Copied => {
            give(&mut evil);
            (evil, signed)
        }
        Signature::Moved => {
            give(&mut evil);
            (evil, unsigned(signed))
        }
    }
}

/// Puts `element` into a place of the Response; false where the message has no such place.
fn put(root: &mut Element, host: &str, signature: &str, element: Element) -> bool {
    let samlp = |local: &str| Element::new(&format!("samlp:{local}"), PROTOCOL);
    let wrapper = || Element::new("w:Wrapper", "urn:example:wrapper");
    match host {
        "first in the Response" => root.children.insert(0, Node::Element(element)),
        "before the Assertion" => root.insert_before("Assertion", element),
        "last in the Response" => root.children.push(Node::Element(element)),
        "Extensions" => root.insert_before("Status", samlp("Extensions").child(element)),
        "Status" => root.at("Status").children.push(Node::Element(element)),
        "StatusDetail" | "StatusMessage" => {
            let detail = samlp(host).child(element);
            root.at("Status").children.push(Node::Element(detail));
        }
        "StatusCode" => root.at("Status/StatusCode").children.push(Node::Element(element)),
        "a foreign wrapper before the Assertion" => {
            root.insert_before("Assertion", wrapper().child(element));
        }
        "a foreign wrapper at the end" => {
            root.children.push(Node::Element(wrapper().child(element)));
        }
        "another Response inside" => {
            let mut inner = root.clone();
            inner.set("ID", "_inner");
            inner.children = vec![Node::Element(element)];
            root.insert_before("Assertion", inner);
        }
        "EncryptedAssertion" => {
            root.children.push(Node::Element(saml("EncryptedAssertion").child(element)));
        }
        "the Assertion's Advice" => {
            let assertion = root.at("Assertion");
            if !holds(assertion, "Conditions") {
                return false;
            }
            assertion.insert_after("Conditions", saml("Advice").child(element));
        }
        "first in the Assertion" => {
            root.at("Assertion").children.insert(0, Node::Element(element));
        }
        "last in the Assertion" => root.at("Assertion").children.push(Node::Element(element)),
        "the Assertion's Subject" => {
            return put_at(root, &["Assertion", "Subject"], element);
        }
        "SubjectConfirmationData" => {
            let path = ["Assertion", "Subject", "SubjectConfirmation", "SubjectConfirmationData"];
            return put_at(root, &path, element);
        }
        "Conditions" => return put_at(root, &["Assertion", "Conditions"], element),
        "AttributeValue" => {
            let path = ["Assertion", "AttributeStatement", "Attribute", "AttributeValue"];
            return put_at(root, &path, element);
        }
        "the Issuer" => return put_at(root, &["Assertion", "Issuer"], element),
        within => return put_into_signature(root, within, signature, element),
    }
    true
}

fn put_into_signature(root: &mut Element, host: &str, signature: &str, element: Element) -> bool {
    let mut path: Vec<&str> = signature.split('/').collect();
    match host {
        "an Object" => {
            let prefix = "w";
            let object = Element::new(&format!("{prefix}:Object"), DSIG).child(element);
            return put_at(root, &path, object);
        }
        "KeyInfo" => path.push("KeyInfo"),
        "SignedInfo" => path.push("SignedInfo"),
        "the Reference" => path.extend(["SignedInfo", "Reference"]),
        "a Transform" => path.extend(["SignedInfo", "Reference", "Transforms", "Transform"]),
        _ => {}
    }
    put_at(root, &path, element)
}

fn put_at(root: &mut Element, path: &[&str], element: Element) -> bool {
    let mut place = root;
    for name in path {
        if !holds(place, name) {
            return false;
        }
        place = place.at(name);
    }
    place.children.push(Node::Element(element));
    true
}

fn holds(element: &Element, local: &str) -> bool {
    element.children.iter().any(|child| matches!(child, Node::Element(e) if e.local == local))
}
