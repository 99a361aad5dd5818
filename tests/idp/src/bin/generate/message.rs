//! Messages refused for what they are: encoding, XML, shape, status, issuer, encryption.

use countersign_test_idp::tree::{ASSERTION, PROTOCOL};
use countersign_test_idp::{Element, Idp, Moment, Node, id};
use serde_json::json;

use crate::case::{Case, Form, REQUEST, Witness, amplitude};

const ENCRYPTION: &str = "http://www.w3.org/2001/04/xmlenc#";

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = input();
    cases.extend(xml());
    cases.extend(structure());
    cases.extend(other_messages());
    cases.extend(text_with_comments());
    cases.extend(status());
    cases.extend(issuer());
    cases.extend(encryption());
    cases
}

fn input() -> Vec<Case> {
    vec![
        amplitude("input-not-base64", "input", "neither base64 nor XML")
            .form(Form::Exactly("this is *not* base64!"))
            .refused("INPUT_BASE64", "message"),
        amplitude("input-base64-padding-inside", "input", "padding in the middle of base64")
            .form(Form::Exactly("PHNhbWxw=OlJlc3BvbnNlLz4="))
            .refused("INPUT_BASE64", "message"),
        amplitude("input-too-large", "input", "longer than this service provider reads")
            .option("limits", json!({ "inputBytes": 1000 }))
            .refused("INPUT_TOO_LARGE", "message"),
        amplitude("input-truncated", "input", "the message ends in the middle: a form limit")
            .bytes(|mut bytes| {
                bytes.truncate(bytes.len() / 2);
                bytes
            })
            .refused("XML_MALFORMED", "message"),
        amplitude("input-not-utf8", "input", "an umlaut in Latin-1")
            .bytes(|bytes| {
                let at = bytes.windows(7).position(|piece| piece == b"B.Simon").unwrap_or(0);
                [&bytes[..at], b"B\xfcSimon", &bytes[at + 7..]].concat()
            })
            .refused("XML_ENCODING", "message"),
        amplitude("input-utf16", "input", "UTF-16 with a byte order mark")
            .bytes(|bytes| {
                let units = bytes.iter().flat_map(|byte| [*byte, 0]);
                [0xff, 0xfe].into_iter().chain(units).collect()
            })
            .refused("XML_ENCODING", "message"),
        amplitude("input-declares-latin1", "input", "the XML declaration names another encoding")
            .text(|xml| format!(r#"<?xml version="1.0" encoding="ISO-8859-1"?>{xml}"#))
            .refused("XML_ENCODING", "message"),
    ]
}

fn xml() -> Vec<Case> {
    vec![
        amplitude("xml-doctype", "xml", "a document type declaration")
            .text(|xml| format!("<!DOCTYPE Response>{xml}"))
            .refused("XML_DTD", "message"),
        amplitude("xml-entity-expansion", "xml", "entities that multiply (billion laughs)")
            .text(|xml| {
                let entities = r#"<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">"#;
                format!("<!DOCTYPE r [{entities}]>{}", xml.replace(">B.Simon@", ">&c;@"))
            })
            .refused("XML_DTD", "message"),
        amplitude("xml-external-entity", "xml", "an external entity that reads a file (XXE)")
            .text(|xml| {
                let entity = r#"<!ENTITY f SYSTEM "file:///etc/passwd">"#;
                format!("<!DOCTYPE r [{entity}]>{}", xml.replace(">B.Simon@", ">&f;@"))
            })
            .refused("XML_DTD", "message"),
        amplitude("xml-unknown-entity", "xml", "an entity that nobody declared")
            .text(|xml| xml.replace(">B.Simon@", ">&b;@"))
            .refused("XML_MALFORMED", "message"),
        amplitude("xml-unbound-prefix", "xml", "the protocol prefix is declared nowhere")
            .text(|xml| xml.replace(&format!(" xmlns:samlp=\"{PROTOCOL}\""), ""))
            .refused("XML_MALFORMED", "message"),
        amplitude("xml-attribute-twice", "xml", "two attributes of one name")
            .text(|xml| xml.replacen(" ID=\"", " ID=\"_other\" ID=\"", 1))
            .refused("XML_MALFORMED", "message"),
        amplitude("xml-two-roots", "xml", "something after the Response")
            .text(|xml| format!("{xml}<a/>"))
            .refused("XML_MALFORMED", "message"),
        amplitude("xml-1-1", "xml", "XML 1.1")
            .text(|xml| format!(r#"<?xml version="1.1"?>{xml}"#))
            .refused("XML_MALFORMED", "message"),
        amplitude("xml-too-deep", "xml", "five thousand levels of elements")
            .text(|xml| {
                let deep = format!("{}{}", "<x>".repeat(5000), "</x>".repeat(5000));
                xml.replace("<samlp:Status>", &format!("{deep}<samlp:Status>"))
            })
            .refused("XML_LIMIT", "message"),
        amplitude("xml-duplicate-id", "xml", "Response and Assertion have one ID")
            .says(|spec| spec.id.clone_from(&spec.assertions[0].id))
            .refused("XML_DUPLICATE_ID", "message"),
        amplitude("xml-duplicate-id-other-case", "xml", "the signed ID again in an attribute `Id`")
            .after(|root| {
                let id = root.at("Assertion").get("ID").unwrap_or_default().to_string();
                root.at("Status").set("Id", id);
            })
            .refused("XML_DUPLICATE_ID", "message"),
        amplitude("xml-duplicate-xml-id", "xml", "the signed ID again in an attribute `xml:id`")
            .after(|root| {
                let id = root.at("Assertion").get("ID").unwrap_or_default().to_string();
                root.at("Status").set("xml:id", id);
            })
            .refused("XML_DUPLICATE_ID", "message"),
    ]
}

fn structure() -> Vec<Case> {
    vec![
        amplitude("structure-version", "structure", "a Response of SAML 1.1")
            .says(|spec| spec.version = "1.1".into())
            .refused("VERSION", "message"),
        amplitude("structure-assertion-version", "structure", "the Assertion claims SAML 1.1")
            .says(|spec| spec.assertion().version = "1.1".into())
            .refused("VERSION", "message"),
        amplitude("structure-no-version", "structure", "no Version")
            .says(|spec| spec.edit = |root| root.unset("Version"))
            .refused("VERSION", "message"),
        amplitude("structure-no-response-id", "structure", "the Response has no ID")
            .after(|root| root.unset("ID"))
            .refused("STRUCTURE", "message"),
        amplitude("structure-no-status", "structure", "the Response has no Status")
            .after(|root| {
                root.remove("Status");
            })
            .refused("STRUCTURE", "message"),
        amplitude("structure-no-assertion", "structure", "Success without an Assertion")
            .after(|root| {
                root.remove("Assertion");
            })
            .refused("ASSERTION_COUNT", "message"),
        amplitude("structure-two-assertions", "structure", "two signed Assertions of the tenant")
            .says(|spec| {
                let mut second = spec.assertions[0].clone();
                second.id = id(&spec.id, "second");
                spec.assertions.push(second);
            })
            .refused("ASSERTION_COUNT", "message"),
        amplitude("structure-assertion-and-encrypted", "structure", "one plain, one encrypted")
            .after(|root| root.children.push(Node::Element(encrypted_assertion())))
            .refused("ASSERTION_COUNT", "message"),
        amplitude("structure-two-name-ids", "structure", "two NameID in one Subject")
            .says(|spec| {
                spec.edit = |root| {
                    let subject = root.at("Assertion/Subject");
                    let second = Element::new("NameID", ASSERTION).text("admin@contoso.com");
                    subject.insert_after("NameID", second);
                };
            })
            .refused("STRUCTURE", "message"),
        amplitude("structure-two-subjects", "structure", "two Subjects in one Assertion")
            .says(|spec| {
                spec.edit = |root| {
                    let assertion = root.at("Assertion");
                    let second = assertion.at("Subject").clone();
                    assertion.insert_after("Subject", second);
                };
            })
            .refused("STRUCTURE", "message"),
        amplitude("structure-bare-assertion", "structure", "an Assertion without its Response")
            .text(|xml| {
                let start = xml.find("<Assertion").unwrap_or(0);
                let end = xml.find("</samlp:Response>").unwrap_or(xml.len());
                xml[start..end].into()
            })
            .refused("STRUCTURE", "message"),
        amplitude("structure-wrong-namespace", "structure", "a Response of another namespace")
            .text(|xml| xml.replace(PROTOCOL, "urn:example:protocol"))
            .refused("STRUCTURE", "message"),
        amplitude("structure-saml-1", "structure", "a Response of SAML 1.0's namespace")
            .text(|xml| xml.replace(PROTOCOL, "urn:oasis:names:tc:SAML:1.0:protocol"))
            .refused("VERSION", "message"),
        amplitude("structure-element-in-name-id", "structure", "an element inside NameID")
            .says(|spec| {
                spec.edit = |root| {
                    let inner = Element::new("b", ASSERTION).text(".evil.example");
                    root.at("Assertion/Subject/NameID").children.push(Node::Element(inner));
                };
            })
            .refused("STRUCTURE", "message"),
    ]
}

fn other_messages() -> Vec<Case> {
    let message = |name: &str| {
        Element::new(&format!("samlp:{name}"), PROTOCOL)
            .with("ID", id("other", name))
            .with("Version", "2.0")
            .with("IssueInstant", Moment::ISSUED.text())
            .with("Destination", "https://analytics.amplitude.com/saml/sso/482913")
            .child(Element::new("Issuer", ASSERTION).text(Idp::contoso().entity_id))
    };
    let success =
        Element::new("samlp:StatusCode", PROTOCOL).with("Value", countersign_test_idp::SUCCESS);
    let status = Element::new("samlp:Status", PROTOCOL).child(success);
    let html = Element::new("html", "").child(Element::new("body", "").text("Sign in failed"));
    vec![
        amplitude("other-logout-response", "other", "a LogoutResponse was posted here")
            .sends(message("LogoutResponse").with("InResponseTo", REQUEST).child(status))
            .refused("STRUCTURE", "message"),
        amplitude("other-authn-request", "other", "a SAMLRequest was pasted instead")
            .sends(message("AuthnRequest"))
            .refused("STRUCTURE", "message"),
        amplitude("other-metadata", "other", "the metadata was pasted instead")
            .sends(Idp::contoso().metadata().tree())
            .refused("STRUCTURE", "message"),
        amplitude("other-html", "other", "an error page was pasted instead")
            .sends(html)
            .form(Form::Xml)
            .refused("STRUCTURE", "message"),
    ]
}

/// The family of CVE-2017-11427: a comment that canonicalisation drops, so the signature holds,
/// and that cuts the text for a careless reader.
fn text_with_comments() -> Vec<Case> {
    let domain = "@contoso.com.evil.example";
    let before = |case: Case, path: &'static str| {
        let edit: fn(&mut Element) = match path {
            "NameID" => |root| cut(root.at("Assertion/Subject/NameID"), "<!---->"),
            "NameID PI" => |root| cut(root.at("Assertion/Subject/NameID"), "<?cut?>"),
            "Issuer" => |root| cut(root.at("Assertion/Issuer"), "<!---->"),
            "Audience" => |root| {
                cut(root.at("Assertion/Conditions/AudienceRestriction/Audience"), "<!---->");
            },
            _ => |root| {
                let attribute = root.at("Assertion/AttributeStatement/Attribute");
                cut(attribute.at("AttributeValue"), "<!---->");
            },
        };
        case.says(|spec| spec.edit = edit)
    };
    vec![
        before(
            amplitude("comment-in-name-id", "comment", "a comment inside NameID, signed with it"),
            "NameID",
        )
        .witness(Witness::Genuine)
        .refused("STRUCTURE", "message"),
        amplitude("comment-in-name-id-later", "comment", "a comment added to NameID after signing")
            .says(|spec| spec.assertion().name_id = Some(format!("B.Simon{domain}")))
            .text(|xml| xml.replace("@contoso.com.evil", "@contoso.com<!-- -->.evil"))
            .witness(Witness::Genuine)
            .refused("STRUCTURE", "message"),
        before(
            amplitude("comment-in-audience", "comment", "a comment inside Audience"),
            "Audience",
        )
        .witness(Witness::Genuine)
        .refused("STRUCTURE", "message"),
        before(amplitude("comment-in-issuer", "comment", "a comment inside Issuer"), "Issuer")
            .witness(Witness::Genuine)
            .refused("STRUCTURE", "message"),
        before(
            amplitude("comment-in-attribute-value", "comment", "a comment inside AttributeValue"),
            "AttributeValue",
        )
        .witness(Witness::Genuine)
        .refused("STRUCTURE", "message"),
        before(
            amplitude("instruction-in-name-id", "comment", "a processing instruction in NameID"),
            "NameID PI",
        )
        .refused("STRUCTURE", "message"),
    ]
}

/// Puts markup in the middle of an element's text.
fn cut(element: &mut Element, markup: &str) {
    let Some(Node::Text(text)) = element.children.first().cloned() else {
        panic!("{} holds no text", element.local)
    };
    let (before, after) = text.split_at(text.len() / 2);
    let canonical = if markup.starts_with("<?") { "<?cut?>" } else { "" };
    element.children = vec![
        Node::Text(before.into()),
        Node::Verbatim { written: markup.into(), canonical: canonical.into() },
        Node::Text(after.into()),
    ];
}

fn status() -> Vec<Case> {
    let code = |name: &str| format!("urn:oasis:names:tc:SAML:2.0:status:{name}");
    let failed = |case: Case, codes: Vec<String>, message: &str| {
        case.says(|spec| {
            spec.status_codes = codes;
            spec.status_message = Some(message.into());
            spec.edit = |root| {
                root.remove("Assertion");
            };
            spec.signing = countersign_test_idp::SigningOption::Response;
        })
        .refused("STATUS", "status")
    };
    vec![
        failed(
            amplitude(
                "status-not-assigned",
                "status",
                "the user is not assigned to the application",
            ),
            vec![code("Responder"), code("RequestDenied")],
            "AADSTS50105: Your administrator has configured the application Amplitude to block \
             users unless they are specifically granted access. The signed in user is not a \
             direct member of a group with access. Trace ID: \
             6d2f0f53-1a5e-4a2b-9d3c-0c6a7d5e4b00 Correlation ID: \
             0b9d7c1e-52f4-4c1a-8f3e-2d1c0b9a8f7e Timestamp: 2026-03-10 09:00:00Z",
        ),
        failed(
            amplitude("status-method-mismatch", "status", "RequestedAuthnContext did not match"),
            vec![code("Responder"), code("NoAuthnContext")],
            "AADSTS75011: Authentication method 'X509, MultiFactor' by which the user \
             authenticated with the service doesn't match requested authentication method \
             'Password, ProtectedTransport'. Timestamp: 2026-03-10 09:00:00Z",
        ),
        failed(
            amplitude("status-nested", "status", "three status codes inside each other"),
            vec![code("Responder"), code("AuthnFailed"), "urn:example:locked".into()],
            "The account is locked.",
        ),
        amplitude("status-with-assertion", "status", "not Success, yet with a signed Assertion")
            .says(|spec| spec.status_codes = vec![code("Requester")])
            .refused("STATUS", "status"),
        amplitude("status-success-inside", "status", "Success only as the nested code")
            .says(|spec| spec.status_codes = vec![code("Responder"), code("Success")])
            .refused("STATUS", "status"),
    ]
}

fn issuer() -> Vec<Case> {
    let fabrikam = Idp::fabrikam();
    let logout_form = format!("https://login.microsoftonline.com/{}/", Idp::contoso().tenant_id);
    vec![
        amplitude("issuer-other-tenant", "issuer", "another tenant's genuine message")
            .says(|spec| crate::genuine::of_tenant(spec, &fabrikam))
            .refused("ISSUER", "issuer"),
        amplitude("issuer-without-slash", "issuer", "the Issuer lacks the slash at its end")
            .says(|spec| {
                let name = spec.assertion().issuer.trim_end_matches('/').to_string();
                spec.issuer = Some(name.clone());
                spec.assertion().issuer = name;
            })
            .refused("ISSUER", "issuer"),
        amplitude("issuer-of-response-differs", "issuer", "the Response names another issuer")
            .says(|spec| spec.issuer = Some(fabrikam.entity_id.clone()))
            .refused("ISSUER", "issuer"),
        amplitude("issuer-of-assertion-differs", "issuer", "the Assertion names another issuer")
            .says(|spec| spec.assertion().issuer.clone_from(&fabrikam.entity_id))
            .refused("ISSUER", "issuer"),
        amplitude("issuer-logout-name", "issuer", "the name that only logout messages carry")
            .says(|spec| {
                spec.issuer = Some(logout_form.clone());
                spec.assertion().issuer = logout_form;
            })
            .refused("ISSUER", "issuer"),
        amplitude("issuer-other-configured-tenant", "issuer", "one tenant names the other")
            .option(
                "idp",
                json!([
                    { "metadataFile": "metadata/contoso.xml" },
                    { "metadataFile": "metadata/fabrikam.xml" },
                ]),
            )
            .says(|spec| {
                crate::genuine::of_tenant(spec, &fabrikam);
                spec.assertion().issuer = Idp::contoso().entity_id;
            })
            .refused("ISSUER", "issuer"),
    ]
}

fn encryption() -> Vec<Case> {
    vec![
        amplitude("encrypted-without-key", "encryption", "encrypted, and no key is configured")
            .after(|root| {
                root.remove("Assertion");
                root.children.push(Node::Element(encrypted_assertion()));
            })
            .refused("DECRYPT_KEY", "decryption"),
        amplitude("encryption-required", "encryption", "plain, though encryption is required")
            .option("requireEncrypted", true)
            .refused("NOT_ENCRYPTED", "decryption"),
    ]
}

/// Shaped like Entra ID's; the ciphertexts are no ciphertexts.
fn encrypted_assertion() -> Element {
    let method = |prefixed: &str, algorithm: &str| {
        Element::new(prefixed, ENCRYPTION).with("Algorithm", algorithm)
    };
    let cipher = |prefix: &str, value: &str| {
        let value = Element::new(&format!("{prefix}CipherValue"), ENCRYPTION).text(value);
        Element::new(&format!("{prefix}CipherData"), ENCRYPTION).child(value)
    };
    let key = Element::new("e:EncryptedKey", ENCRYPTION)
        .child(method("e:EncryptionMethod", &format!("{ENCRYPTION}rsa-oaep-mgf1p")))
        .child(cipher("e:", &"A".repeat(344)));
    let info = Element::new("KeyInfo", countersign_test_idp::tree::DSIG).child(key);
    let data = Element::new("xenc:EncryptedData", ENCRYPTION)
        .with("Type", format!("{ENCRYPTION}Element"))
        .child(method("xenc:EncryptionMethod", &format!("{ENCRYPTION}aes256-cbc")))
        .child(info)
        .child(cipher("xenc:", &"B".repeat(256)));
    Element::new("EncryptedAssertion", ASSERTION).child(data)
}
