//! An identity provider that is not known by name: the words that most of them use.

use super::{Portal, at, choose};

const APPLICATION: &str = "the application (service provider, relying party)";

pub(super) const PORTAL: Portal = Portal {
    title: "the identity provider",
    metadata_advice: "",
    launcher: "its portal",
    begins: &[],
    holds: &[],
    reply_url: at(APPLICATION, "ACS URL (Reply URL, Single sign-on URL, Recipient)"),
    identifier: at(APPLICATION, "Entity ID (Identifier, Audience)"),
    sign_on_url: None,
    metadata: at(APPLICATION, "identity provider metadata"),
    certificate: at(APPLICATION, "signing certificate"),
    entity_id: at("the metadata of the identity provider", "entityID"),
    sign_assertion: choose(APPLICATION, "sign assertions", "on"),
    sign_response: choose(APPLICATION, "sign responses", "on"),
    sign_both: choose(APPLICATION, "sign responses and assertions", "on"),
    algorithm: choose(APPLICATION, "signature algorithm", "RSA-SHA256"),
    name_id: at(APPLICATION, "NameID"),
    claims: at(APPLICATION, "attributes (claims)"),
    groups: at(APPLICATION, "groups that are sent"),
    users: at(APPLICATION, "users and groups that may sign in"),
    encryption: at(APPLICATION, "encryption of assertions"),
    mfa: at(APPLICATION, "multifactor authentication"),
    logs: at("the sign-in log", "the time of this login"),
};
