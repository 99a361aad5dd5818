//! The forms in which a message reaches a service provider: the value of the form field, which is
//! base64 (SAML bindings 3.5.4), the whole form body, or the XML itself.

use std::borrow::Cow;
use std::fmt;

use crate::dsig::decode;

/// Why there is no XML in the input.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputError {
    /// Nothing, or white space.
    Empty,
    /// Neither XML nor base64.
    NotBase64 {
        /// What is most likely wrong with it.
        mangled: Mangled,
    },
    /// Base64 of something that is neither XML nor DEFLATE: a message in a query is deflated (SAML
    /// bindings 3.4.4.1).
    NotDeflated,
    /// Longer than the limit allows, before or after decoding.
    TooLarge {
        /// The limit in bytes of XML.
        limit: usize,
    },
}

/// What makes base64 unreadable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mangled {
    /// A `+` has become a blank: the value was URL-decoded once too often.
    Blanks,
    /// Some character that is not of base64.
    Characters,
    /// The end is missing.
    Truncated,
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "nothing",
            Self::NotBase64 { mangled: Mangled::Blanks } => "base64 with blanks in it",
            Self::NotBase64 { mangled: Mangled::Characters } => {
                "characters that are neither XML nor base64"
            }
            Self::NotBase64 { mangled: Mangled::Truncated } => "base64 that is cut off",
            Self::NotDeflated => "base64 of neither XML nor DEFLATE",
            Self::TooLarge { .. } => "a message that is too large",
        })
    }
}

impl std::error::Error for InputError {}

/// The octets of the XML document in `input`. At most `limit` of them.
pub fn decode_message(input: &[u8], limit: usize) -> Result<Cow<'_, [u8]>, InputError> {
    // Percent-encoded base64 takes at most four thirds of three times the XML, and line breaks.
    if input.len() > limit.saturating_mul(6) {
        return Err(InputError::TooLarge { limit });
    }
    let decoded = if is_xml(input) { Cow::Borrowed(input) } else { Cow::Owned(from_form(input)?) };
    if decoded.len() > limit {
        return Err(InputError::TooLarge { limit });
    }
    Ok(decoded)
}

/// Whether the first character is `<`. UTF-16 counts as XML too, so that it is refused as an
/// encoding and not as base64.
pub(super) fn is_xml(input: &[u8]) -> bool {
    let text = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    match text.iter().find(|byte| !b" \t\r\n".contains(byte)) {
        Some(first) => {
            *first == b'<' || text.starts_with(b"\xfe\xff") || text.starts_with(b"\xff\xfe")
        }
        None => false,
    }
}

fn from_form(input: &[u8]) -> Result<Vec<u8>, InputError> {
    let not_base64 = |mangled| InputError::NotBase64 { mangled };
    let text = std::str::from_utf8(input).map_err(|_| not_base64(Mangled::Characters))?;
    let text = text.trim_start_matches('\u{feff}').trim_matches([' ', '\t', '\r', '\n']);
    let value = form_field(text).unwrap_or(text);
    let value = percent_decoded(value);
    if value.is_empty() {
        return Err(InputError::Empty);
    }
    decode(&value).ok_or_else(|| not_base64(mangled(&value)))
}

/// The value of the message field where `text` is a form body or a query.
fn form_field(text: &str) -> Option<&str> {
    text.split(['&', '?']).find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        matches!(name, "SAMLResponse" | "SAMLRequest").then_some(value)
    })
}

/// Percent escapes resolved where there are any. `+` stays: in base64 it is a digit.
fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escape = match (first, tail) {
            (b'%', [high, low, after @ ..]) => hexadecimal(*high, *low).map(|byte| (byte, after)),
            _ => None,
        };
        let (byte, after) = escape.unwrap_or((*first, tail));
        decoded.push(byte);
        rest = after;
    }
    Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
}

fn hexadecimal(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digit(high)?.checked_mul(16)?.checked_add(digit(low)?)
}

/// What is most likely wrong with text that is not base64.
pub(super) fn mangled(value: &str) -> Mangled {
    let digit = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    let compact: Vec<u8> = value.bytes().filter(|byte| !b"\t\r\n".contains(byte)).collect();
    if compact.iter().all(digit) {
        Mangled::Truncated
    } else if compact.iter().all(|byte| digit(byte) || *byte == b' ') {
        Mangled::Blanks
    } else {
        Mangled::Characters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(input: &str) -> Result<String, InputError> {
        decode_message(input.as_bytes(), 100)
            .map(|octets| String::from_utf8(octets.into_owned()).unwrap())
    }

    #[test]
    fn every_form_a_user_has_at_hand_gives_the_same_xml() {
        for input in [
            "<a>?</a>",
            "PGE+PzwvYT4=",
            "PGE+\r\nPzwvYT4=\n",
            " PGE%2BPzwvYT4%3d ",
            "SAMLResponse=PGE%2BPzwvYT4%3D&RelayState=x",
            "RelayState=x&SAMLResponse=PGE%2BPzwvYT4%3D",
            "https://sp.example/acs?SAMLResponse=PGE%2BPzwvYT4%3D",
        ] {
            assert_eq!(text(input).as_deref(), Ok("<a>?</a>"), "{input}");
        }
    }

    #[test]
    fn what_is_neither_xml_nor_base64_is_explained() {
        let mangled = |input| match text(input) {
            Err(InputError::NotBase64 { mangled }) => Some(mangled),
            _ => None,
        };
        assert_eq!(mangled("PGE PzwvYT4"), Some(Mangled::Blanks));
        assert_eq!(mangled("PGE+PzwvYT4"), Some(Mangled::Truncated));
        assert_eq!(mangled("PGE+PzwvYT4=="), Some(Mangled::Truncated));
        assert_eq!(mangled("{\"error\":1}"), Some(Mangled::Characters));
        assert_eq!(mangled("PGE-PzwvYT4="), Some(Mangled::Characters));
        assert_eq!(text(" \n"), Err(InputError::Empty));
        assert_eq!(text(""), Err(InputError::Empty));
    }

    #[test]
    fn the_limit_is_on_the_xml() {
        let edge = format!("<{}>", "a".repeat(98));
        assert!(text(&edge).is_ok());
        assert_eq!(text(&format!("{edge}x")), Err(InputError::TooLarge { limit: 100 }));
        assert_eq!(text(&"A".repeat(601)), Err(InputError::TooLarge { limit: 100 }));
    }
}
