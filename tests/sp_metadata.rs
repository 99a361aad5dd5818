//! The metadata of a service provider: what it says, that its signature holds, that it is read
//! back as it was meant, and that no value breaks out of its place.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod case;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use case::Case;
use countersign::dsig::{Certificate, NAMESPACE, TrustedKey};
use countersign::policy::{Policy, RequireSigned};
use countersign::report::{Code, SetupError};
use countersign::saml::metadata::{
    Contact, ContactKind, KeyPurpose, Metadata, Organization, ServiceProviderMetadata,
};
use countersign::saml::time::{Instant, Seconds};
use countersign::sp::ServiceProvider;
use countersign::sp::metadata::{MetadataRequest, UnsignedMetadata, Written};
use countersign::xml::{Document, Element, Limits};
use countersign::{Context, IdentityProvider, Options};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseResult, TestRunner};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};

const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

macro_rules! key_file {
    ($name:literal) => {
        include_str!(concat!("data/keys/", $name))
    };
}

fn now() -> Instant {
    Instant::parse("2026-03-10T09:00:00Z").expect("a time")
}

fn identity_provider() -> IdentityProvider {
    let xml = include_str!("data/metadata/contoso.xml");
    IdentityProvider::from_metadata(xml.as_bytes(), None, now()).expect("metadata")
}

fn certificate(pem: &str) -> Certificate {
    Certificate::from_text(pem).expect("a certificate")
}

fn options() -> Options {
    Options {
        entity_id: Some("https://app.example.com/saml".into()),
        reply_urls: vec![
            "https://app.example.com/saml/acs".into(),
            "https://eu.app.example.com/saml/acs?region=eu&b".into(),
        ],
        logout_url: Some("https://app.example.com/saml/logout".into()),
        identity_providers: vec![identity_provider()],
        can_decrypt: true,
        signing_certificates: vec![
            certificate(key_file!("entra-active.crt.pem")),
            certificate(key_file!("rsa-3072.crt.pem")),
        ],
        encryption_certificates: vec![certificate(key_file!("sp-encryption.crt.pem"))],
        ..Options::default()
    }
}

fn request() -> MetadataRequest {
    MetadataRequest {
        id: Some("_8f2a".into()),
        valid_until: Instant::parse("2026-03-10T09:00:00.001Z"),
        cache: Some(Seconds(86_400)),
        name_id_formats: vec![
            "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress".into(),
            "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent".into(),
        ],
        organization: Some(Organization {
            name: "Contoso Ltd <& Sons>".into(),
            display_name: "Contoso \"Größe\"".into(),
            url: "https://contoso.example/?a&b".into(),
            language: "de-CH".into(),
        }),
        contacts: vec![
            Contact {
                kind: ContactKind::Technical,
                company: Some("Contoso".into()),
                given_name: Some("Ada".into()),
                sur_name: Some("O'Hara".into()),
                email_address: Some("ada@contoso.example".into()),
                telephone_number: Some("+41 44 000 00 00".into()),
            },
            Contact {
                kind: ContactKind::Support,
                company: None,
                given_name: None,
                sur_name: None,
                email_address: Some("mailto:help@contoso.example".into()),
                telephone_number: None,
            },
        ],
        authn_requests_signed: true,
        signature_algorithm: None,
        ..MetadataRequest::at(now())
    }
}

fn written(options: Options, request: &MetadataRequest) -> Result<Written, SetupError> {
    ServiceProvider::new(options)?.metadata(request)
}

fn unsigned(options: Options, request: &MetadataRequest) -> String {
    match written(options, request).expect("metadata") {
        Written::Ready(xml) => xml,
        Written::Sign(_) => panic!("no signature was asked for"),
    }
}

fn to_sign(algorithm: &str, options: Options) -> UnsignedMetadata {
    let request = MetadataRequest { signature_algorithm: Some(algorithm.into()), ..request() };
    match written(options, &request).expect("metadata") {
        Written::Sign(unsigned) => *unsigned,
        Written::Ready(_) => panic!("a signature was asked for"),
    }
}

fn pkcs8(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body).expect("base64")
}

/// What the host does.
fn rsa_signature(pem: &str, data: &[u8]) -> Vec<u8> {
    let key = RsaKeyPair::from_pkcs8(&pkcs8(pem)).expect("a key");
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), data, &mut signature).expect("signed");
    signature
}

fn signed() -> String {
    let unsigned = to_sign(RSA_SHA256, options());
    let signature = rsa_signature(key_file!("rsa-3072.key.pem"), &unsigned.task().data);
    unsigned.with_signature(&signature).expect("the certificate of this key is there")
}

fn read(xml: &str) -> ServiceProviderMetadata {
    let metadata = Metadata::parse(xml.as_bytes()).expect("metadata");
    metadata.service_provider(None, now()).expect("a service provider")
}

fn parsed(xml: &str) -> Document {
    Document::parse(xml.as_bytes(), &Limits::metadata()).expect("XML")
}

/// Names and texts of an element's children.
fn children(element: Element<'_>) -> Vec<(String, String)> {
    let child = |child: Element<'_>| (child.local_name().to_owned(), child.text().into_owned());
    element.child_elements().map(child).collect()
}

#[test]
fn what_is_written_is_read_back() {
    let read = read(&unsigned(options(), &request()));
    assert_eq!(read.entity_id, "https://app.example.com/saml");
    assert_eq!(read.reply_urls(), options().reply_urls);
    let indexes: Vec<_> =
        read.assertion_consumer_services.iter().map(|one| (one.index, one.is_default)).collect();
    assert_eq!(indexes, [(Some(0), true), (Some(1), false)]);
    let logout: Vec<_> = read
        .single_logout_services
        .iter()
        .map(|one| (one.binding.as_str(), one.location.as_str()))
        .collect();
    let url = "https://app.example.com/saml/logout";
    assert_eq!(logout, [(REDIRECT, url), (POST, url)]);
    assert_eq!(read.name_id_formats, request().name_id_formats);
    assert_eq!(read.valid_until, request().valid_until);
    assert!(read.authn_requests_signed);
    assert!(!read.want_assertions_signed);
    let keys: Vec<_> = read.certificates.iter().map(|one| one.certificate.clone()).collect();
    let purposes: Vec<_> = read.certificates.iter().map(|one| one.purpose).collect();
    let given = [options().signing_certificates, options().encryption_certificates].concat();
    assert_eq!(keys, given);
    assert_eq!(purposes, [KeyPurpose::Signing, KeyPurpose::Signing, KeyPurpose::Encryption]);
    assert_eq!(read.unusable_keys, []);
}

#[test]
fn a_service_provider_is_set_up_from_its_own_metadata() {
    let given = Options { identity_providers: vec![identity_provider()], ..Options::default() };
    let provider = ServiceProvider::from_metadata(signed().as_bytes(), given, now());
    let again = provider.expect("a set-up").metadata(&MetadataRequest::at(now()));
    let Ok(Written::Ready(again)) = again else { panic!("{again:?}") };
    let again = read(&again);
    assert_eq!(again.entity_id, "https://app.example.com/saml");
    assert_eq!(again.reply_urls(), options().reply_urls);
}

#[test]
fn organization_and_contacts_are_in_it_to_the_letter() {
    let document = parsed(&unsigned(options(), &request()));
    let root = document.root();
    assert_eq!(root.attribute("cacheDuration"), Some("PT86400S"));
    let names: Vec<_> = root.child_elements().map(Element::local_name).collect();
    assert_eq!(names, ["SPSSODescriptor", "Organization", "ContactPerson", "ContactPerson"]);
    let of = |index: usize| children(root.child_elements().nth(index).expect("a child"));
    let pairs = |list: &[(&str, &str)]| -> Vec<(String, String)> {
        list.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    };
    assert_eq!(
        of(1),
        pairs(&[
            ("OrganizationName", "Contoso Ltd <& Sons>"),
            ("OrganizationDisplayName", "Contoso \"Größe\""),
            ("OrganizationURL", "https://contoso.example/?a&b"),
        ])
    );
    assert_eq!(
        of(2),
        pairs(&[
            ("Company", "Contoso"),
            ("GivenName", "Ada"),
            ("SurName", "O'Hara"),
            ("EmailAddress", "mailto:ada@contoso.example"),
            ("TelephoneNumber", "+41 44 000 00 00"),
        ])
    );
    assert_eq!(of(3), pairs(&[("EmailAddress", "mailto:help@contoso.example")]));
}

#[test]
fn a_plain_set_up_says_no_more_than_it_must() {
    let plain = Options {
        entity_id: Some("https://app.example.com/saml".into()),
        // The same URL twice is one endpoint.
        reply_urls: vec!["https://app.example.com/saml/acs".into(); 2],
        identity_providers: vec![identity_provider()],
        ..Options::default()
    };
    assert_eq!(
        unsigned(plain, &MetadataRequest::at(now())),
        "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
         entityID=\"https://app.example.com/saml\"><md:SPSSODescriptor \
         AuthnRequestsSigned=\"false\" \
         protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\
         <md:AssertionConsumerService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
         Location=\"https://app.example.com/saml/acs\" index=\"0\" isDefault=\"true\">\
         </md:AssertionConsumerService></md:SPSSODescriptor></md:EntityDescriptor>"
    );
}

#[test]
fn assertions_are_wanted_signed_where_that_is_the_policy() {
    for (require_signed, wanted) in [
        (RequireSigned::Any, false),
        (RequireSigned::Assertion, true),
        (RequireSigned::Both, true),
        (RequireSigned::Response, false),
    ] {
        let options = Options { require_signed, ..options() };
        assert_eq!(read(&unsigned(options, &request())).want_assertions_signed, wanted);
    }
}

#[test]
fn the_signature_stands_first_and_holds_with_the_certificate_of_the_key_alone() {
    let xml = signed();
    let pinned = |pem| vec![TrustedKey::from_certificate(certificate(pem))];
    let right = pinned(key_file!("rsa-3072.crt.pem"));
    let metadata = Metadata::signed(xml.as_bytes(), &right, false).expect("the signature holds");
    assert_eq!(metadata.service_provider(None, now()).expect("what was signed"), read(&xml));
    for other in [key_file!("entra-active.crt.pem"), key_file!("attacker.crt.pem")] {
        let error = Metadata::signed(xml.as_bytes(), &pinned(other), false).expect_err("another");
        assert_eq!(error.code, Code::MetadataSignature);
    }
    // No octet of what is signed can change.
    for (from, to) in [
        ("eu.app.example.com", "eu.app.evil.example"),
        ("isDefault=\"true\"", "isDefault=\"false\""),
        ("use=\"encryption\"", "use=\"signing\""),
        ("AuthnRequestsSigned=\"true\"", "AuthnRequestsSigned=\"false\""),
    ] {
        assert!(xml.contains(from), "{from}");
        let changed = xml.replace(from, to);
        let error = Metadata::signed(changed.as_bytes(), &right, false).expect_err(from);
        assert_eq!(error.code, Code::MetadataSignature, "{from}");
    }

    let document = parsed(&xml);
    let first = document.root().child_elements().next().expect("a child");
    assert!(first.is(NAMESPACE, "Signature"), "the schema has it there");
    let shown = document.elements().find(|one| one.is(NAMESPACE, "X509Certificate"));
    let der = STANDARD.decode(shown.expect("a KeyInfo").text().as_ref()).expect("base64");
    assert_eq!(der, certificate(key_file!("rsa-3072.crt.pem")).der(), "not the other one");
}

#[test]
fn an_ecdsa_key_signs_as_well() {
    let pem = key_file!("p256.crt.pem");
    let unsigned = to_sign(
        ECDSA_SHA256,
        Options { signing_certificates: vec![certificate(pem)], ..options() },
    );
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::from_pkcs8(
        &ECDSA_P256_SHA256_FIXED_SIGNING,
        &pkcs8(key_file!("p256.key.pem")),
        &random,
    );
    let signature = key.expect("a key").sign(&random, &unsigned.task().data).expect("signed");
    let xml = unsigned.with_signature(signature.as_ref()).expect("the certificate is there");
    let pinned = [TrustedKey::from_certificate(certificate(pem))];
    assert!(Metadata::signed(xml.as_bytes(), &pinned, false).is_ok());
}

#[test]
fn a_key_that_belongs_to_no_certificate_is_found_out() {
    let unsigned = to_sign(RSA_SHA256, options());
    let right = rsa_signature(key_file!("rsa-3072.key.pem"), &unsigned.task().data);
    assert!(unsigned.with_signature(&right).is_ok());
    let other = rsa_signature(key_file!("attacker.key.pem"), &unsigned.task().data);
    let other_octets = rsa_signature(key_file!("rsa-3072.key.pem"), b"something else");
    for signature in [other.as_slice(), &other_octets, &right[1..], &[]] {
        let error = unsigned.with_signature(signature).expect_err("not that key");
        assert_eq!(error.code, Code::Options);
        assert!(error.message.contains("signingKey"), "{}", error.message);
        assert!(error.hint.is_some_and(|hint| hint.contains("openssl")));
    }
    // The key's family decides: no RSA signature holds for an ECDSA certificate.
    let ecdsa = vec![certificate(key_file!("p256.crt.pem"))];
    let unsigned = to_sign(RSA_SHA256, Options { signing_certificates: ecdsa, ..options() });
    let signature = rsa_signature(key_file!("rsa-3072.key.pem"), &unsigned.task().data);
    assert!(unsigned.with_signature(&signature).is_err());
}

#[test]
fn mistakes_are_refused_with_the_name_of_the_option() {
    let own = |change: fn(&mut Options)| {
        let mut options = options();
        change(&mut options);
        written(options, &request()).expect_err("a mistake").message
    };
    let asked = |change: fn(&mut MetadataRequest)| {
        let mut request = request();
        change(&mut request);
        written(options(), &request).expect_err("a mistake").message
    };
    let organization = |change: fn(&mut Organization)| {
        let mut request = request();
        change(request.organization.as_mut().expect("an organization"));
        written(options(), &request).expect_err("a mistake").message
    };
    for (name, message) in [
        ("entityId", own(|one| one.entity_id = Some("https://a/\u{1}".into()))),
        ("entityId", own(|one| one.entity_id = Some("https://a/ b".into()))),
        ("entityId", own(|one| one.entity_id = Some(format!("urn:{}", "é".repeat(1021))))),
        ("replyUrls[1]", own(|one| one.reply_urls[1] = "/acs".into())),
        ("replyUrls[0]", own(|one| one.reply_urls[0] = "javascript:alert(1)".into())),
        ("replyUrls[0]", own(|one| one.reply_urls[0] = "https://a/\n".into())),
        ("replyUrls[0]", own(|one| one.reply_urls[0] = "https://a/\u{ffff}".into())),
        ("logoutUrl", own(|one| one.logout_url = Some("app.example.com/logout".into()))),
        ("logoutUrl", own(|one| one.logout_url = Some(" ".into()))),
        (
            "signingCertificates[2]",
            own(|one| one.signing_certificates.push(certificate(key_file!("rsa-1024.crt.pem")))),
        ),
        (
            "encryptionCertificates[1]",
            own(|one| one.encryption_certificates.push(certificate(key_file!("p256.crt.pem")))),
        ),
        (
            "encryptionCertificates[0]",
            own(|one| {
                one.encryption_certificates = vec![certificate(key_file!("rsa-1024.crt.pem"))];
            }),
        ),
        ("decryptionKeys", own(|one| one.can_decrypt = false)),
        ("id", asked(|one| one.id = Some("8f".into()))),
        ("id", asked(|one| one.id = Some("_\" entityID=\"x".into()))),
        ("validUntil", asked(|one| one.valid_until = Some(one.now))),
        ("nameIdFormats[2]", asked(|one| one.name_id_formats.push(String::new()))),
        ("nameIdFormats[2]", asked(|one| one.name_id_formats.push("a b".into()))),
        ("contacts[1].emailAddress", asked(|one| one.contacts[1].email_address = Some(" ".into()))),
        ("contacts[0].company", asked(|one| one.contacts[0].company = Some("\0".into()))),
        ("contacts[0].givenName", asked(|one| one.contacts[0].given_name = Some(String::new()))),
        ("contacts[0].surName", asked(|one| one.contacts[0].sur_name = Some("\u{b}".into()))),
        (
            "contacts[0].telephoneNumber",
            asked(|one| one.contacts[0].telephone_number = Some("\u{1f}".into())),
        ),
        ("organization.name", organization(|one| one.name = "\u{fffe}".into())),
        ("organization.displayName", organization(|one| one.display_name = "\t".into())),
        ("organization.url", organization(|one| one.url = "contoso.example".into())),
        ("organization.lang", organization(|one| one.language = "en\" x=\"".into())),
        ("organization.lang", organization(|one| one.language = String::new())),
        ("organization.lang", organization(|one| one.language = "en-".into())),
        ("organization.lang", organization(|one| one.language = "abcdefghi".into())),
    ] {
        assert!(message.contains(name), "{name}: {message}");
    }
    // A signature needs an ID to refer to.
    let nameless =
        MetadataRequest { id: None, signature_algorithm: Some(RSA_SHA256.into()), ..request() };
    assert_eq!(written(options(), &nameless).expect_err("no ID").code, Code::Options);
}

#[test]
fn the_longest_entity_id_of_the_specification_is_written() {
    let entity_id = format!("urn:{}", "é".repeat(1020));
    let options = Options { entity_id: Some(entity_id.clone()), ..options() };
    assert_eq!(read(&unsigned(options, &request())).entity_id, entity_id);
}

/// What metadata is written with before the identity provider is known lets nobody in.
#[test]
fn without_an_identity_provider_nobody_signs_in() {
    let mut accepted = 0;
    for case in Case::read("cases.jsonl").iter().filter(|case| case.expect["ok"] == true) {
        let options = Options { identity_providers: Vec::new(), ..case.options() };
        assert!(ServiceProvider::new(options.clone()).is_err(), "it has to be asked for");
        let policy = Policy::without_identity_provider(options).expect("all else is there");
        let provider = ServiceProvider::from_policy(policy);
        assert!(matches!(provider.metadata(&MetadataRequest::at(now())), Ok(Written::Ready(_))));
        let context: Context = case.context();
        let report = provider.inspect_response(&case.message(), &context).expect("a report");
        assert_eq!(report.code(), Some(Code::Issuer), "{}", case.id);
        assert!(report.login.is_none(), "{}", case.id);
        accepted += 1;
    }
    assert!(accepted > 50, "{accepted} fixtures");
}

/// Whatever text comes in as an option, it is refused by name, or it stands in the metadata as one
/// value, to the letter.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\"".to_owned()),
        Just("'".to_owned()),
        Just("<".to_owned()),
        Just("]]>".to_owned()),
        Just("&amp;&#0;&x;".to_owned()),
        Just("<!--".to_owned()),
        Just("-->".to_owned()),
        Just("<![CDATA[".to_owned()),
        Just("<?xml version=\"1.1\"?>".to_owned()),
        Just("\"/><md:AssertionConsumerService Location=\"https://evil.example/".to_owned()),
        Just("</md:SPSSODescriptor>".to_owned()),
        Just("\u{0}".to_owned()),
        Just("\u{1b}".to_owned()),
        Just("\u{fffe}".to_owned()),
        Just("\r\n\t ".to_owned()),
        Just("\u{85}\u{2028}".to_owned()),
        Just("\u{202e}".to_owned()),
        any::<char>().prop_map(String::from),
        "[a-z]{1,4}",
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

#[test]
fn no_value_breaks_out_of_its_place() {
    let config = ProptestConfig { cases: 3000, failure_persistence: None, ..<_>::default() };
    let outcome = TestRunner::new(config)
        .run(&(hostile(), 0_usize..13), |(text, place)| stays_in_its_place(&text, place));
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

fn stays_in_its_place(text: &str, place: usize) -> TestCaseResult {
    let (mut options, mut request) = (options(), request());
    let given = Some(text.to_owned());
    let url = format!("https://app.example.com/{text}");
    let organization = request.organization.as_mut().expect("an organization");
    let contact = request.contacts.first_mut().expect("a contact");
    match place {
        0 => options.entity_id = Some(format!("urn:{text}")),
        1 => options.reply_urls = vec![url.clone()],
        2 => options.logout_url = Some(url.clone()),
        3 => text.clone_into(&mut organization.name),
        4 => text.clone_into(&mut organization.display_name),
        5 => organization.url.clone_from(&url),
        6 => text.clone_into(&mut organization.language),
        7 => contact.company = given,
        8 => contact.given_name = given,
        9 => contact.sur_name = given,
        10 => contact.email_address = given,
        11 => contact.telephone_number = given,
        _ => request.name_id_formats = vec![text.to_owned()],
    }
    let signature_algorithm = Some(RSA_SHA256.into());
    let signing = MetadataRequest { signature_algorithm, ..request.clone() };
    let signing = written(options.clone(), &signing);
    let xml = match written(options.clone(), &request) {
        Ok(Written::Ready(xml)) => xml,
        Ok(Written::Sign(_)) => panic!("no signature was asked for"),
        Err(error) => {
            prop_assert_eq!(error.code, Code::Options);
            prop_assert!(signing.is_err());
            return Ok(());
        }
    };
    prop_assert!(matches!(signing, Ok(Written::Sign(_))));

    let read = read(&xml);
    prop_assert_eq!(Some(&read.entity_id), options.entity_id.as_ref());
    prop_assert_eq!(read.reply_urls(), options.reply_urls);
    let logout: Vec<_> = read.single_logout_services.iter().map(|one| &one.location).collect();
    prop_assert_eq!(logout, vec![options.logout_url.as_ref().expect("a URL"); 2]);
    prop_assert_eq!(&read.name_id_formats, &request.name_id_formats);
    let document = parsed(&xml);
    let texts: Vec<String> = document.elements().map(|one| one.text().into_owned()).collect();
    let expected = match place {
        0..=2 | 6 => None,
        5 => Some(url),
        10 if text.to_ascii_lowercase().starts_with("mailto:") => Some(text.to_owned()),
        10 => Some(format!("mailto:{text}")),
        _ => Some(text.to_owned()),
    };
    prop_assert!(expected.is_none_or(|text| texts.contains(&text)));
    // Nothing came in beside it: one Reply URL instead of two, or one format.
    let all = parsed(&unsigned(self::options(), &self::request())).elements().count();
    prop_assert_eq!(texts.len(), all - usize::from(place == 1 || place == 12));
    Ok(())
}
