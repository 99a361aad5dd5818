//! Messages signed by whoever likes to, with a KeyInfo that asks to be trusted.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_test_idp::algorithms::{ECDSA_SHA256, ED25519, RSA_SHA256, SHA256};
use countersign_test_idp::tree::DSIG;
use countersign_test_idp::{Element, Node, SignatureSpec, TestKey};

use crate::forgery::{Forgery, Genuine, Verdict, corrupt, resigned};

const SOURCE: &str = "trust taken from KeyInfo (XMLDSig 4.5)";
const TENANTS: &str = "another identity provider of the same service provider";

const NO_TRUST: &[&str] = &["SIGNATURE_KEY_UNTRUSTED", "SIGNATURE_VALUE"];
const WRONG_FAMILY: &[&str] =
    &["SIGNATURE_ALGORITHM", "SIGNATURE_KEY_UNTRUSTED", "SIGNATURE_VALUE"];

pub(crate) fn forge(genuine: &Genuine) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    for (key, algorithm, verdict) in [
        (TestKey::ATTACKER, RSA_SHA256, NO_TRUST),
        (TestKey::RSA_3072, RSA_SHA256, NO_TRUST),
        (TestKey::RSA_1024, RSA_SHA256, WRONG_FAMILY),
        (TestKey::P256, ECDSA_SHA256, WRONG_FAMILY),
        (TestKey::ED25519, ED25519, WRONG_FAMILY),
        (TestKey::ENTRA_OTHER_TENANT, RSA_SHA256, NO_TRUST),
        (TestKey::SP_ENCRYPTION, RSA_SHA256, NO_TRUST),
    ] {
        if genuine.key == Some(key) {
            continue;
        }
        // A trusted key of another family cannot have made the signature, whoever did.
        let verdict = if trusts_rsa(genuine) { verdict } else { WRONG_FAMILY };
        let source = if key == TestKey::ENTRA_OTHER_TENANT { TENANTS } else { SOURCE };
        let genuine_key = genuine.key.unwrap_or(key);
        for (what, certificates) in [
            ("its own certificate", vec![key]),
            ("no KeyInfo", vec![]),
            ("the genuine certificate", vec![genuine_key]),
            ("the genuine and its own", vec![genuine_key, key]),
            ("its own and the genuine", vec![key, genuine_key]),
        ] {
            let mut spec = SignatureSpec::new(key).algorithms(algorithm, SHA256);
            spec.key_info = certificates;
            let name = format!("signed by {} with {what}", key.name());
            let tree = resigned(genuine, &spec, |root| corrupt(root.at("Assertion")));
            let verdict = Verdict::Refused(verdict);
            forgeries.push(Forgery::new(name, source, verdict, tree.to_xml()));
        }
    }
    key_infos(genuine, &mut forgeries);
    one_of_both(genuine, &mut forgeries);
    forgeries
}

fn trusts_rsa(genuine: &Genuine) -> bool {
    !matches!(genuine.key, Some(TestKey::P256 | TestKey::P384 | TestKey::ED25519))
}

/// Signed by the attacker, every kind of KeyInfo that could lead to the attacker's key.
fn key_infos(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    let key = TestKey::ATTACKER;
    let ds = |name: &str| Element::new(&format!("ds:{name}"), DSIG);
    // In the SubjectPublicKeyInfo of an RSA key of 2048 bits, 33 octets of DER come first.
    let modulus = &key.public_key_der()[33..289];
    let value = ds("RSAKeyValue")
        .child(ds("Modulus").text(STANDARD.encode(modulus)))
        .child(ds("Exponent").text("AQAB"));
    let der = Element::new("dsig11:DEREncodedKeyValue", "http://www.w3.org/2009/xmldsig11#")
        .text(STANDARD.encode(key.public_key_der()));
    let serial = ds("X509IssuerSerial")
        .child(ds("X509IssuerName").text("CN=TEST ONLY attacker"))
        .child(ds("X509SerialNumber").text("1"));
    let retrieval = ds("RetrievalMethod")
        .with("URI", "https://attacker.example/certificate.xml")
        .with("Type", "http://www.w3.org/2000/09/xmldsig#rawX509Certificate");
    let certificate = || ds("X509Certificate").text(key.certificate_base64());
    for (what, content) in [
        ("KeyValue", vec![ds("KeyValue").child(value)]),
        ("DEREncodedKeyValue", vec![der]),
        ("KeyName", vec![ds("KeyName").text("entra-active")]),
        ("RetrievalMethod", vec![retrieval]),
        ("X509IssuerSerial", vec![ds("X509Data").child(serial)]),
        ("X509SKI", vec![ds("X509Data").child(ds("X509SKI").text("AAAA"))]),
        ("a certificate outside of X509Data", vec![certificate()]),
        (
            "a certificate that is none",
            vec![ds("X509Data").child(ds("X509Certificate").text("AAAA"))],
        ),
        ("a certificate in Object", vec![ds("Object").child(certificate())]),
        (
            "two certificates in one X509Data",
            vec![ds("X509Data").child(certificate()).child(certificate())],
        ),
    ] {
        let mut spec = SignatureSpec::new(key);
        spec.key_info.clear();
        let mut tree = resigned(genuine, &spec, |root| corrupt(root.at("Assertion")));
        for path in genuine.signatures() {
            let info = ds("KeyInfo").children(content.clone());
            tree.at(path).children.push(Node::Element(info));
        }
        let name = format!("signed by the attacker with {what}");
        let causes: &[&str] = if trusts_rsa(genuine) {
            &["SIGNATURE_KEY_UNTRUSTED", "SIGNATURE_STRUCTURE", "SIGNATURE_VALUE"]
        } else {
            &["SIGNATURE_ALGORITHM", "SIGNATURE_STRUCTURE"]
        };
        let verdict = Verdict::Refused(causes);
        forgeries.push(Forgery::new(name, SOURCE, verdict, tree.to_xml()));
    }
}

/// A genuine Assertion signature excuses no forged envelope, nor the other way round.
fn one_of_both(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    if !genuine.assertion_is_signed() {
        return;
    }
    let name = "the genuine signed Assertion in a Response signed by the attacker";
    let verdict = Verdict::Refused(if trusts_rsa(genuine) { NO_TRUST } else { WRONG_FAMILY });
    forgeries.push(genuine.forged(name, SOURCE, verdict, |root| {
        *root = crate::forgery::unsigned(root.clone());
        countersign_test_idp::sign(root, &[], &SignatureSpec::new(TestKey::ATTACKER));
    }));
}
