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
    let issued = facts.response.issue_instant.instant;
    let window = Window { now: facts.context.now, skew: policy.clock_skew, issued };
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
    let issued = facts.response.issue_instant.instant;
    let window = Window { now: facts.context.now, skew: policy.clock_skew, issued };
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
    /// When the message says it was made: only to explain.
    pub(super) issued: Option<Instant>,
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

    fn since_issued(&self) -> Option<i64> {
        Some(self.now.milliseconds().saturating_sub(self.issued?.milliseconds()))
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
            .hint(apart_hint(apart, self.since_issued()))
    }
}

/// Advice by the distances: a little is a clock, whole hours since the message was made are a time
/// zone, else it was kept.
fn apart_hint(milliseconds: i64, since_issued: Option<i64>) -> String {
    let zone = since_issued.and_then(whole_hours);
    if milliseconds < 0 {
        let ahead = distance(milliseconds);
        return match zone {
            Some(hours) => format!(
                "The message is {ahead} ahead of this clock, and was made {hours} ahead, to the \
                 minute: a time zone. The clock of the application's server, or the time that it \
                 passes as now, is local time taken for UTC. {SET_THE_CLOCK}"
            ),
            None => format!("The message is {ahead} ahead of this clock. {SET_THE_CLOCK}"),
        };
    }
    let ago = distance(milliseconds);
    match (zone, since_issued) {
        (Some(hours), _) => format!(
            "The time passed {ago} ago, and the message was made {hours} ago, to the minute: most \
             likely a time zone. The clock of the application's server, or the time that it passes \
             as now, is local time taken for UTC. {SET_THE_CLOCK}"
        ),
        (None, Some(age)) => format!(
            "The time passed {ago} ago; the message was made {} before it was used. Start the login \
             again; if it fails at once, the clock is wrong. {SET_THE_CLOCK}",
            distance(age)
        ),
        (None, None) => format!(
            "The time passed {ago} ago. Start the login again; if it fails at once, the clock is \
             wrong. {SET_THE_CLOCK}"
        ),
    }
}

const SET_THE_CLOCK: &str =
    "Set the clock of the application's server by NTP, and check its time zone.";

fn distance(milliseconds: i64) -> String {
    let seconds = milliseconds.saturating_abs().saturating_add(500).div_euclid(1000);
    match seconds {
        ..120 => format!("{seconds} seconds"),
        120..7200 => format!("{} minutes", seconds.div_euclid(60)),
        7200..172_800 => format!("{} hours", seconds.div_euclid(3600)),
        _ => format!("{} days", seconds.div_euclid(86_400)),
    }
}

/// The distance in hours where it is that of a time zone: whole hours or half ones, give or take a
/// minute, up to fourteen.
fn whole_hours(milliseconds: i64) -> Option<String> {
    const HALF_HOUR: i64 = 30 * 60_000;
    const MINUTE: i64 = 60_000;
    let apart = milliseconds.saturating_abs();
    let halves = apart.saturating_add(MINUTE).div_euclid(HALF_HOUR);
    let rest = apart.saturating_sub(halves.saturating_mul(HALF_HOUR));
    if !(2..=28).contains(&halves) || rest.saturating_abs() > MINUTE {
        return None;
    }
    let (hours, half) = (halves.div_euclid(2), halves.rem_euclid(2) == 1);
    let half = if half { ".5" } else { "" };
    Some(format!("{hours}{half} {}", if halves == 2 { "hour" } else { "hours" }))
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
                .hint(format!(
                    "Too old for this application: the bound is its option {option}. Start the \
                     login again, and have the user sign in anew at the identity provider if that \
                     is what is old."
                )),
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

#[cfg(test)]
mod tests {
    use super::whole_hours;

    #[test]
    fn time_zones_are_told_from_other_distances() {
        let minutes = |minutes: i64, seconds: i64| whole_hours((minutes * 60 + seconds) * 1000);
        assert_eq!(minutes(60, 5).as_deref(), Some("1 hour"));
        assert_eq!(minutes(-120, -5).as_deref(), Some("2 hours"));
        assert_eq!(minutes(330, 59).as_deref(), Some("5.5 hours"));
        assert_eq!(minutes(119, 1).as_deref(), Some("2 hours"));
        assert_eq!(minutes(840, 0).as_deref(), Some("14 hours"));
        for (far, seconds) in [(0, 5), (30, 0), (75, 0), (62, 0), (118, 0), (870, 0), (9000, 0)] {
            assert_eq!(minutes(far, seconds), None, "{far} minutes");
        }
    }
}
