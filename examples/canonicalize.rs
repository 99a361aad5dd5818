//! Prints the canonical form of XML documents.
//!
//! ```text
//! canonicalize METHOD [ID [PREFIX...]] < document
//! canonicalize --lines < requests
//! ```
//!
//! METHOD is an algorithm URI. With an ID other than `-`, the element whose `ID` attribute that is
//! is canonicalised instead of the document. With `--lines`, each line of the input is a JSON
//! object with `document`, `method`, `id` (or null) and `prefixes` (an array), and each line of the
//! output one with `canonical` or `error`: how `tests/oracles/c14n_lxml.py` asks.

use std::error::Error;
use std::io::{BufRead as _, Read as _, Write as _};

use countersign::c14n::{Method, canonicalize, canonicalize_document};
use countersign::xml::{Document, Limits};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Request {
    document: String,
    method: String,
    id: Option<String>,
    prefixes: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Canonical(String),
    Error(String),
}

/// The canonical form may be this many bytes long.
const LIMIT: usize = 16 * 1024 * 1024;

fn answer(request: &Request) -> Result<String, Box<dyn Error>> {
    let document = Document::parse(request.document.as_bytes(), &Limits::message())?;
    let method = Method::from_uri(&request.method).ok_or("no such method")?;
    let list: Vec<&str> = request.prefixes.iter().map(String::as_str).collect();
    let bytes = match &request.id {
        None => canonicalize_document(&document, method, &list, &[], LIMIT)?,
        Some(id) => {
            let apex = document.elements().find(|it| it.attribute("ID") == Some(id));
            canonicalize(apex.ok_or("no such element")?, method, &list, &[], LIMIT)?
        }
    };
    Ok(String::from_utf8(bytes)?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let method = arguments.next().ok_or("usage: canonicalize METHOD [ID [PREFIX...]] | --lines")?;
    let mut stdout = std::io::stdout().lock();
    if method == "--lines" {
        for line in std::io::stdin().lock().lines() {
            let outcome = answer(&serde_json::from_str(&line?)?);
            let outcome =
                outcome.map_or_else(|error| Answer::Error(error.to_string()), Answer::Canonical);
            serde_json::to_writer(&mut stdout, &outcome)?;
            stdout.write_all(b"\n")?;
            stdout.flush()?;
        }
        return Ok(());
    }
    let id = arguments.next().filter(|id| id != "-");
    let mut document = String::new();
    std::io::stdin().read_to_string(&mut document)?;
    let request = Request { document, method, id, prefixes: arguments.collect() };
    stdout.write_all(answer(&request)?.as_bytes())?;
    Ok(())
}
