//! From a signature that is merely claimed to octets that are proven.
//!
//! The order is fixed by the types, each of which is consumed to make the next:
//! [`SignatureClaim`] → [`VerifyTask`] and its [`Verdict`] → [`Authentic`] (SignedInfo is by a
//! trusted key) → [`Signed`] (the digest matched, and the very octets that were digested are parsed
//! again). Only then is there a document to read from.

use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest;
use ring::signature::UnparsedPublicKey;

use super::algorithm::{Ring, SignatureAlgorithm};
use super::error::{AlgorithmRefusal, SignatureError, SignatureErrorKind};
use super::key::{Certificate, KeyFamily, PublicKey, TrustedKey};
use super::signature::{SignatureClaim, canonical};
use crate::xml::{Document, Element, ElementId, Limits};

/// What this service provider accepts in a signature.
#[derive(Clone, Debug)]
pub struct Constraints {
    /// Whether SHA-1 is accepted, in signatures and digests. Default: false.
    pub allow_sha1: bool,
    /// Sizes of RSA keys in bits that are accepted. Default: 2048 to 8192. ring itself verifies
    /// nothing outside of that, so a wider range helps only with a verifier of the host's.
    pub rsa_bits: RangeInclusive<usize>,
    /// The longest canonical form that is made, in bytes. A document with a long namespace name
    /// can have a canonical form thousands of times its size.
    pub canonical_bytes: usize,
    /// Limits for parsing the canonical form again.
    pub limits: Limits,
}

impl Default for Constraints {
    fn default() -> Self {
        Self {
            allow_sha1: false,
            rsa_bits: 2048..=8192,
            canonical_bytes: 4 << 20,
            limits: Limits { input_bytes: 4 << 20, ..Limits::default() },
        }
    }
}

/// A signature value to verify: pure cryptography, for ring or for the host.
#[derive(Clone, Debug)]
pub struct VerifyTask {
    candidates: Vec<Candidate>,
    data: Vec<u8>,
    signature: Vec<u8>,
}

#[derive(Clone, Debug)]
struct Candidate {
    /// Index in the list of trusted keys.
    trusted: usize,
    key: PublicKey,
    row: &'static SignatureAlgorithm,
}

/// The outcome of a [`VerifyTask`]: the candidate that verified, if any did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Index in [`VerifyTask::keys`].
    pub key: Option<usize>,
}

impl VerifyTask {
    /// Identifier of the signature algorithm.
    pub fn algorithm(&self) -> &'static str {
        self.candidates.first().map_or("", |candidate| candidate.row.uri)
    }

    /// The keys to try, in this order, until one verifies.
    pub fn keys(&self) -> impl Iterator<Item = &PublicKey> {
        self.candidates.iter().map(|candidate| &candidate.key)
    }

    /// The octets that were signed: SignedInfo in canonical form, or a query as it arrived.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The signature as XMLDSig writes it: for ECDSA r and s one after the other.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Verifies with ring.
    pub fn verify_with_ring(&self) -> Verdict {
        let holds = |candidate: &Candidate| {
            verify_with_ring(candidate.row, &candidate.key, &self.data, &self.signature)
        };
        Verdict { key: self.candidates.iter().position(holds) }
    }
}

pub(super) fn verify_with_ring(
    row: &SignatureAlgorithm,
    key: &PublicKey,
    data: &[u8],
    signature: &[u8],
) -> bool {
    match row.ring {
        Ring::As(algorithm) => {
            UnparsedPublicKey::new(algorithm, key.raw()).verify(data, signature).is_ok()
        }
        Ring::EcdsaAsn1(algorithm) => ecdsa_asn1(signature, key.bits()).is_some_and(|signature| {
            UnparsedPublicKey::new(algorithm, key.raw()).verify(data, &signature).is_ok()
        }),
    }
}

/// r and s as a DER SEQUENCE of two INTEGERs. Each has exactly the length of the curve's order
/// (RFC 9231 2.3.6).
fn ecdsa_asn1(signature: &[u8], curve_bits: usize) -> Option<Vec<u8>> {
    let size = curve_bits.checked_div(8)?;
    let (r, s) = signature.split_at_checked(size)?;
    if s.len() != size {
        return None;
    }
    let mut body = Vec::with_capacity(signature.len().checked_add(6)?);
    for number in [r, s] {
        let first = number.iter().position(|byte| *byte != 0)?;
        let number = number.get(first..)?;
        let padding = number.first().is_some_and(|byte| byte & 0x80 != 0);
        let length = number.len().checked_add(usize::from(padding))?;
        body.extend([0x02, u8::try_from(length).ok()?]);
        body.extend(padding.then_some(0));
        body.extend_from_slice(number);
    }
    // At most 2 * (48 + 3) = 102 octets for P-384: the short form of the length always fits.
    let mut der = vec![0x30, u8::try_from(body.len()).ok().filter(|length| *length < 0x80)?];
    der.extend(body);
    Some(der)
}

/// Each trusted key that the algorithm works with.
fn candidates(
    rows: &[&'static SignatureAlgorithm],
    algorithm: &str,
    trusted: &[TrustedKey],
    constraints: &Constraints,
) -> Result<Vec<Candidate>, SignatureErrorKind> {
    let mut candidates = Vec::new();
    let mut wrong_size = Vec::new();
    for (index, trust) in trusted.iter().enumerate() {
        let key = trust.key();
        let Some(row) = rows.iter().find(|row| row.family == key.family()) else {
            continue;
        };
        if key.family() == KeyFamily::Rsa && !constraints.rsa_bits.contains(&key.bits()) {
            wrong_size.push(key.description());
            continue;
        }
        candidates.push(Candidate { trusted: index, key: key.clone(), row });
    }
    if !candidates.is_empty() {
        return Ok(candidates);
    }
    let refusal = if wrong_size.is_empty() {
        let trusted = trusted.iter().map(|trust| trust.key().description()).collect();
        AlgorithmRefusal::KeyFamily { trusted }
    } else {
        let (at_least, at_most) = (*constraints.rsa_bits.start(), *constraints.rsa_bits.end());
        AlgorithmRefusal::KeySize { trusted: wrong_size, at_least, at_most }
    };
    Err(SignatureErrorKind::Algorithm { uri: algorithm.to_owned(), refusal })
}

impl VerifyTask {
    /// A task for octets that are signed as they are: every key that the algorithm works with.
    pub(super) fn over(
        octets: &[u8],
        signature: &[u8],
        rows: &[&'static SignatureAlgorithm],
        algorithm: &str,
        trusted: &[TrustedKey],
        constraints: &Constraints,
    ) -> Result<Self, SignatureErrorKind> {
        let candidates = candidates(rows, algorithm, trusted, constraints)?;
        Ok(Self { candidates, data: octets.to_vec(), signature: signature.to_vec() })
    }

    /// The trusted key that verified. `trusted` is the list that the task was made with.
    pub(super) fn verified<'t>(
        &self,
        verdict: Verdict,
        trusted: &'t [TrustedKey],
    ) -> Option<&'t TrustedKey> {
        let candidate = verdict.key.and_then(|index| self.candidates.get(index))?;
        trusted.get(candidate.trusted)
    }
}

impl SignatureClaim {
    /// What has to be verified, with each trusted key that the algorithm works with. The key that
    /// KeyInfo names goes first, and that is all KeyInfo is good for.
    pub fn task(
        &self,
        trusted: &[TrustedKey],
        constraints: &Constraints,
    ) -> Result<VerifyTask, SignatureError> {
        let candidates = candidates(&self.rows, &self.algorithm, trusted, constraints)
            .map_err(|kind| SignatureError { kind, at: self.element })?;
        let named = |candidate: &Candidate| self.names(trusted.get(candidate.trusted));
        let (mut first, others): (Vec<_>, Vec<_>) = candidates.into_iter().partition(named);
        first.extend(others);
        let candidates = first;
        Ok(VerifyTask { candidates, data: self.signed_info.clone(), signature: self.value.clone() })
    }

    /// Whether KeyInfo holds the certificate of this key.
    fn names(&self, trusted: Option<&TrustedKey>) -> bool {
        let certificate = trusted.and_then(TrustedKey::certificate);
        certificate
            .is_some_and(|certificate| self.key_info.iter().any(|der| der == certificate.der()))
    }

    /// Takes the verdict on the task that was made of this claim. `trusted` is the same list.
    pub fn decide(
        self,
        task: &VerifyTask,
        verdict: Verdict,
        trusted: &[TrustedKey],
    ) -> Result<Authentic, SignatureError> {
        match task.verified(verdict, trusted) {
            Some(key) => Ok(Authentic { claim: self, key: key.clone() }),
            None => Err(SignatureError { kind: self.explain(trusted), at: self.element }),
        }
    }

    /// No trusted key verified. Whether the certificate in KeyInfo does tells a wrong key from a
    /// broken signature. It changes the explanation only.
    fn explain(&self, trusted: &[TrustedKey]) -> SignatureErrorKind {
        let certificates = self.key_info.iter().filter_map(|der| Certificate::from_der(der).ok());
        let stranger = certificates.into_iter().find(|certificate| {
            !trusted.iter().any(|trust| trust.key() == certificate.key())
                && self.rows.iter().any(|row| {
                    row.family == certificate.key().family()
                        && verify_with_ring(row, certificate.key(), &self.signed_info, &self.value)
                })
        });
        match stranger {
            Some(used) => SignatureErrorKind::KeyUntrusted { used: Box::new(used.facts().clone()) },
            None => SignatureErrorKind::Value,
        }
    }
}

/// A signature whose SignedInfo is by a trusted key. The digest in it is not compared yet.
#[derive(Debug)]
pub struct Authentic {
    claim: SignatureClaim,
    key: TrustedKey,
}

impl Authentic {
    /// The trusted key that SignedInfo is by.
    pub(crate) fn key(&self) -> &TrustedKey {
        &self.key
    }

    /// The canonical form of the referenced element, to be digested. Until then nobody signed it.
    pub(crate) fn octets(
        &self,
        document: &Document,
        constraints: &Constraints,
    ) -> Result<Vec<u8>, SignatureError> {
        let claim = &self.claim;
        let Some(parent) = document.element(claim.parent) else {
            return Err(SignatureError { kind: SignatureErrorKind::Value, at: claim.reference });
        };
        let enveloped = [claim.element];
        let omit: &[ElementId] = if claim.enveloped { &enveloped } else { &[] };
        let limit = constraints.canonical_bytes;
        canonical(parent, claim.method, &claim.prefix_list, omit, limit)
    }

    /// Digests the referenced element and, if it is what was signed, parses the octets again.
    /// `document` is the one the claim was read from.
    pub fn dereference(
        self,
        document: &Document,
        constraints: &Constraints,
    ) -> Result<Signed, SignatureError> {
        let octets = self.octets(document, constraints)?;
        let Self { claim, key } = self;
        let error = |kind| SignatureError { kind, at: claim.reference };
        let digest = digest::digest(claim.digest.ring, &octets);
        if digest.as_ref() != claim.digest_value {
            let expected = STANDARD.encode(&claim.digest_value);
            let actual = STANDARD.encode(digest.as_ref());
            return Err(error(SignatureErrorKind::Digest { expected, actual }));
        }
        // What was canonicalised parses again unless a limit stands against it.
        let document = Document::parse(&octets, &constraints.limits)
            .map_err(|parse| error(SignatureErrorKind::Transform { found: parse.to_string() }))?;
        let omitted = claim.enveloped.then_some(claim.element);
        Ok(Signed { document, algorithm: claim.algorithm, key, root: claim.parent, omitted })
    }
}

/// A document that a trusted key signed: parsed from the very octets whose digest is in the
/// signature. Identity is read from here and from nowhere else.
///
/// There is one maker, [`Authentic::dereference`]; the fields are private:
///
/// ```compile_fail,E0451
/// # fn forge(document: countersign::xml::Document, key: countersign::dsig::TrustedKey, some: countersign::xml::ElementId) {
/// countersign::dsig::Signed { document, algorithm: String::new(), key, root: some, omitted: None };
/// # }
/// ```
#[derive(Debug)]
pub struct Signed {
    document: Document,
    algorithm: String,
    key: TrustedKey,
    /// The element that was signed, in the document as it arrived.
    root: ElementId,
    /// The Signature, which is not part of what was signed.
    omitted: Option<ElementId>,
}

impl Signed {
    /// The element that was signed.
    pub fn root(&self) -> Element<'_> {
        self.document.root()
    }

    /// The document that was signed.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Identifier of the signature algorithm.
    pub fn algorithm(&self) -> &str {
        &self.algorithm
    }

    /// The trusted key that signed.
    pub fn key(&self) -> &TrustedKey {
        &self.key
    }

    /// The certificate that signed, unless the key was trusted bare.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.key.certificate()
    }

    /// Which element of the document as it arrived became this element. Only to show where
    /// something stands: canonicalisation keeps all elements in order but the Signature.
    pub fn origin(&self, arrived: &Document, element: ElementId) -> Option<ElementId> {
        let nth = self.document.elements().position(|candidate| candidate.id() == element)?;
        let omitted = self.omitted.and_then(|id| arrived.element(id)).map(Element::range);
        let kept = |candidate: &Element<'_>| {
            let start = candidate.range().start;
            !omitted.as_ref().is_some_and(|range| range.contains(&start))
        };
        let origin = arrived.element(self.root)?.descendants().filter(kept).nth(nth)?;
        Some(origin.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_and_s_become_minimal_integers() {
        let mut signature = vec![0; 64];
        signature[31] = 0x80;
        signature[32..].fill(0x7f);
        let der = ecdsa_asn1(&signature, 256).unwrap();
        assert_eq!(der[..6], [0x30, 38, 0x02, 2, 0, 0x80]);
        assert_eq!(der[6..8], [0x02, 32]);
    }

    #[test]
    fn r_and_s_of_another_length_or_zero_are_refused() {
        assert_eq!(ecdsa_asn1(&[1; 63], 256), None);
        assert_eq!(ecdsa_asn1(&[1; 65], 256), None);
        assert_eq!(ecdsa_asn1(&[0; 64], 256), None);
    }
}
