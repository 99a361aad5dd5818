//! One text, written in ways that careless readers cut.
//!
//! The CVE-2017-11427 family (python-saml, ruby-saml, saml2-js, ...): canonicalisation drops a
//! comment, so the signature holds, and the reader takes the text before it for all of it.

use countersign_test_idp::{Element, Node, SignatureSpec};

use crate::forgery::{EVIL, Forgery, Genuine, Verdict, resigned, text_of};

const SOURCE: &str = "CVE-2017-11427 family: text cut at a comment";
const ACCOUNT: &str = "CVE-2017-11427: the attacker's own account at the identity provider";

/// Elements whose text decides something, as paths from the Assertion.
const TEXTS: [&str; 5] = [
    "Subject/NameID",
    "Issuer",
    "Conditions/AudienceRestriction/Audience",
    "AttributeStatement/Attribute/AttributeValue",
    "AuthnStatement/AuthnContext/AuthnContextClassRef",
];

pub(crate) fn forge(genuine: &Genuine) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    for path in TEXTS {
        if !is_text(&genuine.tree, path) {
            continue;
        }
        after_signing(genuine, path, &mut forgeries);
        before_signing(genuine, path, &mut forgeries);
    }
    between_elements(genuine, &mut forgeries);
    attributes(genuine, &mut forgeries);
    forgeries
}

/// Whether there is an element at this path from the Response.
fn holds(tree: &Element, path: &str) -> bool {
    let mut place = tree;
    path.split('/').all(|name| {
        let found = place.children.iter().find_map(|child| match child {
            Node::Element(child) if child.local == name => Some(child),
            _ => None,
        });
        place = found.unwrap_or(place);
        found.is_some()
    })
}

/// Whether there is an element with nothing but text in it at this path from the Assertion.
fn is_text(tree: &Element, path: &str) -> bool {
    let text = |node: &Node| matches!(node, Node::Text(_));
    holds(tree, &format!("Assertion/{path}"))
        && tree.clone().at("Assertion").at(path).children.iter().all(text)
}

fn verbatim(written: String) -> Node {
    Node::Verbatim { written, canonical: String::new() }
}

/// Ways to write `text` from `at` on: name, content, what must become of it.
fn writings(text: &str, at: usize) -> Vec<(&'static str, Vec<Node>, Verdict)> {
    let (before, after) = text.split_at(at);
    let plain = |text: &str| Node::Text(text.into());
    let escaped = countersign_test_idp::tree::escaped_text;
    let around = |markup: &str| {
        let mut nodes = vec![plain(before), verbatim(markup.into()), plain(after)];
        nodes.retain(|node| !matches!(node, Node::Text(text) if text.is_empty()));
        nodes
    };
    let cdata = |text: &str| verbatim(format!("<![CDATA[{text}]]>"));
    let hexadecimal: String = text.chars().map(|c| format!("&#x{:x};", u32::from(c))).collect();
    let refused = || Verdict::Refused(&["STRUCTURE"]);
    vec![
        ("an empty comment", around("<!---->"), refused()),
        ("a comment", around("<!-- x -->"), refused()),
        ("two comments", around("<!--a--><!--b-->"), refused()),
        ("an instruction", around("<?x?>"), refused()),
        ("an empty CDATA section", around("<![CDATA[]]>"), Verdict::Unchanged),
        ("CDATA to the end", vec![plain(before), cdata(after)], Verdict::Unchanged),
        ("CDATA at the start", vec![cdata(before), plain(after)], Verdict::Unchanged),
        ("CDATA twice", vec![cdata(before), cdata(after)], Verdict::Unchanged),
        ("character references", vec![verbatim(hexadecimal)], Verdict::Unchanged),
        ("as it is", vec![verbatim(escaped(text))], Verdict::Unchanged),
        ("a comment in CDATA", vec![plain(before), cdata("<!---->"), plain(after)], digest()),
    ]
}

fn digest() -> Verdict {
    Verdict::Refused(&["SIGNATURE_DIGEST", "ISSUER"])
}

fn after_signing(genuine: &Genuine, path: &str, forgeries: &mut Vec<Forgery>) {
    let text = text_of(genuine.tree.clone().at("Assertion").at(path));
    let middle = (text.len() / 2..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    for (place, at) in [("start", 0), ("middle", middle), ("end", text.len())] {
        for (what, content, verdict) in writings(&text, at) {
            let name = format!("{path}: {what} at the {place}, after signing");
            forgeries.push(genuine.forged(name, SOURCE, verdict, |root| {
                root.at("Assertion").at(path).children = content;
            }));
        }
    }
}

/// The attacker owns an account whose name holds the victim's, and markup goes between; the
/// identity provider signs that.
fn before_signing(genuine: &Genuine, path: &str, forgeries: &mut Vec<Forgery>) {
    let Some(key) = genuine.key else { return };
    for markup in ["<!---->", "<!-- -->", "<?x?>", "<b/>", "<b>x</b>"] {
        let name = format!("{path}: {markup} signed by the identity provider");
        let tree = resigned(genuine, &SignatureSpec::new(key), |root| {
            let element = root.at("Assertion").at(path);
            let canonical = match markup {
                "<b/>" => "<b></b>".to_string(),
                "<?x?>" | "<b>x</b>" => markup.to_string(),
                _ => String::new(),
            };
            element.children = vec![
                Node::Text(EVIL.into()),
                Node::Verbatim { written: markup.into(), canonical },
                Node::Text(".attacker.example".into()),
            ];
        });
        // An AttributeValue may hold elements; all others hold text alone.
        let structured = path.ends_with("AttributeValue") && markup.starts_with("<b");
        let verdict = if structured { Verdict::Whole } else { Verdict::Refused(&["STRUCTURE"]) };
        let text = tree.to_xml();
        forgeries.push(Forgery::new(name, ACCOUNT, verdict, text));
    }
}

/// Attribute values written with character references, which mean the same, and with line breaks
/// and blanks, which do not.
fn attributes(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    let text = genuine.tree.to_xml();
    let named = ["Recipient", "InResponseTo", "NotOnOrAfter", "Destination", "ID", "Format"];
    for name in named {
        let Some((before, rest)) = text.split_once(&format!(" {name}=\"")) else { continue };
        let Some((value, after)) = rest.split_once('"') else { continue };
        if value.contains('&') {
            continue;
        }
        let written = |value: &str| format!("{before} {name}=\"{value}\"{after}");
        let hexadecimal: String =
            value.chars().map(|c| format!("&#x{:X};", u32::from(c))).collect();
        let decimal: String = value.chars().map(|c| format!("&#{};", u32::from(c))).collect();
        for (how, value, verdict) in [
            ("in hexadecimal references", hexadecimal, Verdict::Unchanged),
            ("in decimal references", decimal, Verdict::Unchanged),
            ("with a line break", format!("{value}\n"), Verdict::NeverAnother),
            ("with a reference to a line break", format!("{value}&#10;"), Verdict::NeverAnother),
            ("with a blank before", format!(" {value}"), Verdict::NeverAnother),
        ] {
            let forgery = Forgery::new(format!("{name} {how}"), SOURCE, verdict, written(&value));
            forgeries.push(forgery);
        }
        let text = format!("{before} {name} =\n'{value}'{after}");
        let name = format!("{name} in single quotes");
        forgeries.push(Forgery::new(name, SOURCE, Verdict::Unchanged, text));
    }
}

/// Comments between elements have no meaning, whoever put them there; instructions are signed.
fn between_elements(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    let places = ["Assertion", "Assertion/Subject", "Assertion/Conditions"];
    for path in places {
        if !holds(&genuine.tree, path) {
            continue;
        }
        let name = format!("a comment last in {path}");
        forgeries.push(genuine.forged(name, SOURCE, Verdict::Unchanged, |root| {
            root.at(path).children.push(verbatim("<!-- between elements -->".into()));
        }));
        let name = format!("an instruction last in {path}");
        let verdict = Verdict::Refused(&["SIGNATURE_DIGEST"]);
        forgeries.push(genuine.forged(name, SOURCE, verdict, |root| {
            root.at(path).children.push(verbatim("<?x y?>".into()));
        }));
        let name = format!("text last in {path}");
        forgeries.push(genuine.forged(name, SOURCE, Verdict::Refused(&[]), |root| {
            root.at(path).children.push(Node::Text("text".into()));
        }));
    }
    for (name, around) in [
        ("comments around the Response", ("<!-- a -->", "<!-- b -->")),
        ("line breaks around the Response", ("\n\n", "\n")),
    ] {
        let text = format!("{}{}{}", around.0, genuine.tree.to_xml(), around.1);
        forgeries.push(Forgery::new(name, SOURCE, Verdict::Unchanged, text));
    }
}
