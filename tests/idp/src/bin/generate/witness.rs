//! Asks xmlsec1, which shares no code with the generator or the engine, about every signature.
//!
//! What xmlsec1 1.2 does not know (Ed25519, RSA-PSS, Microsoft's alias URIs) OpenSSL verifies over
//! the SignedInfo.

use std::path::Path;
use std::process::Command;
use std::{fs, io};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_test_idp::algorithms::{
    ED25519, RSA_PSS_SHA256, RSA_SHA1_ALIAS, RSA_SHA384, SHA384_ALIAS,
};
use countersign_test_idp::{Canonical, Element, SignatureSpec, SigningOption, TestKey};

use crate::case::{Finished, Witness};

const UNKNOWN_TO_XMLSEC1: [&str; 4] = [ED25519, RSA_PSS_SHA256, RSA_SHA1_ALIAS, SHA384_ALIAS];

/// Confirms what the fixture claims about its signatures.
pub(crate) fn confirm(fixture: &Finished, scratch: &Path) -> Result<(), String> {
    if fixture.witness == Witness::NotAsked {
        return Ok(());
    }
    let id = &fixture.line.id;
    let spec = fixture.spec.as_ref().ok_or(format!("{id}: nobody says who signed"))?;
    let mut signatures = Vec::new();
    if matches!(spec.signing, SigningOption::Response | SigningOption::Both) {
        signatures.push(("Signature", "Response", &spec.response_signature));
    }
    if matches!(spec.signing, SigningOption::Assertion | SigningOption::Both) {
        signatures.push(("Assertion/Signature", "Assertion", &spec.assertion_signature));
    }
    if signatures.is_empty() {
        return Err(format!("{id}: there is no signature to confirm"));
    }
    let message = match &spec.encryption {
        None => fixture.xml.clone(),
        Some(_) => decrypted(&fixture.xml, scratch).map_err(|error| format!("{id}: {error}"))?,
    };
    let mut all_hold = true;
    for (path, element, signature) in signatures {
        let holds = if UNKNOWN_TO_XMLSEC1
            .iter()
            .any(|uri| signature.algorithm == *uri || signature.digest == *uri)
        {
            openssl(&mut fixture.tree.clone(), path, signature, scratch)
        } else {
            // The Response's signature covers the ciphertext, the Assertion's what is in it.
            let inner = element == "Assertion";
            xmlsec1(if inner { &message } else { &fixture.xml }, element, signature, scratch)
        };
        all_hold &= holds.map_err(|error| format!("{id}: {error}"))?;
    }
    match (fixture.witness, all_hold) {
        (Witness::Genuine, false) => Err(format!("{id}: xmlsec1 does not accept a signature")),
        (Witness::Forged, true) => Err(format!("{id}: xmlsec1 accepts every signature")),
        _ => Ok(()),
    }
}

/// Confirms that a metadata document is signed by this key.
pub(crate) fn confirm_metadata(xml: &[u8], key: TestKey, scratch: &Path) -> Result<(), String> {
    match xmlsec1(xml, "EntityDescriptor", &SignatureSpec::new(key), scratch) {
        Ok(true) => Ok(()),
        Ok(false) => Err("xmlsec1 does not accept the signature".into()),
        Err(error) => Err(error.to_string()),
    }
}

/// The message with its ciphertext replaced by what xmlsec1 decrypts.
fn decrypted(xml: &[u8], scratch: &Path) -> Result<Vec<u8>, String> {
    let (message, key) = (scratch.join("encrypted.xml"), scratch.join("key.pem"));
    let error = |error: io::Error| error.to_string();
    fs::write(&message, xml).map_err(error)?;
    fs::write(&key, TestKey::SP_ENCRYPTION.private_key_pem()).map_err(error)?;
    let mut command = Command::new("xmlsec1");
    command.arg("--decrypt").arg("--privkey-pem").arg(&key).arg(&message);
    let output = command.output().map_err(error)?;
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(output.stdout) } else { Err(complaint) }
}

fn xmlsec1(
    xml: &[u8],
    element: &str,
    signature: &SignatureSpec,
    scratch: &Path,
) -> io::Result<bool> {
    let message = scratch.join("message.xml");
    let certificate = scratch.join("certificate.pem");
    fs::write(&message, xml)?;
    fs::write(&certificate, signature.key.certificate_pem())?;
    let output = Command::new("xmlsec1")
        .args(["--verify", "--enabled-key-data", "rsa,ecdsa"])
        .args(["--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion"])
        .args(["--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:protocol:Response"])
        .args(["--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor"])
        .args([
            "--node-xpath",
            &format!("//*[local-name()='{element}']/*[local-name()='Signature']"),
        ])
        .arg("--pubkey-cert-pem")
        .arg(&certificate)
        .arg(&message)
        .output()?;
    Ok(output.status.success())
}

fn openssl(
    tree: &mut Element,
    path: &str,
    signature: &SignatureSpec,
    scratch: &Path,
) -> io::Result<bool> {
    let element = tree.at(path);
    let value = match &element.at("SignatureValue").children[..] {
        [countersign_test_idp::Node::Text(text)] => text.clone(),
        _ => return Ok(false),
    };
    let canonical = Canonical::Exclusive(Vec::new());
    let signed_info = element.at("SignedInfo").to_canonical(&canonical, &[]);
    let file = |name: &str, content: &[u8]| {
        let path = scratch.join(name);
        fs::write(&path, content).map(|()| path)
    };
    let mut command = Command::new("openssl");
    command.args(["pkeyutl", "-verify", "-rawin", "-certin", "-inkey"]);
    command.arg(file("certificate.pem", signature.key.certificate_pem().as_bytes())?);
    command.arg("-in").arg(file("signed_info", signed_info.as_bytes())?);
    command.arg("-sigfile").arg(file("value", &STANDARD.decode(value).unwrap_or_default())?);
    match signature.algorithm.as_str() {
        RSA_PSS_SHA256 => command.args(["-digest", "sha256"]),
        RSA_SHA1_ALIAS => command.args(["-digest", "sha1"]),
        RSA_SHA384 => command.args(["-digest", "sha384"]),
        _ => &mut command,
    };
    if signature.algorithm == RSA_PSS_SHA256 {
        for option in ["rsa_padding_mode:pss", "rsa_pss_saltlen:32", "rsa_mgf1_md:sha256"] {
            command.args(["-pkeyopt", option]);
        }
    }
    Ok(command.output()?.status.success())
}
