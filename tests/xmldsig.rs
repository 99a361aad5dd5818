//! Signatures of many implementations, and forged ones, with the verdict under the SAML profile
//! (`corpus/xmldsig`). What is decided otherwise stands in `tests/exceptions/xmldsig.jsonl`.

#![allow(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]

mod corpus;

use countersign::dsig::{self, Constraints, SignatureClaim, SignatureError, Signed, TrustedKey};
use countersign::xml::{Document, Element, Limits};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    id: String,
    file: String,
    signature_index: usize,
    key: Option<String>,
    saml_expect: String,
    why: Option<String>,
    signed: Option<Vec<String>>,
    legacy: Vec<String>,
}

#[test]
fn verdicts_under_the_saml_profile_are_those_of_the_corpus() {
    let Some(cases) = corpus::cases::<Case>("xmldsig") else { return };
    let mut exceptions = corpus::exceptions("xmldsig");
    let (mut accepted, mut refused, mut excepted) = (0, 0, 0);
    let mut wrong = Vec::new();
    for case in &cases {
        let actual = verdict(case, &lenient());
        let accept = case.saml_expect != "refuse";
        match exceptions.remove(&case.id) {
            Some(exception)
                if exception.actual == actual && exception.expected == case.saml_expect =>
            {
                excepted += 1;
            }
            Some(_) => wrong.push(format!("{}: the exception is stale: {actual}", case.id)),
            None if accept && actual == "accept" => accepted += 1,
            None if !accept && actual != "accept" => refused += 1,
            None => wrong.push(format!(
                "{}: {actual}, expected {} ({:?})",
                case.id, case.saml_expect, case.why
            )),
        }
    }
    wrong.extend(exceptions.keys().map(|id| format!("{id}: the exception names no case")));
    let total = accepted + refused + excepted;
    println!(
        "xmldsig: {total} run, {accepted} accepted, {refused} refused, {excepted} known to differ"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_legacy_is_refused_by_default() {
    let Some(cases) = corpus::cases::<Case>("xmldsig") else { return };
    let legacy = cases.iter().filter(|case| !case.legacy.is_empty());
    let mut run = 0;
    for case in legacy {
        assert_ne!(verdict(case, &Constraints::default()), "accept", "{}", case.id);
        run += 1;
    }
    println!("xmldsig: {run} legacy cases refused by default");
    assert!(run > 50);
}

fn lenient() -> Constraints {
    Constraints { allow_sha1: true, rsa_bits: 1024..=8192, ..Constraints::default() }
}

/// `accept`, or why not. Accepting also means that what came out is the element that is signed.
fn verdict(case: &Case, constraints: &Constraints) -> String {
    let octets = corpus::bytes("xmldsig", &case.file);
    let document = match Document::parse(&octets, &Limits::message()) {
        Ok(document) => document,
        Err(error) => return format!("XML: {error}"),
    };
    let signatures = document.elements().filter(|element| dsig::is_signature(*element));
    let Some(signature) = signatures.into_iter().nth(case.signature_index) else {
        return "no such signature".to_owned();
    };
    let Some(parent) = signature.parent() else { return "a detached signature".to_owned() };
    let keys: Vec<TrustedKey> = case
        .key
        .iter()
        .filter(|name| name.contains(".pem"))
        .filter_map(|name| TrustedKey::from_text(&corpus::text("xmldsig", name)).ok())
        .collect();
    match verified(parent, signature, &keys, constraints) {
        Err(error) => error.to_string(),
        Ok(None) => "the signature is not the parent's".to_owned(),
        Ok(Some(signed)) => {
            let expected = case.signed.as_ref().and_then(|paths| paths.first());
            let actual = local_path(parent);
            assert_eq!(expected, Some(&actual), "{}", case.id);
            assert_eq!(signed.root().local_name(), parent.local_name(), "{}", case.id);
            "accept".to_owned()
        }
    }
}

fn verified(
    parent: Element<'_>,
    signature: Element<'_>,
    keys: &[TrustedKey],
    constraints: &Constraints,
) -> Result<Option<Signed>, SignatureError> {
    let Some(claim) = SignatureClaim::read(parent, constraints)? else { return Ok(None) };
    if claim.element() != signature.id() {
        return Ok(None);
    }
    let task = claim.task(keys, constraints)?;
    let verdict = corpus::legacy_verifier(&task);
    claim.decide(&task, verdict, keys)?.dereference(parent.document(), constraints).map(Some)
}

/// Path of local names; `[n]` where siblings have the same one.
fn local_path(element: Element<'_>) -> String {
    let step = |element: Element<'_>| {
        let name = element.local_name();
        let Some(parent) = element.parent() else { return format!("/{name}") };
        let mut twins = parent.child_elements().filter(|child| child.local_name() == name);
        let index = twins.position(|child| child.id() == element.id()).unwrap_or_default();
        if index == 0 { format!("/{name}") } else { format!("/{name}[{}]", index + 1) }
    };
    let mut steps: Vec<String> =
        std::iter::successors(Some(element), |element| element.parent()).map(step).collect();
    steps.reverse();
    steps.concat()
}
