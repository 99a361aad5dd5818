//! npm packages of a folder with a lock file, installed when the lock file says something new.

use crate::process;
use anyhow::{Context as _, Result};
use std::{fs, path::Path, process::Command};

/// Installs exactly what `folder/package-lock.json` says, unless that was done already.
///
/// No package's install script runs: none is needed, and a taken-over package would begin there.
pub(crate) fn install(folder: &str) -> Result<()> {
    let lock = fs::read(Path::new(folder).join("package-lock.json"))
        .with_context(|| format!("{folder} has no package-lock.json"))?;
    // `npm ci` removes node_modules first, so the copy in there stands for a complete install.
    let done = Path::new(folder).join("node_modules/.installed-lock.json");
    if fs::read(&done).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    eprintln!("installing npm packages of {folder}");
    process::run_quietly(
        Command::new(process::NPM)
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"])
            .current_dir(folder),
    )?;
    fs::write(&done, lock).with_context(|| format!("cannot write {}", done.display()))
}
