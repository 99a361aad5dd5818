//! The metadata that this service provider writes about itself.

use js_sys::{Object, Uint8Array};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::{Engine, options, set, thrown};
use crate::dsig::Certificate;
use crate::policy::Policy;
use crate::report::SetupError;
use crate::saml::metadata::{Contact, ContactKind, Organization};
use crate::saml::time::Seconds;
use crate::sp::ServiceProvider;
use crate::sp::metadata::{MetadataRequest, UnsignedMetadata, Written};

/// Metadata that waits for its signature.
#[wasm_bindgen]
pub struct Description(UnsignedMetadata);

#[wasm_bindgen]
impl Description {
    /// Puts the signature in: the XML.
    pub fn signed(self, signature: &[u8]) -> Result<String, JsValue> {
        self.0.with_signature(signature).map_err(|error| thrown(&error))
    }
}

#[wasm_bindgen]
impl Engine {
    /// Writes the metadata: `{ xml }`, or `{ task, ticket }` where it has to be signed first.
    pub fn metadata(&self, request: JsValue) -> Result<JsValue, JsValue> {
        written(&self.provider, request)
    }
}

/// The same for a service provider that has no identity provider yet.
#[wasm_bindgen(js_name = writeMetadata)]
pub fn write_metadata(options: JsValue, request: JsValue) -> Result<JsValue, JsValue> {
    let (options, _) = options::read(options).map_err(|error| thrown(&error))?;
    let policy = Policy::without_identity_provider(options).map_err(|error| thrown(&error))?;
    written(&ServiceProvider::from_policy(policy), request)
}

fn written(provider: &ServiceProvider, request: JsValue) -> Result<JsValue, JsValue> {
    let data: RequestData = options::parsed(request).map_err(|error| thrown(&error))?;
    let result = Object::new();
    match provider.metadata(&data.into()).map_err(|error| thrown(&error))? {
        Written::Ready(xml) => set(&result, "xml", &xml.into())?,
        Written::Sign(unsigned) => {
            let task = Object::new();
            set(&task, "algorithm", &unsigned.task().algorithm.as_str().into())?;
            set(&task, "data", &Uint8Array::from(unsigned.task().data.as_slice()))?;
            set(&result, "task", &task)?;
            set(&result, "ticket", &Description(*unsigned).into())?;
        }
    }
    Ok(result.into())
}

/// Certificates of this service provider, in the option of this name.
pub(super) fn certificates(option: &str, texts: &[String]) -> Result<Vec<Certificate>, SetupError> {
    let read = |(index, text): (usize, &String)| {
        Certificate::from_text(text).map_err(|error| {
            SetupError::options(format!("{option}[{index}] is not a certificate"))
                .expected("a certificate in PEM or as base64 of its DER")
                // Not the text itself: it may be a private key.
                .actual(error.to_string())
                .hint(
                    "Give the content of the certificate file, not its name. It begins with \
                     -----BEGIN CERTIFICATE-----.",
                )
        })
    };
    texts.iter().enumerate().map(read).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RequestData {
    now: f64,
    id: Option<String>,
    valid_until: Option<f64>,
    cache_seconds: Option<u32>,
    #[serde(default)]
    name_id_formats: Vec<String>,
    organization: Option<OrganizationData>,
    #[serde(default)]
    contacts: Vec<ContactData>,
    authn_requests_signed: bool,
    signature_algorithm: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OrganizationData {
    name: String,
    display_name: Option<String>,
    url: String,
    lang: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ContactData {
    r#type: ContactKindData,
    company: Option<String>,
    given_name: Option<String>,
    sur_name: Option<String>,
    email_address: Option<String>,
    telephone_number: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ContactKindData {
    Administrative,
    Billing,
    Other,
    Support,
    Technical,
}

impl From<RequestData> for MetadataRequest {
    fn from(data: RequestData) -> Self {
        Self {
            now: options::instant(data.now),
            id: data.id,
            valid_until: data.valid_until.map(options::instant),
            cache: data.cache_seconds.map(Seconds),
            name_id_formats: data.name_id_formats,
            organization: data.organization.map(|one| Organization {
                display_name: one.display_name.unwrap_or_else(|| one.name.clone()),
                name: one.name,
                url: one.url,
                language: one.lang.unwrap_or_else(|| "en".to_owned()),
            }),
            contacts: data.contacts.into_iter().map(Contact::from).collect(),
            authn_requests_signed: data.authn_requests_signed,
            signature_algorithm: data.signature_algorithm,
        }
    }
}

impl From<ContactData> for Contact {
    fn from(data: ContactData) -> Self {
        Self {
            kind: match data.r#type {
                ContactKindData::Administrative => ContactKind::Administrative,
                ContactKindData::Billing => ContactKind::Billing,
                ContactKindData::Other => ContactKind::Other,
                ContactKindData::Support => ContactKind::Support,
                ContactKindData::Technical => ContactKind::Technical,
            },
            company: data.company,
            given_name: data.given_name,
            sur_name: data.sur_name,
            email_address: data.email_address,
            telephone_number: data.telephone_number,
        }
    }
}
