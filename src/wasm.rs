//! The JavaScript bindings: convert, call, convert. No rule of SAML is here.
//!
//! Options and reports cross the border once per call, as plain data. What is thrown is plain data
//! too, which the package turns into its `SamlError`.

#![allow(
    missing_docs,
    unreachable_pub,
    reason = "the public documentation is in the package's index.d.ts"
)]

mod description;
mod lint;
mod login;
mod logout;
mod metadata;
mod options;
mod user;
mod view;

use js_sys::{Array, Object, Reflect, Uint8Array};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::checks::Context;
use crate::dsig::{Verdict, VerifyTask};
use crate::profiles::PROFILES;
use crate::report::{Code, Report, SetupError};
use crate::saml::input::decode_message;
use crate::sp::bundle::{Bundle, DigestsHeld};
use crate::sp::logout::{LogoutStep, LogoutValidation};
use crate::sp::request::{Outgoing, Unsigned};
use crate::sp::{Answer, ServiceProvider, Step, Task, Validation};
use crate::xenc::DecryptTask;
use crate::xml::Limits;

/// A service provider of one set-up.
#[wasm_bindgen]
pub struct Engine {
    provider: ServiceProvider,
    /// Whether the host verifies signature values.
    host: bool,
}

/// A validation that waits for answers.
#[wasm_bindgen]
pub struct Ticket(Pending);

enum Pending {
    Login(Box<Validation>),
    Logout(Box<LogoutValidation>),
}

enum Progress {
    Done(Box<Report>),
    Need(Pending),
}

impl From<Step> for Progress {
    fn from(step: Step) -> Self {
        match step {
            Step::Done(report) => Self::Done(report),
            Step::Need(validation) => Self::Need(Pending::Login(validation)),
        }
    }
}

impl From<LogoutStep> for Progress {
    fn from(step: LogoutStep) -> Self {
        match step {
            LogoutStep::Done(report) => Self::Done(report),
            LogoutStep::Need(validation) => Self::Need(Pending::Logout(validation)),
        }
    }
}

impl Pending {
    fn tasks(&self) -> Vec<Task<'_>> {
        match self {
            Self::Login(validation) => validation.tasks(),
            Self::Logout(validation) => validation.tasks(),
        }
    }

    fn resume(self, answers: Vec<Answer>) -> Progress {
        match self {
            Self::Login(validation) => validation.resume(answers).into(),
            Self::Logout(validation) => validation.resume(answers).into(),
        }
    }
}

/// A message that waits for its signature.
#[wasm_bindgen]
pub struct Draft(Unsigned);

#[wasm_bindgen]
impl Draft {
    /// Puts the signature in: the message as it is sent.
    pub fn signed(self, signature: &[u8]) -> Result<JsValue, JsValue> {
        plain(&view::SentView::from(&self.0.with_signature(signature)))
    }
}

#[wasm_bindgen]
impl Engine {
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<Engine, JsValue> {
        let (options, host) = options::read(options).map_err(|error| thrown(&error))?;
        let provider = ServiceProvider::new(options).map_err(|error| thrown(&error))?;
        Ok(Self { provider, host })
    }

    pub fn inspect(&self, message: &JsValue, context: JsValue) -> Result<JsValue, JsValue> {
        let message = octets(message)?;
        let context: Context = options::context(context).map_err(|error| thrown(&error))?;
        let step = self.provider.begin(&message, &context).map_err(|error| thrown(&error))?;
        self.step(step.into())
    }

    /// The same for a logout message; the context says which kind.
    #[wasm_bindgen(js_name = inspectLogout)]
    pub fn inspect_logout(&self, message: &JsValue, context: JsValue) -> Result<JsValue, JsValue> {
        let message = octets(message)?;
        let (kind, context) = logout::context(context).map_err(|error| thrown(&error))?;
        self.step(self.provider.begin_logout(&message, kind, &context).into())
    }

    pub fn resume(&self, ticket: Ticket, answers: &Array) -> Result<JsValue, JsValue> {
        let answers = ticket
            .0
            .tasks()
            .into_iter()
            .zip(answers.iter())
            .map(|(task, answer)| read_answer(task, &answer))
            .collect();
        self.step(ticket.0.resume(answers))
    }

    /// Makes a login request: `{ sent }`, or `{ task, ticket }` where it has to be signed first.
    #[wasm_bindgen(js_name = loginRequest)]
    pub fn login_request(&self, request: JsValue) -> Result<JsValue, JsValue> {
        let request = options::login_request(request).map_err(|error| thrown(&error))?;
        outgoing(self.provider.login_request(request))
    }

    /// Makes a LogoutRequest, in the same way.
    #[wasm_bindgen(js_name = logoutRequest)]
    pub fn logout_request(&self, request: JsValue) -> Result<JsValue, JsValue> {
        let request = logout::request(request).map_err(|error| thrown(&error))?;
        outgoing(self.provider.logout_request(request))
    }

    /// Makes a LogoutResponse, in the same way.
    #[wasm_bindgen(js_name = logoutResponse)]
    pub fn logout_response(&self, response: JsValue) -> Result<JsValue, JsValue> {
        let response = logout::response(response).map_err(|error| thrown(&error))?;
        outgoing(self.provider.logout_response(response))
    }

    /// The message without personal data: `{ message, response, assertion }`, where the latter say
    /// whose digest held. Undefined where it cannot be taken out.
    pub fn bundle(&self, message: &JsValue) -> Result<JsValue, JsValue> {
        let Some(bundle) = self.provider.bundle(&octets(message)?) else {
            return Ok(JsValue::UNDEFINED);
        };
        let result = Object::new();
        set(&result, "message", &bundle.message.into())?;
        set(&result, "response", &bundle.digests.response.into())?;
        set(&result, "assertion", &bundle.digests.assertion.into())?;
        Ok(result.into())
    }

    /// Judges what `bundle` made. The report has no login.
    pub fn replay(
        &self,
        message: String,
        response: bool,
        assertion: bool,
        context: JsValue,
    ) -> Result<JsValue, JsValue> {
        let context = options::context(context).map_err(|error| thrown(&error))?;
        let bundle = Bundle { message, digests: DigestsHeld { response, assertion } };
        plain(&view::ReportView::from(&self.provider.replay(&bundle, &context)))
    }

    /// What can be seen of the set-up before the first login. `metadata` is the application's own
    /// metadata file, or undefined.
    pub fn lint(&self, circumstances: JsValue, metadata: &JsValue) -> Result<JsValue, JsValue> {
        let metadata = if metadata.is_undefined() { None } else { Some(octets(metadata)?) };
        let entity_id = self.provider.policy().entity_id();
        let circumstances = lint::circumstances(circumstances, metadata.as_deref(), entity_id)
            .map_err(|error| thrown(&error))?;
        let findings = self.provider.lint(&circumstances);
        plain(&findings.iter().map(lint::FindingView::from).collect::<Vec<_>>())
    }

    fn step(&self, mut step: Progress) -> Result<JsValue, JsValue> {
        loop {
            let validation = match step {
                Progress::Done(report) => {
                    let result = Object::new();
                    set(&result, "report", &plain(&view::ReportView::from(&*report))?)?;
                    return Ok(result.into());
                }
                Progress::Need(validation) => validation,
            };
            let here = |task: &Task<'_>| !self.host && matches!(task, Task::Verify(_));
            if !validation.tasks().iter().all(here) {
                let result = Object::new();
                let tasks = validation.tasks().into_iter().map(task);
                let tasks = tasks.collect::<Result<Array, JsValue>>()?;
                set(&result, "tasks", &tasks)?;
                set(&result, "ticket", &Ticket(validation).into())?;
                return Ok(result.into());
            }
            let answers = validation.tasks().into_iter().map(Task::perform).collect();
            step = validation.resume(answers);
        }
    }
}

/// `{ sent }`, or `{ task, ticket }` where it has to be signed first.
fn outgoing(made: Result<Outgoing, SetupError>) -> Result<JsValue, JsValue> {
    let result = Object::new();
    match made.map_err(|error| thrown(&error))? {
        Outgoing::Ready(sent) => set(&result, "sent", &plain(&view::SentView::from(&sent))?)?,
        Outgoing::Sign(unsigned) => {
            let task = Object::new();
            set(&task, "kind", &"sign".into())?;
            set(&task, "algorithm", &unsigned.task().algorithm.as_str().into())?;
            set(&task, "data", &Uint8Array::from(unsigned.task().data.as_slice()))?;
            set(&result, "task", &task)?;
            set(&result, "ticket", &Draft(*unsigned).into())?;
        }
    }
    Ok(result.into())
}

/// What is known about applications beforehand.
#[wasm_bindgen]
pub fn profiles() -> Result<JsValue, JsValue> {
    plain(&PROFILES.iter().map(view::ProfileView::from).collect::<Vec<_>>())
}

/// Every code, in the order of the documentation.
#[wasm_bindgen]
pub fn codes() -> Vec<String> {
    Code::ALL.iter().map(|code| code.as_str().to_owned()).collect()
}

/// A stand-in for a value, by a secret key of 16 bytes or more.
#[wasm_bindgen]
pub fn pseudonym(key: &[u8], value: &str) -> Result<String, JsValue> {
    crate::pseudonym::pseudonym(key, value)
        .ok_or_else(|| thrown(&SetupError::options("the key is too short")))
}

/// The XML text of a message in any form.
#[wasm_bindgen(js_name = decodeMessage)]
pub fn decode(message: &JsValue) -> Result<String, JsValue> {
    let octets = octets(message)?;
    let xml = decode_message(&octets, Limits::message().input_bytes)
        .map_err(|error| thrown(&SetupError::new(Code::InputBase64, error.to_string())))?;
    Ok(String::from_utf8_lossy(&xml).into_owned())
}

/// Text or bytes, as they come.
fn octets(value: &JsValue) -> Result<Vec<u8>, JsValue> {
    if let Some(text) = value.as_string() {
        return Ok(text.into_bytes());
    }
    match value.dyn_ref::<Uint8Array>() {
        Some(array) => Ok(array.to_vec()),
        None => Err(thrown(&SetupError::options("this is neither text nor bytes"))),
    }
}

fn task(task: Task<'_>) -> Result<JsValue, JsValue> {
    match task {
        Task::Decrypt(task) => decrypt_task(task),
        Task::Verify(task) => verify_task(task),
    }
}

fn decrypt_task(task: &DecryptTask) -> Result<JsValue, JsValue> {
    let object = Object::new();
    set(&object, "kind", &"decrypt".into())?;
    set(&object, "algorithm", &task.algorithm.mode().into())?;
    let key_bytes = u32::try_from(task.algorithm.key_bytes()).unwrap_or_default();
    set(&object, "keyBytes", &key_bytes.into())?;
    set(&object, "iv", &Uint8Array::from(task.iv.as_slice()))?;
    set(&object, "ciphertext", &Uint8Array::from(task.ciphertext.as_slice()))?;
    let keys = Array::new();
    for key in &task.keys {
        let one = Object::new();
        set(&one, "digest", &key.transport.digest.name().into())?;
        set(&one, "mgf", &key.transport.mgf.name().into())?;
        set(&one, "label", &Uint8Array::from(key.transport.label.as_slice()))?;
        set(&one, "ciphertext", &Uint8Array::from(key.ciphertext.as_slice()))?;
        keys.push(&one);
    }
    set(&object, "keys", &keys)?;
    Ok(object.into())
}

/// `{ key }` for a verify task, `{ plaintext }` or `{ unsupported }` for a decrypt task. Anything else is a failure.
fn read_answer(task: Task<'_>, answer: &JsValue) -> Answer {
    let field = |name: &str| Reflect::get(answer, &name.into()).unwrap_or(JsValue::UNDEFINED);
    match task {
        Task::Decrypt(_) => {
            if field("unsupported").is_truthy() {
                return Answer::Unsupported;
            }
            let octets = field("plaintext");
            Answer::Decrypt(octets.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec))
        }
        Task::Verify(task) => {
            let key = field("key").as_f64();
            let index = (0..task.keys().count()).zip(0_u32..);
            let key = index.into_iter().find(|(_, number)| key == Some(f64::from(*number)));
            Answer::Verify(Verdict { key: key.map(|(index, _)| index) })
        }
    }
}

fn verify_task(task: &VerifyTask) -> Result<JsValue, JsValue> {
    let object = Object::new();
    set(&object, "kind", &"verify".into())?;
    set(&object, "algorithm", &task.algorithm().into())?;
    let keys: Array = task.keys().map(|key| JsValue::from(Uint8Array::from(key.spki()))).collect();
    set(&object, "keys", &keys)?;
    set(&object, "data", &Uint8Array::from(task.data()))?;
    set(&object, "signature", &Uint8Array::from(task.signature()))?;
    Ok(object.into())
}

fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &name.into(), value).map(|_| ())
}

fn plain<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    Ok(value.serialize(&Serializer::new().serialize_maps_as_objects(true))?)
}

fn thrown(error: &SetupError) -> JsValue {
    plain(&view::ErrorView::from(error)).unwrap_or_else(|error| error)
}
