//! Writes `tests/diagnosis`: failed logins as administrators meet them, each with what a diagnosis
//! of it has to name. The same output on every run.
//!
//! `cargo run -p countersign-test-idp --bin diagnosis` writes; with `--check` it compares instead
//! and fails where a file differs.

mod addressing;
#[allow(dead_code, reason = "the generator of tests/data uses the rest")]
#[path = "../generate/case.rs"]
mod case;
mod claims;
mod damage;
mod encoding;
mod entry;
mod pasted;
mod session;
mod status;
mod time;
mod trust;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use entry::{Entry, documents};

fn main() -> ExitCode {
    let check = match env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(other) => {
            eprintln!("unknown argument {other}; usage: diagnosis [--check]");
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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../diagnosis");
    let (files, summary) = files()?;
    if check {
        let differing: Vec<&str> = files
            .iter()
            .filter(|(name, content)| {
                fs::read_to_string(folder.join(name)).ok().as_ref() != Some(content)
            })
            .map(|(name, _)| name.as_str())
            .collect();
        if differing.is_empty() {
            return Ok(format!("{summary}; tests/diagnosis is up to date"));
        }
        return Err(format!("not what the generator makes: {}", differing.join(", ")));
    }
    for (name, content) in &files {
        let path = folder.join(name);
        let parent = path.parent().expect("a file is in a folder");
        fs::create_dir_all(parent).map_err(|error| format!("{name}: {error}"))?;
        fs::write(&path, content).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(summary)
}

fn files() -> Result<(BTreeMap<String, String>, String), String> {
    let lists: [(&str, Vec<Entry>); 9] = [
        ("addressing", addressing::entries()),
        ("trust", trust::entries()),
        ("time", time::entries()),
        ("session", session::entries()),
        ("status", status::entries()),
        ("claims", claims::entries()),
        ("encoding", encoding::entries()),
        ("pasted", pasted::entries()),
        ("damage", damage::entries()),
    ];
    let mut files = documents();
    let mut seen = BTreeSet::new();
    let mut count = 0;
    for (name, entries) in lists {
        let mut lines = String::new();
        for entry in entries {
            let line = entry.line();
            let id = line["id"].as_str().unwrap_or_default().to_owned();
            if !seen.insert(id.clone()) {
                return Err(format!("{id}: two cases have this id"));
            }
            count += 1;
            lines.push_str(&line.to_string());
            lines.push('\n');
        }
        files.insert(format!("{name}.jsonl"), lines);
    }
    Ok((files, format!("{count} failed logins")))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_catalogue_is_what_this_program_makes() {
        if let Err(errors) = super::run(true) {
            panic!("{errors}; run: cargo run -p countersign-test-idp --bin diagnosis");
        }
    }
}
