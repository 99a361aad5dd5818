//! The test keys of `tests/data/keys`, compiled in.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::der;

/// One of the keys in `tests/data/keys`, with its certificate. For tests only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestKey {
    name: &'static str,
    key_pem: &'static str,
    certificate_pem: &'static str,
}

macro_rules! test_keys {
    ($($(#[$doc:meta])* $constant:ident = $name:literal,)*) => {
        impl TestKey {
            $($(#[$doc])* pub const $constant: TestKey = TestKey {
                name: $name,
                key_pem: include_str!(concat!("../../data/keys/", $name, ".key.pem")),
                certificate_pem: include_str!(concat!("../../data/keys/", $name, ".crt.pem")),
            };)*
            /// Every test key.
            pub const ALL: &'static [TestKey] = &[$(TestKey::$constant),*];
        }
    };
}

test_keys! {
    /// RSA 2048; the tenant's active signing key.
    ENTRA_ACTIVE = "entra-active",
    /// RSA 2048; the tenant's next signing key, listed in its metadata already.
    ENTRA_INACTIVE = "entra-inactive",
    /// RSA 2048; another tenant's key.
    ENTRA_OTHER_TENANT = "entra-other-tenant",
    /// RSA 2048; its certificate ended on 2025-06-01.
    ENTRA_EXPIRED = "entra-expired",
    /// RSA 2048; its certificate begins on 2027-06-01.
    ENTRA_NOT_YET_VALID = "entra-not-yet-valid",
    /// RSA 2048; the tenant as a whole, whose metadata names no application.
    ENTRA_TENANT = "entra-tenant",
    /// RSA 2048; another application of the same tenant.
    ENTRA_SECOND_APP = "entra-second-app",
    /// RSA 2048; a key that nobody trusts.
    ATTACKER = "attacker",
    /// RSA 3072.
    RSA_3072 = "rsa-3072",
    /// RSA 1024: too short to be trusted.
    RSA_1024 = "rsa-1024",
    /// ECDSA on P-256.
    P256 = "p256",
    /// ECDSA on P-384.
    P384 = "p384",
    /// Ed25519.
    ED25519 = "ed25519",
    /// RSA 2048; the service provider's own, for encrypted assertions.
    SP_ENCRYPTION = "sp-encryption",
}

impl TestKey {
    /// The key of this name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|key| key.name == name)
    }

    /// Its file name in `tests/data/keys`, without the ending.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The certificate as PEM.
    pub fn certificate_pem(self) -> &'static str {
        self.certificate_pem
    }

    /// The certificate as DER.
    pub fn certificate_der(self) -> Vec<u8> {
        pem_body(self.certificate_pem)
    }

    /// The certificate as base64 of DER in one line, the way `X509Certificate` holds it.
    pub fn certificate_base64(self) -> String {
        STANDARD.encode(self.certificate_der())
    }

    /// The private key as PEM (PKCS#8).
    pub fn private_key_pem(self) -> &'static str {
        self.key_pem
    }

    /// The `SubjectPublicKeyInfo` as DER.
    pub fn public_key_der(self) -> Vec<u8> {
        der::subject_public_key_info(&self.certificate_der()).to_vec()
    }

    /// The private key in PKCS#8, DER.
    pub fn pkcs8(self) -> Vec<u8> {
        pem_body(self.key_pem)
    }
}

fn pem_body(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body).expect("test keys are valid PEM")
}
