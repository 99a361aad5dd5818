//! The XML declaration: XML 1.0 productions 23 to 26, 32, 80 and 81.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "every sum is an offset into the document, so it is below isize::MAX"
)]

use super::error::{Fault, XmlErrorKind, excerpt};
use super::names::space_len;

/// Checks what stands between `<?xml` and `?>`; `offset` is where that starts in the document.
///
/// A version other than 1.0 is refused: 1.1 has other line ends and characters, which would change
/// what a signature covers. An encoding other than UTF-8 is refused even where the bytes fit both.
pub(super) fn check(content: &str, offset: usize) -> Result<(), Fault> {
    let mut rest = Rest { text: content, offset };
    let (version, at) = rest.entry("version")?.ok_or_else(|| rest.expected("`version`"))?;
    if version != "1.0" {
        return Err(XmlErrorKind::Version { version: excerpt(version) }.at(at));
    }
    if let Some((encoding, at)) = rest.entry("encoding")? {
        if !is_encoding_name(encoding) {
            return Err(XmlErrorKind::BadDeclaration { expected: "the name of an encoding" }.at(at));
        }
        if !encoding.eq_ignore_ascii_case("UTF-8") {
            return Err(XmlErrorKind::Encoding { encoding: excerpt(encoding) }.at(at));
        }
    }
    if let Some((standalone, at)) = rest.entry("standalone")?
        && !matches!(standalone, "yes" | "no")
    {
        return Err(XmlErrorKind::BadDeclaration { expected: "`yes` or `no`" }.at(at));
    }
    rest.skip(space_len(rest.text));
    if rest.text.is_empty() { Ok(()) } else { Err(rest.expected("its end")) }
}

/// `EncName`, production 81.
fn is_encoding_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

/// What is still to be read.
struct Rest<'t> {
    text: &'t str,
    offset: usize,
}

impl<'t> Rest<'t> {
    fn skip(&mut self, bytes: usize) {
        self.text = self.text.get(bytes..).unwrap_or_default();
        self.offset += bytes;
    }

    fn expected(&self, expected: &'static str) -> Fault {
        XmlErrorKind::BadDeclaration { expected }.at(self.offset)
    }

    /// White space, `name`, `=` and a quoted value, which is given with its offset; none, and
    /// nothing passed over, where `name` is not what follows.
    fn entry(&mut self, name: &str) -> Result<Option<(&'t str, usize)>, Fault> {
        let space = space_len(self.text);
        if !self.text.get(space..).is_some_and(|rest| rest.starts_with(name)) {
            return Ok(None);
        }
        if space == 0 {
            return Err(self.expected("white space"));
        }
        self.skip(space + name.len());
        self.skip(space_len(self.text));
        if !self.text.starts_with('=') {
            return Err(self.expected("`=`"));
        }
        self.skip(1);
        self.skip(space_len(self.text));
        let Some(quote @ ('"' | '\'')) = self.text.chars().next() else {
            return Err(self.expected("a quoted value"));
        };
        self.skip(1);
        let at = self.offset;
        let Some(value) = self.text.find(quote).and_then(|len| self.text.get(..len)) else {
            return Err(self.expected("a closing quote"));
        };
        self.skip(value.len() + 1);
        Ok(Some((value, at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar() {
        let good = [
            " version='1.0'",
            " version = \"1.0\" ",
            "\n version='1.0'\tencoding='utf-8'\r\nstandalone='no'",
            " version='1.0' standalone='yes'",
        ];
        for content in good {
            assert_eq!(check(content, 5), Ok(()), "{content:?}");
        }
        let bad = [
            "",
            " ",
            "version='1.0'",
            " encoding='UTF-8'",
            " version=1.0",
            " version='1.0\"",
            " version='1.0'encoding='UTF-8'",
            " version='1.0' standalone='yes' encoding='UTF-8'",
            " version='1.0' standalone='Yes'",
            " version='1.0' version='1.0'",
            " version='1.0' lang='en'",
            " version='1.0' encoding=''",
            " version='1.0' encoding='UTF8'",
            " version='1.1'",
            " version='1.00'",
            " version=''",
            " version '1.0'",
        ];
        for content in bad {
            assert!(check(content, 5).is_err(), "{content:?}");
        }
    }
}
