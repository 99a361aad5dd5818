//! Writing the metadata of a service provider (SAML metadata 2.3.2, 2.4.4): the file that an
//! administrator uploads at the identity provider.

use crate::dsig::{self, Certificate};
use crate::saml::names::{BINDING_POST, BINDING_REDIRECT, METADATA, PROTOCOL};
use crate::saml::time::{Instant, Seconds};
use crate::xml::Writer;

/// What the metadata of a service provider says. Values are written as they are: whoever fills
/// this in has seen to it that XML can carry them.
#[derive(Clone, Debug)]
pub struct ServiceProviderDescriptor<'a> {
    /// ID of the EntityDescriptor, which a signature refers to.
    pub id: Option<&'a str>,
    /// Identifier (Entity ID).
    pub entity_id: &'a str,
    /// When the metadata ceases to be valid.
    pub valid_until: Option<Instant>,
    /// For how long it may be kept.
    pub cache: Option<Seconds>,
    /// Whether login requests are signed.
    pub authn_requests_signed: bool,
    /// Whether assertions have to carry a signature of their own.
    pub want_assertions_signed: bool,
    /// Certificates that what this service provider signs is verified with.
    pub signing_certificates: &'a [Certificate],
    /// Certificates to encrypt for it with.
    pub encryption_certificates: &'a [Certificate],
    /// Logout URL.
    pub logout_url: Option<&'a str>,
    /// NameID formats that it can work with.
    pub name_id_formats: &'a [String],
    /// Reply URLs (ACS URLs), the default first.
    pub reply_urls: &'a [String],
    /// Who runs it.
    pub organization: Option<&'a Organization>,
    /// Whom to turn to.
    pub contacts: &'a [Contact],
}

/// Who runs a service provider (SAML metadata 2.3.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its name.
    pub name: String,
    /// Its name as people know it.
    pub display_name: String,
    /// Where to read about it.
    pub url: String,
    /// The language of these texts, as in `xml:lang`.
    pub language: String,
}

/// Somebody to turn to (SAML metadata 2.3.2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// What for.
    pub kind: ContactKind,
    /// Company.
    pub company: Option<String>,
    /// Given name.
    pub given_name: Option<String>,
    /// Surname.
    pub sur_name: Option<String>,
    /// E-mail address, with or without `mailto:`.
    pub email_address: Option<String>,
    /// Telephone number.
    pub telephone_number: Option<String>,
}

/// What a contact is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactKind {
    /// Contracts and accounts.
    Administrative,
    /// Invoices.
    Billing,
    /// Anything else.
    Other,
    /// Users who need help.
    Support,
    /// Technical matters.
    Technical,
}

impl ContactKind {
    /// The contactType of the schema.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrative => "administrative",
            Self::Billing => "billing",
            Self::Other => "other",
            Self::Support => "support",
            Self::Technical => "technical",
        }
    }
}

impl ServiceProviderDescriptor<'_> {
    /// The XML, on one line: white space between elements would be signed with them.
    pub fn to_xml(&self) -> String {
        let mut xml = Writer::new();
        xml.start("md:EntityDescriptor")
            .attribute("xmlns:md", METADATA)
            .attribute_if("ID", self.id)
            .attribute("entityID", self.entity_id)
            .attribute_if("validUntil", self.valid_until.map(|time| time.to_string()).as_deref())
            .attribute_if(
                "cacheDuration",
                self.cache.map(|Seconds(s)| format!("PT{s}S")).as_deref(),
            );
        self.role(&mut xml);
        if let Some(organization) = self.organization {
            organization.write(&mut xml);
        }
        for contact in self.contacts {
            contact.write(&mut xml);
        }
        xml.finish()
    }

    /// The elements of the role stand in the order of the schema: importers that validate refuse
    /// any other.
    fn role(&self, xml: &mut Writer) {
        let wanted = self.want_assertions_signed.then_some("true");
        xml.start("md:SPSSODescriptor")
            .attribute(
                "AuthnRequestsSigned",
                if self.authn_requests_signed { "true" } else { "false" },
            )
            .attribute_if("WantAssertionsSigned", wanted)
            .attribute("protocolSupportEnumeration", PROTOCOL);
        keys(xml, "signing", self.signing_certificates);
        keys(xml, "encryption", self.encryption_certificates);
        if let Some(url) = self.logout_url {
            for binding in [BINDING_REDIRECT, BINDING_POST] {
                endpoint(xml, "md:SingleLogoutService", binding, url).end();
            }
        }
        for format in self.name_id_formats {
            xml.leaf("md:NameIDFormat", format);
        }
        for (index, url) in each_once(self.reply_urls).enumerate() {
            endpoint(xml, "md:AssertionConsumerService", BINDING_POST, url)
                .attribute("index", &index.to_string())
                .attribute_if("isDefault", (index == 0).then_some("true"))
                .end();
        }
        xml.end();
    }
}

fn keys(xml: &mut Writer, purpose: &str, certificates: &[Certificate]) {
    for certificate in each_once(certificates) {
        xml.start("md:KeyDescriptor").attribute("use", purpose);
        xml.start("ds:KeyInfo").attribute("xmlns:ds", dsig::NAMESPACE).start("ds:X509Data");
        xml.leaf("ds:X509Certificate", &certificate.to_base64()).end().end().end();
    }
}

fn endpoint<'x>(
    xml: &'x mut Writer,
    name: &'static str,
    binding: &str,
    url: &str,
) -> &'x mut Writer {
    xml.start(name).attribute("Binding", binding).attribute("Location", url)
}

/// Few values, each the first time that it comes.
fn each_once<T: PartialEq>(values: &[T]) -> impl Iterator<Item = &T> {
    values.iter().enumerate().filter_map(|(index, value)| {
        let known = values.iter().take(index).any(|other| other == value);
        (!known).then_some(value)
    })
}

impl Organization {
    fn write(&self, xml: &mut Writer) {
        xml.start("md:Organization");
        for (name, text) in [
            ("md:OrganizationName", &self.name),
            ("md:OrganizationDisplayName", &self.display_name),
            ("md:OrganizationURL", &self.url),
        ] {
            xml.start(name).attribute("xml:lang", &self.language).text(text).end();
        }
        xml.end();
    }
}

impl Contact {
    fn write(&self, xml: &mut Writer) {
        xml.start("md:ContactPerson").attribute("contactType", self.kind.as_str());
        let email = self.email_address.as_deref().map(|address| {
            // The schema has a URI there, and federations insist on it.
            let given = address.get(..7).is_some_and(|one| one.eq_ignore_ascii_case("mailto:"));
            if given { address.to_owned() } else { format!("mailto:{address}") }
        });
        for (name, text) in [
            ("md:Company", self.company.as_deref()),
            ("md:GivenName", self.given_name.as_deref()),
            ("md:SurName", self.sur_name.as_deref()),
            ("md:EmailAddress", email.as_deref()),
            ("md:TelephoneNumber", self.telephone_number.as_deref()),
        ] {
            if let Some(text) = text {
                xml.leaf(name, text);
            }
        }
        xml.end();
    }
}
