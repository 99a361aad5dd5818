//! Validating logout messages, without I/O as for logins: the signatures of query and message, then
//! the EncryptedID of a proven LogoutRequest (`validation`), then every check (`judge`).

mod judge;
mod validation;

use std::sync::Arc;

use super::{ServiceProvider, Task, location};
use crate::checks::{At, Fault, LogoutFindings, about};
use crate::dsig::{self, TrustedKey};
use crate::policy::Policy;
use crate::report::Report;
use crate::saml::delivery::{Delivered, DeliveryError};
use crate::saml::logout::{LogoutKind, LogoutMessage};
use crate::saml::metadata::IdentityProvider;
use crate::saml::outline::Outline;
use crate::saml::redirect::Direction;
use crate::saml::time::Instant;
use crate::xml::Document;
pub use validation::LogoutValidation;

/// What the application knows about the exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutContext {
    /// The time.
    pub now: Instant,
    /// IDs of the logout requests that were sent and are not answered yet. For a LogoutResponse.
    pub in_response_to: Vec<String>,
    /// The field RelayState of a form. The one in a query is read from there.
    pub relay_state: Option<String>,
}

impl LogoutContext {
    /// A message that arrives now, with no request known.
    pub fn at(now: Instant) -> Self {
        Self { now, in_response_to: Vec::new(), relay_state: None }
    }
}

/// Where the validation of a logout message stands.
#[derive(Debug)]
pub enum LogoutStep {
    /// Finished.
    Done(Box<Report>),
    /// The answer to each task of the validation is needed.
    Need(Box<LogoutValidation>),
}

/// What every stage needs.
#[derive(Debug)]
struct State {
    policy: Arc<Policy>,
    context: LogoutContext,
    kind: LogoutKind,
    delivered: Delivered,
    document: Document,
    claimed: LogoutMessage,
    fault: Option<Fault>,
}

/// A message that is not one of the kind that is wanted.
struct Unreadable {
    fault: Box<Fault>,
    document: Option<Box<Document>>,
}

impl From<Fault> for Unreadable {
    fn from(fault: Fault) -> Self {
        Self { fault: Box::new(fault), document: None }
    }
}

impl ServiceProvider {
    /// Validates a logout message in one go, with ring, and without decryption. `message` is the
    /// raw query of the request or the URL around it, the form body or the value of its field, or
    /// XML. Whatever it contains ends in a report.
    pub fn inspect_logout(
        &self,
        message: &[u8],
        kind: LogoutKind,
        context: &LogoutContext,
    ) -> Report {
        let mut step = self.begin_logout(message, kind, context);
        loop {
            match step {
                LogoutStep::Done(report) => return *report,
                LogoutStep::Need(validation) => {
                    let answers = validation.tasks().into_iter().map(Task::perform).collect();
                    step = validation.resume(answers);
                }
            }
        }
    }

    /// Begins to validate a LogoutRequest of the identity provider.
    pub fn begin_logout_request(&self, message: &[u8], context: &LogoutContext) -> LogoutStep {
        self.begin_logout(message, LogoutKind::Request, context)
    }

    /// Begins to validate the answer to a LogoutRequest of this service provider.
    pub fn begin_logout_response(&self, message: &[u8], context: &LogoutContext) -> LogoutStep {
        self.begin_logout(message, LogoutKind::Response, context)
    }

    /// Begins to validate a logout message of either kind.
    pub fn begin_logout(
        &self,
        message: &[u8],
        kind: LogoutKind,
        context: &LogoutContext,
    ) -> LogoutStep {
        let policy = Arc::clone(&self.policy);
        match State::read(policy, message, kind, context) {
            Ok(state) => state.begin(),
            Err(unreadable) => LogoutStep::Done(Box::new(unreadable.report(kind))),
        }
    }
}

impl Unreadable {
    fn report(&self, kind: LogoutKind) -> Report {
        let Self { fault, document } = self;
        let document = document.as_deref();
        let locate = |at| match (at, document) {
            (At::Message(id), Some(document)) => document.element(id).map(location),
            _ => None,
        };
        let findings = LogoutFindings::of_unreadable(fault, kind).into_list();
        Report {
            about: about(kind),
            checks: findings.into_iter().map(|finding| finding.into_check(locate)).collect(),
            message: document.map(|document| Outline::of_document(document, &[])),
            hints: Vec::new(),
            login: None,
            logout: None,
        }
    }
}

impl State {
    fn read(
        policy: Arc<Policy>,
        message: &[u8],
        kind: LogoutKind,
        context: &LogoutContext,
    ) -> Result<Self, Unreadable> {
        let delivered = Delivered::read(message, policy.limits.input_bytes);
        let delivered = delivered.map_err(|error| match error {
            DeliveryError::Input(error) => Fault::Input(error, None),
            DeliveryError::Query(error) => Fault::Query(error),
        })?;
        let document = Document::parse(&delivered.xml, &policy.limits);
        let document = document.map_err(|error| Fault::Xml(error, None))?;
        let claimed = match LogoutMessage::read(&document, kind) {
            Ok(claimed) => claimed,
            Err(misplaced) => {
                let other = Fault::of_root(&document, kind.element());
                let fault = Box::new(other.unwrap_or(Fault::Structure(misplaced)));
                return Err(Unreadable { fault, document: Some(Box::new(document)) });
            }
        };
        let fault = Fault::of_logout(&document, &claimed, delivered.direction);
        let context = context.clone();
        Ok(Self { policy, context, kind, delivered, document, claimed, fault })
    }

    fn identity_provider(&self) -> Option<&IdentityProvider> {
        let providers = self.policy.identity_providers.as_slice();
        let issuer = self.claimed.issuer.as_ref();
        let named = issuer.and_then(|issuer| {
            // Its own name first: it may be the second name of another.
            let exact = providers.iter().find(|one| one.entity_id == issuer.value);
            exact.or_else(|| providers.iter().find(|one| one.signs_logout_as(&issuer.value)))
        });
        // Where only one is configured, that one: so its keys are tried, and the report says more
        // than that the Issuer is another.
        named.or(match providers {
            [only] => Some(only),
            _ => None,
        })
    }

    fn keys(&self) -> Option<&[TrustedKey]> {
        self.identity_provider().map(|provider| provider.keys.as_slice())
    }
}

impl Fault {
    /// What the schema leaves open and the profile does not.
    fn of_logout(
        document: &Document,
        message: &LogoutMessage,
        direction: Option<Direction>,
    ) -> Option<Self> {
        let kind = message.kind();
        let right = match kind {
            LogoutKind::Request => Direction::Request,
            LogoutKind::Response => Direction::Response,
        };
        if let Some(found) = direction.filter(|direction| *direction != right) {
            return Some(Self::Direction { kind: kind.element(), found, at: message.at });
        }
        if let Some(at) = dsig::second_holder(document, &message.id) {
            return Some(Self::DuplicateId { id: message.id.clone(), at });
        }
        Self::of_version(message.version.as_deref(), message.at)
    }
}
