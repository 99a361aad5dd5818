//! Signing what this service provider sends. The private key is the host's: a signature ends in a
//! [`SignTask`], and the answer to it makes the signed document.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest;

use super::signature::{ENVELOPED, EXCLUSIVE, NAMESPACE};
use crate::c14n::{self, Form, Method};
use crate::xml::{Document, Limits, Writer};

const DIGEST: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const METHOD: Method = Method { form: Form::Exclusive, comments: false };

/// Octets to be signed, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignTask {
    /// Identifier of the signature algorithm, which the host's key can do.
    pub algorithm: String,
    /// The octets. For ECDSA the signature is r and s one after the other.
    pub data: Vec<u8>,
}

/// A document with an enveloped signature that lacks its value.
#[derive(Clone, Debug)]
pub struct Enveloped {
    before_value: String,
    after_value: String,
    task: SignTask,
}

impl Enveloped {
    /// Prepares to sign the root element of `xml`, a document of our own making: the Signature
    /// goes behind the Issuer or, where there is none, before everything else.
    ///
    /// `None` where the root has no ID, or the text is not XML.
    pub fn prepare(xml: &str, algorithm: &str) -> Option<Self> {
        let limits = Limits::message();
        let document = Document::parse(xml.as_bytes(), &limits).ok()?;
        let root = document.root();
        let octets = c14n::canonicalize(root, METHOD, &[], &[], limits.input_bytes).ok()?;
        let digest = digest::digest(&digest::SHA256, &octets);
        let first = root.child_elements().next()?;
        let place =
            if first.is(ASSERTION, "Issuer") { first.range().end } else { first.range().start };
        let (head, tail) = xml.split_at_checked(place)?;

        let signature = signature(root.attribute("ID")?, algorithm, digest.as_ref());
        let (opening, closing) = signature.split_once("</ds:SignatureValue>")?;
        let before_value = format!("{head}{opening}");
        let after_value = format!("</ds:SignatureValue>{closing}{tail}");

        let whole =
            Document::parse(format!("{before_value}{after_value}").as_bytes(), &limits).ok()?;
        let info = whole.elements().find(|element| element.is(NAMESPACE, "SignedInfo"))?;
        let data = c14n::canonicalize(info, METHOD, &[], &[], limits.input_bytes).ok()?;
        let task = SignTask { algorithm: algorithm.to_owned(), data };
        Some(Self { before_value, after_value, task })
    }

    /// What has to be signed.
    pub fn task(&self) -> &SignTask {
        &self.task
    }

    /// The signed document.
    pub fn with_signature(&self, signature: &[u8]) -> String {
        format!("{}{}{}", self.before_value, STANDARD.encode(signature), self.after_value)
    }
}

/// A Signature with everything but its value.
fn signature(id: &str, algorithm: &str, digest: &[u8]) -> String {
    let mut xml = Writer::new();
    xml.start("ds:Signature").attribute("xmlns:ds", NAMESPACE).start("ds:SignedInfo");
    xml.start("ds:CanonicalizationMethod").attribute("Algorithm", EXCLUSIVE).end();
    xml.start("ds:SignatureMethod").attribute("Algorithm", algorithm).end();
    xml.start("ds:Reference").attribute("URI", &format!("#{id}")).start("ds:Transforms");
    xml.start("ds:Transform").attribute("Algorithm", ENVELOPED).end();
    xml.start("ds:Transform").attribute("Algorithm", EXCLUSIVE).end().end();
    xml.start("ds:DigestMethod").attribute("Algorithm", DIGEST).end();
    xml.leaf("ds:DigestValue", &STANDARD.encode(digest)).end().end();
    xml.leaf("ds:SignatureValue", "");
    xml.finish()
}
