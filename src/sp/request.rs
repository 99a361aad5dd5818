//! Sending a user to the identity provider (SAML profiles 4.1.3.2).

use super::ServiceProvider;
use super::outgoing::{self, Draft, check_id, check_text};
pub use super::outgoing::{Binding, Carrier, Outgoing, Sent, Unsigned};
use crate::report::SetupError;
use crate::saml::authn_request::AuthnRequest;
use crate::saml::metadata::IdentityProvider;
use crate::saml::redirect::Direction;
use crate::saml::time::Instant;

/// A login request to be made. IDs and the time come from outside.
#[derive(Clone, Debug)]
pub struct LoginRequest {
    /// ID of the request: a letter or an underscore, then letters, digits, `.`, `_` and `-`.
    pub id: String,
    /// The time.
    pub now: Instant,
    /// How it is sent.
    pub binding: Binding,
    /// Entity ID of the identity provider, where several are configured.
    pub identity_provider: Option<String>,
    /// The Reply URL for the answer, where there are several. Default: the first.
    pub reply_url: Option<String>,
    /// Given back with the answer.
    pub relay_state: Option<String>,
    /// Whether the user has to authenticate anew.
    pub force_authn: bool,
    /// Whether the user must not be asked anything.
    pub is_passive: bool,
    /// Name that the identity provider may fill in (`login_hint` of Entra ID).
    pub login_hint: Option<String>,
    /// Format of NameIDPolicy. Best left out.
    pub name_id_format: Option<String>,
    /// AuthnContextClassRefs to demand. Best left out.
    pub authn_context: Vec<String>,
    /// Identifier of the algorithm of the host's signing key, where it has one.
    pub signature_algorithm: Option<String>,
}

impl ServiceProvider {
    /// Makes a login request. Errors: `OPTIONS`.
    pub fn login_request(&self, request: LoginRequest) -> Result<Outgoing, SetupError> {
        check_id(&request.id)?;
        check_text("nameIdFormat", &request.name_id_format)?;
        check_text("authnContext", &request.authn_context)?;
        let provider = self.chosen(request.identity_provider.as_deref())?;
        let endpoint = endpoint(provider, request.binding)?;
        if provider.want_authn_requests_signed && request.signature_algorithm.is_none() {
            return Err(SetupError::options("the identity provider wants login requests signed")
                .expected("a signingKey")
                .hint(
                    "Give the private key whose certificate is registered there as signingKey.",
                ));
        }
        let reply_urls = &self.policy.reply_urls;
        let reply_url = match &request.reply_url {
            Some(url) => reply_urls.iter().find(|known| *known == url),
            None => reply_urls.first(),
        };
        let reply_url = reply_url.ok_or_else(|| {
            SetupError::options("replyUrl is not one of replyUrls").expected(reply_urls.join(", "))
        })?;
        let xml = AuthnRequest {
            id: &request.id,
            issue_instant: request.now,
            destination: endpoint,
            assertion_consumer_service_url: reply_url,
            issuer: &self.policy.entity_id,
            force_authn: request.force_authn,
            is_passive: request.is_passive,
            name_id_format: request.name_id_format.as_deref(),
            authn_context: &request.authn_context,
        }
        .to_xml();
        let hint = request.login_hint.map(|hint| ("login_hint", hint));
        let draft = Draft {
            id: request.id,
            xml,
            direction: Direction::Request,
            binding: request.binding,
            endpoint: endpoint.to_owned(),
            relay_state: request.relay_state,
            parameters: hint.into_iter().collect(),
            warnings: Vec::new(),
        };
        draft.dispatch(request.signature_algorithm)
    }

    /// The identity provider that is meant.
    pub(super) fn chosen(&self, entity_id: Option<&str>) -> Result<&IdentityProvider, SetupError> {
        let providers = &self.policy.identity_providers;
        let ids = || {
            let ids: Vec<&str> = providers.iter().map(|one| one.entity_id.as_str()).collect();
            ids.join(", ")
        };
        match (entity_id, providers.as_slice()) {
            (Some(id), _) => providers.iter().find(|one| one.entity_id == id).ok_or_else(|| {
                SetupError::options("idp is not one that is configured").expected(ids()).actual(id)
            }),
            (None, [only]) => Ok(only),
            (None, []) => Err(SetupError::options("no identity provider is configured")
                .expected("the identity provider's metadata as idp")),
            (None, _) => Err(SetupError::options("several identity providers are configured")
                .expected(ids())
                .hint("Say with idp, by its entity ID, which of them the user shall be sent to.")),
        }
    }
}

fn endpoint(provider: &IdentityProvider, binding: Binding) -> Result<&str, SetupError> {
    let services = &provider.single_sign_on_services;
    let endpoint = outgoing::endpoint(services, binding, "SingleSignOnService")?;
    Ok(endpoint.location.as_str())
}
