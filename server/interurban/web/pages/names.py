"""What things are called, and values as a page shows them: in words, with a link where there is one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from interurban.collation import sort_key
from interurban.iris import PREFIXES
from interurban.messages import Language
from interurban.rdf.terms import TYPE
from interurban.web.model.site import COUNTRY, Site
from interurban.web.model.vocabulary import DEFAULT, LABELS, Kind, Term, name_of, prefixed
from interurban.web.pages.literals import Text, label_text, literal_text

_LAST = 1_000_000  # the place of properties for which the vocabulary gives none
_CODE = PREFIXES["skos"] + "notation"
_NAMED = 2  # how many things a composed name mentions


@dataclass(frozen=True)
class Source:
    """A named graph that says something on the page, with its number on it."""

    number: int
    title: Text
    href: str


@dataclass(frozen=True)
class Value:
    """Something a property has as its value.

    href: where to read on; outside: at somebody else's; standing: how it held on the day that is shown, "" if surely;
    attested: when else it did, if for that day it is unknown; disputed: where to read that sources disagree about it;
    anchor: the fragment by which the page's address leads here.
    """

    text: Text
    href: str | None = None
    outside: bool = False
    sources: tuple[Source, ...] = ()
    standing: str = ""
    attested: str = ""
    disputed: str | None = None
    anchor: str = ""


class Names:
    """The names of a site's things for readers of one language."""

    def __init__(self, site: Site, language: Language) -> None:
        self.site, self.language = site, language
        self._named: dict[ox.NamedNode, Text | None] = {}

    def label(self, node: ox.NamedNode | ox.BlankNode, besides: ox.NamedNode | None = None) -> Text:
        """Return what a thing is called: its label, else what it connects (but `besides`), else its name."""
        if isinstance(node, ox.BlankNode):
            return Text("…")
        if found := self._own_label(node):
            return found
        if short := prefixed(node.value):
            return Text(short)
        ours = self.site.base.path(node.value)
        if ours and (composed := self._composed_label(node, besides)):
            return Text(composed)
        name = ours.removeprefix("/id") if ours else node.value.partition("://")[2] or node.value
        return Text(name.strip("/") or node.value)

    def plural(self, kind: Kind) -> Text:
        """Return what the things of a list are called: as the class says that they share, else by its address."""
        if found := label_text(self.site.presentation.plural(kind), self.language):
            return found
        return self.label(ox.NamedNode(kind.shared)) if kind.shared else Text(kind.name)

    def _own_label(self, node: ox.NamedNode) -> Text | None:
        if node not in self._named:
            self._named[node] = self._find_label(node)
        return self._named[node]

    def _find_label(self, node: ox.NamedNode) -> Text | None:
        said = self.site.vocabulary.mention(node)
        for name in LABELS:
            literals = [t.object for t in said if t.predicate == name and isinstance(t.object, ox.Literal)]
            if found := label_text(literals, self.language):
                return found
        return None

    def _composed_label(self, node: ox.NamedNode, besides: ox.NamedNode | None) -> str | None:
        """Return a name for a thing that has none: its class, and the first things it names."""
        links: dict[ox.NamedNode, list[ox.NamedNode]] = defaultdict(list)
        for quad in self.site.store.quads_for_pattern(node, None, None, DEFAULT):
            if isinstance(quad.object, ox.NamedNode) and quad.object != besides:
                links[quad.predicate].append(quad.object)
        types = links.pop(TYPE, [])
        ends = [end for p in self.ordered(links) for end in sorted(links[p], key=str)]
        codes = [name_of(code) for code in self.site.vocabulary.values(node, _CODE)]
        names = [*codes, *(text.text for end in ends if (text := self._own_label(end)))][:_NAMED]
        classes = [self._own_label(ox.NamedNode(iri)) for iri in self.specific(types)]
        kind = next((text.text for text in classes if text), None)
        if besides and names:
            return ", ".join(names)
        return f"{kind}: {', '.join(names)}" if kind and names else kind

    def specific(self, types: Iterable[Term]) -> list[str]:
        """Return the most specific of `types` that have a name in words."""
        named = [t.value for t in types if isinstance(t, ox.NamedNode) and self._own_label(t)]
        return self.site.vocabulary.most_specific(named)

    def value(self, value: Term, sources: tuple[Source, ...] = (), besides: ox.NamedNode | None = None) -> Value:
        """Return a term as a page shows it: a thing by name with a link, a literal in the reader's words."""
        if isinstance(value, ox.Literal):
            return Value(literal_text(value, self.language), sources=sources)
        if not isinstance(value, ox.NamedNode):
            return Value(Text("…"), sources=sources)
        if (address := self.site.address(value.value)) is not None:
            # no fragment: what it names may stand on a page that is cut short
            return Value(self.label(value, besides), address.partition("#")[0], sources=sources)
        code = value.value.rpartition("/")[2]
        if self.site.countries.get(code) == value:
            return Value(self.label(value), f"/{COUNTRY}/{code}", sources=sources)
        # only what a browser may safely follow becomes a link: never javascript: or data:
        link = value.value if value.value.startswith(("http://", "https://")) else None
        return Value(self.label(value), link, outside=True, sources=sources)

    def ordered(self, properties: Iterable[ox.NamedNode]) -> list[ox.NamedNode]:
        """Return properties in the order of the vocabulary, those without a place by name after the others."""

        def place(p: ox.NamedNode) -> tuple[int, bytes, str]:
            return self.site.vocabulary.order.get(p.value, _LAST), sort_key(self.label(p).text), p.value

        return sorted(properties, key=place)
