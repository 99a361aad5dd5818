//! The stages of the validation of one logout message, each of which waits for the answers to its
//! tasks.

use super::judge::Evidence;
use super::{LogoutStep, State};
use crate::checks::{At, Decryption, LogoutSignatures, Part, QueryPart};
use crate::dsig::{DetachedClaim, SignatureClaim, SignatureErrorKind, Verdict, VerifyTask};
use crate::saml::delivery::{QuerySignature, SignedQuery};
use crate::saml::logout::ProvenLogout;
use crate::sp::{Answer, Task};
use crate::xenc::{EncryptedElement, EncryptionError};

/// The validation of one logout message, between two steps.
#[derive(Debug)]
pub struct LogoutValidation {
    state: State,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Signatures {
        query: Progress<DetachedClaim, QueryPart>,
        message: Progress<SignatureClaim, Part>,
    },
    Decrypting {
        evidence: Box<Evidence>,
        encrypted: Box<EncryptedElement>,
    },
}

/// How far one signature is.
#[derive(Debug)]
enum Progress<Claim, Ended> {
    Ended(Ended),
    Waiting { claim: Box<Claim>, task: Box<VerifyTask> },
}

impl State {
    pub(super) fn begin(self) -> LogoutStep {
        let (query, message) = (self.query_progress(), self.message_progress());
        self.enter(Stage::Signatures { query, message })
    }

    /// Waits for the tasks of a stage, or goes straight on where it has none.
    fn enter(self, stage: Stage) -> LogoutStep {
        let validation = LogoutValidation { state: self, stage };
        if validation.tasks().is_empty() {
            validation.resume(Vec::new())
        } else {
            LogoutStep::Need(Box::new(validation))
        }
    }

    fn query_progress(&self) -> Progress<DetachedClaim, QueryPart> {
        let constraints = &self.policy.constraints;
        let claim = match self.delivered.signature.clone() {
            QuerySignature::Absent => return Progress::Ended(QueryPart::Absent),
            QuerySignature::Broken { expected, found } => {
                let (expected, found) = (expected.to_owned(), found.to_owned());
                let kind = SignatureErrorKind::Structure { expected, found };
                return Progress::Ended(QueryPart::Failed(kind));
            }
            QuerySignature::Claimed { octets, algorithm, value } => {
                DetachedClaim::new(octets, &algorithm, value, constraints)
            }
        };
        let Some(keys) = self.keys() else { return Progress::Ended(QueryPart::Untried) };
        match claim.and_then(|claim| Ok((claim.task(keys, constraints)?, claim))) {
            Ok((task, claim)) => Progress::Waiting { claim: Box::new(claim), task: Box::new(task) },
            Err(kind) => Progress::Ended(QueryPart::Failed(kind)),
        }
    }

    fn message_progress(&self) -> Progress<SignatureClaim, Part> {
        let constraints = &self.policy.constraints;
        let claim = match SignatureClaim::read(self.document.root(), constraints) {
            Ok(Some(claim)) => claim,
            Ok(None) => return Progress::Ended(Part::Absent),
            Err(error) => return Progress::Ended(Part::Failed(error)),
        };
        let Some(keys) = self.keys() else { return Progress::Ended(Part::Untried) };
        match claim.task(keys, constraints) {
            Ok(task) => Progress::Waiting { claim: Box::new(claim), task: Box::new(task) },
            Err(error) => Progress::Ended(Part::Failed(error)),
        }
    }

    fn end_query(
        &self,
        progress: Progress<DetachedClaim, QueryPart>,
        answers: &mut impl Iterator<Item = Answer>,
    ) -> QueryPart {
        let (claim, task) = match progress {
            Progress::Ended(part) => return part,
            Progress::Waiting { claim, task } => (claim, task),
        };
        let verdict = verdict(answers.next().as_ref());
        let signed = claim.decide(&task, verdict, self.keys().unwrap_or_default());
        // The message is taken out of the very octets that were verified.
        let signed = signed.and_then(|signed| {
            let read = SignedQuery::read(signed, &self.policy.limits);
            read.map_err(|_| SignatureErrorKind::Value)
        });
        signed.map_or_else(QueryPart::Failed, |signed| QueryPart::Held(Box::new(signed)))
    }

    fn end_message(
        &self,
        progress: Progress<SignatureClaim, Part>,
        answers: &mut impl Iterator<Item = Answer>,
    ) -> Part {
        let (claim, task) = match progress {
            Progress::Ended(part) => return part,
            Progress::Waiting { claim, task } => (claim, task),
        };
        let verdict = verdict(answers.next().as_ref());
        let constraints = &self.policy.constraints;
        let signed = claim
            .decide(&task, verdict, self.keys().unwrap_or_default())
            .and_then(|authentic| authentic.dereference(&self.document, constraints));
        signed.map_or_else(Part::Failed, |signed| Part::Held(Box::new(signed)))
    }

    /// Reads the message from what is signed. With a signature that fails nothing is proven, also
    /// where another holds or unsigned messages are accepted.
    fn prove(self, signatures: LogoutSignatures) -> LogoutStep {
        let kind = self.kind;
        let proven = match (&signatures.query, &signatures.message) {
            (QueryPart::Failed(_) | QueryPart::Untried, _)
            | (_, Part::Failed(_) | Part::Recorded(_) | Part::Untried) => None,
            (QueryPart::Held(signed), _) => ProvenLogout::read_query(signed, kind).ok(),
            (QueryPart::Absent, Part::Held(signed)) => ProvenLogout::read(signed, kind).ok(),
            (QueryPart::Absent, Part::Absent) => self.policy.unsigned_logout.and_then(|accepted| {
                ProvenLogout::read_unsigned(&self.document, kind, accepted).ok()
            }),
        };
        let mut evidence = Evidence { signatures, decryption: Decryption::Unneeded, proven };
        let encrypted = self.claimed.request().and_then(|request| request.encrypted_id);
        if encrypted.is_none() {
            return self.finish(&evidence);
        }
        // What an attacker may alter, an attacker could learn from: unsigned ciphertext too.
        let Some(element) = evidence.encrypted_id() else {
            evidence.decryption = Decryption::Untried;
            return self.finish(&evidence);
        };
        let at = At::Assertion(element.id());
        evidence.decryption = match EncryptedElement::read(element) {
            Ok(_) if !self.policy.can_decrypt => Decryption::NoKey { name: "EncryptedID", at },
            Ok(encrypted) => {
                let (evidence, encrypted) = (Box::new(evidence), Box::new(encrypted));
                return self.enter(Stage::Decrypting { evidence, encrypted });
            }
            Err(error) => Decryption::Refused { error, at },
        };
        self.finish(&evidence)
    }

    fn after_decryption(
        self,
        mut evidence: Evidence,
        encrypted: &EncryptedElement,
        answer: Option<Answer>,
    ) -> LogoutStep {
        let failed = || EncryptionError::Failed { at: encrypted.at() };
        let plaintext = match answer {
            Some(Answer::Decrypt(octets)) => {
                encrypted.plaintext(octets.as_deref(), &self.policy.limits)
            }
            Some(Answer::Unsupported) => Err(encrypted.unsupported()),
            _ => Err(failed()),
        };
        let filled = plaintext.and_then(|plaintext| match &mut evidence.proven {
            Some(proven) => proven.fill(encrypted.at(), &plaintext).map_err(|_| failed()),
            None => Err(failed()),
        });
        let at = At::Assertion(encrypted.at());
        evidence.decryption = match filled {
            Ok(()) => Decryption::Done,
            Err(error) => Decryption::Refused { error, at },
        };
        self.finish(&evidence)
    }
}

impl LogoutValidation {
    /// What has to be done, in the order in which the answers are expected. Tasks of one step are
    /// of one kind.
    pub fn tasks(&self) -> Vec<Task<'_>> {
        match &self.stage {
            Stage::Signatures { query, message } => {
                query.task().into_iter().chain(message.task()).collect()
            }
            Stage::Decrypting { encrypted, .. } => vec![Task::Decrypt(encrypted.task())],
        }
    }

    /// Goes on with an answer for each task. An answer that is missing counts as a failure.
    pub fn resume(self, answers: Vec<Answer>) -> LogoutStep {
        let Self { state, stage } = self;
        let mut answers = answers.into_iter();
        match stage {
            Stage::Signatures { query, message } => {
                let query = state.end_query(query, &mut answers);
                let message = state.end_message(message, &mut answers);
                let root = state.document.root().id();
                state.prove(LogoutSignatures { query, message, root })
            }
            Stage::Decrypting { evidence, encrypted } => {
                state.after_decryption(*evidence, &encrypted, answers.next())
            }
        }
    }
}

impl<Claim, Ended> Progress<Claim, Ended> {
    fn task(&self) -> Option<Task<'_>> {
        match self {
            Self::Ended(_) => None,
            Self::Waiting { task, .. } => Some(Task::Verify(task)),
        }
    }
}

fn verdict(answer: Option<&Answer>) -> Verdict {
    match answer {
        Some(Answer::Verify(verdict)) => *verdict,
        _ => Verdict { key: None },
    }
}
