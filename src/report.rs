//! What a validation found: [`Check`]s, their [`Code`]s, and the [`Report`] that lists them.
//!
//! A report is data. It knows no XML and decides nothing: the checks decide, the report keeps them
//! in order and names the root cause, which is the first check that failed.

mod about;

pub use about::About;

use crate::login::Login;
use crate::logout::Logout;
use crate::saml::outline::Outline;

/// Declares an enum whose variants have fixed texts, the list of all of them, and `as_str`.
macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every one, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable text.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

names! {
    /// Why a message, a set-up or a call was refused. Stable: codes are added, never renamed.
    Code {
        /// The message is not base64 and not XML.
        InputBase64 = "ERR_SAML_INPUT_BASE64",
        /// The message is larger than `limits.inputBytes`.
        InputTooLarge = "ERR_SAML_INPUT_TOO_LARGE",
        /// The message is not well-formed XML with namespaces.
        XmlMalformed = "ERR_SAML_XML_MALFORMED",
        /// The message is not UTF-8, or says it is something else.
        XmlEncoding = "ERR_SAML_XML_ENCODING",
        /// The message holds a document type declaration.
        XmlDtd = "ERR_SAML_XML_DTD",
        /// The message goes beyond one of the limits on XML.
        XmlLimit = "ERR_SAML_XML_LIMIT",
        /// Two elements carry the same ID.
        XmlDuplicateId = "ERR_SAML_XML_DUPLICATE_ID",
        /// The message is XML but not a SAML Response as the schema has it.
        Structure = "ERR_SAML_STRUCTURE",
        /// The message is not SAML 2.0.
        Version = "ERR_SAML_VERSION",
        /// The Response does not hold exactly one Assertion.
        AssertionCount = "ERR_SAML_ASSERTION_COUNT",
        /// The identity provider reports that the login failed.
        Status = "ERR_SAML_STATUS",
        /// The message is by another identity provider.
        Issuer = "ERR_SAML_ISSUER",
        /// No key is there that could decrypt the message.
        DecryptKey = "ERR_SAML_DECRYPT_KEY",
        /// The message is encrypted with an algorithm that is not accepted.
        DecryptAlgorithm = "ERR_SAML_DECRYPT_ALGORITHM",
        /// Decryption failed.
        DecryptFailed = "ERR_SAML_DECRYPT_FAILED",
        /// The assertion had to be encrypted and is not.
        NotEncrypted = "ERR_SAML_NOT_ENCRYPTED",
        /// Nothing in the message is signed.
        SignatureMissing = "ERR_SAML_SIGNATURE_MISSING",
        /// Something is signed, but not what this service provider wants signed.
        SignaturePolicy = "ERR_SAML_SIGNATURE_POLICY",
        /// A Signature is not built as SAML profiles it.
        SignatureStructure = "ERR_SAML_SIGNATURE_STRUCTURE",
        /// A Signature refers to something else than the element it stands in.
        SignatureReference = "ERR_SAML_SIGNATURE_REFERENCE",
        /// A Signature uses a transform that SAML does not allow.
        SignatureTransform = "ERR_SAML_SIGNATURE_TRANSFORM",
        /// A Signature uses an algorithm or a key that is not accepted.
        SignatureAlgorithm = "ERR_SAML_SIGNATURE_ALGORITHM",
        /// The content was changed after it was signed.
        SignatureDigest = "ERR_SAML_SIGNATURE_DIGEST",
        /// The signature value is wrong.
        SignatureValue = "ERR_SAML_SIGNATURE_VALUE",
        /// Signed with a key that is not one of this identity provider's.
        SignatureKeyUntrusted = "ERR_SAML_SIGNATURE_KEY_UNTRUSTED",
        /// The certificate that signed is past its validity.
        CertificateExpired = "ERR_SAML_CERTIFICATE_EXPIRED",
        /// The certificate that signed is not valid yet.
        CertificateNotYetValid = "ERR_SAML_CERTIFICATE_NOT_YET_VALID",
        /// The Response is addressed to another URL.
        Destination = "ERR_SAML_DESTINATION",
        /// The assertion may be delivered to another URL only.
        Recipient = "ERR_SAML_RECIPIENT",
        /// The message answers another request than the one that was sent.
        InResponseTo = "ERR_SAML_IN_RESPONSE_TO",
        /// The message answers no request, and that is not allowed.
        Unsolicited = "ERR_SAML_UNSOLICITED",
        /// The assertion is meant for another service provider.
        Audience = "ERR_SAML_AUDIENCE",
        /// The message is from the future.
        NotYetValid = "ERR_SAML_NOT_YET_VALID",
        /// The message is past its validity.
        Expired = "ERR_SAML_EXPIRED",
        /// The session at the identity provider is over.
        SessionExpired = "ERR_SAML_SESSION_EXPIRED",
        /// The assertion or the authentication is older than this service provider accepts.
        TooOld = "ERR_SAML_TOO_OLD",
        /// A time in the message is not an xs:dateTime.
        TimeMalformed = "ERR_SAML_TIME_MALFORMED",
        /// No bearer confirmation as the Web Browser SSO profile wants it.
        SubjectConfirmation = "ERR_SAML_SUBJECT_CONFIRMATION",
        /// The NameID is missing, empty, or not of the format that is needed.
        NameId = "ERR_SAML_NAMEID",
        /// A claim that this service provider needs is not there, or has no value it can use.
        Claim = "ERR_SAML_CLAIM",
        /// The assertion is subject to a condition that is not understood.
        ConditionUnknown = "ERR_SAML_CONDITION_UNKNOWN",
        /// The assertion does not say that the user authenticated.
        AuthnStatement = "ERR_SAML_AUTHN_STATEMENT",
        /// The user authenticated in another way than required.
        AuthnContext = "ERR_SAML_AUTHN_CONTEXT",
        /// The message does not show multifactor authentication.
        Mfa = "ERR_SAML_MFA",
        /// The assertion was used before.
        Replay = "ERR_SAML_REPLAY",
        /// The store failed, so nobody can say whether the assertion was used before.
        Store = "ERR_SAML_STORE",
        /// The set-up or the call is wrong.
        Options = "ERR_SAML_OPTIONS",
        /// The metadata is not well-formed XML or not SAML metadata.
        MetadataXml = "ERR_SAML_METADATA_XML",
        /// The metadata does not hold the identity provider that is wanted.
        MetadataEntity = "ERR_SAML_METADATA_ENTITY",
        /// The metadata holds no usable signing certificate, or one that cannot be read.
        MetadataCertificate = "ERR_SAML_METADATA_CERTIFICATE",
        /// The metadata is past its validUntil.
        MetadataExpired = "ERR_SAML_METADATA_EXPIRED",
        /// The metadata is not signed by the certificate it has to be signed by.
        MetadataSignature = "ERR_SAML_METADATA_SIGNATURE",
        /// The answer needs something that only an asynchronous call can do.
        NeedsAsync = "ERR_SAML_NEEDS_ASYNC",
        /// The runtime or a hook failed.
        Host = "ERR_SAML_HOST",
    }
}

names! {
    /// The checks, in the order in which the first failed one is the root cause.
    CheckId {
        /// Input decoding, XML, limits, schema shape, Version.
        Message = "message",
        /// The identity provider says Success.
        Status = "status",
        /// Response and Assertion are by this identity provider.
        Issuer = "issuer",
        /// What is encrypted could be decrypted.
        Decryption = "decryption",
        /// A trusted key signed what is read.
        Signature = "signature",
        /// Validity of the certificate that matched.
        Certificate = "certificate",
        /// Destination and Recipient are a Reply URL of this service provider.
        ReplyUrl = "reply-url",
        /// The request that is answered.
        InResponseTo = "in-response-to",
        /// The assertion names this service provider.
        Audience = "audience",
        /// Every instant in the message against the clock.
        Timestamps = "timestamps",
        /// NameID and bearer confirmation.
        Subject = "subject",
        /// Conditions that must be understood.
        Conditions = "conditions",
        /// AuthnStatement, AuthnContext, multifactor authentication.
        Authentication = "authentication",
        /// The assertion was not seen before.
        Replay = "replay",
    }
}

impl CheckId {
    /// What the check asks, in the administrator's words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Message => "The message is a well-formed SAML 2.0 Response",
            Self::Status => "The identity provider reports success",
            Self::Issuer => "The message comes from the configured identity provider",
            Self::Decryption => "Encrypted parts can be read",
            Self::Signature => "A trusted key signed what is read",
            Self::Certificate => "The signing certificate is within its validity",
            Self::ReplyUrl => "The message is addressed to this Reply URL (ACS URL)",
            Self::InResponseTo => "The message answers the request that was sent",
            Self::Audience => "The assertion is meant for this Identifier (Entity ID)",
            Self::Timestamps => "The message is valid at this time",
            Self::Subject => "The assertion names a user and may be presented by the browser",
            Self::Conditions => "Every condition is understood",
            Self::Authentication => "The user authenticated as required",
            Self::Replay => "The assertion was not used before",
        }
    }

    /// The clause that asks for it.
    #[allow(clippy::match_same_arms, reason = "a table: one row for each check")]
    pub const fn spec(self) -> &'static str {
        match self {
            Self::Message => "SAML core 3.2.2, 3.3.3; XML 1.0; Namespaces in XML 1.0",
            Self::Status => "SAML core 3.2.2.1",
            Self::Issuer => "SAML profiles 4.1.4.2",
            Self::Decryption => "SAML core 6.1; XML Encryption 1.1",
            Self::Signature => "SAML core 5.4; XMLDSig 3.2",
            Self::Certificate => "RFC 5280 4.1.2.5",
            Self::ReplyUrl => "SAML profiles 4.1.4.2; SAML core 3.2.2",
            Self::InResponseTo => "SAML profiles 4.1.4.3",
            Self::Audience => "SAML core 2.5.1.4",
            Self::Timestamps => "SAML core 2.5.1.2, 2.4.1.2, 2.7.2",
            Self::Subject => "SAML profiles 4.1.4.2",
            Self::Conditions => "SAML core 2.5.1.1",
            Self::Authentication => "SAML core 2.7.2; SAML profiles 4.1.4.2",
            Self::Replay => "SAML profiles 4.1.4.5",
        }
    }
}

names! {
    /// How a check ended.
    Status {
        /// Fulfilled.
        Passed = "passed",
        /// Not fulfilled: nobody is signed in.
        Failed = "failed",
        /// Fulfilled, but somebody should look at it.
        Warned = "warned",
        /// Not asked for by this set-up, or not possible after an earlier failure.
        Skipped = "skipped",
    }
}

/// Where something stands in the message as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Path of element names, `/samlp:Response/Assertion/Conditions`.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// The answer to one question about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Which question.
    pub id: CheckId,
    /// The answer.
    pub status: Status,
    /// Present where the status is failed or warned.
    pub code: Option<Code>,
    /// What this service provider expects. From the configuration.
    pub expected: Option<String>,
    /// What the message has instead. Merely claimed; may hold personal data.
    pub actual: Option<String>,
    /// Where it stands.
    pub location: Option<Location>,
    /// What to change, for an administrator.
    pub hint: Option<String>,
}

impl Check {
    /// Whether the check says nothing against a login.
    pub fn admits(&self) -> bool {
        self.status != Status::Failed
    }
}

/// The longest value of a message that a report repeats, in characters.
const SHOWN: usize = 500;

/// A value of the message, cut at a length and with control characters made visible, so that it
/// can be shown in a terminal or a log.
pub(crate) fn shown(value: &str) -> String {
    let mut text = String::with_capacity(value.len().min(SHOWN));
    for (count, character) in value.chars().enumerate() {
        if count == SHOWN {
            text.push('…');
            break;
        }
        if character.is_control()
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            text.extend(character.escape_unicode());
        } else {
            text.push(character);
        }
    }
    text
}

/// Something to do, or worth knowing beside the checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// What to do, in a sentence or two.
    pub text: String,
    /// Where in the console of the identity provider, as a path of pages.
    pub portal: Option<String>,
    /// The name of the field there.
    pub field: Option<String>,
    /// What to enter or choose there. From the configuration, never from the message.
    pub value: Option<String>,
}

impl Hint {
    /// Advice that is about no field in particular.
    pub(crate) fn advice(text: impl Into<String>) -> Self {
        Self { text: text.into(), portal: None, field: None, value: None }
    }
}

/// Everything a validation found. `login` or `logout` is there only when every check admits it.
#[derive(Clone, Debug)]
pub struct Report {
    /// The kind of message that was expected.
    pub about: About,
    /// All checks, in order, those after the first failure too.
    pub checks: Vec<Check>,
    /// An outline of what arrived: values merely claimed.
    pub message: Option<Outline>,
    /// What to change, first for the checks in their order and then beside them.
    pub hints: Vec<Hint>,
    /// Who may be signed in.
    pub login: Option<Login>,
    /// What a logout message says, where it may be acted on.
    pub logout: Option<Logout>,
}

impl Report {
    /// Whether the message may be acted on: a Response signs somebody in.
    pub fn ok(&self) -> bool {
        self.login.is_some() || self.logout.is_some()
    }

    /// The first failed check, which is the root cause.
    pub fn root_cause(&self) -> Option<&Check> {
        self.checks.iter().find(|check| check.status == Status::Failed)
    }

    /// The code of the root cause.
    pub fn code(&self) -> Option<Code> {
        self.root_cause().and_then(|check| check.code)
    }
}

/// A set-up that cannot work, or a call that cannot be carried out: the caller's mistake, found
/// before any message is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupError {
    /// `ERR_SAML_OPTIONS` or one of `ERR_SAML_METADATA_*`.
    pub code: Code,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What would be right.
    pub expected: Option<String>,
    /// What is there.
    pub actual: Option<String>,
    /// What to change.
    pub hint: Option<String>,
}

impl SetupError {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), expected: None, actual: None, hint: None }
    }

    pub(crate) fn options(message: impl Into<String>) -> Self {
        Self::new(Code::Options, message)
    }

    pub(crate) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    pub(crate) fn actual(mut self, actual: impl AsRef<str>) -> Self {
        self.actual = Some(shown(actual.as_ref()));
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl std::fmt::Display for SetupError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SetupError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_message_are_cut_and_made_visible() {
        assert_eq!(shown("a\u{202e}b\n"), "a\\u{202e}b\\u{a}");
        assert_eq!(shown(&"x".repeat(501)).chars().count(), 501);
        assert_eq!(shown(&"x".repeat(500)), "x".repeat(500));
    }

    #[test]
    fn codes_are_distinct() {
        let mut texts: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), Code::ALL.len());
    }
}
