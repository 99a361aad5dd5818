//! The Keycloak Admin Console; also Red Hat build of Keycloak.

use super::{Portal, at, choose};

const SETTINGS: &str = "Clients > (client) > Settings";
const SIGNATURE: &str = "Clients > (client) > Settings > Signature and Encryption";
const MAPPERS: &str = "Clients > (client) > Client scopes > (client)-dedicated > Add mapper";

pub(super) const PORTAL: Portal = Portal {
    title: "Keycloak",
    metadata_advice: "",
    launcher: "its IDP-Initiated SSO URL",
    begins: &[],
    holds: &["/realms/"],
    reply_url: at(SETTINGS, "Valid redirect URIs and Master SAML Processing URL"),
    identifier: at(SETTINGS, "Client ID"),
    sign_on_url: None,
    metadata: at("Realm settings > General > Endpoints", "SAML 2.0 Identity Provider Metadata"),
    certificate: at("Realm settings > Keys > Add providers", "rsa-generated"),
    entity_id: at(
        "Realm settings > General > Endpoints > SAML 2.0 Identity Provider Metadata",
        "entityID",
    ),
    sign_assertion: choose(SIGNATURE, "Sign assertions", "On"),
    sign_response: choose(SIGNATURE, "Sign documents", "On"),
    sign_both: choose(SIGNATURE, "Sign documents and Sign assertions", "On"),
    algorithm: choose(SIGNATURE, "Signature algorithm", "RSA_SHA256"),
    name_id: at("Clients > (client) > Settings > SAML capabilities", "Name ID format"),
    claims: at(MAPPERS, "User Attribute"),
    groups: at(MAPPERS, "Group list"),
    users: at("Users > (user) > Role mapping", "Assign role"),
    encryption: at("Clients > (client) > Keys", "Encrypt assertions"),
    mfa: at("Authentication > Flows > browser", "Browser - Conditional 2FA"),
    logs: at("Events > User events", "Error"),
};
