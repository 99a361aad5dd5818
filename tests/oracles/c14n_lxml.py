#!/usr/bin/env python3
"""Compares our canonical forms with libxml2's, over random documents.

    cargo build --example canonicalize
    python3 tests/oracles/c14n_lxml.py [--documents 1000] [--seed 1] [--program PATH]

Whole documents (Canonical XML 1.0 and Exclusive) go through lxml, from PyPI. Subtrees and
Canonical XML 1.1 go through the libxml2 shared library, by node sets as XML Signature has them,
because lxml offers neither; where the library is missing this part is left out aloud, and with
CI=true that is a failure. Each document is also damaged in a few places: what we then accept,
libxml2 accepts too, with the same canonical form; what we refuse, libxml2 or Expat refuses.
Exit status 1 if anything differs.
"""

import argparse
import ctypes
import ctypes.util
import json
import os
import random
import subprocess
import sys
import xml.parsers.expat

from lxml import etree

C10 = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
C11 = "http://www.w3.org/2006/12/xml-c14n11"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
# libxml2's numbers for them.
MODES = {C10: 0, EXC: 1, C11: 2}

PREFIXES = ["", "p", "q", "Z"]
# None with `&`, which libxml2 writes as it is, so that what comes out is not XML; and none with
# characters beyond ASCII, which it refuses.
NAMESPACES = ["", "urn:a", "urn:b", "http://x/?a=1", "http://X/"]
LOCALS = ["a", "b", "B", "é", "a.-"]
TEXTS = ["x", " ", "\n", "\t", "\r\n", "\r", "é", "\U00010000", ">", "\"", "'", "&lt;", "&amp;",
         "&gt;", "&quot;", "&#13;", "&#xA;", "&#9;", "&#x20AC;",
         "longer text, without anything special"]
XML_ATTRIBUTES = {
    "lang": ["en", "de", ""],
    "space": ["preserve", "default"],
    "other": ["o", ""],
    "base": ["http://h/x/y", "http://h/x/", "a/b", "a/", "/c/d", "../e", "../../f/", "?q=1"],
}


class Generator:
    """Namespace-well-formed documents as text."""

    def __init__(self, rng):
        self.rng = rng
        self.ids = 0

    def document(self):
        self.ids = 0
        around = ["<!--c-->\n", "<?pi  d ?>", " ", "<!---->"]
        before = "".join(self.rng.sample(around, self.rng.randint(0, 2)))
        after = "".join(self.rng.sample(around, self.rng.randint(0, 2)))
        return before + self.element({}, 0) + after

    def text(self, quote=None):
        pieces = self.rng.choices(TEXTS, k=self.rng.randint(0, 4))
        if quote is None:
            if self.rng.random() < 0.2:
                pieces.append("<![CDATA[<c>&amp;]]>")
            # A literal CR before a literal LF of the next piece is one line end: as in any text.
            return "".join(pieces)
        return "".join(piece.replace(quote, "") for piece in pieces)

    def element(self, scope, depth):
        rng = self.rng
        declared = {}
        for prefix in rng.sample(PREFIXES, rng.choice([0, 0, 1, 2])):
            declared[prefix] = rng.choice(NAMESPACES if prefix == "" else NAMESPACES[1:])
        prefix = rng.choice(PREFIXES)
        names = [(rng.choice(PREFIXES), rng.choice(LOCALS)) for _ in range(rng.randint(0, 3))]
        for used in [prefix] + [name[0] for name in names]:
            if used and used not in scope and used not in declared:
                declared[used] = rng.choice(NAMESPACES[1:])
        scope = {**scope, **declared}
        attributes = [f'ID="n{self.ids}"']
        self.ids += 1
        for name, uri in declared.items():
            attributes.append(f'xmlns{":" if name else ""}{name}="{uri}"')
        seen = set()
        for used, local in names:
            expanded = (scope[used] if used else "", local)
            if expanded not in seen:
                seen.add(expanded)
                quote = rng.choice("'\"")
                attributes.append(f"{qname(used, local)}={quote}{self.text(quote)}{quote}")
        for local, values in XML_ATTRIBUTES.items():
            if rng.random() < 0.15:
                attributes.append(f'xml:{local}="{rng.choice(values)}"')
        rng.shuffle(attributes)
        tag = qname(prefix, rng.choice(LOCALS))
        start = " ".join([tag] + attributes)
        children = []
        for _ in range(rng.randint(0, 4) if depth < 5 else 0):
            kind = rng.random()
            if kind < 0.5:
                children.append(self.element(scope, depth + 1))
            elif kind < 0.85:
                children.append(self.text())
            elif kind < 0.93:
                children.append(f"<!--{rng.choice(['', 'c', '<&>', ' x '])}-->")
            else:
                children.append(f"<?{rng.choice(['pi', 'pi  <&> ', 'x y'])}?>")
        if not children and rng.random() < 0.5:
            return f"<{start}/>"
        return f"<{start}>{''.join(children)}</{tag}>"


def qname(prefix, local):
    return f"{prefix}:{local}" if prefix else local


def by_lxml(text, method, comments, prefixes):
    """The canonical form of a whole document."""
    tree = etree.fromstring(text.encode()).getroottree()
    return etree.tostring(tree, method="c14n", exclusive=method == EXC, with_comments=comments,
                          inclusive_ns_prefixes=prefixes or None).decode()


class Libxml2:
    """The few functions of the shared library that canonicalise a node set."""

    def __init__(self, path):
        lib = ctypes.CDLL(path)
        pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
        for name, result, arguments in [
            ("xmlReadMemory", pointer, [text, number, text, text, number]),
            ("xmlXPathNewContext", pointer, [pointer]),
            ("xmlXPathEvalExpression", pointer, [text, pointer]),
            ("xmlXPathFreeObject", None, [pointer]),
            ("xmlXPathFreeContext", None, [pointer]),
            ("xmlFreeDoc", None, [pointer]),
            ("xmlC14NDocDumpMemory", number,
             [pointer, pointer, number, pointer, number, ctypes.POINTER(pointer)]),
        ]:
            function = getattr(lib, name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)

    def canonicalize(self, text, method, comments, prefixes, id):
        data = text.encode()
        document = self.xmlReadMemory(data, len(data), None, None, 0)
        assert document, text
        context = self.xmlXPathNewContext(document)
        subtree = f"ancestor-or-self::*[@ID='{id}']" if id else "true()"
        expression = f"(//. | //@* | //namespace::*)[{subtree}]"
        found = self.xmlXPathEvalExpression(expression.encode(), context)
        # struct xmlXPathObject begins with an int and, aligned, the pointer to the node set.
        nodes = ctypes.cast(found + 8, ctypes.POINTER(ctypes.c_void_p)).contents
        listed = (ctypes.c_char_p * (len(prefixes) + 1))(*[p.encode() for p in prefixes], None)
        out = ctypes.c_void_p()
        length = self.xmlC14NDocDumpMemory(document, nodes if id else None, MODES[method], listed,
                                           comments, ctypes.byref(out))
        assert length >= 0, text
        result = ctypes.string_at(out.value, length).decode()
        self.xmlXPathFreeObject(found)
        self.xmlXPathFreeContext(context)
        self.xmlFreeDoc(document)
        return result


def shared_libxml2():
    path = ctypes.util.find_library("xml2")
    if path:
        return Libxml2(path)
    message = "c14n_lxml: no libxml2 shared library; subtrees and Canonical XML 1.1 are left out"
    if os.environ.get("CI") == "true":
        sys.exit(message)
    print(message)
    return None


# Stands for a canonical form that libxml2 does not make, because some namespace name is no URI.
NO_URI = object()


def damaged(rng, text):
    """The document with a few characters replaced, inserted, deleted or doubled."""
    marks = "<>&;'\"/=! -]?:[#x1a\té\x01\ufffe"
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(text))
        end = at + rng.choice([0, 1, 1, 2])
        some = [rng.choice(marks), "", text[at:at + 5] * 2, "]]>", "--", "<!", "xmlns"]
        middle = rng.choice(some)
        text = text[:at] + middle + text[end:]
    return text


def expat_accepts(text):
    parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
    try:
        parser.Parse(text.encode(), True)
        return True
    except xml.parsers.expat.ExpatError:
        return False


def libxml2_canonical(text):
    """Inclusive canonical form with comments, or none where libxml2 refuses the document."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        tree = etree.fromstring(text.encode(), parser).getroottree()
        return etree.tostring(tree, method="c14n", with_comments=True).decode()
    except etree.C14NError:
        return NO_URI
    except etree.XMLSyntaxError:
        errors = {it.type_name for it in parser.error_log if it.level >= etree.ErrorLevels.ERROR}
        return NO_URI if errors == {"WAR_NS_URI"} else None


def compare_damaged(rng, text, by_us):
    """Whether the damaged document was accepted; exits where the verdicts differ."""
    text = damaged(rng, text)
    found = by_us(text, C10, True, [], None)
    theirs = libxml2_canonical(text)
    if isinstance(found, dict):
        # libxml2 alone is too lenient with the declaration, Expat with characters.
        if theirs is None or "<!DOCTYPE" in text or not expat_accepts(text):
            return False
        if "is not absolute" in found["error"] and theirs is NO_URI:
            return False
    elif theirs in (found, NO_URI):
        return True
    sys.exit(f"damaged:\n{text!r}\nours    {found!r}\nlibxml2 {theirs!r}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--program", default="target/debug/examples/canonicalize")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    library = shared_libxml2()
    ours = subprocess.Popen([options.program, "--lines"], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def by_us(text, method, comments, prefixes, id):
        uri = method + (("WithComments" if method == EXC else "#WithComments") if comments else "")
        request = {"document": text, "method": uri, "id": id, "prefixes": prefixes}
        ours.stdin.write(json.dumps(request) + "\n")
        ours.stdin.flush()
        answer = json.loads(ours.stdout.readline())
        return answer.get("canonical", answer)

    damaged_documents = {True: 0, False: 0}
    compared = {"documents by lxml": 0, "documents by libxml2": 0, "subtrees by libxml2": 0}
    for _ in range(options.documents):
        generator = Generator(rng)
        text = generator.document()
        id = f"n{rng.randrange(generator.ids)}"
        listed = rng.sample(["#default", "p", "q", "Z", "none"], rng.randint(0, 3))
        for _ in range(5):
            damaged_documents[compare_damaged(rng, text, by_us)] += 1
        for comments in [False, True]:
            jobs = []
            for method in [C10, EXC]:
                # lxml leaves no way to name the default namespace in the list.
                prefixes = [p for p in listed if p != "#default"] if method == EXC else []
                theirs = by_lxml(text, method, comments, prefixes)
                jobs.append(("documents by lxml", method, prefixes, None, theirs))
            for method in [C10, C11, EXC] if library else []:
                prefixes = listed if method == EXC else []
                for name, place in [("documents by libxml2", None), ("subtrees by libxml2", id)]:
                    theirs = library.canonicalize(text, method, comments, prefixes, place)
                    jobs.append((name, method, prefixes, place, theirs))
            for name, method, prefixes, place, theirs in jobs:
                found = by_us(text, method, comments, prefixes, place)
                compared[name] += 1
                if found != theirs:
                    sys.exit(f"{name}, {method}, comments {comments}, {prefixes}, {place}:\n"
                             f"{text!r}\nours    {found!r}\nlibxml2 {theirs!r}")
    ours.stdin.close()
    ours.wait()
    totals = ", ".join(f"{count} {name}" for name, count in compared.items())
    print(f"c14n_lxml: seed {options.seed}, {totals}; damaged documents: "
          f"{damaged_documents[True]} accepted, {damaged_documents[False]} refused: all alike")


if __name__ == "__main__":
    main()
