//! What hostile documents cost: `cargo bench --bench hostile [-- SHAPE]`.
//!
//! For each shape, sizes double from row to row. Linear cost shows in the columns of nanoseconds
//! and of memory a byte of input, which stay about the same. The limits are lifted here, so that
//! the algorithms show and not the limits; the last column is what the limits for messages say.
//!
//! Whole messages follow, through everything that a service provider does with them.
//!
//! Memory is the peak of what is allocated beside the input itself.

#![allow(
    missing_docs,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::format_collect,
    clippy::unwrap_used,
    reason = "a benchmark that goes wrong may panic, and its numbers are small"
)]

#[path = "../tests/hostile/mod.rs"]
mod messages;

use std::hint::black_box;
use std::time::{Duration, Instant};

use countersign::c14n::{Form, Method, canonicalize};
use countersign::report::Code;
use countersign::sp::ServiceProvider;
use countersign::xml::{Document, Element, Limits};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// A kind of document, made with `n` of what it has too many of.
struct Shape {
    name: &'static str,
    n: usize,
    text: fn(usize) -> String,
    work: Work,
}

/// What is done after reading.
#[derive(Clone, Copy)]
enum Work {
    Nothing,
    Exclusive,
    /// Exclusive, and as many prefixes are listed as the shape says.
    PrefixList,
    /// Canonical XML 1.1 of the last element, which inherits from all its ancestors.
    Inherited,
    /// Asks every element for its position, a namespace and its id.
    Questions,
}

fn many(n: usize, each: impl Fn(usize) -> String) -> String {
    (0..n).map(each).collect()
}

fn nested(n: usize, start: impl Fn(usize) -> String, end: &str) -> String {
    format!("{}{}", many(n, start), end.repeat(n))
}

const RUNS: usize = 5;

/// Bytes of a long name.
const LONG: usize = 10_000;

fn shapes() -> Vec<Shape> {
    use Work::{Exclusive, Inherited, Nothing, PrefixList, Questions};
    let shape = |name, n, work, text| Shape { name, n, text, work };
    vec![
        shape("elements nested", 100_000, Exclusive, |n| nested(n, |_| "<a>".into(), "</a>")),
        shape("elements side by side", 200_000, Exclusive, |n| {
            format!("<r>{}</r>", "<a/>".repeat(n))
        }),
        shape("attributes on one element", 60_000, Exclusive, |n| {
            format!("<r {}/>", many(n, |i| format!("a{i}='' ")))
        }),
        shape("attributes with names long and alike", 6_000, Exclusive, |n| {
            format!("<r {}/>", many(n, |i| format!("{}{i}='' ", "a".repeat(100))))
        }),
        shape("attributes over the depth", 60_000, Exclusive, |n| {
            nested(n, |i| format!("<a b{i}=''>"), "</a>")
        }),
        shape("attributes of namespaces long and alike", 20_000, Exclusive, |n| {
            let uri = "x".repeat(LONG);
            let attributes =
                many(n, |i| format!("{}:a{i}='' ", if i % 2 == 0 { 'p' } else { 'q' }));
            format!("<r xmlns:p='u:{uri}p' xmlns:q='u:{uri}q' {attributes}/>")
        }),
        shape("namespaces on one element, unused", 60_000, Exclusive, |n| {
            format!("<r {}><a/></r>", many(n, |i| format!("xmlns:p{i}='u:{i}' ")))
        }),
        shape("namespaces on one element, used", 60_000, Exclusive, |n| {
            let declarations = many(n, |i| format!("xmlns:p{i}='u:{i}' "));
            format!("<r {declarations}>{}</r>", many(n, |i| format!("<p{i}:a/>")))
        }),
        shape("namespaces over the depth", 60_000, Exclusive, |n| {
            nested(n, |i| format!("<a xmlns:p{i}='u:{i}' p{i}:b=''>"), "</a>")
        }),
        shape("one prefix redeclared over the depth", 60_000, Exclusive, |n| {
            nested(n, |i| format!("<p:a xmlns:p='u:{i}'>"), "</p:a>")
        }),
        shape("namespaces listed", 60_000, PrefixList, |n| {
            format!("<r {}><a/></r>", many(n, |i| format!("xmlns:p{i}='u:{i}' ")))
        }),
        shape("xml:base and others to inherit", 60_000, Inherited, |n| {
            nested(n, |i| format!("<a xml:base='b{i}/' xml:a{i}=''>"), "</a>")
        }),
        shape("text", 8_000_000, Exclusive, |n| format!("<r>{}</r>", "x".repeat(n))),
        shape("text of brackets", 8_000_000, Exclusive, |n| format!("<r>{}</r>", "]".repeat(n))),
        shape("text to escape", 8_000_000, Exclusive, |n| format!("<r>{}</r>", ">".repeat(n))),
        shape("line ends to normalise", 4_000_000, Exclusive, |n| {
            format!("<r>{}</r>", "\r\n".repeat(n))
        }),
        shape("references", 1_000_000, Exclusive, |n| format!("<r>{}</r>", "&lt;".repeat(n))),
        shape("references and text by turns", 1_000_000, Exclusive, |n| {
            format!("<r>{}</r>", "x&#x9;<![CDATA[y]]>".repeat(n))
        }),
        shape("references in one attribute", 1_000_000, Exclusive, |n| {
            format!("<r a='{}'/>", "&amp;".repeat(n))
        }),
        shape("ampersands without semicolon", 4_000_000, Nothing, |n| {
            format!("<r>{}</r>", "&".repeat(n))
        }),
        shape("less-than signs", 4_000_000, Nothing, |n| format!("<r>{}", "<".repeat(n))),
        shape("one comment", 8_000_000, Exclusive, |n| format!("<r><!--{}--></r>", "- ".repeat(n))),
        shape("comments", 200_000, Exclusive, |n| format!("<r>{}</r>", "x<!---->".repeat(n))),
        shape("a DOCTYPE of brackets", 4_000_000, Nothing, |n| {
            format!("<!DOCTYPE r [{}", "<!ENTITY a '['>]".repeat(n / 16))
        }),
        shape("ids", 100_000, Questions, |n| {
            format!("<r xmlns:p='u:'>{}</r>", many(n, |i| format!("<a ID='_{i}'/>")))
        }),
        shape("elements asked about, nested", 20_000, Questions, |n| {
            nested(n, |_| "<a xmlns:p='u:' ID=''>".into(), "</a>")
        }),
    ]
}

const METHOD: Method = Method { form: Form::Exclusive, comments: true };

fn work(document: &Document, work: Work, n: usize) {
    let root = document.root();
    match work {
        Work::Nothing => {}
        Work::Exclusive => drop(black_box(canonicalize(root, METHOD, &[], &[], usize::MAX))),
        Work::PrefixList => {
            let list: Vec<String> = (0..n).map(|i| format!("p{i}")).collect();
            let list: Vec<&str> = list.iter().map(String::as_str).collect();
            let apex = root.child_elements().next().unwrap();
            drop(black_box(canonicalize(apex, METHOD, &list, &[], usize::MAX)));
        }
        Work::Inherited => {
            let apex = document.elements().last().unwrap();
            let method = Method { form: Form::Inclusive11, comments: true };
            drop(black_box(canonicalize(apex, method, &[], &[], usize::MAX)));
        }
        Work::Questions => {
            let answers = |element: Element<'_>| {
                let namespace = element.namespace_for_prefix("p").map(str::len);
                (element.position(), namespace, element.attribute("ID").map(str::len))
            };
            black_box(document.elements().map(answers).max());
        }
    }
}

const UNLIMITED: Limits = Limits {
    input_bytes: usize::MAX,
    depth: usize::MAX,
    nodes: usize::MAX,
    attributes: usize::MAX,
    attributes_per_element: usize::MAX,
    namespaces: usize::MAX,
    namespaces_per_element: usize::MAX,
};

fn row(shape: &Shape, n: usize) {
    let text = (shape.text)(n);
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    // The best of a few runs: what else the machine does only ever adds.
    let (mut read, mut worked) = (Duration::MAX, Duration::MAX);
    for _ in 0..RUNS {
        let start = Instant::now();
        let outcome = Document::parse(black_box(text.as_bytes()), &UNLIMITED);
        read = read.min(start.elapsed());
        let start = Instant::now();
        if let Ok(document) = &outcome {
            work(document, shape.work, n);
        }
        worked = worked.min(start.elapsed());
    }
    let peak = MEMORY.peak_usage().saturating_sub(before);
    let bytes = text.len() as f64;
    let default = match Document::parse(text.as_bytes(), &Limits::message()) {
        Ok(_) => String::from("read"),
        Err(error) => format!("{:?}", error.class()),
    };
    println!(
        "{:40} {n:>8} {:>9.1} {:>8.2} {:>6.2} {:>8.2} {:>6.2} {:>8.1} {:>6.1}  {default}",
        shape.name,
        bytes / 1e3,
        read.as_secs_f64() * 1e3,
        read.as_secs_f64() * 1e9 / bytes,
        worked.as_secs_f64() * 1e3,
        worked.as_secs_f64() * 1e9 / bytes,
        peak as f64 / 1e6,
        peak as f64 / bytes,
    );
}

/// A whole message. The bound on canonical forms stays: without it, the shape that is about it
/// would take what the attacker wants.
fn message_row(shape: &messages::Shape, n: usize) {
    let message = (shape.message)(n);
    let context = messages::context();
    let answer = |provider: &ServiceProvider| {
        let report = provider.inspect_response(black_box(message.as_bytes()), &context).unwrap();
        report.code().map_or("accepted", Code::as_str)
    };
    let lifted = messages::service_provider(|options| options.limits = UNLIMITED);
    let limited = messages::service_provider(|_| {});
    let measured = |provider: &ServiceProvider| {
        let mut best = Duration::MAX;
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        for _ in 0..RUNS {
            let start = Instant::now();
            black_box(answer(provider));
            best = best.min(start.elapsed());
        }
        (best.as_secs_f64(), MEMORY.peak_usage().saturating_sub(before) as f64)
    };
    let bytes = message.len() as f64;
    let ((time, peak), (time_limited, peak_limited)) = (measured(&lifted), measured(&limited));
    println!(
        "{:40} {n:>8} {:>9.1} {:>8.2} {:>6.1} {:>8.1} {:>6.1} {:>8.2} {:>8.1}  {}",
        shape.name,
        bytes / 1e3,
        time * 1e3,
        time * 1e9 / bytes,
        peak / 1e6,
        peak / bytes,
        time_limited * 1e3,
        peak_limited / 1e6,
        answer(&limited).trim_start_matches("ERR_SAML_"),
    );
}

fn main() {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let wanted = |name: &str| wanted.as_ref().is_none_or(|wanted| name.contains(wanted.as_str()));
    let sizes = |n: usize| [n / 8, n / 4, n / 2, n];
    println!(
        "{:40} {:>8} {:>9} {:>8} {:>6} {:>8} {:>6} {:>8} {:>6}  with the limits for messages",
        "shape", "n", "KB", "read ms", "ns/B", "work ms", "ns/B", "peak MB", "B/B"
    );
    for shape in shapes().iter().filter(|shape| wanted(shape.name)) {
        for n in sizes(shape.n) {
            row(shape, n);
        }
    }
    println!(
        "\n{:40} {:>8} {:>9} {:>8} {:>6} {:>8} {:>6}  with the limits for messages: ms, MB, code",
        "message with many", "n", "KB", "ms", "ns/B", "peak MB", "B/B"
    );
    for shape in messages::shapes().iter().filter(|shape| wanted(shape.name)) {
        for n in sizes(shape.n) {
            message_row(shape, n);
        }
    }
}
