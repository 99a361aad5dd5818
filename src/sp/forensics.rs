//! Why a signature fails, where an accident explains it: the same signature holds once the
//! accident is undone.
//!
//! Diagnosis and nothing else. What was made whole is dropped here; an [`Explanation`] holds names
//! of changes, and the place where the message differs, and can hold no more: it is `Copy`. The
//! message stays refused.
//!
//! The work is bounded: [`CANDIDATES`] is a fixed list, each is linear, and a message longer than
//! [`LONGEST`] is not looked into, so that a forged message costs no more than a few of the
//! largest that are read anyway. Only what stands in the open is looked into, and only with the
//! keys of the identity provider: nothing is learnt here that the sender could not compute. What
//! was decrypted is left alone, because there an answer would help an attacker.

mod undo;

use super::received::Received;
use crate::checks::{Change, Explanation, Part, Signatures};
use crate::dsig::{Constraints, SignatureClaim, SignatureErrorKind, TrustedKey, VerifyTask};
use crate::policy::Policy;
use crate::saml::names::{ASSERTION, PROTOCOL};
use crate::xml::{Attribute, Document, Element, ElementId, Limits, Node};

/// The longest message that is looked into, in bytes. Genuine ones have 5,000 to 50,000.
const LONGEST: usize = 128 << 10;

/// The longest text that is made of it, in bytes: undoing may make a text longer.
const LONGEST_UNDONE: usize = 2 * LONGEST;

/// The longest canonical form that is made of a candidate, in bytes.
const CANONICAL_BYTES: usize = 4 * LONGEST;

/// What is tried, in this order: the commonest accident first, two at once last.
const CANDIDATES: [&[Change]; 18] = [
    &[Change::Indented],
    &[Change::Charset],
    &[Change::EscapedTwice],
    &[Change::CarriageReturnsAdded],
    &[Change::CarriageReturnsLost],
    &[Change::Wrapped],
    &[Change::LinesBroken],
    &[Change::LineBreaksForBlanks],
    &[Change::BlanksForLineBreaks],
    &[Change::NoBreakSpaces],
    &[Change::InvisibleCharacters],
    &[Change::Typography],
    &[Change::Unescaped],
    &[Change::Charset, Change::Charset],
    &[Change::Charset, Change::Indented],
    &[Change::EscapedTwice, Change::Indented],
    &[Change::CarriageReturnsAdded, Change::Indented],
    &[Change::InvisibleCharacters, Change::Indented],
];

/// Which signature is looked at.
#[derive(Clone, Copy)]
enum Signer {
    Response,
    Assertion,
}

/// What explains the first signature of the message that fails, if one of the candidates does.
pub(super) fn explain(
    policy: &Policy,
    received: &Received,
    signatures: &Signatures,
) -> Option<Explanation> {
    let Signatures { response, assertion } = signatures;
    // An assertion that was decrypted stands not in the message; the Response around it does.
    let plain = received.assertion_element().is_some();
    let parts = [(Signer::Response, response, true), (Signer::Assertion, assertion, plain)];
    let (signer, error, in_the_open) = parts.into_iter().find_map(|(signer, part, open)| {
        if let Part::Failed(error) = part { Some((signer, error, open)) } else { None }
    })?;
    let damaged =
        matches!(error.kind, SignatureErrorKind::Digest { .. } | SignatureErrorKind::Value);
    let arrived = &received.document;
    if !damaged || !in_the_open || arrived.source().len() > LONGEST {
        return None;
    }
    let limit = policy.constraints.canonical_bytes.min(CANONICAL_BYTES);
    let constraints = Constraints { canonical_bytes: limit, ..policy.constraints.clone() };
    let limits = Limits {
        input_bytes: policy.limits.input_bytes.min(LONGEST_UNDONE),
        ..policy.limits.clone()
    };
    let keys = received.identity_provider(policy)?.keys.as_slice();
    let attempt = Attempt { signer, keys, constraints: &constraints };
    // Where SignedInfo itself is by nobody, a candidate that leaves it alone cannot help.
    let hopeless = match error.kind {
        SignatureErrorKind::Value => Some(attempt.task(arrived)?.1),
        _ => None,
    };
    CANDIDATES.into_iter().find_map(|changes| {
        let text = undo::all(changes, arrived.source())?;
        let whole = Document::parse(text.as_bytes(), &limits).ok()?;
        attempt.holds(&whole, hopeless.as_ref()).then(|| difference(changes, arrived, &whole))
    })
}

struct Attempt<'a> {
    signer: Signer,
    keys: &'a [TrustedKey],
    constraints: &'a Constraints,
}

impl Attempt<'_> {
    fn task(&self, document: &Document) -> Option<(SignatureClaim, VerifyTask)> {
        let root = document.root();
        let parent = match self.signer {
            Signer::Response => root,
            Signer::Assertion => {
                root.child_elements().find(|one| one.is(ASSERTION, "Assertion"))?
            }
        };
        let claim = SignatureClaim::read(parent, self.constraints).ok().flatten()?;
        let task = claim.task(self.keys, self.constraints).ok()?;
        Some((claim, task))
    }

    /// Whether the signature holds on this document: with a trusted key, digest and all.
    fn holds(&self, document: &Document, hopeless: Option<&VerifyTask>) -> bool {
        if !document.root().is(PROTOCOL, "Response") {
            return false;
        }
        let Some((claim, task)) = self.task(document) else { return false };
        let same = |other: &VerifyTask| {
            other.data() == task.data() && other.signature() == task.signature()
        };
        if hopeless.is_some_and(same) {
            return false;
        }
        let verdict = task.verify_with_ring();
        verdict.key.is_some()
            && claim
                .decide(&task, verdict, self.keys)
                .and_then(|authentic| authentic.dereference(document, self.constraints))
                .is_ok()
    }
}

/// Where the message differs from the one that was signed: no candidate adds or removes elements,
/// so the nth of one is the nth of the other.
fn difference(changes: &'static [Change], arrived: &Document, whole: &Document) -> Explanation {
    let pairs = arrived.elements().zip(whole.elements());
    let mut differing = pairs.filter(|(one, other)| !same(*one, *other)).map(|(one, _)| one.id());
    let first: Option<ElementId> = differing.next();
    let elements = differing.count().saturating_add(usize::from(first.is_some()));
    Explanation { changes, first, elements }
}

/// Whether two elements have the same attributes and the same text beside the same children.
fn same(one: Element<'_>, other: Element<'_>) -> bool {
    let values = |one: Attribute<'_>| one.value().to_owned();
    one.attributes().map(values).eq(other.attributes().map(values)) && texts(one).eq(texts(other))
}

/// The texts of an element; nothing stands for each child between them.
fn texts(element: Element<'_>) -> impl Iterator<Item = Option<&str>> {
    element.children().map(|child| match child {
        Node::Text(text) => Some(text),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nothing of the message that was made whole can leave: what can be copied owns nothing.
    #[test]
    fn an_explanation_owns_nothing() {
        fn owns_nothing<T: Copy + 'static>() {}
        owns_nothing::<Explanation>();
    }

    /// A message that invites every candidate: none makes it much longer, so that the work on a
    /// forged one is bounded by the number of candidates. The one that can, a carriage return for
    /// each line break, makes a text that is not read.
    #[test]
    fn a_hostile_message_cannot_multiply_the_work() {
        let piece = "<x> \u{a0}\u{200b}Ã¼ ’&amp;amp;&amp;lt;&#13;\r\n\n </x>";
        let hostile = format!("<r>{}</r>", piece.repeat(1000));
        for changes in CANDIDATES {
            let undone = undo::all(changes, &hostile).map_or(0, |text| text.len());
            assert!(undone <= 2 * hostile.len(), "{changes:?}: {undone} bytes");
        }
        let lines = format!("<r>{}</r>", "\n".repeat(LONGEST - 7));
        for changes in CANDIDATES {
            let undone = undo::all(changes, &lines).map_or(0, |text| text.len());
            let read = undone <= LONGEST_UNDONE;
            assert_eq!(read, *changes != [Change::CarriageReturnsLost], "{changes:?}: {undone}");
        }
    }

    #[test]
    fn candidates_differ_and_undo_two_changes_at_most() {
        for (index, changes) in CANDIDATES.iter().enumerate() {
            assert!((1..=2).contains(&changes.len()), "{changes:?}");
            assert!(!CANDIDATES.iter().take(index).any(|other| other == changes), "{changes:?}");
        }
    }
}
