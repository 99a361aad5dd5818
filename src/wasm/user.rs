//! A user as SCIM 2.0 writes it: the core User and the enterprise extension (RFC 7643 4.1, 4.3).

use serde::Serialize;

use crate::user::User;

const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserView<'a> {
    schemas: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
    user_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<PersonNameView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    emails: Vec<EmailView<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<ValueView<'a>>,
    active: bool,
    #[serde(
        rename = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        skip_serializing_if = "Option::is_none"
    )]
    enterprise: Option<EnterpriseView<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PersonNameView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<&'a str>,
}

/// Of several addresses none is the primary one: nobody says which.
#[derive(Serialize)]
struct EmailView<'a> {
    value: &'a str,
    primary: bool,
}

#[derive(Serialize)]
struct ValueView<'a> {
    value: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EnterpriseView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    employee_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_center: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    division: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    department: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    manager: Option<ValueView<'a>>,
}

impl<'a> EnterpriseView<'a> {
    /// Where any of it is known.
    fn of(user: &'a User) -> Option<Self> {
        let User {
            employee_number, cost_center, organization, division, department, manager, ..
        } = user;
        let fields = [employee_number, cost_center, organization, division, department, manager];
        fields.into_iter().any(Option::is_some).then(|| Self {
            employee_number: employee_number.as_deref(),
            cost_center: cost_center.as_deref(),
            organization: organization.as_deref(),
            division: division.as_deref(),
            department: department.as_deref(),
            manager: manager.as_deref().map(|value| ValueView { value }),
        })
    }
}

impl<'a> From<&'a User> for UserView<'a> {
    fn from(user: &'a User) -> Self {
        let enterprise = EnterpriseView::of(user);
        let name = PersonNameView {
            given_name: user.given_name.as_deref(),
            family_name: user.family_name.as_deref(),
        };
        let named = name.given_name.is_some() || name.family_name.is_some();
        let primary = user.email().is_some();
        let emails = user.emails.iter().map(|value| EmailView { value, primary });
        Self {
            schemas: [Some(CORE), enterprise.as_ref().map(|_| ENTERPRISE)]
                .into_iter()
                .flatten()
                .collect(),
            external_id: user.external_id.as_deref(),
            user_name: &user.user_name,
            name: named.then_some(name),
            display_name: user.display_name.as_deref(),
            title: user.title.as_deref(),
            preferred_language: user.preferred_language.as_deref(),
            emails: emails.collect(),
            roles: user.roles.iter().map(|value| ValueView { value }).collect(),
            active: true,
            enterprise,
        }
    }
}
