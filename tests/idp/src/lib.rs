//! A simulated identity provider: signs Responses and metadata the way Entra ID does, or wrong in
//! any chosen way. For tests only; its keys are public.
//!
//! It shares no code with the engine that it tests, so that one mistake cannot hide another:
//! signed elements are written in canonical form from a tree, never parsed and canonicalised.
//!
//! ```
//! use countersign_test_idp::{Application, Idp, SigningOption, User};
//!
//! let amplitude = Application::amplitude("482913");
//! let mut spec = Idp::contoso().response("example", &amplitude, &User::b_simon(), None);
//! spec.signing = SigningOption::Both;
//! spec.assertion().audience_restrictions.clear();
//! let mut response = spec.issue();
//! response.set("Destination", "https://attacker.example/");
//! assert!(response.to_xml().starts_with("<samlp:Response ID="));
//! ```

pub mod algorithms;
mod der;
pub mod encryption;
mod entra;
mod keys;
mod logout;
mod metadata;
mod moment;
mod parse;
mod response;
mod signature;
pub mod tree;

pub use encryption::EncryptionSpec;
pub use entra::{Application, Idp, User, claims, id};
pub use keys::TestKey;
pub use logout::{LogoutSpec, QuerySpec, deflated};
pub use metadata::MetadataSpec;
pub use moment::Moment;
pub use parse::parse;
pub use response::{
    AssertionSpec, AuthnSpec, BEARER, ConfirmationSpec, EMAIL, PASSWORD, PERSISTENT, Prefixes,
    ResponseSpec, SUCCESS, SigningOption,
};
pub use signature::{
    ENVELOPED, EXCLUSIVE, EXCLUSIVE_WITH_COMMENTS, INCLUSIVE, INCLUSIVE_11, Place, ReferenceUri,
    SignatureSpec, TransformSpec, place_signature, sign, signature_over,
};
pub use tree::{Attribute, Canonical, Element, Node};
