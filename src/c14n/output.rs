//! The bytes written so far, never more than the caller allows.

use super::C14nError;
use crate::xml::find_any;

/// A buffer with a limit that holds before memory is asked for.
#[derive(Debug)]
pub(super) struct Output {
    bytes: Vec<u8>,
    limit: usize,
}

impl Output {
    pub(super) fn new(limit: usize, expected: usize) -> Output {
        Output { bytes: Vec::with_capacity(expected.min(limit)), limit }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Writes as is.
    pub(super) fn raw(&mut self, text: &str) -> Result<(), C14nError> {
        let len = self.bytes.len().saturating_add(text.len());
        if len > self.bytes.capacity() {
            if len > self.limit {
                return Err(C14nError::OutputLimit { limit: self.limit });
            }
            let doubled = self.bytes.capacity().saturating_mul(2);
            let wanted = doubled.max(len).min(self.limit);
            self.bytes.reserve_exact(wanted.saturating_sub(self.bytes.len()));
        }
        // The allocator may give more than was asked for.
        if len > self.limit {
            return Err(C14nError::OutputLimit { limit: self.limit });
        }
        self.bytes.extend_from_slice(text.as_bytes());
        Ok(())
    }

    /// Writes the text of a text node. (Canonical XML 1.0, 2.3)
    pub(super) fn text(&mut self, text: &str) -> Result<(), C14nError> {
        self.escaped(text, [b'&', b'<', b'>', b'\r'])
    }

    /// Writes what stands between the quotes of an attribute. (Canonical XML 1.0, 2.3)
    pub(super) fn value(&mut self, value: &str) -> Result<(), C14nError> {
        self.escaped(value, [b'&', b'<', b'"', b'\t', b'\n', b'\r'])
    }

    /// Writes `text`, whole runs at a time, with each of `special` replaced.
    fn escaped<const N: usize>(&mut self, text: &str, special: [u8; N]) -> Result<(), C14nError> {
        let mut rest = text;
        loop {
            let len = find_any(rest.as_bytes(), special);
            self.raw(rest.get(..len).unwrap_or_default())?;
            let replacement = match rest.as_bytes().get(len) {
                None => return Ok(()),
                Some(b'&') => "&amp;",
                Some(b'<') => "&lt;",
                Some(b'>') => "&gt;",
                Some(b'"') => "&quot;",
                Some(b'\t') => "&#x9;",
                Some(b'\n') => "&#xA;",
                Some(_) => "&#xD;",
            };
            self.raw(replacement)?;
            rest = rest.get(len.saturating_add(1)..).unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_are_replaced_each_in_its_place() {
        let mut out = Output::new(1000, 0);
        out.text("\ta&b<c>d\r\n\"e").unwrap();
        out.raw("|").unwrap();
        out.value("\ta&b<c>d\r\n\"e").unwrap();
        let expected = "\ta&amp;b&lt;c&gt;d&#xD;\n\"e|&#x9;a&amp;b&lt;c>d&#xD;&#xA;&quot;e";
        assert_eq!(String::from_utf8(out.into_bytes()).unwrap(), expected);
    }

    #[test]
    fn the_limit_holds_to_the_byte_and_before_allocation() {
        let mut out = Output::new(100, 10);
        for _ in 0..10 {
            out.raw("0123456789").unwrap();
        }
        assert_eq!(out.raw("x"), Err(C14nError::OutputLimit { limit: 100 }));
        assert_eq!(out.raw(""), Ok(()));
        assert_eq!(out.bytes.capacity(), 100);
        assert_eq!(out.into_bytes().len(), 100);
    }
}
