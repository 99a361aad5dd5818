//! Which request is answered, and how often.

use crate::case::REQUEST;
use crate::entry::{Entry, Product, amplitude, aws, names};

pub(crate) fn entries() -> Vec<Entry> {
    let back = "back button (old InResponseTo)";
    let started = "IdP-initiated when not allowed";
    let unsolicited = |case: crate::case::Case| {
        Entry::refused(
            case.idp_initiated().option("allowIdpInitiated", false),
            "UNSOLICITED",
            "in-response-to",
        )
        .named(names::REQUEST)
        .named(&["initiated", "unsolicited"])
    };
    vec![
        Entry::refused(
            amplitude(
                "opened-twice",
                "opened twice (replay)",
                "The user pressed Reload, and the form was sent a second time.",
            ),
            "REPLAY",
            "replay",
        )
        .twice()
        .facts(["Reload", "clicked twice", "sign in again"])
        .named(&["replay", "already (been )?used", "used before", "inresponseto"]),
        Entry::refused(
            aws(
                "opened-twice-tile",
                "opened twice (replay)",
                "A message from My Apps, which answers no request, was sent a second time.",
            )
            .idp_initiated(),
            "REPLAY",
            "replay",
        )
        .twice()
        .facts(["Reload", "sign in again"])
        .named(&["replay", "already (been )?used", "used before"]),
        Entry::refused(
            amplitude(
                "back-button",
                back,
                "The user went back to the page of an earlier login and sent it again.",
            )
            .context("inResponseTo", "_8c1d4a52-90be-47f3-a6d1-5e2f7b3c9d80"),
            "IN_RESPONSE_TO",
            "in-response-to",
        )
        .facts(["back button", "Start the login again"])
        .named(names::REQUEST),
        Entry::refused(
            amplitude("two-tabs", back, "Two logins at once, and only one is remembered.")
                .context("inResponseTo", serde_json::json!(["_second-tab", "_third-tab"])),
            "IN_RESPONSE_TO",
            "in-response-to",
        )
        .facts(["two logins at once", REQUEST])
        .named(names::REQUEST),
        Entry::refused(
            amplitude(
                "cookie-lost",
                "cookie lost (no request known)",
                "The session cookie has SameSite=Lax, so it does not come with the POST.",
            )
            .without_request(),
            "IN_RESPONSE_TO",
            "in-response-to",
        )
        .facts(["cookie", "SameSite=None", "Start the login again"])
        .named(names::REQUEST),
        Entry::refused(
            aws(
                "cookie-lost-idp-initiated-allowed",
                "the reverse: answers a request where none is known",
                "IdP-initiated logins are allowed, but this message answers a request that the \
                 application does not know.",
            )
            .option("allowIdpInitiated", true)
            .without_request(),
            "IN_RESPONSE_TO",
            "in-response-to",
        )
        .facts(["no request is known", "cookie"])
        .named(names::REQUEST),
        unsolicited(amplitude(
            "tile-not-allowed",
            started,
            "The user opened the tile in My Apps, and allowIdpInitiated is off.",
        ))
        .facts(["My Apps", "allowIdpInitiated", "https://analytics.amplitude.com/sso"]),
        unsolicited(Product::Okta.case(
            "tile-not-allowed-okta",
            started,
            "The user opened the tile in Okta, and allowIdpInitiated is off.",
        ))
        .facts(["began at the identity provider", "allowIdpInitiated"]),
        Entry::refused(
            Product::Entra
                .case(
                    "tile-while-request-waits",
                    "the reverse: answers a request where none is known",
                    "A login was begun at the application, then the user opened the tile instead.",
                )
                .says(|spec| {
                    spec.in_response_to = None;
                    spec.confirmation().in_response_to = None;
                }),
            "UNSOLICITED",
            "in-response-to",
        )
        .facts(["began at the identity provider", "Sign-on URL", REQUEST])
        .named(names::REQUEST)
        .named(&["initiated"]),
        Entry::refused(
            Product::Other
                .case(
                    "request-in-envelope-only",
                    back,
                    "InResponseTo stands in the unsigned Response alone.",
                )
                .says(|spec| spec.confirmation().in_response_to = None),
            "IN_RESPONSE_TO",
            "in-response-to",
        )
        .facts(["SubjectConfirmationData", "sign the Response"])
        .named(names::REQUEST),
    ]
}
