//! Python packages, in environments of the project's own: one for each folder of tests that has a
//! requirements file, so that none decides about another's versions.

use crate::{apt, process};
use anyhow::{Context as _, Result};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The interpreter on the PATH.
const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };

/// The interpreter for a script: it has the packages of the requirements file beside the script,
/// once [`install`] was run with that.
pub(crate) fn interpreter(script: &str) -> PathBuf {
    environment(script).join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}

/// Makes the environment with exactly what `requirements` says, unless that was done already.
pub(crate) fn install(requirements: &str) -> Result<()> {
    let wanted = fs::read(requirements).with_context(|| format!("cannot read {requirements}"))?;
    let folder = environment(requirements);
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
        Command::new(interpreter(requirements))
            .args(["-m", "pip", "install", "--disable-pip-version-check", "--requirement"])
            .arg(requirements),
    )?;
    fs::write(&done, wanted).with_context(|| format!("cannot write {}", done.display()))
}

/// Where the environment is for the files of one folder: it has that folder's name.
fn environment(file: &str) -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let folder = Path::new(file).parent().and_then(Path::file_name).unwrap_or_default();
    Path::new(&target).join("python").join(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_runs_with_the_packages_of_the_file_beside_it() {
        let environment = environment("tests/interop/requirements.txt");
        assert!(environment.ends_with("python/interop"));
        assert!(interpreter("tests/interop/pysaml2_idp.py").starts_with(environment));
    }
}
