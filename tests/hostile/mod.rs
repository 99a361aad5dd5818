//! Hostile messages: a genuine one with too many of something. What they cost is for
//! `benches/hostile.rs` to show, how they are answered for `tests/limits.rs`.

#![allow(
    dead_code,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::format_collect,
    clippy::too_many_lines,
    reason = "each program uses its part of the table, and one that goes wrong may panic"
)]

use countersign::policy::Options;
use countersign::saml::metadata::IdentityProvider;
use countersign::saml::time::Instant;
use countersign::sp::{Context, ServiceProvider};
use countersign_test_idp::tree::{ASSERTION, DSIG, PROTOCOL};
use countersign_test_idp::{Application, EXCLUSIVE, Element, Idp, SigningOption, TestKey, User};

const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";

/// A kind of message, made with `n` of what it has too many of.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) n: usize,
    pub(crate) message: fn(usize) -> String,
    /// What the limits for messages answer to `n`, without `ERR_SAML_`.
    pub(crate) code: &'static str,
    /// What the check says it expected, or a part of it: the name of the limit.
    pub(crate) expected: &'static str,
}

/// The rules of XML 1.0 and of signatures that stop a shape stand in its row.
pub(crate) fn shapes() -> Vec<Shape> {
    let shape = |name, n, code, expected, message| Shape { name, n, message, code, expected };
    vec![
        shape("elements nested", 50_000, "XML_LIMIT", "depth", |n| {
            extended(&format!("{}{}", "<x>".repeat(n), "</x>".repeat(n)))
        }),
        shape("attributes on one element", 60_000, "XML_LIMIT", "attributesPerElement", |n| {
            extended(&format!("<x {}/>", many(n, |i| format!("a{i}='' "))))
        }),
        shape("namespaces on the Response", 60_000, "XML_LIMIT", "namespacesPerElement", |n| {
            let declarations = many(n, |i| format!("xmlns:p{i}='u' "));
            let start = "<samlp:Response ";
            genuine().to_xml().replacen(start, &format!("{start}{declarations}"), 1)
        }),
        shape("namespaces over the message", 20_000, "XML_LIMIT", "namespaces", |n| {
            extended(&many(n, |i| format!("<x xmlns:a='{i}' xmlns:b='b' xmlns:c='c'/>")))
        }),
        shape("IDs", 60_000, "XML_LIMIT", "attributes", |n| {
            extended(&many(n, |i| format!("<x ID='_{i}'/>")))
        }),
        shape("elements and texts", 200_000, "XML_LIMIT", "nodes", |n| {
            extended(&"x<x/>".repeat(n / 2))
        }),
        shape("IDs that are all one", 15_000, "XML_DUPLICATE_ID", "one element", |n| {
            let id = genuine().get("ID").expect("an ID").to_owned();
            extended(&format!("<x ID='{id}'/>").repeat(n))
        }),
        shape("text", 2_000_000, "INPUT_TOO_LARGE", "bytes of XML", |n| extended(&"x".repeat(n))),
        shape("comment", 2_000_000, "INPUT_TOO_LARGE", "bytes of XML", |n| {
            extended(&format!("<!--{}-->", "x".repeat(n)))
        }),
        shape("base64 of the message", 8_000_000, "INPUT_TOO_LARGE", "1048576", |n| "A".repeat(n)),
        shape("Assertions", 200, "ASSERTION_COUNT", "exactly one", |n| {
            let mut response = genuine();
            let mut another = response.at("Assertion").clone();
            another.remove("Signature");
            for i in 0..n {
                response = response.child(another.clone().with("ID", format!("_{i}")));
            }
            response.to_xml()
        }),
        shape("Signatures", 300, "SIGNATURE_STRUCTURE", "one Signature", |n| {
            edited("Assertion", |assertion| {
                let signature = assertion.at("Signature").clone();
                for _ in 0..n {
                    assertion.insert_after("Signature", signature.clone());
                }
            })
        }),
        shape("References", 2_000, "SIGNATURE_STRUCTURE", "nothing else", |n| {
            edited("Assertion/Signature/SignedInfo", |info| {
                let reference = info.at("Reference").clone();
                for _ in 0..n {
                    info.insert_after("Reference", reference.clone());
                }
            })
        }),
        shape("Transforms", 9_000, "SIGNATURE_TRANSFORM", "enveloped-signature", |n| {
            edited("Assertion/Signature/SignedInfo/Reference/Transforms", |transforms| {
                let again =
                    (0..n).map(|_| Element::new("Transform", DSIG).with("Algorithm", EXCLUSIVE));
                *transforms = transforms.clone().children(again);
            })
        }),
        shape("prefixes in PrefixList", 120_000, "SIGNATURE_VALUE", "a signature by", |n| {
            edited("Assertion/Signature/SignedInfo/CanonicalizationMethod", |method| {
                let list = many(n, |i| format!("p{i} "));
                let listed = Element::new("ec:InclusiveNamespaces", EXCLUSIVE);
                *method = method.clone().child(listed.with("PrefixList", list));
            })
        }),
        shape("certificates in KeyInfo", 600, "SIGNATURE_VALUE", "a signature by", |n| {
            edited("Assertion/Signature", |signature| {
                signature.at("SignatureValue").set_text("AAAA");
                let certificate = Element::new("X509Certificate", DSIG)
                    .text(TestKey::ATTACKER.certificate_base64());
                let one = Element::new("X509Data", DSIG).child(certificate);
                let key_info = signature.at("KeyInfo");
                *key_info = Element::new("KeyInfo", DSIG).children((0..n).map(|_| one.clone()));
            })
        }),
        shape("bytes of SignatureValue", 900_000, "SIGNATURE_VALUE", "a signature by", |n| {
            edited("Assertion/Signature/SignatureValue", |value| {
                value.set_text(&"AAAA".repeat(n / 4));
            })
        }),
        shape("bytes of DigestValue", 900_000, "SIGNATURE_VALUE", "a signature by", |n| {
            edited("Assertion/Signature/SignedInfo/Reference/DigestValue", |value| {
                value.set_text(&"AAAA".repeat(n / 4));
            })
        }),
        // 64 KB of input, 175 MB of canonical form: one long namespace name, used by many.
        shape("canonical form", 2_600, "XML_LIMIT", "canonical form", |n| {
            let value = Element::new("Attribute", ASSERTION)
                .with("Name", "x")
                .child(Element::new("AttributeValue", ASSERTION).text("%"));
            let message = edited("", |response| {
                response.declarations.push(("p".into(), format!("urn:{}", "x".repeat(n * 20))));
                let statement = response.at("Assertion/AttributeStatement");
                *statement = statement.clone().child(value);
            });
            message.replacen('%', &"<p:a/>".repeat(n), 1)
        }),
        shape("EncryptedKeys", 1_000, "DECRYPT_KEY", "a decryption key", |n| {
            let mut response = genuine();
            response.remove("Assertion");
            response.child(encrypted(n)).to_xml()
        }),
        shape("StatusCodes in each other", 10_000, "XML_LIMIT", "depth", |n| {
            let nested = format!(
                "{}{}",
                "<samlp:StatusCode Value='x'>".repeat(n),
                "</samlp:StatusCode>".repeat(n)
            );
            let status = "<samlp:Status>";
            genuine().to_xml().replacen(status, &format!("{status}{nested}"), 1)
        }),
    ]
}

fn many(n: usize, each: impl Fn(usize) -> String) -> String {
    (0..n).map(each).collect()
}

/// The genuine message, whose Assertion is signed.
pub(crate) fn genuine() -> Element {
    let mut spec = Idp::contoso().response("hostile", &application(), &User::b_simon(), None);
    spec.signing = SigningOption::Assertion;
    spec.issue()
}

fn application() -> Application {
    Application::amplitude("482913")
}

/// The genuine message with this in its Extensions, which no signature covers.
fn extended(content: &str) -> String {
    let mut response = genuine();
    response.insert_before("Status", Element::new("samlp:Extensions", PROTOCOL).text("%"));
    response.to_xml().replacen('%', content, 1)
}

/// The genuine message with one element changed.
fn edited(path: &str, edit: impl FnOnce(&mut Element)) -> String {
    let mut response = genuine();
    edit(if path.is_empty() { &mut response } else { response.at(path) });
    response.to_xml()
}

fn encrypted(n: usize) -> Element {
    let xenc = |local: &str| Element::new(&format!("xenc:{local}"), XENC);
    let parts = |algorithm: &str| {
        let value = xenc("CipherValue").text("AAAA".repeat(100));
        [xenc("EncryptionMethod").with("Algorithm", algorithm), xenc("CipherData").child(value)]
    };
    let key =
        xenc("EncryptedKey").children(parts("http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"));
    let data = xenc("EncryptedData").children(parts("http://www.w3.org/2009/xmlenc11#aes256-gcm"));
    Element::new("EncryptedAssertion", ASSERTION).child(data).children((0..n).map(|_| key.clone()))
}

/// The service provider that accepts the genuine message, with these options changed.
pub(crate) fn service_provider(change: impl FnOnce(&mut Options)) -> ServiceProvider {
    let metadata = Idp::contoso().metadata().to_xml();
    let provider = IdentityProvider::from_metadata(metadata.as_bytes(), None, context().now);
    let application = application();
    let mut options = Options {
        entity_id: Some(application.identifier),
        reply_urls: vec![application.reply_url],
        identity_providers: vec![provider.expect("good metadata")],
        allow_idp_initiated: true,
        ..Options::default()
    };
    change(&mut options);
    ServiceProvider::new(options).expect("good options")
}

/// When the genuine message is valid.
pub(crate) fn context() -> Context {
    Context::at(Instant::parse("2026-03-10T09:00:05Z").expect("an instant"))
}
