//! Genuine messages, the service provider that accepts them, and whom they sign in.

use std::sync::LazyLock;

use countersign::login::Login;
use countersign::policy::Options;
use countersign::saml::metadata::IdentityProvider;
use countersign::saml::time::Instant;
use countersign::sp::{Answer, Context, ServiceProvider, Step, Task};
use countersign_test_idp::{
    Application, Element, Idp, Prefixes, ResponseSpec, SigningOption, User,
};

const REQUEST: &str = "_3f2a9b64-71d0-4c1e-8f57-0b6c5d4e3a21";

/// The service provider, which says that it can decrypt.
static PROVIDER: LazyLock<ServiceProvider> = LazyLock::new(|| {
    let metadata = Idp::contoso().metadata().to_xml();
    let provider = IdentityProvider::from_metadata(metadata.as_bytes(), None, now());
    let application = application();
    ServiceProvider::new(Options {
        entity_id: Some(application.identifier),
        reply_urls: vec![application.reply_url],
        identity_providers: vec![provider.expect("good metadata")],
        can_decrypt: true,
        ..Options::default()
    })
    .expect("good options")
});

/// Signed by each option, and with other prefixes.
pub(super) static RESPONSES: LazyLock<Vec<Element>> = LazyLock::new(|| {
    let options = [SigningOption::Assertion, SigningOption::Response, SigningOption::Both];
    let mut responses: Vec<Element> = options.map(|option| spec(option).issue()).into();
    let mut spec = spec(SigningOption::Assertion);
    spec.prefixes = Prefixes::SAML2;
    responses.push(spec.issue());
    responses
});

/// What every one of them says about the user.
pub(super) static IDENTITY: LazyLock<String> = LazyLock::new(|| {
    let mut identities: Vec<String> = RESPONSES
        .iter()
        .map(|response| identity(&login(response.to_xml().as_bytes(), None).expect("genuine")))
        .collect();
    identities.dedup();
    assert_eq!(identities.len(), 1, "one user in all of them");
    identities.remove(0)
});

fn spec(signing: SigningOption) -> ResponseSpec {
    let mut spec = Idp::contoso().response("fuzz", &application(), &User::b_simon(), Some(REQUEST));
    spec.signing = signing;
    spec
}

fn application() -> Application {
    Application::amplitude("482913")
}

fn now() -> Instant {
    Instant::parse("2026-03-10T09:00:05Z").expect("an instant")
}

/// Everything that an application may decide by. The ID of the Response may be unsigned, and one
/// of two signatures may be taken away.
pub(super) fn identity(login: &Login) -> String {
    let name_id = &login.name_id;
    let name_id =
        (&name_id.value, &name_id.format, &name_id.name_qualifier, &name_id.sp_name_qualifier);
    let said = (name_id, &login.issuer, &login.attributes, &login.audiences, &login.assertion_id);
    let authentication = (&login.authn_instant, &login.authn_context, &login.session_index);
    let times = (login.session_not_on_or_after, login.not_on_or_after, &login.replay);
    let user = (&login.user, &login.entra, &login.in_response_to);
    format!("{said:?} {authentication:?} {times:?} {user:?}")
}

/// Who is signed in, if anybody is. `decrypted` is what the host makes of all that is encrypted.
pub(super) fn login(message: &[u8], decrypted: Option<&[u8]>) -> Option<Login> {
    let mut context = Context::at(now());
    context.in_response_to.push(REQUEST.into());
    let mut step = PROVIDER.begin(message, &context).expect("a good call");
    loop {
        match step {
            Step::Done(report) => {
                let code = report.code();
                assert!(report.login.is_some() != code.is_some(), "a login or a cause, not both");
                return report.login;
            }
            Step::Need(validation) => {
                let answer = |task: Task<'_>| match task {
                    Task::Decrypt(_) => Answer::Decrypt(decrypted.map(<[u8]>::to_vec)),
                    task => task.perform(),
                };
                let answers = validation.tasks().into_iter().map(answer).collect();
                step = validation.resume(answers);
            }
        }
    }
}
