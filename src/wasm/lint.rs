//! The lint as JavaScript asks for it and sees it.

use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::options::{instant, parsed};
use crate::lint::{Circumstances, LintFinding};
use crate::report::SetupError;
use crate::saml::metadata::Metadata;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CircumstancesData {
    now: f64,
    has_store: bool,
    can_sign: bool,
    idp_metadata_read_at: f64,
    idp_metadata_characters: Option<usize>,
}

/// `metadata` is read as the only service provider it describes, or as the one of this entity ID.
pub(super) fn circumstances(
    value: JsValue,
    metadata: Option<&[u8]>,
    entity_id: &str,
) -> Result<Circumstances, SetupError> {
    let data: CircumstancesData = parsed(value)?;
    let now = instant(data.now);
    let metadata = metadata.map(Metadata::parse).transpose()?;
    let metadata = metadata.map(|document| match document.service_provider_ids().as_slice() {
        [_, _, ..] => document.service_provider(Some(entity_id), now),
        _ => document.service_provider(None, now),
    });
    Ok(Circumstances {
        has_store: data.has_store,
        can_sign: data.can_sign,
        idp_metadata_read_at: Some(instant(data.idp_metadata_read_at)),
        idp_metadata_characters: data.idp_metadata_characters,
        metadata: metadata.transpose()?,
        ..Circumstances::at(now)
    })
}

#[derive(Serialize)]
pub(super) struct FindingView<'a> {
    id: &'static str,
    severity: &'static str,
    title: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'a str>,
    hint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    option: Option<&'static str>,
}

impl<'a> From<&'a LintFinding> for FindingView<'a> {
    fn from(finding: &'a LintFinding) -> Self {
        Self {
            id: finding.id,
            severity: finding.severity.as_str(),
            title: finding.title,
            actual: finding.actual.as_deref(),
            expected: finding.expected.as_deref(),
            hint: &finding.hint,
            option: finding.option,
        }
    }
}
