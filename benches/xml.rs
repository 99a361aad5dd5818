//! How long reading and canonicalising a message take: `cargo bench --bench xml`.
//!
//! The message is shaped as Entra ID sends it, with a signed Assertion. What the engine does with
//! it is here in its parts: read the Response, canonicalise the Assertion without its Signature,
//! and SignedInfo, and read the canonical Assertion again.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark that goes wrong may panic")]

use std::hint::black_box;

use countersign::c14n::{Form, Method, canonicalize};
use countersign::xml::{Document, Element, Limits};
use countersign_test_idp::{Application, Idp, User};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const METHOD: Method = Method { form: Form::Exclusive, comments: false };
const OUTPUT_LIMIT: usize = 1024 * 1024;

fn named<'d>(document: &'d Document, name: &str) -> Element<'d> {
    document.elements().find(|it| it.local_name() == name).unwrap()
}

fn bytes(len: usize) -> Throughput {
    Throughput::Bytes(u64::try_from(len).unwrap())
}

fn message(criterion: &mut Criterion) {
    let application = Application::amplitude("482913");
    let response = Idp::contoso().response("bench", &application, &User::b_simon(), None);
    let text = response.issue().to_xml();
    let limits = Limits::message();
    let document = Document::parse(text.as_bytes(), &limits).unwrap();
    let assertion = named(&document, "Assertion");
    let signature = named(&document, "Signature");
    let signed_info = named(&document, "SignedInfo");
    let canonical = canonicalize(assertion, METHOD, &[], &[signature.id()], OUTPUT_LIMIT).unwrap();

    let mut group = criterion.benchmark_group("message");
    group.throughput(bytes(text.len()));
    group.bench_function(format!("read Response, {} bytes", text.len()), |bencher| {
        bencher.iter(|| Document::parse(black_box(text.as_bytes()), &limits));
    });
    group.throughput(bytes(canonical.len()));
    group.bench_function(format!("canonical Assertion, {} bytes", canonical.len()), |bencher| {
        bencher.iter(|| {
            canonicalize(black_box(assertion), METHOD, &[], &[signature.id()], OUTPUT_LIMIT)
        });
    });
    group.bench_function("read canonical Assertion", |bencher| {
        bencher.iter(|| Document::parse(black_box(&canonical), &limits));
    });
    let len = canonicalize(signed_info, METHOD, &[], &[], OUTPUT_LIMIT).unwrap().len();
    group.throughput(bytes(len));
    group.bench_function(format!("canonical SignedInfo, {len} bytes"), |bencher| {
        bencher.iter(|| canonicalize(black_box(signed_info), METHOD, &[], &[], OUTPUT_LIMIT));
    });
    group.finish();
}

/// Metadata of many identity providers, as a federation publishes it.
fn aggregate(criterion: &mut Criterion) {
    let key = "MIIC8DCCAdigAwIBAgIQf5qVd0eLhbVnF3mTlGv0hTANBgkqhkiG9w0BAQsFADA0".repeat(20);
    let entity = format!(
        "<md:EntityDescriptor entityID=\"https://idp.example.org/saml\">\n  <md:IDPSSODescriptor \
         protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\n    \
         <md:KeyDescriptor use=\"signing\">\n      <ds:KeyInfo><ds:X509Data>\n\
         <ds:X509Certificate>{key}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>\n    \
         </md:KeyDescriptor>\n    <md:SingleSignOnService \
         Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" \
         Location=\"https://idp.example.org/sso?a=1&amp;b=2\"/>\n  </md:IDPSSODescriptor>\n\
         </md:EntityDescriptor>\n"
    );
    let text = format!(
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
         xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">{}</md:EntitiesDescriptor>",
        entity.repeat(5000)
    );
    let limits = Limits::metadata();
    let document = Document::parse(text.as_bytes(), &limits).unwrap();

    let mut group = criterion.benchmark_group("aggregate");
    group.sample_size(20);
    group.throughput(bytes(text.len()));
    group.bench_function(format!("read {} bytes", text.len()), |bencher| {
        bencher.iter(|| Document::parse(black_box(text.as_bytes()), &limits));
    });
    group.bench_function("canonical", |bencher| {
        bencher.iter(|| canonicalize(document.root(), METHOD, &[], &[], usize::MAX));
    });
    group.finish();
}

criterion_group!(benches, message, aggregate);
criterion_main!(benches);
