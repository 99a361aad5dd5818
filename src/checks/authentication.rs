//! Did the user authenticate, and in the way that is required? (SAML core 2.7.2)

use super::{At, Facts, Finding, any_of, no_assertion, remedy};
use crate::policy::Policy;
use crate::profiles;
use crate::report::{CheckId, Code};

/// AuthnContextClassRefs that say multifactor by themselves.
const MFA_CONTEXTS: [&str; 2] =
    ["https://refeds.org/profile/mfa", "http://schemas.microsoft.com/claims/multipleauthn"];

pub(super) fn check(facts: &Facts<'_>, policy: &Policy) -> Finding {
    let Some(assertion) = facts.assertion else { return no_assertion(CheckId::Authentication) };
    let Some(statement) = assertion.authn_statements.first() else {
        return Finding::failed(CheckId::Authentication, Code::AuthnStatement)
            .expected("an AuthnStatement")
            .actual("none")
            .at(At::Assertion(assertion.at))
            .hint(
                "The assertion describes a user and does not say that the user signed in. Have the \
                 identity provider add an AuthnStatement.",
            );
    };
    let at = At::Assertion(statement.at);
    let contexts: Vec<&str> = assertion
        .authn_statements
        .iter()
        .filter_map(|statement| statement.context_class.as_deref())
        .collect();
    let required = &policy.require_authn_context;
    if !required.is_empty()
        && !contexts.iter().any(|context| required.iter().any(|one| one == context))
    {
        return Finding::failed(CheckId::Authentication, Code::AuthnContext)
            .expected(any_of(required))
            .actual(any_of(&contexts))
            .at(at)
            .hint(
                "The user signed in in another way than requireAuthnContext demands. Entra ID says \
                 Password for most ways; to demand multifactor authentication use requireMfa and a \
                 Conditional Access policy.",
            );
    }
    let mfa = profiles::shows_mfa(assertion)
        || contexts.iter().any(|context| MFA_CONTEXTS.contains(context));
    if policy.require_mfa && !mfa {
        return Finding::failed(CheckId::Authentication, Code::Mfa)
            .expected("multifactor authentication")
            .actual(format!("a sign-in that does not show it ({})", any_of(&contexts)))
            .at(at)
            .hint(
                "The user signed in without a second factor, or the identity provider does not say \
                 so. Have it require multifactor authentication for this application, then sign in \
                 again in a new browser session. Entra ID shows it in the claim \
                 authnmethodsreferences.",
            )
            .remedy(remedy::choose(facts.portal(), facts.portal().mfa));
    }
    let passed = Finding::passed(CheckId::Authentication);
    if mfa { passed.actual("multifactor authentication") } else { passed }
}
