//! What SAML messages and metadata say. Facts only: nothing here judges.

pub mod aadsts;
pub mod assertion;
pub mod authn_request;
pub mod delivery;
pub mod element;
pub mod input;
pub mod logout;
pub mod lookalike;
pub mod metadata;
pub mod names;
pub mod outline;
pub mod redirect;
pub mod redirect_query;
pub mod response;
pub mod time;
