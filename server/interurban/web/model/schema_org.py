"""Which classes of schema.org the things of a release are in, by the alignments of its vocabulary."""

import pyoxigraph as ox

from interurban.iris import PREFIXES, SKOS
from interurban.rdf.jsonld import Node
from interurban.rdf.terms import TYPE
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import DEFAULT, Term

SCHEMA = PREFIXES["schema"]
_MATCH = ox.NamedNode(SKOS + "closeMatch")


class SchemaOrg:
    """The classes of one site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.matches: dict[Term, str] = {
            quad.subject: quad.object.value
            for quad in site.store.quads_for_pattern(None, _MATCH, None, DEFAULT)
            if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(SCHEMA)
        }

    def classes(self, node: Node, store: ox.Store | None = None) -> list[str]:
        """Return the classes of schema.org that a thing is in; where it is in none, those that come close.

        store: what tells of the thing; None: the release.
        """
        types = [quad.object for quad in (store or self.site.store).quads_for_pattern(node, TYPE, None, DEFAULT)]
        theirs = [t.value for t in types if isinstance(t, ox.NamedNode) and t.value.startswith(SCHEMA)]
        close = sorted({self.matches[t] for t in types if t in self.matches})
        return self.site.vocabulary.most_specific(theirs) or close
