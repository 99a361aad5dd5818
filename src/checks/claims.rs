//! Is everything there that the application creates a user from? A part of the check `subject`.

use super::{At, Finding, remedy};
use crate::policy::Policy;
use crate::profiles::Portal;
use crate::profiles::claims::{Field, NAME_ID, RequiredClaim, how_to_send};
use crate::report::{CheckId, Code};
use crate::saml::assertion::Assertion;
use crate::user::Claim;

/// What is wrong with one claim. The name and the words are the set-up's and ours: no value of the
/// message is among them.
struct Missing {
    /// The first name that it could be sent as.
    claim: String,
    expected: String,
    actual: String,
    hint: String,
}

/// The finding where a claim is missing. It names all that are, so that they can be added at once;
/// the hint is on the first.
pub(super) fn missing(assertion: &Assertion, portal: &Portal, policy: &Policy) -> Option<Finding> {
    // One of them may be the claim: the check on decryption speaks for it.
    if !assertion.encrypted_attributes.is_empty() {
        return None;
    }
    // Without a userName there is no user, so every set-up demands it.
    let user_name = RequiredClaim::Field(Field::UserName);
    let implied = !policy.required_claims.contains(&user_name);
    let required = policy.required_claims.iter().chain(implied.then_some(&user_name));
    let missing: Vec<Missing> =
        required.filter_map(|claim| Missing::of(claim, assertion, portal, policy)).collect();
    let first = missing.first()?;
    let all = |text: fn(&Missing) -> &String| -> String {
        missing.iter().map(|one| text(one).as_str()).collect::<Vec<_>>().join("; ")
    };
    Some(
        Finding::failed(CheckId::Subject, Code::Claim)
            .expected(all(|one| &one.expected))
            .actual(all(|one| &one.actual))
            .at(At::Assertion(assertion.at))
            .hint(&first.hint)
            .remedy(match first.claim.as_str() {
                NAME_ID => remedy::see(portal, portal.name_id),
                claim => remedy::enter(portal, portal.claims, claim),
            }),
    )
}

impl Missing {
    fn of(
        claim: &RequiredClaim,
        assertion: &Assertion,
        portal: &Portal,
        policy: &Policy,
    ) -> Option<Self> {
        match claim {
            RequiredClaim::Attribute(name) => {
                let mut values = assertion.values(name);
                let has_value = values.any(|value| !value.trim().is_empty());
                (!has_value).then(|| Self {
                    claim: name.clone(),
                    expected: format!("the claim {name}"),
                    actual: format!("{name}: {}", absent(&[name.as_str()], assertion)),
                    hint: if name == crate::profiles::GROUPS && has_overage(assertion) {
                        OVERAGE.to_owned()
                    } else {
                        how_to_send(portal, name, None)
                    },
                })
            }
            RequiredClaim::Field(field) => Self::of_field(*field, assertion, portal, policy),
        }
    }

    fn of_field(
        field: Field,
        assertion: &Assertion,
        portal: &Portal,
        policy: &Policy,
    ) -> Option<Self> {
        let sources = policy.claims.of(field);
        let name = field.name();
        let wrong = match Claim::read(assertion, &policy.claims, field) {
            Claim::Values(_) => return None,
            Claim::Absent => absent(&sources, assertion).to_owned(),
            Claim::Ambiguous(values) => format!("{} different values", values.len()),
            Claim::Unfit(why) => why.to_owned(),
        };
        let attribute = sources.iter().find(|source| **source != NAME_ID);
        let hint = match attribute {
            _ if field == Field::Groups && has_overage(assertion) => OVERAGE.to_owned(),
            Some(attribute) => how_to_send(portal, attribute, Some(field)),
            None => policy.profile.name_id_hint.to_owned(),
        };
        Some(Self {
            claim: attribute.copied().unwrap_or(NAME_ID).to_owned(),
            expected: format!("the claim {name}, sent as {}", super::any_of(&sources)),
            actual: format!("{name}: {wrong}"),
            hint,
        })
    }
}

const OVERAGE: &str = "The user is in more groups than Entra ID puts into a message, so none is in \
    it. In Attributes & Claims, edit the group claim to send only the groups that are assigned to \
    the application.";

fn has_overage(assertion: &Assertion) -> bool {
    crate::profiles::Entra::read(assertion).is_some_and(|entra| entra.groups_overage)
}

/// Sent without a value, or not at all: the administrator looks in different places.
fn absent(sources: &[&str], assertion: &Assertion) -> &'static str {
    let sent = |source: &str| assertion.attributes.iter().any(|one| one.name == source);
    if sources.iter().any(|source| sent(source)) { "sent, but empty" } else { "not sent" }
}
