//! Reads as much DER as a PKCS#8 private key and the key of a certificate need.

/// Reads one DER value after the other.
pub(crate) struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The contents of the next value, which has to have this tag.
    pub(crate) fn take(&mut self, tag: u8) -> &'a [u8] {
        assert_eq!(self.0[0], tag, "unexpected DER tag in a test key");
        let (length, header) = match self.0[1] {
            short @ 0..=0x7f => (usize::from(short), 2),
            0x81 => (usize::from(self.0[2]), 3),
            0x82 => (usize::from(self.0[2]) << 8 | usize::from(self.0[3]), 4),
            other => panic!("unexpected DER length octet {other:#x} in a test key"),
        };
        let (value, rest) = self.0[header..].split_at(length);
        self.0 = rest;
        value
    }

    /// The next value with its tag and length, whatever it is.
    pub(crate) fn take_whole(&mut self) -> &'a [u8] {
        let before = self.0;
        self.take(before[0]);
        &before[..before.len() - self.0.len()]
    }

    pub(crate) fn next_tag(&self) -> Option<u8> {
        self.0.first().copied()
    }
}

/// Tags used here.
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const SEQUENCE: u8 = 0x30;

/// The private key inside PKCS#8 (RFC 5208 section 5): the octets of its own format.
pub(crate) fn pkcs8_private_key(pkcs8: &[u8]) -> &[u8] {
    let mut info = Der::new(Der::new(pkcs8).take(SEQUENCE));
    info.take(INTEGER);
    info.take(SEQUENCE);
    info.take(OCTET_STRING)
}

/// Modulus and private exponent of an `RSAPrivateKey` (RFC 8017 appendix A.1.2).
pub(crate) fn rsa_private_key(key: &[u8]) -> (&[u8], &[u8]) {
    let mut key = Der::new(Der::new(key).take(SEQUENCE));
    key.take(INTEGER);
    let modulus = key.take(INTEGER);
    key.take(INTEGER);
    (modulus, key.take(INTEGER))
}

/// The scalar of an `ECPrivateKey` (RFC 5915 section 3).
pub(crate) fn ec_private_key(key: &[u8]) -> &[u8] {
    let mut key = Der::new(Der::new(key).take(SEQUENCE));
    key.take(INTEGER);
    key.take(OCTET_STRING)
}

/// The `SubjectPublicKeyInfo` of a certificate, whole (RFC 5280 section 4.1).
pub(crate) fn subject_public_key_info(certificate: &[u8]) -> &[u8] {
    const EXPLICIT_VERSION: u8 = 0xa0;
    let mut tbs = Der::new(Der::new(Der::new(certificate).take(SEQUENCE)).take(SEQUENCE));
    if tbs.next_tag() == Some(EXPLICIT_VERSION) {
        tbs.take(EXPLICIT_VERSION);
    }
    tbs.take(INTEGER);
    for _ in ["signature", "issuer", "validity", "subject"] {
        tbs.take(SEQUENCE);
    }
    tbs.take_whole()
}
