//! Single Logout (SAML core 3.7): what a LogoutRequest and a LogoutResponse say, and writing them.
//!
//! [`LogoutMessage`] holds facts that judge nothing and prove nothing. [`ProvenLogout`] holds facts
//! that were read from what a trusted key signed, and is made from that alone.

mod written;

use super::assertion::NameId;
use super::delivery::SignedQuery;
use super::element::{Issuer, Text, Time, optional, required};
use super::names::{ASSERTION, PROTOCOL, STATUS_SUCCESS};
use super::response::StatusFacts;
use crate::dsig::{self, Signed};
use crate::xml::{Document, Element, ElementId, Misplaced, Sequence};
pub use written::{Envelope, Principal, request_xml, response_xml};

/// Second-level status code: others of the session may still be signed in.
pub const STATUS_PARTIAL_LOGOUT: &str = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout";

/// Which of the two messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoutKind {
    /// A LogoutRequest.
    Request,
    /// A LogoutResponse.
    Response,
}

impl LogoutKind {
    /// The name of the element.
    pub const fn element(self) -> &'static str {
        match self {
            Self::Request => "LogoutRequest",
            Self::Response => "LogoutResponse",
        }
    }
}

/// A logout message, merely claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutMessage {
    /// The element.
    pub at: ElementId,
    /// ID.
    pub id: String,
    /// Version, which must be `2.0`.
    pub version: Option<String>,
    /// IssueInstant.
    pub issue_instant: Time,
    /// Destination, where there is one that is not empty.
    pub destination: Option<String>,
    /// Issuer.
    pub issuer: Option<Issuer>,
    /// What the one kind says and the other does not.
    pub content: LogoutContent,
}

/// What is particular to a request or a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogoutContent {
    /// Of a LogoutRequest.
    Request(RequestFacts),
    /// Of a LogoutResponse.
    Response(ResponseFacts),
}

/// What a LogoutRequest says (SAML core 3.7.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestFacts {
    /// NotOnOrAfter.
    pub not_on_or_after: Option<Time>,
    /// Reason, a URI as a rule.
    pub reason: Option<String>,
    /// NameID, where there is a plain one.
    pub name_id: Option<NameId>,
    /// EncryptedID, where there is one.
    pub encrypted_id: Option<ElementId>,
    /// The sessions meant, in document order. None: all of them.
    pub session_indexes: Vec<String>,
}

/// What a LogoutResponse says (SAML core 3.7.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseFacts {
    /// InResponseTo.
    pub in_response_to: Option<String>,
    /// Status.
    pub status: StatusFacts,
}

impl LogoutMessage {
    /// Reads a logout message by the schema. The root must be of the kind that is wanted.
    pub fn read(document: &Document, kind: LogoutKind) -> Result<Self, Misplaced> {
        let root = document.root();
        if !root.is(PROTOCOL, kind.element()) {
            return Err(Misplaced {
                at: root.id(),
                expected: format!("a SAML 2.0 {}", kind.element()),
                found: root.local_name().to_owned(),
            });
        }
        // Where Signatures may stand and how many is for the signature check to say.
        let mut children = Sequence::without(root, dsig::is_signature)?;
        let issuer = Issuer::take(&mut children)?;
        children.take(PROTOCOL, "Extensions");
        let content = match kind {
            LogoutKind::Request => LogoutContent::Request(RequestFacts::read(root, &mut children)?),
            LogoutKind::Response => LogoutContent::Response(ResponseFacts {
                in_response_to: optional(root, "InResponseTo"),
                status: StatusFacts::read(children.need(PROTOCOL, "Status")?)?,
            }),
        };
        children.end()?;
        Ok(Self {
            at: root.id(),
            id: required(root, "ID")?,
            version: optional(root, "Version"),
            issue_instant: Time::need(root, "IssueInstant")?,
            destination: optional(root, "Destination").filter(|url| !url.is_empty()),
            issuer,
            content,
        })
    }

    /// What a request says; `None` for a response.
    pub fn request(&self) -> Option<&RequestFacts> {
        match &self.content {
            LogoutContent::Request(facts) => Some(facts),
            LogoutContent::Response(_) => None,
        }
    }

    /// What a response says; `None` for a request.
    pub fn response(&self) -> Option<&ResponseFacts> {
        match &self.content {
            LogoutContent::Request(_) => None,
            LogoutContent::Response(facts) => Some(facts),
        }
    }

    /// Which of the two it is.
    pub fn kind(&self) -> LogoutKind {
        match self.content {
            LogoutContent::Request(_) => LogoutKind::Request,
            LogoutContent::Response(_) => LogoutKind::Response,
        }
    }
}

impl RequestFacts {
    /// One identifier of one of three kinds, then any number of SessionIndex.
    fn read(root: Element<'_>, children: &mut Sequence<'_>) -> Result<Self, Misplaced> {
        let name_id = children.take(ASSERTION, "NameID").map(NameId::read).transpose()?;
        let encrypted_id = match name_id {
            Some(_) => None,
            None => children.take(ASSERTION, "EncryptedID").map(Element::id),
        };
        if name_id.is_none() && encrypted_id.is_none() {
            // An identifier that only extensions of SAML know: read as nobody.
            children.need(ASSERTION, "BaseID").map_err(|misplaced| Misplaced {
                expected: "NameID or EncryptedID".to_owned(),
                ..misplaced
            })?;
        }
        let mut session_indexes = Vec::new();
        while let Some(index) = children.take(PROTOCOL, "SessionIndex") {
            session_indexes.push(Text::of(index)?.value);
        }
        Ok(Self {
            not_on_or_after: Time::of(root, "NotOnOrAfter"),
            reason: optional(root, "Reason"),
            name_id,
            encrypted_id,
            session_indexes,
        })
    }
}

impl ResponseFacts {
    /// The user is signed out, but not everywhere: the second-level code below Success says that
    /// other participants of the session did not confirm (SAML core 3.7.3.2). samlp, the library
    /// of Auth0, writes it as the one code there is, which can mean nothing else.
    pub fn is_partial(&self) -> bool {
        let codes: Vec<&str> = self.status.codes.iter().map(String::as_str).collect();
        match codes.as_slice() {
            [STATUS_SUCCESS, below @ ..] => below.contains(&STATUS_PARTIAL_LOGOUT),
            [only] => *only == STATUS_PARTIAL_LOGOUT,
            _ => false,
        }
    }
}

/// What vouches for a logout message.
#[derive(Debug)]
enum Voucher {
    Enveloped,
    Query {
        relay_state: Option<String>,
    },
    /// Nothing: the service provider accepts unsigned messages.
    Permission,
}

/// That this service provider accepts unsigned logout messages. Only its policy says so.
#[derive(Clone, Copy, Debug)]
pub struct UnsignedAccepted(());

impl UnsignedAccepted {
    /// Anybody can then sign anybody out: the caller says that this was asked for.
    pub(crate) const fn danger_as_configured() -> Self {
        Self(())
    }
}

/// The facts of a logout message, read from octets that a trusted key signed: the element itself,
/// or the query it came in.
///
/// ```compile_fail,E0451
/// # fn forge(facts: countersign::saml::logout::LogoutMessage) {
/// countersign::saml::logout::ProvenLogout { facts, voucher: todo!() };
/// # }
/// ```
#[derive(Debug)]
pub struct ProvenLogout {
    facts: LogoutMessage,
    voucher: Voucher,
}

impl ProvenLogout {
    /// From a signature in the message, which covers all of it.
    pub fn read(signed: &Signed, kind: LogoutKind) -> Result<Self, Misplaced> {
        let facts = LogoutMessage::read(signed.document(), kind)?;
        Ok(Self { facts, voucher: Voucher::Enveloped })
    }

    /// From a signature over the query, which covers RelayState as well.
    pub fn read_query(signed: &SignedQuery, kind: LogoutKind) -> Result<Self, Misplaced> {
        let facts = LogoutMessage::read(signed.root().document(), kind)?;
        let relay_state = signed.relay_state().map(str::to_owned);
        Ok(Self { facts, voucher: Voucher::Query { relay_state } })
    }

    /// From a message that nobody signed, where the service provider accepts such.
    pub(crate) fn read_unsigned(
        document: &Document,
        kind: LogoutKind,
        _accepted: UnsignedAccepted,
    ) -> Result<Self, Misplaced> {
        let facts = LogoutMessage::read(document, kind)?;
        Ok(Self { facts, voucher: Voucher::Permission })
    }

    /// Puts what was decrypted in the place of the EncryptedID.
    pub(crate) fn fill(&mut self, at: ElementId, plaintext: &Document) -> Result<(), Misplaced> {
        let root = plaintext.root();
        let LogoutContent::Request(facts) = &mut self.facts.content else {
            return Err(misplaced(root, "no EncryptedID"));
        };
        if facts.encrypted_id != Some(at) || !root.is(ASSERTION, "NameID") {
            return Err(misplaced(root, "a NameID"));
        }
        // Where it stands is where its ciphertext does.
        facts.name_id = Some(NameId { at, ..NameId::read(root)? });
        facts.encrypted_id = None;
        Ok(())
    }

    /// The facts.
    pub fn facts(&self) -> &LogoutMessage {
        &self.facts
    }

    /// Whether a trusted key signed them.
    pub fn is_signed(&self) -> bool {
        !matches!(self.voucher, Voucher::Permission)
    }

    /// RelayState, where the signature covers it; `None` where none does.
    pub fn relay_state(&self) -> Option<Option<&str>> {
        match &self.voucher {
            Voucher::Query { relay_state } => Some(relay_state.as_deref()),
            Voucher::Enveloped | Voucher::Permission => None,
        }
    }
}

fn misplaced(element: Element<'_>, expected: &str) -> Misplaced {
    let found = element.local_name().to_owned();
    Misplaced { at: element.id(), expected: expected.to_owned(), found }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::saml::names::FORMAT_UNSPECIFIED;
    use crate::saml::time::Instant;
    use crate::xml::Limits;

    const ENVELOPE: Envelope<'static> = Envelope {
        id: "_1",
        issue_instant: Instant::from_milliseconds(0),
        destination: "https://idp/slo?a=1&b=2",
        issuer: "https://sp/",
    };

    fn read(xml: &str, kind: LogoutKind) -> Result<LogoutMessage, Misplaced> {
        let document = Document::parse(xml.as_bytes(), &Limits::message()).unwrap();
        LogoutMessage::read(&document, kind)
    }

    #[test]
    fn what_is_written_is_read_again() {
        let principal = Principal {
            name_id: "<B. Simon & \"co\">".into(),
            format: Some("urn:format".into()),
            name_qualifier: Some("urn:n".into()),
            sp_name_qualifier: Some("urn:s".into()),
            session_indexes: vec!["_s1".into(), "<s2>".into()],
        };
        let until = Instant::from_milliseconds(1000);
        let xml = request_xml(ENVELOPE, &principal, Some("urn:user"), Some(until));
        let message = read(&xml, LogoutKind::Request).unwrap();
        let facts = message.request().unwrap();
        let name_id = facts.name_id.as_ref().unwrap();
        assert_eq!(
            (name_id.value.as_str(), name_id.format.as_str()),
            ("<B. Simon & \"co\">", "urn:format")
        );
        assert_eq!(name_id.name_qualifier.as_deref(), Some("urn:n"));
        assert_eq!(name_id.sp_name_qualifier.as_deref(), Some("urn:s"));
        assert_eq!(facts.session_indexes, ["_s1", "<s2>"]);
        assert_eq!(facts.reason.as_deref(), Some("urn:user"));
        assert_eq!(facts.not_on_or_after.as_ref().unwrap().instant, Some(until));
        assert_eq!(message.destination.as_deref(), Some("https://idp/slo?a=1&b=2"));
        assert_eq!(message.issuer.unwrap().value, "https://sp/");
        assert_eq!((message.id.as_str(), message.version.as_deref()), ("_1", Some("2.0")));

        let codes = [STATUS_SUCCESS, STATUS_PARTIAL_LOGOUT];
        let message = read(&response_xml(ENVELOPE, "_r", &codes), LogoutKind::Response).unwrap();
        let facts = message.response().unwrap();
        assert_eq!(facts.status.codes, codes);
        assert_eq!(facts.in_response_to.as_deref(), Some("_r"));
        assert!(facts.is_partial());
        let is_partial = |codes: &[&str]| {
            let xml = response_xml(ENVELOPE, "_r", codes);
            read(&xml, LogoutKind::Response).unwrap().response().unwrap().is_partial()
        };
        assert!(is_partial(&[STATUS_PARTIAL_LOGOUT]));
        assert!(!is_partial(&["urn:failed", STATUS_PARTIAL_LOGOUT]));
        assert!(!is_partial(&[STATUS_PARTIAL_LOGOUT, "urn:failed"]));
        assert!(!is_partial(&[STATUS_SUCCESS]));
    }

    #[test]
    fn unspecified_is_what_a_missing_format_means() {
        let principal = Principal {
            name_id: "x".into(),
            format: Some(FORMAT_UNSPECIFIED.into()),
            name_qualifier: None,
            sp_name_qualifier: None,
            session_indexes: Vec::new(),
        };
        let xml = request_xml(ENVELOPE, &principal, None, None);
        assert!(!xml.contains("Format") && !xml.contains("SessionIndex"), "{xml}");
        let message = read(&xml, LogoutKind::Request).unwrap();
        let name_id = message.request().unwrap().name_id.as_ref().unwrap();
        assert_eq!(name_id.format, FORMAT_UNSPECIFIED);
    }

    #[test]
    fn the_schema_is_held() {
        let request = |content: &str| {
            let xml = format!(
                "<p:LogoutRequest xmlns:p='{PROTOCOL}' xmlns='{ASSERTION}' ID='_1' Version='2.0' \
                 IssueInstant='2026-03-10T09:00:00Z'>{content}</p:LogoutRequest>"
            );
            read(&xml, LogoutKind::Request)
        };
        assert!(request("<Issuer>i</Issuer><NameID>n</NameID>").is_ok());
        assert!(request("<NameID>n</NameID><p:SessionIndex>1</p:SessionIndex>").is_ok());
        assert!(request("<p:Extensions><x/></p:Extensions><EncryptedID/>").is_ok());
        assert!(request("<BaseID/>").unwrap().request().unwrap().name_id.is_none());
        for bad in [
            "",
            "<Issuer>i</Issuer>",
            "<NameID>n</NameID><NameID>m</NameID>",
            "<NameID>n</NameID><EncryptedID/>",
            "<NameID>n<!-- -->m</NameID>",
            "<NameID>n</NameID><SessionIndex>1</SessionIndex>",
            "<p:SessionIndex>1</p:SessionIndex><NameID>n</NameID>",
            "<NameID>n</NameID><p:SessionIndex>1<?x?></p:SessionIndex>",
            "<NameID>n</NameID><Issuer>i</Issuer>",
            "text<NameID>n</NameID>",
            "<NameID>n</NameID><p:Status/>",
        ] {
            assert!(request(bad).is_err(), "{bad}");
        }
        assert!(read("<LogoutRequest/>", LogoutKind::Request).is_err());
        let request = request_xml(
            ENVELOPE,
            &Principal {
                name_id: "x".into(),
                format: None,
                name_qualifier: None,
                sp_name_qualifier: None,
                session_indexes: Vec::new(),
            },
            None,
            None,
        );
        assert!(read(&request, LogoutKind::Response).is_err());
        assert!(read(&response_xml(ENVELOPE, "_1", &["x"]), LogoutKind::Request).is_err());
    }
}
