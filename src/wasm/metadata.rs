//! Metadata as JavaScript reads it: identity providers, what changes between two of them, and
//! service providers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::options::{self, AlgorithmsData};
use super::view::CertificateView;
use super::{octets, plain, thrown};
use crate::dsig::{Certificate, CertificateFacts, TrustedKey};
use crate::report::SetupError;
use crate::saml::metadata::{
    AssertionConsumerService, Change, Endpoint, IdentityProvider, IdentityProviderDiff, KeyPurpose,
    Metadata, ServiceProviderMetadata, UnusableKey,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MetadataOptions {
    entity_id: Option<String>,
    signed_by: Option<Vec<String>>,
    #[serde(default)]
    algorithms: AlgorithmsData,
    now: f64,
}

/// What the metadata of an identity provider says.
#[wasm_bindgen(js_name = readMetadata)]
pub fn read_metadata(xml: &JsValue, options: JsValue) -> Result<JsValue, JsValue> {
    let (metadata, options) = read(xml, options)?;
    let now = options::instant(options.now);
    let provider = metadata.identity_provider(options.entity_id.as_deref(), now);
    plain(&IdentityProviderView::from(&provider.map_err(|error| thrown(&error))?))
}

/// What the metadata of a service provider says.
#[wasm_bindgen(js_name = readServiceProviderMetadata)]
pub fn read_service_provider(xml: &JsValue, options: JsValue) -> Result<JsValue, JsValue> {
    let (metadata, options) = read(xml, options)?;
    let now = options::instant(options.now);
    let provider = metadata.service_provider(options.entity_id.as_deref(), now);
    let provider = provider.map_err(|error| thrown(&error))?;
    plain(&ServiceProviderView::of(&provider, &metadata))
}

/// What changes if one identity provider takes the place of another; `now` as JavaScript counts.
#[wasm_bindgen(js_name = diffIdentityProviders)]
pub fn diff(current: JsValue, next: JsValue, now: f64) -> Result<JsValue, JsValue> {
    let now = options::instant(now);
    let read = |value| options::identity_provider(value, now).map_err(|error| thrown(&error));
    plain(&DiffView::from(&read(current)?.diff(&read(next)?, now)))
}

fn read(xml: &JsValue, options: JsValue) -> Result<(Metadata, MetadataOptions), JsValue> {
    let xml = octets(xml)?;
    let options: MetadataOptions = options::parsed(options).map_err(|error| thrown(&error))?;
    let metadata = match &options.signed_by {
        None => Metadata::parse(&xml),
        Some(pinned) => pinned_keys(pinned).and_then(|keys| {
            let allow_sha1 = options.algorithms.allow_sha1.unwrap_or_default();
            Metadata::signed(&xml, &keys, allow_sha1)
        }),
    };
    Ok((metadata.map_err(|error| thrown(&error))?, options))
}

fn pinned_keys(texts: &[String]) -> Result<Vec<TrustedKey>, SetupError> {
    let keys = texts.iter().map(|text| TrustedKey::from_text(text));
    keys.collect::<Result<_, _>>().map_err(|error| {
        SetupError::options("signedBy holds something that is not a certificate")
            // Not the text itself: it may be a private key.
            .actual(error.to_string())
            .expected("the certificate that signs the metadata, in PEM or as base64 of its DER")
            .hint("Give the content of the certificate file, not its name.")
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct IdentityProviderView<'a> {
    entity_id: &'a str,
    template: bool,
    certificates: Vec<String>,
    certificate_facts: Vec<CertificateView<'a>>,
    encryption_certificates: Vec<CertificateView<'a>>,
    unusable_keys: Vec<UnusableKeyView<'a>>,
    single_sign_on_services: Vec<EndpointView<'a>>,
    single_logout_services: Vec<EndpointView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    single_sign_on_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    single_logout_url: Option<&'a str>,
    name_id_formats: &'a [String],
    want_authn_requests_signed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_duration: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_seconds: Option<u32>,
    signed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_by: Option<&'a str>,
}

impl<'a> From<&'a IdentityProvider> for IdentityProviderView<'a> {
    fn from(provider: &'a IdentityProvider) -> Self {
        let mut any = BTreeSet::new();
        let for_any = provider.certificates.iter().filter(|key| key.purpose == KeyPurpose::Any);
        any.extend(for_any.map(|key| key.certificate.facts().sha256.as_str()));
        let purpose = |certificate: &Certificate| {
            let both = any.contains(certificate.facts().sha256.as_str());
            if both { KeyPurpose::Any } else { KeyPurpose::Signing }
        };
        let certificates = || provider.keys.iter().filter_map(TrustedKey::certificate);
        let encrypting = provider.certificates.iter();
        Self {
            entity_id: &provider.entity_id,
            template: provider.is_template(),
            certificates: certificates().map(Certificate::to_base64).collect(),
            certificate_facts: certificates()
                .map(|one| CertificateView::described(one, purpose(one)))
                .collect(),
            encryption_certificates: encrypting
                .filter(|key| key.purpose != KeyPurpose::Signing)
                .map(CertificateView::whole)
                .collect(),
            unusable_keys: provider.unusable_keys.iter().map(UnusableKeyView::from).collect(),
            single_sign_on_services: endpoints(&provider.single_sign_on_services),
            single_logout_services: endpoints(&provider.single_logout_services),
            single_sign_on_url: provider.single_sign_on_url(),
            single_logout_url: provider.single_logout_url(),
            name_id_formats: &provider.name_id_formats,
            want_authn_requests_signed: provider.want_authn_requests_signed,
            valid_until: provider.valid_until.map(|until| until.to_string()),
            cache_duration: provider.cache_duration.as_deref(),
            cache_seconds: provider.cache_seconds.map(|seconds| seconds.0),
            signed: provider.signed,
            signed_by: provider.signed_by.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct UnusableKeyView<'a> {
    r#use: &'static str,
    reason: &'a str,
    line: u32,
}

impl<'a> From<&'a UnusableKey> for UnusableKeyView<'a> {
    fn from(key: &'a UnusableKey) -> Self {
        Self { r#use: key.purpose.as_str(), reason: &key.reason, line: key.line }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EndpointView<'a> {
    binding: &'a str,
    location: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_location: Option<&'a str>,
}

impl<'a> From<&'a Endpoint> for EndpointView<'a> {
    fn from(endpoint: &'a Endpoint) -> Self {
        Self {
            binding: &endpoint.binding,
            location: &endpoint.location,
            response_location: endpoint.response_location.as_deref(),
        }
    }
}

fn endpoints(endpoints: &[Endpoint]) -> Vec<EndpointView<'_>> {
    endpoints.iter().map(EndpointView::from).collect()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DiffView<'a> {
    changed: bool,
    safe_to_apply: bool,
    reasons: &'a [String],
    added: Vec<CertificateView<'a>>,
    removed: Vec<CertificateView<'a>>,
    expiring: Vec<CertificateView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entity_id: Option<ChangeView<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    single_sign_on_services: Option<ChangeView<Vec<EndpointView<'a>>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    single_logout_services: Option<ChangeView<Vec<EndpointView<'a>>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    want_authn_requests_signed: Option<ChangeView<bool>>,
}

#[derive(Serialize)]
struct ChangeView<T> {
    from: T,
    to: T,
}

impl<'a> From<&'a IdentityProviderDiff> for DiffView<'a> {
    fn from(diff: &'a IdentityProviderDiff) -> Self {
        let moved = |change: &'a Change<Vec<Endpoint>>| ChangeView {
            from: endpoints(&change.from),
            to: endpoints(&change.to),
        };
        Self {
            changed: !diff.is_empty(),
            safe_to_apply: diff.safe_to_apply,
            reasons: &diff.reasons,
            added: certificates(&diff.added),
            removed: certificates(&diff.removed),
            expiring: certificates(&diff.expiring),
            entity_id: diff
                .entity_id
                .as_ref()
                .map(|change| ChangeView { from: change.from.as_str(), to: change.to.as_str() }),
            single_sign_on_services: diff.single_sign_on_services.as_ref().map(moved),
            single_logout_services: diff.single_logout_services.as_ref().map(moved),
            want_authn_requests_signed: diff
                .want_authn_requests_signed
                .as_ref()
                .map(|change| ChangeView { from: change.from, to: change.to }),
        }
    }
}

fn certificates(facts: &[CertificateFacts]) -> Vec<CertificateView<'_>> {
    facts.iter().map(CertificateView::from).collect()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ServiceProviderView<'a> {
    entity_id: &'a str,
    reply_urls: Vec<String>,
    assertion_consumer_services: Vec<ConsumerView<'a>>,
    single_logout_services: Vec<EndpointView<'a>>,
    name_id_formats: &'a [String],
    authn_requests_signed: bool,
    want_assertions_signed: bool,
    certificates: Vec<CertificateView<'a>>,
    unusable_keys: Vec<UnusableKeyView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<String>,
    signed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_by: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConsumerView<'a> {
    binding: &'a str,
    location: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_location: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u16>,
    is_default: bool,
}

impl<'a> From<&'a AssertionConsumerService> for ConsumerView<'a> {
    fn from(service: &'a AssertionConsumerService) -> Self {
        Self {
            binding: &service.endpoint.binding,
            location: &service.endpoint.location,
            response_location: service.endpoint.response_location.as_deref(),
            index: service.index,
            is_default: service.is_default,
        }
    }
}

impl<'a> ServiceProviderView<'a> {
    fn of(provider: &'a ServiceProviderMetadata, metadata: &'a Metadata) -> Self {
        let services = provider.assertion_consumer_services.iter();
        let signer = metadata.signer().and_then(TrustedKey::certificate);
        Self {
            entity_id: &provider.entity_id,
            reply_urls: provider.reply_urls(),
            assertion_consumer_services: services.map(ConsumerView::from).collect(),
            single_logout_services: endpoints(&provider.single_logout_services),
            name_id_formats: &provider.name_id_formats,
            authn_requests_signed: provider.authn_requests_signed,
            want_assertions_signed: provider.want_assertions_signed,
            certificates: provider.certificates.iter().map(CertificateView::whole).collect(),
            unusable_keys: provider.unusable_keys.iter().map(UnusableKeyView::from).collect(),
            valid_until: provider.valid_until.map(|until| until.to_string()),
            signed: metadata.is_signed(),
            signed_by: signer.map(|signer| signer.facts().sha256.as_str()),
        }
    }
}
