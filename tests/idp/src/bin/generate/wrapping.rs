//! XML signature wrapping: the eight shapes of "On Breaking SAML: Be Whoever You Want to Be"
//! (Somorovsky and others, USENIX Security 2012), and messages woven from them.
//!
//! In each of them a signature that really holds covers something, and something else is offered
//! to be read.

use countersign_test_idp::tree::{DSIG, PROTOCOL};
use countersign_test_idp::{Element, Node, SigningOption};

use crate::case::{Case, amplitude};

pub(crate) fn cases() -> Vec<Case> {
    let case = |id: &str, why: &str| amplitude(id, "wrapping", why);
    let response =
        |id: &str, why: &str| case(id, why).says(|spec| spec.signing = SigningOption::Response);
    vec![
        response("wrapping-1", "XSW1: the signed Response inside its own Signature")
            .after(|root| {
                let original = root.clone();
                disguise_response(root);
                root.at("Signature").children.push(Node::Element(without_signature(original)));
            })
            .refused("SIGNATURE_STRUCTURE", "signature"),
        response("wrapping-2", "XSW2: the signed Response beside its Signature")
            .after(|root| {
                let original = root.clone();
                disguise_response(root);
                root.insert_before("Signature", without_signature(original));
            })
            .refused("STRUCTURE", "message"),
        case("wrapping-3", "XSW3: a forged Assertion before the signed one")
            .after(|root| {
                let forged = forged_assertion(root);
                root.insert_before("Assertion", forged);
            })
            .refused("ASSERTION_COUNT", "message"),
        case("wrapping-4", "XSW4: the signed Assertion inside a forged one")
            .after(|root| {
                let mut forged = forged_assertion(root);
                forged.children.push(Node::Element(root.remove("Assertion")));
                root.children.push(Node::Element(forged));
            })
            .refused("STRUCTURE", "message"),
        case("wrapping-5", "XSW5: a forged Assertion holds the Signature of the one at the end")
            .after(|root| {
                let original = root.at("Assertion").clone();
                let forged = root.at("Assertion");
                disguise_assertion(forged);
                root.children.push(Node::Element(without_signature(original)));
            })
            .refused("ASSERTION_COUNT", "message"),
        case("wrapping-6", "XSW6: the signed Assertion inside the Signature of a forged one")
            .after(|root| {
                let original = root.at("Assertion").clone();
                let forged = root.at("Assertion");
                disguise_assertion(forged);
                let signature = forged.at("Signature");
                signature.children.push(Node::Element(without_signature(original)));
            })
            .refused("SIGNATURE_STRUCTURE", "signature"),
        case("wrapping-7", "XSW7: a forged Assertion of the same ID in Extensions")
            .after(|root| {
                let mut forged = root.at("Assertion").clone();
                rename(&mut forged);
                let forged = without_signature(forged);
                let extensions = Element::new("samlp:Extensions", PROTOCOL).child(forged);
                root.insert_after("Issuer", extensions);
            })
            .refused("XML_DUPLICATE_ID", "message"),
        case("wrapping-8", "XSW8: the signed Assertion in an Object of a forged one's Signature")
            .after(|root| {
                let original = root.at("Assertion").clone();
                let forged = root.at("Assertion");
                disguise_assertion(forged);
                let object = Element::new("Object", DSIG).child(without_signature(original));
                forged.at("Signature").children.push(Node::Element(object));
            })
            .refused("SIGNATURE_STRUCTURE", "signature"),
        case(
            "wrapping-both-swapped",
            "the signed Assertion moved into Extensions, a forged one left",
        )
        .after(|root| {
            let forged = forged_assertion(root);
            let signed = root.remove("Assertion");
            let extensions = Element::new("samlp:Extensions", PROTOCOL).child(signed);
            root.insert_after("Issuer", extensions);
            root.children.push(Node::Element(forged));
        })
        .refused("SIGNATURE_MISSING", "signature"),
        case("wrapping-status-detail", "the signed Assertion in StatusDetail, a forged one left")
            .after(|root| {
                let forged = forged_assertion(root);
                let signed = root.remove("Assertion");
                let detail = Element::new("samlp:StatusDetail", PROTOCOL).child(signed);
                root.at("Status").children.push(Node::Element(detail));
                root.children.push(Node::Element(forged));
            })
            .refused("SIGNATURE_MISSING", "signature"),
        case("wrapping-signature-points-away", "a forged Assertion signed by the genuine one")
            .after(|root| {
                let forged_id = "_forged-0000-0000-0000-000000000000";
                let original = root.at("Assertion").clone();
                let forged = root.at("Assertion");
                rename(forged);
                forged.set("ID", forged_id);
                let mut original = original;
                original.remove("Signature");
                let extensions = Element::new("samlp:Extensions", PROTOCOL).child(original);
                root.insert_after("Issuer", extensions);
            })
            .refused("SIGNATURE_REFERENCE", "signature"),
    ]
}

fn rename(assertion: &mut Element) {
    assertion.at("Subject/NameID").set_text("admin@contoso.com");
}

fn disguise_assertion(assertion: &mut Element) {
    rename(assertion);
    assertion.set("ID", "_forged-0000-0000-0000-000000000000");
}

fn disguise_response(root: &mut Element) {
    root.set("ID", "_forged-1111-1111-1111-111111111111");
    disguise_assertion(root.at("Assertion"));
}

fn forged_assertion(root: &mut Element) -> Element {
    let mut forged = without_signature(root.at("Assertion").clone());
    disguise_assertion(&mut forged);
    forged
}

fn without_signature(mut element: Element) -> Element {
    element.remove("Signature");
    element
}
