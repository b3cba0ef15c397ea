"""A dataset as the lines of its canonical N-Quads (RDFC-1.0), each triple once, with the graphs that have it.

Lines are what a dataset costs least in: native code writes and reads them, and their order is that of the bytes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby, islice
from operator import itemgetter

import pyoxigraph as ox

from interurban.iris import RDF, RDFS, XSD

Graph = ox.NamedNode | ox.DefaultGraph
Endings = tuple[bytes, ...]

DEFAULT = b".\n"  # how the line of a quad goes on behind its object, in the default graph
_MANY = 20_000  # lines at a time
_QUOTE, _ANGLE = b'"<'
_TYPE, _LABEL = f"<{RDF}type>".encode(), f"<{RDFS}label>".encode()
_DAYS = {f"^^<{XSD}{name}>".encode() for name in ("date", "gYearMonth", "gYear")}


def ending(graph: Graph) -> bytes:
    """Return how the line of a quad in that graph goes on behind the space after its object."""
    return DEFAULT if isinstance(graph, ox.DefaultGraph) else f"{graph} .\n".encode()


@dataclass(frozen=True)
class Lines:
    """A dataset. graphs: line of a triple, up to the space before its dot -> endings of its quads; all in order."""

    graphs: dict[bytes, Endings]

    @classmethod
    def written(cls, graphs: Iterable[tuple[Graph, Iterable[ox.Triple]]]) -> "Lines":
        """Return the dataset of these graphs; blank nodes of the same name are the same in all of them."""
        found: dict[bytes, Endings] = {}
        longer: dict[tuple[Endings, bytes], Endings] = {}  # so that as many tuples are kept as differ
        for end, said in sorted(((ending(name), said) for name, said in graphs), key=itemgetter(0)):
            alone = (end,)
            for line in _written(said):
                before = found.get(line)
                if before is None:
                    found[line] = alone
                elif before[-1] != end:
                    found[line] = longer.setdefault((before, end), (*before, end))
        return cls(found).canonical()

    def canonical(self) -> "Lines":
        """Return the dataset with its lines in order, and blank nodes named by RDFC-1.0.

        The names depend on nothing but the quads that have blank nodes.
        """
        graphs, unnamed = self.graphs, self._unnamed()
        if unnamed.graphs:
            quads = ox.Dataset(unnamed._parsed())
            quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
            graphs = {line: ends for line, ends in graphs.items() if line not in unnamed.graphs}
            for end, line in sorted((ending(q.graph_name), f"{q.triple} ".encode()) for q in quads):
                graphs[line] = (*graphs.get(line, ()), end)
        return Lines({line: graphs[line] for line in sorted(graphs)})

    def of(self, graph: Graph) -> "Lines":
        """Return one of its graphs."""
        end = ending(graph)
        return Lines(dict.fromkeys(self.by_graph.get(end, ()), (end,))).canonical()

    def only(self, triples: Iterable[bytes]) -> "Lines":
        """Return the quads of these triples."""
        chosen = self.graphs.keys() & set(triples)
        return self if len(chosen) == len(self.graphs) else Lines({k: self.graphs[k] for k in chosen}).canonical()

    def about(self, things: set[bytes]) -> "Lines":
        """Return the quads about things, and what the things are called that those mention."""
        every = self._about
        if len(chosen := every.keys() & things) == len(every):
            return self
        found = list(chain.from_iterable(every[thing] for thing in chosen))
        mentioned = {value[:-1] for _, _, value in (line.split(b" ", 2) for line in found) if value[0] != _QUOTE}
        named = chain.from_iterable(every.get(thing, ()) for thing in mentioned - chosen)
        return self.only([*found, *(line for line in named if line.split(b" ", 2)[1] == _LABEL)])

    def quads(self) -> Iterator[bytes]:
        """Yield the canonical N-Quads, some thousand lines at a time."""
        return joined(line + end for line, ends in self.graphs.items() for end in ends)

    @cached_property
    def believed(self) -> list[bytes]:
        """The triples of the default graph."""
        return [line for line, ends in self.graphs.items() if ends[0] == DEFAULT]

    @cached_property
    def by_graph(self) -> dict[bytes, list[bytes]]:
        """Ending -> the triples of that graph."""
        found: dict[bytes, list[bytes]] = {}
        for line, ends in self.graphs.items():
            for end in ends:
                found.setdefault(end, []).append(line)
        return dict(sorted(found.items()))

    def store(self) -> ox.Store:
        """Return the dataset as a store in memory, where blank nodes have the same names."""
        store, unnamed = ox.Store(), self._unnamed()
        named = ((line, ends) for line, ends in self.graphs.items() if line not in unnamed.graphs)
        for part in joined(line + end for line, ends in named for end in ends):
            store.load(part, format=ox.RdfFormat.N_QUADS, lenient=True)  # they were read before
        store.extend(unnamed._parsed())
        return store

    def _unnamed(self) -> "Lines":
        """Return the quads that have blank nodes, and some that seem to have."""
        return Lines({line: ends for line, ends in self.graphs.items() if b"_:" in line})

    def _parsed(self) -> Iterator[ox.Quad]:
        return chain.from_iterable(ox.parse(part, format=ox.RdfFormat.N_QUADS) for part in self.quads())

    @cached_property
    def _about(self) -> dict[bytes, list[bytes]]:
        """Subject -> the triples about it."""
        return grouped(self.graphs)


def class_of(predicate: bytes, value: bytes) -> bytes:
    """Return the class that a statement says its subject is of, if it does and that has a name; b"" else."""
    return value[:-1] if predicate == _TYPE and value.startswith(b"<") and value[1] != _ANGLE else b""


def in_order(triples: Iterable[bytes]) -> list[bytes]:
    """Return triples in canonical order, their blank nodes named as if they were the whole dataset."""
    return list(Lines(dict.fromkeys(triples, (DEFAULT,))).canonical().graphs)


def grouped(lines: Iterable[bytes]) -> dict[bytes, list[bytes]]:
    """Return subject -> triples, of triples in order."""
    return {subject: list(about) for subject, about in groupby(lines, key=lambda line: line.partition(b" ")[0])}


def joined(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines some thousand at a time."""
    left = iter(lines)
    while part := b"".join(islice(left, _MANY)):
        yield part


def _written(found: Iterable[ox.Triple]) -> Iterator[bytes]:
    """Yield the lines of triples; a line feed in a text is escaped, so it is nothing but the end of a line."""
    left = iter(found)
    while part := list(islice(left, _MANY)):
        yield from (ox.serialize(part, format=ox.RdfFormat.N_TRIPLES) or b"").split(DEFAULT)[:-1]


@dataclass
class Contents:
    """What is in lines of triples, each once.

    things: subjects, and the objects that are no literals; days: property and value; kinds: property and what stands
    behind the text of a literal, "<" for things, their name for classes.
    """

    things: set[bytes]
    days: set[tuple[bytes, bytes]]
    kinds: set[tuple[bytes, bytes]]

    @classmethod
    def of(cls, lines: Iterable[bytes]) -> "Contents":
        """Return what is in these."""
        things, days, kinds = set[bytes](), set[tuple[bytes, bytes]](), set[tuple[bytes, bytes]]()
        for line in lines:
            subject, predicate, value = line.split(b" ", 2)
            things.add(subject)
            if value[0] != _QUOTE:
                things.add(value[:-1])
                kinds.add((predicate, class_of(predicate, value) or b"<"))
                continue
            end = value[value.rindex(b'"') + 1 : -1]
            kinds.add((predicate, end))
            if end in _DAYS:
                days.add((predicate, value[:-1]))
        return cls(things, days, kinds)

    @property
    def schemes(self) -> set[str]:
        """The schemes of all IRIs."""
        found = {iri for predicate, end in self.kinds for iri in (predicate, end.removeprefix(b"^^"))}
        return {iri[1:].partition(b":")[0].decode() for iri in found | self.things if iri[:1] == b"<"}
