//! What a report is about: the same checks ask a logout message something else than a login.

use super::CheckId;

/// The kind of message that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A Response, which signs in.
    Login,
    /// A LogoutRequest of the identity provider.
    LogoutRequest,
    /// The answer to a LogoutRequest of this service provider.
    LogoutResponse,
}

impl About {
    /// The name of the message.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Login => "Response",
            Self::LogoutRequest => "LogoutRequest",
            Self::LogoutResponse => "LogoutResponse",
        }
    }

    /// What a check asks, in the administrator's words.
    pub const fn title(self, check: CheckId) -> &'static str {
        match (self, check) {
            (Self::LogoutRequest, CheckId::Message) => {
                "The message is a well-formed SAML 2.0 LogoutRequest"
            }
            (Self::LogoutResponse, CheckId::Message) => {
                "The message is a well-formed SAML 2.0 LogoutResponse"
            }
            (Self::LogoutResponse, CheckId::Status) => "The identity provider signed the user out",
            (Self::LogoutRequest | Self::LogoutResponse, CheckId::ReplyUrl) => {
                "The message is addressed to this Logout URL"
            }
            (Self::LogoutRequest, CheckId::Subject) => "The message names the user to sign out",
            (Self::LogoutRequest, CheckId::Replay) => "The message was not used before",
            _ => check.title(),
        }
    }

    /// The clause that asks for it.
    pub const fn spec(self, check: CheckId) -> &'static str {
        match (self, check) {
            (Self::Login, _) => check.spec(),
            (Self::LogoutRequest, CheckId::Message) => {
                "SAML core 3.7.1; SAML bindings 3.4.4, 3.5.4; XML 1.0"
            }
            (Self::LogoutResponse, CheckId::Message) => {
                "SAML core 3.7.2; SAML bindings 3.4.4, 3.5.4; XML 1.0"
            }
            (_, CheckId::Status) => "SAML core 3.7.3.2, 3.2.2.2",
            (Self::LogoutRequest, CheckId::Issuer) => "SAML profiles 4.4.4.1",
            (Self::LogoutResponse, CheckId::Issuer) => "SAML profiles 4.4.4.2",
            (_, CheckId::Signature) => "SAML bindings 3.4.4.1; SAML core 5.4; XMLDSig 3.2",
            (_, CheckId::ReplyUrl) => "SAML bindings 3.4.5.2, 3.5.5.2",
            (_, CheckId::InResponseTo) => "SAML core 3.2.2",
            (_, CheckId::Timestamps | CheckId::Subject | CheckId::Replay) => "SAML core 3.7.1",
            _ => check.spec(),
        }
    }
}
