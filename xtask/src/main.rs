//! The project's own commands. `cargo xtask --help` lists them.

mod apt;
mod npm;
mod page;
mod process;
mod setup;
mod wasm_module;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use std::{env, path::Path, process::ExitCode};

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
    /// COUNTERSIGN_TOOLCHAIN=rustup or =debian chooses the way. A clang that knows wasm32 is
    /// needed in any case, because the cryptography library has C in it.
    Setup,
    /// Build the WebAssembly module and its JavaScript glue into pkg/wasm/
    ///
    /// Compiles for size, generates the bindings, shrinks the result with wasm-opt, copies what
    /// the debug page needs into www/countersign/, and prints the module's size: raw, gzip,
    /// brotli. What has not changed is not built again.
    Build,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
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
    }
}

/// All paths in this program are relative to the project's folder.
fn go_to_project() -> Result<()> {
    let own = env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").into());
    let project = Path::new(&own).parent().context("xtask lies in the project's folder")?;
    env::set_current_dir(project).context("cannot go to the project's folder")
}
