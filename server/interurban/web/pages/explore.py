"""The page /explore: Sparnatural, which builds questions from what the release says that one can ask.

Its files come from npm when the package is made. Without them, or for a release that does not say what one can ask, the
page says so, and leads to where one can ask as well.
"""

import json

import pyoxigraph as ox

from interurban.iris import PREFIXES
from interurban.messages import catalogue, say
from interurban.web.http.reader import Reader
from interurban.web.model.site import Site
from interurban.web.pages.templates import Templates

OFFERED = "views/explore.nt"  # ontology/views/explore.rq
FILES = ("vendor/sparnatural.min.css", "vendor/sparnatural.min.js")
# The page may run our scripts and talk to us. Sparnatural writes pieces of page that have styles in them.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
_WORD = "builder-word-"  # messages that begin so are Sparnatural's own words
_OURS = "web-explore-js-"  # and so those of the script around it
_PREFIXES = ("iu", "rdfs", "org", "skos", "foaf", "xsd")  # short names in the queries that it writes


def is_offered(site: Site) -> bool:
    """Return whether the release says what one can ask."""
    return OFFERED in site.release.manifest["files"]


def page(templates: Templates, reader: Reader) -> bytes:
    """Return the page for people."""
    words = {key.removeprefix(_WORD): texts[reader.language] for key, texts in catalogue().items() if key.startswith(_WORD)}
    ours = {key.removeprefix(_OURS): texts[reader.language] for key, texts in catalogue().items() if key.startswith(_OURS)}
    return templates.html(
        "explore.html",
        reader,
        offered=is_offered(templates.site) and all(file in templates.assets for file in FILES),
        knowledge={"words": words, "ours": ours, "base": templates.site.base.iri},
        prefixes=" ".join(f"{prefix}:{PREFIXES[prefix]}" for prefix in _PREFIXES),
    )


def configuration(site: Site) -> bytes:
    """Return what one can ask, as Sparnatural reads it: SHACL in Turtle."""
    found = ox.parse(site.release.read(OFFERED), format=ox.RdfFormat.N_TRIPLES)
    return ox.serialize(found, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b""
