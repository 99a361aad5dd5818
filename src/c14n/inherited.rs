//! `xml:` attributes that a subtree takes over from the ancestors it leaves behind.

use std::collections::BTreeSet;

use super::Form;
use super::xml_base::join;
use crate::xml::Element;
use crate::xml::storage::XML;

/// What the inclusive forms add to the attributes of an apex.
#[derive(Debug, Default)]
pub(super) struct Inherited {
    /// Attributes of ancestors, as indices in the document.
    pub(super) attributes: Vec<u32>,
    /// The attribute (the apex's own or one of the above) that carries the joined `xml:base`, and
    /// its value.
    pub(super) base: Option<(u32, String)>,
}

impl Inherited {
    /// Canonical XML 1.0, 2.4: every `xml:` attribute that the apex has not, from the nearest
    /// ancestor that has it. Canonical XML 1.1, 2.4: of `xml:lang` and `xml:space` alone, and
    /// `xml:base` joined.
    pub(super) fn of(apex: Element<'_>, form: Form) -> Inherited {
        let document = apex.document();
        let local = |index: u32| {
            document.attribute_data(index).map_or("", |it| document.text(it.local_name()))
        };
        let own = apex.data().attributes;
        // The apex's own first, then each ancestor's from the inside out.
        let mut attributes: Vec<u32> = std::iter::successors(Some(apex), |it| it.parent())
            .flat_map(|element| element.data().attributes.start..element.data().attributes.end)
            .filter(|&index| document.attribute_data(index).is_some_and(|it| it.namespace == XML))
            .collect();
        let bases: Vec<u32> =
            attributes.iter().copied().filter(|&index| local(index) == "base").collect();
        // Of those with one name the first is the nearest.
        let mut seen = BTreeSet::new();
        attributes.retain(|&index| seen.insert(local(index)));
        attributes.retain(|&index| {
            let inherits = match form {
                Form::Inclusive10 => true,
                Form::Inclusive11 => matches!(local(index), "base" | "lang" | "space"),
                Form::Exclusive => false,
            };
            inherits && !(own.start..own.end).contains(&index)
        });
        let base = match (form, bases.as_slice()) {
            // A single base stands as it is, also where a join would tidy it.
            (Form::Inclusive11, [nearest, _, ..]) => {
                let values = bases.iter().rev().filter_map(|&index| {
                    document.attribute_data(index).map(|it| document.text(it.value))
                });
                Some((*nearest, join(values)))
            }
            _ => None,
        };
        Inherited { attributes, base }
    }
}
