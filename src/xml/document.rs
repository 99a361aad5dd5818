//! The document as a whole.

use std::fmt;
use std::sync::OnceLock;

use super::element::{Element, ElementId, Node, Nodes};
use super::error::XmlErrorKind;
use super::intern::Interner;
use super::position::PositionIndex;
use super::reader::read;
use super::storage::{
    AttributeData, DeclarationData, EMPTY, ElementData, InstructionData, NodeData, Run, Span, XML,
    to_u32, to_usize,
};
use super::{Limits, Position, XmlError};

/// The namespace that the prefix `xml` stands for. (Namespaces, 3)
pub const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// The prefix `xml`, its namespace and nothing else, so that they have spans like other strings.
const CONSTANTS: [&str; 2] = ["xml", XML_NAMESPACE];

/// An XML document: well-formed, namespace-well-formed, without DTD, and read-only.
///
/// Made by [`Document::parse`] alone. It owns its text, so it has no lifetime. Nothing in it is
/// trusted: it says what the bytes say.
#[derive(Clone)]
pub struct Document {
    /// The source; behind it [`CONSTANTS`]; behind them decoded texts and attribute values.
    pub(super) buffer: String,
    pub(super) source_len: usize,
    pub(super) nodes: Vec<NodeData>,
    pub(super) elements: Vec<ElementData>,
    pub(super) attributes: Vec<AttributeData>,
    pub(super) declarations: Vec<DeclarationData>,
    pub(super) instructions: Vec<InstructionData>,
    pub(super) prefixes: Interner,
    pub(super) namespaces: Interner,
    /// Whether any namespace name declared is a relative reference, or not a URI at all.
    pub(super) relative_namespaces: bool,
    positions: OnceLock<PositionIndex>,
}

impl Document {
    /// Reads a document. The input is UTF-8, with or without a byte order mark.
    ///
    /// # Errors
    ///
    /// An [`XmlError`] with the first thing that is wrong, in the order of the text: anything that
    /// XML 1.0 (fifth edition) or Namespaces in XML 1.0 (third edition) forbid, any DOCTYPE, any
    /// entity beyond the five, any other encoding or version, and whatever passes `limits`.
    ///
    /// ```
    /// use countersign::xml::{Document, Limits};
    /// let document = Document::parse(b"<a xmlns='urn:x'>1 &lt; 2</a>", &Limits::message())?;
    /// assert!(document.root().is("urn:x", "a"));
    /// assert_eq!(document.root().text(), "1 < 2");
    /// # Ok::<(), countersign::xml::XmlError>(())
    /// ```
    pub fn parse(input: &[u8], limits: &Limits) -> Result<Document, XmlError> {
        let at_start = |kind| XmlError { kind, at: Position::START };
        let limit = limits.input_bytes.min(MAX_BYTES);
        if input.len() > limit {
            return Err(at_start(XmlErrorKind::TooLarge { bytes: input.len(), limit }));
        }
        if let Some(encoding) = foreign_encoding(input) {
            return Err(at_start(XmlErrorKind::Encoding { encoding: encoding.to_owned() }));
        }
        let input = input.strip_prefix(BYTE_ORDER_MARK).unwrap_or(input);
        let text = std::str::from_utf8(input).map_err(|error| {
            let valid = input.get(..error.valid_up_to()).unwrap_or_default();
            let valid = std::str::from_utf8(valid).unwrap_or_default();
            XmlError { kind: XmlErrorKind::NotUtf8, at: Position::in_text(valid, valid.len()) }
        })?;
        read(text, limits).map_err(|fault| XmlError {
            kind: fault.kind,
            at: Position::in_text(text, fault.offset),
        })
    }

    /// An empty document over `source`, to be filled.
    pub(super) fn over(source: &str) -> Document {
        let constants: usize = CONSTANTS.iter().map(|text| text.len()).sum();
        let mut buffer = String::with_capacity(source.len().saturating_add(constants));
        buffer.push_str(source);
        let [xml, namespace] = CONSTANTS.map(|text| {
            let start = buffer.len();
            buffer.push_str(text);
            Span::new(start, buffer.len())
        });
        let mut prefixes = Interner::default();
        let mut namespaces = Interner::default();
        for (interner, span) in [(&mut prefixes, xml), (&mut namespaces, namespace)] {
            let empty = interner.intern(&buffer, Span::default());
            let second = interner.intern(&buffer, span);
            debug_assert_eq!((empty, second), ((EMPTY, true), (XML, true)));
        }
        // Guesses from messages as they are: about 45 bytes a node, 100 an element.
        let (nodes, elements) = (source.len() / 40, source.len() / 90);
        Document {
            buffer,
            source_len: source.len(),
            nodes: Vec::with_capacity(nodes),
            elements: Vec::with_capacity(elements),
            attributes: Vec::with_capacity(elements),
            declarations: Vec::new(),
            instructions: Vec::new(),
            prefixes,
            namespaces,
            relative_namespaces: false,
            positions: OnceLock::new(),
        }
    }

    /// The document element.
    pub fn root(&self) -> Element<'_> {
        Element::at(self, 0)
    }

    /// The element with this id, if this document has as many.
    pub fn element(&self, id: ElementId) -> Option<Element<'_>> {
        self.elements.get(to_usize(id.index())).map(|_| Element::at(self, id.index()))
    }

    /// All elements in document order.
    pub fn elements(&self) -> impl Iterator<Item = Element<'_>> {
        (0..to_u32(self.elements.len())).map(|index| Element::at(self, index))
    }

    /// The nodes of the top level: the root element, and comments and processing instructions
    /// around it.
    pub fn children(&self) -> impl Iterator<Item = Node<'_>> {
        Nodes::new(self, 0, to_u32(self.nodes.len()))
    }

    /// The text that was read, without the byte order mark. Offsets refer to it.
    pub fn source(&self) -> &str {
        self.buffer.get(..self.source_len).unwrap_or_default()
    }

    /// Line and column of a byte offset in [`source`](Self::source). The first call reads the whole
    /// text once, further ones 256 bytes at most.
    pub fn position(&self, offset: usize) -> Position {
        let source = self.source();
        self.positions.get_or_init(|| PositionIndex::new(source)).position(source, offset)
    }
}

/// What canonicalisation reads.
impl Document {
    pub(crate) fn text(&self, span: Span) -> &str {
        span.of(&self.buffer)
    }

    pub(crate) fn nodes(&self) -> &[NodeData] {
        &self.nodes
    }

    pub(crate) fn element_data(&self, index: u32) -> Option<&ElementData> {
        self.elements.get(to_usize(index))
    }

    pub(crate) fn attribute_data(&self, index: u32) -> Option<&AttributeData> {
        self.attributes.get(to_usize(index))
    }

    pub(crate) fn declarations(&self, run: Run) -> &[DeclarationData] {
        run.of(&self.declarations)
    }

    pub(crate) fn instruction(&self, index: u32) -> Option<&InstructionData> {
        self.instructions.get(to_usize(index))
    }

    pub(crate) fn prefix(&self, number: u32) -> &str {
        self.text(self.prefixes.span(number))
    }

    pub(crate) fn prefix_count(&self) -> usize {
        self.prefixes.spans().len()
    }

    pub(crate) fn find_prefix(&self, prefix: &str) -> Option<u32> {
        self.prefixes.find(&self.buffer, prefix)
    }

    pub(crate) fn namespace(&self, number: u32) -> &str {
        self.text(self.namespaces.span(number))
    }

    pub(crate) fn namespace_count(&self) -> usize {
        self.namespaces.spans().len()
    }

    pub(crate) const fn has_relative_namespaces(&self) -> bool {
        self.relative_namespaces
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the text: messages hold personal data, and `{:?}` ends up in logs.
        f.debug_struct("Document")
            .field("bytes", &self.source_len)
            .field("elements", &self.elements.len())
            .finish_non_exhaustive()
    }
}

/// The bound that 32-bit positions set: source, decoded text (never longer than the source) and
/// constants stay below 2 GiB.
const MAX_BYTES: usize = (1 << 30) - 1;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The encoding that the first bytes give away, where it is not UTF-8. (XML 1.0, appendix F)
fn foreign_encoding(input: &[u8]) -> Option<&'static str> {
    match input {
        [0, 0, 0xFE, 0xFF, ..]
        | [0xFF, 0xFE, 0, 0, ..]
        | [0, 0, 0, b'<', ..]
        | [b'<', 0, 0, 0, ..] => Some("UTF-32"),
        [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, b'<', ..] | [b'<', 0, ..] => Some("UTF-16"),
        [0x4C, 0x6F, 0xA7, 0x94, ..] => Some("EBCDIC"),
        _ => None,
    }
}
