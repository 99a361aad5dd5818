//! Wrong Reply URLs, Identifiers and Issuers.

use serde_json::json;

use crate::entry::{Entry, IDENTIFIER, Product, REPLY_URL, amplitude, aws, names};

const AMPLITUDE: &str = "https://analytics.amplitude.com/saml/sso/482913";

pub(crate) fn entries() -> Vec<Entry> {
    let mut all = reply_urls();
    all.extend(identifiers());
    all.extend(issuers());
    all
}

/// A message that is made for this URL.
fn for_url(product: Product, id: &str, item: &'static str, why: &str, url: &'static str) -> Entry {
    let case = product.case(id, item, why).says(|spec| {
        spec.destination = Some(url.into());
        spec.confirmation().recipient = Some(url.into());
    });
    Entry::refused(case, "DESTINATION", "reply-url").named(names::ADDRESS)
}

fn reply_urls() -> Vec<Entry> {
    let wrong = |id: &str, why: &str, url| {
        for_url(Product::Entra, id, "wrong Reply URL: near miss", why, url)
    };
    let item = "missing or wrong Reply URL";
    let behind_proxy = "wrong Reply URL: http or https behind a proxy";
    vec![
        Entry::refused(
            Product::Entra
                .case(
                    "reply-url-http-configured",
                    behind_proxy,
                    "The application runs behind a \
                    proxy that ends TLS and takes its own address for http.",
                )
                .option("replyUrls", json!(["http://app.example.com/saml/acs"])),
            "DESTINATION",
            "reply-url",
        )
        .facts(["replyUrls", REPLY_URL, "proxy", "http and https"])
        .named(names::ADDRESS),
        for_url(
            Product::Entra,
            "reply-url-http-registered",
            behind_proxy,
            "The Reply URL was registered with http.",
            "http://app.example.com/saml/acs",
        )
        .facts([
            "http and https",
            "Enterprise applications > (app) > Single sign-on > Basic SAML Configuration",
            "Reply URL (Assertion Consumer Service URL)",
            REPLY_URL,
        ]),
        wrong(
            "reply-url-slash",
            "The Reply URL was registered with a slash at the end.",
            "https://app.example.com/saml/acs/",
        )
        .facts(["slash at the end", "Basic SAML Configuration", REPLY_URL]),
        wrong(
            "reply-url-port",
            "The Reply URL was registered with the port of the application.",
            "https://app.example.com:8443/saml/acs",
        )
        .facts(["the port", "Basic SAML Configuration", REPLY_URL]),
        wrong(
            "reply-url-case",
            "The Reply URL was registered in another case.",
            "https://app.example.com/SAML/ACS",
        )
        .facts(["upper and lower case", "Basic SAML Configuration", REPLY_URL]),
        wrong(
            "reply-url-query",
            "The Reply URL was registered with a query.",
            "https://app.example.com/saml/acs?tenant=contoso",
        )
        .facts(["the query", "Basic SAML Configuration", REPLY_URL]),
        for_url(
            Product::Okta,
            "reply-url-okta",
            item,
            "Okta has the address of the staging system as Single sign-on URL.",
            "https://staging.example.com/saml/acs",
        )
        .facts([
            "In Okta",
            "Applications > (app) > General > SAML Settings",
            "Single sign-on URL",
            REPLY_URL,
        ]),
        for_url(
            Product::Google,
            "reply-url-google",
            item,
            "Google has the address of the staging system as ACS URL.",
            "https://staging.example.com/saml/acs",
        )
        .facts([
            "Apps > Web and mobile apps > (app) > Service provider details",
            "ACS URL",
            REPLY_URL,
        ]),
        for_url(
            Product::Keycloak,
            "reply-url-keycloak",
            item,
            "Keycloak has the address of the staging system as Master SAML Processing URL.",
            "https://staging.example.com/saml/acs",
        )
        .facts([
            "In Keycloak",
            "Clients > (client) > Settings",
            "Valid redirect URIs",
            REPLY_URL,
        ]),
        for_url(
            Product::AdFs,
            "reply-url-ad-fs",
            item,
            "AD FS has the address of the staging system as endpoint.",
            "https://staging.example.com/saml/acs",
        )
        .facts([
            "Relying Party Trusts > (app) > Properties > Endpoints",
            "SAML Assertion Consumer",
            REPLY_URL,
        ]),
        for_url(
            Product::Other,
            "reply-url-other",
            item,
            "An identity provider that is not known by name has the address of the staging system.",
            "https://staging.example.com/saml/acs",
        )
        .facts(["ACS URL", REPLY_URL]),
        Entry::refused(
            Product::Entra
                .case(
                    "reply-url-recipient-only",
                    item,
                    "The Response has no Destination; the assertion is for another address.",
                )
                .says(|spec| {
                    spec.destination = None;
                    spec.confirmation().recipient = Some("https://app.example.com/login".into());
                }),
            "RECIPIENT",
            "reply-url",
        )
        .facts(["Reply URL (Assertion Consumer Service URL)", REPLY_URL])
        .named(names::ADDRESS),
        Entry::refused(
            Product::Keycloak
                .case("reply-url-no-recipient", item, "The assertion has no Recipient.")
                .says(|spec| spec.confirmation().recipient = None),
            "RECIPIENT",
            "reply-url",
        )
        .facts(["without Recipient", "Clients > (client) > Settings", REPLY_URL])
        .named(names::ADDRESS),
        Entry::refused(
            amplitude(
                "reply-url-other-customer",
                "wrong Reply URL: another tenant's",
                "The Reply URL is that of another Amplitude customer.",
            )
            .says(|spec| {
                let url = "https://analytics.amplitude.com/saml/sso/771204";
                spec.destination = Some(url.into());
                spec.confirmation().recipient = Some(url.into());
            }),
            "DESTINATION",
            "reply-url",
        )
        .facts([
            "another customer",
            "Amplitude shows the Reply URL",
            "Basic SAML Configuration",
            AMPLITUDE,
        ])
        .named(names::ADDRESS),
        Entry::refused(
            aws(
                "reply-url-other-region",
                "wrong Reply URL: another tenant's",
                "The message is for another Region's ACS URL than the one it was posted to.",
            )
            .context(
                "replyUrl",
                "https://eu-west-1.sso.signin.aws/platform/saml/acs/\
                    7a1b2c3d-4e5f-4061-8293-a4b5c6d7e8f9",
            ),
            "DESTINATION",
            "reply-url",
        )
        .facts(["another Reply URL of this application", "replyUrl"])
        .named(names::ADDRESS),
    ]
}

/// A message for this Audience.
fn for_audience(id: &str, item: &'static str, why: &str, audience: &'static str) -> Entry {
    let case = Product::Entra.case(id, item, why).says(|spec| {
        spec.assertion().audience_restrictions = vec![vec![audience.into()]];
    });
    Entry::refused(case, "AUDIENCE", "audience").named(names::AUDIENCE)
}

fn identifiers() -> Vec<Entry> {
    let near = "wrong Identifier: trailing slash and other near misses";
    vec![
        Entry::refused(
            Product::Entra
                .case(
                    "identifier-spn",
                    "wrong Identifier: spn: form",
                    "The Identifier is no URI, so Entra ID puts spn: in front.",
                )
                .option("entityId", "ExampleApp")
                .says(|spec| {
                    spec.assertion().audience_restrictions = vec![vec!["spn:ExampleApp".into()]];
                }),
            "AUDIENCE",
            "audience",
        )
        .facts(["spn:", "additionalAudiences", "Identifier (Entity ID)"])
        .named(names::AUDIENCE),
        for_audience(
            "identifier-slash",
            near,
            "The Identifier was registered with a slash at the end.",
            "https://app.example.com/saml/metadata/",
        )
        .facts(["slash at the end", "Identifier (Entity ID)", IDENTIFIER]),
        for_audience(
            "identifier-case",
            near,
            "The Identifier was registered in another case.",
            "https://app.example.com/SAML/metadata",
        )
        .facts(["upper and lower case", "Identifier (Entity ID)", IDENTIFIER]),
        for_audience(
            "identifier-http",
            near,
            "The Identifier was registered with http.",
            "http://app.example.com/saml/metadata",
        )
        .facts(["http and https", "Identifier (Entity ID)", IDENTIFIER]),
        for_audience(
            "identifier-app-id-uri",
            "wrong Identifier: Application ID URI",
            "The Application ID URI of the app registration was taken for the Identifier.",
            "api://6e74172b-be56-4843-9ff4-e66a39bb12e3",
        )
        .facts(["Application ID", "Identifier (Entity ID)", IDENTIFIER]),
        for_audience(
            "identifier-app-id",
            "wrong Identifier: Application ID URI",
            "The Application ID of the app registration was taken for the Identifier.",
            "6e74172b-be56-4843-9ff4-e66a39bb12e3",
        )
        .facts(["Application ID", "Identifier (Entity ID)", IDENTIFIER]),
        for_audience(
            "identifier-reply-url",
            "wrong Identifier: another value",
            "The Reply URL was entered as Identifier.",
            REPLY_URL,
        )
        .facts(["on one host", "Identifier (Entity ID)", IDENTIFIER]),
        for_audience(
            "identifier-other-app",
            "wrong Identifier: another value",
            "The message is for another application of the tenant.",
            "https://wiki.example.com/saml",
        )
        .facts(["another application", "Basic SAML Configuration", IDENTIFIER]),
        Entry::refused(
            Product::Keycloak
                .case(
                    "identifier-keycloak",
                    "wrong Identifier: another value",
                    "The client in Keycloak has another Client ID.",
                )
                .says(|spec| {
                    spec.assertion().audience_restrictions = vec![vec!["example-app".into()]];
                }),
            "AUDIENCE",
            "audience",
        )
        .facts(["Clients > (client) > Settings", "Client ID", IDENTIFIER])
        .named(names::AUDIENCE),
        Entry::refused(
            Product::Okta
                .case(
                    "identifier-okta",
                    "wrong Identifier: another value",
                    "Okta has another Audience URI.",
                )
                .says(|spec| {
                    spec.assertion().audience_restrictions =
                        vec![vec!["https://staging.example.com/saml/metadata".into()]];
                }),
            "AUDIENCE",
            "audience",
        )
        .facts(["Audience URI (SP Entity ID)", IDENTIFIER])
        .named(names::AUDIENCE),
        Entry::refused(
            Product::Other
                .case(
                    "identifier-none",
                    "wrong Identifier: another value",
                    "The identity provider sends no AudienceRestriction.",
                )
                .says(|spec| spec.assertion().audience_restrictions.clear()),
            "AUDIENCE",
            "audience",
        )
        .facts(["no AudienceRestriction", "Entity ID", IDENTIFIER])
        .named(names::AUDIENCE),
    ]
}

fn issuers() -> Vec<Entry> {
    let issuer = |id: &str, why: &str, issuer: &'static str| {
        let case = Product::Entra.case(id, "wrong tenant issuer", why).says(|spec| {
            spec.issuer = Some(issuer.into());
            spec.assertion().issuer = issuer.into();
        });
        Entry::refused(case, "ISSUER", "issuer").named(names::ISSUER)
    };
    vec![
        issuer(
            "issuer-other-tenant",
            "The user signed in with the account of another tenant.",
            "https://sts.windows.net/bbbbcccc-1111-dddd-2222-eeee3333ffff/",
        )
        .facts([
            "another Entra ID tenant",
            "bbbbcccc-1111-dddd-2222-eeee3333ffff",
            "Federation Metadata XML",
        ]),
        issuer(
            "issuer-login-url",
            "The issuer was typed in from the Login URL, by the one who made the message.",
            "https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/",
        )
        .facts([
            "Both name the tenant aaaabbbb-0000-cccc-1111-dddd2222eeee",
            "Microsoft Entra Identifier",
        ]),
        issuer(
            "issuer-other-product",
            "The users went to Okta while Entra ID is configured.",
            "http://www.okta.com/exk1fcia6d6EMsf331d8",
        )
        .facts([
            "another identity provider",
            "https://sts.windows.net/aaaabbbb-0000-cccc-1111-dddd2222eeee/",
        ]),
        Entry::refused(
            Product::Entra
                .case(
                    "issuer-slash",
                    "wrong tenant issuer",
                    "The entity ID was typed by hand without the slash at the end.",
                )
                .trusts(
                    "https://sts.windows.net/aaaabbbb-0000-cccc-1111-dddd2222eeee",
                    &[countersign_test_idp::TestKey::ENTRA_ACTIVE.certificate_base64()],
                ),
            "ISSUER",
            "issuer",
        )
        .facts(["slash at the end", "Microsoft Entra Identifier"])
        .named(names::ISSUER),
    ]
}
