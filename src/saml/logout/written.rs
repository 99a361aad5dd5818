//! Logout messages of our own (SAML core 3.7.1, 3.7.2), as XML.

use crate::saml::names::{ASSERTION, FORMAT_UNSPECIFIED, PROTOCOL};
use crate::saml::time::Instant;
use crate::xml::Writer;

/// What a message of ours says on its envelope.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// ID: begins with a letter or an underscore.
    pub id: &'a str,
    /// IssueInstant.
    pub issue_instant: Instant,
    /// Where it is sent to.
    pub destination: &'a str,
    /// The Identifier (Entity ID) of this service provider.
    pub issuer: &'a str,
}

/// Who is to be signed out, as a LogoutRequest says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The NameID of the login, to the letter.
    pub name_id: String,
    /// Its Format. `unspecified` is left out, which means the same (SAML core 8.3.1).
    pub format: Option<String>,
    /// Its NameQualifier.
    pub name_qualifier: Option<String>,
    /// Its SPNameQualifier.
    pub sp_name_qualifier: Option<String>,
    /// The sessions meant. None: all of the user's.
    pub session_indexes: Vec<String>,
}

/// Writes a LogoutRequest (SAML core 3.7.1).
pub fn request_xml(
    envelope: Envelope<'_>,
    principal: &Principal,
    reason: Option<&str>,
    not_on_or_after: Option<Instant>,
) -> String {
    let mut xml = Writer::new();
    let not_on_or_after = not_on_or_after.map(|instant| instant.to_string());
    start(&mut xml, "samlp:LogoutRequest", envelope)
        .attribute_if("Reason", reason)
        .attribute_if("NotOnOrAfter", not_on_or_after.as_deref())
        .leaf("saml:Issuer", envelope.issuer);
    let format = principal.format.as_deref().filter(|format| *format != FORMAT_UNSPECIFIED);
    xml.start("saml:NameID")
        .attribute_if("NameQualifier", principal.name_qualifier.as_deref())
        .attribute_if("SPNameQualifier", principal.sp_name_qualifier.as_deref())
        .attribute_if("Format", format)
        .text(&principal.name_id)
        .end();
    for index in &principal.session_indexes {
        xml.leaf("samlp:SessionIndex", index);
    }
    xml.finish()
}

/// Writes a LogoutResponse (SAML core 3.7.2). `codes` are the status codes, the outermost first.
pub fn response_xml(envelope: Envelope<'_>, in_response_to: &str, codes: &[&str]) -> String {
    let mut xml = Writer::new();
    start(&mut xml, "samlp:LogoutResponse", envelope)
        .attribute("InResponseTo", in_response_to)
        .leaf("saml:Issuer", envelope.issuer)
        .start("samlp:Status");
    for code in codes {
        xml.start("samlp:StatusCode").attribute("Value", code);
    }
    xml.finish()
}

fn start<'x>(xml: &'x mut Writer, name: &'static str, envelope: Envelope<'_>) -> &'x mut Writer {
    xml.start(name)
        .attribute("xmlns:samlp", PROTOCOL)
        .attribute("xmlns:saml", ASSERTION)
        .attribute("ID", envelope.id)
        .attribute("Version", "2.0")
        .attribute("IssueInstant", &envelope.issue_instant.to_string())
        .attribute("Destination", envelope.destination)
}
