"""The logout of the identity provider made with pysaml2: one application after the other is told,
and then the one that asked is answered."""

import json

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT, samlp
from saml2.response import StatusError
from saml2.sigver import verify_redirect_signature

BINDINGS = {"redirect": BINDING_HTTP_REDIRECT, "post": BINDING_HTTP_POST}
PARTIAL_LOGOUT = samlp.Status(
    status_code=samlp.StatusCode(
        value=samlp.STATUS_SUCCESS,
        status_code=samlp.StatusCode(value=samlp.STATUS_PARTIAL_LOGOUT),
    )
)


class Refusal(Exception):
    """A request that this identity provider does not answer."""


class Logout:
    """What happens at /slo and /logout."""

    def __init__(self, provider):
        self.provider = provider

    @property
    def server(self):
        return self.provider.server

    def answer(self, session, binding, fields):
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
        name_id, session_index = session["participants"][request.issuer.text]
        if request.name_id != name_id:
            raise Refusal("this is somebody else's session")
        if [one.text for one in request.session_index] != [session_index]:
            raise Refusal("this is another session")
        del session["participants"][request.issuer.text]
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
        logout = session["logout"]
        if binding == BINDING_HTTP_REDIRECT:
            self.verify_redirect(logout["entity"], fields)
        try:
            answer = self.server.parse_logout_request_response(fields["SAMLResponse"], binding)
            if binding == BINDING_HTTP_POST and answer.response.signature is None:
                raise Refusal("the answer is not signed")
            if answer.in_response_to != logout["id"]:
                raise Refusal("the answer to something else")
        except StatusError:
            logout["partial"] = True
        return self.go_on(session)

    def verify_redirect(self, entity, fields):
        """pysaml2 verifies the signature of a redirected response only where it is asked to."""
        if "Signature" not in fields or "SigAlg" not in fields:
            raise Refusal("the answer is not signed")
        names = ("SAMLResponse", "RelayState", "SigAlg", "Signature")
        parameters = {name: fields[name] for name in names if name in fields}
        if not any(
            verify_redirect_signature(parameters, self.server.sec.sec_backend, certificate)
            for _, certificate in self.server.metadata.certs(entity, "spsso", "signing")
        ):
            raise Refusal("the answer's signature does not hold")

    def go_on(self, session):
        """The next application; after the last, an end."""
        logout = session["logout"]
        if logout["waiting"]:
            entity, (name_id, session_index) = logout["waiting"].pop()
            binding = BINDINGS[self.provider.settings["logoutBinding"]]
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
