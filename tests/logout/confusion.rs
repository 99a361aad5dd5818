//! What an attacker does who holds messages that are genuinely signed: for another user, of another
//! kind, for another binding. Every one of them signs out the signed user or nobody.

use countersign::saml::logout::LogoutKind;
use countersign::sp::ServiceProvider;
use countersign_test_idp::{QuerySpec, SignatureSpec, TestKey};

use crate::target::{inspect, options, provider, query, request, response, signed_out, verdict};

const USER: &str = "B.Simon@contoso.com";

fn signed_query() -> String {
    let mut spec = query("SAMLRequest");
    spec.relay_state = Some("/x?y=1&z=2 3".into());
    spec.query(&request().issue().to_xml())
}

fn code(message: &str) -> &'static str {
    verdict(&inspect(&provider(), LogoutKind::Request, message))
}

#[test]
fn parameters_may_come_in_any_order() {
    let query = signed_query();
    let parts: Vec<&str> = query.split('&').collect();
    assert_eq!(parts.len(), 4);
    let mut run = 0;
    for order in permutations(&parts) {
        let report = inspect(&provider(), LogoutKind::Request, &order.join("&"));
        assert_eq!(signed_out(&report), Some(USER), "{order:?}");
        run += 1;
    }
    assert_eq!(run, 24);
}

fn permutations<'p>(parts: &[&'p str]) -> Vec<Vec<&'p str>> {
    if parts.len() < 2 {
        return vec![parts.to_vec()];
    }
    let mut all = Vec::new();
    for (index, first) in parts.iter().enumerate() {
        let mut rest = parts.to_vec();
        rest.remove(index);
        all.extend(permutations(&rest).into_iter().map(|mut tail| {
            tail.insert(0, first);
            tail
        }));
    }
    all
}

#[test]
fn every_parameter_dropped_doubled_renamed_or_escaped_is_refused() {
    let query = signed_query();
    let parts: Vec<&str> = query.split('&').collect();
    let mut run = 0;
    for (index, part) in parts.iter().enumerate() {
        let (name, value) = part.split_once('=').expect("a value");
        let replaced = |with: Option<String>| {
            let mut parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            parts.remove(index);
            if let Some(with) = with {
                parts.insert(index, with);
            }
            parts.join("&")
        };
        let escaped_name = format!("%{:02x}{}", name.as_bytes()[0], &name[1..]);
        for (what, message) in [
            ("dropped", replaced(None)),
            ("doubled", replaced(Some(format!("{part}&{part}")))),
            ("doubled elsewhere", format!("{query}&{part}")),
            ("doubled by an escaped name", format!("{escaped_name}={value}&{query}")),
            ("with an escaped name", replaced(Some(format!("{escaped_name}={value}")))),
            ("with another case", replaced(Some(format!("{}={value}", name.to_lowercase())))),
            ("without a value", replaced(Some(name.to_owned()))),
            ("empty", replaced(Some(format!("{name}=")))),
            (
                "with an escape more",
                replaced(Some(format!("{name}=%{:02X}{}", value.as_bytes()[0], &value[1..]))),
            ),
            (
                "with one character less",
                replaced(Some(format!("{name}={}", &value[..value.len() - 1]))),
            ),
            ("cut by a fragment", replaced(Some(format!("{name}=#{value}")))),
        ] {
            let code = code(&message);
            // The Signature itself is not signed: written in another way it is the same.
            if name == "Signature" && what == "with an escape more" {
                assert_eq!(code, "accepted", "{name} {what}");
            } else {
                assert_ne!(code, "accepted", "{name} {what}");
            }
            run += 1;
        }
    }
    println!("logout: {run} queries put together otherwise");
}

#[test]
fn one_character_changed_anywhere_is_refused() {
    let query = signed_query();
    let signature = query.find("&Signature=").expect("signed");
    let provider = provider();
    let mut run = 0;
    for (at, character) in query.char_indices().take_while(|(at, _)| *at < signature) {
        // Every seventh, so that the test stays quick; the prime meets every kind of place.
        if at % 7 != 0 || "=&".contains(character) {
            continue;
        }
        let other = if character == 'A' { 'B' } else { 'A' };
        let mut changed = query.clone();
        changed.replace_range(at..=at, &other.to_string());
        let report = inspect(&provider, LogoutKind::Request, &changed);
        assert!(report.logout.is_none(), "{at}: {character} as {other}");
        run += 1;
    }
    assert!(run > 100);
}

#[test]
fn a_message_of_one_kind_is_never_one_of_the_other() {
    let (request, response) = (request().issue().to_xml(), response().issue().to_xml());
    for (xml, own, taken_for) in [
        (&request, "SAMLRequest", LogoutKind::Response),
        (&response, "SAMLResponse", LogoutKind::Request),
    ] {
        let signed = query(own).query(xml);
        let other = if own == "SAMLRequest" { "SAMLResponse" } else { "SAMLRequest" };
        let renamed = signed.replace(own, other);
        let crossed = query(other).query(xml);
        for message in [&signed, &renamed, &crossed] {
            let report = inspect(&provider(), taken_for, message);
            assert_eq!(verdict(&report), "STRUCTURE", "{own}");
            let root = report.root_cause().expect("a cause");
            assert!(root.actual.as_deref().is_some_and(|text| text.contains("Logout")), "{root:?}");
        }
        // Taken for what it is, but in the parameter of the other.
        let own_kind = match taken_for {
            LogoutKind::Response => LogoutKind::Request,
            LogoutKind::Request => LogoutKind::Response,
        };
        assert_eq!(verdict(&inspect(&provider(), own_kind, &signed)), "accepted");
        for message in [&renamed, &crossed] {
            assert_eq!(verdict(&inspect(&provider(), own_kind, message)), "STRUCTURE", "{own}");
        }
    }
}

#[test]
fn a_signature_does_not_move_between_messages_or_bindings() {
    let victim = |element: &str| {
        let mut spec = request();
        spec.element = element.into();
        spec.name_id = Some("administrator@contoso.com".into());
        spec
    };
    // The query's signature put beside another user's message.
    let genuine = signed_query();
    let (_, rest) = genuine.split_once('&').expect("signed");
    let unsigned = QuerySpec { key: None, ..query("SAMLRequest") };
    let forged = unsigned.query(&victim("LogoutRequest").issue().to_xml());
    assert_eq!(code(&format!("{forged}&{rest}")), "SIGNATURE_VALUE");
    // A genuine signature in the message does not help a query that fails, nor the other way.
    let mut spec = request();
    spec.signature = Some(SignatureSpec::new(TestKey::ENTRA_ACTIVE));
    let inside = spec.issue().to_xml();
    let by_attacker = QuerySpec { key: Some(TestKey::ATTACKER), ..query("SAMLRequest") };
    assert_eq!(code(&by_attacker.query(&inside)), "SIGNATURE_VALUE");
    let changed = inside.replace(USER, "administrator@contoso.com");
    assert_eq!(code(&query("SAMLRequest").query(&changed)), "SIGNATURE_DIGEST");
    // What was signed as a query is unsigned as a form, and as XML.
    let xml = request().issue().to_xml();
    assert_eq!(code(&xml), "SIGNATURE_MISSING");
    // What is signed inside counts in a redirect as well: it is the same message for the same
    // Destination. RelayState beside it is as unsigned as in a form.
    let report = inspect(&provider(), LogoutKind::Request, &unsigned.query(&inside));
    assert_eq!(signed_out(&report), Some(USER));
}

#[test]
fn a_key_signs_with_its_own_kind_of_algorithm_alone() {
    for (key, uri) in [
        (TestKey::P256, countersign_test_idp::algorithms::ECDSA_SHA256),
        (TestKey::P384, countersign_test_idp::algorithms::ECDSA_SHA384),
        (TestKey::ED25519, countersign_test_idp::algorithms::ED25519),
    ] {
        let mut options = options();
        let pem = key.certificate_pem();
        let trusted = countersign::dsig::TrustedKey::from_text(pem).expect("a certificate");
        options.identity_providers[0].keys = vec![trusted];
        let provider = ServiceProvider::new(options).expect("good options");
        let signed = QuerySpec { key: Some(key), algorithm: uri.into(), ..query("SAMLRequest") };
        let xml = request().issue().to_xml();
        let report = inspect(&provider, LogoutKind::Request, &signed.query(&xml));
        assert_eq!(signed_out(&report), Some(USER), "{uri}");
        for other in [
            countersign_test_idp::algorithms::RSA_SHA256,
            countersign_test_idp::algorithms::HMAC_SHA256,
            "",
            "urn:none",
        ] {
            let confused = QuerySpec { algorithm: other.into(), ..signed.clone() };
            let report = inspect(&provider, LogoutKind::Request, &confused.query(&xml));
            assert_eq!(verdict(&report), "SIGNATURE_ALGORITHM", "{uri} as {other}");
        }
    }
}

#[test]
fn unsigned_messages_are_taken_only_where_that_is_configured_and_nothing_is_signed() {
    let mut options = options();
    options.allow_unsigned_logout = true;
    let lax = ServiceProvider::new(options).expect("good options");
    let xml = request().issue().to_xml();
    let unsigned = QuerySpec { key: None, ..query("SAMLRequest") }.query(&xml);
    for message in [&unsigned, &xml] {
        assert_eq!(code(message), "SIGNATURE_MISSING");
        let report = inspect(&lax, LogoutKind::Request, message);
        assert_eq!(signed_out(&report), Some(USER));
        let warned = report.checks.iter().filter(|check| check.status.as_str() == "warned");
        let warned: Vec<_> = warned.filter_map(|check| check.code).collect();
        assert_eq!(warned, [countersign::report::Code::SignatureMissing]);
    }
    let by_attacker =
        QuerySpec { key: Some(TestKey::ATTACKER), ..query("SAMLRequest") }.query(&xml);
    let mut spec = request();
    spec.signature = Some(SignatureSpec::new(TestKey::ATTACKER));
    for message in [by_attacker, spec.issue().to_xml(), format!("{unsigned}&SigAlg=urn:x")] {
        let report = inspect(&lax, LogoutKind::Request, &message);
        assert!(verdict(&report).starts_with("SIGNATURE_"), "{message}: {}", verdict(&report));
    }
}

#[test]
fn a_report_says_where_in_the_message_and_what_it_was_about() {
    let mut spec = request();
    spec.destination = Some("https://sp.example/slo/".into());
    let report = inspect(
        &provider(),
        LogoutKind::Request,
        &query("SAMLRequest").query(&spec.issue().to_xml()),
    );
    let root = report.root_cause().expect("a cause");
    assert_eq!(root.location.as_ref().map(|at| at.path.as_str()), Some("/samlp:LogoutRequest"));
    assert!(root.hint.as_deref().is_some_and(|hint| hint.contains("slash")), "{root:?}");
    assert_eq!(report.about.message(), "LogoutRequest");
    let ids: Vec<&str> = report.checks.iter().map(|check| check.id.as_str()).collect();
    let expected = [
        "message",
        "issuer",
        "decryption",
        "signature",
        "certificate",
        "reply-url",
        "timestamps",
        "subject",
        "replay",
    ];
    assert_eq!(ids, expected);
    let outline = report.message.as_ref().expect("an outline");
    assert_eq!(outline.signatures[0].element, "query");

    // Inside, the Signature is not part of what was signed, and places are those of the message.
    let mut spec = request();
    spec.signature = Some(SignatureSpec::new(TestKey::ENTRA_ACTIVE));
    spec.name_id = Some(" ".into());
    let report = inspect(&provider(), LogoutKind::Request, &spec.issue().to_xml());
    let root = report.root_cause().expect("a cause");
    let path = root.location.as_ref().map(|at| at.path.as_str());
    assert_eq!(path, Some("/samlp:LogoutRequest/NameID"));
    let report = inspect(&provider(), LogoutKind::Response, "<a/>");
    let ids: Vec<&str> = report.checks.iter().map(|check| check.id.as_str()).collect();
    let expected = [
        "message",
        "status",
        "issuer",
        "signature",
        "certificate",
        "reply-url",
        "in-response-to",
        "timestamps",
    ];
    assert_eq!(ids, expected);
}
