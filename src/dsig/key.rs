//! Public keys and certificates that a service provider trusts.
//!
//! A certificate is a container for a key here: SAML metadata gives trust by listing it, and no
//! chain is built (SAML metadata interoperability profile 2.6.1). Its dates are facts that a check
//! of their own looks at.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest;
use x509_parser::prelude::{FromDer, SubjectPublicKeyInfo, X509Certificate};
use x509_parser::public_key::PublicKey as Parsed;

use super::name::distinguished_name;

/// Which algorithms a key can be used with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFamily {
    /// RSA, PKCS#1 v1.5 and PSS.
    Rsa,
    /// ECDSA on the curve P-256.
    EcP256,
    /// ECDSA on the curve P-384.
    EcP384,
    /// Ed25519.
    Ed25519,
    /// Anything else: no algorithm works with it.
    Other,
}

/// A public key with what is needed to use it.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    spki: Vec<u8>,
    /// The subjectPublicKey bits: what ring takes.
    raw: Vec<u8>,
    family: KeyFamily,
    bits: usize,
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.description())
    }
}

/// OID 1.3.101.112, id-Ed25519.
const ED25519: &str = "1.3.101.112";
/// OID 1.2.840.10045.3.1.7, prime256v1.
const P256: &str = "1.2.840.10045.3.1.7";
/// OID 1.3.132.0.34, secp384r1.
const P384: &str = "1.3.132.0.34";

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo in DER (RFC 5280 4.1.2.7).
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let (rest, info) = SubjectPublicKeyInfo::from_der(der).map_err(|_| KeyError::NotAKey)?;
        if !rest.is_empty() {
            return Err(KeyError::NotAKey);
        }
        Self::from_parsed(&info)
    }

    fn from_parsed(info: &SubjectPublicKeyInfo<'_>) -> Result<Self, KeyError> {
        let raw: &[u8] = &info.subject_public_key.data;
        let curve = || {
            let parameters = info.algorithm.parameters.as_ref()?;
            Some(parameters.as_oid().ok()?.to_id_string())
        };
        let (family, bits) = match info.parsed() {
            Ok(Parsed::RSA(rsa)) => (KeyFamily::Rsa, significant_bits(rsa.modulus)),
            Ok(Parsed::EC(_)) => match curve().as_deref() {
                Some(P256) => (KeyFamily::EcP256, 256),
                Some(P384) => (KeyFamily::EcP384, 384),
                _ => (KeyFamily::Other, 0),
            },
            Ok(_) if info.algorithm.algorithm.to_id_string() == ED25519 => {
                (KeyFamily::Ed25519, 256)
            }
            Ok(_) => (KeyFamily::Other, 0),
            Err(_) => return Err(KeyError::NotAKey),
        };
        Ok(Self { spki: info.raw.to_vec(), raw: raw.to_vec(), family, bits })
    }

    /// The SubjectPublicKeyInfo in DER.
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The subjectPublicKey bits: PKCS#1 of an RSA key, the point of an elliptic curve key.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The algorithms it can be used with.
    pub fn family(&self) -> KeyFamily {
        self.family
    }

    /// Size of the modulus or the curve in bits; 0 where the family is [`KeyFamily::Other`].
    pub fn bits(&self) -> usize {
        self.bits
    }

    /// In words: `RSA 2048 bits`.
    pub fn description(&self) -> String {
        match self.family {
            KeyFamily::Rsa => format!("RSA {} bits", self.bits),
            KeyFamily::EcP256 => "ECDSA P-256".into(),
            KeyFamily::EcP384 => "ECDSA P-384".into(),
            KeyFamily::Ed25519 => "Ed25519".into(),
            KeyFamily::Other => "a key type that is not supported".into(),
        }
    }
}

/// Size of a big-endian number without its leading zeros.
fn significant_bits(number: &[u8]) -> usize {
    let number = match number.iter().position(|byte| *byte != 0) {
        Some(first) => number.get(first..).unwrap_or_default(),
        None => return 0,
    };
    let unused = number.first().map_or(0, |byte| byte.leading_zeros());
    number.len().saturating_mul(8).saturating_sub(usize::try_from(unused).unwrap_or(0))
}

/// What a certificate says about itself, and its thumbprints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFacts {
    /// Subject, as text.
    pub subject: String,
    /// Issuer, as text.
    pub issuer: String,
    /// Serial number in hexadecimal.
    pub serial_number: String,
    /// Start of validity, seconds since 1970-01-01T00:00:00Z.
    pub not_before: i64,
    /// End of validity, seconds since 1970-01-01T00:00:00Z.
    pub not_after: i64,
    /// SHA-1 thumbprint, upper-case hexadecimal, as the Entra portal shows it.
    pub sha1: String,
    /// SHA-256 thumbprint, upper-case hexadecimal.
    pub sha256: String,
}

/// An X.509 certificate.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    key: PublicKey,
    facts: CertificateFacts,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, SHA-256 {})", self.facts.subject, self.facts.sha256)
    }
}

impl Certificate {
    /// Reads a certificate in DER. Bytes behind it are refused.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let (rest, parsed) =
            X509Certificate::from_der(der).map_err(|_| KeyError::NotACertificate)?;
        if !rest.is_empty() {
            return Err(KeyError::NotACertificate);
        }
        let key = PublicKey::from_parsed(parsed.public_key())?;
        let facts = CertificateFacts {
            subject: distinguished_name(parsed.subject()),
            issuer: distinguished_name(parsed.issuer()),
            serial_number: hexadecimal(parsed.raw_serial()),
            not_before: parsed.validity().not_before.timestamp(),
            not_after: parsed.validity().not_after.timestamp(),
            sha1: thumbprint(&digest::SHA1_FOR_LEGACY_USE_ONLY, der),
            sha256: thumbprint(&digest::SHA256, der),
        };
        Ok(Self { der: der.to_vec(), key, facts })
    }

    /// Reads a certificate in base64, as in a `ds:X509Certificate`.
    pub fn from_base64(text: &str) -> Result<Self, KeyError> {
        Self::from_der(&decode(text).ok_or(KeyError::NotBase64)?)
    }

    /// Reads a certificate in PEM or as base64 of its DER. A bare public key is refused.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        TrustedKey::from_text(text)?.certificate.ok_or(KeyError::NotACertificate)
    }

    /// The certificate in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate in base64 on one line.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(&self.der)
    }

    /// Its key.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// What it says.
    pub fn facts(&self) -> &CertificateFacts {
        &self.facts
    }
}

/// A key that is trusted, by a certificate or bare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    key: PublicKey,
    certificate: Option<Certificate>,
}

impl TrustedKey {
    /// Trusts the key of a certificate.
    pub fn from_certificate(certificate: Certificate) -> Self {
        Self { key: certificate.key.clone(), certificate: Some(certificate) }
    }

    /// Trusts a bare key.
    pub fn from_key(key: PublicKey) -> Self {
        Self { key, certificate: None }
    }

    /// Reads what an administrator has at hand: a certificate in PEM or as base64 of its DER, or a
    /// public key (`BEGIN PUBLIC KEY`).
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let Some((_, after)) = text.split_once("-----BEGIN ") else {
            let der = decode(text).ok_or(KeyError::NotBase64)?;
            return match Certificate::from_der(&der) {
                Ok(certificate) => Ok(Self::from_certificate(certificate)),
                Err(error) => PublicKey::from_spki(&der).map(Self::from_key).map_err(|_| error),
            };
        };
        let (label, after) = after.split_once("-----").ok_or(KeyError::NotBase64)?;
        let (body, _) = after.split_once("-----END ").ok_or(KeyError::NotBase64)?;
        let der = decode(body).ok_or(KeyError::NotBase64)?;
        match label {
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => {
                Certificate::from_der(&der).map(Self::from_certificate)
            }
            "PUBLIC KEY" => PublicKey::from_spki(&der).map(Self::from_key),
            label if label.contains("PRIVATE KEY") => Err(KeyError::PrivateKey),
            _ => Err(KeyError::NotACertificate),
        }
    }

    /// The key.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The certificate it came in.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }
}

/// Why bytes are not a key. Trusting nothing is the only answer to each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// Neither PEM nor base64.
    NotBase64,
    /// Not an X.509 certificate in DER.
    NotACertificate,
    /// Not a SubjectPublicKeyInfo.
    NotAKey,
    /// A private key, which has no place here.
    PrivateKey,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotBase64 => "neither PEM nor base64",
            Self::NotACertificate => "not an X.509 certificate",
            Self::NotAKey => "not a public key",
            Self::PrivateKey => "a private key; give the certificate instead",
        })
    }
}

impl std::error::Error for KeyError {}

/// Base64 with the white space that XML and PEM allow in it, and nothing else besides.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let compact: Vec<u8> = text.bytes().filter(|byte| !b" \t\r\n".contains(byte)).collect();
    STANDARD.decode(compact).ok()
}

fn thumbprint(algorithm: &'static digest::Algorithm, der: &[u8]) -> String {
    hexadecimal(digest::digest(algorithm, der).as_ref())
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    use fmt::Write as _;
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02X}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_counted_without_leading_zeros() {
        assert_eq!(significant_bits(&[]), 0);
        assert_eq!(significant_bits(&[0, 0]), 0);
        assert_eq!(significant_bits(&[0, 1]), 1);
        assert_eq!(significant_bits(&[0x80, 0]), 16);
        assert_eq!(significant_bits(&[0, 0x7f, 0]), 15);
    }

    #[test]
    fn base64_is_strict_but_for_white_space() {
        assert_eq!(decode("QU I\n=").as_deref(), Some(&b"AB"[..]));
        for bad in ["QUI", "QUI==", "QUJ=", "QU-_", "QUI=\u{a0}", "Q=UI", "QUI=QUI="] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_not_a_certificate_is_refused_by_name() {
        assert_eq!(TrustedKey::from_text("%").err(), Some(KeyError::NotBase64));
        assert_eq!(TrustedKey::from_text("AAAA").err(), Some(KeyError::NotACertificate));
        let private = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----";
        assert_eq!(TrustedKey::from_text(private).err(), Some(KeyError::PrivateKey));
    }
}
