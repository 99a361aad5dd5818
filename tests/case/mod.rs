//! One line of `tests/data/cases.jsonl`: a message, the set-up it meets, and the verdict.
//! `cases-encrypted.jsonl` has the same form.
//!
//! The options stand there by their JavaScript names, because every runtime runs the same cases.

#![allow(dead_code, reason = "each test program uses its part")]

use std::fs;
use std::path::{Path, PathBuf};

use countersign::dsig::TrustedKey;
use countersign::login::Login;
use countersign::policy::{CertificateExpiry, Options, RequireSigned, SessionExpiry};
use countersign::profiles::claims::Field;
use countersign::report::{Report, SetupError};
use countersign::saml::metadata::IdentityProvider;
use countersign::saml::time::{Instant, Seconds};
use countersign::sp::{Answer, Context, ServiceProvider, Step, Task};
use countersign::xml::Limits;
use countersign_test_idp::TestKey;
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[path = "../decryption/mod.rs"]
pub(crate) mod decryption;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) class: String,
    message: PathBuf,
    options: Map<String, Value>,
    context: CaseContext,
    pub(crate) expect: Value,
    why: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CaseContext {
    now: String,
    in_response_to: Option<Value>,
    reply_url: Option<String>,
}

impl Case {
    /// Every case of this file, in its order.
    pub(crate) fn read(file: &str) -> Vec<Case> {
        let text = fs::read_to_string(data(file)).expect("the fixtures are there");
        let parse = |line| serde_json::from_str(line).expect("a case a line");
        text.lines().map(parse).collect()
    }

    /// The message in the form in which it is received.
    pub(crate) fn message(&self) -> Vec<u8> {
        fs::read(data(&self.message)).expect("the message is there")
    }

    /// The service provider that receives it.
    pub(crate) fn service_provider(&self) -> ServiceProvider {
        let provider = ServiceProvider::new(self.options());
        provider.unwrap_or_else(|error| panic!("{}: {error:?}", self.id))
    }

    /// Its set-up.
    pub(crate) fn options(&self) -> Options {
        read_options(&self.options, self.now())
    }

    /// What the application knows.
    pub(crate) fn context(&self) -> Context {
        let in_response_to = match &self.context.in_response_to {
            None => Vec::new(),
            Some(Value::String(id)) => vec![id.clone()],
            Some(many) => texts(many),
        };
        let reply_url = self.context.reply_url.clone();
        Context { in_response_to, reply_url, ..Context::at(self.now()) }
    }

    /// Sends the message to the service provider, and does for it what a runtime would.
    pub(crate) fn inspect(&self) -> Result<Report, SetupError> {
        self.inspect_message(&self.message())
    }

    /// The same with another message.
    pub(crate) fn inspect_message(&self, message: &[u8]) -> Result<Report, SetupError> {
        let provider = self.service_provider();
        inspect(&provider, message, &self.context(), &self.decryption_keys())
    }

    /// Gives the service provider a key to decrypt with.
    pub(crate) fn with_decryption_key(mut self, key: TestKey) -> Self {
        let file = format!("keys/{}.key.pem", key.name());
        self.options.insert("decryptionKeys".into(), json!([{ "keyFile": file }]));
        self
    }

    fn decryption_keys(&self) -> Vec<TestKey> {
        decryption_keys(&self.options)
    }

    fn now(&self) -> Instant {
        Instant::parse(&self.context.now).expect("`now` is an instant")
    }
}

/// The properties of a login that a case can name.
pub(crate) fn login_as_json(login: &Login) -> Value {
    let mut attributes = Map::new();
    for attribute in &login.attributes {
        let values = attributes.entry(&attribute.name).or_insert_with(|| json!([]));
        let values = values.as_array_mut().expect("only arrays are put there");
        values.extend(attribute.values.iter().map(|value| json!(value)));
    }
    let mut signed_by: Vec<&str> = login.signed_by.iter().map(|by| by.element).collect();
    signed_by.sort_unstable();
    json!({
        "ok": true,
        "issuer": login.issuer,
        "nameId": { "value": login.name_id.value, "format": login.name_id.format },
        "attributes": attributes,
        "initiatedBy": if login.in_response_to.is_some() { "sp" } else { "idp" },
        "inResponseTo": login.in_response_to,
        "sessionIndex": login.session_index,
        "authnInstant": login.authn_instant.map(Instant::milliseconds),
        "authnContext": login.authn_context,
        "audiences": login.audiences,
        "assertionId": login.assertion_id,
        "responseId": login.response_id,
        "signedBy": signed_by,
        "encrypted": login.encrypted,
        "groups": login.groups,
        "user": scim(login),
        "entra": login.entra.as_ref().map(|entra| json!({
            "tenantId": entra.tenant_id,
            "objectId": entra.object_id,
            "groups": entra.groups,
            "groupsOverage": entra.groups_overage,
            "mfa": entra.mfa,
            "roles": entra.roles,
        })),
    })
}

/// The user as the package shows it, without what is absent.
fn scim(login: &Login) -> Value {
    const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let user = &login.user;
    let present = |fields: Value| -> Value {
        let fields = fields.as_object().expect("an object").clone().into_iter();
        fields.filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>().into()
    };
    let list = |values: &[String], primary: bool| {
        let one = |value: &String| {
            if primary {
                json!({ "value": value, "primary": values.len() == 1 })
            } else {
                json!({ "value": value })
            }
        };
        (!values.is_empty()).then(|| values.iter().map(one).collect::<Vec<_>>())
    };
    let extension = present(json!({
        "employeeNumber": user.employee_number,
        "costCenter": user.cost_center,
        "organization": user.organization,
        "division": user.division,
        "department": user.department,
        "manager": user.manager.as_ref().map(|value| json!({ "value": value })),
    }));
    let extended = extension.as_object().is_some_and(|fields| !fields.is_empty());
    let name = present(json!({ "givenName": user.given_name, "familyName": user.family_name }));
    let named = name.as_object().is_some_and(|fields| !fields.is_empty());
    let mut schemas = vec!["urn:ietf:params:scim:schemas:core:2.0:User"];
    schemas.extend(extended.then_some(ENTERPRISE));
    present(json!({
        "schemas": schemas,
        "externalId": user.external_id,
        "userName": user.user_name,
        "name": named.then_some(name),
        "displayName": user.display_name,
        "title": user.title,
        "preferredLanguage": user.preferred_language,
        "emails": list(&user.emails, true),
        "roles": list(&user.roles, false),
        "active": true,
        ENTERPRISE: extended.then_some(extension),
    }))
}

/// Validates a message and decrypts for the service provider as a runtime would.
pub(crate) fn inspect(
    provider: &ServiceProvider,
    message: &[u8],
    context: &Context,
    keys: &[TestKey],
) -> Result<Report, SetupError> {
    let pkcs8: Vec<Vec<u8>> = keys.iter().map(|key| key.pkcs8()).collect();
    let mut step = provider.begin(message, context)?;
    loop {
        match step {
            Step::Done(report) => return Ok(*report),
            Step::Need(validation) => {
                let perform = |task: Task<'_>| match task {
                    Task::Decrypt(task) => Answer::Decrypt(decryption::decrypt(task, &pkcs8)),
                    other => other.perform(),
                };
                let answers = validation.tasks().into_iter().map(perform).collect();
                step = validation.resume(answers);
            }
        }
    }
}

/// The keys that the option decryptionKeys names.
pub(crate) fn decryption_keys(options: &Map<String, Value>) -> Vec<TestKey> {
    let keys = options.get("decryptionKeys").and_then(Value::as_array);
    let named = |key: &Value| {
        let file = key["keyFile"].as_str().expect("keyFile");
        let of = |known: &&TestKey| file == format!("keys/{}.key.pem", known.name());
        *TestKey::ALL.iter().find(of).expect("one of the test keys")
    };
    keys.into_iter().flatten().map(named).collect()
}

/// Options by their JavaScript names.
pub(crate) fn read_options(given: &Map<String, Value>, now: Instant) -> Options {
    let mut options = Options::default();
    for (name, value) in given {
        set(&mut options, name, value, now);
    }
    options
}

fn set(options: &mut Options, name: &str, value: &Value, now: Instant) {
    let text = || value.as_str().expect("a text").to_owned();
    let flag = || value.as_bool().expect("true or false");
    let seconds = || {
        let seconds = value.as_u64().expect("a number of seconds");
        Seconds(u32::try_from(seconds).expect("not so many seconds"))
    };
    match name {
        "profile" => options.profile = Some(text()),
        "entityId" => options.entity_id = Some(text()),
        "replyUrls" => options.reply_urls = texts(value),
        "signOnUrl" => options.sign_on_url = Some(text()),
        "logoutUrl" => options.logout_url = Some(text()),
        "allowUnsignedLogout" => options.allow_unsigned_logout = flag(),
        "idp" => options.identity_providers = identity_providers(value, now),
        "requireSigned" => {
            options.require_signed = match text().as_str() {
                "any" => RequireSigned::Any,
                "assertion" => RequireSigned::Assertion,
                "response" => RequireSigned::Response,
                "both" => RequireSigned::Both,
                other => panic!("requireSigned {other}"),
            }
        }
        "allowIdpInitiated" => options.allow_idp_initiated = flag(),
        "clockSkewSeconds" => options.clock_skew = seconds(),
        "requireMfa" => options.require_mfa = flag(),
        "requireAuthnContext" => options.require_authn_context = texts(value),
        "maxAssertionAgeSeconds" => options.max_assertion_age = Some(seconds()),
        "maxAuthnAgeSeconds" => options.max_authn_age = Some(seconds()),
        "sessionExpiry" => {
            options.session_expiry = match text().as_str() {
                "enforce" => SessionExpiry::Enforce,
                "report" => SessionExpiry::Report,
                other => panic!("sessionExpiry {other}"),
            }
        }
        "certificateExpiry" => {
            options.certificate_expiry = match text().as_str() {
                "fail" => CertificateExpiry::Fail,
                "ignore" => CertificateExpiry::Ignore,
                "warn" => CertificateExpiry::Warn,
                other => panic!("certificateExpiry {other}"),
            }
        }
        "decryptionKeys" => options.can_decrypt = true,
        "requireEncrypted" => options.require_encrypted = flag(),
        "algorithms" => options.allow_sha1 = value["allowSha1"].as_bool().expect("a flag"),
        "claims" => {
            let fields = value.as_object().expect("an object").iter();
            let read = |(name, sources): (&String, &Value)| {
                let one = sources.as_str().map(|source| vec![source.to_owned()]);
                let field = Field::by_name(name).expect("a field");
                (field, one.unwrap_or_else(|| texts(sources)))
            };
            options.claims = fields.map(read).collect();
        }
        "requiredClaims" => options.required_claims = Some(texts(value)),
        "additionalAudiences" => options.additional_audiences = texts(value),
        "limits" => {
            let bytes = value["inputBytes"].as_u64().expect("limits.inputBytes");
            let input_bytes = usize::try_from(bytes).expect("not so many bytes");
            options.limits = Limits { input_bytes, ..Limits::message() };
        }
        other => panic!("the option {other} is not known to this runner"),
    }
}

fn identity_providers(value: &Value, now: Instant) -> Vec<IdentityProvider> {
    if let Value::Array(many) = value {
        return many.iter().flat_map(|one| identity_providers(one, now)).collect();
    }
    if let Some(file) = value["metadataFile"].as_str() {
        let xml = fs::read(data(file)).expect("the metadata is there");
        return vec![IdentityProvider::from_metadata(&xml, None, now).expect("it is good")];
    }
    let key = |text: &String| TrustedKey::from_text(text).expect("a certificate");
    vec![IdentityProvider::new(
        value["entityId"].as_str().expect("idp.entityId").to_owned(),
        texts(&value["certificates"]).iter().map(key).collect(),
    )]
}

fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().expect("an array").iter();
    items.map(|item| item.as_str().expect("a text").to_owned()).collect()
}

fn data(file: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file)
}
