//! Encrypted and plain parts mixed, so that one is verified and the other one read.

use countersign_test_idp::tree::{ASSERTION, DSIG};
use countersign_test_idp::{Element, Node};

use crate::forgery::{EVIL_ID, Forgery, Genuine, Verdict, evil_assertion};

const SOURCE: &str = "plain and encrypted assertions mixed (CVE-2023-28119, XSW with encryption)";
const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";

pub(crate) fn forge(genuine: &Genuine) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    let signed = genuine.tree.clone().at("Assertion").clone();
    let evil = evil_assertion(&genuine.tree, Some(EVIL_ID));
    let encrypted = |content: Element| Element::new("EncryptedAssertion", ASSERTION).child(content);
    let refused = || Verdict::Refused(&[]);
    for before in [true, false] {
        let order = if before { "before" } else { "after" };
        for (what, content) in [
            ("an EncryptedAssertion that nobody can decrypt", ciphertext()),
            ("an EncryptedAssertion that holds a plain forged one", evil.clone()),
            ("an EncryptedAssertion that holds the signed one again", signed.clone()),
        ] {
            let name = format!("{what} {order} the Assertion");
            forgeries.push(genuine.forged(name, SOURCE, refused(), |root| {
                if before {
                    root.insert_before("Assertion", encrypted(content));
                } else {
                    root.insert_after("Assertion", encrypted(content));
                }
            }));
        }
    }
    for (what, content) in [
        ("a forged Assertion offered, the signed one in EncryptedAssertion", signed.clone()),
        ("a forged Assertion offered, a ciphertext beside", ciphertext()),
    ] {
        forgeries.push(genuine.forged(what, SOURCE, refused(), |root| {
            *root.at("Assertion") = evil.clone();
            root.children.push(Node::Element(encrypted(content)));
        }));
    }
    let lone = [
        ("the signed Assertion plain in EncryptedAssertion", signed),
        ("a forged Assertion plain in EncryptedAssertion", evil),
        ("a ciphertext alone", ciphertext()),
        ("EncryptedAssertion with another one in it", encrypted(ciphertext())),
    ];
    for (what, content) in lone {
        forgeries.push(genuine.forged(what, SOURCE, refused(), |root| {
            *root.at("Assertion") = encrypted(content);
        }));
    }
    forgeries.push(genuine.forged("EncryptedID beside NameID", SOURCE, refused(), |root| {
        let id = Element::new("EncryptedID", ASSERTION).child(ciphertext());
        root.at("Assertion/Subject").children.insert(0, Node::Element(id));
    }));
    forgeries
}

fn ciphertext() -> Element {
    let value = Element::new("xenc:CipherValue", XENC).text("AAAA");
    let method = Element::new("xenc:EncryptionMethod", XENC)
        .with("Algorithm", "http://www.w3.org/2001/04/xmlenc#aes256-cbc");
    Element::new("xenc:EncryptedData", XENC)
        .child(method)
        .child(Element::new("KeyInfo", DSIG))
        .child(Element::new("xenc:CipherData", XENC).child(value))
}
