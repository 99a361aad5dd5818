//! Every rule of the lint finds the mistake it is for, at each severity that it has, and finds
//! nothing in a good set-up.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod corpus;

use std::collections::BTreeSet;

use countersign::dsig::{PublicKey, TrustedKey};
use countersign::lint::{Circumstances, LintFinding, RULES, Severity};
use countersign::policy::{CertificateExpiry, Options, RequireSigned};
use countersign::saml::metadata::{
    Endpoint, IdentityProvider, KeyPurpose, Metadata, ServiceProviderMetadata, UnusableKey,
};
use countersign::saml::time::Seconds;
use countersign::{Instant, ServiceProvider};
use countersign_test_idp::TestKey;
use serde_json::Value;

const NOW: &str = "2026-03-10T09:00:00Z";
const REPLY_URL: &str = "https://app.example/saml/acs";
const IDENTIFIER: &str = "https://app.example/saml";
const OTHER: &str = "https://idp.example/";

struct SetUp {
    options: Options,
    circumstances: Circumstances,
}

fn at(text: &str) -> Instant {
    Instant::parse(text).expect("a time")
}

fn key(key: TestKey) -> TrustedKey {
    TrustedKey::from_text(key.certificate_pem()).expect("a certificate")
}

/// Nothing is wrong with it.
fn good() -> SetUp {
    let metadata = include_bytes!("data/metadata/contoso.xml");
    let idp = IdentityProvider::from_metadata(metadata, None, at(NOW)).expect("good metadata");
    let mut circumstances = Circumstances::at(at(NOW));
    circumstances.has_store = true;
    SetUp {
        options: Options {
            entity_id: Some(IDENTIFIER.into()),
            reply_urls: vec![REPLY_URL.into()],
            identity_providers: vec![idp],
            ..Options::default()
        },
        circumstances,
    }
}

fn lint(set_up: SetUp) -> Vec<LintFinding> {
    let provider = ServiceProvider::new(set_up.options).expect("a set-up that can be tried");
    provider.lint(&set_up.circumstances)
}

/// The application's own metadata with these Reply URLs.
fn metadata(identifier: &str, reply_urls: &[&str]) -> ServiceProviderMetadata {
    let service = |url: &&str| {
        format!(
            "<md:AssertionConsumerService index='0' Location='{url}' \
             Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'/>"
        )
    };
    let services = reply_urls.iter().map(service).collect::<Vec<_>>().concat();
    let xml = format!(
        "<md:EntityDescriptor xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata' \
         entityID='{identifier}'><md:SPSSODescriptor \
         protocolSupportEnumeration='urn:oasis:names:tc:SAML:2.0:protocol'>{services}\
         </md:SPSSODescriptor></md:EntityDescriptor>"
    );
    let document = Metadata::parse(xml.as_bytes()).expect("metadata");
    document.service_provider(None, at(NOW)).expect("a service provider")
}

fn idp(set_up: &mut SetUp) -> &mut IdentityProvider {
    &mut set_up.options.identity_providers[0]
}

/// A certificate of the application's own; the identity provider's has no end then.
fn own(set_up: &mut SetUp, now: &str) {
    let own = key(TestKey::RSA_3072).certificate().expect("a certificate").clone();
    set_up.options.encryption_certificates = vec![own];
    set_up.options.can_decrypt = true;
    set_up.circumstances.now = at(now);
    bare(set_up);
}

/// A key without dates.
fn bare(set_up: &mut SetUp) {
    let spki = key(TestKey::ENTRA_ACTIVE).key().spki().to_vec();
    let bare = PublicKey::from_spki(&spki).expect("a key");
    idp(set_up).keys = vec![TrustedKey::from_key(bare)];
}

type Spoil = fn(&mut SetUp);

/// Rule, severity, and what is done to the good set-up; then nothing else is found.
const MISTAKES: &[(&str, Severity, Spoil)] = &[
    ("identifier-not-in-metadata", Severity::Error, |it| {
        it.circumstances.metadata = Some(metadata("https://app.example/saml/", &[REPLY_URL]));
    }),
    ("identifier-shape", Severity::Warning, |it| {
        it.options.profile = Some("aws-iam-identity-center".into());
        it.options.reply_urls =
            vec!["https://eu-central-1.sso.signin.aws/platform/saml/acs/1a2b".into()];
    }),
    ("logout-url-not-https", Severity::Warning, |it| {
        it.options.logout_url = Some("http://app.example/slo".into());
    }),
    ("logout-url-not-https", Severity::Info, |it| {
        it.options.logout_url = Some("http://localhost:3000/slo".into());
    }),
    // The certificate for encryption ends with May 2035.
    ("own-certificate-missing", Severity::Warning, |it| it.circumstances.can_sign = true),
    ("own-certificate-expiring", Severity::Info, |it| own(it, "2035-04-03T00:00:00Z")),
    ("own-certificate-expiring", Severity::Warning, |it| own(it, "2035-05-03T00:00:00Z")),
    ("own-certificate-expiring", Severity::Warning, |it| own(it, "2036-01-01T00:00:00Z")),
    ("reply-url-not-https", Severity::Error, |it| {
        it.options.reply_urls = vec!["http://app.example/saml/acs".into()];
    }),
    ("reply-url-not-https", Severity::Error, |it| {
        it.options.reply_urls = vec!["/saml/acs".into()];
    }),
    ("reply-url-not-https", Severity::Info, |it| {
        it.options.reply_urls = vec!["http://localhost:3000/saml/acs".into()];
    }),
    ("reply-url-only-in-metadata", Severity::Warning, |it| {
        let urls = [REPLY_URL, "https://eu.app.example/saml/acs"];
        it.circumstances.metadata = Some(metadata(IDENTIFIER, &urls));
    }),
    ("reply-url-shape", Severity::Warning, |it| {
        it.options.profile = Some("amplitude".into());
        it.options.entity_id = None;
    }),
    ("reply-urls-alike", Severity::Warning, |it| {
        it.options.reply_urls.push("https://app.example/saml/acs/".into());
    }),
    ("white-space", Severity::Error, |it| {
        it.options.entity_id = Some(format!("{IDENTIFIER}\n"));
    }),
    ("white-space", Severity::Error, |it| idp(it).entity_id.push(' ')),
    ("certificate-expired", Severity::Error, |it| {
        idp(it).keys = vec![key(TestKey::ENTRA_EXPIRED)];
    }),
    ("certificate-expired", Severity::Info, |it| {
        idp(it).keys.push(key(TestKey::ENTRA_EXPIRED));
    }),
    // The certificate that lasts longest ends with January 2029.
    ("certificate-expiring", Severity::Info, |it| {
        it.circumstances.now = at("2028-12-03T00:00:00Z");
        idp(it).keys = vec![key(TestKey::ENTRA_INACTIVE)];
    }),
    ("certificate-expiring", Severity::Warning, |it| {
        it.circumstances.now = at("2029-01-02T00:00:00Z");
        idp(it).keys = vec![key(TestKey::ENTRA_INACTIVE)];
    }),
    ("certificate-expiring", Severity::Error, |it| {
        it.circumstances.now = at("2029-01-25T00:00:00Z");
        idp(it).keys = vec![key(TestKey::ENTRA_INACTIVE)];
    }),
    ("certificate-not-yet-valid", Severity::Warning, |it| {
        idp(it).keys = vec![key(TestKey::ENTRA_NOT_YET_VALID)];
    }),
    ("key-unusable", Severity::Error, |it| idp(it).keys.push(key(TestKey::RSA_1024))),
    ("key-unusable", Severity::Warning, |it| {
        let reason = "a certificate that is not an X.509 certificate".into();
        idp(it).unusable_keys.push(UnusableKey { purpose: KeyPurpose::Signing, reason, line: 7 });
    }),
    ("metadata-expiring", Severity::Warning, |it| {
        idp(it).valid_until = Some(at("2026-03-17T09:00:00Z"));
    }),
    ("metadata-expiring", Severity::Error, |it| {
        idp(it).valid_until = Some(at(NOW));
    }),
    ("metadata-stale", Severity::Warning, |it| {
        idp(it).cache_seconds = Some(Seconds(3600));
        it.circumstances.idp_metadata_read_at = Some(at("2026-03-10T08:00:00Z"));
    }),
    ("metadata-too-long", Severity::Error, |it| {
        it.options.profile = Some("aws-iam-identity-center".into());
        it.options.entity_id =
            Some("https://eu-central-1.signin.aws.amazon.com/platform/saml/d-1".into());
        it.options.reply_urls =
            vec!["https://eu-central-1.sso.signin.aws/platform/saml/acs/1a2b".into()];
        it.circumstances.idp_metadata_characters = Some(75_001);
    }),
    ("requests-unsigned", Severity::Error, |it| idp(it).want_authn_requests_signed = true),
    ("signing-certificate-missing", Severity::Error, |it| idp(it).keys.clear()),
    ("sso-url-missing", Severity::Info, |it| idp(it).single_sign_on_services.clear()),
    ("sso-url-not-https", Severity::Warning, |it| {
        idp(it).single_sign_on_services = vec![Endpoint {
            binding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect".into(),
            location: "http://idp.example/sso".into(),
            response_location: None,
        }];
    }),
    ("assertion-age-short", Severity::Warning, |it| {
        it.options.max_assertion_age = Some(Seconds(59));
    }),
    ("authn-age-with-entra", Severity::Warning, |it| {
        it.options.max_authn_age = Some(Seconds(3600));
    }),
    ("authn-context-with-entra", Severity::Warning, |it| {
        it.options.require_authn_context =
            vec!["urn:oasis:names:tc:SAML:2.0:ac:classes:X509".into()];
    }),
    ("certificate-expiry-ignored", Severity::Info, |it| {
        it.options.certificate_expiry = CertificateExpiry::Ignore;
    }),
    ("clock-skew-large", Severity::Warning, |it| it.options.clock_skew = Seconds(301)),
    ("encryption-without-key", Severity::Error, |it| it.options.require_encrypted = true),
    ("mfa-claim-unknown", Severity::Info, |it| {
        it.options.require_mfa = true;
        OTHER.clone_into(&mut idp(it).entity_id);
    }),
    ("replay-store-missing", Severity::Info, |it| it.circumstances.has_store = false),
    ("replay-store-missing", Severity::Warning, |it| {
        it.circumstances.has_store = false;
        it.options.allow_idp_initiated = true;
    }),
    ("response-signature-with-entra", Severity::Info, |it| {
        it.options.require_signed = RequireSigned::Both;
    }),
    ("sha1-allowed", Severity::Warning, |it| it.options.allow_sha1 = true),
    ("unsigned-logout-accepted", Severity::Warning, |it| {
        it.options.allow_unsigned_logout = true;
    }),
];

/// Set-ups at the edge of a rule, or with a reason for what looks wrong.
const NO_MISTAKES: &[(&str, Spoil)] = &[
    ("the metadata says the same", |it| {
        it.circumstances.metadata = Some(metadata(IDENTIFIER, &[REPLY_URL]));
    }),
    ("sixty-one days before the last certificate ends", |it| {
        it.circumstances.now = at("2028-12-02T00:00:00Z");
        idp(it).keys = vec![key(TestKey::ENTRA_INACTIVE)];
    }),
    ("one of two certificates ends soon: a rollover", |it| {
        it.circumstances.now = at("2028-05-30T00:00:00Z");
    }),
    ("a bare key has no end", bare),
    ("an own certificate with two months left", |it| own(it, "2035-04-01T00:00:00Z")),
    ("valid for more than a week", |it| {
        idp(it).valid_until = Some(at("2026-03-17T09:00:01Z"));
    }),
    ("kept for less than an hour", |it| {
        idp(it).cache_seconds = Some(Seconds(3600));
        it.circumstances.idp_metadata_read_at = Some(at("2026-03-10T08:00:01Z"));
    }),
    ("signed requests are wanted, and there is a key", |it| {
        idp(it).want_authn_requests_signed = true;
        it.circumstances.can_sign = true;
        let own = key(TestKey::RSA_3072).certificate().expect("a certificate").clone();
        it.options.signing_certificates = vec![own];
    }),
    ("encryption is wanted, and there is a key", |it| {
        it.options.require_encrypted = true;
        it.options.can_decrypt = true;
    }),
    ("just at the edge of what is demanded", |it| {
        it.options.max_assertion_age = Some(Seconds(60));
        it.options.max_authn_age = Some(Seconds(86_400));
        it.options.clock_skew = Seconds(300);
        it.options.require_mfa = true;
    }),
    ("idp-initiated, with a store", |it| it.options.allow_idp_initiated = true),
    ("long metadata, and no profile that minds", |it| {
        it.circumstances.idp_metadata_characters = Some(1_000_000);
    }),
    ("another identity provider may be asked for other things", |it| {
        OTHER.clone_into(&mut idp(it).entity_id);
        it.options.max_authn_age = Some(Seconds(60));
        it.options.require_authn_context = vec!["urn:x".into()];
        it.options.require_signed = RequireSigned::Response;
    }),
];

#[test]
fn a_good_set_up_has_no_findings() {
    assert_eq!(lint(good()), []);
    for (why, change) in NO_MISTAKES {
        let mut set_up = good();
        change(&mut set_up);
        assert_eq!(lint(set_up), [], "{why}");
    }
}

#[test]
fn each_mistake_is_found_and_no_other() {
    let mut seen = BTreeSet::new();
    for (id, severity, spoil) in MISTAKES {
        let mut set_up = good();
        spoil(&mut set_up);
        let found = lint(set_up);
        let short: Vec<(&str, Severity)> =
            found.iter().map(|finding| (finding.id, finding.severity)).collect();
        assert_eq!(short, [(*id, *severity)]);
        assert!(found[0].hint.len() > 40, "{id}: {}", found[0].hint);
        seen.insert((*id, severity.as_str()));
    }
    // These two come with others, below.
    for rule in ["reply-url-not-in-metadata", "metadata-tenant-wide"] {
        let rule = RULES.iter().find(|one| one.id == rule).expect("a rule");
        seen.extend(rule.severities.iter().map(|severity| (rule.id, severity.as_str())));
    }
    for rule in RULES {
        for severity in rule.severities {
            assert!(seen.contains(&(rule.id, severity.as_str())), "{}: {severity:?}", rule.id);
        }
    }
    println!("lint: {} rules, {} mistakes", RULES.len(), MISTAKES.len());
}

#[test]
fn a_reply_url_that_is_almost_the_registered_one_is_told_so() {
    let mut set_up = good();
    let registered = "https://app.example/saml/acs/";
    set_up.circumstances.metadata = Some(metadata(IDENTIFIER, &[registered]));
    let found = lint(set_up);
    assert_eq!(found[0].id, "reply-url-not-in-metadata");
    assert_eq!(found[0].actual.as_deref(), Some(REPLY_URL));
    assert_eq!(found[0].expected.as_deref(), Some(registered));
    assert!(found[0].hint.contains("a slash, a case or a port"), "{}", found[0].hint);
    assert_eq!(found[1].id, "reply-url-only-in-metadata");
    assert_eq!(found.len(), 2);

    let mut set_up = good();
    set_up.circumstances.metadata = Some(metadata(IDENTIFIER, &["https://other.example/acs"]));
    let found = lint(set_up);
    assert!(found[0].hint.contains("sends no response there"), "{}", found[0].hint);
}

#[test]
fn the_gravest_comes_first() {
    let mut set_up = good();
    set_up.options.certificate_expiry = CertificateExpiry::Ignore;
    set_up.options.allow_sha1 = true;
    set_up.options.require_encrypted = true;
    let severities: Vec<Severity> = lint(set_up).iter().map(|one| one.severity).collect();
    assert_eq!(severities, [Severity::Error, Severity::Warning, Severity::Info]);
}

/// Genuine documents of tenants, which other projects recorded.
#[test]
fn the_metadata_of_a_tenant_is_told_from_an_application_s() {
    if corpus::cases::<Value>("metadata").is_none() {
        return;
    }
    let xml = corpus::bytes("metadata", "signxml/signxml-entra-signed.xml");
    let now = at("2022-01-01T00:00:00Z");
    let tenant = IdentityProvider::from_metadata(&xml, None, now).expect("metadata");
    let mut set_up = good();
    set_up.options.identity_providers = vec![tenant];
    let found = lint(set_up);
    let wide = found.iter().find(|finding| finding.id == "metadata-tenant-wide");
    let wide = wide.unwrap_or_else(|| panic!("not found: {found:?}"));
    assert_eq!(wide.severity, Severity::Warning);
    assert!(wide.hint.contains("?appid="), "{}", wide.hint);
}
