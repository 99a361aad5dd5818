//! Signing what this service provider sends. The private key is the host's: a signature ends in a
//! [`SignTask`], and the answer to it makes the signed document.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest;

use super::algorithm::SignatureAlgorithm;
use super::key::{Certificate, PublicKey};
use super::signature::{ENVELOPED, EXCLUSIVE, NAMESPACE};
use super::verify::verify_with_ring;
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

impl SignTask {
    /// Whether `signature` is what the private key of `key` answers to this task.
    pub fn is_answered(&self, signature: &[u8], key: &PublicKey) -> bool {
        SignatureAlgorithm::by_uri(&self.algorithm)
            .filter(|row| row.family == key.family())
            .any(|row| verify_with_ring(row, key, &self.data, signature))
    }
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
        let (opening, closing) = signature.split_once(END_OF_VALUE)?;
        let before_value = format!("{head}{opening}");
        let after_value = format!("{closing}{tail}");

        let whole = format!("{before_value}{END_OF_VALUE}{after_value}");
        let whole = Document::parse(whole.as_bytes(), &limits).ok()?;
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
        self.completed(signature, "")
    }

    /// The signed document, with a KeyInfo that holds the certificate of the key: AD FS reads no
    /// signature without one (its error ID3276). KeyInfo is not signed, so that it can be chosen
    /// once the signature is there.
    pub fn with_signature_and_certificate(
        &self,
        signature: &[u8],
        certificate: &Certificate,
    ) -> String {
        let mut xml = Writer::new();
        xml.start("ds:KeyInfo").start("ds:X509Data");
        xml.leaf("ds:X509Certificate", &certificate.to_base64());
        self.completed(signature, &xml.finish())
    }

    fn completed(&self, signature: &[u8], key_info: &str) -> String {
        let Self { before_value, after_value, .. } = self;
        format!("{before_value}{}{END_OF_VALUE}{key_info}{after_value}", STANDARD.encode(signature))
    }
}

const END_OF_VALUE: &str = "</ds:SignatureValue>";

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
