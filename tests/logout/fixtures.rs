//! The lines of `tests/data/logout.jsonl`, which every runtime runs too.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use countersign::dsig::VerifyTask;
use countersign::login::SignedBy;
use countersign::logout::Logout;
use countersign::report::{Report, Status};
use countersign::saml::logout::LogoutKind;
use countersign::saml::time::Instant;
use countersign::sp::ServiceProvider;
use countersign::sp::logout::LogoutContext;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::case::{decryption_keys, read_options};
use crate::target::run;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    kind: String,
    message: String,
    options: Map<String, Value>,
    context: Context,
    expect: Value,
    why: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Context {
    now: String,
    in_response_to: Option<String>,
}

#[test]
fn every_fixture_gets_its_verdict() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/logout.jsonl");
    let text = fs::read_to_string(file).expect("the fixtures are there");
    let (mut accepted, mut codes, mut wrong) = (0, BTreeSet::new(), Vec::new());
    for line in text.lines() {
        let line: Line = serde_json::from_str(line).expect("a case a line");
        let report = inspect(&line);
        let actual = outcome(&report);
        let fits = line.expect.as_object().expect("an object").iter().all(|(name, value)| {
            let actual = &actual[name];
            // Of a NameID a fixture names what it is about.
            let relevant =
                if name == "nameId" { &json!({ "value": actual["value"] }) } else { actual };
            relevant == value
        });
        if !fits {
            wrong.push(format!("{} ({}): {actual}, expected {}", line.id, line.why, line.expect));
        }
        match report.root_cause() {
            None => accepted += 1,
            Some(root) => {
                assert!(root.hint.as_deref().is_some_and(|hint| hint.len() > 20), "{}", line.id);
                codes.insert(root.code.expect("a failure has a code").as_str());
            }
        }
    }
    println!("logout: {accepted} accepted, {} codes of refusals", codes.len());
    assert!(accepted > 30 && codes.len() > 20, "{accepted} accepted, {codes:?}");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn inspect(line: &Line) -> Report {
    let now = Instant::parse(&line.context.now).expect("an instant");
    let provider = ServiceProvider::new(read_options(&line.options, now)).expect("good options");
    let mut context = LogoutContext::at(now);
    context.in_response_to.extend(line.context.in_response_to.clone());
    let keys: Vec<Vec<u8>> = decryption_keys(&line.options).iter().map(|key| key.pkcs8()).collect();
    let kind = match line.kind.as_str() {
        "request" => LogoutKind::Request,
        "response" => LogoutKind::Response,
        other => panic!("{}: kind {other}", line.id),
    };
    let message = line.message.as_bytes();
    run(&provider, kind, message, &context, &keys, VerifyTask::verify_with_ring)
}

/// A report by the names of JavaScript.
fn outcome(report: &Report) -> Value {
    let elements = |signed_by: &[SignedBy]| -> Vec<&str> {
        signed_by.iter().map(|signed| signed.element).collect()
    };
    let warned = report.checks.iter().filter(|check| check.status == Status::Warned);
    let warned: Vec<_> = warned.filter_map(|check| Some(check.code?.as_str())).collect();
    match &report.logout {
        None => {
            let root = report.root_cause().expect("a refusal has a cause");
            json!({
                "ok": false,
                "code": root.code.map(countersign::report::Code::as_str),
                "check": root.id.as_str(),
            })
        }
        Some(Logout::Request(request)) => json!({
            "ok": true,
            "id": request.id,
            "issuer": request.issuer,
            "nameId": { "value": request.name_id.value },
            "sessionIndexes": request.session_indexes,
            "reason": request.reason,
            "relayState": request.relay_state,
            "signedBy": elements(&request.signed_by),
            "warned": warned,
        }),
        Some(Logout::Response(response)) => json!({
            "ok": true,
            "id": response.id,
            "issuer": response.issuer,
            "inResponseTo": response.in_response_to,
            "partial": response.partial,
            "relayState": response.relay_state,
            "signedBy": elements(&response.signed_by),
            "warned": warned,
        }),
    }
}
