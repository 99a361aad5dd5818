//! The checks: one file each, each a pure function of facts and policy.
//!
//! All of them run on every message that can be read at all, so that a report shows everything at
//! once. [`Findings::admission`] is the only way to a login, and it names each check, so that a new
//! one cannot be forgotten.

mod advice;
mod audience;
mod authentication;
mod certificate;
mod change;
mod claims;
mod conditions;
mod decryption;
mod finding;
mod in_response_to;
mod issuer;
mod logout;
mod message;
mod mistaken;
mod remedy;
mod replay;
mod reply_url;
mod signature;
mod status;
mod subject;
mod timestamps;

pub(crate) use advice::advice;
pub(crate) use change::{Change, Explanation};
pub(crate) use decryption::Decryption;
pub(crate) use finding::{At, Finding};
pub(crate) use logout::{
    LogoutAdmission, LogoutFacts, LogoutFindings, LogoutSignatures, QueryPart, about,
    request_expires,
};
pub(crate) use message::{Fault, Found};
pub(crate) use signature::{Part, Signatures};

use crate::dsig::TrustedKey;
use crate::policy::Policy;
use crate::profiles::Portal;
use crate::report::{About, CheckId};
use crate::saml::assertion::{Assertion, SubjectConfirmation};
use crate::saml::metadata::IdentityProvider;
use crate::saml::response::Response;
use crate::saml::time::Instant;

/// What the application knows about the exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// The time.
    pub now: Instant,
    /// IDs of the requests that were sent and are not answered yet. Empty: none was sent.
    pub in_response_to: Vec<String>,
    /// The Reply URL the message arrived at, where there are several.
    pub reply_url: Option<String>,
    /// RelayState, as it arrived. Nothing is decided by it.
    pub relay_state: Option<String>,
}

impl Context {
    /// A message that arrives now, with no request known.
    pub fn at(now: Instant) -> Self {
        Self { now, in_response_to: Vec::new(), reply_url: None, relay_state: None }
    }
}

/// What the checks look at.
pub(crate) struct Facts<'a> {
    pub(crate) response: &'a Response,
    /// The assertion: as it was signed where that is proven, else as it is claimed.
    pub(crate) assertion: Option<&'a Assertion>,
    /// Whether the Response's own signature holds.
    pub(crate) response_signed: bool,
    /// The identity provider that the Issuer names.
    pub(crate) identity_provider: Option<&'a IdentityProvider>,
    /// The keys that signed.
    pub(crate) signers: Vec<&'a TrustedKey>,
    pub(crate) context: &'a Context,
}

impl Facts<'_> {
    /// The console of the identity provider: the one that is configured where its names say which
    /// product it is, else the one that the message is by.
    pub(crate) fn portal(&self) -> &'static Portal {
        let issuer = self.response.issuer.as_ref().map(|issuer| issuer.value.as_str());
        portal(self.identity_provider, issuer)
    }

    /// The bearer confirmation that is judged: the first one that fulfils everything, so that a
    /// message may carry others beside it; if none does, the first.
    pub(crate) fn confirmation(&self, policy: &Policy) -> Option<&SubjectConfirmation> {
        let subject = self.assertion?.subject.as_ref()?;
        let mut bearer = subject.confirmations.iter().filter(|one| subject::is_bearer(one));
        let fulfils = |one: &&SubjectConfirmation| {
            reply_url::recipient_fits(one, self, policy)
                && in_response_to::confirmation_fits(one, self, policy)
                && timestamps::confirmation_fits(one, self, policy)
        };
        let first = bearer.clone().next();
        bearer.find(fulfils).or(first)
    }
}

/// The finding of each check.
pub(crate) struct Findings {
    pub(crate) message: Finding,
    pub(crate) status: Finding,
    pub(crate) issuer: Finding,
    pub(crate) decryption: Finding,
    pub(crate) signature: Finding,
    pub(crate) certificate: Finding,
    pub(crate) reply_url: Finding,
    pub(crate) in_response_to: Finding,
    pub(crate) audience: Finding,
    pub(crate) timestamps: Finding,
    pub(crate) subject: Finding,
    pub(crate) conditions: Finding,
    pub(crate) authentication: Finding,
    pub(crate) replay: Finding,
}

/// Proof that no check stands against a login. Only [`Findings::admission`] makes one.
pub(crate) struct Admission(());

impl Findings {
    /// Runs every check.
    pub(crate) fn of(
        found: Option<Found<'_>>,
        facts: &Facts<'_>,
        signatures: &Signatures,
        explanation: Option<Explanation>,
        decryption: &Decryption,
        policy: &Policy,
    ) -> Self {
        Self {
            message: message::check(found, About::Login),
            status: status::check(facts, policy),
            issuer: issuer::check(facts, policy),
            decryption: decryption::check(decryption, facts, policy),
            signature: signature::check(signatures, explanation, facts, policy),
            certificate: certificate::check(facts, policy),
            reply_url: reply_url::check(facts, policy),
            in_response_to: in_response_to::check(facts, policy),
            audience: audience::check(facts, policy),
            timestamps: timestamps::check(facts, policy),
            subject: subject::check(facts, policy),
            conditions: conditions::check(facts),
            authentication: authentication::check(facts, policy),
            replay: replay::check(),
        }
    }

    /// Where there is no Response to look at, only the first check has something to say.
    pub(crate) fn of_unreadable(fault: &Fault, policy: &Policy) -> Self {
        let skipped = |id| Finding::skipped(id, "the message could not be read");
        Self {
            message: message::unreadable(fault, policy),
            status: skipped(CheckId::Status),
            issuer: skipped(CheckId::Issuer),
            decryption: skipped(CheckId::Decryption),
            signature: skipped(CheckId::Signature),
            certificate: skipped(CheckId::Certificate),
            reply_url: skipped(CheckId::ReplyUrl),
            in_response_to: skipped(CheckId::InResponseTo),
            audience: skipped(CheckId::Audience),
            timestamps: skipped(CheckId::Timestamps),
            subject: skipped(CheckId::Subject),
            conditions: skipped(CheckId::Conditions),
            authentication: skipped(CheckId::Authentication),
            replay: skipped(CheckId::Replay),
        }
    }

    /// Admits a login where every single check does.
    pub(crate) fn admission(&self) -> Option<Admission> {
        let Self {
            message,
            status,
            issuer,
            decryption,
            signature,
            certificate,
            reply_url,
            in_response_to,
            audience,
            timestamps,
            subject,
            conditions,
            authentication,
            replay,
        } = self;
        let admitted = message.admits()
            && status.admits()
            && issuer.admits()
            && decryption.admits()
            && signature.admits()
            && certificate.admits()
            && reply_url.admits()
            && in_response_to.admits()
            && audience.admits()
            && timestamps.admits()
            && subject.admits()
            && conditions.admits()
            && authentication.admits()
            && replay.admits();
        admitted.then_some(Admission(()))
    }

    /// All of them, in the order in which the first failure is the root cause.
    pub(crate) fn into_list(self) -> [Finding; 14] {
        [
            self.message,
            self.status,
            self.issuer,
            self.decryption,
            self.signature,
            self.certificate,
            self.reply_url,
            self.in_response_to,
            self.audience,
            self.timestamps,
            self.subject,
            self.conditions,
            self.authentication,
            self.replay,
        ]
    }
}

/// The console of an identity provider that is configured, or else of this Issuer.
fn portal(provider: Option<&IdentityProvider>, issuer: Option<&str>) -> &'static Portal {
    let configured = provider.into_iter().flat_map(|provider| {
        let endpoints = &provider.single_sign_on_services;
        let addresses = endpoints.iter().map(|endpoint| endpoint.location.as_str());
        std::iter::once(provider.entity_id.as_str()).chain(addresses)
    });
    Portal::of(configured.chain(issuer))
}

/// What a check says that has no assertion to look at.
pub(crate) fn no_assertion(id: CheckId) -> Finding {
    Finding::skipped(id, "there is no assertion that could be read")
}

/// A list for people: `a, b or c`.
pub(crate) fn any_of<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => "nothing".to_owned(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} or {}", first.join(", "), last.as_ref())
        }
    }
}
