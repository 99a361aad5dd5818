//! Messages that were encoded once too often, cut, or damaged on the way, so that they cannot be
//! read.

use crate::entry::{Entry, Product, amplitude, base64};

/// What a message may say to name the encoding.
const ENCODING: &[&str] = &["base-?64", "encod", "decod"];

pub(crate) fn entries() -> Vec<Entry> {
    let mangled = "base64 mangled";
    let unreadable = |id: &str, item: &'static str, why: &str, code: &str| {
        Entry::refused(amplitude(id, item, why), code, "message").named(ENCODING)
    };
    let truncated = "response truncated by a form limit";
    let cut =
        &["truncat", "cut off", "incomplete", "unclosed", "end of (file|input)", "missing.*end"];
    vec![
        unreadable(
            "truncated-at-4096",
            truncated,
            "A form field is cut after 4,096 characters.",
            "XML_MALFORMED",
        )
        .sent(|xml| base64(xml).into_bytes().into_iter().take(4096).collect())
        .facts(["ends in the middle", "3072 bytes", "limit on the size of form fields"])
        .named(cut),
        unreadable(
            "truncated-inside-base64",
            truncated,
            "A column of a log is cut after 2,000 characters and one more.",
            "INPUT_BASE64",
        )
        .sent(|xml| base64(xml).into_bytes().into_iter().take(2001).collect())
        .facts(["cut off", "limit on the size of form fields"])
        .named(cut),
        unreadable(
            "truncated-xml",
            truncated,
            "The XML was copied, but not all of it.",
            "XML_MALFORMED",
        )
        .sent(|xml| xml.iter().copied().take(xml.len() * 3 / 4).collect())
        .facts(["ends in the middle", "SAMLResponse"])
        .named(cut),
        unreadable(
            "plus-became-blanks",
            mangled,
            "The value was URL-decoded twice, so each + became a blank.",
            "INPUT_BASE64",
        )
        .sent(|xml| with_plus(xml).replace('+', " ").into_bytes())
        .facts(["base64 with blanks", "URL-decoded once too often"])
        .named(&["blank", "space", "url-?(de|en)cod"]),
        unreadable(
            "plus-removed",
            mangled,
            "Blanks that had been + were removed by a trim.",
            "XML_ENCODING",
        )
        .sent(|xml| shifted(&with_plus(xml)).into_bytes())
        .facts(["base64 were lost or changed"])
        .named(&["lost", "corrupt", "damaged"]),
        unreadable(
            "url-encoded-twice",
            mangled,
            "The form field was URL-encoded twice.",
            "INPUT_BASE64",
        )
        .sent(|xml| {
            let twice = with_plus(xml).replace('+', "%252B").replace('/', "%252F");
            twice.replace('=', "%253D").into_bytes()
        })
        .facts(["percent-encoded", "once too often"])
        .named(&["percent", "url-?encod"]),
        unreadable(
            "base64-twice",
            mangled,
            "The application encodes the form field again.",
            "XML_MALFORMED",
        )
        .sent(|xml| base64(base64(xml).as_bytes()).into_bytes())
        .facts(["base64 of base64", "encoded twice"])
        .named(&["twice"]),
        unreadable(
            "base64-for-urls",
            mangled,
            "A library for tokens encoded the message: - and _ in place of + and /.",
            "INPUT_BASE64",
        )
        .sent(|xml| with_plus(xml).replace('+', "-").replace('/', "_").into_bytes())
        .facts(["base64url", "+ and /"])
        .named(&["base64url"]),
        unreadable("base64-quoted", mangled, "Quotation marks were copied along.", "INPUT_BASE64")
            .sent(|xml| format!("\"{}\"", base64(xml)).into_bytes())
            .facts(["quotation marks"])
            .named(&["quot"]),
        unreadable(
            "base64-labelled",
            mangled,
            "The name of the field was copied along from the developer tools.",
            "INPUT_BASE64",
        )
        .sent(|xml| format!("SAMLResponse: {}", base64(xml)).into_bytes())
        .facts(["name in front", "value alone"])
        .named(&["name", "SAMLResponse:"]),
        unreadable(
            "base64-shortened",
            truncated,
            "The developer tools show the beginning and an ellipsis.",
            "INPUT_BASE64",
        )
        .sent(|xml| format!("{}...", &base64(xml)[..800]).into_bytes())
        .facts(["ellipsis", "Copy value"])
        .named(cut),
        unreadable(
            "base64-quoted-printable",
            mangled,
            "An e-mail program encoded the value as quoted-printable.",
            "INPUT_BASE64",
        )
        .sent(|xml| {
            let text = base64(xml).replace('=', "=3D");
            let lines: Vec<&[u8]> = text.as_bytes().chunks(75).collect();
            lines.join(&b"=\r\n"[..])
        })
        .facts(["quoted-printable", "e-mail"])
        .named(&["quoted-printable", "e-?mail"]),
        unreadable(
            "base64-line-break-escapes",
            mangled,
            "Line breaks stand in the value as \\n, as JSON has them.",
            "INPUT_BASE64",
        )
        .sent(|xml| {
            let text = base64(xml);
            let lines: Vec<&[u8]> = text.as_bytes().chunks(76).collect();
            lines.join(&b"\\n"[..])
        })
        .facts(["backslash", "line breaks"])
        .named(&["backslash", "line ?break", "newline", "\\\\\\\\n"]),
        unreadable(
            "html-escaped-xml",
            "HTML-escaped XML",
            "The XML was copied from the source of a page that shows it.",
            "INPUT_BASE64",
        )
        .sent(|xml| {
            let text = String::from_utf8_lossy(xml).replace('&', "&amp;");
            text.replace('<', "&lt;").replace('>', "&gt;").into_bytes()
        })
        .facts(["escaped for HTML", "&lt;"])
        .named(&["html", "escape"]),
        unreadable(
            "html-escaped-base64",
            "HTML-escaped XML",
            "The base64 was copied from the source of the page that posts it.",
            "INPUT_BASE64",
        )
        .sent(|xml| with_plus(xml).replace('+', "&#x2b;").into_bytes())
        .facts(["escaped for HTML"])
        .named(&["html", "escape"]),
        unreadable(
            "url-encoded-xml",
            mangled,
            "The XML is URL-encoded, and not base64.",
            "INPUT_BASE64",
        )
        .sent(|xml| {
            let text = String::from_utf8_lossy(xml).replace('<', "%3C").replace('>', "%3E");
            text.replace('"', "%22").replace(' ', "%20").into_bytes()
        })
        .facts(["percent-encoded", "XML"])
        .named(&["percent", "url-?encod"]),
        unreadable(
            "utf-16",
            "BOM and other encodings",
            "An editor on Windows saved the message as Unicode (UTF-16 with a BOM).",
            "XML_ENCODING",
        )
        .sent(|xml| {
            let text = String::from_utf8_lossy(xml);
            let units = text.encode_utf16().flat_map(u16::to_le_bytes);
            [0xff, 0xfe].into_iter().chain(units).collect()
        })
        .facts(["UTF-16", "UTF-8"])
        .named(&["utf-?16", "utf-?8"]),
        Entry::refused(
            Product::Okta
                .case(
                    "bom-inside",
                    "BOM and other encodings",
                    "Two byte order marks: a file with a BOM was prepended to a text with one.",
                )
                .text(|xml| format!("\u{feff}\u{feff}{xml}")),
            "XML_MALFORMED",
            "message",
        )
        .facts(["byte order mark"])
        .named(&["byte order mark", "\\bbom\\b"]),
        Entry::refused(
            amplitude(
                "latin-1",
                "charset damage",
                "btoa() of text that holds an umlaut: the bytes are those of Latin-1.",
            )
            .says(|spec| spec.set_attribute("city", &["München"])),
            "XML_ENCODING",
            "message",
        )
        .sent(|xml| {
            let text = String::from_utf8_lossy(xml);
            let byte = |one: char| u8::try_from(one).expect("a character of Latin-1");
            let bytes: Vec<u8> = text.chars().map(byte).collect();
            base64(&bytes).into_bytes()
        })
        .facts(["Latin-1", "btoa()"])
        .named(&["latin", "utf-?8", "charset", "character set", "encoding"]),
    ]
}

/// The base64 of a message, which holds a `+`: every genuine message does.
fn with_plus(xml: &[u8]) -> String {
    let text = base64(xml);
    if text.contains('+') {
        return text;
    }
    // White space behind the root element shifts nothing and may be there.
    let mut longer = xml.to_vec();
    longer.extend(b"\n\n>".iter().filter(|one| **one == b'\n'));
    base64(&longer)
}

/// Without four digits in the middle and without all `+`, cut to whole groups.
fn shifted(text: &str) -> String {
    let half = text.len() / 2 / 4 * 4 + 1;
    let mut kept = text[..half].to_owned();
    kept.push_str(&text[half + 1..]);
    kept.truncate(kept.trim_end_matches('=').len() / 4 * 4);
    kept
}
