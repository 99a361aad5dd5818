//! Logout messages of this service provider: what they say, and that their signatures hold.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::dsig::{TrustedKey, VerifyTask};
use countersign::logout::Logout;
use countersign::policy::Options;
use countersign::report::{Code, SetupError};
use countersign::saml::logout::{LogoutKind, Principal};
use countersign::saml::metadata::{Endpoint, IdentityProvider};
use countersign::sp::ServiceProvider;
use countersign::sp::logout::LogoutContext;
use countersign::sp::logout_sent::{LogoutRequestOut, LogoutResponseOut, LogoutStatus};
use countersign::sp::request::{Binding, Carrier, Outgoing, Sent};
use countersign_test_idp::TestKey;
use countersign_test_idp::algorithms::{RSA_SHA256, sign};

use crate::target::{now, options, run};

const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
const IDP: &str = "https://idp.example/";
const IDP_URL: &str = "https://idp.example/slo?tenant=1";
const ANSWERS: &str = "https://idp.example/slo/answers";

/// An identity provider that takes both bindings, and answers elsewhere by form.
fn idp() -> IdentityProvider {
    let key = TrustedKey::from_text(TestKey::ENTRA_ACTIVE.certificate_pem()).expect("a key");
    let endpoint = |binding: &str, response: Option<&str>| Endpoint {
        binding: binding.into(),
        location: IDP_URL.into(),
        response_location: response.map(str::to_owned),
    };
    IdentityProvider {
        single_logout_services: vec![endpoint(REDIRECT, None), endpoint(POST, Some(ANSWERS))],
        ..IdentityProvider::new(IDP, vec![key])
    }
}

fn provider() -> ServiceProvider {
    ServiceProvider::new(Options { identity_providers: vec![idp()], ..options() }).expect("options")
}

/// The other side: knows this service provider by its key, as if that were its identity provider.
fn other_side(logout_url: &str) -> ServiceProvider {
    let key = TrustedKey::from_text(TestKey::SP_ENCRYPTION.certificate_pem()).expect("a key");
    let options = Options {
        entity_id: Some(IDP.into()),
        logout_url: Some(logout_url.into()),
        identity_providers: vec![IdentityProvider::new("https://sp.example/", vec![key])],
        ..options()
    };
    ServiceProvider::new(options).expect("options")
}

fn request(binding: Binding, signed: bool) -> LogoutRequestOut {
    LogoutRequestOut {
        id: "_q1".into(),
        now: now(),
        binding,
        identity_provider: None,
        principal: Principal {
            name_id: "B. Simon <b@contoso.com>".into(),
            format: Some("urn:format".into()),
            name_qualifier: None,
            sp_name_qualifier: None,
            session_indexes: vec!["_s1".into()],
        },
        reason: Some("urn:oasis:names:tc:SAML:2.0:logout:user".into()),
        not_on_or_after: None,
        relay_state: Some("r&1 2".into()),
        signature_algorithm: signed.then(|| RSA_SHA256.into()),
    }
}

fn response(binding: Binding, status: LogoutStatus) -> LogoutResponseOut {
    LogoutResponseOut {
        id: "_a1".into(),
        now: now(),
        binding,
        identity_provider: Some(IDP.into()),
        in_response_to: "_q1".into(),
        status,
        relay_state: Some("r&1 2".into()),
        signature_algorithm: Some(RSA_SHA256.into()),
    }
}

fn sent(outgoing: Result<Outgoing, SetupError>) -> Sent {
    match outgoing.expect("a message") {
        Outgoing::Ready(sent) => sent,
        Outgoing::Sign(unsigned) => {
            let task = unsigned.task();
            let signature = sign(TestKey::SP_ENCRYPTION, &task.algorithm, &task.data);
            unsigned.with_signature(&signature)
        }
    }
}

/// What the browser delivers, and where.
fn delivered(sent: &Sent) -> (String, String) {
    match &sent.carrier {
        Carrier::Redirect { url } => {
            let endpoint = url.split("&SAML").next().expect("an endpoint");
            (endpoint.split("?SAML").next().expect("an endpoint").to_owned(), url.clone())
        }
        Carrier::Post { action, fields } => {
            let escaped =
                |value: &str| value.replace('%', "%25").replace('+', "%2B").replace('&', "%26");
            let pairs = fields.iter().map(|(name, value)| format!("{name}={}", escaped(value)));
            (action.clone(), pairs.collect::<Vec<_>>().join("&"))
        }
    }
}

fn understood(sent: &Sent, kind: LogoutKind) -> Logout {
    let (endpoint, message) = delivered(sent);
    let mut context = LogoutContext::at(now());
    context.in_response_to.push("_q1".into());
    let receiver = other_side(&endpoint);
    let report =
        run(&receiver, kind, message.as_bytes(), &context, &[], VerifyTask::verify_with_ring);
    report.logout.clone().unwrap_or_else(|| panic!("refused: {:?}", report.root_cause()))
}

#[test]
fn a_request_is_understood_and_proven_by_both_bindings() {
    for binding in [Binding::Redirect, Binding::Post] {
        let sent = sent(provider().logout_request(request(binding, true)));
        // A blank in RelayState, which not everybody escapes alike.
        let warnings = usize::from(binding == Binding::Redirect);
        assert_eq!((sent.id.as_str(), sent.warnings.len()), ("_q1", warnings));
        let Logout::Request(request) = understood(&sent, LogoutKind::Request) else {
            panic!("a request")
        };
        assert_eq!(request.name_id.value, "B. Simon <b@contoso.com>");
        assert_eq!(request.name_id.format, "urn:format");
        assert_eq!(request.session_indexes, ["_s1"]);
        assert_eq!(request.reason.as_deref(), Some("urn:oasis:names:tc:SAML:2.0:logout:user"));
        assert_eq!(request.relay_state.as_deref(), Some("r&1 2"));
        let signed: Vec<_> = request.signed_by.iter().map(|by| by.element).collect();
        assert_eq!(signed, [if binding == Binding::Post { "LogoutRequest" } else { "query" }]);
    }
}

#[test]
fn an_answer_goes_where_answers_go_and_says_how_it_went() {
    for (binding, endpoint) in [(Binding::Redirect, IDP_URL), (Binding::Post, ANSWERS)] {
        for (status, partial) in [(LogoutStatus::Success, false), (LogoutStatus::Partial, true)] {
            let sent = sent(provider().logout_response(response(binding, status)));
            assert_eq!(delivered(&sent).0, endpoint);
            let Logout::Response(response) = understood(&sent, LogoutKind::Response) else {
                panic!("a response")
            };
            assert_eq!((response.in_response_to.as_str(), response.partial), ("_q1", partial));
            assert_eq!(response.relay_state.as_deref(), Some("r&1 2"));
        }
    }
    for (status, codes) in [
        (LogoutStatus::Denied, "Responder RequestDenied"),
        (LogoutStatus::Failed, "Responder"),
        (LogoutStatus::UnknownPrincipal, "Requester UnknownPrincipal"),
    ] {
        let sent = sent(provider().logout_response(response(Binding::Post, status)));
        let (endpoint, message) = delivered(&sent);
        let mut context = LogoutContext::at(now());
        context.in_response_to.push("_q1".into());
        let receiver = other_side(&endpoint);
        let report = receiver.inspect_logout(message.as_bytes(), LogoutKind::Response, &context);
        assert_eq!(report.code(), Some(Code::Status));
        let found: Vec<String> = report.message.expect("an outline").status_codes;
        let names: Vec<&str> = found.iter().filter_map(|code| code.rsplit(':').next()).collect();
        assert_eq!(names.join(" "), codes);
    }
}

#[test]
fn without_a_key_nothing_is_signed_and_that_is_said() {
    for binding in [Binding::Redirect, Binding::Post] {
        let mut asked = request(binding, false);
        asked.relay_state = Some("x".repeat(81));
        let sent = sent(provider().logout_request(asked));
        assert_eq!(sent.warnings.len(), 2, "not signed; RelayState is long");
        assert!(sent.warnings[0].contains("signingKey"), "{:?}", sent.warnings);
        let (_, message) = delivered(&sent);
        assert!(!message.contains("Signature="), "{message}");
        if let Carrier::Post { fields, .. } = &sent.carrier {
            let xml = STANDARD.decode(&fields[0].1).expect("base64");
            assert!(!String::from_utf8_lossy(&xml).contains("Signature"));
        }
    }
}

#[test]
fn what_cannot_work_is_refused_before_anything_is_sent() {
    let refused = |outgoing: Result<Outgoing, SetupError>| match outgoing {
        Ok(_) => panic!("accepted"),
        Err(error) => {
            assert_eq!(error.code, Code::Options);
            error.message
        }
    };
    let change = |change: fn(&mut LogoutRequestOut)| {
        let mut asked = request(Binding::Redirect, false);
        change(&mut asked);
        refused(provider().logout_request(asked))
    };
    assert!(change(|asked| asked.id = "1".into()).contains("ID"));
    assert!(change(|asked| asked.principal.name_id = " ".into()).contains("nameId"));
    assert!(change(|asked| asked.identity_provider = Some("urn:x".into())).contains("idp"));
    // What XML forbids would arrive as another character: somebody else's name, or nobody's.
    assert!(change(|asked| asked.principal.name_id.push('\u{1}')).contains("nameId"));
    assert!(change(|asked| asked.principal.format = Some("\u{1}".into())).contains("nameId"));
    assert!(
        change(|asked| asked.principal.session_indexes = vec!["\u{ffff}".into()])
            .contains("sessionIndex")
    );
    assert!(change(|asked| asked.reason = Some("\0".into())).contains("reason"));
    let mut asked = response(Binding::Post, LogoutStatus::Success);
    asked.in_response_to.clear();
    assert!(refused(provider().logout_response(asked)).contains("inResponseTo"));

    let mut scripted = idp();
    scripted.single_logout_services[1].response_location = Some("javascript:alert(1)".into());
    scripted.single_logout_services[0].location = "data:text/html,x".into();
    let options = Options { identity_providers: vec![scripted], ..options() };
    let provider = ServiceProvider::new(options).expect("options");
    let to_script = provider.logout_response(response(Binding::Post, LogoutStatus::Success));
    assert!(refused(to_script).contains("web address"));
    assert!(
        refused(provider.logout_request(request(Binding::Redirect, false))).contains("offers no")
    );
}
