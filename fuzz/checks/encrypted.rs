//! EncryptedData of any shape is read or refused; and whatever an EncryptedAssertion turns out to
//! hold, which anybody who has the service provider's certificate can choose, the genuine user is
//! signed in or nobody.
//!
//! The first byte chooses: even, the rest is a document whose elements are read as encrypted; odd,
//! it edits a genuine Assertion, which is then what the host decrypted.

use std::sync::LazyLock;

use countersign::xenc::EncryptedElement;
use countersign::xml::{Document, Limits};
use countersign_test_idp::Element;
use countersign_test_idp::tree::ASSERTION;

use super::edits::edited;
use super::genuine::{IDENTITY, RESPONSES, identity, login};

const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";

/// A Response with an EncryptedAssertion, and the Assertion.
static ENCRYPTED: LazyLock<(String, Element)> = LazyLock::new(|| {
    let mut response = RESPONSES[0].clone();
    let assertion = response.remove("Assertion");
    (response.child(encrypted_assertion()).to_xml(), assertion)
});

fn encrypted_assertion() -> Element {
    let xenc = |local: &str| Element::new(&format!("xenc:{local}"), XENC);
    let part = |algorithm: &str, octets: usize| {
        let value = xenc("CipherValue").text("AAAA".repeat(octets / 3));
        [xenc("EncryptionMethod").with("Algorithm", algorithm), xenc("CipherData").child(value)]
    };
    let data = part("http://www.w3.org/2009/xmlenc11#aes256-gcm", 300);
    let key = part("http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", 255);
    Element::new("EncryptedAssertion", ASSERTION)
        .child(xenc("EncryptedData").children(data))
        .child(xenc("EncryptedKey").children(key))
}

pub(crate) fn check(data: &[u8]) {
    match data {
        [choice, text @ ..] if choice % 2 == 0 => read(text),
        [_, edits @ ..] => decrypted(edits),
        [] => {}
    }
}

fn read(text: &[u8]) {
    let Ok(document) = Document::parse(text, &Limits::message()) else { return };
    for element in document.elements() {
        let Ok(encrypted) = EncryptedElement::read(element) else { continue };
        let task = encrypted.task();
        assert_eq!(encrypted.at(), element.id());
        assert!(matches!(task.iv.len(), 12 | 16), "an IV of {} bytes", task.iv.len());
        assert!((1..=8).contains(&task.keys.len()), "{} keys", task.keys.len());
        assert!(encrypted.plaintext(None, &Limits::message()).is_err());
        // What was decrypted may be anything.
        let _ = encrypted.plaintext(Some(text), &Limits::message());
    }
}

fn decrypted(edits: &[u8]) {
    let (message, assertion) = &*ENCRYPTED;
    let plaintext = edited(assertion, edits);
    let login = login(message.as_bytes(), Some(&plaintext));
    if edits.is_empty() {
        assert!(login.is_some(), "the genuine Assertion is refused");
    }
    if let Some(login) = login {
        let plaintext = String::from_utf8_lossy(&plaintext);
        assert_eq!(identity(&login), *IDENTITY, "by {plaintext}");
    }
}

/// A document for [`read`]: with the byte that chooses it.
pub(crate) fn seed() -> Vec<u8> {
    [b"\0", encrypted_assertion().to_xml().as_bytes()].concat()
}
