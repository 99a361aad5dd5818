//! Encrypted and plain parts mixed, so that one is verified and the other one read; and what an
//! attacker can encrypt, which is anything: the service provider's key for that is public.

use countersign_test_idp::tree::{ASSERTION, DSIG};
use countersign_test_idp::{
    Element, EncryptionSpec, Node, SignatureSpec, TestKey, parse, place_signature, sign,
};

use crate::forgery::{
    EVIL, EVIL_ID, Forgery, Genuine, Verdict, corrupt, evil_assertion, is_element, resigned, saml,
    unsigned,
};
use crate::wrapping;

const SOURCE: &str = "plain and encrypted assertions mixed; XSW with encryption";
const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";

pub(crate) fn forge(genuine: &Genuine) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    let signed = genuine.tree.clone().at("Assertion").clone();
    let evil = evil_assertion(&genuine.tree, Some(EVIL_ID));
    let encrypted = |content: Element| Element::new("EncryptedAssertion", ASSERTION).child(content);
    let refused = || Verdict::Refused(&[]);
    for before in [true, false] {
        let order = if before { "before" } else { "after" };
        for (what, content) in [
            ("an EncryptedAssertion that nobody can decrypt", ciphertext()),
            ("an EncryptedAssertion that holds a plain forged one", evil.clone()),
            ("an EncryptedAssertion that holds the signed one again", signed.clone()),
        ] {
            let name = format!("{what} {order} the Assertion");
            forgeries.push(genuine.forged(name, SOURCE, refused(), |root| {
                if before {
                    root.insert_before("Assertion", encrypted(content));
                } else {
                    root.insert_after("Assertion", encrypted(content));
                }
            }));
        }
    }
    for (what, content) in [
        ("a forged Assertion offered, the signed one in EncryptedAssertion", signed.clone()),
        ("a forged Assertion offered, a ciphertext beside", ciphertext()),
    ] {
        forgeries.push(genuine.forged(what, SOURCE, refused(), |root| {
            *root.at("Assertion") = evil.clone();
            root.children.push(Node::Element(encrypted(content)));
        }));
    }
    let lone = [
        ("the signed Assertion plain in EncryptedAssertion", signed),
        ("a forged Assertion plain in EncryptedAssertion", evil),
        ("a ciphertext alone", ciphertext()),
        ("EncryptedAssertion with another one in it", encrypted(ciphertext())),
    ];
    for (what, content) in lone {
        forgeries.push(genuine.forged(what, SOURCE, refused(), |root| {
            *root.at("Assertion") = encrypted(content);
        }));
    }
    forgeries.push(genuine.forged("EncryptedID beside NameID", SOURCE, refused(), |root| {
        let id = Element::new("EncryptedID", ASSERTION).child(ciphertext());
        root.at("Assertion/Subject").children.insert(0, Node::Element(id));
    }));
    for_the_service_provider(genuine, &mut forgeries);
    mixed(genuine, &mut forgeries);
    wrapped(genuine, &mut forgeries);
    forgeries
}

/// Encrypts like an identity provider, with the service provider's certificate.
fn sealed(element: &Element) -> Element {
    let spec = EncryptionSpec::new(TestKey::SP_ENCRYPTION);
    spec.encrypt(element, "EncryptedAssertion", ASSERTION)
}

/// Ciphertexts that decrypt well, and hold what nobody trusted has signed.
fn for_the_service_provider(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    let signed = genuine.tree.clone().at("Assertion").clone();
    let evil = evil_assertion(&genuine.tree, Some(EVIL_ID));
    let mut changed = signed.clone();
    corrupt(&mut changed);
    let mut self_signed = evil.clone();
    sign(&mut self_signed, &[], &SignatureSpec::new(TestKey::ATTACKER));
    let mut borrowed = evil.clone();
    if genuine.assertion_is_signed() {
        place_signature(&mut borrowed, signed.clone().at("Signature").clone());
    }
    let nested = saml("Assertion").with("ID", EVIL_ID).child(signed.clone());
    let inner = genuine.tree.clone();
    let contents = [
        ("a forged Assertion", evil.clone()),
        ("the signed Assertion with another identity", changed),
        ("a forged Assertion signed by the attacker", self_signed),
        ("a forged Assertion with the Signature of the signed one", borrowed),
        ("the signed Assertion in another one", nested),
        ("a whole Response", inner),
        ("another ciphertext of a forged Assertion", sealed(&evil)),
        ("another ciphertext of the signed Assertion", sealed(&signed)),
        ("a NameID", saml("NameID").text(EVIL)),
    ];
    for (what, content) in contents {
        let name = format!("encrypted by the attacker: {what}");
        let content = sealed(&content);
        forgeries.push(genuine.forged(name, SOURCE, Verdict::Refused(&[]), |root| {
            *root.at("Assertion") = content.clone();
        }));
        let name = format!("encrypted by the attacker, in an unsigned Response: {what}");
        forgeries.push(genuine.forged(name, SOURCE, Verdict::Refused(&[]), |root| {
            *root = unsigned(root.clone());
            *root.at("Assertion") = content;
        }));
    }
    // What is signed may be encrypted by anybody: it is still what was signed.
    let name = "encrypted by the attacker: the signed Assertion as it is";
    forgeries.push(genuine.forged(name, SOURCE, Verdict::NeverAnother, |root| {
        *root.at("Assertion") = sealed(&signed);
    }));
    for (what, path) in [("EncryptedID", "Subject"), ("EncryptedAttribute", "AttributeStatement")] {
        if !signed.children.iter().any(|child| is_element(child, path)) {
            continue;
        }
        let name = format!("{what} put into the signed Assertion");
        let evil = match what {
            "EncryptedID" => saml("NameID").text(EVIL),
            _ => saml("Attribute").with("Name", "role").child(saml("AttributeValue").text(EVIL)),
        };
        let spec = EncryptionSpec::new(TestKey::SP_ENCRYPTION);
        let encrypted = spec.encrypt(&evil, what, ASSERTION);
        forgeries.push(genuine.forged(name, SOURCE, Verdict::Refused(&[]), |root| {
            let parent = root.at("Assertion").at(path);
            parent.children.retain(|child| !is_element(child, "NameID"));
            parent.children.insert(0, Node::Element(encrypted));
        }));
    }
    let Some(key) = genuine.key else { return };
    for markup in ["<!---->", "<?x?>"] {
        let name = format!("{markup} in NameID, signed by the identity provider, then encrypted");
        let tree = resigned(genuine, &SignatureSpec::new(key), |root| {
            let canonical = if markup == "<?x?>" { markup } else { "" };
            root.at("Assertion/Subject/NameID").children = vec![
                Node::Text(EVIL.into()),
                Node::Verbatim { written: markup.into(), canonical: canonical.into() },
                Node::Text(".attacker.example".into()),
            ];
        });
        let mut tree = unsigned(tree);
        let encrypted = sealed(tree.at("Assertion"));
        *tree.at("Assertion") = encrypted;
        forgeries.push(Forgery::new(name, SOURCE, Verdict::Refused(&[]), tree.to_xml()));
    }
}

/// A ciphertext that decrypts well beside a plain Assertion, or beside another one.
fn mixed(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    let signed = genuine.tree.clone().at("Assertion").clone();
    let evil = evil_assertion(&genuine.tree, Some(EVIL_ID));
    let verdict = || Verdict::Refused(&["ASSERTION_COUNT", "XML_DUPLICATE_ID", "SIGNATURE_DIGEST"]);
    for (first_name, first) in [("signed", &signed), ("forged", &evil)] {
        for (second_name, second) in [("signed", &signed), ("forged", &evil)] {
            for (how, children) in [
                ("plain, encrypted", [first.clone(), sealed(second)]),
                ("encrypted, plain", [sealed(first), second.clone()]),
                ("both encrypted", [sealed(first), sealed(second)]),
            ] {
                let name = format!("two Assertions, {first_name} and {second_name}: {how}");
                forgeries.push(genuine.forged(name, SOURCE, verdict(), |root| {
                    root.remove("Assertion");
                    root.children.extend(children.map(Node::Element));
                }));
            }
        }
    }
}

/// Signature wrapping inside the ciphertext.
fn wrapped(genuine: &Genuine, forgeries: &mut Vec<Forgery>) {
    // The same for each message of one signing option, and decrypting takes its time.
    if genuine.id != "amplitude-sp-initiated-assertion" {
        return;
    }
    for forgery in wrapping::forge(genuine) {
        let text = String::from_utf8_lossy(&forgery.message).into_owned();
        let mut tree = parse(&text).expect("wrapped messages are well-formed");
        let encrypted = sealed(tree.at("Assertion"));
        *tree.at("Assertion") = encrypted;
        // What is hidden outside of the ciphertext may be refused for one more reason.
        let verdict = match forgery.verdict {
            Verdict::Refused(_) => Verdict::Refused(&[]),
            other => other,
        };
        let name = format!("{}, the Assertion encrypted", forgery.name);
        forgeries.push(Forgery::new(name, forgery.source, verdict, tree.to_xml()));
    }
}

fn ciphertext() -> Element {
    let value = Element::new("xenc:CipherValue", XENC).text("AAAA");
    let method = Element::new("xenc:EncryptionMethod", XENC)
        .with("Algorithm", "http://www.w3.org/2001/04/xmlenc#aes256-cbc");
    Element::new("xenc:EncryptedData", XENC)
        .child(method)
        .child(Element::new("KeyInfo", DSIG))
        .child(Element::new("xenc:CipherData", XENC).child(value))
}
