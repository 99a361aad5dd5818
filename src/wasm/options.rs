//! Options and contexts as JavaScript gives them.

use std::collections::BTreeMap;

use serde::Deserialize;
use wasm_bindgen::JsValue;

use super::description::certificates;
use crate::checks::Context;
use crate::dsig::TrustedKey;
use crate::policy::{CertificateExpiry, Options, RequireSigned, SessionExpiry};
use crate::profiles::claims::Field;
use crate::report::{Code, SetupError};
use crate::saml::metadata::{Endpoint, IdentityProvider};
use crate::saml::names::{BINDING_POST, BINDING_REDIRECT};
use crate::saml::time::{Instant, Seconds};
use crate::sp::request::{Binding, LoginRequest};
use crate::xml::Limits;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OptionsData {
    profile: Option<String>,
    entity_id: Option<String>,
    #[serde(default)]
    reply_urls: Vec<String>,
    sign_on_url: Option<String>,
    logout_url: Option<String>,
    idp: Option<IdpData>,
    require_signed: Option<RequireSignedData>,
    allow_idp_initiated: Option<bool>,
    clock_skew_seconds: Option<u32>,
    require_mfa: Option<bool>,
    #[serde(default)]
    require_authn_context: Vec<String>,
    max_assertion_age_seconds: Option<u32>,
    max_authn_age_seconds: Option<u32>,
    session_expiry: Option<SessionExpiryData>,
    certificate_expiry: Option<CertificateExpiryData>,
    require_encrypted: Option<bool>,
    allow_unsigned_logout: Option<bool>,
    #[serde(default)]
    algorithms: AlgorithmsData,
    #[serde(default)]
    additional_audiences: Vec<String>,
    #[serde(default)]
    claims: BTreeMap<String, Vec<String>>,
    required_claims: Option<Vec<String>>,
    #[serde(default)]
    limits: LimitsData,
    crypto: CryptoData,
    /// Whether the package was given decryptionKeys.
    #[serde(default)]
    can_decrypt: bool,
    #[serde(default)]
    signing_certificates: Vec<String>,
    #[serde(default)]
    encryption_certificates: Vec<String>,
    now: f64,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum CryptoData {
    Host,
    Ring,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum RequireSignedData {
    Any,
    Assertion,
    Both,
    Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum SessionExpiryData {
    Enforce,
    Report,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum CertificateExpiryData {
    Fail,
    Ignore,
    Warn,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct AlgorithmsData {
    pub(super) allow_sha1: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct LimitsData {
    input_bytes: Option<usize>,
    depth: Option<usize>,
    nodes: Option<usize>,
    attributes: Option<usize>,
    attributes_per_element: Option<usize>,
    namespaces: Option<usize>,
    namespaces_per_element: Option<usize>,
    canonical_bytes: Option<usize>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum IdpData {
    Metadata(String),
    Many(Vec<IdpData>),
    ByHand(Box<ByHand>),
}

/// `{ entityId, certificates, ... }`. What `IdentityProvider` says beyond that may stand there too.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ByHand {
    entity_id: String,
    certificates: Vec<String>,
    single_sign_on_url: Option<String>,
    single_logout_url: Option<String>,
    #[serde(default)]
    single_sign_on_services: Vec<EndpointData>,
    #[serde(default)]
    single_logout_services: Vec<EndpointData>,
    #[serde(default)]
    name_id_formats: Vec<String>,
    #[serde(default)]
    want_authn_requests_signed: bool,
    valid_until: Option<String>,
    cache_duration: Option<String>,
    cache_seconds: Option<u32>,
    signed_by: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EndpointData {
    binding: String,
    location: String,
    response_location: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ContextData {
    #[serde(default)]
    in_response_to: Vec<String>,
    reply_url: Option<String>,
    relay_state: Option<String>,
    now: f64,
}

/// The options, and whether the host verifies.
pub(super) fn read(value: JsValue) -> Result<(Options, bool), SetupError> {
    let data: OptionsData = parsed(value)?;
    let now = instant(data.now);
    let standard = Options::default();
    let limits = &data.limits;
    let options = Options {
        profile: data.profile,
        entity_id: data.entity_id,
        reply_urls: data.reply_urls,
        sign_on_url: data.sign_on_url,
        logout_url: data.logout_url,
        identity_providers: data.idp.map_or(Ok(Vec::new()), |idp| identity_providers(idp, now))?,
        require_signed: data.require_signed.map_or(standard.require_signed, |one| match one {
            RequireSignedData::Any => RequireSigned::Any,
            RequireSignedData::Assertion => RequireSigned::Assertion,
            RequireSignedData::Both => RequireSigned::Both,
            RequireSignedData::Response => RequireSigned::Response,
        }),
        allow_idp_initiated: data.allow_idp_initiated.unwrap_or(standard.allow_idp_initiated),
        clock_skew: data.clock_skew_seconds.map_or(standard.clock_skew, Seconds),
        require_mfa: data.require_mfa.unwrap_or(standard.require_mfa),
        require_authn_context: data.require_authn_context,
        max_assertion_age: data.max_assertion_age_seconds.map(Seconds),
        max_authn_age: data.max_authn_age_seconds.map(Seconds),
        session_expiry: data.session_expiry.map_or(standard.session_expiry, |one| match one {
            SessionExpiryData::Enforce => SessionExpiry::Enforce,
            SessionExpiryData::Report => SessionExpiry::Report,
        }),
        certificate_expiry: data.certificate_expiry.map_or(standard.certificate_expiry, |one| {
            match one {
                CertificateExpiryData::Fail => CertificateExpiry::Fail,
                CertificateExpiryData::Ignore => CertificateExpiry::Ignore,
                CertificateExpiryData::Warn => CertificateExpiry::Warn,
            }
        }),
        require_encrypted: data.require_encrypted.unwrap_or(standard.require_encrypted),
        can_decrypt: data.can_decrypt,
        signing_certificates: certificates("signingCertificates", &data.signing_certificates)?,
        encryption_certificates: certificates(
            "encryptionCertificates",
            &data.encryption_certificates,
        )?,
        allow_sha1: data.algorithms.allow_sha1.unwrap_or(standard.allow_sha1),
        allow_unsigned_logout: data.allow_unsigned_logout.unwrap_or(standard.allow_unsigned_logout),
        additional_audiences: data.additional_audiences,
        claims: claims(data.claims)?,
        required_claims: data.required_claims,
        canonical_bytes: limits.canonical_bytes.unwrap_or(standard.canonical_bytes),
        limits: Limits {
            input_bytes: limits.input_bytes.unwrap_or(standard.limits.input_bytes),
            depth: limits.depth.unwrap_or(standard.limits.depth),
            nodes: limits.nodes.unwrap_or(standard.limits.nodes),
            attributes: limits.attributes.unwrap_or(standard.limits.attributes),
            attributes_per_element: limits
                .attributes_per_element
                .unwrap_or(standard.limits.attributes_per_element),
            namespaces: limits.namespaces.unwrap_or(standard.limits.namespaces),
            namespaces_per_element: limits
                .namespaces_per_element
                .unwrap_or(standard.limits.namespaces_per_element),
        },
    };
    Ok((options, data.crypto == CryptoData::Host))
}

fn claims(given: BTreeMap<String, Vec<String>>) -> Result<Vec<(Field, Vec<String>)>, SetupError> {
    let read = |(name, sources): (String, _)| match Field::by_name(&name) {
        Some(field) => Ok((field, sources)),
        None => Err(SetupError::options(format!("claims has no field {name}"))),
    };
    given.into_iter().map(read).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LoginRequestData {
    id: String,
    now: f64,
    binding: Option<BindingData>,
    idp: Option<String>,
    reply_url: Option<String>,
    relay_state: Option<String>,
    #[serde(default)]
    force_authn: bool,
    #[serde(default)]
    is_passive: bool,
    login_hint: Option<String>,
    name_id_format: Option<String>,
    #[serde(default)]
    authn_context: Vec<String>,
    signature_algorithm: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum BindingData {
    Post,
    Redirect,
}

impl BindingData {
    /// Redirect, unless the other was asked for.
    pub(super) fn binding(asked: Option<&Self>) -> Binding {
        match asked {
            Some(Self::Post) => Binding::Post,
            Some(Self::Redirect) | None => Binding::Redirect,
        }
    }
}

/// A login request to be made.
pub(super) fn login_request(value: JsValue) -> Result<LoginRequest, SetupError> {
    let data: LoginRequestData = parsed(value)?;
    Ok(LoginRequest {
        id: data.id,
        now: instant(data.now),
        binding: BindingData::binding(data.binding.as_ref()),
        identity_provider: data.idp,
        reply_url: data.reply_url,
        relay_state: data.relay_state,
        force_authn: data.force_authn,
        is_passive: data.is_passive,
        login_hint: data.login_hint,
        name_id_format: data.name_id_format,
        authn_context: data.authn_context,
        signature_algorithm: data.signature_algorithm,
    })
}

/// What the application knows about the exchange.
pub(super) fn context(value: JsValue) -> Result<Context, SetupError> {
    let data: ContextData = parsed(value)?;
    Ok(Context {
        now: instant(data.now),
        in_response_to: data.in_response_to,
        reply_url: data.reply_url,
        relay_state: data.relay_state,
    })
}

/// Milliseconds since 1970 as JavaScript counts them.
pub(super) fn instant(milliseconds: f64) -> Instant {
    // A cast from float to integer saturates, and NaN becomes 0: 1970 admits nothing.
    #[allow(clippy::as_conversions, clippy::cast_possible_truncation)]
    Instant::from_milliseconds(milliseconds as i64)
}

pub(super) fn parsed<T: serde::de::DeserializeOwned>(value: JsValue) -> Result<T, SetupError> {
    serde_wasm_bindgen::from_value(value).map_err(|error| SetupError::options(error.to_string()))
}

/// One identity provider, as metadata or by hand.
pub(super) fn identity_provider(
    value: JsValue,
    now: Instant,
) -> Result<IdentityProvider, SetupError> {
    let one = identity_providers(parsed(value)?, now)?.pop();
    one.ok_or_else(|| SetupError::options("there is no identity provider in an empty list"))
}

fn identity_providers(idp: IdpData, now: Instant) -> Result<Vec<IdentityProvider>, SetupError> {
    match idp {
        IdpData::Metadata(xml) => {
            IdentityProvider::from_metadata(xml.as_bytes(), None, now).map(|one| vec![one])
        }
        IdpData::ByHand(data) => by_hand(*data).map(|one| vec![one]),
        IdpData::Many(many) => {
            let lists = many.into_iter().map(|one| match one {
                IdpData::Many(_) => Err(SetupError::options("idp holds a list within a list")),
                one => identity_providers(one, now),
            });
            lists.collect::<Result<Vec<_>, _>>().map(|lists| lists.into_iter().flatten().collect())
        }
    }
}

fn by_hand(data: ByHand) -> Result<IdentityProvider, SetupError> {
    if data.entity_id.trim().is_empty() {
        return Err(SetupError::options("idp.entityId is empty"));
    }
    let keys = data.certificates.iter().map(|text| TrustedKey::from_text(text));
    let keys = keys.collect::<Result<Vec<_>, _>>().map_err(|error| {
        SetupError::options(format!("idp.certificates holds something that is {error}"))
            .expected("a certificate in PEM or as base64 of its DER")
            .actual(error.to_string())
            .hint(
                "In the Microsoft Entra admin center, it is Certificate (Base64) on the \
                 application's page, under SAML Certificates.",
            )
    })?;
    if keys.is_empty() {
        return Err(SetupError::new(Code::Options, "idp.certificates is empty")
            .expected("the signing certificate of the identity provider")
            .actual("an empty list")
            .hint("Give the Federation Metadata XML, or download the certificate beside it."));
    }
    // An address that is given by hand says nothing about bindings; most take both.
    let by_hand = |location: &String| {
        [BINDING_REDIRECT, BINDING_POST].map(|binding| Endpoint {
            binding: binding.to_owned(),
            location: location.clone(),
            response_location: None,
        })
    };
    let endpoints = |list: Vec<EndpointData>, url: Option<String>| -> Vec<Endpoint> {
        let list = list.into_iter().map(|one| Endpoint {
            binding: one.binding,
            location: one.location,
            response_location: one.response_location,
        });
        let list: Vec<Endpoint> = list.collect();
        if list.is_empty() { url.iter().flat_map(by_hand).collect() } else { list }
    };
    let valid_until = data.valid_until.map(|text| {
        Instant::parse(&text).ok_or_else(|| {
            SetupError::options("idp.validUntil is not a time")
                .expected("an xs:dateTime such as 2030-01-31T00:00:00Z")
                .actual(text)
        })
    });
    Ok(IdentityProvider {
        valid_until: valid_until.transpose()?,
        cache_duration: data.cache_duration,
        cache_seconds: data.cache_seconds.map(Seconds),
        single_sign_on_services: endpoints(data.single_sign_on_services, data.single_sign_on_url),
        single_logout_services: endpoints(data.single_logout_services, data.single_logout_url),
        name_id_formats: data.name_id_formats,
        want_authn_requests_signed: data.want_authn_requests_signed,
        signed_by: data.signed_by,
        ..IdentityProvider::new(data.entity_id, keys)
    })
}
