//! An outline of what arrived, for people who look for a mistake. Everything in it is merely
//! claimed; no login is made from it.

use super::aadsts::EntraError;
use super::assertion::{Assertion, Claimed};
use super::delivery::QuerySignature;
use super::logout::LogoutMessage;
use super::names::{ASSERTION, METADATA, PROTOCOL};
use super::response::{Enclosed, Response};
use crate::dsig::{self, Certificate, CertificateFacts, TrustedKey};
use crate::report::shown;
use crate::xml::{Document, Element};

/// What a message claims to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Name of the root element, `Response` as a rule.
    pub kind: String,
    /// ID.
    pub id: Option<String>,
    /// Issuer of the Response.
    pub issuer: Option<String>,
    /// Destination.
    pub destination: Option<String>,
    /// InResponseTo.
    pub in_response_to: Option<String>,
    /// IssueInstant as written.
    pub issue_instant: Option<String>,
    /// The status codes, the outermost first.
    pub status_codes: Vec<String>,
    /// StatusMessage.
    pub status_message: Option<String>,
    /// The error of Entra ID in the StatusMessage or StatusDetail.
    pub entra_error: Option<EntraError>,
    /// The signatures where SAML puts them.
    pub signatures: Vec<SignatureOutline>,
    /// The assertions.
    pub assertions: Vec<AssertionOutline>,
}

/// A signature as it presents itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureOutline {
    /// The element it stands in, such as `Response` or `Assertion`; `query` where it stands beside
    /// the message.
    pub element: String,
    /// Identifier of the SignatureMethod.
    pub algorithm: Option<String>,
    /// The first certificate in KeyInfo.
    pub certificate: Option<CertificateFacts>,
}

/// An assertion as it presents itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssertionOutline {
    /// Whether it is an EncryptedAssertion, of which nothing else is known.
    pub encrypted: bool,
    /// ID.
    pub id: Option<String>,
    /// Issuer.
    pub issuer: Option<String>,
    /// NameID.
    pub name_id: Option<String>,
    /// Format of the NameID.
    pub name_id_format: Option<String>,
    /// All audiences.
    pub audiences: Vec<String>,
    /// Recipient of the first SubjectConfirmationData that has one.
    pub recipient: Option<String>,
    /// InResponseTo of the first SubjectConfirmationData that has one.
    pub in_response_to: Option<String>,
    /// NotBefore of the Conditions as written.
    pub not_before: Option<String>,
    /// NotOnOrAfter of the Conditions as written.
    pub not_on_or_after: Option<String>,
    /// AuthnContextClassRef.
    pub authn_context: Option<String>,
    /// Names and values of the attributes.
    pub attributes: Vec<(String, Vec<String>)>,
}

/// The most assertions that an outline lists.
const ASSERTIONS: usize = 4;

impl Outline {
    /// Of a message that is XML and perhaps nothing more.
    /// `known` are certificates that need not be parsed again.
    pub(crate) fn of_document(document: &Document, known: &[TrustedKey]) -> Self {
        let root = document.root();
        let attribute = |name| root.attribute(name).map(shown);
        let issuer = root.child_elements().find(|child| child.is(ASSERTION, "Issuer"));
        Self {
            kind: shown(root.local_name()),
            id: attribute("ID"),
            issuer: issuer.map(|issuer| shown(&issuer.text())),
            destination: attribute("Destination"),
            in_response_to: attribute("InResponseTo"),
            issue_instant: attribute("IssueInstant"),
            status_codes: Vec::new(),
            status_message: None,
            entra_error: None,
            signatures: SignatureOutline::of(root, known).into_iter().collect(),
            assertions: Vec::new(),
        }
    }

    /// Of a Response. `assertion` is the one assertion that could be read, if any.
    pub(crate) fn of_response(
        document: &Document,
        response: &Response,
        assertion: Option<&Claimed<Assertion>>,
        known: &[TrustedKey],
    ) -> Self {
        let mut outline = Self::of_document(document, known);
        let status = &response.status;
        outline.status_codes = status.codes.iter().map(|code| shown(code)).collect();
        outline.status_message = status.message.as_deref().map(shown);
        outline.entra_error = status.entra_error();
        for enclosed in response.assertions.iter().take(ASSERTIONS) {
            outline.assertions.push(match (enclosed, assertion) {
                (Enclosed::Encrypted(_), _) => {
                    AssertionOutline { encrypted: true, ..AssertionOutline::default() }
                }
                (Enclosed::Assertion(at), Some(claimed)) if claimed.shown().at == *at => {
                    AssertionOutline::of(claimed.shown())
                }
                (Enclosed::Assertion(at), _) => {
                    let id = document.element(*at).and_then(|element| element.attribute("ID"));
                    AssertionOutline { id: id.map(shown), ..AssertionOutline::default() }
                }
            });
            let Enclosed::Assertion(at) = enclosed else { continue };
            let signature = document.element(*at).and_then(|one| SignatureOutline::of(one, known));
            outline.signatures.extend(signature);
        }
        outline
    }

    /// Of a logout message, which has no assertion.
    pub(crate) fn of_logout(
        document: &Document,
        message: &LogoutMessage,
        query: &QuerySignature,
        known: &[TrustedKey],
    ) -> Self {
        let mut outline = Self::of_document(document, known);
        if let Some(response) = message.response() {
            let status = &response.status;
            outline.status_codes = status.codes.iter().map(|code| shown(code)).collect();
            outline.status_message = status.message.as_deref().map(shown);
            outline.entra_error = status.entra_error();
        }
        if let QuerySignature::Claimed { algorithm, .. } = query {
            let algorithm = Some(shown(algorithm));
            let query = SignatureOutline { element: "query".into(), algorithm, certificate: None };
            outline.signatures.insert(0, query);
        }
        outline
    }
}

impl SignatureOutline {
    fn of(parent: Element<'_>, known: &[TrustedKey]) -> Option<Self> {
        let signature = dsig::find(parent).ok().flatten()?;
        let within = |name: &'static str| {
            signature.descendants().find(move |element| element.is(dsig::NAMESPACE, name))
        };
        let method = within("SignatureMethod").and_then(|method| method.attribute("Algorithm"));
        let facts = |der: Vec<u8>| {
            let certificates = known.iter().filter_map(TrustedKey::certificate);
            match certificates.into_iter().find(|certificate| certificate.der() == der) {
                Some(certificate) => Some(certificate.facts().clone()),
                None => Some(Certificate::from_der(&der).ok()?.facts().clone()),
            }
        };
        let der = within("X509Certificate").and_then(|element| dsig::decode(&element.text()));
        Some(Self {
            element: parent.local_name().to_owned(),
            algorithm: method.map(shown),
            certificate: der.and_then(facts),
        })
    }
}

impl AssertionOutline {
    fn of(assertion: &Assertion) -> Self {
        let subject = assertion.subject.as_ref();
        let name_id = subject.and_then(|subject| subject.name_id.as_ref());
        let confirmations = || subject.into_iter().flat_map(|subject| &subject.confirmations);
        let conditions = assertion.conditions.as_ref();
        let restrictions = conditions.into_iter().flat_map(|one| &one.audience_restrictions);
        let text = |value: &String| shown(value);
        Self {
            encrypted: false,
            id: Some(shown(&assertion.id)),
            issuer: Some(shown(&assertion.issuer.value)),
            name_id: name_id.map(|name_id| shown(&name_id.value)),
            name_id_format: name_id.map(|name_id| shown(&name_id.format)),
            audiences: restrictions.flat_map(|one| &one.audiences).map(text).collect(),
            recipient: confirmations().find_map(|one| one.recipient.as_deref()).map(shown),
            in_response_to: confirmations()
                .find_map(|one| one.in_response_to.as_deref())
                .map(shown),
            not_before: conditions
                .and_then(|one| one.not_before.as_ref())
                .map(|time| shown(&time.text)),
            not_on_or_after: conditions
                .and_then(|one| one.not_on_or_after.as_ref())
                .map(|time| shown(&time.text)),
            authn_context: assertion
                .authn_statements
                .iter()
                .find_map(|statement| statement.context_class.as_deref())
                .map(shown),
            attributes: assertion
                .attributes
                .iter()
                .map(|one| (shown(&one.name), one.values.iter().map(text).collect()))
                .collect(),
        }
    }
}

/// What to do with something that is not a Response, by its root element.
pub(crate) fn kind_hint(name: &str, namespace: &str) -> &'static str {
    match (namespace, name) {
        (PROTOCOL, "AuthnRequest") => {
            "This is the request that the application sent. Paste the answer to it: the form field \
             SAMLResponse of the POST to the Reply URL."
        }
        (PROTOCOL, "LogoutRequest" | "LogoutResponse") => {
            "This is a logout message, which belongs to the Logout URL and not to the Reply URL (ACS \
             URL): enter both at the identity provider. To look at a login, paste its Response."
        }
        (PROTOCOL, _) => "This is another kind of SAML message. Paste the Response of the login.",
        (ASSERTION, _) => {
            "This is an assertion without the Response around it. Paste the whole Response."
        }
        (METADATA, _) => {
            "This is metadata. It belongs into the field for the Federation Metadata XML; paste the \
             Response here."
        }
        ("urn:oasis:names:tc:SAML:1.0:protocol" | "urn:oasis:names:tc:SAML:1.0:assertion", _) => {
            "This is SAML 1.1. Switch the application at the identity provider to SAML 2.0."
        }
        (_, "RequestSecurityTokenResponse" | "RequestSecurityTokenResponseCollection") => {
            "This is WS-Federation (wresult). Set the application up for SAML at the identity \
             provider."
        }
        (_, "html" | "HTML") => {
            "This is a web page, perhaps with an error message of the identity provider. Open it in \
             a browser and read it."
        }
        _ => "Paste the form field SAMLResponse of the POST to the Reply URL.",
    }
}

/// The same where a logout message was wanted.
pub(crate) fn logout_kind_hint(name: &str, namespace: &str) -> &'static str {
    match (namespace, name) {
        (PROTOCOL, "LogoutRequest") => {
            "This asks for a logout. Validate it as a LogoutRequest and answer it; the answer to \
             your own request is a LogoutResponse."
        }
        (PROTOCOL, "LogoutResponse") => {
            "This answers a logout request. Validate it as a LogoutResponse, with the ID of the \
             request as inResponseTo."
        }
        (PROTOCOL, "Response") => {
            "This is the answer to a login. It belongs to the Reply URL: pass it to \
             validateResponse. At the identity provider, check that Logout URL and Reply URL were \
             not exchanged."
        }
        (PROTOCOL, "AuthnRequest") => {
            "This is a login request of an application. Only identity providers take those."
        }
        _ => kind_hint(name, namespace),
    }
}
