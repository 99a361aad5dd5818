//! What applications fix and what administrators see: data, one file each.

pub(crate) mod aadsts;
mod amplitude;
mod aws_iam_identity_center;
pub mod claims;
mod entra_id;
mod generic;
mod portals;

pub use entra_id::Entra;
pub(crate) use entra_id::{GROUPS, shows_mfa};
pub(crate) use portals::{Place, Portal};

/// What is known about a service provider or an identity provider beforehand.
///
/// Shapes are URLs in which `*` stands for anything but a slash.
#[derive(Debug)]
pub struct Profile {
    /// Its name in the option `profile`.
    pub id: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The Identifier (Entity ID), where it is the same for every customer.
    pub entity_id: Option<&'static str>,
    /// All shapes of its Identifiers. Empty: any.
    pub entity_id_shapes: &'static [&'static str],
    /// All shapes of its Reply URLs. Empty: any.
    pub reply_url_shapes: &'static [&'static str],
    /// The Sign-on URL, where it is the same for every customer.
    pub sign_on_url: Option<&'static str>,
    /// The NameID formats one of which it needs. Empty: any.
    pub name_id_formats: &'static [&'static str],
    /// The fields of a user that it needs, by their names in [`claims`].
    pub required_claims: &'static [&'static str],
    /// The most characters of metadata that it imports.
    pub metadata_characters: Option<usize>,
    /// Where the Identifier is found.
    pub entity_id_hint: &'static str,
    /// Where the Reply URL is found.
    pub reply_url_hint: &'static str,
    /// What to do about a NameID that does not fit.
    pub name_id_hint: &'static str,
}

/// All profiles, by name.
pub static PROFILES: &[Profile] =
    &[amplitude::PROFILE, aws_iam_identity_center::PROFILE, entra_id::PROFILE, generic::PROFILE];

impl Profile {
    /// The profile of this name.
    pub fn by_id(id: &str) -> Option<&'static Self> {
        PROFILES.iter().find(|profile| profile.id == id)
    }

    /// All names, for messages.
    pub(crate) fn ids() -> String {
        let ids: Vec<&str> = PROFILES.iter().map(|profile| profile.id).collect();
        ids.join(", ")
    }

    /// Where the application shows its Identifier; empty where its profile knows no application,
    /// and the identity provider's own page is all there is to say.
    pub(crate) fn entity_id_place(&self) -> &'static str {
        if self.reply_url_shapes.is_empty() { "" } else { self.entity_id_hint }
    }

    /// The same for the Reply URL.
    pub(crate) fn reply_url_place(&self) -> &'static str {
        if self.reply_url_shapes.is_empty() { "" } else { self.reply_url_hint }
    }

    /// Whether this can be an Identifier of the application.
    pub fn fits_entity_id(&self, entity_id: &str) -> bool {
        fits_any(self.entity_id_shapes, entity_id)
    }

    /// Whether this can be a Reply URL of the application.
    pub fn fits_reply_url(&self, url: &str) -> bool {
        fits_any(self.reply_url_shapes, url)
    }
}

fn fits_any(shapes: &[&str], url: &str) -> bool {
    shapes.is_empty() || shapes.iter().any(|shape| fits(shape, url))
}

/// Whether a URL has a shape: the texts between the stars stand in it in order, and what the
/// stars stand for is not empty and holds no slash.
fn fits(shape: &str, url: &str) -> bool {
    let mut parts = shape.split('*');
    let Some(mut rest) = parts.next().and_then(|start| url.strip_prefix(start)) else {
        return false;
    };
    for part in parts {
        let star = if part.is_empty() { rest.len() } else { rest.find(part).unwrap_or(0) };
        let (held, after) = rest.split_at_checked(star).unwrap_or(("", ""));
        if held.is_empty() || held.contains('/') {
            return false;
        }
        rest = after.strip_prefix(part).unwrap_or_default();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_one_piece_of_a_path() {
        let shape = "https://*.example/acs/*";
        assert!(fits(shape, "https://eu.example/acs/1"));
        for url in [
            "https://eu.example/acs/",
            "https://.example/acs/1",
            "https://eu.example/acs/1/2",
            "https://evil/eu.example/acs/1",
            "http://eu.example/acs/1",
            "https://eu.example/acs",
        ] {
            assert!(!fits(shape, url), "{url}");
        }
        assert!(fits("https://a/b", "https://a/b"));
        assert!(!fits("https://a/b", "https://a/bc"));
    }

    #[test]
    fn what_a_profile_needs_is_a_field() {
        for profile in PROFILES {
            for name in profile.required_claims {
                assert!(claims::Field::by_name(name).is_some(), "{}: {name}", profile.id);
            }
        }
    }

    #[test]
    fn what_a_profile_fixes_fits_its_own_shapes() {
        for profile in PROFILES {
            assert!(
                profile.entity_id.is_none_or(|id| profile.fits_entity_id(id)),
                "{}",
                profile.id
            );
        }
    }
}
