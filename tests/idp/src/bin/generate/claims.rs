//! What a user is created from: claims that are there, missing, doubled, and written by somebody
//! who would like to be another user.

use countersign_test_idp::algorithms::{RSA_SHA256, SHA256};
use countersign_test_idp::{Idp, PERSISTENT, ResponseSpec, TestKey, claims};
use serde_json::{Value, json};

use crate::case::{Case, amplitude, aws};

const CLASS: &str = "provisioning";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const OBJECT_ID: &str = "5f3e1a07-9c2b-4d68-8b1e-6a7c90d2e4f1";
const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = created();
    cases.extend(refused());
    cases.extend(identities());
    cases
}

fn without(spec: &mut ResponseSpec, name: &str) {
    spec.assertion().attributes.retain(|(one, _)| one != name);
}

/// No NameID that is an e-mail address.
fn opaque(spec: &mut ResponseSpec) {
    spec.assertion().name_id = Some("kJ8r-2vQzT0bWnYxUeHc".into());
    spec.assertion().name_id_format = Some(PERSISTENT.into());
}

/// As another identity provider would send it, which has the key of contoso.com here.
fn of_issuer(spec: &mut ResponseSpec, entity_id: &str) {
    spec.issuer = Some(entity_id.into());
    spec.assertion().issuer = entity_id.into();
}

fn user(fields: Value) -> Value {
    Value::Object([("user".to_owned(), fields)].into_iter().collect())
}

fn created() -> Vec<Case> {
    let contoso = Idp::contoso().tenant_id;
    let mail = |primary: bool, value: &str| json!({ "value": value, "primary": primary });
    vec![
        amplitude("claims-entra-default", CLASS, "Entra ID's default claims make a user")
            .accepted_with(user(json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
                "userName": "B.Simon@contoso.com",
                "externalId": format!("{contoso}/{OBJECT_ID}"),
                "displayName": "B. Simon",
                "name": { "givenName": "B.", "familyName": "Simon" },
                "emails": [mail(true, "B.Simon@contoso.com")],
                "active": true,
            }))),
        amplitude("claims-enterprise", CLASS, "claims that fill the enterprise extension")
            .says(|spec| {
                for (name, value) in [
                    ("department", " Finance "),
                    ("employeeid", "1042"),
                    ("companyname", "Contoso"),
                    ("costCenter", "CC-7"),
                    ("division", "Europe"),
                    ("manager", "ada@contoso.com"),
                    ("jobtitle", "Controller"),
                    ("preferredLanguage", "en-GB"),
                ] {
                    spec.set_attribute(name, &[value]);
                }
                spec.set_attribute(claims::ROLE, &["Admin", "Viewer", "Admin"]);
                spec.set_attribute(claims::GROUPS, &["g-1", "g-2"]);
            })
            .accepted_with(json!({ "groups": ["g-1", "g-2"], "user": {
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
                "title": "Controller",
                "preferredLanguage": "en-GB",
                "roles": [{ "value": "Admin" }, { "value": "Viewer" }],
                ENTERPRISE: {
                    "employeeNumber": "1042",
                    "costCenter": "CC-7",
                    "organization": "Contoso",
                    "division": "Europe",
                    "department": "Finance",
                    "manager": { "value": "ada@contoso.com" },
                },
            }})),
        amplitude("claims-email-is-name-id", CLASS, "no e-mail claim, but a NameID that is one")
            .says(|spec| without(spec, claims::EMAIL_ADDRESS))
            .accepted_with(user(json!({ "emails": [mail(true, "B.Simon@contoso.com")] }))),
        amplitude("claims-mapped", CLASS, "the set-up says which claims fill which field")
            .option(
                "claims",
                json!({
                    "userName": ["login", "NameID"],
                    "department": "team",
                    "displayName": [],
                    "groups": "memberOf",
                }),
            )
            .option("requiredClaims", json!(["email", "department", claims::NAME]))
            .says(|spec| {
                spec.set_attribute("login", &["bsimon"]);
                spec.set_attribute("team", &["Ledger"]);
                spec.set_attribute("department", &["Finance"]);
                spec.set_attribute("memberOf", &["CN=Ledger"]);
                spec.set_attribute(claims::GROUPS, &["not asked for"]);
            })
            .accepted_with(json!({ "groups": ["CN=Ledger"], "user": {
                "userName": "bsimon",
                "displayName": "B. Simon",
                ENTERPRISE: { "department": "Ledger" },
            }})),
        amplitude("claims-two-values", CLASS, "a field with two values stays empty")
            .option("requiredClaims", json!([]))
            .says(|spec| {
                spec.set_attribute("department", &["Finance", "Board"]);
                spec.set_attribute(claims::EMAIL_ADDRESS, &["b@contoso.com", "ceo@contoso.com"]);
            })
            .accepted_with(user(json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
                "emails": [mail(false, "b@contoso.com"), mail(false, "ceo@contoso.com")],
            }))),
        amplitude("claims-same-value-twice", CLASS, "one value said twice is one value")
            .says(|spec| {
                let attributes = &mut spec.assertion().attributes;
                attributes.push((claims::EMAIL_ADDRESS.into(), vec!["B.Simon@contoso.com".into()]));
                attributes.push((claims::EMAIL_ADDRESS.into(), vec![String::new()]));
            })
            .accepted_with(user(json!({ "emails": [mail(true, "B.Simon@contoso.com")] }))),
    ]
}

fn refused() -> Vec<Case> {
    let refused = |case: Case| case.refused("CLAIM", "subject");
    let email = |id: &str, why: &str, values: &'static [&'static str]| {
        refused(amplitude(id, CLASS, why).says(|spec| {
            opaque(spec);
            spec.set_attribute(claims::EMAIL_ADDRESS, values);
        }))
    };
    vec![
        refused(
            amplitude("claims-email-missing", CLASS, "Amplitude knows users by e-mail: none here")
                .says(|spec| {
                    opaque(spec);
                    without(spec, claims::EMAIL_ADDRESS);
                }),
        ),
        email("claims-email-empty", "the e-mail claim has no value", &[""]),
        email("claims-email-blank", "the e-mail claim is white space", &[" \n "]),
        email(
            "claims-email-two",
            "which of the two is the user's?",
            &["b@c.example", "x@c.example"],
        ),
        email("claims-email-no-address", "a value that is no e-mail address", &["B. Simon"]),
        email("claims-email-two-in-one", "a list in one value", &["b@c.example,x@c.example"]),
        email("claims-email-padded", "another user's address, padded", &["ceo@contoso.com "]),
        refused(
            amplitude("claims-email-guest-name", CLASS, "a guest's user name is no e-mail address")
                .says(|spec| {
                    let name = "ada_fabrikam.com#EXT#@contoso.onmicrosoft.com";
                    spec.assertion().name_id = Some(name.into());
                    without(spec, claims::EMAIL_ADDRESS);
                }),
        ),
        refused(
            amplitude("claims-required-field", CLASS, "a field that the set-up demands")
                .option("requiredClaims", json!(["givenName", "department"])),
        ),
        refused(
            amplitude("claims-required-attribute", CLASS, "an Attribute that the set-up demands")
                .option("requiredClaims", json!(["urn:oid:2.16.840.1.113730.3.1.3"])),
        ),
        refused(
            amplitude("claims-required-groups-overage", CLASS, "too many groups: none was sent")
                .option("requiredClaims", json!(["groups"]))
                .says(|spec| {
                    spec.set_attribute(claims::GROUPS_LINK, &["https://graph.windows.net/x"]);
                }),
        ),
        refused(
            amplitude("claims-user-name-missing", CLASS, "userName is mapped to a claim not sent")
                .option("claims", json!({ "userName": "login" })),
        ),
        refused(
            // XML takes these blanks for letters, and programs that trim a name do not.
            amplitude("claims-user-name-padded", CLASS, "another user's NameID, padded").says(
                |spec| spec.assertion().name_id = Some("\u{a0}ceo@contoso.com\u{3000}".into()),
            ),
        ),
        refused(
            amplitude(
                "claims-mapped-to-groups",
                CLASS,
                "a single value mapped to a list of groups",
            )
            .option("claims", json!({ "department": claims::GROUPS }))
            .option("requiredClaims", json!(["department"]))
            .says(|spec| spec.set_attribute(claims::GROUPS, &["g-1", "g-2"])),
        ),
    ]
}

/// The external ID is one user's at one identity provider, whatever another one writes down.
fn identities() -> Vec<Case> {
    let other = "https://idp.attacker.example/";
    let by_hand = |case: Case, entity_id: &str| {
        case.trusts(entity_id, &[TestKey::ENTRA_ACTIVE.certificate_base64()])
    };
    vec![
        by_hand(
            amplitude("claims-foreign-tenant", CLASS, "another issuer claims a tenant's user")
                .says(|spec| of_issuer(spec, other)),
            other,
        )
        .accepted_with(json!({
            "entra": null,
            "user": { "externalId": format!("saml:{other} {OBJECT_ID}") },
        })),
        amplitude("claims-two-object-ids", CLASS, "two object IDs name nobody")
            .says(|spec| {
                let victim = "00000000-1111-2222-3333-444444444444";
                spec.set_attribute(claims::OBJECT_ID, &[OBJECT_ID, victim]);
            })
            .accepted_with(user(json!({ "externalId": null }))),
        amplitude("claims-persistent", CLASS, "the persistent NameID where there is no object ID")
            .says(|spec| {
                opaque(spec);
                without(spec, claims::OBJECT_ID);
            })
            .accepted_with(user(json!({
                "externalId": format!("saml:{} kJ8r-2vQzT0bWnYxUeHc", Idp::contoso().entity_id),
            }))),
        aws("claims-nothing-lasts", CLASS, "an e-mail address is no external ID")
            .says(|spec| without(spec, claims::OBJECT_ID))
            .accepted_with(user(json!({ "externalId": null }))),
        amplitude("claims-transient", CLASS, "a transient NameID is no external ID")
            .option("claims", json!({ "externalId": "NameID" }))
            .says(|spec| {
                opaque(spec);
                spec.assertion().name_id_format = Some(TRANSIENT.into());
            })
            .accepted_with(user(json!({ "externalId": null }))),
        amplitude(
            "claims-external-id-mapped",
            CLASS,
            "the set-up takes the e-mail for it, knowingly",
        )
        .option("claims", json!({ "externalId": claims::EMAIL_ADDRESS }))
        .says(|spec| spec.sign_with(TestKey::ENTRA_ACTIVE, RSA_SHA256, SHA256))
        .accepted_with(user(json!({
            "externalId": format!("saml:{} B.Simon@contoso.com", Idp::contoso().entity_id),
        }))),
    ]
}
