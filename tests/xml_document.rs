//! What the reader makes of a document, read through the public interface.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::format_collect,
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::unwrap_used,
    reason = "a test that goes wrong may panic"
)]

use countersign::xml::{Document, Element, Limits, Node, Position, XML_NAMESPACE};

fn parse(text: &str) -> Document {
    Document::parse(text.as_bytes(), &Limits::message()).unwrap()
}

fn named<'d>(document: &'d Document, name: &str) -> Element<'d> {
    document.elements().find(|it| it.local_name() == name).unwrap()
}

#[test]
fn names_and_namespaces() {
    let document = parse(
        "<r xmlns='urn:d' xmlns:p='urn:p'><p:a p:x='1' y='2' xml:lang='en'/>\
         <b xmlns=''><c xmlns:p='urn:q'><p:d/></c></b></r>",
    );
    let a = named(&document, "a");
    assert_eq!((a.prefix(), a.local_name(), a.namespace()), ("p", "a", "urn:p"));
    assert!(a.is("urn:p", "a") && !a.is("urn:d", "a") && !a.is("urn:p", "b"));
    assert_eq!(a.written_name(), "p:a");
    assert_eq!(a.attribute("y"), Some("2"));
    assert_eq!(a.attribute("x"), None);
    assert_eq!(a.attribute_ns("urn:p", "x"), Some("1"));
    assert_eq!(a.attribute_ns(XML_NAMESPACE, "lang"), Some("en"));
    assert_eq!(a.attribute_ns("urn:d", "y"), None);
    let all: Vec<_> = a.attributes().map(|it| (it.prefix(), it.local_name(), it.value())).collect();
    assert_eq!(all, [("p", "x", "1"), ("", "y", "2"), ("xml", "lang", "en")]);
    assert_eq!(named(&document, "b").namespace(), "");
    assert_eq!(named(&document, "d").namespace(), "urn:q");
    let scopes = [
        ("r", "", Some("urn:d")),
        ("r", "p", Some("urn:p")),
        ("r", "q", None),
        ("r", "xml", Some(XML_NAMESPACE)),
        ("r", "xmlns", None),
        ("a", "", Some("urn:d")),
        ("b", "", None),
        ("b", "p", Some("urn:p")),
        ("c", "", None),
        ("d", "p", Some("urn:q")),
    ];
    for (element, prefix, expected) in scopes {
        let found = named(&document, element).namespace_for_prefix(prefix);
        assert_eq!(found, expected, "{prefix:?} at {element}");
    }
}

#[test]
fn many_namespaces_are_told_apart() {
    let numbers: Vec<_> = (0..200).filter(|&i| i != 150).collect();
    let declarations: String = numbers.iter().map(|i| format!(" xmlns:p{i}='urn:{i}'")).collect();
    let uses: String = numbers.iter().map(|i| format!("<p{i}:e/>")).collect();
    let document = parse(&format!("<r{declarations}>{uses}</r>"));
    for (element, i) in document.root().child_elements().zip(numbers) {
        assert_eq!(element.namespace(), format!("urn:{i}"));
        assert_eq!(element.namespace_for_prefix(&format!("p{i}")), Some(element.namespace()));
    }
    assert_eq!(document.root().namespace_for_prefix("p150"), None);
}

#[test]
fn the_tree() {
    let document = parse("<!--x--><?p  d ?><r>a<b><c/></b><!--y-->z<d/></r><!--w-->");
    let kinds = |nodes: &mut dyn Iterator<Item = Node<'_>>| -> Vec<String> {
        nodes
            .map(|node| match node {
                Node::Element(element) => format!("<{}>", element.local_name()),
                Node::Text(text) => text.to_owned(),
                Node::Comment(text) => format!("!{text}"),
                Node::ProcessingInstruction { target, data } => format!("?{target}|{data}"),
            })
            .collect()
    };
    assert_eq!(kinds(&mut document.children()), ["!x", "?p|d ", "<r>", "!w"]);
    let root = document.root();
    assert_eq!(kinds(&mut root.children()), ["a", "<b>", "!y", "z", "<d>"]);
    let names = |elements: &mut dyn Iterator<Item = Element<'_>>| -> String {
        elements.map(|it| it.local_name().to_owned()).collect()
    };
    assert_eq!(names(&mut root.child_elements()), "bd");
    assert_eq!(names(&mut root.descendants()), "rbcd");
    assert_eq!(names(&mut named(&document, "b").descendants()), "bc");
    assert_eq!(names(&mut document.elements()), "rbcd");
    let c = named(&document, "c");
    assert_eq!(c.parent(), Some(named(&document, "b")));
    assert_eq!(root.parent(), None);
    assert_eq!(document.element(c.id()), Some(c));
    assert!(root.id() < c.id());
    assert_ne!(parse("<r/>").root(), root, "ids are those of one document");
}

#[test]
fn character_data_is_one_text_whatever_it_is_written_as() {
    let rows = [
        ("<a>x</a>", "x"),
        ("<a>x&lt;y&#x20AC;<![CDATA[<z>&amp;]]></a>", "x<y€<z>&amp;"),
        ("<a><![CDATA[x]]><![CDATA[y]]></a>", "xy"),
        ("<a><![CDATA[]]></a>", ""),
        ("<a>&#13;&#10;</a>", "\r\n"),
        ("<a>1\r\n2\r3\n4\r\r\n</a>", "1\n2\n3\n4\n\n"),
        ("<a><![CDATA[1\r\n2\r]]>\n</a>", "1\n2\n\n"),
        ("<a>]]&gt; ]]&#62;</a>", "]]> ]]>"),
        ("<a>\u{85}\u{2028}\u{FEFF}</a>", "\u{85}\u{2028}\u{FEFF}"),
    ];
    for (text, expected) in rows {
        let document = parse(text);
        assert_eq!(document.root().text(), expected, "{text:?}");
        assert_eq!(document.root().children().count(), usize::from(!expected.is_empty()));
    }
    // A comment, an instruction or an element parts texts, which still are one text when asked for.
    let document = parse("<a>admin@x<!---->.evil<?p?>&amp;<b>not this</b>!</a>");
    assert_eq!(document.root().text(), "admin@x.evil&!");
    assert_eq!(document.root().children().count(), 7);
}

#[test]
fn attribute_values_are_normalised() {
    let rows = [
        ("a\tb\nc\rd\r\ne", "a b c d e"),
        ("&#9;&#10;&#13;&#32;", "\t\n\r "),
        ("  a  ", "  a  "),
        ("&lt;&gt;&amp;&quot;&apos;>", "<>&\"'>"),
        ("é\n€", "é €"),
    ];
    for (written, expected) in rows {
        assert_eq!(parse(&format!("<a b=\"{written}\"/>")).root().attribute("b"), Some(expected));
    }
    assert_eq!(parse("<a b='\"' c = \"'\"\n/>").root().attribute("c"), Some("'"));
}

#[test]
fn places_in_the_source() {
    let text = "\u{FEFF}<r>\r\n  <ä:b xmlns:ä='u:' c='d'>é</ä:b\n><e/></r>";
    let document = parse(text);
    assert_eq!(document.source(), &text[3..]);
    let b = named(&document, "b");
    assert_eq!(&document.source()[b.range()], "<ä:b xmlns:ä='u:' c='d'>é</ä:b\n>");
    assert_eq!(b.position(), Position { line: 2, column: 3 });
    let e = named(&document, "e");
    assert_eq!(&document.source()[e.range()], "<e/>");
    assert_eq!(e.position(), Position { line: 3, column: 2 });
    assert_eq!(b.attributes().next().unwrap().position(), Position { line: 2, column: 21 });
    assert_eq!(&document.source()[document.root().range()], &text[3..]);
    assert_eq!(e.position().to_string(), "line 3, column 2");
}

#[test]
fn paths() {
    let document = parse("<p:r xmlns:p='u:'><a/><b><a/></b><a><c/></a><p:a/></p:r>");
    let paths: Vec<_> = document.elements().map(Element::path).collect();
    let expected =
        ["/p:r", "/p:r/a[1]", "/p:r/b", "/p:r/b/a", "/p:r/a[2]", "/p:r/a[2]/c", "/p:r/p:a"];
    assert_eq!(paths, expected);
}

#[test]
fn a_document_is_send_and_sync_and_its_debug_form_shows_no_text() {
    fn both<T: Send + Sync>(_: &T) {}
    let document = parse("<a>secret</a>");
    both(&document);
    assert!(!format!("{document:?}").contains("secret"));
}
