//! What must hold for every input: one check a fuzz target. libFuzzer calls them (`fuzz_targets`),
//! and so does `cargo test`, on inputs that proptest makes (`tests/fuzz_targets.rs`).

#![allow(
    dead_code,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a check that goes wrong panics: so a fuzzer notices. Each target uses its own"
)]

pub(crate) mod c14n;
mod edits;
pub(crate) mod encrypted;
mod genuine;
pub(crate) mod input;
pub(crate) mod logout;
pub(crate) mod metadata;
pub(crate) mod redirect;
pub(crate) mod response;
pub(crate) mod xml;
