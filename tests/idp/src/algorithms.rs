//! Digests and signatures by the URI that XML Signature names them with.
//!
//! Signing is deterministic (RSA with a fixed PSS salt, ECDSA by RFC 6979), so fixtures come out
//! the same on every run.

use num_bigint::BigUint;
use p256::ecdsa::signature::Signer;
use ring::digest;
use ring::signature::{self as ring_signature, Ed25519KeyPair, RsaKeyPair};

use crate::der;
use crate::keys::TestKey;

/// `http://www.w3.org/2001/04/xmldsig-more#rsa-sha256`
pub const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
/// `http://www.w3.org/2001/04/xmldsig-more#rsa-sha384`
pub const RSA_SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384";
/// `http://www.w3.org/2001/04/xmldsig-more#rsa-sha512`
pub const RSA_SHA512: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512";
/// `http://www.w3.org/2000/09/xmldsig#rsa-sha1`
pub const RSA_SHA1: &str = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
/// The alias of RSA-SHA1 that Microsoft products also write.
pub const RSA_SHA1_ALIAS: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha1";
/// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 octets (RFC 6931 section 2.3.10).
pub const RSA_PSS_SHA256: &str = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1";
/// ECDSA with SHA-256.
pub const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
/// ECDSA with SHA-384.
pub const ECDSA_SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384";
/// Ed25519 (RFC 9231 section 2.3.12).
pub const ED25519: &str = "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519";
/// HMAC with SHA-256, keyed with the `SubjectPublicKeyInfo` of the key: the classic confusion.
pub const HMAC_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256";

/// `http://www.w3.org/2000/09/xmldsig#sha1`
pub const SHA1: &str = "http://www.w3.org/2000/09/xmldsig#sha1";
/// `http://www.w3.org/2001/04/xmlenc#sha256`
pub const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
/// `http://www.w3.org/2001/04/xmldsig-more#sha384`
pub const SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#sha384";
/// The alias of SHA-384 that Microsoft products also write.
pub const SHA384_ALIAS: &str = "http://www.w3.org/2001/04/xmlenc#sha384";
/// `http://www.w3.org/2001/04/xmlenc#sha512`
pub const SHA512: &str = "http://www.w3.org/2001/04/xmlenc#sha512";

fn digest_named(uri: &str) -> &'static digest::Algorithm {
    match uri.rsplit_once('#').map_or(uri, |(_, name)| name) {
        "sha1" | "rsa-sha1" => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        "sha384" | "rsa-sha384" => &digest::SHA384,
        "sha512" | "rsa-sha512" => &digest::SHA512,
        // Also for URIs that nobody knows: a test may write any name, it still needs some value.
        _ => &digest::SHA256,
    }
}

/// The digest of `bytes` by the algorithm with this URI.
pub fn digest(uri: &str, bytes: &[u8]) -> Vec<u8> {
    digest::digest(digest_named(uri), bytes).as_ref().to_vec()
}

/// The `SignatureValue` octets over `bytes`. An unknown URI, or one that is not of the key's
/// family, signs as the key best can: the message then claims an algorithm it did not use.
pub fn sign(key: TestKey, uri: &str, bytes: &[u8]) -> Vec<u8> {
    if uri == HMAC_SHA256 {
        let secret = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key.public_key_der());
        return ring::hmac::sign(&secret, bytes).as_ref().to_vec();
    }
    let pkcs8 = key.pkcs8();
    match key {
        TestKey::P256 => {
            let scalar = der::ec_private_key(der::pkcs8_private_key(&pkcs8));
            let key = p256::ecdsa::SigningKey::from_slice(scalar).expect("a P-256 test key");
            let signature: p256::ecdsa::Signature = key.sign(bytes);
            signature.to_bytes().to_vec()
        }
        TestKey::P384 => {
            let scalar = der::ec_private_key(der::pkcs8_private_key(&pkcs8));
            let key = p384::ecdsa::SigningKey::from_slice(scalar).expect("a P-384 test key");
            let signature: p384::ecdsa::Signature = key.sign(bytes);
            signature.to_bytes().to_vec()
        }
        TestKey::ED25519 => Ed25519KeyPair::from_pkcs8_maybe_unchecked(&pkcs8)
            .expect("an Ed25519 test key")
            .sign(bytes)
            .as_ref()
            .to_vec(),
        rsa => sign_rsa(rsa, &pkcs8, uri, bytes),
    }
}

fn sign_rsa(key: TestKey, pkcs8: &[u8], uri: &str, bytes: &[u8]) -> Vec<u8> {
    let padding: &dyn ring_signature::RsaEncoding = match uri {
        RSA_SHA384 => &ring_signature::RSA_PKCS1_SHA384,
        RSA_SHA512 => &ring_signature::RSA_PKCS1_SHA512,
        _ => &ring_signature::RSA_PKCS1_SHA256,
    };
    let by_hand = matches!(uri, RSA_SHA1 | RSA_SHA1_ALIAS | RSA_PSS_SHA256);
    if by_hand || key == TestKey::RSA_1024 {
        return sign_rsa_by_hand(pkcs8, uri, bytes);
    }
    let pair = RsaKeyPair::from_pkcs8(pkcs8).expect("an RSA test key");
    let mut signature = vec![0; pair.public().modulus_len()];
    // PKCS#1 v1.5 uses no randomness: the same bytes give the same signature.
    pair.sign(padding, &ring::rand::SystemRandom::new(), bytes, &mut signature)
        .expect("RSA test keys can sign");
    signature
}

/// RSA with what ring does not sign with: SHA-1, 1024 bits, and PSS with a fixed salt.
fn sign_rsa_by_hand(pkcs8: &[u8], uri: &str, bytes: &[u8]) -> Vec<u8> {
    let (modulus, exponent) = der::rsa_private_key(der::pkcs8_private_key(pkcs8));
    let modulus = BigUint::from_bytes_be(modulus);
    let bits = usize::try_from(modulus.bits()).expect("test keys are short");
    let encoded = if uri == RSA_PSS_SHA256 {
        pss_encoded(bytes, bits - 1)
    } else {
        pkcs1_encoded(digest_named(uri), bytes, bits / 8)
    };
    let power =
        BigUint::from_bytes_be(&encoded).modpow(&BigUint::from_bytes_be(exponent), &modulus);
    let power = power.to_bytes_be();
    let mut signature = vec![0; bits / 8 - power.len()];
    signature.extend(power);
    signature
}

/// EMSA-PKCS1-v1_5 (RFC 8017 section 9.2).
fn pkcs1_encoded(algorithm: &'static digest::Algorithm, bytes: &[u8], length: usize) -> Vec<u8> {
    let prefix: &[u8] = if algorithm == &digest::SHA1_FOR_LEGACY_USE_ONLY {
        b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14"
    } else {
        b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"
    };
    let value = digest::digest(algorithm, bytes);
    let mut encoded = vec![0, 1];
    encoded.resize(length - prefix.len() - value.as_ref().len() - 1, 0xff);
    encoded.push(0);
    encoded.extend(prefix);
    encoded.extend(value.as_ref());
    encoded
}

/// EMSA-PSS with SHA-256, MGF1-SHA-256 and a salt of 32 fixed octets (RFC 8017 section 9.1.1).
fn pss_encoded(bytes: &[u8], bits: usize) -> Vec<u8> {
    let salt = [0x5a_u8; 32];
    let length = bits.div_ceil(8);
    let mut message = vec![0; 8];
    message.extend(digest(SHA256, bytes));
    message.extend(salt);
    let hash = digest(SHA256, &message);
    let mut block = vec![0; length - salt.len() - hash.len() - 2];
    block.push(1);
    block.extend(salt);
    let mask = (0_u32..)
        .flat_map(|counter| digest(SHA256, &[hash.as_slice(), &counter.to_be_bytes()].concat()));
    for (octet, mask) in block.iter_mut().zip(mask) {
        *octet ^= mask;
    }
    block[0] &= 0xff >> (8 * length - bits);
    block.extend(hash);
    block.push(0xbc);
    block
}
