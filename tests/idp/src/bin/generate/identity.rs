//! Genuine signatures over an Assertion that does not say enough about the user.

use countersign_test_idp::tree::ASSERTION;
use countersign_test_idp::{Element, Node, claims};
use serde_json::json;

use crate::case::{Case, amplitude, aws};

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = confirmation();
    cases.extend(name_id());
    cases.extend(conditions());
    cases.extend(authentication());
    cases
}

fn confirmation() -> Vec<Case> {
    let refused = |case: Case| case.refused("SUBJECT_CONFIRMATION", "subject");
    vec![
        refused(
            amplitude("confirmation-none", "subject", "no SubjectConfirmation")
                .says(|spec| spec.assertion().confirmations.clear()),
        ),
        refused(
            amplitude("confirmation-sender-vouches", "subject", "another method than bearer").says(
                |spec| {
                    spec.confirmation().method =
                        "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches".into();
                },
            ),
        ),
        refused(
            amplitude("confirmation-no-expiry", "subject", "SubjectConfirmationData never expires")
                .says(|spec| spec.confirmation().not_on_or_after = None),
        ),
        amplitude("confirmation-no-recipient", "subject", "SubjectConfirmationData for nobody")
            .says(|spec| spec.confirmation().recipient = None)
            .refused("RECIPIENT", "reply-url"),
    ]
}

fn name_id() -> Vec<Case> {
    let refused = |case: Case| case.refused("NAMEID", "subject");
    vec![
        refused(
            amplitude("name-id-missing", "subject", "a Subject without NameID")
                .says(|spec| spec.assertion().name_id = None),
        ),
        refused(
            amplitude("name-id-empty", "subject", "an empty NameID: the claim has no value")
                .says(|spec| spec.assertion().name_id = Some(String::new())),
        ),
        refused(
            amplitude("name-id-blank", "subject", "a NameID of white space alone")
                .says(|spec| spec.assertion().name_id = Some(" \n ".into())),
        ),
    ]
}

fn conditions() -> Vec<Case> {
    vec![
        amplitude("condition-unknown", "conditions", "a Condition of a type nobody knows")
            .says(|spec| {
                spec.edit = |root| {
                    let mut condition = Element::new("Condition", ASSERTION);
                    condition.attributes.push(countersign_test_idp::Attribute {
                        name: "xsi:type".into(),
                        namespace: "http://www.w3.org/2001/XMLSchema-instance".into(),
                        value: "v:OnlyOnSundays".into(),
                    });
                    let condition = condition.declaring("v", "urn:example:vendor");
                    root.at("Assertion/Conditions").children.push(Node::Element(condition));
                };
            })
            .refused("CONDITION_UNKNOWN", "conditions"),
    ]
}

fn authentication() -> Vec<Case> {
    let mfa = "http://schemas.microsoft.com/claims/multipleauthn";
    vec![
        amplitude("authn-statement-missing", "authentication", "nothing about the authentication")
            .says(|spec| spec.assertion().authn_statements.clear())
            .refused("AUTHN_STATEMENT", "authentication"),
        amplitude("authn-context-other", "authentication", "another AuthnContext is required")
            .option("requireAuthnContext", json!(["urn:oasis:names:tc:SAML:2.0:ac:classes:X509"]))
            .refused("AUTHN_CONTEXT", "authentication"),
        aws("mfa-missing", "authentication", "MFA is required, a password was used")
            .option("requireMfa", true)
            .refused("MFA", "authentication"),
        aws("mfa-no-claim", "authentication", "MFA is required, the claim is not sent")
            .option("requireMfa", true)
            .says(|spec| {
                let attributes = &mut spec.assertion().attributes;
                attributes.retain(|(name, _)| name != claims::AUTHN_METHODS);
            })
            .refused("MFA", "authentication"),
        aws("mfa-in-another-claim", "authentication", "the value of MFA in a claim users may edit")
            .option("requireMfa", true)
            .says(|spec| spec.set_attribute(claims::DISPLAY_NAME, &[mfa]))
            .refused("MFA", "authentication"),
    ]
}
