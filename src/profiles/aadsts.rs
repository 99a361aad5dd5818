//! Errors of Entra ID by their numbers: what each means, and what to do about it. Data, from
//! Microsoft's list of authentication and authorization error codes.

/// An error of Entra ID that a SAML login can end in.
#[derive(Debug)]
pub(crate) struct Row {
    /// The digits after `AADSTS`.
    pub(crate) number: &'static str,
    /// What it means.
    pub(crate) says: &'static str,
    /// What to do.
    pub(crate) fix: &'static str,
    /// The place that the fix is made in.
    pub(crate) place: At,
}

/// Which place of the portal an error sends to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// Identifier (Entity ID).
    Identifier,
    /// NameID.
    NameId,
    /// No place: the request or the user is what has to change.
    Nowhere,
    /// The sign-in logs.
    Logs,
    /// Reply URL (ACS URL).
    ReplyUrl,
    /// Signing certificates.
    Certificate,
    /// Users and groups.
    Users,
}

const fn row(number: &'static str, place: At, says: &'static str, fix: &'static str) -> Row {
    Row { number, says, fix, place }
}

/// What a number means, where it is known.
pub(crate) fn row_of(number: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.number == number)
}

const CALLS_AN_ADMINISTRATOR: &str = "An administrator of the tenant sees the policy in the \
    sign-in logs, under Conditional Access.";
const ASK_WITHOUT_CONTEXT: &str = "Leave RequestedAuthnContext out of the request, or ask for the \
    method that users really have.";
const SIGN_IN_AGAIN: &str = "Sign in again.";
const ADD_THE_ACCOUNT: &str = "Sign in with an account of this tenant (a private browser window \
    helps), or invite this one as a guest.";

static ROWS: &[Row] = &[
    row("16000", At::Users, "The account is not in this tenant.", ADD_THE_ACCOUNT),
    row(
        "50001",
        At::Identifier,
        "The tenant knows no application with this Identifier.",
        "Set the Identifier (Entity ID) to the Issuer of the request.",
    ),
    row(
        "50003",
        At::Certificate,
        "The application has no signing certificate.",
        "Make a new signing certificate and make it active.",
    ),
    row(
        "50005",
        At::Logs,
        "Conditional Access does not support the user's platform.",
        CALLS_AN_ADMINISTRATOR,
    ),
    row(
        "50011",
        At::ReplyUrl,
        "The Reply URL in the request is not registered.",
        "Add the Reply URL of this application, to the letter.",
    ),
    row("50020", At::Users, "The account is of another tenant.", ADD_THE_ACCOUNT),
    row("50034", At::Users, "The account does not exist in this tenant.", ADD_THE_ACCOUNT),
    row(
        "50053",
        At::Logs,
        "The account is locked, or the address is blocked.",
        "Wait, or have an administrator unblock the user.",
    ),
    row(
        "50055",
        At::Nowhere,
        "The user's password has expired.",
        "Set a new password, then sign in again.",
    ),
    row(
        "50057",
        At::Nowhere,
        "The user's account is disabled.",
        "Have an administrator of the tenant enable the account.",
    ),
    row(
        "50058",
        At::Nowhere,
        "The user has no session, and the request forbade to ask.",
        "Send the request without IsPassive, so that the user can sign in.",
    ),
    row(
        "50072",
        At::Nowhere,
        "The user has to register for multifactor authentication.",
        "Sign in interactively once and register a second factor.",
    ),
    row(
        "50074",
        At::Nowhere,
        "The user did not pass multifactor authentication.",
        "Sign in again and complete the second factor.",
    ),
    row(
        "50076",
        At::Nowhere,
        "Multifactor authentication is required.",
        "Sign in interactively and complete the second factor.",
    ),
    row(
        "50079",
        At::Nowhere,
        "The user has to register for multifactor authentication.",
        "Sign in interactively once and register a second factor.",
    ),
    row(
        "50105",
        At::Users,
        "The user is not assigned to the application.",
        "Add the user, or a group that the user is a direct member of.",
    ),
    row("50126", At::Nowhere, "User name or password is wrong.", SIGN_IN_AGAIN),
    row(
        "50131",
        At::Logs,
        "Conditional Access blocks the device or the place.",
        CALLS_AN_ADMINISTRATOR,
    ),
    row(
        "50140",
        At::Nowhere,
        "The question whether to stay signed in was not answered.",
        SIGN_IN_AGAIN,
    ),
    row(
        "50146",
        At::Certificate,
        "The application needs a signing key of its own and has none.",
        "Make a new signing certificate and make it active.",
    ),
    row("50158", At::Logs, "A challenge outside of Entra ID was not met.", CALLS_AN_ADMINISTRATOR),
    row(
        "500011",
        At::Identifier,
        "The tenant knows no application with this Identifier.",
        "Set the Identifier (Entity ID) to the Issuer of the request, and check the tenant.",
    ),
    row(
        "500021",
        At::Nowhere,
        "Tenant restrictions of the user's network deny this tenant.",
        "Have the network's administrator add the tenant to Restrict-Access-To-Tenants.",
    ),
    row(
        "501241",
        At::NameId,
        "The source attribute of the NameID is empty for this user.",
        "Choose a source attribute that every user has, or fill it in for this one.",
    ),
    row("53000", At::Logs, "Conditional Access wants a compliant device.", CALLS_AN_ADMINISTRATOR),
    row(
        "53001",
        At::Logs,
        "Conditional Access wants a device of the domain.",
        CALLS_AN_ADMINISTRATOR,
    ),
    row("53003", At::Logs, "Conditional Access blocks this sign-in.", CALLS_AN_ADMINISTRATOR),
    row(
        "53004",
        At::Nowhere,
        "The user must register a second factor first.",
        "Register one at https://mysignins.microsoft.com/security-info, then sign in again.",
    ),
    row(
        "530035",
        At::Logs,
        "The tenant's security defaults block this sign-in.",
        CALLS_AN_ADMINISTRATOR,
    ),
    row(
        "65001",
        At::Nowhere,
        "Nobody has consented to the application.",
        "Have an administrator of the tenant consent (Enterprise applications > (app) > \
         Permissions).",
    ),
    row(
        "650056",
        At::Identifier,
        "The application is misconfigured: most often its Identifier.",
        "Set the Identifier (Entity ID) to the Issuer of the request.",
    ),
    row(
        "70001",
        At::Identifier,
        "The application is disabled, or unknown in this tenant.",
        "Enable it (Enterprise applications > (app) > Properties), and check its Identifier.",
    ),
    row(
        "700016",
        At::Identifier,
        "The tenant knows no application with this Identifier.",
        "Set the Identifier (Entity ID) to the Issuer of the request, and check that the request \
         went to the right tenant.",
    ),
    row(
        "75001",
        At::Nowhere,
        "The request could not be read.",
        "Check how it is encoded: deflated, base64, then percent-encoded for the redirect.",
    ),
    row(
        "75003",
        At::Nowhere,
        "The request asks for an answer by another binding than POST.",
        "Set ProtocolBinding of the request to HTTP-POST, or leave it out.",
    ),
    row(
        "75005",
        At::Nowhere,
        "The request is not a SAML request that Entra ID supports.",
        "Check that it is deflated and base64-encoded for the redirect binding, and that it is an \
         AuthnRequest.",
    ),
    row(
        "75006",
        At::Nowhere,
        "The request is not well-formed.",
        "Check how it is encoded: deflated, base64, then percent-encoded for the redirect.",
    ),
    row(
        "75008",
        At::Nowhere,
        "The request has another Destination than it was sent to.",
        "Set Destination to the Login URL in the metadata, or leave it out.",
    ),
    row(
        "75011",
        At::Nowhere,
        "The user authenticated in another way than the request demands, for example with Windows \
         Hello.",
        ASK_WITHOUT_CONTEXT,
    ),
    row(
        "75016",
        At::Nowhere,
        "The NameIDPolicy of the request is not valid.",
        "Ask for emailAddress, persistent, transient or unspecified, or leave NameIDPolicy out.",
    ),
    row(
        "750054",
        At::Nowhere,
        "The Login URL was opened without a SAMLRequest.",
        "Check that the Sign-on URL is the one that starts the login at the application, and not \
         the Login URL of Entra ID.",
    ),
    row(
        "7500525",
        At::Nowhere,
        "The XML of the request has a mistake.",
        "Check the request: it must be well-formed, and must not be escaped.",
    ),
    row(
        "7500529",
        At::Nowhere,
        "The ID of the request is not valid.",
        "Send an ID that begins with a letter or an underscore, and not with a digit.",
    ),
    row(
        "76021",
        At::Nowhere,
        "The application demands signed requests, and this one is not.",
        "Sign requests (signingKey), or switch Require Verification certificates off.",
    ),
    row(
        "76026",
        At::Nowhere,
        "The request is too old.",
        "Start the login again, and check the clock of the application.",
    ),
    row(
        "90002",
        At::Nowhere,
        "There is no such tenant.",
        "Check the tenant in the Login URL; download the metadata again.",
    ),
    row(
        "90011",
        At::Nowhere,
        "The request is not well-formed.",
        "Check how it is encoded: deflated, base64, then percent-encoded for the redirect.",
    ),
    row(
        "90015",
        At::Nowhere,
        "The query of the request is too long.",
        "Send the request by POST, or a shorter RelayState.",
    ),
    row(
        "900236",
        At::Nowhere,
        "The request has something that Entra ID does not support.",
        "Leave Subject, AssertionConsumerServiceIndex and the like out of the request.",
    ),
    row("90072", At::Users, "The account is of another tenant.", ADD_THE_ACCOUNT),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_stands_there_once() {
        for (index, row) in ROWS.iter().enumerate() {
            let other = ROWS.iter().take(index).any(|other| other.number == row.number);
            assert!(!other, "{}", row.number);
            assert!(row.number.bytes().all(|one| one.is_ascii_digit()), "{}", row.number);
        }
    }

    #[test]
    fn a_number_that_begins_another_is_another() {
        assert!(row_of("75005").is_some_and(|row| row.says.contains("not a SAML request")));
        assert!(row_of("750054").is_some_and(|row| row.says.contains("without")));
        assert!(row_of("7500").is_none());
    }
}
