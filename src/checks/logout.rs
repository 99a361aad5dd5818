//! The checks of logout messages: those that make sense there, with the codes that logins have.
//!
//! A LogoutRequest ends a session, a LogoutResponse says that one has ended. Neither signs anybody
//! in, but a forged request keeps a user out, and a forged answer leaves him believing that he is.

mod decryption;
mod destination;
mod in_response_to;
mod issuer;
mod signature;
mod status;
mod subject;
mod timestamps;

pub(crate) use signature::{LogoutSignatures, QueryPart};
pub(crate) use timestamps::request_expires;

use super::{Decryption, Fault, Finding, Found, certificate, message, replay};
use crate::dsig::TrustedKey;
use crate::policy::Policy;
use crate::profiles::Portal;
use crate::report::{About, CheckId};
use crate::saml::logout::{LogoutKind, LogoutMessage};
use crate::saml::metadata::IdentityProvider;
use crate::saml::time::Instant;

/// What the checks look at.
pub(crate) struct LogoutFacts<'a> {
    /// As it was signed where that is proven, else as it is claimed.
    pub(crate) message: &'a LogoutMessage,
    /// The identity provider that the Issuer names.
    pub(crate) identity_provider: Option<&'a IdentityProvider>,
    /// The keys that signed.
    pub(crate) signers: Vec<&'a TrustedKey>,
    /// Whether it came as the value of a parameter without the query around it.
    pub(crate) is_bare_value: bool,
    /// IDs of the requests that were sent.
    pub(crate) sent: &'a [String],
    pub(crate) now: Instant,
}

impl LogoutFacts<'_> {
    /// The console of the identity provider.
    fn portal(&self) -> &'static Portal {
        let issuer = self.message.issuer.as_ref().map(|issuer| issuer.value.as_str());
        super::portal(self.identity_provider, issuer)
    }
}

/// The finding of each check. One that only the other kind of message is asked is absent.
pub(crate) struct LogoutFindings {
    message: Finding,
    status: Option<Finding>,
    issuer: Finding,
    decryption: Option<Finding>,
    signature: Finding,
    certificate: Finding,
    destination: Finding,
    in_response_to: Option<Finding>,
    timestamps: Finding,
    subject: Option<Finding>,
    replay: Option<Finding>,
}

/// Proof that no check stands against a logout message. Only [`LogoutFindings::admission`] makes
/// one.
pub(crate) struct LogoutAdmission(());

impl LogoutFindings {
    /// Runs every check.
    pub(crate) fn of(
        found: Option<Found<'_>>,
        facts: &LogoutFacts<'_>,
        signatures: &LogoutSignatures,
        decryption: &Decryption,
        policy: &Policy,
    ) -> Self {
        let kind = facts.message.kind();
        let request = facts.message.request();
        let response = facts.message.response();
        Self {
            message: message::check(found, about(kind)),
            status: response.map(status::check),
            issuer: issuer::check(facts, policy),
            decryption: request.map(|_| decryption::check(decryption, facts.portal())),
            signature: signature::check(signatures, facts, policy),
            certificate: certificate::of_signers(&facts.signers, facts.now, facts.portal(), policy),
            destination: destination::check(facts, policy),
            in_response_to: response.map(|response| in_response_to::check(response, facts)),
            timestamps: timestamps::check(facts, policy),
            subject: request.map(|request| subject::check(request, decryption, facts)),
            replay: request.map(|_| replay::check()),
        }
    }

    /// Where there is no logout message to look at, only the first check has something to say.
    pub(crate) fn of_unreadable(fault: &Fault, kind: LogoutKind) -> Self {
        let skipped = |id| Finding::skipped(id, "the message could not be read");
        let request = |id| (kind == LogoutKind::Request).then(|| skipped(id));
        let response = |id| (kind == LogoutKind::Response).then(|| skipped(id));
        Self {
            message: message::check(Some(Found::InMessage(fault)), about(kind)),
            status: response(CheckId::Status),
            issuer: skipped(CheckId::Issuer),
            decryption: request(CheckId::Decryption),
            signature: skipped(CheckId::Signature),
            certificate: skipped(CheckId::Certificate),
            destination: skipped(CheckId::ReplyUrl),
            in_response_to: response(CheckId::InResponseTo),
            timestamps: skipped(CheckId::Timestamps),
            subject: request(CheckId::Subject),
            replay: request(CheckId::Replay),
        }
    }

    /// Admits the message where every single check does.
    pub(crate) fn admission(&self) -> Option<LogoutAdmission> {
        let Self {
            message,
            status,
            issuer,
            decryption,
            signature,
            certificate,
            destination,
            in_response_to,
            timestamps,
            subject,
            replay,
        } = self;
        let asked = |finding: &Option<Finding>| finding.as_ref().is_none_or(Finding::admits);
        let admitted = message.admits()
            && asked(status)
            && issuer.admits()
            && asked(decryption)
            && signature.admits()
            && certificate.admits()
            && destination.admits()
            && asked(in_response_to)
            && timestamps.admits()
            && asked(subject)
            && asked(replay);
        admitted.then_some(LogoutAdmission(()))
    }

    /// All that were asked, in the order in which the first failure is the root cause.
    pub(crate) fn into_list(self) -> Vec<Finding> {
        let all = [
            Some(self.message),
            self.status,
            Some(self.issuer),
            self.decryption,
            Some(self.signature),
            Some(self.certificate),
            Some(self.destination),
            self.in_response_to,
            Some(self.timestamps),
            self.subject,
            self.replay,
        ];
        all.into_iter().flatten().collect()
    }
}

/// What the report is about.
pub(crate) fn about(kind: LogoutKind) -> About {
    match kind {
        LogoutKind::Request => About::LogoutRequest,
        LogoutKind::Response => About::LogoutResponse,
    }
}
