//! A login as JavaScript sees it.

use serde::Serialize;

use super::user::UserView;
use super::view::CertificateView;
use crate::login::{Login, Replay, SignedBy};
use crate::saml::assertion::NameId;

/// `attributes`, the record by name, is made of `attributeList` by the package: an attribute may be
/// named `__proto__`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LoginView<'a> {
    issuer: &'a str,
    name_id: NameIdView<'a>,
    attribute_list: Vec<AttributeView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_index: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_not_on_or_after: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authn_instant: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authn_context: Option<&'a str>,
    audiences: &'a [String],
    assertion_id: &'a str,
    response_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_response_to: Option<&'a str>,
    initiated_by: &'static str,
    not_on_or_after: String,
    replay: ReplayView<'a>,
    signed_by: Vec<SignedByView<'a>>,
    encrypted: bool,
    user: UserView<'a>,
    groups: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    entra: Option<EntraView<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NameIdView<'a> {
    value: &'a str,
    format: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name_qualifier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sp_name_qualifier: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AttributeView<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name_format: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    friendly_name: Option<&'a str>,
    values: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReplayView<'a> {
    key: &'a str,
    expires_at: String,
}

#[derive(Serialize)]
pub(super) struct SignedByView<'a> {
    element: &'static str,
    algorithm: &'a str,
    certificate: Option<CertificateView<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EntraView<'a> {
    tenant_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    object_id: Option<&'a str>,
    groups: &'a [String],
    groups_overage: bool,
    mfa: bool,
    roles: &'a [String],
}

impl<'a> From<&'a NameId> for NameIdView<'a> {
    fn from(name_id: &'a NameId) -> Self {
        Self {
            value: &name_id.value,
            format: &name_id.format,
            name_qualifier: name_id.name_qualifier.as_deref(),
            sp_name_qualifier: name_id.sp_name_qualifier.as_deref(),
        }
    }
}

impl<'a> From<&'a Replay> for ReplayView<'a> {
    fn from(replay: &'a Replay) -> Self {
        Self { key: &replay.key, expires_at: replay.expires_at.to_string() }
    }
}

impl<'a> From<&'a SignedBy> for SignedByView<'a> {
    fn from(signed: &'a SignedBy) -> Self {
        Self {
            element: signed.element,
            algorithm: &signed.algorithm,
            certificate: signed.certificate.as_ref().map(CertificateView::from),
        }
    }
}

impl<'a> From<&'a Login> for LoginView<'a> {
    fn from(login: &'a Login) -> Self {
        let (name_id, user) = (&login.name_id, &login.user);
        Self {
            issuer: &login.issuer,
            name_id: NameIdView::from(name_id),
            attribute_list: login
                .attributes
                .iter()
                .map(|attribute| AttributeView {
                    name: &attribute.name,
                    name_format: attribute.name_format.as_deref(),
                    friendly_name: attribute.friendly_name.as_deref(),
                    values: &attribute.values,
                })
                .collect(),
            session_index: login.session_index.as_deref(),
            session_not_on_or_after: login.session_not_on_or_after.map(|one| one.to_string()),
            authn_instant: login.authn_instant.map(|one| one.to_string()),
            authn_context: login.authn_context.as_deref(),
            audiences: &login.audiences,
            assertion_id: &login.assertion_id,
            response_id: &login.response_id,
            in_response_to: login.in_response_to.as_deref(),
            initiated_by: if login.in_response_to.is_some() { "sp" } else { "idp" },
            not_on_or_after: login.not_on_or_after.to_string(),
            replay: ReplayView::from(&login.replay),
            signed_by: login.signed_by.iter().map(SignedByView::from).collect(),
            encrypted: login.encrypted,
            user: UserView::from(user),
            groups: &login.groups,
            entra: login.entra.as_ref().map(|entra| EntraView {
                tenant_id: &entra.tenant_id,
                object_id: entra.object_id.as_deref(),
                groups: &entra.groups,
                groups_overage: entra.groups_overage,
                mfa: entra.mfa,
                roles: &entra.roles,
            }),
        }
    }
}
