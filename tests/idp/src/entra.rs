//! A tenant of Entra ID: what it is called, its keys, its metadata and its Responses.

use crate::algorithms;
use crate::keys::TestKey;
use crate::metadata::MetadataSpec;
use crate::moment::Moment;
use crate::response::{
    AssertionSpec, AuthnSpec, BEARER, ConfirmationSpec, EMAIL, PASSWORD, Prefixes, ResponseSpec,
    SUCCESS, SigningOption,
};
use crate::signature::SignatureSpec;

/// Claims by the names Entra ID gives them.
pub mod claims {
    /// The tenant's GUID.
    pub const TENANT_ID: &str = "http://schemas.microsoft.com/identity/claims/tenantid";
    /// The user's GUID, which never changes.
    pub const OBJECT_ID: &str = "http://schemas.microsoft.com/identity/claims/objectidentifier";
    /// The name that people see.
    pub const DISPLAY_NAME: &str = "http://schemas.microsoft.com/identity/claims/displayname";
    /// Who authenticated the user.
    pub const IDENTITY_PROVIDER: &str =
        "http://schemas.microsoft.com/identity/claims/identityprovider";
    /// How the user was authenticated.
    pub const AUTHN_METHODS: &str = "http://schemas.microsoft.com/claims/authnmethodsreferences";
    /// First name.
    pub const GIVEN_NAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname";
    /// Last name.
    pub const SURNAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname";
    /// E-mail address.
    pub const EMAIL_ADDRESS: &str =
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";
    /// The user principal name, not unique for ever.
    pub const NAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name";
    /// Object IDs of the user's groups.
    pub const GROUPS: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups";
    /// Instead of groups where there are more than 150.
    pub const GROUPS_LINK: &str = "http://schemas.microsoft.com/claims/groups.link";
    /// Application roles.
    pub const ROLE: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";
    /// Value of [`AUTHN_METHODS`]: a password was used.
    pub const METHOD_PASSWORD: &str =
        "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password";
    /// Value of [`AUTHN_METHODS`]: more than one factor was used.
    pub const METHOD_MULTIPLE: &str = "http://schemas.microsoft.com/claims/multipleauthn";
}

/// A tenant as an identity provider.
#[derive(Clone, Debug)]
pub struct Idp {
    /// The tenant's GUID.
    pub tenant_id: String,
    /// `https://sts.windows.net/<tenant>/`.
    pub entity_id: String,
    /// The certificates its metadata lists; the first one signs.
    pub keys: Vec<TestKey>,
}

/// A service provider as the tenant's administrator entered it.
#[derive(Clone, Debug)]
pub struct Application {
    /// Identifier (Entity ID).
    pub identifier: String,
    /// Reply URL (ACS URL).
    pub reply_url: String,
    /// `Format` of the NameID it wants.
    pub name_id_format: String,
}

/// A user of the tenant.
#[derive(Clone, Debug)]
pub struct User {
    /// The object ID.
    pub object_id: String,
    /// The user principal name.
    pub principal_name: String,
    /// First and last name.
    pub name: (String, String),
}

impl User {
    /// B. Simon, whom Microsoft's articles create.
    pub fn b_simon() -> Self {
        Self {
            object_id: "5f3e1a07-9c2b-4d68-8b1e-6a7c90d2e4f1".into(),
            principal_name: "B.Simon@contoso.com".into(),
            name: ("B.".into(), "Simon".into()),
        }
    }
}

impl Idp {
    /// The tenant contoso.com with an active and an inactive certificate.
    pub fn contoso() -> Self {
        Self::tenant(
            "aaaabbbb-0000-cccc-1111-dddd2222eeee",
            &[TestKey::ENTRA_ACTIVE, TestKey::ENTRA_INACTIVE],
        )
    }

    /// Another tenant, fabrikam.com.
    pub fn fabrikam() -> Self {
        Self::tenant("bbbbcccc-1111-dddd-2222-eeee3333ffff", &[TestKey::ENTRA_OTHER_TENANT])
    }

    /// A tenant with this GUID and these keys.
    pub fn tenant(tenant_id: &str, keys: &[TestKey]) -> Self {
        Self {
            tenant_id: tenant_id.into(),
            entity_id: format!("https://sts.windows.net/{tenant_id}/"),
            keys: keys.to_vec(),
        }
    }

    /// The Federation Metadata XML document of this tenant.
    pub fn metadata(&self) -> MetadataSpec {
        MetadataSpec::entra(self)
    }

    /// A Response that signs `user` in at `application`; SP-initiated where `in_response_to` is
    /// the ID of a request. `seed` tells the IDs of one message from another's.
    pub fn response(
        &self,
        seed: &str,
        application: &Application,
        user: &User,
        in_response_to: Option<&str>,
    ) -> ResponseSpec {
        let in_response_to = in_response_to.map(String::from);
        let signature = SignatureSpec::new(self.keys[0]);
        ResponseSpec {
            prefixes: Prefixes::ENTRA,
            id: id(seed, "response"),
            version: "2.0".into(),
            issue_instant: Moment::ISSUED,
            destination: Some(application.reply_url.clone()),
            in_response_to: in_response_to.clone(),
            issuer: Some(self.entity_id.clone()),
            status_codes: vec![SUCCESS.into()],
            status_message: None,
            assertions: vec![self.assertion(seed, application, user, in_response_to)],
            signing: SigningOption::Assertion,
            assertion_signature: signature.clone(),
            response_signature: signature,
            encryption: None,
            edit: |_| {},
        }
    }

    fn assertion(
        &self,
        seed: &str,
        application: &Application,
        user: &User,
        in_response_to: Option<String>,
    ) -> AssertionSpec {
        let issued = Moment::ISSUED;
        let until = Some(issued.plus_seconds(3600).text());
        let id = id(seed, "assertion");
        AssertionSpec {
            id: id.clone(),
            version: "2.0".into(),
            issue_instant: issued,
            issuer: self.entity_id.clone(),
            name_id: Some(user.principal_name.clone()),
            name_id_format: Some(application.name_id_format.clone()),
            confirmations: vec![ConfirmationSpec {
                method: BEARER.into(),
                in_response_to,
                not_before: None,
                not_on_or_after: until.clone(),
                recipient: Some(application.reply_url.clone()),
            }],
            not_before: Some(issued.plus_seconds(-300).text()),
            not_on_or_after: until,
            audience_restrictions: vec![vec![application.identifier.clone()]],
            attributes: self.claims(user),
            authn_statements: vec![AuthnSpec {
                authn_instant: issued.plus_seconds(-2400).text(),
                session_index: Some(id),
                session_not_on_or_after: None,
                class_ref: Some(PASSWORD.into()),
            }],
        }
    }

    fn claims(&self, user: &User) -> Vec<(String, Vec<String>)> {
        let (given_name, surname) = &user.name;
        let display_name = format!("{given_name} {surname}");
        let claims = [
            (claims::TENANT_ID, self.tenant_id.as_str()),
            (claims::OBJECT_ID, &user.object_id),
            (claims::DISPLAY_NAME, &display_name),
            (claims::IDENTITY_PROVIDER, &self.entity_id),
            (claims::AUTHN_METHODS, claims::METHOD_PASSWORD),
            (claims::GIVEN_NAME, given_name),
            (claims::SURNAME, surname),
            (claims::EMAIL_ADDRESS, &user.principal_name),
            (claims::NAME, &user.principal_name),
        ];
        claims.map(|(name, value)| (name.into(), vec![value.into()])).into()
    }
}

impl Application {
    /// Amplitude's older organisations: one Identifier for all customers.
    pub fn amplitude(unique_id: &str) -> Self {
        Self {
            identifier: "https://amplitude.com/saml/sso/metadata".into(),
            reply_url: format!("https://analytics.amplitude.com/saml/sso/{unique_id}"),
            name_id_format: EMAIL.into(),
        }
    }

    /// AWS IAM Identity Center in us-east-1.
    pub fn aws_iam_identity_center() -> Self {
        let host = "https://us-east-1.signin.aws.amazon.com/platform/saml";
        Self {
            identifier: format!("{host}/d-9067f1e2d3"),
            reply_url: format!("{host}/acs/0d5c7b9a-4e21-4f60-9a38-c1b2d3e4f506"),
            name_id_format: EMAIL.into(),
        }
    }
}

/// `_` and a GUID, the same on every run.
pub fn id(seed: &str, what: &str) -> String {
    let hash = algorithms::digest(algorithms::SHA256, format!("{seed}/{what}").as_bytes());
    let hex: String = hash.iter().take(16).map(|octet| format!("{octet:02x}")).collect();
    format!("_{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
