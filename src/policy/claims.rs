//! The options `claims` and `requiredClaims`, held against what can be a claim.

use crate::profiles::Profile;
use crate::profiles::claims::{ClaimSources, Field, NAME_ID, RequiredClaim};
use crate::report::SetupError;

/// Which claims fill which field. Errors: `OPTIONS`.
pub(super) fn sources(given: Vec<(Field, Vec<String>)>) -> Result<ClaimSources, SetupError> {
    for (index, (field, sources)) in given.iter().enumerate() {
        let option = format!("claims.{}", field.name());
        if given.iter().take(index).any(|(other, _)| other == field) {
            return Err(SetupError::options(format!("{option} is given twice")));
        }
        if sources.iter().any(|source| source.trim().is_empty()) {
            return Err(SetupError::options(format!("{option} holds an empty name"))
                .expected("the Name of an Attribute, as it stands in the message"));
        }
        if *field == Field::UserName && sources.is_empty() {
            return Err(SetupError::options(format!("{option} is empty"))
                .expected("the Name of an Attribute, or NameID")
                .hint("Every user has a userName: leave the option out to take the NameID."));
        }
        if field.is_list() && sources.iter().any(|source| source == NAME_ID) {
            return Err(SetupError::options(format!("{option} holds NameID"))
                .expected("the Name of an Attribute that lists them")
                .hint("The NameID names a user. It cannot say what the user may do."));
        }
    }
    Ok(ClaimSources::new(given))
}

/// The claims without which nobody signs in. Errors: `OPTIONS` where a name can be neither a field
/// nor an Attribute that is known of: misspelt, it would refuse everybody.
pub(super) fn required(
    given: Option<Vec<String>>,
    profile: &Profile,
    sources: &ClaimSources,
) -> Result<Vec<RequiredClaim>, SetupError> {
    let fixed = || profile.required_claims.iter().map(|name| (*name).to_owned()).collect();
    let names: Vec<String> = given.unwrap_or_else(fixed);
    let read = |name: String| match Field::by_name(&name) {
        Some(field) => Ok(RequiredClaim::Field(field)),
        None if name.contains(':') || sources.mentions(&name) => Ok(RequiredClaim::Attribute(name)),
        None => Err(SetupError::options("requiredClaims holds a name that is not known")
            .expected(Field::names())
            .actual(&name)
            .hint(
                "Name a field, or the whole Name of an Attribute where that is a URI. For an \
                 Attribute with a plain name, say in claims which field it fills, and require \
                 that field.",
            )),
    };
    names.into_iter().map(read).collect()
}
