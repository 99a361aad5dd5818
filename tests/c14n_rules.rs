//! Rules of canonicalisation that deserve a row of their own, and what happens at its limits.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::many_single_char_names,
    clippy::unwrap_used,
    reason = "a test that goes wrong may panic"
)]

use countersign::c14n::{C14nError, Form, Method, canonicalize, canonicalize_document};
use countersign::xml::{Document, Element, Limits, Position};

const EXCLUSIVE: Method = Method { form: Form::Exclusive, comments: false };
const INCLUSIVE: Method = Method { form: Form::Inclusive10, comments: false };
const INCLUSIVE11: Method = Method { form: Form::Inclusive11, comments: false };

fn parse(text: &str) -> Document {
    Document::parse(text.as_bytes(), &Limits::message()).unwrap()
}

fn named<'d>(document: &'d Document, name: &str) -> Element<'d> {
    document.elements().find(|it| it.local_name() == name).unwrap()
}

/// The canonical form of the element `a` of a document.
fn of_a(text: &str, method: Method, list: &[&str]) -> Result<String, C14nError> {
    let document = parse(text);
    canonicalize(named(&document, "a"), method, list, &[], 1 << 20)
        .map(|bytes| String::from_utf8(bytes).unwrap())
}

#[test]
fn method_uris() {
    for form in [Form::Exclusive, Form::Inclusive10, Form::Inclusive11] {
        for comments in [false, true] {
            let method = Method { form, comments };
            assert_eq!(Method::from_uri(method.uri()), Some(method));
            assert_eq!(method.uri().ends_with("WithComments"), comments);
        }
    }
    let not =
        ["", "http://www.w3.org/2001/10/xml-exc-c14n", "http://www.w3.org/2006/12/xml-c14n11#"];
    assert!(not.iter().all(|uri| Method::from_uri(uri).is_none()));
}

#[test]
fn xml_attributes_of_ancestors() {
    let rows = [
        // Nearest wins; own wins; 1.1 passes over what is neither lang nor space nor base.
        ("<r xml:lang='1'><s xml:lang='2'><a/></s></r>", r#" xml:lang="2""#, r#" xml:lang="2""#),
        ("<r xml:lang='1'><a xml:lang='3'/></r>", r#" xml:lang="3""#, r#" xml:lang="3""#),
        ("<r xml:id='i' xml:x='o'><a/></r>", r#" xml:id="i" xml:x="o""#, ""),
        (
            "<r xml:space='default'><a z='' b='c'/></r>",
            r#" b="c" z="" xml:space="default""#,
            r#" b="c" z="" xml:space="default""#,
        ),
        (
            "<r xml:base='http://h/x/'><a xml:base='y'/></r>",
            r#" xml:base="y""#,
            r#" xml:base="http://h/x/y""#,
        ),
        ("<r xml:base='x/'><s xml:base='..'><a/></s></r>", r#" xml:base="..""#, ""),
        // A single base is not tidied.
        ("<r><a xml:base='x/../y'/></r>", r#" xml:base="x/../y""#, r#" xml:base="x/../y""#),
    ];
    for (text, inclusive, inclusive11) in rows {
        assert_eq!(of_a(text, INCLUSIVE, &[]).unwrap(), format!("<a{inclusive}></a>"), "{text}");
        assert_eq!(
            of_a(text, INCLUSIVE11, &[]).unwrap(),
            format!("<a{inclusive11}></a>"),
            "{text}"
        );
    }
    assert_eq!(of_a(rows[0].0, EXCLUSIVE, &[]).unwrap(), "<a></a>");
}

#[test]
fn the_prefix_list() {
    let text =
        "<r xmlns='u:d' xmlns:p='u:p'><p:a><b xmlns='' xmlns:q='u:q' xmlns:p='u:2'/></p:a></r>";
    let rows: [(&[&str], &str); 6] = [
        (&[], r#"<p:a xmlns:p="u:p"><b></b></p:a>"#),
        (&["#default"], r#"<p:a xmlns="u:d" xmlns:p="u:p"><b xmlns=""></b></p:a>"#),
        (&["q", "p"], r#"<p:a xmlns:p="u:p"><b xmlns:p="u:2" xmlns:q="u:q"></b></p:a>"#),
        (&["", "xml", "xmlns", "none"], r#"<p:a xmlns:p="u:p"><b></b></p:a>"#),
        (&["q", "q"], r#"<p:a xmlns:p="u:p"><b xmlns:q="u:q"></b></p:a>"#),
        (&["#DEFAULT"], r#"<p:a xmlns:p="u:p"><b></b></p:a>"#),
    ];
    for (list, expected) in rows {
        assert_eq!(of_a(text, EXCLUSIVE, list).unwrap(), expected, "{list:?}");
    }
    // The inclusive forms have none.
    let inclusive =
        r#"<p:a xmlns="u:d" xmlns:p="u:p"><b xmlns="" xmlns:p="u:2" xmlns:q="u:q"></b></p:a>"#;
    assert_eq!(of_a(text, INCLUSIVE, &["q"]).unwrap(), inclusive);
}

#[test]
fn attributes_are_ordered_by_namespace_name_and_code_points() {
    // U+F900 comes before U+10000, but after it in UTF-16.
    let text = "<a xmlns:b='u:1' xmlns:a='u:2' \u{10000}='' \u{F900}='' b:y='' a:x='' B='' \
                xml:lang=''/>";
    let expected = "<a xmlns:a=\"u:2\" xmlns:b=\"u:1\" B=\"\" \u{F900}=\"\" \u{10000}=\"\" \
                    xml:lang=\"\" b:y=\"\" a:x=\"\"></a>";
    assert_eq!(of_a(text, EXCLUSIVE, &[]).unwrap(), expected);
}

#[test]
fn elements_left_out() {
    let document = parse("<r><a/>x<b><c/></b>y<c/></r>");
    let ids: Vec<_> = document.elements().map(Element::id).collect();
    let (r, a, b, c, last) = (ids[0], ids[1], ids[2], ids[3], ids[4]);
    let without = |omit: &[_]| {
        canonicalize(document.root(), EXCLUSIVE, &[], omit, 100)
            .map(|bytes| String::from_utf8(bytes).unwrap())
    };
    assert_eq!(without(&[last, a]).unwrap(), "<r>x<b><c></c></b>y</r>");
    // Within what is left out already, twice, in any order.
    assert_eq!(without(&[c, b, b]).unwrap(), "<r><a></a>xy<c></c></r>");
    assert_eq!(without(&[r]), Err(C14nError::NothingLeft));
    let whole = canonicalize_document(&document, EXCLUSIVE, &[], &[r], 100);
    assert_eq!(whole, Err(C14nError::NothingLeft));
    // Elements outside the subtree do not matter.
    let b = document.element(b).unwrap();
    assert_eq!(canonicalize(b, EXCLUSIVE, &[], &[a, last], 100).unwrap(), b"<b><c></c></b>");
}

#[test]
fn relative_namespace_names_have_no_canonical_form() {
    let bad = [
        ("<a xmlns='x'/>", 1, 4),
        ("<a xmlns:p='../x' p:b=''/>", 1, 4),
        ("<a>\n<b xmlns:p='//h/x'/></a>", 2, 4),
        ("<r xmlns:p='1:2'><a/></r>", 1, 4),
        ("<r xmlns:p=':'><a/></r>", 1, 4),
    ];
    for (text, line, column) in bad {
        for method in [EXCLUSIVE, INCLUSIVE, INCLUSIVE11] {
            match of_a(text, method, &[]) {
                Err(C14nError::RelativeNamespace { at, .. }) => {
                    assert_eq!(at, Position { line, column }, "{text}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }
    // Not in the subtree, nor in scope there.
    let good = [
        "<r><b xmlns:p='x'/><a/></r>",
        "<r xmlns:p='x'><s xmlns:p='u:x'><a/></s></r>",
        "<r xmlns='x'><s xmlns=''><a/></s></r>",
    ];
    for text in good {
        assert!(of_a(text, EXCLUSIVE, &[]).is_ok(), "{text}");
    }
}

#[test]
fn the_output_limit_stops_namespaces_that_multiply() {
    // 64 KB of input whose exclusive canonical form would have 60 MB.
    let uri = format!("u:{}", "x".repeat(60_000));
    let text = format!("<r xmlns:p='{uri}'><a>{}</a></r>", "<p:b/>".repeat(1000));
    let document = parse(&text);
    let a = named(&document, "a");
    let limit = 100_000;
    let outcome = canonicalize(a, EXCLUSIVE, &[], &[], limit);
    assert_eq!(outcome, Err(C14nError::OutputLimit { limit }));
    let whole = canonicalize(a, EXCLUSIVE, &[], &[], usize::MAX).unwrap();
    assert!(whole.len() > 60_000_000);
    let inclusive = canonicalize(a, INCLUSIVE, &[], &[], limit).unwrap();
    assert!(inclusive.len() < limit);
    assert_eq!(canonicalize(a, INCLUSIVE, &[], &[], 0), Err(C14nError::OutputLimit { limit: 0 }));
}

#[test]
fn a_message_of_the_deepest_kind_is_walked_without_recursion() {
    let depth = 200_000;
    let text = format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    let limits = Limits { depth, nodes: depth, input_bytes: text.len(), ..Limits::message() };
    let document = Document::parse(text.as_bytes(), &limits).unwrap();
    for method in [EXCLUSIVE, INCLUSIVE] {
        let bytes = canonicalize_document(&document, method, &[], &[], usize::MAX).unwrap();
        assert_eq!(bytes, text.as_bytes());
    }
    let deepest = document.elements().last().unwrap();
    assert_eq!(deepest.path().len(), 2 * depth);
    assert_eq!(deepest.namespace_for_prefix("p"), None);
    assert_eq!(document.root().descendants().count(), depth);
}
