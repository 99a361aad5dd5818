//! Messages that sign somebody in, written in unusual ways that change nothing.

use countersign_test_idp::{
    Application, Attribute, Element, Moment, Node, Prefixes, SigningOption, TransformSpec,
};
use serde_json::json;

use crate::case::{Case, amplitude, aws};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        amplitude("shape-profile-fills-in", "shape", "the Amplitude profile knows the Identifier")
            .without_option("entityId")
            .accepted(),
        amplitude("shape-no-destination", "shape", "Destination is compared where it is present")
            .says(|spec| spec.destination = None)
            .accepted(),
        amplitude("shape-empty-destination", "shape", "an empty Destination is like none")
            .says(|spec| spec.destination = Some(String::new()))
            .accepted(),
        amplitude(
            "shape-request-in-signed-envelope",
            "shape",
            "InResponseTo of the Response alone",
        )
        .says(|spec| {
            spec.signing = SigningOption::Response;
            spec.confirmation().in_response_to = None;
        })
        .accepted(),
        amplitude("shape-confirmation-not-before", "shape", "NotBefore, as SiteMinder writes it")
            .says(|spec| {
                let start = Moment::ISSUED.plus_seconds(-300).text();
                spec.confirmation().not_before = Some(start);
            })
            .accepted(),
        amplitude("shape-no-response-issuer", "shape", "the Response's own Issuer is optional")
            .says(|spec| spec.issuer = None)
            .accepted(),
        amplitude("shape-white-space", "shape", "white space around names is not part of them")
            .says(|spec| {
                let around = |text: &str| format!("\n  {text}\t ");
                let issuer = spec.issuer.as_deref().map(around);
                spec.issuer = issuer;
                let assertion = spec.assertion();
                assertion.issuer = around(&assertion.issuer);
                assertion.name_id = assertion.name_id.as_deref().map(around);
                let audience = &mut assertion.audience_restrictions[0][0];
                *audience = around(audience);
                let class = &mut spec.authn().class_ref;
                *class = class.as_deref().map(around);
            })
            .accepted_with(json!({
                "audiences": ["https://amplitude.com/saml/sso/metadata"]
            })),
        amplitude("shape-pretty", "shape", "indented by the identity provider, before signing")
            .says(|spec| spec.edit = |root| root.indent(0))
            .accepted(),
        amplitude("shape-declaration", "shape", "an XML declaration, comments around the root")
            .text(|xml| {
                format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a -->{xml}<!-- b -->\n")
            })
            .accepted(),
        amplitude("shape-byte-order-mark", "shape", "a byte order mark of UTF-8 comes first")
            .text(|xml| format!("\u{feff}{xml}"))
            .accepted(),
        amplitude("shape-cdata-name-id", "shape", "CDATA in NameID is text like any other")
            .says(|spec| {
                spec.edit = |root| {
                    root.at("Assertion/Subject/NameID").children = vec![
                        Node::Text("B.".into()),
                        Node::Verbatim {
                            written: "<![CDATA[Simon]]>".into(),
                            canonical: "Simon".into(),
                        },
                        Node::Text("@contoso.com".into()),
                    ];
                };
            })
            .accepted(),
        amplitude("shape-character-references", "shape", "character references stand for text")
            .text(|xml| xml.replace(">B.Simon@", ">&#66;.Si&#x6d;on&#64;"))
            .accepted(),
        amplitude("shape-single-quotes", "shape", "attributes in single quotes, spaces in tags")
            .text(|xml| xml.replace("<Conditions NotBefore=\"", "<Conditions  NotBefore = \""))
            .text(|xml| xml.replace("Version=\"2.0\"", "Version='2.0'\n"))
            .accepted(),
        amplitude("shape-other-prefixes", "shape", "saml2, ds, xsi:type and a PrefixList")
            .says(|spec| {
                spec.prefixes = Prefixes::SAML2;
                spec.signing = SigningOption::Both;
                spec.signatures(|signature| {
                    signature.prefix = "ds".into();
                    signature.transforms[1] = TransformSpec::exclusive_with_prefixes(&["xs"]);
                });
                spec.edit = typed_values;
            })
            .accepted(),
        amplitude("shape-signed-comment", "shape", "a comment between elements is no content")
            .says(|spec| {
                spec.edit = |root| {
                    let comment = Node::Verbatim {
                        written: "<!-- between -->".into(),
                        canonical: String::new(),
                    };
                    root.at("Assertion").children.insert(1, comment);
                };
            })
            .accepted(),
        amplitude("shape-two-audiences", "shape", "one of several Audience elements is enough")
            .says(|spec| {
                let audiences = &mut spec.assertion().audience_restrictions[0];
                audiences.insert(0, "https://somebody.example/metadata".into());
            })
            .accepted(),
        amplitude("shape-additional-audience", "shape", "another Audience is configured as ours")
            .option("additionalAudiences", json!(["spn:amplitude-of-contoso"]))
            .says(|spec| {
                let restrictions = &mut spec.assertion().audience_restrictions;
                *restrictions = vec![vec!["spn:amplitude-of-contoso".into()]];
            })
            .accepted(),
        amplitude("shape-one-time-use", "shape", "OneTimeUse and ProxyRestriction are understood")
            .says(|spec| {
                spec.edit = |root| {
                    let conditions = root.at("Assertion/Conditions");
                    let add = |name: &str| Prefixes::ENTRA.assertion(name);
                    conditions.children.push(Node::Element(add("OneTimeUse")));
                    let proxy = add("ProxyRestriction").with("Count", "0");
                    conditions.children.push(Node::Element(proxy));
                };
            })
            .accepted(),
        amplitude(
            "shape-second-confirmation",
            "shape",
            "one bearer confirmation that fits is enough",
        )
        .says(|spec| {
            let mut other = spec.confirmation().clone();
            other.recipient = Some("https://elsewhere.example/acs".into());
            spec.assertion().confirmations.insert(0, other);
        })
        .accepted(),
        amplitude("shape-several-requests", "shape", "any of the requests that were sent")
            .context("inResponseTo", json!(["_another-request", crate::case::REQUEST]))
            .accepted(),
        aws("shape-second-reply-url", "shape", "AWS: the Reply URL of another Region")
            .says(|spec| {
                let url = "https://eu-west-1.sso.signin.aws/platform/saml/acs/\
                           7a1b2c3d-4e5f-4061-8293-a4b5c6d7e8f9";
                spec.destination = Some(url.into());
                spec.confirmation().recipient = Some(url.into());
            })
            .accepted(),
        aws("shape-reply-url-of-context", "shape", "the URL at which the message arrived is named")
            .context("replyUrl", Application::aws_iam_identity_center().reply_url)
            .accepted(),
        amplitude("shape-extensions", "shape", "Extensions of the Response are passed over")
            .says(|spec| {
                spec.edit = |root| {
                    let content = Element::new("v:Vendor", "urn:example:vendor").text("anything");
                    let extensions =
                        Element::new("samlp:Extensions", countersign_test_idp::tree::PROTOCOL);
                    root.insert_after("Issuer", extensions.child(content));
                };
            })
            .accepted(),
    ]
}

/// `xsi:type="xs:string"` on every value, the prefix of the type declared on the Assertion.
fn typed_values(root: &mut Element) {
    let assertion = root.at("Assertion");
    assertion.declarations.push(("xs".into(), "http://www.w3.org/2001/XMLSchema".into()));
    for attribute in &mut assertion.at("AttributeStatement").children {
        let Node::Element(attribute) = attribute else { continue };
        attribute.at("AttributeValue").attributes.push(Attribute {
            name: "xsi:type".into(),
            namespace: "http://www.w3.org/2001/XMLSchema-instance".into(),
            value: "xs:string".into(),
        });
    }
}
