//! What to enter where: a setting of the identity provider, in the words of its console.
//!
//! Values come from the configuration or from the table of places, never from the message: who
//! reads "add this URL" must not be sent to an attacker's.

use crate::profiles::{Place, Portal};
use crate::report::Hint;

/// A value to enter in a field, or to add to those it holds.
pub(super) fn enter(portal: &Portal, place: Place, value: &str) -> Hint {
    let text = format!("{}: enter {value}", described(portal, place));
    hint(text, place, Some(value))
}

/// What the table says to choose in a field, if it says so.
pub(super) fn choose(portal: &Portal, place: Place) -> Hint {
    match place.value {
        Some(value) => {
            let text = format!("{}: choose {value}", described(portal, place));
            hint(text, place, Some(value))
        }
        None => see(portal, place),
    }
}

/// A field to look at.
pub(super) fn see(portal: &Portal, place: Place) -> Hint {
    hint(described(portal, place), place, None)
}

fn described(portal: &Portal, place: Place) -> String {
    let preposition = if portal.is_known() { "In" } else { "At" };
    format!("{preposition} {}, {} > {}", portal.title, place.portal, place.field)
}

fn hint(mut text: String, place: Place, value: Option<&str>) -> Hint {
    text.push('.');
    Hint {
        text,
        portal: Some(place.portal.to_owned()),
        field: Some(place.field.to_owned()),
        value: value.map(str::to_owned),
    }
}
