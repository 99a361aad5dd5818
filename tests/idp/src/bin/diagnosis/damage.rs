//! Messages that can be read and whose signature fails because something rewrote the XML.

use countersign_test_idp::{SigningOption, User};

use crate::case::Case;
use crate::entry::{Entry, Product, amplitude};

const HOLDS: &str = "the same signature holds";

pub(crate) fn entries() -> Vec<Entry> {
    let pretty = "XML pretty-printed by an editor after signing";
    let charset = "charset damage";
    let digest = |case: Case| Entry::refused(case, "SIGNATURE_DIGEST", "signature");
    let value = |case: Case| Entry::refused(case, "SIGNATURE_VALUE", "signature");
    let space: &[&str] = &["white ?space", "pretty", "format", "indent"];
    vec![
        value(amplitude("pretty-printed", pretty,
            "An editor formatted the whole message, SignedInfo and all.")
            .text(|xml| indented(&xml)))
            .facts(["pretty-printed", HOLDS, "developer tools"])
            .named(space),
        value(
            Product::Okta
                .case("pretty-printed-response", pretty,
                    "A browser extension formatted a message whose Response is signed.")
                .says(|spec| spec.signing = SigningOption::Response)
                .text(|xml| indented(&xml)),
        )
        .facts(["pretty-printed", HOLDS, "somewhere in the Response"])
        .named(space),
        digest(amplitude("space-in-subject", pretty,
            "Only the Subject was formatted, by hand.")
            .text(|xml| xml.replace("<Subject>", "<Subject>\n  ").replace("</Subject>", "\n</Subject>")))
            .facts(["pretty-printed", HOLDS, "within the Assertion"])
            .named(space),
        digest(
            Product::Keycloak
                .case("space-in-envelope", pretty,
                    "Both are signed; a line break came between the parts of the Response.")
                .says(|spec| spec.signing = SigningOption::Both)
                .text(|xml| xml.replace("<samlp:Status>", "\n<samlp:Status>")),
        )
        .facts(["pretty-printed", HOLDS, "Assertion inside still holds"])
        .named(space),
        digest(amplitude("values-on-lines-of-their-own", pretty,
            "A formatter put long values on lines of their own.")
            .text(|xml| xml.replace("<NameID ", "<NameID\n ").replace("B.Simon@contoso.com</NameID>",
                "\n    B.Simon@contoso.com\n  </NameID>")))
            .facts(["lines of their own", HOLDS])
            .named(space),
        digest(umlaut("mojibake", charset, "A gateway read the UTF-8 as Windows-1252.")
            .text(|xml| mojibake(&xml)))
            .facts(["Windows-1252", "UTF-8", HOLDS])
            .named(&["charset", "character set", "encoding", "utf-?8", "latin", "windows-1252"]),
        value(umlaut("mojibake-and-pretty", charset,
            "A log viewer took the wrong character set, and formatted.")
            .text(|xml| indented(&mojibake(&xml))))
            .facts(["Windows-1252", "pretty-printed", HOLDS])
            .named(&["charset", "character set", "encoding", "utf-?8", "latin", "windows-1252"]),
        digest(umlaut("question-marks", charset,
            "A database without Unicode made question marks of umlauts: nobody can undo that.")
            .text(|xml| xml.replace('ü', "?")))
            .facts(["changed after it was signed", "re-encodes", "within the Assertion"])
            .named(&["changed", "altered", "modified", "tamper", "digest"]),
        digest(ampersand("escaped-twice", "an entity that was escaped again",
            "A template escaped what was escaped already.")
            .text(|xml| xml.replace("&amp;", "&amp;amp;")))
            .facts(["escaped a second time", HOLDS])
            .named(&["escap", "entit"]),
        digest(
            amplitude("line-ends", "line ends that were converted",
                "A program on Windows wrote CR LF, and escaped the CR.")
                .says(|spec| spec.set_attribute("address", &["One Way\nSeattle"]))
                .text(|xml| xml.replace("One Way\nSeattle", "One Way&#13;\nSeattle")),
        )
        .facts(["carriage returns", "CR LF", HOLDS])
        .named(&["line end", "carriage", "crlf", "newline"]),
        digest(umlaut("no-break-spaces", "copied from a page that shows it",
            "The message was copied from a wiki page.")
            .text(|xml| xml.replace("B. M", "B.\u{a0}M")))
            .facts(["no-break spaces", HOLDS])
            .named(&["space", "blank"]),
        digest(umlaut("invisible-characters", "copied from a page that shows it",
            "A chat put zero-width spaces into a long word.")
            .text(|xml| xml.replace("Müller", "Mü\u{200b}ller")))
            .facts(["invisible characters", HOLDS])
            .named(&["invisible", "zero.?width", "character"]),
        digest(amplitude("edited-name-id", "changed by hand",
            "Somebody put another user into the message.")
            .text(|xml| xml.replace(">B.Simon@contoso.com</NameID>", ">admin@contoso.com</NameID>")))
            .facts(["changed after it was signed", "or by an attacker", "within the Assertion"])
            .named(&["changed", "altered", "modified", "tamper", "digest"]),
        digest(amplitude("edited-audience", "changed by hand",
            "Somebody corrected the Audience in the message instead of at the identity provider.")
            .text(|xml| xml.replace("saml/sso/metadata</Audience>", "saml/2/metadata</Audience>")))
            .facts(["changed after it was signed", "re-encodes"])
            .named(&["changed", "altered", "modified", "tamper", "digest"]),
    ]
}

/// A user whose name holds what an accident can hit.
fn umlaut(id: &str, item: &'static str, why: &str) -> Case {
    named(id, item, why, "Müller")
}

fn ampersand(id: &str, item: &'static str, why: &str) -> Case {
    named(id, item, why, "R&D")
}

fn named(id: &str, item: &'static str, why: &str, name: &'static str) -> Case {
    let display = format!("{} {name}", User::b_simon().name.0);
    amplitude(id, item, why).says(move |spec| {
        spec.set_attribute(countersign_test_idp::claims::DISPLAY_NAME, &[&display]);
    })
}

/// As an editor formats it.
fn indented(xml: &str) -> String {
    let mut tree = countersign_test_idp::parse(xml).expect("the message is XML");
    tree.indent(0);
    tree.to_xml()
}

/// UTF-8 that was read as Windows-1252.
fn mojibake(xml: &str) -> String {
    xml.bytes().map(char::from).collect()
}
