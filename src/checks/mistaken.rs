//! What to say about an input that is no message but can be recognised.

use crate::report::shown;
use crate::saml::aadsts::EntraError;
use crate::saml::lookalike::Lookalike;
use crate::saml::outline::kind_hint;

const TAKE_THE_FIELD: &str = "Take the value of the form field SAMLResponse of the POST to the \
    Reply URL (browser developer tools, Network, Payload).";
const PASS_IT_ON: &str = "Pass the form field SAMLResponse on as the web framework gives it.";
const SET_UP_SAML: &str = "Set the application up for SAML at the identity provider, and take the \
    form field SAMLResponse of the POST to the Reply URL.";

/// What the input is, and what to do.
#[allow(clippy::too_many_lines, reason = "a table: one row for each kind")]
pub(super) fn words(lookalike: &Lookalike) -> (String, String) {
    let (actual, hint) = match lookalike {
        Lookalike::Artifact => (
            "a SAML artifact (SAMLart)",
            "The identity provider sends a reference to the message, which is not supported. Have \
             it use the binding HTTP-POST for the Reply URL."
                .to_owned(),
        ),
        Lookalike::Base64Twice => (
            "base64 of base64",
            format!("The value was encoded twice: something encodes the form field again. {PASS_IT_ON}"),
        ),
        Lookalike::Base64Url => (
            "base64 for URLs (base64url, with - and _)",
            format!(
                "SAML uses + and / in base64. Something converted the value, or it is a token of \
                 OpenID Connect. {TAKE_THE_FIELD}"
            ),
        ),
        Lookalike::ByteOrderMark => (
            "XML with a byte order mark (BOM) in front that is not its first character",
            format!(
                "A file or a text that begins with a BOM was put behind another one. Leave both \
                 marks out. {PASS_IT_ON}"
            ),
        ),
        Lookalike::Certificate => (
            "a PEM file (a certificate or a key)",
            format!(
                "This is a certificate or a key, which belongs to the set-up (idp, or \
                 decryptionKeys). {TAKE_THE_FIELD}"
            ),
        ),
        Lookalike::Damaged => (
            "a Response that begins well and turns into something that is no text",
            format!(
                "Characters of the base64 were lost or changed on its way: often + , which a form \
                 turns into a blank and something then removes. {PASS_IT_ON}"
            ),
        ),
        Lookalike::Deflated { name, namespace } => return deflated(name, namespace),
        Lookalike::ErrorText { error } => {
            return ("the words of an error page of Entra ID".to_owned(), entra(error));
        }
        Lookalike::EscapedLineBreaks => (
            "base64 with a backslash and n where line breaks were",
            format!(
                "The value was copied from JSON or from the source of a program. Remove each \\n \
                 and \\r, or decode the JSON. {PASS_IT_ON}"
            ),
        ),
        Lookalike::FormPage => (
            "the web page that posts the SAMLResponse",
            "This is the page that the identity provider makes the browser post. Take the value of \
             its input named SAMLResponse, and nothing around it."
                .to_owned(),
        ),
        Lookalike::HtmlEscaped => (
            "text that is escaped for HTML (&lt; or &#43;)",
            format!(
                "The value was copied from the source of a web page, or a template escaped it. \
                 {TAKE_THE_FIELD}"
            ),
        ),
        Lookalike::HtmlPage { title, error } => return page(title.as_deref(), error.as_ref()),
        Lookalike::Json { holds_response: true, .. } => (
            "JSON with a SAMLResponse in it",
            "Pass the value of its property SAMLResponse, and not the JSON around it.".to_owned(),
        ),
        Lookalike::Json { error: Some(error), .. } => {
            return ("JSON with an error of Entra ID".to_owned(), entra(error));
        }
        Lookalike::Json { .. } => (
            "JSON",
            format!("This is an answer of OAuth, OpenID Connect or another API. {SET_UP_SAML}"),
        ),
        Lookalike::JsonWebToken => (
            "a JSON Web Token (JWT)",
            format!("This is a token of OpenID Connect or OAuth, not of SAML. {SET_UP_SAML}"),
        ),
        Lookalike::Labelled => (
            "a value with its name in front, or in quotation marks",
            "Take the value alone: without SAMLResponse, colon and quotation marks.".to_owned(),
        ),
        Lookalike::Latin1 => (
            "XML with bytes of Latin-1 or Windows-1252 in it",
            format!(
                "The message was converted from UTF-8 on its way: by btoa() of text, by an editor, \
                 or by a gateway. {PASS_IT_ON}"
            ),
        ),
        Lookalike::OpenIdConnect { error: Some(error) } => {
            return ("an answer of OpenID Connect with an error of Entra ID".to_owned(), entra(error));
        }
        Lookalike::OpenIdConnect { .. } => (
            "an answer of OpenID Connect or OAuth (code, id_token or error)",
            format!("The application is set up for OpenID Connect, not for SAML. {SET_UP_SAML}"),
        ),
        Lookalike::Placeholder => (
            "undefined, null or the like: what a program prints for a variable without text",
            "The application passes something else than the form field. Check that the body of the \
             POST is parsed as application/x-www-form-urlencoded, and that the field is named \
             SAMLResponse, to the letter."
                .to_owned(),
        ),
        Lookalike::QuotedPrintable => (
            "quoted-printable text, as e-mail has it (=3D, and = at the end of lines)",
            format!("An e-mail program encoded the value again. {TAKE_THE_FIELD}"),
        ),
        Lookalike::Shortened => (
            "a value that is shortened with an ellipsis (...)",
            "The program that showed it left a part out. In the browser's developer tools use Copy \
             value, or view source in Payload, to get all of it."
                .to_owned(),
        ),
        Lookalike::Truncated { bytes } => {
            return (
                format!("a truncated Response: it ends in the middle, after {bytes} bytes of XML"),
                format!(
                    "The end of the message is missing. Raise the limit on the size of form fields \
                     and request bodies in the application, its framework and the proxy in front \
                     of it (a Response has up to 100 kB, more with many groups). When it was \
                     copied by hand: {TAKE_THE_FIELD}"
                ),
            );
        }
        Lookalike::UrlEncoded => (
            "text that is percent-encoded (URL-encoded) more than once, or that is XML",
            format!(
                "The value was URL-encoded once too often, or has to be decoded once more before \
                 it is passed on. {PASS_IT_ON}"
            ),
        ),
        Lookalike::Utf16 => (
            "UTF-16 (\"Unicode\" in Windows programs)",
            format!("An editor saved the message in UTF-16. Save it as UTF-8. {TAKE_THE_FIELD}"),
        ),
        Lookalike::WsFederation => (
            "an answer of WS-Federation (wa, wresult)",
            format!("The application is set up for WS-Federation, not for SAML. {SET_UP_SAML}"),
        ),
    };
    (actual.to_owned(), hint)
}

/// A message of the redirect binding.
fn deflated(name: &str, namespace: &str) -> (String, String) {
    let actual = format!("{}, deflated as for the redirect binding", shown(name));
    let hint = if name == "Response" {
        "The Response came by the redirect binding (in the URL), which SAML does not allow for \
         logins, or something deflated it. Have the identity provider use HTTP-POST for the Reply \
         URL."
            .to_owned()
    } else {
        kind_hint(name, namespace).to_owned()
    };
    (actual, hint)
}

fn page(title: Option<&str>, error: Option<&EntraError>) -> (String, String) {
    let actual = match title {
        Some(title) => format!("a web page with the title {:?}", shown(title)),
        None => "a web page".to_owned(),
    };
    match error {
        Some(error) => (format!("{actual} and an error of Entra ID"), entra(error)),
        None => (actual, kind_hint("html", "").to_owned()),
    }
}

/// The error that stands in the place of a message.
fn entra(error: &EntraError) -> String {
    let number = &error.number;
    match crate::profiles::aadsts::row_of(number) {
        Some(row) => format!("AADSTS{number}: {} {}", row.says, row.fix),
        None => format!(
            "Entra ID refused the login with AADSTS{number}: \
             https://login.microsoftonline.com/error?code={number} says what it means."
        ),
    }
}
