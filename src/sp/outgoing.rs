//! Messages of this service provider on their way to the browser: by redirect or form, signed by
//! the host where it has a key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::dsig::{Enveloped, SignTask};
use crate::report::{Code, SetupError};
use crate::saml::metadata::Endpoint;
use crate::saml::names::{BINDING_POST, BINDING_REDIRECT};
use crate::saml::redirect::{Direction, Query};
use crate::xml::is_writable;

/// How a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// In a form that the browser posts (SAML bindings 3.5).
    Post,
    /// In the query of a URL (SAML bindings 3.4).
    Redirect,
}

impl Binding {
    /// The identifier in metadata.
    const fn uri(self) -> &'static str {
        match self {
            Self::Post => BINDING_POST,
            Self::Redirect => BINDING_REDIRECT,
        }
    }
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
    direction: Direction,
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

/// A message that is written, and where it goes.
pub(super) struct Draft {
    pub(super) id: String,
    pub(super) xml: String,
    pub(super) direction: Direction,
    pub(super) binding: Binding,
    pub(super) endpoint: String,
    pub(super) relay_state: Option<String>,
    /// Parameters that are no part of the binding.
    pub(super) parameters: Vec<(&'static str, String)>,
    pub(super) warnings: Vec<String>,
}

impl Draft {
    /// Puts it into a URL or a form, to be signed first where there is an algorithm.
    pub(super) fn dispatch(self, algorithm: Option<String>) -> Result<Outgoing, SetupError> {
        let Self { id, xml, direction, binding, endpoint, relay_state, parameters, mut warnings } =
            self;
        warnings.extend(relay_state_warning(relay_state.as_deref()));
        let form = match (binding, algorithm) {
            (Binding::Redirect, algorithm) => {
                let state = relay_state.as_deref();
                let query = Query::new(direction, &xml, state, algorithm.as_deref());
                let Some(algorithm) = algorithm else {
                    let url = with_all(query, &parameters).url(&endpoint);
                    let carrier = Carrier::Redirect { url };
                    return Ok(Outgoing::Ready(Sent { id, carrier, warnings }));
                };
                if direction == Direction::Request {
                    warnings.extend(escapes_warning(state).map(str::to_owned));
                }
                let task = SignTask { algorithm, data: query.signed_octets().to_vec() };
                Form::Redirect { query, task }
            }
            (Binding::Post, None) => {
                let carrier = posted(direction, &xml, relay_state, &endpoint, &parameters);
                return Ok(Outgoing::Ready(Sent { id, carrier, warnings }));
            }
            (Binding::Post, Some(algorithm)) => {
                let enveloped = Enveloped::prepare(&xml, &algorithm).ok_or_else(|| {
                    SetupError::new(Code::Options, "the message cannot be signed")
                })?;
                Form::Post(enveloped)
            }
        };
        Ok(Outgoing::Sign(Box::new(Unsigned {
            id,
            direction,
            endpoint,
            warnings,
            parameters,
            relay_state,
            form,
        })))
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
        let Self { id, direction, endpoint, warnings, parameters, relay_state, form } = self;
        let carrier = match form {
            Form::Post(enveloped) => {
                let xml = enveloped.with_signature(signature);
                posted(direction, &xml, relay_state, &endpoint, &parameters)
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
    direction: Direction,
    xml: &str,
    relay_state: Option<String>,
    action: &str,
    parameters: &[(&'static str, String)],
) -> Carrier {
    let mut fields = vec![(direction.parameter(), STANDARD.encode(xml))];
    fields.extend(relay_state.map(|state| ("RelayState", state)));
    fields.extend(parameters.iter().cloned());
    Carrier::Post { action: action.to_owned(), fields }
}

/// Where the identity provider takes messages of this kind by this binding.
pub(super) fn endpoint<'e>(
    services: &'e [Endpoint],
    binding: Binding,
    name: &str,
) -> Result<&'e Endpoint, SetupError> {
    let uri = binding.uri();
    // Not to `javascript:` or `data:`, which would run in the application's own origin.
    let fits = |one: &&Endpoint| one.binding == uri && one.is_web_address();
    services.iter().find(fits).ok_or_else(|| {
        let message = format!("the identity provider offers no {name} for this binding");
        SetupError::options(message)
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
    Err(SetupError::options("id cannot be the ID of a message")
        .expected("a letter or an underscore, then letters, digits, '.', '_' and '-'")
        .actual(id))
}

/// The message has to say what it was told, to the letter: of what XML cannot carry, the other side
/// would read something else.
pub(super) fn check_text<'t>(
    option: &str,
    texts: impl IntoIterator<Item = &'t String>,
) -> Result<(), SetupError> {
    match texts.into_iter().find(|text| !is_writable(text)) {
        None => Ok(()),
        Some(text) => {
            Err(SetupError::options(format!("{option} holds a character that XML forbids"))
                .expected("text without control characters")
                .actual(text))
        }
    }
}

/// What form encoders escape differently: Python and Java write a blank as `+`, JavaScript leaves
/// `!'()*` as they are, Java escapes `~`.
const ESCAPED_DIFFERENTLY: [char; 7] = [' ', '!', '\'', '(', ')', '*', '~'];

/// The signature of a query covers its octets (SAML bindings 3.4.4.1), but not everybody verifies
/// the octets that came: samlp and pysaml2 escape the decoded parameters once more.
fn escapes_warning(relay_state: Option<&str>) -> Option<&'static str> {
    relay_state?.contains(ESCAPED_DIFFERENTLY).then_some(
        "RelayState has a blank or one of ! ' ( ) * ~, which some identity providers escape in \
         another way before they verify the signature: they will refuse the request. Send a key of \
         letters and digits.",
    )
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
