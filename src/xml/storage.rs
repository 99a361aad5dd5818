//! How a document lies in memory: flat vectors in document order, and spans of 32 bits.
//!
//! A node knows its place by its index. The nodes of an element's subtree follow it without a gap,
//! so "next sibling" is "where the subtree ends", and nothing here needs a pointer or recursion.

/// `index` as stored. Every index and offset is below the reader's bound of 1 GiB on the input
/// (text, decoded text and constants together stay below 2 GiB), so nothing is lost.
pub(crate) fn to_u32(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// A stored index or offset. Lossless wherever a pointer has 32 bits or more.
#[allow(clippy::as_conversions, reason = "u32 to usize on 32- and 64-bit machines")]
pub(crate) const fn to_usize(stored: u32) -> usize {
    stored as usize
}

/// Part of a document's buffer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Span {
        Span { start: to_u32(start), end: to_u32(end) }
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The text of this span. Spans are only made of the buffer they are used on.
    pub(crate) fn of(self, buffer: &str) -> &str {
        buffer.get(to_usize(self.start)..to_usize(self.end)).unwrap_or_default()
    }
}

/// One node. Attributes and namespace declarations are kept by their element.
#[derive(Debug, Clone, Copy)]
pub(crate) enum NodeData {
    /// The element with this index.
    Element(u32),
    /// Character data: neighbouring text, references and CDATA sections are one.
    Text(Span),
    Comment(Span),
    /// The processing instruction with this index.
    ProcessingInstruction(u32),
}

/// A processing instruction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InstructionData {
    pub(crate) target: Span,
    pub(crate) data: Span,
}

/// A run of entries in one of the document's vectors.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Run {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Run {
    pub(crate) fn of<T>(self, all: &[T]) -> &[T] {
        all.get(to_usize(self.start)..to_usize(self.end)).unwrap_or_default()
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// "No such element".
pub(crate) const NONE: u32 = u32::MAX;
/// The number of the empty prefix, and of "no namespace".
pub(crate) const EMPTY: u32 = 0;
/// The number of the prefix `xml`, and of its namespace.
pub(crate) const XML: u32 = 1;

/// One element.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ElementData {
    /// The name as written, prefix and all.
    pub(crate) name: Span,
    /// Where the local name starts.
    pub(crate) local: u32,
    pub(crate) prefix: u32,
    pub(crate) namespace: u32,
    /// Index of the parent among the elements, or [`NONE`].
    pub(crate) parent: u32,
    /// The nearest of this element and its ancestors that declares a namespace, or [`NONE`].
    pub(crate) scope: u32,
    /// Index of its own node.
    pub(crate) node: u32,
    /// Where the nodes of its subtree end.
    pub(crate) end_node: u32,
    /// Where the elements of its subtree end.
    pub(crate) end_element: u32,
    pub(crate) attributes: Run,
    /// Sorted by prefix.
    pub(crate) declarations: Run,
    /// From the start tag's `<` to behind the end tag.
    pub(crate) source: Span,
}

/// One attribute.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AttributeData {
    /// The name as written, prefix and all.
    pub(crate) name: Span,
    /// Where the local name starts.
    pub(crate) local: u32,
    pub(crate) prefix: u32,
    pub(crate) namespace: u32,
    /// The normalised value.
    pub(crate) value: Span,
}

impl AttributeData {
    pub(crate) const fn local_name(&self) -> Span {
        Span { start: self.local, end: self.name.end }
    }
}

impl ElementData {
    pub(crate) const fn local_name(&self) -> Span {
        Span { start: self.local, end: self.name.end }
    }
}

/// One namespace declaration.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DeclarationData {
    pub(crate) prefix: u32,
    pub(crate) namespace: u32,
    /// Offset of the attribute in the source.
    pub(crate) at: u32,
}
