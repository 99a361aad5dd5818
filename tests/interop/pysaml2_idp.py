"""An identity provider made with pysaml2. Run as a process of its own: prints `listening` and its
address, ends when its input ends. What it shall do is posted to /settings."""

import functools
import http.cookies
import http.server
import json
import pathlib
import secrets
import sys
import threading
import traceback
import urllib.parse

import saml2.entity
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT, saml, samlp, xmldsig
from saml2.authn_context import PASSWORD
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.server import Server
from saml2.sigver import pre_encryption_part

from pysaml2_logout import Logout, Refusal, page

KEYS = pathlib.Path(__file__).parent.parent / "data" / "keys"
BOTH = (BINDING_HTTP_REDIRECT, BINDING_HTTP_POST)
SIGNATURES = {
    "rsa-sha1": (xmldsig.SIG_RSA_SHA1, xmldsig.DIGEST_SHA1),
    "rsa-sha256": (xmldsig.SIG_RSA_SHA256, xmldsig.DIGEST_SHA256),
    "rsa-sha384": (xmldsig.SIG_RSA_SHA384, xmldsig.DIGEST_SHA384),
    "rsa-sha512": (xmldsig.SIG_RSA_SHA512, xmldsig.DIGEST_SHA512),
}
# Kept before any test changes it: see `encrypt_as`.
ENCRYPTION_PART = pre_encryption_part


@functools.cache  # loading a private key takes a tenth of a second
def make_server(origin, key, algorithm, want_signed, lifetime):
    """pysaml2, without applications."""
    signature, digest = SIGNATURES[algorithm]
    config = IdPConfig().load({
        "entityid": f"{origin}/metadata",
        "service": {"idp": {
            "endpoints": {
                "single_sign_on_service": [(f"{origin}/sso", one) for one in BOTH],
                "single_logout_service": [(f"{origin}/slo", one) for one in BOTH],
            },
            "want_authn_requests_signed": want_signed,
            "policy": {"default": {
                "lifetime": {"seconds": lifetime},
                "name_form": saml.NAME_FORMAT_URI,
            }},
            "name_id_format": [saml.NAMEID_FORMAT_PERSISTENT],
            "signing_algorithm": signature,
            "digest_algorithm": digest,
        }},
        "key_file": str(KEYS / f"{key}.key.pem"),
        "cert_file": str(KEYS / f"{key}.crt.pem"),
        "metadata": {"inline": []},
    })
    return Server(config=config)


class IdentityProvider:
    """The program behind the pages: pysaml2, and who is signed in."""

    def __init__(self, origin):
        self.origin = origin
        self.settings = {}
        self.server = None
        self.sessions = {}
        self.logout = Logout(self)

    def set(self, settings):
        self.settings = settings
        self.server = make_server(
            self.origin,
            settings["key"],
            settings["signatureAlgorithm"],
            settings["requireSignedRequests"],
            settings["lifetimeSeconds"],
        )
        files = [one["metadata"] for one in settings["applications"] if "metadata" in one]
        addresses = [
            {"url": one["metadataUrl"], "cert": str(KEYS / f"{one['signedBy']}.crt.pem")}
            for one in settings["applications"]
            if "metadataUrl" in one
        ]
        if not self.server.reload_metadata({"inline": files, "remote": addresses}):
            raise Refusal("the metadata cannot be used")
        self.encrypt_as(settings["encryption"])

    def encrypt_as(self, encryption):
        """pysaml2 encrypts with Triple DES and has no option for that: these are its arguments."""
        part = ENCRYPTION_PART
        if encryption is not None:
            methods = {"msg_enc": encryption["content"]}
            if "key" in encryption:
                methods["key_enc"] = encryption["key"]
            part = functools.partial(ENCRYPTION_PART, **methods)
            self.server.sec.encrypt_assertion = functools.partial(
                type(self.server.sec).encrypt_assertion,
                self.server.sec,
                key_type=f"{encryption['cipher']}-{encryption['bits']}",
            )
        saml2.entity.pre_encryption_part = part

    def metadata(self):
        return str(entity_descriptor(self.server.config))

    # Login

    def read_request(self, binding, fields):
        """The AuthnRequest, with its signature verified where one is required."""
        return self.server.parse_authn_request(
            fields["SAMLRequest"],
            binding,
            fields.get("RelayState"),
            fields.get("SigAlg"),
            fields.get("Signature"),
        ).message

    def answer_request(self, session, binding, fields):
        request = self.read_request(binding, fields)
        wanted = self.server.response_args(request, [BINDING_HTTP_POST])
        if request.assertion_consumer_service_url != wanted["destination"]:
            raise Refusal("unknown Reply URL")
        session["wanted"] = {
            "in_response_to": wanted["in_response_to"],
            "destination": wanted["destination"],
            "sp_entity_id": wanted["sp_entity_id"],
            "relay_state": fields.get("RelayState", ""),
        }
        unknown = "user" not in session or request.force_authn == "true"
        if self.settings["refuse"] or (unknown and request.is_passive == "true"):
            status = samlp.STATUS_NO_PASSIVE if unknown else samlp.STATUS_REQUEST_DENIED
            return self.refuse(session["wanted"], status)
        return SIGN_IN if unknown else self.issue(session)

    def start_login(self, session, fields):
        entity = fields["entityId"]
        _, destination = self.server.pick_binding(
            "assertion_consumer_service", [BINDING_HTTP_POST], "spsso", entity_id=entity
        )
        session["wanted"] = {
            "in_response_to": None,
            "destination": destination,
            "sp_entity_id": entity,
            "relay_state": fields.get("RelayState", ""),
        }
        return self.issue(session) if "user" in session else SIGN_IN

    def sign_in(self, session, fields):
        session["user"] = next(
            one for one in self.settings["people"] if one["user"] == fields["user"]
        )
        return self.issue(session)

    def issue(self, session):
        wanted, user = session["wanted"], session["user"]
        signed = self.settings["signed"]
        name_id = saml.NameID(
            format=saml.NAMEID_FORMAT_PERSISTENT,
            name_qualifier=self.server.config.entityid,
            sp_name_qualifier=wanted["sp_entity_id"],
            text=user["nameId"],
        )
        response = self.server.create_authn_response(
            user["attributes"],
            wanted["in_response_to"],
            wanted["destination"],
            wanted["sp_entity_id"],
            name_id=name_id,
            authn={"class_ref": PASSWORD},
            sign_assertion="assertion" in signed,
            sign_response="response" in signed,
            encrypt_assertion=self.settings["encryption"] is not None,
        )
        # pysaml2 draws the SessionIndex itself; it stands in the newest statement it remembers.
        statement = self.server.session_db.get_authn_statements(name_id)[-1][0]
        session.setdefault("participants", {})[wanted["sp_entity_id"]] = (
            name_id,
            statement.session_index,
        )
        return self.post(response, wanted)

    def refuse(self, wanted, status):
        response = self.server.create_error_response(
            wanted["in_response_to"], wanted["destination"], (status, "not this time"), sign=True
        )
        return self.post(response, wanted)

    def post(self, response, wanted):
        sent = self.server.apply_binding(
            BINDING_HTTP_POST,
            str(response),
            wanted["destination"],
            wanted["relay_state"],
            response=True,
        )
        return page(sent)


SIGN_IN = (
    200,
    {"Content-Type": "text/html; charset=utf-8"},
    '<form method="post" action="/sign-in"><input name="user"></form>',
)


class Pages(http.server.BaseHTTPRequestHandler):
    """What is at which address."""

    idp = None

    def do_GET(self):
        query = urllib.parse.urlsplit(self.path).query
        self.answer(BINDING_HTTP_REDIRECT, query, "")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.answer(BINDING_HTTP_POST, body, body)

    def answer(self, binding, form, body):
        try:
            status, headers, text = self.page(binding, form, body)
        except Exception as error:  # every failure is an answer: the test judges it
            traceback.print_exc()
            status, headers, text = 400, {}, f"refused: {type(error).__name__} {error}"
        content = text.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Type" not in headers:
            self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def page(self, binding, form, body):
        path = urllib.parse.urlsplit(self.path).path
        if path == "/settings":
            self.idp.set(json.loads(body))
            return 204, {}, ""
        if path == "/metadata":
            return 200, {"Content-Type": "application/samlmetadata+xml"}, self.idp.metadata()
        fields = dict(urllib.parse.parse_qsl(form, keep_blank_values=True))
        session, headers = self.session()
        if path == "/sso":
            answer = self.idp.answer_request(session, binding, fields)
        elif path == "/start":
            answer = self.idp.start_login(session, fields)
        elif path == "/sign-in":
            answer = self.idp.sign_in(session, fields)
        elif path in ("/slo", "/logout"):
            answer = self.idp.logout.answer(session, binding, fields)
        else:
            raise Refusal(f"there is nothing at {path}")
        status, more, text = answer
        return status, headers | more, text

    def session(self):
        cookie = http.cookies.SimpleCookie(self.headers.get("Cookie", "")).get("idp")
        if cookie is not None and cookie.value in self.idp.sessions:
            return self.idp.sessions[cookie.value], {}
        key = secrets.token_urlsafe()
        self.idp.sessions[key] = {}
        return self.idp.sessions[key], {"Set-Cookie": f"idp={key}; HttpOnly"}

    def log_message(self, *args):
        pass


def main():
    with http.server.HTTPServer(("127.0.0.1", 0), Pages) as server:
        Pages.idp = IdentityProvider(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"listening {Pages.idp.origin}", flush=True)
        sys.stdin.read()
        server.shutdown()


if __name__ == "__main__":
    main()
