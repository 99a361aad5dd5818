//! AWS IAM Identity Center, formerly AWS SSO. One Identifier for an instance, several Reply URLs
//! where it is replicated to several Regions.

use super::Profile;
use crate::saml::names::FORMAT_EMAIL;

pub(super) const PROFILE: Profile = Profile {
    id: "aws-iam-identity-center",
    title: "AWS IAM Identity Center",
    entity_id: None,
    entity_id_shapes: &["https://*.signin.aws.amazon.com/platform/saml/*"],
    reply_url_shapes: &[
        "https://*.signin.aws.amazon.com/platform/saml/acs/*",
        "https://*.sso.signin.aws/platform/saml/acs/*",
    ],
    sign_on_url: None,
    name_id_formats: &[FORMAT_EMAIL],
    required_claims: &["userName"],
    metadata_characters: Some(75_000),
    entity_id_hint: "In the IAM Identity Center console, Settings, Identity source, Manage \
        authentication, the service provider metadata names it as IAM Identity Center issuer URL: \
        https://<region>.signin.aws.amazon.com/platform/saml/d-xxxxxxxxxx. In Entra ID, upload that \
        metadata file in Basic SAML Configuration.",
    reply_url_hint: "In the IAM Identity Center console, Settings, Identity source, Manage \
        authentication, it is the IAM Identity Center Assertion Consumer Service (ACS) URL; each \
        enabled Region has its own. In Entra ID, upload the service provider metadata file in Basic \
        SAML Configuration, or add the URL under Reply URL.",
    name_id_hint: "Users are found by the NameID: set the name identifier format to Email address, \
        and a source attribute that equals the user name in IAM Identity Center.",
};
