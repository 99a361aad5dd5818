//! A canonical form is XML, says what the document says, and is its own canonical form.
//!
//! The first byte chooses the method and the PrefixList, the second an element; the rest is the
//! document.

use countersign::c14n::{Form, Method, canonicalize, canonicalize_document};
use countersign::xml::{Document, Limits};

use super::xml::{is_limit, said};

const FORMS: [Form; 3] = [Form::Inclusive10, Form::Inclusive11, Form::Exclusive];
const LISTS: [&[&str]; 4] = [&[], &["#default"], &["p"], &["#default", "p", "q", "none"]];
const LIMIT: usize = 1 << 20;

pub(crate) fn check(data: &[u8]) {
    let [choice, place, text @ ..] = data else { return };
    let Ok(document) = Document::parse(text, &Limits::message()) else { return };
    let choice = usize::from(*choice);
    let method = Method { form: FORMS[choice % 3], comments: choice & 0x40 == 0 };
    let list = LISTS[choice / 3 % 4];

    if let Ok(whole) = canonicalize_document(&document, method, list, &[], LIMIT) {
        let Some(again) = read(&whole) else { return };
        let twice = canonicalize_document(&again, method, list, &[], LIMIT);
        assert_eq!(twice.as_deref(), Ok(whole.as_slice()), "{method:?} of {text:?}");
        assert_eq!(said(document.root()), said(again.root()), "{method:?} of {text:?}");
    }

    let elements: Vec<_> = document.elements().collect();
    let apex = elements[usize::from(*place) % elements.len()];
    if let Ok(part) = canonicalize(apex, method, list, &[], LIMIT) {
        let Some(again) = read(&part) else { return };
        let twice = canonicalize(again.root(), method, list, &[], LIMIT);
        assert_eq!(twice.as_deref(), Ok(part.as_slice()), "{method:?} of {text:?}");
        // The inclusive forms add the xml: attributes of what is around.
        if method.form == Form::Exclusive {
            assert_eq!(said(apex), said(again.root()), "{method:?} of {text:?}");
        }
    }
}

/// The document in a canonical form; none where it is too much for the limits, because every
/// element may repeat a declaration.
fn read(canonical: &[u8]) -> Option<Document> {
    match Document::parse(canonical, &Limits::message()) {
        Ok(document) => Some(document),
        Err(error) if is_limit(error.class()) => None,
        Err(error) => panic!("a canonical form is not XML ({error}): {canonical:?}"),
    }
}
