//! Whatever metadata says: an identity provider that comes out has a name and keys, and both stand
//! in the file. Whatever becomes of signed metadata: with the pinned key, the genuine identity
//! provider comes out or none.
//!
//! A first byte of 1 chooses the second, and the rest edits genuine metadata; anything else is
//! metadata itself.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::dsig::TrustedKey;
use countersign::report::SetupError;
use countersign::saml::metadata::{IdentityProvider, Metadata};
use countersign::saml::time::Instant;
use countersign_test_idp::{Element, Idp, TestKey};

use super::edits::edited;

static GENUINE: LazyLock<(Element, IdentityProvider)> = LazyLock::new(|| {
    let tree = Idp::contoso().metadata().tree();
    let provider = verified(tree.to_xml().as_bytes()).expect("signed by the pinned key");
    (tree, provider)
});

fn now() -> Instant {
    Instant::parse("2026-03-10T09:00:05Z").expect("an instant")
}

fn verified(xml: &[u8]) -> Result<IdentityProvider, SetupError> {
    let pinned = TrustedKey::from_text(TestKey::ENTRA_ACTIVE.certificate_pem());
    let pinned = pinned.expect("a certificate");
    Metadata::signed(xml, &[pinned], false)?.identity_provider(None, now())
}

pub(crate) fn check(data: &[u8]) {
    match data {
        [1, edits @ ..] => {
            let (tree, genuine) = &*GENUINE;
            let metadata = edited(tree, edits);
            if let Ok(provider) = verified(&metadata) {
                assert_eq!(provider, *genuine, "by {}", String::from_utf8_lossy(&metadata));
            }
        }
        _ => read(data),
    }
}

fn read(data: &[u8]) {
    let now = now();
    let Ok(provider) = IdentityProvider::from_metadata(data, None, now) else { return };
    assert!(!provider.entity_id.trim().is_empty(), "an identity provider without a name");
    assert!(!provider.keys.is_empty(), "an identity provider without keys");
    assert!(provider.valid_until.is_none_or(|until| until > now), "out of date");
    let named = IdentityProvider::from_metadata(data, Some(&provider.entity_id), now);
    assert_eq!(named.as_ref(), Ok(&provider), "another one by its own name");

    // Without references, comments and the like, certificates stand there letter by letter.
    let text = std::str::from_utf8(data).expect("only UTF-8 is read");
    if text.contains(['&', '!']) {
        return;
    }
    let compact: String = text.split([' ', '\t', '\r', '\n']).collect();
    for key in &provider.keys {
        let certificate = key.certificate().expect("metadata holds certificates");
        assert!(compact.contains(&STANDARD.encode(certificate.der())), "a key from nowhere");
    }
}
