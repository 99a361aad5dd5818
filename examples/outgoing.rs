//! Writes what a service provider sends, for other implementations to judge.
//!
//! Each line of the input is a JSON object that asks for metadata, a login request or a logout
//! message, each line of the output one with the `xml` or an `error`: how
//! `tests/oracles/schemas.py` asks. Signed with the test keys, which are public.

use std::error::Error;
use std::io::{BufRead as _, Write as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::dsig::{Certificate, SignTask};
use countersign::policy::{Options, RequireSigned};
use countersign::saml::logout::Principal;
use countersign::saml::metadata::{Contact, ContactKind, Endpoint, IdentityProvider, Organization};
use countersign::saml::names::{BINDING_POST, BINDING_REDIRECT};
use countersign::saml::redirect::inflated;
use countersign::saml::time::{Instant, Seconds};
use countersign::sp::ServiceProvider;
use countersign::sp::logout_sent::{LogoutRequestOut, LogoutResponseOut, LogoutStatus};
use countersign::sp::metadata::{MetadataRequest, Written};
use countersign::sp::request::{Binding, Carrier, LoginRequest, Outgoing};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde::{Deserialize, Serialize};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Question {
    Metadata(Box<AskedMetadata>),
    LoginRequest(Box<AskedLogin>),
    LogoutRequest(Box<AskedLogout>),
    LogoutResponse(Box<AskedAnswer>),
}

#[derive(Deserialize)]
struct AskedMetadata {
    entity_id: String,
    reply_urls: Vec<String>,
    logout_url: Option<String>,
    want_assertions_signed: bool,
    /// Names of test keys.
    signing: Vec<String>,
    encryption: Vec<String>,
    sign_with: Option<String>,
    id: Option<String>,
    valid_until: Option<String>,
    cache_seconds: Option<u32>,
    name_id_formats: Vec<String>,
    organization: Option<[String; 4]>,
    contacts: Vec<AskedContact>,
}

#[derive(Deserialize)]
struct AskedContact {
    kind: String,
    company: Option<String>,
    given_name: Option<String>,
    sur_name: Option<String>,
    email_address: Option<String>,
    telephone_number: Option<String>,
}

#[derive(Deserialize)]
struct AskedLogin {
    id: String,
    entity_id: String,
    reply_url: String,
    post: bool,
    force_authn: bool,
    is_passive: bool,
    name_id_format: Option<String>,
    authn_context: Vec<String>,
    relay_state: Option<String>,
    sign_with: Option<String>,
}

#[derive(Deserialize)]
struct AskedLogout {
    id: String,
    post: bool,
    name_id: String,
    format: Option<String>,
    name_qualifier: Option<String>,
    sp_name_qualifier: Option<String>,
    session_indexes: Vec<String>,
    reason: Option<String>,
    not_on_or_after: Option<String>,
    sign_with: Option<String>,
}

#[derive(Deserialize)]
struct AskedAnswer {
    id: String,
    post: bool,
    in_response_to: String,
    /// Which of the statuses, from 0.
    status: usize,
    sign_with: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Xml(String),
    Error(String),
}

fn main() -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let outcome = match serde_json::from_str(&line?)? {
            Question::Metadata(asked) => metadata(*asked),
            Question::LoginRequest(asked) => login_request(*asked),
            Question::LogoutRequest(asked) => logout_request(*asked),
            Question::LogoutResponse(asked) => logout_response(*asked),
        };
        let answer = outcome.map_or_else(|error| Answer::Error(error.to_string()), Answer::Xml);
        serde_json::to_writer(&mut stdout, &answer)?;
        stdout.write_all(b"\n")?;
        stdout.flush()?;
    }
    Ok(())
}

fn metadata(asked: AskedMetadata) -> Result<String> {
    let provider = ServiceProvider::new(Options {
        entity_id: Some(asked.entity_id),
        reply_urls: asked.reply_urls,
        logout_url: asked.logout_url,
        identity_providers: vec![identity_provider()?],
        require_signed: if asked.want_assertions_signed {
            RequireSigned::Assertion
        } else {
            RequireSigned::Any
        },
        can_decrypt: true,
        signing_certificates: certificates(&asked.signing)?,
        encryption_certificates: certificates(&asked.encryption)?,
        ..Options::default()
    })?;
    let contacts = asked.contacts.into_iter().map(AskedContact::contact);
    let written =
        provider.metadata(&MetadataRequest {
            id: asked.id,
            valid_until: asked.valid_until.as_deref().and_then(Instant::parse),
            cache: asked.cache_seconds.map(Seconds),
            name_id_formats: asked.name_id_formats,
            organization: asked.organization.map(|[name, display_name, url, language]| {
                Organization { name, display_name, url, language }
            }),
            contacts: contacts.collect::<Result<_>>()?,
            authn_requests_signed: asked.sign_with.is_some(),
            signature_algorithm: asked.sign_with.as_deref().map(algorithm),
            ..MetadataRequest::at(now()?)
        })?;
    match (written, asked.sign_with) {
        (Written::Ready(xml), _) => Ok(xml),
        (Written::Sign(unsigned), Some(key)) => {
            Ok(unsigned.with_signature(&signature(&key, unsigned.task())?)?)
        }
        (Written::Sign(_), None) => Err("nobody asked for a signature".into()),
    }
}

fn login_request(asked: AskedLogin) -> Result<String> {
    let provider = ServiceProvider::new(Options {
        entity_id: Some(asked.entity_id),
        reply_urls: vec![asked.reply_url],
        identity_providers: vec![identity_provider()?],
        ..Options::default()
    })?;
    let outgoing = provider.login_request(LoginRequest {
        id: asked.id,
        now: now()?,
        binding: binding(asked.post),
        identity_provider: None,
        reply_url: None,
        relay_state: asked.relay_state,
        force_authn: asked.force_authn,
        is_passive: asked.is_passive,
        login_hint: None,
        name_id_format: asked.name_id_format,
        authn_context: asked.authn_context,
        signature_algorithm: asked.sign_with.as_deref().map(algorithm),
    })?;
    message(outgoing, asked.sign_with.as_deref())
}

fn logout_request(asked: AskedLogout) -> Result<String> {
    let outgoing = plain_provider()?.logout_request(LogoutRequestOut {
        id: asked.id,
        now: now()?,
        binding: binding(asked.post),
        identity_provider: None,
        principal: Principal {
            name_id: asked.name_id,
            format: asked.format,
            name_qualifier: asked.name_qualifier,
            sp_name_qualifier: asked.sp_name_qualifier,
            session_indexes: asked.session_indexes,
        },
        reason: asked.reason,
        not_on_or_after: asked.not_on_or_after.as_deref().and_then(Instant::parse),
        relay_state: None,
        signature_algorithm: asked.sign_with.as_deref().map(algorithm),
    })?;
    message(outgoing, asked.sign_with.as_deref())
}

fn logout_response(asked: AskedAnswer) -> Result<String> {
    let statuses = [
        LogoutStatus::Denied,
        LogoutStatus::Failed,
        LogoutStatus::Partial,
        LogoutStatus::Success,
        LogoutStatus::UnknownPrincipal,
    ];
    let outgoing = plain_provider()?.logout_response(LogoutResponseOut {
        id: asked.id,
        now: now()?,
        binding: binding(asked.post),
        identity_provider: None,
        in_response_to: asked.in_response_to,
        status: *statuses.get(asked.status).ok_or("no such status")?,
        relay_state: None,
        signature_algorithm: asked.sign_with.as_deref().map(algorithm),
    })?;
    message(outgoing, asked.sign_with.as_deref())
}

/// The XML of a message as the identity provider gets it.
fn message(outgoing: Outgoing, sign_with: Option<&str>) -> Result<String> {
    let sent = match (outgoing, sign_with) {
        (Outgoing::Ready(sent), _) => sent,
        (Outgoing::Sign(unsigned), Some(key)) => {
            let signature = signature(key, unsigned.task())?;
            unsigned.with_signature(&signature)
        }
        (Outgoing::Sign(_), None) => return Err("nobody asked for a signature".into()),
    };
    let xml = match sent.carrier {
        Carrier::Post { fields, .. } => {
            let is_message = |name: &str| matches!(name, "SAMLRequest" | "SAMLResponse");
            let field = fields.iter().find(|(name, _)| is_message(name));
            STANDARD.decode(&field.ok_or("no message")?.1)?
        }
        Carrier::Redirect { url } => {
            let (_, query) = url.split_once('?').ok_or("no query")?;
            let value = query.split(['&', '=']).nth(1).unwrap_or_default();
            let value = value.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
            inflated(&value, 1 << 20).ok_or("not deflated")?
        }
    };
    Ok(String::from_utf8(xml)?)
}

fn binding(post: bool) -> Binding {
    if post { Binding::Post } else { Binding::Redirect }
}

fn plain_provider() -> Result<ServiceProvider> {
    Ok(ServiceProvider::new(Options {
        entity_id: Some("https://app.example/?<&>\"".into()),
        reply_urls: vec!["https://app.example/acs".into()],
        identity_providers: vec![identity_provider()?],
        ..Options::default()
    })?)
}

impl AskedContact {
    fn contact(self) -> Result<Contact> {
        const KINDS: [ContactKind; 5] = [
            ContactKind::Administrative,
            ContactKind::Billing,
            ContactKind::Other,
            ContactKind::Support,
            ContactKind::Technical,
        ];
        let kind = KINDS.into_iter().find(|kind| kind.as_str() == self.kind);
        Ok(Contact {
            kind: kind.ok_or("no such kind of contact")?,
            company: self.company,
            given_name: self.given_name,
            sur_name: self.sur_name,
            email_address: self.email_address,
            telephone_number: self.telephone_number,
        })
    }
}

fn now() -> Result<Instant> {
    Ok(Instant::parse("2026-03-10T09:00:00Z").ok_or("a time")?)
}

fn identity_provider() -> Result<IdentityProvider> {
    let xml = include_bytes!("../tests/data/metadata/contoso.xml");
    let endpoint = |binding: &str| Endpoint {
        binding: binding.to_owned(),
        location: "https://idp.example/logout".to_owned(),
        response_location: None,
    };
    Ok(IdentityProvider {
        single_logout_services: vec![endpoint(BINDING_REDIRECT), endpoint(BINDING_POST)],
        ..IdentityProvider::from_metadata(xml, None, now()?)?
    })
}

fn key_file(name: &str) -> Result<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys");
    Ok(std::fs::read_to_string(folder.join(name))?)
}

fn certificates(names: &[String]) -> Result<Vec<Certificate>> {
    let read = |name| Ok(Certificate::from_text(&key_file(&format!("{name}.crt.pem"))?)?);
    names.iter().map(read).collect()
}

fn is_elliptic(key: &str) -> bool {
    key == "p256"
}

fn algorithm(key: &str) -> String {
    let name = if is_elliptic(key) { "ecdsa-sha256" } else { "rsa-sha256" };
    format!("http://www.w3.org/2001/04/xmldsig-more#{name}")
}

fn signature(key: &str, task: &SignTask) -> Result<Vec<u8>> {
    let pem = key_file(&format!("{key}.key.pem"))?;
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    sign(is_elliptic(key), &STANDARD.decode(body)?, &task.data)
        .ok_or_else(|| format!("{key} cannot sign").into())
}

fn sign(elliptic: bool, der: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let random = SystemRandom::new();
    if elliptic {
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der, &random).ok()?;
        return Some(key.sign(&random, data).ok()?.as_ref().to_vec());
    }
    let key = RsaKeyPair::from_pkcs8(der).ok()?;
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &random, data, &mut signature).ok()?;
    Some(signature)
}
