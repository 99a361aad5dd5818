//! The steps of `cargo xtask test`. A new suite is one row.

/// One step.
pub(crate) struct Step {
    /// What `--only` calls it.
    pub(crate) name: &'static str,
    /// What it shows, in a few words.
    pub(crate) about: &'static str,
    /// What is installed or built before it.
    pub(crate) needs: &'static [Need],
    pub(crate) run: Run,
}

/// Something that a step cannot do without.
pub(crate) enum Need {
    /// The WebAssembly module and its glue, up to date.
    Module,
    /// The npm packages of a folder with a `package-lock.json`.
    Npm(&'static str),
    /// The Python packages of a requirements file, in an environment of its own.
    Python(&'static str),
    /// A program on the PATH, and the Debian package that brings it.
    Program { name: &'static str, package: &'static str },
}

/// What a step does.
pub(crate) enum Run {
    /// The build itself, as a step with a name.
    Build,
    /// cargo with these arguments.
    Cargo(&'static [&'static str]),
    /// The documentation, with warnings denied.
    Doc,
    /// A Python script that asks an example of the crate, with these arguments.
    Oracle { example: &'static str, script: &'static str, arguments: &'static [&'static str] },
    /// Node's test runner on every `*.test.js`, `.cjs` and `.mjs` in a folder and below.
    NodeTests(&'static str),
}

/// The runtimes and checkers that suites start; one lock file for all of them.
const TOOLS: Need = Need::Npm("tests/js");
/// Redis clients, SQLite and Postgres, which only the tests of the stores want.
const DATABASES: Need = Need::Npm("tests/js/stores");
/// Cloudflare's simulator with a workerd and a Node of its own, for the same tests.
const MINIFLARE: Need = Need::Npm("tests/js/stores/miniflare");
const REDIS: Need = Need::Program { name: "redis-server", package: "redis-server" };
const XMLSEC1: Need = Need::Program { name: "xmlsec1", package: "xmlsec1" };
const CHROMIUM: Need = Need::Program { name: "chromium", package: "chromium" };

/// All steps, the quick ones first.
pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        about: "Rust files are formatted",
        needs: &[],
        run: Run::Cargo(&["fmt", "--all", "--check"]),
    },
    Step {
        name: "clippy",
        about: "no warnings, pedantic ones included",
        needs: &[],
        run: Run::Cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--all-features",
            "--",
            "-D",
            "warnings",
        ]),
    },
    Step {
        name: "doc",
        about: "the documentation builds without warnings",
        needs: &[],
        run: Run::Doc,
    },
    Step {
        name: "rust",
        about: "unit, integration and documentation tests of the crates, beside xmlsec1 too",
        needs: &[XMLSEC1],
        run: Run::Cargo(&["test", "--workspace", "--exclude", "xtask"]),
    },
    Step {
        name: "libxml2",
        about: "canonical forms and well-formedness beside libxml2 and Expat, random documents",
        // xmlsec1 brings the shared library of libxml2, which is asked for what lxml lacks.
        needs: &[Need::Python("tests/oracles/requirements.txt"), XMLSEC1],
        run: Run::Oracle {
            example: "canonicalize",
            script: "tests/oracles/c14n_lxml.py",
            arguments: &["--documents", "400"],
        },
    },
    Step {
        name: "schemas",
        about: "what is sent, by the OASIS schemas, pysaml2 and xmlsec1",
        needs: &[Need::Python("tests/oracles/requirements.txt"), XMLSEC1],
        run: Run::Oracle {
            example: "outgoing",
            script: "tests/oracles/schemas.py",
            arguments: &["--documents", "300"],
        },
    },
    Step {
        name: "xtask",
        about: "tests of the project's own commands",
        needs: &[],
        run: Run::Cargo(&["test", "--package", "xtask", "--profile", "xtask"]),
    },
    Step { name: "module", about: "the WebAssembly module builds", needs: &[], run: Run::Build },
    Step {
        name: "node",
        about: "the package in Node by import and require, the module's imports and size",
        needs: &[Need::Module, TOOLS, XMLSEC1],
        run: Run::NodeTests("tests/js/node"),
    },
    Step {
        name: "workerd",
        about: "the package in Cloudflare's workerd",
        needs: &[Need::Module, TOOLS],
        run: Run::NodeTests("tests/js/workerd"),
    },
    Step {
        name: "deno",
        about: "the package in Deno",
        needs: &[Need::Module, TOOLS],
        run: Run::NodeTests("tests/js/deno"),
    },
    Step {
        name: "bun",
        about: "the package in Bun",
        needs: &[Need::Module, TOOLS],
        run: Run::NodeTests("tests/js/bun"),
    },
    Step {
        name: "setups",
        about: "Amplitude and AWS with a simulated Entra ID: the recipes, and each mistake's diagnosis",
        needs: &[Need::Module],
        run: Run::NodeTests("tests/setups"),
    },
    Step {
        name: "stores",
        about: "each assertion signs in once: Redis, SQLite, Postgres, D1, Durable Objects, memory",
        needs: &[Need::Module, TOOLS, DATABASES, MINIFLARE, REDIS],
        run: Run::NodeTests("tests/js/stores"),
    },
    Step {
        name: "diagnosis",
        about: "what node-saml says to the catalogue of failed logins is what docs/diagnosis.md says",
        needs: &[Need::Module, Need::Npm("tests/diagnosis")],
        run: Run::NodeTests("tests/diagnosis"),
    },
    Step {
        name: "interop",
        about: "logins and logouts over HTTP with identity providers of others, samlp and pysaml2",
        needs: &[
            Need::Module,
            Need::Npm("tests/interop"),
            Need::Python("tests/interop/requirements.txt"),
            XMLSEC1,
        ],
        run: Run::NodeTests("tests/interop"),
    },
    Step {
        name: "browser",
        about: "the package in Chromium",
        needs: &[Need::Module, TOOLS, CHROMIUM],
        run: Run::NodeTests("tests/js/browser"),
    },
    Step {
        name: "page",
        about: "the debug page in Chromium, as an administrator uses it",
        needs: &[Need::Module, TOOLS, CHROMIUM],
        run: Run::NodeTests("tests/e2e"),
    },
    Step {
        name: "types",
        about: "the package's declarations: what must and what must not type-check",
        needs: &[Need::Module, TOOLS],
        run: Run::NodeTests("tests/types"),
    },
    Step {
        name: "packaging",
        about: "the packed package, installed and bundled as its users do",
        needs: &[Need::Module, TOOLS],
        run: Run::NodeTests("tests/packaging"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test::test_files;
    use anyhow::Result;
    use std::path::Path;

    /// A suite that nobody starts looks like one that passes.
    #[test]
    fn every_test_file_for_node_belongs_to_a_step() -> Result<()> {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let folders: Vec<_> = STEPS
            .iter()
            .filter_map(|step| match step.run {
                Run::NodeTests(folder) => Some(project.join(folder)),
                _ => None,
            })
            .collect();
        for file in test_files(&project.join("tests"))? {
            assert!(
                folders.iter().any(|folder| file.starts_with(folder)),
                "{} belongs to no step: add a row to the table",
                file.display()
            );
        }
        Ok(())
    }

    #[test]
    fn names_of_steps_differ() {
        let mut names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), STEPS.len());
    }
}
