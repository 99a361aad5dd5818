//! Was the certificate that signed within its validity?
//!
//! Trust in it comes from the configuration; its dates say only that it was due for renewal. Entra
//! ID goes on signing with an expired one.

use super::{Facts, Finding, remedy};
use crate::dsig::{CertificateFacts, TrustedKey};
use crate::policy::{CertificateExpiry, Policy};
use crate::profiles::Portal;
use crate::report::{CheckId, Code};
use crate::saml::time::Instant;

pub(super) fn check(facts: &Facts<'_>, policy: &Policy) -> Finding {
    of_signers(&facts.signers, facts.context.now, facts.portal(), policy)
}

/// The same of whatever these keys signed.
pub(super) fn of_signers(
    signers: &[&TrustedKey],
    now: Instant,
    portal: &Portal,
    policy: &Policy,
) -> Finding {
    if policy.certificate_expiry == CertificateExpiry::Ignore {
        return Finding::skipped(CheckId::Certificate, "certificateExpiry is 'ignore'");
    }
    if signers.is_empty() {
        return Finding::skipped(CheckId::Certificate, "no trusted certificate signed");
    }
    let certificates: Vec<_> = signers.iter().filter_map(|key| key.certificate()).collect();
    if certificates.is_empty() {
        return Finding::skipped(CheckId::Certificate, "a bare key signed, which has no validity");
    }
    for certificate in certificates {
        let facts = certificate.facts();
        if now > at(facts.not_after) {
            let expected = format!("valid until after {now}");
            let actual = format!("valid until {} ({})", at(facts.not_after), facts.subject);
            return finding(policy, portal, Code::CertificateExpired, facts)
                .expected(expected)
                .actual(actual);
        }
        if now < at(facts.not_before) {
            let expected = format!("valid before {now}");
            let actual = format!("valid from {} ({})", at(facts.not_before), facts.subject);
            let finding = finding(policy, portal, Code::CertificateNotYetValid, facts);
            return finding.expected(expected).actual(actual);
        }
    }
    Finding::passed(CheckId::Certificate)
}

fn at(seconds: i64) -> Instant {
    Instant::from_milliseconds(seconds.saturating_mul(1000))
}

fn finding(policy: &Policy, portal: &Portal, code: Code, facts: &CertificateFacts) -> Finding {
    let finding = match policy.certificate_expiry {
        CertificateExpiry::Fail => Finding::failed(CheckId::Certificate, code),
        CertificateExpiry::Ignore | CertificateExpiry::Warn => {
            Finding::warned(CheckId::Certificate, code)
        }
    };
    finding
        .hint(format!(
            "Make a new signing certificate at the identity provider, configure its metadata here, \
             and then make it active there. The one that signed has the thumbprint {}.",
            facts.sha1
        ))
        .remedy(remedy::see(portal, portal.certificate))
}
