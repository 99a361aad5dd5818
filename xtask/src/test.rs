//! `cargo xtask test`: runs the steps of the table in `steps.rs` and sums up.

use crate::{
    apt, npm, process, python,
    steps::{Need, Run, STEPS, Step},
    wasm_module,
};
use anyhow::{Context as _, Result, bail, ensure};
use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

/// Prints the table.
pub(crate) fn list() {
    let width = STEPS.iter().map(|step| step.name.len()).max().unwrap_or_default();
    for step in STEPS {
        println!("{:width$}  {}", step.name, step.about);
    }
}

/// Runs all steps, or those named, in the table's order. Goes on after a failure; fails at the
/// end. The last line says how many steps passed and failed.
pub(crate) fn test(only: &[String]) -> Result<()> {
    let steps = chosen(only)?;
    let mut failures = Vec::new();
    for (number, step) in (1_usize..).zip(&steps) {
        println!("\n=== {number}/{} {}: {}", steps.len(), step.name, step.about);
        let start = Instant::now();
        let result = prepare(step).and_then(|()| run(&step.run));
        let seconds = start.elapsed().as_secs_f64();
        match result {
            Ok(()) => println!("=== {} passed in {seconds:.1} s", step.name),
            Err(error) => {
                println!("=== {} FAILED in {seconds:.1} s: {error:#}", step.name);
                failures.push((step.name, error));
            }
        }
    }
    println!();
    for (name, error) in &failures {
        println!("FAILED {name}: {error:#}");
        println!("       once more: cargo xtask test --only {name}");
    }
    let passed = steps.len().saturating_sub(failures.len());
    println!("{passed} passed, {} failed", failures.len());
    if failures.is_empty() { Ok(()) } else { Err(Failed.into()) }
}

/// Some step failed, and all that is to be said about it has been printed.
#[derive(Debug)]
pub(crate) struct Failed;

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a step of `cargo xtask test` failed")
    }
}

impl std::error::Error for Failed {}

fn chosen(only: &[String]) -> Result<Vec<&'static Step>> {
    let known = |name: &str| STEPS.iter().any(|step| step.name == name);
    if let Some(name) = only.iter().find(|name| !known(name)) {
        let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        bail!("there is no step `{name}`; there are: {}", names.join(", "));
    }
    let wanted = |step: &&Step| only.is_empty() || only.iter().any(|name| name == step.name);
    Ok(STEPS.iter().filter(wanted).collect())
}

/// Provides what a step needs. Quick where it is there already.
fn prepare(step: &Step) -> Result<()> {
    for need in step.needs {
        match need {
            Need::Module => wasm_module::build()?,
            Need::Npm(folder) => npm::install(folder)?,
            Need::Python(requirements) => python::install(requirements)?,
            Need::Program { name, package } => program(name, package)?,
        }
    }
    Ok(())
}

fn program(name: &str, package: &str) -> Result<()> {
    if on_path(name) {
        return Ok(());
    }
    if !apt::present() {
        bail!("the program `{name}` is missing; on Debian it is the package {package}");
    }
    apt::install(&[package])?;
    ensure!(on_path(name), "the Debian package {package} did not bring the program `{name}`");
    Ok(())
}

fn on_path(name: &str) -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders)
        .any(|folder| folder.join(name).with_extension(env::consts::EXE_EXTENSION).is_file())
}

fn run(what: &Run) -> Result<()> {
    match what {
        Run::Build => wasm_module::build(),
        Run::Cargo(arguments) => process::run(process::cargo().args(*arguments)),
        Run::Doc => process::run(
            process::cargo()
                .args(["doc", "--workspace", "--no-deps", "--all-features"])
                .env("RUSTDOCFLAGS", "-D warnings"),
        ),
        Run::Oracle { example, script, arguments } => {
            process::run(process::cargo().args(["build", "--example", example]))?;
            process::run(Command::new(python::interpreter(script)).arg(script).args(*arguments))
        }
        Run::NodeTests(folder) => {
            let files = test_files(Path::new(folder))?;
            // A suite that hangs would hold up everything: five minutes are plenty for one file.
            let node = ["--test", "--test-reporter=spec", "--test-timeout=300000"];
            process::run(Command::new(process::NODE).args(node).args(files))
        }
    }
}

/// The test files in a folder and below. An empty list is an error, or a renamed folder would
/// pass for ever.
pub(crate) fn test_files(folder: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut files = BTreeSet::new();
    let mut unread = vec![folder.to_path_buf()];
    while let Some(folder) = unread.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() && name != "node_modules" {
                unread.push(path);
            } else if [".test.js", ".test.cjs", ".test.mjs"].iter().any(|end| name.ends_with(end)) {
                files.insert(path);
            }
        }
    }
    ensure!(!files.is_empty(), "{} holds no test files", folder.display());
    Ok(files)
}
