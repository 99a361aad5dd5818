//! Names, white space and references, by the letter of XML 1.0 (fifth edition) and Namespaces.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "every sum is an offset into one slice, so it is below isize::MAX"
)]

use super::error::{XmlErrorKind, excerpt};

/// A qualified name at the start of some text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct QName {
    /// Bytes of the prefix; 0 where there is none.
    pub(super) prefix: usize,
    /// Bytes of the whole name.
    pub(super) len: usize,
}

const OTHER: u8 = 0;
const CONTINUES: u8 = 1;
const STARTS: u8 = 2;
const BEYOND_ASCII: u8 = 3;

/// What each byte may do in a name without colons.
#[allow(clippy::indexing_slicing, reason = "runs while compiling, over exactly the table")]
static CLASS: [u8; 256] = {
    let mut table = [OTHER; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = match i {
            0x41..=0x5A | 0x61..=0x7A | 0x5F => STARTS,
            0x2D | 0x2E | 0x30..=0x39 => CONTINUES,
            0x80..=0xFF => BEYOND_ASCII,
            _ => OTHER,
        };
        i += 1;
    }
    table
};

fn class(byte: u8) -> u8 {
    CLASS.get(usize::from(byte)).copied().unwrap_or(OTHER)
}

/// `S`, XML 1.0 production 3.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Bytes of white space at the start of `text`.
pub(super) fn space_len(text: &str) -> usize {
    text.bytes().take_while(|&byte| is_space(byte)).count()
}

/// Bytes of the `NCName` (Namespaces, production 4) at the start of `text`; 0 where there is none.
pub(super) fn ncname_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    match bytes.first().map(|&byte| class(byte)) {
        Some(STARTS) => {}
        Some(BEYOND_ASCII) if text.chars().next().is_some_and(starts_name) => {}
        _ => return 0,
    }
    let mut len = 0;
    while let Some(&byte) = bytes.get(len) {
        match class(byte) {
            STARTS | CONTINUES => len += 1,
            BEYOND_ASCII => match text.get(len..).and_then(|rest| rest.chars().next()) {
                Some(c) if continues_name(c) => len += c.len_utf8(),
                _ => break,
            },
            _ => break,
        }
    }
    len
}

/// The `QName` (Namespaces, production 7) at the start of `text`. None also where a colon follows
/// that no name can have.
pub(super) fn qname(text: &str) -> Option<QName> {
    let first = ncname_len(text);
    if first == 0 {
        return None;
    }
    if text.as_bytes().get(first) != Some(&b':') {
        return Some(QName { prefix: 0, len: first });
    }
    let second = ncname_len(text.get(first + 1..)?);
    let len = first + 1 + second;
    (second != 0 && text.as_bytes().get(len) != Some(&b':')).then_some(QName { prefix: first, len })
}

/// The part of `text` that somebody may have meant as a name, for an error message.
pub(super) fn intended_name(text: &str) -> String {
    let stops = |c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/' | '>' | '<' | '?');
    excerpt(text.split(stops).next().unwrap_or_default())
}

/// `NameStartChar` beyond ASCII, XML 1.0 production 4.
const fn starts_name(c: char) -> bool {
    matches!(c,
        '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
        | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}'
        | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// `NameChar` beyond ASCII, XML 1.0 production 4a.
const fn continues_name(c: char) -> bool {
    starts_name(c) || matches!(c, '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// The character that `&name;` stands for: one of the five predefined entities, or a character
/// reference (XML 1.0 section 4.1). There are no others, because there is no DTD.
pub(super) fn reference(name: &str) -> Result<char, XmlErrorKind> {
    match name {
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "gt" => Ok('>'),
        "lt" => Ok('<'),
        "quot" => Ok('"'),
        _ => match name.strip_prefix('#') {
            Some(number) => {
                character(number).ok_or_else(|| XmlErrorKind::BadReference { name: excerpt(name) })
            }
            None => Err(XmlErrorKind::UnknownEntity { name: excerpt(name) }),
        },
    }
}

/// The character numbered `number`, decimal or after `x` hexadecimal, if XML 1.0 allows it.
fn character(number: &str) -> Option<char> {
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    let mut code: u32 = 0;
    for digit in digits.chars() {
        // Stops numbers that only fit after wrapping round: `&#4294967361;` is not `A`.
        code = code.checked_mul(radix)?.checked_add(digit.to_digit(radix)?)?;
    }
    char::from_u32(code)
        .filter(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qualified_names() {
        let rows = [
            ("a", Some((0, 1))),
            ("a b", Some((0, 1))),
            ("a:b=", Some((1, 3))),
            ("_-.7é>", Some((0, 6))),
            ("\u{10000}x:y", Some((5, 7))),
            (":a", None),
            ("a:", None),
            ("a:b:c", None),
            ("a::b", None),
            ("7", None),
            ("-a", None),
            ("a:7", None),
            ("a:-", None),
            ("", None),
            ("\u{300}", None),
            ("\u{D7}", None),
        ];
        for (text, expected) in rows {
            let name = qname(text).map(|name| (name.prefix, name.len));
            assert_eq!(name, expected, "{text:?}");
        }
    }

    #[test]
    fn references() {
        let good = [("lt", '<'), ("#65", 'A'), ("#x41", 'A'), ("#x10FFFF", '\u{10FFFF}')];
        for (name, c) in good {
            assert_eq!(reference(name), Ok(c), "{name}");
        }
        let bad = [
            "#0",
            "#x0",
            "#8",
            "#xB",
            "#x1F",
            "#xD800",
            "#xFFFE",
            "#xFFFF",
            "#x110000",
            "#",
            "#x",
            "#X41",
            "#4294967361",
            "#18446744073709551681",
            "#+65",
            "# 65",
            "#65 ",
            "nbsp",
            "LT",
            "",
            " lt",
            "#x4g",
        ];
        for name in bad {
            assert!(reference(name).is_err(), "{name}");
        }
    }
}
