//! Python packages, in an environment of the project's own.

use crate::{apt, process};
use anyhow::{Context as _, Result};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The interpreter on the PATH.
const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };

/// The interpreter that has the packages, once [`install`] was run.
pub(crate) fn interpreter() -> PathBuf {
    folder().join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}

/// Makes the environment with exactly what `requirements` says, unless that was done already.
pub(crate) fn install(requirements: &str) -> Result<()> {
    let wanted = fs::read(requirements).with_context(|| format!("cannot read {requirements}"))?;
    let folder = folder();
    // Written last, so it stands for a complete environment.
    let done = folder.join(".installed-requirements.txt");
    if fs::read(&done).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    eprintln!("installing the Python packages of {requirements}");
    let make = || process::run_quietly(Command::new(PYTHON).args(["-m", "venv"]).arg(&folder));
    // Debian has the module in a package of its own.
    if let Err(why) = make() {
        if !apt::present() {
            return Err(why);
        }
        apt::install(&["python3-venv"])?;
        make()?;
    }
    process::run_quietly(
        Command::new(interpreter())
            .args(["-m", "pip", "install", "--disable-pip-version-check", "--requirement"])
            .arg(requirements),
    )?;
    fs::write(&done, wanted).with_context(|| format!("cannot write {}", done.display()))
}

fn folder() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    Path::new(&target).join("python")
}
