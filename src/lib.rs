//! Countersign validates SAML responses for a service provider and says why a login fails.

#![cfg_attr(not(feature = "wasm"), forbid(unsafe_code))]
#![deny(unsafe_code)]

pub mod c14n;
mod checks;
pub mod dsig;
pub mod login;
pub mod policy;
pub mod profiles;
pub mod report;
pub mod saml;
pub mod sp;
pub mod user;
#[cfg(feature = "wasm")]
#[allow(unsafe_code, reason = "wasm-bindgen generates it")]
mod wasm;
pub mod xenc;
pub mod xml;
