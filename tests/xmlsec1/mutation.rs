//! What becomes of signed messages: what XML says is the same, what is not, and what only one of
//! two readers may mind.

use std::ops::Range;

use countersign::xml::{Document, Element, Limits};
use fastrand::Rng;

use crate::program::content;

/// A kind of change, and how it is made; none where the message has nothing to change so.
pub(crate) type Mutation = (&'static str, fn(&mut Rng, &Message) -> Option<Vec<u8>>);

/// A signed message as it is written, and where its parts stand.
pub(crate) struct Message {
    pub(crate) text: String,
    document: Document,
}

impl Message {
    pub(crate) fn new(text: String) -> Self {
        let document = Document::parse(text.as_bytes(), &Limits::message());
        Self { document: document.expect("a good message"), text }
    }

    fn signature(&self) -> Element<'_> {
        let mut elements = self.document.elements();
        elements.find(|element| element.local_name() == "Signature").expect("a signature")
    }

    /// The element that is signed.
    fn signed(&self) -> Element<'_> {
        self.signature().parent().expect("an enveloped signature")
    }

    /// One of the elements that are signed, without the Signature.
    fn some(&self, rng: &mut Rng) -> Element<'_> {
        let signature = self.signature().range();
        let outside = |it: &Element<'_>| !signature.contains(&it.range().start);
        let elements: Vec<_> = self.signed().descendants().filter(outside).collect();
        elements[rng.usize(..elements.len())]
    }

    /// A place within plain words of the signed content.
    fn word(&self) -> usize {
        let signed = self.signed().range();
        signed.start + self.text[signed].find("B.Simon").expect("a name")
    }

    /// The text with something written at a place.
    fn with(&self, at: usize, what: &str) -> Vec<u8> {
        self.replaced(at..at, what)
    }

    fn replaced(&self, range: Range<usize>, what: &str) -> Vec<u8> {
        let mut text = self.text.clone();
        text.replace_range(range, what);
        text.into_bytes()
    }

    /// Within a start tag, right after the name.
    fn after_name(&self, element: Element<'_>) -> usize {
        let start = element.range().start + 1;
        let name = self.text[start..].find([' ', '>', '/', '\n']).expect("a name ends");
        start + name
    }

    /// The attributes of a start tag as they are written, with where each stands.
    fn attributes(&self, element: Element<'_>) -> Vec<Range<usize>> {
        let mut at = self.after_name(element);
        let mut found = Vec::new();
        while self.text[at..].starts_with(' ') {
            let quote = at + self.text[at..].find('"').expect("a value");
            let end = quote + 1 + self.text[quote + 1..].find('"').expect("its end") + 1;
            found.push(at + 1..end);
            at = end;
        }
        found
    }
}

/// All of them.
pub(crate) const MUTATIONS: &[Mutation] = &[
    ("nothing", |_, message| Some(message.text.clone().into_bytes())),
    ("a byte of the message", |rng, message| {
        Some(byte_changed(rng, message, 0..message.text.len()))
    }),
    ("a byte of the signed element", |rng, message| {
        Some(byte_changed(rng, message, message.signed().range()))
    }),
    ("a byte of the Signature", |rng, message| {
        Some(byte_changed(rng, message, message.signature().range()))
    }),
    ("a letter of the name", |_, message| {
        Some(message.replaced(message.word()..message.word() + 1, "C"))
    }),
    ("white space between attributes", |rng, message| {
        Some(message.with(message.after_name(message.some(rng)), "\n\t "))
    }),
    ("attributes in another order", |rng, message| {
        let attributes = message.attributes(message.some(rng));
        let [.., first, last] = attributes.as_slice() else { return None };
        let (one, two) = (&message.text[first.clone()], &message.text[last.clone()]);
        Some(message.replaced(first.start..last.end, &format!("{two} {one}")))
    }),
    ("the other quotes", |rng, message| {
        let attributes = message.attributes(message.some(rng));
        let written = &message.text[attributes.first()?.clone()];
        let other = written.replace('\'', "&apos;").replace('"', "'");
        Some(message.replaced(attributes.first()?.clone(), &other))
    }),
    ("a comment in text", |_, message| Some(message.with(message.word() + 3, "<!-- x -->"))),
    ("a processing instruction in text", |_, message| {
        Some(message.with(message.word() + 3, "<?x?>"))
    }),
    ("text as a CDATA section", |_, message| {
        let word = message.word()..message.word() + 7;
        Some(message.replaced(word, "<![CDATA[B.Simon]]>"))
    }),
    ("text as character references", |_, message| {
        Some(message.replaced(message.word()..message.word() + 3, "&#66;&#x2E;&#x53;"))
    }),
    ("line ends of Windows", |_, message| Some(message.text.replace('\n', "\r\n").into_bytes())),
    ("an unused namespace on the Response", |_, message| {
        let at = message.after_name(message.document.root());
        Some(message.with(at, " xmlns:unused='urn:unused'"))
    }),
    ("an unused namespace within", |rng, message| {
        Some(message.with(message.after_name(message.some(rng)), " xmlns:unused='urn:unused'"))
    }),
    ("a declaration that is in scope already", |rng, message| {
        let element = message.some(rng);
        let (prefix, namespace) = (element.prefix(), element.namespace());
        let declared = format!("xmlns:{prefix}=");
        let start = &message.text[element.range().start..];
        let tag = start.split('>').next().unwrap_or_default();
        if prefix.is_empty() || tag.contains(&declared) {
            return None;
        }
        Some(message.with(message.after_name(element), &format!(" {declared}'{namespace}'")))
    }),
    ("white space before an end tag", |rng, message| {
        let element = message.some(rng);
        let end = message.text[..element.range().end].rfind("</")?;
        (end > element.range().start).then(|| message.with(end, " "))
    }),
    ("two children exchanged", |_, message| {
        let mut children = message.signed().child_elements().skip(2);
        let (one, two) = (children.next()?.range(), children.next()?.range());
        let between = &message.text[one.end..two.start];
        let exchanged = [&message.text[two.clone()], between, &message.text[one.clone()]].concat();
        Some(message.replaced(one.start..two.end, &exchanged))
    }),
    ("an element left out", |rng, message| {
        let element = message.some(rng);
        (element.id() != message.signed().id()).then(|| message.replaced(element.range(), ""))
    }),
    ("an element twice", |rng, message| {
        let element = message.some(rng);
        let range = element.range();
        let copy = message.text[range.clone()].to_owned();
        (element.id() != message.signed().id()).then(|| message.with(range.end, &copy))
    }),
    ("an element moved out", |rng, message| {
        let element = message.some(rng);
        if element.parent().is_none_or(|parent| parent.parent().is_none()) {
            return None;
        }
        let moved = message.text[element.range()].to_owned();
        let mut text = message.text.clone();
        text.replace_range(element.range(), "");
        let end = text.rfind("</")?;
        text.insert_str(end, &moved);
        Some(text.into_bytes())
    }),
    ("the Signature moved to the end", |_, message| {
        let (signature, signed) = (message.signature().range(), message.signed().range());
        let moved = message.text[signature.clone()].to_owned();
        let end = message.text[..signed.end].rfind("</")?;
        let mut text = message.text.clone();
        text.insert_str(end, &moved);
        text.replace_range(signature, "");
        Some(text.into_bytes())
    }),
    ("white space in SignedInfo", |_, message| {
        let at = message.text.find("SignedInfo>")? + "SignedInfo>".len();
        Some(message.with(at, " "))
    }),
    ("a comment in SignedInfo", |_, message| {
        let at = message.text.find("SignedInfo>")? + "SignedInfo>".len();
        Some(message.with(at, "<!--x-->"))
    }),
    ("a comment in DigestValue", |_, message| {
        Some(message.with(content(&message.text, "DigestValue").start + 8, "<!--x-->"))
    }),
    ("white space in DigestValue", |_, message| {
        Some(message.with(content(&message.text, "DigestValue").start + 8, "\n"))
    }),
    ("a comment in SignatureValue", |_, message| {
        Some(message.with(content(&message.text, "SignatureValue").start + 8, "<!--x-->"))
    }),
    ("a CDATA section in SignatureValue", |_, message| {
        let value = content(&message.text, "SignatureValue");
        let text = format!("<![CDATA[{}]]>", &message.text[value.clone()]);
        Some(message.replaced(value, &text))
    }),
    ("white space in SignatureValue", |_, message| {
        Some(message.with(content(&message.text, "SignatureValue").start + 8, "\n \t"))
    }),
    ("no padding in SignatureValue", |_, message| {
        let value = content(&message.text, "SignatureValue");
        let cut = message.text[value.clone()].replace('=', "");
        (cut.len() < value.len()).then(|| message.replaced(value, &cut))
    }),
    ("base64 behind its padding", |_, message| {
        let value = content(&message.text, "SignatureValue");
        let text = &message.text[value.clone()];
        text.ends_with('=').then(|| message.with(value.end, "AAAA"))
    }),
    ("a sign that is not of base64 in SignatureValue", |_, message| {
        Some(message.with(content(&message.text, "SignatureValue").start + 8, "*"))
    }),
    ("an Object in the Signature", |_, message| {
        let signature = message.signature();
        let end = message.text[..signature.range().end].rfind("</")?;
        let colon = if signature.prefix().is_empty() { "" } else { ":" };
        let name = format!("{}{colon}Object", signature.prefix());
        Some(message.with(end, &format!("<{name}>x</{name}>")))
    }),
    ("text in the Signature", |_, message| {
        let end = message.text[..message.signature().range().end].rfind("</")?;
        Some(message.with(end, "x"))
    }),
    ("an Id on the Signature", |_, message| {
        Some(message.with(message.after_name(message.signature()), " Id='x'"))
    }),
    ("another element with the ID", |_, message| {
        let id = message.signed().attribute("ID")?;
        let end = message.text.rfind("</")?;
        let other = format!("<x xmlns='urn:x' ID='{id}'/>");
        (message.signed().parent().is_some()).then(|| message.with(end, &other))
    }),
    ("another element with the ID as xml:id", |_, message| {
        let id = message.signed().attribute("ID")?;
        let at = message.document.root().child_elements().next()?.range().start;
        let other = format!("<x xmlns='urn:x' xml:id='{id}'/>");
        (message.signed().parent().is_some()).then(|| message.with(at, &other))
    }),
    ("a second signed element with the ID", |_, message| {
        let range = message.signed().range();
        let copy = message.text[range.clone()].replace("B.Simon", "Mallory");
        message.signed().parent().map(|_| message.with(range.end, &copy))
    }),
    ("an empty URI", |_, message| {
        let id = message.signed().attribute("ID")?;
        Some(message.text.replace(&format!("\"#{id}\""), "\"\"").into_bytes())
    }),
    ("an XPointer", |_, message| {
        let id = message.signed().attribute("ID")?;
        let pointer = format!("\"#xpointer(id('{id}'))\"");
        Some(message.text.replace(&format!("\"#{id}\""), &pointer).into_bytes())
    }),
    ("a DOCTYPE", |_, message| Some(message.with(0, "<!DOCTYPE x>"))),
    ("a DOCTYPE with the text as an entity", |_, message| {
        let word = message.word()..message.word() + 7;
        let text = String::from_utf8(message.replaced(word, "&name;")).ok()?;
        let name = message.document.root().local_name();
        Some(format!("<!DOCTYPE {name} [<!ENTITY name 'B.Simon'>]>{text}").into_bytes())
    }),
    ("an XML declaration", |_, message| {
        Some(message.with(0, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
    }),
    ("a declaration of another encoding", |_, message| {
        Some(message.with(0, "<?xml version=\"1.0\" encoding=\"US-ASCII\"?>"))
    }),
    ("a declaration of XML 1.1", |_, message| Some(message.with(0, "<?xml version=\"1.1\"?>"))),
    ("UTF-16", |_, message| {
        let units = "\u{feff}".encode_utf16().chain(message.text.encode_utf16());
        Some(units.flat_map(u16::to_le_bytes).collect())
    }),
    ("a byte order mark", |_, message| Some(message.with(0, "\u{feff}"))),
    ("another Destination", |_, message| {
        Some(message.text.replace("sp.example", "sp.invalid").into_bytes())
    }),
    ("the end cut off", |rng, message| {
        Some(message.text.as_bytes()[..rng.usize(..message.text.len())].to_vec())
    }),
];

fn byte_changed(rng: &mut Rng, message: &Message, within: Range<usize>) -> Vec<u8> {
    let mut bytes = message.text.clone().into_bytes();
    let at = rng.usize(within);
    bytes[at] = match rng.u8(..3) {
        0 => bytes[at] ^ 1,
        1 => bytes[at] ^ 0x20,
        _ => b"<>&\"' =/x0"[rng.usize(..10)],
    };
    bytes
}
