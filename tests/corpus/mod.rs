//! The corpora that other projects and standards bodies made, read where they stand.

#![allow(dead_code, reason = "each test program uses its part")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a corpus that cannot be read fails the test"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use countersign::dsig::{Verdict, VerifyTask};
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The cases of a suite; none, said aloud, where the corpus is missing. Where CI promises it, that
/// is a failure.
pub(crate) fn cases<T: DeserializeOwned>(suite: &str) -> Option<Vec<T>> {
    let file = folder().join(suite).join("cases.jsonl");
    if !file.is_file() {
        let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
        assert!(!ci, "the corpus {suite} is missing: {}", file.display());
        println!("{suite}: left out, there is no {}", file.display());
        return None;
    }
    Some(lines(&std::fs::read_to_string(file).unwrap()))
}

/// A file of a suite.
pub(crate) fn bytes(suite: &str, name: &str) -> Vec<u8> {
    let path = folder().join(suite).join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A file of a suite, as text.
pub(crate) fn text(suite: &str, name: &str) -> String {
    String::from_utf8(bytes(suite, name)).unwrap()
}

/// A case that is decided otherwise here, and why.
#[derive(Deserialize)]
pub(crate) struct Exception {
    pub(crate) id: String,
    pub(crate) expected: String,
    pub(crate) actual: String,
    pub(crate) reason: String,
}

/// The exceptions of a suite by the ID of the case.
pub(crate) fn exceptions(suite: &str) -> BTreeMap<String, Exception> {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/exceptions/{suite}.jsonl"));
    let exceptions: Vec<Exception> = lines(&std::fs::read_to_string(file).unwrap_or_default());
    assert!(exceptions.iter().all(|exception| exception.reason.len() > 20), "reasons, please");
    exceptions.into_iter().map(|exception| (exception.id.clone(), exception)).collect()
}

fn lines<T: DeserializeOwned>(text: &str) -> Vec<T> {
    text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

fn folder() -> PathBuf {
    std::env::var_os("COUNTERSIGN_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"),
        PathBuf::from,
    )
}

/// Verifies RSA from 1024 bits, which the product refuses, so that old recordings still test what
/// they are about. Everything else is the product's own verifier.
pub(crate) fn legacy_verifier(task: &VerifyTask) -> Verdict {
    let algorithm: &dyn VerificationAlgorithm = match task.algorithm() {
        uri if uri.ends_with("#rsa-sha1") => {
            &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY
        }
        uri if uri.ends_with("#rsa-sha256") => {
            &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY
        }
        uri if uri.ends_with("#rsa-sha512") => {
            &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY
        }
        _ => return task.verify_with_ring(),
    };
    let key = task.keys().position(|key| {
        UnparsedPublicKey::new(algorithm, key.raw()).verify(task.data(), task.signature()).is_ok()
    });
    Verdict { key }
}
