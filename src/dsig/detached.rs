//! A signature that stands beside what it covers: in the redirect binding the octets of a query
//! (SAML bindings 3.4.4.1). The same keys, algorithms and steps as for a Signature in XML, without
//! digest and canonicalisation: [`DetachedClaim`] → [`VerifyTask`] and its [`Verdict`] →
//! [`SignedOctets`].

use super::algorithm::SignatureAlgorithm;
use super::error::SignatureErrorKind;
use super::key::TrustedKey;
use super::signature::signature_rows;
use super::verify::{Constraints, Verdict, VerifyTask};

/// Octets and a signature that claims to cover them. Nothing is verified yet.
#[derive(Clone, Debug)]
pub struct DetachedClaim {
    octets: Vec<u8>,
    signature: Vec<u8>,
    rows: Vec<&'static SignatureAlgorithm>,
    algorithm: String,
}

impl DetachedClaim {
    /// Takes the octets and what stands beside them. `algorithm` is the identifier of the
    /// signature algorithm.
    ///
    /// Errors: `Algorithm` where it is unknown, or SHA-1 and not allowed.
    pub fn new(
        octets: Vec<u8>,
        algorithm: &str,
        signature: Vec<u8>,
        constraints: &Constraints,
    ) -> Result<Self, SignatureErrorKind> {
        let algorithm = algorithm.to_owned();
        match signature_rows(&algorithm, constraints) {
            Ok(rows) => Ok(Self { octets, signature, rows, algorithm }),
            Err(refusal) => Err(SignatureErrorKind::Algorithm { uri: algorithm, refusal }),
        }
    }

    /// What has to be verified, with each trusted key that the algorithm works with.
    ///
    /// Errors: `Algorithm` where there is none.
    pub fn task(
        &self,
        trusted: &[TrustedKey],
        constraints: &Constraints,
    ) -> Result<VerifyTask, SignatureErrorKind> {
        let Self { octets, signature, rows, algorithm } = self;
        VerifyTask::over(octets, signature, rows, algorithm, trusted, constraints)
    }

    /// Takes the verdict on the task that was made of this claim. `trusted` is the same list.
    ///
    /// Errors: `Value` where no trusted key verified.
    pub fn decide(
        self,
        task: &VerifyTask,
        verdict: Verdict,
        trusted: &[TrustedKey],
    ) -> Result<SignedOctets, SignatureErrorKind> {
        let key = task.verified(verdict, trusted).ok_or(SignatureErrorKind::Value)?.clone();
        Ok(SignedOctets { octets: self.octets, algorithm: self.algorithm, key })
    }
}

/// Octets that a trusted key signed. There is one maker, [`DetachedClaim::decide`]; the fields are
/// private:
///
/// ```compile_fail,E0451
/// # fn forge(octets: Vec<u8>, key: countersign::dsig::TrustedKey) {
/// countersign::dsig::SignedOctets { octets, algorithm: String::new(), key };
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SignedOctets {
    octets: Vec<u8>,
    algorithm: String,
    key: TrustedKey,
}

impl SignedOctets {
    /// What was signed.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// Identifier of the signature algorithm, as the sender wrote it.
    pub fn algorithm(&self) -> &str {
        &self.algorithm
    }

    /// The trusted key that signed.
    pub fn key(&self) -> &TrustedKey {
        &self.key
    }
}
