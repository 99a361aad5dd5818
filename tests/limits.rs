//! Every limit answers with its code, to the unit, and hostile messages cost little memory.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that goes wrong may panic"
)]

mod hostile;

use std::sync::Mutex;

use countersign::policy::Options;
use countersign::report::Report;
use countersign::saml::redirect::{Direction, Query, inflated};
use countersign::sp::ServiceProvider;
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Memory is counted for the whole program, so its tests take turns.
static TURN: Mutex<()> = Mutex::new(());

/// Bytes that a message may take, whatever it is: the canonical form may have 4 MiB and be parsed
/// again, and a document of 1 MiB has up to a hundred thousand nodes.
const MEMORY_LIMIT: usize = 32 << 20;

fn inspect(provider: &ServiceProvider, message: &str) -> Report {
    provider.inspect_response(message.as_bytes(), &hostile::context()).expect("a good call")
}

/// The code without `ERR_SAML_`, and what was expected instead.
fn cause(report: &Report) -> (String, String) {
    let Some(check) = report.root_cause() else { return ("accepted".into(), String::new()) };
    let code = check.code.expect("a failed check has a code").as_str();
    let expected = check.expected.clone().unwrap_or_default();
    (code.trim_start_matches("ERR_SAML_").to_owned(), expected)
}

#[test]
fn every_hostile_shape_is_answered_with_its_code_and_in_bounded_memory() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let provider = hostile::service_provider(|_| {});
    assert!(inspect(&provider, &hostile::genuine().to_xml()).ok(), "the genuine message");
    let mut wrong = Vec::new();
    let mut most = 0;
    let shapes = hostile::shapes();
    for shape in &shapes {
        let message = (shape.message)(shape.n);
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let report = inspect(&provider, &message);
        let peak = MEMORY.peak_usage().saturating_sub(before);
        most = most.max(peak);
        let (code, expected) = cause(&report);
        if code != shape.code || !expected.contains(shape.expected) {
            let wanted = (shape.code, shape.expected);
            wrong.push(format!("{}: {code} ({expected}), not {wanted:?}", shape.name));
        }
        if peak > MEMORY_LIMIT {
            wrong.push(format!("{}: {peak} bytes for {}", shape.name, message.len()));
        }
    }
    println!(
        "limits: {} hostile shapes refused with their codes, at most {} MB",
        shapes.len(),
        most >> 20
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A claim that the set-up demands is looked at whatever the signature is worth. Compared each with
/// each before it, the values that the limits let through would keep a server busy for seconds.
#[test]
fn many_values_of_a_demanded_claim_cost_no_more_than_of_another() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let email = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";
    let provider = hostile::service_provider(|options| {
        options.required_claims = Some(vec!["email".to_owned()]);
    });
    let genuine = hostile::genuine().to_xml();
    let (head, tail) = genuine.split_once("</saml:AttributeStatement>").unwrap_or_else(|| {
        genuine.split_once("</AttributeStatement>").expect("an AttributeStatement")
    });
    let end = genuine.get(head.len()..genuine.len() - tail.len()).expect("its end");
    let cost = |name: &str| {
        let values: Vec<String> = (0..15_000)
            .map(|n| format!("<a:AttributeValue>v{n}@x.example</a:AttributeValue>"))
            .collect();
        let attribute = format!(
            "<a:Attribute xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion' Name='{name}'>{}\
             </a:Attribute>",
            values.concat()
        );
        let message = format!("{head}{attribute}{end}{tail}");
        let times = (0..3).map(|_| {
            let start = std::time::Instant::now();
            let report = inspect(&provider, &message);
            assert_eq!(cause(&report).0, "SIGNATURE_DIGEST");
            start.elapsed()
        });
        times.min().unwrap_or_default()
    };
    let (other, demanded) = (cost("urn:x:other"), cost(email));
    println!("claims: {other:?}, and {demanded:?} where it is demanded");
    assert!(demanded < other * 6, "{demanded:?}, not {other:?}");
}

/// A thousandth of what comes out goes in. (SAML bindings 3.4.4.1)
#[test]
fn what_a_redirect_carries_is_inflated_up_to_the_limit_and_no_further() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let bomb = Query::new(Direction::Response, &" ".repeat(20_000_000), None, None);
    let octets = std::str::from_utf8(bomb.signed_octets()).expect("a query is ASCII");
    let value = octets.replace("SAMLResponse=", "").replace("%2B", "+").replace("%2F", "/");
    let value = value.replace("%3D", "=");
    assert!(value.len() < 50_000, "{}", value.len());
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    assert_eq!(inflated(&value, 1 << 20), None);
    let peak = MEMORY.peak_usage().saturating_sub(before);
    assert!(peak < 4 << 20, "{peak} bytes for {}", value.len());
    assert_eq!(inflated(&value, 20_000_000).map(|octets| octets.len()), Some(20_000_000));
}

/// One limit: its name in the answer, its code, and how it is set.
type Limit = (&'static str, &'static str, fn(&mut Options, usize));

const LIMITS: &[Limit] = &[
    ("bytes of XML", "INPUT_TOO_LARGE", |options, n| options.limits.input_bytes = n),
    ("(limits.depth)", "XML_LIMIT", |options, n| options.limits.depth = n),
    ("(limits.nodes)", "XML_LIMIT", |options, n| options.limits.nodes = n),
    ("(limits.attributes)", "XML_LIMIT", |options, n| options.limits.attributes = n),
    ("(limits.attributesPerElement)", "XML_LIMIT", |options, n| {
        options.limits.attributes_per_element = n;
    }),
    ("(limits.namespaces)", "XML_LIMIT", |options, n| options.limits.namespaces = n),
    ("(limits.namespacesPerElement)", "XML_LIMIT", |options, n| {
        options.limits.namespaces_per_element = n;
    }),
    ("a canonical form", "XML_LIMIT", |options, n| options.canonical_bytes = n),
];

/// The genuine message passes with each limit just high enough and is refused by name one below.
#[test]
fn each_limit_holds_to_the_unit() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let message = hostile::genuine().to_xml();
    for (name, code, set) in LIMITS {
        let cause_with = |limit: usize| {
            cause(&inspect(&hostile::service_provider(|options| set(options, limit)), &message))
        };
        let accepted = |limit: usize| cause_with(limit).0 == "accepted";
        // The smallest limit that is enough, between one that is not and one that is.
        let (mut low, mut enough) = (0, 1 << 20);
        while enough - low > 1 {
            let middle = usize::midpoint(low, enough);
            if accepted(middle) { enough = middle } else { low = middle }
        }
        assert!(enough > 0 && enough < 1 << 20, "{name}: {enough}");
        let (found, expected) = cause_with(enough - 1);
        assert_eq!(found, *code, "{name} of {}", enough - 1);
        assert!(expected.contains(name), "{name} of {}: {expected}", enough - 1);
        assert!(expected.contains(&(enough - 1).to_string()), "{name}: {expected}");
    }
    println!("limits: {} limits hold to the unit", LIMITS.len());
}
