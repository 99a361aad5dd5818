//! Lines and columns, worked out only when somebody asks.

use std::fmt;

/// A place in a document as an editor shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1. Lines end at LF, CR LF or CR.
    pub line: u32,
    /// Column, from 1, counted in characters (Unicode scalar values).
    pub column: u32,
}

impl Position {
    /// Before the first character.
    pub(super) const START: Position = Position { line: 1, column: 1 };

    /// The place `offset` bytes into `text`; past its end, the end.
    pub(super) fn in_text(text: &str, offset: usize) -> Position {
        let bytes = text.as_bytes();
        Position::START.after(bytes, 0, offset.min(bytes.len()))
    }

    /// Where this place moves to when `bytes[from..to]` are passed over. The byte before `from` and
    /// the one at `to` are looked at, because CR LF is one line end.
    fn after(self, bytes: &[u8], from: usize, to: usize) -> Position {
        let mut here = self;
        let mut previous = from.checked_sub(1).and_then(|i| bytes.get(i)).copied();
        for &byte in bytes.get(from..to).unwrap_or_default() {
            match byte {
                b'\n' if previous == Some(b'\r') => {}
                b'\n' | b'\r' => {
                    here.line = here.line.saturating_add(1);
                    here.column = 1;
                }
                // Bytes 10xxxxxx continue a character that was counted at its first byte.
                0x80..=0xBF => {}
                _ => here.column = here.column.saturating_add(1),
            }
            previous = Some(byte);
        }
        here
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Known places at even distances, so that asking for the position of each of many elements of a
/// document in one long line does not read that line each time.
#[derive(Debug, Clone)]
pub(super) struct PositionIndex(Vec<Position>);

/// Bytes between two known places.
const STRIDE: usize = 256;

impl PositionIndex {
    pub(super) fn new(text: &str) -> PositionIndex {
        let bytes = text.as_bytes();
        let mut here = Position::START;
        let mut known = Vec::with_capacity((bytes.len() / STRIDE).saturating_add(1));
        for from in (0..=bytes.len()).step_by(STRIDE) {
            known.push(here);
            here = here.after(bytes, from, from.saturating_add(STRIDE).min(bytes.len()));
        }
        PositionIndex(known)
    }

    pub(super) fn position(&self, text: &str, offset: usize) -> Position {
        let bytes = text.as_bytes();
        let offset = offset.min(bytes.len());
        let block = offset / STRIDE;
        match self.0.get(block) {
            Some(known) => known.after(bytes, block.saturating_mul(STRIDE), offset),
            None => Position::in_text(text, offset),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_lf_cr_and_cr_lf() {
        let text = "ab\r\ncd\re\n\nf";
        let lines: Vec<_> = [0, 2, 4, 7, 9, 10, 11]
            .map(|at| Position::in_text(text, at))
            .map(|p| (p.line, p.column))
            .to_vec();
        assert_eq!(lines, [(1, 1), (1, 3), (2, 1), (3, 1), (4, 1), (5, 1), (5, 2)]);
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(Position::in_text("äö\u{1F600}x", 8), Position { line: 1, column: 4 });
    }

    #[test]
    fn the_index_says_what_a_full_scan_says() {
        let text = "é\r\nüx\n".repeat(1000);
        let index = PositionIndex::new(&text);
        for at in (0..=text.len().saturating_add(3)).filter(|&at| text.is_char_boundary(at)) {
            assert_eq!(index.position(&text, at), Position::in_text(&text, at), "offset {at}");
        }
    }
}
