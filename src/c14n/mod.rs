//! Canonical XML: a subtree as the one sequence of bytes that digests and signatures are made over.
//!
//! Exclusive XML Canonicalization 1.0, Canonical XML 1.0 and 1.1, each with or without comments.
//! A subtree may lie within a larger document: it then keeps the namespaces in scope and, for the
//! inclusive forms, the `xml:` attributes of its ancestors, as the specifications say for a
//! document subset. Whole elements within it may be left out, as the enveloped-signature transform
//! does with the signature.
//!
//! One pass in document order, without recursion, into one buffer that never grows beyond the
//! caller's limit: 64 KB of input can have 175 MB of canonical form (one long namespace name at the
//! root, used by a thousand children), and this runs before any trust is established.
//!
//! ```
//! use countersign::c14n::{Form, Method, canonicalize};
//! use countersign::xml::{Document, Limits};
//! let text = "<p:r xmlns:p='urn:p' xmlns:q='urn:q'><p:a z='2' y=\"1\"/></p:r>";
//! let document = Document::parse(text.as_bytes(), &Limits::message())?;
//! let a = document.root().child_elements().next().ok_or("no child")?;
//! let method = Method { form: Form::Exclusive, comments: false };
//! let bytes = canonicalize(a, method, &[], &[], 1024)?;
//! assert_eq!(bytes, br#"<p:a xmlns:p="urn:p" y="1" z="2"></p:a>"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod inherited;
mod output;
mod scope;
mod walk;
mod xml_base;

use std::fmt;

use crate::xml::{Document, Element, ElementId, Position};

use walk::Walk;

/// How namespaces and inherited attributes are treated.
///
/// Exhaustive: the W3C published these three, and a fourth would need new code everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Canonical XML 1.0: all namespaces in scope, all `xml:` attributes of left-out ancestors.
    Inclusive10,
    /// Canonical XML 1.1: `xml:id` is not inherited, `xml:base` is joined.
    Inclusive11,
    /// Exclusive XML Canonicalization 1.0: only the namespaces that are used.
    Exclusive,
}

/// A canonicalization algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method {
    /// How namespaces and inherited attributes are treated.
    pub form: Form,
    /// Whether comments are kept.
    pub comments: bool,
}

/// Every method and the URI that names it.
const METHODS: [(&str, Method); 6] = [
    ("http://www.w3.org/2001/10/xml-exc-c14n#", Method { form: Form::Exclusive, comments: false }),
    (
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
        Method { form: Form::Exclusive, comments: true },
    ),
    (
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        Method { form: Form::Inclusive10, comments: false },
    ),
    (
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
        Method { form: Form::Inclusive10, comments: true },
    ),
    ("http://www.w3.org/2006/12/xml-c14n11", Method { form: Form::Inclusive11, comments: false }),
    (
        "http://www.w3.org/2006/12/xml-c14n11#WithComments",
        Method { form: Form::Inclusive11, comments: true },
    ),
];

impl Method {
    /// The method that an `Algorithm` URI names, compared exactly.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Method> {
        METHODS.iter().find(|(known, _)| *known == uri).map(|&(_, method)| method)
    }

    /// The `Algorithm` URI.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match (self.form, self.comments) {
            (Form::Exclusive, false) => METHODS[0].0,
            (Form::Exclusive, true) => METHODS[1].0,
            (Form::Inclusive10, false) => METHODS[2].0,
            (Form::Inclusive10, true) => METHODS[3].0,
            (Form::Inclusive11, false) => METHODS[4].0,
            (Form::Inclusive11, true) => METHODS[5].0,
        }
    }
}

/// Why there is no canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum C14nError {
    /// The subtree's own element is among those to leave out, so nothing would be left to sign.
    NothingLeft,
    /// It would be longer than the caller allows.
    OutputLimit {
        /// The bytes allowed.
        limit: usize,
    },
    /// A namespace name in the subtree, or in scope at its top, is not an absolute URI.
    /// (Canonical XML 1.0, 1.3: the operation must fail)
    RelativeNamespace {
        /// The name, its first 80 characters.
        uri: String,
        /// Where it is declared.
        at: Position,
    },
}

impl fmt::Display for C14nError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            C14nError::NothingLeft => f.write_str("the element to canonicalize is left out itself"),
            C14nError::OutputLimit { limit } => {
                write!(f, "the canonical form is longer than {limit} bytes")
            }
            C14nError::RelativeNamespace { uri, at } => {
                write!(f, "the namespace name `{}` is not absolute ({at})", uri.escape_debug())
            }
        }
    }
}

impl std::error::Error for C14nError {}

/// The canonical form of `apex` and all in it but the elements in `omit` (with all in them).
///
/// `prefix_list` is the `PrefixList` of `InclusiveNamespaces`, split at white space, where
/// `#default` stands for the default namespace; the inclusive forms pass it over. `limit` is in
/// bytes of output. The result is UTF-8.
///
/// # Errors
///
/// See [`C14nError`].
pub fn canonicalize(
    apex: Element<'_>,
    method: Method,
    prefix_list: &[&str],
    omit: &[ElementId],
    limit: usize,
) -> Result<Vec<u8>, C14nError> {
    if omit.contains(&apex.id()) {
        return Err(C14nError::NothingLeft);
    }
    let mut walk = Walk::new(apex, method, prefix_list, omit, limit)?;
    walk.subtree(apex.data().node, apex.data().end_node)?;
    Ok(walk.finish())
}

/// The canonical form of the whole document, with the processing instructions (and comments, if
/// `method` keeps them) around the root element. Otherwise like [`canonicalize`].
///
/// # Errors
///
/// See [`C14nError`].
pub fn canonicalize_document(
    document: &Document,
    method: Method,
    prefix_list: &[&str],
    omit: &[ElementId],
    limit: usize,
) -> Result<Vec<u8>, C14nError> {
    let root = document.root();
    if omit.contains(&root.id()) {
        return Err(C14nError::NothingLeft);
    }
    let mut walk = Walk::new(root, method, prefix_list, omit, limit)?;
    walk.document()?;
    Ok(walk.finish())
}
