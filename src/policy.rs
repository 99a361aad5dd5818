//! What a service provider demands of a login: [`Options`] as an administrator gives them, and
//! [`Policy`], which is what the checks look at. A policy has seen no message.

mod claims;

use crate::dsig::{Certificate, Constraints, KeyFamily};
use crate::profiles::Profile;
use crate::profiles::claims::{ClaimSources, Field, RequiredClaim};
use crate::report::{Code, SetupError};
use crate::saml::logout::UnsignedAccepted;
use crate::saml::metadata::{IdentityProvider, ServiceProviderMetadata};
use crate::saml::time::Seconds;
use crate::xml::Limits;

/// The set-up of a service provider. Start from `Options::default()`.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub struct Options {
    /// Name of a profile that fills in what an application fixes. Default: `generic`.
    pub profile: Option<String>,
    /// Identifier (Entity ID) of this service provider. Required, unless the profile knows it.
    pub entity_id: Option<String>,
    /// Reply URLs (ACS URLs), exactly as registered. At least one.
    pub reply_urls: Vec<String>,
    /// Sign-on URL, where users start. Default: the profile's.
    pub sign_on_url: Option<String>,
    /// Logout URL, where logout messages arrive: they must be addressed to it. Default: their
    /// address is not looked at.
    pub logout_url: Option<String>,
    /// The identity providers that may sign users in. At least one.
    pub identity_providers: Vec<IdentityProvider>,
    /// Which signatures are demanded. Default: any that covers the assertion.
    pub require_signed: RequireSigned,
    /// Whether a login may begin at the identity provider (My Apps). Default: false.
    pub allow_idp_initiated: bool,
    /// How far clocks may be apart. Default: 180 seconds.
    pub clock_skew: Seconds,
    /// Whether the message must show multifactor authentication. Default: false.
    pub require_mfa: bool,
    /// AuthnContextClassRefs, one of which the message must name. Default: none asked for.
    pub require_authn_context: Vec<String>,
    /// How old an assertion may be, by its IssueInstant. Default: no bound.
    pub max_assertion_age: Option<Seconds>,
    /// How long ago the user may have authenticated. Default: no bound.
    pub max_authn_age: Option<Seconds>,
    /// What to do where SessionNotOnOrAfter is past. Default: refuse.
    pub session_expiry: SessionExpiry,
    /// What to do where the certificate that signed is outside of its validity. Default: warn,
    /// because Entra ID goes on signing with an expired one.
    pub certificate_expiry: CertificateExpiry,
    /// Whether the assertion must be encrypted. Default: false.
    pub require_encrypted: bool,
    /// Whether the host has a private key, so that it can answer decrypt tasks. Default: false.
    pub can_decrypt: bool,
    /// The certificates of the host's signing key, for the metadata: the one in use and, during a
    /// rollover, the next. Default: none.
    pub signing_certificates: Vec<Certificate>,
    /// Certificates for identity providers to encrypt with, for the metadata; the host has the
    /// private keys. Default: none.
    pub encryption_certificates: Vec<Certificate>,
    /// Whether SHA-1 is accepted in signatures. Default: false.
    pub allow_sha1: bool,
    /// Whether logout messages need no signature. Then anybody can sign anybody out. Default: false.
    pub allow_unsigned_logout: bool,
    /// Audiences that are as good as the Identifier. Default: none.
    pub additional_audiences: Vec<String>,
    /// From which claims fields of the user are read, instead of the defaults: names of
    /// Attributes, the first that is there wins; `NameID` stands for the NameID. Default: the
    /// names in [`CLAIMS`](crate::profiles::claims::CLAIMS).
    pub claims: Vec<(Field, Vec<String>)>,
    /// Claims without which nobody signs in: names of fields, or of Attributes where they are
    /// URIs. Default: the profile's.
    pub required_claims: Option<Vec<String>>,
    /// Limits on the size of messages.
    pub limits: Limits,
    /// The longest canonical form of a signed element, in bytes. Default: 4 MiB.
    pub canonical_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            profile: None,
            entity_id: None,
            reply_urls: Vec::new(),
            sign_on_url: None,
            logout_url: None,
            identity_providers: Vec::new(),
            require_signed: RequireSigned::Any,
            allow_idp_initiated: false,
            clock_skew: Seconds(180),
            require_mfa: false,
            require_authn_context: Vec::new(),
            max_assertion_age: None,
            max_authn_age: None,
            session_expiry: SessionExpiry::Enforce,
            certificate_expiry: CertificateExpiry::Warn,
            require_encrypted: false,
            can_decrypt: false,
            signing_certificates: Vec::new(),
            encryption_certificates: Vec::new(),
            allow_sha1: false,
            allow_unsigned_logout: false,
            additional_audiences: Vec::new(),
            claims: Vec::new(),
            required_claims: None,
            limits: Limits::default(),
            canonical_bytes: Constraints::default().canonical_bytes,
        }
    }
}

impl Options {
    /// Fills in what the application's metadata file says where nothing was given: the Identifier
    /// (Entity ID) and the Reply URLs (ACS URLs), the default first. Nothing else of the file is
    /// policy: that it asks for signed assertions is addressed to the identity provider.
    #[must_use]
    pub fn with_metadata(mut self, metadata: &ServiceProviderMetadata) -> Self {
        self.entity_id.get_or_insert_with(|| metadata.entity_id.clone());
        if self.reply_urls.is_empty() {
            self.reply_urls = metadata.reply_urls();
        }
        self
    }
}

/// Which signatures a login needs. Every signature that is there must hold in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequireSigned {
    /// Any signature that covers the assertion: its own or the Response's.
    Any,
    /// The assertion's own.
    Assertion,
    /// The Response's.
    Response,
    /// Both.
    Both,
}

/// What SessionNotOnOrAfter in the past means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionExpiry {
    /// The login is refused.
    Enforce,
    /// The login is accepted and the check warns.
    Report,
}

/// What a certificate outside of its validity means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateExpiry {
    /// The login is refused.
    Fail,
    /// Nothing.
    Ignore,
    /// The login is accepted and the check warns.
    Warn,
}

/// Options that fit together.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub struct Policy {
    pub(crate) profile: &'static Profile,
    pub(crate) entity_id: String,
    pub(crate) reply_urls: Vec<String>,
    pub(crate) sign_on_url: Option<String>,
    pub(crate) logout_url: Option<String>,
    pub(crate) identity_providers: Vec<IdentityProvider>,
    pub(crate) require_signed: RequireSigned,
    pub(crate) allow_idp_initiated: bool,
    pub(crate) clock_skew: Seconds,
    pub(crate) require_mfa: bool,
    pub(crate) require_authn_context: Vec<String>,
    pub(crate) max_assertion_age: Option<Seconds>,
    pub(crate) max_authn_age: Option<Seconds>,
    pub(crate) session_expiry: SessionExpiry,
    pub(crate) certificate_expiry: CertificateExpiry,
    pub(crate) require_encrypted: bool,
    pub(crate) can_decrypt: bool,
    /// Present where logout messages need no signature.
    pub(crate) unsigned_logout: Option<UnsignedAccepted>,
    pub(crate) signing_certificates: Vec<Certificate>,
    pub(crate) encryption_certificates: Vec<Certificate>,
    pub(crate) additional_audiences: Vec<String>,
    pub(crate) claims: ClaimSources,
    pub(crate) required_claims: Vec<RequiredClaim>,
    pub(crate) limits: Limits,
    pub(crate) constraints: Constraints,
}

impl Policy {
    /// Holds the options against each other and against the profile.
    ///
    /// Errors: `OPTIONS`, with the option's name in the message.
    pub fn new(options: Options) -> Result<Self, SetupError> {
        Self::checked(options, true)
    }

    /// The same before an identity provider is known, which often wants the metadata of this
    /// service provider first. Nobody can sign in with such a policy.
    pub fn without_identity_provider(options: Options) -> Result<Self, SetupError> {
        Self::checked(options, false)
    }

    fn checked(options: Options, needs_provider: bool) -> Result<Self, SetupError> {
        let name = options.profile.as_deref().unwrap_or("generic");
        let profile = Profile::by_id(name).ok_or_else(|| {
            SetupError::options(format!("there is no profile {name}")).expected(Profile::ids())
        })?;
        let entity_id = entity_id(options.entity_id, profile)?;
        if options.reply_urls.is_empty() {
            return Err(SetupError::options("replyUrls is empty")
                .expected("the Reply URL (ACS URL) of this service provider")
                .hint(profile.reply_url_hint));
        }
        for url in &options.reply_urls {
            check_url("replyUrls", url)?;
        }
        if let Some(url) = &options.sign_on_url {
            check_url("signOnUrl", url)?;
        }
        if let Some(url) = &options.logout_url {
            check_url("logoutUrl", url)?;
        }
        if needs_provider && options.identity_providers.is_empty() {
            return Err(SetupError::options("idp is missing")
                .expected("the identity provider's metadata")
                .hint("Give the Federation Metadata XML of the identity provider as idp."));
        }
        for (index, provider) in options.identity_providers.iter().enumerate() {
            if provider.is_template() {
                return Err(template(provider));
            }
            let same = |other: &&IdentityProvider| other.entity_id == provider.entity_id;
            if options.identity_providers.iter().take(index).any(|other| same(&other)) {
                return Err(SetupError::options(
                    "idp holds two identity providers of one entityId",
                )
                .actual(&provider.entity_id)
                .hint("Give all certificates of one identity provider in one entry."));
            }
        }
        let claims = claims::sources(options.claims)?;
        let required_claims = claims::required(options.required_claims, profile, &claims)?;
        check_signing_certificates(&options.signing_certificates)?;
        check_encryption_certificates(&options.encryption_certificates, options.can_decrypt)?;
        let constraints = Constraints {
            allow_sha1: options.allow_sha1,
            canonical_bytes: options.canonical_bytes,
            limits: Limits { input_bytes: options.canonical_bytes, ..options.limits.clone() },
            ..Constraints::default()
        };
        Ok(Self {
            profile,
            entity_id,
            reply_urls: options.reply_urls,
            sign_on_url: options.sign_on_url.or_else(|| profile.sign_on_url.map(str::to_owned)),
            logout_url: options.logout_url,
            identity_providers: options.identity_providers,
            require_signed: options.require_signed,
            allow_idp_initiated: options.allow_idp_initiated,
            clock_skew: options.clock_skew,
            require_mfa: options.require_mfa,
            require_authn_context: options.require_authn_context,
            max_assertion_age: options.max_assertion_age,
            max_authn_age: options.max_authn_age,
            session_expiry: options.session_expiry,
            certificate_expiry: options.certificate_expiry,
            require_encrypted: options.require_encrypted,
            can_decrypt: options.can_decrypt,
            unsigned_logout: options
                .allow_unsigned_logout
                .then(UnsignedAccepted::danger_as_configured),
            signing_certificates: options.signing_certificates,
            encryption_certificates: options.encryption_certificates,
            additional_audiences: options.additional_audiences,
            claims,
            required_claims,
            limits: options.limits,
            constraints,
        })
    }

    /// Identifier (Entity ID) of this service provider.
    pub fn entity_id(&self) -> &str {
        &self.entity_id
    }

    /// Accepts RSA keys of other sizes than 2048 to 8192 bits. Only a host's verifier can use
    /// them: it is there so that old recordings can be replayed in tests.
    #[must_use]
    pub fn danger_accept_rsa_bits(mut self, bits: std::ops::RangeInclusive<usize>) -> Self {
        self.constraints.rsa_bits = bits;
        self
    }
}

/// Entra ID's common document stands for every tenant: whoever trusts its keys for one Issuer
/// would trust them for all.
fn template(provider: &IdentityProvider) -> SetupError {
    let message = "idp is Entra ID's common metadata, which stands for every tenant";
    SetupError::new(Code::MetadataEntity, message)
        .expected("the entity ID of one tenant, such as https://sts.windows.net/<tenant ID>/")
        .actual(&provider.entity_id)
        .hint(
            "Download the application's own Federation Metadata XML: in the Microsoft Entra admin \
             center, Enterprise applications, the application, Single sign-on, SAML Certificates. \
             If the common document is what you want, read it with entityId set to the Microsoft \
             Entra Identifier of your tenant.",
        )
}

fn entity_id(given: Option<String>, profile: &Profile) -> Result<String, SetupError> {
    let missing = || {
        SetupError::options("entityId is missing")
            .expected("the Identifier (Entity ID) of this service provider")
            .hint(profile.entity_id_hint)
    };
    let Some(given) = given.filter(|given| !given.is_empty()) else {
        return profile.entity_id.map(str::to_owned).ok_or_else(missing);
    };
    // Where the application has one Identifier for all, another one can only be a mistake.
    if profile.entity_id.is_some() && !profile.fits_entity_id(&given) {
        let message = format!("entityId is not an Identifier of {}", profile.title);
        return Err(SetupError::options(message)
            .expected(profile.entity_id_shapes.join(" or "))
            .actual(&given)
            .hint(profile.entity_id_hint));
    }
    Ok(given)
}

/// What stands in the metadata and cannot be used fails at the identity provider, where it is
/// hard to find.
fn check_signing_certificates(certificates: &[Certificate]) -> Result<(), SetupError> {
    for (index, certificate) in certificates.iter().enumerate() {
        let usable = match certificate.key().family() {
            KeyFamily::Rsa => is_strong_rsa(certificate),
            KeyFamily::Other => false,
            KeyFamily::EcP256 | KeyFamily::EcP384 | KeyFamily::Ed25519 => true,
        };
        if !usable {
            let name = format!("signingCertificates[{index}]");
            return Err(SetupError::options(format!("{name} holds a key that is not accepted"))
                .expected("RSA with 2048 bits or more, or ECDSA on P-256 or P-384")
                .actual(certificate.key().description())
                .hint("Make a new key pair, and give its certificate."));
        }
    }
    Ok(())
}

fn check_encryption_certificates(
    certificates: &[Certificate],
    can_decrypt: bool,
) -> Result<(), SetupError> {
    for (index, certificate) in certificates.iter().enumerate() {
        if !is_strong_rsa(certificate) {
            let name = format!("encryptionCertificates[{index}]");
            return Err(SetupError::options(format!("{name} holds a key that is not accepted"))
                .expected("RSA with 2048 bits or more")
                .actual(certificate.key().description())
                .hint("Make an RSA key pair for encryption, and give its certificate."));
        }
    }
    if !certificates.is_empty() && !can_decrypt {
        return Err(SetupError::options("encryptionCertificates are given without decryptionKeys")
            .expected("the private keys that belong to encryptionCertificates")
            .hint(
                "Give decryptionKeys too: an identity provider that is told these certificates \
                 encrypts with them, and nobody could sign in.",
            ));
    }
    Ok(())
}

fn is_strong_rsa(certificate: &Certificate) -> bool {
    let key = certificate.key();
    key.family() == KeyFamily::Rsa && Constraints::default().rsa_bits.contains(&key.bits())
}

/// Reply URLs are exact strings, compared to the letter: anything but an empty one can match.
fn check_url(option: &str, url: &str) -> Result<(), SetupError> {
    if url.trim().is_empty() {
        return Err(SetupError::options(format!("{option} holds an empty URL"))
            .expected("an absolute URL that starts with https://"));
    }
    Ok(())
}
