//! Mistakes of a set-up that can be seen before the first login.
//!
//! Each rule is a function of the policy, what the host knows beside it, and the time; [`RULES`]
//! lists them. A finding refuses nothing: what cannot work at all is an error of
//! [`ServiceProvider::new`](crate::ServiceProvider::new) already, and what a message is judged by
//! are the checks. Ids are stable: rules are added, never renamed.

mod address;
mod application;
mod demands;
mod identity_provider;

use crate::policy::Policy;
use crate::saml::metadata::ServiceProviderMetadata;
use crate::saml::time::Instant;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// It works, and is less safe or will fail some day.
    Warning,
    /// Logins fail, or can be stolen.
    Error,
}

impl Severity {
    /// `info`, `warning` or `error`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One mistake, or something worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintFinding {
    /// The rule. Stable.
    pub id: &'static str,
    /// How much it matters here.
    pub severity: Severity,
    /// What is wrong, in a sentence.
    pub title: &'static str,
    /// What the set-up has.
    pub actual: Option<String>,
    /// What would be right.
    pub expected: Option<String>,
    /// What to change, for an administrator.
    pub hint: String,
    /// The option concerned, by its JavaScript name.
    pub option: Option<&'static str>,
}

/// What the policy does not say.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Circumstances {
    /// The time.
    pub now: Instant,
    /// Whether the application has each assertion sign in once, by a store.
    pub has_store: bool,
    /// Whether there is a key that signs login requests.
    pub can_sign: bool,
    /// When the metadata of the identity provider was read.
    pub idp_metadata_read_at: Option<Instant>,
    /// How long that metadata is, in characters.
    pub idp_metadata_characters: Option<usize>,
    /// What the application's own metadata file says.
    pub metadata: Option<ServiceProviderMetadata>,
}

impl Circumstances {
    /// Nothing is known but the time.
    pub fn at(now: Instant) -> Self {
        Self {
            now,
            has_store: false,
            can_sign: false,
            idp_metadata_read_at: None,
            idp_metadata_characters: None,
            metadata: None,
        }
    }
}

/// A rule: what it is called, and the function that looks.
pub struct Rule {
    /// Stable.
    pub id: &'static str,
    /// The severities it can have, the greatest first.
    pub severities: &'static [Severity],
    /// What is wrong where it finds something.
    pub title: &'static str,
    /// The option concerned.
    pub option: Option<&'static str>,
    look: fn(&Policy, &Circumstances) -> Vec<Sighting>,
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

/// What a rule saw; the rest of a finding is the rule's.
struct Sighting {
    severity: Severity,
    actual: Option<String>,
    expected: Option<String>,
    hint: String,
}

impl Sighting {
    fn new(severity: Severity, hint: impl Into<String>) -> Self {
        Self { severity, actual: None, expected: None, hint: hint.into() }
    }

    fn error(hint: impl Into<String>) -> Self {
        Self::new(Severity::Error, hint)
    }

    fn warning(hint: impl Into<String>) -> Self {
        Self::new(Severity::Warning, hint)
    }

    fn info(hint: impl Into<String>) -> Self {
        Self::new(Severity::Info, hint)
    }

    fn actual(mut self, actual: impl Into<String>) -> Self {
        self.actual = Some(actual.into());
        self
    }

    fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// The only one of its rule.
    fn alone(self) -> Vec<Self> {
        vec![self]
    }
}

const ERROR: &[Severity] = &[Severity::Error];
const WARNING: &[Severity] = &[Severity::Warning];
const INFO: &[Severity] = &[Severity::Info];
const ERROR_OR_WARNING: &[Severity] = &[Severity::Error, Severity::Warning];
const ERROR_OR_INFO: &[Severity] = &[Severity::Error, Severity::Info];
const WARNING_OR_INFO: &[Severity] = &[Severity::Warning, Severity::Info];
const ANY: &[Severity] = &[Severity::Error, Severity::Warning, Severity::Info];

/// Every rule, in the order in which its findings are listed.
pub static RULES: &[Rule] = &[
    // The application: its addresses and its own metadata.
    Rule {
        id: "identifier-not-in-metadata",
        severities: ERROR,
        title: "The Identifier is not the one in the application's metadata.",
        option: Some("entityId"),
        look: application::identifier_not_in_metadata,
    },
    Rule {
        id: "identifier-shape",
        severities: WARNING,
        title: "The Identifier is not one of this application's.",
        option: Some("entityId"),
        look: application::identifier_shape,
    },
    Rule {
        id: "logout-url-not-https",
        severities: WARNING_OR_INFO,
        title: "The Logout URL is not an https address.",
        option: Some("logoutUrl"),
        look: application::logout_url_not_https,
    },
    Rule {
        id: "own-certificate-expiring",
        severities: WARNING_OR_INFO,
        title: "A certificate of this application expires soon, or has expired.",
        option: Some("signingCertificates"),
        look: application::own_certificate_expiring,
    },
    Rule {
        id: "own-certificate-missing",
        severities: WARNING,
        title: "Messages are signed, and the metadata holds no certificate to verify them with.",
        option: Some("signingCertificates"),
        look: application::own_certificate_missing,
    },
    Rule {
        id: "reply-url-not-https",
        severities: ERROR_OR_INFO,
        title: "A Reply URL is not an https address.",
        option: Some("replyUrls"),
        look: application::reply_url_not_https,
    },
    Rule {
        id: "reply-url-not-in-metadata",
        severities: ERROR,
        title: "A Reply URL is not in the application's metadata.",
        option: Some("replyUrls"),
        look: application::reply_url_not_in_metadata,
    },
    Rule {
        id: "reply-url-only-in-metadata",
        severities: WARNING,
        title: "The application's metadata has a Reply URL that is not configured here.",
        option: Some("replyUrls"),
        look: application::reply_url_only_in_metadata,
    },
    Rule {
        id: "reply-url-shape",
        severities: WARNING,
        title: "A Reply URL is not one of this application's.",
        option: Some("replyUrls"),
        look: application::reply_url_shape,
    },
    Rule {
        id: "reply-urls-alike",
        severities: WARNING,
        title: "Two Reply URLs are the same but for a slash, a case or a port.",
        option: Some("replyUrls"),
        look: application::reply_urls_alike,
    },
    Rule {
        id: "white-space",
        severities: ERROR,
        title: "A value has white space around it.",
        option: None,
        look: application::white_space,
    },
    // The identity provider: keys, metadata, addresses.
    Rule {
        id: "certificate-expired",
        severities: ERROR_OR_INFO,
        title: "A signing certificate of the identity provider has expired.",
        option: Some("idp"),
        look: identity_provider::certificate_expired,
    },
    Rule {
        id: "certificate-expiring",
        severities: ANY,
        title: "The last signing certificate of the identity provider expires soon.",
        option: Some("idp"),
        look: identity_provider::certificate_expiring,
    },
    Rule {
        id: "certificate-not-yet-valid",
        severities: WARNING,
        title: "No signing certificate of the identity provider is valid yet.",
        option: Some("idp"),
        look: identity_provider::certificate_not_yet_valid,
    },
    Rule {
        id: "key-unusable",
        severities: ERROR_OR_WARNING,
        title: "A key of the identity provider cannot be used.",
        option: Some("idp"),
        look: identity_provider::key_unusable,
    },
    Rule {
        id: "metadata-expiring",
        severities: ERROR_OR_WARNING,
        title: "The metadata of the identity provider runs out.",
        option: Some("idp"),
        look: identity_provider::metadata_expiring,
    },
    Rule {
        id: "metadata-stale",
        severities: WARNING,
        title: "The metadata of the identity provider was kept longer than it allows.",
        option: Some("idp"),
        look: identity_provider::metadata_stale,
    },
    Rule {
        id: "metadata-tenant-wide",
        severities: WARNING,
        title: "The metadata is the tenant's, not the application's.",
        option: Some("idp"),
        look: identity_provider::metadata_tenant_wide,
    },
    Rule {
        id: "metadata-too-long",
        severities: ERROR,
        title: "The metadata of the identity provider is longer than the application takes.",
        option: Some("idp"),
        look: identity_provider::metadata_too_long,
    },
    Rule {
        id: "requests-unsigned",
        severities: ERROR,
        title: "The identity provider wants login requests signed, and there is no key.",
        option: Some("signingKey"),
        look: identity_provider::requests_unsigned,
    },
    Rule {
        id: "signing-certificate-missing",
        severities: ERROR,
        title: "The identity provider has no key that its messages can be verified with.",
        option: Some("idp"),
        look: identity_provider::signing_certificate_missing,
    },
    Rule {
        id: "sso-url-missing",
        severities: INFO,
        title: "There is no address for login requests.",
        option: Some("idp"),
        look: identity_provider::sso_url_missing,
    },
    Rule {
        id: "sso-url-not-https",
        severities: WARNING,
        title: "Login requests go to an address that is not https.",
        option: Some("idp"),
        look: identity_provider::sso_url_not_https,
    },
    // What is demanded of a message.
    Rule {
        id: "assertion-age-short",
        severities: WARNING,
        title: "Assertions count as too old almost at once.",
        option: Some("maxAssertionAgeSeconds"),
        look: demands::assertion_age_short,
    },
    Rule {
        id: "authn-age-with-entra",
        severities: WARNING,
        title: "Users who are signed in at Entra ID already will be refused.",
        option: Some("maxAuthnAgeSeconds"),
        look: demands::authn_age_with_entra,
    },
    Rule {
        id: "authn-context-with-entra",
        severities: WARNING,
        title: "Entra ID mostly names another AuthnContext than those that are accepted.",
        option: Some("requireAuthnContext"),
        look: demands::authn_context_with_entra,
    },
    Rule {
        id: "certificate-expiry-ignored",
        severities: INFO,
        title: "Nobody is told when the certificate that signs has expired.",
        option: Some("certificateExpiry"),
        look: demands::certificate_expiry_ignored,
    },
    Rule {
        id: "clock-skew-large",
        severities: WARNING,
        title: "Clocks may be more than five minutes apart.",
        option: Some("clockSkewSeconds"),
        look: demands::clock_skew_large,
    },
    Rule {
        id: "encryption-without-key",
        severities: ERROR,
        title: "Assertions must be encrypted, and there is no key to decrypt them.",
        option: Some("decryptionKeys"),
        look: demands::encryption_without_key,
    },
    Rule {
        id: "mfa-claim-unknown",
        severities: INFO,
        title: "Multifactor authentication is demanded of an identity provider other than Entra ID.",
        option: Some("requireMfa"),
        look: demands::mfa_claim_unknown,
    },
    Rule {
        id: "replay-store-missing",
        severities: WARNING_OR_INFO,
        title: "Nothing here keeps an assertion from being used twice.",
        option: Some("store"),
        look: demands::replay_store_missing,
    },
    Rule {
        id: "response-signature-with-entra",
        severities: INFO,
        title: "Entra ID signs the Assertion alone unless its Signing Option is changed.",
        option: Some("requireSigned"),
        look: demands::response_signature_with_entra,
    },
    Rule {
        id: "sha1-allowed",
        severities: WARNING,
        title: "SHA-1 signatures are accepted.",
        option: Some("algorithms"),
        look: demands::sha1_allowed,
    },
    Rule {
        id: "unsigned-logout-accepted",
        severities: WARNING,
        title: "Logout messages are accepted without a signature.",
        option: Some("allowUnsignedLogout"),
        look: demands::unsigned_logout_accepted,
    },
];

/// Runs every rule. The greatest severity first; within one, in the order of [`RULES`].
pub(crate) fn lint(policy: &Policy, circumstances: &Circumstances) -> Vec<LintFinding> {
    let mut findings: Vec<LintFinding> = Vec::new();
    for rule in RULES {
        findings.extend((rule.look)(policy, circumstances).into_iter().map(|seen| LintFinding {
            id: rule.id,
            severity: seen.severity,
            title: rule.title,
            actual: seen.actual,
            expected: seen.expected,
            hint: seen.hint,
            option: rule.option,
        }));
    }
    let (mut ordered, others): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|finding| finding.severity == Severity::Error);
    let (warnings, remarks): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|finding| finding.severity == Severity::Warning);
    ordered.extend(warnings);
    ordered.extend(remarks);
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table for people is this table.
    #[test]
    fn the_documentation_lists_every_rule() {
        let document = include_str!("../docs/lint.md");
        let rows: Vec<String> = document
            .lines()
            .filter_map(|line| line.strip_prefix("| `"))
            .filter_map(|line| {
                let mut cells = line.split(" | ");
                let id = cells.next()?.trim_end_matches('`');
                let (severities, title) = (cells.next()?, cells.next()?);
                Some(format!("{id}: {severities}: {title}"))
            })
            .collect();
        let table: Vec<String> = RULES
            .iter()
            .map(|rule| {
                let severities: Vec<&str> =
                    rule.severities.iter().map(|one| one.as_str()).collect();
                format!("{}: {}: {}", rule.id, severities.join(", "), rule.title)
            })
            .collect();
        assert_eq!(rows, table);
    }

    #[test]
    fn ids_are_distinct_and_severities_fall() {
        let ids: std::collections::BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), RULES.len());
        for rule in RULES {
            assert!(rule.severities.is_sorted_by(|one, next| one > next), "{}", rule.id);
        }
    }
}
