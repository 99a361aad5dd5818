//! The validation of one message, step by step.
//!
//! Each stage is consumed to make the next, and waits for the answers to its tasks:
//!
//! 1. [`Outer`](Stage::Outer): the signatures of the Response and of a plain Assertion;
//! 2. [`Decrypting`](Stage::Decrypting): the content of an EncryptedAssertion;
//! 3. [`Inner`](Stage::Inner): the signature of the Assertion that was decrypted;
//! 4. [`Parts`](Stage::Parts): an EncryptedID and EncryptedAttributes of the proven Assertion.

use std::sync::Arc;

use super::bundle::DigestsHeld;
use super::judge::{Evidence, judge};
use super::received::Received;
use super::{Answer, Step, Task};
use crate::checks::{At, Context, Decryption, Part, Signatures};
use crate::dsig::{SignatureClaim, SignatureErrorKind, TrustedKey, Verdict, VerifyTask};
use crate::policy::Policy;
use crate::report::Report;
use crate::saml::assertion::{Assertion, Claimed, SignedAssertion};
use crate::saml::names::ASSERTION;
use crate::saml::time::Instant;
use crate::xenc::{EncryptedElement, EncryptionError};
use crate::xml::{Document, Element};

/// The validation of one message, between two steps.
#[derive(Debug)]
pub struct Validation {
    state: State,
    stage: Stage,
}

/// What every stage needs.
#[derive(Debug)]
struct State {
    policy: Arc<Policy>,
    context: Context,
    received: Received,
}

#[derive(Debug)]
enum Stage {
    Outer { response: Progress, assertion: Progress },
    Decrypting { response: Part, encrypted: Box<EncryptedElement> },
    Inner { response: Part, plaintext: Box<Document>, assertion: Progress },
    Parts { evidence: Box<Evidence>, parts: Vec<EncryptedElement> },
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
    pub(super) fn begin(policy: Arc<Policy>, context: Context, received: Received) -> Step {
        let state = State { policy, context, received };
        let response = state.progress(Some(state.received.document.root()));
        let assertion = state.progress(state.received.assertion_element());
        state.enter(Stage::Outer { response, assertion })
    }

    /// Whose digest holds, by ring: what [`Validation::replay`] cannot find out again.
    pub(super) fn digests(policy: Arc<Policy>, received: Received) -> DigestsHeld {
        let context = Context::at(Instant::from_milliseconds(0));
        let state = State { policy, context, received };
        let document = &state.received.document;
        let held = |progress: Progress| {
            let answer = progress.task().map(Task::perform);
            matches!(state.end(progress, &mut answer.into_iter(), document), Part::Held(_))
        };
        DigestsHeld {
            response: held(state.progress(Some(document.root()))),
            assertion: held(state.progress(state.received.assertion_element())),
        }
    }

    /// Judges a message whose values were replaced after it was signed. All is found out anew but
    /// the digests, which cannot hold any more: they are as recorded. Nothing is proven by a record,
    /// so there is no assertion to make a login of.
    pub(super) fn replay(
        policy: Arc<Policy>,
        context: Context,
        received: Received,
        digests: DigestsHeld,
    ) -> Report {
        let state = State { policy, context, received };
        let response = state.progress(Some(state.received.document.root()));
        let assertion = state.progress(state.received.assertion_element());
        let (response, around) = state.recorded(response, digests.response);
        let (assertion, own) = state.recorded(assertion, digests.assertion);
        let signatures = Signatures { response, assertion };
        let decryption = match state.received.encrypted() {
            Some(_) => Decryption::Untried,
            None => Decryption::Unneeded,
        };
        let recorded = own.or(around);
        let evidence = Evidence { signatures, plaintext: None, decryption, proven: None, recorded };
        judge(&state.policy, &state.context, &state.received, &evidence)
    }

    /// What has to be done, in the order in which the answers are expected.
    pub fn tasks(&self) -> Vec<Task<'_>> {
        match &self.stage {
            Stage::Outer { response, assertion } => {
                response.task().into_iter().chain(assertion.task()).collect()
            }
            Stage::Decrypting { encrypted, .. } => vec![Task::Decrypt(encrypted.task())],
            Stage::Inner { assertion, .. } => assertion.task().into_iter().collect(),
            Stage::Parts { parts, .. } => {
                parts.iter().map(|part| Task::Decrypt(part.task())).collect()
            }
        }
    }

    /// Goes on with an answer for each task. An answer that is missing counts as a failure.
    pub fn resume(self, answers: Vec<Answer>) -> Step {
        let Self { state, stage } = self;
        let mut answers = answers.into_iter();
        match stage {
            Stage::Outer { response, assertion } => {
                let response = state.end(response, &mut answers, &state.received.document);
                let assertion = state.end(assertion, &mut answers, &state.received.document);
                state.after_outer(Signatures { response, assertion })
            }
            Stage::Decrypting { response, encrypted } => {
                state.after_decryption(response, &encrypted, answers.next())
            }
            Stage::Inner { response, plaintext, assertion } => {
                let assertion = state.end(assertion, &mut answers, &plaintext);
                let signatures = Signatures { response, assertion };
                state.prove(signatures, Some(plaintext), Decryption::Done)
            }
            Stage::Parts { evidence, parts } => state.after_parts(*evidence, &parts, answers),
        }
    }
}

impl State {
    /// Waits for the tasks of a stage, or goes straight on where it has none.
    fn enter(self, stage: Stage) -> Step {
        let validation = Validation { state: self, stage };
        if validation.tasks().is_empty() {
            validation.resume(Vec::new())
        } else {
            Step::Need(Box::new(validation))
        }
    }

    fn keys(&self) -> Option<&[TrustedKey]> {
        self.received.identity_provider(&self.policy).map(|provider| provider.keys.as_slice())
    }

    fn progress(&self, element: Option<Element<'_>>) -> Progress {
        let Some(element) = element else { return Progress::Ended(Part::Absent) };
        let constraints = &self.policy.constraints;
        let claim = match SignatureClaim::read(element, constraints) {
            Ok(Some(claim)) => claim,
            Ok(None) => return Progress::Ended(Part::Absent),
            Err(error) => return Progress::Ended(Part::Failed(error)),
        };
        let Some(keys) = self.keys() else { return Progress::Ended(Part::Untried) };
        match claim.task(keys, constraints) {
            Ok(task) => Progress::Waiting(Box::new(Waiting { claim, task })),
            Err(error) => Progress::Ended(Part::Failed(error)),
        }
    }

    /// Ends a signature, with the next answer if it waits for one. `document` is the one it
    /// stands in.
    fn end(
        &self,
        progress: Progress,
        answers: &mut impl Iterator<Item = Answer>,
        document: &Document,
    ) -> Part {
        let Waiting { claim, task } = match progress {
            Progress::Ended(part) => return part,
            Progress::Waiting(waiting) => *waiting,
        };
        let verdict = match answers.next() {
            Some(Answer::Verify(verdict)) => verdict,
            _ => Verdict { key: None },
        };
        let signed = claim
            .decide(&task, verdict, self.keys().unwrap_or_default())
            .and_then(|authentic| authentic.dereference(document, &self.policy.constraints));
        match signed {
            Ok(signed) => Part::Held(Box::new(signed)),
            Err(error) => Part::Failed(error),
        }
    }

    /// Ends a signature by ring, and its digest by the record. Beside it, what the assertion says
    /// in the form that is signed, which is without comments as a rule.
    fn recorded(&self, progress: Progress, held: bool) -> (Part, Option<Claimed<Assertion>>) {
        let Waiting { claim, task } = match progress {
            Progress::Ended(part) => return (part, None),
            Progress::Waiting(waiting) => *waiting,
        };
        let (document, constraints) = (&self.received.document, &self.policy.constraints);
        let verdict = task.verify_with_ring();
        let authentic = match claim.decide(&task, verdict, self.keys().unwrap_or_default()) {
            Ok(authentic) => authentic,
            Err(error) => return (Part::Failed(error), None),
        };
        let key = Box::new(authentic.key().clone());
        let octets = authentic.octets(document, constraints).unwrap_or_default();
        let said = Document::parse(&octets, &constraints.limits).ok();
        let said = said.and_then(|said| claimed_assertion(&said));
        match authentic.dereference(document, constraints) {
            // Even where nothing was replaced: a record signs nobody in.
            Ok(_) => (Part::Recorded(key), said),
            Err(error) if held && matches!(error.kind, SignatureErrorKind::Digest { .. }) => {
                (Part::Recorded(key), said)
            }
            Err(error) => (Part::Failed(error), None),
        }
    }

    /// Nothing is decrypted that sits in a Response whose signature fails: what an attacker may
    /// alter, an attacker could learn from.
    fn after_outer(self, signatures: Signatures) -> Step {
        let Some(at) = self.received.encrypted() else {
            return self.prove(signatures, None, Decryption::Unneeded);
        };
        if matches!(signatures.response, Part::Failed(_) | Part::Untried) {
            return self.prove(signatures, None, Decryption::Untried);
        }
        let at_message = At::Message(at);
        if !self.policy.can_decrypt {
            let missing = Decryption::NoKey { name: "EncryptedAssertion", at: at_message };
            return self.prove(signatures, None, missing);
        }
        // Out of the octets that were signed, where the Response is.
        let holder = match signatures.response.signed() {
            Some(signed) => {
                signed.root().child_elements().find(|one| one.is(ASSERTION, "EncryptedAssertion"))
            }
            None => self.received.document.element(at),
        };
        match holder.map(EncryptedElement::read) {
            Some(Ok(encrypted)) => {
                let encrypted = Box::new(encrypted);
                self.enter(Stage::Decrypting { response: signatures.response, encrypted })
            }
            Some(Err(error)) => {
                self.prove(signatures, None, Decryption::Refused { error, at: at_message })
            }
            None => self.prove(signatures, None, Decryption::Untried),
        }
    }

    fn after_decryption(
        self,
        response: Part,
        encrypted: &EncryptedElement,
        answer: Option<Answer>,
    ) -> Step {
        let plaintext = match self.plaintext(encrypted, answer) {
            Ok(plaintext) if plaintext.root().is(ASSERTION, "Assertion") => plaintext,
            other => {
                let at = self.received.encrypted().unwrap_or(encrypted.at());
                let error = other.err().unwrap_or(EncryptionError::Failed { at });
                let refused = Decryption::Refused { error, at: At::Message(at) };
                return self.prove(Signatures { response, assertion: Part::Absent }, None, refused);
            }
        };
        let assertion = self.progress(Some(plaintext.root()));
        self.enter(Stage::Inner { response, plaintext: Box::new(plaintext), assertion })
    }

    fn plaintext(
        &self,
        encrypted: &EncryptedElement,
        answer: Option<Answer>,
    ) -> Result<Document, EncryptionError> {
        match answer {
            Some(Answer::Decrypt(octets)) => {
                encrypted.plaintext(octets.as_deref(), &self.policy.limits)
            }
            Some(Answer::Unsupported) => Err(encrypted.unsupported()),
            _ => Err(EncryptionError::Failed { at: encrypted.at() }),
        }
    }

    /// Reads the assertion from what is signed: its own octets, or those of the Response around it.
    fn prove(
        self,
        signatures: Signatures,
        plaintext: Option<Box<Document>>,
        decryption: Decryption,
    ) -> Step {
        let proven = match (signatures.assertion.signed(), signatures.response.signed()) {
            (Some(signed), _) => SignedAssertion::read(signed).ok(),
            (None, Some(signed)) => match &plaintext {
                Some(plaintext) => SignedAssertion::read_plaintext(signed, plaintext).ok(),
                None => SignedAssertion::read(signed).ok(),
            },
            (None, None) => None,
        };
        let mut evidence = Evidence { signatures, plaintext, decryption, proven, recorded: None };
        let mut parts = Vec::new();
        for (name, element) in evidence.encrypted_parts() {
            let at = At::Assertion(element.id());
            let read = EncryptedElement::read(element);
            let refused = match read {
                Ok(_) if !self.policy.can_decrypt => Decryption::NoKey { name, at },
                Ok(encrypted) => {
                    parts.push(encrypted);
                    continue;
                }
                Err(error) => Decryption::Refused { error, at },
            };
            evidence.decryption = refused;
            parts.clear();
            break;
        }
        self.enter(Stage::Parts { evidence: Box::new(evidence), parts })
    }

    fn after_parts(
        self,
        mut evidence: Evidence,
        parts: &[EncryptedElement],
        mut answers: impl Iterator<Item = Answer>,
    ) -> Step {
        for part in parts {
            let plaintext = self.plaintext(part, answers.next());
            let failed = EncryptionError::Failed { at: part.at() };
            let filled = plaintext.and_then(|plaintext| match &mut evidence.proven {
                Some(proven) => proven.fill(part.at(), &plaintext).map_err(|_| failed),
                None => Err(failed),
            });
            if let Err(error) = filled {
                evidence.decryption = Decryption::Refused { error, at: At::Assertion(part.at()) };
                break;
            }
            evidence.decryption = Decryption::Done;
        }
        let State { policy, context, received } = self;
        Step::Done(Box::new(judge(&policy, &context, &received, &evidence)))
    }
}

/// The root, or the first assertion in it.
fn claimed_assertion(document: &Document) -> Option<Claimed<Assertion>> {
    let root = document.root();
    let is_assertion = |element: &Element<'_>| element.is(ASSERTION, "Assertion");
    let element = Some(root).filter(is_assertion).or(root.child_elements().find(is_assertion))?;
    Assertion::read(element).ok().map(Claimed::new)
}

impl Progress {
    fn task(&self) -> Option<Task<'_>> {
        match self {
            Self::Ended(_) => None,
            Self::Waiting(waiting) => Some(Task::Verify(&waiting.task)),
        }
    }
}
