//! The inside of a start tag, by the letter of XML 1.0 productions 40, 41 and 10.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "every sum is an offset into the document, so it is below isize::MAX"
)]

use std::ops::Range;

use super::error::{Fault, XmlErrorKind};
use super::names::{QName, intended_name, is_space, qname, space_len};
use super::scan::find_any;

/// Reads one start tag from front to back. Offsets given out are those of the document.
pub(super) struct StartTag<'t> {
    document: &'t str,
    /// Where the reading is.
    at: usize,
    /// Where the tag's content ends: at its `>` or `/>`.
    end: usize,
}

/// An attribute as written.
#[derive(Debug, Clone)]
pub(super) struct RawAttribute {
    pub(super) start: usize,
    pub(super) name: QName,
    /// Between the quotes.
    pub(super) value: Range<usize>,
    /// Whether the value stands for itself: no reference, no white space but spaces.
    pub(super) plain: bool,
}

impl<'t> StartTag<'t> {
    /// A reader for the tag whose content is `document[content]`, and the tag's name.
    pub(super) fn open(
        document: &'t str,
        content: Range<usize>,
    ) -> Result<(StartTag<'t>, QName), Fault> {
        let mut tag = StartTag { document, at: content.start, end: content.end };
        let name = tag.name()?;
        Ok((tag, name))
    }

    fn rest(&self) -> &'t str {
        self.document.get(self.at..self.end).unwrap_or_default()
    }

    fn next_byte(&self) -> Option<u8> {
        self.rest().as_bytes().first().copied()
    }

    fn name(&mut self) -> Result<QName, Fault> {
        let rest = self.rest();
        match qname(rest) {
            Some(name) => {
                self.at += name.len;
                Ok(name)
            }
            None => Err(XmlErrorKind::BadName { name: intended_name(rest) }.at(self.at)),
        }
    }

    fn skip_space(&mut self) {
        self.at += space_len(self.rest());
    }

    fn expected(&self, expected: &'static str) -> Fault {
        XmlErrorKind::AttributeSyntax { expected }.at(self.at)
    }

    /// The next attribute, or none at the tag's end.
    pub(super) fn next_attribute(&mut self) -> Result<Option<RawAttribute>, Fault> {
        let spaced = self.next_byte().is_some_and(is_space);
        self.skip_space();
        if self.at == self.end {
            return Ok(None);
        }
        if !spaced {
            return Err(XmlErrorKind::MissingSpace.at(self.at));
        }
        let start = self.at;
        let name = self.name()?;
        self.skip_space();
        if self.next_byte() != Some(b'=') {
            return Err(self.expected("`=` and a value"));
        }
        self.at += 1;
        self.skip_space();
        let Some(quote @ (b'"' | b'\'')) = self.next_byte() else {
            return Err(self.expected("a quoted value"));
        };
        self.at += 1;
        let (value, plain) = self.value(quote)?;
        Ok(Some(RawAttribute { start, name, value, plain }))
    }

    /// The value up to `quote`, which is passed over too.
    fn value(&mut self, quote: u8) -> Result<(Range<usize>, bool), Fault> {
        let start = self.at;
        let bytes = self.rest().as_bytes();
        let first = find_any(bytes, [quote, b'<', b'&', b'\t', b'\n', b'\r']);
        let plain = bytes.get(first) == Some(&quote);
        let len = if plain {
            first
        } else {
            let behind = bytes.get(first..).unwrap_or_default();
            first + find_any(behind, [quote])
        };
        if len == bytes.len() {
            return Err(XmlErrorKind::UnclosedMarkup { within: "an attribute value" }.at(start));
        }
        self.at = start + len + 1;
        Ok((start..start + len, plain))
    }
}
