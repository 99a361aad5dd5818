//! The service provider that logout messages of these tests are delivered to.

use countersign::dsig::{Verdict, VerifyTask};
use countersign::logout::Logout;
use countersign::policy::Options;
use countersign::report::Report;
use countersign::saml::logout::LogoutKind;
use countersign::saml::metadata::IdentityProvider;
use countersign::saml::time::Instant;
use countersign::sp::logout::{LogoutContext, LogoutStep};
use countersign::sp::{Answer, ServiceProvider, Task};
use countersign_test_idp::{Idp, LogoutSpec, QuerySpec, User};

use crate::case::decryption;

pub(crate) const LOGOUT_URL: &str = "https://sp.example/slo";
pub(crate) const REQUEST: &str = "_8c51f2a0-1d3e-4b6a-9f70-2e84c6d0b7a9";

pub(crate) fn now() -> Instant {
    Instant::parse("2026-03-10T09:00:05Z").expect("an instant")
}

pub(crate) fn options() -> Options {
    let metadata = Idp::contoso().metadata().to_xml();
    let idp = IdentityProvider::from_metadata(metadata.as_bytes(), None, now());
    Options {
        entity_id: Some("https://sp.example/".into()),
        reply_urls: vec!["https://sp.example/acs".into()],
        logout_url: Some(LOGOUT_URL.into()),
        identity_providers: vec![idp.expect("good metadata")],
        ..Options::default()
    }
}

pub(crate) fn provider() -> ServiceProvider {
    ServiceProvider::new(options()).expect("good options")
}

pub(crate) fn request() -> LogoutSpec {
    Idp::contoso().logout_request("test", &User::b_simon(), LOGOUT_URL)
}

pub(crate) fn response() -> LogoutSpec {
    Idp::contoso().logout_response("test", REQUEST, LOGOUT_URL)
}

pub(crate) fn query(parameter: &'static str) -> QuerySpec {
    QuerySpec::new(parameter, Idp::contoso().keys[0])
}

/// Takes a message for a request or for the answer to [`REQUEST`].
pub(crate) fn inspect(provider: &ServiceProvider, kind: LogoutKind, message: &str) -> Report {
    let mut context = LogoutContext::at(now());
    if kind == LogoutKind::Response {
        context.in_response_to.push(REQUEST.into());
    }
    run(provider, kind, message.as_bytes(), &context, &[], VerifyTask::verify_with_ring)
}

/// Does for a validation what a runtime would.
pub(crate) fn run(
    provider: &ServiceProvider,
    kind: LogoutKind,
    message: &[u8],
    context: &LogoutContext,
    keys: &[Vec<u8>],
    verify: fn(&VerifyTask) -> Verdict,
) -> Report {
    let mut step = provider.begin_logout(message, kind, context);
    loop {
        match step {
            LogoutStep::Done(report) => {
                let report = *report;
                let code = report.code();
                assert!(report.logout.is_some() != code.is_some(), "an outcome or a cause");
                assert!(report.login.is_none(), "no logout message signs anybody in");
                return report;
            }
            LogoutStep::Need(validation) => {
                let perform = |task: Task<'_>| match task {
                    Task::Decrypt(task) => Answer::Decrypt(decryption::decrypt(task, keys)),
                    Task::Verify(task) => Answer::Verify(verify(task)),
                    other => other.perform(),
                };
                let answers = validation.tasks().into_iter().map(perform).collect();
                step = validation.resume(answers);
            }
        }
    }
}

/// The code of a refusal, without what all codes begin with; `accepted`.
pub(crate) fn verdict(report: &Report) -> &'static str {
    match report.code() {
        Some(code) => code.as_str().trim_start_matches("ERR_SAML_"),
        None => "accepted",
    }
}

/// The user that a request names, as far as it is admitted.
pub(crate) fn signed_out(report: &Report) -> Option<&str> {
    match report.logout.as_ref()? {
        Logout::Request(request) => Some(&request.name_id.value),
        Logout::Response(_) => None,
    }
}
