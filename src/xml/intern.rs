//! Strings as small numbers.

use std::collections::BTreeMap;

use super::storage::{Span, to_u32, to_usize};

/// Different strings, numbered in the order of their first occurrence.
///
/// A few are compared one by one, which is quickest; many are found in a `BTreeMap`, whose cost an
/// attacker's choice of strings cannot drive up as it could with a hash table without random keys.
#[derive(Debug, Clone, Default)]
pub(super) struct Interner {
    spans: Vec<Span>,
    index: BTreeMap<Box<str>, u32>,
}

/// From how many strings on the map is used.
const FEW: usize = 16;

impl Interner {
    /// The strings in order, as spans of the buffer they were interned from.
    pub(super) fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The string `number`.
    pub(super) fn span(&self, number: u32) -> Span {
        self.spans.get(to_usize(number)).copied().unwrap_or_default()
    }

    /// The number of `text`, if it is here. `buffer` is the one that the spans lie in.
    pub(super) fn find(&self, buffer: &str, text: &str) -> Option<u32> {
        if self.spans.len() > FEW {
            return self.index.get(text).copied();
        }
        self.spans.iter().position(|span| span.of(buffer) == text).map(to_u32)
    }

    /// The number of the string at `span`, given now if it is new; and whether it is.
    pub(super) fn intern(&mut self, buffer: &str, span: Span) -> (u32, bool) {
        let text = span.of(buffer);
        if let Some(number) = self.find(buffer, text) {
            return (number, false);
        }
        let number = to_u32(self.spans.len());
        self.spans.push(span);
        if self.spans.len() > FEW {
            if self.index.is_empty() {
                let few = self.spans.iter().enumerate();
                self.index = few.map(|(i, span)| (span.of(buffer).into(), to_u32(i))).collect();
            } else {
                self.index.insert(text.into(), number);
            }
        }
        (number, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_the_same_when_the_few_become_many() {
        let buffer = ('\u{100}'..'\u{164}').collect::<String>();
        let span = |i: usize| Span::new(i * 2, i * 2 + 2);
        let mut interner = Interner::default();
        for round in 0..2 {
            for i in 0..100 {
                assert_eq!(interner.intern(&buffer, span(i)), (to_u32(i), round == 0));
            }
        }
        for i in 0..100 {
            assert_eq!(interner.find(&buffer, span(i).of(&buffer)), Some(to_u32(i)));
        }
        assert_eq!(interner.find(&buffer, "x"), None);
    }
}
