//! Any EncryptedData, and any plaintext in a genuine message.

#![no_main]

#[path = "../checks/mod.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::encrypted::check(data));
