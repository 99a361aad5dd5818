//! Signature wrapping of a LogoutRequest (XSW 1 to 8 and their relatives), made in every
//! combination: the genuine, signed request is hidden somewhere in a forged one, or the other way
//! round, with IDs of its own, the same ones or look-alikes. Nobody but the signed user is signed
//! out.

use std::collections::BTreeMap;

use countersign::saml::logout::LogoutKind;
use countersign_test_idp::tree::{ASSERTION, DSIG, PROTOCOL};
use countersign_test_idp::{Element, Node, QuerySpec, SignatureSpec, TestKey, place_signature};

use crate::target::{inspect, provider, query, request, signed_out, verdict};

const EVIL: &str = "administrator@contoso.com";

/// Where something can be hidden in a LogoutRequest.
const PLACES: [&str; 9] = [
    "Extensions",
    "Issuer",
    "NameID",
    "SessionIndex",
    "Object",
    "KeyInfo",
    "first",
    "last",
    "around",
];

fn genuine() -> Element {
    let mut spec = request();
    spec.signature = Some(SignatureSpec::new(TestKey::ENTRA_ACTIVE));
    spec.issue()
}

fn forged(id: Option<&str>, name: &str) -> Element {
    let mut spec = request();
    spec.name_id = Some(EVIL.into());
    let mut forged = spec.issue();
    forged.unset("ID");
    if let Some(id) = id {
        forged.set(name, id);
    }
    if name != "ID" {
        forged.set("ID", "_evil");
    }
    forged
}

/// Puts `hidden` into `root` at one of the places.
fn hide(mut root: Element, hidden: Element, place: &str) -> Element {
    match place {
        "Extensions" => {
            let extensions = Element::new("samlp:Extensions", PROTOCOL).child(hidden);
            root.insert_before("NameID", extensions);
        }
        "Issuer" | "NameID" | "SessionIndex" => root.at(place).children.push(Node::Element(hidden)),
        "Object" | "KeyInfo" => {
            let holder = Element::new(&format!("ds:{place}"), DSIG).child(hidden);
            if root
                .children
                .iter()
                .any(|node| matches!(node, Node::Element(one) if one.local == "Signature"))
            {
                root.at("Signature").children.push(Node::Element(holder));
            } else {
                root.children.push(Node::Element(Element::new("ds:Signature", DSIG).child(holder)));
            }
        }
        "first" => root.children.insert(0, Node::Element(hidden)),
        "last" => root.children.push(Node::Element(hidden)),
        _ => {
            // The forged one in the genuine one, which keeps its Signature.
            let mut around = hidden;
            around.insert_before("NameID", Element::new("samlp:Extensions", PROTOCOL).child(root));
            return around;
        }
    }
    root
}

#[test]
fn a_wrapped_request_signs_out_the_signed_user_or_nobody() {
    let provider = provider();
    let id = genuine().get("ID").expect("an ID").to_owned();
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for place in PLACES {
        for evil_id in [Some("_evil"), Some(id.as_str()), None] {
            for id_name in ["ID", "Id", "id", "xml:id", "AssertionID"] {
                for (moved, kept) in [(false, true), (true, false), (true, true), (false, false)] {
                    let mut hidden = genuine();
                    let signature = hidden.remove("Signature");
                    if kept {
                        place_signature(&mut hidden, signature.clone());
                    }
                    let mut evil = forged(evil_id, id_name);
                    if moved {
                        place_signature(&mut evil, signature);
                    }
                    let message = hide(evil, hidden, place).to_xml();
                    let unsigned = QuerySpec { key: None, ..query("SAMLRequest") };
                    for text in [unsigned.query(&message), message] {
                        let report = inspect(&provider, LogoutKind::Request, &text);
                        let who = signed_out(&report);
                        assert_ne!(who, Some(EVIL), "{place} {evil_id:?} {id_name} {moved} {kept}");
                        assert_eq!(who, None, "{place}: something was added to what was signed");
                        *codes.entry(verdict(&report)).or_default() += 1;
                    }
                }
            }
        }
    }
    println!("logout: wrapped requests refused: {codes:?}");
    assert_eq!(codes.values().sum::<usize>(), 9 * 3 * 5 * 4 * 2);
    let expected =
        ["SIGNATURE_DIGEST", "SIGNATURE_MISSING", "SIGNATURE_REFERENCE", "XML_DUPLICATE_ID"];
    assert!(expected.iter().all(|code| codes.contains_key(code)), "{codes:?}");
}

/// What the identity provider signed for something else, in the place of a LogoutRequest or with
/// its Signature taken over.
#[test]
fn a_signature_over_something_else_signs_nobody_out() {
    let element = |name: &str| {
        let mut spec = request();
        spec.element = name.into();
        spec.signature = Some(SignatureSpec::new(TestKey::ENTRA_ACTIVE));
        spec.issue()
    };
    for name in
        ["ManageNameIDRequest", "AuthnRequest", "Response", "logoutrequest", "LogoutResponse"]
    {
        let signed = element(name);
        let report = inspect(&provider(), LogoutKind::Request, &signed.to_xml());
        assert_eq!(verdict(&report), "STRUCTURE", "{name}");
        // Renamed, it is not what was signed.
        let renamed = signed.to_xml().replace(&format!("samlp:{name}"), "samlp:LogoutRequest");
        let report = inspect(&provider(), LogoutKind::Request, &renamed);
        assert_eq!(verdict(&report), "SIGNATURE_DIGEST", "{name}");
    }
    // The name in another namespace.
    let mut other = genuine();
    other.namespace = ASSERTION.into();
    let report = inspect(&provider(), LogoutKind::Request, &other.to_xml());
    assert_eq!(verdict(&report), "STRUCTURE");
    // An assertion for the user, signed, carried as what identifies him.
    let mut carried = request().issue();
    let mut assertion = Element::new("Assertion", ASSERTION).with("ID", "_a");
    assertion = assertion.child(Element::new("Issuer", ASSERTION).text("https://sts.windows.net/"));
    countersign_test_idp::sign(&mut assertion, &[], &SignatureSpec::new(TestKey::ENTRA_ACTIVE));
    carried.insert_after("Issuer", Element::new("samlp:Extensions", PROTOCOL).child(assertion));
    let report = inspect(&provider(), LogoutKind::Request, &carried.to_xml());
    assert_eq!(verdict(&report), "SIGNATURE_MISSING");
}
