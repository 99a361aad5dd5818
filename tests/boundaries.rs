//! Who may import whom (docs/architecture.md), held by reading the source: every path that begins
//! with `crate::`, or with enough `super::` to reach the same place, and every library by name.
//!
//! A new module needs a row here. A row that allows an import upwards says why, and fails once
//! nobody uses it any more.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that cannot go on fails"
)]

mod source;

use std::path::Path;

use source::{Import, Source, code, collect_names, has_word, sources};

/// Each module of the crate and the modules it may import.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    // The spine: each imports only what is below it.
    (
        "wasm",
        &[
            "sp",
            "lint",
            "login",
            "logout",
            "checks",
            "user",
            "policy",
            "profiles",
            "pseudonym",
            "report",
            "saml",
            "xenc",
            "dsig",
            "xml",
        ],
    ),
    (
        "sp",
        &[
            "lint", "login", "logout", "checks", "user", "policy", "report", "saml", "xenc",
            "dsig", "xml",
        ],
    ),
    ("checks", &["user", "policy", "profiles", "report", "saml", "xenc", "dsig", "xml"]),
    ("saml", &["report", "xenc", "dsig", "xml"]),
    ("xenc", &["dsig", "c14n", "xml"]),
    ("dsig", &["c14n", "xml"]),
    ("c14n", &["xml"]),
    ("xml", &[]),
    // Beside it: data that the spine fills or reads.
    ("login", &["checks", "user", "policy", "profiles", "saml", "dsig"]),
    ("logout", &["checks", "login", "policy", "saml"]),
    ("user", &["profiles", "saml"]),
    ("lint", &["policy", "saml", "dsig"]),
    ("policy", &["profiles", "report", "saml", "dsig", "xml"]),
    ("profiles", &["saml"]),
    ("pseudonym", &[]),
    ("report", &["login", "logout", "saml"]),
];

/// Where a module may use a part of another and no more: all imports that close a circle, and
/// those that keep `report` and `policy` free of XML.
const ONLY: &[(&str, &str, &[&str], &str)] = &[
    (
        "saml",
        "report",
        &["Code", "SetupError", "shown"],
        "metadata that cannot be used is a SetupError",
    ),
    ("report", "saml", &["outline::Outline"], "a report shows what arrived, as an outline"),
    ("report", "login", &["Login"], "a report carries the login and looks at nothing in it"),
    ("report", "logout", &["Logout"], "a report carries the logout and looks at nothing in it"),
    ("logout", "login", &["Replay", "SignedBy"], "a logout names its signatures as a login does"),
    ("checks", "user", &["Claim"], "a required claim is read as the user is, or they could differ"),
    (
        "logout",
        "checks",
        &["LogoutAdmission", "request_expires"],
        "no Logout without the proof of the checks",
    ),
    ("login", "checks", &["Admission"], "no Login without the proof of the checks"),
    ("policy", "xml", &["Limits"], "limits are options"),
    (
        "policy",
        "dsig",
        &["Certificate", "Constraints", "KeyFamily"],
        "constraints are options, and so are the certificates of this service provider",
    ),
];

/// Libraries, and the files that may name them.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("quick_xml", &["xml/reader.rs"]),
    ("ring", &["dsig/", "pseudonym.rs"]),
    ("x509_parser", &["dsig/"]),
    ("time", &["saml/time.rs"]),
    ("js_sys", &["wasm.rs", "wasm/"]),
    ("serde", &["wasm.rs", "wasm/"]),
    ("serde_wasm_bindgen", &["wasm.rs", "wasm/"]),
    ("wasm_bindgen", &["wasm.rs", "wasm/"]),
];

/// What a core without I/O, clock and randomness has no use for.
const OUTSIDE_WORLD: &[&str] = &[
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
    "std::time",
    "SystemTime",
    "Instant::now",
    "print!",
    "println!",
    "eprint!",
    "eprintln!",
    "dbg!",
    "getrandom",
    "rand",
];

/// Names that say nothing about what is inside.
const SAYS_NOTHING: &[&str] =
    &["util", "utils", "helper", "helpers", "common", "misc", "manager", "managers"];

#[test]
fn imports_go_downwards_only() {
    let sources = sources();
    let wrong: Vec<String> = sources.iter().flat_map(wrong_imports).collect();
    let imports: usize = sources.iter().map(|source| imports(source).len()).sum();
    println!("boundaries: {} files, {imports} imports between modules", sources.len());
    assert!(imports > 100, "the imports are not found");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_module_has_a_row() {
    for source in sources() {
        let module = source.module();
        let known = MAY_IMPORT.iter().any(|(name, _)| *name == module) || module == "lib";
        assert!(known, "src/{}: the module {module} has no row in MAY_IMPORT", source.path);
    }
}

#[test]
fn what_is_allowed_as_an_exception_is_used() {
    let sources = sources();
    for (from, to, items, why) in ONLY {
        for item in *items {
            let used = sources.iter().filter(|source| source.module() == *from).any(|source| {
                imports(source).iter().any(|one| one.module == *to && one.rest == *item)
            });
            assert!(used, "{from} no longer imports {to}::{item}: take it out of ONLY ({why})");
        }
    }
}

#[test]
fn libraries_stay_in_their_files() {
    let wrong: Vec<String> = sources().iter().flat_map(wrong_libraries).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    for (library, places) in LIBRARIES {
        let used = sources().iter().any(|source| {
            places.iter().any(|place| source.path.starts_with(place))
                && !source.lines_with(library).is_empty()
        });
        assert!(used, "nobody uses {library}: take it out of LIBRARIES");
    }
}

#[test]
fn the_core_does_not_reach_outside() {
    let wrong: Vec<String> = sources().iter().flat_map(reaches_outside).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_module_has_a_name_that_says_nothing() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names = Vec::new();
    for folder in ["src", "pkg", "xtask", "tests", "benches", "www", "fuzz"] {
        collect_names(&project.join(folder), &mut names);
    }
    assert!(names.len() > 100, "the files are not found");
    let says_nothing = |name: &&String| {
        let file = name.rsplit('/').next().unwrap_or_default();
        let stem = file.split('.').next().unwrap_or_default();
        SAYS_NOTHING.contains(&stem)
    };
    let wrong: Vec<&String> = names.iter().filter(says_nothing).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// The imports of a file, by the modules that have a row.
fn imports(source: &Source) -> Vec<Import> {
    source::imports(source, |name| MAY_IMPORT.iter().any(|(module, _)| *module == name))
}

/// The tests above can fail: each of these is found, and what only looks like it is not.
#[test]
fn planted_imports_are_found() {
    let planted = |path: &str, text: &str| {
        let source = Source { path: path.to_owned(), code: code(text) };
        let mut wrong = wrong_imports(&source);
        wrong.extend(wrong_libraries(&source));
        wrong.extend(reaches_outside(&source));
        wrong
    };
    for (path, text) in [
        ("xml/reader.rs", "use crate::saml::time::Instant;"),
        ("xml/mod.rs", "use super::report::Code;"),
        ("c14n/walk.rs", "fn f() { crate::dsig::find(e) }"),
        ("c14n/walk.rs", "mod tests { use super::super::super::dsig; }"),
        ("dsig/verify.rs", "use crate::{xml::Document, policy::Policy};"),
        ("dsig/verify.rs", "use crate::*;"),
        ("report.rs", "use crate::xml::Document;"),
        ("report.rs", "use crate::saml::{\n    assertion::Assertion,\n    outline::Outline,\n};"),
        ("policy.rs", "use crate::xml::{Document, Limits};"),
        ("checks/status.rs", "use quick_xml::Reader;"),
        ("checks/status.rs", "let seed = ring::rand::SystemRandom::new();"),
        ("sp.rs", "#[derive(serde::Serialize)] struct S;"),
        ("sp.rs", "let now = std::time::SystemTime::now();"),
        ("brand_new.rs", "use crate::xml::Document;"),
    ] {
        assert!(!planted(path, text).is_empty(), "not found in {path}: {text}");
    }
    for (path, text) in [
        (
            "xml/reader.rs",
            "// use crate::saml::time;\n/* crate::sp */ let s = \"crate::sp::Step\";",
        ),
        ("xml/reader.rs", "let s = r#\"crate::sp \" ring::x\"#; let c = '\"'; use super::Limits;"),
        ("c14n/walk.rs", "use crate::xml::{Document, Element as E}; fn f<'a>(x: &'a str) {}"),
        ("checks/status.rs", "use super::{At, Facts}; use crate::report::{self, Code};"),
        ("dsig/verify.rs", "use ring::digest; use super::key::PublicKey;"),
        ("saml/metadata.rs", "use super::time::Instant; row.ring; string::x(); strand();"),
    ] {
        assert_eq!(planted(path, text), [""; 0], "{path}");
    }
    let lines = planted("xml/reader.rs", "//\n//\nuse crate::saml::time;\n");
    assert_eq!(lines, ["src/xml/reader.rs:3: xml may not import saml (crate::saml::time)"]);
}

fn wrong_imports(source: &Source) -> Vec<String> {
    let module = source.module();
    if module == "lib" {
        return Vec::new();
    }
    let allowed = MAY_IMPORT.iter().find(|(name, _)| *name == module).map(|(_, to)| *to);
    imports(source)
        .into_iter()
        .filter(|import| import.module != module)
        .filter_map(|Import { line, module: to, rest }| {
            let at = format!("src/{}:{line}", source.path);
            if !allowed.unwrap_or_default().contains(&to.as_str()) {
                return Some(format!("{at}: {module} may not import {to} (crate::{to}::{rest})"));
            }
            let (_, _, items, why) =
                ONLY.iter().find(|(from, of, ..)| *from == module && *of == to)?;
            (!items.contains(&rest.as_str())).then(|| {
                format!("{at}: {module} may import only {items:?} of {to}, not {rest}: {why}")
            })
        })
        .collect()
}

fn wrong_libraries(source: &Source) -> Vec<String> {
    let elsewhere = |places: &&[&str]| !places.iter().any(|place| source.path.starts_with(place));
    LIBRARIES
        .iter()
        .filter(|(_, places)| elsewhere(places))
        .flat_map(|(library, places)| {
            source.lines_with(library).into_iter().map(move |(line, text)| {
                format!("src/{}:{line}: {library} belongs in {places:?}: {text}", source.path)
            })
        })
        .collect()
}

fn reaches_outside(source: &Source) -> Vec<String> {
    let lines = source.code.lines().zip(1..);
    lines
        .flat_map(|(text, line)| {
            OUTSIDE_WORLD.iter().filter(|name| has_word(text, name)).map(move |name| {
                format!("src/{}:{line}: no {name} in the core: {}", source.path, text.trim())
            })
        })
        .collect()
}
