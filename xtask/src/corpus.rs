//! `cargo xtask corpus`: which suites of foreign test cases are at hand.

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The suites that tests read, each a folder with a `cases.jsonl`.
const SUITES: [&str; 6] = ["c14n", "metadata", "responses", "xmlconf", "xmldsig", "xmlenc"];

/// Prints a line a suite: how many cases it has, and how many are to be accepted and refused.
pub(crate) fn corpus() -> Result<()> {
    let folder = env::var_os("COUNTERSIGN_CORPUS")
        .map_or_else(|| PathBuf::from("../shared/corpus"), PathBuf::from);
    if !folder.is_dir() {
        bail!(
            "there is no folder {}; COUNTERSIGN_CORPUS names another one. \
             Tests that need the corpus say so and are left out, or fail where CI=true",
            folder.display()
        );
    }
    println!("{}", folder.display());
    for suite in SUITES {
        let path = folder.join(suite).join("cases.jsonl");
        if path.is_file() {
            println!("  {suite:10} {}", Counts::of(&path)?);
        } else {
            println!("  {suite:10} missing");
        }
    }
    Ok(())
}

#[derive(Default)]
struct Counts {
    cases: usize,
    accept: usize,
    refuse: usize,
}

impl Counts {
    fn of(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path)?;
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        lines.zip(1_usize..).try_fold(Self::default(), |mut counts, (line, number)| {
            let case: Value = serde_json::from_str(line)
                .with_context(|| format!("{}, case {number}", path.display()))?;
            counts.add(&case);
            Ok(counts)
        })
    }

    fn add(&mut self, case: &Value) {
        self.cases = self.cases.saturating_add(1);
        let verdict = case.get("expect").and_then(Value::as_str);
        let counter = match verdict {
            Some("accept") => &mut self.accept,
            Some("refuse") => &mut self.refuse,
            _ => return,
        };
        *counter = counter.saturating_add(1);
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:5} cases", self.cases)?;
        if self.accept > 0 || self.refuse > 0 {
            write!(f, ", {:4} to accept, {:4} to refuse", self.accept, self.refuse)?;
        }
        Ok(())
    }
}
