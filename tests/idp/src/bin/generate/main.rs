//! Writes `tests/data`: messages, metadata and `cases.jsonl`. The same output on every run.
//!
//! `cargo run -p countersign-test-idp --bin generate` writes; with `--check` it compares instead
//! and fails where a file differs. Needs xmlsec1 and openssl, which confirm every signature.

mod case;
mod claims;
mod encrypted;
mod genuine;
mod identity;
mod logout;
mod message;
mod metadata;
mod profile;
mod shape;
mod signature;
mod witness;
mod wrapping;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use case::Witness;

fn main() -> ExitCode {
    let check = match env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(other) => {
            eprintln!("unknown argument {other}; usage: generate [--check]");
            return ExitCode::from(2);
        }
    };
    match run(check) {
        Ok(summary) => {
            println!("{summary}");
            ExitCode::SUCCESS
        }
        Err(errors) => {
            eprintln!("{errors}");
            ExitCode::FAILURE
        }
    }
}

fn run(check: bool) -> Result<String, String> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data");
    let (files, summary) = files()?;
    if check {
        let differing: Vec<String> = files
            .iter()
            .filter(|(name, content)| fs::read(data.join(name)).ok().as_ref() != Some(content))
            .map(|(name, _)| name.clone())
            .chain(stale(&data, &files))
            .collect();
        if differing.is_empty() {
            return Ok(format!("{summary}; tests/data is up to date"));
        }
        return Err(format!("not what the generator makes: {}", differing.join(", ")));
    }
    for name in stale(&data, &files) {
        fs::remove_file(data.join(&name)).map_err(|error| format!("{name}: {error}"))?;
    }
    for (name, content) in &files {
        let path = data.join(name);
        let folder = path.parent().expect("a file is in a folder");
        fs::create_dir_all(folder).map_err(|error| format!("{name}: {error}"))?;
        fs::write(&path, content).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(summary)
}

fn files() -> Result<(BTreeMap<String, Vec<u8>>, String), String> {
    let scratch = Scratch::new()?;
    let plain = [
        genuine::cases(),
        shape::cases(),
        message::cases(),
        signature::cases(),
        wrapping::cases(),
        profile::cases(),
        identity::cases(),
        claims::cases(),
    ];
    let mut files = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut errors = Vec::new();
    for (name, xml, key) in metadata::documents() {
        if let Err(error) = witness::confirm_metadata(&xml, key, &scratch.0) {
            errors.push(format!("{name}: {error}"));
        }
        files.insert(name, xml);
    }
    let (mut accepted, mut refused, mut confirmed) = (0, 0, 0);
    for (list, cases) in [
        ("cases.jsonl", plain.into_iter().flatten().collect()),
        ("cases-encrypted.jsonl", encrypted::cases()),
    ] {
        let mut lines = String::new();
        for case in cases {
            let fixture: case::Finished = case::Case::finish(case);
            let id = fixture.line.id.clone();
            if !seen.insert(id.clone()) {
                errors.push(format!("{id}: two cases have this id"));
            }
            if let Err(error) = witness::confirm(&fixture, &scratch.0) {
                errors.push(error);
            }
            confirmed += usize::from(fixture.witness != Witness::NotAsked);
            let line = serde_json::to_string(&fixture.line).map_err(|error| error.to_string())?;
            if fixture.line.expect["ok"] == true {
                accepted += 1;
            } else {
                refused += 1;
            }
            lines.push_str(&line);
            lines.push('\n');
            files.insert(fixture.line.message, fixture.file);
        }
        files.insert(list.into(), lines.into_bytes());
    }
    let mut lines = String::new();
    for line in logout::lines() {
        if !seen.insert(line.id.clone()) {
            errors.push(format!("{}: two cases have this id", line.id));
        }
        let ok = line.expect["ok"] == true;
        *if ok { &mut accepted } else { &mut refused } += 1;
        lines.push_str(&serde_json::to_string(&line).map_err(|error| error.to_string())?);
        lines.push('\n');
    }
    files.insert("logout.jsonl".into(), lines.into_bytes());
    if !errors.is_empty() {
        return Err(errors.join("\n"));
    }
    let summary = format!(
        "{accepted} messages to accept, {refused} to refuse; \
         xmlsec1 and openssl confirm the signatures of {confirmed}"
    );
    Ok((files, summary))
}

/// Files in the generated folders that the generator does not make any more.
fn stale(data: &Path, files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    ["messages", "metadata"]
        .into_iter()
        .filter_map(|folder| Some((folder, fs::read_dir(data.join(folder)).ok()?)))
        .flat_map(|(folder, entries)| {
            entries
                .flatten()
                .map(move |entry| format!("{folder}/{}", entry.file_name().to_string_lossy()))
        })
        .filter(|name| !files.contains_key(name))
        .collect()
}

/// A folder of our own that goes away with the run.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, String> {
        let path = env::temp_dir().join(format!("countersign-fixtures-{}", std::process::id()));
        fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder left behind in the temporary directory does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}
