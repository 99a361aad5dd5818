//! Whatever metadata says: an identity provider that comes out has a name and keys, and both stand
//! in the file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::saml::metadata::IdentityProvider;
use countersign::saml::time::Instant;

pub(crate) fn check(data: &[u8]) {
    let now = Instant::parse("2026-03-10T09:00:05Z").expect("an instant");
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
