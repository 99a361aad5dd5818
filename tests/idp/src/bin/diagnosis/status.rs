//! What the identity provider says went wrong.

use crate::entry::{Entry, IDENTIFIER, Product, REPLY_URL};

const STATUS: &str = "urn:oasis:names:tc:SAML:2.0:status:";
const TRACE: &str = "5b3a2c1d-0000-4444-8888-001122334455";

pub(crate) fn entries() -> Vec<Entry> {
    let aadsts = "user not assigned, and other AADSTS statuses";
    let entra = |number: &'static str, text: &str, why: &str, words: &[&'static str]| {
        let message = format!(
            "AADSTS{number}: {text}\r\nTrace ID: {TRACE}\r\nCorrelation ID: \
             6c4b3d2e-1111-5555-9999-112233445566\r\nTimestamp: 2026-03-10 09:00:00Z"
        );
        // What a library repeats of the message names the cause as well.
        refused(
            Product::Entra,
            &format!("aadsts-{number}"),
            aadsts,
            why,
            "Requester",
            None,
            Some(&message),
        )
        .named(words)
    };
    let plain = |id: &str, why: &str, outer: &str, inner: &'static str| {
        refused(Product::Other, id, "SAML status codes", why, outer, Some(inner), None)
            .named(&[inner])
    };
    vec![
        entra(
            "50105",
            "The signed in user 'b.simon@contoso.com' is not assigned to a role for the \
            application.",
            "The user is not assigned to the application.",
            &["not assigned"],
        )
        .facts([
            "AADSTS50105",
            "not assigned",
            TRACE,
            "Users and groups",
            "Add user/group",
        ]),
        entra(
            "50011",
            "The reply URL specified in the request does not match.",
            "The Reply URL in the request is not registered.",
            &["reply url"],
        )
        .facts(["AADSTS50011", "Basic SAML Configuration", REPLY_URL]),
        entra(
            "700016",
            "Application with identifier was not found in the directory.",
            "The Identifier in the request is unknown in the tenant.",
            &["identifier", "not found"],
        )
        .facts(["AADSTS700016", "Identifier (Entity ID)", IDENTIFIER]),
        entra(
            "75011",
            "Authentication method by which the user authenticated with the service \
            doesn't match requested authentication method.",
            "The user signed in with Windows Hello, the request demands a password.",
            &["authentication method"],
        )
        .facts(["AADSTS75011", "RequestedAuthnContext"]),
        entra(
            "7500529",
            "The value is not a valid SAML ID.",
            "The ID of the request begins with a digit.",
            &["\\bid\\b"],
        )
        .facts(["AADSTS7500529", "begins with a letter or an underscore"]),
        entra("76026", "Request has expired.", "The request lay open too long.", &["expired"])
            .facts(["AADSTS76026", "Start the login again", "clock"]),
        entra(
            "53003",
            "Access has been blocked by Conditional Access policies.",
            "A Conditional Access policy blocks the user.",
            &["conditional access"],
        )
        .facts(["AADSTS53003", "Conditional Access", "sign-in logs"]),
        entra(
            "50020",
            "User account from identity provider does not exist in tenant.",
            "The account is of another tenant.",
            &["does not exist", "tenant"],
        )
        .facts(["AADSTS50020", "another tenant", "guest", "Users and groups"]),
        entra(
            "501241",
            "Mandatory Input 'NameID' missing.",
            "The source attribute of the NameID is empty.",
            &["nameid", "missing"],
        )
        .facts(["AADSTS501241", "Unique User Identifier (Name ID)"]),
        entra(
            "99999999",
            "Something that nobody has heard of.",
            "An error that is not known here.",
            &["aadsts99999999"],
        )
        .facts([
            "AADSTS99999999",
            "https://login.microsoftonline.com/error?code=99999999",
            "Sign-in logs",
        ]),
        plain(
            "status-no-passive",
            "The request forbade to ask, and there is no session.",
            "Responder",
            "NoPassive",
        )
        .facts(["no session", "isPassive"]),
        plain(
            "status-authn-failed",
            "The user could not authenticate.",
            "Responder",
            "AuthnFailed",
        )
        .facts(["could not authenticate", "log"]),
        plain(
            "status-request-denied",
            "The identity provider refuses this user.",
            "Responder",
            "RequestDenied",
        )
        .facts(["assigned to the application", "users and groups"]),
        plain(
            "status-name-id-policy",
            "The request asks for a NameID that cannot be issued.",
            "Requester",
            "InvalidNameIDPolicy",
        )
        .facts(["InvalidNameIDPolicy", "nameIdFormat"]),
        plain(
            "status-no-authn-context",
            "The request demands a method that is not offered.",
            "Responder",
            "NoAuthnContext",
        )
        .facts(["NoAuthnContext", "RequestedAuthnContext"]),
        refused(
            Product::AdFs,
            "status-responder-ad-fs",
            "SAML status codes",
            "AD FS fails and says no more.",
            "Responder",
            None,
            None,
        )
        .named(&["responder"])
        .facts([
            "In AD FS",
            "Event Viewer > Applications and Services Logs > AD FS > Admin",
            "364",
        ]),
        refused(
            Product::Keycloak,
            "status-requester-keycloak",
            "SAML status codes",
            "Keycloak finds a mistake in the request.",
            "Requester",
            None,
            None,
        )
        .named(&["requester"])
        .facts(["mistake in the request", "Client ID"]),
    ]
}

fn refused(
    product: Product,
    id: &str,
    item: &'static str,
    why: &str,
    outer: &str,
    inner: Option<&str>,
    message: Option<&str>,
) -> Entry {
    let case = product.case(id, item, why).says(|spec| {
        spec.status_codes = [Some(outer), inner]
            .into_iter()
            .flatten()
            .map(|one| format!("{STATUS}{one}"))
            .collect();
        spec.status_message = message.map(str::to_owned);
        spec.assertions.clear();
        spec.signing = countersign_test_idp::SigningOption::Response;
    });
    Entry::refused(case, "STATUS", "status")
}
