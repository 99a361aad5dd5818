//! The metadata of this service provider: what the administrator of an identity provider imports
//! (SAML metadata 2.4.4), signed where the host has a key.

use super::ServiceProvider;
use super::outgoing::check_id;
use crate::dsig::{Certificate, Enveloped, SignTask};
use crate::policy::{Policy, RequireSigned};
use crate::report::SetupError;
use crate::saml::metadata::{Contact, Organization, ServiceProviderDescriptor};
use crate::saml::time::{Instant, Seconds};
use crate::xml::is_writable;

/// What the metadata shall say beside the set-up. IDs and the time come from outside.
#[derive(Clone, Debug)]
pub struct MetadataRequest {
    /// The time, which `valid_until` is held against.
    pub now: Instant,
    /// ID of the EntityDescriptor: a letter or an underscore, then letters, digits, `.`, `_` and
    /// `-`. A signature needs one.
    pub id: Option<String>,
    /// When the metadata ceases to be valid. Best left out: an identity provider that keeps a copy
    /// refuses logins from then on.
    pub valid_until: Option<Instant>,
    /// For how long a copy may be kept.
    pub cache: Option<Seconds>,
    /// NameID formats that this service provider can work with. None: any.
    pub name_id_formats: Vec<String>,
    /// Who runs this service provider.
    pub organization: Option<Organization>,
    /// Whom to turn to.
    pub contacts: Vec<Contact>,
    /// Whether the host has a signing key, so that login requests are signed.
    pub authn_requests_signed: bool,
    /// Identifier of the algorithm of the host's signing key, where the metadata itself shall be
    /// signed.
    pub signature_algorithm: Option<String>,
}

impl MetadataRequest {
    /// Nothing beside the set-up, unsigned.
    pub fn at(now: Instant) -> Self {
        Self {
            now,
            id: None,
            valid_until: None,
            cache: None,
            name_id_formats: Vec::new(),
            organization: None,
            contacts: Vec::new(),
            authn_requests_signed: false,
            signature_algorithm: None,
        }
    }
}

/// Metadata that was written.
#[derive(Clone, Debug)]
pub enum Written {
    /// The XML.
    Ready(String),
    /// It has to be signed first.
    Sign(Box<UnsignedMetadata>),
}

/// Metadata that lacks its signature.
#[derive(Clone, Debug)]
pub struct UnsignedMetadata {
    enveloped: Enveloped,
    certificates: Vec<Certificate>,
}

impl ServiceProvider {
    /// Writes the metadata of this service provider.
    ///
    /// Errors: `OPTIONS`, with the option's name in the message: an entity ID or a text that XML
    /// cannot carry to the letter, a Reply URL or Logout URL that is no web address.
    ///
    /// ```
    /// use countersign::policy::{Options, Policy};
    /// use countersign::sp::ServiceProvider;
    /// use countersign::sp::metadata::{MetadataRequest, Written};
    ///
    /// // As a rule the identity provider wants this file before it gives its own.
    /// let policy = Policy::without_identity_provider(Options {
    ///     entity_id: Some("https://app.example.com/saml".into()),
    ///     reply_urls: vec!["https://app.example.com/saml/acs".into()],
    ///     ..Options::default()
    /// })?;
    /// let now = countersign::Instant::from_milliseconds(1_800_000_000_000);
    /// match ServiceProvider::from_policy(policy).metadata(&MetadataRequest::at(now))? {
    ///     Written::Ready(xml) => assert!(xml.starts_with("<md:EntityDescriptor ")),
    ///     // Where `signature_algorithm` is given: the host signs `unsigned.task().data`, and
    ///     // `unsigned.with_signature(..)` is the document.
    ///     Written::Sign(unsigned) => drop(unsigned),
    /// }
    /// # Ok::<(), countersign::report::SetupError>(())
    /// ```
    pub fn metadata(&self, request: &MetadataRequest) -> Result<Written, SetupError> {
        let policy: &Policy = &self.policy;
        check_set_up(policy)?;
        check_request(request)?;
        let assertions =
            matches!(policy.require_signed, RequireSigned::Assertion | RequireSigned::Both);
        let xml = ServiceProviderDescriptor {
            id: request.id.as_deref(),
            entity_id: &policy.entity_id,
            valid_until: request.valid_until,
            cache: request.cache,
            authn_requests_signed: request.authn_requests_signed,
            want_assertions_signed: assertions,
            signing_certificates: &policy.signing_certificates,
            encryption_certificates: &policy.encryption_certificates,
            logout_url: policy.logout_url.as_deref(),
            name_id_formats: &request.name_id_formats,
            reply_urls: &policy.reply_urls,
            organization: request.organization.as_ref(),
            contacts: &request.contacts,
        }
        .to_xml();
        let Some(algorithm) = &request.signature_algorithm else {
            return Ok(Written::Ready(xml));
        };
        let enveloped = Enveloped::prepare(&xml, algorithm).ok_or_else(|| {
            SetupError::options("the metadata cannot be signed")
                .expected("an id, and less than 1 MiB of metadata")
        })?;
        let certificates = policy.signing_certificates.clone();
        Ok(Written::Sign(Box::new(UnsignedMetadata { enveloped, certificates })))
    }
}

impl UnsignedMetadata {
    /// What has to be signed.
    pub fn task(&self) -> &SignTask {
        self.enveloped.task()
    }

    /// Puts the signature in, with the certificate that it is verified with; alone where the set-up
    /// has no certificate, which whoever imports it then needs from elsewhere.
    ///
    /// Errors: `OPTIONS` where none of the signing certificates belongs to the key. An identity
    /// provider would find that out at the first login, and say no more than that a signature is
    /// wrong.
    pub fn with_signature(&self, signature: &[u8]) -> Result<String, SetupError> {
        if self.certificates.is_empty() {
            return Ok(self.enveloped.with_signature(signature));
        }
        let belongs = |one: &&Certificate| self.task().is_answered(signature, one.key());
        let certificate = self.certificates.iter().find(belongs).ok_or_else(|| {
            let listed: Vec<&str> =
                self.certificates.iter().map(|one| one.facts().subject.as_str()).collect();
            SetupError::options("signingKey belongs to none of signingCertificates")
                .expected("the certificate that was made with signingKey")
                .actual(listed.join("; "))
                .hint(
                    "Give the certificate of this very key. They belong together where `openssl \
                     x509 -in certificate.pem -noout -pubkey` and `openssl pkey -in key.pem \
                     -pubout` print the same.",
                )
        })?;
        Ok(self.enveloped.with_signature_and_certificate(signature, certificate))
    }
}

fn check_set_up(policy: &Policy) -> Result<(), SetupError> {
    check_uri("entityId", &policy.entity_id)?;
    if policy.entity_id.chars().count() > ENTITY_ID_CHARACTERS {
        return Err(SetupError::options("entityId is too long for metadata")
            .expected(format!("at most {ENTITY_ID_CHARACTERS} characters"))
            .actual(&policy.entity_id));
    }
    for (index, url) in policy.reply_urls.iter().enumerate() {
        check_web_address(&format!("replyUrls[{index}]"), url)?;
    }
    if let Some(url) = &policy.logout_url {
        check_web_address("logoutUrl", url)?;
    }
    Ok(())
}

/// SAML metadata 2.2.1.
const ENTITY_ID_CHARACTERS: usize = 1024;

fn check_request(request: &MetadataRequest) -> Result<(), SetupError> {
    if let Some(id) = &request.id {
        check_id(id)?;
    }
    if let Some(until) = request.valid_until
        && until <= request.now
    {
        return Err(SetupError::options("validUntil is past")
            .expected(format!("a time after {}", request.now))
            .actual(until.to_string()));
    }
    for (index, format) in request.name_id_formats.iter().enumerate() {
        check_uri(&format!("nameIdFormats[{index}]"), format)?;
    }
    if let Some(Organization { name, display_name, url, language }) = &request.organization {
        check_text("organization.name", name)?;
        check_text("organization.displayName", display_name)?;
        check_web_address("organization.url", url)?;
        if !is_language(language) {
            return Err(SetupError::options("organization.lang is not a language")
                .expected("a tag such as en or pt-BR")
                .actual(language));
        }
    }
    for (index, contact) in request.contacts.iter().enumerate() {
        check_contact(&format!("contacts[{index}]"), contact)?;
    }
    Ok(())
}

fn check_contact(option: &str, contact: &Contact) -> Result<(), SetupError> {
    let Contact { kind: _, company, given_name, sur_name, email_address, telephone_number } =
        contact;
    for (name, text) in [
        ("company", company),
        ("givenName", given_name),
        ("surName", sur_name),
        ("telephoneNumber", telephone_number),
    ] {
        if let Some(text) = text {
            check_text(&format!("{option}.{name}"), text)?;
        }
    }
    email_address.as_ref().map_or(Ok(()), |one| check_uri(&format!("{option}.emailAddress"), one))
}

/// The metadata has to say what is configured, to the letter; what XML cannot carry it could only
/// change.
fn check_text(option: &str, text: &str) -> Result<(), SetupError> {
    if text.trim().is_empty() {
        return Err(SetupError::options(format!("{option} is empty"))
            .expected("a text")
            .hint("Give a text, or leave the option out."));
    }
    if !is_writable(text) {
        return Err(SetupError::options(format!("{option} holds a character that XML forbids"))
            .expected("text without control characters")
            .actual(text));
    }
    Ok(())
}

/// The schema's anyURI, in which white space has no place: readers take it away.
fn check_uri(option: &str, uri: &str) -> Result<(), SetupError> {
    check_text(option, uri)?;
    if uri.contains(char::is_whitespace) || uri.contains(char::is_control) {
        return Err(SetupError::options(format!("{option} holds white space"))
            .expected("a URI, in which white space is written as %20")
            .actual(uri));
    }
    Ok(())
}

fn check_web_address(option: &str, url: &str) -> Result<(), SetupError> {
    check_uri(option, url)?;
    let scheme =
        |scheme: &str| url.get(..scheme.len()).is_some_and(|one| one.eq_ignore_ascii_case(scheme));
    if scheme("https://") || scheme("http://") {
        return Ok(());
    }
    Err(SetupError::options(format!("{option} is not a web address"))
        .expected("an absolute URL that starts with https://")
        .actual(url))
}

/// The shape of a language tag (RFC 5646 as the schema's `xs:language` has it).
fn is_language(tag: &str) -> bool {
    let fits = |part: &str, allowed: fn(&u8) -> bool| {
        (1..=8).contains(&part.len()) && part.as_bytes().iter().all(allowed)
    };
    let (first, rest) = tag.split_once('-').unwrap_or((tag, ""));
    let mut rest = rest.split('-').filter(|_| first.len() < tag.len());
    fits(first, u8::is_ascii_alphabetic) && rest.all(|part| fits(part, u8::is_ascii_alphanumeric))
}
