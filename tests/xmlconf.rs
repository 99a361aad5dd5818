//! The reader against the W3C XML conformance suite and our additions to it: every verdict, and
//! for accepted documents the digest of the canonical form, which shows what was understood.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::format_collect,
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::unwrap_used,
    reason = "a test that goes wrong may panic"
)]

mod corpus;

use countersign::c14n::{Form, Method, canonicalize_document};
use countersign::xml::{Document, Limits, XmlError, XmlErrorClass, XmlErrorKind};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    id: String,
    file: String,
    expect: String,
    class: String,
    why: String,
    c14n_sha256: Option<String>,
}

fn sha256(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is wrong with the outcome of `case`, if anything.
fn fault(case: &Case, outcome: &Result<Document, XmlError>) -> Option<String> {
    let document = match (case.expect.as_str(), outcome) {
        ("accept", Ok(document)) => document,
        ("accept", Err(error)) => return Some(format!("refused: {error}")),
        ("refuse", Ok(_)) => return Some(String::from("accepted")),
        ("refuse", Err(error)) => return wrong_class(case, error),
        (expect, _) => return Some(format!("unknown verdict {expect}")),
    };
    let expected = case.c14n_sha256.as_ref()?;
    let method = Method { form: Form::Inclusive10, comments: true };
    match canonicalize_document(document, method, &[], &[], 1 << 20) {
        Ok(bytes) if sha256(&bytes) == *expected => None,
        Ok(bytes) => Some(format!("another canonical form: {}", String::from_utf8_lossy(&bytes))),
        Err(error) => Some(format!("no canonical form: {error}")),
    }
}

/// Documents that only have a DOCTYPE against them, or only their encoding, are told why; no
/// other document is told one of these reasons without having it.
fn wrong_class(case: &Case, error: &XmlError) -> Option<String> {
    let fits = match (case.class.as_str(), &error.kind) {
        ("doctype", kind) if case.why == "doctype" => *kind == XmlErrorKind::Doctype,
        // Some of these are wrong in other ways too, and earlier.
        ("encoding", XmlErrorKind::Version { .. } | XmlErrorKind::BadDeclaration { .. }) => true,
        ("encoding", _) => error.class() == XmlErrorClass::Encoding,
        ("xml-version", kind) => matches!(kind, XmlErrorKind::Version { .. }),
        // `<!doctype` in other letters is called a DOCTYPE, which it is meant as.
        ("not-wf", XmlErrorKind::Doctype) => case.why.contains("DOCtYPE"),
        // Surrogates and what lies beyond U+10FFFF have no UTF-8.
        ("not-wf" | "derived" | "namespace" | "valid-nodtd" | "extra", XmlErrorKind::NotUtf8) => {
            ["surrogate", "UCS-4", "invalid UTF-8", "truncated"]
                .iter()
                .any(|it| case.why.contains(it))
        }
        ("not-wf" | "derived" | "valid-nodtd", _) => error.class() == XmlErrorClass::Malformed,
        _ => true,
    };
    (!fits).then(|| format!("refused for another reason: {error}"))
}

#[test]
fn every_document_of_the_conformance_suite_gets_its_verdict() {
    let Some(cases) = corpus::cases::<Case>("xmlconf") else { return };
    let (mut total, mut accepted, mut digests) = (0, 0, 0);
    let mut faults = Vec::new();
    for case in cases {
        let bytes = corpus::bytes("xmlconf", &case.file);
        let outcome = Document::parse(&bytes, &Limits::message());
        total += 1;
        accepted += usize::from(outcome.is_ok());
        digests += usize::from(case.c14n_sha256.is_some());
        if let Some(fault) = fault(&case, &outcome) {
            faults.push(format!("{} ({}, {}): {fault}", case.id, case.file, case.why));
        }
    }
    println!(
        "xmlconf: {total} documents, {accepted} accepted, {digests} compared by digest, {} wrong",
        faults.len()
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(total >= 1600, "the suite has shrunk to {total}");
}
