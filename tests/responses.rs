//! Real messages of other projects, with the trust that belongs to them and the verdict
//! (`corpus/responses`). What we decide otherwise stands in `tests/exceptions/responses.jsonl`, with
//! the reason; an exception that is no longer needed fails.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod corpus;
mod decryption;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::dsig::{self, Constraints, SignatureClaim, TrustedKey};
use countersign::policy::{CertificateExpiry, Options, Policy};
use countersign::report::{CheckId, Report, Status};
use countersign::saml::metadata::IdentityProvider;
use countersign::saml::time::Instant;
use countersign::sp::{Answer, Context, ServiceProvider, Step, Task};
use countersign::xml::{Document, Element, Limits};
use serde::Deserialize;

#[derive(Clone, Deserialize)]
struct Case {
    id: String,
    kind: String,
    file: String,
    binding: String,
    idp_cert: Option<OneOrMany>,
    idp_entity_id: Option<String>,
    sp_entity_id: Option<String>,
    acs_url: Option<String>,
    now: Option<String>,
    in_response_to: Option<String>,
    decryption_key: Option<String>,
    expect: String,
    why: Option<String>,
    name_id: Option<String>,
    scope: String,
    legacy: Vec<String>,
    facts: Option<serde_json::Value>,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// Why a case is not run here.
fn left_out(case: &Case) -> Option<&'static str> {
    (case.kind != "response").then_some("not a Response: see the test of their signatures")
}

#[test]
fn verdicts_are_those_of_the_corpus() {
    let Some(cases) = corpus::cases::<Case>("responses") else { return };
    let mut exceptions = corpus::exceptions("responses");
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    let (mut accepted, mut refused, mut excepted) = (0, 0, 0);
    for case in &cases {
        if let Some(reason) = left_out(case) {
            *left.entry(reason).or_default() += 1;
            continue;
        }
        let report = inspect(case);
        let actual = verdict(case, &report);
        match exceptions.remove(&case.id) {
            Some(exception) if exception.actual == actual && exception.expected == case.expect => {
                excepted += 1;
            }
            Some(_) => wrong.push(format!("{}: the exception is stale: {actual}", case.id)),
            None if case.expect == "accept" && actual == "accept" => accepted += 1,
            None if case.expect == "refuse" && actual.starts_with("ERR_SAML_") => refused += 1,
            None => wrong
                .push(format!("{}: {actual}, expected {} ({:?})", case.id, case.expect, case.why)),
        }
    }
    wrong.extend(exceptions.keys().map(|id| format!("{id}: the exception names no case that ran")));
    let total = accepted + refused + excepted;
    println!(
        "responses: {total} run, {accepted} accepted, {refused} refused, {excepted} known to differ"
    );
    for (reason, count) in left {
        println!("responses: {count} left to other tests: {reason}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `accept`, or the code, or what is wrong with what was accepted. Where a case claims no more than
/// the signature, that check alone counts.
fn verdict(case: &Case, report: &Report) -> String {
    let signature = report.checks.iter().find(|check| check.id == CheckId::Signature);
    if case.scope == "signature" && signature.is_some_and(|check| check.status == Status::Passed) {
        return "accept".to_owned();
    }
    let Some(login) = &report.login else {
        let root = report.root_cause().expect("a refusal has a cause");
        assert!(root.hint.is_some(), "{}: no hint", case.id);
        return root.code.expect("a failure has a code").as_str().to_owned();
    };
    let name_id = case.name_id.as_deref().map(str::trim);
    if name_id != Some(login.name_id.value.as_str()) {
        return format!("accepted as {:?}", login.name_id.value);
    }
    let attributes = case.facts.as_ref().and_then(|facts| facts["attributes"].as_object());
    for (name, values) in attributes.into_iter().flatten() {
        let ours: Vec<&str> = login
            .attributes
            .iter()
            .filter(|attribute| attribute.name == *name)
            .flat_map(|attribute| attribute.values.iter().map(String::as_str))
            .collect();
        let theirs: Vec<&str> =
            values.as_array().into_iter().flatten().filter_map(|value| value.as_str()).collect();
        if ours != theirs {
            return format!("accepted with {name} = {ours:?}");
        }
    }
    "accept".to_owned()
}

fn inspect(case: &Case) -> Report {
    let read = |name: &String| corpus::text("responses", name);
    let mut trusted = certificates(case);
    if trusted.is_empty() {
        // No certificate is needed to refuse: any will do.
        let any = include_str!("data/keys/entra-active.crt.pem");
        trusted.push(TrustedKey::from_text(any).expect("our certificate"));
    }
    let idp = IdentityProvider::new(
        case.idp_entity_id.clone().unwrap_or_else(|| "urn:any".into()),
        trusted,
    );
    let policy = Policy::new(Options {
        entity_id: Some(case.sp_entity_id.clone().unwrap_or_else(|| "urn:any".into())),
        reply_urls: vec![case.acs_url.clone().unwrap_or_else(|| "https://any.example/acs".into())],
        identity_providers: vec![idp],
        allow_idp_initiated: case.in_response_to.is_none(),
        allow_sha1: !case.legacy.is_empty(),
        can_decrypt: case.decryption_key.is_some(),
        // Validity dates of certificates play no part in the corpus.
        certificate_expiry: CertificateExpiry::Ignore,
        ..Options::default()
    });
    let mut policy = policy.expect("options of the corpus");
    if case.legacy.iter().any(|weak| weak == "rsa1024") {
        policy = policy.danger_accept_rsa_bits(1024..=8192);
    }
    let keys: Vec<Vec<u8>> =
        case.decryption_key.iter().map(|name| private_key(&read(name))).collect();
    let now = case.now.as_deref().unwrap_or("2024-01-01T00:00:00Z");
    let mut context = Context::at(Instant::parse(now).expect("a time of the corpus"));
    context.in_response_to.extend(case.in_response_to.clone());
    let message = corpus::bytes("responses", &case.file);
    let mut step = ServiceProvider::from_policy(policy).begin(&message, &context).expect("options");
    loop {
        match step {
            Step::Done(report) => return *report,
            Step::Need(validation) => {
                let answers = validation
                    .tasks()
                    .into_iter()
                    .map(|task| match task {
                        Task::Decrypt(task) => Answer::Decrypt(decryption::decrypt(task, &keys)),
                        Task::Verify(task) => Answer::Verify(corpus::legacy_verifier(task)),
                        task => task.perform(),
                    })
                    .collect();
                step = validation.resume(answers);
            }
        }
    }
}

/// The certificates that a case trusts.
fn certificates(case: &Case) -> Vec<TrustedKey> {
    let names = match case.idp_cert.clone() {
        None => Vec::new(),
        Some(OneOrMany::One(one)) => vec![one],
        Some(OneOrMany::Many(many)) => many,
    };
    let read = |name: &String| TrustedKey::from_text(&corpus::text("responses", name));
    names.iter().map(|name| read(name).expect("a certificate of the corpus")).collect()
}

/// A private key in PEM as PKCS#8.
fn private_key(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let key = STANDARD.decode(body).expect("base64");
    if !pem.contains("BEGIN RSA PRIVATE KEY") {
        return key;
    }
    let tagged = |tag: u8, body: &[u8]| {
        let length = u16::try_from(body.len()).expect("a short key").to_be_bytes();
        [&[tag, 0x82][..], &length, body].concat()
    };
    let algorithm = [0x30, 0];
    tagged(0x30, &[&[2, 1, 0][..], &algorithm, &tagged(4, &key)].concat())
}

/// Messages of other kinds, in XML: their signatures, on the element that carries them. What logout
/// and requests have besides is not judged here, nor are signatures of a query.
#[test]
fn signatures_of_other_messages_get_their_verdict() {
    let Some(cases) = corpus::cases::<Case>("responses") else { return };
    let (mut held, mut refused, mut left) = (0, 0, 0);
    let mut wrong = Vec::new();
    for case in cases.iter().filter(|case| case.kind != "response") {
        // Validity and encryption of logout requests are no matter of the signature.
        if case.binding != "xml" || case.why.as_deref() == Some("NotOnOrAfter is past") {
            left += 1;
            continue;
        }
        match (signature_verdict(case).as_str(), case.expect.as_str()) {
            ("accept", "accept") => held += 1,
            (actual, "refuse") if actual != "accept" => refused += 1,
            (actual, expected) => wrong.push(format!("{}: {actual}, expected {expected}", case.id)),
        }
    }
    println!("other messages: {held} signatures hold, {refused} refused, {left} left");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn signature_verdict(case: &Case) -> String {
    let octets = corpus::bytes("responses", &case.file);
    let document = match Document::parse(&octets, &Limits::message()) {
        Ok(document) => document,
        Err(error) => return format!("XML: {error}"),
    };
    let trusted: Vec<TrustedKey> = certificates(case);
    let constraints = Constraints {
        allow_sha1: !case.legacy.is_empty(),
        rsa_bits: 1024..=8192,
        ..Constraints::default()
    };
    // A SOAP envelope carries the message that is signed; else it is the root.
    let depth = if case.kind == "soap" { usize::MAX } else { 1 };
    let signed = |element: &Element<'_>| !matches!(dsig::find(*element), Ok(None));
    let Some(element) = document.elements().take(depth).find(signed) else {
        return "no signature".to_owned();
    };
    let outcome = SignatureClaim::read(element, &constraints).and_then(|claim| {
        let Some(claim) = claim else { return Ok(()) };
        let task = claim.task(&trusted, &constraints)?;
        let verdict = corpus::legacy_verifier(&task);
        claim.decide(&task, verdict, &trusted)?.dereference(&document, &constraints).map(|_| ())
    });
    outcome.map_or_else(|error| error.to_string(), |()| "accept".to_owned())
}

/// An accepted case without what makes it acceptable today is refused by name.
#[test]
fn legacy_is_refused_by_default() {
    let Some(cases) = corpus::cases::<Case>("responses") else { return };
    let mut run = 0;
    for case in cases.iter().filter(|case| left_out(case).is_none() && case.scope == "full") {
        if case.expect != "accept" || case.legacy.is_empty() {
            continue;
        }
        let strict = Case { legacy: Vec::new(), ..case.clone() };
        let report = inspect(&strict);
        assert!(report.login.is_none(), "{}: accepted", case.id);
        run += 1;
    }
    println!("responses: {run} legacy cases refused by the default policy");
    assert!(run > 15);
}
