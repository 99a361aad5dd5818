//! npm packages of a folder with a lock file, installed when the lock file says something new.

use crate::process;
use anyhow::{Context as _, Result};
use std::{fs, path::Path, process::Command};

/// Installs exactly what `folder/package-lock.json` says, unless that was done already.
///
/// Install scripts, where a taken-over package would begin, do not run: only those that the
/// folder's own script `allowed-scripts` names.
pub(crate) fn install(folder: &str) -> Result<()> {
    let lock = fs::read(Path::new(folder).join("package-lock.json"))
        .with_context(|| format!("{folder} has no package-lock.json"))?;
    // `npm ci` removes node_modules first, so the copy in there stands for a complete install.
    let done = Path::new(folder).join("node_modules/.installed-lock.json");
    if fs::read(&done).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    eprintln!("installing npm packages of {folder}");
    let npm = |arguments: &[&str]| {
        process::run_quietly(Command::new(process::NPM).args(arguments).current_dir(folder))
    };
    npm(&["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"])?;
    npm(&["run", "--if-present", "allowed-scripts"])?;
    fs::write(&done, lock).with_context(|| format!("cannot write {}", done.display()))
}
