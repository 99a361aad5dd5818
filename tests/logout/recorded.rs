//! Logout messages and redirects that other projects recorded (`corpus/responses`). What is decided
//! otherwise here stands in `tests/exceptions/logout.jsonl`, with the reason.

use std::collections::BTreeMap;

use countersign::dsig::{Constraints, DetachedClaim, TrustedKey};
use countersign::logout::Logout;
use countersign::policy::{CertificateExpiry, Options, Policy};
use countersign::report::Report;
use countersign::saml::delivery::{Delivered, QuerySignature, SignedQuery};
use countersign::saml::logout::LogoutKind;
use countersign::saml::metadata::IdentityProvider;
use countersign::saml::time::Instant;
use countersign::sp::ServiceProvider;
use countersign::sp::logout::LogoutContext;
use countersign::xml::Limits;
use serde::Deserialize;
use serde_json::Value;

use crate::corpus;
use crate::target::{run, verdict};

#[derive(Deserialize)]
struct Case {
    id: String,
    kind: String,
    file: String,
    binding: String,
    idp_cert: Option<String>,
    idp_entity_id: Option<String>,
    acs_url: Option<String>,
    now: String,
    in_response_to: Option<String>,
    decryption_key: Option<String>,
    expect: String,
    why: Option<String>,
    name_id: Option<String>,
    legacy: Vec<String>,
    facts: Option<Value>,
}

impl Case {
    fn kind(&self) -> Option<LogoutKind> {
        match self.kind.as_str() {
            "logout_request" => Some(LogoutKind::Request),
            "logout_response" => Some(LogoutKind::Response),
            _ => None,
        }
    }

    fn trusted(&self) -> Vec<TrustedKey> {
        let read = |name: &String| TrustedKey::from_text(&corpus::text("responses", name));
        self.idp_cert.iter().map(|name| read(name).expect("a certificate of the corpus")).collect()
    }

    fn inspect(&self, kind: LogoutKind) -> Report {
        assert_eq!(self.decryption_key, None, "{}: no case brings a key", self.id);
        let issuer = self.idp_entity_id.clone().expect("the sender");
        let policy = Policy::new(Options {
            entity_id: Some("urn:any".into()),
            reply_urls: vec!["https://any.example/acs".into()],
            logout_url: self.acs_url.clone(),
            identity_providers: vec![IdentityProvider::new(issuer, self.trusted())],
            allow_sha1: !self.legacy.is_empty(),
            // Validity dates of certificates play no part in the corpus.
            certificate_expiry: CertificateExpiry::Ignore,
            ..Options::default()
        });
        let mut policy = policy.expect("options of the corpus");
        if self.legacy.iter().any(|weak| weak == "rsa1024") {
            policy = policy.danger_accept_rsa_bits(1024..=8192);
        }
        let mut context = LogoutContext::at(Instant::parse(&self.now).expect("a time"));
        context.in_response_to.extend(self.in_response_to.clone());
        let provider = ServiceProvider::from_policy(policy);
        let message = corpus::bytes("responses", &self.file);
        run(&provider, kind, &message, &context, &[], corpus::legacy_verifier)
    }
}

#[test]
fn verdicts_are_those_of_the_corpus() {
    let Some(cases) = corpus::cases::<Value>("responses") else { return };
    let mut exceptions = corpus::exceptions("logout");
    let (mut accepted, mut refused, mut excepted, mut wrong) = (0, 0, 0, Vec::new());
    for case in cases {
        if !case["kind"].as_str().is_some_and(|kind| kind.starts_with("logout_")) {
            continue;
        }
        let case: Case = serde_json::from_value(case).expect("a case of one identity provider");
        let report = case.inspect(case.kind().expect("a logout message"));
        let actual = compare(&case, &report);
        match (exceptions.remove(&case.id), actual.as_str()) {
            (Some(exception), actual)
                if exception.actual == actual && exception.expected == case.expect =>
            {
                excepted += 1;
            }
            (Some(_), actual) => wrong.push(format!("{}: stale exception: {actual}", case.id)),
            (None, "accepted") if case.expect == "accept" => accepted += 1,
            (None, actual) if case.expect == "refuse" && actual != "accepted" => refused += 1,
            (None, actual) => wrong.push(format!(
                "{}: {actual} {:?}, expected {} ({:?})",
                case.id,
                report.root_cause(),
                case.expect,
                case.why
            )),
        }
    }
    wrong.extend(exceptions.keys().map(|id| format!("{id}: the exception names no case that ran")));
    println!(
        "recorded logouts: {accepted} accepted, {refused} refused, {excepted} known to differ"
    );
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(accepted >= 5 && refused >= 3);
}

/// The verdict; and of what is accepted, whether it says what the corpus says.
fn compare(case: &Case, report: &Report) -> String {
    let fact = |name: &str| case.facts.as_ref().map_or(&Value::Null, |facts| &facts[name]);
    let (id, fits) = match &report.logout {
        None => return verdict(report).to_owned(),
        Some(Logout::Request(request)) => {
            let indexes: Vec<&str> = fact("session_index")
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            let named = case.name_id.as_deref().is_none_or(|name| name == request.name_id.value);
            let ends =
                fact("not_on_or_after").as_str().map(|text| Instant::parse(text).expect(text));
            let ends = ends.is_none() || ends == request.not_on_or_after;
            (
                &request.id,
                named && ends && (indexes.is_empty() || indexes == request.session_indexes),
            )
        }
        Some(Logout::Response(response)) => {
            let status = fact("status").as_str();
            (&response.id, status == response.status_codes.first().map(String::as_str))
        }
    };
    if fits && fact("id").as_str() == Some(id) {
        "accepted".into()
    } else {
        format!("accepted as {:?}", report.logout)
    }
}

/// What is weak in an accepted message makes it refused by default.
#[test]
fn legacy_is_refused_by_default() {
    let Some(cases) = corpus::cases::<Value>("responses") else { return };
    let mut run = 0;
    for case in cases {
        let logout = case["kind"].as_str().is_some_and(|kind| kind.starts_with("logout_"));
        if !logout || case["legacy"] == Value::Array(Vec::new()) || case["expect"] != "accept" {
            continue;
        }
        let mut case: Case = serde_json::from_value(case).expect("a case");
        case.legacy.clear();
        let report = case.inspect(case.kind().expect("a logout message"));
        assert!(report.logout.is_none(), "{}: accepted", case.id);
        run += 1;
    }
    println!("recorded logouts: {run} legacy ones refused by the default policy");
    assert!(run >= 3);
}

/// Queries with login requests: nobody takes those here, but their signatures are the same.
#[test]
fn signatures_of_recorded_queries_get_their_verdict() {
    let Some(cases) = corpus::cases::<Value>("responses") else { return };
    let mut verdicts = BTreeMap::new();
    for case in cases {
        let binding = case["binding"].as_str().unwrap_or_default();
        if !matches!(binding, "redirect" | "deflate") {
            continue;
        }
        let case: Case = serde_json::from_value(case).expect("a case");
        let holds = query_holds(&case);
        assert_eq!(
            holds,
            case.expect == "accept",
            "{} ({}): {:?}",
            case.id,
            case.binding,
            case.why
        );
        *verdicts.entry(holds).or_insert(0) += 1;
    }
    println!("recorded queries: {verdicts:?} by whether the signature holds");
    assert!(verdicts.get(&true).is_some_and(|count| *count >= 6) && verdicts.len() == 2);
}

fn query_holds(case: &Case) -> bool {
    let message = corpus::bytes("responses", &case.file);
    let limits = Limits::message();
    let Ok(delivered) = Delivered::read(&message, limits.input_bytes) else { return false };
    let QuerySignature::Claimed { octets, algorithm, value } = delivered.signature else {
        return false;
    };
    let (trusted, constraints) =
        (case.trusted(), Constraints { allow_sha1: true, ..Constraints::default() });
    let claim = DetachedClaim::new(octets, &algorithm, value, &constraints).expect("an algorithm");
    let task = claim.task(&trusted, &constraints).expect("a key");
    let signed = claim.decide(&task, corpus::legacy_verifier(&task), &trusted);
    signed.is_ok_and(|signed| {
        let query = SignedQuery::read(signed, &limits).expect("the message once more");
        assert_eq!(query.relay_state(), delivered.relay_state.as_deref());
        true
    })
}
