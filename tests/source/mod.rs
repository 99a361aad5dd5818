//! Reads Rust source as far as a test on imports needs it: paths, and no more.

use std::fs;
use std::path::Path;

/// One file of `src/`: its path there, and its code without comments and texts.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) code: String,
}

/// An import as written: the module it is of, and the names below it joined by `::`.
pub(crate) struct Import {
    pub(crate) line: usize,
    pub(crate) module: String,
    pub(crate) rest: String,
}

impl Source {
    /// The module at the root of the crate that the file is part of.
    pub(crate) fn module(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// How many `super` lead to the root of the crate.
    fn depth(&self) -> usize {
        let names = self.path.split('/').count();
        if self.path.ends_with("mod.rs") { names - 1 } else { names }
    }

    /// The lines that use a library: its name before `::` or at the end of a `use`.
    pub(crate) fn lines_with(&self, library: &str) -> Vec<(usize, &str)> {
        let uses = |text: &&str| {
            has_word(text, &format!("{library}::")) || text.contains(&format!("use {library};"))
        };
        let lines = (1..).zip(self.code.lines().map(str::trim));
        lines.filter(|(_, text)| uses(text)).collect()
    }
}

/// Whether `word` stands in `text` and is not the end of another path or name.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let joins = |one: char| one.is_alphanumeric() || one == '_';
        let begins = !before.is_some_and(|one| joins(one) || one == ':' || one == '.');
        begins && (word.ends_with("::") || !after.is_some_and(joins))
    })
}

/// Every import of a module at the root of the crate: what stands behind `crate::`, and behind as
/// many `super::` where that is one of the `known` modules.
pub(crate) fn imports(source: &Source, known: impl Fn(&str) -> bool) -> Vec<Import> {
    let code = &source.code;
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = next_path(code, at) {
        let line = code[..start].matches('\n').count() + 1;
        let mut rest = &code[start..];
        let absolute = rest.starts_with("crate::");
        let mut supers = 0;
        while let Some(after) = rest.strip_prefix("super::") {
            rest = after;
            supers += 1;
        }
        rest = rest.strip_prefix("crate::").unwrap_or(rest);
        at = code.len() - rest.len();
        if !absolute && supers < source.depth() {
            continue;
        }
        let mut names = Vec::new();
        tree(rest, "", &mut names);
        for name in names {
            let (module, rest) = name.split_once("::").unwrap_or((&name, ""));
            if known(module) || absolute {
                let (module, rest) = (module.to_owned(), rest.to_owned());
                found.push(Import { line, module, rest });
            }
        }
    }
    found
}

/// Where the next path begins that is `crate::` or `super::`.
fn next_path(code: &str, from: usize) -> Option<usize> {
    let begins = |at: usize| {
        !code[..at].chars().next_back().is_some_and(|one| one.is_alphanumeric() || one == '_')
    };
    ["crate::", "super::"]
        .iter()
        .filter_map(|word| {
            let mut places = code[from..].match_indices(word).map(|(at, _)| from + at);
            places.find(|at| begins(*at))
        })
        .min()
}

/// Reads `a::{b, c::*}` into `a::b` and `a::c::*`; returns what follows.
fn tree<'c>(code: &'c str, before: &str, names: &mut Vec<String>) -> &'c str {
    let code = code.trim_start();
    let length = code.find(|one: char| !one.is_alphanumeric() && one != '_').unwrap_or(code.len());
    let (name, rest) = code.split_at(length);
    let join = |name: &str| {
        if before.is_empty() { name.to_owned() } else { format!("{before}::{name}") }
    };
    if let Some(rest) = rest.strip_prefix("::").filter(|rest| !rest.starts_with('<')) {
        return tree(rest, &join(name), names);
    }
    if let Some(mut rest) = code.strip_prefix('{') {
        loop {
            rest = rest.trim_start();
            if let Some(end) = rest.strip_prefix('}') {
                return end;
            }
            rest = tree(rest, before, names);
            // `as other` and the comma.
            let next = rest.find([',', '}']).unwrap_or(rest.len());
            rest = &rest[next..];
            rest = rest.strip_prefix(',').unwrap_or(rest);
            if rest.is_empty() {
                return rest;
            }
        }
    }
    match (name, code.strip_prefix('*')) {
        ("", Some(rest)) => {
            names.push(join("*"));
            rest
        }
        ("" | "self", _) => {
            names.push(before.to_owned());
            rest
        }
        _ => {
            names.push(join(name));
            rest
        }
    }
}

/// The text without comments and without what stands in quotes; line ends stay.
pub(crate) fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(one) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = quoted(rest) {
            code.push('"');
            length
        } else {
            code.push(one);
            rest = &rest[one.len_utf8()..];
            continue;
        };
        code.extend(rest[..length].matches('\n'));
        rest = &rest[length..];
    }
    code
}

/// The length of a text or character literal that `code` begins with.
fn quoted(code: &str) -> Option<usize> {
    if !code.starts_with(['"', '\'', 'r']) {
        return None;
    }
    for hashes in 1..4 {
        let fence = "#".repeat(hashes);
        let opening = format!("r{fence}\"");
        if let Some(body) = code.strip_prefix(&opening) {
            let close = format!("\"{fence}");
            return Some(2 + hashes + body.find(&close).map_or(body.len(), |at| at + close.len()));
        }
    }
    if let Some(body) = code.strip_prefix('\'') {
        // A lifetime has no second quote right after its first character.
        let mut characters = body.char_indices();
        let (_, first) = characters.next()?;
        if first == '\\' {
            let end = body[2..].find('\'')?;
            return Some(1 + 2 + end + 1);
        }
        return characters.next().filter(|(_, second)| *second == '\'').map(|(at, _)| at + 2);
    }
    let body = code.strip_prefix('"')?;
    let mut escaped = false;
    for (at, one) in body.char_indices() {
        match one {
            '"' if !escaped => return Some(at + 2),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    Some(code.len())
}

/// Every Rust file of `src/`.
pub(crate) fn sources() -> Vec<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut names = Vec::new();
    collect_names(&folder, &mut names);
    let read = |name: &String| {
        let text = fs::read_to_string(name).expect("a source file is text");
        let path = Path::new(name).strip_prefix(&folder).expect("it is in src");
        Source { path: path.to_string_lossy().replace('\\', "/"), code: code(&text) }
    };
    names.iter().filter(|name| is_rust(name)).map(read).collect()
}

/// Files and folders below a folder, but for what is installed or built there.
pub(crate) fn collect_names(folder: &Path, names: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if ["node_modules", "target", "wasm", "data"].contains(&&*name) && !is_source(&path) {
            continue;
        }
        names.push(path.to_string_lossy().into_owned());
        if path.is_dir() {
            collect_names(&path, names);
        }
    }
}

fn is_rust(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "rs")
}

/// `src/wasm` is written by hand, `pkg/wasm` is not.
fn is_source(path: &Path) -> bool {
    path.parent().is_some_and(|parent| parent.ends_with("src"))
}
