//! Certificates, metadata, what is signed and how, and encryption.

use countersign_test_idp::algorithms::{RSA_SHA1, SHA1};
use countersign_test_idp::{EncryptionSpec, Idp, SigningOption, TestKey, encryption};
use serde_json::json;

use crate::entry::{Entry, Product, amplitude, names};

/// Thumbprints as the portals show them.
const ACTIVE: &str = "thumbprint ";

pub(crate) fn entries() -> Vec<Entry> {
    let mut all = certificates();
    all.extend(signing());
    all.extend(encrypted());
    all
}

fn certificates() -> Vec<Entry> {
    let untrusted = |case| {
        Entry::refused(case, "SIGNATURE_KEY_UNTRUSTED", "signature").named(names::CERTIFICATE)
    };
    let contoso = "https://sts.windows.net/aaaabbbb-0000-cccc-1111-dddd2222eeee/";
    let inactive = TestKey::ENTRA_INACTIVE.certificate_base64();
    let rolled = |product: Product, id: &str, why: &str| {
        untrusted(product.case(id, "rolled-over certificate", why).says(|spec| {
            spec.assertion_signature.key = TestKey::RSA_3072;
            spec.assertion_signature.key_info = vec![TestKey::RSA_3072];
        }))
    };
    vec![
        untrusted(
            amplitude(
                "metadata-tenant-wide",
                "tenant-wide instead of app-specific metadata",
                "The metadata of the whole tenant was configured; it lacks the certificate of the \
                 application.",
            )
            .option("idp", json!({ "metadataFile": "metadata/contoso-tenant-wide.xml" })),
        )
        .facts([
            ACTIVE,
            "Federation Metadata XML of this application, not of the tenant",
            "Enterprise applications > (app) > Single sign-on > SAML Certificates",
        ]),
        untrusted(
            amplitude(
                "metadata-wrong-app",
                "metadata of the wrong app",
                "The metadata of another application of the tenant was configured, which has a \
                 certificate of its own.",
            )
            .trusts(contoso, &[TestKey::ENTRA_OTHER_TENANT.certificate_base64()]),
        )
        .facts([ACTIVE, "another application's", "Federation Metadata XML"]),
        rolled(
            Product::Entra,
            "certificate-rolled-over",
            "The certificate was rolled over and the application has the metadata of before.",
        )
        .facts([
            "rolled its certificate over",
            "download its metadata again",
            ACTIVE,
            "Federation Metadata XML",
        ]),
        rolled(Product::Okta, "certificate-rolled-over-okta", "Okta signs with a new certificate.")
            .facts([ACTIVE, "In Okta", "Applications > (app) > Sign On", "Metadata URL"]),
        rolled(
            Product::Keycloak,
            "certificate-rolled-over-keycloak",
            "The realm has a new active key.",
        )
        .facts([ACTIVE, "Realm settings", "SAML 2.0 Identity Provider Metadata"]),
        rolled(
            Product::AdFs,
            "certificate-rolled-over-ad-fs",
            "AD FS rolled its token-signing certificate over by itself.",
        )
        .facts([ACTIVE, "In AD FS", "FederationMetadata.xml"]),
        untrusted(
            amplitude(
                "certificate-inactive",
                "inactive certificate",
                "The certificate that was downloaded is the inactive one.",
            )
            .trusts(contoso, &[inactive]),
        )
        .facts([ACTIVE, "SAML Certificates"]),
        Entry::refused(
            Product::Entra
                .case(
                    "certificate-without-key-info",
                    "rolled-over certificate",
                    "Signed with a new certificate that the message does not name.",
                )
                .says(|spec| {
                    spec.assertion_signature.key = TestKey::RSA_3072;
                    spec.assertion_signature.key_info = vec![];
                }),
            "SIGNATURE_VALUE",
            "signature",
        )
        .facts(["metadata again", "thumbprints", "Federation Metadata XML"])
        .named(names::CERTIFICATE),
        Entry::refused(
            expired(
                "certificate-expired",
                "The certificate has expired and certificateExpiry is \
                'fail'.",
            )
            .option("certificateExpiry", "fail"),
            "CERTIFICATE_EXPIRED",
            "certificate",
        )
        .facts(["2025-06-01", "New Certificate", "thumbprint"])
        .named(&["certificate.*(expired|valid)", "expired.*certificate"]),
        Entry::refused(
            Product::Other
                .case(
                    "certificate-other-kind",
                    "rolled-over certificate",
                    "The identity provider changed from RSA to elliptic curves.",
                )
                .says(|spec| {
                    spec.assertion_signature.key = TestKey::P256;
                    spec.assertion_signature.algorithm =
                        countersign_test_idp::algorithms::ECDSA_SHA256.into();
                    spec.assertion_signature.key_info = vec![TestKey::P256];
                }),
            "SIGNATURE_ALGORITHM",
            "signature",
        )
        .facts(["RSA", "metadata again", "identity provider metadata"])
        .named(names::CERTIFICATE)
        .named(&["algorithm"]),
    ]
}

/// A tenant whose only certificate has expired.
fn expired(id: &str, why: &str) -> crate::case::Case {
    let tenant = "ccccdddd-2222-eeee-3333-ffff4444aaaa";
    let idp = Idp::tenant(tenant, &[TestKey::ENTRA_EXPIRED]);
    amplitude(id, "expired certificate", why)
        .option("idp", json!({ "metadataFile": "metadata/expired-certificate.xml" }))
        .says(|spec| {
            spec.issuer = Some(idp.entity_id.clone());
            spec.assertion().issuer.clone_from(&idp.entity_id);
            spec.assertion_signature = countersign_test_idp::SignatureSpec::new(idp.keys[0]);
        })
}

fn signing() -> Vec<Entry> {
    let item = "signing option mismatch";
    let sha1 = |product: Product, id: &str, why: &str| {
        let case = product.case(id, "SHA-1 tenant", why).says(|spec| {
            spec.assertion_signature.algorithm = RSA_SHA1.into();
            spec.assertion_signature.digest = SHA1.into();
        });
        Entry::refused(case, "SIGNATURE_ALGORITHM", "signature").named(&["sha-?1", "algorithm"])
    };
    let policy = |case| {
        Entry::refused(case, "SIGNATURE_POLICY", "signature")
            .named(&["(response|assertion|document).*sign", "sign.*(response|assertion|document)"])
    };
    vec![
        policy(
            Product::Entra
                .case(
                    "signing-response-wanted",
                    item,
                    "The application wants the Response signed, Entra ID signs the assertion.",
                )
                .option("requireSigned", "response"),
        )
        .facts(["requireSigned", "Signing Option", "Sign SAML response"]),
        policy(
            Product::Entra
                .case(
                    "signing-both-wanted",
                    item,
                    "The application wants both signed, Entra ID signs the assertion.",
                )
                .option("requireSigned", "both"),
        )
        .facts(["Signing Option", "Sign SAML response and assertion"]),
        policy(
            Product::Okta
                .case(
                    "signing-assertion-wanted-okta",
                    item,
                    "The application wants the assertion signed, Okta signs the Response.",
                )
                .says(|spec| spec.signing = SigningOption::Response)
                .option("requireSigned", "assertion"),
        )
        .facts([
            "requireSigned",
            "Show Advanced Settings",
            "Assertion Signature",
            "Signed",
        ]),
        policy(
            Product::Google
                .case(
                    "signing-response-wanted-google",
                    item,
                    "The application wants the Response signed, Signed response is not ticked.",
                )
                .option("requireSigned", "response"),
        )
        .facts(["Service provider details", "Signed response", "ticked"]),
        Entry::refused(
            Product::Keycloak
                .case("signing-nothing", item, "Neither Sign documents nor Sign assertions is on.")
                .says(|spec| spec.signing = SigningOption::Neither),
            "SIGNATURE_MISSING",
            "signature",
        )
        .facts(["Signature and Encryption", "Sign assertions", "On"])
        .named(&[
            "not signed",
            "no signature",
            "unsigned",
            "signature.*(missing|not found)",
        ]),
        sha1(Product::Entra, "sha1-entra", "The tenant signs with SHA-1.").facts([
            "Signing Algorithm",
            "SHA-256",
            "allowSha1",
        ]),
        sha1(Product::AdFs, "sha1-ad-fs", "The relying party trust has SHA-1.").facts([
            "Properties > Advanced",
            "Secure hash algorithm",
            "SHA-256",
        ]),
    ]
}

fn encrypted() -> Vec<Entry> {
    let key = |name: &str| json!([{ "keyFile": format!("keys/{name}.key.pem") }]);
    let encrypted = |product: Product, id: &str, item: &'static str, why: &str| {
        product.case(id, item, why).says(|spec| {
            spec.encryption = Some(EncryptionSpec::new(TestKey::SP_ENCRYPTION));
        })
    };
    let words = &["decrypt", "encrypt", "private ?key"];
    vec![
        Entry::refused(
            encrypted(
                Product::Entra,
                "encrypted-without-key",
                "encrypted without key",
                "Token encryption is on, and the application has no key.",
            ),
            "DECRYPT_KEY",
            "decryption",
        )
        .facts(["decryptionKeys", "Security > Token encryption"])
        .named(words),
        Entry::refused(
            encrypted(
                Product::Okta,
                "encrypted-without-key-okta",
                "encrypted without key",
                "Assertion Encryption is on, and the application has no key.",
            ),
            "DECRYPT_KEY",
            "decryption",
        )
        .facts(["decryptionKeys", "Show Advanced Settings", "Assertion Encryption"])
        .named(words),
        Entry::refused(
            encrypted(
                Product::Entra,
                "encrypted-other-key",
                "key of another SP",
                "The certificate of another application was uploaded for encryption.",
            )
            .option("decryptionKeys", key("entra-other-tenant")),
            "DECRYPT_FAILED",
            "decryption",
        )
        .facts(["do not belong together", "Token encryption"])
        .named(words),
        Entry::refused(
            Product::Entra
                .case(
                    "encrypted-rsa-1-5",
                    "key of another SP",
                    "The identity provider encrypts with RSA-1_5.",
                )
                .says(|spec| {
                    let mut spec_of = EncryptionSpec::new(TestKey::SP_ENCRYPTION);
                    spec_of.transport = encryption::RSA_1_5.into();
                    spec.encryption = Some(spec_of);
                })
                .option("decryptionKeys", key("sp-encryption")),
            "DECRYPT_ALGORITHM",
            "decryption",
        )
        .facts(["rsa-1_5", "RSA-OAEP"])
        .named(&["rsa-?(oaep|1_5)", "algorithm"]),
        Entry::refused(
            Product::Entra
                .case(
                    "encrypted-wanted",
                    "encrypted without key",
                    "The application demands encryption, and no certificate was uploaded.",
                )
                .option("requireEncrypted", true)
                .option("decryptionKeys", key("sp-encryption")),
            "NOT_ENCRYPTED",
            "decryption",
        )
        .facts(["requireEncrypted", "Token encryption", "Import Certificate"])
        .named(words),
    ]
}
