//! XML Encryption as identity providers write it, and, for tests of a service provider without a
//! runtime that could decrypt, the way back.
//!
//! Everything that should be random is made from a seed, so that fixtures come out the same.

use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256, Block};
use aes_gcm::aead::Aead;
use aes_gcm::aead::consts::U12;
use aes_gcm::{AesGcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use num_bigint::BigUint;
use ring::aead;

use crate::algorithms::{SHA256, digest};
use crate::der;
use crate::keys::TestKey;
use crate::tree::{DSIG, Element};

const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
const XENC_11: &str = "http://www.w3.org/2009/xmlenc11#";

/// RSA-OAEP with MGF1 and SHA-1, as Entra ID writes it.
pub const RSA_OAEP_MGF1P: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
/// RSA-OAEP whose digest and mask generation are named (XML Encryption 1.1).
pub const RSA_OAEP: &str = "http://www.w3.org/2009/xmlenc11#rsa-oaep";
/// RSA with PKCS#1 v1.5 padding, which nobody should accept.
pub const RSA_1_5: &str = "http://www.w3.org/2001/04/xmlenc#rsa-1_5";
/// AES-128 in CBC mode.
pub const AES128_CBC: &str = "http://www.w3.org/2001/04/xmlenc#aes128-cbc";
/// AES-192 in CBC mode.
pub const AES192_CBC: &str = "http://www.w3.org/2001/04/xmlenc#aes192-cbc";
/// AES-256 in CBC mode, as Entra ID uses it.
pub const AES256_CBC: &str = "http://www.w3.org/2001/04/xmlenc#aes256-cbc";
/// AES-128 in Galois/Counter mode.
pub const AES128_GCM: &str = "http://www.w3.org/2009/xmlenc11#aes128-gcm";
/// AES-256 in Galois/Counter mode.
pub const AES256_GCM: &str = "http://www.w3.org/2009/xmlenc11#aes256-gcm";
/// Triple DES, which nobody should accept.
pub const TRIPLE_DES: &str = "http://www.w3.org/2001/04/xmlenc#tripledes-cbc";

/// How something is encrypted. [`EncryptionSpec::new`] is what Entra ID does.
#[derive(Clone, Debug)]
pub struct EncryptionSpec {
    /// Who can decrypt it; each gets the content key.
    pub recipients: Vec<TestKey>,
    /// URI of the content encryption.
    pub content: String,
    /// URI of the key transport.
    pub transport: String,
    /// URI of OAEP's digest: SHA-1 where none is named.
    pub digest: Option<String>,
    /// URI of the mask generation function: MGF1 with SHA-1 where none is named.
    pub mask: Option<String>,
    /// Whether EncryptedKey stands beside EncryptedData instead of in its KeyInfo.
    pub beside: bool,
    /// Changes the octets after encryption.
    pub damage: fn(&mut Vec<u8>),
    /// In the place of the element's text, where a test wants to encrypt something else.
    pub plaintext: Option<String>,
}

impl EncryptionSpec {
    /// AES-256-CBC and RSA-OAEP with SHA-1.
    pub fn new(recipient: TestKey) -> Self {
        Self {
            recipients: vec![recipient],
            content: AES256_CBC.into(),
            transport: RSA_OAEP_MGF1P.into(),
            digest: None,
            mask: None,
            beside: false,
            damage: |_| {},
            plaintext: None,
        }
    }

    /// `element` as the EncryptedData in a new element of this name and namespace.
    pub fn encrypt(&self, element: &Element, name: &str, namespace: &str) -> Element {
        let text = self.plaintext.clone().unwrap_or_else(|| element.to_xml());
        let seed = digest(SHA256, text.as_bytes());
        let key = &drawn(&seed, "content key", 32)[..key_bytes(&self.content)];
        let mut octets = self.encrypt_content(key, &seed, text.as_bytes());
        (self.damage)(&mut octets);
        let keys: Vec<Element> =
            self.recipients.iter().map(|recipient| self.encrypted_key(*recipient, key)).collect();
        let mut data = Element::new("xenc:EncryptedData", XENC)
            .with("Type", format!("{XENC}Element"))
            .child(Element::new("xenc:EncryptionMethod", XENC).with("Algorithm", &self.content));
        if !self.beside {
            data = data.child(Element::new("KeyInfo", DSIG).children(keys.clone()));
        }
        let holder = Element::new(name, namespace).child(data.child(cipher_data("xenc", &octets)));
        if self.beside { holder.children(keys) } else { holder }
    }

    fn encrypt_content(&self, key: &[u8], seed: &[u8], text: &[u8]) -> Vec<u8> {
        if self.content.ends_with("gcm") {
            let nonce = drawn(seed, "nonce", 12);
            let mut octets = text.to_vec();
            let sealing = aead::LessSafeKey::new(gcm_key(key).expect("a GCM key"));
            let nonce_once = aead::Nonce::try_assume_unique_for_key(&nonce).expect("12 octets");
            sealing
                .seal_in_place_append_tag(nonce_once, aead::Aad::empty(), &mut octets)
                .expect("short plaintexts can be sealed");
            return [nonce, octets].concat();
        }
        let iv = drawn(seed, "initialisation vector", 16);
        let padding = 16 - text.len() % 16;
        let mut padded = text.to_vec();
        padded.resize(text.len() + padding - 1, 0);
        padded.push(u8::try_from(padding).expect("at most a block"));
        let cipher = BlockCipher::new(key).expect("a key of AES");
        let mut octets = iv;
        for block in padded.chunks(16) {
            let before = octets.len() - 16;
            let mixed = xor(block, &octets[before..]);
            octets.extend(cipher.encrypt(&mixed));
        }
        octets
    }

    fn encrypted_key(&self, recipient: TestKey, key: &[u8]) -> Element {
        let mut method =
            Element::new("e:EncryptionMethod", XENC).with("Algorithm", &self.transport);
        if let Some(uri) = &self.digest {
            method = method.child(Element::new("DigestMethod", DSIG).with("Algorithm", uri));
        }
        if let Some(uri) = &self.mask {
            method = method.child(Element::new("e11:MGF", XENC_11).with("Algorithm", uri));
        }
        let hashes = (self.digest.as_deref(), self.mask.as_deref());
        let wrapped = wrap(recipient, key, hash_name(hashes.0), hash_name(hashes.1));
        let certificate =
            Element::new("X509Certificate", DSIG).text(recipient.certificate_base64());
        let data = Element::new("X509Data", DSIG).child(certificate);
        Element::new("e:EncryptedKey", XENC)
            .child(method)
            .child(Element::new("KeyInfo", DSIG).child(data))
            .child(cipher_data("e", &wrapped))
    }
}

fn cipher_data(prefix: &str, octets: &[u8]) -> Element {
    let value = Element::new(&format!("{prefix}:CipherValue"), XENC).text(STANDARD.encode(octets));
    Element::new(&format!("{prefix}:CipherData"), XENC).child(value)
}

fn key_bytes(content: &str) -> usize {
    match content.rsplit_once('#').map_or(content, |(_, name)| name) {
        "aes128-cbc" | "aes128-gcm" => 16,
        "aes192-cbc" | "tripledes-cbc" => 24,
        _ => 32,
    }
}

/// `length` octets made of a seed and a purpose; at most 32.
fn drawn(seed: &[u8], purpose: &str, length: usize) -> Vec<u8> {
    let mut octets = digest(SHA256, &[seed, purpose.as_bytes()].concat());
    octets.truncate(length);
    octets
}

fn xor(left: &[u8], right: &[u8]) -> Vec<u8> {
    left.iter().zip(right).map(|(left, right)| left ^ right).collect()
}

/// AES with a key of any size.
enum BlockCipher {
    Aes128(Aes128),
    Aes192(Aes192),
    Aes256(Aes256),
}

impl BlockCipher {
    fn new(key: &[u8]) -> Option<Self> {
        Some(match key.len() {
            16 => Self::Aes128(Aes128::new_from_slice(key).ok()?),
            24 => Self::Aes192(Aes192::new_from_slice(key).ok()?),
            32 => Self::Aes256(Aes256::new_from_slice(key).ok()?),
            _ => return None,
        })
    }

    fn encrypt(&self, octets: &[u8]) -> Vec<u8> {
        let mut block = Block::try_from(octets).expect("a block has 16 octets");
        match self {
            Self::Aes128(cipher) => cipher.encrypt_block(&mut block),
            Self::Aes192(cipher) => cipher.encrypt_block(&mut block),
            Self::Aes256(cipher) => cipher.encrypt_block(&mut block),
        }
        block.to_vec()
    }

    fn decrypt(&self, octets: &[u8]) -> Vec<u8> {
        let mut block = Block::try_from(octets).expect("a block has 16 octets");
        match self {
            Self::Aes128(cipher) => cipher.decrypt_block(&mut block),
            Self::Aes192(cipher) => cipher.decrypt_block(&mut block),
            Self::Aes256(cipher) => cipher.decrypt_block(&mut block),
        }
        block.to_vec()
    }
}

type Aes192Gcm = AesGcm<Aes192, U12>;

fn gcm_key(key: &[u8]) -> Option<aead::UnboundKey> {
    let algorithm = match key.len() {
        16 => &aead::AES_128_GCM,
        32 => &aead::AES_256_GCM,
        _ => return None,
    };
    aead::UnboundKey::new(algorithm, key).ok()
}

/// Decrypts CBC and leaves the padding, the way a runtime's raw cipher does. None where the
/// lengths cannot be.
pub fn decrypt_cbc(key: &[u8], iv: &[u8], ciphertext: &[u8]) -> Option<Vec<u8>> {
    let cipher = BlockCipher::new(key).filter(|_| iv.len() == 16)?;
    let blocks = ciphertext.chunks_exact(16);
    let whole = blocks.remainder().is_empty();
    let before = std::iter::once(iv).chain(ciphertext.chunks_exact(16));
    let text = blocks.zip(before).flat_map(|(block, before)| xor(&cipher.decrypt(block), before));
    whole.then(|| text.collect())
}

/// Decrypts GCM; none where the tag is wrong. ring has no AES with 192 bits.
pub fn decrypt_gcm(key: &[u8], nonce: &[u8], ciphertext: &[u8]) -> Option<Vec<u8>> {
    if key.len() == 24 {
        let nonce = Nonce::try_from(nonce).ok()?;
        return Aes192Gcm::new_from_slice(key).ok()?.decrypt(&nonce, ciphertext).ok();
    }
    let nonce = aead::Nonce::try_assume_unique_for_key(nonce).ok()?;
    let opening = aead::LessSafeKey::new(gcm_key(key)?);
    let mut octets = ciphertext.to_vec();
    let text = opening.open_in_place(nonce, aead::Aad::empty(), &mut octets).ok()?;
    Some(text.to_vec())
}

/// A digest of OAEP by its URI, SHA-1 where there is none.
fn hash_name(uri: Option<&str>) -> &str {
    match uri.and_then(|uri| uri.rsplit_once('#')).map(|(_, name)| name) {
        Some("sha256" | "mgf1sha256") => "sha256",
        Some("sha384" | "mgf1sha384") => "rsa-sha384",
        Some("sha512" | "mgf1sha512") => "rsa-sha512",
        _ => "sha1",
    }
}

/// MGF1 (RFC 8017 appendix B.2.1).
fn mask(hash: &str, seed: &[u8], length: usize) -> Vec<u8> {
    let blocks =
        (0_u32..).flat_map(|counter| digest(hash, &[seed, &counter.to_be_bytes()].concat()));
    blocks.take(length).collect()
}

/// RSAES-OAEP with an empty label (RFC 8017 section 7.1.1).
fn wrap(recipient: TestKey, message: &[u8], hash: &str, mask_hash: &str) -> Vec<u8> {
    let pkcs8 = recipient.pkcs8();
    let (modulus, _) = der::rsa_private_key(der::pkcs8_private_key(&pkcs8));
    let modulus = BigUint::from_bytes_be(modulus);
    let length = usize::try_from(modulus.bits() / 8).expect("test keys are short");
    let mut block = digest(hash, b"");
    let seed = &drawn(&digest(SHA256, message), "OAEP", 32)[..block.len().min(32)];
    let seed: Vec<u8> = seed.iter().copied().cycle().take(block.len()).collect();
    block.resize(length - seed.len() - message.len() - 2, 0);
    block.push(1);
    block.extend(message);
    let block = xor(&block, &mask(mask_hash, &seed, block.len()));
    let seed = xor(&seed, &mask(mask_hash, &block, seed.len()));
    let encoded = BigUint::from_bytes_be(&[seed, block].concat());
    let power = encoded.modpow(&BigUint::from(65_537_u32), &modulus).to_bytes_be();
    [vec![0; length - power.len()], power].concat()
}

/// Unwraps a content key by RSAES-OAEP with an empty label (RFC 8017 section 7.1.2). `hash` and
/// `mask_hash` are the names `sha1`, `sha256`, `sha384` and `sha512`.
pub fn unwrap_key(
    recipient: TestKey,
    ciphertext: &[u8],
    hash: &str,
    mask_hash: &str,
) -> Option<Vec<u8>> {
    unwrap_key_pkcs8(&recipient.pkcs8(), ciphertext, hash, mask_hash, b"")
}

/// The same with a private RSA key in PKCS#8 (DER), and any label.
pub fn unwrap_key_pkcs8(
    pkcs8: &[u8],
    ciphertext: &[u8],
    hash: &str,
    mask_hash: &str,
    label: &[u8],
) -> Option<Vec<u8>> {
    let (modulus, exponent) = der::rsa_private_key(der::pkcs8_private_key(pkcs8));
    let modulus = BigUint::from_bytes_be(modulus);
    let length = usize::try_from(modulus.bits().div_ceil(8)).ok()?;
    let number = BigUint::from_bytes_be(ciphertext);
    if ciphertext.len() != length || number >= modulus {
        return None;
    }
    let power = number.modpow(&BigUint::from_bytes_be(exponent), &modulus).to_bytes_be();
    let encoded = [vec![0; length - power.len()], power].concat();
    let (hash, mask_hash) = (full_name(hash), full_name(mask_hash));
    let label = digest(hash, label);
    let (seed, block) = encoded[1..].split_at_checked(label.len())?;
    let seed = xor(seed, &mask(mask_hash, block, seed.len()));
    let block = xor(block, &mask(mask_hash, &seed, block.len()));
    let rest = block.strip_prefix(label.as_slice()).filter(|_| encoded[0] == 0)?;
    let start = rest.iter().position(|octet| *octet != 0)?;
    rest[start..].strip_prefix(&[1]).map(<[u8]>::to_vec)
}

fn full_name(name: &str) -> &str {
    match name {
        "sha384" => "rsa-sha384",
        "sha512" => "rsa-sha512",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{decrypt_cbc, decrypt_gcm, full_name, unwrap_key, wrap};
    use crate::TestKey;

    #[test]
    fn what_is_wrapped_can_be_unwrapped_by_its_recipient_alone() {
        for (hash, mask) in [("sha1", "sha1"), ("sha256", "sha1"), ("sha512", "sha256")] {
            let key = [7; 32];
            let wrapped = wrap(TestKey::SP_ENCRYPTION, &key, full_name(hash), full_name(mask));
            let unwrapped = unwrap_key(TestKey::SP_ENCRYPTION, &wrapped, hash, mask);
            assert_eq!(unwrapped.as_deref(), Some(&key[..]), "{hash} {mask}");
            assert_eq!(unwrap_key(TestKey::ATTACKER, &wrapped, hash, mask), None);
        }
    }

    #[test]
    fn impossible_lengths_and_wrong_tags_decrypt_to_nothing() {
        assert_eq!(decrypt_cbc(&[0; 16], &[0; 16], &[0; 15]), None);
        assert_eq!(decrypt_cbc(&[0; 15], &[0; 16], &[0; 16]), None);
        assert_eq!(decrypt_gcm(&[0; 16], &[0; 12], &[0; 16]), None);
        assert_eq!(decrypt_gcm(&[0; 24], &[0; 12], &[0; 16]), None);
        assert_eq!(decrypt_gcm(&[0; 24], &[0; 11], &[0; 16]), None);
    }
}
