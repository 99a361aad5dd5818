//! Something else in the place of a Response.

use countersign_test_idp::tree::{ASSERTION, PROTOCOL};
use countersign_test_idp::{Element, Idp, Moment, SUCCESS, id};
use miniz_oxide::deflate::compress_to_vec;

use crate::entry::{Entry, REPLY_URL, amplitude, base64};

pub(crate) fn entries() -> Vec<Entry> {
    let pasted = |id: &str, item: &'static str, why: &str, code: &str, tree: Element| {
        Entry::refused(amplitude(id, item, why).sends(tree), code, "message")
    };
    // What is sent does not come from a message at all.
    let instead = |id: &str, item: &'static str, why: &str, code: &str, text: &str| {
        let text = text.to_owned();
        Entry::refused(amplitude(id, item, why), code, "message")
            .sent(move |_| text.clone().into_bytes())
    };
    let (request, oidc, page) =
        ("a SAMLRequest pasted", "an OIDC answer pasted", "HTML error page pasted");
    vec![
        pasted("pasted-request", request, "The SAMLRequest of the form was pasted.", "STRUCTURE",
            authn_request())
            .facts(["AuthnRequest", "request that the application sent", "SAMLResponse"])
            .named(&["AuthnRequest", "SAMLRequest"]),
        instead("pasted-redirect-request", request,
            "The SAMLRequest of the redirect was pasted, with the name of its parameter.",
            "XML_ENCODING", REDIRECT)
            .facts(["AuthnRequest", "deflated", "SAMLResponse"])
            .named(&["AuthnRequest", "SAMLRequest", "deflate"]),
        Entry::refused(
            amplitude("deflated-response", request,
                "The Response was sent by the redirect binding, deflated."),
            "XML_ENCODING",
            "message",
        )
        .sent(|xml| base64(&compress_to_vec(xml, 6)).into_bytes())
        .facts(["Response, deflated", "HTTP-POST"])
        .named(&["deflate", "redirect"]),
        pasted("pasted-logout-response", "a LogoutResponse pasted",
            "The answer to a logout arrives at the Reply URL.", "STRUCTURE", logout("LogoutResponse"))
            .facts(["LogoutResponse", "logout message"])
            .named(&["logout"]),
        pasted("pasted-logout-request", "a LogoutResponse pasted",
            "A LogoutRequest arrives at the Reply URL.", "STRUCTURE", logout("LogoutRequest"))
            .facts(["LogoutRequest", "logout message"])
            .named(&["logout"]),
        Entry::refused(
            amplitude("pasted-assertion", "an assertion without its Response",
                "The assertion was copied out of the Response."),
            "STRUCTURE",
            "message",
        )
        .sent(|xml| {
            let text = String::from_utf8_lossy(xml);
            let start = text.find("<Assertion").unwrap_or_default();
            let end = text.find("</samlp:Response>").unwrap_or_default();
            text[start..end].as_bytes().to_vec()
        })
        .facts(["assertion without the Response", "whole Response"])
        .named(&["assertion.*without", "not a .*response", "no .*response"]),
        instead("pasted-ws-federation", "a WS-Federation answer pasted",
            "The application is set up for WS-Federation: the form holds wresult.", "INPUT_BASE64",
            "wa=wsignin1.0&wresult=%3Ct%3ARequestSecurityTokenResponse%20xmlns%3At%3D%22http%3A&wctx=x")
            .facts(["WS-Federation", "Set the application up for SAML"])
            .named(&["ws-?fed", "wresult", "RequestSecurityToken"]),
        instead("pasted-wresult", "a WS-Federation answer pasted",
            "The value of wresult was pasted.", "STRUCTURE",
            "<t:RequestSecurityTokenResponse xmlns:t=\"http://schemas.xmlsoap.org/ws/2005/02/trust\
             \"><t:Lifetime/></t:RequestSecurityTokenResponse>")
            .facts(["RequestSecurityTokenResponse", "WS-Federation"])
            .named(&["ws-?fed", "wresult", "RequestSecurityToken"]),
        instead("pasted-saml-1", "a WS-Federation answer pasted",
            "The identity provider answers with SAML 1.1.", "VERSION",
            "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:1.0:protocol\" \
             MajorVersion=\"1\" MinorVersion=\"1\" ResponseID=\"_1\"/>")
            .facts(["1.1", "SAML 2.0"])
            .named(&["saml 1", "version", "saml 2"]),
        instead("pasted-jwt", oidc, "An id_token was pasted.", "INPUT_BASE64",
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJhcHAiLCJpc3MiOiJodHRwczovL2xvZ2luIn0.\
             c2lnbmF0dXJl")
            .facts(["JSON Web Token", "OpenID Connect", "SAML"])
            .named(&["jwt", "json web token", "openid", "oidc"]),
        instead("pasted-oidc-code", oidc,
            "The application is set up for OpenID Connect: the form holds a code.", "INPUT_BASE64",
            "code=0.AAAAbbbb&state=xyz&session_state=9a8b")
            .facts(["OpenID Connect", "Set the application up for SAML"])
            .named(&["openid", "oidc", "oauth"]),
        instead("pasted-oidc-error", oidc,
            "OpenID Connect answers with an error of Entra ID.", "INPUT_BASE64",
            "error=access_denied&error_description=AADSTS50105%3a+Your+administrator+has+configured")
            .facts(["AADSTS50105", "not assigned", "Users and groups"])
            .named(&["aadsts50105", "not assigned", "access_denied"]),
        instead("pasted-json", oidc, "The JSON of a token endpoint was pasted.", "INPUT_BASE64",
            "{\"token_type\":\"Bearer\",\"access_token\":\"eyJ0eXAi\"}")
            .facts(["JSON", "OpenID Connect"])
            .named(&["json", "openid", "oidc", "oauth"]),
        instead("pasted-json-body", "JSON around a SAMLResponse",
            "The body was parsed and written as JSON.", "INPUT_BASE64",
            "{\"SAMLResponse\":\"PHNhbWxwOlJlc3BvbnNl\",\"RelayState\":\"\"}")
            .facts(["JSON with a SAMLResponse", "property SAMLResponse"])
            .named(&["json"]),
        instead("pasted-undefined", "JSON around a SAMLResponse",
            "The body was not parsed, and the application passes String(undefined).",
            "INPUT_BASE64", "undefined")
            .facts(["application/x-www-form-urlencoded", "SAMLResponse"])
            .named(&["undefined", "missing", "no SAMLResponse", "empty"]),
        instead("pasted-nothing", "JSON around a SAMLResponse", "The field is empty.",
            "INPUT_BASE64", "  ")
            .facts(["nothing", "form field SAMLResponse"])
            .named(&["nothing", "missing", "no SAMLResponse", "empty"]),
        instead("pasted-error-page", page, "The error page of Entra ID was pasted.", "XML_DTD",
            "<!DOCTYPE html>\n<html><head><title>Sign in to your account</title><meta charset=utf-8>\
             </head><body><div>Sorry, but we're having trouble signing you in.<br>AADSTS50011: The \
             redirect URI specified in the request does not match. Trace ID: 0a1b</div></body></html>")
            .facts(["Sign in to your account", "AADSTS50011", "Basic SAML Configuration", "https://analytics.amplitude.com/saml/sso/482913"])
            .named(&["html", "web page", "aadsts50011"]),
        instead("pasted-proxy-page", page, "A page of a proxy arrives in place of the message.",
            "XML_MALFORMED",
            "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1>\
             </center><hr></body></html>")
            .facts(["502 Bad Gateway", "web page"])
            .named(&["html", "web page", "bad gateway"]),
        instead("pasted-form-page", page,
            "The page that posts the message was pasted, and not the value in it.", "XML_MALFORMED",
            "<html><body><form method=\"POST\" action=\"https://app.example.com/saml/acs\"><input \
             type=\"hidden\" name=\"SAMLResponse\" value=\"PHNhbWxwOlJlc3BvbnNl\"></form></body></html>")
            .facts(["page that", "input named SAMLResponse"])
            .named(&["html", "web page", "form"]),
        instead("pasted-metadata", "metadata pasted as a response",
            "The Federation Metadata XML was pasted in place of the message.", "STRUCTURE",
            &Idp::contoso().metadata().to_xml())
            .facts(["EntityDescriptor", "metadata", "Federation Metadata XML"])
            .named(&["metadata", "EntityDescriptor"]),
        instead("pasted-certificate", "metadata pasted as a response",
            "The certificate was pasted in place of the message.", "INPUT_BASE64",
            "-----BEGIN CERTIFICATE-----\nMIIC8DCCAdigAwIBAgIQ\n-----END CERTIFICATE-----")
            .facts(["certificate", "belongs to the set-up"])
            .named(&["certificate"]),
        instead("pasted-artifact", "an artifact in place of a response",
            "The identity provider uses the artifact binding.", "INPUT_BASE64",
            "SAMLart=AAQAAMFbLinlXaCM%2BFIxiDwGOLAy2T71gbpO7ZhNzAgEANlB90ECfpNEVLg%3D&RelayState=x")
            .facts(["artifact", "HTTP-POST"])
            .named(&["artifact", "SAMLart"]),
    ]
}

/// An AuthnRequest as the redirect binding has it.
const REDIRECT: &str = "SAMLRequest=\
    fZBLa8MwEIT%2FitFdlvxMImyDaS6B9JK0PfRSNvKGGKxHtHLJz6%2Bb0FMh11nmm5ltCMzkVT%2FHiz3gdUaKyc1M\
    ltT90LI5WOWARlIWDJKKWh37173KU6l8cNFpN7Fkt23ZV3HOYXOqS77KBslLnSFfn6sVl6daV0OJBeQZSz4w0Ohsyx\
    bCYiSacWcpgo2LJPOay4Jn8k2uVbVRUn6ypCfCEBfPi7M0GwxHDN%2BjxvfDvmWXGD0pIcD7FG9g%2FISpdkb81heg\
    iXXNPSM8Zj0fBH9JrHvKNRhhgAiNeLC7Rvz%2FY%2FcD";

fn authn_request() -> Element {
    Element::new("samlp:AuthnRequest", PROTOCOL)
        .with("ID", id("pasted", "request"))
        .with("Version", "2.0")
        .with("IssueInstant", Moment::ISSUED.text())
        .with("AssertionConsumerServiceURL", REPLY_URL)
        .child(Element::new("Issuer", ASSERTION).text(crate::entry::IDENTIFIER))
}

fn logout(name: &str) -> Element {
    let element = Element::new(&format!("samlp:{name}"), PROTOCOL)
        .with("ID", id("pasted", name))
        .with("Version", "2.0")
        .with("IssueInstant", Moment::ISSUED.text())
        .child(Element::new("Issuer", ASSERTION).text(Idp::contoso().entity_id));
    if name == "LogoutRequest" {
        return element.child(Element::new("NameID", ASSERTION).text("B.Simon@contoso.com"));
    }
    let success = Element::new("samlp:StatusCode", PROTOCOL).with("Value", SUCCESS);
    element.child(Element::new("samlp:Status", PROTOCOL).child(success))
}
