//! `cargo xtask serve`: the debug page from `www/`, for this machine only.

use anyhow::{Context as _, Result, anyhow};
use percent_encoding::percent_decode_str;
use std::{
    fs::{self, File},
    net::Ipv4Addr,
    path::{Path, PathBuf},
    thread,
};
use tiny_http::{Header, Method, Request, Response, Server};

const FOLDER: &str = "www";

/// A browser opens several connections at once, and may leave one idle.
const THREADS: usize = 4;

/// Answers requests until the program is stopped.
pub(crate) fn serve(port: u16) -> Result<()> {
    let root = fs::canonicalize(FOLDER).with_context(|| format!("there is no folder {FOLDER}"))?;
    let server = Server::http((Ipv4Addr::LOCALHOST, port))
        .map_err(|error| anyhow!("cannot listen on 127.0.0.1:{port}: {error}"))?;
    println!("http://{}/ (Ctrl+C stops it)", server.server_addr());
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for request in server.incoming_requests() {
                    answer(request, &root);
                }
            });
        }
    });
    Ok(())
}

fn answer(request: Request, root: &Path) {
    let sent = match (request.method(), find(root, request.url())) {
        (Method::Get | Method::Head, Some(path)) => match File::open(&path) {
            Ok(file) => request.respond(with_headers(Response::from_file(file), mime(&path))),
            Err(_) => request.respond(refusal(404, "not found")),
        },
        (Method::Get | Method::Head, None) => request.respond(refusal(404, "not found")),
        _ => request.respond(refusal(405, "only GET and HEAD")),
    };
    if let Err(error) = sent {
        eprintln!("a browser went away: {error}");
    }
}

fn refusal(status: u16, text: &str) -> Response<impl std::io::Read> {
    let response = Response::from_string(format!("{text}\n")).with_status_code(status);
    with_headers(response, "text/plain; charset=utf-8")
}

fn with_headers<R: std::io::Read>(response: Response<R>, mime: &str) -> Response<R> {
    // A page under development must never come from a cache, nor be taken for another type.
    let headers = [
        ("Content-Type", mime),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ];
    headers
        .into_iter()
        .filter_map(|(name, value)| Header::from_bytes(name, value).ok())
        .fold(response, Response::with_header)
}

/// The file that a request's target names, if it lies in `root` after all links are followed.
fn find(root: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
    let path = percent_decode_str(path).decode_utf8().ok()?;
    // `..`, backslashes and drive letters are the ways out of a folder; no file needs them.
    if path.split('/').any(|part| part == "..") || path.contains(['\\', ':', '\0']) {
        return None;
    }
    let mut file = fs::canonicalize(root.join(path.trim_start_matches('/'))).ok()?;
    if file.is_dir() {
        file = fs::canonicalize(file.join("index.html")).ok()?;
    }
    (file.starts_with(root) && file.is_file()).then_some(file)
}

/// The types of the files that the page has; WebAssembly streams only as `application/wasm`.
fn mime(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("ico") => "image/x-icon",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("json" | "map" | "webmanifest") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("xml") => "application/xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder `site` beside a file that must not be served.
    fn site(name: &str) -> Result<PathBuf> {
        let folder = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("site/sub"))?;
        fs::write(folder.join("secret.txt"), "secret")?;
        fs::write(folder.join("site/index.html"), "start")?;
        fs::write(folder.join("site/sub/a b.js"), "script")?;
        Ok(fs::canonicalize(folder.join("site"))?)
    }

    #[test]
    fn files_inside_are_found() -> Result<()> {
        let root = site("inside")?;
        assert_eq!(find(&root, "/"), Some(root.join("index.html")));
        assert_eq!(find(&root, "/index.html?x=/../y"), Some(root.join("index.html")));
        assert_eq!(find(&root, "/sub/a%20b.js"), Some(root.join("sub/a b.js")));
        assert_eq!(find(&root, "/sub"), None, "a folder without a start page");
        assert_eq!(find(&root, "/missing.js"), None);
        Ok(())
    }

    #[test]
    fn nothing_outside_is_found() -> Result<()> {
        let root = site("outside")?;
        for target in [
            "/../secret.txt",
            "/sub/../../secret.txt",
            "/%2e%2e/secret.txt",
            "/..%2fsecret.txt",
            "/..\\secret.txt",
            "//etc/passwd",
            "/%2fetc/passwd",
            "/C:/Windows/win.ini",
            "/index.html%00.js",
            "http://127.0.0.1/index.html",
            "",
        ] {
            assert_eq!(find(&root, target), None, "{target}");
        }
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_outside_is_not_followed() -> Result<()> {
        let root = site("link")?;
        let link = root.join("link.txt");
        if link.symlink_metadata().is_err() {
            std::os::unix::fs::symlink("../secret.txt", &link)?;
        }
        assert_eq!(find(&root, "/link.txt"), None);
        Ok(())
    }

    #[test]
    fn the_module_has_the_type_that_browsers_stream() {
        assert_eq!(mime(Path::new("countersign/wasm/countersign.wasm")), "application/wasm");
        assert_eq!(mime(Path::new("page.js")), "text/javascript; charset=utf-8");
        assert_eq!(mime(Path::new("unknown")), "application/octet-stream");
    }
}
