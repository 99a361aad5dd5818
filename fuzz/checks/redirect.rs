//! What the redirect binding carries: whatever is inflated stays within the limit, and what we
//! write ourselves comes back, escaped and deflated, and to no other text.

use countersign::saml::redirect::{Direction, Query, inflated};

const LIMIT: usize = 4096;

pub(crate) fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some(octets) = inflated(&text, LIMIT) {
        assert!(octets.len() <= LIMIT, "{} octets, longer than the limit", octets.len());
    }
    let query = Query::new(Direction::Response, &text, Some(&text), None);
    let octets = std::str::from_utf8(query.signed_octets()).expect("a query is ASCII");
    let (message, relay_state) = octets.split_once('&').expect("two parameters");
    let message = unescaped(message.strip_prefix("SAMLResponse=").expect("the message"));
    assert_eq!(inflated(&message, text.len()).as_deref(), Some(text.as_bytes()));
    assert_eq!(unescaped(relay_state.strip_prefix("RelayState=").expect("the state")), text);
    if let Some(less) = text.len().checked_sub(1) {
        assert_eq!(inflated(&message, less), None, "an octet over the limit");
    }
}

fn unescaped(value: &str) -> String {
    let mut pieces = value.split('%');
    let mut octets = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at(2);
        octets.push(u8::from_str_radix(digits, 16).expect("two digits"));
        octets.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(octets).expect("what was written is UTF-8")
}
