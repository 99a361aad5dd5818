//! Random Responses with the template of a signature in them, for xmlsec1 to fill in.

use countersign_test_idp::tree::{ASSERTION, Attribute, DSIG, PROTOCOL};
use countersign_test_idp::{
    ENVELOPED, EXCLUSIVE, EXCLUSIVE_WITH_COMMENTS, Element, INCLUSIVE, Node, TestKey, algorithms,
};
use fastrand::Rng;

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
const XS: &str = "http://www.w3.org/2001/XMLSchema";
const INCLUSIVE_WITH_COMMENTS: &str =
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments";
const METHODS: [&str; 4] = [EXCLUSIVE, EXCLUSIVE_WITH_COMMENTS, INCLUSIVE, INCLUSIVE_WITH_COMMENTS];
const DIGESTS: [&str; 3] = [algorithms::SHA256, algorithms::SHA384, algorithms::SHA512];
const ALGORITHMS: [(TestKey, &str); 7] = [
    (TestKey::ENTRA_ACTIVE, algorithms::RSA_SHA256),
    (TestKey::ENTRA_ACTIVE, algorithms::RSA_SHA384),
    (TestKey::RSA_3072, algorithms::RSA_SHA512),
    (TestKey::P256, algorithms::ECDSA_SHA256),
    (TestKey::P256, algorithms::ECDSA_SHA384),
    (TestKey::P384, algorithms::ECDSA_SHA384),
    (TestKey::P384, algorithms::ECDSA_SHA256),
];
const NAMESPACES: [&str; 4] = ["urn:a", "urn:b", "http://x.example/?a=1", "urn:a"];
const PREFIXES: [&str; 4] = ["", "p", "q", "Z"];
const WRITTEN: [&str; 12] = [
    "<!--c-->",
    "<!-- & < -->",
    "<?pi  d?>",
    "<![CDATA[<c>&amp;]]>",
    "<![CDATA[]]>",
    "&amp;&lt;",
    "&#13;",
    "&#x20AC;\u{e9}\u{10000}",
    "\n\t ",
    "]] &gt;",
    "\"'",
    "word",
];

/// A message whose signature is still to be made.
pub(crate) struct Template {
    pub(crate) xml: String,
    pub(crate) key: TestKey,
    /// What the signature is like, for people.
    pub(crate) about: String,
}

pub(crate) fn template(rng: &mut Rng) -> Template {
    let (key, algorithm) = pick(rng, &ALGORITHMS);
    let (protocol, assertion) = pick(rng, &[("samlp", "saml"), ("", "a"), ("p", ""), ("x", "x2")]);
    let mut response = Element::new(&named(protocol, "Response"), PROTOCOL)
        .with("ID", format!("_{:032x}", rng.u128(..)))
        .with("Version", "2.0")
        .with("Destination", "https://sp.example/acs?a=1&b=2")
        .child(Element::new(&named(assertion, "Issuer"), ASSERTION).text("urn:idp"))
        .child(
            Element::new(&named(protocol, "Status"), PROTOCOL)
                .child(Element::new(&named(protocol, "StatusCode"), PROTOCOL).with("Value", "x")),
        )
        .child(self::assertion(rng, assertion));
    scatter_declarations(rng, &mut response);
    if rng.bool() {
        response.indent(0);
    }
    let signed = pick(rng, &["Response", "Assertion"]);
    let digest = pick(rng, &DIGESTS);
    let methods = [pick(rng, &METHODS), pick(rng, &METHODS)];
    let holder = if signed == "Response" { &mut response } else { response.at("Assertion") };
    let signature = signature(rng, holder, algorithm, digest, methods);
    holder.insert_after("Issuer", signature);
    let ending = |uri: &str| uri.rsplit('/').next().unwrap_or_default().to_owned();
    let about = format!(
        "{signed}, {}, {}, {}, {}",
        key.name(),
        ending(algorithm),
        ending(digest),
        methods.map(ending).join(" and ")
    );
    Template { xml: response.to_xml(), key, about }
}

fn pick<T: Copy>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.usize(..from.len())]
}

fn named(prefix: &str, local: &str) -> String {
    if prefix.is_empty() { local.into() } else { format!("{prefix}:{local}") }
}

fn assertion(rng: &mut Rng, prefix: &str) -> Element {
    let saml = |local: &str| Element::new(&named(prefix, local), ASSERTION);
    let mut name_id = saml("NameID").with("Format", "urn:f");
    name_id.children.extend(content(rng));
    let mut statement = saml("AttributeStatement");
    for i in 0..rng.usize(1..4) {
        let mut value = saml("AttributeValue");
        if rng.bool() {
            value.attributes.push(Attribute {
                name: "xsi:type".into(),
                namespace: XSI.into(),
                value: "xs:string".into(),
            });
        }
        value.children.extend(content(rng));
        if rng.bool() {
            value = value.child(foreign(rng, 0));
        }
        let name = format!("urn:attribute\n{i}\t\"<&");
        statement = statement.child(saml("Attribute").with("Name", name).child(value));
    }
    saml("Assertion")
        .with("ID", format!("_{:032x}", rng.u128(..)))
        .with("Version", "2.0")
        .with("IssueInstant", "2026-03-10T09:00:00Z")
        .child(saml("Issuer").text("urn:idp"))
        .child(saml("Subject").child(name_id))
        .child(saml("Advice").child(foreign(rng, 0)))
        .child(statement)
}

/// Text with whatever can stand in it.
fn content(rng: &mut Rng) -> Vec<Node> {
    let mut nodes = vec![Node::Text(format!("B.Simon{}", rng.u8(..)))];
    for _ in 0..rng.usize(..4) {
        let written = pick(rng, &WRITTEN).to_owned();
        nodes.push(Node::Verbatim { written, canonical: String::new() });
    }
    nodes
}

/// Elements that no schema of SAML knows, with prefixes declared, redeclared and undeclared.
fn foreign(rng: &mut Rng, depth: usize) -> Element {
    let prefix = pick(rng, &PREFIXES);
    let none = prefix.is_empty() && rng.bool();
    let namespace = if none { "" } else { pick(rng, &NAMESPACES) };
    let mut element = Element::new(&named(prefix, pick(rng, &["a", "b", "B"])), namespace);
    for local in ["z", "y", "A"] {
        if rng.bool() {
            element.set(local, format!("{}\n'", rng.u8(..)));
        }
    }
    if rng.bool() {
        let other = pick(rng, &["r", "s"]);
        let namespace = pick(rng, &NAMESPACES).to_owned();
        let name = named(other, "z");
        element.attributes.push(Attribute { name, namespace, value: "v".into() });
    }
    if rng.u8(..4) == 0 {
        element.declarations.push((pick(rng, &["p", "u"]).into(), pick(rng, &NAMESPACES).into()));
    }
    element.children.extend(content(rng));
    if depth < 3 {
        for _ in 0..rng.usize(..3) {
            element = element.child(foreign(rng, depth + 1));
        }
    }
    element
}

/// Declares what types and prefix lists name: high up, further down, or both.
fn scatter_declarations(rng: &mut Rng, response: &mut Element) {
    response.declarations.push(("xs".into(), XS.into()));
    for (prefix, uri) in [("xsi", XSI), ("p", "urn:b"), ("u", "urn:unused")] {
        if rng.bool() {
            response.declarations.push((prefix.into(), uri.into()));
        }
        if rng.bool() {
            response.at("Assertion").declarations.push((prefix.into(), uri.into()));
        }
    }
}

fn signature(
    rng: &mut Rng,
    holder: &Element,
    algorithm: &str,
    digest: &str,
    [info, reference]: [&str; 2],
) -> Element {
    let prefix = pick(rng, &["ds", "", "dsig"]);
    let ds = |local: &str| Element::new(&named(prefix, local), DSIG);
    let method = |rng: &mut Rng, local: &str, uri: &str| {
        let element = ds(local).with("Algorithm", uri);
        let listed = uri.starts_with(EXCLUSIVE) && rng.bool();
        if listed { element.child(inclusive_namespaces(rng)) } else { element }
    };
    let transforms = ds("Transforms")
        .child(ds("Transform").with("Algorithm", ENVELOPED))
        .child(method(rng, "Transform", reference));
    let reference = ds("Reference")
        .with("URI", format!("#{}", holder.get("ID").unwrap_or_default()))
        .child(transforms)
        .child(ds("DigestMethod").with("Algorithm", digest))
        .child(ds("DigestValue").text(""));
    let info = ds("SignedInfo")
        .child(method(rng, "CanonicalizationMethod", info))
        .child(ds("SignatureMethod").with("Algorithm", algorithm))
        .child(reference);
    let mut signature = ds("Signature").child(info).child(ds("SignatureValue").text(""));
    if rng.bool() {
        signature.indent(2);
    }
    signature
}

fn inclusive_namespaces(rng: &mut Rng) -> Element {
    let mut list = Vec::new();
    for prefix in ["#default", "xs", "p", "saml", "undeclared"] {
        if rng.bool() {
            list.push(prefix);
        }
    }
    Element::new("ec:InclusiveNamespaces", EXCLUSIVE).with("PrefixList", list.join(" "))
}
