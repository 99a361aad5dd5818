//! Looking at many bytes at once.
//!
//! Eight bytes at a time in a plain `u64`, so that it is as quick in WebAssembly without SIMD as
//! natively, and needs no `unsafe`.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "every sum is an offset into one slice, so it is below isize::MAX"
)]

/// `0x01` in every byte.
const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
/// `0x80` in every byte.
const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);

/// Not zero if some byte of `word` is `byte`. Which one is not to be read off the result: a borrow
/// can also mark the byte behind a true hit.
const fn has(word: u64, byte: u8) -> u64 {
    let different = word ^ u64::from_ne_bytes([byte; 8]);
    different.wrapping_sub(ONES) & !different & HIGHS
}

/// Not zero if some byte of `word` is below `0x20`, with the same caution.
const fn has_control(word: u64) -> u64 {
    word.wrapping_sub(u64::from_ne_bytes([0x20; 8])) & !word & HIGHS
}

/// The offset of the first byte that is one of `needles`, or the length of `bytes`.
pub(crate) fn find_any<const N: usize>(bytes: &[u8], needles: [u8; N]) -> usize {
    let (words, _) = bytes.as_chunks::<8>();
    let clean = words
        .iter()
        .take_while(|chunk| {
            let word = u64::from_ne_bytes(**chunk);
            needles.iter().fold(0, |hits, &needle| hits | has(word, needle)) == 0
        })
        .count()
        * 8;
    let rest = bytes.get(clean..).unwrap_or_default();
    clean + rest.iter().position(|byte| needles.contains(byte)).unwrap_or(rest.len())
}

/// What one look over a whole document tells about its characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Survey {
    /// Offset of the first character that XML 1.0 forbids (section 2.2, Char).
    pub(super) forbidden: Option<usize>,
    /// Whether there is any CR, so that line ends need normalising (section 2.11).
    pub(super) carriage_return: bool,
}

/// Finds forbidden characters: controls other than TAB, LF and CR, and U+FFFE and U+FFFF, which
/// are `EF BF BE` and `EF BF BF`. (Surrogates cannot occur in UTF-8.)
pub(super) fn survey(text: &str) -> Survey {
    let bytes = text.as_bytes();
    let mut found = Survey { forbidden: None, carriage_return: false };
    let mut look_at = |from: usize, slice: &[u8]| {
        for (i, &byte) in slice.iter().enumerate() {
            let bad = match byte {
                b'\r' => {
                    found.carriage_return = true;
                    false
                }
                b'\t' | b'\n' => false,
                0..0x20 => true,
                0xEF => matches!(bytes.get(from + i + 1..from + i + 3), Some([0xBF, 0xBE | 0xBF])),
                _ => false,
            };
            if bad && found.forbidden.is_none() {
                found.forbidden = Some(from + i);
            }
        }
    };
    let (words, rest) = bytes.as_chunks::<8>();
    for (i, chunk) in words.iter().enumerate() {
        let word = u64::from_ne_bytes(*chunk);
        if has_control(word) | has(word, 0xEF) != 0 {
            look_at(i * 8, chunk);
        }
    }
    look_at(words.len() * 8, rest);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_needle_at_every_offset_and_length() {
        for len in 0..40 {
            for at in 0..len {
                let mut bytes = vec![b'x'; len];
                bytes[at] = b'&';
                bytes[len - 1] = b'<';
                let expected = bytes.iter().position(|b| *b != b'x').unwrap_or(len);
                assert_eq!(find_any(&bytes, [b'<', b'&']), expected, "{len} {at}");
            }
            assert_eq!(find_any(&vec![b'x'; len], [b'<']), len);
        }
    }

    #[test]
    fn neighbours_of_a_needle_are_not_taken_for_it() {
        for byte in 0..=255u8 {
            let expected = if byte == b'<' { 3 } else { 16 };
            let mut bytes = [b'y'; 16];
            bytes[3] = byte;
            assert_eq!(find_any(&bytes, [b'<']), expected, "{byte}");
        }
    }

    #[test]
    fn forbidden_characters_are_found_wherever_they_stand() {
        for code in (0u32..0x20).chain([0x7F, 0x80, 0xFFFD, 0xFFFE, 0xFFFF, 0x1_FFFE]) {
            let c = char::from_u32(code).unwrap();
            let forbidden = !matches!(code, 9 | 10 | 13 | 0x7F | 0x80 | 0xFFFD | 0x1_FFFE);
            for before in 0..20 {
                let text = format!("{}{c}{}", "a".repeat(before), "b".repeat(12));
                let expected =
                    Survey { forbidden: forbidden.then_some(before), carriage_return: c == '\r' };
                assert_eq!(survey(&text), expected, "U+{code:04X} after {before}");
            }
        }
    }
}
