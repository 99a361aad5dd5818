//! Any document, canonicalised, read and canonicalised again.

#![no_main]

#[path = "../checks/mod.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::c14n::check(data));
