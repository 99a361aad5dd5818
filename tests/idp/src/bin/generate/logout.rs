//! Logout messages: `logout.jsonl`, each line a message as it is delivered, the set-up it meets,
//! and the verdict. Recorded messages of others are the witness of how queries are signed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_test_idp::algorithms::{
    ECDSA_SHA256, HMAC_SHA256, RSA_PSS_SHA256, RSA_SHA1, RSA_SHA512, SHA1,
};
use countersign_test_idp::tree::{ASSERTION, PROTOCOL};
use countersign_test_idp::{
    Application, Element, EncryptionSpec, Idp, LogoutSpec, Moment, Node, Place, QuerySpec,
    ReferenceUri, SUCCESS, SignatureSpec, TestKey, User, deflated, place_signature,
};
use serde::Serialize;
use serde_json::{Value, json};

const LOGOUT_URL: &str = "https://analytics.amplitude.com/saml/slo/482913";
const REQUEST: &str = "_8c51f2a0-1d3e-4b6a-9f70-2e84c6d0b7a9";
const PARTIAL: &str = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout";
const RESPONDER: &str = "urn:oasis:names:tc:SAML:2.0:status:Responder";

/// A line of `logout.jsonl`.
#[derive(Serialize)]
pub(crate) struct Line {
    pub(crate) id: String,
    /// `request` or `response`: what the application takes it for.
    kind: &'static str,
    message: String,
    options: Value,
    context: Value,
    pub(crate) expect: Value,
    why: String,
}

/// A message in the making.
struct Case {
    id: String,
    kind: &'static str,
    why: String,
    spec: LogoutSpec,
    query: QuerySpec,
    options: Value,
    now: Moment,
}

pub(crate) fn lines() -> Vec<Line> {
    let mut lines = genuine();
    lines.extend(signatures());
    lines.extend(queries());
    lines.extend(kinds());
    lines.extend(envelope());
    lines.extend(times());
    lines.extend(wrapping());
    lines
}

/// A signed redirect with a LogoutRequest.
fn request(id: &str, why: &str) -> Case {
    let idp = Idp::contoso();
    let spec = idp.logout_request(id, &User::b_simon(), LOGOUT_URL);
    Case::new(id, "request", why, spec, QuerySpec::new("SAMLRequest", idp.keys[0]))
}

/// A signed redirect with a LogoutResponse.
fn response(id: &str, why: &str) -> Case {
    let idp = Idp::contoso();
    let spec = idp.logout_response(id, REQUEST, LOGOUT_URL);
    Case::new(id, "response", why, spec, QuerySpec::new("SAMLResponse", idp.keys[0]))
}

impl Case {
    fn new(id: &str, kind: &'static str, why: &str, spec: LogoutSpec, query: QuerySpec) -> Self {
        let options = json!({
            "entityId": Application::amplitude("482913").identifier,
            "replyUrls": [Application::amplitude("482913").reply_url],
            "logoutUrl": LOGOUT_URL,
            "idp": { "metadataFile": "metadata/contoso.xml" },
        });
        let (id, why) = (format!("logout-{id}"), why.to_owned());
        Self { id, kind, why, spec, query, options, now: Moment::ISSUED.plus_milliseconds(4_527) }
    }

    fn says(mut self, change: impl FnOnce(&mut LogoutSpec)) -> Self {
        change(&mut self.spec);
        self
    }

    fn travels(mut self, change: impl FnOnce(&mut QuerySpec)) -> Self {
        change(&mut self.query);
        self
    }

    fn option(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.options[name] = value.into();
        self
    }

    fn without_option(mut self, name: &str) -> Self {
        self.options.as_object_mut().expect("an object").remove(name);
        self
    }

    fn seconds_later(mut self, seconds: i64) -> Self {
        self.now = Moment::ISSUED.plus_seconds(seconds);
        self
    }

    fn milliseconds_later(mut self, milliseconds: i64) -> Self {
        self.now = Moment::ISSUED.plus_milliseconds(milliseconds);
        self
    }

    /// The query, as the identity provider sends it.
    fn text(&self) -> String {
        self.query.query(&self.spec.issue().to_xml())
    }

    /// The body of a form.
    fn posted(&self, xml: &str) -> String {
        let value = STANDARD.encode(xml).replace('+', "%2B").replace('/', "%2F");
        format!("{}={}&RelayState=r1", self.query.parameter, value.replace('=', "%3D"))
    }

    fn line(self, message: String, expect: Value) -> Line {
        let mut context = json!({ "now": self.now.text() });
        if self.kind == "response" {
            context["inResponseTo"] = REQUEST.into();
        }
        let Self { id, kind, why, options, .. } = self;
        Line { id, kind, message, options, context, expect, why }
    }

    fn accepted_as(self, message: String, expect: Value) -> Line {
        let mut whole =
            json!({ "ok": true, "id": self.spec.id, "issuer": Idp::contoso().entity_id });
        if self.kind == "request" {
            whole["nameId"] = json!({ "value": self.spec.name_id });
            whole["sessionIndexes"] = json!(self.spec.session_indexes);
        } else {
            whole["inResponseTo"] = REQUEST.into();
            whole["partial"] = false.into();
        }
        if let Value::Object(expect) = expect {
            whole.as_object_mut().expect("an object").extend(expect);
        }
        self.line(message, whole)
    }

    fn accepted(self, expect: Value) -> Line {
        let message = self.text();
        self.accepted_as(message, expect)
    }

    /// By the signature over the query.
    fn accepted_query(self) -> Line {
        let relay_state = self.query.relay_state.clone();
        self.accepted(json!({ "signedBy": ["query"], "relayState": relay_state }))
    }

    fn refused_as(self, message: String, check: &str, code: &str) -> Line {
        let expect = json!({ "ok": false, "code": format!("ERR_SAML_{code}"), "check": check });
        self.line(message, expect)
    }

    fn refused(self, check: &str, code: &str) -> Line {
        let message = self.text();
        self.refused_as(message, check, code)
    }
}

fn enveloped() -> SignatureSpec {
    SignatureSpec::new(Idp::contoso().keys[0])
}

/// A form with a signature in the message.
fn form(case: Case) -> (Case, String) {
    let case = case.says(|spec| spec.signature = Some(enveloped()));
    let body = case.posted(&case.spec.issue().to_xml());
    (case, body)
}

fn genuine() -> Vec<Line> {
    let second = Idp::contoso().second_name();
    let (posted_request, request_body) = form(request("request-post", "signed, by form"));
    let (posted_response, response_body) = form(response("response-post", "signed, by form"));
    let by_form = |element: &str| json!({ "signedBy": [element], "relayState": "r1" });
    let (value, value_body) = form(request("request-post-value", "the value of the field"));
    let value_body = value_body.trim_start_matches("SAMLRequest=").replace("&RelayState=r1", "");
    let (xml, _) = form(request("request-xml", "signed XML"));
    let xml_text = xml.spec.issue().to_xml();
    let whole_url = request("request-url", "the whole URL").travels(|query| {
        query.relay_state = Some("/x?y=1&z=ü".into());
    });
    let url = format!("{LOGOUT_URL}?tenant=1&{}#top", whole_url.text());
    vec![
        request("request", "as Entra ID sends it: redirect, escapes in lower case")
            .accepted_query(),
        response("response", "as Entra ID sends it").accepted_query(),
        request("request-upper-case", "escapes in upper case")
            .travels(|query| query.lower_case = false)
            .accepted_query(),
        request("request-relay-state", "with RelayState")
            .travels(|query| query.relay_state = Some("a b+c/=%".into()))
            .accepted_query(),
        response("response-relay-state", "with RelayState")
            .travels(|query| query.relay_state = Some("s1".into()))
            .accepted_query(),
        request("request-second-name", "Issuer is the second name of the tenant")
            .says(|spec| spec.issuer = Some(second.clone()))
            .accepted_query(),
        response("response-second-name", "Issuer is the second name of the tenant")
            .says(|spec| spec.issuer = Some(second))
            .accepted_query(),
        request("request-all-sessions", "no SessionIndex: all sessions of the user")
            .says(|spec| spec.session_indexes.clear())
            .accepted_query(),
        request("request-two-sessions", "two SessionIndex, a Reason")
            .says(|spec| {
                spec.session_indexes.push("_2".into());
                spec.reason = Some("urn:oasis:names:tc:SAML:2.0:logout:admin".into());
            })
            .accepted(json!({ "reason": "urn:oasis:names:tc:SAML:2.0:logout:admin" })),
        response("response-partial", "PartialLogout below Success")
            .says(|spec| spec.status_codes.push(PARTIAL.into()))
            .accepted(json!({ "partial": true })),
        response("response-partial-alone", "PartialLogout without Success, as samlp writes it")
            .says(|spec| spec.status_codes = vec![PARTIAL.into()])
            .accepted(json!({ "partial": true })),
        posted_request.accepted_as(request_body, by_form("LogoutRequest")),
        posted_response.accepted_as(response_body, by_form("LogoutResponse")),
        value.accepted_as(value_body, json!({ "signedBy": ["LogoutRequest"] })),
        xml.accepted_as(xml_text, json!({ "signedBy": ["LogoutRequest"] })),
        whole_url.accepted_as(url, json!({ "relayState": "/x?y=1&z=ü", "signedBy": ["query"] })),
    ]
}

fn signatures() -> Vec<Line> {
    let signed_twice = request("signed-twice", "query and message are signed, both hold")
        .says(|spec| spec.signature = Some(enveloped()));
    let only_inside = request("signed-inside-redirect", "a redirect, signed in the message alone")
        .says(|spec| spec.signature = Some(enveloped()))
        .travels(|query| query.key = None);
    let broken_inside = request("signed-inside-broken", "the query holds, the message does not")
        .says(|spec| spec.signature = Some(enveloped()));
    let xml = broken_inside.spec.issue().to_xml().replace("B.Simon", "A.Simon");
    let broken_inside_text = broken_inside.query.query(&xml);
    let unsigned = |id: &str, why: &str| request(id, why).travels(|query| query.key = None);
    let attacker = |case: Case| case.travels(|query| query.key = Some(TestKey::ATTACKER));
    let by = |id: &str, uri: &str| request(id, uri).travels(|query| query.algorithm = uri.into());
    let bare = request("bare-value", "SAMLRequest without the query around it");
    let bare_text = bare.text();
    let bare_text = bare_text.split(['=', '&']).nth(1).unwrap_or_default().to_owned();
    let posted_unsigned = request("unsigned-post", "an unsigned form");
    let body = posted_unsigned.posted(&posted_unsigned.spec.issue().to_xml());
    let (moved, moved_body) =
        form(request("query-signature-in-form", "a form with SigAlg, Signature"));
    let moved_body = format!("{moved_body}&SigAlg=urn%3Ax&Signature=AAAA");
    let mut by_attacker = form(request("inside-attacker", "signed in the message by a stranger"));
    by_attacker.0.spec.signature = Some(SignatureSpec::new(TestKey::ATTACKER));
    let by_attacker_body = by_attacker.0.posted(&by_attacker.0.spec.issue().to_xml());
    let encrypted = |id: &str, why: &str| {
        request(id, why).says(|spec| {
            spec.encryption = Some(EncryptionSpec::new(TestKey::SP_ENCRYPTION));
        })
    };
    let key = json!([{ "keyFile": "keys/sp-encryption.key.pem" }]);
    vec![
        signed_twice.accepted(json!({ "signedBy": ["query", "LogoutRequest"] })),
        only_inside.accepted(json!({ "signedBy": ["LogoutRequest"] })),
        broken_inside.refused_as(broken_inside_text, "signature", "SIGNATURE_DIGEST"),
        unsigned("unsigned", "nobody signed").refused("signature", "SIGNATURE_MISSING"),
        posted_unsigned.refused_as(body, "signature", "SIGNATURE_MISSING"),
        unsigned("unsigned-allowed", "nobody signed, and that is allowed")
            .option("allowUnsignedLogout", true)
            .accepted(json!({ "signedBy": [] })),
        unsigned("unsigned-allowed-no-destination", "an unsigned message need not have one")
            .option("allowUnsignedLogout", true)
            .says(|spec| spec.destination = None)
            .accepted(json!({
                "signedBy": [],
                "warned": ["ERR_SAML_SIGNATURE_MISSING", "ERR_SAML_DESTINATION"],
            })),
        attacker(request(
            "unsigned-allowed-forged",
            "a signature that fails, though none is needed",
        ))
        .option("allowUnsignedLogout", true)
        .refused("signature", "SIGNATURE_VALUE"),
        attacker(request("attacker", "signed by a stranger"))
            .refused("signature", "SIGNATURE_VALUE"),
        attacker(response("response-attacker", "signed by a stranger"))
            .refused("signature", "SIGNATURE_VALUE"),
        request("inactive-key", "signed by the tenant's next key")
            .travels(|query| query.key = Some(TestKey::ENTRA_INACTIVE))
            .accepted_query(),
        request("other-tenant-key", "signed by another tenant's key")
            .travels(|query| query.key = Some(TestKey::ENTRA_OTHER_TENANT))
            .refused("signature", "SIGNATURE_VALUE"),
        by_attacker.0.refused_as(by_attacker_body, "signature", "SIGNATURE_KEY_UNTRUSTED"),
        by("rsa-sha512", RSA_SHA512).accepted_query(),
        by("rsa-pss", RSA_PSS_SHA256).accepted_query(),
        by("sha1", RSA_SHA1).refused("signature", "SIGNATURE_ALGORITHM"),
        by("sha1-allowed", RSA_SHA1)
            .option("algorithms", json!({ "allowSha1": true }))
            .accepted_query(),
        by("hmac", HMAC_SHA256).refused("signature", "SIGNATURE_ALGORITHM"),
        by("digest-as-algorithm", SHA1).refused("signature", "SIGNATURE_ALGORITHM"),
        by("other-family", ECDSA_SHA256).refused("signature", "SIGNATURE_ALGORITHM"),
        bare.refused_as(bare_text, "signature", "SIGNATURE_MISSING"),
        moved.refused_as(moved_body, "signature", "SIGNATURE_STRUCTURE"),
        encrypted("encrypted-id", "the NameID is encrypted")
            .option("decryptionKeys", key.clone())
            .accepted_query(),
        encrypted("encrypted-id-no-key", "the NameID is encrypted, and there is no key")
            .refused("decryption", "DECRYPT_KEY"),
        encrypted("encrypted-id-other-key", "the NameID is encrypted for somebody else")
            .option("decryptionKeys", json!([{ "keyFile": "keys/attacker.key.pem" }]))
            .refused("decryption", "DECRYPT_FAILED"),
        attacker(encrypted("encrypted-id-attacker", "nothing is decrypted for a stranger"))
            .option("decryptionKeys", key.clone())
            .refused("signature", "SIGNATURE_VALUE"),
        encrypted("encrypted-id-unsigned", "nothing is decrypted out of an unsigned message")
            .travels(|query| query.key = None)
            .option("decryptionKeys", key)
            .option("allowUnsignedLogout", true)
            .refused("subject", "NAMEID"),
    ]
}

/// Queries put together in other ways than the identity provider did.
fn queries() -> Vec<Line> {
    let with_state = |id: &str, why: &str| {
        request(id, why).travels(|query| query.relay_state = Some("s1".into()))
    };
    let edited = |id: &str, why: &str, edit: fn(&str) -> String| {
        let case = with_state(id, why);
        let text = edit(&case.text());
        (case, text)
    };
    let reversed = |text: &str| text.split('&').rev().collect::<Vec<_>>().join("&");
    let refused =
        |(case, text): (Case, String), check: &str, code: &str| case.refused_as(text, check, code);
    let accepted = |(case, text): (Case, String)| {
        case.accepted_as(text, json!({ "signedBy": ["query"], "relayState": "s1" }))
    };
    vec![
        accepted(edited("query-reversed", "parameters in another order", reversed)),
        accepted(edited("query-others", "other parameters around", |text| {
            format!("a=1&{}&b", text.replace("&SigAlg", "&samlrequest=x&SigAlg"))
        })),
        refused(
            edited("query-escapes-changed", "escapes written anew, in upper case", |text| {
                text.replace("%2b", "%2B").replace("%2f", "%2F").replace("%3a", "%3A")
            }),
            "signature",
            "SIGNATURE_VALUE",
        ),
        refused(
            edited("query-relay-state-changed", "RelayState of somebody else", |text| {
                text.replace("RelayState=s1", "RelayState=s2")
            }),
            "signature",
            "SIGNATURE_VALUE",
        ),
        refused(
            edited("query-relay-state-dropped", "RelayState taken out", |text| {
                text.replace("&RelayState=s1", "")
            }),
            "signature",
            "SIGNATURE_VALUE",
        ),
        refused(
            edited("query-relay-state-twice", "RelayState twice", |text| {
                format!("RelayState=s2&{text}")
            }),
            "message",
            "STRUCTURE",
        ),
        refused(
            edited("query-message-twice", "SAMLRequest twice", |text| {
                format!("{text}&SAMLRequest=AAAA")
            }),
            "message",
            "STRUCTURE",
        ),
        refused(
            edited(
                "query-message-twice-escaped",
                "SAMLRequest twice, once by an escaped name",
                |text| format!("{text}&%53AMLRequest=AAAA"),
            ),
            "message",
            "STRUCTURE",
        ),
        refused(
            edited("query-both", "SAMLRequest and SAMLResponse", |text| {
                format!("{text}&SAMLResponse=AAAA")
            }),
            "message",
            "STRUCTURE",
        ),
        refused(
            edited("query-algorithm-dropped", "Signature without SigAlg", |text| {
                let parts = text.split('&').filter(|part| !part.starts_with("SigAlg"));
                parts.collect::<Vec<_>>().join("&")
            }),
            "signature",
            "SIGNATURE_STRUCTURE",
        ),
        refused(
            edited("query-signature-dropped", "SigAlg without Signature", |text| {
                text.split("&Signature").next().unwrap_or_default().to_owned()
            }),
            "signature",
            "SIGNATURE_STRUCTURE",
        ),
        refused(
            edited("query-signature-twice", "Signature twice", |text| {
                format!("{text}&Signature=AA==")
            }),
            "message",
            "STRUCTURE",
        ),
        refused(
            edited("query-algorithm-twice", "SigAlg twice", |text| format!("SigAlg=x&{text}")),
            "message",
            "STRUCTURE",
        ),
        refused(
            edited("query-signature-not-base64", "a Signature that is not base64", |text| {
                format!("{text}!")
            }),
            "signature",
            "SIGNATURE_STRUCTURE",
        ),
        refused(
            edited("query-encoding", "an encoding that is not DEFLATE", |text| {
                format!("{text}&SAMLEncoding=urn:none")
            }),
            "message",
            "STRUCTURE",
        ),
        accepted(edited("query-encoding-deflate", "the encoding, named", |text| {
            format!("{text}&SAMLEncoding=urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE")
        })),
        refused(
            edited("query-truncated", "the message is cut off", |text| {
                let (message, rest) = text.split_once('&').unwrap_or_default();
                // Whole groups of base64, so that DEFLATE alone notices.
                format!("{}&{rest}", message.get(..12 + 400).unwrap_or_default().replace('%', ""))
            }),
            "message",
            "INPUT_BASE64",
        ),
        request("query-too-large", "inflated, it is larger than the limit")
            .option("limits", json!({ "inputBytes": 600 }))
            .refused("message", "INPUT_TOO_LARGE"),
    ]
}

/// One message taken for another.
fn kinds() -> Vec<Line> {
    let as_response = |id: &str, why: &str, case: Case| Case {
        id: format!("logout-{id}"),
        why: why.into(),
        kind: "response",
        ..case
    };
    let as_request = |id: &str, why: &str, case: Case| Case {
        id: format!("logout-{id}"),
        why: why.into(),
        kind: "request",
        ..case
    };
    let renamed = request("renamed-parameter", "a signed SAMLRequest renamed to SAMLResponse");
    let renamed_text = renamed.text().replace("SAMLRequest=", "SAMLResponse=");
    let renamed = as_response("renamed-parameter", "a signed SAMLRequest renamed", renamed);
    let login = |what: &str| {
        let application = Application::amplitude("482913");
        let response = Idp::contoso().response(what, &application, &User::b_simon(), None);
        response.issue().to_xml()
    };
    let wrong = "a login taken for a logout";
    let login_request = request("login-as-request", wrong);
    let login_query = login_request.query.query(&login("login-as-request"));
    let login_response = response("login-as-response", wrong);
    let login_form = login_response.posted(&login("login-as-response"));
    let authn = Element::new("samlp:AuthnRequest", PROTOCOL).with("ID", "_1");
    let authn_request = request("authn-request", "a login request taken for a logout");
    let authn_query = authn_request.query.query(&authn.to_xml());
    let crossed = request("request-in-response", "a LogoutRequest signed in SAMLResponse")
        .travels(|query| query.parameter = "SAMLResponse");
    vec![
        as_response(
            "request-as-response",
            "a LogoutRequest taken for the answer",
            request("a", ""),
        )
        .refused("message", "STRUCTURE"),
        as_request(
            "response-as-request",
            "a LogoutResponse taken for a request",
            response("b", ""),
        )
        .refused("message", "STRUCTURE"),
        renamed.refused_as(renamed_text, "message", "STRUCTURE"),
        login_request.refused_as(login_query, "message", "STRUCTURE"),
        login_response.refused_as(login_form, "message", "STRUCTURE"),
        authn_request.refused_as(authn_query, "message", "STRUCTURE"),
        crossed.refused("message", "STRUCTURE"),
        request("empty", "nothing").refused_as(String::new(), "message", "INPUT_BASE64"),
        request("no-saml", "no parameter of SAML").refused_as(
            "a=1&b=2".into(),
            "message",
            "INPUT_BASE64",
        ),
        request("not-deflated", "base64 of neither XML nor DEFLATE").refused_as(
            "SAMLRequest=AAAA".into(),
            "message",
            "INPUT_BASE64",
        ),
        request("doctype", "a DOCTYPE").refused_as("<!DOCTYPE a><a/>".into(), "message", "XML_DTD"),
    ]
}

fn envelope() -> Vec<Line> {
    let issuer = |id: &str, why: &str, issuer: &str| {
        request(id, why).says(|spec| spec.issuer = Some(issuer.into()))
    };
    let contoso = Idp::contoso();
    let other = Idp::fabrikam();
    let tenants = json!([
        { "metadataFile": "metadata/contoso.xml" },
        { "entityId": other.entity_id, "certificates": [TestKey::ENTRA_OTHER_TENANT.certificate_pem()] },
    ]);
    let other_second = other.second_name();
    vec![
        issuer("issuer-other", "another identity provider", "https://idp.example/")
            .refused("issuer", "ISSUER"),
        issuer("issuer-other-tenant", "another tenant", &other.entity_id)
            .refused("issuer", "ISSUER"),
        issuer("issuer-other-tenant-second", "the second name of another tenant", &other_second)
            .refused("issuer", "ISSUER"),
        issuer(
            "issuer-second-v2",
            "a name that is not of SAML",
            &format!("{}v2.0", contoso.second_name()),
        )
        .refused("issuer", "ISSUER"),
        issuer(
            "issuer-second-common",
            "the second name of every tenant",
            "https://login.microsoftonline.com/common/",
        )
        .refused("issuer", "ISSUER"),
        issuer(
            "issuer-two-tenants",
            "the tenant configured second signs with the first one's key",
            &other_second,
        )
        .option("idp", tenants.clone())
        .refused("signature", "SIGNATURE_VALUE"),
        issuer("issuer-two-tenants-unknown", "neither of two tenants", "https://idp.example/")
            .option("idp", tenants)
            .refused("issuer", "ISSUER"),
        request("issuer-none", "no Issuer")
            .says(|spec| spec.issuer = None)
            .refused("issuer", "ISSUER"),
        request("destination-other", "for another application")
            .says(|spec| spec.destination = Some(LOGOUT_URL.replace("482913", "555")))
            .refused("reply-url", "DESTINATION"),
        response("response-destination-other", "for another application")
            .says(|spec| spec.destination = Some(format!("{LOGOUT_URL}/")))
            .refused("reply-url", "DESTINATION"),
        request("destination-none", "signed, and for whom it does not say")
            .says(|spec| spec.destination = None)
            .refused("reply-url", "DESTINATION"),
        response("response-destination-none", "signed, and for whom it does not say")
            .says(|spec| spec.destination = None)
            .refused("reply-url", "DESTINATION"),
        request("destination-not-configured", "no logoutUrl to compare with")
            .says(|spec| spec.destination = Some("https://elsewhere.example/".into()))
            .without_option("logoutUrl")
            .accepted_query(),
        request("version", "SAML 1.1")
            .says(|spec| spec.version = "1.1".into())
            .refused("message", "VERSION"),
        request("name-id-empty", "an empty NameID")
            .says(|spec| spec.name_id = Some("  ".into()))
            .refused("subject", "NAMEID"),
        request("name-id-none", "no NameID")
            .says(|spec| spec.name_id = None)
            .refused("message", "STRUCTURE"),
        response("status-failed", "the logout failed")
            .says(|spec| spec.status_codes = vec![RESPONDER.into()])
            .refused("status", "STATUS"),
        response("status-failed-partial", "PartialLogout below a failure is a failure")
            .says(|spec| spec.status_codes = vec![RESPONDER.into(), PARTIAL.into()])
            .refused("status", "STATUS"),
        response("status-success-below", "Success below a failure is a failure")
            .says(|spec| spec.status_codes = vec![RESPONDER.into(), SUCCESS.into()])
            .refused("status", "STATUS"),
        response("in-response-to-other", "the answer to another request")
            .says(|spec| spec.in_response_to = Some("_other".into()))
            .refused("in-response-to", "IN_RESPONSE_TO"),
        response("in-response-to-none", "the answer to no request")
            .says(|spec| spec.in_response_to = None)
            .refused("in-response-to", "UNSOLICITED"),
    ]
}

/// The clock skew of the set-up is 180 seconds.
fn times() -> Vec<Line> {
    let unbounded = |id: &str, why: &str| request(id, why).says(|spec| spec.not_on_or_after = None);
    vec![
        request("time-before-end", "the last millisecond before NotOnOrAfter and the skew")
            .milliseconds_later(480_000 - 1)
            .accepted_query(),
        request("time-end", "NotOnOrAfter and the skew: exclusive")
            .milliseconds_later(480_000)
            .refused("timestamps", "EXPIRED"),
        request("time-first", "IssueInstant lies ahead by the skew")
            .milliseconds_later(-180_000)
            .accepted_query(),
        request("time-future", "IssueInstant lies ahead by more than the skew")
            .milliseconds_later(-180_001)
            .refused("timestamps", "NOT_YET_VALID"),
        response("response-time-future", "IssueInstant lies ahead by more than the skew")
            .milliseconds_later(-180_001)
            .refused("timestamps", "NOT_YET_VALID"),
        response("response-time-late", "a response has no end, its request has")
            .seconds_later(86_400)
            .accepted_query(),
        unbounded("time-unbounded", "no NotOnOrAfter, just before five minutes and the skew")
            .milliseconds_later(480_000 - 1)
            .accepted_query(),
        unbounded("time-unbounded-end", "no NotOnOrAfter, five minutes and the skew later")
            .milliseconds_later(480_000)
            .refused("timestamps", "TOO_OLD"),
        request("time-malformed", "NotOnOrAfter that is no time")
            .says(|spec| spec.not_on_or_after = Some("tomorrow".into()))
            .refused("timestamps", "TIME_MALFORMED"),
        response("response-time-malformed", "IssueInstant that is no time")
            .says(|spec| spec.issue_instant = "2026-02-30T00:00:00Z".into())
            .refused("timestamps", "TIME_MALFORMED"),
    ]
}

/// Signature wrapping: the genuine, signed request is hidden in a forged one.
fn wrapping() -> Vec<Line> {
    let genuine = |id: &str, why: &str| form(request(id, why)).0;
    let forged = |case: &Case| {
        let mut forged = case.spec.clone();
        forged.signature = None;
        forged.name_id = Some("administrator@contoso.com".into());
        forged.issue()
    };
    let hidden = |element: Element| Element::new("samlp:Extensions", PROTOCOL).child(element);
    let sent = |case: Case, evil: &Element, check: &str, code: &str| {
        let body = case.posted(&evil.to_xml());
        case.refused_as(body, check, code)
    };

    let inside = genuine("wrap-extensions", "the genuine one in Extensions, its ID taken over");
    let mut evil = forged(&inside);
    evil.insert_after("Issuer", hidden(inside.spec.issue()));
    let same_id = sent(inside, &evil, "message", "XML_DUPLICATE_ID");

    let away = genuine("wrap-other-id", "the genuine one in Extensions, its Signature moved out");
    let mut evil = forged(&away);
    evil.set("ID", "_evil");
    let mut signed = away.spec.issue();
    let signature = signed.remove("Signature");
    evil.insert_after("Issuer", hidden(signed));
    place_signature(&mut evil, signature);
    let points_away = sent(away, &evil, "signature", "SIGNATURE_REFERENCE");

    let beside = genuine("wrap-unsigned", "a forged one around the genuine one");
    let mut evil = forged(&beside);
    evil.set("ID", "_evil");
    evil.insert_after("Issuer", hidden(beside.spec.issue()));
    let not_signed = sent(beside, &evil, "signature", "SIGNATURE_MISSING");

    let last = request("wrap-signature-last", "the Signature at the end").says(|spec| {
        let mut signature = enveloped();
        signature.place = Place::Last;
        spec.signature = Some(signature);
    });
    let evil = last.spec.issue();
    let at_the_end = sent(last, &evil, "signature", "SIGNATURE_STRUCTURE");

    let empty = request("wrap-empty-reference", "an empty Reference").says(|spec| {
        let mut signature = enveloped();
        signature.reference = ReferenceUri::Other(String::new());
        spec.signature = Some(signature);
    });
    let evil = empty.spec.issue();
    let empty_reference = sent(empty, &evil, "signature", "SIGNATURE_REFERENCE");

    let second = genuine("wrap-second-name-id", "a second NameID before the genuine one");
    let mut evil = second.spec.issue();
    let name_id = Element::new("NameID", ASSERTION).text("administrator@contoso.com");
    evil.insert_before("NameID", name_id);
    let two_names = sent(second, &evil, "message", "STRUCTURE");

    let changed = genuine("wrap-name-id-changed", "the NameID changed");
    let mut evil = changed.spec.issue();
    evil.at("NameID").set_text("administrator@contoso.com");
    let digest = sent(changed, &evil, "signature", "SIGNATURE_DIGEST");

    let comment = genuine("wrap-comment", "a comment that cuts the NameID");
    let mut evil = comment.spec.issue();
    evil.at("NameID").children.push(Node::Verbatim {
        written: "<!---->.attacker.example".into(),
        canonical: ".attacker.example".into(),
    });
    let cut = sent(comment, &evil, "message", "STRUCTURE");

    let stolen = request("wrap-login-signature", "the Signature of a login, and its ID");
    let application = Application::amplitude("482913");
    let mut login = Idp::contoso().response("wrap", &application, &User::b_simon(), None);
    login.signing = countersign_test_idp::SigningOption::Response;
    let mut login = login.issue();
    let mut evil = forged(&stolen);
    evil.set("ID", login.get("ID").unwrap_or_default().to_owned());
    place_signature(&mut evil, login.remove("Signature"));
    let of_login = sent(stolen, &evil, "signature", "SIGNATURE_DIGEST");

    let swapped = request("wrap-query-of-another", "the query's signature over another message");
    let mine = swapped.text();
    let other = QuerySpec { key: None, ..swapped.query.clone() };
    let forged_query = other.query(&forged(&swapped).to_xml());
    let (_, rest) = mine.split_once('&').unwrap_or_default();
    let spliced = format!("{forged_query}&{rest}");
    let of_another = swapped.refused_as(spliced, "signature", "SIGNATURE_VALUE");

    let stored = request("wrap-trailing", "octets behind the deflated message");
    let mut octets = deflated(stored.spec.issue().to_xml().as_bytes());
    octets.extend(b"<evil/>");
    let text = stored.text();
    let (_, rest) = text.split_once('&').unwrap_or_default();
    let value = STANDARD.encode(octets).replace('+', "%2b").replace('/', "%2f").replace('=', "%3d");
    let trailing =
        stored.refused_as(format!("SAMLRequest={value}&{rest}"), "signature", "SIGNATURE_VALUE");
    vec![
        same_id,
        points_away,
        not_signed,
        at_the_end,
        empty_reference,
        two_names,
        digest,
        cut,
        of_login,
        of_another,
        trailing,
    ]
}
