//! Messages that sign somebody in.

use countersign_test_idp::algorithms::{
    ECDSA_SHA256, ECDSA_SHA384, ED25519, RSA_PSS_SHA256, RSA_SHA1, RSA_SHA1_ALIAS, RSA_SHA256,
    RSA_SHA384, RSA_SHA512, SHA1, SHA256, SHA384, SHA384_ALIAS, SHA512,
};
use countersign_test_idp::{
    INCLUSIVE, INCLUSIVE_11, Idp, Moment, PERSISTENT, SigningOption, TestKey, TransformSpec, claims,
};
use serde_json::json;

use crate::case::{Case, Form, amplitude, aws};
use crate::metadata::EXPIRED_TENANT;

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = set_ups();
    cases.extend(algorithms());
    cases.extend(keys());
    cases.extend(entra_claims());
    cases.extend(forms());
    cases.extend(edges());
    cases
}

/// Both set-ups, both initiations, the three signing options.
fn set_ups() -> Vec<Case> {
    let mut cases = Vec::new();
    for (set_up, make) in
        [("amplitude", amplitude as fn(&str, &'static str, &str) -> Case), ("aws", aws)]
    {
        for (option, signing) in [
            ("assertion", SigningOption::Assertion),
            ("response", SigningOption::Response),
            ("both", SigningOption::Both),
        ] {
            let why =
                format!("{set_up}: the user started at the service provider; {option} signed");
            let id = format!("{set_up}-sp-initiated-{option}");
            cases.push(make(&id, "set-up", &why).says(|spec| spec.signing = signing).accepted());
            let why = format!("{set_up}: the user started at My Apps; {option} signed");
            let id = format!("{set_up}-idp-initiated-{option}");
            let case = make(&id, "set-up", &why).idp_initiated();
            cases.push(case.says(|spec| spec.signing = signing).accepted());
        }
    }
    cases
}

fn algorithms() -> Vec<Case> {
    let contoso = Idp::contoso().entity_id;
    let mut cases = Vec::new();
    for (id, key, algorithm, digest, why) in [
        ("rsa-sha384", TestKey::ENTRA_ACTIVE, RSA_SHA384, SHA384, "RSA with SHA-384"),
        ("rsa-sha512", TestKey::ENTRA_ACTIVE, RSA_SHA512, SHA512, "RSA with SHA-512"),
        ("sha384-alias", TestKey::ENTRA_ACTIVE, RSA_SHA384, SHA384_ALIAS, "xmlenc#sha384"),
        ("rsa-3072", TestKey::RSA_3072, RSA_SHA256, SHA256, "an RSA key of 3072 bits"),
        ("rsa-pss-sha256", TestKey::ENTRA_ACTIVE, RSA_PSS_SHA256, SHA256, "RSASSA-PSS"),
        ("ecdsa-p256", TestKey::P256, ECDSA_SHA256, SHA256, "ECDSA on P-256 with SHA-256"),
        ("ecdsa-p384", TestKey::P384, ECDSA_SHA384, SHA384, "ECDSA on P-384 with SHA-384"),
        ("ed25519", TestKey::ED25519, ED25519, SHA512, "Ed25519"),
    ] {
        let id = format!("algorithm-{id}");
        let case = amplitude(&id, "algorithm", &format!("signed with {why}"))
            .trusts(&contoso, &[key.certificate_base64()])
            .says(|spec| spec.sign_with(key, algorithm, digest));
        cases.push(case.accepted());
    }
    for (id, algorithm, digest, why) in [
        ("sha1", RSA_SHA1, SHA1, "an old tenant signs with SHA-1, which is allowed here"),
        (
            "sha1-alias",
            RSA_SHA1_ALIAS,
            "http://www.w3.org/2001/04/xmlenc#sha1",
            "SHA-1 by the names that Microsoft products also write",
        ),
        ("sha1-digest", RSA_SHA256, SHA1, "only the digest is SHA-1, which is allowed here"),
    ] {
        let case = amplitude(&format!("algorithm-{id}-allowed"), "algorithm", why)
            .option("algorithms", json!({ "allowSha1": true }))
            .says(|spec| spec.sign_with(TestKey::ENTRA_ACTIVE, algorithm, digest));
        cases.push(case.accepted());
    }
    for (id, uri) in [("inclusive", INCLUSIVE), ("inclusive-11", INCLUSIVE_11)] {
        let why = format!("{id} canonicalisation of the Assertion inside the Response");
        let case = amplitude(&format!("c14n-{id}"), "algorithm", &why).says(|spec| {
            spec.assertion_signature.canonicalization = uri.into();
            spec.assertion_signature.transforms[1] = TransformSpec::new(uri);
        });
        cases.push(case.accepted());
    }
    cases
}

fn keys() -> Vec<Case> {
    let contoso = Idp::contoso().entity_id;
    let fabrikam = json!([
        { "metadataFile": "metadata/contoso.xml" },
        { "metadataFile": "metadata/fabrikam.xml" },
    ]);
    vec![
        amplitude("key-second-in-metadata", "key", "signed with the second certificate listed")
            .says(|spec| spec.sign_with(TestKey::ENTRA_INACTIVE, RSA_SHA256, SHA256))
            .accepted(),
        amplitude("key-each-signature-its-own", "key", "Response and Assertion by different keys")
            .says(|spec| {
                spec.signing = SigningOption::Both;
                spec.response_signature.key = TestKey::ENTRA_INACTIVE;
                spec.response_signature.key_info = vec![TestKey::ENTRA_INACTIVE];
            })
            .accepted(),
        amplitude("key-without-key-info", "key", "no KeyInfo: every trusted key is tried")
            .says(|spec| {
                spec.sign_with(TestKey::ENTRA_INACTIVE, RSA_SHA256, SHA256);
                spec.signatures(|signature| signature.key_info.clear());
            })
            .accepted(),
        amplitude("key-given-by-hand-pem", "key", "the certificate is configured as PEM")
            .trusts(&contoso, &[TestKey::ENTRA_ACTIVE.certificate_pem().into()])
            .accepted(),
        amplitude("key-given-by-hand-base64", "key", "the certificates are configured as base64")
            .trusts(
                &contoso,
                &[
                    TestKey::ENTRA_INACTIVE.certificate_base64(),
                    TestKey::ENTRA_ACTIVE.certificate_base64(),
                ],
            )
            .accepted(),
        amplitude("key-first-of-two-tenants", "key", "two tenants are configured; the first signs")
            .option("idp", fabrikam.clone())
            .accepted(),
        amplitude("key-second-of-two-tenants", "key", "two tenants; the second signs its own user")
            .option("idp", fabrikam)
            .says(|spec| {
                let idp = Idp::fabrikam();
                spec.issuer = Some(idp.entity_id.clone());
                spec.assertion().issuer.clone_from(&idp.entity_id);
                spec.set_attribute(claims::TENANT_ID, &[&idp.tenant_id]);
                spec.sign_with(TestKey::ENTRA_OTHER_TENANT, RSA_SHA256, SHA256);
            })
            .accepted_with(json!({ "entra": { "tenantId": Idp::fabrikam().tenant_id } })),
        expired("certificate-expired-warned", "the certificate has expired: a warning by default")
            .accepted(),
        expired("certificate-expired-ignored", "the certificate has expired: not looked at")
            .option("certificateExpiry", "ignore")
            .accepted(),
    ]
}

/// A message of the tenant that signs with an expired certificate.
pub(crate) fn expired(id: &str, why: &str) -> Case {
    let idp = Idp::tenant(EXPIRED_TENANT, &[TestKey::ENTRA_EXPIRED]);
    amplitude(id, "certificate", why)
        .option("idp", json!({ "metadataFile": "metadata/expired-certificate.xml" }))
        .says(|spec| of_tenant(spec, &idp))
}

/// Makes a message one of this tenant's.
pub(crate) fn of_tenant(spec: &mut countersign_test_idp::ResponseSpec, idp: &Idp) {
    spec.issuer = Some(idp.entity_id.clone());
    spec.assertion().issuer.clone_from(&idp.entity_id);
    spec.set_attribute(claims::TENANT_ID, &[&idp.tenant_id]);
    spec.set_attribute(claims::IDENTITY_PROVIDER, &[&idp.entity_id]);
    spec.sign_with(idp.keys[0], RSA_SHA256, SHA256);
}

fn entra_claims() -> Vec<Case> {
    let groups = ["8d1f4c2e-77aa-4a06-9b3d-2f0c5e6a7b81", "1c9e0b5f-3d42-4f7b-8a6c-9e8d7c6b5a40"];
    let link = "https://graph.windows.net/aaaabbbb-0000-cccc-1111-dddd2222eeee/users/\
                5f3e1a07-9c2b-4d68-8b1e-6a7c90d2e4f1/getMemberObjects";
    let tenant = Idp::contoso().tenant_id;
    let object_id = "5f3e1a07-9c2b-4d68-8b1e-6a7c90d2e4f1";
    vec![
        amplitude("entra-no-mfa", "claims", "a password only").accepted_with(json!({
            "entra": { "tenantId": tenant, "objectId": object_id, "mfa": false }
        })),
        aws("entra-mfa-shown", "claims", "MFA is required, and the claim shows it")
            .option("requireMfa", true)
            .says(|spec| {
                let methods = [claims::METHOD_PASSWORD, claims::METHOD_MULTIPLE];
                spec.set_attribute(claims::AUTHN_METHODS, &methods);
            })
            .accepted_with(json!({ "entra": { "mfa": true } })),
        amplitude("entra-groups", "claims", "group claims are sent")
            .says(|spec| spec.set_attribute(claims::GROUPS, &groups))
            .accepted_with(json!({ "entra": { "groups": groups, "groupsOverage": false } })),
        amplitude("entra-groups-overage", "claims", "over 150 groups: a link and no groups")
            .says(|spec| spec.set_attribute(claims::GROUPS_LINK, &[link]))
            .accepted_with(json!({ "entra": { "groups": [], "groupsOverage": true } })),
        amplitude("entra-roles", "claims", "application roles are sent")
            .says(|spec| spec.set_attribute(claims::ROLE, &["Admin", "Viewer"]))
            .accepted_with(json!({ "entra": { "roles": ["Admin", "Viewer"] } })),
        amplitude("entra-guest-user", "claims", "a guest, whose name holds #EXT#")
            .says(|spec| {
                let name = "ada_fabrikam.com#EXT#@contoso.onmicrosoft.com";
                spec.assertion().name_id = Some(name.into());
                spec.set_attribute(claims::NAME, &[name]);
                spec.set_attribute(claims::EMAIL_ADDRESS, &["ada@fabrikam.com"]);
                spec.set_attribute(claims::IDENTITY_PROVIDER, &["live.com"]);
            })
            .accepted(),
        amplitude("entra-persistent-name-id", "claims", "NameID is a persistent identifier")
            .says(|spec| {
                spec.assertion().name_id =
                    Some("kJ8r-2vQzT0bWnYxUeHcLg5dPfM7aSoI1uN9wEtZqXA".into());
                spec.assertion().name_id_format = Some(PERSISTENT.into());
            })
            .accepted(),
        amplitude("entra-not-ascii", "claims", "names in other scripts, and characters to escape")
            .says(|spec| {
                spec.set_attribute(claims::DISPLAY_NAME, &["Zoë & <Søren> \"Ωμέγα\" 李雷 𝒳"]);
                spec.set_attribute(claims::SURNAME, &[" two\n\tlines\r "]);
            })
            .accepted(),
        amplitude("entra-same-name-twice", "claims", "two Attribute elements of one Name add up")
            .says(|spec| {
                let attributes = &mut spec.assertion().attributes;
                attributes.push((claims::GROUPS.into(), vec![groups[0].into()]));
                attributes.push((claims::GROUPS.into(), vec![groups[1].into()]));
            })
            .accepted_with(json!({ "entra": { "groups": groups } })),
        amplitude(
            "entra-empty-value",
            "claims",
            "an AttributeValue without text is an empty value",
        )
        .says(|spec| spec.set_attribute(claims::SURNAME, &[""]))
        .accepted(),
        amplitude("entra-logged-in-weeks-ago", "claims", "AuthnInstant may be weeks old")
            .says(|spec| {
                let instant = Moment::ISSUED.plus_seconds(-30 * 86_400).text();
                spec.authn().authn_instant = instant;
            })
            .accepted(),
        amplitude("authn-context-wanted", "claims", "the AuthnContext is one of the required ones")
            .option("requireAuthnContext", json!([countersign_test_idp::PASSWORD]))
            .accepted(),
    ]
}

fn forms() -> Vec<Case> {
    vec![
        amplitude("form-line-breaks", "form", "base64 in lines of 76 characters")
            .form(Form::Base64Lines)
            .accepted(),
        amplitude("form-percent-encoded", "form", "base64 copied from a request body, %2B and all")
            .form(Form::Percent)
            .accepted(),
        amplitude("form-xml", "form", "the XML itself").form(Form::Xml).accepted(),
    ]
}

/// Both sides of every instant; the refused sides are in `profile`.
fn edges() -> Vec<Case> {
    let start = Moment::ISSUED.plus_seconds(300);
    let end = Moment::ISSUED.plus_seconds(3600);
    let from_start =
        |case: Case| case.says(|spec| spec.assertion().not_before = Some(start.text()));
    vec![
        from_start(amplitude("edge-not-before-exact", "time", "NotBefore itself is inside"))
            .option("clockSkewSeconds", 0)
            .now(start)
            .accepted(),
        from_start(amplitude("edge-not-before-skew", "time", "180 seconds before are forgiven"))
            .now(start.plus_seconds(-180))
            .accepted(),
        amplitude("edge-issued-ahead", "time", "issued by a clock that is 180 seconds fast")
            .now(Moment::ISSUED.plus_seconds(-180))
            .accepted(),
        amplitude("edge-not-on-or-after-last", "time", "the last millisecond before NotOnOrAfter")
            .option("clockSkewSeconds", 0)
            .now(end.plus_milliseconds(-1))
            .accepted(),
        amplitude("edge-not-on-or-after-skew", "time", "less than 180 seconds after NotOnOrAfter")
            .now(end.plus_milliseconds(179_999))
            .accepted(),
        amplitude("edge-session-last", "time", "the last millisecond of the session")
            .option("clockSkewSeconds", 0)
            .says(|spec| {
                let end = Moment::ISSUED.plus_seconds(600).text();
                spec.authn().session_not_on_or_after = Some(end);
            })
            .now(Moment::ISSUED.plus_milliseconds(599_999))
            .accepted(),
        amplitude("edge-session-reported", "time", "the end of the session is only reported")
            .option("sessionExpiry", "report")
            .says(|spec| {
                let end = Moment::ISSUED.plus_seconds(-600).text();
                spec.authn().session_not_on_or_after = Some(end);
            })
            .accepted(),
        amplitude("edge-assertion-age", "time", "exactly as old as it may be")
            .option("clockSkewSeconds", 0)
            .option("maxAssertionAgeSeconds", 300)
            .now(Moment::ISSUED.plus_seconds(300))
            .accepted(),
        amplitude("edge-time-offset", "time", "instants with a zone offset and a fraction")
            .says(|spec| {
                spec.assertion().not_before = Some("2026-03-10T10:55:00.4730000+02:00".into());
                spec.assertion().not_on_or_after = Some("2026-03-10T05:00:00.4730000-05:00".into());
            })
            .accepted(),
    ]
}
