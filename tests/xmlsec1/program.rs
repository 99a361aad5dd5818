//! The xmlsec1 program as a signer and as a verifier.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use countersign_test_idp::TestKey;
use countersign_test_idp::tree::{ASSERTION, PROTOCOL};

/// Its version; none, said aloud, where it is not installed. Where CI promises it, that is a
/// failure.
pub(crate) fn version() -> Option<String> {
    match Command::new("xmlsec1").arg("--version").output() {
        Ok(output) => Some(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        Err(error) => {
            let ci = env::var("CI").is_ok_and(|ci| ci == "true");
            assert!(!ci, "xmlsec1 is missing: {error}");
            println!("xmlsec1: left out, the program is not installed");
            None
        }
    }
}

/// Fills in the signature, and nothing else: xmlsec1 would write the whole document in its own
/// way, so only the two values are taken from what it writes.
pub(crate) fn sign(name: &str, template: &str, key: TestKey) -> String {
    let (input, output) = (file(name, "template.xml"), file(name, "signed.xml"));
    fs::write(&input, template).expect("a temporary file");
    let private = keys().join(format!("{}.key.pem", key.name()));
    let run = run("--sign", |command| {
        command.arg("--privkey-pem").arg(private).arg("--output").arg(&output).arg(&input)
    });
    assert!(run.status.success(), "{template}\n{}", String::from_utf8_lossy(&run.stderr));
    let signed = fs::read_to_string(&output).expect("what it wrote");
    let mut message = template.to_owned();
    for local in ["DigestValue", "SignatureValue"] {
        let value = &signed[content(&signed, local)];
        assert!(value.len() > 20, "{local} is {value}");
        message.replace_range(content(&message, local), value);
    }
    message
}

/// Where the text of the first element of this local name stands.
pub(crate) fn content(text: &str, local: &str) -> std::ops::Range<usize> {
    let start = text.find(&format!("{local}>")).expect(local) + local.len() + 1;
    let end = start + text[start..].find("</").expect("an end tag");
    start..end
}

/// Whether it finds the first signature of the message good.
pub(crate) fn verifies(name: &str, message: &[u8], key: TestKey) -> bool {
    let input = file(name, "message.xml");
    fs::write(&input, message).expect("a temporary file");
    let certificate = keys().join(format!("{}.crt.pem", key.name()));
    let run =
        run("--verify", |command| command.arg("--pubkey-cert-pem").arg(certificate).arg(&input));
    run.status.success()
}

fn run(what: &str, arguments: impl FnOnce(&mut Command) -> &mut Command) -> Output {
    let mut command = Command::new("xmlsec1");
    command.arg(what);
    for element in [format!("{ASSERTION}:Assertion"), format!("{PROTOCOL}:Response")] {
        command.arg("--id-attr:ID").arg(element);
    }
    arguments(&mut command).output().expect("xmlsec1 starts")
}

fn file(name: &str, ending: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("xmlsec1-{name}-{ending}"))
}

fn keys() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys")
}
