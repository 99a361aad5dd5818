//! A stand-in for a value that must not be shown: the same for the same value and key, and no way
//! back without the key.

use ring::hmac;

/// The shortest key, in bytes: half of what HMAC-SHA256 makes of it (RFC 2104 3 asks for the
/// whole; 128 bits of randomness are beyond guessing).
pub const KEY_BYTES: usize = 16;

/// HMAC-SHA256 (RFC 2104, RFC 6234) in lower-case hexadecimal; `None` where the key is too short.
///
/// A plain digest would not do: there are so few names and e-mail addresses that anybody can try
/// all of them.
pub fn pseudonym(key: &[u8], value: &str) -> Option<String> {
    if key.len() < KEY_BYTES {
        return None;
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let tag = hmac::sign(&key, value.as_bytes());
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    Some(tag.as_ref().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231 4.2 and 4.8: a short key made of 20 bytes, and one longer than a block.
    #[test]
    fn it_is_hmac_sha256() {
        assert_eq!(
            pseudonym(&[0x0b; 20], "Hi There").as_deref(),
            Some("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        );
        assert_eq!(
            pseudonym(&[0xaa; 131], "Test Using Larger Than Block-Size Key - Hash Key First")
                .as_deref(),
            Some("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
        );
    }

    #[test]
    fn a_key_that_can_be_guessed_is_no_key() {
        assert_eq!(pseudonym(&[1; 15], "x"), None);
        assert!(pseudonym(&[1; 16], "x").is_some());
    }
}
