//! Why a document was refused.

use std::fmt::{self, Write as _};

use super::Position;

/// A document that the reader refuses, and where.
///
/// What is shown of the document (names, prefixes) is cut to [`EXCERPT`](Self::EXCERPT) characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlError {
    /// What is wrong.
    pub kind: XmlErrorKind,
    /// Where the reader noticed.
    pub at: Position,
}

impl XmlError {
    /// Characters of the document that a message shows at most.
    pub const EXCERPT: usize = 80;

    /// The group of [`kind`](Self::kind), as callers that map errors to codes need it.
    #[must_use]
    pub fn class(&self) -> XmlErrorClass {
        self.kind.class()
    }
}

/// The groups of reasons to refuse a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum XmlErrorClass {
    /// There is a document type declaration.
    Dtd,
    /// The input is not UTF-8, or says that it is something else.
    Encoding,
    /// One of the [`Limits`](super::Limits) other than the input's size.
    Limit {
        /// The field of [`Limits`](super::Limits).
        name: &'static str,
        /// Its value.
        limit: usize,
    },
    /// Against XML 1.0 or Namespaces in XML 1.0, or XML of another version.
    Malformed,
    /// More bytes than [`Limits::input_bytes`](super::Limits::input_bytes).
    TooLarge,
}

/// Every reason for which the reader refuses a document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum XmlErrorKind {
    /// Something other than `name="value"` in a start tag. (XML 1.0, 3.1)
    AttributeSyntax {
        /// What had to stand there.
        expected: &'static str,
    },
    /// `--` within a comment, or `-` at its end. (XML 1.0, 2.5)
    BadComment,
    /// The XML declaration does not follow the grammar. (XML 1.0, 2.8)
    BadDeclaration {
        /// What had to stand there.
        expected: &'static str,
    },
    /// Not a name, or not one that Namespaces allow. (XML 1.0, 2.3; Namespaces, 4)
    BadName {
        /// What stands there.
        name: String,
    },
    /// A processing instruction without target, or with a reserved one. (XML 1.0, 2.6)
    BadProcessingInstruction {
        /// What stands there as the target.
        target: String,
    },
    /// A character reference to no character, or to one that XML forbids. (XML 1.0, 4.1)
    BadReference {
        /// What stands between `&` and `;`.
        name: String,
    },
    /// `]]>` in text. (XML 1.0, 2.4)
    CdataEndInText,
    /// `<!DOCTYPE`: refused, because it brings entities, defaulted attributes and files.
    Doctype,
    /// Two attributes with one expanded name, or one prefix declared twice on one element.
    /// (XML 1.0, 3.1; Namespaces, 6.3)
    DuplicateAttribute {
        /// The name as the second one writes it.
        name: String,
    },
    /// `xmlns:prefix=""`. (Namespaces, 2.2)
    EmptyNamespace {
        /// The prefix.
        prefix: String,
    },
    /// The declaration names another encoding than UTF-8.
    Encoding {
        /// Which one.
        encoding: String,
    },
    /// An end tag that is not that of the open element. (XML 1.0, 3)
    EndTagMismatch {
        /// The open element.
        expected: String,
        /// The end tag.
        found: String,
    },
    /// An end tag where no element is open. (XML 1.0, 3)
    EndTagWithoutStart {
        /// The end tag.
        found: String,
    },
    /// A character outside production 2. (XML 1.0, 2.2)
    ForbiddenCharacter {
        /// Its code point.
        code: u32,
    },
    /// `<` in an attribute value. (XML 1.0, 3.1)
    LessThanInAttribute,
    /// A bound of [`Limits`](super::Limits) is passed.
    Limit {
        /// The field of [`Limits`](super::Limits).
        name: &'static str,
        /// Its value.
        limit: usize,
    },
    /// `<?xml ?>` elsewhere than at the very beginning. (XML 1.0, 2.8)
    MisplacedDeclaration,
    /// No white space before an attribute. (XML 1.0, 3.1)
    MissingSpace,
    /// The document ends without an element. (XML 1.0, 2.1)
    NoRoot,
    /// The bytes are not UTF-8.
    NotUtf8,
    /// `xml` or `xmlns`, or one of their namespaces, is declared in a way they must not be.
    /// (Namespaces, 3)
    ReservedNamespace {
        /// The prefix that is declared; empty for the default namespace.
        prefix: String,
    },
    /// A second element beside the root. (XML 1.0, 2.1)
    SecondRoot {
        /// Its name.
        name: String,
    },
    /// Text, a CDATA section or a reference outside the root element. (XML 1.0, 2.1)
    TextOutsideRoot,
    /// More bytes than [`Limits::input_bytes`](super::Limits::input_bytes).
    TooLarge {
        /// How many there are.
        bytes: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// The document ends within an element. (XML 1.0, 2.1)
    UnclosedElement {
        /// The innermost open element.
        name: String,
    },
    /// The document ends within a tag, comment, CDATA section or the like, or a reference has no
    /// `;`.
    UnclosedMarkup {
        /// Within what.
        within: &'static str,
    },
    /// A prefix that nothing declares. (Namespaces, 5)
    UndeclaredPrefix {
        /// The prefix.
        prefix: String,
    },
    /// An entity other than the five of XML. (XML 1.0, 4.1)
    UnknownEntity {
        /// Its name.
        name: String,
    },
    /// `<!` with something that cannot follow it here. (XML 1.0, 2.8)
    UnknownMarkup,
    /// The document says that it is not XML 1.0.
    Version {
        /// Which version it says.
        version: String,
    },
    /// The prefix `xmlns` on an element. (Namespaces, 3)
    XmlnsElement,
}

impl XmlErrorKind {
    fn class(&self) -> XmlErrorClass {
        match self {
            XmlErrorKind::Doctype => XmlErrorClass::Dtd,
            XmlErrorKind::Encoding { .. } | XmlErrorKind::NotUtf8 => XmlErrorClass::Encoding,
            &XmlErrorKind::Limit { name, limit } => XmlErrorClass::Limit { name, limit },
            XmlErrorKind::TooLarge { .. } => XmlErrorClass::TooLarge,
            _ => XmlErrorClass::Malformed,
        }
    }
}

/// A reason and the byte offset of its place: what the reader works with before lines and columns
/// are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: XmlErrorKind,
    pub(super) offset: usize,
}

impl XmlErrorKind {
    pub(super) const fn at(self, offset: usize) -> Fault {
        Fault { kind: self, offset }
    }
}

/// The start of `text`, as much as a message may show.
pub(super) fn excerpt(text: &str) -> String {
    text.chars().take(XmlError::EXCERPT).collect()
}

/// Text of the document within a message: control characters cannot forge a line of a log.
struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('`')?;
        for c in self.0.chars() {
            match c {
                '\'' | '"' => f.write_char(c)?,
                _ => write!(f, "{}", c.escape_debug())?,
            }
        }
        f.write_char('`')
    }
}

impl fmt::Display for XmlErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AttributeSyntax { expected } => {
                write!(f, "a start tag needs {expected} here")
            }
            Self::BadComment => f.write_str("a comment must not contain `--` or end with `-`"),
            Self::BadDeclaration { expected } => {
                write!(f, "the XML declaration needs {expected} here")
            }
            Self::BadName { name } if name.is_empty() => f.write_str("a name is missing"),
            Self::BadName { name } => write!(f, "{} is not a name", Shown(name)),
            Self::BadProcessingInstruction { target } => {
                write!(f, "{} cannot be the target of a processing instruction", Shown(target))
            }
            Self::BadReference { name } => {
                write!(f, "the reference {} is not to a character that XML allows", Shown(name))
            }
            Self::CdataEndInText => f.write_str("text must not contain `]]>`"),
            Self::Doctype => f.write_str("a document type declaration (DOCTYPE) is not accepted"),
            Self::DuplicateAttribute { name } => {
                write!(f, "the attribute {} is given twice", Shown(name))
            }
            Self::EmptyNamespace { prefix } => {
                write!(f, "the prefix {} is declared with an empty namespace", Shown(prefix))
            }
            Self::Encoding { encoding } => {
                write!(f, "the document says its encoding is {}, not UTF-8", Shown(encoding))
            }
            Self::EndTagMismatch { expected, found } => {
                write!(f, "the end tag {} closes {}", Shown(found), Shown(expected))
            }
            Self::EndTagWithoutStart { found } => {
                write!(f, "the end tag {} has no start tag", Shown(found))
            }
            Self::ForbiddenCharacter { code } => {
                write!(f, "the character U+{code:04X} is not allowed in XML")
            }
            Self::LessThanInAttribute => f.write_str("an attribute value must not contain `<`"),
            Self::Limit { name, limit } => {
                write!(f, "the document passes the limit `{name}` of {limit}")
            }
            Self::MisplacedDeclaration => {
                f.write_str("an XML declaration must stand at the very beginning")
            }
            Self::MissingSpace => f.write_str("white space is missing before an attribute"),
            Self::NoRoot => f.write_str("there is no element"),
            Self::NotUtf8 => f.write_str("the bytes are not UTF-8"),
            Self::ReservedNamespace { prefix } if prefix.is_empty() => {
                f.write_str("a reserved namespace is declared as the default namespace")
            }
            Self::ReservedNamespace { prefix } => {
                write!(f, "the declaration of {} touches a reserved name", Shown(prefix))
            }
            Self::SecondRoot { name } => {
                write!(f, "{} is a second element beside the root", Shown(name))
            }
            Self::TextOutsideRoot => f.write_str("there is text outside the root element"),
            Self::TooLarge { bytes, limit } => {
                write!(f, "the document has {bytes} bytes, {limit} are accepted")
            }
            Self::UnclosedElement { name } => {
                write!(f, "the document ends within the element {}", Shown(name))
            }
            Self::UnclosedMarkup { within } => write!(f, "{within} is not closed"),
            Self::UndeclaredPrefix { prefix } => {
                write!(f, "the prefix {} is not declared", Shown(prefix))
            }
            Self::UnknownEntity { name } => {
                write!(f, "the entity {} is not one of the five of XML", Shown(name))
            }
            Self::UnknownMarkup => f.write_str("`<!` starts nothing that is allowed here"),
            Self::Version { version } => {
                write!(f, "the document is XML {}, not 1.0", Shown(version))
            }
            Self::XmlnsElement => f.write_str("an element must not have the prefix `xmlns`"),
        }
    }
}

impl fmt::Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.kind, self.at)
    }
}

impl std::error::Error for XmlError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_show_text_cut_and_escaped() {
        let name = excerpt(&format!("a\n{}", "b".repeat(1000)));
        let error = XmlError { kind: XmlErrorKind::BadName { name }, at: Position::START };
        let shown = error.to_string();
        assert!(shown.starts_with("`a\\nbbb"), "{shown}");
        assert!(shown.ends_with("` is not a name (line 1, column 1)"), "{shown}");
        assert!(shown.len() < 130, "{shown}");
    }
}
