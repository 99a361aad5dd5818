//! A logout message that may be acted on: made from proven facts after every check has passed, and
//! in no other way.

use crate::checks::{LogoutAdmission, request_expires};
use crate::login::{Replay, SignedBy};
use crate::policy::Policy;
use crate::saml::assertion::NameId;
use crate::saml::logout::{LogoutContent, ProvenLogout};
use crate::saml::time::Instant;

/// A logout message that was admitted.
#[derive(Clone, Debug)]
pub enum Logout {
    /// The identity provider asks to sign a user out.
    Request(LogoutRequest),
    /// The identity provider answers a logout request.
    Response(LogoutResponse),
}

/// A LogoutRequest: end the sessions of this user, then answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LogoutRequest {
    /// ID, for the answer's InResponseTo.
    pub id: String,
    /// Entity ID of the identity provider, whichever of its names the message carries.
    pub issuer: String,
    /// Who is to be signed out.
    pub name_id: NameId,
    /// The sessions meant. None: all of the user's.
    pub session_indexes: Vec<String>,
    /// Why, a URI as a rule.
    pub reason: Option<String>,
    /// From then on the request is void.
    pub not_on_or_after: Option<Instant>,
    /// To be given back with the answer. Covered by a signature over the query alone.
    pub relay_state: Option<String>,
    /// What to remember so that the request is acted on once only.
    pub replay: Replay,
    /// The signatures that hold. None, only where unsigned messages are accepted.
    pub signed_by: Vec<SignedBy>,
}

/// A LogoutResponse: the user is signed out at the identity provider.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LogoutResponse {
    /// ID.
    pub id: String,
    /// Entity ID of the identity provider, whichever of its names the message carries.
    pub issuer: String,
    /// The request that is answered.
    pub in_response_to: String,
    /// The status codes, the outermost first: Success, or PartialLogout alone.
    pub status_codes: Vec<String>,
    /// StatusMessage.
    pub status_message: Option<String>,
    /// Whether other applications of the session did not confirm (SAML core 3.7.3.2).
    pub partial: bool,
    /// What was sent with the request. Covered by a signature over the query alone.
    pub relay_state: Option<String>,
    /// The signatures that hold. None, only where unsigned messages are accepted.
    pub signed_by: Vec<SignedBy>,
}

impl Logout {
    /// Takes the proof that every check passed, and the proven facts. `None` would mean that a
    /// check let something through that it must not: then nothing may be acted on.
    pub(crate) fn new(
        _admission: &LogoutAdmission,
        proven: &ProvenLogout,
        issuer: &str,
        unsigned_relay_state: Option<&str>,
        signed_by: Vec<SignedBy>,
        policy: &Policy,
    ) -> Option<Self> {
        let facts = proven.facts();
        let relay_state = proven.relay_state().unwrap_or(unsigned_relay_state).map(str::to_owned);
        let (id, issuer) = (facts.id.clone(), issuer.to_owned());
        Some(match &facts.content {
            LogoutContent::Request(request) => {
                let expires = request_expires(facts, request)?;
                Self::Request(LogoutRequest {
                    name_id: request.name_id.clone()?,
                    session_indexes: request.session_indexes.clone(),
                    reason: request.reason.clone(),
                    not_on_or_after: request.not_on_or_after.as_ref().and_then(|time| time.instant),
                    relay_state,
                    replay: Replay {
                        key: format!("{issuer} {id}"),
                        expires_at: expires.plus(policy.clock_skew),
                    },
                    id,
                    issuer,
                    signed_by,
                })
            }
            LogoutContent::Response(response) => Self::Response(LogoutResponse {
                id,
                issuer,
                in_response_to: response.in_response_to.clone()?,
                status_codes: response.status.codes.clone(),
                status_message: response.status.message.clone(),
                partial: response.is_partial(),
                relay_state,
                signed_by,
            }),
        })
    }
}
