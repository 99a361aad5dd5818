//! What a runtime does with private keys, for tests: a host that decrypts.

use countersign::xenc::{DataAlgorithm, DecryptTask, EncryptedKey, OaepDigest};
use countersign_test_idp::encryption;

/// Decrypts with the first of these keys (PKCS#8) that unwraps a content key of the right size.
pub(crate) fn decrypt(task: &DecryptTask, keys: &[Vec<u8>]) -> Option<Vec<u8>> {
    let name = |digest: OaepDigest| digest.name().to_lowercase().replace('-', "");
    let unwrap = |encrypted: &EncryptedKey, key: &[u8]| {
        let transport = &encrypted.transport;
        let (digest, mask) = (name(transport.digest), name(transport.mgf));
        encryption::unwrap_key_pkcs8(key, &encrypted.ciphertext, &digest, &mask, &transport.label)
    };
    let mut unwrapped = task
        .keys
        .iter()
        .flat_map(|encrypted| keys.iter().filter_map(move |key| unwrap(encrypted, key)));
    let key = unwrapped.find(|key| key.len() == task.algorithm.key_bytes())?;
    match task.algorithm {
        DataAlgorithm::AesCbc { .. } => encryption::decrypt_cbc(&key, &task.iv, &task.ciphertext),
        _ => encryption::decrypt_gcm(&key, &task.iv, &task.ciphertext),
    }
}
