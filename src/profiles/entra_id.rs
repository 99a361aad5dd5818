//! Microsoft Entra ID, formerly Azure AD, with any application: the claims it issues.

use super::Profile;
use crate::saml::assertion::Assertion;

pub(super) const PROFILE: Profile = Profile {
    id: "entra-id",
    title: "Microsoft Entra ID with any application",
    entity_id: None,
    entity_id_shapes: &[],
    reply_url_shapes: &[],
    sign_on_url: None,
    name_id_formats: &[],
    metadata_characters: None,
    entity_id_hint: "In the Microsoft Entra admin center, Enterprise applications, the application, \
        Single sign-on, Basic SAML Configuration, it is the Identifier (Entity ID).",
    reply_url_hint: "In the Microsoft Entra admin center, Enterprise applications, the application, \
        Single sign-on, Basic SAML Configuration, it is the Reply URL (Assertion Consumer Service \
        URL).",
    name_id_hint: "In the Microsoft Entra admin center, Enterprise applications, the application, \
        Single sign-on, Attributes & Claims, edit Unique User Identifier (Name ID) so that the \
        source attribute has a value for this user.",
};

const TENANT_ID: &str = "http://schemas.microsoft.com/identity/claims/tenantid";
const OBJECT_ID: &str = "http://schemas.microsoft.com/identity/claims/objectidentifier";
const GROUPS: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups";
const GROUPS_LINK: &str = "http://schemas.microsoft.com/claims/groups.link";
const ROLE: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";
const AUTHN_METHODS: &str = "http://schemas.microsoft.com/claims/authnmethodsreferences";
const MULTIPLE_AUTHN: &str = "http://schemas.microsoft.com/claims/multipleauthn";

/// What the claims of an Entra ID assertion say about the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entra {
    /// The tenant, a GUID.
    pub tenant_id: String,
    /// The user in that tenant, a GUID. Together with the tenant it is stable for ever.
    pub object_id: Option<String>,
    /// Object IDs of the groups, where they were sent.
    pub groups: Vec<String>,
    /// Whether the user is in too many groups for the assertion, so that none was sent.
    pub groups_overage: bool,
    /// Whether the user authenticated with more than one factor.
    pub mfa: bool,
    /// Application roles.
    pub roles: Vec<String>,
}

impl Entra {
    /// Reads the claims. Absent where there is no tenant among them.
    pub fn read(assertion: &Assertion) -> Option<Self> {
        let all = |name| assertion.values(name).map(str::to_owned).collect::<Vec<_>>();
        let first = |name| assertion.values(name).next().map(str::to_owned);
        Some(Self {
            tenant_id: first(TENANT_ID)?,
            object_id: first(OBJECT_ID),
            groups: all(GROUPS),
            groups_overage: assertion.values(GROUPS_LINK).next().is_some(),
            mfa: shows_mfa(assertion),
            roles: all(ROLE),
        })
    }
}

/// Whether the claims say that more than one factor was used. The AuthnContextClassRef stays
/// `Password` as a rule.
pub(crate) fn shows_mfa(assertion: &Assertion) -> bool {
    assertion.values(AUTHN_METHODS).any(|method| method == MULTIPLE_AUTHN)
}
