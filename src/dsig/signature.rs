//! Reading a `ds:Signature` as SAML profiles it (SAML core 5.4, XMLDSig 4).
//!
//! Nothing is verified here. The structure is held to the profile before any cryptography runs,
//! so that what is verified later has one meaning only.

use std::borrow::Cow;

use super::algorithm::{DigestAlgorithm, SignatureAlgorithm, Standing};
use super::error::{AlgorithmRefusal, SignatureError, SignatureErrorKind};
use super::key::decode;
use super::verify::Constraints;
use crate::c14n::{self, C14nError, Form, Method};
use crate::xml::{
    Document, Element, ElementId, Misplaced, Sequence, is_space, simple_content, trim,
};

/// Namespace of XML Signature.
pub const NAMESPACE: &str = "http://www.w3.org/2000/09/xmldsig#";
pub(super) const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
pub(super) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

/// Names of attributes that are taken for an ID by one XML Signature implementation or another.
const ID_NAMES: [&str; 4] = ["ID", "Id", "id", "AssertionID"];

/// The most certificates of a KeyInfo that are looked at.
const KEY_INFO_CERTIFICATES: usize = 8;

/// A signature whose structure is the profile's and of which nothing is verified yet.
#[derive(Debug)]
pub struct SignatureClaim {
    /// The element it stands in and must cover.
    pub(super) parent: ElementId,
    /// The `ds:Signature`.
    pub(super) element: ElementId,
    /// The `ds:Reference`.
    pub(super) reference: ElementId,
    /// SignedInfo in canonical form.
    pub(super) signed_info: Vec<u8>,
    /// Rows of the algorithm table, one for each key family.
    pub(super) rows: Vec<&'static SignatureAlgorithm>,
    /// The identifier as the message writes it.
    pub(super) algorithm: String,
    pub(super) value: Vec<u8>,
    pub(super) digest: &'static DigestAlgorithm,
    pub(super) digest_value: Vec<u8>,
    pub(super) enveloped: bool,
    pub(super) method: Method,
    pub(super) prefix_list: Vec<String>,
    /// Certificates in KeyInfo in DER, not parsed: they may help to choose and to explain, never
    /// to trust.
    pub(super) key_info: Vec<Vec<u8>>,
}

/// Whether an element is a `ds:Signature`.
pub fn is_signature(element: Element<'_>) -> bool {
    element.is(NAMESPACE, "Signature")
}

/// The `ds:Signature` of a Response, an Assertion or another signed element: at most one, and
/// where the schemas put it, which is before everything but the Issuer.
pub fn find(parent: Element<'_>) -> Result<Option<Element<'_>>, SignatureError> {
    let mut found: Option<Element<'_>> = None;
    let mut in_place = true;
    for child in parent.child_elements() {
        if is_signature(child) {
            if found.is_some() {
                let expected = format!("one Signature in {}", parent.local_name());
                return Err(structure(child, &expected, "a second Signature"));
            }
            if !in_place {
                let expected = "the Signature directly after the Issuer";
                return Err(structure(child, expected, "a Signature further down"));
            }
            found = Some(child);
        } else if !child.is(ASSERTION, "Issuer") {
            in_place = false;
        } else if let Some(signature) = found {
            return Err(structure(signature, "the Signature after the Issuer", "it before"));
        }
    }
    Ok(found)
}

impl SignatureClaim {
    /// Reads the signature of `parent`, if it has one.
    pub fn read(
        parent: Element<'_>,
        constraints: &Constraints,
    ) -> Result<Option<Self>, SignatureError> {
        find(parent)?.map(|signature| Self::read_found(parent, signature, constraints)).transpose()
    }

    fn read_found(
        parent: Element<'_>,
        signature: Element<'_>,
        constraints: &Constraints,
    ) -> Result<Self, SignatureError> {
        let mut children = sequence(signature)?;
        let signed_info = need(&mut children, "SignedInfo")?;
        let signature_value = need(&mut children, "SignatureValue")?;
        let key_info = children.take(NAMESPACE, "KeyInfo");
        end(children)?;

        let mut info = sequence(signed_info)?;
        let canonicalization = need(&mut info, "CanonicalizationMethod")?;
        let signature_method = need(&mut info, "SignatureMethod")?;
        let reference = need(&mut info, "Reference")?;
        end(info)?;

        let mut parts = sequence(reference)?;
        let transforms = parts.take(NAMESPACE, "Transforms");
        let digest_method = need(&mut parts, "DigestMethod")?;
        let digest_value = need(&mut parts, "DigestValue")?;
        end(parts)?;

        check_reference(parent, reference)?;
        let (enveloped, method, prefix_list) = read_transforms(transforms)?;
        let (algorithm, rows) = read_signature_method(signature_method, constraints)?;
        let digest = read_digest_method(digest_method, constraints)?;
        let (info_method, info_prefixes) = read_method(canonicalization)?;
        let signed_info_bytes =
            canonical(signed_info, info_method, &info_prefixes, &[], constraints.canonical_bytes)?;

        Ok(Self {
            parent: parent.id(),
            element: signature.id(),
            reference: reference.id(),
            signed_info: signed_info_bytes,
            rows,
            algorithm,
            value: base64(signature_value)?,
            digest,
            digest_value: base64(digest_value)?,
            enveloped,
            method,
            prefix_list,
            key_info: key_info.map(certificates).unwrap_or_default(),
        })
    }

    /// The `ds:Signature`, in the document it was read from.
    pub fn element(&self) -> ElementId {
        self.element
    }

    /// The identifier of the SignatureMethod, as the message writes it.
    pub fn algorithm(&self) -> &str {
        &self.algorithm
    }
}

/// The one URI that is accepted is a bare name, and it is the ID of the parent, and no other
/// element has that ID under any name that some implementation takes for an ID. (SAML core 5.4.2)
fn check_reference(parent: Element<'_>, reference: Element<'_>) -> Result<(), SignatureError> {
    let id = parent.attribute("ID").unwrap_or_default();
    let uri = reference.attribute("URI");
    let names_parent = !id.is_empty() && uri.and_then(|uri| uri.strip_prefix('#')) == Some(id);
    if !names_parent || !id.chars().all(is_name_character) {
        let expected = format!("#{id}");
        let actual = uri.map(str::to_owned);
        let kind = SignatureErrorKind::Reference { expected, actual };
        return Err(SignatureError { kind, at: reference.id() });
    }
    match second_holder(parent.document(), id) {
        None => Ok(()),
        Some(at) => {
            Err(SignatureError { kind: SignatureErrorKind::DuplicateId { id: id.to_owned() }, at })
        }
    }
}

/// The second element that has this ID under any of the names, if there is one.
pub fn second_holder(document: &Document, id: &str) -> Option<ElementId> {
    document.elements().filter(|element| holds_id(*element, id)).nth(1).map(Element::id)
}

/// Whether an element has this ID under any of the names. One element with two such attributes
/// counts once: it is still one element.
fn holds_id(element: Element<'_>, id: &str) -> bool {
    element.attributes().any(|attribute| {
        let name = attribute.local_name();
        ID_NAMES.contains(&name) && trim(attribute.value()) == id
    })
}

/// What may stand in an ID. No parentheses: `#xpointer(id('x'))` has another meaning.
fn is_name_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | '\u{b7}')
}

/// Enveloped-signature and then one canonicalisation, each at most once, in this order.
fn read_transforms(
    transforms: Option<Element<'_>>,
) -> Result<(bool, Method, Vec<String>), SignatureError> {
    // Without a canonicalisation it is inclusive Canonical XML 1.0 (XMLDSig 4.4.3.2).
    let default = Method { form: Form::Inclusive10, comments: false };
    let Some(transforms) = transforms else { return Ok((false, default, Vec::new())) };
    let mut enveloped = false;
    let mut canonicalization = None;
    let mut children = sequence(transforms)?;
    while let Some(transform) = children.take(NAMESPACE, "Transform") {
        let uri = transform.attribute("Algorithm").unwrap_or_default();
        if canonicalization.is_some() {
            return Err(transform_error(transform, &format!("{uri} after the canonicalisation")));
        }
        if uri == ENVELOPED {
            if enveloped {
                return Err(transform_error(transform, "enveloped-signature twice"));
            }
            no_children(transform)?;
            enveloped = true;
        } else {
            canonicalization = Some(read_method(transform)?);
        }
    }
    end(children)?;
    let (method, prefix_list) = canonicalization.unwrap_or((default, Vec::new()));
    // A bare-name reference selects no comments, whatever the transform says (XMLDSig 4.4.3.3).
    Ok((enveloped, Method { comments: false, ..method }, prefix_list))
}

/// A CanonicalizationMethod, or a Transform that canonicalises.
fn read_method(element: Element<'_>) -> Result<(Method, Vec<String>), SignatureError> {
    let uri = element.attribute("Algorithm").unwrap_or_default();
    let method = Method::from_uri(uri).ok_or_else(|| transform_error(element, uri))?;
    let mut children = sequence(element)?;
    let mut prefix_list = Vec::new();
    if method.form == Form::Exclusive
        && let Some(inclusive) = children.take(EXCLUSIVE, "InclusiveNamespaces")
    {
        let prefixes = inclusive.attribute("PrefixList").unwrap_or_default();
        prefix_list.extend(prefixes.split_ascii_whitespace().map(str::to_owned));
        no_children(inclusive)?;
    }
    end(children)?;
    Ok((method, prefix_list))
}

fn read_signature_method(
    element: Element<'_>,
    constraints: &Constraints,
) -> Result<(String, Vec<&'static SignatureAlgorithm>), SignatureError> {
    let uri = element.attribute("Algorithm").unwrap_or_default();
    let rows = signature_rows(uri, constraints)
        .map_err(|refusal| algorithm_error(element, uri, refusal))?;
    // No HMACOutputLength, no RSAPSSParams: the rows that are accepted have no parameters.
    no_children(element)?;
    Ok((uri.to_owned(), rows))
}

/// The rows of an algorithm that is accepted.
pub(super) fn signature_rows(
    uri: &str,
    constraints: &Constraints,
) -> Result<Vec<&'static SignatureAlgorithm>, AlgorithmRefusal> {
    let rows: Vec<_> = SignatureAlgorithm::by_uri(uri).collect();
    accepted(rows.first().map(|row| row.standing), constraints)?;
    Ok(rows)
}

fn read_digest_method(
    element: Element<'_>,
    constraints: &Constraints,
) -> Result<&'static DigestAlgorithm, SignatureError> {
    let uri = element.attribute("Algorithm").unwrap_or_default();
    let row = DigestAlgorithm::by_uri(uri);
    accepted(row.map(|row| row.standing), constraints)
        .map_err(|refusal| algorithm_error(element, uri, refusal))?;
    no_children(element)?;
    row.ok_or_else(|| algorithm_error(element, uri, AlgorithmRefusal::Unknown))
}

fn accepted(standing: Option<Standing>, constraints: &Constraints) -> Result<(), AlgorithmRefusal> {
    match standing {
        None => Err(AlgorithmRefusal::Unknown),
        Some(Standing::Sha1) if !constraints.allow_sha1 => Err(AlgorithmRefusal::Sha1),
        Some(_) => Ok(()),
    }
}

/// The certificates of `KeyInfo/X509Data`. What cannot be read is passed over: nothing here is
/// trusted.
fn certificates(key_info: Element<'_>) -> Vec<Vec<u8>> {
    key_info
        .child_elements()
        .filter(|element| element.is(NAMESPACE, "X509Data"))
        .flat_map(Element::child_elements)
        .filter(|element| element.is(NAMESPACE, "X509Certificate"))
        .take(KEY_INFO_CERTIFICATES)
        .filter_map(|element| decode(&element.text()))
        .collect()
}

/// Canonical bytes, or the reason why there are none.
pub(super) fn canonical(
    apex: Element<'_>,
    method: Method,
    prefix_list: &[String],
    omit: &[ElementId],
    limit: usize,
) -> Result<Vec<u8>, SignatureError> {
    let prefixes: Vec<&str> = prefix_list.iter().map(String::as_str).collect();
    c14n::canonicalize(apex, method, &prefixes, omit, limit).map_err(|error| {
        let kind = match error {
            C14nError::OutputLimit { limit } => SignatureErrorKind::OutputLimit { limit },
            error => SignatureErrorKind::Transform { found: error.to_string() },
        };
        SignatureError { kind, at: apex.id() }
    })
}

/// The octets of an element that holds base64 and nothing else. A comment inside is an attack
/// (CVE-2025-29775): one parser stops at it, another reads on.
fn base64(element: Element<'_>) -> Result<Vec<u8>, SignatureError> {
    let text: Cow<'_, str> = simple_content(element).map_err(misplaced)?;
    match decode(&text) {
        Some(octets) if !octets.is_empty() => Ok(octets),
        _ => Err(structure(element, "base64", &format!("{} that is not", element.local_name()))),
    }
}

fn sequence(element: Element<'_>) -> Result<Sequence<'_>, SignatureError> {
    Sequence::of(element).map_err(misplaced)
}

fn need<'d>(children: &mut Sequence<'d>, local: &str) -> Result<Element<'d>, SignatureError> {
    children.need(NAMESPACE, local).map_err(misplaced)
}

fn end(children: Sequence<'_>) -> Result<(), SignatureError> {
    children.end().map_err(misplaced)
}

fn no_children(element: Element<'_>) -> Result<(), SignatureError> {
    if element.child_elements().next().is_some() || !is_space(&element.text()) {
        return Err(structure(element, "an empty element", "content"));
    }
    Ok(())
}

fn misplaced(error: Misplaced) -> SignatureError {
    let kind = SignatureErrorKind::Structure { expected: error.expected, found: error.found };
    SignatureError { kind, at: error.at }
}

fn structure(at: Element<'_>, expected: &str, found: &str) -> SignatureError {
    let kind =
        SignatureErrorKind::Structure { expected: expected.to_owned(), found: found.to_owned() };
    SignatureError { kind, at: at.id() }
}

fn transform_error(at: Element<'_>, found: &str) -> SignatureError {
    let kind = SignatureErrorKind::Transform { found: found.to_owned() };
    SignatureError { kind, at: at.id() }
}

fn algorithm_error(at: Element<'_>, uri: &str, refusal: AlgorithmRefusal) -> SignatureError {
    let kind = SignatureErrorKind::Algorithm { uri: uri.to_owned(), refusal };
    SignatureError { kind, at: at.id() }
}
