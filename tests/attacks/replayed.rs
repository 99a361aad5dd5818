//! Signatures that the identity provider made for something else: its metadata, logout messages,
//! tokens of another protocol, assertions for others.

use countersign_test_idp::tree::{ASSERTION, DSIG, METADATA, PROTOCOL};
use countersign_test_idp::{
    Canonical, Element, Node, Place, SignatureSpec, TestKey, place_signature, sign, signature_over,
};

use crate::forgery::{EVIL_ID, Forgery, Genuine, Verdict, evil_assertion, saml, unsigned};

const SOURCE: &str = "signature of another message type (The Fragile Lock)";
const VOID: &str = "CVE-2025-66568, CVE-2025-66578: void canonicalisation (The Fragile Lock)";

pub(crate) fn forge(genuine: &Genuine) -> Vec<Forgery> {
    let Some(key) = genuine.key else { return Vec::new() };
    let mut forgeries = Vec::new();
    for (what, signed) in signed_elsewhere(key) {
        as_response(genuine, &what, &signed, &mut forgeries);
        beside(genuine, &what, &signed, &mut forgeries);
    }
    bare(genuine, &mut forgeries);
    detached(genuine, key, &mut forgeries);
    forgeries
}

/// What anybody can get from an identity provider, signed with the key that signs assertions.
fn signed_elsewhere(key: TestKey) -> Vec<(String, Element)> {
    let issuer = || Element::new("Issuer", ASSERTION).text("https://idp.example/");
    let message = |name: &str| {
        Element::new(&format!("samlp:{name}"), PROTOCOL)
            .with("ID", format!("_{name}"))
            .with("Version", "2.0")
            .with("IssueInstant", "2026-03-10T09:00:00Z")
            .child(issuer())
    };
    let name_id = saml("NameID").text("B.Simon@contoso.com");
    let success =
        Element::new("samlp:StatusCode", PROTOCOL).with("Value", countersign_test_idp::SUCCESS);
    let status = Element::new("samlp:Status", PROTOCOL).child(success);
    let metadata = Element::new("EntityDescriptor", METADATA)
        .with("ID", "_metadata")
        .with("entityID", "https://idp.example/");
    let token = Element::new("t:Token", "urn:example:token").with("ID", "_token");
    let mut elements = vec![
        ("metadata", metadata, Place::First),
        ("a LogoutRequest", message("LogoutRequest").child(name_id), Place::AfterIssuer),
        ("a LogoutResponse", message("LogoutResponse").child(status.clone()), Place::AfterIssuer),
        ("an AuthnRequest", message("AuthnRequest"), Place::AfterIssuer),
        ("a Response without assertion", message("Response").child(status), Place::AfterIssuer),
        ("a token of another protocol", token, Place::Last),
    ];
    for (_, element, place) in &mut elements {
        let mut spec = SignatureSpec::new(key);
        spec.place = *place;
        sign(element, &[], &spec);
    }
    elements.into_iter().map(|(name, element, _)| (name.to_string(), element)).collect()
}

/// Sent instead of the Response, as it is and with the name changed.
fn as_response(genuine: &Genuine, what: &str, signed: &Element, forgeries: &mut Vec<Forgery>) {
    let verdict = Verdict::Refused(&["STRUCTURE", "VERSION", "ASSERTION_COUNT", "ISSUER"]);
    let name = format!("{what} sent as it is");
    forgeries.push(Forgery::new(name, SOURCE, verdict, signed.to_xml()));
    let evil = evil_assertion(&genuine.tree, Some(EVIL_ID));
    let name = format!("{what} with a forged Assertion in it");
    let text = signed.clone().child(evil.clone()).to_xml();
    forgeries.push(Forgery::new(name, SOURCE, Verdict::Refused(&[]), text));
    let mut renamed = unsigned(genuine.tree.clone());
    renamed.set("ID", signed.get("ID").unwrap_or_default());
    *renamed.at("Assertion") = evil;
    place_signature(&mut renamed, signed.clone().at("Signature").clone());
    let name = format!("a forged Response under the ID and Signature of {what}");
    let verdict = Verdict::Refused(&["SIGNATURE_DIGEST"]);
    forgeries.push(Forgery::new(name, SOURCE, verdict, renamed.to_xml()));
}

/// A forged Assertion carries its Signature, and the signed element is hidden beside.
fn beside(genuine: &Genuine, what: &str, signed: &Element, forgeries: &mut Vec<Forgery>) {
    let id = signed.get("ID").unwrap_or_default().to_string();
    let signature = signed.clone().at("Signature").clone();
    for (how, own_id) in [("its own ID", EVIL_ID), ("the same ID", id.as_str())] {
        for whole in [true, false] {
            let hidden = if whole { signed.clone() } else { unsigned(signed.clone()) };
            for host in ["Extensions", "StatusDetail", "Object"] {
                let name = format!(
                    "a forged Assertion with {how} and the Signature of {what}, \
                     which is in {host}, whole: {whole}"
                );
                let verdict = Verdict::Refused(&[]);
                forgeries.push(genuine.forged(name, SOURCE, verdict, |root| {
                    *root = unsigned(root.clone());
                    let mut evil = evil_assertion(root, Some(own_id));
                    place_signature(&mut evil, signature.clone());
                    *root.at("Assertion") = evil;
                    let samlp = |local: &str| Element::new(&format!("samlp:{local}"), PROTOCOL);
                    match host {
                        "Extensions" => {
                            root.insert_before("Status", samlp(host).child(hidden.clone()));
                        }
                        "StatusDetail" => {
                            let detail = samlp(host).child(hidden.clone());
                            root.at("Status").children.push(Node::Element(detail));
                        }
                        _ => {
                            let object = Element::new("ds:Object", DSIG).child(hidden.clone());
                            let signature = root.at("Assertion/Signature");
                            signature.children.push(Node::Element(object));
                        }
                    }
                }));
            }
        }
    }
}

/// Parts of the genuine message sent alone.
fn bare(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    let assertion = genuine.tree.clone().at("Assertion").clone();
    let verdict = Verdict::Refused(&["STRUCTURE"]);
    let text = assertion.to_xml();
    forgeries.push(Forgery::new("the Assertion alone", SOURCE, verdict.clone(), text));
    let envelope = Element::new("soap:Envelope", "http://schemas.xmlsoap.org/soap/envelope/");
    let body = Element::new("soap:Body", "http://schemas.xmlsoap.org/soap/envelope/");
    let text = envelope.child(body.child(genuine.tree.clone())).to_xml();
    forgeries.push(Forgery::new("the Response in SOAP", SOURCE, verdict, text));
}

/// A Signature over the empty text and over the canonical form of nothing: what a canonicaliser
/// that fails silently yields (The Fragile Lock: void canonicalisation).
fn detached(genuine: &Genuine, key: TestKey, forgeries: &mut Vec<Forgery>) {
    for relative in ["1", "relative/uri", "../up", "#fragment"] {
        for path in genuine.signatures() {
            let name = format!("{path}: relative namespace URI {relative}, digest of nothing");
            let verdict = Verdict::Refused(&[]);
            forgeries.push(genuine.forged(name, VOID, verdict, |root| {
                crate::forgery::corrupt_in_place(root);
                let parent = match path.strip_suffix("/Signature") {
                    Some(parent) => root.at(parent),
                    None => root,
                };
                let uri = format!("#{}", parent.get("ID").unwrap_or_default());
                let spec = SignatureSpec::new(key);
                let nothing = signature_over("", Some(&uri), &spec, |_| Vec::new());
                parent.remove("Signature");
                place_signature(parent, nothing);
                parent.declarations.push(("rel".into(), relative.into()));
                let canonical = parent.to_canonical(&Canonical::Inclusive, &[]);
                assert!(canonical.contains(relative), "{relative} is declared");
            }));
        }
    }
}
