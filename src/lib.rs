//! Countersign validates SAML responses for a service provider and says why a login fails.

pub mod c14n;
pub mod xml;
