//! From tokens to a document. The one file that knows quick-xml.
//!
//! quick-xml only says where a token starts and ends and what kind it is; what stands in it is
//! read again by our own rules. Where it is lenient (names, attributes, end tags, declarations,
//! comments, where text may stand) its checks are off and ours take their place.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "every sum is an offset into the document, so it is below isize::MAX"
)]

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::errors::{Error, SyntaxError};
use quick_xml::events::Event;

use super::builder::Builder;
use super::document::Document;
use super::error::{Fault, XmlErrorKind};
use super::scan::survey;
use super::storage::to_usize;
use super::{Limits, xml_declaration};

/// Reads `text`, which no byte order mark precedes any more.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Document, Fault> {
    let survey = survey(text);
    let outcome = read_tokens(text, limits, survey.carriage_return);
    // A forbidden character is a fault like others: what comes first in the text is reported.
    match (survey.forbidden, outcome) {
        (Some(offset), Err(fault)) if fault.offset < offset => Err(fault),
        (Some(offset), _) => {
            let c = text.get(offset..).and_then(|rest| rest.chars().next()).unwrap_or_default();
            Err(XmlErrorKind::ForbiddenCharacter { code: u32::from(c) }.at(offset))
        }
        (None, outcome) => outcome,
    }
}

fn read_tokens(text: &str, limits: &Limits, carriage_return: bool) -> Result<Document, Fault> {
    if text.starts_with('\u{FEFF}') {
        // quick-xml would take a second byte order mark for a first one.
        return Err(XmlErrorKind::TextOutsideRoot.at(0));
    }
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.trim_markup_names_in_closing_tags = false;
    let mut builder = Builder::new(text, limits, carriage_return);
    loop {
        let start = offset(reader.buffer_position());
        let event = reader.read_event();
        let whole = start..offset(reader.buffer_position());
        match event.map_err(|error| fault(text, &error, start))? {
            Event::Text(_) => builder.text(whole)?,
            Event::Start(_) => builder.start_tag(within(&whole, 1, 1), whole, false)?,
            Event::End(_) => builder.end_tag(within(&whole, 2, 1), whole)?,
            Event::Empty(_) => builder.start_tag(within(&whole, 1, 2), whole, true)?,
            Event::GeneralRef(_) => builder.reference(within(&whole, 1, 1), whole.start)?,
            Event::CData(_) => builder.cdata(within(&whole, 9, 3), whole.start)?,
            Event::Comment(_) => builder.comment(within(&whole, 4, 3))?,
            Event::PI(_) => builder.processing_instruction(within(&whole, 2, 2))?,
            Event::Decl(_) if start == 0 => {
                let content = within(&whole, 5, 2);
                let at = content.start;
                xml_declaration::check(text.get(content).unwrap_or_default(), at)?;
            }
            Event::Decl(_) => return Err(XmlErrorKind::MisplacedDeclaration.at(start)),
            Event::DocType(_) => return Err(XmlErrorKind::Doctype.at(start)),
            Event::Eof => return builder.finish(),
        }
    }
}

/// A token without its first and last bytes.
fn within(whole: &Range<usize>, first: usize, last: usize) -> Range<usize> {
    whole.start + first..whole.end - last
}

/// quick-xml's offsets are those of a slice, so they fit.
fn offset(position: u64) -> usize {
    u32::try_from(position).map_or(usize::MAX, to_usize)
}

/// Our name for a fault of quick-xml's in the token that starts at `start`.
fn fault(text: &str, error: &Error, start: usize) -> Fault {
    let token = text.as_bytes().get(start..).unwrap_or_default();
    let begins =
        |with: &[u8]| token.get(..with.len()).is_some_and(|first| first.eq_ignore_ascii_case(with));
    let within = match error {
        Error::Syntax(SyntaxError::UnclosedPI) => "a processing instruction",
        Error::Syntax(SyntaxError::UnclosedXmlDecl) => "the XML declaration",
        Error::Syntax(SyntaxError::UnclosedTag) => "a tag",
        Error::Syntax(
            SyntaxError::UnclosedSingleQuotedAttributeValue
            | SyntaxError::UnclosedDoubleQuotedAttributeValue,
        ) => "an attribute value",
        // What begins with `<!` is also called unclosed when it is nothing at all.
        Error::Syntax(SyntaxError::UnclosedComment) if begins(b"<!--") => "a comment",
        Error::Syntax(SyntaxError::UnclosedCData) if token.starts_with(b"<![CDATA[") => {
            "a CDATA section"
        }
        _ if begins(b"<!DOCTYPE") => return XmlErrorKind::Doctype.at(start),
        Error::Syntax(_) => return XmlErrorKind::UnknownMarkup.at(start),
        // With its checks off, quick-xml finds nothing else ill-formed than `&` without `;`.
        _ => "a reference",
    };
    XmlErrorKind::UnclosedMarkup { within }.at(start)
}
