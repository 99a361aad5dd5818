//! Who may be signed in: made from proven facts after every check has passed, and in no other way.

use crate::checks::Admission;
use crate::dsig::{CertificateFacts, Signed};
use crate::policy::Policy;
use crate::profiles::Entra;
use crate::saml::assertion::{Assertion, Attribute, NameId, SignedAssertion, SubjectConfirmation};
use crate::saml::response::Response;
use crate::saml::time::Instant;
use crate::user::{self, User};

/// A login that was admitted.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Login {
    /// The identity provider's entity ID.
    pub issuer: String,
    /// Who signed in.
    pub name_id: NameId,
    /// What else is said about the user, in document order.
    pub attributes: Vec<Attribute>,
    /// The session at the identity provider, needed for logout.
    pub session_index: Option<String>,
    /// When that session ends.
    pub session_not_on_or_after: Option<Instant>,
    /// When the user authenticated.
    pub authn_instant: Option<Instant>,
    /// How the user authenticated: AuthnContextClassRef.
    pub authn_context: Option<String>,
    /// The audiences of the assertion.
    pub audiences: Vec<String>,
    /// ID of the assertion.
    pub assertion_id: String,
    /// ID of the Response. Unsigned where the Response is: for logs, not for decisions.
    pub response_id: String,
    /// The request that is answered: absent where the login began at the identity provider.
    pub in_response_to: Option<String>,
    /// The earliest NotOnOrAfter of the assertion.
    pub not_on_or_after: Instant,
    /// What to remember so that the assertion is accepted once only.
    pub replay: Replay,
    /// The signatures that cover the assertion.
    pub signed_by: Vec<SignedBy>,
    /// Whether the assertion was encrypted.
    pub encrypted: bool,
    /// The user as SCIM has it, for just-in-time provisioning.
    pub user: User,
    /// The groups that the claims list. SCIM has them read-only, so they are not part of `user`.
    pub groups: Vec<String>,
    /// What Entra ID says about the user; absent where the Issuer is not the tenant it speaks of.
    pub entra: Option<Entra>,
}

/// The key under which a used assertion is remembered, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// Identity provider and assertion ID.
    pub key: String,
    /// From then on the assertion is refused for its age.
    pub expires_at: Instant,
}

/// A signature that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBy {
    /// What it covers: `Response` or `Assertion`.
    pub element: &'static str,
    /// Identifier of its algorithm.
    pub algorithm: String,
    /// The trusted certificate: absent where a bare key is trusted.
    pub certificate: Option<CertificateFacts>,
}

impl SignedBy {
    pub(crate) fn of(element: &'static str, signed: &Signed) -> Self {
        let certificate = signed.certificate().map(|certificate| certificate.facts().clone());
        Self { element, algorithm: signed.algorithm().to_owned(), certificate }
    }
}

impl Login {
    /// Takes the proof that every check passed, and the proven facts. `None` would mean that a
    /// check let something through that it must not: then nobody is signed in.
    pub(crate) fn new(
        _admission: &Admission,
        proven: &SignedAssertion,
        confirmation: &SubjectConfirmation,
        response: &Response,
        signed_by: Vec<SignedBy>,
        encrypted: bool,
        policy: &Policy,
    ) -> Option<Self> {
        let assertion: &Assertion = proven.facts();
        let statement = assertion.authn_statements.first()?;
        let conditions = assertion.conditions.as_ref();
        let restrictions = conditions.into_iter().flat_map(|one| &one.audience_restrictions);
        let confirmed_until = confirmation.not_on_or_after.as_ref()?.instant?;
        let valid_until = conditions
            .and_then(|conditions| conditions.not_on_or_after.as_ref()?.instant)
            .map_or(confirmed_until, |instant| instant.min(confirmed_until));
        let name_id = assertion.subject.as_ref()?.name_id.clone()?;
        // The checks let the Response's InResponseTo stand alone only where it is signed.
        let in_response_to =
            confirmation.in_response_to.clone().or_else(|| response.in_response_to.clone());
        let entra = Entra::read(assertion);
        Some(Self {
            issuer: assertion.issuer.value.clone(),
            user: User::of(assertion, entra.as_ref(), &policy.claims)?,
            groups: user::groups(assertion, &policy.claims),
            name_id,
            attributes: assertion.attributes.clone(),
            session_index: statement.session_index.clone(),
            session_not_on_or_after: statement
                .session_not_on_or_after
                .as_ref()
                .and_then(|time| time.instant),
            authn_instant: statement.authn_instant.instant,
            authn_context: statement.context_class.clone(),
            audiences: restrictions.flat_map(|one| &one.audiences).cloned().collect(),
            assertion_id: assertion.id.clone(),
            response_id: response.id.clone(),
            in_response_to,
            not_on_or_after: valid_until,
            replay: Replay {
                key: format!("{} {}", assertion.issuer.value, assertion.id),
                expires_at: valid_until.plus(policy.clock_skew),
            },
            signed_by,
            encrypted,
            entra,
        })
    }
}
