//! Is the message valid now? (SAML core 3.7.1)
//!
//! NotOnOrAfter of a LogoutRequest is exclusive. A request without one would be valid for ever, and
//! its ID would have to be remembered for as long; so it counts for [`UNBOUNDED`] from its
//! IssueInstant. A LogoutResponse is bound to its request.

use super::super::timestamps::{Window, unreadable};
use super::super::{At, Finding};
use super::LogoutFacts;
use crate::policy::Policy;
use crate::report::{CheckId, Code};
use crate::saml::logout::{LogoutMessage, RequestFacts};
use crate::saml::time::{Instant, Seconds};

/// How long a LogoutRequest without NotOnOrAfter is valid. A browser delivers it at once.
const UNBOUNDED: Seconds = Seconds(300);

pub(super) fn check(facts: &LogoutFacts<'_>, policy: &Policy) -> Finding {
    let message = facts.message;
    let issued = message.issue_instant.instant;
    let window = Window { now: facts.now, skew: policy.clock_skew, issued };
    let end = message.request().and_then(|request| request.not_on_or_after.as_ref());
    let malformed = [Some(&message.issue_instant), end].into_iter().flatten();
    let mut malformed = malformed.filter(|time| time.instant.is_none());
    if let Some(time) = malformed.next() {
        return unreadable(time);
    }
    let failed = window
        .begun(Some(&message.issue_instant))
        .or_else(|| window.over(end))
        .or_else(|| too_old(message, &window));
    failed.unwrap_or_else(|| Finding::passed(CheckId::Timestamps).actual(window.now.to_string()))
}

fn too_old(message: &LogoutMessage, window: &Window) -> Option<Finding> {
    let request = message.request().filter(|request| request.not_on_or_after.is_none())?;
    let ends = request_expires(message, request)?;
    if window.now.minus(window.skew) < ends {
        return None;
    }
    let issued = &message.issue_instant;
    Some(
        Finding::failed(CheckId::Timestamps, Code::TooOld)
            .expected(format!(
                "a LogoutRequest without NotOnOrAfter less than {} s old ({} s of clock skew \
                 allowed)",
                UNBOUNDED.0, window.skew.0
            ))
            .actual(format!("IssueInstant {}, now {}", issued.text, window.now))
            .at(At::Assertion(issued.at))
            .hint(
                "A LogoutRequest is delivered at once; this one was kept. If it is new, set the \
                 clock of the application's server by NTP.",
            ),
    )
}

/// From when on a LogoutRequest is not valid any more, clock skew left aside.
pub(crate) fn request_expires(message: &LogoutMessage, request: &RequestFacts) -> Option<Instant> {
    match &request.not_on_or_after {
        Some(time) => time.instant,
        None => message.issue_instant.instant.map(|issued| issued.plus(UNBOUNDED)),
    }
}
