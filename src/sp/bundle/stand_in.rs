//! What stands in the place of a value that speaks of a user.
//!
//! Equal values get equal stand-ins and different ones different, so that checks which compare find
//! the same. What is empty stays empty, white space around a value stays, an e-mail address stays
//! one and what is none does not become one. What is not in the lists of names below is replaced:
//! what a later version of SAML adds is personal until somebody says that it is not.

use std::collections::{BTreeMap, BTreeSet};

use crate::dsig;
use crate::saml::names::{ASSERTION, METADATA, PROTOCOL};
use crate::user::is_mail_address;
use crate::xml::{Attribute, Element, Replace, XML_NAMESPACE};

/// Elements whose text names systems and methods.
const TEXTS: &[(&str, &str)] = &[
    (ASSERTION, "Audience"),
    (ASSERTION, "AuthenticatingAuthority"),
    (ASSERTION, "AuthnContextClassRef"),
    (ASSERTION, "AuthnContextDeclRef"),
    (ASSERTION, "Issuer"),
    (dsig::NAMESPACE, "DigestValue"),
    (dsig::NAMESPACE, "SignatureValue"),
    (dsig::NAMESPACE, "X509Certificate"),
];

/// Attributes whose value names systems, methods, times or messages, on elements of SAML and XML
/// Signature. On those of others, within an AttributeValue or an extension, they may name anybody.
const ATTRIBUTES: &[&str] = &[
    "Algorithm",
    "AssertionID",
    "AuthnInstant",
    "Consent",
    "Decision",
    "Format",
    "FriendlyName",
    "ID",
    "Id",
    "InResponseTo",
    "IssueInstant",
    "MajorVersion",
    "Method",
    "MinorVersion",
    "Name",
    "NameFormat",
    "NotBefore",
    "NotOnOrAfter",
    "PrefixList",
    "SessionNotOnOrAfter",
    "URI",
    "Version",
    "validUntil",
];

/// The same on any element: `xml:lang`, `xsi:type` and the like.
const ATTRIBUTES_OF_XML: &[(&str, &str)] = &[
    (XML_NAMESPACE, "lang"),
    (XML_NAMESPACE, "space"),
    (SCHEMA_INSTANCE, "nil"),
    (SCHEMA_INSTANCE, "type"),
];

const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Whether the element is one that the specifications describe.
pub(super) fn is_specified(element: Element<'_>) -> bool {
    [ASSERTION, PROTOCOL, METADATA, dsig::NAMESPACE].contains(&element.namespace())
}

/// Attributes of users whose values decide, and are words of the identity provider.
const CLAIMS: &[&str] = &[
    "http://schemas.microsoft.com/claims/authnmethodsreferences",
    "http://schemas.microsoft.com/identity/claims/tenantid",
];

/// Addresses: of a query nobody knows what is in it.
const ADDRESSES: &[&str] = &["Destination", "Location", "Recipient", "ResponseLocation"];

/// The stand-ins of one message.
pub(super) struct StandIns<'p> {
    /// What the set-up says itself.
    known: BTreeSet<&'p str>,
    given: BTreeMap<String, usize>,
}

impl<'p> StandIns<'p> {
    pub(super) fn new(known: BTreeSet<&'p str>) -> Self {
        Self { known, given: BTreeMap::new() }
    }

    fn of(&mut self, value: &str) -> String {
        let core = value.trim();
        if core.is_empty() || self.known.contains(core) {
            return value.to_owned();
        }
        let next = self.given.len().saturating_add(1);
        let number = *self.given.entry(core.to_owned()).or_insert(next);
        // The name of a guest in Entra ID is no address; this mark says so.
        let stand_in = match (is_mail_address(core), core.contains("#EXT#")) {
            (true, true) => format!("person-{number}#EXT#@example.invalid"),
            (true, false) => format!("person-{number}@example.invalid"),
            (false, _) => format!("value-{number}"),
        };
        let (before, after) = value.split_once(core).unwrap_or(("", ""));
        format!("{before}{stand_in}{after}")
    }

    /// An address keeps its server and path, and loses whoever is named before and after them.
    fn address(&mut self, value: &str) -> String {
        if self.known.contains(value) {
            return value.to_owned();
        }
        let Some((scheme, rest)) = value.split_once("://") else { return self.of(value) };
        let end = rest.find(['?', '#']).unwrap_or(rest.len());
        let (place, query) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if !is_plain(scheme) || !place.split('/').all(is_plain) {
            return self.of(value);
        }
        let query = match query.get(..1) {
            Some(mark) => format!("{mark}{}", self.of(query)),
            None => String::new(),
        };
        format!("{scheme}://{place}{query}")
    }
}

/// A part of an address without escapes, names of users or anything else to hide something in.
fn is_plain(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte))
}

/// The very octets that were signed as SignedInfo: its signature is verified again.
fn is_signed_info(element: Element<'_>) -> bool {
    let mut around = std::iter::successors(Some(element), |element| element.parent());
    around.any(|one| one.is(dsig::NAMESPACE, "SignedInfo"))
}

impl Replace for StandIns<'_> {
    fn text(&mut self, within: Element<'_>, text: &str) -> String {
        let keeps = |(namespace, name): &(&str, &str)| within.is(namespace, name);
        if TEXTS.iter().any(keeps) || is_signed_info(within) || is_decisive(within) {
            return text.to_owned();
        }
        if within.is(PROTOCOL, "StatusMessage") {
            // The number says what went wrong; what follows may name the user.
            let number = aadsts(text).map(|number| format!("{number}: ")).unwrap_or_default();
            return format!("{number}{}", self.of(text));
        }
        self.of(text)
    }

    fn attribute(&mut self, of: Element<'_>, attribute: Attribute<'_>) -> String {
        let (name, value) = (attribute.local_name(), attribute.value());
        let status = name == "Value" && of.is(PROTOCOL, "StatusCode");
        let namespace = attribute.namespace();
        let impersonal = if namespace.is_empty() {
            is_specified(of) && (status || ATTRIBUTES.contains(&name))
        } else {
            ATTRIBUTES_OF_XML.contains(&(namespace, name))
        };
        if impersonal || is_signed_info(of) {
            return value.to_owned();
        }
        if ADDRESSES.contains(&name) { self.address(value) } else { self.of(value) }
    }
}

/// The value of a claim that the checks read. The tenant is one only as part of the Issuer.
fn is_decisive(value: Element<'_>) -> bool {
    let Some(attribute) = value.parent().filter(|_| value.is(ASSERTION, "AttributeValue")) else {
        return false;
    };
    attribute.attribute("Name").is_some_and(|name| CLAIMS.contains(&name))
        && (is_plain(value.text().trim()) || value.text().trim().starts_with("http://schemas."))
}

/// `AADSTS` and its number.
fn aadsts(text: &str) -> Option<&str> {
    const START: &str = "AADSTS";
    let from = text.get(text.find(START)?..)?;
    let digits = from.get(START.len()..)?.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then_some(from.get(..START.len().saturating_add(digits))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stand_ins() -> StandIns<'static> {
        StandIns::new(BTreeSet::from(["https://app.example/acs", "known"]))
    }

    #[test]
    fn what_checks_look_at_stays() {
        let mut all = stand_ins();
        assert_eq!(all.of("B. Simon"), "value-1");
        assert_eq!(all.of(" B. Simon\n"), " value-1\n");
        assert_eq!(all.of("b.simon@contoso.com"), "person-2@example.invalid");
        assert_eq!(all.of("b.simon@contoso.com,x@y"), "value-3");
        assert_eq!(all.of("a_b.c#EXT#@contoso.com"), "person-4#EXT#@example.invalid");
        for same in ["", " \n", "known", " known "] {
            assert_eq!(all.of(same), same);
        }
        for mail in ["b.simon@contoso.com", "b.simon", "a@b@c", "a@b, c@d"] {
            assert_eq!(is_mail_address(&all.of(mail)), is_mail_address(mail), "{mail}");
        }
    }

    #[test]
    fn addresses_lose_who_is_named_in_them() {
        let mut all = stand_ins();
        for same in ["https://app.example/acs", "https://other.example:8443/acs/1", "https://a"] {
            assert_eq!(all.address(same), same);
        }
        for named in [
            "https://app.example/acs?user=b.simon@contoso.com",
            "https://b.simon@app.example/acs",
            "https://app.example/acs#b.simon",
            "https://app.example/b%2esimon/acs",
            "mailto:b.simon@contoso.com",
        ] {
            assert!(!all.address(named).contains("simon"), "{named}");
        }
    }

    #[test]
    fn numbers_of_entra_id_are_found() {
        assert_eq!(aadsts("AADSTS50105: The signed in user"), Some("AADSTS50105"));
        assert_eq!(aadsts("Error AADSTS7."), Some("AADSTS7"));
        assert_eq!(aadsts("AADSTS: none"), None);
        assert_eq!(aadsts("ü AADSTS9é"), Some("AADSTS9"));
    }
}
