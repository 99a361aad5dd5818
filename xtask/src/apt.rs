//! Debian packages: which are missing, and installing them where that is allowed.

use crate::process;
use anyhow::{Context as _, Result, bail};
use std::process::Command;

/// Whether this is a system with apt.
pub(crate) fn present() -> bool {
    process::succeeds(Command::new("apt-get").arg("--version"))
}

/// Those of `packages` that are not installed. Fails where there is no dpkg.
pub(crate) fn missing<'a>(packages: &[&'a str]) -> Result<Vec<&'a str>> {
    let output = Command::new("dpkg-query")
        .args(["--show", "--showformat", "${Package} ${Status}\n"])
        .args(packages)
        .output()
        .context("cannot start `dpkg-query`")?;
    let listed = String::from_utf8_lossy(&output.stdout);
    let installed = |package: &str| {
        listed.lines().any(|line| line.strip_prefix(package) == Some(" install ok installed"))
    };
    Ok(packages.iter().copied().filter(|package| !installed(package)).collect())
}

/// Installs what is missing of `packages`; does nothing when nothing is.
///
/// Needs root. Anybody else is told the command to run.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    let missing = missing(packages)?;
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if process::read(Command::new("id").arg("-u"))?.trim() != "0" {
        bail!("Debian packages are missing; run `sudo apt-get install {names}` and try again");
    }
    eprintln!("installing Debian packages: {names}");
    let apt = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").arg("--yes");
        command
    };
    process::run_quietly(apt().arg("update"))?;
    process::run_quietly(apt().args(["install", "--no-install-recommends"]).args(&missing))
}
