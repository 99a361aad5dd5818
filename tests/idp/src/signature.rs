//! Puts an enveloped XML Signature into an element, right or wrong in any chosen way.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::algorithms::{self, ECDSA_SHA256, ECDSA_SHA384, ED25519, RSA_SHA256, SHA256};
use crate::keys::TestKey;
use crate::tree::{Canonical, DSIG, Declaration, Element, Node};

/// Exclusive canonicalisation without comments.
pub const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// Exclusive canonicalisation with comments.
pub const EXCLUSIVE_WITH_COMMENTS: &str = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments";
/// Inclusive canonicalisation 1.0 without comments.
pub const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
/// Inclusive canonicalisation 1.1 without comments.
pub const INCLUSIVE_11: &str = "http://www.w3.org/2006/12/xml-c14n11";
/// The enveloped-signature transform.
pub const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// What one signature looks like. [`SignatureSpec::new`] is what Entra ID writes.
#[derive(Clone, Debug)]
pub struct SignatureSpec {
    /// Signs.
    pub key: TestKey,
    /// Prefix of the XML Signature namespace; empty for the default namespace.
    pub prefix: String,
    /// URI of the `SignatureMethod`.
    pub algorithm: String,
    /// URI of the `DigestMethod`.
    pub digest: String,
    /// URI of the `CanonicalizationMethod`.
    pub canonicalization: String,
    /// The transforms in order.
    pub transforms: Vec<TransformSpec>,
    /// What the Reference points to.
    pub reference: ReferenceUri,
    /// Certificates in `KeyInfo`; without any there is no `KeyInfo`.
    pub key_info: Vec<TestKey>,
    /// Where in the element the signature stands.
    pub place: Place,
    /// Changes the `SignedInfo` before it is signed.
    pub edit_signed_info: fn(&mut Element),
}

/// A `Transform`.
#[derive(Clone, Debug)]
pub struct TransformSpec {
    /// Its URI.
    pub algorithm: String,
    /// Its child, if it has one: `InclusiveNamespaces`, `XPath`.
    pub child: Option<Element>,
    /// The prefixes its `InclusiveNamespaces` lists.
    pub prefix_list: Vec<String>,
}

/// The `URI` attribute of the `Reference`.
#[derive(Clone, Debug)]
pub enum ReferenceUri {
    /// `#` and the ID of the element that holds the signature.
    Own,
    /// Anything else.
    Other(String),
    /// No such attribute.
    Absent,
}

/// Where a signature stands in its parent.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// After the Issuer, where the schema of SAML wants it.
    AfterIssuer,
    /// Before everything else: right for metadata.
    First,
    /// After everything else.
    Last,
}

impl SignatureSpec {
    /// The key's algorithm (RSA-SHA256 as a rule) with exclusive canonicalisation and the key's
    /// certificate.
    pub fn new(key: TestKey) -> Self {
        let algorithm = match key {
            TestKey::P256 => ECDSA_SHA256,
            TestKey::P384 => ECDSA_SHA384,
            TestKey::ED25519 => ED25519,
            _ => RSA_SHA256,
        };
        Self {
            key,
            prefix: String::new(),
            algorithm: algorithm.into(),
            digest: SHA256.into(),
            canonicalization: EXCLUSIVE.into(),
            transforms: vec![TransformSpec::new(ENVELOPED), TransformSpec::new(EXCLUSIVE)],
            reference: ReferenceUri::Own,
            key_info: vec![key],
            place: Place::AfterIssuer,
            edit_signed_info: |_| {},
        }
    }

    /// The same with another signature and digest algorithm.
    #[must_use]
    pub fn algorithms(mut self, signature: &str, digest: &str) -> Self {
        self.algorithm = signature.into();
        self.digest = digest.into();
        self
    }
}

impl TransformSpec {
    /// A transform without content.
    pub fn new(algorithm: &str) -> Self {
        Self { algorithm: algorithm.into(), child: None, prefix_list: Vec::new() }
    }

    /// Exclusive canonicalisation that treats these prefixes inclusively.
    pub fn exclusive_with_prefixes(prefixes: &[&str]) -> Self {
        let child =
            Element::new("InclusiveNamespaces", EXCLUSIVE).with("PrefixList", prefixes.join(" "));
        Self {
            algorithm: EXCLUSIVE.into(),
            child: Some(child),
            prefix_list: prefixes.iter().map(ToString::to_string).collect(),
        }
    }

    fn form(&self) -> Option<Canonical> {
        form_named(&self.algorithm, &self.prefix_list)
    }
}

fn form_named(uri: &str, prefix_list: &[String]) -> Option<Canonical> {
    match uri {
        EXCLUSIVE | EXCLUSIVE_WITH_COMMENTS => Some(Canonical::Exclusive(prefix_list.to_vec())),
        INCLUSIVE | INCLUSIVE_11 => Some(Canonical::Inclusive),
        _ => None,
    }
}

/// Signs `element`, whose ancestors declare `inherited`, and puts the signature into it.
///
/// The digest covers the element as it is now, without the new signature. Transforms that are not
/// canonicalisations change nothing in it; without any canonicalisation the inclusive one applies
/// (XMLDSig 4.4.3.2).
pub fn sign(element: &mut Element, inherited: &[Declaration], spec: &SignatureSpec) {
    let form = spec.transforms.iter().rev().find_map(TransformSpec::form);
    let form = form.unwrap_or(Canonical::Inclusive);
    let covered = element.to_canonical(&form, inherited);
    let uri = match &spec.reference {
        ReferenceUri::Own => Some(format!("#{}", element.get("ID").unwrap_or_default())),
        ReferenceUri::Other(uri) => Some(uri.clone()),
        ReferenceUri::Absent => None,
    };
    let signature = signature_over(&covered, uri.as_deref(), spec, |signature| {
        let mut scope = inherited.to_vec();
        scope.extend(element.declared());
        scope.extend(signature.declared());
        scope
    });
    match spec.place {
        Place::AfterIssuer => place_signature(element, signature),
        Place::First => element.children.insert(0, Node::Element(signature)),
        Place::Last => element.children.push(Node::Element(signature)),
    }
}

/// Puts a Signature where the schema of SAML wants it: after the Issuer, or first without one.
pub fn place_signature(element: &mut Element, signature: Element) {
    let is_issuer = |child: &Node| matches!(child, Node::Element(e) if e.local == "Issuer");
    let index = element.children.iter().position(is_issuer).map_or(0, |index| index + 1);
    element.children.insert(index, Node::Element(signature));
}

/// A `Signature` element whose Reference digests `covered` (canonical text).
pub fn signature_over(
    covered: &str,
    reference_uri: Option<&str>,
    spec: &SignatureSpec,
    scope_of: impl FnOnce(&Element) -> Vec<Declaration>,
) -> Element {
    let named = |local: &str| {
        let prefix = &spec.prefix;
        let name = if prefix.is_empty() { local.into() } else { format!("{prefix}:{local}") };
        Element::new(&name, DSIG)
    };
    let transforms = spec.transforms.iter().map(|transform| {
        let element = named("Transform").with("Algorithm", &transform.algorithm);
        element.children(transform.child.clone())
    });
    let digest = STANDARD.encode(algorithms::digest(&spec.digest, covered.as_bytes()));
    let mut reference = named("Reference").with_some("URI", reference_uri);
    if !spec.transforms.is_empty() {
        reference = reference.child(named("Transforms").children(transforms));
    }
    reference = reference
        .child(named("DigestMethod").with("Algorithm", &spec.digest))
        .child(named("DigestValue").text(digest));
    let method = named("CanonicalizationMethod").with("Algorithm", &spec.canonicalization);
    let mut signed_info = named("SignedInfo")
        .child(method)
        .child(named("SignatureMethod").with("Algorithm", &spec.algorithm))
        .child(reference);
    (spec.edit_signed_info)(&mut signed_info);

    let mut signature = named("Signature");
    let form = form_named(&spec.canonicalization, &[]).unwrap_or(Canonical::Inclusive);
    let text = signed_info.to_canonical(&form, &scope_of(&signature));
    let value = STANDARD.encode(algorithms::sign(spec.key, &spec.algorithm, text.as_bytes()));
    signature = signature.child(signed_info).child(named("SignatureValue").text(value));
    if !spec.key_info.is_empty() {
        let certificates = spec.key_info.iter().map(|key| {
            let certificate = named("X509Certificate").text(key.certificate_base64());
            named("X509Data").child(certificate)
        });
        signature = signature.child(named("KeyInfo").children(certificates));
    }
    signature
}
