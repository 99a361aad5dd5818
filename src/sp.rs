//! The service provider: takes a message through every step to a report.
//!
//! There is no I/O here. Where cryptography may be done outside, a step ends with a [`Task`] and
//! goes on with its [`Answer`], the way a TLS state machine asks for bytes:
//!
//! 1. decode and parse the message, read the envelope and what the assertion claims;
//! 2. choose the identity provider that the Issuer names;
//! 3. read the signatures, and ask for their values to be verified ([`Step::Need`]);
//! 4. compare the digests; what was digested becomes [`Signed`](crate::dsig::Signed);
//! 5. read the assertion again from there, run every check, and admit a login or none.

use std::sync::Arc;

pub use crate::checks::Context;
use crate::checks::{At, Facts, Fault, Finding, Findings, Part, Signatures};
use crate::dsig::{self, SignatureClaim, Signed, TrustedKey, Verdict, VerifyTask};
use crate::login::{Login, SignedBy};
use crate::policy::{Options, Policy};
use crate::report::{Location, Report, SetupError};
use crate::saml::assertion::{Assertion, Claimed, SignedAssertion};
use crate::saml::input::decode_message;
use crate::saml::metadata::IdentityProvider;
use crate::saml::outline::Outline;
use crate::saml::response::{Enclosed, Response};
use crate::xml::{Document, Element};

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
    /// Verify a signature value.
    Verify(&'a VerifyTask),
}

/// The outcome of a [`Task`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Answer {
    /// Of [`Task::Verify`].
    Verify(Verdict),
}

impl Task<'_> {
    /// Does it here, with ring.
    pub fn perform(self) -> Answer {
        match self {
            Self::Verify(task) => Answer::Verify(task.verify_with_ring()),
        }
    }
}

impl ServiceProvider {
    /// Checks the set-up. Errors: `OPTIONS`.
    pub fn new(options: Options) -> Result<Self, SetupError> {
        Policy::new(options).map(Self::from_policy)
    }

    /// Takes a policy that is already made.
    pub fn from_policy(policy: Policy) -> Self {
        Self { policy: Arc::new(policy) }
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Validates a message in one go, with ring. `message` is the value of the form field
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
                    let answers: Vec<Answer> = validation.tasks().map(Task::perform).collect();
                    step = validation.resume(&answers);
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
            Ok(received) => {
                Validation::begin(Arc::clone(&self.policy), context.clone(), received).step()
            }
            Err(unreadable) => Step::Done(Box::new(unreadable.report())),
        })
    }
}

/// A message that is a Response, whatever else may be wrong with it.
#[derive(Debug)]
struct Received {
    document: Document,
    response: Response,
    /// The first assertion, as far as it can be read.
    assertion: Option<Claimed<Assertion>>,
    fault: Option<Fault>,
}

/// A message that is no Response.
struct Unreadable {
    fault: Fault,
    document: Option<Document>,
}

impl From<Fault> for Unreadable {
    fn from(fault: Fault) -> Self {
        Self { fault, document: None }
    }
}

impl Unreadable {
    fn report(self) -> Report {
        let locate = |at| match (at, &self.document) {
            (At::Message(id), Some(document)) => document.element(id).map(location),
            _ => None,
        };
        let findings = Findings::of_unreadable(&self.fault).into_list();
        Report {
            checks: findings.into_iter().map(|finding| finding.into_check(locate)).collect(),
            message: self.document.as_ref().map(Outline::of_document),
            hints: Vec::new(),
            login: None,
        }
    }
}

impl Received {
    fn read(message: &[u8], policy: &Policy) -> Result<Self, Unreadable> {
        let octets = decode_message(message, policy.limits.input_bytes).map_err(Fault::Input)?;
        let document = Document::parse(&octets, &policy.limits).map_err(Fault::Xml)?;
        match Response::read(&document) {
            Ok(response) => Ok(Self::of(document, response)),
            Err(misplaced) => {
                let fault = Fault::of_root(&document).unwrap_or(Fault::Structure(misplaced));
                Err(Unreadable { fault, document: Some(document) })
            }
        }
    }

    fn of(document: Document, response: Response) -> Self {
        let first = response.assertions.iter().find_map(|enclosed| match enclosed {
            Enclosed::Assertion(at) => document.element(*at),
            Enclosed::Encrypted(_) => None,
        });
        let read = first.map(Assertion::read).transpose();
        let assertion = read.as_ref().ok().and_then(Option::as_ref);
        let fault = Fault::of_response(&document, &response, assertion)
            .or_else(|| read.as_ref().err().cloned().map(Fault::Structure));
        let assertion = read.ok().flatten().map(Claimed::new);
        Self { document, response, assertion, fault }
    }

    /// The identity provider that the Issuer names; where only one is configured, that one, so
    /// that its keys are tried and the report says more than that the Issuer is another.
    fn identity_provider<'p>(&self, policy: &'p Policy) -> Option<&'p IdentityProvider> {
        let assertion = self.assertion.as_ref().map(|claimed| &claimed.shown().issuer);
        let issuer = self.response.issuer.as_ref().or(assertion);
        let named = issuer.and_then(|issuer| {
            policy.identity_providers.iter().find(|one| one.entity_id == issuer.value)
        });
        named.or(match policy.identity_providers.as_slice() {
            [only] => Some(only),
            _ => None,
        })
    }

    /// The element of the first plain assertion.
    fn assertion_element(&self) -> Option<Element<'_>> {
        self.response.assertions.iter().find_map(|enclosed| match enclosed {
            Enclosed::Assertion(at) => self.document.element(*at),
            Enclosed::Encrypted(_) => None,
        })
    }
}

impl Fault {
    /// A root element that is known to be something else.
    fn of_root(document: &Document) -> Option<Self> {
        let root = document.root();
        if root.is(crate::saml::names::PROTOCOL, "Response") {
            return None;
        }
        let (name, namespace) = (root.local_name().to_owned(), root.namespace().to_owned());
        if namespace.starts_with("urn:oasis:names:tc:SAML:1.0:") {
            let minor = root.attribute("MinorVersion").unwrap_or("1");
            return Some(Self::Version { found: format!("1.{minor}"), at: root.id() });
        }
        Some(Self::OtherKind { name, namespace, at: root.id() })
    }

    /// What the schema leaves open and the profile does not.
    fn of_response(
        document: &Document,
        response: &Response,
        assertion: Option<&Assertion>,
    ) -> Option<Self> {
        let ids = [Some((&response.id, response.at)), assertion.map(|one| (&one.id, one.at))];
        for (id, at) in ids.into_iter().flatten() {
            if let Some(second) = dsig::second_holder(document, id) {
                let at = if second == at { response.at } else { second };
                return Some(Self::DuplicateId { id: id.clone(), at });
            }
        }
        let versions =
            [Some((&response.version, response.at)), assertion.map(|one| (&one.version, one.at))];
        for (version, at) in versions.into_iter().flatten() {
            if version.as_deref() != Some("2.0") {
                let found = version.clone().unwrap_or_else(|| "no Version".to_owned());
                return Some(Self::Version { found, at });
            }
        }
        let found = response.assertions.len();
        let expected = if response.status.is_success() { 1..=1 } else { 0..=1 };
        if !expected.contains(&found) {
            return Some(Self::AssertionCount { found, at: response.at });
        }
        None
    }
}

/// The validation of one message, between two steps.
#[derive(Debug)]
pub struct Validation {
    policy: Arc<Policy>,
    context: Context,
    received: Received,
    response: Progress,
    assertion: Progress,
}

/// How far the signature of one element is.
#[derive(Debug)]
enum Progress {
    Ended(Part),
    Waiting(Box<Waiting>),
}

#[derive(Debug)]
struct Waiting {
    claim: SignatureClaim,
    task: VerifyTask,
}

impl Validation {
    fn begin(policy: Arc<Policy>, context: Context, received: Received) -> Self {
        let keys = received.identity_provider(&policy).map(|provider| provider.keys.as_slice());
        let response = Progress::begin(Some(received.document.root()), keys, &policy);
        let assertion = Progress::begin(received.assertion_element(), keys, &policy);
        Self { response, assertion, policy, context, received }
    }

    /// What has to be done, in the order in which the answers are expected.
    pub fn tasks(&self) -> impl Iterator<Item = Task<'_>> {
        [&self.response, &self.assertion].into_iter().filter_map(|progress| match progress {
            Progress::Ended(_) => None,
            Progress::Waiting(waiting) => Some(Task::Verify(&waiting.task)),
        })
    }

    /// Goes on with an answer for each task. An answer that is missing counts as a refusal.
    pub fn resume(self, answers: &[Answer]) -> Step {
        let Self { policy, context, received, response, assertion } = self;
        let keys = received.identity_provider(&policy).map_or(&[][..], |one| one.keys.as_slice());
        let mut answers = answers.iter().copied();
        let mut end = |progress: Progress| match progress {
            Progress::Ended(part) => part,
            Progress::Waiting(waiting) => {
                let Answer::Verify(verdict) =
                    answers.next().unwrap_or(Answer::Verify(Verdict { key: None }));
                waiting.end(verdict, keys, &received.document, &policy)
            }
        };
        let signatures = Signatures { response: end(response), assertion: end(assertion) };
        let report = judge(&policy, &context, received, &signatures);
        Step::Done(Box::new(report))
    }

    fn step(self) -> Step {
        if self.tasks().next().is_none() { self.resume(&[]) } else { Step::Need(Box::new(self)) }
    }
}

impl Progress {
    fn begin(element: Option<Element<'_>>, keys: Option<&[TrustedKey]>, policy: &Policy) -> Self {
        let Some(element) = element else { return Self::Ended(Part::Absent) };
        let constraints = &policy.constraints;
        let claim = match SignatureClaim::read(element, constraints) {
            Ok(Some(claim)) => claim,
            Ok(None) => return Self::Ended(Part::Absent),
            Err(error) => return Self::Ended(Part::Failed(error)),
        };
        let Some(keys) = keys else { return Self::Ended(Part::Untried) };
        match claim.task(keys, constraints) {
            Ok(task) => Self::Waiting(Box::new(Waiting { claim, task })),
            Err(error) => Self::Ended(Part::Failed(error)),
        }
    }
}

impl Waiting {
    fn end(
        self,
        verdict: Verdict,
        keys: &[TrustedKey],
        document: &Document,
        policy: &Policy,
    ) -> Part {
        let Self { claim, task } = self;
        let signed = claim
            .decide(&task, verdict, keys)
            .and_then(|authentic| authentic.dereference(document, &policy.constraints));
        match signed {
            Ok(signed) => Part::Held(Box::new(signed)),
            Err(error) => Part::Failed(error),
        }
    }
}

/// Runs the checks and admits a login or none.
fn judge(
    policy: &Policy,
    context: &Context,
    received: Received,
    signatures: &Signatures,
) -> Report {
    let Received { document, response, assertion: claimed, fault } = &received;
    let on_response = signatures.response.signed();
    let on_assertion = signatures.assertion.signed();
    // The assertion's own signature first: it says more than one around it.
    let source = on_assertion.or(on_response);
    let proven = source.and_then(|signed| SignedAssertion::read(signed).ok());
    let facts = Facts {
        response,
        assertion: match &proven {
            Some(proven) => Some(proven.facts()),
            None => claimed.as_ref().map(Claimed::shown),
        },
        response_signed: on_response.is_some(),
        identity_provider: received.identity_provider(policy),
        signers: [on_response, on_assertion].into_iter().flatten().map(Signed::key).collect(),
        context,
    };
    let findings = Findings::of(fault.as_ref(), &facts, signatures, policy);
    let login = findings.admission().and_then(|admission| {
        let signed_by = [("Response", on_response), ("Assertion", on_assertion)];
        let signed_by = signed_by
            .into_iter()
            .filter_map(|(name, one)| Some(SignedBy::of(name, one?)))
            .collect();
        let confirmation = facts.confirmation(policy)?;
        let proven = proven.as_ref()?;
        Login::new(&admission, proven, confirmation, response, signed_by, policy, context)
    });
    let from = proven.as_ref().and(source);
    let locate = |at| {
        let id = match (at, from) {
            (At::Assertion(id), Some(signed)) => signed.origin(document, id)?,
            (At::Message(id) | At::Assertion(id), _) => id,
        };
        document.element(id).map(location)
    };
    Report {
        checks: findings
            .into_list()
            .into_iter()
            .map(|one: Finding| one.into_check(locate))
            .collect(),
        message: Some(Outline::of_response(document, response, claimed.as_ref())),
        hints: Vec::new(),
        login,
    }
}

fn location(element: Element<'_>) -> Location {
    let position = element.position();
    Location { path: element.path(), line: position.line, column: position.column }
}
