//! One failed login: what the administrator did, what arrives, and what a diagnosis has to name.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_test_idp::{
    Application, Idp, MetadataSpec, PERSISTENT, ResponseSpec, TestKey, User,
};
use serde_json::{Value, json};

use crate::case::{self, Case, REQUEST};

/// Makes what is handed over of the XML of a message.
type Sending = Box<dyn Fn(&[u8]) -> Vec<u8>>;

/// A case with what its diagnosis has to hold.
pub(crate) struct Entry {
    case: Case,
    facts: Vec<String>,
    names: Vec<&'static str>,
    sent: Option<Sending>,
    twice: bool,
}

/// Words that name a cause, whoever says them: regular expressions, case left aside.
pub(crate) mod names {
    /// The address.
    pub(crate) const ADDRESS: &[&str] =
        &["destination", "recipient", "reply.?url", "acs", "assertion ?consumer"];
    /// The name of the application.
    pub(crate) const AUDIENCE: &[&str] = &["audience", "identifier", "entity.?id"];
    /// The identity provider.
    pub(crate) const ISSUER: &[&str] = &["issuer", "tenant", "identity provider"];
    /// The certificate, and not the signature alone.
    pub(crate) const CERTIFICATE: &[&str] =
        &["certificate", "thumbprint", "\\bkey\\b", "public key", "\\bcert\\b"];
    /// The clock.
    pub(crate) const CLOCK: &[&str] =
        &["clock", "time ?zone", "\\bntp\\b", "not yet valid", "expired", "timestamp"];
    /// The request.
    pub(crate) const REQUEST: &[&str] =
        &["inresponseto", "in_response_to", "cookie", "another request", "unsolicited"];
}

impl Entry {
    /// Refused with this code (without `ERR_SAML_`) by this check.
    pub(crate) fn refused(case: Case, code: &str, check: &str) -> Self {
        Self {
            case: case.refused(code, check),
            facts: Vec::new(),
            names: Vec::new(),
            sent: None,
            twice: false,
        }
    }

    /// What the diagnosis holds, to the letter.
    pub(crate) fn facts<const N: usize>(mut self, facts: [&str; N]) -> Self {
        self.facts = facts.map(str::to_owned).into();
        self
    }

    /// By what a message of any library is taken to name the cause.
    pub(crate) fn named(mut self, names: &[&'static str]) -> Self {
        self.names.extend(names);
        self
    }

    /// Changes what is handed to the service provider: by default base64 of the message.
    pub(crate) fn sent(mut self, change: impl Fn(&[u8]) -> Vec<u8> + 'static) -> Self {
        self.sent = Some(Box::new(change));
        self
    }

    /// The same message is presented again, to a service provider with a store.
    pub(crate) fn twice(mut self) -> Self {
        self.twice = true;
        self
    }

    /// As a line of the catalogue.
    pub(crate) fn line(self) -> Value {
        let finished = self.case.finish();
        assert!(!self.facts.is_empty(), "{}: no facts", finished.line.id);
        assert!(!self.names.is_empty(), "{}: no names", finished.line.id);
        let mut line = serde_json::to_value(&finished.line).expect("a line");
        let line = line.as_object_mut().expect("an object");
        let item = line.remove("class").expect("a class");
        let sent = match &self.sent {
            Some(change) => change(&finished.xml),
            None => finished.file,
        };
        let (field, value) = match String::from_utf8(sent) {
            Ok(text) => ("message", text),
            Err(error) => ("messageBytes", STANDARD.encode(error.as_bytes())),
        };
        line.remove("message");
        let mut expect = line.remove("expect").expect("a verdict");
        expect.as_object_mut().expect("an object").remove("ok");
        expect["facts"] = json!(self.facts);
        let mut all = json!({
            "id": line["id"],
            "item": item,
            "why": line["why"],
            "options": line["options"],
            "context": line["context"],
            field: value,
            "expect": expect,
            "names": self.names,
        });
        if self.twice {
            all["twice"] = json!(true);
        }
        all
    }
}

pub(crate) use case::{amplitude, aws};

/// Identifier and Reply URL of the application that is no product's.
pub(crate) const IDENTIFIER: &str = "https://app.example.com/saml/metadata";
/// Its Reply URL.
pub(crate) const REPLY_URL: &str = "https://app.example.com/saml/acs";

/// An identity provider by its product.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Product {
    AdFs,
    Entra,
    Google,
    Keycloak,
    Okta,
    Other,
}

impl Product {
    /// File name, entity ID and single sign-on address.
    fn facts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::AdFs => (
                "ad-fs",
                "http://adfs.contoso.com/adfs/services/trust",
                "https://adfs.contoso.com/adfs/ls/",
            ),
            Self::Entra => ("", "", ""),
            Self::Google => (
                "google",
                "https://accounts.google.com/o/saml2?idpid=C01abcdef",
                "https://accounts.google.com/o/saml2/idp?idpid=C01abcdef",
            ),
            Self::Keycloak => (
                "keycloak",
                "https://sso.contoso.com/realms/staff",
                "https://sso.contoso.com/realms/staff/protocol/saml",
            ),
            Self::Okta => (
                "okta",
                "http://www.okta.com/exk1fcia6d6EMsf331d8",
                "https://contoso.okta.com/app/contoso_app_1/exk1fcia6d6EMsf331d8/sso/saml",
            ),
            Self::Other => {
                ("other", "https://idp.example.org/saml2", "https://idp.example.org/saml2/sso")
            }
        }
    }

    fn idp(self) -> Idp {
        if self == Self::Entra {
            return Idp::contoso();
        }
        let (name, entity_id, _) = self.facts();
        let mut idp = Idp::tenant(name, &[TestKey::ENTRA_ACTIVE]);
        idp.entity_id = entity_id.into();
        idp
    }

    fn response(self, id: &str) -> ResponseSpec {
        let application = Application {
            identifier: IDENTIFIER.into(),
            reply_url: REPLY_URL.into(),
            name_id_format: PERSISTENT.into(),
        };
        let idp = self.idp();
        let mut spec = idp.response(id, &application, &User::b_simon(), Some(REQUEST));
        if self != Self::Entra {
            let values =
                [("email", "B.Simon@contoso.com"), ("firstName", "B."), ("lastName", "Simon")];
            spec.assertion().attributes =
                values.map(|(name, value)| (name.into(), vec![value.into()])).into();
        }
        spec
    }

    /// An application of no known product, at this identity provider.
    pub(crate) fn case(self, id: &str, item: &'static str, why: &str) -> Case {
        let (file, ..) = self.facts();
        let file = match self {
            Self::Entra => "metadata/contoso.xml".to_owned(),
            _ => format!("../diagnosis/metadata/{file}.xml"),
        };
        let options = json!({
            "entityId": IDENTIFIER,
            "replyUrls": [REPLY_URL],
            "idp": { "metadataFile": file },
        });
        Case::of(id, item, why, self.response(id), options)
    }
}

/// The metadata of all products.
pub(crate) fn documents() -> BTreeMap<String, String> {
    let products =
        [Product::AdFs, Product::Google, Product::Keycloak, Product::Okta, Product::Other];
    let document = |product: Product| {
        let (file, _, endpoint) = product.facts();
        let spec = MetadataSpec {
            endpoint: endpoint.into(),
            signature: None,
            ws_federation: false,
            ..product.idp().metadata()
        };
        (format!("metadata/{file}.xml"), spec.to_xml())
    };
    products.into_iter().map(document).collect()
}

/// The base64 of a message, as a form has it.
pub(crate) fn base64(xml: &[u8]) -> String {
    STANDARD.encode(xml)
}
