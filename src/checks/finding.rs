//! How a check words its answer.

use crate::report::{Check, CheckId, Code, Hint, Location, Status, shown};
use crate::xml::ElementId;

/// One element of a message, in the document that a fact was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// In the message as it arrived.
    Message(ElementId),
    /// In the document that the assertion, or what a logout message says, was read from.
    Assertion(ElementId),
}

/// A [`Check`] in the making: the element concerned is not yet a place in the message.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    check: Check,
    at: Option<At>,
    remedies: Vec<Hint>,
}

impl Finding {
    fn new(id: CheckId, status: Status, code: Option<Code>) -> Self {
        let check =
            Check { id, status, code, expected: None, actual: None, location: None, hint: None };
        Self { check, at: None, remedies: Vec::new() }
    }

    pub(crate) fn passed(id: CheckId) -> Self {
        Self::new(id, Status::Passed, None)
    }

    pub(crate) fn failed(id: CheckId, code: Code) -> Self {
        Self::new(id, Status::Failed, Some(code))
    }

    pub(crate) fn warned(id: CheckId, code: Code) -> Self {
        Self::new(id, Status::Warned, Some(code))
    }

    /// The reason stands where a failed check has the actual value.
    pub(crate) fn skipped(id: CheckId, reason: &str) -> Self {
        Self::new(id, Status::Skipped, None).actual(reason)
    }

    /// What this service provider expects, from its configuration.
    pub(crate) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.check.expected = Some(expected.into());
        self
    }

    /// What the message has: cut at a length, because the message chooses it.
    pub(crate) fn actual(mut self, actual: impl AsRef<str>) -> Self {
        self.check.actual = Some(shown(actual.as_ref()));
        self
    }

    pub(crate) fn at(mut self, at: At) -> Self {
        self.at = Some(at);
        self
    }

    /// A place that is known already.
    pub(crate) fn located(mut self, location: Location) -> Self {
        self.check.location = Some(location);
        self
    }

    /// What to change, for an administrator. In place of what was said before, remedies and all.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.remedies.clear();
        self.check.hint = Some(hint.into());
        self
    }

    /// What to enter where: told behind the hint, and in a report's hints by its parts.
    pub(crate) fn remedy(mut self, remedy: Hint) -> Self {
        let hint = self.check.hint.get_or_insert_default();
        if !hint.is_empty() {
            hint.push(' ');
        }
        hint.push_str(&remedy.text);
        self.remedies.push(remedy);
        self
    }

    /// The remedies, which are a report's and not a check's.
    pub(crate) fn take_remedies(&mut self) -> Vec<Hint> {
        std::mem::take(&mut self.remedies)
    }

    pub(crate) fn admits(&self) -> bool {
        self.check.admits()
    }

    /// The check, with the element resolved to a place in the message.
    pub(crate) fn into_check(self, locate: impl FnOnce(At) -> Option<Location>) -> Check {
        let location = self.at.and_then(locate).or(self.check.location);
        Check { location, ..self.check }
    }
}
