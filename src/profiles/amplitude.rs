//! Amplitude. One Identifier for all customers; only the Reply URL tells them apart.

use super::Profile;

pub(super) const PROFILE: Profile = Profile {
    id: "amplitude",
    title: "Amplitude",
    entity_id: Some("https://amplitude.com/saml/sso/metadata"),
    entity_id_shapes: &[
        "https://amplitude.com/saml/sso/metadata",
        "https://amplitude.com/saml/2/metadata/*",
    ],
    reply_url_shapes: &[
        "https://analytics.amplitude.com/saml/sso/*",
        "https://amplitude.com/saml/2/acs/*",
    ],
    sign_on_url: Some("https://analytics.amplitude.com/sso"),
    name_id_formats: &[],
    required_claims: &["email"],
    metadata_characters: None,
    entity_id_hint: "In Entra ID, Basic SAML Configuration, the Identifier (Entity ID) is \
        https://amplitude.com/saml/sso/metadata; newer Amplitude organisations have \
        https://amplitude.com/saml/2/metadata/<org-id>.",
    reply_url_hint: "Amplitude shows the Reply URL under Organization Settings, Access & SSO \
        Settings, after the Federation Metadata XML was pasted: \
        https://analytics.amplitude.com/saml/sso/<UNIQUE_ID>.",
    name_id_hint: "Amplitude knows users by their e-mail address: send it as NameID (source \
        attribute user.mail or user.userprincipalname in Entra ID).",
};
