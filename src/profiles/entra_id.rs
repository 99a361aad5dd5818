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
    required_claims: &[],
    metadata_characters: None,
    entity_id_hint: "In the Microsoft Entra admin center, Enterprise applications, the application, \
        Single sign-on, Basic SAML Configuration, it is the Identifier (Entity ID).",
    reply_url_hint: "In the Microsoft Entra admin center, Enterprise applications, the application, \
        Single sign-on, Basic SAML Configuration, it is the Reply URL (Assertion Consumer Service \
        URL).",
    name_id_hint: "Choose a source attribute for the Unique User Identifier (Name ID) that has a \
        value for this user.",
};

const TENANT_ID: &str = "http://schemas.microsoft.com/identity/claims/tenantid";
const OBJECT_ID: &str = "http://schemas.microsoft.com/identity/claims/objectidentifier";
pub(crate) const GROUPS: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups";
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
    /// Reads the claims. Absent where there is no tenant among them, and where the Issuer is
    /// another: any identity provider could write down somebody else's tenant and object ID.
    pub fn read(assertion: &Assertion) -> Option<Self> {
        let all = |name| assertion.values(name).map(str::to_owned).collect::<Vec<_>>();
        let tenant_id = only(assertion, TENANT_ID)?;
        if !is_of_tenant(&assertion.issuer.value, tenant_id) {
            return None;
        }
        Some(Self {
            tenant_id: tenant_id.to_owned(),
            object_id: only(assertion, OBJECT_ID).map(str::to_owned),
            groups: all(GROUPS),
            groups_overage: assertion.values(GROUPS_LINK).next().is_some(),
            mfa: shows_mfa(assertion),
            roles: all(ROLE),
        })
    }
}

/// The value of a claim that has one. Of two, neither can be trusted to name the user.
fn only<'a>(assertion: &'a Assertion, name: &'a str) -> Option<&'a str> {
    let mut values = assertion.values(name);
    let first = values.next().filter(|value| !value.is_empty())?;
    values.all(|value| value == first).then_some(first)
}

/// The beginnings of Issuers: worldwide and in China. What follows is the tenant, and the
/// application's ID where the administrator has it appended.
const ISSUERS: [&str; 2] = ["https://sts.windows.net/", "https://sts.chinacloudapi.cn/"];

fn is_of_tenant(issuer: &str, tenant_id: &str) -> bool {
    let rest = ISSUERS.iter().find_map(|start| issuer.strip_prefix(start));
    let after = rest.and_then(|rest| rest.strip_prefix(tenant_id));
    after.is_some_and(|after| after.is_empty() || after.starts_with('/'))
}

/// Whether the claims say that more than one factor was used. The AuthnContextClassRef stays
/// `Password` as a rule.
pub(crate) fn shows_mfa(assertion: &Assertion) -> bool {
    assertion.values(AUTHN_METHODS).any(|method| method == MULTIPLE_AUTHN)
}
