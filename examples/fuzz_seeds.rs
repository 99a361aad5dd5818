//! Writes what fuzzing starts from into `fuzz/corpus`, made of the project's own fixtures:
//! `cargo run --example fuzz_seeds`.

#![allow(clippy::arithmetic_side_effects, reason = "a number of files")]

#[path = "../fuzz/checks/mod.rs"]
mod checks;

use std::path::{Path, PathBuf};
use std::{fs, io};

use countersign::saml::input::decode_message;

fn main() -> io::Result<()> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (fuzz, data) = (project.join("fuzz"), project.join("tests/data"));
    let write = |target: &str, name: &str, seed: &[u8]| {
        let folder = fuzz.join("corpus").join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), seed)
    };
    let mut written = 0;
    for path in files(&data.join("messages"))? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let message = fs::read(&path)?;
        write("input", &name, &message)?;
        if let Ok(xml) = decode_message(&message, 1 << 20) {
            write("xml", &name, &xml)?;
            // Each form with each list in turn.
            let choice = u8::try_from(written % 12).unwrap_or_default();
            write("c14n", &name, &[&[choice, 7], &*xml].concat())?;
        }
        written += 1;
    }
    for path in files(&data.join("metadata"))? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        write("metadata", &name, &fs::read(&path)?)?;
        written += 1;
    }
    // The choice of a message alone, and one edit of each kind.
    for what in 0..20_u8 {
        for choice in 0..4 {
            write("response", &format!("{choice}-{what}"), &[choice, what, 21, 3, 1])?;
            write("logout", &format!("{choice}-{what}"), &[choice, what, 21, 3, 1])?;
        }
        for target in ["encrypted", "metadata"] {
            write(target, &format!("1-{what}"), &[1, what, 21, 3, 1])?;
        }
    }
    write("encrypted", "read", &checks::encrypted::seed())?;
    println!("{written} fixtures and the edits are seeds in {}", fuzz.join("corpus").display());
    Ok(())
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    Ok(files)
}
