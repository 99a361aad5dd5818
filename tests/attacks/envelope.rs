//! Every element and every attribute of the message deleted, doubled, renamed, replaced.
//!
//! What is signed must be refused as soon as it changes. What is not signed may change as it
//! likes: it can refuse a login, and never make it somebody else's.

use countersign_test_idp::{Element, Node};

use crate::forgery::{EVIL, Forgery, Genuine, Verdict, nth, visit};

const SOURCE: &str =
    "CVE-2025-54419, CVE-2025-54369 (node-saml): changed after signing, read anyway";

pub(crate) fn forge(genuine: &Genuine) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    let mut elements = Vec::new();
    visit(&genuine.tree, &mut |element| elements.push(element.clone()));
    let covered = covered(genuine);
    for (index, element) in elements.iter().enumerate() {
        let verdict = || if covered(index) { Verdict::Refused(&[]) } else { Verdict::NeverAnother };
        let label = format!("element {index} {}", element.local);
        let mut push = |what: &str, change: &dyn Fn(&mut Element)| {
            let name = format!("{label}: {what}");
            forgeries.push(genuine.forged(name, SOURCE, verdict(), |root| {
                if let Some(element) = nth(root, index) {
                    change(element);
                }
            }));
        };
        push("renamed", &|element| element.local.push('x'));
        push("in no namespace", &|element| {
            element.namespace = String::new();
            element.prefix = String::new();
        });
        push("in another namespace", &|element| element.namespace.push('x'));
        push("with text added", &|element| element.children.push(Node::Text(EVIL.into())));
        push("with a foreign attribute", &|element| element.set("evil", EVIL));
        // A comment more or less changes nothing.
        let means_something = |node: &Node| !matches!(node, Node::Verbatim { .. });
        if element.children.first().is_some_and(means_something) {
            push("emptied", &|element| element.children.clear());
            push("replaced by text", &|element| element.set_text(EVIL));
            push("first child doubled", &|element| {
                let first = element.children[0].clone();
                element.children.insert(0, first);
            });
            push("first child deleted", &|element| {
                element.children.remove(0);
            });
        }
        if element.children.len() > 1 && element.children.iter().all(means_something) {
            push("children reversed", &|element| element.children.reverse());
            push("last child doubled", &|element| {
                let last = element.children[element.children.len() - 1].clone();
                element.children.push(last);
            });
            push("last child deleted", &|element| {
                element.children.pop();
            });
        }
        for (at, attribute) in element.attributes.iter().enumerate() {
            let what = |how: &str| format!("{} {how}", attribute.name);
            push(&what("deleted"), &|element| {
                element.attributes.remove(at);
            });
            push(&what("replaced"), &|element| element.attributes[at].value = EVIL.into());
            if !attribute.value.is_empty() {
                push(&what("emptied"), &|element| element.attributes[at].value = String::new());
            }
            push(&what("with more"), &|element| element.attributes[at].value.push('x'));
            push(&what("in a namespace"), &|element| {
                element.attributes[at].name = format!("evil:{}", element.attributes[at].name);
                element.attributes[at].name = element.attributes[at].name.replace(":xsi:", ":");
                element.attributes[at].namespace = "urn:example:evil".into();
            });
        }
    }
    forgeries
}

/// Whether the element with this number in document order is under a signature: in a signed
/// element but not in its Signature, or in a SignedInfo.
fn covered(genuine: &Genuine) -> impl Fn(usize) -> bool + use<> {
    let mut flags = Vec::new();
    mark(&genuine.tree, false, genuine.response_is_signed(), &mut flags);
    move |index| flags.get(index).copied().unwrap_or(false)
}

fn mark(element: &Element, inside: bool, signed: bool, flags: &mut Vec<bool>) {
    let covered = match element.local.as_str() {
        // What the Response's signature covers includes the Assertion's Signature, KeyInfo and all.
        "SignedInfo" => true,
        "Signature" | "SignatureValue" | "KeyInfo" | "X509Data" | "X509Certificate" => inside,
        _ => inside || signed,
    };
    flags.push(covered);
    let own = |child: &Element| child.local == "Signature" && signed && !inside;
    for child in &element.children {
        let Node::Element(child) = child else { continue };
        let child_inside = match child.local.as_str() {
            _ if own(child) => false,
            _ => covered && element.local != "Signature",
        };
        let child_inside = child_inside || (element.local == "Signature" && inside);
        mark(child, child_inside, crate::forgery::has_signature(child), flags);
    }
}
