//! Encrypted assertions, names and attributes. They have a file of their own, because a service
//! provider needs a runtime that decrypts for them.

use countersign_test_idp::algorithms::{RSA_SHA256, SHA256, SHA512};
use countersign_test_idp::encryption::{
    AES128_CBC, AES128_GCM, AES192_CBC, AES256_GCM, EncryptionSpec, RSA_1_5, RSA_OAEP, TRIPLE_DES,
};
use countersign_test_idp::tree::ASSERTION;
use countersign_test_idp::{Element, Moment, SigningOption, TestKey};
use serde_json::json;

use crate::case::{Case, Witness, amplitude};

const MGF1_SHA256: &str = "http://www.w3.org/2009/xmlenc11#mgf1sha256";

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = genuine();
    cases.extend(algorithms());
    cases.extend(parts());
    cases.extend(refused());
    cases.extend(plaintexts());
    cases
}

/// An encrypted message whose service provider has the key.
fn encrypted(id: &str, why: &str, change: impl FnOnce(&mut EncryptionSpec)) -> Case {
    let mut spec = EncryptionSpec::new(TestKey::SP_ENCRYPTION);
    change(&mut spec);
    decrypts(amplitude(id, "encryption", why)).says(|response| response.encryption = Some(spec))
}

fn decrypts(case: Case) -> Case {
    case.option("decryptionKeys", json!([{ "keyFile": "keys/sp-encryption.key.pem" }]))
}

fn accepted(case: Case) -> Case {
    case.accepted_with(json!({ "encrypted": true }))
}

fn genuine() -> Vec<Case> {
    let signed = |id: &str, why: &str, signing: SigningOption| {
        accepted(encrypted(id, why, |_| {}).says(|spec| spec.signing = signing))
    };
    vec![
        signed(
            "encrypted-assertion",
            "signed, then encrypted, as Entra ID does it",
            SigningOption::Assertion,
        ),
        signed(
            "encrypted-response",
            "only the Response around it is signed",
            SigningOption::Response,
        ),
        signed("encrypted-both", "signed inside and outside", SigningOption::Both),
        accepted(encrypted("encrypted-idp-initiated", "from My Apps", |_| {}).idp_initiated()),
        accepted(
            encrypted("encrypted-required", "encryption is required, and it is there", |_| {})
                .option("requireEncrypted", true),
        ),
        accepted(encrypted("encrypted-key-beside", "EncryptedKey beside EncryptedData", |spec| {
            spec.beside = true;
        }))
        .witness(Witness::NotAsked),
        accepted(encrypted(
            "encrypted-two-recipients",
            "the second EncryptedKey is ours",
            |spec| {
                spec.recipients = vec![TestKey::ENTRA_OTHER_TENANT, TestKey::SP_ENCRYPTION];
            },
        )),
        accepted(
            encrypted(
                "encrypted-second-key",
                "rolled over: the second key configured fits",
                |_| {},
            )
            .option(
                "decryptionKeys",
                json!([
                    { "keyFile": "keys/entra-other-tenant.key.pem" },
                    { "keyFile": "keys/sp-encryption.key.pem" },
                ]),
            ),
        ),
    ]
}

fn algorithms() -> Vec<Case> {
    let content = |id: &str, uri: &str| {
        let id = format!("encrypted-{id}");
        accepted(encrypted(&id, uri, |spec| spec.content = uri.into()))
    };
    let transport =
        |id: &str, why: &str, transport: Option<&str>, digest: &str, mask: Option<&str>| {
            let case = encrypted(&format!("encrypted-{id}"), why, |spec| {
                if let Some(transport) = transport {
                    spec.transport = transport.into();
                }
                spec.digest = Some(digest.into());
                spec.mask = mask.map(String::from);
            });
            // xmlsec1 1.2 does not know OAEP with other digests.
            accepted(case).witness(Witness::NotAsked)
        };
    vec![
        content("aes128-cbc", AES128_CBC),
        content("aes192-cbc", AES192_CBC),
        content("aes128-gcm", AES128_GCM),
        content("aes256-gcm", AES256_GCM),
        transport("oaep-sha256", "OAEP digest SHA-256, mask SHA-1", None, SHA256, None),
        transport(
            "oaep-11",
            "OAEP of XML Encryption 1.1",
            Some(RSA_OAEP),
            SHA256,
            Some(MGF1_SHA256),
        ),
        transport("oaep-11-sha512", "OAEP with SHA-512", Some(RSA_OAEP), SHA512, Some(MGF1_SHA256)),
    ]
}

/// NameID and Attribute encrypted on their own, in a signed Assertion.
fn parts() -> Vec<Case> {
    let name: fn(&mut Element) = |root| {
        let subject = root.at("Assertion/Subject");
        let name_id = subject.at("NameID").clone();
        let spec = EncryptionSpec::new(TestKey::SP_ENCRYPTION);
        *subject.at("NameID") = spec.encrypt(&name_id, "EncryptedID", ASSERTION);
    };
    let attribute: fn(&mut Element) = |root| {
        let statement = root.at("Assertion/AttributeStatement");
        let attribute = statement.at("Attribute").clone();
        let spec = EncryptionSpec::new(TestKey::SP_ENCRYPTION);
        *statement.at("Attribute") = spec.encrypt(&attribute, "EncryptedAttribute", ASSERTION);
    };
    let case = |id: &str, why: &str, edit: fn(&mut Element)| {
        decrypts(amplitude(id, "encryption", why)).says(|spec| spec.edit = edit)
    };
    vec![
        case("encrypted-id", "NameID alone is encrypted", name).accepted(),
        case("encrypted-attribute", "one Attribute is encrypted", attribute).accepted(),
        case("encrypted-id-without-key", "NameID is encrypted, no key is configured", name)
            .without_option("decryptionKeys")
            .refused("DECRYPT_KEY", "decryption"),
    ]
}

fn refused() -> Vec<Case> {
    let failed = |case: Case| case.refused("DECRYPT_FAILED", "decryption");
    vec![
        failed(encrypted(
            "encrypted-for-another",
            "encrypted for another service provider",
            |spec| {
                spec.recipients = vec![TestKey::ATTACKER];
            },
        )),
        failed(encrypted("encrypted-cbc-cut", "a block of the ciphertext is missing", |spec| {
            spec.damage = |octets| octets.truncate(octets.len() - 16);
        })),
        failed(encrypted("encrypted-cbc-not-blocks", "half a block is missing", |spec| {
            spec.damage = |octets| octets.truncate(octets.len() - 8);
        })),
        failed(encrypted("encrypted-cbc-changed", "the ciphertext was changed", |spec| {
            spec.damage = |octets| octets[40] ^= 0x80;
        })),
        failed(encrypted("encrypted-empty", "no ciphertext", |spec| {
            spec.damage = Vec::clear;
        })),
        failed(encrypted("encrypted-gcm-tag", "the authentication tag was changed", |spec| {
            spec.content = AES256_GCM.into();
            spec.damage = |octets| {
                if let Some(last) = octets.last_mut() {
                    *last ^= 1;
                }
            };
        })),
        encrypted(
            "encrypted-rsa-1-5",
            "RSA 1.5, which leaks the key to patient attackers",
            |spec| {
                spec.transport = RSA_1_5.into();
            },
        )
        .refused("DECRYPT_ALGORITHM", "decryption"),
        encrypted("encrypted-3des", "triple DES", |spec| spec.content = TRIPLE_DES.into())
            .refused("DECRYPT_ALGORITHM", "decryption"),
        encrypted("encrypted-unsigned", "encrypted, and signed by nobody", |_| {})
            .says(|spec| spec.signing = SigningOption::Neither)
            .refused("SIGNATURE_MISSING", "signature"),
        encrypted("encrypted-attacker", "anybody can encrypt: signed by a stranger", |_| {})
            .says(|spec| spec.sign_with(TestKey::ATTACKER, RSA_SHA256, SHA256))
            .witness(Witness::Genuine)
            .refused("SIGNATURE_KEY_UNTRUSTED", "signature"),
        encrypted(
            "encrypted-audience",
            "meant for another service, said in the ciphertext",
            |_| {},
        )
        .says(|spec| {
            spec.assertion().audience_restrictions = vec![vec!["https://other.example/".into()]];
        })
        .refused("AUDIENCE", "audience"),
        encrypted("encrypted-expired", "expired, said in the ciphertext", |_| {})
            .now(Moment::ISSUED.plus_seconds(86_400))
            .refused("EXPIRED", "timestamps"),
    ]
}

/// Ciphertexts of something else than an Assertion. From outside all that is no XML looks alike.
fn plaintexts() -> Vec<Case> {
    let plaintext = |id: &str, why: &str, text: &str| {
        encrypted(id, why, |spec| spec.plaintext = Some(text.into()))
            .refused("DECRYPT_FAILED", "decryption")
    };
    vec![
        plaintext("encrypted-nothing", "the empty text is encrypted", ""),
        plaintext("encrypted-text", "a text is encrypted", "admin"),
        plaintext("encrypted-doctype", "a DOCTYPE is encrypted", "<!DOCTYPE a><a/>"),
        plaintext("encrypted-two-elements", "two elements are encrypted", "<a/><a/>"),
    ]
}
