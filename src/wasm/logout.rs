//! Logout as JavaScript sees it: contexts and messages to be made in, what was admitted out.

use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::login::{NameIdView, ReplayView, SignedByView};
use super::options::{BindingData, instant, parsed};
use crate::logout::Logout;
use crate::report::SetupError;
use crate::saml::logout::{LogoutKind, Principal};
use crate::sp::logout::LogoutContext;
use crate::sp::logout_sent::{LogoutRequestOut, LogoutResponseOut, LogoutStatus};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ContextData {
    kind: KindData,
    #[serde(default)]
    in_response_to: Vec<String>,
    relay_state: Option<String>,
    now: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum KindData {
    Request,
    Response,
}

/// What the application takes the message for, and what it knows about the exchange.
pub(super) fn context(value: JsValue) -> Result<(LogoutKind, LogoutContext), SetupError> {
    let data: ContextData = parsed(value)?;
    let kind = match data.kind {
        KindData::Request => LogoutKind::Request,
        KindData::Response => LogoutKind::Response,
    };
    let (in_response_to, relay_state) = (data.in_response_to, data.relay_state);
    Ok((kind, LogoutContext { now: instant(data.now), in_response_to, relay_state }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RequestData {
    id: String,
    now: f64,
    binding: Option<BindingData>,
    idp: Option<String>,
    name_id: NameIdData,
    #[serde(default)]
    session_index: Vec<String>,
    reason: Option<String>,
    not_on_or_after: Option<f64>,
    relay_state: Option<String>,
    signature_algorithm: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NameIdData {
    value: String,
    format: Option<String>,
    name_qualifier: Option<String>,
    sp_name_qualifier: Option<String>,
}

/// A LogoutRequest to be made.
pub(super) fn request(value: JsValue) -> Result<LogoutRequestOut, SetupError> {
    let data: RequestData = parsed(value)?;
    let name_id = data.name_id;
    Ok(LogoutRequestOut {
        id: data.id,
        now: instant(data.now),
        binding: BindingData::binding(data.binding.as_ref()),
        identity_provider: data.idp,
        principal: Principal {
            name_id: name_id.value,
            format: name_id.format,
            name_qualifier: name_id.name_qualifier,
            sp_name_qualifier: name_id.sp_name_qualifier,
            session_indexes: data.session_index,
        },
        reason: data.reason,
        not_on_or_after: data.not_on_or_after.map(instant),
        relay_state: data.relay_state,
        signature_algorithm: data.signature_algorithm,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ResponseData {
    id: String,
    now: f64,
    binding: Option<BindingData>,
    idp: Option<String>,
    in_response_to: String,
    status: Option<StatusData>,
    relay_state: Option<String>,
    signature_algorithm: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum StatusData {
    Denied,
    Failed,
    Partial,
    Success,
    UnknownPrincipal,
}

/// A LogoutResponse to be made.
pub(super) fn response(value: JsValue) -> Result<LogoutResponseOut, SetupError> {
    let data: ResponseData = parsed(value)?;
    Ok(LogoutResponseOut {
        id: data.id,
        now: instant(data.now),
        binding: BindingData::binding(data.binding.as_ref()),
        identity_provider: data.idp,
        in_response_to: data.in_response_to,
        status: match data.status {
            Some(StatusData::Denied) => LogoutStatus::Denied,
            Some(StatusData::Failed) => LogoutStatus::Failed,
            Some(StatusData::Partial) => LogoutStatus::Partial,
            Some(StatusData::Success) | None => LogoutStatus::Success,
            Some(StatusData::UnknownPrincipal) => LogoutStatus::UnknownPrincipal,
        },
        relay_state: data.relay_state,
        signature_algorithm: data.signature_algorithm,
    })
}

/// A logout message of either kind: each has fields that the other lacks.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogoutView<'a> {
    id: &'a str,
    issuer: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name_id: Option<NameIdView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_indexes: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_on_or_after: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_response_to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<StatusView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partial: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    relay_state: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replay: Option<ReplayView<'a>>,
    signed_by: Vec<SignedByView<'a>>,
}

#[derive(Serialize)]
struct StatusView<'a> {
    codes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

impl<'a> From<&'a Logout> for LogoutView<'a> {
    fn from(logout: &'a Logout) -> Self {
        match logout {
            Logout::Request(request) => Self {
                id: &request.id,
                issuer: &request.issuer,
                name_id: Some(NameIdView::from(&request.name_id)),
                session_indexes: Some(&request.session_indexes),
                reason: request.reason.as_deref(),
                not_on_or_after: request.not_on_or_after.map(|instant| instant.to_string()),
                in_response_to: None,
                status: None,
                partial: None,
                relay_state: request.relay_state.as_deref(),
                replay: Some(ReplayView::from(&request.replay)),
                signed_by: request.signed_by.iter().map(SignedByView::from).collect(),
            },
            Logout::Response(response) => Self {
                id: &response.id,
                issuer: &response.issuer,
                name_id: None,
                session_indexes: None,
                reason: None,
                not_on_or_after: None,
                in_response_to: Some(&response.in_response_to),
                status: Some(StatusView {
                    codes: &response.status_codes,
                    message: response.status_message.as_deref(),
                }),
                partial: Some(response.partial),
                relay_state: response.relay_state.as_deref(),
                replay: None,
                signed_by: response.signed_by.iter().map(SignedByView::from).collect(),
            },
        }
    }
}
