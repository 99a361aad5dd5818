//! Algorithms exchanged for weaker ones, or for others that take the public key for a secret.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_test_idp::algorithms::{self, HMAC_SHA256};
use countersign_test_idp::tree::DSIG;
use countersign_test_idp::{Canonical, Element, Node};

use crate::forgery::{Forgery, Genuine, Verdict, corrupt_in_place, digest_of, unsigned};

const DOWNGRADE: &str = "algorithm downgrade and substitution (XMLDSig best practices 2013)";
const CONFUSION: &str = "key confusion: HMAC keyed with the public key";
const TRUNCATED: &str = "CVE-2009-0217: HMACOutputLength";

const SIGNATURE_METHODS: [&str; 14] = [
    "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
    "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
    "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
    "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519",
    "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
    "http://www.w3.org/2001/04/xmldsig-more#RSA-SHA256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256 ",
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "urn:none",
    "none",
    "",
];

const DIGEST_METHODS: [&str; 9] = [
    "http://www.w3.org/2000/09/xmldsig#sha1",
    "http://www.w3.org/2001/04/xmldsig-more#md5",
    "http://www.w3.org/2001/04/xmldsig-more#sha224",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#ripemd160",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmlenc#SHA256",
    "urn:none",
    "",
];

const CANONICALIZATIONS: [&str; 7] = [
    "http://www.w3.org/TR/1999/REC-xslt-19991116",
    "http://www.w3.org/2000/09/xmldsig#base64",
    "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    "http://www.w3.org/2010/xml-c14n2",
    "http://www.w3.org/TR/1999/REC-xml-c14n-19991115",
    "urn:none",
    "",
];

pub(crate) fn forge(genuine: &Genuine) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    for path in genuine.signatures() {
        for (part, uris) in [
            ("SignedInfo/SignatureMethod", &SIGNATURE_METHODS[..]),
            ("SignedInfo/Reference/DigestMethod", &DIGEST_METHODS[..]),
            ("SignedInfo/CanonicalizationMethod", &CANONICALIZATIONS[..]),
        ] {
            for uri in uris {
                let same =
                    |tree: &Element| tree.clone().at(path).at(part).get("Algorithm") == Some(uri);
                if same(&genuine.tree) {
                    continue;
                }
                for corrupted in [false, true] {
                    let name = format!("{path}: {part} {uri:?}, identity forged: {corrupted}");
                    let verdict = Verdict::Refused(&[
                        "SIGNATURE_ALGORITHM",
                        "SIGNATURE_STRUCTURE",
                        "SIGNATURE_TRANSFORM",
                        "SIGNATURE_VALUE",
                    ]);
                    forgeries.push(genuine.forged(name, DOWNGRADE, verdict, |root| {
                        if corrupted {
                            corrupt_in_place(root);
                        }
                        root.at(path).at(part).set("Algorithm", *uri);
                    }));
                }
            }
        }
        confusion(genuine, path, &mut forgeries);
        output_length(genuine, path, &mut forgeries);
    }
    forgeries
}

/// The forged message, signed with an HMAC whose secret everybody knows.
fn confusion(genuine: &Genuine, path: &str, forgeries: &mut Vec<Forgery>) {
    let Some(key) = genuine.key else { return };
    let certificate_pem = key.certificate_pem().as_bytes().to_vec();
    let secrets = [
        ("the SubjectPublicKeyInfo", key.public_key_der()),
        ("the certificate", key.certificate_der()),
        ("the certificate as PEM", certificate_pem),
        ("the certificate as base64", key.certificate_base64().into_bytes()),
        ("nothing", Vec::new()),
    ];
    for (what, secret) in secrets {
        let name = format!("{path}: HMAC keyed with {what}");
        let verdict = Verdict::Refused(&["SIGNATURE_ALGORITHM"]);
        forgeries.push(genuine.forged(name, CONFUSION, verdict, |root| {
            let signed_info = forged_signed_info(root, path, HMAC_SHA256);
            let secret = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &secret);
            let value = ring::hmac::sign(&secret, signed_info.as_bytes());
            set_value(root, path, value.as_ref());
        }));
    }
    // A hash that needs no key at all in the place of a signature.
    let name = format!("{path}: SHA-256 of SignedInfo for a signature");
    let verdict = Verdict::Refused(&["SIGNATURE_ALGORITHM"]);
    forgeries.push(genuine.forged(name, CONFUSION, verdict, |root| {
        let signed_info = forged_signed_info(root, path, algorithms::SHA256);
        let value = algorithms::digest(algorithms::SHA256, signed_info.as_bytes());
        set_value(root, path, &value);
    }));
}

/// Forges the identity, puts the right digest of it and this algorithm into the Signature, and
/// returns the canonical SignedInfo.
fn forged_signed_info(root: &mut Element, path: &str, algorithm: &str) -> String {
    corrupt_in_place(root);
    let covered = match path {
        "Signature" => root.clone(),
        _ => root.at("Assertion").clone(),
    };
    let digest = digest_of(&unsigned(covered));
    let signed_info = root.at(path).at("SignedInfo");
    signed_info.at("SignatureMethod").set("Algorithm", algorithm);
    let method = "http://www.w3.org/2001/04/xmlenc#sha256";
    signed_info.at("Reference/DigestMethod").set("Algorithm", method);
    signed_info.at("Reference/DigestValue").set_text(&digest);
    signed_info.to_canonical(&Canonical::Exclusive(Vec::new()), &[])
}

fn set_value(root: &mut Element, path: &str, value: &[u8]) {
    root.at(path).at("SignatureValue").set_text(&STANDARD.encode(value));
}

fn output_length(genuine: &Genuine, path: &str, forgeries: &mut Vec<Forgery>) {
    for bits in ["0", "1", "8"] {
        let name = format!("{path}: HMACOutputLength {bits}");
        let verdict = Verdict::Refused(&["SIGNATURE_ALGORITHM", "SIGNATURE_STRUCTURE"]);
        forgeries.push(genuine.forged(name, TRUNCATED, verdict, |root| {
            forged_signed_info(root, path, HMAC_SHA256);
            let length = Element::new("HMACOutputLength", DSIG).text(bits);
            let method = root.at(path).at("SignedInfo/SignatureMethod");
            method.children.push(Node::Element(length));
            root.at(path).at("SignatureValue").children.clear();
        }));
    }
}
