//! Genuine signatures, but not for here, not for this request, or not for now.

use countersign_test_idp::{Application, Moment};
use serde_json::json;

use crate::case::{Case, REQUEST, amplitude, aws};

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = reply_url();
    cases.extend(in_response_to());
    cases.extend(audience());
    cases.extend(conditions_time());
    cases.extend(other_times());
    cases.extend(malformed_times());
    cases
}

fn reply_url() -> Vec<Case> {
    let other = Application::amplitude("915538").reply_url;
    let elsewhere = |case: Case, url: &str| {
        case.says(|spec| {
            spec.destination = Some(url.into());
            spec.confirmation().recipient = Some(url.into());
        })
        .refused("DESTINATION", "reply-url")
    };
    vec![
        elsewhere(
            amplitude("reply-url-other-customer", "reply-url", "for another Amplitude customer"),
            &other,
        ),
        amplitude("reply-url-other-customer-readdressed", "reply-url", "Destination forged to fit")
            .says(|spec| spec.confirmation().recipient = Some(other.clone()))
            .refused("RECIPIENT", "reply-url"),
        amplitude("reply-url-other-customer-no-destination", "reply-url", "Destination taken out")
            .says(|spec| {
                spec.confirmation().recipient = Some(other);
                spec.destination = None;
            })
            .refused("RECIPIENT", "reply-url"),
        elsewhere(
            amplitude("reply-url-http", "reply-url", "http for https: a proxy in between"),
            "http://analytics.amplitude.com/saml/sso/482913",
        ),
        elsewhere(
            amplitude("reply-url-slash", "reply-url", "a slash too many"),
            "https://analytics.amplitude.com/saml/sso/482913/",
        ),
        elsewhere(
            amplitude("reply-url-prefix", "reply-url", "only begins like the Reply URL"),
            "https://analytics.amplitude.com/saml/sso/4829131",
        ),
        elsewhere(
            aws("reply-url-other-instance", "reply-url", "for another AWS instance"),
            "https://us-east-1.signin.aws.amazon.com/platform/saml/acs/\
             11111111-2222-4333-8444-555555555555",
        ),
        aws("reply-url-not-that-of-context", "reply-url", "arrived at another of its Reply URLs")
            .context(
                "replyUrl",
                "https://eu-west-1.sso.signin.aws/platform/saml/acs/\
                 7a1b2c3d-4e5f-4061-8293-a4b5c6d7e8f9",
            )
            .refused("DESTINATION", "reply-url"),
    ]
}

fn in_response_to() -> Vec<Case> {
    let other = "_ffffffff-0000-4000-8000-000000000000";
    vec![
        amplitude("request-other", "in-response-to", "answers another request")
            .context("inResponseTo", other)
            .refused("IN_RESPONSE_TO", "in-response-to"),
        amplitude("request-none-of-several", "in-response-to", "answers none of the open requests")
            .context("inResponseTo", json!([other, "_another"]))
            .refused("IN_RESPONSE_TO", "in-response-to"),
        amplitude(
            "request-only-confirmation-differs",
            "in-response-to",
            "the Assertion answers another",
        )
        .says(|spec| spec.confirmation().in_response_to = Some(other.into()))
        .refused("IN_RESPONSE_TO", "in-response-to"),
        amplitude(
            "request-only-envelope-differs",
            "in-response-to",
            "the Response answers another",
        )
        .says(|spec| spec.in_response_to = Some(other.into()))
        .refused("IN_RESPONSE_TO", "in-response-to"),
        amplitude(
            "request-only-in-unsigned-envelope",
            "in-response-to",
            "written around it by anybody",
        )
        .option("allowIdpInitiated", true)
        .says(|spec| spec.confirmation().in_response_to = None)
        .refused("IN_RESPONSE_TO", "in-response-to"),
        amplitude("request-unknown-though-idp-initiated", "in-response-to", "login CSRF")
            .option("allowIdpInitiated", true)
            .without_request()
            .refused("IN_RESPONSE_TO", "in-response-to"),
        amplitude("request-unsolicited", "in-response-to", "IdP-initiated, which is not allowed")
            .idp_initiated()
            .option("allowIdpInitiated", false)
            .refused("UNSOLICITED", "in-response-to"),
        amplitude("request-unsolicited-default", "in-response-to", "not allowed by default")
            .idp_initiated()
            .without_option("allowIdpInitiated")
            .refused("UNSOLICITED", "in-response-to"),
        amplitude(
            "request-sent-but-unsolicited",
            "in-response-to",
            "a request is open, not answered",
        )
        .idp_initiated()
        .without_option("allowIdpInitiated")
        .context("inResponseTo", REQUEST)
        .refused("UNSOLICITED", "in-response-to"),
    ]
}

fn audience() -> Vec<Case> {
    let ours = "https://amplitude.com/saml/sso/metadata";
    let named = |id: &str, why: &str, restrictions: Vec<Vec<&str>>| {
        let owned = restrictions
            .into_iter()
            .map(|audiences| audiences.into_iter().map(String::from).collect())
            .collect();
        amplitude(id, "audience", why)
            .says(|spec| spec.assertion().audience_restrictions = owned)
            .refused("AUDIENCE", "audience")
    };
    vec![
        named("audience-other", "for another service", vec![vec!["https://somebody.example/"]]),
        named("audience-none", "no AudienceRestriction", vec![]),
        named("audience-empty", "an AudienceRestriction that names nobody", vec![vec![""]]),
        named(
            "audience-one-of-two-restrictions",
            "two AudienceRestrictions, and the second leaves this service out",
            vec![vec![ours], vec!["https://somebody.example/"]],
        ),
        named("audience-slash", "a slash too many", vec![vec![&format!("{ours}/")]]),
        named(
            "audience-case",
            "another case",
            vec![vec!["https://Amplitude.com/saml/sso/metadata"]],
        ),
        named(
            "audience-spn",
            "the form of identifiers that are no URI",
            vec![vec!["spn:amplitude"]],
        ),
        aws("audience-other-set-up", "audience", "Amplitude's assertion at AWS")
            .says(|spec| spec.assertion().audience_restrictions = vec![vec![ours.into()]])
            .refused("AUDIENCE", "audience"),
    ]
}

fn conditions_time() -> Vec<Case> {
    let start = Moment::ISSUED.plus_seconds(300);
    let end = Moment::ISSUED.plus_seconds(3600);
    let from_start =
        |case: Case| case.says(|spec| spec.assertion().not_before = Some(start.text()));
    vec![
        from_start(amplitude("time-before-start", "time", "a millisecond before NotBefore"))
            .option("clockSkewSeconds", 0)
            .now(start.plus_milliseconds(-1))
            .refused("NOT_YET_VALID", "timestamps"),
        from_start(amplitude("time-before-start-skew", "time", "181 seconds before NotBefore"))
            .now(start.plus_seconds(-181))
            .refused("NOT_YET_VALID", "timestamps"),
        amplitude("time-issued-ahead", "time", "IssueInstant is further ahead than clocks may be")
            .now(Moment::ISSUED.plus_seconds(-181))
            .refused("NOT_YET_VALID", "timestamps"),
        amplitude("time-confirmation-not-before", "time", "the confirmation is not valid yet")
            .says(|spec| {
                let start = Moment::ISSUED.plus_seconds(600).text();
                spec.confirmation().not_before = Some(start);
            })
            .refused("NOT_YET_VALID", "timestamps"),
        amplitude("time-at-end", "time", "NotOnOrAfter itself is outside")
            .option("clockSkewSeconds", 0)
            .now(end)
            .refused("EXPIRED", "timestamps"),
        amplitude("time-at-end-skew", "time", "exactly 180 seconds after NotOnOrAfter")
            .now(end.plus_seconds(180))
            .refused("EXPIRED", "timestamps"),
        amplitude("time-next-day", "time", "kept until the next day")
            .now(Moment::ISSUED.plus_seconds(86_400))
            .refused("EXPIRED", "timestamps"),
        amplitude("time-confirmation-expired", "time", "only the confirmation has expired")
            .says(|spec| {
                let end = Moment::ISSUED.plus_seconds(300).text();
                spec.confirmation().not_on_or_after = Some(end);
            })
            .now(Moment::ISSUED.plus_seconds(600))
            .refused("EXPIRED", "timestamps"),
        amplitude("time-conditions-expired", "time", "only the Conditions have expired")
            .says(|spec| {
                let end = Moment::ISSUED.plus_seconds(300).text();
                spec.assertion().not_on_or_after = Some(end);
            })
            .now(Moment::ISSUED.plus_seconds(600))
            .refused("EXPIRED", "timestamps"),
    ]
}

fn other_times() -> Vec<Case> {
    vec![
        amplitude("time-session-ended", "time", "SessionNotOnOrAfter itself is outside")
            .option("clockSkewSeconds", 0)
            .says(|spec| {
                let end = Moment::ISSUED.plus_seconds(600).text();
                spec.authn().session_not_on_or_after = Some(end);
            })
            .now(Moment::ISSUED.plus_seconds(600))
            .refused("SESSION_EXPIRED", "timestamps"),
        amplitude("time-assertion-too-old", "time", "a millisecond older than it may be")
            .option("clockSkewSeconds", 0)
            .option("maxAssertionAgeSeconds", 300)
            .now(Moment::ISSUED.plus_milliseconds(300_001))
            .refused("TOO_OLD", "timestamps"),
        amplitude(
            "time-login-too-old",
            "time",
            "the user logged in 40 minutes ago, half is allowed",
        )
        .option("maxAuthnAgeSeconds", 1200)
        .refused("TOO_OLD", "timestamps"),
    ]
}

fn malformed_times() -> Vec<Case> {
    let malformed = |case: Case| case.refused("TIME_MALFORMED", "timestamps");
    let not_before = |id: &str, why: &str, text: &str| {
        malformed(
            amplitude(id, "time", why).says(|spec| spec.assertion().not_before = Some(text.into())),
        )
    };
    vec![
        not_before("time-malformed-word", "not a time", "yesterday"),
        not_before("time-malformed-empty", "an empty time", ""),
        not_before("time-malformed-month", "the thirteenth month", "2026-13-10T09:00:00Z"),
        not_before("time-malformed-day", "the thirtieth of February", "2026-02-30T09:00:00Z"),
        malformed(
            amplitude("time-malformed-confirmation", "time", "a time with a blank for the T").says(
                |spec| {
                    spec.confirmation().not_on_or_after = Some("2026-03-10 10:00:00Z".into());
                },
            ),
        ),
        malformed(
            amplitude("time-malformed-session", "time", "a session that ends at no time")
                .says(|spec| spec.authn().session_not_on_or_after = Some("never".into())),
        ),
        malformed(
            amplitude("time-malformed-authn-instant", "time", "AuthnInstant without a day")
                .says(|spec| spec.authn().authn_instant = "09:00:00Z".into()),
        ),
    ]
}
