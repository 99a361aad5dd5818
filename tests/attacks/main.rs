//! The attack suite: takes genuine messages and makes every known forgery of them.
//!
//! One file holds one family of attacks. Whatever is done to a message, it must be refused or sign
//! in the very user that its signer named, never another one; where the cause is single, the code
//! must name it. Messages are our fixtures, over every signing option, and the accepted ones of
//! the corpus, which other products made.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests may fail")]
#![allow(clippy::arithmetic_side_effects, reason = "numbers are small here")]
#![allow(clippy::format_collect, clippy::type_complexity, reason = "plain tables read better")]

mod algorithms;
#[path = "../case/mod.rs"]
mod case;
mod encrypted;
mod envelope;
mod forgery;
mod identifiers;
mod keys;
mod namespaces;
mod parsing;
mod replayed;
mod signature_shape;
mod target;
mod tenants;
mod text;
mod transforms;
mod wrapping;

use std::sync::LazyLock;

use forgery::{EVIL, Forgery, Genuine, Verdict};
use target::Target;

/// Families of thousands of forgeries a message, which change its shape alone: messages that
/// differ in keys, algorithms and names from another one would tell nothing new.
const SHAPES_ALONE: [&str; 4] = ["envelope", "namespaces", "text", "wrapping"];

/// Runs one family over every message, and prints one line.
fn run(family: &str, forge: fn(&Genuine) -> Vec<Forgery>) {
    static TARGETS: LazyLock<Vec<Target>> = LazyLock::new(target::all);
    let of_shape = SHAPES_ALONE.contains(&family);
    let chosen = |target: &&Target| !of_shape || target.has_shape_of_its_own();
    let targets: Vec<&Target> = TARGETS.iter().filter(chosen).collect();
    let (mut refused, mut unchanged) = (0, 0);
    let mut wrong = Vec::new();
    for target in &targets {
        for forgery in forge(&target.genuine) {
            match judge(target, &forgery) {
                Ok(Some(_)) => refused += 1,
                Ok(None) => unchanged += 1,
                Err(problem) => wrong.push(format!(
                    "{} / {} ({}): {problem}",
                    target.genuine.id, forgery.name, forgery.source
                )),
            }
        }
    }
    let total = refused + unchanged + wrong.len();
    println!(
        "attacks/{family}: {total} forgeries of {} messages, {refused} refused, \
         {unchanged} with the genuine identity",
        targets.len()
    );
    assert!(refused > 0, "{family} makes no forgery that is refused");
    let shown: Vec<&String> = wrong.iter().take(40).collect();
    assert!(wrong.is_empty(), "{} of {total} wrong, the first: {shown:#?}", wrong.len());
}

/// The code it was refused with, none where it was accepted with the genuine identity, or what is
/// wrong with that.
fn judge(target: &Target, forgery: &Forgery) -> Result<Option<&'static str>, String> {
    let report = target
        .inspect(&forgery.message)
        .map_err(|error| format!("an error of the call: {error:?}"))?;
    if let Some(login) = &report.login {
        let identity = target::identity(login);
        if matches!(forgery.verdict, Verdict::Whole) {
            let cut = identity.to_string().contains(&format!("\"{EVIL}\""));
            return if cut { Err(format!("READ IN PART: {identity}")) } else { Ok(None) };
        }
        if identity != target.identity {
            return Err(format!("SIGNS IN SOMEBODY ELSE: {identity}"));
        }
        return match forgery.verdict {
            Verdict::Refused(_) => Err("accepted, though with the genuine identity".into()),
            _ => Ok(None),
        };
    }
    let code = report.code().map_or("no code", countersign::report::Code::as_str);
    let name = code.trim_start_matches("ERR_SAML_");
    match forgery.verdict {
        // What changes the inner signature also changes what the outer one covers.
        Verdict::Refused(_) if name == "SIGNATURE_DIGEST" && target.genuine.is_signed_twice() => {
            Ok(Some(code))
        }
        Verdict::Refused(codes) if !codes.is_empty() && !codes.contains(&name) => {
            Err(format!("refused with {name}, not with one of {codes:?}"))
        }
        Verdict::Unchanged => Err(format!("refused with {name}, though nothing changed")),
        _ => Ok(Some(code)),
    }
}

macro_rules! families {
    ($($family:ident),* $(,)?) => {
        $(#[test] fn $family() { run(stringify!($family), $family::forge); })*
    };
}

families![
    algorithms,
    encrypted,
    envelope,
    identifiers,
    keys,
    namespaces,
    parsing,
    replayed,
    signature_shape,
    tenants,
    text,
    transforms,
    wrapping,
];
