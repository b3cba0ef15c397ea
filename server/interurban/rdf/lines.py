"""A dataset as the lines of its canonical N-Quads (RDFC-1.0), each triple once, with the graphs that have it.

Lines are what a dataset costs least in: native code writes and reads them, and their order is that of the bytes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby, islice

import pyoxigraph as ox

from interurban.iris import RDF, RDFS, XSD

Graph = ox.NamedNode | ox.DefaultGraph
Endings = tuple[bytes, ...]

_UNNAMED = b"_:"  # how a blank node begins
DEFAULT = b".\n"  # how the line of a quad goes on behind its object, in the default graph
_MANY = 20_000  # lines at a time
_QUOTE, _ANGLE = b'"<'
_TYPE, _LABEL = f"<{RDF}type>".encode(), f"<{RDFS}label>".encode()
_DAYS = tuple(f'"^^<{XSD}{name}> '.encode() for name in ("date", "gYearMonth", "gYear"))


def ending(graph: Graph) -> bytes:
    """Return how the line of a quad in that graph goes on behind the space after its object."""
    return DEFAULT if isinstance(graph, ox.DefaultGraph) else f"{graph} .\n".encode()


class Gathering:
    """A dataset as it grows: a store, to be asked meanwhile, and the lines of the same quads.

    Blank nodes of the same name are the same in all its graphs.
    """

    def __init__(self) -> None:
        self.store = ox.Store()
        self._found: dict[bytes, Endings] = {}
        self._longer: dict[tuple[Endings, bytes], Endings] = {}  # so that as many tuples are kept as differ

    def put(self, graph: Graph, said: Iterable[ox.Triple]) -> None:
        """Let a graph say this."""
        left, lines = iter(said), list[bytes]()
        while part := list(islice(left, _MANY)):
            lines += split(ox.serialize(part, format=ox.RdfFormat.N_TRIPLES) or b"")
        self.put_lines(graph, lines)

    def put_lines(self, graph: Graph, lines: Iterable[bytes]) -> None:
        """Do the same with lines of triples.

        They are put in order: a store that has together what is said of a thing is asked in two thirds of the time.
        """
        left = iter(sorted(lines))
        while part := list(islice(left, _MANY)):
            self._put(graph, part)

    def new(self, graph: Graph, lines: Iterable[bytes]) -> list[bytes]:
        """Return which of these lines of triples a graph does not say, each once."""
        end = ending(graph)
        return [line for line in dict.fromkeys(lines) if end not in self._found.get(line, ())]

    def _put(self, graph: Graph, lines: Sequence[bytes]) -> None:
        text = b"".join(line + DEFAULT for line in lines)
        if _UNNAMED in text:  # maybe in no more than a text; the nodes would get new names by loading
            triples = ox.parse(text, format=ox.RdfFormat.N_TRIPLES, lenient=True)
            self.store.extend(ox.Quad(q.subject, q.predicate, q.object, graph) for q in triples)
        else:
            self.store.load(text, format=ox.RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)  # they were read before
        end, found = ending(graph), self._found
        alone = (end,)
        for line in lines:
            before = found.setdefault(line, alone)
            if end not in before:
                if not (longer := self._longer.get((before, end))):
                    longer = self._longer[before, end] = tuple(sorted((*before, end)))
                found[line] = longer

    def lines(self) -> "Lines":
        """Return the lines of all that it has, whose blank nodes are named as in RDFC-1.0 here and in the store."""
        found, self._found = self._found, {}
        unnamed = [line for line in found if _UNNAMED in line and _is_unnamed(line)]
        old = {line: found.pop(line) for line in unnamed}
        new = _renamed(old)
        for quad in _parsed(line + end for line, ends in old.items() for end in ends):
            self.store.remove(quad)
        self.store.extend(_parsed(line + end for line, ends in new.items() for end in ends))
        found |= new
        order = sorted(found)
        graphs = zip(_side_by_side(order), map(found.__getitem__, order), strict=True)
        return Lines(dict(graphs), frozenset(new))


@dataclass(frozen=True)
class Lines:
    """A dataset. graphs: line of a triple, up to the space before its dot -> endings of its quads; all in order.

    unnamed: the lines that have blank nodes.
    """

    graphs: dict[bytes, Endings]
    unnamed: frozenset[bytes] = frozenset()

    def part(self, graphs: dict[bytes, Endings]) -> "Lines":
        """Return a part of the dataset, given in order, with blank nodes named as if it were all."""
        old = {line: graphs[line] for line in self.unnamed if line in graphs}
        new = _renamed(old)
        if new != old:
            graphs = {line: ends for line, ends in graphs.items() if line not in old} | new
            graphs = {line: graphs[line] for line in sorted(graphs)}
        return Lines(graphs, frozenset(new))

    def alone(self, triples: Sequence[bytes]) -> Sequence[bytes]:
        """Return some of its triples, given in order, with blank nodes named as if they were the whole dataset."""
        unnamed = dict.fromkeys(self.unnamed.intersection(triples), (DEFAULT,))
        found = _renamed(unnamed)
        return triples if found == unnamed else sorted({*triples} - unnamed.keys() | found.keys())

    def of(self, graph: Graph) -> "Lines":
        """Return one of its graphs."""
        end = ending(graph)
        return self.part(dict.fromkeys(self.by_graph.get(end, ()), (end,)))

    def only(self, triples: Iterable[bytes]) -> "Lines":
        """Return the quads of these triples."""
        chosen = set(triples)
        return self.part({line: ends for line, ends in self.graphs.items() if line in chosen})

    def about(self, things: set[bytes]) -> "Lines":
        """Return the quads about things, and what the things are called that those mention."""
        every = self._about
        if len(chosen := every.keys() & things) == len(every):
            return self
        said = (line.split(b" ", 2)[2] for thing in chosen for line in every[thing])
        mentioned = {value[:-1] for value in said if value[0] != _QUOTE} - chosen
        found: list[bytes] = []
        for thing, lines in every.items():
            if thing in chosen:
                found += lines
            elif thing in mentioned:
                found += (line for line in lines if line.split(b" ", 2)[1] == _LABEL)
        return self.part({line: self.graphs[line] for line in found})

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

    @cached_property
    def _about(self) -> dict[bytes, list[bytes]]:
        """Subject -> the triples about it."""
        return grouped(self.graphs)


def _renamed(unnamed: Mapping[bytes, Endings]) -> dict[bytes, Endings]:
    """Return lines with their blank nodes named by RDFC-1.0, which looks at nothing but the quads that have some."""
    found: dict[bytes, Endings] = {}
    if unnamed:
        quads = ox.Dataset(_parsed(line + end for line, ends in unnamed.items() for end in ends))
        quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        for end, line in sorted((ending(q.graph_name), f"{q.triple} ".encode()) for q in quads):
            found[line] = (*found.get(line, ()), end)
    return found


def _is_unnamed(line: bytes) -> bool:
    """Whether a triple has a blank node, or another triple, which may have one."""
    subject, _, value = line.split(b" ", 2)
    return subject.startswith(_UNNAMED) or value.startswith((_UNNAMED, b"<<"))


def _side_by_side(lines: list[bytes]) -> Iterator[bytes]:
    """Yield the same lines, lying in memory as they follow each other: going through them is twice as fast then."""
    left = iter(lines)
    while part := list(islice(left, _MANY)):
        yield from b"\n".join(part).split(b"\n")


def _parsed(lines: Iterable[bytes]) -> Iterator[ox.Quad]:
    return chain.from_iterable(ox.parse(part, format=ox.RdfFormat.N_QUADS) for part in joined(lines))


def class_of(predicate: bytes, value: bytes) -> bytes:
    """Return the class that a statement says its subject is of, if it does and that has a name; b"" else."""
    return value[:-1] if predicate == _TYPE and value.startswith(b"<") and value[1] != _ANGLE else b""


def grouped(lines: Iterable[bytes]) -> dict[bytes, list[bytes]]:
    """Return subject -> triples, of triples in order."""
    return {subject: list(about) for subject, about in groupby(lines, key=lambda line: line.partition(b" ")[0])}


def joined(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines some thousand at a time."""
    left = iter(lines)
    while part := b"".join(islice(left, _MANY)):
        yield part


def split(text: bytes) -> list[bytes]:
    """Return the lines of N-Triples; a line feed in a text is escaped, so it is nothing but the end of a line."""
    return text.split(DEFAULT)[:-1]


def days_and_things(lines: Iterable[bytes]) -> tuple[set[tuple[bytes, bytes]], set[bytes]]:
    """Return what triples name, each once: the days, with their properties, and the things."""
    days, things = set[tuple[bytes, bytes]](), set[bytes]()
    for line in lines:
        subject, predicate, value = line.split(b" ", 2)
        things.add(subject)
        if value[0] != _QUOTE:
            things.add(value[:-1])
        elif value.endswith(_DAYS):
            days.add((predicate, value[:-1]))
    return days, things


@dataclass
class Contents:
    """What is in lines of triples, each once.

    kinds: property and what stands behind the text of a literal, "<" for things, their name for classes; schemes: those
    of all IRIs.
    """

    kinds: set[tuple[bytes, bytes]]
    schemes: set[str]

    @classmethod
    def of(cls, lines: Iterable[bytes]) -> "Contents":
        """Return what is in these."""
        things, kinds = set[bytes](), set[tuple[bytes, bytes]]()
        for line in lines:
            subject, predicate, value = line.split(b" ", 2)
            things.add(subject)
            if value[0] == _QUOTE:
                kinds.add((predicate, value[value.rindex(b'"') + 1 : -1]))
            else:
                things.add(value[:-1])
                kinds.add((predicate, class_of(predicate, value) or b"<"))
        named = {iri for predicate, end in kinds for iri in (predicate, end.removeprefix(b"^^"))} | things
        return cls(kinds, {iri[1:].partition(b":")[0].decode() for iri in named if iri[:1] == b"<"})
