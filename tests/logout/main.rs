//! Single Logout: what is accepted of others and what is sent to them.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

#[path = "../case/mod.rs"]
mod case;
#[path = "../corpus/mod.rs"]
mod corpus;

mod confusion;
mod fixtures;
mod recorded;
mod sent;
mod target;
mod wrapping;
