//! The HTTP Redirect binding (SAML bindings 3.4): a message in the query of a URL, deflated.
//!
//! A signature covers octets of the query as they are written. So what is sent is signed over the
//! very text that is put into the URL, and what arrives is verified over the raw query, in the
//! sender's own escapes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

use super::input::InputError;
use crate::dsig::decode;

/// Whether a message asks or answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Sent as SAMLRequest.
    Request,
    /// Sent as SAMLResponse.
    Response,
}

impl Direction {
    /// The parameter that carries the message.
    pub const fn parameter(self) -> &'static str {
        match self {
            Self::Request => "SAMLRequest",
            Self::Response => "SAMLResponse",
        }
    }
}

/// A query to be sent, not signed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    text: String,
}

/// Compression level of DEFLATE: a request is small, and made once for a login.
const LEVEL: u8 = 9;

impl Query {
    /// The octets that a signature covers: message, RelayState and SigAlg in this order (3.4.4.1).
    /// Without `algorithm` the query stays unsigned.
    pub fn new(
        direction: Direction,
        xml: &str,
        relay_state: Option<&str>,
        algorithm: Option<&str>,
    ) -> Self {
        let message = STANDARD.encode(compress_to_vec(xml.as_bytes(), LEVEL));
        let mut text = format!("{}={}", direction.parameter(), escaped(&message));
        for (name, value) in [("RelayState", relay_state), ("SigAlg", algorithm)] {
            if let Some(value) = value {
                text.push('&');
                text.push_str(name);
                text.push('=');
                text.push_str(&escaped(value));
            }
        }
        Self { text }
    }

    /// What is signed.
    pub fn signed_octets(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Adds the signature.
    #[must_use]
    pub fn with_signature(mut self, signature: &[u8]) -> Self {
        self.text.push_str("&Signature=");
        self.text.push_str(&escaped(&STANDARD.encode(signature)));
        self
    }

    /// Adds a parameter that is no part of the binding, behind everything that is signed.
    #[must_use]
    pub fn with_parameter(mut self, name: &str, value: &str) -> Self {
        self.text.push('&');
        self.text.push_str(&escaped(name));
        self.text.push('=');
        self.text.push_str(&escaped(value));
        self
    }

    /// The URL to send the browser to. A query that the endpoint has already stays.
    pub fn url(&self, endpoint: &str) -> String {
        let (base, fragment) = match endpoint.split_once('#') {
            Some((base, fragment)) => (base, Some(fragment)),
            None => (endpoint, None),
        };
        let joint = match base.find('?') {
            None => "?",
            Some(_) if base.ends_with(['?', '&']) => "",
            Some(_) => "&",
        };
        let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
        format!("{base}{joint}{}{fragment}", self.text)
    }
}

/// Percent escapes for everything but the unreserved characters (RFC 3986 2.3).
fn escaped(value: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push('%');
            for digit in [byte >> 4, byte & 15] {
                text.push(DIGITS.get(usize::from(digit)).copied().map_or('0', char::from));
            }
        }
    }
    text
}

/// A message of the redirect binding as XML: base64, then DEFLATE. At most `limit` octets come out.
/// `None` where it is neither, or longer.
pub fn inflated(value: &str, limit: usize) -> Option<Vec<u8>> {
    inflate(&decode(value)?, limit).ok()
}

/// Undoes DEFLATE. At most `limit` octets come out, and no more memory is taken.
pub(super) fn inflate(deflated: &[u8], limit: usize) -> Result<Vec<u8>, InputError> {
    decompress_to_vec_with_limit(deflated, limit).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => InputError::TooLarge { limit },
        _ => InputError::NotDeflated,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_says_what_is_signed_and_where_it_goes() {
        let query = Query::new(Direction::Request, "<a/>", Some("/x?y=1&z"), Some("urn:alg#1"));
        let octets = String::from_utf8(query.signed_octets().to_vec()).unwrap();
        let (message, rest) = octets.split_once('&').unwrap();
        assert_eq!(rest, "RelayState=%2Fx%3Fy%3D1%26z&SigAlg=urn%3Aalg%231");
        let value = message.strip_prefix("SAMLRequest=").unwrap();
        let value = value.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
        assert_eq!(inflated(&value, 4).as_deref(), Some(&b"<a/>"[..]));
        assert_eq!(inflated(&value, 3), None, "one byte over the limit");
        let url = query
            .with_signature(b"\xff")
            .with_parameter("login_hint", "a@b")
            .url("https://idp/sso");
        assert_eq!(url, format!("https://idp/sso?{octets}&Signature=%2Fw%3D%3D&login_hint=a%40b"));
    }

    #[test]
    fn the_endpoint_keeps_its_own_query_and_fragment() {
        let query = Query { text: "SAMLRequest=x".into() };
        for (endpoint, url) in [
            ("https://idp/sso", "https://idp/sso?SAMLRequest=x"),
            ("https://idp/sso?a=b", "https://idp/sso?a=b&SAMLRequest=x"),
            ("https://idp/sso?", "https://idp/sso?SAMLRequest=x"),
            ("https://idp/sso#f", "https://idp/sso?SAMLRequest=x#f"),
        ] {
            assert_eq!(query.url(endpoint), url);
        }
    }

    #[test]
    fn an_inflate_bomb_stops_at_the_limit() {
        let bomb = STANDARD.encode(compress_to_vec(&vec![b'a'; 1 << 22], 9));
        assert!(bomb.len() < 1 << 13);
        assert_eq!(inflated(&bomb, 1 << 20), None);
        assert_eq!(inflated("AAAA", 100), None);
        assert_eq!(inflated("not base64", 100), None);
    }
}
