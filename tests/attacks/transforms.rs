//! Transforms that leave out, replace or empty what was signed.

use countersign_test_idp::tree::DSIG;
use countersign_test_idp::{ENVELOPED, EXCLUSIVE, Element, Node, SignatureSpec, TransformSpec};

use crate::forgery::{Forgery, Genuine, Verdict, corrupt, resigned};

const SOURCE: &str = "dangerous transforms (XMLDSig best practices 2013; CVE-2021-40690)";
const SIGNED: &str = "a transform that the identity provider itself signed";

/// Transforms that SAML does not allow (SAML core 5.4.4): URI and content.
fn forbidden() -> Vec<(&'static str, &'static str, Option<Element>)> {
    let ds = |name: &str| Element::new(&format!("ds:{name}"), DSIG);
    let xpath = |text: &str| Some(ds("XPath").text(text));
    let filter = Element::new("f:XPath", "http://www.w3.org/2002/06/xmldsig-filter2")
        .with("Filter", "subtract")
        .text("//*[local-name()='NameID']");
    let stylesheet = Element::new("xsl:stylesheet", "http://www.w3.org/1999/XSL/Transform")
        .with("version", "1.0");
    let decrypt = "http://www.w3.org/2002/07/decrypt#XML";
    let relationship = "http://schemas.openxmlformats.org/package/2006/RelationshipTransform";
    let xpath_uri = "http://www.w3.org/TR/1999/REC-xpath-19991116";
    vec![
        ("XPath that leaves NameID out", xpath_uri, xpath("not(ancestor-or-self::NameID)")),
        ("XPath that selects nothing", xpath_uri, xpath("false()")),
        ("XPath filter 2", "http://www.w3.org/2002/06/xmldsig-filter2", Some(filter)),
        ("XSLT", "http://www.w3.org/TR/1999/REC-xslt-19991116", Some(stylesheet)),
        ("base64", "http://www.w3.org/2000/09/xmldsig#base64", None),
        ("decryption", decrypt, None),
        ("XPointer", "http://www.w3.org/2001/04/xmldsig-more/xptr", None),
        ("OPC relationships", relationship, None),
        (
            "STR",
            "http://docs.oasis-open.org/wss/2004/01/\
             oasis-200401-wss-soap-message-security-1.0#STR-Transform",
            None,
        ),
        ("unknown", "urn:example:transform", None),
        ("without a name", "", None),
    ]
}

pub(crate) fn forge(genuine: &Genuine) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    for path in genuine.signatures() {
        // After signing: SignedInfo changes, so the value fails if the transform does not.
        for (what, uri, child) in forbidden() {
            for first in [true, false] {
                let place = if first { "first" } else { "last" };
                let name = format!("{path}: {what} added {place}, identity forged");
                let verdict = Verdict::Refused(&["SIGNATURE_TRANSFORM", "SIGNATURE_VALUE"]);
                let child = child.clone();
                forgeries.push(genuine.forged(name, SOURCE, verdict, |root| {
                    corrupt(root.at("Assertion"));
                    let transforms = root.at(path).at("SignedInfo/Reference/Transforms");
                    let transform =
                        Element::new("ds:Transform", DSIG).with("Algorithm", uri).children(child);
                    let at = if first { 0 } else { transforms.children.len() };
                    transforms.children.insert(at, Node::Element(transform));
                }));
            }
        }
        for (what, change) in
            [("enveloped-signature taken away", 0), ("the canonicalisation taken away", 1)]
        {
            let name = format!("{path}: {what}");
            let verdict = Verdict::Refused(&[]);
            forgeries.push(genuine.forged(name, SOURCE, verdict, |root| {
                let transforms = root.at(path).at("SignedInfo/Reference/Transforms");
                if transforms.children.len() > change {
                    transforms.children.remove(change);
                } else {
                    transforms.children.clear();
                }
            }));
        }
    }
    signed_by_the_idp(genuine, &mut forgeries);
    forgeries
}

/// A careless identity provider signs such a transform. What it covers is not what is read, so it
/// is refused although the value holds.
fn signed_by_the_idp(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    let Some(key) = genuine.key else { return };
    let plain = TransformSpec::new;
    let mut lists: Vec<(String, Vec<TransformSpec>)> = forbidden()
        .into_iter()
        .map(|(what, uri, child)| {
            let transform = TransformSpec { child, ..plain(uri) };
            (what.to_string(), vec![plain(ENVELOPED), transform, plain(EXCLUSIVE)])
        })
        .collect();
    lists.push(("c14n first".into(), vec![plain(EXCLUSIVE), plain(ENVELOPED)]));
    lists.push(("enveloped twice".into(), vec![plain(ENVELOPED), plain(ENVELOPED)]));
    lists.push((
        "three transforms".into(),
        vec![plain(ENVELOPED), plain(EXCLUSIVE), plain(EXCLUSIVE)],
    ));
    for (what, transforms) in lists {
        let mut spec = SignatureSpec::new(key);
        spec.transforms = transforms;
        let tree = resigned(genuine, &spec, |root| corrupt(root.at("Assertion")));
        let verdict = Verdict::Refused(&["SIGNATURE_TRANSFORM"]);
        forgeries.push(Forgery::new(what, SIGNED, verdict, tree.to_xml()));
    }
}
