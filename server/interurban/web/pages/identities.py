"""Identities in words: which thing elsewhere is the same or near, how surely, and what speaks for it."""

from dataclasses import dataclass

import pyoxigraph as ox

from interurban.messages import catalogue, say
from interurban.web.model.site import Site
from interurban.web.pages.literals import Text, literal_text
from interurban.web.pages.names import Names, Value

_DECIMAL = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")


@dataclass(frozen=True)
class Identity:
    """A mapping on the page. found: how; by: the program or person, "" if nobody is named; evidence: in English."""

    item: Value
    relation: Text
    confidence: Text
    found: str
    by: str
    evidence: str


def identities(site: Site, names: Names, thing: ox.NamedNode) -> list[Identity]:
    """Return those of a thing, the surest first."""
    mappings = sorted(site.mappings.of(thing.value), key=lambda mapping: (-mapping.confidence, mapping.item))
    return [
        Identity(
            names.value(ox.NamedNode(mapping.item)),
            names.label(ox.NamedNode(mapping.predicate)),
            literal_text(
                ox.Literal(f"{mapping.confidence:.3f}".rstrip("0").rstrip("."), datatype=_DECIMAL), names.language
            ),
            _found(mapping.justification, names),
            mapping.person or mapping.tool,
            mapping.evidence,
        )
        for mapping in mappings
    ]


def _found(justification: str, names: Names) -> str:
    """Return how a mapping was found, in words where there are any."""
    key = f"web-justification-{justification}"
    return say(key).text(names.language) if key in catalogue() else justification
