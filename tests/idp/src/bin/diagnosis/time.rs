//! Clocks and messages that were kept.

use countersign_test_idp::Moment;
use serde_json::json;

use crate::entry::{Entry, Product, amplitude, names};

pub(crate) fn entries() -> Vec<Entry> {
    let at = |id: &str, item: &'static str, why: &str, seconds: i64| {
        amplitude(id, item, why).now(Moment::ISSUED.plus_seconds(seconds))
    };
    let early = |id: &str, item: &'static str, why: &str, seconds: i64| {
        Entry::refused(at(id, item, why, seconds), "NOT_YET_VALID", "timestamps")
            .named(names::CLOCK)
    };
    let late = |id: &str, item: &'static str, why: &str, seconds: i64| {
        Entry::refused(at(id, item, why, seconds), "EXPIRED", "timestamps").named(names::CLOCK)
    };
    let (minutes, hours, zone) =
        ("clock off by minutes", "clock off by hours", "clock off by a time zone");
    let kept = "response kept too long";
    vec![
        early(
            "clock-behind-minutes",
            minutes,
            "The clock of the server is ten minutes behind.",
            -600,
        )
        .facts(["10 minutes ahead of this clock", "NTP"]),
        late(
            "clock-ahead-minutes",
            minutes,
            "The clock of the server is 72 minutes ahead.",
            72 * 60,
        )
        .facts(["72 minutes", "NTP", "Start the login again"]),
        early(
            "clock-behind-hours",
            hours,
            "The clock of the server is 3 hours 20 minutes behind.",
            -12_000,
        )
        .facts(["3 hours ahead of this clock", "NTP"]),
        late(
            "clock-ahead-hours",
            hours,
            "The clock of the server is 7 hours 10 minutes ahead.",
            25_800,
        )
        .facts(["7 hours", "NTP"]),
        early(
            "time-zone-behind",
            zone,
            "The server takes its local time (UTC-8) for UTC.",
            -8 * 3600 + 4,
        )
        .facts(["8 hours", "time zone", "local time taken for UTC"]),
        late(
            "time-zone-ahead",
            zone,
            "The server takes its local time (UTC+2) for UTC.",
            2 * 3600 + 3,
        )
        .facts(["2 hours", "time zone", "local time taken for UTC"]),
        late(
            "time-zone-half-hour",
            zone,
            "The server takes its local time (UTC+5:30) for UTC.",
            5 * 3600 + 1805,
        )
        .facts(["5.5 hours", "time zone"]),
        late(
            "kept-over-lunch",
            kept,
            "The page stood open for 95 minutes before it was sent.",
            95 * 60,
        )
        .facts(["made 95 minutes before it was used", "Start the login again"]),
        late(
            "kept-for-days",
            kept,
            "A message from a log of last week is tried out.",
            9 * 86_400 + 5_000,
        )
        .facts(["made 9 days before it was used", "Start the login again"]),
        Entry::refused(
            amplitude(
                "kept-too-old",
                kept,
                "The application takes assertions for two minutes, and this one is older.",
            )
            .option("maxAssertionAgeSeconds", 120)
            .now(Moment::ISSUED.plus_seconds(900)),
            "TOO_OLD",
            "timestamps",
        )
        .facts(["maxAssertionAgeSeconds", "Start the login again"])
        .named(names::CLOCK)
        .named(&["too old", "\\bage\\b"]),
        Entry::refused(
            Product::Other
                .case("session-over", kept, "The session at the identity provider has ended.")
                .says(|spec| {
                    let end = Moment::ISSUED.plus_seconds(-600).text();
                    spec.authn().session_not_on_or_after = Some(end);
                }),
            "SESSION_EXPIRED",
            "timestamps",
        )
        .facts(["SessionNotOnOrAfter", "session at the identity provider is over"])
        .named(&["session"]),
        Entry::refused(
            amplitude(
                "authentication-too-old",
                kept,
                "The application wants users to have authenticated within the last ten minutes.",
            )
            .option("maxAuthnAgeSeconds", json!(600)),
            "TOO_OLD",
            "timestamps",
        )
        .facts(["maxAuthnAgeSeconds", "AuthnInstant"])
        .named(&["authn", "too old", "authenticat"]),
    ]
}
