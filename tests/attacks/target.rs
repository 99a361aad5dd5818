//! Whom the forgeries are sent to: genuine messages, each with the service provider that accepts
//! it and the identity that it signs in.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign::dsig::TrustedKey;
use countersign::login::Login;
use countersign::policy::Options;
use countersign::report::{Report, SetupError};
use countersign::saml::metadata::IdentityProvider;
use countersign::saml::time::Instant;
use countersign::sp::{Context, ServiceProvider};
use countersign_test_idp::TestKey;
use serde_json::{Value, json};

use crate::case::{self, Case, login_as_json};
use crate::forgery::Genuine;

/// A genuine message and who receives it.
pub(crate) struct Target {
    pub(crate) genuine: Genuine,
    pub(crate) provider: ServiceProvider,
    pub(crate) context: Context,
    /// What [`identity`] says of the genuine login.
    pub(crate) identity: Value,
}

impl Target {
    /// Sends a message to the service provider. Each of them can decrypt, so that encryption is a
    /// way in too: anybody can encrypt for a service provider.
    pub(crate) fn inspect(&self, message: &[u8]) -> Result<Report, SetupError> {
        case::inspect(&self.provider, message, &self.context, &[TestKey::SP_ENCRYPTION])
    }

    /// Whether the message differs in more than keys, algorithms and names from the others.
    pub(crate) fn has_shape_of_its_own(&self) -> bool {
        !["algorithm-", "aws-", "key-"].iter().any(|kind| self.genuine.id.starts_with(kind))
    }
}

/// Our fixtures beside both set-ups, both initiations and the three signing options: those that
/// another reader would find something else in. The rest differ in what the checks say alone.
const SHAPES: [&str; 13] = [
    "algorithm-ecdsa-p256",
    "algorithm-ed25519",
    "algorithm-rsa-pss-sha256",
    "algorithm-sha1-allowed",
    "c14n-inclusive",
    "key-second-of-two-tenants",
    "key-without-key-info",
    "shape-cdata-name-id",
    "shape-no-response-issuer",
    "shape-other-prefixes",
    "shape-pretty",
    "shape-second-confirmation",
    "shape-white-space",
];

/// Who signed in, by everything that an application may decide by.
pub(crate) fn identity(login: &Login) -> Value {
    let mut identity = login_as_json(login);
    // The envelope's, which may be unsigned: for logs, not for decisions.
    identity["responseId"] = Value::Null;
    // Taking away a second signature leaves the identity what it is, and so does encrypting it.
    identity["signedBy"] = Value::Null;
    identity["encrypted"] = Value::Null;
    identity["nameId"]["nameQualifier"] = json!(login.name_id.name_qualifier);
    identity["nameId"]["spNameQualifier"] = json!(login.name_id.sp_name_qualifier);
    identity["sessionNotOnOrAfter"] =
        json!(login.session_not_on_or_after.map(Instant::milliseconds));
    identity["notOnOrAfter"] = json!(login.not_on_or_after.milliseconds());
    identity["replay"] = json!(login.replay.key);
    identity
}

/// Every message that forgeries are made of.
pub(crate) fn all() -> Vec<Target> {
    let mut targets: Vec<Target> = Case::read("cases.jsonl")
        .into_iter()
        .filter(|case| case.class == "set-up" || SHAPES.contains(&case.id.as_str()))
        .map(|case| of_fixture(&case.with_decryption_key(TestKey::SP_ENCRYPTION)))
        .collect();
    assert_eq!(targets.len(), 12 + SHAPES.len(), "a fixture is missing or has another name");
    targets.extend(of_corpus());
    targets
}

fn of_fixture(case: &Case) -> Target {
    assert!(case.expect["ok"] == true, "{}: not a genuine message", case.id);
    let xml = decoded(&case.message());
    let genuine = Genuine::new(&case.id, &xml).expect("fixtures are well-formed");
    let target = target(genuine, case.service_provider(), case.context());
    target.unwrap_or_else(|code| panic!("{}: not accepted: {code}", case.id))
}

/// Holds the message against its service provider first: what is refused anyway proves nothing.
fn target(
    genuine: Genuine,
    provider: ServiceProvider,
    context: Context,
) -> Result<Target, &'static str> {
    let inspect = |message: &[u8]| provider.inspect_response(message, &context).ok();
    let report = inspect(genuine.xml.as_bytes()).ok_or("an error of the call")?;
    let code = report.code().map_or("no code", countersign::report::Code::as_str);
    let identity = identity(report.login.as_ref().ok_or(code)?);
    // Forgeries are written from the tree: written without a change it must still be accepted.
    let rewritten = inspect(genuine.tree.to_xml().as_bytes()).ok_or("an error of the call")?;
    let same = rewritten.login.as_ref().is_some_and(|login| self::identity(login) == identity);
    assert!(same, "{}: rewritten, it is {:?}", genuine.id, rewritten.code());
    Ok(Target { genuine, provider, context, identity })
}

pub(crate) fn decoded(message: &[u8]) -> String {
    let text = String::from_utf8(message.to_vec()).expect("fixtures are text");
    if text.trim_start_matches('\u{feff}').starts_with('<') {
        return text;
    }
    let text = text.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    let base64: String = text.split_whitespace().collect();
    let xml = STANDARD.decode(base64).expect("fixtures are base64");
    String::from_utf8(xml).expect("fixtures are UTF-8")
}

/// Accepted, plain Responses of the corpus that this engine accepts with its defaults.
fn of_corpus() -> Vec<Target> {
    let corpus = std::env::var_os("COUNTERSIGN_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"),
        PathBuf::from,
    );
    let folder = corpus.join("responses");
    let Ok(cases) = fs::read_to_string(folder.join("cases.jsonl")) else {
        let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
        assert!(!ci, "the corpus is missing: {}", folder.display());
        println!("attacks: messages of the corpus left out, there is no {}", folder.display());
        return Vec::new();
    };
    let mut targets: Vec<Target> = Vec::new();
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("a case a line");
        let plain = case["kind"] == "response" && case["expect"] == "accept";
        if !plain || case["legacy"].as_array().is_none_or(|legacy| !legacy.is_empty()) {
            continue;
        }
        targets.extend(of_corpus_case(&case, &folder));
    }
    assert!(targets.len() > 10, "only {} messages of the corpus can be used", targets.len());
    targets
}

fn of_corpus_case(case: &Value, folder: &Path) -> Option<Target> {
    let id = case["id"].as_str()?;
    let certificate = fs::read_to_string(folder.join(case["idp_cert"].as_str()?)).ok()?;
    let file = fs::read(folder.join(case["file"].as_str()?)).ok()?;
    let xml = match case["binding"].as_str()? {
        "xml" => String::from_utf8(file).ok()?,
        "post" => decoded(&file),
        _ => return None,
    };
    let reply_url = case["acs_url"].as_str().unwrap_or("https://sp.example/acs").to_owned();
    let provider = ServiceProvider::new(Options {
        entity_id: Some(case["sp_entity_id"].as_str()?.to_owned()),
        reply_urls: vec![reply_url],
        identity_providers: vec![IdentityProvider::new(
            case["idp_entity_id"].as_str()?.to_owned(),
            vec![TrustedKey::from_text(&certificate).ok()?],
        )],
        allow_idp_initiated: true,
        can_decrypt: true,
        ..Options::default()
    });
    let mut context = Context::at(Instant::parse(case["now"].as_str()?)?);
    context.in_response_to.extend(case["in_response_to"].as_str().map(str::to_owned));
    target(Genuine::new(id, &xml).ok()?, provider.ok()?, context).ok()
}
