//! Builds logout messages, and the queries and forms that carry them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::algorithms::{self, RSA_SHA256};
use crate::encryption::EncryptionSpec;
use crate::entra::{Idp, User, id};
use crate::keys::TestKey;
use crate::moment::Moment;
use crate::response::SUCCESS;
use crate::signature::{SignatureSpec, sign};
use crate::tree::{ASSERTION, Element, PROTOCOL};

/// What a LogoutRequest or LogoutResponse says.
#[derive(Clone, Debug)]
pub struct LogoutSpec {
    /// `LogoutRequest` or `LogoutResponse`, or anything else a test wants.
    pub element: String,
    /// ID.
    pub id: String,
    /// Version.
    pub version: String,
    /// IssueInstant.
    pub issue_instant: String,
    /// Destination.
    pub destination: Option<String>,
    /// Issuer.
    pub issuer: Option<String>,
    /// InResponseTo, of a response.
    pub in_response_to: Option<String>,
    /// Status codes from the outermost to the innermost, of a response.
    pub status_codes: Vec<String>,
    /// NameID, of a request.
    pub name_id: Option<String>,
    /// SessionIndex, of a request.
    pub session_indexes: Vec<String>,
    /// NotOnOrAfter, of a request.
    pub not_on_or_after: Option<String>,
    /// Reason, of a request.
    pub reason: Option<String>,
    /// How the NameID is encrypted, if it is.
    pub encryption: Option<EncryptionSpec>,
    /// The signature in the message, if there is one.
    pub signature: Option<SignatureSpec>,
}

/// How a message goes into a query. [`QuerySpec::new`] is what Entra ID does.
#[derive(Clone, Debug)]
pub struct QuerySpec {
    /// `SAMLRequest` or `SAMLResponse`.
    pub parameter: &'static str,
    /// RelayState.
    pub relay_state: Option<String>,
    /// Signs the query; without one it is not signed.
    pub key: Option<TestKey>,
    /// URI of the signature algorithm.
    pub algorithm: String,
    /// Whether escapes are written in lower case, as Entra ID and AD FS do.
    pub lower_case: bool,
}

impl Idp {
    /// A LogoutRequest for a user, signed nowhere: valid for five minutes.
    pub fn logout_request(&self, seed: &str, user: &User, logout_url: &str) -> LogoutSpec {
        LogoutSpec {
            name_id: Some(user.principal_name.clone()),
            session_indexes: vec![id(seed, "session")],
            not_on_or_after: Some(Moment::ISSUED.plus_seconds(300).text()),
            ..self.logout_message("LogoutRequest", seed, logout_url)
        }
    }

    /// A LogoutResponse, signed nowhere.
    pub fn logout_response(&self, seed: &str, request: &str, logout_url: &str) -> LogoutSpec {
        LogoutSpec {
            in_response_to: Some(request.into()),
            status_codes: vec![SUCCESS.into()],
            ..self.logout_message("LogoutResponse", seed, logout_url)
        }
    }

    fn logout_message(&self, element: &str, seed: &str, logout_url: &str) -> LogoutSpec {
        LogoutSpec {
            element: element.into(),
            id: id(seed, "logout"),
            version: "2.0".into(),
            issue_instant: Moment::ISSUED.text(),
            destination: Some(logout_url.into()),
            issuer: Some(self.entity_id.clone()),
            in_response_to: None,
            status_codes: Vec::new(),
            name_id: None,
            session_indexes: Vec::new(),
            not_on_or_after: None,
            reason: None,
            encryption: None,
            signature: None,
        }
    }

    /// The second name that Entra ID writes into logout messages.
    pub fn second_name(&self) -> String {
        format!("https://login.microsoftonline.com/{}/", self.tenant_id)
    }
}

impl LogoutSpec {
    /// The message, signed where it says so.
    pub fn issue(&self) -> Element {
        let mut message = self.unsigned();
        if let Some(signature) = &self.signature {
            sign(&mut message, &[], signature);
        }
        message
    }

    fn unsigned(&self) -> Element {
        let samlp = |local: &str| Element::new(&format!("samlp:{local}"), PROTOCOL);
        let saml = |local: &str| Element::new(local, ASSERTION);
        let mut message = samlp(&self.element)
            .with("ID", &self.id)
            .with("Version", &self.version)
            .with("IssueInstant", &self.issue_instant)
            .with_some("Destination", self.destination.as_deref())
            .with_some("InResponseTo", self.in_response_to.as_deref())
            .with_some("Reason", self.reason.as_deref())
            .with_some("NotOnOrAfter", self.not_on_or_after.as_deref());
        message = message.children(self.issuer.as_ref().map(|issuer| saml("Issuer").text(issuer)));
        if let Some(name_id) = &self.name_id {
            let name_id = saml("NameID").with("Format", crate::response::EMAIL).text(name_id);
            message = message.child(match &self.encryption {
                Some(spec) => spec.encrypt(&name_id, "EncryptedID", ASSERTION),
                None => name_id,
            });
        }
        let indexes = self.session_indexes.iter();
        message = message.children(indexes.map(|index| samlp("SessionIndex").text(index)));
        if self.status_codes.is_empty() {
            return message;
        }
        let code = |inner: Option<Element>, uri: &String| {
            Some(samlp("StatusCode").with("Value", uri).children(inner))
        };
        let codes = self.status_codes.iter().rev().fold(None, code);
        message.child(samlp("Status").children(codes))
    }
}

impl QuerySpec {
    /// Signed by `key` with its RSA-SHA256, escapes in lower case.
    pub fn new(parameter: &'static str, key: TestKey) -> Self {
        Self {
            parameter,
            relay_state: None,
            key: Some(key),
            algorithm: RSA_SHA256.into(),
            lower_case: true,
        }
    }

    /// The query for a message: `SAMLRequest=…&RelayState=…&SigAlg=…&Signature=…`.
    pub fn query(&self, xml: &str) -> String {
        let message = self.escaped(&STANDARD.encode(deflated(xml.as_bytes())));
        let mut query = format!("{}={message}", self.parameter);
        if let Some(relay_state) = &self.relay_state {
            query += &format!("&RelayState={}", self.escaped(relay_state));
        }
        if let Some(key) = self.key {
            query += &format!("&SigAlg={}", self.escaped(&self.algorithm));
            let signature = algorithms::sign(key, &self.algorithm, query.as_bytes());
            query += &format!("&Signature={}", self.escaped(&STANDARD.encode(signature)));
        }
        query
    }

    fn escaped(&self, text: &str) -> String {
        let mut escaped = String::new();
        for byte in text.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    escaped.push(char::from(byte));
                }
                other if self.lower_case => escaped += &format!("%{other:02x}"),
                other => escaped += &format!("%{other:02X}"),
            }
        }
        escaped
    }
}

/// DEFLATE in stored blocks (RFC 1951 3.2.4): nothing is compressed.
pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut blocks: Vec<&[u8]> = bytes.chunks(0xffff).collect();
    if blocks.is_empty() {
        blocks.push(&[]);
    }
    let last = blocks.len() - 1;
    let mut deflated = Vec::new();
    for (index, block) in blocks.into_iter().enumerate() {
        let length = u16::try_from(block.len()).expect("a block is short");
        deflated.push(u8::from(index == last));
        deflated.extend(length.to_le_bytes());
        deflated.extend((!length).to_le_bytes());
        deflated.extend(block);
    }
    deflated
}
