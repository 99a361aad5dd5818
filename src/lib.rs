//! Countersign answers one question for a SAML service provider: may this message sign somebody in,
//! and if not, exactly why?
//!
//! It validates the `samlp:Response` that a browser posts to a Reply URL (SAML 2.0 Web Browser SSO,
//! SAML profiles 4.1) against the metadata of the identity provider that the service provider
//! trusts. The answer is a [`Report`]: every check with its stable code, what was expected, what
//! came, where it stands, the clause, and what to change; and a [`Login`] where, and only where,
//! every check admits one.
//!
//! # Example
//!
//! ```
//! use countersign::{Context, IdentityProvider, Instant, Options, ServiceProvider};
//!
//! let metadata = include_str!("../tests/data/metadata/contoso.xml");
//! let now = Instant::parse("2026-03-10T09:00:05Z").ok_or("not a time")?;
//! let provider = ServiceProvider::new(Options {
//!     entity_id: Some("https://amplitude.com/saml/sso/metadata".into()),
//!     reply_urls: vec!["https://analytics.amplitude.com/saml/sso/482913".into()],
//!     identity_providers: vec![IdentityProvider::from_metadata(metadata.as_bytes(), None, now)?],
//!     ..Options::default()
//! })?;
//! let request = "_3f2a9b64-71d0-4c1e-8f57-0b6c5d4e3a21".into(); // from the user's session
//! let context = Context { in_response_to: vec![request], ..Context::at(now) };
//!
//! let genuine = include_str!("../tests/data/messages/amplitude-sp-initiated-assertion.b64");
//! let report = provider.inspect_response(genuine.as_bytes(), &context)?;
//! assert_eq!(report.login.ok_or("refused")?.name_id.value, "B.Simon@contoso.com");
//!
//! let forged = include_str!("../tests/data/messages/digest-name-id.b64");
//! let report = provider.inspect_response(forged.as_bytes(), &context)?;
//! assert_eq!(report.code().ok_or("accepted")?.as_str(), "ERR_SAML_SIGNATURE_DIGEST");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What holds always
//!
//! 1. There is no I/O, no clock and no randomness in this crate: the time is an argument.
//! 2. Identity is read from [`Signed`](dsig::Signed) alone, which is made of the very octets whose
//!    digest a trusted key signed. The types give no other way: what is merely
//!    [`Claimed`](saml::assertion::Claimed) can be judged and shown, never taken out. The unsigned
//!    envelope can refuse a login and never admit one.
//! 3. Trust comes from the configured keys. A certificate in a message helps to explain, no more.
//! 4. Private keys have no place here: what is encrypted, the host decrypts.
//! 5. One strict XML reader reads everything, and refuses what it does not fully understand.
//! 6. Every refusal has a stable [`Code`](report::Code).
//! 7. Time is linear in the input and memory bounded by [`Limits`](xml::Limits); nothing recurses
//!    on the input, and no input makes it panic.
//! 8. No default error text holds personal data.
//!
//! # Modules
//!
//! From the top down; each imports only what is below it or beside it, which a test holds.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`sp`] | [`ServiceProvider`]: takes a message through every step |
//! | [`lint`] | mistakes of a set-up that can be seen before the first login |
//! | [`login`], [`user`] | who may be signed in |
//! | [`logout`] | logout messages that may be acted on |
//! | `checks` | one question a file; private, because its answers are the [`report`] |
//! | [`policy`], [`profiles`] | what this service provider demands; what applications fix |
//! | [`report`] | codes, checks and reports |
//! | [`pseudonym`] | stand-ins for values that must not be shown |
//! | [`saml`] | what messages and metadata say |
//! | [`dsig`] | XML Signature as SAML profiles it: keys, algorithms, [`Signed`](dsig::Signed) |
//! | [`xenc`] | XML Encryption: what the host has to decrypt, and what it made of it |
//! | [`c14n`] | canonical XML |
//! | [`xml`] | the reader |
//!
//! The feature `wasm` adds the bindings that the npm package `countersign` is made of.

#![cfg_attr(not(feature = "wasm"), forbid(unsafe_code))]
#![deny(unsafe_code)]

pub mod c14n;
mod checks;
pub mod dsig;
pub mod lint;
pub mod login;
pub mod logout;
pub mod policy;
pub mod profiles;
pub mod pseudonym;
pub mod report;
pub mod saml;
pub mod sp;
pub mod user;
#[cfg(feature = "wasm")]
#[allow(unsafe_code, reason = "wasm-bindgen generates it")]
mod wasm;
pub mod xenc;
pub mod xml;

pub use login::Login;
pub use policy::Options;
pub use report::Report;
pub use saml::metadata::IdentityProvider;
pub use saml::time::Instant;
pub use sp::{Context, ServiceProvider};
