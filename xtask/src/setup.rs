//! `cargo xtask setup`: a Rust and a C compiler that can build for wasm32-unknown-unknown.
//!
//! Three ways, the first that fits is taken: the target is installed beside the Rust in use;
//! rustup adds it; Debian's own packages bring a compiler, and the standard library is built from
//! its source. ring's C part needs a clang that knows wasm32 in each of them.

use crate::{apt, process};
use anyhow::{Result, bail};
use std::{env, ffi::OsString, path::Path, process::Command};

/// The target that the module is built for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's packages for the third way, with the programs they must agree with.
const DEBIAN_PACKAGES: [&str; 6] =
    ["rustc-web", "cargo-web", "rust-web-src", "lld-22", "clang-22", "llvm-22"];
const DEBIAN_LINKER: &str = "wasm-ld-22";
const DEBIAN_CLANG: &str = "clang-22";
const DEBIAN_AR: &str = "llvm-ar-22";

/// Chooses a way by name instead of by what is there: `rustup` or `debian`.
pub(crate) const CHOICE: &str = "COUNTERSIGN_TOOLCHAIN";

/// Everything that a build of the module needs to know about compilers.
pub(crate) struct Toolchain {
    way: Way,
    clang: String,
    ar: Option<String>,
    /// How the tools were found, for people.
    pub(crate) found: String,
}

enum Way {
    /// The Rust in use has the target.
    Target,
    /// Debian's Rust, and a standard library built from source.
    Debian,
}

/// Finds or installs the compilers. Quick when there is nothing to do.
pub(crate) fn setup() -> Result<Toolchain> {
    node()?;
    match env::var(CHOICE).as_deref() {
        Ok("debian") => debian(),
        Ok("rustup") => match rust_with_target("installed") {
            Some(rust) => with_clang(&rust),
            None => rustup(),
        },
        Ok(other) => bail!("{CHOICE}={other}: it can be `rustup` or `debian`"),
        Err(_) => automatic(),
    }
}

fn automatic() -> Result<Toolchain> {
    if let Some(rust) = rust_with_target("installed") {
        return with_clang(&rust);
    }
    if apt::missing(&DEBIAN_PACKAGES).is_ok_and(|missing| missing.is_empty()) {
        return debian();
    }
    rustup().or_else(|why| {
        if !apt::present() {
            return Err(why.context(format!(
                "this Rust cannot build for {TARGET}; with rustup: `rustup target add {TARGET}`"
            )));
        }
        debian()
    })
}

/// The first way, if the standard library for the target lies beside the compiler in use.
fn rust_with_target(how: &str) -> Option<String> {
    let folder =
        process::read(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]))
            .ok()?;
    let mut files = Path::new(folder.trim()).read_dir().ok()?.flatten();
    files
        .any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
        .then(|| format!("{}, {TARGET} {how}", version("rustc")))
}

/// The second way.
fn rustup() -> Result<Toolchain> {
    process::run_quietly(Command::new("rustup").args(["target", "add", TARGET]))?;
    match rust_with_target("added by rustup") {
        Some(rust) => with_clang(&rust),
        None => bail!("rustup added {TARGET}, but to another Rust than the one in use"),
    }
}

/// The third way.
fn debian() -> Result<Toolchain> {
    apt::install(&DEBIAN_PACKAGES)?;
    Ok(Toolchain {
        way: Way::Debian,
        clang: DEBIAN_CLANG.into(),
        ar: Some(DEBIAN_AR.into()),
        found: format!(
            "Debian's {}, standard library from source, {DEBIAN_CLANG}",
            version("/usr/bin/rustc")
        ),
    })
}

/// Adds the C compiler to a Rust that has the target.
fn with_clang(rust: &str) -> Result<Toolchain> {
    let mut clang = wasm_clang();
    if clang.is_none() && apt::present() {
        apt::install(&["clang", "llvm"])?;
        clang = wasm_clang();
    }
    let Some((clang, ar)) = clang else { bail!(NO_CLANG) };
    let found = format!("{rust}, {clang}");
    Ok(Toolchain { way: Way::Target, clang, ar, found })
}

const NO_CLANG: &str = "\
no clang that can compile C for wasm32 was found, and the cryptography library (ring) has C in it.
  macOS:    brew install llvm        (Apple's own clang cannot do it)
  Debian:   sudo apt-get install clang llvm
  Fedora:   sudo dnf install clang llvm
  Windows:  winget install LLVM.LLVM
It may lie anywhere: name it by CC_wasm32_unknown_unknown=/path/to/clang.";

/// A clang that knows wasm32, and the archiver beside it.
///
/// The caller's choice comes first, then the plain name, then Homebrew's places and the numbered
/// names of Linux distributions, newest first.
fn wasm_clang() -> Option<(String, Option<String>)> {
    if let Ok(chosen) = env::var("CC_wasm32_unknown_unknown") {
        return knows_wasm(&chosen).then(|| (chosen, env::var("AR_wasm32_unknown_unknown").ok()));
    }
    let brew = ["/opt/homebrew/opt/llvm/bin/", "/usr/local/opt/llvm/bin/"];
    let fixed = ["clang".to_owned()].into_iter().chain(brew.map(|path| format!("{path}clang")));
    let numbered = (11..=30).rev().map(|number| format!("clang-{number}"));
    let clang = fixed.chain(numbered).find(|clang| knows_wasm(clang))?;
    let ar = clang.replacen("clang", "llvm-ar", 1);
    let ar = process::succeeds(Command::new(&ar).arg("--version")).then_some(ar);
    Some((clang, ar))
}

fn knows_wasm(clang: &str) -> bool {
    process::read(Command::new(clang).arg("--print-targets"))
        .is_ok_and(|targets| targets.contains("wasm32"))
}

/// wasm-opt comes from npm and the package is tried in node: say so before anything is built.
fn node() -> Result<()> {
    let version = process::read(Command::new(process::NODE).arg("--version")).unwrap_or_default();
    let major = version.trim().trim_start_matches('v').split('.').next();
    match major.and_then(|major| major.parse::<u32>().ok()) {
        Some(20..) => Ok(()),
        Some(_) => bail!("node {} is too old: 20.19 or newer is needed", version.trim()),
        None => bail!("node was not found: install Node.js 20.19 or newer, with npm"),
    }
}

/// A compiler's name and number, without hash and date.
fn version(rustc: &str) -> String {
    let text = process::read(Command::new(rustc).arg("--version")).unwrap_or_default();
    text.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

impl Toolchain {
    /// `cargo build` for the target, by the way that was found, with an environment of its own.
    pub(crate) fn cargo_build(&self) -> Command {
        let mut command = match self.way {
            Way::Target => process::cargo(),
            Way::Debian => Command::new("/usr/bin/cargo"),
        };
        forget_outer_cargo(&mut command);
        command.args(["build", "--target", TARGET]);
        command.env("CC_wasm32_unknown_unknown", &self.clang);
        if let Some(ar) = &self.ar {
            command.env("AR_wasm32_unknown_unknown", ar);
        }
        if matches!(self.way, Way::Debian) {
            command
                .arg("-Zbuild-std=std,panic_abort")
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER)
                .env("PATH", path_with_debian_first())
                .env_remove("RUSTUP_TOOLCHAIN");
        }
        command
    }
}

/// Takes away what the cargo that runs this program has set for it, and flags meant for the host:
/// another cargo would build with the wrong compiler, its libraries or its flags.
fn forget_outer_cargo(command: &mut Command) {
    const EXACT: [&str; 10] = [
        "CARGO",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_TARGET_DIR",
        "DYLD_FALLBACK_LIBRARY_PATH",
        "LD_LIBRARY_PATH",
        "RUSTC",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTC_WRAPPER",
        "RUSTDOC",
        "RUSTFLAGS",
    ];
    const PREFIXES: [&str; 5] =
        ["CARGO_BIN_", "CARGO_BUILD_", "CARGO_CRATE_", "CARGO_MANIFEST_", "CARGO_PKG_"];
    for (name, _) in env::vars_os() {
        let Some(text) = name.to_str() else { continue };
        if EXACT.contains(&text) || PREFIXES.iter().any(|prefix| text.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
}

fn path_with_debian_first() -> OsString {
    let mut path = OsString::from("/usr/bin:");
    path.push(env::var_os("PATH").unwrap_or_default());
    path
}
