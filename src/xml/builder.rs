//! Puts a document together, one token after the other, and holds it to the rules and limits.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "every sum is an offset into the document, so it is below isize::MAX"
)]

use std::ops::Range;

use super::Limits;
use super::document::Document;
use super::error::{Fault, XmlErrorKind, excerpt};
use super::names::{intended_name, is_space, ncname_len, reference, space_len};
use super::namespaces::Bindings;
use super::scan::find_any;
use super::storage::{
    AttributeData, EMPTY, ElementData, InstructionData, NONE, NodeData, Run, Span, to_u32, to_usize,
};

/// A document in the making.
pub(super) struct Builder<'t> {
    pub(super) text: &'t str,
    pub(super) limits: &'t Limits,
    pub(super) document: Document,
    pub(super) bindings: Bindings,
    /// The open elements, outermost first.
    pub(super) open: Vec<Open>,
    /// Character data that further pieces may still join.
    run: Option<Span>,
    carriage_return: bool,
    /// Scratch space for the order of one element's attributes.
    pub(super) order: Vec<u32>,
}

/// An element whose end tag is still to come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    pub(super) element: u32,
    /// How many namespace bindings to take back to, at its end.
    pub(super) undo: usize,
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str, limits: &'t Limits, carriage_return: bool) -> Builder<'t> {
        Builder {
            text,
            limits,
            document: Document::over(text),
            bindings: Bindings::new(),
            open: Vec::with_capacity(16),
            run: None,
            carriage_return,
            order: Vec::new(),
        }
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }

    fn push_node(&mut self, node: NodeData, at: usize) -> Result<(), Fault> {
        let limit = self.limits.nodes;
        if self.document.nodes.len() >= limit {
            return Err(XmlErrorKind::Limit { name: "nodes", limit }.at(at));
        }
        self.document.nodes.push(node);
        Ok(())
    }

    // --- character data ---

    /// Ends a run of character data, which becomes one node.
    fn end_run(&mut self, at: usize) -> Result<(), Fault> {
        match self.run.take() {
            Some(span) if !span.is_empty() => self.push_node(NodeData::Text(span), at),
            _ => Ok(()),
        }
    }

    /// Moves the run of character data, if it is still a part of the source, to the end of the
    /// buffer, where it can grow; gives its start.
    fn growing_run(&mut self) -> u32 {
        let source_len = self.document.source_len;
        let buffer = &mut self.document.buffer;
        match self.run {
            Some(run) if to_usize(run.start) >= source_len => run.start,
            Some(run) => {
                let start = to_u32(buffer.len());
                buffer.push_str(run.of(self.text));
                start
            }
            None => to_u32(buffer.len()),
        }
    }

    /// Adds a piece of the source to the run, line ends normalised.
    fn add_piece(&mut self, piece: Range<usize>) {
        let text = self.slice(piece.clone());
        let verbatim = !self.carriage_return || !text.contains('\r');
        if verbatim && self.run.is_none_or(Span::is_empty) {
            self.run = Some(Span::new(piece.start, piece.end));
        } else if !text.is_empty() {
            let start = self.growing_run();
            push_normalised(&mut self.document.buffer, text, "\n");
            self.run = Some(Span { start, end: to_u32(self.document.buffer.len()) });
        }
    }

    pub(super) fn text(&mut self, range: Range<usize>) -> Result<(), Fault> {
        let text = self.slice(range.clone());
        if self.open.is_empty() {
            let space = space_len(text);
            let outside = XmlErrorKind::TextOutsideRoot.at(range.start + space);
            return if space == text.len() { Ok(()) } else { Err(outside) };
        }
        let mut from = 0;
        loop {
            let rest = text.as_bytes().get(from..).unwrap_or_default();
            let at = from + find_any(rest, [b'>']);
            if at == text.len() {
                break;
            }
            if text.as_bytes().get(..at).is_some_and(|before| before.ends_with(b"]]")) {
                return Err(XmlErrorKind::CdataEndInText.at(range.start + at - 2));
            }
            from = at + 1;
        }
        self.add_piece(range);
        Ok(())
    }

    pub(super) fn cdata(&mut self, content: Range<usize>, at: usize) -> Result<(), Fault> {
        if self.open.is_empty() {
            return Err(XmlErrorKind::TextOutsideRoot.at(at));
        }
        self.add_piece(content);
        Ok(())
    }

    pub(super) fn reference(&mut self, name: Range<usize>, at: usize) -> Result<(), Fault> {
        if self.open.is_empty() {
            return Err(XmlErrorKind::TextOutsideRoot.at(at));
        }
        let c = reference(self.slice(name)).map_err(|kind| kind.at(at))?;
        let start = self.growing_run();
        self.document.buffer.push(c);
        self.run = Some(Span { start, end: to_u32(self.document.buffer.len()) });
        Ok(())
    }

    /// A piece of the source by itself, line ends normalised.
    fn line_normalised(&mut self, range: Range<usize>) -> Span {
        let text = self.slice(range.clone());
        if !self.carriage_return || !text.contains('\r') {
            return Span::new(range.start, range.end);
        }
        let start = self.document.buffer.len();
        push_normalised(&mut self.document.buffer, text, "\n");
        Span::new(start, self.document.buffer.len())
    }

    // --- comments and processing instructions ---

    pub(super) fn comment(&mut self, content: Range<usize>) -> Result<(), Fault> {
        let text = self.slice(content.clone());
        if let Some(at) = text.find("--") {
            return Err(XmlErrorKind::BadComment.at(content.start + at));
        }
        if text.ends_with('-') {
            return Err(XmlErrorKind::BadComment.at(content.end - 1));
        }
        self.end_run(content.start)?;
        let at = content.start;
        let span = self.line_normalised(content);
        self.push_node(NodeData::Comment(span), at)
    }

    pub(super) fn processing_instruction(&mut self, content: Range<usize>) -> Result<(), Fault> {
        let text = self.slice(content.clone());
        let len = ncname_len(text);
        let target = text.get(..len).unwrap_or_default();
        let rest = text.get(len..).unwrap_or_default();
        let ends = rest.is_empty() || rest.as_bytes().first().is_some_and(|&b| is_space(b));
        if len == 0 || !ends || target.eq_ignore_ascii_case("xml") {
            let target = intended_name(text);
            return Err(XmlErrorKind::BadProcessingInstruction { target }.at(content.start));
        }
        self.end_run(content.start)?;
        let target = Span::new(content.start, content.start + len);
        let data = self.line_normalised(content.start + len + space_len(rest)..content.end);
        let index = to_u32(self.document.instructions.len());
        self.push_node(NodeData::ProcessingInstruction(index), content.start)?;
        self.document.instructions.push(InstructionData { target, data });
        Ok(())
    }

    // --- elements ---

    /// Opens the element at whose tag's name the builder now is.
    pub(super) fn push_element(
        &mut self,
        name: Span,
        local: u32,
        source: Range<usize>,
    ) -> Result<u32, Fault> {
        self.end_run(source.start)?;
        if self.open.is_empty() && !self.document.elements.is_empty() {
            let name = excerpt(name.of(self.text));
            return Err(XmlErrorKind::SecondRoot { name }.at(source.start));
        }
        let limit = self.limits.depth;
        if self.open.len() >= limit {
            return Err(XmlErrorKind::Limit { name: "depth", limit }.at(source.start));
        }
        let index = to_u32(self.document.elements.len());
        let node = to_u32(self.document.nodes.len());
        self.push_node(NodeData::Element(index), source.start)?;
        let parent = self.open.last().map_or(NONE, |open| open.element);
        self.document.elements.push(ElementData {
            name,
            local,
            prefix: EMPTY,
            namespace: EMPTY,
            parent,
            scope: self.document.element_data(parent).map_or(NONE, |parent| parent.scope),
            node,
            end_node: node + 1,
            end_element: index + 1,
            attributes: Run::default(),
            declarations: Run::default(),
            source: Span::new(source.start, source.end),
        });
        self.open.push(Open { element: index, undo: self.bindings.undo_len() });
        Ok(index)
    }

    /// Closes the innermost element, whose tag ends at `end`.
    pub(super) fn close(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        self.bindings.undo_to(open.undo);
        let nodes = to_u32(self.document.nodes.len());
        let elements = to_u32(self.document.elements.len());
        if let Some(element) = self.document.elements.get_mut(to_usize(open.element)) {
            element.end_node = nodes;
            element.end_element = elements;
            element.source.end = to_u32(end);
        }
    }

    pub(super) fn end_tag(
        &mut self,
        content: Range<usize>,
        whole: Range<usize>,
    ) -> Result<(), Fault> {
        self.end_run(whole.start)?;
        let found = self.slice(content);
        let Some(open) = self.open.last() else {
            return Err(XmlErrorKind::EndTagWithoutStart { found: excerpt(found) }.at(whole.start));
        };
        let element = self.document.element_data(open.element);
        let expected = element.map(|it| it.name.of(self.text)).unwrap_or_default();
        match found.strip_prefix(expected) {
            Some(rest) if space_len(rest) == rest.len() => {
                self.close(whole.end);
                Ok(())
            }
            _ => {
                let (expected, found) = (excerpt(expected), excerpt(found));
                Err(XmlErrorKind::EndTagMismatch { expected, found }.at(whole.start))
            }
        }
    }

    /// The attribute value at `range`, normalised as XML 1.0 section 3.3.3 says for CDATA.
    pub(super) fn attribute_value(
        &mut self,
        range: Range<usize>,
        plain: bool,
    ) -> Result<Span, Fault> {
        if plain {
            return Ok(Span::new(range.start, range.end));
        }
        let raw = self.slice(range.clone());
        let start = self.document.buffer.len();
        let mut from = 0;
        while let Some(rest) = raw.get(from..) {
            let len = find_any(rest.as_bytes(), [b'&', b'<', b'\t', b'\n', b'\r']);
            self.document.buffer.push_str(rest.get(..len).unwrap_or_default());
            let at = range.start + from + len;
            let special = rest.get(len..).unwrap_or_default();
            from += len + 1;
            match special.as_bytes() {
                [] => break,
                [b'&', ..] => {
                    let Some(end) = special.find(';') else {
                        return Err(XmlErrorKind::UnclosedMarkup { within: "a reference" }.at(at));
                    };
                    let name = special.get(1..end).unwrap_or_default();
                    self.document.buffer.push(reference(name).map_err(|kind| kind.at(at))?);
                    from += end;
                }
                [b'<', ..] => return Err(XmlErrorKind::LessThanInAttribute.at(at)),
                // CR LF is one line end, so one space; the CR is passed over here.
                [b'\r', b'\n', ..] => {}
                _ => self.document.buffer.push(' '),
            }
        }
        Ok(Span::new(start, self.document.buffer.len()))
    }

    /// Whether the attributes just read are all different, by expanded name.
    pub(super) fn check_different(&mut self, attributes: Run) -> Result<(), Fault> {
        let all = attributes.of(&self.document.attributes);
        let buffer = self.document.buffer.as_str();
        let key = |it: &AttributeData| (it.namespace, it.local_name().of(buffer));
        let again = if all.len() <= FEW_ATTRIBUTES {
            all.iter().enumerate().find_map(|(i, one)| {
                let before = all.get(..i).unwrap_or_default();
                before.iter().any(|other| key(other) == key(one)).then_some(one)
            })
        } else {
            // Many: sorted, equal names are neighbours.
            self.order.clear();
            self.order.extend(0..to_u32(all.len()));
            let at = |index: &u32| all.get(to_usize(*index));
            self.order.sort_unstable_by_key(|index| (at(index).map(key), *index));
            self.order.windows(2).find_map(|pair| match pair {
                [a, b] if at(a).map(key) == at(b).map(key) => at(b),
                _ => None,
            })
        };
        match again {
            None => Ok(()),
            Some(attribute) => {
                let name = excerpt(attribute.name.of(buffer));
                let offset = to_usize(attribute.name.start);
                Err(XmlErrorKind::DuplicateAttribute { name }.at(offset))
            }
        }
    }

    /// The finished document.
    pub(super) fn finish(self) -> Result<Document, Fault> {
        let end = self.text.len();
        if let Some(open) = self.open.last() {
            let element = self.document.element_data(open.element);
            let name = element.map(|it| excerpt(it.name.of(self.text))).unwrap_or_default();
            return Err(XmlErrorKind::UnclosedElement { name }.at(end));
        }
        if self.document.elements.is_empty() {
            return Err(XmlErrorKind::NoRoot.at(end));
        }
        Ok(self.document)
    }
}

/// Up to how many attributes are compared each with each.
const FEW_ATTRIBUTES: usize = 8;

/// Appends `text` with every CR LF and every other CR as `line_end`. (XML 1.0, 2.11)
fn push_normalised(buffer: &mut String, text: &str, line_end: &str) {
    let mut rest = text;
    while let Some(at) = rest.find('\r') {
        buffer.push_str(rest.get(..at).unwrap_or_default());
        buffer.push_str(line_end);
        let behind = rest.get(at + 1..).unwrap_or_default();
        rest = behind.strip_prefix('\n').unwrap_or(behind);
    }
    buffer.push_str(rest);
}
