//! Accidents that break a signature are named where undoing them makes it hold, and nowhere else.
//! Whatever is named, the message stays refused.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use countersign::policy::Options;
use countersign::report::{Check, Code, Report};
use countersign::saml::metadata::IdentityProvider;
use countersign::saml::time::Instant;
use countersign::sp::{Answer, Context, ServiceProvider, Step, Task};
use countersign_test_idp::{Application, Idp, SigningOption, TestKey, User, claims};

fn service_provider() -> ServiceProvider {
    let now = Instant::parse("2026-03-10T09:00:05Z").expect("an instant");
    let metadata = Idp::contoso().metadata().to_xml();
    let provider = IdentityProvider::from_metadata(metadata.as_bytes(), None, now);
    let application = Application::amplitude("482913");
    ServiceProvider::new(Options {
        entity_id: Some(application.identifier),
        reply_urls: vec![application.reply_url],
        identity_providers: vec![provider.expect("metadata")],
        ..Options::default()
    })
    .expect("a set-up")
}

fn context() -> Context {
    let now = Instant::parse("2026-03-10T09:00:05Z").expect("an instant");
    Context { in_response_to: vec!["_request".into()], ..Context::at(now) }
}

/// A message with everything in it that an accident can hit.
fn genuine(signing: SigningOption) -> String {
    let user = User { name: ("Zoë".into(), "O'Neill - Müller".into()), ..User::b_simon() };
    let application = Application::amplitude("482913");
    let mut spec = Idp::contoso().response("forensics", &application, &user, Some("_request"));
    spec.signing = signing;
    spec.set_attribute("department", &["R&D <x>", "one\rtwo"]);
    spec.issue().to_xml()
}

fn inspect(message: &str) -> Report {
    service_provider().inspect_response(message.as_bytes(), &context()).expect("a report")
}

fn signature(report: &Report) -> &Check {
    assert!(report.login.is_none(), "a damaged message signs nobody in");
    let cause = report.root_cause().expect("a damaged message is refused");
    assert_eq!(cause.id.as_str(), "signature", "{cause:?}");
    cause
}

/// As an editor formats it.
fn pretty(xml: &str) -> String {
    let tree = countersign_test_idp::parse(xml).expect("XML");
    let mut tree = tree;
    tree.indent(0);
    tree.to_xml()
}

fn mojibake(xml: &str) -> String {
    xml.bytes().map(char::from).collect()
}

type Damage = (&'static str, fn(&str) -> String, &'static str);

const DAMAGES: &[Damage] = &[
    ("pretty-printed", pretty, "white space was put between its elements"),
    ("charset", mojibake, "UTF-8 was read as Windows-1252"),
    ("charset twice", |xml| mojibake(&mojibake(xml)), "UTF-8 was read as Windows-1252"),
    ("charset and pretty", |xml| pretty(&mojibake(xml)), "and white space was put between"),
    ("escaped twice", |xml| xml.replace('&', "&amp;"), "escaped a second time"),
    ("escaped, pretty", |xml| pretty(&xml.replace('&', "&amp;")), "escaped a second time"),
    ("wrapped", |xml| xml.replace("Zoë<", "\n    Zoë\n    <"), "lines of their own"),
    ("broken", |xml| xml.replace("Zoë", "Z\noë"), "line breaks were put into it"),
    ("blank to break", |xml| xml.replace("O'Neill - M", "O'Neill\n-\nM"), "became line breaks"),
    ("no-break", |xml| xml.replace("O'Neill - M", "O'Neill\u{a0}-\u{a0}M"), "no-break spaces"),
    ("invisible", |xml| xml.replace("Zoë", "Zo\u{200b}ë"), "invisible characters"),
    ("typography", |xml| xml.replace("O'Neill -", "O’Neill –"), "typographic"),
    ("another user", |xml| xml.replace(">B.Simon@", ">admin@"), ""),
    ("another user, pretty", |xml| pretty(&xml.replace(">B.Simon@", ">admin@")), ""),
];

#[test]
fn accidents_are_named_and_nothing_else_is() {
    for signing in [SigningOption::Assertion, SigningOption::Response, SigningOption::Both] {
        let whole = genuine(signing);
        assert!(inspect(&whole).ok(), "{signing:?}: the genuine message");
        for (name, damage, said) in DAMAGES {
            let damaged = damage(&whole);
            assert_ne!(damaged, whole, "{name}");
            let report = inspect(&damaged);
            let check = signature(&report);
            let (hint, actual) = (check.hint.as_deref(), check.actual.as_deref());
            let (hint, actual) = (hint.unwrap_or_default(), actual.unwrap_or_default());
            let explained = actual.contains("the same signature holds");
            if said.is_empty() {
                assert!(!explained, "{signing:?}, {name}: {actual}");
            } else {
                assert!(explained && hint.contains(said), "{signing:?}, {name}: {actual} {hint}");
            }
            for person in ["Zoë", "Müller", "Simon"] {
                assert!(!hint.contains(person), "{name}: {hint}");
            }
        }
    }
}

/// Changes that undo what only some messages have: line ends, and text that looks escaped.
#[test]
fn line_ends_and_unescaping_are_named() {
    let issued = |values: &[&str]| {
        let application = Application::amplitude("482913");
        let user = User::b_simon();
        let mut spec = Idp::contoso().response("lines", &application, &user, Some("_request"));
        spec.set_attribute("department", values);
        spec.issue().to_xml()
    };
    let said = |whole: String, damaged: String| {
        assert!(inspect(&whole).ok(), "{whole}");
        assert_ne!(whole, damaged);
        signature(&inspect(&damaged)).actual.clone().unwrap_or_default()
    };
    let lines = issued(&["one\ntwo"]);
    let added = said(lines.clone(), lines.replace('\n', "&#13;\n"));
    assert!(added.contains("carriage returns were added"), "{added}");
    let added = said(lines.clone(), pretty(&lines.replace('\n', "&#xD;\n")));
    assert!(added.contains("pretty-printed"), "{added}");
    let returns = issued(&["one\r\ntwo"]);
    let lost = said(returns.clone(), returns.replace("&#xD;", ""));
    assert!(lost.contains("carriage returns were removed"), "{lost}");
    let blanks = said(lines.clone(), lines.replace("one\ntwo", "one two"));
    assert!(!blanks.contains("the same signature holds"), "a guess: {blanks}");
    let escaped = issued(&["a &lt; b"]);
    let unescaped = said(escaped.clone(), escaped.replace("&amp;lt;", "&lt;"));
    assert!(unescaped.contains("unescaped once too often"), "{unescaped}");
}

/// Base64 on several lines, and elements on lines of their own, as Java writes them; then shown by
/// a web page, which makes blanks of line breaks.
#[test]
fn line_breaks_that_a_page_swallowed_are_named() {
    let application = Application::amplitude("482913");
    let user = User::b_simon();
    let mut spec = Idp::contoso().response("java", &application, &user, Some("_request"));
    spec.signing = SigningOption::Response;
    spec.edit = |root| {
        let value = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\n\
                     NTY3ODk=";
        let statement = root.at("Assertion/AttributeStatement");
        statement.at("Attribute/AttributeValue").set_text(value);
    };
    let whole = spec.issue().to_xml();
    let report = inspect(&whole);
    assert_eq!(report.code(), None, "{:?}", report.root_cause());
    let report = inspect(&whole.replace('\n', " "));
    let actual = signature(&report).actual.clone().unwrap_or_default();
    assert!(actual.contains("line breaks became blanks"), "{actual}");
}

#[test]
fn the_element_that_was_changed_is_found() {
    let damaged = genuine(SigningOption::Assertion).replace("O'Neill - M", "O’Neill – M");
    let report = inspect(&damaged);
    let check = signature(&report);
    let path = &check.location.as_ref().expect("a place").path;
    assert!(path.ends_with("/AttributeValue"), "{path}");
    // In displayname, and in surname.
    let actual = check.actual.as_deref().unwrap_or_default();
    assert!(actual.contains("2 elements differ"), "{actual}");
    assert!(damaged.contains(claims::SURNAME));
}

#[test]
fn which_of_two_signatures_holds_tells_where_the_change_is() {
    let both = genuine(SigningOption::Both);
    let hint = |message: &str| signature(&inspect(message)).hint.clone().unwrap_or_default();
    let envelope = both.replacen("<samlp:Status>", " <samlp:Status>", 1);
    assert!(hint(&envelope).contains("The Assertion inside still holds"), "{}", hint(&envelope));
    let inside = both.replace("Zoë", "Z\noë");
    assert!(hint(&inside).contains("Neither"), "{}", hint(&inside));
}

/// Whoever can only undo and not sign gets nothing from it: the message of another identity
/// provider, and of a stranger's key, is not explained.
#[test]
fn only_the_keys_of_the_identity_provider_count() {
    let application = Application::amplitude("482913");
    let mut spec =
        Idp::contoso().response("stranger", &application, &User::b_simon(), Some("_request"));
    spec.assertion_signature.key = TestKey::ATTACKER;
    spec.assertion_signature.key_info = vec![TestKey::ENTRA_ACTIVE];
    let report = inspect(&pretty(&spec.issue().to_xml()));
    let check = signature(&report);
    assert_eq!(check.code, Some(Code::SignatureValue));
    assert!(!check.actual.as_deref().unwrap_or_default().contains("same signature holds"));
}

/// What is decrypted is not looked into: the answer would tell an attacker about the plaintext.
#[test]
fn nothing_is_said_about_what_was_decrypted() {
    let application = Application::amplitude("482913");
    let mut spec =
        Idp::contoso().response("sealed", &application, &User::b_simon(), Some("_request"));
    let plain = spec.issue();
    let assertion = plain.clone().at("Assertion").to_xml();
    let damaged = assertion.replace("<Subject>", "\n<Subject>");
    assert_ne!(damaged, assertion);
    let mut encryption = countersign_test_idp::EncryptionSpec::new(TestKey::SP_ENCRYPTION);
    encryption.plaintext = Some(damaged.clone());
    spec.encryption = Some(encryption);
    let now = context().now;
    let metadata = Idp::contoso().metadata().to_xml();
    let provider = IdentityProvider::from_metadata(metadata.as_bytes(), None, now);
    let provider = ServiceProvider::new(Options {
        entity_id: Some(application.identifier),
        reply_urls: vec![application.reply_url],
        identity_providers: vec![provider.expect("metadata")],
        can_decrypt: true,
        ..Options::default()
    })
    .expect("a set-up");
    let message = spec.issue().to_xml();
    let mut step = provider.begin(message.as_bytes(), &context()).expect("a good call");
    let report = loop {
        match step {
            Step::Done(report) => break report,
            Step::Need(validation) => {
                // The host decrypts: here the plaintext is known, padded as CBC has it.
                let padding = 16 - damaged.len() % 16;
                let mut octets = damaged.clone().into_bytes();
                octets.extend(std::iter::repeat_n(u8::try_from(padding).expect("short"), padding));
                let answers = validation.tasks().into_iter().map(|task| match task {
                    Task::Decrypt(_) => Answer::Decrypt(Some(octets.clone())),
                    other => other.perform(),
                });
                let answers = answers.collect();
                step = validation.resume(answers);
            }
        }
    };
    let check = signature(&report);
    assert_eq!(check.code, Some(Code::SignatureDigest), "{check:?}");
    assert!(!check.actual.as_deref().unwrap_or_default().contains("same signature holds"));
}

/// One beyond the length that is looked into is refused as any other, without an explanation.
#[test]
fn a_message_of_great_length_is_not_looked_into() {
    let whole = genuine(SigningOption::Assertion);
    // Undone, the signature holds: the filling is outside of what is signed.
    let damaged = |bytes: usize| {
        let filling = "x".repeat(bytes - whole.len());
        let extensions =
            format!("<samlp:Extensions><x>{filling}</x></samlp:Extensions><samlp:Status>");
        whole.replace("><", ">\n  <").replacen("<samlp:Status>", &extensions, 1)
    };
    for (bytes, explained) in [(100 << 10, true), (160 << 10, false)] {
        let report = inspect(&damaged(bytes));
        let check = signature(&report);
        assert!(check.code.is_some(), "{check:?}");
        let actual = check.actual.as_deref().unwrap_or_default();
        assert_eq!(actual.contains("same signature holds"), explained, "{bytes}: {actual}");
    }
}
