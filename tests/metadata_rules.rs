//! Rules of metadata that no document of the corpus shows: who is meant, what a pinned key signed,
//! templates, rollover, and service providers' files.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use countersign::dsig::{Certificate, TrustedKey};
use countersign::report::SetupError;
use countersign::saml::metadata::{
    IdentityProvider, KeyPurpose, Metadata, ServiceProviderMetadata,
};
use countersign::saml::time::Seconds;
use countersign::{Instant, Options, ServiceProvider};
use countersign_test_idp::{Idp, MetadataSpec, Place, SignatureSpec, TestKey, parse, sign};

const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
const COMMON: &str = "https://sts.windows.net/{tenantid}/";
const TENANT: &str = "https://sts.windows.net/aaaabbbb-0000-cccc-1111-dddd2222eeee/";

fn now() -> Instant {
    at("2026-11-22T12:00:00Z")
}

fn at(text: &str) -> Instant {
    Instant::parse(text).expect("a time")
}

fn trusted(key: TestKey) -> TrustedKey {
    TrustedKey::from_text(key.certificate_pem()).expect("a certificate")
}

fn key_descriptor(purpose: &str, certificate: &str) -> String {
    format!(
        "<md:KeyDescriptor{purpose}><ds:KeyInfo xmlns:ds='http://www.w3.org/2000/09/xmldsig#'>\
         <ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data>\
         </ds:KeyInfo></md:KeyDescriptor>"
    )
}

const SAML2: &str = "urn:oasis:names:tc:SAML:2.0:protocol";

/// An entity with one identity provider role.
fn entity(id: &str, key: TestKey) -> String {
    entity_with(id, "", &key_descriptor(" use='signing'", &key.certificate_base64()))
}

fn entity_with(id: &str, attributes: &str, keys: &str) -> String {
    format!(
        "<md:EntityDescriptor xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata' entityID='{id}'>\
         <md:IDPSSODescriptor protocolSupportEnumeration='{SAML2}'{attributes}>{keys}\
         <md:SingleSignOnService Binding='{REDIRECT}' Location='https://idp.example/sso'/>\
         </md:IDPSSODescriptor></md:EntityDescriptor>"
    )
}

fn group(attributes: &str, content: &str) -> String {
    format!(
        "<md:EntitiesDescriptor xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata'{attributes}>\
         {content}</md:EntitiesDescriptor>"
    )
}

fn read(xml: &str, entity_id: Option<&str>) -> Result<IdentityProvider, SetupError> {
    IdentityProvider::from_metadata(xml.as_bytes(), entity_id, now())
}

/// The code, once it is certain that an administrator can do something with the refusal.
fn refused<T: std::fmt::Debug>(outcome: Result<T, SetupError>, what: &str) -> &'static str {
    let error = outcome.expect_err(what);
    assert!(error.expected.is_some() && error.actual.is_some(), "{what}: {error:?}");
    assert!(error.hint.as_ref().is_some_and(|hint| hint.len() > 20), "{what}: {error:?}");
    error.code.as_str()
}

const ENTITY: &str = "ERR_SAML_METADATA_ENTITY";
const SIGNATURE: &str = "ERR_SAML_METADATA_SIGNATURE";

#[test]
fn entities_are_found_in_groups_and_nowhere_else() {
    let (a, b) = (entity("urn:a", TestKey::ENTRA_ACTIVE), entity("urn:b", TestKey::P256));
    let nested = group("", &format!("{}{}", group("", &group("", &a)), b));
    assert_eq!(read(&nested, Some("urn:a")).expect("a").keys, [trusted(TestKey::ENTRA_ACTIVE)]);
    assert_eq!(read(&nested, Some("urn:b")).expect("b").keys, [trusted(TestKey::P256)]);
    assert_eq!(refused(read(&nested, None), "two, none named"), ENTITY);
    assert_eq!(refused(read(&nested, Some("urn:A")), "not to the letter"), ENTITY);
    // What somebody put into an extension is not an entity of the federation.
    let hidden = group("", &format!("<md:Extensions>{b}</md:Extensions>{a}"));
    assert_eq!(read(&hidden, None).expect("the only one").entity_id, "urn:a");
    assert_eq!(refused(read(&hidden, Some("urn:b")), "hidden"), ENTITY);
    let within = a.replace("<md:IDPSSO", &format!("<md:Extensions>{b}</md:Extensions><md:IDPSSO"));
    assert_eq!(refused(read(&within, Some("urn:b")), "hidden in an entity"), ENTITY);
    assert_eq!(refused(read(&group("", ""), None), "empty"), ENTITY);
}

/// Four times the entities take about four times as long; a search for each would take sixteen.
#[test]
fn picking_one_of_many_takes_linear_time() {
    let one = entity("urn:idp:0", TestKey::P256);
    let aggregate = |count: usize| {
        let named = |number| one.replace("urn:idp:0", &format!("urn:idp:{number}"));
        signed(&group("", &(0..count).map(named).collect::<String>()), TestKey::P384)
    };
    let seconds = |xml: &str, wanted: &str| {
        let run = || {
            let start = std::time::Instant::now();
            let metadata = Metadata::signed(xml.as_bytes(), &[trusted(TestKey::P384)], false);
            let found = metadata.and_then(|it| it.identity_provider(Some(wanted), now()));
            assert_eq!(found.expect("the last of them").entity_id, wanted);
            start.elapsed().as_secs_f64()
        };
        (0..3).map(|_| run()).fold(f64::INFINITY, f64::min)
    };
    let (few, many) = (aggregate(500), aggregate(2000));
    let ratio = seconds(&many, "urn:idp:1999") / seconds(&few, "urn:idp:499");
    println!("metadata: {} bytes took {ratio:.1} times as long as {}", many.len(), few.len());
    assert!(ratio < 11.0, "{ratio}");
}

#[test]
fn one_entity_described_twice_must_be_the_same_twice() {
    let a = entity("urn:a", TestKey::ENTRA_ACTIVE);
    let same = group("", &format!("{a}{}", group("", &a)));
    assert_eq!(read(&same, None).expect("no conflict").entity_id, "urn:a");
    let other = group("", &format!("{a}{}", entity("urn:a", TestKey::ATTACKER)));
    assert_eq!(refused(read(&other, Some("urn:a")), "two keys for one name"), ENTITY);
}

#[test]
fn the_role_for_saml_2_is_read() {
    let two = entity("urn:a", TestKey::ENTRA_ACTIVE).replace(
        "<md:IDPSSODescriptor",
        &format!(
            "<md:IDPSSODescriptor protocolSupportEnumeration='urn:oasis:names:tc:SAML:1.1:protocol'>\
             {}</md:IDPSSODescriptor><md:IDPSSODescriptor",
            key_descriptor("", &TestKey::ATTACKER.certificate_base64()),
        ),
    );
    assert_eq!(read(&two, None).expect("it is good").keys, [trusted(TestKey::ENTRA_ACTIVE)]);
}

#[test]
fn keys_count_for_what_they_are_for() {
    let [signing, any, encryption] = [TestKey::ENTRA_ACTIVE, TestKey::P256, TestKey::SP_ENCRYPTION]
        .map(TestKey::certificate_base64);
    let keys = [
        key_descriptor(" use='encryption'", &encryption),
        key_descriptor("", &any),
        key_descriptor(" use='signing'", &signing),
        key_descriptor(" use='signing'", &signing),
        key_descriptor(" use='signing'", &any),
        key_descriptor(" use='signing'", "bm90IGEgY2VydGlmaWNhdGU="),
        key_descriptor(" use='other'", &TestKey::ATTACKER.certificate_base64()),
        "<md:KeyDescriptor use='signing'><ds:KeyInfo xmlns:ds='http://www.w3.org/2000/09/xmldsig#'>\
         <ds:KeyValue/></ds:KeyInfo></md:KeyDescriptor>"
            .to_owned(),
    ];
    let provider = read(&entity_with("urn:a", "", &keys.concat()), None).expect("two are usable");
    assert_eq!(provider.keys, [trusted(TestKey::P256), trusted(TestKey::ENTRA_ACTIVE)]);
    let purposes: Vec<KeyPurpose> = provider.certificates.iter().map(|key| key.purpose).collect();
    assert_eq!(
        purposes,
        [KeyPurpose::Encryption, KeyPurpose::Any, KeyPurpose::Signing, KeyPurpose::Signing]
    );
    let reasons: Vec<&str> = provider.unusable_keys.iter().map(|key| key.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "a certificate that is not an X.509 certificate",
            "a KeyDescriptor whose use is neither signing nor encryption",
            "a KeyDescriptor without an X509Certificate"
        ]
    );
    assert!(provider.unusable_keys.iter().all(|key| key.line == 1));

    for (keys, what) in [(&keys[5], "unreadable"), (&keys[0], "for encryption"), (&keys[6], "use")]
    {
        let code = refused(read(&entity_with("urn:a", "", keys), None), what);
        assert_eq!(code, "ERR_SAML_METADATA_CERTIFICATE", "{what}");
    }
}

#[test]
fn the_earliest_valid_until_and_the_shortest_cache_duration_count() {
    let inner = entity_with(
        "urn:a",
        " validUntil='2026-12-01T00:00:00Z' cacheDuration='P1D'",
        &key_descriptor("", &TestKey::P256.certificate_base64()),
    );
    let xml = group(" validUntil='2026-11-30T00:00:00Z' cacheDuration='PT6H'", &inner);
    let provider = read(&xml, None).expect("valid today");
    assert_eq!(provider.valid_until, Some(at("2026-11-30T00:00:00Z")));
    assert_eq!(provider.cache_duration.as_deref(), Some("PT6H"));
    assert_eq!(provider.cache_seconds, Some(Seconds(21_600)));
    // The instant itself is past: validUntil names the moment at which validity ends.
    for (time, fine) in [("2026-11-29T23:59:59.999Z", true), ("2026-11-30T00:00:00Z", false)] {
        let outcome = IdentityProvider::from_metadata(xml.as_bytes(), None, at(time));
        assert_eq!(outcome.is_ok(), fine, "{time}");
        if !fine {
            assert_eq!(refused(outcome, time), "ERR_SAML_METADATA_EXPIRED");
        }
    }
    let never = xml.replace("2026-11-30T00:00:00Z", "never");
    assert_eq!(refused(read(&never, None), "not a time"), "ERR_SAML_METADATA_XML");
}

#[test]
fn what_is_taken_for_metadata_is_named() {
    let xml = entity("urn:a", TestKey::ENTRA_ACTIVE);
    let certificate = TestKey::ENTRA_ACTIVE;
    let base64 = certificate.certificate_base64();
    let half = &xml.as_bytes()[..xml.len() / 2];
    for (given, says) in [
        (certificate.certificate_pem().as_bytes(), "This is a certificate"),
        (base64.as_bytes(), "This is a certificate"),
        (&certificate.certificate_der(), "This is a certificate"),
        (b"https://login.microsoftonline.com/x/federationmetadata.xml?appid=y", "the address of"),
        (b"Amplitude.xml", "not its name"),
        (half, "The end of the file is missing"),
        (format!("{xml}<x>").as_bytes(), "exactly as it was downloaded"),
    ] {
        let error = IdentityProvider::from_metadata(given, None, now()).expect_err(says);
        assert_eq!(error.code.as_str(), "ERR_SAML_METADATA_XML", "{says}");
        assert!(error.hint.as_ref().is_some_and(|hint| hint.contains(says)), "{error:?}");
    }
}

#[test]
fn no_browser_is_sent_to_a_script() {
    let xml =
        entity("urn:a", TestKey::P256).replace("https://idp.example/sso", "javascript:alert(1)");
    let provider = read(&xml, None).expect("the rest can be used");
    assert_eq!(provider.single_sign_on_url(), None);
    assert_eq!(provider.single_sign_on_services[0].location, "javascript:alert(1)");
}

#[test]
fn the_common_document_stands_for_no_tenant_until_one_is_named() {
    let xml = entity(COMMON, TestKey::ENTRA_ACTIVE);
    let provider = read(&xml, None).expect("it can be read");
    assert!(provider.is_template());
    let set_up = |provider| {
        ServiceProvider::new(Options {
            entity_id: Some("urn:sp".into()),
            reply_urls: vec!["https://sp.example/acs".into()],
            identity_providers: vec![provider],
            ..Options::default()
        })
    };
    let error = set_up(provider.clone()).expect_err("no set-up with it");
    assert!(error.hint.as_ref().is_some_and(|hint| hint.contains("Federation Metadata XML")));
    assert_eq!(refused(Err::<(), _>(error), "the common document"), ENTITY);

    let tenant = read(&xml, Some(TENANT)).expect("of one tenant");
    assert_eq!(tenant.entity_id, TENANT);
    assert!(!tenant.is_template() && set_up(tenant).is_ok());
    assert_eq!(refused(read(&xml, Some("https://sts.windows.net/evil/")), "no GUID"), ENTITY);
    let by_hand = IdentityProvider::new(COMMON, provider.keys);
    assert_eq!(refused(set_up(by_hand), "by hand"), ENTITY);
}

/// The document signed as a whole.
fn signed(xml: &str, key: TestKey) -> String {
    let mut root = parse(xml).expect("our document");
    root.set("ID", "_whole");
    let signature = SignatureSpec { place: Place::First, ..SignatureSpec::new(key) };
    sign(&mut root, &[], &signature);
    root.to_xml()
}

#[test]
fn a_pinned_key_is_what_vouches_for_the_document() {
    let xml = group("", &entity("urn:a", TestKey::ENTRA_ACTIVE));
    let file = signed(&xml, TestKey::RSA_3072);
    let pinned = [trusted(TestKey::P384), trusted(TestKey::RSA_3072)];
    let metadata = Metadata::signed(file.as_bytes(), &pinned, false).expect("it is signed");
    assert_eq!(metadata.signer(), Some(&pinned[1]));
    let provider = metadata.identity_provider(None, now()).expect("it is in there");
    assert!(provider.signed);
    let thumbprint = pinned[1].certificate().map(|signer| signer.facts().sha256.clone());
    assert_eq!(provider.signed_by, thumbprint);
    // Without a pinned key the signature is seen, and not taken for a proof.
    let unverified = read(&file, None).expect("it can be read");
    assert!(unverified.signed && unverified.signed_by.is_none());

    let signed_by = |file: &str, key| Metadata::signed(file.as_bytes(), &[trusted(key)], false);
    let stranger = signed_by(&file, TestKey::ATTACKER);
    let actual = stranger.as_ref().err().and_then(|error| error.actual.clone());
    assert!(actual.is_some_and(|actual| actual.contains("SHA-256")), "names who signed");
    assert_eq!(refused(stranger, "another key"), SIGNATURE);
    assert_eq!(refused(signed_by(&xml, TestKey::RSA_3072), "unsigned"), SIGNATURE);
    for (from, to) in [("urn:a", "urn:b"), ("idp.example", "evil.example"), ("_whole", "_other")] {
        let changed = file.replacen(from, to, 1);
        assert_ne!(changed, file);
        assert_eq!(refused(signed_by(&changed, TestKey::RSA_3072), to), SIGNATURE);
    }
    assert_eq!(refused(signed_by(&file, TestKey::P256), "a key of another kind"), SIGNATURE);
    let none = Metadata::signed(file.as_bytes(), &[], false).expect_err("nothing to verify with");
    assert_eq!(none.code.as_str(), "ERR_SAML_OPTIONS");
}

/// A genuine signed entity beside, above or below a forged one: only the root's signature counts.
#[test]
fn what_is_around_a_signed_entity_is_not_vouched_for() {
    let genuine = signed(&entity("urn:a", TestKey::ENTRA_ACTIVE), TestKey::P384);
    let forged = entity("urn:b", TestKey::ATTACKER);
    let pinned = [trusted(TestKey::P384)];
    let read = |xml: &str| Metadata::signed(xml.as_bytes(), &pinned, false);
    assert!(read(&genuine).is_ok());
    let beside = group("", &format!("{genuine}{forged}"));
    assert_eq!(refused(read(&beside), "beside"), SIGNATURE);
    // The signature moved up, its target moved down.
    let start = genuine.find("<Signature").expect("a signature");
    let end = genuine.find("</Signature>").expect("its end") + "</Signature>".len();
    let signature = &genuine[start..end];
    let bare = genuine.replace(signature, "");
    let wrapped = group("", &format!("{signature}{bare}{forged}"));
    assert_eq!(refused(read(&wrapped), "wrapped"), SIGNATURE);
    let wrapped =
        wrapped.replacen("<md:EntitiesDescriptor ", "<md:EntitiesDescriptor ID='_whole' ", 1);
    assert_eq!(refused(read(&wrapped), "wrapped, with the ID twice"), SIGNATURE);
}

#[test]
fn metadata_as_entra_signs_it_verifies_with_its_own_certificate() {
    let contoso = Idp::contoso();
    let xml = MetadataSpec::entra(&contoso).to_xml();
    let pinned = [trusted(contoso.keys[0])];
    let metadata = Metadata::signed(xml.as_bytes(), &pinned, false).expect("Entra's signature");
    let provider = metadata.identity_provider(None, now()).expect("a tenant");
    assert_eq!(provider.entity_id, contoso.entity_id);
    assert_eq!(provider.keys.len(), contoso.keys.len());
}

fn provider(keys: &[TestKey]) -> IdentityProvider {
    let keys = keys.iter().map(|key| key_descriptor("", &key.certificate_base64()));
    read(&entity_with("urn:a", "", &keys.collect::<String>()), None).expect("it is good")
}

#[test]
fn a_rollover_is_safe_and_a_take_over_is_not() {
    use TestKey as Key;
    let current = provider(&[Key::ENTRA_ACTIVE]);
    let same = current.diff(&current, now());
    assert!(same.safe_to_apply && same.is_empty() && same.reasons.is_empty(), "{same:?}");

    let rollover = provider(&[Key::ENTRA_ACTIVE, Key::ENTRA_INACTIVE]);
    let diff = current.diff(&rollover, now());
    assert!(diff.safe_to_apply && !diff.is_empty(), "{diff:?}");
    assert_eq!((diff.added.len(), diff.removed.len()), (1, 0));
    let added = trusted(Key::ENTRA_INACTIVE);
    assert_eq!(Some(&diff.added[0]), added.certificate().map(Certificate::facts));
    // And its second half: the old certificate goes.
    let after = rollover.diff(&provider(&[Key::ENTRA_INACTIVE]), now());
    assert!(after.safe_to_apply && after.removed.len() == 1, "{after:?}");

    let unsafe_for = |next: &IdentityProvider, word: &str| {
        let diff = current.diff(next, now());
        assert!(!diff.safe_to_apply, "{word}");
        assert!(diff.reasons.len() == 1 && diff.reasons[0].contains(word), "{:?}", diff.reasons);
        diff
    };
    unsafe_for(&provider(&[Key::ATTACKER]), "No key that is trusted today");
    let named = IdentityProvider { entity_id: "urn:b".into(), ..current.clone() };
    let diff = unsafe_for(&named, "entity ID");
    assert_eq!(diff.entity_id.map(|change| change.to).as_deref(), Some("urn:b"));
    let mut moved = current.clone();
    moved.single_sign_on_services[0].location = "https://evil.example/sso".into();
    unsafe_for(&moved, "another address");
    let mut logout = current.clone();
    logout.single_logout_services.clone_from(&current.single_sign_on_services);
    unsafe_for(&logout, "Logout");
    let demanding = IdentityProvider { want_authn_requests_signed: true, ..current.clone() };
    unsafe_for(&demanding, "signed");
    assert!(demanding.diff(&current, now()).safe_to_apply);

    let verified = IdentityProvider { signed_by: Some("00".into()), ..current.clone() };
    assert!(!verified.diff(&current, now()).safe_to_apply, "no longer verified");
    assert!(verified.diff(&verified, now()).safe_to_apply);
}

#[test]
fn certificates_that_end_are_named_and_may_be_replaced_once_they_have() {
    use TestKey as Key;
    let (expired, active) = (provider(&[Key::ENTRA_EXPIRED]), provider(&[Key::ENTRA_ACTIVE]));
    let diff = expired.diff(&active, now());
    assert!(diff.safe_to_apply && diff.removed.len() == 1 && diff.expiring.is_empty(), "{diff:?}");
    // Its last second is 2025-06-01T00:00:00Z.
    let end = trusted(Key::ENTRA_EXPIRED).certificate().expect("one").facts().not_after;
    let second = |offset: i64| Instant::from_milliseconds((end + offset) * 1000);
    assert!(!expired.diff(&active, second(0)).safe_to_apply, "it is still valid");
    assert!(expired.diff(&active, second(1)).safe_to_apply);
    // An old file: everything in it has expired.
    assert!(!active.diff(&expired, now()).safe_to_apply);
    assert_eq!(active.diff(&expired, now()).reasons.len(), 2);
    let month = 30 * 86_400;
    for (offset, count) in [(-month - 1, 0), (-month, 1), (0, 1), (1, 1)] {
        assert_eq!(expired.diff(&expired, second(offset)).expiring.len(), count, "{offset}");
    }
}

/// IAM Identity Center's SP metadata file, in the shape that its console offers.
fn aws() -> String {
    let service = |index: u8, url: &str| {
        format!(
            "<md:AssertionConsumerService Binding='{POST}' Location='{url}' index='{index}'{}/>",
            if index == 0 { " isDefault='true'" } else { "" }
        )
    };
    format!(
        "<?xml version='1.0' encoding='UTF-8'?>\
         <md:EntityDescriptor xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata' \
         entityID='https://eu-central-1.signin.aws.amazon.com/platform/saml/d-99672f1c0d'>\
         <md:SPSSODescriptor AuthnRequestsSigned='false' WantAssertionsSigned='true' \
         protocolSupportEnumeration='{SAML2}'>\
         <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>\
         {}{}{}</md:SPSSODescriptor></md:EntityDescriptor>",
        service(2, "https://us-east-1.sso.signin.aws/platform/saml/acs/2c3d"),
        service(0, "https://eu-central-1.signin.aws.amazon.com/platform/saml/acs/1a2b"),
        service(1, "https://eu-central-1.sso.signin.aws/platform/saml/acs/1a2b"),
    )
}

fn service_provider(xml: &str, id: Option<&str>) -> Result<ServiceProviderMetadata, SetupError> {
    Metadata::parse(xml.as_bytes())?.service_provider(id, now())
}

#[test]
fn an_application_is_set_up_from_its_metadata_file() {
    let facts = service_provider(&aws(), None).expect("AWS's file");
    assert!(facts.want_assertions_signed && !facts.authn_requests_signed);
    assert_eq!(facts.name_id_formats.len(), 1);
    assert_eq!(
        facts.reply_urls(),
        [
            "https://eu-central-1.signin.aws.amazon.com/platform/saml/acs/1a2b",
            "https://eu-central-1.sso.signin.aws/platform/saml/acs/1a2b",
            "https://us-east-1.sso.signin.aws/platform/saml/acs/2c3d",
        ]
    );
    let options = Options {
        profile: Some("aws-iam-identity-center".into()),
        identity_providers: vec![provider(&[TestKey::ENTRA_ACTIVE])],
        ..Options::default()
    };
    let set_up = |xml: &str| ServiceProvider::from_metadata(xml.as_bytes(), options.clone(), now());
    assert!(set_up(&aws()).is_ok(), "{:?}", set_up(&aws()).err());
    let contoso = MetadataSpec::entra(&Idp::contoso()).to_xml();
    assert_eq!(refused(set_up(&contoso), "an identity provider's"), ENTITY);
    let artifact = aws().replace(POST, "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact");
    assert_eq!(refused(set_up(&artifact), "no POST"), ENTITY);
    // What was given stays: one customer's Reply URL out of a file for all.
    let one = vec!["https://app.example/acs".to_owned()];
    let given = Options { reply_urls: one.clone(), ..Options::default() };
    let filled = given.with_metadata(&facts);
    assert_eq!((filled.entity_id, filled.reply_urls), (Some(facts.entity_id), one));
}

#[test]
fn the_default_reply_url_is_found_as_the_specification_has_it() {
    for (attributes, first) in [
        (["index='5'", "index='3'", "index='4' isDefault='1'"], "2"),
        (["index='5' isDefault='false'", "index='3'", "index='1'"], "1"),
        (["index='1' isDefault='0'", "index='3' isDefault='false'", "isDefault='false'"], "0"),
    ] {
        let services = attributes.iter().zip(0..).map(|(attributes, number)| {
            format!(
                "<md:AssertionConsumerService Binding='{POST}' Location='{number}' {attributes}/>"
            )
        });
        let xml = format!(
            "<md:EntityDescriptor xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata' entityID='urn:sp'>\
             <md:SPSSODescriptor protocolSupportEnumeration='{SAML2}'>{}</md:SPSSODescriptor>\
             </md:EntityDescriptor>",
            services.collect::<String>()
        );
        let facts = service_provider(&xml, None).expect("it is good");
        assert_eq!(facts.reply_urls()[0], first, "{attributes:?}");
        let defaults = facts.assertion_consumer_services.iter().filter(|one| one.is_default);
        assert_eq!(defaults.count(), 1, "{attributes:?}");
    }
}
