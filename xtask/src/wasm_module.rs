//! `cargo xtask build`: the module, its JavaScript glue, and the copy that the page uses.
//!
//! cargo builds the crate with the feature `wasm`, wasm-bindgen writes the glue, wasm-opt makes
//! the module small. The result is `pkg/wasm/`, which git ignores:
//!
//! - `countersign.wasm`, the module, and `countersign.js`, its glue;
//! - `inline.js`, the module's bytes as base64 text, for programs that must be one file.

use crate::{npm, page, process, setup};
use anyhow::{Context as _, Result, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};
use wasm_bindgen_cli_support::Bindgen;

/// Where the package finds its generated files.
pub(crate) const OUT: &str = "pkg/wasm";
/// The finished module.
pub(crate) const MODULE: &str = "pkg/wasm/countersign.wasm";

/// A target folder of its own: two compilers may write here and neither disturbs `cargo test`.
const TARGET_FOLDER: &str = "target-wasm";
/// What wasm-bindgen writes, before wasm-opt.
const BINDINGS: &str = "target-wasm/bindings";
const NPM_FOLDER: &str = "xtask/npm";
const WASM_OPT: &str = "xtask/npm/node_modules/binaryen/bin/wasm-opt";

/// `-Oz`, the features that rustc's output uses, and no sections that only tools read.
const WASM_OPT_ARGUMENTS: [&str; 9] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--strip-debug",
    "--strip-producers",
];

/// Builds whatever is older than its inputs, prints the module's size.
pub(crate) fn build() -> Result<()> {
    let toolchain = setup::setup()?;
    eprintln!("toolchain: {}", toolchain.found);
    npm::install(NPM_FOLDER)?;

    let compiled = compile(&toolchain)?;
    let finished = Finished::of(&compiled)?;
    if !finished.is_there() {
        bind(&compiled)?;
        optimize()?;
        inline()?;
        finished.remember()?;
    }
    page::copy_package()?;
    print_size()
}

/// Prints the module's size: as it is, and as servers send it.
pub(crate) fn print_size() -> Result<()> {
    process::run(Command::new(process::NODE).args(["tests/js/size.js", MODULE]))
}

/// Runs cargo. Returns the module as the linker left it.
fn compile(toolchain: &setup::Toolchain) -> Result<PathBuf> {
    process::run(
        toolchain
            .cargo_build()
            .args(["--package", "countersign", "--lib", "--features", "wasm", "--release"])
            .args(["--target-dir", TARGET_FOLDER])
            .env("CARGO_ENCODED_RUSTFLAGS", without_paths()?),
    )?;
    Ok([TARGET_FOLDER, setup::TARGET, "release", "countersign.wasm"].iter().collect())
}

/// Flags that keep the builder's folders out of the messages of panics, and so out of the module.
fn without_paths() -> Result<String> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let named = [(Some(env::current_dir()?), "countersign"), (home, "cargo")];
    let flags = named.into_iter().filter_map(|(folder, name)| {
        Some(format!("--remap-path-prefix={}=/{name}", folder?.display()))
    });
    // cargo wants the flags apart by this control character, so that they can hold spaces.
    Ok(flags.collect::<Vec<_>>().join("\u{1f}"))
}

/// Generates the glue, and the module without the descriptions that only the generator reads.
fn bind(compiled: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .out_name("countersign")
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .reset_state_function(true)
        .remove_name_section(true)
        .remove_producers_section(true);
    let mut output = bindgen.generate_output()?;
    ensure!(
        output.snippets().values().all(Vec::is_empty) && output.local_modules().is_empty(),
        "the bindings want JavaScript files of their own; the package has no place for them"
    );
    output.emit(BINDINGS)?;
    fs::create_dir_all(OUT)?;
    fs::copy(Path::new(BINDINGS).join("countersign.js"), Path::new(OUT).join("countersign.js"))
        .with_context(|| format!("cannot write the glue into {OUT}"))?;
    Ok(())
}

/// Makes the module small, on its way into the package's folder.
fn optimize() -> Result<()> {
    process::run(
        Command::new(process::NODE)
            .arg(WASM_OPT)
            .args(WASM_OPT_ARGUMENTS)
            .arg(Path::new(BINDINGS).join("countersign_bg.wasm"))
            .args(["--output", MODULE]),
    )
}

/// Writes the module once more, as a JavaScript module whose default export is base64 text.
fn inline() -> Result<()> {
    let text = STANDARD.encode(fs::read(MODULE)?);
    let path = Path::new(OUT).join("inline.js");
    fs::write(&path, format!("// The bytes of countersign.wasm.\nexport default '{text}'\n"))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// What the files in `pkg/wasm` were made from, kept beside them to see whether it changed.
struct Finished {
    /// This program (and with it the generator and its options) and wasm-opt's version.
    tools: String,
    compiled: Vec<u8>,
}

const TOOLS_NOTE: &str = "target-wasm/finished-tools.txt";
const COMPILED_NOTE: &str = "target-wasm/finished-countersign.wasm";

impl Finished {
    fn of(compiled: &Path) -> Result<Self> {
        let program = fs::metadata(env::current_exe()?)?;
        let lock = fs::read_to_string(Path::new(NPM_FOLDER).join("package-lock.json"))?;
        let tools = format!("{:?} {}\n{lock}", program.modified()?, program.len());
        let compiled =
            fs::read(compiled).with_context(|| format!("cannot read {}", compiled.display()))?;
        Ok(Self { tools, compiled })
    }

    fn is_there(&self) -> bool {
        let files = ["countersign.js", "countersign.wasm", "inline.js"];
        files.iter().all(|file| Path::new(OUT).join(file).is_file())
            && fs::read_to_string(TOOLS_NOTE).is_ok_and(|tools| tools == self.tools)
            && fs::read(COMPILED_NOTE).is_ok_and(|compiled| compiled == self.compiled)
    }

    fn remember(&self) -> Result<()> {
        fs::write(COMPILED_NOTE, &self.compiled)?;
        Ok(fs::write(TOOLS_NOTE, &self.tools)?)
    }
}
