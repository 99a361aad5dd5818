//! Any application with any identity provider.

use super::Profile;

pub(super) const PROFILE: Profile = Profile {
    id: "generic",
    title: "Any SAML 2.0 application",
    entity_id: None,
    entity_id_shapes: &[],
    reply_url_shapes: &[],
    sign_on_url: None,
    name_id_formats: &[],
    required_claims: &[],
    metadata_characters: None,
    entity_id_hint: "The Identifier (Entity ID) is the name under which the application is \
        registered at the identity provider. Both sides must have the same text, to the letter.",
    reply_url_hint: "The Reply URL (ACS URL) is the address of the application that receives the \
        SAML response. Register it at the identity provider, to the letter.",
    name_id_hint: "At the identity provider, set which user attribute is sent as NameID, and its \
        format.",
};
