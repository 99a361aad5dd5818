//! What the redirect binding carries: whatever is inflated stays within the limit; what we write
//! ourselves comes back, escaped and deflated, and to no other text; and any text is read as a
//! query in one way or in none: its signed octets say the same once more, whatever their order.

use countersign::saml::delivery::Delivered;
use countersign::saml::redirect::{Direction, Query, inflated};
use countersign::saml::redirect_query::RawQuery;

const LIMIT: usize = 4096;

pub(crate) fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some(octets) = inflated(&text, LIMIT) {
        assert!(octets.len() <= LIMIT, "{} octets, longer than the limit", octets.len());
    }
    read(&text);
    if let Ok(delivered) = Delivered::read(data, LIMIT) {
        assert!(delivered.xml.len() <= LIMIT, "{} octets of XML", delivered.xml.len());
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

/// The octets that a signature covers hold what was read, and nothing else.
fn read(text: &str) {
    let Ok(Some(query)) = RawQuery::find(text) else { return };
    let octets = String::from_utf8(query.signed_octets()).expect("parts of a text");
    let again = RawQuery::find(&octets).expect("no second meaning").expect("the message");
    assert_eq!(again.direction(), query.direction());
    assert_eq!(again.message(), query.message());
    assert_eq!(again.relay_state(), query.relay_state());
    assert_eq!(again.algorithm(), query.algorithm());
    assert_eq!(again.signed_octets(), query.signed_octets(), "of {text}");
    let reversed: Vec<&str> = octets.split('&').rev().collect();
    let reversed = reversed.join("&");
    let reversed = RawQuery::find(&reversed).expect("no second meaning").expect("the message");
    assert_eq!(reversed.signed_octets(), query.signed_octets(), "of {text}, reversed");
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
