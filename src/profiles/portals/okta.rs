//! The Okta Admin Console.

use super::{Portal, at, choose};

const SETTINGS: &str = "Applications > (app) > General > SAML Settings > Edit > Configure SAML";
const ADVANCED: &str = "Applications > (app) > General > SAML Settings > Edit > Configure SAML > Show Advanced Settings";

pub(super) const PORTAL: Portal = Portal {
    title: "Okta",
    metadata_advice: "",
    launcher: "the Okta End-User Dashboard",
    begins: &["http://www.okta.com/", "https://www.okta.com/"],
    holds: &[".okta.com/", ".oktapreview.com/", ".okta-emea.com/", ".okta-gov.com/"],
    reply_url: at(SETTINGS, "Single sign-on URL (Use this for Recipient URL and Destination URL)"),
    identifier: at(SETTINGS, "Audience URI (SP Entity ID)"),
    sign_on_url: None,
    metadata: at("Applications > (app) > Sign On > SAML 2.0 > Metadata details", "Metadata URL"),
    certificate: at(
        "Applications > (app) > Sign On > SAML Signing Certificates",
        "Generate new certificate",
    ),
    entity_id: at("Applications > (app) > Sign On > SAML 2.0 > More details", "Issuer"),
    sign_assertion: choose(ADVANCED, "Assertion Signature", "Signed"),
    sign_response: choose(ADVANCED, "Response", "Signed"),
    sign_both: choose(ADVANCED, "Response and Assertion Signature", "Signed"),
    algorithm: choose(
        ADVANCED,
        "Signature Algorithm and Digest Algorithm",
        "RSA-SHA256 and SHA256",
    ),
    name_id: at(SETTINGS, "Name ID format and Application username"),
    claims: at(SETTINGS, "Attribute Statements"),
    groups: at(SETTINGS, "Group Attribute Statements"),
    users: at("Applications > (app) > Assignments", "Assign"),
    encryption: at(ADVANCED, "Assertion Encryption and Encryption Certificate"),
    mfa: choose(
        "Applications > (app) > Sign On > User authentication > Authentication policy",
        "User must authenticate with",
        "Any 2 factor types",
    ),
    logs: at("Reports > System Log", "Outcome"),
};
