//! Signatures against xmlsec1, the implementation that most others are compared with: what it
//! signs is accepted here, and what becomes of it afterwards gets the same verdict from both, or a
//! stricter one of ours for a reason that is listed. Never a laxer one.
//!
//! The messages are made anew from a seed, which is printed; `COUNTERSIGN_SEED` sets another.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::type_complexity,
    reason = "a test that goes wrong may panic"
)]

mod message;
mod mutation;
mod program;

use std::collections::BTreeMap;
use std::env;

use countersign::dsig::{Constraints, SignatureClaim, TrustedKey, is_signature};
use countersign::xml::{Document, Limits};
use countersign_test_idp::TestKey;
use fastrand::Rng;
use mutation::{MUTATIONS, Message};

const SEED: u64 = 20_261_122;
const MESSAGES: u64 = 36;
/// A message gets every third mutation, the next message those after them.
const SHARE: usize = 3;

/// Where we refuse what xmlsec1 accepts: the change, a part of our answer, and why.
const STRICTER: &[(&str, &str, &str)] = &[
    (
        "the Signature moved to the end",
        "not built as SAML profiles it",
        "the schema puts it right after the Issuer; elsewhere it helps only to wrap",
    ),
    (
        "a comment in DigestValue",
        "not built as SAML profiles it",
        "one reader stops at the comment, another reads on (CVE-2025-29775)",
    ),
    (
        "a comment in SignatureValue",
        "not built as SAML profiles it",
        "one reader stops at the comment, another reads on (CVE-2025-29775)",
    ),
    (
        "an Object in the Signature",
        "not built as SAML profiles it",
        "SAML core 5.4.2 has no use for it, and what is hidden there is signed by nobody",
    ),
    (
        "text in the Signature",
        "not built as SAML profiles it",
        "the schema has elements there and no text",
    ),
    (
        "another element with the ID",
        "stands on two elements",
        "which of the two is signed depends on the reader: the mark of a wrapping attack",
    ),
    (
        "a DOCTYPE",
        "document type declaration",
        "it brings entities, defaulted attributes and files (CVE-2016-9318 and its like)",
    ),
    (
        "a declaration of another encoding",
        "its encoding is",
        "UTF-8 alone is read, so that no two readers see different characters",
    ),
    (
        "a declaration of XML 1.1",
        "XML `1.1`",
        "XML 1.1 has other line ends and names; no message uses it",
    ),
    ("UTF-16", "its encoding is", "UTF-8 alone is read"),
];

#[derive(Default)]
struct Tally {
    signed: usize,
    both_accept: usize,
    both_refuse: usize,
    stricter: BTreeMap<usize, usize>,
    wrong: Vec<String>,
}

#[test]
fn verdicts_are_those_of_xmlsec1_or_stricter() {
    let Some(version) = program::version() else { return };
    let seed = env::var("COUNTERSIGN_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or(SEED);
    println!("xmlsec1: {version}, seed {seed}");
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let part = |thread: usize| move || run(seed, thread, threads);
        let running: Vec<_> = (0..threads).map(|thread| scope.spawn(part(thread))).collect();
        running.into_iter().map(|one| one.join().expect("a thread")).collect()
    });
    let mut all = Tally::default();
    for tally in tallies {
        all.signed += tally.signed;
        all.both_accept += tally.both_accept;
        all.both_refuse += tally.both_refuse;
        all.wrong.extend(tally.wrong);
        for (row, count) in tally.stricter {
            *all.stricter.entry(row).or_default() += count;
        }
    }
    let stricter: usize = all.stricter.values().sum();
    println!(
        "xmlsec1: {} messages signed by it and accepted; {} verdicts on changed ones: {} accepted \
         and {} refused by both, {stricter} by us alone for {} listed reasons",
        all.signed,
        all.both_accept + all.both_refuse + stricter,
        all.both_accept,
        all.both_refuse,
        STRICTER.len()
    );
    for (row, (kind, answer, _)) in STRICTER.iter().enumerate() {
        if !all.stricter.contains_key(&row) {
            all.wrong.push(format!("stale: {kind} ({answer}) is no longer refused by us alone"));
        }
    }
    assert!(all.wrong.is_empty(), "{} wrong:\n{}", all.wrong.len(), all.wrong.join("\n\n"));
    assert!(all.both_accept > 100 && all.both_refuse > 100, "verdicts of one kind only");
}

fn run(seed: u64, thread: usize, threads: usize) -> Tally {
    let mut tally = Tally::default();
    let numbers = (0..MESSAGES).zip(0_usize..);
    for (number, index) in numbers.filter(|(_, index)| index % threads == thread) {
        let mut rng = Rng::with_seed(seed.wrapping_mul(1_000_003).wrapping_add(number));
        let template = message::template(&mut rng);
        let name = format!("{number}");
        let signed = program::sign(&name, &template.xml, template.key);
        if let Err(error) = verdict(signed.as_bytes(), template.key) {
            tally.wrong.push(format!("{number} ({}): {error}: {signed}", template.about));
            continue;
        }
        tally.signed += 1;
        let message = Message::new(signed);
        let share = MUTATIONS.iter().zip(0_usize..).filter(|(_, kind)| (kind + index) % SHARE == 0);
        for ((kind, mutate), _) in share {
            let Some(changed) = mutate(&mut rng, &message) else { continue };
            let theirs = program::verifies(&name, &changed, template.key);
            let ours = verdict(&changed, template.key);
            let what = || {
                let text = String::from_utf8_lossy(&changed).into_owned();
                format!(
                    "{number} ({}), {kind}: ours {ours:?}, xmlsec1 {theirs}: {text}",
                    template.about
                )
            };
            match (&ours, theirs) {
                (Ok(()), true) => tally.both_accept += 1,
                (Err(_), false) => tally.both_refuse += 1,
                (Ok(()), false) => tally.wrong.push(format!("LAXER: {}", what())),
                (Err(answer), true) => {
                    let listed =
                        |row: &(&str, &str, &str)| row.0 == *kind && answer.contains(row.1);
                    match STRICTER.iter().position(listed) {
                        Some(row) => *tally.stricter.entry(row).or_default() += 1,
                        None => tally.wrong.push(format!("unlisted: {}", what())),
                    }
                }
            }
        }
    }
    tally
}

/// What we say of the first signature of a message, which is the one that xmlsec1 looks at.
fn verdict(message: &[u8], key: TestKey) -> Result<(), String> {
    let document =
        Document::parse(message, &Limits::message()).map_err(|error| format!("XML: {error}"))?;
    let signature = document.elements().find(|element| is_signature(*element));
    let signature = signature.ok_or("no signature")?;
    let parent = signature.parent().ok_or("a detached signature")?;
    let constraints = Constraints::default();
    let keys = [TrustedKey::from_text(key.certificate_pem()).expect("a certificate")];
    let claim = SignatureClaim::read(parent, &constraints).map_err(|error| error.to_string())?;
    let claim = claim.filter(|claim| claim.element() == signature.id());
    let claim = claim.ok_or("the signature is not its parent's")?;
    let task = claim.task(&keys, &constraints).map_err(|error| error.to_string())?;
    let verdict = task.verify_with_ring();
    let signed = claim
        .decide(&task, verdict, &keys)
        .and_then(|authentic| authentic.dereference(&document, &constraints))
        .map_err(|error| error.to_string())?;
    assert_eq!(signed.root().local_name(), parent.local_name());
    Ok(())
}
