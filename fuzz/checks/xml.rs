//! The reader against roxmltree, which shares no code with it: what we accept, it accepts and
//! understands alike; what we refuse and it accepts is of a kind that is listed here.

use countersign::xml::{Document, Element, Limits, XmlErrorClass, XmlErrorKind};

pub(crate) fn check(data: &[u8]) {
    let ours = Document::parse(data, &Limits::message());
    let Ok(text) = std::str::from_utf8(data) else {
        assert!(ours.is_err(), "accepted though it is not UTF-8");
        return;
    };
    let theirs = roxmltree::Document::parse(text);
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => {
            assert_eq!(said(ours.root()), said_by_roxmltree(&theirs), "of {text:?}");
        }
        (Ok(_), Err(error)) => panic!("we accept what roxmltree refuses ({error}): {text:?}"),
        (Err(error), Ok(_)) => assert!(
            stricter(&error.kind, text).is_some(),
            "roxmltree accepts what we refuse ({error}): {text:?}"
        ),
        (Err(_), Err(_)) => {}
    }
}

/// Why we refuse what roxmltree accepts; none where both have to agree.
fn stricter(kind: &XmlErrorKind, text: &str) -> Option<&'static str> {
    match kind {
        XmlErrorKind::Doctype => Some("no document type declarations, by design"),
        XmlErrorKind::Encoding { .. } => Some("no encoding but UTF-8, by design"),
        XmlErrorKind::Version { .. } => Some("no XML but 1.0, by design"),
        // roxmltree takes `<?x/y?>` for an instruction with the target x, and any spelling of xml.
        XmlErrorKind::BadProcessingInstruction { .. } => Some("XML 1.0, 2.6: PI and PITarget"),
        XmlErrorKind::Limit { .. } | XmlErrorKind::TooLarge { .. } => Some("limits, by design"),
        _ if text.contains("<!DOCTYPE") => Some("noticed before the DOCTYPE"),
        _ => None,
    }
}

/// Whether a limit was passed, which says nothing about the document.
pub(super) fn is_limit(class: XmlErrorClass) -> bool {
    matches!(class, XmlErrorClass::Limit { .. } | XmlErrorClass::TooLarge)
}

/// What an element and all in it say: names, attributes in order of their names, text.
pub(super) fn said(root: Element<'_>) -> Vec<String> {
    root.descendants()
        .map(|element| {
            let name = (element.namespace(), element.local_name());
            let attributes = element.attributes();
            let attributes = attributes.map(|it| (it.namespace(), it.local_name(), it.value()));
            line(name, attributes.collect(), &element.text())
        })
        .collect()
}

fn said_by_roxmltree(document: &roxmltree::Document<'_>) -> Vec<String> {
    let elements = document.descendants().filter(roxmltree::Node::is_element);
    elements
        .map(|element| {
            let name = element.tag_name();
            let attributes = element.attributes();
            let attributes =
                attributes.map(|it| (it.namespace().unwrap_or_default(), it.name(), it.value()));
            let texts = element.children().filter(roxmltree::Node::is_text);
            let text: String = texts.filter_map(|text| text.text()).collect();
            let name = (name.namespace().unwrap_or_default(), name.name());
            line(name, attributes.collect(), &text)
        })
        .collect()
}

fn line(name: (&str, &str), mut attributes: Vec<(&str, &str, &str)>, text: &str) -> String {
    attributes.sort_unstable();
    format!("{name:?} {attributes:?} {text:?}")
}
