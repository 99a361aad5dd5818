//! Is this a SAML 2.0 message of the kind that is wanted at all?

use super::{At, Finding, mistaken, status};
use crate::policy::Policy;
use crate::report::{About, CheckId, Code, Location};
use crate::saml::input::{InputError, Mangled};
use crate::saml::lookalike::Lookalike;
use crate::saml::outline::{kind_hint, logout_kind_hint};
use crate::saml::redirect::Direction;
use crate::saml::redirect_query::QueryError;
use crate::xml::{ElementId, Misplaced, XmlError, XmlErrorClass};

/// What keeps a message from being read.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The Response does not hold exactly one assertion.
    AssertionCount { found: usize, at: ElementId },
    /// Two elements carry an ID that should be one element's.
    DuplicateId { id: String, at: ElementId },
    /// A logout message in the parameter of the other direction.
    Direction { kind: &'static str, found: Direction, at: ElementId },
    /// There is no XML. What it is instead, where that can be recognised.
    Input(InputError, Option<Lookalike>),
    /// It is another kind of message: its name and namespace.
    OtherKind { name: String, namespace: String, at: ElementId, like: Option<Lookalike> },
    /// The query it came in has more than one meaning.
    Query(QueryError),
    /// Something stands where the schema has something else.
    Structure(Misplaced),
    /// Another version of SAML.
    Version { found: String, at: ElementId },
    /// The XML is not accepted. What it is instead, where that can be recognised.
    Xml(XmlError, Option<Lookalike>),
}

/// What was found wrong, and in which document.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Found<'a> {
    /// In the message as it arrived.
    InMessage(&'a Fault),
    /// In the assertion that was decrypted.
    InPlaintext(&'a Fault),
}

pub(super) fn check(found: Option<Found<'_>>, about: About) -> Finding {
    let Some(found) = found else { return Finding::passed(CheckId::Message) };
    let (Found::InMessage(fault) | Found::InPlaintext(fault)) = found;
    let place = |id: ElementId| match found {
        Found::InMessage(_) => At::Message(id),
        Found::InPlaintext(_) => At::Assertion(id),
    };
    let failed = |code| Finding::failed(CheckId::Message, code);
    match fault {
        Fault::AssertionCount { found, at } => failed(Code::AssertionCount)
            .expected("exactly one Assertion or EncryptedAssertion")
            .actual(found.to_string())
            .at(place(*at))
            .hint(if *found == 0 {
                "The identity provider reports success but sends no assertion. Look at its logs for \
                 this login."
            } else {
                "Only a message with one assertion is accepted: with several, one of them may be \
                 forged. If this is from your identity provider, have it send one."
            }),
        Fault::DuplicateId { id, at } => failed(Code::XmlDuplicateId)
            .expected("an ID that stands on one element only")
            .actual(id)
            .at(place(*at))
            .hint(
                "Two elements with one ID are the mark of a signature wrapping attack. Do not \
                 accept this message; find out who made it.",
            ),
        Fault::Direction { kind, found, at } => failed(Code::Structure)
            .expected(format!("a {kind} in the other parameter"))
            .actual(format!("a {kind} in {}", found.parameter()))
            .at(place(*at))
            .hint(
                "A request travels as SAMLRequest and an answer as SAMLResponse. Pass the query or \
                 the form as it arrived; if it arrived like this, somebody put it together.",
            ),
        Fault::Input(error, like) => recognised(input(error, about), like.as_ref()),
        Fault::OtherKind { name, namespace, at, like } => {
            let finding = failed(Code::Structure)
            .expected(format!("a SAML 2.0 {}", about.message()))
            .actual(format!("{name} in the namespace {namespace:?}"))
            .at(place(*at))
            .hint(match about {
                About::Login => kind_hint(name, namespace),
                About::LogoutRequest | About::LogoutResponse => logout_kind_hint(name, namespace),
            });
            recognised(finding, like.as_ref())
        }
        Fault::Query(error) => failed(Code::Structure)
            .expected("each parameter of the binding once, written by its plain name")
            .actual(error.to_string())
            .hint(
                "Pass the query of the request as it arrived. If it arrived like this, do not act \
                 on it: two readers could find two different messages in it.",
            ),
        Fault::Structure(misplaced) => failed(Code::Structure)
            .expected(&misplaced.expected)
            .actual(&misplaced.found)
            .at(place(misplaced.at))
            .hint(
                "The message is not built as the SAML schema has it. If your identity provider made \
                 it so, report this to its maker; if not, it was tampered with.",
            ),
        Fault::Version { found, at } => failed(Code::Version)
            .expected("2.0")
            .actual(found)
            .at(place(*at))
            .hint("Switch the application at the identity provider to SAML 2.0."),
        Fault::Xml(error, like) => recognised(xml(error), like.as_ref()),
    }
}

/// The same where there is no Response to look at. Where the error of Entra ID stands in its
/// place, what to enter there.
pub(super) fn unreadable(fault: &Fault, policy: &Policy) -> Finding {
    let finding = check(Some(Found::InMessage(fault)), About::Login);
    let like = match fault {
        Fault::Input(_, like) | Fault::Xml(_, like) | Fault::OtherKind { like, .. } => {
            like.as_ref()
        }
        _ => None,
    };
    match like.and_then(Lookalike::error).and_then(|error| status::remedy_for(error, policy)) {
        Some(remedy) => finding.remedy(remedy),
        None => finding,
    }
}

/// What the input is instead says more than why it could not be read.
fn recognised(finding: Finding, like: Option<&Lookalike>) -> Finding {
    match like.map(mistaken::words) {
        Some((actual, hint)) => finding.actual(actual).hint(hint),
        None => finding,
    }
}

fn input(error: &InputError, about: About) -> Finding {
    let (code, expected, hint) = match error {
        InputError::NotDeflated => (
            Code::InputBase64,
            "a message that is deflated, as the redirect binding has it".to_owned(),
            "Pass the whole query of the request, or the form field, as it arrived. If it arrived \
             like this, it was cut or damaged on its way.",
        ),
        InputError::Empty if about != About::Login => (
            Code::InputBase64,
            format!("a query or form with a {}", about.message()),
            LOGOUT_INPUT_HINT,
        ),
        InputError::NotBase64 { mangled: Mangled::Characters } if about != About::Login => {
            (Code::InputBase64, "a query, a form, base64 or XML".to_owned(), LOGOUT_INPUT_HINT)
        }
        InputError::TooLarge { limit } => (
            Code::InputTooLarge,
            format!("at most {limit} bytes of XML"),
            "If the user is in very many groups, have the identity provider send only those that \
             are assigned to the application; or raise limits.inputBytes.",
        ),
        InputError::Empty => (
            Code::InputBase64,
            "the value of the form field SAMLResponse".to_owned(),
            "Copy the whole value of the form field SAMLResponse of the POST to the Reply URL.",
        ),
        InputError::NotBase64 { mangled: Mangled::Blanks } => (
            Code::InputBase64,
            "base64".to_owned(),
            "The value was URL-decoded once too often, which turns + into blanks. Pass the form \
             field as the web framework gives it, without decoding it again.",
        ),
        InputError::NotBase64 { mangled: Mangled::Truncated } => (
            Code::InputBase64,
            "base64".to_owned(),
            "The end of the value is missing. Copy all of it; if the application cut it, raise the \
             limit on the size of form fields.",
        ),
        InputError::NotBase64 { mangled: Mangled::Characters } => (
            Code::InputBase64,
            "base64 or XML".to_owned(),
            "Copy the value of the form field SAMLResponse of the POST to the Reply URL (browser \
             developer tools, Network, Payload).",
        ),
    };
    Finding::failed(CheckId::Message, code).expected(expected).actual(error.to_string()).hint(hint)
}

const LOGOUT_INPUT_HINT: &str = "Pass the raw query of the request to the Logout URL (in Node: \
    request.url), or for a POST the form field SAMLRequest or SAMLResponse.";

fn xml(error: &XmlError) -> Finding {
    let (code, expected, hint) = match error.class() {
        XmlErrorClass::Malformed => (
            Code::XmlMalformed,
            "well-formed XML".to_owned(),
            "The message was damaged or cut on its way, or it is not SAML. Take it from the browser \
             again, whole.",
        ),
        XmlErrorClass::Encoding => (
            Code::XmlEncoding,
            "UTF-8".to_owned(),
            "Have the identity provider send UTF-8, and do not convert the message on its way.",
        ),
        XmlErrorClass::Dtd => (
            Code::XmlDtd,
            "no document type declaration".to_owned(),
            "SAML messages have no DOCTYPE. It is the mark of an attack; find out who made this \
             message.",
        ),
        XmlErrorClass::Limit { name, limit } => (
            Code::XmlLimit,
            format!("at most {limit} (limits.{})", camel_case(name)),
            "No genuine message is built like this. If yours is, raise the limit of that name in \
             the option limits.",
        ),
        XmlErrorClass::TooLarge => (
            Code::InputTooLarge,
            "a message within limits.inputBytes".to_owned(),
            "Have the identity provider send less, or raise limits.inputBytes.",
        ),
    };
    let finding = Finding::failed(CheckId::Message, code).expected(expected).hint(hint);
    let location = Location { path: "/".to_owned(), line: error.at.line, column: error.at.column };
    finding.actual(error.kind.to_string()).located(location)
}

/// The name of a limit as the option has it.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let mut text = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut characters = word.chars();
        text.extend(characters.next().map(|first| first.to_ascii_uppercase()));
        text.push_str(characters.as_str());
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn limits_are_named_as_in_the_options() {
        assert_eq!(super::camel_case("namespaces_per_element"), "namespacesPerElement");
        assert_eq!(super::camel_case("depth"), "depth");
    }
}
