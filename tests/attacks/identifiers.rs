//! IDs that occur twice, that look alike, or that a Reference names in another way.
//!
//! The attribute pollution of "The Fragile Lock" (2025) and the ID confusions of the USENIX
//! Security 2012 paper: verifier and reader find different elements by what both take for one ID.

use countersign_test_idp::tree::PROTOCOL;
use countersign_test_idp::{Attribute, Element, Node};

use crate::forgery::{EVIL_ID, Forgery, Genuine, Verdict, evil_assertion, unsigned};

const SOURCE: &str = "ID confusion, USENIX Security 2012; attribute pollution, The Fragile Lock";

/// Names that somebody takes for an ID: unprefixed with their prefix, local name, namespace.
const NAMES: [(&str, &str); 8] = [
    ("ID", ""),
    ("Id", ""),
    ("id", ""),
    ("AssertionID", ""),
    ("xml:id", "http://www.w3.org/XML/1998/namespace"),
    ("samlp:ID", PROTOCOL),
    (
        "wsu:Id",
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd",
    ),
    ("iD", ""),
];

pub(crate) fn forge(genuine: &Genuine) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    for path in genuine.signatures() {
        let signed_id = match path {
            "Signature" => genuine.tree.get("ID"),
            _ => None,
        };
        let mut tree = genuine.tree.clone();
        let id = signed_id.map_or_else(
            || tree.at("Assertion").get("ID").map(String::from),
            |id| Some(id.to_string()),
        );
        let Some(id) = id else { continue };
        doubled(genuine, path, &id, &mut forgeries);
        if path == "Assertion/Signature" {
            pretended(genuine, &id, &mut forgeries);
        }
        references(genuine, path, &id, &mut forgeries);
    }
    forgeries
}

/// The signed ID once more, on an element outside of what is signed where there is one.
fn doubled(genuine: &Genuine, path: &str, id: &str, forgeries: &mut Vec<Forgery>) {
    for (name, namespace) in NAMES {
        let what = format!("{path}: the signed ID again as {name} on Status");
        let verdict = match name {
            "ID" | "Id" | "id" | "AssertionID" | "xml:id" => {
                Verdict::Refused(&["XML_DUPLICATE_ID"])
            }
            _ => Verdict::NeverAnother,
        };
        forgeries.push(genuine.forged(what, SOURCE, verdict, |root| {
            root.at("Status").attributes.push(attribute(name, namespace, id));
        }));
    }
}

/// A forged Assertion that carries the signed ID under another name, and the Signature; the
/// signed one stands aside.
fn pretended(genuine: &Genuine, id: &str, forgeries: &mut Vec<Forgery>) {
    let signed = genuine.tree.clone().at("Assertion").clone();
    let signature = signed.clone().at("Signature").clone();
    let looks = [
        ("with a blank before", format!(" {id}")),
        ("with a blank after", format!("{id} ")),
        ("with a line break after", format!("{id}\n")),
        ("in upper case", id.to_uppercase()),
        ("in lower case", id.to_lowercase()),
        ("with a zero-width space", format!("{id}\u{200b}")),
        ("with a soft hyphen", format!("_\u{ad}{}", id.trim_start_matches('_'))),
        ("in full-width letters", full_width(id)),
        ("with a hash", format!("#{id}")),
        ("with a NUL escape", format!("{id}%00")),
    ];
    let mut push = |what: String, evil: Element| {
        for (aside, hidden) in
            [("whole", signed.clone()), ("without Signature", unsigned(signed.clone()))]
        {
            let name = format!("forged Assertion {what}, signed one {aside} in Extensions");
            let evil = evil.clone();
            forgeries.push(genuine.forged(name, SOURCE, Verdict::Refused(&[]), |root| {
                *root.at("Assertion") = evil;
                let extensions = Element::new("samlp:Extensions", PROTOCOL).child(hidden);
                root.insert_before("Status", extensions);
            }));
        }
    };
    for (name, namespace) in NAMES.into_iter().filter(|(name, _)| *name != "ID") {
        let mut evil = evil_assertion(&genuine.tree, Some(EVIL_ID));
        evil.attributes.push(attribute(name, namespace, id));
        evil.children.insert(1, Node::Element(signature.clone()));
        push(format!("has the signed ID as {name}"), evil.clone());
        evil.unset("ID");
        push(format!("has the signed ID only as {name}"), evil);
    }
    for (how, look) in looks {
        if look == id {
            continue;
        }
        let mut evil = evil_assertion(&genuine.tree, Some(&look));
        evil.children.insert(1, Node::Element(signature.clone()));
        push(format!("has the signed ID {how}"), evil);
    }
}

fn full_width(text: &str) -> String {
    let wide = |c: char| match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        other => other,
    };
    text.chars().map(wide).collect()
}

/// Another way to write the Reference: whoever decodes it more than once finds something else.
fn references(genuine: &Genuine, path: &str, id: &str, forgeries: &mut Vec<Forgery>) {
    let percent: String = id.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for (how, uri) in [
        ("percent-encoded", format!("#{percent}")),
        ("with a blank before", format!(" #{id}")),
        ("with a blank after", format!("#{id} ")),
        ("without its hash", id.to_string()),
        ("as XPointer", format!("#xpointer(id('{id}'))")),
        ("as element()", format!("#element({id})")),
        ("of a document", format!("response.xml#{id}")),
        ("as cid", format!("cid:{id}")),
        ("empty", String::new()),
        ("of a forged element", format!("#{EVIL_ID}")),
    ] {
        let what = format!("{path}: URI {how}");
        let verdict = Verdict::Refused(&["SIGNATURE_REFERENCE", "SIGNATURE_VALUE"]);
        forgeries.push(genuine.forged(what, SOURCE, verdict, |root| {
            root.at(path).at("SignedInfo/Reference").set("URI", uri);
        }));
    }
    let what = format!("{path}: no URI");
    let verdict = Verdict::Refused(&["SIGNATURE_REFERENCE", "SIGNATURE_VALUE"]);
    forgeries.push(genuine.forged(what, SOURCE, verdict, |root| {
        root.at(path).at("SignedInfo/Reference").unset("URI");
    }));
}

fn attribute(name: &str, namespace: &str, value: &str) -> Attribute {
    Attribute { name: name.into(), namespace: namespace.into(), value: value.into() }
}
