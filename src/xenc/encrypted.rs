//! Reading EncryptedData and EncryptedKey, and what the host made of them.

use std::fmt;

use super::algorithm::{DataAlgorithm, KeyTransport, OaepDigest};
use crate::dsig::{self, decode};
use crate::xml::{Document, Element, ElementId, Limits, Misplaced, Sequence, simple_content};

const NAMESPACE: &str = "http://www.w3.org/2001/04/xmlenc#";
const NAMESPACE_11: &str = "http://www.w3.org/2009/xmlenc11#";
const MGF1P: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
const OAEP: &str = "http://www.w3.org/2009/xmlenc11#rsa-oaep";
const ENCRYPTED_KEY_TYPE: &str = "http://www.w3.org/2001/04/xmlenc#EncryptedKey";

/// The most EncryptedKeys of one EncryptedData: each costs a private key operation.
const ENCRYPTED_KEYS: usize = 8;

/// Why something encrypted is not decrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncryptionError {
    /// An algorithm that is not accepted, by name.
    Algorithm {
        /// Its identifier.
        uri: String,
        /// Where.
        at: ElementId,
    },
    /// Decryption failed. No detail: an attacker could use it.
    Failed {
        /// What was encrypted.
        at: ElementId,
    },
    /// Not built as XML Encryption has it.
    Structure(Misplaced),
}

impl fmt::Display for EncryptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Algorithm { .. } => f.write_str("the encryption algorithm is not accepted"),
            Self::Failed { .. } => f.write_str("decryption failed"),
            Self::Structure(misplaced) => misplaced.fmt(f),
        }
    }
}

impl std::error::Error for EncryptionError {}

impl From<Misplaced> for EncryptionError {
    fn from(misplaced: Misplaced) -> Self {
        Self::Structure(misplaced)
    }
}

/// An EncryptedAssertion, EncryptedID or EncryptedAttribute, ready for decryption.
#[derive(Clone, Debug)]
pub struct EncryptedElement {
    at: ElementId,
    task: DecryptTask,
}

/// What the host has to decrypt.
#[derive(Clone, Debug)]
pub struct DecryptTask {
    /// Algorithm of the content.
    pub algorithm: DataAlgorithm,
    /// Initialisation vector or nonce.
    pub iv: Vec<u8>,
    /// The ciphertext; for GCM with the tag at its end.
    pub ciphertext: Vec<u8>,
    /// The content key, encrypted once for each recipient. One that unwraps to a key of the right
    /// size is enough.
    pub keys: Vec<EncryptedKey>,
}

/// A content key that is encrypted for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptedKey {
    /// How.
    pub transport: KeyTransport,
    /// The encrypted key.
    pub ciphertext: Vec<u8>,
}

impl EncryptedElement {
    /// Reads the element that holds the EncryptedData, and EncryptedKeys in it or beside it
    /// (SAML core 2.2.4, 2.3.4, 2.7.3.2).
    pub fn read(holder: Element<'_>) -> Result<Self, EncryptionError> {
        let mut children = Sequence::of(holder)?;
        let data = children.need(NAMESPACE, "EncryptedData")?;
        let mut beside = Vec::new();
        while let Some(key) = children.take(NAMESPACE, "EncryptedKey") {
            beside.push(key);
        }
        children.end()?;

        let mut parts = Sequence::of(data)?;
        let method = parts.need(NAMESPACE, "EncryptionMethod")?;
        let key_info = parts.take(dsig::NAMESPACE, "KeyInfo");
        let cipher_data = parts.need(NAMESPACE, "CipherData")?;
        let algorithm = data_algorithm(method)?;
        let mut octets = cipher_value(cipher_data)?;
        let failed = || EncryptionError::Failed { at: holder.id() };
        if octets.len() < algorithm.iv_bytes() {
            return Err(failed());
        }
        let ciphertext = octets.split_off(algorithm.iv_bytes());
        if !algorithm.fits(ciphertext.len()) {
            return Err(failed());
        }
        let mut keys = Vec::new();
        for element in encrypted_keys(key_info, &beside)? {
            keys.push(EncryptedKey::read(element)?);
        }
        if keys.is_empty() {
            let found = "no EncryptedKey".to_owned();
            let expected = "an EncryptedKey in KeyInfo or beside EncryptedData".to_owned();
            return Err(Misplaced { at: data.id(), expected, found }.into());
        }
        Ok(Self { at: holder.id(), task: DecryptTask { algorithm, iv: octets, ciphertext, keys } })
    }

    /// What the host has to do.
    pub fn task(&self) -> &DecryptTask {
        &self.task
    }

    /// The error for algorithms that the host's keys cannot do.
    pub(crate) fn unsupported(&self) -> EncryptionError {
        let name = |key: &EncryptedKey| {
            let KeyTransport { digest, mgf, .. } = &key.transport;
            format!("RSA-OAEP with {} and MGF1 with {}", digest.name(), mgf.name())
        };
        let names: Vec<String> = self.task.keys.iter().map(name).collect();
        let (mode, bits) =
            (self.task.algorithm.mode(), self.task.algorithm.key_bytes().saturating_mul(8));
        let uri = format!(
            "{mode} with {bits} bits and {}, which the decryption keys or this runtime cannot do",
            names.join(", ")
        );
        EncryptionError::Algorithm { uri, at: self.at }
    }

    /// The element that was read.
    pub fn at(&self) -> ElementId {
        self.at
    }

    /// Parses what the host decrypted: `None` where it could not. CBC comes with its padding.
    pub fn plaintext(
        &self,
        decrypted: Option<&[u8]>,
        limits: &Limits,
    ) -> Result<Document, EncryptionError> {
        let document = decrypted.and_then(|octets| plaintext(self.task.algorithm, octets, limits));
        document.ok_or(EncryptionError::Failed { at: self.at })
    }
}

/// The document in decrypted octets: exactly one element. `None` whatever is wrong with them.
pub fn plaintext(algorithm: DataAlgorithm, octets: &[u8], limits: &Limits) -> Option<Document> {
    let octets = match algorithm {
        DataAlgorithm::AesCbc { .. } => unpadded(octets)?,
        DataAlgorithm::AesGcm { .. } => octets,
    };
    Document::parse(octets, limits).ok()
}

/// The last byte says how many bytes are padding, itself included; the others may be anything
/// (XML Encryption 1.1, 5.2).
fn unpadded(octets: &[u8]) -> Option<&[u8]> {
    let padding = usize::from(*octets.last()?);
    if !(1..=16).contains(&padding) {
        return None;
    }
    octets.get(..octets.len().checked_sub(padding)?)
}

fn data_algorithm(method: Element<'_>) -> Result<DataAlgorithm, EncryptionError> {
    let uri = method.attribute("Algorithm").unwrap_or_default();
    DataAlgorithm::from_uri(uri).ok_or_else(|| algorithm_error(method, uri))
}

fn algorithm_error(at: Element<'_>, uri: &str) -> EncryptionError {
    EncryptionError::Algorithm { uri: uri.to_owned(), at: at.id() }
}

/// The octets of `CipherData/CipherValue`. A CipherReference is refused: it would be fetched.
fn cipher_value(cipher_data: Element<'_>) -> Result<Vec<u8>, EncryptionError> {
    let mut children = Sequence::of(cipher_data)?;
    let value = children.need(NAMESPACE, "CipherValue")?;
    children.end()?;
    let text = simple_content(value)?;
    decode(&text).ok_or_else(|| {
        let (expected, found) = ("base64".to_owned(), "something else".to_owned());
        Misplaced { at: value.id(), expected, found }.into()
    })
}

/// Those in KeyInfo, or those beside, where nothing or a RetrievalMethod points to them.
fn encrypted_keys<'d>(
    key_info: Option<Element<'d>>,
    beside: &[Element<'d>],
) -> Result<Vec<Element<'d>>, EncryptionError> {
    let mut keys = Vec::new();
    for child in key_info.into_iter().flat_map(Element::child_elements) {
        if child.is(NAMESPACE, "EncryptedKey") {
            keys.push(child);
        } else if child.is(dsig::NAMESPACE, "RetrievalMethod")
            && child.attribute("Type") == Some(ENCRYPTED_KEY_TYPE)
        {
            let id = child.attribute("URI").and_then(|uri| uri.strip_prefix('#'));
            let named = |key: &&Element<'d>| id.is_some() && key.attribute("Id") == id;
            keys.push(*beside.iter().find(named).ok_or_else(|| Misplaced {
                at: child.id(),
                expected: "the Id of an EncryptedKey beside EncryptedData".into(),
                found: "a RetrievalMethod that refers to something else".into(),
            })?);
        }
    }
    if keys.is_empty() {
        keys.extend_from_slice(beside);
    }
    keys.truncate(ENCRYPTED_KEYS);
    Ok(keys)
}

impl EncryptedKey {
    fn read(element: Element<'_>) -> Result<Self, EncryptionError> {
        let mut parts = Sequence::of(element)?;
        let method = parts.need(NAMESPACE, "EncryptionMethod")?;
        parts.take(dsig::NAMESPACE, "KeyInfo");
        let cipher_data = parts.need(NAMESPACE, "CipherData")?;
        Ok(Self { transport: transport(method)?, ciphertext: cipher_value(cipher_data)? })
    }
}

/// RSA-OAEP with its parameters. The older identifier fixes MGF1 with SHA-1; an MGF element under
/// it is obeyed where it says so anyway, because implementations do write it.
fn transport(method: Element<'_>) -> Result<KeyTransport, EncryptionError> {
    let uri = method.attribute("Algorithm").unwrap_or_default();
    if uri != MGF1P && uri != OAEP {
        return Err(algorithm_error(method, uri));
    }
    let mut transport =
        KeyTransport { digest: OaepDigest::Sha1, mgf: OaepDigest::Sha1, label: Vec::new() };
    for child in method.child_elements() {
        let uri = child.attribute("Algorithm").unwrap_or_default();
        match (child.namespace(), child.local_name()) {
            (dsig::NAMESPACE, "DigestMethod") => {
                transport.digest =
                    OaepDigest::from_uri(uri).ok_or_else(|| algorithm_error(child, uri))?;
            }
            (NAMESPACE_11, "MGF") => {
                transport.mgf =
                    OaepDigest::from_mgf_uri(uri).ok_or_else(|| algorithm_error(child, uri))?;
            }
            (NAMESPACE, "OAEPparams") => {
                let text = simple_content(child)?;
                transport.label = decode(&text).ok_or_else(|| Misplaced {
                    at: child.id(),
                    expected: "base64".into(),
                    found: "something else".into(),
                })?;
            }
            _ => {}
        }
    }
    Ok(transport)
}

#[cfg(test)]
mod tests {
    use super::unpadded;

    #[test]
    fn padding_is_one_to_sixteen_bytes() {
        assert_eq!(unpadded(b"abc\0\x02"), Some(&b"abc"[..]));
        assert_eq!(unpadded(&[16; 16]), Some(&b""[..]));
        for bad in [&b"abc\0"[..], b"abc\x11", b"", b"\x02"] {
            assert_eq!(unpadded(bad), None, "{bad:?}");
        }
    }
}
