//! Joining `xml:base` values: Canonical XML 1.1 section 2.4, which is RFC 3986 section 5.2 with
//! changes. A base may be relative; fragments fall away; `..` at the front of a relative path
//! stays; `..` at the end leaves a slash; several slashes in a row become one.

/// The value that stands for all of `bases`, outermost first.
///
/// Linear in their length however many there are: the path is kept as a stack of segments.
pub(super) fn join<'t>(bases: impl Iterator<Item = &'t str>) -> String {
    let mut joined = Reference::default();
    for base in bases {
        joined.resolve(&Reference::parse(base), base);
    }
    joined.into_string()
}

#[derive(Debug, Default)]
struct Reference<'t> {
    scheme: Option<&'t str>,
    authority: Option<&'t str>,
    path: Path<'t>,
    query: Option<&'t str>,
}

impl<'t> Reference<'t> {
    /// The components but the path, which is read in place (RFC 3986, appendix B).
    fn parse(text: &'t str) -> Reference<'t> {
        let (text, query) = split_query(text);
        let (scheme, text) = match text.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
            _ => (None, text),
        };
        let authority =
            text.strip_prefix("//").map(|rest| rest.split('/').next().unwrap_or_default());
        Reference { scheme, authority, path: Path::default(), query }
    }

    /// RFC 3986, 5.2.2, with this as the base. `text` is what `reference` was parsed from.
    fn resolve(&mut self, reference: &Reference<'t>, text: &'t str) {
        let path = path_of(text);
        if reference.scheme.is_some() {
            self.scheme = reference.scheme;
        }
        if reference.scheme.is_some() || reference.authority.is_some() {
            self.authority = reference.authority;
            self.path = Path::default();
        } else if path.is_empty() {
            self.query = reference.query.or(self.query);
            return;
        }
        self.query = reference.query;
        if path.starts_with('/') || (self.authority.is_some() && self.path.is_empty()) {
            self.path = Path { absolute: !path.is_empty(), ..Path::default() };
        }
        self.path.append(path);
    }

    fn into_string(self) -> String {
        let mut text = String::new();
        if let Some(scheme) = self.scheme {
            text.push_str(scheme);
            text.push(':');
        }
        if let Some(authority) = self.authority {
            text.push_str("//");
            text.push_str(authority);
        }
        if self.path.absolute {
            text.push('/');
        }
        for directory in self.path.directories {
            text.push_str(directory);
            text.push('/');
        }
        text.push_str(self.path.last);
        if let Some(query) = self.query {
            text.push('?');
            text.push_str(query);
        }
        text
    }
}

/// A path without dot segments but those at its front.
#[derive(Debug, Default)]
struct Path<'t> {
    absolute: bool,
    /// Each followed by a slash.
    directories: Vec<&'t str>,
    /// What follows the last slash.
    last: &'t str,
}

impl<'t> Path<'t> {
    fn is_empty(&self) -> bool {
        !self.absolute && self.directories.is_empty() && self.last.is_empty()
    }

    /// Puts `path` in place of what follows the last slash.
    fn append(&mut self, path: &'t str) {
        let (directories, last) = path.rsplit_once('/').unwrap_or(("", path));
        for directory in directories.split('/') {
            self.enter(directory);
        }
        if matches!(last, "." | "..") {
            self.enter(last);
            self.last = "";
        } else {
            self.last = last;
        }
    }

    fn enter(&mut self, directory: &'t str) {
        match directory {
            "" | "." => {}
            ".." if self.directories.last().is_some_and(|&last| last != "..") => {
                self.directories.pop();
            }
            ".." if self.absolute => {}
            _ => self.directories.push(directory),
        }
    }
}

/// Whether RFC 3986, 3.1 would have this as a scheme.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

/// What stands before the query, and the query; the fragment falls away.
fn split_query(text: &str) -> (&str, Option<&str>) {
    let text = text.split('#').next().unwrap_or_default();
    text.split_once('?').map_or((text, None), |(before, query)| (before, Some(query)))
}

fn path_of(text: &str) -> &str {
    let (text, _) = split_query(text);
    let text = match text.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => rest,
        _ => text,
    };
    match text.strip_prefix("//") {
        Some(rest) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn references_are_joined_as_rfc_3986_section_5_4_lists() {
        let rows = [
            ("g:h", "g:h"),
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            (";x", "http://a/b/c/;x"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../..", "http://a/"),
            ("../../../g", "http://a/g"),
            ("/./g", "http://a/g"),
            ("g.", "http://a/b/c/g."),
            ("..g", "http://a/b/c/..g"),
            ("./g/.", "http://a/b/c/g/"),
            ("g;x=1/../y", "http://a/b/c/y"),
            ("g?y/../x", "http://a/b/c/g?y/../x"),
            ("g#s/../x", "http://a/b/c/g"),
        ];
        for (reference, expected) in rows {
            assert_eq!(
                join(["http://a/b/c/d;p?q", reference].into_iter()),
                expected,
                "{reference}"
            );
        }
    }

    #[test]
    fn relative_bases_keep_what_leads_out_of_them() {
        let rows: [(&[&str], &str); 10] = [
            (&["foo/bar", ".."], ""),
            (&["foo/bar/", ".."], "foo/"),
            (&["foo", ".."], "../"),
            (&["..", ".."], "../../"),
            (&["../x", "../../y"], "../../../y"),
            (&["a//b", "c"], "a/c"),
            (&["/a", "../b"], "/b"),
            (&["http://h", "x"], "http://h/x"),
            (&["a/b/c", "d/e", "../f", "g"], "a/b/g"),
            (&["..", "a", "http://h/x/y", "z"], "http://h/x/z"),
        ];
        for (bases, expected) in rows {
            assert_eq!(join(bases.iter().copied()), expected, "{bases:?}");
        }
    }
}
