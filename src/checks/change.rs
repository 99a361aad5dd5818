//! What was done to a message after it was signed, where undoing it makes the signature hold.
//!
//! Only the names and the words are here. `sp::forensics` does the undoing; what it made the
//! signature hold on never leaves it, so that a message which had to be repaired signs nobody in.

use crate::xml::ElementId;

/// One kind of change. Accidents of programs that handle XML as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Line breaks became blanks, in base64 and between elements.
    BlanksForLineBreaks,
    /// A carriage return in front of each line break became part of the content.
    CarriageReturnsAdded,
    /// Carriage returns that were content are gone.
    CarriageReturnsLost,
    /// UTF-8 was read as Windows-1252 or Latin-1, and written as UTF-8 again.
    Charset,
    /// `&amp;` became `&amp;amp;`.
    EscapedTwice,
    /// White space was put between elements.
    Indented,
    /// Characters that nobody sees were put in.
    InvisibleCharacters,
    /// Blanks became line breaks.
    LineBreaksForBlanks,
    /// Line breaks were put in.
    LinesBroken,
    /// Blanks became no-break spaces.
    NoBreakSpaces,
    /// Straight quotation marks and hyphens became typographic ones.
    Typography,
    /// `&amp;lt;` became `&lt;`.
    Unescaped,
    /// Texts were put on lines of their own.
    Wrapped,
}

/// What explains a signature that fails, and where the message differs from what was signed.
///
/// All of it can be copied: nothing of the message that was made whole is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Explanation {
    /// All changes together; undoing them makes the signature hold.
    pub(crate) changes: &'static [Change],
    /// The first element that differs, in the message as it arrived.
    pub(crate) first: Option<ElementId>,
    /// How many elements differ.
    pub(crate) elements: usize,
}

impl Change {
    /// What happened, to follow "after it was signed".
    pub(super) fn what(self) -> &'static str {
        match self {
            Self::BlanksForLineBreaks => "line breaks became blanks",
            Self::CarriageReturnsAdded => "carriage returns were added to its line ends (CR LF)",
            Self::CarriageReturnsLost => {
                "carriage returns were removed from its line ends (CR LF became LF)"
            }
            Self::Charset => {
                "its UTF-8 was read as Windows-1252 or Latin-1 and written as UTF-8 again"
            }
            Self::EscapedTwice => "its entities were escaped a second time (&amp; to &amp;amp;)",
            Self::Indented => "white space was put between its elements (pretty-printed)",
            Self::InvisibleCharacters => "invisible characters were put into it",
            Self::LineBreaksForBlanks => "blanks became line breaks",
            Self::LinesBroken => "line breaks were put into it",
            Self::NoBreakSpaces => "blanks became no-break spaces",
            Self::Typography => "straight quotation marks and hyphens became typographic ones",
            Self::Unescaped => "its entities were unescaped once too often (&amp;lt; to &lt;)",
            Self::Wrapped => "its texts were put on lines of their own (pretty-printed)",
        }
    }

    /// Who does such a thing, and what to do about it.
    pub(super) fn culprit(self) -> &'static str {
        match self {
            Self::Indented | Self::Wrapped => {
                "An editor, a log viewer or a browser extension formatted it. Take the form field \
                 SAMLResponse as the browser sent it (developer tools, Network, Payload), and do \
                 not parse and write it again before it is validated."
            }
            Self::LinesBroken | Self::LineBreaksForBlanks => {
                "An e-mail or a console wrapped its lines. Take the form field SAMLResponse as the \
                 browser sent it (developer tools, Network, Payload)."
            }
            Self::BlanksForLineBreaks | Self::NoBreakSpaces | Self::Typography => {
                "It was copied from a page that shows it, such as a web page, a chat or a document. \
                 Take the form field SAMLResponse as the browser sent it (developer tools, \
                 Network, Payload)."
            }
            Self::CarriageReturnsAdded | Self::CarriageReturnsLost => {
                "A program between the identity provider and here converts line ends. Pass the \
                 form field SAMLResponse on as it is, base64 and all."
            }
            Self::Charset => {
                "A program between the identity provider and here decodes the base64 and takes the \
                 wrong character set. Pass the form field SAMLResponse on as it is, base64 and \
                 all, or decode it as UTF-8."
            }
            Self::EscapedTwice | Self::Unescaped => {
                "A template or a gateway escapes or unescapes the XML. Pass the form field \
                 SAMLResponse on as it is, base64 and all."
            }
            Self::InvisibleCharacters => {
                "A chat or a document put them in when the message was copied. Take the form field \
                 SAMLResponse as the browser sent it (developer tools, Network, Payload)."
            }
        }
    }
}

impl Explanation {
    /// What happened, in one sentence.
    pub(super) fn sentence(&self) -> String {
        let what: Vec<&str> = self.changes.iter().map(|change| change.what()).collect();
        format!("After it was signed, {}", what.join(", and "))
    }
}
