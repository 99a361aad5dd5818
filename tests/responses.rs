//! Real messages of other projects, with the trust that belongs to them and the verdict
//! (`corpus/responses`). What we decide otherwise stands in `tests/exceptions/responses.jsonl`, with
//! the reason; an exception that is no longer needed fails.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod corpus;

use std::collections::BTreeMap;

use countersign::dsig::TrustedKey;
use countersign::policy::{CertificateExpiry, Options, Policy};
use countersign::report::{CheckId, Report, Status};
use countersign::saml::metadata::IdentityProvider;
use countersign::saml::time::Instant;
use countersign::sp::{Answer, Context, ServiceProvider, Step, Task};
use serde::Deserialize;

#[derive(Clone, Deserialize)]
struct Case {
    id: String,
    kind: String,
    file: String,
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
    if case.kind != "response" {
        return Some("not a Response");
    }
    if case.decryption_key.is_some() {
        return Some("needs decryption");
    }
    None
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
    let certificates = match case.idp_cert.clone() {
        None => Vec::new(),
        Some(OneOrMany::One(one)) => vec![one],
        Some(OneOrMany::Many(many)) => many,
    };
    let mut keys: Vec<TrustedKey> = certificates
        .iter()
        .map(|name| TrustedKey::from_text(&read(name)).expect("a certificate of the corpus"))
        .collect();
    if keys.is_empty() {
        // No certificate is needed to refuse: any will do.
        let any = include_str!("data/keys/entra-active.crt.pem");
        keys.push(TrustedKey::from_text(any).expect("our certificate"));
    }
    let idp =
        IdentityProvider::new(case.idp_entity_id.clone().unwrap_or_else(|| "urn:any".into()), keys);
    let policy = Policy::new(Options {
        entity_id: Some(case.sp_entity_id.clone().unwrap_or_else(|| "urn:any".into())),
        reply_urls: vec![case.acs_url.clone().unwrap_or_else(|| "https://any.example/acs".into())],
        identity_providers: vec![idp],
        allow_idp_initiated: case.in_response_to.is_none(),
        allow_sha1: !case.legacy.is_empty(),
        // Validity dates of certificates play no part in the corpus.
        certificate_expiry: CertificateExpiry::Ignore,
        ..Options::default()
    });
    let policy = policy.expect("options of the corpus").danger_accept_rsa_bits(1024..=8192);
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
                        Task::Verify(task) => Answer::Verify(corpus::legacy_verifier(task)),
                        task => task.perform(),
                    })
                    .collect();
                step = validation.resume(answers);
            }
        }
    }
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
        let allowed_anyway = case.legacy == ["rsa1024"];
        assert!(report.login.is_none() || allowed_anyway, "{}: accepted", case.id);
        run += 1;
    }
    println!("responses: {run} legacy cases refused by the default policy");
    assert!(run > 15);
}
