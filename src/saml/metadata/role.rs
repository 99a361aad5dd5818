//! What a role descriptor says, whichever role it is (SAML metadata 2.4.1): keys and endpoints.

use std::collections::BTreeSet;

use crate::dsig::{self, Certificate, KeyFamily};
use crate::saml::element::optional;
use crate::saml::names::METADATA;
use crate::xml::{Element, trim};

/// An endpoint: a binding and where to send to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// URI of the binding.
    pub binding: String,
    /// Location.
    pub location: String,
    /// ResponseLocation, where responses go to another URL than requests.
    pub response_location: Option<String>,
}

impl Endpoint {
    pub(super) fn of(element: Element<'_>) -> Option<Self> {
        Some(Self {
            binding: trim(element.attribute("Binding")?).to_owned(),
            location: trim(element.attribute("Location")?).to_owned(),
            response_location: optional(element, "ResponseLocation"),
        })
    }

    /// Whether a browser can be sent to its location by a redirect or a form.
    pub fn is_web_address(&self) -> bool {
        is_web_address(&self.location)
    }

    /// Where responses go: ResponseLocation where there is one, else Location (SAML metadata
    /// 2.2.2). `None` where that is no web address.
    pub fn response_web_address(&self) -> Option<&str> {
        let location = self.response_location.as_deref().map(trim);
        let location = location.filter(|one| !one.is_empty()).unwrap_or(&self.location);
        is_web_address(location).then_some(location)
    }
}

fn is_web_address(location: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| {
        location.get(..scheme.len()).is_some_and(|one| one.eq_ignore_ascii_case(scheme))
    })
}

/// What a key is for: the `use` of its KeyDescriptor (SAML metadata 2.4.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPurpose {
    /// No `use`: for both.
    Any,
    /// To encrypt for this entity.
    Encryption,
    /// To verify what this entity signs.
    Signing,
}

impl KeyPurpose {
    /// `any`, `encryption` or `signing`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Encryption => "encryption",
            Self::Signing => "signing",
        }
    }

    /// Whether signatures may be verified with it.
    pub const fn signs(self) -> bool {
        matches!(self, Self::Any | Self::Signing)
    }
}

/// A certificate of a role and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribedKey {
    /// What it is for.
    pub purpose: KeyPurpose,
    /// The certificate.
    pub certificate: Certificate,
}

/// A key that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnusableKey {
    /// What it would be for.
    pub purpose: KeyPurpose,
    /// Why it cannot be used: `a certificate that is not an X.509 certificate`.
    pub reason: String,
    /// Line of the file, from 1, where it stands.
    pub line: u32,
}

/// The keys of a role: certificates each once for each purpose, and what cannot be used.
#[derive(Debug, Default)]
pub(super) struct Keys {
    pub(super) certificates: Vec<DescribedKey>,
    pub(super) unusable: Vec<UnusableKey>,
}

impl Keys {
    /// Certificates of `KeyInfo/X509Data`. Names count with their namespaces: a KeyInfo of another
    /// namespace is not a key, however much it looks like one. A bare KeyValue is not a key
    /// either: nobody could compare it with what a portal shows, and it has no dates.
    pub(super) fn of(role: Element<'_>) -> Self {
        let mut keys = Self::default();
        let mut seen = BTreeSet::new();
        for descriptor in children(role, METADATA, "KeyDescriptor") {
            let purpose = match descriptor.attribute("use").map(trim) {
                None => Some(KeyPurpose::Any),
                Some("signing") => Some(KeyPurpose::Signing),
                Some("encryption") => Some(KeyPurpose::Encryption),
                Some(_) => None,
            };
            let mut unusable = |at: Element<'_>, reason: String| {
                let purpose = purpose.unwrap_or(KeyPurpose::Any);
                keys.unusable.push(UnusableKey { purpose, reason, line: at.position().line });
            };
            let Some(purpose) = purpose else {
                let reason = "a KeyDescriptor whose use is neither signing nor encryption";
                unusable(descriptor, reason.to_owned());
                continue;
            };
            let mut any = false;
            for element in certificates(descriptor) {
                any = true;
                match Certificate::from_base64(&element.text()) {
                    Ok(certificate) if certificate.key().family() == KeyFamily::Other => {
                        let reason = certificate.key().description();
                        unusable(element, format!("a certificate with {reason}"));
                    }
                    Ok(certificate) => {
                        if seen.insert((purpose.as_str(), certificate.facts().sha256.clone())) {
                            keys.certificates.push(DescribedKey { purpose, certificate });
                        }
                    }
                    Err(error) => unusable(element, format!("a certificate that is {error}")),
                }
            }
            if !any {
                unusable(descriptor, "a KeyDescriptor without an X509Certificate".to_owned());
            }
        }
        keys
    }
}

fn certificates(descriptor: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    children(descriptor, dsig::NAMESPACE, "KeyInfo")
        .flat_map(|info| children(info, dsig::NAMESPACE, "X509Data"))
        .flat_map(|data| children(data, dsig::NAMESPACE, "X509Certificate"))
}

pub(super) fn endpoints(role: Element<'_>, name: &'static str) -> Vec<Endpoint> {
    children(role, METADATA, name).filter_map(Endpoint::of).collect()
}

pub(super) fn name_id_formats(role: Element<'_>) -> Vec<String> {
    let formats = children(role, METADATA, "NameIDFormat");
    formats.map(|format| trim(&format.text()).to_owned()).collect()
}

/// An `xs:boolean`; false where it is absent.
pub(super) fn flag(element: Element<'_>, name: &str) -> bool {
    matches!(element.attribute(name).map(trim), Some("true" | "1"))
}

pub(super) fn children<'d>(
    parent: Element<'d>,
    namespace: &'static str,
    name: &'static str,
) -> impl Iterator<Item = Element<'d>> {
    parent.child_elements().filter(move |child| child.is(namespace, name))
}
