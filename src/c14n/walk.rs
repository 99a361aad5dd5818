//! The walk through a subtree in document order.

use super::inherited::Inherited;
use super::output::Output;
use super::scope::{Listed, Rendered, in_scope, namespace_ranks};
use super::{C14nError, Form, Method};
use crate::xml::storage::{AttributeData, DeclarationData, EMPTY, ElementData, NodeData, Run};
use crate::xml::storage::{to_u32, to_usize};
use crate::xml::{Document, Element, ElementId, XmlError, is_absolute};

/// One canonicalisation.
pub(super) struct Walk<'d> {
    document: &'d Document,
    method: Method,
    out: Output,
    /// Indices of the elements to leave out, sorted; those passed already are taken away.
    omit: std::iter::Peekable<std::vec::IntoIter<u32>>,
    rendered: Rendered,
    listed: Listed,
    apex: Element<'d>,
    /// The open elements, outermost first.
    open: Vec<Open<'d>>,
    /// Scratch space: the attributes of one element in the order to write them.
    order: Vec<u32>,
    /// Made when first needed.
    ranks: Option<Vec<u32>>,
}

struct Open<'d> {
    name: &'d str,
    end_node: u32,
    undo: usize,
}

impl<'d> Walk<'d> {
    pub(super) fn new(
        apex: Element<'d>,
        method: Method,
        prefix_list: &[&str],
        omit: &[ElementId],
        limit: usize,
    ) -> Result<Walk<'d>, C14nError> {
        let document = apex.document();
        let mut omit: Vec<u32> = omit.iter().map(|id| id.index()).collect();
        omit.sort_unstable();
        let source = apex.range();
        let expected = source.end.saturating_sub(source.start);
        let walk = Walk {
            document,
            method,
            // A little more than the source: end tags and declarations from outside.
            out: Output::new(limit, expected.saturating_add(expected / 8).saturating_add(256)),
            omit: omit.into_iter().peekable(),
            rendered: Rendered::new(document),
            listed: match method.form {
                Form::Exclusive => Listed::of(document, prefix_list),
                Form::Inclusive10 | Form::Inclusive11 => Listed::All,
            },
            apex,
            open: Vec::with_capacity(16),
            order: Vec::new(),
            ranks: None,
        };
        walk.refuse_relative_in_scope()?;
        Ok(walk)
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.out.into_bytes()
    }

    /// Writes the whole document. (Canonical XML 1.0, 2.3: a line feed parts what stands before
    /// and after the root element from it)
    pub(super) fn document(&mut self) -> Result<(), C14nError> {
        let (root, behind) = (self.apex.data().node, self.apex.data().end_node);
        let end = to_u32(self.document.nodes().len());
        for index in 0..root {
            if self.is_written(index) {
                self.subtree(index, index.saturating_add(1))?;
                self.out.raw("\n")?;
            }
        }
        self.subtree(root, behind)?;
        for index in behind..end {
            if self.is_written(index) {
                self.out.raw("\n")?;
                self.subtree(index, index.saturating_add(1))?;
            }
        }
        Ok(())
    }

    fn is_written(&self, node: u32) -> bool {
        match self.document.nodes().get(to_usize(node)) {
            Some(NodeData::Comment(_)) => self.method.comments,
            node => node.is_some(),
        }
    }

    /// Writes the nodes from `start` to before `end`, which are whole subtrees.
    pub(super) fn subtree(&mut self, start: u32, end: u32) -> Result<(), C14nError> {
        let document = self.document;
        let mut index = start;
        loop {
            while let Some(open) = self.open.last()
                && open.end_node <= index
            {
                self.out.raw("</")?;
                self.out.raw(open.name)?;
                self.out.raw(">")?;
                self.rendered.undo_to(open.undo);
                self.open.pop();
            }
            if index >= end {
                return Ok(());
            }
            let node = document.nodes().get(to_usize(index)).copied();
            index = index.saturating_add(1);
            match node {
                Some(NodeData::Element(element)) => {
                    let Some(data) = document.element_data(element) else { continue };
                    if self.is_omitted(element) {
                        index = data.end_node;
                    } else {
                        self.start_tag(element, data)?;
                    }
                }
                Some(NodeData::Text(span)) => self.out.text(document.text(span))?,
                Some(NodeData::Comment(span)) if self.method.comments => {
                    self.out.raw("<!--")?;
                    self.out.raw(document.text(span))?;
                    self.out.raw("-->")?;
                }
                Some(NodeData::ProcessingInstruction(instruction)) => {
                    self.processing_instruction(instruction)?;
                }
                Some(NodeData::Comment(_)) | None => {}
            }
        }
    }

    fn is_omitted(&mut self, element: u32) -> bool {
        while self.omit.next_if(|&omitted| omitted < element).is_some() {}
        self.omit.peek() == Some(&element)
    }

    fn processing_instruction(&mut self, index: u32) -> Result<(), C14nError> {
        let Some(instruction) = self.document.instruction(index) else { return Ok(()) };
        self.out.raw("<?")?;
        self.out.raw(self.document.text(instruction.target))?;
        if !instruction.data.is_empty() {
            self.out.raw(" ")?;
            self.out.raw(self.document.text(instruction.data))?;
        }
        self.out.raw("?>")
    }

    fn start_tag(&mut self, index: u32, element: &'d ElementData) -> Result<(), C14nError> {
        let name = self.document.text(element.name);
        let undo = self.rendered.undo_len();
        self.out.raw("<")?;
        self.out.raw(name)?;
        let is_apex = index == self.apex.id().index();
        self.namespaces(element, is_apex)?;
        if is_apex && self.method.form != Form::Exclusive && self.apex.parent().is_some() {
            self.apex_attributes(element)?;
        } else if !element.attributes.is_empty() {
            self.attributes(element.attributes)?;
        }
        self.out.raw(">")?;
        self.open.push(Open { name, end_node: element.end_node, undo });
        Ok(())
    }

    // --- namespaces ---

    /// Writes the namespace declarations of one start tag.
    fn namespaces(&mut self, element: &'d ElementData, is_apex: bool) -> Result<(), C14nError> {
        let document = self.document;
        if self.method.form == Form::Exclusive {
            // The prefixes "visibly utilized". (Exclusive XML Canonicalization 1.0, 3)
            self.rendered.want(element.prefix, element.namespace);
            for index in element.attributes.start..element.attributes.end {
                if let Some(attribute) = document.attribute_data(index)
                    && attribute.prefix != EMPTY
                {
                    self.rendered.want(attribute.prefix, attribute.namespace);
                }
            }
        }
        if is_apex {
            if !matches!(self.listed, Listed::Nothing) {
                for (prefix, namespace, _) in in_scope(self.apex) {
                    if self.listed.contains(prefix) {
                        self.rendered.want(prefix, namespace);
                    }
                }
            }
        } else {
            for declaration in document.declarations(element.declarations) {
                self.refuse_relative(declaration)?;
                if self.listed.contains(declaration.prefix) {
                    self.rendered.want(declaration.prefix, declaration.namespace);
                }
            }
        }
        for &(prefix, namespace) in self.rendered.take_fresh(document) {
            if prefix == EMPTY {
                self.out.raw(" xmlns=\"")?;
            } else {
                self.out.raw(" xmlns:")?;
                self.out.raw(document.prefix(prefix))?;
                self.out.raw("=\"")?;
            }
            self.out.value(document.namespace(namespace))?;
            self.out.raw("\"")?;
        }
        self.rendered.clear_fresh();
        Ok(())
    }

    fn refuse_relative_in_scope(&self) -> Result<(), C14nError> {
        if !self.document.has_relative_namespaces() {
            return Ok(());
        }
        in_scope(self.apex).into_iter().try_for_each(|(prefix, namespace, at)| {
            self.refuse_relative(&DeclarationData { prefix, namespace, at })
        })
    }

    /// Stops documents whose canonical form the specification says does not exist; some
    /// implementations sign an empty one instead.
    fn refuse_relative(&self, declaration: &DeclarationData) -> Result<(), C14nError> {
        if !self.document.has_relative_namespaces() {
            return Ok(());
        }
        let uri = self.document.namespace(declaration.namespace);
        if is_absolute(uri) {
            return Ok(());
        }
        Err(C14nError::RelativeNamespace {
            uri: uri.chars().take(XmlError::EXCERPT).collect(),
            at: self.document.position(to_usize(declaration.at)),
        })
    }

    // --- attributes ---

    fn attributes(&mut self, run: Run) -> Result<(), C14nError> {
        let document = self.document;
        let mut order = std::mem::take(&mut self.order);
        order.clear();
        order.extend(run.start..run.end);
        self.sort(&mut order);
        for &index in &order {
            if let Some(attribute) = document.attribute_data(index) {
                self.attribute(attribute, document.text(attribute.value))?;
            }
        }
        self.order = order;
        Ok(())
    }

    /// Writes the attributes of an apex that inherits from its ancestors.
    fn apex_attributes(&mut self, element: &'d ElementData) -> Result<(), C14nError> {
        let document = self.document;
        let inherited = Inherited::of(self.apex, self.method.form);
        let own = element.attributes.start..element.attributes.end;
        let mut order: Vec<u32> = own.chain(inherited.attributes.iter().copied()).collect();
        self.sort(&mut order);
        for &index in &order {
            let Some(attribute) = document.attribute_data(index) else { continue };
            match &inherited.base {
                // A base that joins to nothing is not written. (Canonical XML 1.1, 2.4)
                Some((place, base)) if *place == index && base.is_empty() => {}
                Some((place, base)) if *place == index => self.attribute(attribute, base)?,
                _ => self.attribute(attribute, document.text(attribute.value))?,
            }
        }
        Ok(())
    }

    fn attribute(&mut self, attribute: &AttributeData, value: &str) -> Result<(), C14nError> {
        self.out.raw(" ")?;
        self.out.raw(self.document.text(attribute.name))?;
        self.out.raw("=\"")?;
        self.out.value(value)?;
        self.out.raw("\"")
    }

    /// Sorts by namespace name, then local name. (Canonical XML 1.0, 2.2; the order of code points
    /// is that of UTF-8 bytes)
    fn sort(&mut self, order: &mut [u32]) {
        if order.len() < 2 {
            return;
        }
        let document = self.document;
        let namespace =
            |index: u32| document.attribute_data(index).map_or(EMPTY, |it| it.namespace);
        let mut named = order.iter().map(|&index| namespace(index)).filter(|&it| it != EMPTY);
        let first = named.next();
        if self.ranks.is_none() && first.is_some_and(|first| named.any(|other| other != first)) {
            self.ranks = Some(namespace_ranks(document));
        }
        // Without ranks there is one namespace at most beside none, whose number is the least.
        let ranks = self.ranks.as_deref();
        let rank = |number: u32| match ranks {
            Some(ranks) => ranks.get(to_usize(number)).copied().unwrap_or_default(),
            None => number,
        };
        order.sort_unstable_by_key(|&index| {
            let local = document.attribute_data(index).map(|it| document.text(it.local_name()));
            (rank(namespace(index)), local)
        });
    }
}
