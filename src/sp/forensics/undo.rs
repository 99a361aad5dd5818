//! Undoing one change of a text: each in one pass, and none where there is nothing to undo.
//!
//! A text may be undone wrongly; then it does not verify, and nothing is said.

use std::borrow::Cow;

use crate::checks::Change;

/// Undoes one change after the other. `None` where one of them has nothing to undo.
pub(super) fn all(changes: &[Change], text: &str) -> Option<String> {
    let mut text = Cow::Borrowed(text);
    for change in changes {
        let before = text;
        let after = one(*change, &before)?;
        if after == before {
            return None;
        }
        text = Cow::Owned(after);
    }
    Some(text.into_owned())
}

fn one(change: Change, text: &str) -> Option<String> {
    Some(match change {
        Change::BlanksForLineBreaks => line_breaks_again(text),
        Change::CarriageReturnsAdded => without_references(text, 13),
        Change::CarriageReturnsLost => {
            text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "&#13;\n")
        }
        Change::Charset => return read_again(text),
        Change::EscapedTwice => unescaped(text),
        Change::Indented => between_tags(text, |gap| if is_blank(gap) { "" } else { gap }),
        Change::InvisibleCharacters => text.chars().filter(|one| !is_invisible(*one)).collect(),
        Change::LineBreaksForBlanks => text.replace("\r\n", "\n").replace(['\r', '\n'], " "),
        Change::LinesBroken => text.replace(['\r', '\n'], ""),
        Change::NoBreakSpaces => {
            let text = text.replace('\u{a0}', " ");
            text.replace("&#160;", " ").replace("&#xA0;", " ").replace("&#xa0;", " ")
        }
        Change::Typography => typed(text),
        Change::Unescaped => escaped(text),
        Change::Wrapped => between_tags(text, |gap| gap.trim_matches(BLANKS)),
    })
}

/// White space of XML.
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

fn is_blank(text: &str) -> bool {
    text.chars().all(|one| BLANKS.contains(&one))
}

/// The text with each piece between a `>` and the next `<` changed.
fn between_tags(text: &str, change: impl Fn(&str) -> &str) -> String {
    let mut changed = String::with_capacity(text.len());
    for (index, piece) in text.split('<').enumerate() {
        if index > 0 {
            changed.push('<');
        }
        // Of `name a="b">gap` the gap is what follows the last `>`: a value may hold one as well.
        match piece.rsplit_once('>') {
            Some((tag, gap)) => {
                changed.push_str(tag);
                changed.push('>');
                changed.push_str(change(gap));
            }
            None => changed.push_str(piece),
        }
    }
    changed
}

/// Base64 on one line with blanks in it is base64 that had line breaks, and so is a single blank
/// between two elements.
fn line_breaks_again(text: &str) -> String {
    let mut changed = String::with_capacity(text.len());
    for (index, piece) in text.split('<').enumerate() {
        if index > 0 {
            changed.push('<');
        }
        let (tag, gap) = match piece.rsplit_once('>') {
            Some((tag, gap)) => (tag, gap),
            None => (piece, ""),
        };
        changed.push_str(tag);
        if tag.len() < piece.len() {
            changed.push('>');
        }
        let base64 = |one: u8| one.is_ascii_alphanumeric() || b"+/= ".contains(&one);
        if gap == " " || (gap.len() > 64 && gap.bytes().all(base64)) {
            changed.push_str(&gap.replace(' ', "\n"));
        } else {
            changed.push_str(gap);
        }
    }
    changed
}

/// Without references to a character, however they are written.
fn without_references(text: &str, character: u32) -> String {
    replace_references(text, |name| {
        let digits = name.strip_prefix('#')?;
        let number = match digits.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
            None => digits.parse(),
        };
        (number.ok()? == character).then(String::new)
    })
}

/// The longest name between `&` and `;` that is looked at: `#1114111` has eight characters.
const NAME: usize = 10;

/// The text with references replaced where `replace` has something for their name.
fn replace_references(text: &str, replace: impl Fn(&str) -> Option<String>) -> String {
    let mut changed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        changed.push_str(before);
        let name = after.bytes().take(NAME).position(|one| one == b';');
        let found = name.and_then(|end| after.split_at_checked(end));
        let replaced =
            found.and_then(|(name, tail)| Some((replace(name)?, tail.strip_prefix(';')?)));
        if let Some((replacement, tail)) = replaced {
            changed.push_str(&replacement);
            rest = tail;
        } else {
            changed.push('&');
            rest = after;
        }
    }
    changed.push_str(rest);
    changed
}

/// `&amp;name;` becomes `&name;` where that is a reference which XML knows.
fn unescaped(text: &str) -> String {
    let mut changed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("&amp;") {
        changed.push_str(before);
        let end = after.bytes().take(NAME).position(|one| one == b';').unwrap_or_default();
        let name = after.get(..end).unwrap_or_default();
        let known = matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") || is_number(name);
        changed.push_str(if known { "&" } else { "&amp;" });
        rest = after;
    }
    changed.push_str(rest);
    changed
}

fn is_number(name: &str) -> bool {
    let digits = name.strip_prefix("#x").map(|rest| (rest, 16));
    let digits = digits.or_else(|| name.strip_prefix('#').map(|rest| (rest, 10)));
    digits.is_some_and(|(digits, radix)| {
        !digits.is_empty() && digits.chars().all(|one| one.is_digit(radix))
    })
}

/// Each reference escaped once more.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
}

/// Typed on a keyboard again.
fn typed(text: &str) -> String {
    let mut changed = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '\u{2018}' | '\u{2019}' => changed.push('\''),
            '\u{201c}' | '\u{201d}' | '\u{201e}' => changed.push('"'),
            '\u{2010}' | '\u{2011}' | '\u{2013}' => changed.push('-'),
            '\u{2014}' => changed.push_str("--"),
            '\u{2026}' => changed.push_str("..."),
            other => changed.push(other),
        }
    }
    changed
}

fn is_invisible(one: char) -> bool {
    matches!(one, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// What Windows-1252 has at 0x80 to 0x9F; a blank where it has nothing, and Latin-1 a control
/// character.
const WINDOWS_1252: [char; 32] = [
    '€', ' ', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', ' ', 'Ž', ' ', ' ', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', ' ', 'ž', 'Ÿ',
];

/// The characters as bytes of Windows-1252 or Latin-1, and those read as UTF-8. `None` where the
/// text cannot have come about so.
fn read_again(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    for one in text.chars() {
        let byte = if let Ok(byte) = u8::try_from(one) {
            byte
        } else {
            let place = WINDOWS_1252.iter().position(|other| *other == one)?;
            u8::try_from(place).ok()?.checked_add(0x80)?
        };
        bytes.push(byte);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(change: Change, text: &str) -> Option<String> {
        all(&[change], text)
    }

    #[test]
    fn each_change_is_undone() {
        for (change, damaged, whole) in [
            (Change::Indented, "<a>\n  <b>c d</b>\n</a>", "<a><b>c d</b></a>"),
            (Change::Indented, "<a b='1 > 0'> <c/></a>", "<a b='1 > 0'><c/></a>"),
            (Change::Wrapped, "<a>\r\n\t<b>\n c\n</b></a>", "<a><b>c</b></a>"),
            (Change::LinesBroken, "<a>b\nc</a>", "<a>bc</a>"),
            (Change::LineBreaksForBlanks, "<a\nb=''>c\r\nd</a>", "<a b=''>c d</a>"),
            (Change::CarriageReturnsAdded, "<a>b&#13;\nc&#xD;&#x0d;</a>", "<a>b\nc</a>"),
            (Change::CarriageReturnsLost, "<a>b\r\nc\nd</a>", "<a>b&#13;\nc&#13;\nd</a>"),
            (Change::Charset, "<a>MÃ¼ller â‚¬</a>", "<a>Müller €</a>"),
            (Change::Charset, "<a>\u{c3}\u{9f}</a>", "<a>ß</a>"),
            (Change::EscapedTwice, "<a>R&amp;amp;D &amp;#252;</a>", "<a>R&amp;D &#252;</a>"),
            (Change::Unescaped, "<a>&lt;b></a>", "<a>&amp;lt;b></a>"),
            (Change::NoBreakSpaces, "<a>B.\u{a0}Simon&#160;</a>", "<a>B. Simon </a>"),
            (Change::InvisibleCharacters, "<a>b\u{200b}c\u{feff}</a>", "<a>bc</a>"),
            (Change::Typography, "<a>O’Neill – “x”</a>", "<a>O'Neill - \"x\"</a>"),
            (Change::BlanksForLineBreaks, "<a> <b>c d</b></a>", "<a>\n<b>c d</b></a>"),
        ] {
            assert_eq!(undone(change, damaged).as_deref(), Some(whole), "{change:?}: {damaged}");
        }
        let base64 = format!("<a>{} {}</a>", "QUJD".repeat(19), "QUJD".repeat(3));
        let lines = base64.replace(' ', "\n");
        assert_eq!(undone(Change::BlanksForLineBreaks, &base64), Some(lines));
    }

    #[test]
    fn two_changes_are_undone_one_after_the_other() {
        let changes = [Change::Charset, Change::Indented];
        assert_eq!(all(&changes, "<a> <b>Ã¼</b></a>").as_deref(), Some("<a><b>ü</b></a>"));
        assert_eq!(all(&[Change::Charset; 2], "<a>ÃƒÂ¼</a>").as_deref(), Some("<a>ü</a>"));
    }

    #[test]
    fn where_there_is_nothing_to_undo_nothing_is_tried() {
        let text = "<a b='c'>d e</a>";
        for change in [
            Change::BlanksForLineBreaks,
            Change::CarriageReturnsAdded,
            Change::CarriageReturnsLost,
            Change::Charset,
            Change::EscapedTwice,
            Change::Indented,
            Change::InvisibleCharacters,
            Change::LineBreaksForBlanks,
            Change::LinesBroken,
            Change::NoBreakSpaces,
            Change::Typography,
            Change::Unescaped,
            Change::Wrapped,
        ] {
            assert_eq!(undone(change, text), None, "{change:?}");
        }
        assert_eq!(undone(Change::Charset, "<a>Ω</a>"), None, "not of Windows-1252");
        assert_eq!(undone(Change::Charset, "<a>ü</a>"), None, "0xFC alone is not UTF-8");
        assert_eq!(all(&[Change::Charset, Change::Indented], "<a>Ã¼</a>"), None);
    }
}
