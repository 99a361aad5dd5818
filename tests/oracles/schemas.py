#!/usr/bin/env python3
"""Has other implementations judge what a service provider sends.

    cargo build --example outgoing
    python3 tests/oracles/schemas.py [--documents 300] [--seed 1] [--program PATH]

Metadata, login requests and logout messages in many shapes, hostile values among them, are
validated by lxml with the OASIS schemas that pysaml2 brings; their signatures are verified by
xmlsec1; and pysaml2 reads the metadata and has to find what was asked for. Documents that are
broken on purpose have to be refused by each of the three, so that none of them can fall silent.
Exit status 1 if anything differs.
"""

import argparse
import importlib.resources
import itertools
import json
import pathlib
import random
import subprocess
import sys
import tempfile

from lxml import etree
from saml2.attribute_converter import ac_factory
from saml2.mdstore import InMemoryMetaData

MD = "urn:oasis:names:tc:SAML:2.0:metadata"
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
DS = "http://www.w3.org/2000/09/xmldsig#"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"

KEYS = pathlib.Path(__file__).resolve().parents[1] / "data" / "keys"
SIGNERS = [None, "rsa-3072", "p256"]
ENCRYPTION = [[], ["sp-encryption"], ["sp-encryption", "entra-inactive"]]
KINDS = ["technical", "support", "administrative", "billing", "other"]
FORMATS = ["urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
           "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"]
CONTEXTS = ["urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
            "urn:oasis:names:tc:SAML:2.0:ac:classes:X509"]
TEXTS = ["Contoso", "Größe & Söhne <AG>", "\"'", "]]>", "--><!--", "<![CDATA[", "日本", "a\tb",
         "&#0;", "\" contactType=\"other", "</md:Company><md:GivenName>x</md:GivenName>"]
PATHS = ["", "/", "/saml/acs", "/acs?a=1&b=\"<'>", "/%20/ü", "/acs#part"]


class Schema:
    """An OASIS schema; what it imports by address is read from the same folder."""

    def __init__(self, name):
        folder = importlib.resources.files("saml2") / "data" / "schemas"

        class Local(etree.Resolver):
            def resolve(self, url, _id, context):
                path = folder / url.rsplit("/", 1)[-1]
                # Not XMLSchema.dtd, which a document type names and nobody reads.
                return self.resolve_filename(str(path), context) if path.is_file() else None

        parser = etree.XMLParser(no_network=True)
        parser.resolvers.add(Local())
        self.schema = etree.XMLSchema(etree.parse(str(folder / name), parser))

    def complaint(self, xml):
        """Why a document is not valid; none where it is."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        try:
            document = etree.fromstring(xml.encode(), parser)
        except etree.XMLSyntaxError as error:
            return str(error)
        return None if self.schema.validate(document) else str(self.schema.error_log.last_error)


class Writer:
    """The program that writes."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, encoding="utf-8")

    def ask(self, question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def verifies(xml, element, key):
    """Whether xmlsec1 finds the signature good, with the certificate of this key alone."""
    with tempfile.NamedTemporaryFile(suffix=".xml") as file:
        file.write(xml.encode())
        file.flush()
        run = subprocess.run(["xmlsec1", "--verify", "--id-attr:ID", element, "--pubkey-cert-pem",
                              str(KEYS / f"{key}.crt.pem"), file.name], capture_output=True)
    return run.returncode == 0


def certificate(key):
    """The base64 of a test certificate."""
    lines = (KEYS / f"{key}.crt.pem").read_text().splitlines()
    return "".join(line for line in lines if not line.startswith("-----"))


def metadata_question(rng, signer, encryption, organization, logout):
    """Metadata of these options; the others are drawn."""
    url = lambda: f"https://app{rng.randrange(100)}.example" + rng.choice(PATHS)
    maybe = lambda value: rng.choice([None, value])
    replies = [url() for _ in range(rng.randint(1, 4))]
    rollover = [signer] if signer else []
    if rng.random() < 0.5:
        rollover.insert(rng.randint(0, len(rollover)), "entra-active")
    contact = lambda: {
        "kind": rng.choice(KINDS), "company": maybe(rng.choice(TEXTS)),
        "given_name": maybe(rng.choice(TEXTS)), "sur_name": maybe(rng.choice(TEXTS)),
        "email_address": maybe(rng.choice(["a@b.example", "mailto:\"x\"@b.example"])),
        "telephone_number": maybe("+41 44 000"),
    }
    about = [rng.choice(TEXTS), rng.choice(TEXTS), url(), rng.choice(["en", "pt-BR", "zh-Hant-CN"])]
    return {
        "kind": "metadata", "entity_id": rng.choice(["urn:example:app", url(), "spn:4-5"]),
        "reply_urls": replies, "logout_url": url() if logout else None,
        "want_assertions_signed": rng.random() < 0.5, "signing": rollover,
        "encryption": encryption, "sign_with": signer,
        "id": f"_{rng.randrange(10**9)}.-" if signer else maybe("a"),
        "valid_until": maybe("2030-01-31T00:00:00Z"), "cache_seconds": maybe(rng.randrange(2**32)),
        "name_id_formats": rng.sample(FORMATS, rng.randint(0, 2)),
        "organization": about if organization else None,
        "contacts": [contact() for _ in range(rng.randint(0, 4))],
    }


def login_question(rng, signer, post):
    maybe = lambda value: rng.choice([None, value])
    return {
        "kind": "login-request", "id": f"_{rng.randrange(10**9)}", "post": post,
        "entity_id": rng.choice(["urn:a", "https://a.example/?<&>\""]),
        "reply_url": "https://app.example" + rng.choice(PATHS),
        "force_authn": rng.random() < 0.5, "is_passive": rng.random() < 0.5,
        "name_id_format": maybe(FORMATS[0]), "relay_state": maybe("<state>"),
        "authn_context": rng.sample(CONTEXTS, rng.randint(0, 2)), "sign_with": signer,
    }


def logout_question(rng, signer, post):
    maybe = lambda value: rng.choice([None, value])
    return {
        "kind": "logout-request", "id": f"_{rng.randrange(10**9)}", "post": post,
        "name_id": rng.choice(TEXTS), "format": maybe(FORMATS[0]),
        "name_qualifier": maybe(rng.choice(TEXTS)), "sp_name_qualifier": maybe(rng.choice(TEXTS)),
        "session_indexes": rng.sample(TEXTS, rng.randint(0, 3)),
        "reason": maybe("urn:oasis:names:tc:SAML:2.0:logout:user"),
        "not_on_or_after": maybe("2026-03-10T09:05:00.5Z"), "sign_with": signer,
    }


def answer_question(rng, signer, post):
    return {
        "kind": "logout-response", "id": f"_{rng.randrange(10**9)}", "post": post,
        "in_response_to": f"_{rng.randrange(10**9)}", "status": rng.randrange(5),
        "sign_with": signer,
    }


def each_once(values):
    return list(dict.fromkeys(values))


def found_by_pysaml2(xml, entity_id):
    """What pysaml2 reads, in the form of `wanted`."""
    store = InMemoryMetaData(ac_factory(), xml)
    store.parse(xml.encode())
    entity = store[entity_id]
    (role,) = entity["spsso_descriptor"]

    def certificates(use):
        return [data["x509_certificate"]["text"] for key in role.get("key_descriptor", [])
                if key["use"] == use for data in key["key_info"]["x509_data"]]

    services = role["assertion_consumer_service"]
    organization = entity.get("organization")
    return {
        "replies": [one["location"] for one in services],
        "indexes": [int(one["index"]) for one in services],
        "default": [one["location"] for one in services if one.get("is_default") == "true"],
        "bindings": {one["binding"] for one in services},
        "logout": [(one["binding"], one["location"])
                   for one in role.get("single_logout_service", [])],
        "signing": certificates("signing"), "encryption": certificates("encryption"),
        "formats": [one["text"] for one in role.get("name_id_format", [])],
        "signed requests": role["authn_requests_signed"],
        "signed assertions": role.get("want_assertions_signed"),
        "organization": organization and [
            organization["organization_name"][0]["text"],
            organization["organization_display_name"][0]["text"],
            organization["organization_url"][0]["text"],
            organization["organization_url"][0]["lang"],
        ],
        "contacts": [one["contact_type"] for one in entity.get("contact_person", [])],
    }


def wanted(question):
    replies = each_once(question["reply_urls"])
    logout = question["logout_url"]
    return {
        "replies": replies, "indexes": list(range(len(replies))), "default": replies[:1],
        "bindings": {POST},
        "logout": [(REDIRECT, logout), (POST, logout)] if logout else [],
        "signing": [certificate(key) for key in question["signing"]],
        "encryption": [certificate(key) for key in question["encryption"]],
        "formats": question["name_id_formats"],
        "signed requests": "true" if question["sign_with"] else "false",
        "signed assertions": "true" if question["want_assertions_signed"] else None,
        "organization": question["organization"],
        "contacts": [one["kind"] for one in question["contacts"]],
    }


def must(holds, what, *details):
    if not holds:
        sys.exit("\n".join([f"schemas: {what}", *map(str, details)]))


def judge_metadata(schema, writer, question):
    answer = writer.ask(question)
    must("xml" in answer, "metadata was refused", question, answer)
    xml = answer["xml"]
    must(schema.complaint(xml) is None, "the schema refuses metadata", xml, schema.complaint(xml))
    found, expected = found_by_pysaml2(xml, question["entity_id"]), wanted(question)
    must(found == expected, "pysaml2 reads something else", xml, found, expected)
    key = question["sign_with"]
    if key is None:
        must(f"{DS}\"><ds:SignedInfo" not in xml, "a signature that nobody asked for", xml)
        return 0
    must(verifies(xml, f"{MD}:EntityDescriptor", key), "xmlsec1 refuses metadata", xml)
    return 1


def judge_message(schema, writer, question):
    answer = writer.ask(question)
    must("xml" in answer, "a message was refused", question, answer)
    xml = answer["xml"]
    must(schema.complaint(xml) is None, "the schema refuses a message", xml, schema.complaint(xml))
    # By redirect, the query is signed and not the XML.
    if question["sign_with"] is None or not question["post"]:
        return 0
    element = etree.QName(etree.fromstring(xml.encode())).localname
    key = question["sign_with"]
    must(verifies(xml, f"{PROTOCOL}:{element}", key), "xmlsec1 refuses a message", xml)
    return 1


def controls(metadata, protocol, writer, rng):
    """Broken documents, each of which somebody has to refuse."""
    question = metadata_question(rng, "rsa-3072", ENCRYPTION[1], True, True)
    question |= {"name_id_formats": FORMATS, "reply_urls": ["https://a.example/acs"]}
    xml = writer.ask(question)["xml"]
    for old, new in [
        (" index=\"0\"", ""),
        (" index=\"0\"", " index=\"70000\""),
        ("use=\"encryption\"", "use=\"encrypting\""),
        ("isDefault=\"true\"", "isDefault=\"yes\""),
        ("</md:SPSSODescriptor>", "<md:NameIDFormat>x</md:NameIDFormat></md:SPSSODescriptor>"),
        ("<md:SingleLogoutService", "<md:AssertionConsumerService"),
        (" ID=\"_", " ID=\"5"),
        ("<md:Organization>", "<md:Organization lang=\"en\">"),
        (" xml:lang=", " lang="),
        ("</md:SPSSODescriptor>", "</md:SPSSODescriptor>text"),
    ]:
        must(old in xml, f"there is no {old}", xml)
        must(metadata.complaint(xml.replace(old, new)), f"the schema accepts {new}", xml)
    element = f"{MD}:EntityDescriptor"
    must(not verifies(xml.replace("a.example", "b.example"), element, "rsa-3072"), "a change", xml)
    must(not verifies(xml, element, "attacker"), "another key", xml)
    must(not verifies(xml.replace("ds:Signature", "ds:Other"), element, "rsa-3072"), "none", xml)
    changed = xml.replace("https://a.example/acs", "https://b.example/acs")
    must(found_by_pysaml2(changed, question["entity_id"]) != wanted(question), "a change", xml)

    request = writer.ask(login_question(rng, None, True) | {"name_id_format": FORMATS[0]})["xml"]
    for old, new in [
        (" Version=\"2.0\"", ""),
        ("IssueInstant=\"", "IssueInstant=\"yesterday"),
        ("</samlp:AuthnRequest>", "<saml:Issuer>x</saml:Issuer></samlp:AuthnRequest>"),
        ("<samlp:NameIDPolicy Format", "<samlp:NameIDPolicy format"),
    ]:
        must(old in request, f"there is no {old}", request)
        must(protocol.complaint(request.replace(old, new)), f"the schema accepts {new}", request)

    question = logout_question(rng, "rsa-3072", True) | {"session_indexes": ["a"]}
    logout = writer.ask(question)["xml"]
    for old, new in [
        ("<samlp:SessionIndex>", "<samlp:SessionIndex><x/>"),
        ("</samlp:LogoutRequest>", "<saml:NameID>x</saml:NameID></samlp:LogoutRequest>"),
        ("samlp:LogoutRequest", "samlp:LogoutRequests"),
    ]:
        must(old in logout, f"there is no {old}", logout)
        must(protocol.complaint(logout.replace(old, new)), f"the schema accepts {new}", logout)
    other = logout.replace(">a<", ">b<")
    must(not verifies(other, f"{PROTOCOL}:LogoutRequest", "rsa-3072"), "a change", other)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--program", default="target/debug/examples/outgoing")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    metadata = Schema("saml-schema-metadata-2.0.xsd")
    protocol = Schema("saml-schema-protocol-2.0.xsd")
    writer = Writer(options.program)
    controls(metadata, protocol, writer, rng)
    signed = 0
    shapes = itertools.cycle(itertools.product(SIGNERS, ENCRYPTION, [True, False], [True, False]))
    for shape in itertools.islice(shapes, options.documents):
        signed += judge_metadata(metadata, writer, metadata_question(rng, *shape))
    shapes = itertools.cycle(itertools.product(
        [login_question, logout_question, answer_question], SIGNERS, [True, False]))
    for ask, *shape in itertools.islice(shapes, options.documents):
        signed += judge_message(protocol, writer, ask(rng, *shape))
    writer.end()
    print(f"schemas: seed {options.seed}, {options.documents} metadata and {options.documents} "
          f"login requests and logout messages valid by the OASIS schemas; pysaml2 reads all "
          f"metadata as it was meant, xmlsec1 verifies all {signed} signatures")


if __name__ == "__main__":
    main()
