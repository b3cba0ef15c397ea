"""The page /explore: Sparnatural, which builds questions from what the release says that one can ask.

Its files come from npm when the package is made. Without them, or for a release that does not say what one can ask, the
page says so, and leads to where one can ask as well.
"""

import base64
import re
from hashlib import sha256

import pyoxigraph as ox

from interurban.iris import PREFIXES
from interurban.messages import Language, catalogue
from interurban.pictures.maps import FEW
from interurban.release.pictures import are_places
from interurban.web.http.reader import Reader
from interurban.web.model.site import Site
from interurban.web.pages.templates import Templates

OFFERED = "views/explore.nt"  # ontology/views/explore.rq
FILES = ("vendor/sparnatural.min.css", "vendor/sparnatural.min.js")
# The styles that Sparnatural's script writes into the page, on elements and as sheets.
_STYLES = re.compile(r"""style=\\?(["'])(.*?)\\?\1""")
_SHEETS = re.compile(r"""<style (type="text/css")>(.*?)</style>""")
_WORD = "builder-word-"  # messages that begin so are Sparnatural's own words
_OURS = "web-explore-js-"  # and so those of the script around it
_PREFIXES = ("iu", "rdfs", "org", "skos", "foaf", "xsd")  # short names in the queries that it writes


def is_offered(site: Site) -> bool:
    """Return whether the release says what one can ask."""
    return OFFERED in site.release.manifest["files"]


def page(templates: Templates, reader: Reader) -> bytes:
    """Return the page for people."""
    words = {"words": _words(_WORD, reader.language), "ours": _words(_OURS, reader.language)}
    return templates.html(
        "explore.html",
        reader,
        offered=is_offered(templates.site) and all(file in templates.assets for file in FILES),
        knowledge=words | {"base": templates.site.base.iri, "located": _located(templates.site), "most": FEW},
        prefixes=" ".join(f"{prefix}:{PREFIXES[prefix]}" for prefix in _PREFIXES),
    )


def policy(templates: Templates) -> str:
    """Return what the page may do: run our scripts, talk to us, and have the styles that stand in Sparnatural's script.

    Each of these is allowed by its hash, since it stands in pieces of page that the script puts in (CSP 3, 6.7.3.3).
    """
    script = templates.assets.get(FILES[-1], b"").decode()
    styles, sheets = (
        " ".join(sorted({_hash(found[2]) for found in written.finditer(script)})) for written in (_STYLES, _SHEETS)
    )
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "connect-src 'self'",
            f"style-src 'self' {sheets}".rstrip(),
            f"style-src-attr 'unsafe-hashes' {styles}" if styles else "style-src-attr 'none'",
            "img-src 'self' data:",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def configuration(site: Site) -> bytes:
    """Return what one can ask, as Sparnatural reads it: SHACL in Turtle."""
    found = ox.parse(site.release.read(OFFERED), format=ox.RdfFormat.N_TRIPLES)
    return ox.serialize(found, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b""


def _located(site: Site) -> list[str]:
    """Return the kinds of things that a map can show."""
    return [table for table in site.pages.tables if are_places(site.pages.tables, table)]


def _words(prefix: str, language: Language) -> dict[str, str]:
    return {
        key.removeprefix(prefix): texts[language]["other"]
        for key, texts in catalogue().items()
        if key.startswith(prefix)
    }


def _hash(style: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(style.encode()).digest()).decode()}'"
