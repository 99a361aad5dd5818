//! Canonical forms against those that libxml2, the JDK, signed documents and the W3C agree on.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::format_collect,
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::unwrap_used,
    reason = "a test that goes wrong may panic"
)]

mod corpus;

use countersign::c14n::{C14nError, Method, canonicalize, canonicalize_document};
use countersign::xml::{Document, Element, Limits};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    id: String,
    input: String,
    algorithm: String,
    prefix_list: Option<String>,
    subtree: Option<String>,
    omit: Option<String>,
    expected_file: Option<String>,
    error: Option<String>,
}

/// The element that a case names: `#id`, or `/a/b[2]` by local names.
fn select<'d>(document: &'d Document, place: &str) -> Element<'d> {
    if let Some(id) = place.strip_prefix('#') {
        let names = ["ID", "Id", "id", "AssertionID"];
        return document
            .elements()
            .find(|element| {
                names.iter().any(|name| element.attribute(name) == Some(id))
                    || element.attribute_ns(countersign::xml::XML_NAMESPACE, "id") == Some(id)
            })
            .unwrap();
    }
    let mut steps = place.split('/').skip(1);
    assert_eq!(steps.next(), Some(document.root().local_name()));
    steps.fold(document.root(), |element, step| {
        let (name, number) = match step.strip_suffix(']').and_then(|it| it.split_once('[')) {
            Some((name, number)) => (name, number.parse().unwrap()),
            None => (step, 1),
        };
        element.child_elements().filter(|it| it.local_name() == name).nth(number - 1).unwrap()
    })
}

fn run(case: &Case, input: &[u8], limit: usize) -> Result<Vec<u8>, C14nError> {
    let document = Document::parse(input, &Limits::message()).unwrap();
    let method = Method::from_uri(&case.algorithm).unwrap();
    assert_eq!(method.uri(), case.algorithm);
    let list: Vec<&str> = case.prefix_list.iter().flat_map(|it| it.split_whitespace()).collect();
    let omit: Vec<_> = case
        .omit
        .iter()
        .flat_map(|it| it.split(' '))
        .map(|place| select(&document, place).id())
        .collect();
    match &case.subtree {
        None => canonicalize_document(&document, method, &list, &omit, limit),
        Some(place) => canonicalize(select(&document, place), method, &list, &omit, limit),
    }
}

#[test]
fn every_case_gives_the_expected_bytes() {
    let Some(cases) = corpus::cases::<Case>("c14n") else { return };
    let (mut total, mut failing, mut faults) = (0, 0, Vec::new());
    for case in cases {
        let input = corpus::bytes("c14n", &case.input);
        total += 1;
        let outcome = run(&case, &input, 1 << 20);
        let Some(expected) = &case.expected_file else {
            failing += 1;
            assert!(case.error.is_some_and(|it| it.starts_with("relative namespace")));
            if !matches!(outcome, Err(C14nError::RelativeNamespace { .. })) {
                faults.push(format!("{}: not refused: {outcome:?}", case.id));
            }
            continue;
        };
        let expected = corpus::bytes("c14n", expected);
        if outcome.as_ref() != Ok(&expected) {
            let outcome = outcome.map(|it| String::from_utf8(it).unwrap());
            let expected = String::from_utf8(expected).unwrap();
            faults.push(format!("{}:\n{outcome:?}\nexpected\n{expected:?}", case.id));
            continue;
        }
        // The limit holds to the byte.
        assert_eq!(run(&case, &input, expected.len()).as_ref(), Ok(&expected), "{}", case.id);
        let limit = expected.len() - 1;
        let cut = run(&case, &input, limit);
        assert_eq!(cut, Err(C14nError::OutputLimit { limit }), "{}", case.id);
    }
    println!("c14n: {total} cases, {failing} of them to be refused, {} wrong", faults.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(total >= 190, "the suite has shrunk to {total}");
}
