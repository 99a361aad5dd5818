//! Results as JavaScript sees them: plain data, in camelCase, instants as ISO 8601 text.

use serde::Serialize;

use super::login::LoginView;
use super::logout::LogoutView;
use crate::dsig::{Certificate, CertificateFacts, KeyFamily};
use crate::profiles::Profile;
use crate::report::{About, Check, Hint, Report, SetupError};
use crate::saml::metadata::{DescribedKey, KeyPurpose};
use crate::saml::outline::{AssertionOutline, Outline, SignatureOutline};
use crate::saml::time::Instant;
use crate::sp::request::{Carrier, Sent};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ErrorView<'a> {
    code: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
}

impl<'a> From<&'a SetupError> for ErrorView<'a> {
    fn from(error: &'a SetupError) -> Self {
        Self {
            code: error.code.as_str(),
            message: &error.message,
            expected: error.expected.as_deref(),
            actual: error.actual.as_deref(),
            hint: error.hint.as_deref(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReportView<'a> {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    checks: Vec<CheckView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<OutlineView<'a>>,
    hints: Vec<HintView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    login: Option<LoginView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logout: Option<LogoutView<'a>>,
}

impl<'a> From<&'a Report> for ReportView<'a> {
    fn from(report: &'a Report) -> Self {
        Self {
            ok: report.ok(),
            code: report.code().map(crate::report::Code::as_str),
            checks: report.checks.iter().map(|check| CheckView::of(check, report.about)).collect(),
            message: report.message.as_ref().map(OutlineView::from),
            hints: report.hints.iter().map(HintView::from).collect(),
            login: report.login.as_ref().map(LoginView::from),
            logout: report.logout.as_ref().map(LogoutView::from),
        }
    }
}

#[derive(Serialize)]
struct HintView<'a> {
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    portal: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
}

impl<'a> From<&'a Hint> for HintView<'a> {
    fn from(hint: &'a Hint) -> Self {
        Self {
            text: &hint.text,
            portal: hint.portal.as_deref(),
            field: hint.field.as_deref(),
            value: hint.value.as_deref(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CheckView<'a> {
    id: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    title: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<&'a str>,
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    location: Option<LocationView<'a>>,
    spec: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
}

#[derive(Serialize)]
struct LocationView<'a> {
    path: &'a str,
    line: u32,
    column: u32,
}

impl<'a> CheckView<'a> {
    fn of(check: &'a Check, about: About) -> Self {
        Self {
            id: check.id.as_str(),
            status: check.status.as_str(),
            code: check.code.map(crate::report::Code::as_str),
            title: about.title(check.id),
            expected: check.expected.as_deref(),
            actual: check.actual.as_deref(),
            location: check.location.as_ref().map(|location| LocationView {
                path: &location.path,
                line: location.line,
                column: location.column,
            }),
            spec: about.spec(check.id),
            hint: check.hint.as_deref(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OutlineView<'a> {
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_response_to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue_instant: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<StatusView<'a>>,
    signatures: Vec<SignatureView<'a>>,
    assertions: Vec<AssertionView<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusView<'a> {
    codes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aadsts: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<&'a str>,
}

impl<'a> From<&'a Outline> for OutlineView<'a> {
    fn from(outline: &'a Outline) -> Self {
        let error = outline.entra_error.as_ref();
        let status = StatusView {
            codes: &outline.status_codes,
            message: outline.status_message.as_deref(),
            aadsts: error.map(|error| error.number.as_str()),
            trace_id: error.and_then(|error| error.trace_id.as_deref()),
            correlation_id: error.and_then(|error| error.correlation_id.as_deref()),
            timestamp: error.and_then(|error| error.timestamp.as_deref()),
        };
        Self {
            kind: &outline.kind,
            id: outline.id.as_deref(),
            issuer: outline.issuer.as_deref(),
            destination: outline.destination.as_deref(),
            in_response_to: outline.in_response_to.as_deref(),
            issue_instant: outline.issue_instant.as_deref(),
            status: (!outline.status_codes.is_empty()).then_some(status),
            signatures: outline.signatures.iter().map(SignatureView::from).collect(),
            assertions: outline.assertions.iter().map(AssertionView::from).collect(),
        }
    }
}

#[derive(Serialize)]
struct SignatureView<'a> {
    element: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    algorithm: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<CertificateView<'a>>,
}

impl<'a> From<&'a SignatureOutline> for SignatureView<'a> {
    fn from(signature: &'a SignatureOutline) -> Self {
        Self {
            element: &signature.element,
            algorithm: signature.algorithm.as_deref(),
            certificate: signature.certificate.as_ref().map(CertificateView::from),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AssertionView<'a> {
    encrypted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name_id_format: Option<&'a str>,
    audiences: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_response_to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_on_or_after: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authn_context: Option<&'a str>,
    attributes: Vec<NamedValues<'a>>,
}

#[derive(Serialize)]
struct NamedValues<'a> {
    name: &'a str,
    values: &'a [String],
}

impl<'a> From<&'a AssertionOutline> for AssertionView<'a> {
    fn from(assertion: &'a AssertionOutline) -> Self {
        let attributes = assertion.attributes.iter();
        Self {
            encrypted: assertion.encrypted,
            id: assertion.id.as_deref(),
            issuer: assertion.issuer.as_deref(),
            name_id: assertion.name_id.as_deref(),
            name_id_format: assertion.name_id_format.as_deref(),
            audiences: &assertion.audiences,
            recipient: assertion.recipient.as_deref(),
            in_response_to: assertion.in_response_to.as_deref(),
            not_before: assertion.not_before.as_deref(),
            not_on_or_after: assertion.not_on_or_after.as_deref(),
            authn_context: assertion.authn_context.as_deref(),
            attributes: attributes.map(|(name, values)| NamedValues { name, values }).collect(),
        }
    }
}

/// Certificate dates are in whole seconds.
fn date(seconds: i64) -> String {
    Instant::from_milliseconds(seconds.saturating_mul(1000)).to_string()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CertificateView<'a> {
    subject: &'a str,
    issuer: &'a str,
    serial_number: &'a str,
    not_before: String,
    not_after: String,
    sha1: &'a str,
    sha256: &'a str,
    /// Of a certificate in metadata; here and not around it, because flattening costs kilobytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    key_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#use: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<String>,
}

impl<'a> CertificateView<'a> {
    /// With the kind of its key and what it is for.
    pub(super) fn described(certificate: &'a Certificate, purpose: KeyPurpose) -> Self {
        let key = certificate.key();
        let key_type = match key.family() {
            KeyFamily::Rsa => format!("RSA {}", key.bits()),
            _ => key.description(),
        };
        let facts = Self::from(certificate.facts());
        Self { key_type: Some(key_type), r#use: Some(purpose.as_str()), ..facts }
    }

    /// The same with the certificate itself.
    pub(super) fn whole(key: &'a DescribedKey) -> Self {
        let certificate = Some(key.certificate.to_base64());
        Self { certificate, ..Self::described(&key.certificate, key.purpose) }
    }
}

impl<'a> From<&'a CertificateFacts> for CertificateView<'a> {
    fn from(facts: &'a CertificateFacts) -> Self {
        Self {
            subject: &facts.subject,
            issuer: &facts.issuer,
            serial_number: &facts.serial_number,
            not_before: date(facts.not_before),
            not_after: date(facts.not_after),
            sha1: &facts.sha1,
            sha256: &facts.sha256,
            key_type: None,
            r#use: None,
            certificate: None,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProfileView {
    id: &'static str,
    title: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    entity_id: Option<&'static str>,
    entity_id_shapes: &'static [&'static str],
    reply_url_shapes: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    sign_on_url: Option<&'static str>,
    name_id_formats: &'static [&'static str],
    required_claims: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata_characters: Option<usize>,
    entity_id_hint: &'static str,
    reply_url_hint: &'static str,
    name_id_hint: &'static str,
}

impl From<&'static Profile> for ProfileView {
    fn from(profile: &'static Profile) -> Self {
        Self {
            id: profile.id,
            title: profile.title,
            entity_id: profile.entity_id,
            entity_id_shapes: profile.entity_id_shapes,
            reply_url_shapes: profile.reply_url_shapes,
            sign_on_url: profile.sign_on_url,
            name_id_formats: profile.name_id_formats,
            required_claims: profile.required_claims,
            metadata_characters: profile.metadata_characters,
            entity_id_hint: profile.entity_id_hint,
            reply_url_hint: profile.reply_url_hint,
            name_id_hint: profile.name_id_hint,
        }
    }
}

#[derive(Serialize)]
pub(super) struct SentView<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<FormView<'a>>,
    warnings: &'a [String],
}

#[derive(Serialize)]
struct FormView<'a> {
    action: &'a str,
    fields: Vec<FieldView<'a>>,
}

#[derive(Serialize)]
struct FieldView<'a> {
    name: &'a str,
    value: &'a str,
}

impl<'a> From<&'a Sent> for SentView<'a> {
    fn from(sent: &'a Sent) -> Self {
        let (url, form) = match &sent.carrier {
            Carrier::Redirect { url } => (Some(url.as_str()), None),
            Carrier::Post { action, fields } => {
                let fields = fields.iter().map(|(name, value)| FieldView { name, value }).collect();
                (None, Some(FormView { action, fields }))
            }
        };
        Self { id: &sent.id, url, form, warnings: &sent.warnings }
    }
}
