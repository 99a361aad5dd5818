//! The fuzz targets (`fuzz/`) for a bounded time on the stable compiler: the same checks, on
//! inputs that proptest makes of our fixtures. What fuzzing found stays in `fuzz/regressions`.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that goes wrong may panic"
)]

#[path = "../fuzz/checks/mod.rs"]
mod checks;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use countersign::saml::input::decode_message;
use proptest::prelude::*;
use proptest::sample::Index;

/// Bytes that mean something to one of the readers.
const TOKENS: [&[u8]; 16] = [
    b"<",
    b">",
    b"</",
    b"/>",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"<?",
    b"?>",
    b"&#x",
    b"&amp;",
    b" xmlns=''",
    b" xmlns:p='u:p'",
    b"\r\n",
    b"=",
];

/// Our messages as XML, and our metadata.
static DOCUMENTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let decoded = |octets: &[u8]| Some(decode_message(octets, 1 << 20).ok()?.into_owned());
    files("messages").iter().filter_map(|octets| decoded(octets)).collect()
});
static MESSAGES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| files("messages"));
static METADATA: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| files("metadata"));

fn files(folder: &str) -> Vec<Vec<u8>> {
    let folder = project().join("tests/data").join(folder);
    let mut files = paths(&folder);
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    files.iter().map(|path| fs::read(path).expect("a fixture")).collect()
}

fn paths(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A document with EncryptedData, after the byte that chooses it.
static ENCRYPTED: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| vec![checks::encrypted::seed()]);

/// One of `seeds` with a few changes.
fn damaged(seeds: &'static LazyLock<Vec<Vec<u8>>>) -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<Index>(), any::<u8>(), 0..5_u8);
    (any::<Index>(), prop::collection::vec(change, 0..5)).prop_map(|(seed, changes)| {
        let mut bytes = seed.get(seeds).clone();
        for (at, byte, what) in changes {
            let at = at.index(bytes.len() + 1);
            let end = (at + usize::from(byte)).min(bytes.len());
            match what {
                0 => drop(bytes.splice(at..at, TOKENS[usize::from(byte) % 16].iter().copied())),
                1 => bytes.insert(at, byte),
                2 => drop(bytes.drain(at..end)),
                3 => {
                    let again = bytes[at..end].to_vec();
                    drop(bytes.splice(at..at, again));
                }
                _ => bytes.truncate(at.max(1)),
            }
        }
        bytes
    })
}

/// Edits of the message that the first byte chooses.
fn edits() -> impl Strategy<Value = Vec<u8>> {
    any::<u8>().prop_flat_map(edits_of)
}

fn edits_of(choice: u8) -> impl Strategy<Value = Vec<u8>> {
    (Just(choice), prop::collection::vec((0..20_u8, any::<[u8; 3]>()), 0..6)).prop_map(
        |(choice, edits)| {
            let edits = edits.into_iter().flat_map(|(what, [a, b, c])| [what, a, b, c]);
            std::iter::once(choice).chain(edits).collect()
        },
    )
}

fn bounded(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(bounded(1000))]

    #[test]
    fn xml(data in damaged(&DOCUMENTS)) {
        checks::xml::check(&data);
    }

    #[test]
    fn c14n(choice in any::<[u8; 2]>(), data in damaged(&DOCUMENTS)) {
        checks::c14n::check(&[&choice, &*data].concat());
    }

    #[test]
    fn metadata(data in prop_oneof![damaged(&METADATA), edits_of(1)]) {
        checks::metadata::check(&data);
    }

    #[test]
    fn input(data in prop_oneof![
        damaged(&MESSAGES),
        prop::collection::vec(any::<u8>(), 0..200),
        "[A-Za-z0-9+/]{0,40}={0,3}".prop_map(String::into_bytes),
    ]) {
        checks::input::check(&data);
    }

    #[test]
    fn redirect(data in prop_oneof![
        ".{0,200}".prop_map(String::into_bytes),
        "[A-Za-z0-9+/]{4,40}={0,2}".prop_map(String::into_bytes),
        "[?/]?((SAMLRequest|SAMLResponse|RelayState|SigAlg|Signature|x)=[a-z%2Ff+?/]{0,6}[&#]?){0,6}"
            .prop_map(String::into_bytes),
    ]) {
        checks::redirect::check(&data);
    }

    #[test]
    fn logout(data in prop_oneof![
        edits(),
        (any::<u8>(), any::<[u8; 2]>(), "[A-Za-z0-9%&=+]{0,9}").prop_map(|(choice, at, with)| {
            [&[choice], &at[..], with.as_bytes()].concat()
        }),
    ]) {
        checks::logout::check(&data);
    }

    #[test]
    fn response(data in edits()) {
        checks::response::check(&data);
    }

    #[test]
    fn encrypted(data in prop_oneof![edits(), damaged(&ENCRYPTED)]) {
        checks::encrypted::check(&data);
    }
}

/// Each file is one input that a fuzzer once found something with; its folder is the target.
/// There is no folder as long as nothing was found.
#[test]
fn what_was_found_stays_fixed() {
    let folder = project().join("fuzz/regressions");
    let mut run = 0;
    for target in folder.is_dir().then(|| paths(&folder)).into_iter().flatten() {
        let name = target.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let check = match name.as_str() {
            "c14n" => checks::c14n::check,
            "encrypted" => checks::encrypted::check,
            "input" => checks::input::check,
            "logout" => checks::logout::check,
            "metadata" => checks::metadata::check,
            "redirect" => checks::redirect::check,
            "response" => checks::response::check,
            "xml" => checks::xml::check,
            other => panic!("there is no target {other}"),
        };
        for file in paths(&target) {
            check(&fs::read(&file).expect("an input"));
            run += 1;
        }
    }
    println!("fuzz: {run} inputs that once found something");
}
