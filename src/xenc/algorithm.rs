//! The algorithms that are accepted, by name. Everything else is refused, RSA-1_5 and triple DES
//! among it: both have been broken in just this use.

/// A content encryption algorithm (XML Encryption 1.1, 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DataAlgorithm {
    /// AES in CBC mode. Proves no origin: only a signature does.
    AesCbc {
        /// Size of the key.
        key_bytes: usize,
    },
    /// AES in Galois/Counter mode, with a 96-bit nonce and a 128-bit tag.
    AesGcm {
        /// Size of the key.
        key_bytes: usize,
    },
}

impl DataAlgorithm {
    /// By its identifier.
    pub fn from_uri(uri: &str) -> Option<Self> {
        Some(match uri {
            "http://www.w3.org/2001/04/xmlenc#aes128-cbc" => Self::AesCbc { key_bytes: 16 },
            "http://www.w3.org/2001/04/xmlenc#aes192-cbc" => Self::AesCbc { key_bytes: 24 },
            "http://www.w3.org/2001/04/xmlenc#aes256-cbc" => Self::AesCbc { key_bytes: 32 },
            "http://www.w3.org/2009/xmlenc11#aes128-gcm" => Self::AesGcm { key_bytes: 16 },
            "http://www.w3.org/2009/xmlenc11#aes192-gcm" => Self::AesGcm { key_bytes: 24 },
            "http://www.w3.org/2009/xmlenc11#aes256-gcm" => Self::AesGcm { key_bytes: 32 },
            _ => return None,
        })
    }

    /// Size of the content key in bytes.
    pub const fn key_bytes(self) -> usize {
        match self {
            Self::AesCbc { key_bytes } | Self::AesGcm { key_bytes } => key_bytes,
        }
    }

    /// The name that WebCrypto has for the mode.
    pub const fn mode(self) -> &'static str {
        match self {
            Self::AesCbc { .. } => "AES-CBC",
            Self::AesGcm { .. } => "AES-GCM",
        }
    }

    /// Size of what precedes the ciphertext.
    pub(super) const fn iv_bytes(self) -> usize {
        match self {
            Self::AesCbc { .. } => 16,
            Self::AesGcm { .. } => 12,
        }
    }

    /// Whether ciphertext of this length can be one. CBC: whole blocks, one at least. GCM: the tag
    /// at least.
    pub(super) const fn fits(self, ciphertext: usize) -> bool {
        match self {
            Self::AesCbc { .. } => ciphertext >= 16 && ciphertext.is_multiple_of(16),
            Self::AesGcm { .. } => ciphertext >= 16,
        }
    }
}

/// A digest of OAEP, by the name that WebCrypto has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OaepDigest {
    /// SHA-1, the default of XML Encryption. Its collisions are no matter in OAEP.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl OaepDigest {
    /// By the identifier of a DigestMethod.
    pub fn from_uri(uri: &str) -> Option<Self> {
        Some(match uri {
            "http://www.w3.org/2000/09/xmldsig#sha1" => Self::Sha1,
            "http://www.w3.org/2001/04/xmlenc#sha256" => Self::Sha256,
            "http://www.w3.org/2001/04/xmldsig-more#sha384"
            | "http://www.w3.org/2001/04/xmlenc#sha384" => Self::Sha384,
            "http://www.w3.org/2001/04/xmlenc#sha512" => Self::Sha512,
            _ => return None,
        })
    }

    /// By the identifier of a mask generation function (XML Encryption 1.1, 5.5.2).
    pub fn from_mgf_uri(uri: &str) -> Option<Self> {
        Some(match uri.strip_prefix("http://www.w3.org/2009/xmlenc11#")? {
            "mgf1sha1" => Self::Sha1,
            "mgf1sha256" => Self::Sha256,
            "mgf1sha384" => Self::Sha384,
            "mgf1sha512" => Self::Sha512,
            _ => return None,
        })
    }

    /// `SHA-256` and so on.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }
}

/// How a content key is encrypted: RSA-OAEP with these parameters (XML Encryption 1.1, 5.5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTransport {
    /// The digest.
    pub digest: OaepDigest,
    /// The digest of the mask generation function MGF1.
    pub mgf: OaepDigest,
    /// The label: OAEPparams.
    pub label: Vec<u8>,
}
