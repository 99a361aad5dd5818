//! Active Directory Federation Services: AD FS Management, and PowerShell where it has no field.

use super::{Place, Portal, at, choose};

const fn sign(value: &'static str) -> Place {
    choose(
        "PowerShell > Set-AdfsRelyingPartyTrust -TargetName (app)",
        "-SamlResponseSignature",
        value,
    )
}

pub(super) const PORTAL: Portal = Portal {
    title: "AD FS",
    metadata_advice: "",
    launcher: "IdpInitiatedSignOn.aspx",
    begins: &[],
    holds: &["/adfs/services/trust", "/adfs/ls"],
    reply_url: at(
        "AD FS Management > Relying Party Trusts > (app) > Properties > Endpoints",
        "Add SAML > SAML Assertion Consumer, POST, Trusted URL",
    ),
    identifier: at(
        "AD FS Management > Relying Party Trusts > (app) > Properties > Identifiers",
        "Relying party identifier",
    ),
    sign_on_url: None,
    metadata: at(
        "AD FS Management > Service > Endpoints > Metadata",
        "/FederationMetadata/2007-06/FederationMetadata.xml",
    ),
    certificate: at("AD FS Management > Service > Certificates", "Token-signing"),
    entity_id: at(
        "AD FS Management > Service > Edit Federation Service Properties",
        "Federation Service identifier",
    ),
    sign_assertion: sign("AssertionOnly"),
    sign_response: sign("MessageOnly"),
    sign_both: sign("MessageAndAssertion"),
    algorithm: choose(
        "AD FS Management > Relying Party Trusts > (app) > Properties > Advanced",
        "Secure hash algorithm",
        "SHA-256",
    ),
    name_id: at(
        "AD FS Management > Relying Party Trusts > (app) > Edit Claim Issuance Policy",
        "Outgoing claim type: Name ID",
    ),
    claims: at(
        "AD FS Management > Relying Party Trusts > (app) > Edit Claim Issuance Policy",
        "Add Rule > Send LDAP Attributes as Claims",
    ),
    groups: at(
        "AD FS Management > Relying Party Trusts > (app) > Edit Claim Issuance Policy",
        "Add Rule > Send Group Membership as a Claim",
    ),
    users: at(
        "AD FS Management > Relying Party Trusts > (app) > Edit Access Control Policy",
        "Permit",
    ),
    encryption: at(
        "AD FS Management > Relying Party Trusts > (app) > Properties > Encryption",
        "Encryption certificate",
    ),
    mfa: choose(
        "AD FS Management > Relying Party Trusts > (app) > Edit Access Control Policy",
        "Choose an access control policy",
        "Permit everyone and require MFA",
    ),
    logs: at("Event Viewer > Applications and Services Logs > AD FS > Admin", "Event ID 364"),
};
