"""Which things elsewhere a thing is: why that is so and how surely, and which things are still to be found.

A statement of the graph says that two things are the same; what speaks for it stands in the release's file of mappings.
In RDF a document has it as an annotation of that statement (OWL 2 Mapping to RDF Graphs, 2.2) in the terms of SSSOM.
"""

from collections import defaultdict
from hashlib import sha256

import pyoxigraph as ox

from interurban.iris import IU, OWL, PREFIXES, RDFS
from interurban.rdf.jsonld import Node
from interurban.rdf.terms import TYPE
from interurban.release.mappings import Mapping
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import DEFAULT

_SSSOM = PREFIXES["sssom"]
_STATUS, _UNRESOLVED = ox.NamedNode(IU + "linkStatus"), ox.NamedNode(IU + "link-status/unresolved")
_COUNTRY = ox.NamedNode(IU + "country")


def annotations(site: Site, thing: ox.NamedNode) -> dict[Node, list[ox.Triple]]:
    """Return what is said of a thing's mappings, as groups of a document."""
    return {node: said for mapping in site.mappings.of(thing.value) for node, said in [_annotation(thing, mapping)]}


def unresolved(site: Site) -> dict[ox.NamedNode | None, list[ox.NamedNode]]:
    """Return country -> things that are still to be found elsewhere, in order of IRI; None: of no country."""
    store = site.store
    countries = {q.subject: q.object for q in store.quads_for_pattern(None, _COUNTRY, None, DEFAULT)}
    found: dict[ox.NamedNode | None, list[ox.NamedNode]] = defaultdict(list)
    for quad in store.quads_for_pattern(None, _STATUS, _UNRESOLVED, DEFAULT):
        country = countries.get(quad.subject)
        if isinstance(quad.subject, ox.NamedNode):
            found[country if isinstance(country, ox.NamedNode) else None].append(quad.subject)
    return {country: sorted(things, key=str) for country, things in found.items()}


def _annotation(thing: ox.NamedNode, mapping: Mapping) -> tuple[ox.NamedNode, list[ox.Triple]]:
    name = sha256(f"{mapping.predicate} {mapping.item}".encode()).hexdigest()[:12]
    node = ox.NamedNode(f"{thing.value}#mapping-{name}")
    said: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        (TYPE.value, ox.NamedNode(OWL + "Axiom")),
        (OWL + "annotatedSource", thing),
        (OWL + "annotatedProperty", ox.NamedNode(mapping.predicate)),
        (OWL + "annotatedTarget", ox.NamedNode(mapping.item)),
        (_SSSOM + "mapping_justification", ox.NamedNode(PREFIXES["semapv"] + mapping.justification)),
        (_SSSOM + "confidence", ox.Literal(mapping.confidence)),
    ]
    texts = {
        _SSSOM + "mapping_tool": mapping.tool,
        _SSSOM + "author_label": mapping.person,
        RDFS + "comment": mapping.evidence,
    }
    said += [(name, ox.Literal(text)) for name, text in texts.items() if text]
    return node, [ox.Triple(node, ox.NamedNode(name), value) for name, value in said]
