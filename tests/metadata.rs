//! Metadata of other projects' identity providers, with what it says and whether its signature
//! holds (`corpus/metadata`). What is decided otherwise stands in `tests/exceptions/metadata.jsonl`.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod corpus;

use std::collections::BTreeSet;

use countersign::dsig::{Constraints, KeyFamily, TrustedKey};
use countersign::saml::metadata::{Endpoint, IdentityProvider, KeyPurpose, Metadata};
use countersign::saml::time::Instant;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    id: String,
    file: String,
    expect: String,
    why: Option<String>,
    now: String,
    idps: usize,
    entity_id: Option<String>,
    idp: Vec<Idp>,
    idp_entity_ids: Option<Vec<String>>,
    valid_until: Option<String>,
    signature: Option<String>,
    signature_cert: Option<String>,
    legacy: Vec<String>,
}

#[derive(Deserialize)]
struct Idp {
    entity_id: String,
    sso: Vec<Service>,
    slo: Vec<Service>,
    signing_certs_distinct: usize,
    signing_keys: Vec<String>,
    encryption_certs: usize,
    want_authn_requests_signed: Option<String>,
    name_id_formats: Vec<String>,
}

#[derive(Deserialize, Debug, PartialEq)]
struct Service {
    binding: String,
    location: String,
}

impl Case {
    fn now(&self) -> Instant {
        Instant::parse(&self.now).expect("a time of the corpus")
    }

    fn bytes(&self) -> Vec<u8> {
        corpus::bytes("metadata", &self.file)
    }

    fn pinned(&self) -> Vec<TrustedKey> {
        let pem = self.signature_cert.iter().map(|name| corpus::text("metadata", name));
        pem.map(|pem| TrustedKey::from_text(&pem).expect("a certificate")).collect()
    }
}

#[test]
fn what_is_read_is_what_the_corpus_says() {
    let Some(cases) = corpus::cases::<Case>("metadata") else { return };
    let mut exceptions = corpus::exceptions("metadata");
    let (mut accepted, mut refused, mut excepted) = (0, 0, 0);
    let mut wrong = Vec::new();
    for case in &cases {
        let actual = verdict(case);
        match exceptions.remove(&case.id) {
            Some(one) if one.actual == actual && one.expected == case.expect => excepted += 1,
            Some(_) => wrong.push(format!("{}: the exception is stale: {actual}", case.id)),
            None if case.expect == "accept" && actual == "accept" => accepted += 1,
            None if case.expect == "refuse" && actual.starts_with("ERR_SAML_") => refused += 1,
            None => wrong
                .push(format!("{}: {actual}, expected {} ({:?})", case.id, case.expect, case.why)),
        }
    }
    wrong.extend(exceptions.keys().map(|id| format!("{id}: the exception names no case")));
    let total = accepted + refused + excepted;
    println!(
        "metadata: {total} run, {accepted} accepted, {refused} refused, {excepted} known to differ"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `accept`, or the code of the refusal, or what was read otherwise than the corpus says.
fn verdict(case: &Case) -> String {
    let bytes = case.bytes();
    let metadata = match &case.signature_cert {
        None => Metadata::parse(&bytes),
        Some(_) => Metadata::signed_by(
            &bytes,
            &case.pinned(),
            &Constraints {
                allow_sha1: !case.legacy.is_empty(),
                rsa_bits: 1024..=8192,
                ..Constraints::default()
            },
            corpus::legacy_verifier,
        ),
    };
    let metadata = match metadata {
        Ok(metadata) => metadata,
        Err(error) => {
            assert!(error.expected.is_some(), "{}: {error:?}", case.id);
            assert!(error.actual.is_some() && error.hint.is_some(), "{}: {error:?}", case.id);
            return error.code.as_str().to_owned();
        }
    };
    if metadata.signer().is_some() != (case.signature.as_deref() == Some("valid")) {
        return "the signature was judged otherwise".to_owned();
    }
    let ids = metadata.identity_provider_ids();
    if ids.len() != case.idps {
        return format!("{} identity providers", ids.len());
    }
    if case.idp_entity_ids.as_ref().is_some_and(|expected| *expected != ids) {
        return format!("the identity providers {ids:?}");
    }
    let only = ids.iter().collect::<BTreeSet<_>>().len() == 1;
    for idp in &case.idp {
        let by_name = metadata.identity_provider(Some(&idp.entity_id), case.now());
        if only {
            assert_eq!(metadata.identity_provider(None, case.now()), by_name, "{}", case.id);
            // Null where one entity is described twice.
            let expected = case.entity_id.as_ref().unwrap_or(&idp.entity_id);
            assert_eq!(&idp.entity_id, expected, "{}", case.id);
        }
        let provider = match by_name {
            Ok(provider) => provider,
            Err(error) => {
                assert!(error.expected.is_some(), "{}: {error:?}", case.id);
                assert!(error.actual.is_some() && error.hint.is_some(), "{}: {error:?}", case.id);
                let code = error.code.as_str();
                // No key, or none that can be read: parses, but nobody can be trusted by it.
                let keyless = idp.signing_keys.iter().all(|key| key == "unreadable");
                if keyless && code == "ERR_SAML_METADATA_CERTIFICATE" {
                    continue;
                }
                return code.to_owned();
            }
        };
        if let Some(difference) = difference(&provider, idp) {
            return difference;
        }
        let until = case.valid_until.as_deref().map(|until| Instant::parse(until).expect("a time"));
        // The corpus gives the root's; what is within may end earlier.
        let sooner = until.is_none_or(|until| provider.valid_until.is_some_and(|it| it <= until));
        if !sooner || (case.idps == 1 && provider.valid_until != until) {
            return format!("validUntil {:?}", provider.valid_until);
        }
    }
    if case.idps == 0 {
        let error = metadata.identity_provider(None, case.now()).expect_err("there is none");
        assert_eq!(error.code.as_str(), "ERR_SAML_METADATA_ENTITY", "{}", case.id);
    }
    "accept".to_owned()
}

/// What was read otherwise than the corpus says.
fn difference(provider: &IdentityProvider, idp: &Idp) -> Option<String> {
    let keys: BTreeSet<String> = provider.keys.iter().map(key_name).collect();
    let expected: BTreeSet<String> = idp.signing_keys.iter().cloned().collect();
    let encryption =
        provider.certificates.iter().filter(|key| key.purpose != KeyPurpose::Signing).count();
    let found = [
        ("entity_id", provider.entity_id != idp.entity_id),
        ("sso", services(&provider.single_sign_on_services) != idp.sso),
        ("slo", services(&provider.single_logout_services) != idp.slo),
        ("signing_certs", provider.keys.len() != idp.signing_certs_distinct),
        ("signing_keys", keys != expected),
        ("encryption_certs", encryption != idp.encryption_certs),
        (
            "want_authn_requests_signed",
            provider.want_authn_requests_signed
                != (idp.want_authn_requests_signed.as_deref() == Some("true")),
        ),
        ("name_id_formats", provider.name_id_formats != idp.name_id_formats),
    ];
    let (name, _) = found.into_iter().find(|(_, differs)| *differs)?;
    Some(format!("{name} of {provider:?}"))
}

fn key_name(key: &TrustedKey) -> String {
    match key.key().family() {
        KeyFamily::Rsa => format!("rsa{}", key.key().bits()),
        KeyFamily::EcP256 => "ec-secp256r1".to_owned(),
        other => format!("{other:?}"),
    }
}

fn services(endpoints: &[Endpoint]) -> Vec<Service> {
    let service = |endpoint: &Endpoint| Service {
        binding: endpoint.binding.rsplit(':').next().unwrap_or_default().to_owned(),
        location: endpoint.location.clone(),
    };
    endpoints.iter().map(service).collect()
}

/// SHA-1 and RSA of 1024 bits are refused unless asked for.
#[test]
fn legacy_signatures_are_refused_by_default() {
    let Some(cases) = corpus::cases::<Case>("metadata") else { return };
    let mut run = 0;
    for case in cases.iter().filter(|case| !case.legacy.is_empty()) {
        let error = Metadata::signed(&case.bytes(), &case.pinned(), false).expect_err(&case.id);
        assert_eq!(error.code.as_str(), "ERR_SAML_METADATA_SIGNATURE", "{}", case.id);
        run += 1;
    }
    println!("metadata: {run} legacy signatures refused by default");
    assert!(run >= 6);
}

/// What a pinned key signed does not verify with another key, and an unsigned document not at all.
#[test]
fn a_pinned_key_admits_its_own_documents_alone() {
    let Some(cases) = corpus::cases::<Case>("metadata") else { return };
    let stranger = include_str!("data/keys/attacker.crt.pem");
    let stranger = vec![TrustedKey::from_text(stranger).expect("our certificate")];
    let (mut signed, mut unsigned) = (0, 0);
    for case in &cases {
        let Some(signature) = case.signature.as_deref() else { continue };
        let refused = Metadata::signed(&case.bytes(), &stranger, true).expect_err(&case.id);
        match refused.code.as_str() {
            // Not metadata at all.
            "ERR_SAML_METADATA_XML" => continue,
            code => assert_eq!(code, "ERR_SAML_METADATA_SIGNATURE", "{}", case.id),
        }
        assert!(refused.hint.is_some() && refused.actual.is_some(), "{}", case.id);
        if signature == "none" { unsigned += 1 } else { signed += 1 }
    }
    println!("metadata: {signed} signed and {unsigned} unsigned refused for a key not pinned");
    assert!(signed >= 12 && unsigned >= 15);
}
