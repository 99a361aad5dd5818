//! Is the message valid now? (SAML core 2.5.1.2, 2.4.1.2, 2.7.2)
//!
//! NotBefore is inclusive and NotOnOrAfter exclusive. The clock skew widens every bound.

use super::{At, Facts, Finding, no_assertion};
use crate::policy::{Policy, SessionExpiry};
use crate::report::{CheckId, Code};
use crate::saml::assertion::{Assertion, SubjectConfirmation};
use crate::saml::element::Time;
use crate::saml::time::{Instant, Seconds};

pub(super) fn check(facts: &Facts<'_>, policy: &Policy) -> Finding {
    let Some(assertion) = facts.assertion else { return no_assertion(CheckId::Timestamps) };
    let confirmation = facts.confirmation(policy);
    let window = Window { now: facts.context.now, skew: policy.clock_skew };
    let failed = malformed(facts, assertion, confirmation)
        .or_else(|| validity(&window, assertion, confirmation))
        .or_else(|| ages(&window, assertion, policy));
    if let Some(finding) = failed {
        return finding;
    }
    session(&window, assertion, policy)
        .unwrap_or_else(|| Finding::passed(CheckId::Timestamps).actual(window.now.to_string()))
}

/// Whether one confirmation is valid now.
pub(super) fn confirmation_fits(
    confirmation: &SubjectConfirmation,
    facts: &Facts<'_>,
    policy: &Policy,
) -> bool {
    let window = Window { now: facts.context.now, skew: policy.clock_skew };
    let well_formed = |time: &Option<Time>| time.as_ref().is_none_or(|time| time.instant.is_some());
    well_formed(&confirmation.not_before)
        && well_formed(&confirmation.not_on_or_after)
        && window.begun(confirmation.not_before.as_ref()).is_none()
        && confirmation.not_on_or_after.is_some()
        && window.over(confirmation.not_on_or_after.as_ref()).is_none()
}

/// Now, give or take the skew.
pub(super) struct Window {
    pub(super) now: Instant,
    pub(super) skew: Seconds,
}

impl Window {
    /// A finding where the time has not come.
    pub(super) fn begun(&self, time: Option<&Time>) -> Option<Finding> {
        let time = time?;
        let instant = time.instant?;
        if self.now.plus(self.skew) >= instant {
            return None;
        }
        Some(self.compared(Code::NotYetValid, time, instant, "at or before"))
    }

    /// A finding where the time is past.
    pub(super) fn over(&self, time: Option<&Time>) -> Option<Finding> {
        let time = time?;
        let instant = time.instant?;
        if self.now.minus(self.skew) < instant {
            return None;
        }
        Some(self.compared(Code::Expired, time, instant, "after"))
    }

    fn compared(&self, code: Code, time: &Time, instant: Instant, relation: &str) -> Finding {
        let apart = self.now.milliseconds().saturating_sub(instant.milliseconds());
        Finding::failed(CheckId::Timestamps, code)
            .expected(format!(
                "{} {relation} {} ({} s of clock skew allowed)",
                time.name, self.now, self.skew.0
            ))
            .actual(format!("{} {instant}", time.name))
            .at(At::Assertion(time.at))
            .hint(apart_hint(apart))
    }
}

/// Advice by the distance: a little is a clock, whole hours are a time zone, else it was kept.
fn apart_hint(milliseconds: i64) -> String {
    let seconds = milliseconds.saturating_abs().saturating_add(500).div_euclid(1000);
    let distance = match seconds {
        ..120 => format!("{seconds} seconds"),
        120..7200 => format!("{} minutes", seconds.div_euclid(60)),
        7200..172_800 => format!("{} hours", seconds.div_euclid(3600)),
        _ => format!("{} days", seconds.div_euclid(86_400)),
    };
    if milliseconds < 0 {
        return format!(
            "The message is {distance} ahead of this clock. Set the clock of the application's \
             server by NTP, and check its time zone."
        );
    }
    format!(
        "The time passed {distance} ago. Start the login again; if it fails at once, set the clock \
         of the application's server by NTP, and check its time zone."
    )
}

/// Everything that should be an instant and is not.
fn malformed(
    facts: &Facts<'_>,
    assertion: &Assertion,
    confirmation: Option<&SubjectConfirmation>,
) -> Option<Finding> {
    let conditions = assertion.conditions.as_ref();
    let statements = assertion.authn_statements.iter().flat_map(|statement| {
        [Some(&statement.authn_instant), statement.session_not_on_or_after.as_ref()]
    });
    let issued = &facts.response.issue_instant;
    let all = [
        Some(&assertion.issue_instant),
        conditions.and_then(|conditions| conditions.not_before.as_ref()),
        conditions.and_then(|conditions| conditions.not_on_or_after.as_ref()),
        confirmation.and_then(|confirmation| confirmation.not_before.as_ref()),
        confirmation.and_then(|confirmation| confirmation.not_on_or_after.as_ref()),
    ];
    let envelope = issued.instant.is_none().then_some((issued, At::Message(issued.at)));
    let within = all.into_iter().chain(statements).flatten();
    let within = within.filter(|time| time.instant.is_none());
    let (time, at) =
        envelope.or_else(|| within.map(|time| (time, At::Assertion(time.at))).next())?;
    Some(unreadable(time).at(at))
}

/// Something that should be an instant and is not.
pub(super) fn unreadable(time: &Time) -> Finding {
    Finding::failed(CheckId::Timestamps, Code::TimeMalformed)
        .expected("a time such as 2026-01-31T09:30:00Z")
        .actual(format!("{}={:?}", time.name, time.text))
        .at(At::Assertion(time.at))
        .hint("The identity provider writes a time that is not an xs:dateTime.")
}

/// Conditions, the bearer confirmation, and an IssueInstant that lies ahead.
fn validity(
    window: &Window,
    assertion: &Assertion,
    confirmation: Option<&SubjectConfirmation>,
) -> Option<Finding> {
    let conditions = assertion.conditions.as_ref();
    let begins = [
        Some(&assertion.issue_instant),
        conditions.and_then(|conditions| conditions.not_before.as_ref()),
        confirmation.and_then(|confirmation| confirmation.not_before.as_ref()),
    ];
    let ends = [
        conditions.and_then(|conditions| conditions.not_on_or_after.as_ref()),
        confirmation.and_then(|confirmation| confirmation.not_on_or_after.as_ref()),
    ];
    begins
        .into_iter()
        .find_map(|time| window.begun(time))
        .or_else(|| ends.into_iter().find_map(|time| window.over(time)))
}

/// What this service provider finds too old, though the identity provider does not.
fn ages(window: &Window, assertion: &Assertion, policy: &Policy) -> Option<Finding> {
    let too_old = |time: &Time, most: Option<Seconds>, option: &str| {
        let (instant, most) = (time.instant?, most?);
        if window.now.minus(window.skew) <= instant.plus(most) {
            return None;
        }
        Some(
            Finding::failed(CheckId::Timestamps, Code::TooOld)
                .expected(format!("{} at most {} s ago", time.name, most.0))
                .actual(format!("{} {instant}, now {}", time.name, window.now))
                .at(At::Assertion(time.at))
                .hint(format!("Start the login again. The bound is the option {option}.")),
        )
    };
    let issued =
        too_old(&assertion.issue_instant, policy.max_assertion_age, "maxAssertionAgeSeconds");
    issued.or_else(|| {
        assertion.authn_statements.iter().find_map(|statement| {
            too_old(&statement.authn_instant, policy.max_authn_age, "maxAuthnAgeSeconds")
        })
    })
}

/// SessionNotOnOrAfter: the end of the session at the identity provider.
fn session(window: &Window, assertion: &Assertion, policy: &Policy) -> Option<Finding> {
    let ends = assertion.authn_statements.iter().map(|one| one.session_not_on_or_after.as_ref());
    let time = ends.flatten().find(|time| window.over(Some(time)).is_some())?;
    let finding = match policy.session_expiry {
        SessionExpiry::Enforce => Finding::failed(CheckId::Timestamps, Code::SessionExpired),
        SessionExpiry::Report => Finding::warned(CheckId::Timestamps, Code::SessionExpired),
    };
    Some(
        finding
            .expected(format!("SessionNotOnOrAfter after {}", window.now))
            .actual(format!("SessionNotOnOrAfter {}", time.text))
            .at(At::Assertion(time.at))
            .hint("The session at the identity provider is over. Sign in there again."),
    )
}
