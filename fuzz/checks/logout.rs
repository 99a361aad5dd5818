//! A genuine logout message, edited in any way, signs out the genuine user or nobody, and is never
//! taken for a message of the other kind.
//!
//! The first byte chooses a message. Of one that is signed inside, every four bytes after it are an
//! edit of the XML (`edits`); of a query, the second byte says where it is replaced by the rest.

use std::sync::LazyLock;

use countersign::logout::Logout;
use countersign::policy::Options;
use countersign::saml::logout::LogoutKind;
use countersign::saml::metadata::IdentityProvider;
use countersign::saml::time::Instant;
use countersign::sp::ServiceProvider;
use countersign::sp::logout::LogoutContext;
use countersign_test_idp::{Element, Idp, LogoutSpec, QuerySpec, SignatureSpec, User};

use super::edits::edited;

const LOGOUT_URL: &str = "https://sp.example/slo";
const REQUEST: &str = "_8c51f2a0-1d3e-4b6a-9f70-2e84c6d0b7a9";

static PROVIDER: LazyLock<ServiceProvider> = LazyLock::new(|| {
    let metadata = Idp::contoso().metadata().to_xml();
    let provider = IdentityProvider::from_metadata(metadata.as_bytes(), None, now());
    ServiceProvider::new(Options {
        entity_id: Some("https://sp.example/".into()),
        reply_urls: vec!["https://sp.example/acs".into()],
        logout_url: Some(LOGOUT_URL.into()),
        identity_providers: vec![provider.expect("good metadata")],
        ..Options::default()
    })
    .expect("good options")
});

/// A request and a response, each signed inside and as a query.
static GENUINE: LazyLock<Vec<Genuine>> = LazyLock::new(|| {
    let idp = Idp::contoso();
    let request = idp.logout_request("fuzz", &User::b_simon(), LOGOUT_URL);
    let response = idp.logout_response("fuzz", REQUEST, LOGOUT_URL);
    let mut genuine = Vec::new();
    for (spec, kind, parameter) in [
        (request, LogoutKind::Request, "SAMLRequest"),
        (response, LogoutKind::Response, "SAMLResponse"),
    ] {
        let signature = Some(SignatureSpec::new(idp.keys[0]));
        let inside = LogoutSpec { signature, ..spec.clone() }.issue();
        genuine.push((kind, Carrier::Inside(Box::new(inside))));
        let mut query = QuerySpec::new(parameter, idp.keys[0]);
        query.relay_state = Some("s1".into());
        genuine.push((kind, Carrier::Query(query.query(&spec.issue().to_xml()))));
    }
    let said = |(kind, carrier): (LogoutKind, Carrier)| {
        let message = match &carrier {
            Carrier::Inside(element) => element.to_xml().into_bytes(),
            Carrier::Query(query) => query.clone().into_bytes(),
        };
        let said = admitted(&message, kind).expect("genuine");
        Genuine { kind, carrier, said }
    };
    genuine.into_iter().map(said).collect()
});

struct Genuine {
    kind: LogoutKind,
    carrier: Carrier,
    said: String,
}

enum Carrier {
    Inside(Box<Element>),
    Query(String),
}

pub(crate) fn check(data: &[u8]) {
    let [choice, edits @ ..] = data else { return };
    let genuine = &GENUINE[usize::from(*choice) % GENUINE.len()];
    let message = match &genuine.carrier {
        Carrier::Inside(element) => edited(element, edits),
        Carrier::Query(query) => replaced(query, edits),
    };
    for kind in [LogoutKind::Request, LogoutKind::Response] {
        if let Some(said) = admitted(&message, kind) {
            let message = String::from_utf8_lossy(&message);
            assert!(kind == genuine.kind, "taken for a {kind:?}: {message}");
            assert_eq!(said, genuine.said, "by {message}");
        }
    }
}

/// The query with some of it replaced: the first byte says where, in 256ths; the second how much.
fn replaced(query: &str, edits: &[u8]) -> Vec<u8> {
    let mut octets = query.as_bytes().to_vec();
    let [at, length, with @ ..] = edits else { return octets };
    let start = octets.len() * usize::from(*at) / 255;
    let end = (start + usize::from(*length)).min(octets.len());
    octets.splice(start..end, with.iter().copied());
    octets
}

/// All that an application acts on, if anything may be acted on.
fn admitted(message: &[u8], kind: LogoutKind) -> Option<String> {
    let mut context = LogoutContext::at(now());
    context.in_response_to.push(REQUEST.into());
    let report = PROVIDER.inspect_logout(message, kind, &context);
    let code = report.code();
    assert!(report.logout.is_some() != code.is_some(), "an outcome or a cause, not both");
    assert!(report.login.is_none(), "no logout message signs anybody in");
    Some(match report.logout? {
        Logout::Request(one) => {
            let name = (&one.name_id.value, &one.name_id.format, &one.name_id.name_qualifier);
            let whom = (name, &one.session_indexes, &one.issuer);
            format!("{whom:?} {:?} {:?} {:?}", one.id, one.relay_state, one.replay)
        }
        Logout::Response(one) => {
            let how = (&one.status_codes, one.partial, &one.in_response_to, &one.issuer);
            format!("{how:?} {:?} {:?}", one.id, one.relay_state)
        }
    })
}

fn now() -> Instant {
    Instant::parse("2026-03-10T09:00:05Z").expect("an instant")
}
