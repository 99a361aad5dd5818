//! The metadata documents that fixtures are configured with.

use countersign_test_idp::{Idp, TestKey};

/// The tenant whose only certificate has expired.
pub(crate) const EXPIRED_TENANT: &str = "ccccdddd-2222-eeee-3333-ffff4444aaaa";
/// The tenant whose only certificate is not valid yet.
pub(crate) const FUTURE_TENANT: &str = "ddddeeee-3333-ffff-4444-aaaa5555bbbb";

/// File name, content and the key that signed it.
pub(crate) fn documents() -> Vec<(String, Vec<u8>, TestKey)> {
    let expired = Idp::tenant(EXPIRED_TENANT, &[TestKey::ENTRA_EXPIRED]);
    let future = Idp::tenant(FUTURE_TENANT, &[TestKey::ENTRA_NOT_YET_VALID]);
    // The tenant-wide document may lack the certificate that one application signs with.
    let mut tenant_wide = Idp::contoso();
    tenant_wide.keys = vec![TestKey::RSA_3072];
    [
        ("contoso", Idp::contoso()),
        ("contoso-tenant-wide", tenant_wide),
        ("fabrikam", Idp::fabrikam()),
        ("expired-certificate", expired),
        ("future-certificate", future),
    ]
    .map(|(name, idp)| {
        let xml = idp.metadata().to_xml().into_bytes();
        (format!("metadata/{name}.xml"), xml, idp.keys[0])
    })
    .into()
}
