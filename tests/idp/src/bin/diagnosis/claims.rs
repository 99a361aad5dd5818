//! Who signs in and what is said about the user: NameID, claims, groups, authentication.

use countersign_test_idp::claims;
use serde_json::json;

use crate::entry::{Entry, Product, amplitude, aws};

pub(crate) fn entries() -> Vec<Entry> {
    let name_id = "NameID format or empty claim";
    let name_id_words = &["name.?id", "subject"];
    vec![
        Entry::refused(
            aws(
                "name-id-format",
                name_id,
                "IAM Identity Center wants an e-mail address as NameID, Entra ID sends persistent.",
            )
            .says(|spec| {
                spec.assertion().name_id_format = Some(countersign_test_idp::PERSISTENT.into());
            }),
            "NAMEID",
            "subject",
        )
        .facts([
            "Attributes & Claims",
            "Unique User Identifier (Name ID)",
            "nameid-format:emailAddress",
        ])
        .named(name_id_words),
        Entry::refused(
            amplitude("name-id-empty", name_id, "The user has no value in the source attribute.")
                .says(|spec| spec.assertion().name_id = Some(String::new())),
            "NAMEID",
            "subject",
        )
        .facts(["an empty NameID", "Unique User Identifier (Name ID)"])
        .named(name_id_words),
        Entry::refused(
            Product::Google
                .case("name-id-missing-google", name_id, "No NameID is sent.")
                .says(|spec| spec.assertion().name_id = None),
            "NAMEID",
            "subject",
        )
        .facts(["no NameID", "Service provider details", "Name ID"])
        .named(name_id_words),
        Entry::refused(
            Product::Okta
                .case("name-id-empty-okta", name_id, "Application username is empty for the user.")
                .says(|spec| spec.assertion().name_id = Some(" ".into())),
            "NAMEID",
            "subject",
        )
        .facts(["an empty NameID", "Application username"])
        .named(name_id_words),
        Entry::refused(
            Product::Entra
                .case(
                    "email-missing",
                    "missing e-mail claim for provisioning",
                    "The application creates users by e-mail address, and no claim has it.",
                )
                .option("requiredClaims", json!(["email"]))
                .says(|spec| {
                    let assertion = spec.assertion();
                    assertion.name_id = Some("9b1c-simon".into());
                    assertion
                        .attributes
                        .retain(|(name, _)| name != claims::EMAIL_ADDRESS && name != claims::NAME);
                }),
            "CLAIM",
            "subject",
        )
        .facts(["email", "Attributes & Claims", "user.mail"])
        .named(&["e-?mail", "claim", "attribute"]),
        Entry::refused(
            Product::Entra
                .case(
                    "email-empty",
                    "missing e-mail claim for provisioning",
                    "The claim is sent, and the user has no mailbox.",
                )
                .option("requiredClaims", json!([claims::EMAIL_ADDRESS]))
                .says(|spec| spec.set_attribute(claims::EMAIL_ADDRESS, &[""])),
            "CLAIM",
            "subject",
        )
        .facts(["emailaddress", "Attributes & Claims"])
        .named(&["e-?mail", "claim", "attribute"]),
        Entry::refused(
            Product::Entra
                .case(
                    "group-overage",
                    "group overage",
                    "The application needs groups, and the user is in more than Entra ID sends.",
                )
                .option("requiredClaims", json!([claims::GROUPS]))
                .says(|spec| {
                    let link = "https://graph.windows.net/contoso/users/5f3e/getMemberObjects";
                    spec.set_attribute(claims::GROUPS_LINK, &[link]);
                }),
            "CLAIM",
            "subject",
        )
        .facts(["groups", "more groups", "Add a group claim", "Groups assigned to the application"])
        .named(&["group"]),
        Entry::refused(
            amplitude("mfa-missing", "MFA missing", "The user signed in with a password alone.")
                .option("requireMfa", true),
            "MFA",
            "authentication",
        )
        .facts([
            "Conditional Access",
            "Require multifactor authentication",
            "authnmethodsreferences",
        ])
        .named(&["mfa", "multi-?factor"]),
        Entry::refused(
            Product::Okta
                .case("mfa-missing-okta", "MFA missing", "The policy asks for one factor.")
                .option("requireMfa", true),
            "MFA",
            "authentication",
        )
        .facts(["Authentication policy", "Any 2 factor types"])
        .named(&["mfa", "multi-?factor"]),
        Entry::refused(
            Product::Entra
                .case(
                    "authn-context",
                    "MFA missing",
                    "The application demands an AuthnContext that Entra ID does not send.",
                )
                .option(
                    "requireAuthnContext",
                    json!(["urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI"]),
                ),
            "AUTHN_CONTEXT",
            "authentication",
        )
        .facts(["requireAuthnContext", "requireMfa"])
        .named(&["authn ?context"]),
        Entry::refused(
            Product::Other
                .case(
                    "authn-statement-missing",
                    "MFA missing",
                    "The identity provider sends attributes and no AuthnStatement.",
                )
                .says(|spec| spec.assertion().authn_statements.clear()),
            "AUTHN_STATEMENT",
            "authentication",
        )
        .facts(["AuthnStatement"])
        .named(&["authn ?statement"]),
    ]
}
