//! What other projects encrypted (`corpus/xmlenc`), through the reader of XML Encryption and a host
//! that decrypts. What the profile does not have stands in `PROFILE`, single cases that are decided
//! otherwise in `tests/exceptions/xmlenc.jsonl`; either fails once it is not needed any more.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod corpus;
mod decryption;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::c14n::{Form, Method, canonicalize, canonicalize_document};
use countersign::xenc::{DataAlgorithm, EncryptedElement, EncryptionError};
use countersign::xml::{Document, Element, Limits};
use serde::Deserialize;

const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const EXCLUSIVE: Method = Method { form: Form::Exclusive, comments: true };

#[derive(Deserialize)]
struct Case {
    id: String,
    file: String,
    encrypted_data_index: usize,
    key: Option<String>,
    key_type: Option<String>,
    expect: String,
    why: String,
    plaintext_file: Option<String>,
    content_expect: Option<String>,
    legacy: Vec<String>,
    optional: Vec<String>,
}

/// What becomes of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// It decrypts to one element.
    Accept,
    /// An algorithm that is refused by name.
    Algorithm,
    /// Decryption fails, and nobody learns where.
    Failed,
    /// Not built as SAML has it.
    Structure,
    /// Not read as XML at all.
    Xml,
}

impl Verdict {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Algorithm => "ERR_SAML_DECRYPT_ALGORITHM",
            Self::Failed => "ERR_SAML_DECRYPT_FAILED",
            Self::Structure => "structure",
            Self::Xml => "not read",
        }
    }
}

/// What the corpus marks and SAML's profile, or ours, has no room for.
const PROFILE: &[(&str, Verdict, &str)] = &[
    ("rsa-1_5", Verdict::Algorithm, "its padding tells an attacker the key, one answer at a time"),
    ("kw-aes", Verdict::Algorithm, "a secret that both sides share is no SAML set-up"),
    ("sha224", Verdict::Algorithm, "WebCrypto has no such digest, and nobody sends it"),
    ("direct-key", Verdict::Structure, "without an EncryptedKey there is nothing to unwrap"),
];

/// The corpus's reasons for a refusal, and what they are here.
const REASONS: &[(&str, Verdict)] = &[
    ("data algorithm not allowed", Verdict::Algorithm),
    ("key algorithm not allowed", Verdict::Algorithm),
    ("OAEP digest not allowed", Verdict::Algorithm),
    ("MGF not allowed", Verdict::Algorithm),
    ("algorithm substituted", Verdict::Failed),
    ("authentication tag", Verdict::Failed),
    ("ciphertext", Verdict::Failed),
    ("encrypted key", Verdict::Failed),
    ("key does not unwrap", Verdict::Failed),
    ("key length", Verdict::Failed),
    ("padding", Verdict::Failed),
    ("CipherData missing", Verdict::Structure),
    ("CipherReference", Verdict::Structure),
    ("EncryptionMethod missing", Verdict::Structure),
    ("RetrievalMethod", Verdict::Structure),
    ("base64", Verdict::Structure),
    ("external RetrievalMethod", Verdict::Structure),
    ("no CipherData", Verdict::Structure),
    ("no EncryptedKey", Verdict::Structure),
    ("two CipherValue", Verdict::Structure),
];

#[test]
fn what_others_encrypted_decrypts_or_is_refused_for_its_reason() {
    let Some(cases) = corpus::cases::<Case>("xmlenc") else { return };
    let mut exceptions = corpus::exceptions("xmlenc");
    let mut used: BTreeMap<&str, usize> = BTreeMap::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut excepted = 0;
    let mut wrong = Vec::new();
    for case in &cases {
        let (verdict, detail) = judge(case);
        let expected = expected(case, &mut used);
        match exceptions.remove(&case.id) {
            Some(one) if one.actual == verdict.as_str() && one.expected == expected.as_str() => {
                excepted += 1;
            }
            Some(_) => wrong.push(format!("{}: the exception is stale: {verdict:?}", case.id)),
            None if verdict == expected => *counts.entry(verdict.as_str()).or_default() += 1,
            None => wrong.push(format!(
                "{}: {verdict:?} ({detail}), expected {expected:?} ({})",
                case.id, case.why
            )),
        }
    }
    println!("xmlenc: {} cases: {counts:?}, {excepted} exceptions", cases.len());
    wrong.extend(exceptions.keys().map(|id| format!("{id}: an exception without a case")));
    for (mark, _, why) in PROFILE {
        if !used.contains_key(mark) {
            wrong.push(format!("no case is marked {mark} ({why})"));
        }
    }
    for (reason, _) in REASONS {
        if !used.contains_key(reason) {
            wrong.push(format!("no case is refused for: {reason}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn expected<'c>(case: &'c Case, used: &mut BTreeMap<&'c str, usize>) -> Verdict {
    let marks = || case.legacy.iter().chain(&case.optional);
    if let Some((mark, verdict, _)) =
        PROFILE.iter().find(|(mark, ..)| marks().any(|one| one == mark))
    {
        *used.entry(mark).or_default() += 1;
        return *verdict;
    }
    if case.expect == "accept" {
        // The octets come out. Where the corpus does not say whether they are one element, as the
        // content of a payment or a vector of NIST is not, the parser does.
        let element = || plaintext(case).is_some_and(|octets| parsed(&octets).is_some());
        let accepted = match case.content_expect.as_deref() {
            Some(expect) => expect == "accept",
            None => element(),
        };
        return if accepted { Verdict::Accept } else { Verdict::Failed };
    }
    let (reason, verdict) = REASONS
        .iter()
        .find(|(reason, _)| case.why.starts_with(reason))
        .unwrap_or_else(|| panic!("{}: a reason that is not known: {}", case.id, case.why));
    *used.entry(reason).or_default() += 1;
    *verdict
}

fn judge(case: &Case) -> (Verdict, String) {
    let Some(document) = parsed(&corpus::bytes("xmlenc", &case.file)) else {
        return (Verdict::Xml, "not read".to_owned());
    };
    let mut all = document.elements().filter(|element| element.is(XENC, "EncryptedData"));
    let data = all.nth(case.encrypted_data_index).expect("an EncryptedData");
    let held = held(&document, data);
    let encrypted = match EncryptedElement::read(held.root()) {
        Ok(encrypted) => encrypted,
        Err(error) => return refusal(&held, &error),
    };
    let octets = decryption::decrypt(encrypted.task(), &keys(case));
    let document = match encrypted.plaintext(octets.as_deref(), &Limits::message()) {
        Ok(document) => document,
        Err(error) => {
            if let Some(octets) = octets.filter(|_| case.expect == "accept") {
                // Refused for what it holds alone: the octets are the right ones.
                let octets = without_padding(encrypted.task().algorithm, &octets);
                assert_eq!(Some(octets), plaintext(case), "{}", case.id);
            }
            return refusal(&held, &error);
        }
    };
    let plaintext = plaintext(case).unwrap_or_else(|| panic!("{} must not decrypt", case.id));
    let expected = parsed(&plaintext).expect("an element");
    assert_eq!(canonical(&document), canonical(&expected), "{}", case.id);
    (Verdict::Accept, String::new())
}

fn refusal(held: &Document, error: &EncryptionError) -> (Verdict, String) {
    let verdict = match error {
        EncryptionError::Algorithm { .. } => Verdict::Algorithm,
        // Nothing but the place of the whole: no failure differs from another.
        EncryptionError::Failed { at } => {
            assert_eq!(*at, held.root().id());
            assert_eq!(error.to_string(), "decryption failed");
            Verdict::Failed
        }
        EncryptionError::Structure(_) => Verdict::Structure,
        other => panic!("{other:?}"),
    };
    (verdict, error.to_string())
}

/// An EncryptedData as SAML has it. Other documents have it anywhere, and its EncryptedKeys too:
/// they come beside it in an EncryptedAssertion.
fn held(document: &Document, data: Element<'_>) -> Document {
    let parent = data.parent();
    let holder = parent.filter(|parent| parent.is(ASSERTION, "EncryptedAssertion"));
    if let Some(holder) = holder {
        return parsed(&written(holder)).expect("what was read can be read again");
    }
    let name = format!("<saml:EncryptedAssertion xmlns:saml=\"{ASSERTION}\">");
    let mut octets = [name.as_bytes(), &written(data)].concat();
    let elsewhere = |key: &Element<'_>| {
        let inside = key.range().start >= data.range().start && key.range().end <= data.range().end;
        key.is(XENC, "EncryptedKey") && !inside
    };
    for key in document.elements().filter(elsewhere) {
        octets.extend(written(key));
    }
    octets.extend(b"</saml:EncryptedAssertion>");
    parsed(&octets).expect("what was read can be read again")
}

fn parsed(octets: &[u8]) -> Option<Document> {
    Document::parse(octets, &Limits::message()).ok()
}

/// The element with the namespaces that it needs.
fn written(element: Element<'_>) -> Vec<u8> {
    canonicalize(element, EXCLUSIVE, &[], &[], 1 << 20).expect("a canonical form")
}

fn canonical(document: &Document) -> Vec<u8> {
    canonicalize_document(document, EXCLUSIVE, &[], &[], 1 << 20).expect("a canonical form")
}

fn plaintext(case: &Case) -> Option<Vec<u8>> {
    case.plaintext_file.as_ref().map(|name| corpus::bytes("xmlenc", name))
}

/// The private keys that the case is given to.
fn keys(case: &Case) -> Vec<Vec<u8>> {
    let Some(name) = case.key.as_ref().filter(|_| case.key_type.as_deref() == Some("rsa")) else {
        return Vec::new();
    };
    let pem = corpus::text("xmlenc", name);
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    vec![STANDARD.decode(body).expect("base64")]
}

fn without_padding(algorithm: DataAlgorithm, octets: &[u8]) -> Vec<u8> {
    match algorithm {
        DataAlgorithm::AesCbc { .. } => {
            let padding = usize::from(*octets.last().expect("a block"));
            octets[..octets.len() - padding].to_vec()
        }
        _ => octets.to_vec(),
    }
}
