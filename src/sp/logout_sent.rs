//! Logout messages of this service provider (SAML profiles 4.4.3): a LogoutRequest where the user
//! signs out here, and the LogoutResponse to a LogoutRequest of the identity provider.

use super::ServiceProvider;
use super::outgoing::{Binding, Draft, Outgoing, check_id, check_text, endpoint};
use crate::report::SetupError;
use crate::saml::logout::{Envelope, Principal, STATUS_PARTIAL_LOGOUT, request_xml, response_xml};
use crate::saml::names::STATUS_SUCCESS;
use crate::saml::redirect::Direction;
use crate::saml::time::Instant;

/// A LogoutRequest to be made. IDs and the time come from outside.
#[derive(Clone, Debug)]
pub struct LogoutRequestOut {
    /// ID of the request: a letter or an underscore, then letters, digits, `.`, `_` and `-`.
    pub id: String,
    /// The time.
    pub now: Instant,
    /// How it is sent.
    pub binding: Binding,
    /// Entity ID of the identity provider, where several are configured.
    pub identity_provider: Option<String>,
    /// Who signs out, by the NameID and SessionIndex of the login.
    pub principal: Principal,
    /// Why, a URI as a rule.
    pub reason: Option<String>,
    /// From when on the identity provider shall not act on it any more.
    pub not_on_or_after: Option<Instant>,
    /// Given back with the answer.
    pub relay_state: Option<String>,
    /// Identifier of the algorithm of the host's signing key, where it has one.
    pub signature_algorithm: Option<String>,
}

/// A LogoutResponse to be made. IDs and the time come from outside.
#[derive(Clone, Debug)]
pub struct LogoutResponseOut {
    /// ID of the response.
    pub id: String,
    /// The time.
    pub now: Instant,
    /// How it is sent.
    pub binding: Binding,
    /// Entity ID of the identity provider, where several are configured.
    pub identity_provider: Option<String>,
    /// ID of the LogoutRequest that is answered.
    pub in_response_to: String,
    /// How the logout went.
    pub status: LogoutStatus,
    /// RelayState of the request, which must be given back (SAML bindings 3.4.3).
    pub relay_state: Option<String>,
    /// Identifier of the algorithm of the host's signing key, where it has one.
    pub signature_algorithm: Option<String>,
}

/// How a logout went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoutStatus {
    /// It is refused.
    Denied,
    /// It failed here.
    Failed,
    /// The sessions here are ended, but those of others that this application answers for are not
    /// (SAML core 3.7.3.2: Success with PartialLogout below it).
    Partial,
    /// The sessions are ended, or there were none.
    Success,
    /// Nobody of this name is known here.
    UnknownPrincipal,
}

const RESPONDER: &str = "urn:oasis:names:tc:SAML:2.0:status:Responder";
const REQUESTER: &str = "urn:oasis:names:tc:SAML:2.0:status:Requester";
const DENIED: &str = "urn:oasis:names:tc:SAML:2.0:status:RequestDenied";
const UNKNOWN_PRINCIPAL: &str = "urn:oasis:names:tc:SAML:2.0:status:UnknownPrincipal";

impl LogoutStatus {
    /// The status codes, the outermost first (SAML core 3.2.2.2).
    const fn codes(self) -> &'static [&'static str] {
        match self {
            Self::Denied => &[RESPONDER, DENIED],
            Self::Failed => &[RESPONDER],
            Self::Partial => &[STATUS_SUCCESS, STATUS_PARTIAL_LOGOUT],
            Self::Success => &[STATUS_SUCCESS],
            Self::UnknownPrincipal => &[REQUESTER, UNKNOWN_PRINCIPAL],
        }
    }
}

const UNSIGNED: &str = "Without a signingKey the message is not signed. Entra ID takes it like \
    that; most identity providers refuse it (SAML profiles 4.4.4).";

impl ServiceProvider {
    /// Makes a LogoutRequest. Errors: `OPTIONS`.
    pub fn logout_request(&self, request: LogoutRequestOut) -> Result<Outgoing, SetupError> {
        check_id(&request.id)?;
        if request.principal.name_id.trim().is_empty() {
            return Err(SetupError::options("nameId is empty")
                .expected("the NameID of the login")
                .hint("Keep login.nameId and login.sessionIndex in the session of the user."));
        }
        let Principal { name_id, format, name_qualifier, sp_name_qualifier, session_indexes } =
            &request.principal;
        let qualifiers = format.iter().chain(name_qualifier).chain(sp_name_qualifier);
        check_text("nameId", qualifiers.chain([name_id]))?;
        check_text("sessionIndex", session_indexes)?;
        check_text("reason", &request.reason)?;
        let provider = self.chosen(request.identity_provider.as_deref())?;
        let services = &provider.single_logout_services;
        let destination = &endpoint(services, request.binding, SERVICE)?.location;
        let xml = request_xml(
            self.envelope(&request.id, request.now, destination),
            &request.principal,
            request.reason.as_deref(),
            request.not_on_or_after,
        );
        let draft = Draft {
            id: request.id,
            xml,
            direction: Direction::Request,
            binding: request.binding,
            endpoint: destination.clone(),
            relay_state: request.relay_state,
            parameters: Vec::new(),
            warnings: unsigned_warning(request.signature_algorithm.as_ref()),
        };
        draft.dispatch(request.signature_algorithm)
    }

    /// Makes a LogoutResponse. Errors: `OPTIONS`.
    pub fn logout_response(&self, response: LogoutResponseOut) -> Result<Outgoing, SetupError> {
        check_id(&response.id)?;
        if response.in_response_to.is_empty() {
            return Err(SetupError::options("inResponseTo is empty")
                .expected("the LogoutRequest that is answered, or its ID"));
        }
        check_text("inResponseTo", [&response.in_response_to])?;
        let provider = self.chosen(response.identity_provider.as_deref())?;
        let service = endpoint(&provider.single_logout_services, response.binding, SERVICE)?;
        let destination = service.response_web_address().ok_or_else(|| {
            SetupError::options("ResponseLocation of the identity provider is no web address")
                .actual(service.response_location.as_deref().unwrap_or_default())
        })?;
        let xml = response_xml(
            self.envelope(&response.id, response.now, destination),
            &response.in_response_to,
            response.status.codes(),
        );
        let draft = Draft {
            id: response.id,
            xml,
            direction: Direction::Response,
            binding: response.binding,
            endpoint: destination.to_owned(),
            relay_state: response.relay_state,
            parameters: Vec::new(),
            warnings: unsigned_warning(response.signature_algorithm.as_ref()),
        };
        draft.dispatch(response.signature_algorithm)
    }

    fn envelope<'a>(
        &'a self,
        id: &'a str,
        issue_instant: Instant,
        destination: &'a str,
    ) -> Envelope<'a> {
        Envelope { id, issue_instant, destination, issuer: &self.policy.entity_id }
    }
}

const SERVICE: &str = "SingleLogoutService";

fn unsigned_warning(algorithm: Option<&String>) -> Vec<String> {
    if algorithm.is_some() { Vec::new() } else { vec![UNSIGNED.to_owned()] }
}
