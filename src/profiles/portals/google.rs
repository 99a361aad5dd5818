//! The Google Admin console.

use super::{Place, Portal, at, choose};

const DETAILS: &str = "Apps > Web and mobile apps > (app) > Service provider details";

const fn sign(value: &'static str) -> Place {
    choose(DETAILS, "Signed response", value)
}

pub(super) const PORTAL: Portal = Portal {
    title: "Google Workspace",
    metadata_advice: "",
    launcher: "the app launcher of Google",
    begins: &["https://accounts.google.com/o/saml2"],
    holds: &[],
    reply_url: at(DETAILS, "ACS URL"),
    identifier: at(DETAILS, "Entity ID"),
    sign_on_url: None,
    metadata: at("Apps > Web and mobile apps > (app)", "Download metadata"),
    certificate: at(
        "Security > Authentication > SSO with SAML applications > Certificates",
        "Add certificate",
    ),
    entity_id: at("Security > Authentication > SSO with SAML applications", "Entity ID"),
    sign_assertion: sign("not ticked (Google then signs the assertion)"),
    sign_response: sign("ticked (Google then signs the response)"),
    sign_both: sign("one or the other: Google never signs both"),
    algorithm: at(
        "Security > Authentication > SSO with SAML applications > Certificates",
        "a certificate that is signed with SHA-256",
    ),
    name_id: at(DETAILS, "Name ID format and Name ID"),
    claims: at("Apps > Web and mobile apps > (app) > SAML attribute mapping", "Attributes"),
    groups: at(
        "Apps > Web and mobile apps > (app) > SAML attribute mapping",
        "Group membership (optional)",
    ),
    users: at("Apps > Web and mobile apps > (app) > User access", "Service status: ON"),
    encryption: at(DETAILS, "Assertion encryption"),
    mfa: choose("Security > Authentication > 2-step verification", "Enforcement", "On"),
    logs: at("Reporting > Audit and investigation > SAML log events", "Failure type"),
};
