//! One fixture: a message, what the service provider is configured with, and the verdict.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_test_idp::{Application, Element, Idp, Moment, ResponseSpec, SigningOption, User};
use serde::Serialize;
use serde_json::{Value, json};

/// The request that SP-initiated messages answer.
pub(crate) const REQUEST: &str = "_3f2a9b64-71d0-4c1e-8f57-0b6c5d4e3a21";

/// How the message is written into its file.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// Base64 in one line, as a form posts it: `.b64`.
    Base64,
    /// Base64 with a line break after every 76 characters: `.b64`.
    Base64Lines,
    /// Base64 with `+`, `/` and `=` percent-encoded: `.percent`.
    Percent,
    /// As it is: `.xml`.
    Xml,
    /// Exactly these characters: `.b64`.
    Exactly(&'static str),
}

/// What an independent implementation has to say about the signatures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Witness {
    /// Every signature holds.
    Genuine,
    /// Some signature fails.
    Forged,
    /// Not asked: the message is not XML, or the shape says nothing about the signature.
    NotAsked,
}

enum Message {
    Spec(Box<ResponseSpec>),
    Tree(Element),
}

pub(crate) struct Case {
    id: String,
    class: &'static str,
    why: String,
    message: Message,
    after: Vec<fn(&mut Element)>,
    on_text: Vec<fn(String) -> String>,
    on_bytes: Vec<fn(Vec<u8>) -> Vec<u8>>,
    form: Form,
    options: Value,
    context: Value,
    expect: Value,
    witness: Option<Witness>,
}

/// A line of `cases.jsonl`.
#[derive(Serialize)]
pub(crate) struct Line {
    pub(crate) id: String,
    class: &'static str,
    pub(crate) message: String,
    options: Value,
    context: Value,
    pub(crate) expect: Value,
    why: String,
}

/// A fixture ready to be written.
pub(crate) struct Finished {
    pub(crate) line: Line,
    pub(crate) file: Vec<u8>,
    pub(crate) xml: Vec<u8>,
    pub(crate) spec: Option<ResponseSpec>,
    pub(crate) tree: Element,
    pub(crate) witness: Witness,
}

/// Amplitude's set-up at contoso.com, answering [`REQUEST`].
pub(crate) fn amplitude(id: &str, class: &'static str, why: &str) -> Case {
    let application = Application::amplitude("482913");
    let spec = Idp::contoso().response(id, &application, &User::b_simon(), Some(REQUEST));
    let options = json!({
        "profile": "amplitude",
        "entityId": application.identifier,
        "replyUrls": [application.reply_url],
        "signOnUrl": "https://analytics.amplitude.com/sso",
        "idp": { "metadataFile": "metadata/contoso.xml" },
    });
    Case::new(id, class, why, Message::Spec(Box::new(spec)), options)
}

/// AWS IAM Identity Center's set-up at contoso.com, answering [`REQUEST`].
pub(crate) fn aws(id: &str, class: &'static str, why: &str) -> Case {
    let application = Application::aws_iam_identity_center();
    let spec = Idp::contoso().response(id, &application, &User::b_simon(), Some(REQUEST));
    let other_region = "https://eu-west-1.sso.signin.aws/platform/saml/acs/\
                        7a1b2c3d-4e5f-4061-8293-a4b5c6d7e8f9";
    let options = json!({
        "profile": "aws-iam-identity-center",
        "entityId": application.identifier,
        "replyUrls": [application.reply_url, other_region],
        "idp": { "metadataFile": "metadata/contoso.xml" },
    });
    Case::new(id, class, why, Message::Spec(Box::new(spec)), options)
}

impl Case {
    /// Any application at any identity provider.
    #[allow(dead_code, reason = "the catalogue of failed logins has more than the two set-ups")]
    pub(crate) fn of(
        id: &str,
        class: &'static str,
        why: &str,
        spec: ResponseSpec,
        options: Value,
    ) -> Self {
        Self::new(id, class, why, Message::Spec(Box::new(spec)), options)
    }

    fn new(id: &str, class: &'static str, why: &str, message: Message, options: Value) -> Self {
        let now = Moment::ISSUED.plus_milliseconds(4_527);
        Self {
            id: id.into(),
            class,
            why: why.into(),
            message,
            after: Vec::new(),
            on_text: Vec::new(),
            on_bytes: Vec::new(),
            form: Form::Base64,
            options,
            context: json!({ "inResponseTo": REQUEST, "now": now.text() }),
            expect: Value::Null,
            witness: None,
        }
    }

    /// Changes what the Response says before it is signed.
    pub(crate) fn says(mut self, change: impl FnOnce(&mut ResponseSpec)) -> Self {
        match &mut self.message {
            Message::Spec(spec) => change(spec),
            Message::Tree(_) => panic!("{}: the message is a tree already", self.id),
        }
        self
    }

    /// Sends this tree in place of the Response.
    pub(crate) fn sends(mut self, tree: Element) -> Self {
        self.message = Message::Tree(tree);
        self
    }

    /// Changes the tree after it was signed.
    pub(crate) fn after(mut self, change: fn(&mut Element)) -> Self {
        self.after.push(change);
        self
    }

    /// Changes the text of the finished message.
    pub(crate) fn text(mut self, change: fn(String) -> String) -> Self {
        self.on_text.push(change);
        self
    }

    /// Changes the bytes of the finished message.
    pub(crate) fn bytes(mut self, change: fn(Vec<u8>) -> Vec<u8>) -> Self {
        self.on_bytes.push(change);
        self
    }

    pub(crate) fn form(mut self, form: Form) -> Self {
        self.form = form;
        self
    }

    /// The same message without a request: the user came from My Apps.
    pub(crate) fn idp_initiated(self) -> Self {
        let mut case = self.says(|spec| {
            spec.in_response_to = None;
            spec.confirmation().in_response_to = None;
        });
        case.context.as_object_mut().expect("an object").remove("inResponseTo");
        case.option("allowIdpInitiated", true)
    }

    pub(crate) fn option(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.options[name] = value.into();
        self
    }

    pub(crate) fn without_option(mut self, name: &str) -> Self {
        let options = self.options.as_object_mut().expect("an object");
        assert!(options.remove(name).is_some(), "{}: option {name} was not set", self.id);
        self
    }

    /// Configures the identity provider by hand, with these certificates (base64 DER).
    pub(crate) fn trusts(self, entity_id: &str, certificates: &[String]) -> Self {
        self.option("idp", json!({ "entityId": entity_id, "certificates": certificates }))
    }

    pub(crate) fn context(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.context[name] = value.into();
        self
    }

    pub(crate) fn without_request(mut self) -> Self {
        self.context.as_object_mut().expect("an object").remove("inResponseTo");
        self
    }

    pub(crate) fn now(self, now: Moment) -> Self {
        self.context("now", now.text())
    }

    pub(crate) fn witness(mut self, witness: Witness) -> Self {
        self.witness = Some(witness);
        self
    }

    /// The message signs in whom the identity provider named.
    pub(crate) fn accepted(self) -> Self {
        self.accepted_with(json!({}))
    }

    /// As [`Case::accepted`], and the login also has these properties.
    pub(crate) fn accepted_with(mut self, more: Value) -> Self {
        let Message::Spec(spec) = &self.message else {
            panic!("{}: only Responses sign somebody in", self.id)
        };
        let mut expect = login_of(spec);
        let Value::Object(more) = more else { panic!("{}: not an object", self.id) };
        expect.as_object_mut().expect("an object").extend(more);
        self.expect = expect;
        self
    }

    /// The message is refused with this code (without `ERR_SAML_`), found by this check.
    pub(crate) fn refused(mut self, code: &str, check: &str) -> Self {
        self.expect = json!({ "ok": false, "code": format!("ERR_SAML_{code}"), "check": check });
        self
    }

    pub(crate) fn finish(self) -> Finished {
        assert!(!self.expect.is_null(), "{}: no verdict", self.id);
        let witness = self.witness.unwrap_or_else(|| self.usual_witness());
        let (mut tree, spec) = match self.message {
            Message::Spec(spec) => (spec.issue(), Some(*spec)),
            Message::Tree(tree) => (tree, None),
        };
        self.after.iter().for_each(|change| change(&mut tree));
        let text = self.on_text.iter().fold(tree.to_xml(), |text, change| change(text));
        let xml = self.on_bytes.iter().fold(text.into_bytes(), |bytes, change| change(bytes));
        let (ending, file) = written(self.form, &xml);
        let line = Line {
            message: format!("messages/{}.{ending}", self.id),
            id: self.id,
            class: self.class,
            options: self.options,
            context: self.context,
            expect: self.expect,
            why: self.why,
        };
        Finished { line, file, xml, spec, tree, witness }
    }

    /// What fails after the signature check needs a signature that holds, or it proves nothing.
    fn usual_witness(&self) -> Witness {
        match (self.expect["check"].as_str(), self.expect["code"].as_str()) {
            (_, Some("ERR_SAML_SIGNATURE_DIGEST" | "ERR_SAML_SIGNATURE_VALUE")) => Witness::Forged,
            (Some("message" | "decryption" | "signature"), _) => Witness::NotAsked,
            _ => Witness::Genuine,
        }
    }
}

fn written(form: Form, xml: &[u8]) -> (&'static str, Vec<u8>) {
    let base64 = STANDARD.encode(xml);
    match form {
        Form::Base64 => ("b64", base64.into_bytes()),
        Form::Base64Lines => {
            let lines: Vec<&[u8]> = base64.as_bytes().chunks(76).collect();
            ("b64", lines.join(&b"\r\n"[..]))
        }
        Form::Percent => {
            let text = base64.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
            ("percent", text.into_bytes())
        }
        Form::Xml => ("xml", xml.to_vec()),
        Form::Exactly(text) => ("b64", text.as_bytes().to_vec()),
    }
}

fn login_of(spec: &ResponseSpec) -> Value {
    let assertion = &spec.assertions[0];
    let mut attributes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, values) in &assertion.attributes {
        attributes.entry(name).or_default().extend(values.iter().map(String::as_str));
    }
    let signed_by: &[&str] = match spec.signing {
        SigningOption::Assertion => &["Assertion"],
        SigningOption::Response => &["Response"],
        SigningOption::Both => &["Response", "Assertion"],
        SigningOption::Neither => &[],
    };
    let authn = &assertion.authn_statements[0];
    json!({
        "ok": true,
        "issuer": assertion.issuer.trim(),
        "nameId": {
            "value": assertion.name_id.as_deref().map(str::trim),
            "format": assertion.name_id_format,
        },
        "attributes": attributes,
        "initiatedBy": if spec.in_response_to.is_some() { "sp" } else { "idp" },
        "inResponseTo": spec.in_response_to,
        "sessionIndex": authn.session_index,
        "authnInstant": authn.authn_instant,
        "authnContext": authn.class_ref.as_deref().map(str::trim),
        "audiences": assertion.audience_restrictions.concat(),
        "assertionId": assertion.id,
        "responseId": spec.id,
        "signedBy": signed_by,
    })
}
