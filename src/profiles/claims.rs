//! Where identity providers put what an application creates a user from: one row for each field of
//! a user, as data.
//!
//! The names are those that Microsoft Entra ID and AD FS send (URIs), those of X.500, LDAP and
//! eduPerson (OIDs, RFC 4524, RFC 2798), those of OASIS *Subject Identifier Attributes*, and the
//! plain ones that administrators choose in Okta and Google after the fields of a profile there.

use super::Portal;

/// A field of a user that claims fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// Enterprise extension, `costCenter`.
    CostCenter,
    /// Enterprise extension, `department`.
    Department,
    /// `displayName`.
    DisplayName,
    /// Enterprise extension, `division`.
    Division,
    /// `emails`.
    Email,
    /// Enterprise extension, `employeeNumber`.
    EmployeeNumber,
    /// `externalId`.
    ExternalId,
    /// `name.familyName`.
    FamilyName,
    /// `name.givenName`.
    GivenName,
    /// The groups, which are read-only in a SCIM User and therefore stand beside it.
    Groups,
    /// Enterprise extension, `manager.value`.
    Manager,
    /// Enterprise extension, `organization`.
    Organization,
    /// `preferredLanguage`.
    PreferredLanguage,
    /// `roles`.
    Roles,
    /// `title`.
    Title,
    /// `userName`.
    UserName,
}

/// In place of an Attribute's Name: the NameID of the Subject.
pub const NAME_ID: &str = "NameID";

/// What is known about a field.
#[derive(Debug)]
pub struct ClaimRow {
    /// The field.
    pub field: Field,
    /// Its name in the options `claims` and `requiredClaims`.
    pub name: &'static str,
    /// Names of Attributes that carry it, the first that is there wins. [`NAME_ID`] stands for the
    /// NameID.
    pub sources: &'static [&'static str],
    /// The *Source attribute* that Entra ID fills the claim from.
    pub entra_source: &'static str,
    /// The *Name* and *Namespace* that Entra ID gives the claim.
    pub entra_claim: (&'static str, &'static str),
}

const IDENTITY: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
const MICROSOFT: &str = "http://schemas.microsoft.com/identity/claims";

/// Every field, by name.
pub static CLAIMS: &[ClaimRow] = &[
    ClaimRow {
        field: Field::CostCenter,
        name: "costCenter",
        sources: &["costCenter", "costcenter"],
        entra_source: "user.extensionattribute1, or whichever attribute holds the cost center",
        entra_claim: ("costCenter", ""),
    },
    ClaimRow {
        field: Field::Department,
        name: "department",
        sources: &[
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/department",
            "department",
            "urn:oid:2.16.840.1.113730.3.1.2",
            "urn:oid:2.5.4.11",
        ],
        entra_source: "user.department",
        entra_claim: ("department", ""),
    },
    ClaimRow {
        field: Field::DisplayName,
        name: "displayName",
        sources: &[
            "http://schemas.microsoft.com/identity/claims/displayname",
            "urn:oid:2.16.840.1.113730.3.1.241",
            "displayName",
            "http://schemas.xmlsoap.org/claims/CommonName",
            "urn:oid:2.5.4.3",
        ],
        entra_source: "user.displayname",
        entra_claim: ("displayname", MICROSOFT),
    },
    ClaimRow {
        field: Field::Division,
        name: "division",
        sources: &["division"],
        entra_source: "user.employeeorgdata.division, or whichever attribute holds the division",
        entra_claim: ("division", ""),
    },
    ClaimRow {
        field: Field::Email,
        name: "email",
        sources: &[
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
            "urn:oid:0.9.2342.19200300.100.1.3",
            "email",
            "mail",
            NAME_ID,
        ],
        entra_source: "user.mail",
        entra_claim: ("emailaddress", IDENTITY),
    },
    ClaimRow {
        field: Field::EmployeeNumber,
        name: "employeeNumber",
        sources: &[
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/employeeid",
            "employeeNumber",
            "employeeid",
            "urn:oid:2.16.840.1.113730.3.1.3",
        ],
        entra_source: "user.employeeid",
        entra_claim: ("employeeid", ""),
    },
    ClaimRow {
        field: Field::ExternalId,
        name: "externalId",
        sources: &[
            "http://schemas.microsoft.com/identity/claims/objectidentifier",
            "urn:oasis:names:tc:SAML:attribute:subject-id",
            "urn:oasis:names:tc:SAML:attribute:pairwise-id",
            "urn:oid:1.3.6.1.4.1.5923.1.1.1.13",
            NAME_ID,
        ],
        entra_source: "user.objectid",
        entra_claim: ("objectidentifier", MICROSOFT),
    },
    ClaimRow {
        field: Field::FamilyName,
        name: "familyName",
        sources: &[
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname",
            "urn:oid:2.5.4.4",
            "lastName",
            "sn",
        ],
        entra_source: "user.surname",
        entra_claim: ("surname", IDENTITY),
    },
    ClaimRow {
        field: Field::GivenName,
        name: "givenName",
        sources: &[
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
            "urn:oid:2.5.4.42",
            "firstName",
            "givenName",
        ],
        entra_source: "user.givenname",
        entra_claim: ("givenname", IDENTITY),
    },
    ClaimRow {
        field: Field::Groups,
        name: "groups",
        sources: &[
            "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
            "http://schemas.xmlsoap.org/claims/Group",
            "urn:oid:1.3.6.1.4.1.5923.1.5.1.1",
            "groups",
        ],
        entra_source: "the groups assigned to the application",
        entra_claim: ("groups", "http://schemas.microsoft.com/ws/2008/06/identity/claims"),
    },
    ClaimRow {
        field: Field::Manager,
        name: "manager",
        sources: &["manager", "urn:oid:0.9.2342.19200300.100.1.10"],
        entra_source: "whichever attribute names the manager",
        entra_claim: ("manager", ""),
    },
    ClaimRow {
        field: Field::Organization,
        name: "organization",
        sources: &["organization", "companyname", "urn:oid:2.5.4.10"],
        entra_source: "user.companyname",
        entra_claim: ("companyname", ""),
    },
    ClaimRow {
        field: Field::PreferredLanguage,
        name: "preferredLanguage",
        sources: &["preferredLanguage", "urn:oid:2.16.840.1.113730.3.1.39"],
        entra_source: "user.preferredlanguage",
        entra_claim: ("preferredLanguage", ""),
    },
    ClaimRow {
        field: Field::Roles,
        name: "roles",
        sources: &["http://schemas.microsoft.com/ws/2008/06/identity/claims/role", "roles"],
        entra_source: "user.assignedroles",
        entra_claim: ("role", "http://schemas.microsoft.com/ws/2008/06/identity/claims"),
    },
    ClaimRow {
        field: Field::Title,
        name: "title",
        sources: &["title", "jobtitle", "urn:oid:2.5.4.12"],
        entra_source: "user.jobtitle",
        entra_claim: ("jobtitle", ""),
    },
    ClaimRow {
        field: Field::UserName,
        name: "userName",
        sources: &[NAME_ID],
        entra_source: "user.userprincipalname",
        entra_claim: ("name", IDENTITY),
    },
];

impl Field {
    /// The field of this name.
    pub fn by_name(name: &str) -> Option<Self> {
        CLAIMS.iter().find(|row| row.name == name).map(|row| row.field)
    }

    /// What is known about it.
    pub fn row(self) -> Option<&'static ClaimRow> {
        CLAIMS.iter().find(|row| row.field == self)
    }

    /// Its name in the options.
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.name)
    }

    /// All names, for messages.
    pub(crate) fn names() -> String {
        let names: Vec<&str> = CLAIMS.iter().map(|row| row.name).collect();
        names.join(", ")
    }

    /// Whether it has any number of values.
    pub(crate) fn is_list(self) -> bool {
        matches!(self, Self::Groups | Self::Roles)
    }
}

/// From which claims each field of a user is read: the rows of [`CLAIMS`], unless the set-up says
/// otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimSources {
    given: Vec<(Field, Vec<String>)>,
}

impl ClaimSources {
    /// These fields from these claims, all others from where they are read by default.
    pub(crate) fn new(given: Vec<(Field, Vec<String>)>) -> Self {
        Self { given }
    }

    /// The claims that the set-up names for this field.
    pub(crate) fn given(&self, field: Field) -> Option<&[String]> {
        let found = self.given.iter().find(|(given, _)| *given == field);
        found.map(|(_, sources)| sources.as_slice())
    }

    /// The claims of a field, the first that is there wins.
    pub(crate) fn of(&self, field: Field) -> Vec<&str> {
        match self.given(field) {
            Some(sources) => sources.iter().map(String::as_str).collect(),
            None => field.row().map_or(Vec::new(), |row| row.sources.to_vec()),
        }
    }

    /// Whether the set-up names this Attribute anywhere.
    pub(crate) fn mentions(&self, attribute: &str) -> bool {
        let mut sources = self.given.iter().flat_map(|(_, sources)| sources);
        sources.any(|source| source == attribute)
    }
}

/// A claim without which nobody signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequiredClaim {
    /// An Attribute of this Name with a value.
    Attribute(String),
    /// A field of the user.
    Field(Field),
}

/// How to have a claim sent for this field, in the words of the identity provider's pages. `name` is
/// the set-up's, never the message's.
pub(crate) fn how_to_send(portal: &Portal, name: &str, field: Option<Field>) -> String {
    let row = field.and_then(Field::row);
    if portal.title == "Entra ID" {
        return in_entra(name, row);
    }
    let Portal { title, claims, .. } = portal;
    format!(
        "In {title}, {} > {}: add {name}. If it is sent already, this user has no value for it there.",
        claims.portal, claims.field
    )
}

fn in_entra(name: &str, row: Option<&ClaimRow>) -> String {
    let page = "In the Microsoft Entra admin center, Enterprise applications, the application, \
                Single sign-on, Attributes & Claims";
    match row {
        Some(row) if row.field == Field::Groups => format!("{page}, Add a group claim."),
        // A claim of the set-up's own has its whole name in the field Name.
        Some(row) if row.sources.contains(&name) => {
            let (short, namespace) = row.entra_claim;
            let namespace = match namespace {
                "" => "no Namespace".to_owned(),
                namespace => format!("Namespace {namespace}"),
            };
            format!(
                "{page}, Add new claim: Name {short}, {namespace}, Source attribute {}. If the \
                 claim is there, this attribute is empty for the user: fill it in under Users, the \
                 user, Properties.",
                row.entra_source
            )
        }
        row => {
            let source = row.map_or("the attribute that holds it", |row| row.entra_source);
            format!(
                "{page}, Add new claim: Name {name}, Source attribute {source}. If the claim is \
                 there, this attribute is empty for the user."
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_name_and_its_field() {
        for row in CLAIMS {
            assert_eq!(Field::by_name(row.name), Some(row.field), "{}", row.name);
            assert_eq!(row.field.name(), row.name);
            assert!(!row.sources.is_empty(), "{}", row.name);
        }
        let names: Vec<&str> = CLAIMS.iter().map(|row| row.name).collect();
        assert!(names.is_sorted(), "{names:?}");
        assert_eq!(Field::by_name("emial"), None);
    }

    #[test]
    fn the_documentation_has_the_same_table() {
        let document = include_str!("../../docs/provisioning.md");
        let rows: Vec<(&str, Vec<&str>)> = document
            .lines()
            .filter_map(|line| line.strip_prefix("| `"))
            .filter_map(|line| {
                let (name, rest) = line.split_once("` | ")?;
                let (_, sources) = rest.strip_suffix(" |")?.split_once(" | ")?;
                let sources: Vec<&str> = sources.split('`').collect();
                Field::by_name(name)?;
                Some((name, sources.into_iter().skip(1).step_by(2).collect()))
            })
            .collect();
        let table: Vec<(&str, Vec<&str>)> =
            CLAIMS.iter().map(|row| (row.name, row.sources.to_vec())).collect();
        assert_eq!(rows, table);
    }

    /// A claim that two fields read would let one value pass for two things.
    #[test]
    fn no_attribute_fills_two_fields() {
        let mut seen = std::collections::BTreeSet::new();
        for row in CLAIMS {
            for source in row.sources.iter().filter(|source| **source != NAME_ID) {
                assert!(seen.insert(source), "{source}");
            }
        }
    }

    #[test]
    fn the_way_to_a_claim_is_that_of_the_identity_provider() {
        let row = Field::Email.row().expect("a row");
        let claim = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";
        for (issuer, told) in [
            ("https://sts.windows.net/aaaabbbb-0000-cccc-1111-dddd2222eeee/", "user.mail"),
            ("http://www.okta.com/exk1", "In Okta, Applications > (app)"),
            ("https://accounts.google.com/o/saml2?idpid=C01", "In Google Workspace, "),
            ("http://fs.contoso.com/adfs/services/trust", "In AD FS, "),
            ("https://login.example/realms/staff", "In Keycloak, "),
            ("https://idp.example/", "In the identity provider, "),
        ] {
            let text = how_to_send(Portal::of([issuer]), claim, Some(row.field));
            assert!(text.contains(told), "{issuer}: {text}");
        }
    }
}
