//! A bundle is judged as its message was, names nobody, and signs nobody in.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod case;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use case::Case;
use countersign::report::{Check, Code, Report, Status};
use countersign::sp::bundle::{Bundle, DigestsHeld};

fn answers(report: &Report) -> Vec<(&'static str, Status, Option<Code>)> {
    let answer = |check: &Check| (check.id.as_str(), check.status, check.code);
    report.checks.iter().map(answer).collect()
}

fn personal(report: &Report) -> Vec<String> {
    let outline = report.message.iter().flat_map(|message| &message.assertions);
    let mut values: Vec<String> = outline
        .flat_map(|assertion| {
            let attributes = assertion.attributes.iter();
            let words = |name: &str| {
                ["tenantid", "authnmethodsreferences", "identityprovider"]
                    .iter()
                    .any(|end| name.ends_with(end))
            };
            let attributes = attributes.filter(move |(name, _)| !words(name));
            assertion
                .name_id
                .iter()
                .cloned()
                .chain(attributes.flat_map(|(_, values)| values.clone()))
        })
        .collect();
    values.retain(|value| value.trim().len() > 3);
    values
}

#[test]
fn every_plain_message_is_judged_the_same_from_its_bundle() {
    let (mut judged, mut left_out, mut values) = (0_usize, 0_usize, 0_usize);
    for case in Case::read("cases.jsonl") {
        let provider = case.service_provider();
        let report = case.inspect().unwrap_or_else(|error| panic!("{}: {error:?}", case.id));
        let Some(bundle) = provider.bundle(&case.message()) else {
            left_out = left_out.saturating_add(1);
            continue;
        };
        let replayed = provider.replay(&bundle, &case.context());
        assert_eq!(answers(&replayed), answers(&report), "{}", case.id);
        for value in personal(&report) {
            values = values.saturating_add(1);
            assert!(!bundle.message.contains(&value), "{}: {value}", case.id);
        }
        judged = judged.saturating_add(1);
    }
    println!("bundles: {judged} judged again, {left_out} left out, {values} values replaced");
    assert!(judged > 270 && left_out < 20 && values > 1000, "{judged} {left_out} {values}");
}

/// Names of attributes that SAML has, on elements that it does not: within a value, anybody may be
/// named by them. An ID that is the message's own counts there, too, and stays what it is.
#[test]
fn elements_of_others_name_nobody() {
    let cases = Case::read("cases.jsonl");
    let case = cases.iter().find(|case| case.id == "amplitude-sp-initiated-assertion");
    let case = case.expect("the fixture");
    let message = STANDARD.decode(case.message());
    let message = String::from_utf8(message.expect("base64")).expect("UTF-8");
    let (head, _) = message.split_once("</AttributeValue>").expect("a value");
    let (_, id) = message.split_once(" ID=\"").expect("an ID");
    let (id, _) = id.split_once('"').expect("its end");
    for repeated in [false, true] {
        let again = if repeated { id } else { "_other" };
        let person = format!(
            "<p xmlns='urn:x' Name='ceo-1' id='ceo-2' type='ceo-3' URI='ceo-4' ID='{again}' \
             xmlns:y='urn:y' y:Format='ceo-5'>ceo-6</p>"
        );
        let named = message.replacen(head, &format!("{head}{person}"), 1);
        let provider = case.service_provider();
        let report =
            provider.inspect_response(named.as_bytes(), &case.context()).expect("a report");
        let bundle = provider.bundle(named.as_bytes()).expect("XML");
        assert!(!bundle.message.contains("ceo"), "{}", bundle.message);
        let replayed = provider.replay(&bundle, &case.context());
        assert_eq!(answers(&replayed), answers(&report), "{}", bundle.message);
        let doubled = report.code() == Some(Code::XmlDuplicateId);
        assert_eq!(doubled, repeated, "{:?}", report.code());
    }
}

/// Whoever writes a bundle by hand: a genuine message in it, or one with every digest said to hold.
#[test]
fn no_record_signs_anybody_in() {
    let everything = DigestsHeld { response: true, assertion: true };
    let mut without_failure = 0_usize;
    for case in Case::read("cases.jsonl") {
        let provider = case.service_provider();
        let genuine = String::from_utf8_lossy(&case.message()).into_owned();
        let stand_ins = provider.bundle(&case.message()).map(|bundle| bundle.message);
        for message in [Some(genuine), stand_ins].into_iter().flatten() {
            let report = provider.replay(&Bundle { message, digests: everything }, &case.context());
            assert!(report.login.is_none() && report.logout.is_none(), "{}", case.id);
            assert!(!report.ok(), "{}", case.id);
            without_failure =
                without_failure.saturating_add(usize::from(report.root_cause().is_none()));
        }
    }
    // Or the test would show nothing: in these every check passes, and still nobody is signed in.
    assert!(without_failure > 100, "{without_failure}");
}
