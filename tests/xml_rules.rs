//! One row for each rule that the tokenizer leaves to us, and each limit at its edge and one past.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::format_collect,
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "a test that goes wrong may panic"
)]

use countersign::xml::{Document, Limits, XmlError, XmlErrorClass, XmlErrorKind};

fn parse(text: &str) -> Result<Document, XmlError> {
    Document::parse(text.as_bytes(), &Limits::message())
}

/// The name of the kind of error, without what it holds.
fn name(kind: &XmlErrorKind) -> String {
    let debug = format!("{kind:?}");
    debug.split([' ', '{']).next().unwrap().to_owned()
}

#[test]
fn each_rule_has_a_document_that_breaks_it_and_nothing_else() {
    // Document, kind of error, line, column.
    let rows = [
        // One root, and nothing but comments, instructions and white space around it.
        ("", "NoRoot", 1, 1),
        (" \n", "NoRoot", 2, 1),
        ("<!--a-->", "NoRoot", 1, 9),
        ("<a/><b/>", "SecondRoot", 1, 5),
        ("<a></a>\n<b></b>", "SecondRoot", 2, 1),
        ("x<a/>", "TextOutsideRoot", 1, 1),
        ("<a/> x", "TextOutsideRoot", 1, 6),
        ("<a/>&#32;", "TextOutsideRoot", 1, 5),
        ("<![CDATA[ ]]><a/>", "TextOutsideRoot", 1, 1),
        ("\u{FEFF}\u{FEFF}<a/>", "TextOutsideRoot", 1, 1),
        // Every element is closed, by its own end tag.
        ("<a>", "UnclosedElement", 1, 4),
        ("<a><b></b>", "UnclosedElement", 1, 11),
        ("</a>", "EndTagWithoutStart", 1, 1),
        ("<a/></a>", "EndTagWithoutStart", 1, 5),
        ("<a><b></a></b>", "EndTagMismatch", 1, 7),
        ("<a></ab>", "EndTagMismatch", 1, 4),
        ("<ab></a>", "EndTagMismatch", 1, 5),
        ("<a></ a>", "EndTagMismatch", 1, 4),
        ("<a></a b='c'>", "EndTagMismatch", 1, 4),
        ("<p:a xmlns:p='u:' xmlns:q='u:'></q:a>", "EndTagMismatch", 1, 32),
        // Markup is closed.
        ("<a", "UnclosedMarkup", 1, 1),
        ("<a b='>", "UnclosedMarkup", 1, 1),
        ("<a b=\">", "UnclosedMarkup", 1, 1),
        ("<a></a", "UnclosedMarkup", 1, 4),
        ("<a><!-- </a>", "UnclosedMarkup", 1, 4),
        ("<a><![CDATA[ </a>", "UnclosedMarkup", 1, 4),
        ("<a><?p </a>", "UnclosedMarkup", 1, 4),
        ("<?xml version='1.0'", "UnclosedMarkup", 1, 1),
        ("<a>&amp</a>", "UnclosedMarkup", 1, 4),
        ("<a>a & b</a>", "UnclosedMarkup", 1, 6),
        ("<a b='&amp'/>", "UnclosedMarkup", 1, 7),
        // Names.
        ("< a/>", "BadName", 1, 2),
        ("<1/>", "BadName", 1, 2),
        ("<-a/>", "BadName", 1, 2),
        ("<\u{D7}/>", "BadName", 1, 2),
        ("<a:b:c/>", "BadName", 1, 2),
        ("<:a/>", "BadName", 1, 2),
        ("<a:/>", "BadName", 1, 2),
        ("<a:1/>", "BadName", 1, 2),
        ("<a 1='2'/>", "BadName", 1, 4),
        ("<a b:c:d='2'/>", "BadName", 1, 4),
        ("<a xmlns:='u:'/>", "BadName", 1, 4),
        ("<a ='2'/>", "BadName", 1, 4),
        ("<a / >", "BadName", 1, 4),
        // Attributes.
        ("<a b/>", "AttributeSyntax", 1, 5),
        ("<a b c='d'/>", "AttributeSyntax", 1, 6),
        ("<a b=c/>", "AttributeSyntax", 1, 6),
        ("<a b=/>", "AttributeSyntax", 1, 6),
        ("<a b='c'd='e'/>", "MissingSpace", 1, 9),
        ("<a b='c'\u{A0}d='e'/>", "MissingSpace", 1, 9),
        ("<a\u{85}b='c'/>", "MissingSpace", 1, 3),
        ("<a b='<'/>", "LessThanInAttribute", 1, 7),
        ("<a b='&lt;<!-- -->'/>", "LessThanInAttribute", 1, 11),
        ("<a b='' b=''/>", "DuplicateAttribute", 1, 9),
        ("<a xmlns:p='u:' xmlns:q='u:' p:b='' q:b=''/>", "DuplicateAttribute", 1, 37),
        ("<a p:b='' q:b='' xmlns:p='u:' xmlns:q='&#117;:'/>", "DuplicateAttribute", 1, 11),
        ("<a xmlns='u:' xmlns='u:'/>", "DuplicateAttribute", 1, 15),
        ("<a xmlns:p='u:' xmlns:p='v:'/>", "DuplicateAttribute", 1, 17),
        // Namespaces.
        ("<p:a/>", "UndeclaredPrefix", 1, 2),
        ("<a p:b=''/>", "UndeclaredPrefix", 1, 4),
        ("<a><b xmlns:p='u:'/><p:c/></a>", "UndeclaredPrefix", 1, 22),
        ("<a xmlns:p=''/>", "EmptyNamespace", 1, 4),
        ("<xmlns:a xmlns:xmlns='u:'/>", "ReservedNamespace", 1, 10),
        ("<xmlns:a/>", "XmlnsElement", 1, 2),
        ("<a xmlns:xml='u:'/>", "ReservedNamespace", 1, 4),
        ("<a xmlns:x='http://www.w3.org/XML/1998/namespace'/>", "ReservedNamespace", 1, 4),
        ("<a xmlns='http://www.w3.org/XML/1998/namespace'/>", "ReservedNamespace", 1, 4),
        ("<a xmlns='http://www.w3.org/2000/xmlns/'/>", "ReservedNamespace", 1, 4),
        ("<a xmlns:xmlns='http://www.w3.org/2000/xmlns/'/>", "ReservedNamespace", 1, 4),
        // Characters and references.
        ("<a>\u{0}</a>", "ForbiddenCharacter", 1, 4),
        ("<a>\n\u{C}</a>", "ForbiddenCharacter", 2, 1),
        ("<a b='\u{1F}'/>", "ForbiddenCharacter", 1, 7),
        ("<a><!--\u{FFFE}--></a>", "ForbiddenCharacter", 1, 8),
        ("<a/>\u{FFFF}", "ForbiddenCharacter", 1, 5),
        ("<a>]]></a>", "CdataEndInText", 1, 4),
        ("<a>x>y]]]></a>", "CdataEndInText", 1, 8),
        ("<a>&nbsp;</a>", "UnknownEntity", 1, 4),
        ("<a b='&LT;'/>", "UnknownEntity", 1, 7),
        ("<a>& amp;</a>", "UnknownEntity", 1, 4),
        ("<a>&;</a>", "UnknownEntity", 1, 4),
        ("<a>&#0;</a>", "BadReference", 1, 4),
        ("<a>&#xD800;</a>", "BadReference", 1, 4),
        ("<a>&#xFFFF;</a>", "BadReference", 1, 4),
        ("<a>&#4294967361;</a>", "BadReference", 1, 4),
        ("<a b='&#X41;'/>", "BadReference", 1, 7),
        // Comments, instructions, declarations.
        ("<a><!-- a -- b --></a>", "BadComment", 1, 11),
        ("<a><!-- a ---></a>", "BadComment", 1, 11),
        ("<a><? p?></a>", "BadProcessingInstruction", 1, 6),
        ("<a><?XmL p?></a>", "BadProcessingInstruction", 1, 6),
        ("<a><?p:q r?></a>", "BadProcessingInstruction", 1, 6),
        ("<a><?p+q?></a>", "BadProcessingInstruction", 1, 6),
        (" <?xml version='1.0'?><a/>", "MisplacedDeclaration", 1, 2),
        ("<?xml version='1.0'?><?xml version='1.0'?><a/>", "MisplacedDeclaration", 1, 22),
        ("<a><?xml version='1.0'?></a>", "MisplacedDeclaration", 1, 4),
        ("<?xml encoding='UTF-8'?><a/>", "BadDeclaration", 1, 6),
        ("<?xml version='1.0' standalone='maybe'?><a/>", "BadDeclaration", 1, 33),
        ("<?xml version='1.1'?><a/>", "Version", 1, 16),
        ("<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "Encoding", 1, 31),
        ("<!DOCTYPE a><a/>", "Doctype", 1, 1),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "Doctype", 1, 1),
        ("<!DOCTYPE", "Doctype", 1, 1),
        ("<!DOCTYPE>", "Doctype", 1, 1),
        ("<a/><!DOCTYPE a>", "Doctype", 1, 5),
        ("<!ELEMENT a ANY><a/>", "UnknownMarkup", 1, 1),
        ("<a><![cdata[]]></a>", "UnknownMarkup", 1, 4),
        ("<a><![CDAT[]]></a>", "UnknownMarkup", 1, 4),
        ("<a><!- a --></a>", "UnknownMarkup", 1, 4),
        ("<a><!></a>", "UnknownMarkup", 1, 4),
        ("<a><!DOC a></a>", "UnknownMarkup", 1, 4),
    ];
    let mut faults = Vec::new();
    for (text, expected, line, column) in rows {
        match parse(text) {
            Ok(_) => faults.push(format!("{text:?}: accepted")),
            Err(error) => {
                let found = (name(&error.kind), error.at.line, error.at.column);
                if found != (expected.to_owned(), line, column) {
                    faults.push(format!("{text:?}: {found:?}, {error}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    println!("xml rules: {} documents refused, each for its own reason", rows.len());
}

#[test]
fn errors_fall_into_the_classes_that_codes_are_made_of() {
    let class = |text: &[u8]| Document::parse(text, &Limits::message()).unwrap_err().class();
    assert_eq!(class(b"<a>"), XmlErrorClass::Malformed);
    assert_eq!(class(b"<?xml version='1.1'?><a/>"), XmlErrorClass::Malformed);
    assert_eq!(class(b"<!DOCTYPE a><a/>"), XmlErrorClass::Dtd);
    assert_eq!(class(b"<a>\xE9</a>"), XmlErrorClass::Encoding);
    assert_eq!(class(b"\xFE\xFF\0<\0a\0/\0>"), XmlErrorClass::Encoding);
    assert_eq!(class(b"<\0a\0/\0>\0"), XmlErrorClass::Encoding);
    assert_eq!(class(b"<?xml version='1.0' encoding='UTF-16'?><a/>"), XmlErrorClass::Encoding);
    assert_eq!(class(&vec![b' '; 1024 * 1024 + 1]), XmlErrorClass::TooLarge);
    let deep = "<a>".repeat(129);
    assert_eq!(class(deep.as_bytes()), XmlErrorClass::Limit { name: "depth", limit: 128 });
}

#[test]
fn what_comes_first_in_the_text_is_reported() {
    // A forbidden character is found before anything else is looked at, but not reported so.
    assert_eq!(name(&parse("<a>&x;\u{1}</a>").unwrap_err().kind), "UnknownEntity");
    assert_eq!(name(&parse("<a>\u{1}&x;</a>").unwrap_err().kind), "ForbiddenCharacter");
}

#[test]
fn every_limit_admits_its_edge_and_refuses_one_more() {
    let many = |n: usize, each: &dyn Fn(usize) -> String| (0..n).map(each).collect::<String>();
    type Shape<'a> = (&'static str, Limits, &'a dyn Fn(usize) -> String);
    let base = Limits { depth: 9, ..Limits::message() };
    let shapes: [Shape<'_>; 6] = [
        ("depth", Limits { depth: 7, ..base.clone() }, &|n| {
            format!("{}{}", "<a>".repeat(n), "</a>".repeat(n))
        }),
        ("nodes", Limits { nodes: 7, ..base.clone() }, &|n| {
            format!("<a>{}</a>", many(n - 1, &|i| ["<b/>", "t", "<!---->", "<?p?>"][i % 4].into()))
        }),
        ("attributes", Limits { attributes: 7, ..base.clone() }, &|n| {
            format!("<a x=''>{}</a>", many(n - 1, &|_| "<b y=''/>".into()))
        }),
        ("attributes_per_element", Limits { attributes_per_element: 7, ..base.clone() }, &|n| {
            format!("<a z=''><b {}/></a>", many(n, &|i| format!("x{i}='' ")))
        }),
        ("namespaces", Limits { namespaces: 7, ..base.clone() }, &|n| {
            format!("<a xmlns='u:'>{}</a>", many(n - 1, &|_| "<b xmlns=''/>".into()))
        }),
        ("namespaces_per_element", Limits { namespaces_per_element: 7, ..base.clone() }, &|n| {
            format!("<a xmlns='u:'><b {}/></a>", many(n, &|i| format!("xmlns:x{i}='u:' ")))
        }),
    ];
    for (name, limits, document) in &shapes {
        let edge = Document::parse(document(7).as_bytes(), limits);
        assert!(edge.is_ok(), "{name}: {edge:?} for {}", document(7));
        let past = Document::parse(document(8).as_bytes(), limits).unwrap_err();
        assert_eq!(past.kind, XmlErrorKind::Limit { name, limit: 7 }, "{}", document(8));
    }
    let limits = Limits { input_bytes: 7, ..base };
    assert!(Document::parse(b"<a>b</a>".get(..7).unwrap(), &limits).is_err());
    assert!(Document::parse(b"<abcd/>", &limits).is_ok());
    let past = Document::parse(b"<abcde/>", &limits).unwrap_err();
    assert_eq!(past.kind, XmlErrorKind::TooLarge { bytes: 8, limit: 7 });
    println!("xml limits: {} tested at the edge and one past", shapes.len() + 1);
}

#[test]
fn metadata_limits_read_what_message_limits_refuse() {
    let entity = "<EntityDescriptor entityID='https://idp.example.org/metadata'/>";
    let text = format!("<EntitiesDescriptor>{}</EntitiesDescriptor>", entity.repeat(60_000));
    let refused = Document::parse(text.as_bytes(), &Limits::message()).unwrap_err();
    assert_eq!(refused.class(), XmlErrorClass::TooLarge);
    let read = Document::parse(text.as_bytes(), &Limits::metadata()).unwrap();
    assert_eq!(read.elements().count(), 60_001);
    assert_eq!(Limits::default(), Limits::message());
}
