//! A user as SCIM 2.0 has it (RFC 7643 4.1), for applications that create users at their first
//! login.

use crate::profiles::Entra;
use crate::saml::assertion::{Assertion, NameId};
use crate::saml::names::{FORMAT_EMAIL, FORMAT_PERSISTENT};

/// A SCIM core User.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// What stays the same when everything else changes: tenant and object ID of Entra ID, or a
    /// persistent NameID.
    pub external_id: Option<String>,
    /// The name the user signs in with: the NameID.
    pub user_name: String,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
}

/// Names under which identity providers send a claim: URIs of Entra ID and AD FS, OIDs of X.500
/// and eduPerson, short names of Okta and Google.
const GIVEN_NAME: &[&str] = &[
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
    "urn:oid:2.5.4.42",
    "firstName",
    "givenName",
];
const FAMILY_NAME: &[&str] = &[
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname",
    "urn:oid:2.5.4.4",
    "lastName",
    "sn",
];
const DISPLAY_NAME: &[&str] = &[
    "http://schemas.microsoft.com/identity/claims/displayname",
    "urn:oid:2.16.840.1.113730.3.1.241",
    "displayName",
];
const EMAIL: &[&str] = &[
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "urn:oid:0.9.2342.19200300.100.1.3",
    "email",
    "mail",
];

impl User {
    /// Reads the claims under the names that identity providers use by default.
    pub(crate) fn of(name_id: &NameId, assertion: &Assertion, entra: Option<&Entra>) -> Self {
        let claim = |names: &[&str]| {
            let values = names.iter().flat_map(|name| assertion.values(name));
            values.map(str::trim).find(|value| !value.is_empty()).map(str::to_owned)
        };
        let stable = entra.and_then(|entra| {
            let object = entra.object_id.as_ref()?;
            Some(format!("{}/{object}", entra.tenant_id))
        });
        let persistent = || (name_id.format == FORMAT_PERSISTENT).then(|| name_id.value.clone());
        let is_email = name_id.format == FORMAT_EMAIL && name_id.value.contains('@');
        let given_name = claim(GIVEN_NAME);
        let family_name = claim(FAMILY_NAME);
        let full = match (&given_name, &family_name) {
            (Some(given), Some(family)) => Some(format!("{given} {family}")),
            _ => None,
        };
        Self {
            external_id: stable.or_else(persistent),
            user_name: name_id.value.clone(),
            display_name: claim(DISPLAY_NAME).or(full),
            given_name,
            family_name,
            email: claim(EMAIL).or_else(|| is_email.then(|| name_id.value.clone())),
        }
    }
}
