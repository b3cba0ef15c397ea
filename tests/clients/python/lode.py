"""pyLODE, which makes pages of ontologies for people: `python lode.py ADDRESS QUERY`."""

import re
import sys
from importlib.metadata import version
from tempfile import NamedTemporaryFile

import requests
from pylode import OntPub

from clients.python.told import told

OURS = "<code>https://w3id.org/interurban/def/"
SECTIONS = {
    "classes": "classes",
    "objectproperties": "object properties",
    "datatypeproperties": "data properties",
    "annotationproperties": "annotation properties",
}


def page(address: str) -> str:
    """Say how many of our terms are on the page that is made of an ontology."""
    with NamedTemporaryFile(suffix=".ttl") as file:
        file.write(requests.get(address, timeout=60).content)
        file.flush()
        html = OntPub(ontology=file.name).make_html()
    parts = re.split(r'<div class="section" id="(\w+)">', html)
    found = {name: part.count(OURS) for name, part in zip(parts[1::2], parts[2::2], strict=True)}
    return "a page with " + ", ".join(f"{found[name]} {called}" for name, called in SECTIONS.items())


if __name__ == "__main__":
    told("version", lambda: version("pylode"))
    told("/def.ttl", lambda: page(sys.argv[1] + "def.ttl"))
