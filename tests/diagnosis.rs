//! The catalogue of failed logins (`tests/diagnosis`): each gets the root cause that it has, and
//! its hint holds every fact that the administrator needs.
//!
//! What opens a message twice needs a store, which the package has: `tests/js/node/diagnosis.test.js`
//! runs those too.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod case;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use case::Case;
use countersign::report::{Code, Report};
use serde_json::{Value, json};

/// What the catalogue has to cover, and covers.
const ITEMS: &[&str] = &[
    "wrong Reply URL: http or https behind a proxy",
    "wrong Reply URL: near miss",
    "missing or wrong Reply URL",
    "wrong Reply URL: another tenant's",
    "wrong Identifier: spn: form",
    "wrong Identifier: trailing slash and other near misses",
    "wrong Identifier: Application ID URI",
    "wrong Identifier: another value",
    "wrong tenant issuer",
    "tenant-wide instead of app-specific metadata",
    "metadata of the wrong app",
    "rolled-over certificate",
    "inactive certificate",
    "expired certificate",
    "signing option mismatch",
    "SHA-1 tenant",
    "encrypted without key",
    "key of another SP",
    "clock off by minutes",
    "clock off by hours",
    "clock off by a time zone",
    "response kept too long",
    "opened twice (replay)",
    "back button (old InResponseTo)",
    "cookie lost (no request known)",
    "the reverse: answers a request where none is known",
    "IdP-initiated when not allowed",
    "user not assigned, and other AADSTS statuses",
    "SAML status codes",
    "NameID format or empty claim",
    "missing e-mail claim for provisioning",
    "group overage",
    "MFA missing",
    "response truncated by a form limit",
    "base64 mangled",
    "HTML-escaped XML",
    "BOM and other encodings",
    "charset damage",
    "a SAMLRequest pasted",
    "a LogoutResponse pasted",
    "an assertion without its Response",
    "a WS-Federation answer pasted",
    "an OIDC answer pasted",
    "JSON around a SAMLResponse",
    "HTML error page pasted",
    "metadata pasted as a response",
    "an artifact in place of a response",
    "XML pretty-printed by an editor after signing",
    "an entity that was escaped again",
    "line ends that were converted",
    "copied from a page that shows it",
    "changed by hand",
];

/// A failed login of the catalogue.
struct Failure {
    line: Value,
}

impl Failure {
    fn read_all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnosis");
        let mut files: Vec<_> = fs::read_dir(folder)
            .expect("the catalogue is there")
            .map(|entry| entry.expect("a file").path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "jsonl"))
            .collect();
        files.sort();
        let lines = files.iter().map(|file| fs::read_to_string(file).expect("a file of cases"));
        let parse = |line: &str| Self { line: serde_json::from_str(line).expect("a case a line") };
        lines.flat_map(|text| text.lines().map(parse).collect::<Vec<_>>()).collect()
    }

    fn id(&self) -> &str {
        self.line["id"].as_str().expect("an id")
    }

    fn item(&self) -> &str {
        self.line["item"].as_str().expect("an item")
    }

    fn needs_a_store(&self) -> bool {
        self.line["twice"] == true
    }

    fn message(&self) -> Vec<u8> {
        match self.line["message"].as_str() {
            Some(text) => text.as_bytes().to_vec(),
            None => STANDARD
                .decode(self.line["messageBytes"].as_str().expect("a message"))
                .expect("base64"),
        }
    }

    fn inspect(&self) -> Report {
        let case: Case = serde_json::from_value(json!({
            "id": self.id(),
            "class": self.item(),
            "message": "",
            "options": self.line["options"],
            "context": self.line["context"],
            "expect": self.line["expect"],
            "why": self.line["why"],
        }))
        .expect("the form of a fixture");
        case.inspect_message(&self.message()).expect("a report")
    }

    /// What is wrong with the diagnosis, if anything is.
    fn judge(&self) -> Result<(), String> {
        let report = self.inspect();
        let Some(cause) = report.root_cause() else { return Err("it is accepted".into()) };
        let expect = &self.line["expect"];
        let found = (cause.code.map(Code::as_str), Some(cause.id.as_str()));
        if found != (expect["code"].as_str(), expect["check"].as_str()) {
            return Err(format!("{found:?}: {:?} {:?}", cause.actual, cause.hint));
        }
        let mut texts: Vec<&str> = Vec::new();
        texts.extend(
            [&cause.expected, &cause.actual, &cause.hint].into_iter().flatten().map(String::as_str),
        );
        for hint in &report.hints {
            texts.push(&hint.text);
            let parts = [&hint.portal, &hint.field, &hint.value];
            texts.extend(parts.into_iter().flatten().map(String::as_str));
        }
        let facts = expect["facts"].as_array().expect("facts").iter();
        let missing: Vec<&str> = facts
            .map(|fact| fact.as_str().expect("a fact"))
            .filter(|fact| !texts.iter().any(|text| text.contains(fact)))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(format!("does not say {missing:?}: {texts:?}"))
    }
}

#[test]
fn every_failed_login_is_diagnosed() {
    let all = Failure::read_all();
    let (later, now): (Vec<_>, Vec<_>) = all.iter().partition(|one| one.needs_a_store());
    let wrong: Vec<String> = now
        .iter()
        .filter_map(|one| Some(format!("{}: {}", one.id(), one.judge().err()?)))
        .collect();
    println!(
        "diagnosis: {} failed logins, {} diagnosed; {} more need the package's store",
        now.len(),
        now.len() - wrong.len(),
        later.len()
    );
    assert!(now.len() >= 80, "only {}", now.len());
    assert!(later.len() <= 3, "too much is left to the package");
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), now.len(), wrong.join("\n"));
}

#[test]
fn the_catalogue_covers_everything_it_has_to() {
    let all = Failure::read_all();
    let mut by_item: BTreeMap<&str, usize> = BTreeMap::new();
    let mut ids = BTreeSet::new();
    for one in &all {
        assert!(ids.insert(one.id()), "{}: twice", one.id());
        assert!(ITEMS.contains(&one.item()), "{}: {} is no item", one.id(), one.item());
        *by_item.entry(one.item()).or_default() += 1;
    }
    for item in ITEMS {
        assert!(by_item.contains_key(item), "nothing covers: {item}");
    }
    println!("diagnosis: {} failed logins cover {} mistakes", all.len(), ITEMS.len());
}

/// A hint is shown and logged: it repeats nothing of the user.
#[test]
fn no_hint_names_the_user() {
    for one in Failure::read_all().iter().filter(|one| !one.needs_a_store()) {
        let report = one.inspect();
        let checks = report.checks.iter().filter_map(|check| check.hint.as_ref());
        let hints = report.hints.iter().flat_map(|hint| [Some(&hint.text), hint.value.as_ref()]);
        for text in checks.chain(hints.flatten()) {
            for person in ["Simon", "simon", "Müller", "R&D"] {
                assert!(!text.contains(person), "{}: {text}", one.id());
            }
        }
    }
}
