//! Whatever is in a form field: octets come out as base64 has them, and however the base64 was
//! wrapped or escaped on its way, the same octets.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::saml::input::{InputError, decode_message};

const LIMIT: usize = 4096;

pub(crate) fn check(data: &[u8]) {
    if let Ok(octets) = decode_message(data, LIMIT) {
        assert!(octets.len() <= LIMIT, "longer than the limit");
        let plain = data.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte));
        let field = data.windows(5).any(|window| window == b"SAMLR");
        if plain && !field {
            assert_eq!(STANDARD.encode(&octets).as_bytes(), data, "not what base64 says");
        }
    }
    if data.is_empty() {
        return;
    }
    let encoded = STANDARD.encode(data);
    let wrapped = encoded.as_bytes().chunks(76).collect::<Vec<_>>().join(&b"\r\n"[..]);
    let escaped = encoded.replace('+', "%2B").replace('/', "%2f").replace('=', "%3D");
    let form = format!("RelayState=a%20b&SAMLResponse={escaped}&x=y");
    for written in [encoded.as_bytes(), &wrapped, escaped.as_bytes(), form.as_bytes()] {
        let decoded = decode_message(written, LIMIT);
        if data.len() > LIMIT {
            assert_eq!(decoded, Err(InputError::TooLarge { limit: LIMIT }));
        } else {
            assert_eq!(decoded.as_deref(), Ok(data), "of {written:?}");
        }
    }
}
