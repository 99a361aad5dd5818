//! The page's copy of the package: `www/countersign/`, so that `www/` can be served alone.

use anyhow::{Context as _, Result};
use std::{
    collections::BTreeSet,
    fs,
    path::{Component, Path, PathBuf},
};

const PACKAGE: &str = "pkg";
const ENTRY: &str = "browser.js";
const COPY: &str = "www/countersign";

/// Copies the package's entry for browsers and every file that it names, at their own paths.
pub(crate) fn copy_package() -> Result<()> {
    let package = Path::new(PACKAGE);
    let files = reachable(package, Path::new(ENTRY))?;
    if Path::new(COPY).is_dir() {
        fs::remove_dir_all(COPY)?;
    }
    for file in files {
        let to = Path::new(COPY).join(&file);
        fs::create_dir_all(to.parent().unwrap_or(Path::new(COPY)))?;
        fs::copy(package.join(&file), &to)
            .with_context(|| format!("cannot copy {} to {}", file.display(), to.display()))?;
    }
    Ok(())
}

/// The files of `package` that can be reached from `entry` by relative names in quotes.
fn reachable(package: &Path, entry: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::from([entry.to_path_buf()]);
    let mut unread = vec![entry.to_path_buf()];
    while let Some(file) = unread.pop() {
        if file.extension().is_none_or(|extension| extension != "js") {
            continue;
        }
        let text = fs::read_to_string(package.join(&file))
            .with_context(|| format!("cannot read {}", package.join(&file).display()))?;
        for name in relative_names(&text) {
            let Some(target) = resolve(&file, name) else { continue };
            if package.join(&target).is_file() && found.insert(target.clone()) {
                unread.push(target);
            }
        }
    }
    Ok(found)
}

/// What stands in quotes and begins with `./` or `../`; declarations for types are not needed.
fn relative_names(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(['\'', '"']);
    words
        .filter(|word| word.starts_with("./") || word.starts_with("../"))
        .filter(|word| !word.ends_with(".d.ts"))
}

/// `name` as seen from `file`, both inside one folder; `None` if it leads out of it.
fn resolve(file: &Path, name: &str) -> Option<PathBuf> {
    let mut path = file.parent()?.to_path_buf();
    for component in Path::new(name).components() {
        match component {
            Component::CurDir => {}
            Component::Normal(part) => path.push(part),
            Component::ParentDir => {
                if !path.pop() {
                    return None;
                }
            }
            Component::Prefix(_) | Component::RootDir => return None,
        }
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_every_kind_of_quotes_and_types_are_left_out() {
        let text = r#"
            import { a } from './a.js'; import b from "../b.js";
            new URL('./wasm/countersign.wasm', import.meta.url)
            /** @import { C } from './index.d.ts' */ import 'node:fs'
        "#;
        let names: Vec<_> = relative_names(text).collect();
        assert_eq!(names, ["./a.js", "../b.js", "./wasm/countersign.wasm"]);
    }

    #[test]
    fn names_are_resolved_inside_the_package_only() {
        let resolved = |file: &str, name: &str| resolve(Path::new(file), name);
        assert_eq!(resolved("wasm/a.js", "../b.js"), Some("b.js".into()));
        assert_eq!(resolved("a.js", "./wasm/b.js"), Some("wasm/b.js".into()));
        assert_eq!(resolved("a.js", "../secret.js"), None);
    }
}
