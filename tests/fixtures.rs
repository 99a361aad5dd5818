//! Our own fixtures (`tests/data`): every message gets the verdict that its case states.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod case;

use std::collections::BTreeSet;

use case::{Case, login_as_json};
use countersign::report::{Code, Report};
use countersign::saml::time::Instant;
use serde_json::Value;

#[test]
fn every_fixture_gets_its_verdict() {
    every_case_gets_its_verdict("cases.jsonl");
}

#[test]
fn every_encrypted_fixture_gets_its_verdict() {
    every_case_gets_its_verdict("cases-encrypted.jsonl");
}

fn every_case_gets_its_verdict(file: &str) {
    let cases = Case::read(file);
    let mut wrong = Vec::new();
    let mut accepted = 0;
    for case in &cases {
        let report = case.inspect().unwrap_or_else(|error| panic!("{}: {error:?}", case.id));
        accepted += usize::from(report.ok());
        if let Err(difference) = compare(&case.expect, &report) {
            wrong.push(format!("{}: {difference}", case.id));
        }
    }
    let refused = cases.len() - accepted;
    println!("{file}: {} cases, {accepted} accepted, {refused} refused", cases.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// Codes that no message can produce alone: they need a store, a host, or a mistake in the set-up.
const ELSEWHERE: [Code; 10] = [
    Code::Replay,
    Code::Store,
    Code::Options,
    Code::MetadataXml,
    Code::MetadataEntity,
    Code::MetadataCertificate,
    Code::MetadataExpired,
    Code::MetadataSignature,
    Code::NeedsAsync,
    Code::Host,
];

#[test]
fn some_fixture_produces_each_code() {
    let cases = ["cases.jsonl", "cases-encrypted.jsonl"].map(Case::read);
    let stated: BTreeSet<String> = cases
        .iter()
        .flatten()
        .filter_map(|case| case.expect["code"].as_str().map(str::to_owned))
        .collect();
    for code in Code::ALL.iter().filter(|code| !ELSEWHERE.contains(code)) {
        assert!(stated.contains(code.as_str()), "no fixture produces {}", code.as_str());
    }
    for code in &stated {
        assert!(
            Code::ALL.iter().any(|known| known.as_str() == code),
            "a fixture states {code}, which is no code"
        );
    }
}

fn compare(expect: &Value, report: &Report) -> Result<(), String> {
    let cause = report.root_cause();
    let found = cause.map(|check| {
        let code = check.code.map_or("no code", Code::as_str);
        format!("{code} by {} ({:?})", check.id.as_str(), check.actual)
    });
    if expect["ok"] == false {
        let (Some(cause), Some(found)) = (cause, found) else {
            return Err(format!("accepted, not refused with {}", expect["code"]));
        };
        let same = Some(cause.id.as_str()) == expect["check"].as_str()
            && cause.code.map(Code::as_str) == expect["code"].as_str();
        let wanted = format!("{} by {}", expect["code"], expect["check"]);
        return if same { Ok(()) } else { Err(format!("{found}, not {wanted}")) };
    }
    let Some(login) = &report.login else {
        return Err(format!("refused with {}", found.unwrap_or_default()));
    };
    let login = login_as_json(login);
    for (name, expected) in expect.as_object().into_iter().flatten() {
        let actual = &login[name];
        let same = match name.as_str() {
            // Instants are equal however they are written.
            "authnInstant" => {
                let instant = expected.as_str().and_then(Instant::parse);
                instant.map(Instant::milliseconds) == actual.as_i64()
            }
            "signedBy" => sorted(expected) == sorted(actual),
            "entra" | "nameId" | "user" if expected.is_object() => {
                expected.as_object().into_iter().flatten().all(|(name, one)| &actual[name] == one)
            }
            _ => actual == expected,
        };
        if !same {
            return Err(format!("{name} is {actual}, not {expected}"));
        }
    }
    Ok(())
}

fn sorted(value: &Value) -> Vec<String> {
    let mut items: Vec<String> =
        value.as_array().into_iter().flatten().map(Value::to_string).collect();
    items.sort_unstable();
    items
}

/// Advice beside the checks is given where there is something to say, and only there.
#[test]
fn advice_fits_the_message() {
    let cases = Case::read("cases.jsonl");
    let advice = |id: &str| -> Vec<String> {
        let case = cases.iter().find(|case| case.id == id).expect("the fixture");
        case.inspect().expect("a report").hints.into_iter().map(|hint| hint.text).collect()
    };
    assert_eq!(advice("amplitude-sp-initiated-assertion"), Vec::<String>::new());
    let overage = advice("entra-groups-overage");
    assert!(overage.iter().any(|hint| hint.contains("more groups")), "{overage:?}");
}

/// A login that began at the wrong end is told where it begins.
#[test]
fn an_unsolicited_login_is_sent_to_the_sign_on_url() {
    let cases = Case::read("cases.jsonl");
    let refused = |case: &&Case| case.expect["code"] == "ERR_SAML_UNSOLICITED";
    let of_amplitude = |case: &&Case| case.id.starts_with("amplitude");
    let all = || cases.iter().filter(refused);
    let case = all().find(of_amplitude).or_else(|| all().next()).expect("a fixture");
    let report = case.inspect().expect("a report");
    let hint = report.root_cause().and_then(|check| check.hint.clone()).expect("a hint");
    assert!(hint.contains("https://analytics.amplitude.com/sso"), "{}: {hint}", case.id);
}
