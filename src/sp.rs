//! The service provider: takes a message through every step to a report.
//!
//! There is no I/O here. Where cryptography may be done outside, a step ends with a [`Task`] and
//! goes on with its [`Answer`], the way a TLS state machine asks for bytes:
//!
//! 1. decode and parse the message, read the envelope and what the assertion claims (`received`);
//! 2. choose the identity provider that the Issuer names;
//! 3. read the signatures, ask for their values to be verified and for what is encrypted to be
//!    decrypted; compare the digests; what was digested becomes `Signed`
//!    (`validation`);
//! 4. read the assertion again from there, run every check, and admit a login or none (`judge`).

pub mod bundle;
mod forensics;
mod judge;
pub mod logout;
pub mod logout_sent;
pub mod metadata;
mod outgoing;
mod received;
pub mod request;
mod validation;

use std::sync::Arc;

pub use crate::checks::Context;
use crate::dsig::{Verdict, VerifyTask};
use crate::lint::{Circumstances, LintFinding, lint};
use crate::policy::{Options, Policy};
use crate::report::{Location, Report, SetupError};
use crate::saml::metadata::Metadata;
use crate::saml::time::Instant;
use crate::xenc::DecryptTask;
use crate::xml::Element;
use received::Received;
pub use validation::Validation;

/// A service provider: the application that users sign in to.
///
/// Made once from its set-up, used for every message, from any thread.
#[derive(Clone, Debug)]
pub struct ServiceProvider {
    policy: Arc<Policy>,
}

/// Where the validation of a message stands.
#[derive(Debug)]
pub enum Step {
    /// Finished.
    Done(Box<Report>),
    /// The answer to each task of the validation is needed.
    Need(Box<Validation>),
}

/// Something to be done outside of the core.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Task<'a> {
    /// Unwrap a content key and decrypt.
    Decrypt(&'a DecryptTask),
    /// Verify a signature value.
    Verify(&'a VerifyTask),
}

/// The outcome of a [`Task`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Answer {
    /// Of [`Task::Decrypt`]: the octets, in CBC mode with their padding; none where any of it
    /// failed.
    Decrypt(Option<Vec<u8>>),
    /// Of [`Task::Decrypt`]: the host's keys cannot do these algorithms at all. It is said by the
    /// algorithms' names alone, before anything is tried.
    Unsupported,
    /// Of [`Task::Verify`].
    Verify(Verdict),
}

impl Task<'_> {
    /// Does it here, with ring. Private keys are the host's, so nothing is decrypted here.
    pub fn perform(self) -> Answer {
        match self {
            Self::Decrypt(_) => Answer::Decrypt(None),
            Self::Verify(task) => Answer::Verify(task.verify_with_ring()),
        }
    }
}

impl ServiceProvider {
    /// Checks the set-up. Errors: `OPTIONS`.
    pub fn new(options: Options) -> Result<Self, SetupError> {
        Policy::new(options).map(Self::from_policy)
    }

    /// The service provider that an application's metadata file describes: its Identifier (Entity
    /// ID) and its Reply URLs (ACS URLs) take their place in `options` where nothing was given
    /// there. In an aggregate `options.entity_id` says which one is meant. `now` is held against
    /// validUntil. The file is taken for what it says: a signature in it is not looked at.
    ///
    /// Errors: `METADATA_XML`, `METADATA_ENTITY` (no service provider, not the one wanted, no
    /// Reply URL), `METADATA_EXPIRED`; and those of [`ServiceProvider::new`].
    pub fn from_metadata(xml: &[u8], options: Options, now: Instant) -> Result<Self, SetupError> {
        let metadata = Metadata::parse(xml)?.service_provider(options.entity_id.as_deref(), now)?;
        Self::new(options.with_metadata(&metadata))
    }

    /// Takes a policy that is already made.
    pub fn from_policy(policy: Policy) -> Self {
        Self { policy: Arc::new(policy) }
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Mistakes of the set-up that can be seen before the first login, the gravest first.
    pub fn lint(&self, circumstances: &Circumstances) -> Vec<LintFinding> {
        lint(&self.policy, circumstances)
    }

    /// Validates a message in one go, with ring, and without decryption. `message` is the value of the form field
    /// SAMLResponse (base64, also percent-encoded or with line breaks), the form body, or XML.
    ///
    /// Errors are of the call alone (`OPTIONS`): whatever the message contains ends in a report.
    pub fn inspect_response(
        &self,
        message: &[u8],
        context: &Context,
    ) -> Result<Report, SetupError> {
        let mut step = self.begin(message, context)?;
        loop {
            match step {
                Step::Done(report) => return Ok(*report),
                Step::Need(validation) => {
                    let answers = validation.tasks().into_iter().map(Task::perform).collect();
                    step = validation.resume(answers);
                }
            }
        }
    }

    /// Begins to validate a message.
    pub fn begin(&self, message: &[u8], context: &Context) -> Result<Step, SetupError> {
        if let Some(url) = &context.reply_url
            && !self.policy.reply_urls.contains(url)
        {
            return Err(SetupError::options("replyUrl is not one of replyUrls")
                .expected(self.policy.reply_urls.join(", "))
                .actual(url)
                .hint("Add the URL that the message arrived at to the option replyUrls."));
        }
        Ok(match Received::read(message, &self.policy) {
            Ok(received) => Validation::begin(Arc::clone(&self.policy), context.clone(), received),
            Err(unreadable) => Step::Done(Box::new(unreadable.report(&self.policy))),
        })
    }
}

fn location(element: Element<'_>) -> Location {
    let position = element.position();
    Location { path: element.path(), line: position.line, column: position.column }
}
