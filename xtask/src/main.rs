//! The project's own commands. `cargo xtask --help` lists them.

mod apt;
mod corpus;
mod npm;
mod page;
mod process;
mod python;
mod serve;
mod setup;
mod steps;
mod test;
mod wasm_module;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use std::{
    env,
    ffi::OsString,
    path::Path,
    process::{Command, ExitCode},
};

/// Everything there is to do with Countersign's source, one verb each.
///
/// Each verb first does what it needs: `cargo xtask demo` on a fresh checkout is enough. Nothing
/// is done twice. Besides Rust (rustup's, 1.95 or newer), Node.js 20.19 or newer with npm is
/// needed; `cargo test` alone needs Rust only.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Find or install the compilers for the WebAssembly module
    ///
    /// Takes the first way that fits: the wasm32-unknown-unknown target is installed already;
    /// rustup adds it; on Debian, as root, the packages rustc-web, cargo-web, rust-web-src,
    /// lld-22, clang-22 and llvm-22 are installed and the standard library is built from source.
    /// `COUNTERSIGN_TOOLCHAIN` set to rustup or debian chooses the way. A clang that knows wasm32 is
    /// needed in any case, because the cryptography library has C in it.
    Setup,
    /// Build the WebAssembly module and its JavaScript glue into pkg/wasm/
    ///
    /// Compiles for size, generates the bindings, shrinks the result with wasm-opt, copies what
    /// the debug page needs into www/countersign/, and prints the module's size: raw, gzip,
    /// brotli. What has not changed is not built again.
    Build,
    /// See genuine messages accepted and forged ones refused, by the module running in Node
    ///
    /// Prints a table with a line a message: the verdict, and either who is signed in, or the
    /// code and the hint. Fails if any verdict is not the one that is expected.
    Demo,
    /// Run every test there is
    ///
    /// Formatting, lints, documentation, Rust tests, then the built package in every runtime it is
    /// meant for. Installs what a step needs: npm packages from lock files, and on Debian, as
    /// root, programs such as chromium. Goes on after a failure; the last line is the sum.
    Test {
        /// Run this step only (may be repeated)
        #[arg(long, value_name = "NAME")]
        only: Vec<String>,
        /// Show the names of the steps and what each of them shows
        #[arg(long, conflicts_with = "only")]
        list: bool,
    },
    /// Show the debug page on this machine
    ///
    /// Serves www/ on 127.0.0.1 until it is stopped.
    Serve {
        /// The port to listen on; 0 takes a free one
        #[arg(long, default_value_t = 8080)]
        port: u16,
    },
    /// Measure how fast it is
    ///
    /// Runs the benchmarks. What follows `--` goes to `cargo bench`.
    Bench {
        #[arg(last = true, value_name = "ARGUMENTS")]
        arguments: Vec<OsString>,
    },
    /// Say which suites of foreign test cases are there, and how many cases each has
    ///
    /// They are read from ../shared/corpus, or from the folder that `COUNTERSIGN_CORPUS` names.
    Corpus,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<test::Failed>() => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    go_to_project()?;
    match arguments.verb {
        Verb::Setup => {
            println!("toolchain: {}", setup::setup()?.found);
            Ok(())
        }
        Verb::Build => wasm_module::build(),
        Verb::Demo => demo(),
        Verb::Test { list: true, .. } => {
            test::list();
            Ok(())
        }
        Verb::Test { only, list: false } => test::test(&only),
        Verb::Serve { port } => {
            wasm_module::build()?;
            serve::serve(port)
        }
        Verb::Bench { arguments } => process::run(process::cargo().arg("bench").args(arguments)),
        Verb::Corpus => corpus::corpus(),
    }
}

/// The table comes from the package itself, used as any program would use it.
fn demo() -> Result<()> {
    wasm_module::build()?;
    process::run(Command::new(process::NODE).arg("tests/js/demo.js"))?;
    wasm_module::print_size()
}

/// All paths in this program are relative to the project's folder.
fn go_to_project() -> Result<()> {
    let own = env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").into());
    let project = Path::new(&own).parent().context("xtask lies in the project's folder")?;
    env::set_current_dir(project).context("cannot go to the project's folder")
}
