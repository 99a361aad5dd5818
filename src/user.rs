//! A user as SCIM 2.0 has it (RFC 7643), for applications that create users at their first login.
//!
//! Whoever may edit a value at the identity provider chooses what stands here: often the users
//! themselves. So a field is filled where one claim says one thing, and stays empty where two
//! values compete; and [`User::external_id`] is bound to the Issuer, so that no identity provider
//! can name another one's user.

use std::collections::BTreeSet;

use crate::profiles::Entra;
use crate::profiles::claims::{ClaimSources, Field, NAME_ID};
use crate::saml::assertion::{Assertion, NameId};
use crate::saml::names::{FORMAT_EMAIL, FORMAT_PERSISTENT, FORMAT_TRANSIENT, FORMAT_UNSPECIFIED};

/// A SCIM core User (RFC 7643 4.1) with the enterprise extension (4.3), as far as claims allow.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct User {
    /// What stays the same when everything else changes, and is no other user's, also of another
    /// identity provider: see [`User`]'s module. Absent where the message names nothing that lasts.
    pub external_id: Option<String>,
    /// The name the user signs in with: the NameID, unless mapped otherwise. It may pass to
    /// another person.
    pub user_name: String,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// E-mail addresses. One, or several different ones of which nobody says which is the first.
    pub emails: Vec<String>,
    /// Job title.
    pub title: Option<String>,
    /// Preferred language.
    pub preferred_language: Option<String>,
    /// Roles, in document order, each once.
    pub roles: Vec<String>,
    /// Enterprise extension: what the organisation knows about an employee.
    pub employee_number: Option<String>,
    /// Enterprise extension.
    pub cost_center: Option<String>,
    /// Enterprise extension.
    pub organization: Option<String>,
    /// Enterprise extension.
    pub division: Option<String>,
    /// Enterprise extension.
    pub department: Option<String>,
    /// Enterprise extension: how the claim names the manager.
    pub manager: Option<String>,
}

/// What the claims say for one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// No claim of the field is there, or none has a value.
    Absent,
    /// Several different values where there can be one.
    Ambiguous(Vec<String>),
    /// The value cannot be what the field wants, and why.
    Unfit(&'static str),
    /// One value, or those of a list.
    Values(Vec<String>),
}

impl Claim {
    /// The first of its claims that has a value, whatever that is: a later one is not asked where
    /// the value is unfit, or a user could choose between claims by spoiling one of them.
    pub(crate) fn read(assertion: &Assertion, sources: &ClaimSources, field: Field) -> Self {
        Self::find(assertion, sources, field).map_or(Self::Absent, |(_, claim)| claim)
    }

    /// The same with the claim that it is.
    fn find<'a>(
        assertion: &'a Assertion,
        sources: &'a ClaimSources,
        field: Field,
    ) -> Option<(&'a str, Self)> {
        let chosen = sources.given(field).is_some();
        for source in sources.of(field) {
            let values = match source {
                NAME_ID => match name_id(assertion, field, chosen) {
                    Some(name_id) => vec![name_id.value.clone()],
                    None => continue,
                },
                attribute => distinct(assertion.values(attribute), is_identity(field)),
            };
            if !values.is_empty() {
                return Some((source, Self::judge(values, field)));
            }
        }
        None
    }

    fn judge(values: Vec<String>, field: Field) -> Self {
        if field == Field::Email && !values.iter().all(|value| is_mail_address(value)) {
            return Self::Unfit("a value that is not an e-mail address");
        }
        if is_identity(field) && values.iter().any(|value| value.trim() != value) {
            return Self::Unfit("a value with white space around it");
        }
        if values.len() > 1 && !field.is_list() {
            return Self::Ambiguous(values);
        }
        Self::Values(values)
    }

    fn one(self) -> Option<String> {
        match self {
            Self::Values(values) => values.into_iter().next(),
            Self::Absent | Self::Ambiguous(_) | Self::Unfit(_) => None,
        }
    }

    fn list(self) -> Vec<String> {
        match self {
            Self::Values(values) => values,
            Self::Absent | Self::Ambiguous(_) | Self::Unfit(_) => Vec::new(),
        }
    }
}

/// Fields by which an application finds the user again. Their values are taken exactly: where
/// white space were cut off, two users of the identity provider could become one.
fn is_identity(field: Field) -> bool {
    matches!(field, Field::Email | Field::ExternalId | Field::UserName)
}

/// The values that are not empty, each once, in document order.
fn distinct<'a>(values: impl Iterator<Item = &'a str>, exact: bool) -> Vec<String> {
    // Looked up, not searched for: a forged message may hold tens of thousands of values, and is
    // read before its signature is known to be none.
    let mut seen = BTreeSet::new();
    let kept = |value: &'a str| {
        let trimmed = value.trim();
        (!trimmed.is_empty()).then_some(if exact { value } else { trimmed })
    };
    values.filter_map(kept).filter(|value| seen.insert(*value)).map(str::to_owned).collect()
}

/// The NameID, where its Format makes it what the field wants. A transient one is another at the
/// next login. Where the set-up names the NameID itself, it answers for the other formats.
fn name_id(assertion: &Assertion, field: Field, chosen: bool) -> Option<&NameId> {
    let name_id = assertion.subject.as_ref()?.name_id.as_ref()?;
    let format = name_id.format.as_str();
    let fits = match field {
        Field::UserName => true,
        Field::ExternalId if chosen => format != FORMAT_TRANSIENT,
        Field::ExternalId => format == FORMAT_PERSISTENT,
        // The user principal name of a guest looks like an address that nobody receives.
        Field::Email => {
            let open = chosen || [FORMAT_EMAIL, FORMAT_UNSPECIFIED].contains(&format);
            let guest = name_id.value.contains("#EXT#");
            open && !guest && is_mail_address(&name_id.value)
        }
        _ => chosen,
    };
    (fits && !name_id.value.is_empty()).then_some(name_id)
}

/// One `@` with something on both sides, and nothing that ends an address in a header or a list.
pub(crate) fn is_mail_address(text: &str) -> bool {
    let unfit = |character: char| {
        character.is_whitespace() || character.is_control() || "<>(),;:\"\\[]".contains(character)
    };
    match text.split_once('@') {
        Some((local, domain)) => {
            !local.is_empty()
                && !domain.is_empty()
                && !domain.contains('@')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
                && !text.contains(unfit)
        }
        None => false,
    }
}

impl User {
    /// Reads the claims of an assertion whose NameID is known. `None` where the set-up takes
    /// userName from a claim that is not there: the checks refuse that by name.
    pub(crate) fn of(
        assertion: &Assertion,
        entra: Option<&Entra>,
        sources: &ClaimSources,
    ) -> Option<Self> {
        let read = |field| Claim::read(assertion, sources, field);
        let one = |field| read(field).one();
        let (given_name, family_name) = (one(Field::GivenName), one(Field::FamilyName));
        let full = match (&given_name, &family_name) {
            (Some(given), Some(family)) => Some(format!("{given} {family}")),
            _ => None,
        };
        Some(Self {
            external_id: external_id(assertion, entra, sources),
            user_name: one(Field::UserName)?,
            display_name: one(Field::DisplayName).or(full),
            given_name,
            family_name,
            emails: match read(Field::Email) {
                Claim::Ambiguous(values) => values,
                claim => claim.list(),
            },
            title: one(Field::Title),
            preferred_language: one(Field::PreferredLanguage),
            roles: read(Field::Roles).list(),
            employee_number: one(Field::EmployeeNumber),
            cost_center: one(Field::CostCenter),
            organization: one(Field::Organization),
            division: one(Field::Division),
            department: one(Field::Department),
            manager: one(Field::Manager),
        })
    }

    /// The e-mail address, where there is one and no other.
    pub fn email(&self) -> Option<&str> {
        match self.emails.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// The groups that the claims list, in document order, each once.
pub(crate) fn groups(assertion: &Assertion, sources: &ClaimSources) -> Vec<String> {
    Claim::read(assertion, sources, Field::Groups).list()
}

/// A name for the user that no other identity provider can give: `tenant/object` of Entra ID, where
/// the Issuer is that very tenant, and else `saml:`, the Issuer and the value, with what could be
/// taken for the blank between them escaped. Never an e-mail address, unless the set-up says so:
/// it passes to the next person of that name.
fn external_id(
    assertion: &Assertion,
    entra: Option<&Entra>,
    sources: &ClaimSources,
) -> Option<String> {
    let issuer = assertion.issuer.value.as_str();
    let standard = sources.given(Field::ExternalId).is_none();
    if let Some(Entra { tenant_id, object_id: Some(object_id), .. }) = entra
        && standard
        && issuer == format!("https://sts.windows.net/{tenant_id}/")
    {
        return Some(format!("{tenant_id}/{object_id}"));
    }
    let (source, claim) = Claim::find(assertion, sources, Field::ExternalId)?;
    let value = claim.one()?;
    let name_id = assertion.subject.as_ref().and_then(|subject| subject.name_id.as_ref());
    // An identity provider that speaks for others tells their users apart by NameQualifier.
    let qualifier = name_id
        .filter(|_| source == NAME_ID)
        .and_then(|name_id| name_id.name_qualifier.as_deref())
        .filter(|qualifier| *qualifier != issuer);
    let parts = [Some(issuer), qualifier, Some(value.as_str())].into_iter().flatten();
    let escaped: Vec<String> = parts.map(without_blanks).collect();
    Some(format!("saml:{}", escaped.join(" ")))
}

fn without_blanks(text: &str) -> String {
    text.replace('%', "%25").replace(' ', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_e_mail_address_has_one_at_and_no_room_for_a_second_one() {
        for good in
            ["b.simon@contoso.com", "o'neil+x@contoso.co.uk", "zoë@exämple.org", "root@host"]
        {
            assert!(is_mail_address(good), "{good}");
        }
        for bad in [
            "",
            "@",
            "b.simon",
            "@contoso.com",
            "b@",
            "b@x@contoso.com",
            "b@.com",
            "b@contoso.com.",
            "b@contoso.com,x@evil.example",
            "b@contoso.com;x@evil.example",
            "b@contoso.com x",
            "b@contoso.com\u{a0}",
            "b@contoso.com\r\nBcc: x",
            "B. Simon <b@contoso.com>",
            "\"x@y\"@contoso.com",
            "b@[127.0.0.1]",
        ] {
            assert!(!is_mail_address(bad), "{bad:?}");
        }
    }

    /// Whoever chooses a value cannot write a blank into it, and so not another one's Issuer.
    #[test]
    fn parts_of_an_external_id_cannot_run_together() {
        assert_eq!(without_blanks("a b"), "a%20b");
        assert_ne!(without_blanks("a b"), without_blanks("a%20b"));
        assert_ne!(without_blanks("a%20b"), without_blanks("a%2520b"));
    }

    #[test]
    fn values_are_told_apart_to_the_letter_where_they_identify() {
        let values = || ["x", "", " x", "\n", "x"].into_iter();
        assert_eq!(distinct(values(), true), ["x", " x"]);
        assert_eq!(distinct(values(), false), ["x"]);
    }
}
