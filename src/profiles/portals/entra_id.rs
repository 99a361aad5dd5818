//! The Microsoft Entra admin center.

use super::{Place, Portal, at, choose};

const SIGNING: &str = "Enterprise applications > (app) > Single sign-on > SAML Certificates > Edit";

const fn sign(value: &'static str) -> Place {
    choose(SIGNING, "Signing Option", value)
}

pub(super) const PORTAL: Portal = Portal {
    title: "Entra ID",
    metadata_advice: "Take the Federation Metadata XML of this application, not of the tenant.",
    launcher: "My Apps, or Test this application",
    begins: &[
        "https://sts.windows.net/",
        "https://sts.chinacloudapi.cn/",
        "https://login.microsoftonline.com/",
        "https://login.microsoftonline.us/",
        "https://login.partner.microsoftonline.cn/",
    ],
    holds: &[],
    reply_url: at(
        "Enterprise applications > (app) > Single sign-on > Basic SAML Configuration",
        "Reply URL (Assertion Consumer Service URL)",
    ),
    identifier: at(
        "Enterprise applications > (app) > Single sign-on > Basic SAML Configuration",
        "Identifier (Entity ID)",
    ),
    sign_on_url: Some(at(
        "Enterprise applications > (app) > Single sign-on > Basic SAML Configuration",
        "Sign on URL (Optional)",
    )),
    metadata: at(
        "Enterprise applications > (app) > Single sign-on > SAML Certificates",
        "Federation Metadata XML",
    ),
    certificate: at(SIGNING, "New Certificate"),
    entity_id: at(
        "Enterprise applications > (app) > Single sign-on > Set up (app)",
        "Microsoft Entra Identifier",
    ),
    sign_assertion: sign("Sign SAML assertion"),
    sign_response: sign("Sign SAML response"),
    sign_both: sign("Sign SAML response and assertion"),
    algorithm: choose(SIGNING, "Signing Algorithm", "SHA-256"),
    name_id: at(
        "Enterprise applications > (app) > Single sign-on > Attributes & Claims > Edit",
        "Unique User Identifier (Name ID)",
    ),
    claims: at(
        "Enterprise applications > (app) > Single sign-on > Attributes & Claims > Edit",
        "Add new claim",
    ),
    groups: choose(
        "Enterprise applications > (app) > Single sign-on > Attributes & Claims > Edit",
        "Add a group claim",
        "Groups assigned to the application",
    ),
    users: at("Enterprise applications > (app) > Users and groups", "Add user/group"),
    encryption: at(
        "Enterprise applications > (app) > Security > Token encryption",
        "Import Certificate",
    ),
    mfa: choose(
        "Conditional Access > Policies > New policy > Grant",
        "Grant access",
        "Require multifactor authentication",
    ),
    logs: at("Enterprise applications > (app) > Activity > Sign-in logs", "Failure reason"),
};
