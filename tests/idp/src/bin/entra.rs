//! A simulated Entra ID for tests in other languages: reads orders, one JSON object a line, and
//! writes what each one made, one JSON object a line.
//!
//! An order has one property, which says what is made or read: `metadata`, `response`,
//! `certificate`, `request` (what a login request says) or `application` (what the metadata file of
//! an application says). What Entra ID would let pass, whoever writes the orders decides. Reads no
//! clock: an order states its time.

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use countersign_test_idp::algorithms::{RSA_SHA1, SHA1};
use countersign_test_idp::tree::ASSERTION;
use countersign_test_idp::{
    Application, Element, EncryptionSpec, Idp, Moment, Node, ResponseSpec, SigningOption, TestKey,
    User, id, parse,
};
use serde::Deserialize;
use serde_json::{Value, json};

const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum Order {
    Application { xml: String },
    Certificate { key: Key },
    Metadata(MetadataOrder),
    Request { xml: String },
    Response(Box<ResponseOrder>),
}

/// Federation Metadata XML: of an application, or of the whole tenant.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MetadataOrder {
    tenant_id: String,
    /// Tells the documents of one tenant apart, as their IDs do.
    seed: String,
    /// The signing certificates in order; the first one signs.
    keys: Vec<Key>,
}

/// A Response in answer to a request, or to none.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ResponseOrder {
    tenant_id: String,
    key: Key,
    /// Tells the IDs of one message from another's.
    seed: String,
    /// Milliseconds since 1970.
    issued_at: i64,
    /// Milliseconds since 1970: when the user authenticated.
    authenticated_at: i64,
    audience: String,
    reply_url: String,
    in_response_to: Option<String>,
    name_id: Option<String>,
    name_id_format: String,
    claims: Vec<(String, Vec<String>)>,
    signing: Signing,
    sha1: bool,
    /// Whose certificate was uploaded under Token encryption.
    encrypt_for: Option<Key>,
    /// What is reported instead of an assertion.
    status: Option<StatusOrder>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StatusOrder {
    codes: Vec<String>,
    message: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Signing {
    Assertion,
    Response,
    Both,
}

/// A test key by its name.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct Key(TestKey);

impl TryFrom<String> for Key {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        TestKey::by_name(&name).map(Self).ok_or_else(|| format!("there is no test key {name}"))
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        let order: Order = serde_json::from_str(&line).map_err(|error| error.to_string())?;
        writeln!(out, "{}", carry_out(order)?).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn carry_out(order: Order) -> Result<Value, String> {
    Ok(match order {
        Order::Application { xml } => application(&parse(&xml)?)?,
        Order::Certificate { key: Key(key) } => json!({
            "base64": key.certificate_base64(),
            "pem": key.certificate_pem(),
        }),
        Order::Metadata(order) => json!({ "xml": order.xml() }),
        Order::Request { xml } => request(&parse(&xml)?)?,
        Order::Response(order) => {
            let spec = order.spec();
            json!({ "xml": spec.issue().to_xml(), "id": spec.id })
        }
    })
}

impl MetadataOrder {
    fn xml(&self) -> String {
        let keys: Vec<TestKey> = self.keys.iter().map(|key| key.0).collect();
        let mut spec = Idp::tenant(&self.tenant_id, &keys).metadata();
        spec.id = id(&self.seed, "metadata");
        spec.to_xml()
    }
}

impl ResponseOrder {
    fn spec(self) -> ResponseSpec {
        let application = Application {
            identifier: self.audience,
            reply_url: self.reply_url,
            name_id_format: self.name_id_format,
        };
        let tenant = Idp::tenant(&self.tenant_id, &[self.key.0]);
        // Whoever it is: the claims are replaced.
        let user = User::b_simon();
        let request = self.in_response_to.as_deref();
        let mut spec = tenant.response(&self.seed, &application, &user, request);
        let issued = moment(self.issued_at);
        let until = issued.plus_seconds(3600).text();
        spec.issue_instant = issued;
        spec.confirmation().not_on_or_after = Some(until.clone());
        spec.authn().authn_instant = moment(self.authenticated_at).text();
        let assertion = spec.assertion();
        assertion.issue_instant = issued;
        assertion.not_before = Some(issued.plus_seconds(-300).text());
        assertion.not_on_or_after = Some(until);
        assertion.name_id = self.name_id;
        assertion.attributes = self.claims;
        spec.signing = match self.signing {
            Signing::Assertion => SigningOption::Assertion,
            Signing::Response => SigningOption::Response,
            Signing::Both => SigningOption::Both,
        };
        if self.sha1 {
            spec.sign_with(self.key.0, RSA_SHA1, SHA1);
        }
        spec.encryption = self.encrypt_for.map(|key| EncryptionSpec::new(key.0));
        if let Some(status) = self.status {
            spec.status_codes = status.codes;
            spec.status_message = Some(status.message);
            spec.assertions.clear();
        }
        spec
    }
}

fn moment(unix_milliseconds: i64) -> Moment {
    let issued = Moment::ISSUED;
    issued.plus_milliseconds(unix_milliseconds - issued.unix_milliseconds())
}

/// What an AuthnRequest says, as far as Entra ID looks at it.
fn request(element: &Element) -> Result<Value, String> {
    if element.local != "AuthnRequest" {
        return Err(format!("a {} is no AuthnRequest", element.local));
    }
    let issuer = child(element, "Issuer").filter(|issuer| issuer.namespace == ASSERTION);
    let context = child(element, "RequestedAuthnContext");
    Ok(json!({
        "id": element.get("ID"),
        "issueInstant": element.get("IssueInstant"),
        "destination": element.get("Destination"),
        "assertionConsumerServiceUrl": element.get("AssertionConsumerServiceURL"),
        "forceAuthn": element.get("ForceAuthn") == Some("true"),
        "isPassive": element.get("IsPassive") == Some("true"),
        "issuer": issuer.map(content),
        "nameIdFormat": child(element, "NameIDPolicy").and_then(|policy| policy.get("Format")),
        "hasSubject": child(element, "Subject").is_some(),
        "requestedAuthnContext": context.map(|context| json!({
            "comparison": context.get("Comparison").unwrap_or("exact"),
            "classes": elements(context)
                .filter(|one| one.local == "AuthnContextClassRef")
                .map(content)
                .collect::<Vec<_>>(),
        })),
    }))
}

/// What "Upload metadata file" takes out of the metadata of an application. The default Reply URL
/// comes first.
fn application(entity: &Element) -> Result<Value, String> {
    let descriptor = child(entity, "SPSSODescriptor")
        .ok_or_else(|| format!("a {} without an SPSSODescriptor", entity.local))?;
    let mut services: Vec<&Element> = elements(descriptor)
        .filter(|one| one.local == "AssertionConsumerService" && one.get("Binding") == Some(POST))
        .collect();
    services.sort_by_key(|service| service.get("isDefault") != Some("true"));
    Ok(json!({
        "identifier": entity.get("entityID"),
        "replyUrls": services.iter().map(|service| service.get("Location")).collect::<Vec<_>>(),
    }))
}

fn elements(element: &Element) -> impl Iterator<Item = &Element> {
    element.children.iter().filter_map(|node| match node {
        Node::Element(child) => Some(child),
        _ => None,
    })
}

fn child<'a>(element: &'a Element, local: &str) -> Option<&'a Element> {
    elements(element).find(|child| child.local == local)
}

fn content(element: &Element) -> String {
    let texts = element.children.iter().filter_map(|node| match node {
        Node::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<String>().trim().to_owned()
}
