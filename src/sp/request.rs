//! Sending a user to the identity provider (SAML profiles 4.1.3.2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::ServiceProvider;
use crate::dsig::{Enveloped, SignTask};
use crate::report::{Code, SetupError};
use crate::saml::authn_request::AuthnRequest;
use crate::saml::metadata::{Endpoint, IdentityProvider};
use crate::saml::names::{BINDING_POST, BINDING_REDIRECT};
use crate::saml::redirect::{Direction, Query};
use crate::saml::time::Instant;

/// How a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// In a form that the browser posts (SAML bindings 3.5).
    Post,
    /// In the query of a URL (SAML bindings 3.4).
    Redirect,
}

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

/// A message that is to be sent.
#[derive(Clone, Debug)]
pub enum Outgoing {
    /// It can go.
    Ready(Sent),
    /// It has to be signed first.
    Sign(Box<Unsigned>),
}

/// A message as it goes to the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its ID, to be remembered until the answer.
    pub id: String,
    /// What the browser has to do.
    pub carrier: Carrier,
    /// What may fail at the other side.
    pub warnings: Vec<String>,
}

/// What the browser has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// Go to a URL.
    Redirect {
        /// The URL.
        url: String,
    },
    /// Post a form.
    Post {
        /// The URL to post to.
        action: String,
        /// Names and values of the fields.
        fields: Vec<(&'static str, String)>,
    },
}

/// A message that lacks its signature.
#[derive(Clone, Debug)]
pub struct Unsigned {
    id: String,
    endpoint: String,
    warnings: Vec<String>,
    parameters: Vec<(&'static str, String)>,
    relay_state: Option<String>,
    form: Form,
}

#[derive(Clone, Debug)]
enum Form {
    Post(Enveloped),
    Redirect { query: Query, task: SignTask },
}

/// The longest RelayState that every implementation must carry (SAML bindings 3.4.3).
const RELAY_STATE_BYTES: usize = 80;

impl ServiceProvider {
    /// Makes a login request. Errors: `OPTIONS`.
    pub fn login_request(&self, request: LoginRequest) -> Result<Outgoing, SetupError> {
        check_id(&request.id)?;
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
        let endpoint = endpoint.to_owned();
        let warnings = relay_state_warning(request.relay_state.as_deref());
        let id = request.id;
        let parameters: Vec<_> = hint.into_iter().collect();
        let relay_state = request.relay_state;
        let algorithm = request.signature_algorithm;
        let form = match (request.binding, algorithm) {
            (Binding::Redirect, algorithm) => {
                let state = relay_state.as_deref();
                let query = Query::new(Direction::Request, &xml, state, algorithm.as_deref());
                let Some(algorithm) = algorithm else {
                    let url = with_all(query, &parameters).url(&endpoint);
                    return Ok(Outgoing::Ready(Sent {
                        id,
                        carrier: Carrier::Redirect { url },
                        warnings,
                    }));
                };
                let task = SignTask { algorithm, data: query.signed_octets().to_vec() };
                Form::Redirect { query, task }
            }
            (Binding::Post, None) => {
                let carrier = posted(&xml, relay_state, &endpoint, &parameters);
                return Ok(Outgoing::Ready(Sent { id, carrier, warnings }));
            }
            (Binding::Post, Some(algorithm)) => {
                let enveloped = Enveloped::prepare(&xml, &algorithm).ok_or_else(|| {
                    SetupError::new(Code::Options, "the request cannot be signed")
                })?;
                Form::Post(enveloped)
            }
        };
        Ok(Outgoing::Sign(Box::new(Unsigned {
            id,
            endpoint,
            warnings,
            parameters,
            relay_state,
            form,
        })))
    }

    /// The identity provider that is meant.
    fn chosen(&self, entity_id: Option<&str>) -> Result<&IdentityProvider, SetupError> {
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

impl Unsigned {
    /// What has to be signed.
    pub fn task(&self) -> &SignTask {
        match &self.form {
            Form::Post(enveloped) => enveloped.task(),
            Form::Redirect { task, .. } => task,
        }
    }

    /// Puts the signature in.
    pub fn with_signature(self, signature: &[u8]) -> Sent {
        let Self { id, endpoint, warnings, parameters, relay_state, form } = self;
        let carrier = match form {
            Form::Post(enveloped) => {
                posted(&enveloped.with_signature(signature), relay_state, &endpoint, &parameters)
            }
            Form::Redirect { query, .. } => {
                let query = with_all(query.with_signature(signature), &parameters);
                Carrier::Redirect { url: query.url(&endpoint) }
            }
        };
        Sent { id, carrier, warnings }
    }
}

fn with_all(query: Query, parameters: &[(&'static str, String)]) -> Query {
    parameters.iter().fold(query, |query, (name, value)| query.with_parameter(name, value))
}

fn posted(
    xml: &str,
    relay_state: Option<String>,
    action: &str,
    parameters: &[(&'static str, String)],
) -> Carrier {
    let mut fields = vec![("SAMLRequest", STANDARD.encode(xml))];
    fields.extend(relay_state.map(|state| ("RelayState", state)));
    fields.extend(parameters.iter().cloned());
    Carrier::Post { action: action.to_owned(), fields }
}

fn endpoint(provider: &IdentityProvider, binding: Binding) -> Result<&str, SetupError> {
    let uri = match binding {
        Binding::Post => BINDING_POST,
        Binding::Redirect => BINDING_REDIRECT,
    };
    // Not to `javascript:` or `data:`, which would run in the application's own origin.
    let fits = |one: &&Endpoint| one.binding == uri && one.is_web_address();
    let found = provider.single_sign_on_services.iter().find(fits);
    found.map(|endpoint| endpoint.location.as_str()).ok_or_else(|| {
        SetupError::options("the identity provider offers no SingleSignOnService for this binding")
            .expected(uri)
            .hint("Choose the other binding, or give the metadata of the identity provider as idp.")
    })
}

/// An xs:ID that Entra ID takes as well (AADSTS7500529: not a digit at the front, no `/ + =`).
pub(super) fn check_id(id: &str) -> Result<(), SetupError> {
    let mut characters = id.chars();
    let first = characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    let rest = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    if first && characters.all(rest) {
        return Ok(());
    }
    Err(SetupError::options("id cannot be the ID of a request")
        .expected("a letter or an underscore, then letters, digits, '.', '_' and '-'")
        .actual(id))
}

fn relay_state_warning(relay_state: Option<&str>) -> Vec<String> {
    let length = relay_state.map_or(0, str::len);
    if length <= RELAY_STATE_BYTES {
        return Vec::new();
    }
    vec![format!(
        "RelayState has {length} bytes; identity providers need to carry {RELAY_STATE_BYTES} only. \
         Keep the state in the session and send a short key."
    )]
}
