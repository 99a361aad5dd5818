//! Documents that two parsers read as two things: DOCTYPE and entities, namespaces, encodings,
//! damaged base64.
//!
//! CVE-2025-25291 and CVE-2025-25292 (ruby-saml, two parsers), CVE-2020-29509 to 29511 (Go's
//! encoding/xml changes what it reads).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::forgery::{EVIL, EVIL_ID, Forgery, Genuine, Verdict, corrupt_in_place, evil_assertion};

const DIFFERENTIAL: &str = "CVE-2025-25291, CVE-2025-25292: parser differential";
const ROUND_TRIP: &str = "CVE-2020-29509 to 29511: names and namespaces that change when written";
const ENCODING: &str = "damaged or doubled encoding";

pub(crate) fn forge(genuine: &Genuine) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    doctypes(genuine, &mut forgeries);
    namespaces(genuine, &mut forgeries);
    concatenated(genuine, &mut forgeries);
    encodings(genuine, &mut forgeries);
    base64(genuine, &mut forgeries);
    forgeries
}

fn doctypes(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    let body = genuine.tree.to_xml();
    let evil = forged_text(genuine);
    for (what, text) in [
        ("an empty DOCTYPE", format!("<!DOCTYPE r>{body}")),
        (
            "a DOCTYPE with an ID declaration",
            format!("<!DOCTYPE r [<!ATTLIST x y ID #IMPLIED>]>{body}"),
        ),
        (
            "a DOCTYPE with a default attribute",
            format!("<!DOCTYPE r [<!ATTLIST NameID a CDATA 'x'>]>{body}"),
        ),
        (
            "an entity for the identity",
            format!("<!DOCTYPE r [<!ENTITY e '{EVIL}'>]>{}", evil.replace(EVIL, "&e;")),
        ),
        ("a DOCTYPE that ends in a comment", format!("<!DOCTYPE r [<!-- ]><!-- -->]>{body}")),
        (
            "a DOCTYPE with the forged message in an entity",
            format!(
                "<!DOCTYPE r [<!ENTITY e \"{}\">]>{body}",
                evil.replace('"', "'").replace('&', "&#38;")
            ),
        ),
        (
            "a parameter entity",
            format!("<!DOCTYPE r [<!ENTITY % p SYSTEM 'file:///etc/passwd'>%p;]>{body}"),
        ),
        ("a DOCTYPE in lower case", format!("<!doctype r>{body}")),
    ] {
        let verdict = Verdict::Refused(&["XML_DTD", "XML_MALFORMED"]);
        forgeries.push(Forgery::new(what, DIFFERENTIAL, verdict, text));
    }
}

fn forged_text(genuine: &Genuine) -> String {
    let mut tree = genuine.tree.clone();
    corrupt_in_place(&mut tree);
    tree.to_xml()
}

/// Text-level changes of names: rebound, undeclared and doubled prefixes.
fn namespaces(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    let evil = evil_assertion(&genuine.tree, Some(EVIL_ID)).to_xml();
    let body = genuine.tree.to_xml();
    let Some(end) = body.rfind("</") else { return };
    let (open, close) = body.split_at(end);
    for (what, markup) in [
        ("an undeclared prefix", format!("<undeclared:x>{evil}</undeclared:x>")),
        ("an empty prefix", format!("<:x>{evil}</:x>")),
        ("two colons", format!("<a:b:c xmlns:a='urn:a'>{evil}</a:b:c>")),
        ("a prefix bound to nothing", format!("<x xmlns:p=''>{evil}</x>")),
        ("the prefix xmlns", format!("<x xmlns:xmlns='urn:x'>{evil}</x>")),
        ("the prefix xml rebound", format!("<x xmlns:xml='urn:x'>{evil}</x>")),
        (
            "two attributes of one expanded name",
            format!("<x xmlns:a='u' xmlns:b='u' a:n='' b:n=''>{evil}</x>"),
        ),
        ("a tag closed by another", format!("<x>{evil}</y>")),
        ("a comment with a double hyphen", format!("<!-- -- {evil}-->")),
        ("a comment that never ends", format!("<!-- {evil}")),
        ("CDATA that never ends", format!("<![CDATA[ {evil}")),
        ("an end of CDATA in text", format!("]]>{evil}")),
        ("a late XML declaration", format!("<?xml version='1.0'?>{evil}")),
        ("a NUL", format!("\0{evil}")),
        ("a control character", format!("\u{1}{evil}")),
        ("U+FFFE", format!("\u{fffe}{evil}")),
        ("a reference to a control character", format!("<x>&#1;</x>{evil}")),
        ("a reference beyond Unicode", format!("<x>&#x110000;</x>{evil}")),
        ("an unknown entity", format!("<x>&nbsp;</x>{evil}")),
        ("a directive", format!("<!ENTITY e ''>{evil}")),
    ] {
        for (place, text) in [
            ("before the end", format!("{open}{markup}{close}")),
            ("before the message", format!("{markup}{body}")),
            ("after the message", format!("{body}{markup}")),
        ] {
            let name = format!("{what} {place}");
            let verdict = Verdict::Refused(&["XML_MALFORMED", "XML_DTD", "INPUT_BASE64"]);
            forgeries.push(Forgery::new(name, ROUND_TRIP, verdict, text));
        }
    }
}

fn concatenated(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    let body = genuine.tree.to_xml();
    let evil = forged_text(genuine);
    for (what, text) in [
        ("the forged message after the genuine one", format!("{body}{evil}")),
        ("the forged message before the genuine one", format!("{evil}{body}")),
        ("the genuine message twice", format!("{body}{body}")),
    ] {
        let source = "CVE-2022-39299 (node-saml): several root elements";
        let verdict = Verdict::Refused(&["XML_MALFORMED"]);
        forgeries.push(Forgery::new(what, source, verdict, text));
    }
}

fn encodings(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    let body = genuine.tree.to_xml();
    let utf16 = |little: bool| {
        let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        std::iter::once(0xfeff).chain(body.encode_utf16()).flat_map(bytes).collect::<Vec<u8>>()
    };
    let verdict = || Verdict::Refused(&["XML_ENCODING", "XML_MALFORMED", "INPUT_BASE64"]);
    for (what, bytes) in [
        ("UTF-16, little end first", utf16(true)),
        ("UTF-16, big end first", utf16(false)),
        ("declared as UTF-7", format!("<?xml version='1.0' encoding='UTF-7'?>{body}").into_bytes()),
        (
            "declared as UTF-16",
            format!("<?xml version='1.0' encoding='UTF-16'?>{body}").into_bytes(),
        ),
        (
            "declared as EBCDIC",
            format!("<?xml version='1.0' encoding='IBM037'?>{body}").into_bytes(),
        ),
        ("with XML 1.1", format!("<?xml version='1.1'?>{body}").into_bytes()),
        ("with an invalid octet at the end", [body.as_bytes(), &[0xff]].concat()),
        ("with an overlong character", [&[0xc0, 0xbc], body.as_bytes()].concat()),
        ("with a NUL at the end", [body.as_bytes(), &[0]].concat()),
        ("with two byte order marks", format!("\u{feff}\u{feff}{body}").into_bytes()),
    ] {
        forgeries.push(Forgery::new(what, ENCODING, verdict(), bytes));
    }
    let text = format!("<?xml version=\"1.0\" encoding=\"utf-8\" standalone='yes'?>{body}");
    forgeries.push(Forgery::new("declared UTF-8", ENCODING, Verdict::Unchanged, text));
}

/// Base64 that is cut, doubled or padded.
fn base64(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    let whole = STANDARD.encode(genuine.tree.to_xml());
    let evil = STANDARD.encode(forged_text(genuine));
    for part in 1..20 {
        let name = format!("base64 cut after {part} twentieths");
        let cut = &whole[..whole.len() * part / 20];
        let verdict = Verdict::Refused(&["INPUT_BASE64", "XML_MALFORMED", "XML_ENCODING"]);
        forgeries.push(Forgery::new(name, ENCODING, verdict, cut));
    }
    for (what, text) in [
        ("twice", format!("{whole}{whole}")),
        ("forged, then genuine", format!("{evil}{whole}")),
        ("genuine, then forged", format!("{whole}{evil}")),
        ("genuine, a blank, then forged", format!("{whole} {evil}")),
        ("genuine, a NUL, then forged", format!("{whole}\0{evil}")),
        ("with padding before", format!("=={whole}")),
        ("with too much padding", format!("{whole}====")),
        ("with a stray letter", format!("{whole}A")),
        ("encoded twice", STANDARD.encode(&whole)),
        ("with a minus", format!("{}-", whole.trim_end_matches('='))),
    ] {
        let name = format!("base64 {what}");
        forgeries.push(Forgery::new(name, ENCODING, Verdict::NeverAnother, text));
    }
    let lines: Vec<&str> =
        whole.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    let text = lines.join("\n");
    forgeries.push(Forgery::new("base64 in lines", ENCODING, Verdict::Unchanged, text));
}
