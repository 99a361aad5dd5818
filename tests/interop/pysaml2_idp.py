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
from saml2.response import StatusError
from saml2.s_utils import error_status_factory
from saml2.server import Server
from saml2.sigver import pre_encryption_part, verify_redirect_signature

KEYS = pathlib.Path(__file__).parent.parent / "data" / "keys"
LOGOUT_BINDINGS = {"redirect": BINDING_HTTP_REDIRECT, "post": BINDING_HTTP_POST}
BOTH = (BINDING_HTTP_REDIRECT, BINDING_HTTP_POST)
SIGNATURES = {
    "rsa-sha1": (xmldsig.SIG_RSA_SHA1, xmldsig.DIGEST_SHA1),
    "rsa-sha256": (xmldsig.SIG_RSA_SHA256, xmldsig.DIGEST_SHA256),
    "rsa-sha384": (xmldsig.SIG_RSA_SHA384, xmldsig.DIGEST_SHA384),
    "rsa-sha512": (xmldsig.SIG_RSA_SHA512, xmldsig.DIGEST_SHA512),
}
# Kept before any test changes it: see `encrypt_as`.
ENCRYPTION_PART = pre_encryption_part


class Refusal(Exception):
    """A request that this identity provider does not answer."""


class IdentityProvider:
    """The program behind the pages: pysaml2, and who is signed in."""

    def __init__(self, origin):
        self.origin = origin
        self.settings = {}
        self.server = None
        self.sessions = {}

    def set(self, settings):
        self.settings = settings
        self.server = self.make_server(
            settings["key"],
            settings["signatureAlgorithm"],
            settings["requireSignedRequests"],
            settings["lifetimeSeconds"],
            tuple(one["metadata"] for one in settings["applications"]),
        )
        self.encrypt_as(settings["encryption"])

    @functools.cache  # loading a private key takes a tenth of a second
    def make_server(self, key, algorithm, want_signed, lifetime, applications):
        signature, digest = SIGNATURES[algorithm]
        config = IdPConfig().load({
            "entityid": f"{self.origin}/metadata",
            "service": {"idp": {
                "endpoints": {
                    "single_sign_on_service": [(f"{self.origin}/sso", one) for one in BOTH],
                    "single_logout_service": [(f"{self.origin}/slo", one) for one in BOTH],
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
            "metadata": {"inline": list(applications)},
        })
        return Server(config=config)

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

    # Logout

    def logout(self, session, binding, fields):
        if "SAMLRequest" in fields:
            return self.answer_logout(session, binding, fields)
        if "SAMLResponse" in fields:
            return self.hear_application(session, binding, fields)
        return self.start_logout(session)

    def start_logout(self, session):
        """The user leaves here."""
        session["logout"] = {"waiting": list(session["participants"].items()), "partial": False}
        return self.go_on(session)

    def answer_logout(self, session, binding, fields):
        """The user leaves at an application."""
        request = self.server.parse_logout_request(
            fields["SAMLRequest"],
            binding,
            fields.get("RelayState"),
            fields.get("SigAlg"),
            fields.get("Signature"),
        ).message
        name_id, session_index = session["participants"].pop(request.issuer.text)
        if request.name_id != name_id:
            raise Refusal("this is somebody else's session")
        if [one.text for one in request.session_index] != [session_index]:
            raise Refusal("this is another session")
        session["logout"] = {
            "waiting": list(session["participants"].items()),
            "partial": False,
            "request": request,
            "binding": binding,
            "relay_state": fields.get("RelayState", ""),
        }
        return self.go_on(session)

    def hear_application(self, session, binding, fields):
        """An application says whether it ended its session."""
        if binding == BINDING_HTTP_REDIRECT:
            self.verify_redirect(session["logout"]["entity"], fields)
        try:
            response = self.server.parse_logout_request_response(fields["SAMLResponse"], binding)
            if response.in_response_to != session["logout"]["id"]:
                raise Refusal("the answer to something else")
        except StatusError:
            session["logout"]["partial"] = True
        return self.go_on(session)

    def verify_redirect(self, entity, fields):
        """pysaml2 verifies the signature of a redirected response only where it is asked to."""
        certificates = self.server.metadata.certs(entity, "spsso", "signing")
        parameters = {
            name: fields[name]
            for name in ("SAMLResponse", "RelayState", "SigAlg", "Signature")
            if name in fields
        }
        if not any(
            verify_redirect_signature(parameters, self.server.sec.sec_backend, certificate)
            for _, certificate in certificates
        ):
            raise Refusal("the response is not signed by the application")

    def go_on(self, session):
        """The next application; after the last, an end."""
        logout = session["logout"]
        if logout["waiting"]:
            entity, (name_id, session_index) = logout["waiting"].pop()
            binding = LOGOUT_BINDINGS[self.settings["logoutBinding"]]
            _, destination = self.server.pick_binding(
                "single_logout_service", [binding], "spsso", entity_id=entity
            )
            logout["entity"] = entity
            logout["id"], request = self.server.create_logout_request(
                destination,
                entity,
                name_id=name_id,
                session_indexes=[session_index],
                sign=binding == BINDING_HTTP_POST,
            )
            return page(self.server.apply_binding(binding, str(request), destination, sign=True))
        for key in ("user", "participants", "logout"):
            session.pop(key, None)
        if "request" not in logout:
            ended = json.dumps({"partial": logout["partial"]})
            return 200, {"Content-Type": "application/json"}, ended
        binding = logout["binding"]
        response = self.server.create_logout_response(
            logout["request"],
            [binding],
            status=PARTIAL_LOGOUT if logout["partial"] else None,
            sign=binding == BINDING_HTTP_POST,
        )
        sent = self.server.apply_binding(
            binding,
            str(response),
            self.server.response_args(logout["request"], [binding])["destination"],
            logout["relay_state"],
            response=True,
            sign=True,
        )
        return page(sent)


def page(sent):
    """What pysaml2 wants to be sent to the browser."""
    headers = {"Content-Type": "text/html; charset=utf-8"} | dict(sent["headers"])
    return sent["status"], headers, sent["data"] or ""


PARTIAL_LOGOUT = samlp.Status(
    status_code=samlp.StatusCode(
        value=samlp.STATUS_SUCCESS,
        status_code=samlp.StatusCode(value=samlp.STATUS_PARTIAL_LOGOUT),
    )
)
SIGN_IN = (
    200,
    {"Content-Type": "text/html; charset=utf-8"},
    '<form method="post" action="/sign-in"><input name="user"></form>',
)


class Pages(http.server.BaseHTTPRequestHandler):
    """What is at which address."""

    idp = None

    def do_GET(self):  # noqa: N802, the name that http.server calls
        query = urllib.parse.urlsplit(self.path).query
        self.answer(BINDING_HTTP_REDIRECT, query, "")

    def do_POST(self):  # noqa: N802
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
            answer = self.idp.logout(session, binding, fields)
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
