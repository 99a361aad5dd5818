//! A small XML tree that can be written two ways: as a product would write it, and canonical.
//!
//! Whoever holds the tree needs no canonicaliser, because nothing was parsed: the canonical form
//! (Canonical XML 1.0, Exclusive XML Canonicalization 1.0) is just another way to write it.

use std::collections::BTreeMap;

/// The namespace of SAML assertions.
pub const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// The namespace of SAML protocol messages.
pub const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// The namespace of SAML metadata.
pub const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// The namespace of XML Signature.
pub const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// Prefix and namespace URI; the prefix is empty for the default namespace.
pub type Declaration = (String, String);

/// An element. Everything can be changed at any time; only a signature notices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// Empty for the default namespace.
    pub prefix: String,
    /// Its name without the prefix.
    pub local: String,
    /// Empty for no namespace.
    pub namespace: String,
    /// Namespace declarations beyond those that the names themselves need.
    pub declarations: Vec<Declaration>,
    /// In the order in which a product writes them.
    pub attributes: Vec<Attribute>,
    /// Content in document order.
    pub children: Vec<Node>,
}

/// An attribute. A prefixed one carries its namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// As written: `ID`, `xsi:type`.
    pub name: String,
    /// Empty for none.
    pub namespace: String,
    /// Not escaped.
    pub value: String,
}

/// Content of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A child element.
    Element(Element),
    /// Text, not escaped.
    Text(String),
    /// What is written as it stands, and what canonicalisation makes of it: a comment becomes
    /// nothing, a CDATA section its text.
    Verbatim {
        /// Markup as it goes into the message.
        written: String,
        /// The same in canonical form without comments.
        canonical: String,
    },
}

/// How canonicalisation treats namespaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Canonical {
    /// Those that names use, and those of these prefixes (`#default` for the empty one).
    Exclusive(Vec<String>),
    /// All that are in scope.
    Inclusive,
}

impl Element {
    /// An empty element; `name` may hold a prefix.
    pub fn new(name: &str, namespace: &str) -> Self {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        Self {
            prefix: prefix.into(),
            local: local.into(),
            namespace: namespace.into(),
            declarations: Vec::new(),
            attributes: Vec::new(),
            children: Vec::new(),
        }
    }

    /// The same with one more attribute.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// The same with one more attribute where there is a value.
    #[must_use]
    pub fn with_some(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The same with one more child.
    #[must_use]
    pub fn child(mut self, child: Element) -> Self {
        self.children.push(Node::Element(child));
        self
    }

    /// The same with more children.
    #[must_use]
    pub fn children(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.children.extend(children.into_iter().map(Node::Element));
        self
    }

    /// The same with text.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.children.push(Node::Text(text.into()));
        self
    }

    /// The same with a namespace declaration that no name needs.
    #[must_use]
    pub fn declaring(mut self, prefix: &str, namespace: &str) -> Self {
        self.declarations.push((prefix.into(), namespace.into()));
        self
    }

    /// Sets an attribute in no namespace.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.attributes.iter_mut().find(|attribute| attribute.name == name) {
            Some(attribute) => attribute.value = value,
            None => self.attributes.push(Attribute {
                name: name.into(),
                namespace: String::new(),
                value,
            }),
        }
    }

    /// Takes an attribute away.
    pub fn unset(&mut self, name: &str) {
        self.attributes.retain(|attribute| attribute.name != name);
    }

    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|attribute| attribute.name == name);
        found.map(|attribute| attribute.value.as_str())
    }

    /// The first element at this path of local names: `Subject/NameID`.
    ///
    /// # Panics
    /// Where there is none: a test that edits nothing proves nothing.
    pub fn at(&mut self, path: &str) -> &mut Element {
        path.split('/').fold(self, |element, name| {
            let children = element.children.iter_mut();
            let mut children = children.filter_map(|child| match child {
                Node::Element(child) if child.local == name => Some(child),
                _ => None,
            });
            let found = children.next();
            found.unwrap_or_else(|| panic!("no {name} on the path {path}"))
        })
    }

    /// Takes the first child element of this local name away and returns it.
    ///
    /// # Panics
    /// Where there is none.
    pub fn remove(&mut self, local: &str) -> Element {
        let index = self.index_of(local);
        match self.children.remove(index) {
            Node::Element(element) => element,
            _ => unreachable!("index_of finds elements"),
        }
    }

    /// Among all children, the place of the first child element of this local name.
    ///
    /// # Panics
    /// Where there is none.
    pub fn index_of(&self, local: &str) -> usize {
        let wanted = |child: &Node| matches!(child, Node::Element(e) if e.local == local);
        let found = self.children.iter().position(wanted);
        found.unwrap_or_else(|| panic!("no {local} in {}", self.local))
    }

    /// Puts a child right after the first child element of this local name.
    pub fn insert_after(&mut self, local: &str, child: Element) {
        let index = self.index_of(local) + 1;
        self.children.insert(index, Node::Element(child));
    }

    /// Puts a child right before the first child element of this local name.
    pub fn insert_before(&mut self, local: &str, child: Element) {
        let index = self.index_of(local);
        self.children.insert(index, Node::Element(child));
    }

    /// Replaces the content by this text.
    pub fn set_text(&mut self, text: &str) {
        self.children = vec![Node::Text(text.into())];
    }

    /// Puts every element that has only elements in it on lines of its own, the way editors do.
    pub fn indent(&mut self, depth: usize) {
        if self.children.is_empty() || !self.children.iter().all(is_element) {
            return;
        }
        let line = |depth: usize| Node::Text(format!("\n{}", "  ".repeat(depth)));
        let mut children = Vec::new();
        for mut child in self.children.drain(..) {
            if let Node::Element(child) = &mut child {
                child.indent(depth + 1);
            }
            children.push(line(depth + 1));
            children.push(child);
        }
        children.push(line(depth));
        self.children = children;
    }

    /// The text of the element as a product writes it: attributes in their order, namespace
    /// declarations after them, empty elements short.
    pub fn to_xml(&self) -> String {
        let mut out = String::new();
        self.write_authored(&mut out, &BTreeMap::new());
        out
    }

    /// The canonical form of the element as an apex, below ancestors that declare `inherited`.
    pub fn to_canonical(&self, form: &Canonical, inherited: &[Declaration]) -> String {
        let mut out = String::new();
        let scope = inherited.iter().cloned().collect();
        self.write_canonical(&mut out, form, &scope, &BTreeMap::new());
        out
    }

    /// What the element declares: what its names use, and the rest.
    pub fn declared(&self) -> Vec<Declaration> {
        let mut declared: BTreeMap<String, String> = self.declarations.iter().cloned().collect();
        declared.extend(self.visibly_used());
        declared.into_iter().collect()
    }

    fn name(&self) -> String {
        qualified(&self.prefix, &self.local)
    }

    fn visibly_used(&self) -> BTreeMap<String, String> {
        let mut used = BTreeMap::from([(self.prefix.clone(), self.namespace.clone())]);
        for attribute in &self.attributes {
            if let Some((prefix, _)) = attribute.name.split_once(':').filter(|(p, _)| *p != "xml") {
                used.insert(prefix.into(), attribute.namespace.clone());
            }
        }
        used
    }

    fn write_authored(&self, out: &mut String, scope: &BTreeMap<String, String>) {
        let mut scope = scope.clone();
        out.push('<');
        out.push_str(&self.name());
        for attribute in &self.attributes {
            push_attribute(out, &attribute.name, &attribute.value);
        }
        for (prefix, uri) in self.declared() {
            if scope.get(&prefix).map_or("", String::as_str) != uri {
                push_attribute(out, &declaration_name(&prefix), &uri);
                scope.insert(prefix, uri);
            }
        }
        if self.children.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        for child in &self.children {
            match child {
                Node::Element(child) => child.write_authored(out, &scope),
                Node::Text(text) => out.push_str(&escaped_text(text)),
                Node::Verbatim { written, .. } => out.push_str(written),
            }
        }
        out.push_str(&format!("</{}>", self.name()));
    }

    fn write_canonical(
        &self,
        out: &mut String,
        form: &Canonical,
        scope: &BTreeMap<String, String>,
        rendered: &BTreeMap<String, String>,
    ) {
        let mut scope = scope.clone();
        scope.extend(self.declared());
        let wanted = match form {
            Canonical::Inclusive => scope.clone(),
            Canonical::Exclusive(listed) => {
                let mut wanted = self.visibly_used();
                for prefix in listed {
                    let prefix = if prefix == "#default" { "" } else { prefix };
                    if let Some(uri) = scope.get(prefix) {
                        wanted.insert(prefix.into(), uri.clone());
                    }
                }
                wanted
            }
        };
        let mut rendered = rendered.clone();
        out.push('<');
        out.push_str(&self.name());
        for (prefix, uri) in wanted {
            if rendered.get(&prefix).map_or("", String::as_str) != uri {
                push_attribute(out, &declaration_name(&prefix), &uri);
                rendered.insert(prefix, uri);
            }
        }
        let mut attributes: Vec<_> = self.attributes.iter().collect();
        attributes.sort_by_key(|attribute| {
            let local = attribute.name.rsplit(':').next().unwrap_or_default();
            (attribute.namespace.as_str(), local)
        });
        for attribute in attributes {
            push_attribute(out, &attribute.name, &attribute.value);
        }
        out.push('>');
        for child in &self.children {
            match child {
                Node::Element(child) => child.write_canonical(out, form, &scope, &rendered),
                Node::Text(text) => out.push_str(&escaped_text(text)),
                Node::Verbatim { canonical, .. } => out.push_str(canonical),
            }
        }
        out.push_str(&format!("</{}>", self.name()));
    }
}

fn is_element(node: &Node) -> bool {
    matches!(node, Node::Element(_))
}

fn qualified(prefix: &str, local: &str) -> String {
    if prefix.is_empty() { local.into() } else { format!("{prefix}:{local}") }
}

fn declaration_name(prefix: &str) -> String {
    if prefix.is_empty() { "xmlns".into() } else { format!("xmlns:{prefix}") }
}

fn push_attribute(out: &mut String, name: &str, value: &str) {
    out.push_str(&format!(" {name}=\"{}\"", escaped_attribute(value)));
}

/// Character data by Canonical XML 1.0 section 2.3.
pub fn escaped_text(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('\r', "&#xD;")
}

/// An attribute value by Canonical XML 1.0 section 2.3.
pub fn escaped_attribute(value: &str) -> String {
    let value = value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    value.replace('\t', "&#x9;").replace('\n', "&#xA;").replace('\r', "&#xD;")
}
