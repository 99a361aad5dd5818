//! Login requests: what they say, how they travel, and that their signatures hold.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod case;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use case::Case;
use countersign::dsig::{Constraints, SignatureClaim, TrustedKey};
use countersign::report::{Code, SetupError};
use countersign::saml::redirect::inflated;
use countersign::saml::time::Instant;
use countersign::sp::ServiceProvider;
use countersign::sp::request::{Binding, Carrier, LoginRequest, Outgoing, Sent};
use countersign::xml::{Document, Limits};
use ring::rand::SystemRandom;
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};

const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

fn amplitude() -> ServiceProvider {
    let cases = Case::read("cases.jsonl");
    let case = cases.iter().find(|case| case.id == "amplitude-sp-initiated-assertion");
    case.expect("the fixture").service_provider()
}

fn request() -> LoginRequest {
    LoginRequest {
        id: "_3f2a9b64-71d0-4c1e-8f57-0b6c5d4e3a21".into(),
        now: Instant::parse("2026-03-10T09:00:00Z").expect("a time"),
        binding: Binding::Redirect,
        identity_provider: None,
        reply_url: None,
        relay_state: None,
        force_authn: false,
        is_passive: false,
        login_hint: None,
        name_id_format: None,
        authn_context: Vec::new(),
        signature_algorithm: None,
    }
}

/// The service provider's own key, which the host would keep.
fn key() -> RsaKeyPair {
    let pem = include_str!("data/keys/rsa-3072.key.pem");
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    RsaKeyPair::from_pkcs8(&STANDARD.decode(body).expect("base64")).expect("a key")
}

fn certificate() -> TrustedKey {
    TrustedKey::from_text(include_str!("data/keys/rsa-3072.crt.pem")).expect("a certificate")
}

fn sent(outgoing: Result<Outgoing, SetupError>) -> Sent {
    match outgoing.expect("a request") {
        Outgoing::Ready(sent) => sent,
        Outgoing::Sign(unsigned) => {
            let key = key();
            let mut signature = vec![0; key.public().modulus_len()];
            let data = &unsigned.task().data;
            key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), data, &mut signature)
                .expect("signed");
            unsigned.with_signature(&signature)
        }
    }
}

fn unescaped(value: &str) -> String {
    let mut pieces = value.split('%');
    let mut octets = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at(2);
        octets.push(u8::from_str_radix(digits, 16).expect("an escape"));
        octets.extend(rest.as_bytes());
    }
    String::from_utf8(octets).expect("text")
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| unescaped(value))
}

#[test]
fn an_unsigned_request_says_what_entra_id_understands_and_no_more() {
    let Sent { id, carrier, warnings } = sent(amplitude().login_request(request()));
    let Carrier::Redirect { url } = carrier else { panic!("a redirect") };
    let (endpoint, query) = url.split_once('?').expect("a query");
    let message = parameter(query, "SAMLRequest").expect("the message");
    let xml = inflated(&message, 10_000).expect("deflated");
    let document = Document::parse(&xml, &Limits::message()).expect("XML");
    let root = document.root();
    assert!(root.is(PROTOCOL, "AuthnRequest"));
    assert_eq!(root.attribute("ID"), Some(id.as_str()));
    assert_eq!(root.attribute("Version"), Some("2.0"));
    assert_eq!(root.attribute("IssueInstant"), Some("2026-03-10T09:00:00.000Z"));
    assert_eq!(root.attribute("Destination"), Some(endpoint));
    let reply_url = root.attribute("AssertionConsumerServiceURL");
    assert_eq!(reply_url, Some("https://analytics.amplitude.com/saml/sso/482913"));
    let children: Vec<_> = root.child_elements().collect();
    assert_eq!(children.len(), 1, "no NameIDPolicy, no RequestedAuthnContext, no Subject");
    assert!(children.iter().all(|child| child.is(ASSERTION, "Issuer")));
    assert_eq!(root.attribute("ForceAuthn").or(root.attribute("IsPassive")), None);
    assert_eq!(parameter(query, "Signature"), None);
    assert_eq!(warnings, Vec::<String>::new());
}

#[test]
fn what_is_asked_for_is_in_the_request() {
    let asked = LoginRequest {
        binding: Binding::Post,
        force_authn: true,
        is_passive: true,
        relay_state: Some("<&\"".repeat(30)),
        login_hint: Some("b.simon@contoso.com".into()),
        name_id_format: Some("urn:format".into()),
        authn_context: vec!["urn:one".into(), "urn:two".into()],
        ..request()
    };
    let sent = sent(amplitude().login_request(asked));
    let Carrier::Post { fields, .. } = sent.carrier else { panic!("a form") };
    let field = |name: &str| fields.iter().find(|(key, _)| *key == name).map(|(_, value)| value);
    let xml = STANDARD.decode(field("SAMLRequest").expect("the message")).expect("base64");
    let document = Document::parse(&xml, &Limits::message()).expect("XML");
    let root = document.root();
    assert_eq!(
        (root.attribute("ForceAuthn"), root.attribute("IsPassive")),
        (Some("true"), Some("true"))
    );
    let classes = root.descendants().filter(|one| one.is(ASSERTION, "AuthnContextClassRef"));
    assert_eq!(
        classes.map(|class| class.text().into_owned()).collect::<Vec<_>>(),
        ["urn:one", "urn:two"]
    );
    assert!(root.child_elements().any(|one| one.attribute("Format") == Some("urn:format")));
    assert_eq!(field("RelayState"), Some(&"<&\"".repeat(30)));
    assert_eq!(field("login_hint").map(String::as_str), Some("b.simon@contoso.com"));
    assert_eq!(sent.warnings.len(), 1, "RelayState is longer than 80 bytes");
}

#[test]
fn the_signature_of_a_redirect_covers_the_octets_of_the_query() {
    let asked = LoginRequest {
        relay_state: Some("/x?y=1".into()),
        login_hint: Some("b.simon@contoso.com".into()),
        signature_algorithm: Some(RSA_SHA256.into()),
        ..request()
    };
    let Carrier::Redirect { url } = sent(amplitude().login_request(asked)).carrier else {
        panic!("a redirect")
    };
    let (_, query) = url.split_once('?').expect("a query");
    let (octets, _) = query.split_once("&Signature=").expect("a signature");
    let signature = STANDARD.decode(parameter(query, "Signature").expect("one")).expect("base64");
    let certificate = certificate();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, certificate.key().raw());
    assert!(key.verify(octets.as_bytes(), &signature).is_ok());
    let names: Vec<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    assert_eq!(names, ["SAMLRequest", "RelayState", "SigAlg", "Signature", "login_hint"]);
    assert!(key.verify(octets.replace("y%3D1", "y%3D2").as_bytes(), &signature).is_err());
}

#[test]
fn what_others_escape_in_another_way_is_reported_where_it_is_signed() {
    let warnings = |relay_state: &str, binding, signature_algorithm| {
        let relay_state = Some(relay_state.to_owned());
        let asked = LoginRequest { relay_state, binding, signature_algorithm, ..request() };
        sent(amplitude().login_request(asked)).warnings.len()
    };
    let signed = Some(RSA_SHA256.to_owned());
    for character in " !'()*~".chars() {
        let state = format!("/x{character}");
        assert_eq!(warnings(&state, Binding::Redirect, signed.clone()), 1, "{character}");
        assert_eq!(warnings(&state, Binding::Redirect, None), 0, "{character}");
        assert_eq!(warnings(&state, Binding::Post, signed.clone()), 0, "{character}");
    }
    assert_eq!(warnings("/x?y=1&z=<\"\u{fc}\">#+-._", Binding::Redirect, signed), 0);
}

#[test]
fn a_posted_request_carries_an_enveloped_signature_that_holds() {
    let asked = LoginRequest {
        binding: Binding::Post,
        signature_algorithm: Some(RSA_SHA256.into()),
        ..request()
    };
    let Carrier::Post { fields, .. } = sent(amplitude().login_request(asked)).carrier else {
        panic!("a form")
    };
    let message = fields.iter().find(|(name, _)| *name == "SAMLRequest").expect("the message");
    let xml = STANDARD.decode(&message.1).expect("base64");
    let document = Document::parse(&xml, &Limits::message()).expect("XML");
    let (constraints, trusted) = (Constraints::default(), [certificate()]);
    let claim = SignatureClaim::read(document.root(), &constraints).expect("built as profiled");
    let claim = claim.expect("a signature behind the Issuer");
    let task = claim.task(&trusted, &constraints).expect("an algorithm");
    let signed = claim
        .decide(&task, task.verify_with_ring(), &trusted)
        .and_then(|authentic| authentic.dereference(&document, &constraints))
        .expect("a signature that holds");
    assert!(signed.root().is(PROTOCOL, "AuthnRequest"));
}

#[test]
fn what_cannot_work_is_refused_before_anything_is_sent() {
    let refused = |asked| match amplitude().login_request(asked) {
        Ok(_) => panic!("accepted"),
        Err(error) => {
            assert_eq!(error.code, Code::Options);
            error.message
        }
    };
    for id in ["", "1a", "_a/b", "_a+b", "_a=", "a b", "é"] {
        assert!(refused(LoginRequest { id: id.into(), ..request() }).contains("ID"), "{id}");
    }
    let elsewhere = Some("https://analytics.amplitude.com/saml/sso/other".to_owned());
    assert!(refused(LoginRequest { reply_url: elsewhere, ..request() }).contains("replyUrl"));
    let stranger = Some("https://sts.windows.net/other/".to_owned());
    assert!(refused(LoginRequest { identity_provider: stranger, ..request() }).contains("idp"));
}
