//! What attackers work with: a genuine message as a tree, and tools to cut it.

use countersign_test_idp::tree::ASSERTION;
use countersign_test_idp::{
    Canonical, Element, Node, SignatureSpec, TestKey, algorithms, parse, sign,
};

/// The identity that no forgery may obtain.
pub(crate) const EVIL: &str = "admin@evil.example";
/// The ID of forged elements.
pub(crate) const EVIL_ID: &str = "_evil-00000000-0000-4000-8000-000000000000";

/// A message that the engine accepts as it is.
pub(crate) struct Genuine {
    /// The fixture's name.
    pub(crate) id: String,
    /// The message.
    pub(crate) xml: String,
    /// The same as a tree.
    pub(crate) tree: Element,
    /// The test key that signed it; none where another project's key did.
    pub(crate) key: Option<TestKey>,
}

/// A message made of a genuine one.
pub(crate) struct Forgery {
    /// What was done.
    pub(crate) name: String,
    /// The CVE or paper that it comes from.
    pub(crate) source: &'static str,
    /// What the service provider receives.
    pub(crate) message: Vec<u8>,
    /// What it has to say.
    pub(crate) verdict: Verdict,
}

/// What has to become of a forgery.
#[derive(Clone, Debug)]
pub(crate) enum Verdict {
    /// Refused, or accepted with the very identity that the genuine message has.
    NeverAnother,
    /// Refused, with one of these codes (without `ERR_SAML_`); with any where there are none.
    Refused(&'static [&'static str]),
    /// Accepted with the genuine identity: XML has many ways to write one thing.
    Unchanged,
    /// The identity provider signed this, so it may be accepted; but [`EVIL`] is only a part of a
    /// text in it, and must not be read as the whole.
    Whole,
}

impl Genuine {
    /// Reads a message.
    pub(crate) fn new(id: &str, xml: &str) -> Result<Self, String> {
        let mut tree = parse(xml)?;
        if !tree.children.iter().any(|node| is_element(node, "Assertion")) {
            return Err(format!("{id}: there is no plain Assertion"));
        }
        let key = signing_key(&mut tree);
        Ok(Self { id: id.into(), xml: xml.into(), tree, key })
    }

    pub(crate) fn response_is_signed(&self) -> bool {
        has_signature(&self.tree)
    }

    pub(crate) fn assertion_is_signed(&self) -> bool {
        has_signature(self.tree.clone().at("Assertion"))
    }

    pub(crate) fn is_signed_twice(&self) -> bool {
        self.response_is_signed() && self.assertion_is_signed()
    }

    /// Where its signatures are, as paths of local names from the Response.
    pub(crate) fn signatures(&self) -> Vec<&'static str> {
        let response = self.response_is_signed().then_some("Signature");
        let assertion = self.assertion_is_signed().then_some("Assertion/Signature");
        response.into_iter().chain(assertion).collect()
    }

    /// A forgery from a changed tree.
    pub(crate) fn forged(
        &self,
        name: impl Into<String>,
        source: &'static str,
        verdict: Verdict,
        change: impl FnOnce(&mut Element),
    ) -> Forgery {
        let mut tree = self.tree.clone();
        change(&mut tree);
        Forgery::new(name, source, verdict, tree.to_xml())
    }
}

impl Forgery {
    /// A forgery from changed text.
    pub(crate) fn new(
        name: impl Into<String>,
        source: &'static str,
        verdict: Verdict,
        message: impl Into<Vec<u8>>,
    ) -> Self {
        Self { name: name.into(), source, message: message.into(), verdict }
    }
}

/// Whether an element has a Signature as its own child.
pub(crate) fn has_signature(element: &Element) -> bool {
    element.children.iter().any(|child| is_element(child, "Signature"))
}

/// Whether a node is an element of this local name.
pub(crate) fn is_element(node: &Node, local: &str) -> bool {
    matches!(node, Node::Element(element) if element.local == local)
}

/// The element without its own Signature.
pub(crate) fn unsigned(mut element: Element) -> Element {
    element.children.retain(|child| !is_element(child, "Signature"));
    element
}

/// The Assertion of a Response with another identity in it and the same everything else.
pub(crate) fn corrupt(assertion: &mut Element) {
    for child in &mut assertion.children {
        let Node::Element(child) = child else { continue };
        match child.local.as_str() {
            "Subject" => {
                for name_id in &mut child.children {
                    if let Node::Element(name_id) = name_id
                        && name_id.local == "NameID"
                    {
                        name_id.set_text(EVIL);
                    }
                }
            }
            "AttributeStatement" => for_each_value(child, &mut |value| value.set_text(EVIL)),
            _ => {}
        }
    }
}

fn for_each_value(element: &mut Element, change: &mut impl FnMut(&mut Element)) {
    if element.local == "AttributeValue" {
        change(element);
        return;
    }
    for child in &mut element.children {
        if let Node::Element(child) = child {
            for_each_value(child, change);
        }
    }
}

/// A forged Assertion without a signature and with this ID.
pub(crate) fn evil_assertion(tree: &Element, id: Option<&str>) -> Element {
    let mut evil = unsigned(tree.clone().at("Assertion").clone());
    corrupt(&mut evil);
    match id {
        Some(id) => evil.set("ID", id),
        None => evil.unset("ID"),
    }
    evil
}

/// Makes the Response say what the attacker wants, whatever that does to its signatures.
pub(crate) fn corrupt_in_place(tree: &mut Element) {
    corrupt(tree.at("Assertion"));
}

/// Takes all signatures away, changes the message, and signs it at the same places.
pub(crate) fn resigned(
    genuine: &Genuine,
    spec: &SignatureSpec,
    change: impl FnOnce(&mut Element),
) -> Element {
    let mut tree = unsigned(genuine.tree.clone());
    *tree.at("Assertion") = unsigned(tree.at("Assertion").clone());
    change(&mut tree);
    if genuine.assertion_is_signed() {
        let inherited = tree.declared();
        sign(tree.at("Assertion"), &inherited, spec);
    }
    if genuine.response_is_signed() {
        sign(&mut tree, &[], spec);
    }
    tree
}

/// Base64 of the SHA-256 digest of an element's exclusive canonical form.
pub(crate) fn digest_of(element: &Element) -> String {
    use base64::Engine;
    let canonical = element.to_canonical(&Canonical::Exclusive(Vec::new()), &[]);
    let digest = algorithms::digest(algorithms::SHA256, canonical.as_bytes());
    base64::engine::general_purpose::STANDARD.encode(digest)
}

/// An element of the assertion namespace.
pub(crate) fn saml(local: &str) -> Element {
    Element::new(local, ASSERTION)
}

/// The text directly inside an element.
pub(crate) fn text_of(element: &Element) -> String {
    element
        .children
        .iter()
        .filter_map(|child| match child {
            Node::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

fn signing_key(tree: &mut Element) -> Option<TestKey> {
    let path = if has_signature(tree) { "Signature" } else { "Assertion/Signature" };
    let mut found = None;
    visit(tree.at(path), &mut |element| {
        if element.local == "X509Certificate" {
            let text: String = text_of(element).split_whitespace().collect();
            found = TestKey::ALL.iter().find(|key| key.certificate_base64() == text).copied();
        }
    });
    found
}

/// Calls `f` for an element and all in it, in document order.
pub(crate) fn visit(element: &Element, f: &mut impl FnMut(&Element)) {
    f(element);
    for child in &element.children {
        if let Node::Element(child) = child {
            visit(child, f);
        }
    }
}

/// Changes the `index`-th element in document order, the root being 0; none where it is gone.
pub(crate) fn nth(element: &mut Element, index: usize) -> Option<&mut Element> {
    fn walk<'a>(element: &'a mut Element, left: &mut usize) -> Option<&'a mut Element> {
        if *left == 0 {
            return Some(element);
        }
        *left -= 1;
        element.children.iter_mut().find_map(|child| match child {
            Node::Element(child) => walk(child, left),
            _ => None,
        })
    }
    let mut left = index;
    walk(element, &mut left)
}
