//! Messages refused by the signature or by the certificate.

use countersign_test_idp::algorithms::{
    ECDSA_SHA256, HMAC_SHA256, RSA_SHA1, RSA_SHA256, SHA1, SHA256,
};
use countersign_test_idp::tree::{ASSERTION, DSIG};
use countersign_test_idp::{
    ENVELOPED, EXCLUSIVE, Element, Idp, Node, Place, ReferenceUri, SignatureSpec, SigningOption,
    TestKey, TransformSpec,
};
use serde_json::json;

use crate::case::{Case, Witness, amplitude};
use crate::genuine::{expired, of_tenant};
use crate::metadata::FUTURE_TENANT;

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = policy();
    cases.extend(keys());
    cases.extend(digest_and_value());
    cases.extend(algorithms());
    cases.extend(references());
    cases.extend(transforms());
    cases.extend(structure());
    cases.extend(certificates());
    cases
}

fn policy() -> Vec<Case> {
    let wants = |id: &str, wanted: &str, signing: SigningOption, why: &str| {
        amplitude(id, "signature-policy", why)
            .option("requireSigned", wanted)
            .says(|spec| spec.signing = signing)
            .witness(Witness::Genuine)
            .refused("SIGNATURE_POLICY", "signature")
    };
    vec![
        amplitude("signature-missing", "signature-policy", "nothing is signed")
            .says(|spec| spec.signing = SigningOption::Neither)
            .refused("SIGNATURE_MISSING", "signature"),
        amplitude("signature-stripped", "signature-policy", "the signature was taken out")
            .after(|root| {
                root.at("Assertion").remove("Signature");
            })
            .refused("SIGNATURE_MISSING", "signature"),
        wants(
            "signature-policy-both-has-assertion",
            "both",
            SigningOption::Assertion,
            "both signatures are required, the Response has none",
        ),
        wants(
            "signature-policy-both-has-response",
            "both",
            SigningOption::Response,
            "both signatures are required, the Assertion has none",
        ),
        wants(
            "signature-policy-response",
            "response",
            SigningOption::Assertion,
            "the Response has to be signed, only the Assertion is",
        ),
        wants(
            "signature-policy-assertion",
            "assertion",
            SigningOption::Response,
            "the Assertion itself has to be signed, only the Response is",
        ),
    ]
}

fn keys() -> Vec<Case> {
    let contoso = Idp::contoso().entity_id;
    let certificates = TestKey::ENTRA_ACTIVE.certificate_base64();
    vec![
        amplitude("key-attacker", "key", "signed by a key that brings its own certificate")
            .says(|spec| spec.sign_with(TestKey::ATTACKER, RSA_SHA256, SHA256))
            .witness(Witness::Genuine)
            .refused("SIGNATURE_KEY_UNTRUSTED", "signature"),
        amplitude("key-attacker-response", "key", "the Response signed by an unknown key")
            .says(|spec| {
                spec.signing = SigningOption::Response;
                spec.sign_with(TestKey::ATTACKER, RSA_SHA256, SHA256);
            })
            .witness(Witness::Genuine)
            .refused("SIGNATURE_KEY_UNTRUSTED", "signature"),
        amplitude("key-other-tenant", "key", "another tenant's key under this tenant's name")
            .says(|spec| spec.sign_with(TestKey::ENTRA_OTHER_TENANT, RSA_SHA256, SHA256))
            .witness(Witness::Genuine)
            .refused("SIGNATURE_KEY_UNTRUSTED", "signature"),
        amplitude("key-other-configured-tenant", "key", "the key of the other configured tenant")
            .option(
                "idp",
                json!([
                    { "metadataFile": "metadata/contoso.xml" },
                    { "metadataFile": "metadata/fabrikam.xml" },
                ]),
            )
            .says(|spec| spec.sign_with(TestKey::ENTRA_OTHER_TENANT, RSA_SHA256, SHA256))
            .witness(Witness::Genuine)
            .refused("SIGNATURE_KEY_UNTRUSTED", "signature"),
        amplitude("key-inactive-not-known", "key", "rolled over to a certificate not known here")
            .trusts(&contoso, &[certificates])
            .says(|spec| spec.sign_with(TestKey::ENTRA_INACTIVE, RSA_SHA256, SHA256))
            .witness(Witness::Genuine)
            .refused("SIGNATURE_KEY_UNTRUSTED", "signature"),
        amplitude("key-tenant-wide-metadata", "key", "the tenant-wide metadata lacks the key")
            .option("idp", json!({ "metadataFile": "metadata/contoso-tenant-wide.xml" }))
            .witness(Witness::Genuine)
            .refused("SIGNATURE_KEY_UNTRUSTED", "signature"),
        amplitude("key-attacker-names-genuine", "key", "an unknown key names the real certificate")
            .says(|spec| {
                spec.signatures(|signature| signature.key = TestKey::ATTACKER);
            })
            .witness(Witness::NotAsked)
            .refused("SIGNATURE_VALUE", "signature"),
        amplitude("key-attacker-names-nothing", "key", "an unknown key without KeyInfo")
            .says(|spec| {
                spec.signatures(|signature| {
                    signature.key = TestKey::ATTACKER;
                    signature.key_info.clear();
                });
            })
            .witness(Witness::NotAsked)
            .refused("SIGNATURE_VALUE", "signature"),
        amplitude(
            "key-one-of-both-attacker",
            "key",
            "one signature holds, the other is a stranger's",
        )
        .says(|spec| {
            spec.signing = SigningOption::Both;
            spec.response_signature = SignatureSpec::new(TestKey::ATTACKER);
        })
        .witness(Witness::Genuine)
        .refused("SIGNATURE_KEY_UNTRUSTED", "signature"),
    ]
}

fn digest_and_value() -> Vec<Case> {
    vec![
        amplitude("digest-name-id", "digest", "NameID changed after signing")
            .text(|xml| xml.replace(">B.Simon@contoso.com</NameID>", ">admin@contoso.com</NameID>"))
            .refused("SIGNATURE_DIGEST", "signature"),
        amplitude("digest-attribute", "digest", "a role added after signing")
            .after(|root| {
                let value = Element::new("AttributeValue", ASSERTION).text("Admin");
                let role = Element::new("Attribute", ASSERTION)
                    .with("Name", countersign_test_idp::claims::ROLE)
                    .child(value);
                root.at("Assertion/AttributeStatement").children.push(Node::Element(role));
            })
            .refused("SIGNATURE_DIGEST", "signature"),
        amplitude(
            "digest-pretty-printed",
            "digest",
            "indented after signing, but for the Signature",
        )
        .after(|root| {
            let assertion = root.at("Assertion");
            let signature = assertion.remove("Signature");
            assertion.indent(1);
            assertion.insert_after("Issuer", signature);
        })
        .refused("SIGNATURE_DIGEST", "signature"),
        amplitude("value-pretty-printed", "value", "indented by an editor, SignedInfo and all")
            .after(|root| root.at("Assertion").indent(1))
            .refused("SIGNATURE_VALUE", "signature"),
        amplitude("digest-expiry-moved", "digest", "NotOnOrAfter moved after signing")
            .text(|xml| xml.replace("NotOnOrAfter=\"2026", "NotOnOrAfter=\"2036"))
            .refused("SIGNATURE_DIGEST", "signature"),
        amplitude(
            "digest-response-envelope",
            "digest",
            "IssueInstant of a signed Response changed",
        )
        .says(|spec| spec.signing = SigningOption::Response)
        .after(|root| root.set("IssueInstant", "2026-03-10T08:00:00Z"))
        .refused("SIGNATURE_DIGEST", "signature"),
        amplitude("digest-flipped", "digest", "another DigestValue, signed with the rest")
            .says(|spec| {
                spec.signatures(|signature| {
                    signature.edit_signed_info = |signed_info| {
                        let wrong = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
                        signed_info.at("Reference/DigestValue").set_text(wrong);
                    };
                });
            })
            .refused("SIGNATURE_DIGEST", "signature"),
        amplitude("value-flipped", "value", "one character of SignatureValue changed")
            .after(|root| flip(root.at("Assertion/Signature/SignatureValue")))
            .refused("SIGNATURE_VALUE", "signature"),
        amplitude("value-digest-replaced", "value", "DigestValue changed after signing")
            .after(|root| flip(root.at("Assertion/Signature/SignedInfo/Reference/DigestValue")))
            .refused("SIGNATURE_VALUE", "signature"),
        amplitude(
            "value-one-of-both",
            "value",
            "the Response's value is wrong, the Assertion's not",
        )
        .says(|spec| spec.signing = SigningOption::Both)
        .after(|root| flip(root.at("Signature/SignatureValue")))
        .refused("SIGNATURE_VALUE", "signature"),
        amplitude("value-other-message", "value", "the SignatureValue of another message")
            .after(|root| {
                let mut other = Idp::contoso().metadata().tree();
                let value = other.at("Signature/SignatureValue").clone();
                *root.at("Assertion/Signature/SignatureValue") = value;
            })
            .refused("SIGNATURE_VALUE", "signature"),
    ]
}

/// Changes the first character of base64 text to another one.
fn flip(element: &mut Element) {
    let Some(Node::Text(text)) = element.children.first_mut() else {
        panic!("{} holds no text", element.local)
    };
    let first = if text.starts_with('A') { "B" } else { "A" };
    text.replace_range(..1, first);
}

fn algorithms() -> Vec<Case> {
    let contoso = Idp::contoso().entity_id;
    let refused =
        |case: Case| case.witness(Witness::NotAsked).refused("SIGNATURE_ALGORITHM", "signature");
    let signed = |id: &str, why: &str, algorithm: &str, digest: &str| {
        refused(
            amplitude(id, "algorithm", why)
                .says(|spec| spec.sign_with(TestKey::ENTRA_ACTIVE, algorithm, digest)),
        )
    };
    let unknown = "http://www.w3.org/2001/04/xmldsig-more#";
    vec![
        signed("algorithm-sha1-refused", "SHA-1, which nobody allowed", RSA_SHA1, SHA1)
            .witness(Witness::Genuine),
        signed("algorithm-sha1-digest-refused", "a SHA-1 digest", RSA_SHA256, SHA1)
            .witness(Witness::Genuine),
        signed("algorithm-hmac", "HMAC keyed with the public key", HMAC_SHA256, SHA256),
        signed("algorithm-ecdsa-by-rsa", "claims ECDSA, the key is RSA", ECDSA_SHA256, SHA256),
        signed("algorithm-md5", "RSA with MD5", &format!("{unknown}rsa-md5"), SHA256),
        signed("algorithm-unknown", "an algorithm nobody knows", "urn:example:none", SHA256),
        signed("algorithm-digest-unknown", "an unknown digest", RSA_SHA256, "urn:example:sum"),
        refused(
            amplitude("algorithm-rsa-1024", "algorithm", "an RSA key of 1024 bits")
                .trusts(&contoso, &[TestKey::RSA_1024.certificate_base64()])
                .says(|spec| spec.sign_with(TestKey::RSA_1024, RSA_SHA256, SHA256)),
        ),
    ]
}

fn references() -> Vec<Case> {
    let reference = |id: &str, why: &str, uri: ReferenceUri| {
        amplitude(id, "reference", why)
            .says(|spec| spec.signatures(|signature| signature.reference = uri.clone()))
            .refused("SIGNATURE_REFERENCE", "signature")
    };
    let other = |uri: &str| ReferenceUri::Other(uri.into());
    vec![
        reference("reference-absent", "a Reference without URI", ReferenceUri::Absent),
        reference("reference-empty", "an empty URI: the whole document", other("")),
        reference("reference-nothing", "a URI of # alone", other("#")),
        reference("reference-external", "an external URI", other("https://evil.example/a.xml")),
        reference("reference-file", "a file", other("file:///etc/passwd")),
        reference("reference-xpointer-root", "the XPointer of the root", other("#xpointer(/)")),
        reference("reference-xpointer-id", "an XPointer by ID", other("#xpointer(id('_a'))")),
        reference("reference-not-found", "an ID that is nowhere", other("#_nowhere")),
        amplitude("reference-other-element", "reference", "the Assertion's points to the Response")
            .says(|spec| {
                spec.assertion_signature.reference = ReferenceUri::Other(format!("#{}", spec.id));
            })
            .refused("SIGNATURE_REFERENCE", "signature"),
    ]
}

fn transforms() -> Vec<Case> {
    let transforms = |id: &str, why: &str, list: Vec<TransformSpec>| {
        amplitude(id, "transform", why)
            .says(|spec| spec.signatures(|signature| signature.transforms.clone_from(&list)))
            .refused("SIGNATURE_TRANSFORM", "signature")
    };
    let plain = TransformSpec::new;
    let with_child =
        |uri: &str, child: Element| TransformSpec { child: Some(child), ..TransformSpec::new(uri) };
    let xpath = Element::new("XPath", DSIG).text("not(ancestor-or-self::NameID)");
    let stylesheet = Element::new("xsl:stylesheet", "http://www.w3.org/1999/XSL/Transform");
    let (enveloped, exclusive) = (plain(ENVELOPED), plain(EXCLUSIVE));
    let xpath_uri = "http://www.w3.org/TR/1999/REC-xpath-19991116";
    let xslt_uri = "http://www.w3.org/TR/1999/REC-xslt-19991116";
    vec![
        transforms(
            "transform-xpath",
            "an XPath transform that leaves NameID out",
            vec![enveloped.clone(), with_child(xpath_uri, xpath), exclusive.clone()],
        ),
        transforms(
            "transform-xslt",
            "an XSLT transform",
            vec![enveloped.clone(), with_child(xslt_uri, stylesheet), exclusive.clone()],
        ),
        transforms(
            "transform-base64",
            "the base64 transform",
            vec![enveloped.clone(), plain("http://www.w3.org/2000/09/xmldsig#base64")],
        ),
        transforms(
            "transform-unknown",
            "a transform nobody knows",
            vec![enveloped.clone(), plain("urn:example:transform")],
        ),
        transforms(
            "transform-two-canonicalisations",
            "two canonicalisations",
            vec![enveloped.clone(), exclusive.clone(), exclusive.clone()],
        ),
        transforms(
            "transform-enveloped-twice",
            "enveloped-signature twice",
            vec![enveloped.clone(), enveloped.clone(), exclusive.clone()],
        ),
        transforms(
            "transform-wrong-order",
            "canonicalised before the signature is left out",
            vec![exclusive, enveloped],
        ),
        amplitude("transform-c14n-unknown", "transform", "an unknown CanonicalizationMethod")
            .says(|spec| spec.assertion_signature.canonicalization = "urn:example:c14n".into())
            .refused("SIGNATURE_TRANSFORM", "signature"),
    ]
}

fn structure() -> Vec<Case> {
    let refused = |case: Case| case.refused("SIGNATURE_STRUCTURE", "signature");
    vec![
        refused(
            amplitude("signature-twice", "signature-structure", "two Signatures in the Assertion")
                .after(|root| {
                    let assertion = root.at("Assertion");
                    let second = assertion.at("Signature").clone();
                    assertion.insert_after("Signature", second);
                }),
        ),
        refused(
            amplitude("signature-last", "signature-structure", "a Signature at the end")
                .says(|spec| spec.assertion_signature.place = Place::Last),
        ),
        refused(
            amplitude("signature-two-references", "signature-structure", "two References").says(
                |spec| {
                    spec.assertion_signature.edit_signed_info = |signed_info| {
                        let second = signed_info.at("Reference").clone();
                        signed_info.children.push(Node::Element(second));
                    };
                },
            ),
        ),
        refused(
            amplitude("signature-two-signed-infos", "signature-structure", "two SignedInfo").after(
                |root| {
                    let signature = root.at("Assertion/Signature");
                    let second = signature.at("SignedInfo").clone();
                    signature.insert_after("SignedInfo", second);
                },
            ),
        ),
        refused(amplitude("signature-two-digests", "signature-structure", "two DigestValue").says(
            |spec| {
                spec.assertion_signature.edit_signed_info = |signed_info| {
                    let reference = signed_info.at("Reference");
                    let second = reference.at("DigestValue").clone();
                    reference.children.push(Node::Element(second));
                };
            },
        )),
        refused(
            amplitude("signature-two-values", "signature-structure", "two SignatureValue").after(
                |root| {
                    let signature = root.at("Assertion/Signature");
                    let second = signature.at("SignatureValue").clone();
                    signature.insert_after("SignatureValue", second);
                },
            ),
        ),
        refused(
            amplitude("signature-object", "signature-structure", "an Object in the Signature")
                .after(|root| {
                    let object = Element::new("Object", DSIG).text("anything");
                    root.at("Assertion/Signature").children.push(Node::Element(object));
                }),
        ),
        refused(
            amplitude(
                "signature-comment-in-digest",
                "signature-structure",
                "a comment inside DigestValue (CVE-2025-29775)",
            )
            .text(|xml| {
                xml.replace("<DigestValue>", "<DigestValue><!--AAAAAAAAAAAAAAAAAAAAAAAAAAAA=-->")
            })
            .witness(Witness::Genuine),
        ),
        refused(
            amplitude("signature-value-not-base64", "signature-structure", "not base64 at all")
                .after(|root| root.at("Assertion/Signature/SignatureValue").set_text("***")),
        ),
        refused(
            amplitude("signature-without-value", "signature-structure", "no SignatureValue").after(
                |root| {
                    root.at("Assertion/Signature").remove("SignatureValue");
                },
            ),
        ),
        refused(
            amplitude("signature-empty-value", "signature-structure", "an empty SignatureValue")
                .after(|root| root.at("Assertion/Signature/SignatureValue").children.clear()),
        ),
    ]
}

fn certificates() -> Vec<Case> {
    let future = Idp::tenant(FUTURE_TENANT, &[TestKey::ENTRA_NOT_YET_VALID]);
    vec![
        expired("certificate-expired", "the certificate has expired, which is to fail")
            .option("certificateExpiry", "fail")
            .refused("CERTIFICATE_EXPIRED", "certificate"),
        amplitude("certificate-not-yet-valid", "certificate", "a certificate from the future")
            .option("certificateExpiry", "fail")
            .option("idp", json!({ "metadataFile": "metadata/future-certificate.xml" }))
            .says(|spec| of_tenant(spec, &future))
            .refused("CERTIFICATE_NOT_YET_VALID", "certificate"),
    ]
}
