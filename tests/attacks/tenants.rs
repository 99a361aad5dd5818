//! Two tenants sign users in at one service provider, and one of them is hostile.
//!
//! It holds a key that is trusted, for its own users. Whatever it writes with it, nobody of the
//! other tenant may come out.

use countersign_test_idp::{Element, Idp, Node, SignatureSpec, TestKey, parse, place_signature};

use crate::case::Case;
use crate::forgery::{Forgery, Genuine, Verdict, resigned};
use crate::target::decoded;

const SOURCE: &str = "one trusted identity provider poses as another one";

const CAUSES: &[&str] =
    &["ASSERTION_COUNT", "ISSUER", "SIGNATURE_KEY_UNTRUSTED", "SIGNATURE_VALUE", "STRUCTURE"];

pub(crate) fn forge(genuine: &Genuine) -> Vec<Forgery> {
    // The one message whose service provider trusts both tenants and that the second one signed.
    if genuine.key != Some(TestKey::ENTRA_OTHER_TENANT) {
        return Vec::new();
    }
    let mut forgeries = Vec::new();
    issuers(genuine, &mut forgeries);
    mixed(genuine, &mut forgeries);
    forgeries
}

/// Signed by the hostile tenant, with the other one's name in every place and in every writing.
fn issuers(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    let own = Idp::fabrikam().entity_id;
    let victim = Idp::contoso().entity_id;
    let comment = |text: &str| Node::Verbatim { written: text.into(), canonical: String::new() };
    let text = |text: &str| Node::Text(text.into());
    let writings: Vec<(&str, Vec<Node>)> = vec![
        ("its own name", vec![text(&own)]),
        ("the other's name", vec![text(&victim)]),
        ("the other's name and a comment", vec![text(&victim), comment("<!---->"), text(&own)]),
        (
            "its own name, a comment, the other's",
            vec![text(&own), comment("<!---->"), text(&victim)],
        ),
        ("its own name in a comment", vec![comment(&format!("<!--{own}-->")), text(&victim)]),
        (
            "the other's name in an element",
            vec![Node::Element(Element::new("x", "urn:example:x").text(&victim))],
        ),
        ("both names", vec![text(&format!("{own} {victim}"))]),
        ("no name", vec![]),
    ];
    for key_info in [TestKey::ENTRA_OTHER_TENANT, TestKey::ENTRA_ACTIVE] {
        for (outer, outer_content) in &writings {
            for (inner, inner_content) in &writings {
                if outer == inner && *outer == "its own name" {
                    continue;
                }
                let mut spec = SignatureSpec::new(TestKey::ENTRA_OTHER_TENANT);
                spec.key_info = vec![key_info];
                let tree = resigned(genuine, &spec, |root| {
                    root.at("Issuer").children.clone_from(outer_content);
                    root.at("Assertion/Issuer").children.clone_from(inner_content);
                });
                let name = format!(
                    "Response by {outer}, Assertion by {inner}, certificate {}",
                    key_info.name()
                );
                let verdict = Verdict::Refused(CAUSES);
                forgeries.push(Forgery::new(name, SOURCE, verdict, tree.to_xml()));
            }
        }
        let mut spec = SignatureSpec::new(TestKey::ENTRA_OTHER_TENANT);
        spec.key_info = vec![key_info];
        let tree = resigned(genuine, &spec, |root| {
            root.remove("Issuer");
            root.at("Assertion/Issuer").set_text(&victim);
        });
        let name = format!("no Issuer but the Assertion's, certificate {}", key_info.name());
        let verdict = Verdict::Refused(CAUSES);
        forgeries.push(Forgery::new(name, SOURCE, verdict, tree.to_xml()));
    }
}

/// The other tenant's genuine, signed Assertion for another user, in the hostile one's Response.
fn mixed(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    let stolen = stolen_assertion();
    for signed in [true, false] {
        for (issuer, name) in [("its own", Idp::fabrikam()), ("the other's", Idp::contoso())] {
            let mut tree = genuine.tree.clone();
            *tree.at("Assertion") = stolen.clone();
            tree.at("Issuer").set_text(&name.entity_id);
            if signed {
                let spec = SignatureSpec::new(TestKey::ENTRA_OTHER_TENANT);
                countersign_test_idp::sign(&mut tree, &[], &spec);
            }
            let name =
                format!("a stolen Assertion in a Response by {issuer} name, signed: {signed}");
            // Unsigned and named rightly it is the other tenant's own message, and answers
            // whatever it answered: nothing that a hostile tenant could not replay as it is.
            if !signed && issuer == "the other's" {
                continue;
            }
            forgeries.push(Forgery::new(name, SOURCE, Verdict::Refused(CAUSES), tree.to_xml()));
        }
    }
    for before in [true, false] {
        let mut tree = genuine.tree.clone();
        let at = if before { "before" } else { "after" };
        if before {
            tree.insert_before("Assertion", stolen.clone());
        } else {
            tree.insert_after("Assertion", stolen.clone());
        }
        let name = format!("a stolen Assertion {at} its own");
        forgeries.push(Forgery::new(name, SOURCE, Verdict::Refused(CAUSES), tree.to_xml()));
    }
    let mut tree = genuine.tree.clone();
    let mut stolen = stolen;
    let signature = stolen.remove("Signature");
    tree.at("Assertion").remove("Signature");
    place_signature(tree.at("Assertion"), signature);
    let verdict = Verdict::Refused(&["SIGNATURE_REFERENCE", "SIGNATURE_KEY_UNTRUSTED"]);
    let name = "its own Assertion with the Signature of a stolen one";
    forgeries.push(Forgery::new(name, SOURCE, verdict, tree.to_xml()));
}

fn stolen_assertion() -> Element {
    let cases = Case::read("cases.jsonl");
    let case = cases.iter().find(|case| case.id == "amplitude-sp-initiated-assertion");
    let message = case.expect("the plainest fixture is there").message();
    let mut tree = parse(&decoded(&message)).expect("fixtures are well-formed");
    tree.remove("Assertion")
}
