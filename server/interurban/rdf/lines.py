"""A dataset as the lines of its canonical N-Quads (RDFC-1.0), each triple once, with the graphs that have it.

Lines are what a dataset costs least in: native code writes and reads them, and their order is that of the bytes.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from itertools import chain, compress, groupby, islice

import pyoxigraph as ox

from interurban.iris import RDF, RDFS

Graph = ox.NamedNode | ox.DefaultGraph
Endings = tuple[bytes, ...]

_UNNAMED = b"_:"  # how a blank node begins
DEFAULT = b".\n"  # how the line of a quad goes on behind its object, in the default graph
_MANY = 20_000  # lines at a time
_QUOTE, _ANGLE = b'"<'
_TYPE, _LABEL = f"<{RDF}type>".encode(), f"<{RDFS}label>".encode()


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
        return Lines.packed((line, found[line]) for line in sorted(found))


@dataclass(frozen=True)
class Lines:
    """A dataset: the lines of its triples, up to the space before their dots, each with the endings of its quads.

    Both are in order. Lines lie together in long texts: each by itself takes twice the memory, and who only looks at
    it writes to its page, which every process that shares it then has a copy of.

    texts: some thousand lines, with the number of the endings of each. endings: by number, none if its lines are not
    in this dataset. counts: how many lines have them. unnamed: the lines that have blank nodes.
    """

    texts: Sequence[tuple[bytes, "array[int]"]]
    endings: Sequence[Endings]
    counts: Sequence[int]
    unnamed: Mapping[bytes, Endings]

    @classmethod
    def packed(cls, said: Iterable[tuple[bytes, Endings]]) -> "Lines":
        """Return a dataset of lines that are given in order."""
        texts, numbers, unnamed = [], dict[Endings, int](), dict[bytes, Endings]()
        counts, left = Counter[int](), iter(said)
        while part := list(islice(left, _MANY)):
            text = b"\n".join([line for line, _ in part])
            of = array("I", [numbers.setdefault(ends, len(numbers)) for _, ends in part])
            texts.append((text, of))
            counts.update(of)
            if _UNNAMED in text:  # maybe in no more than a text
                unnamed |= {line: ends for line, ends in part if _UNNAMED in line and _is_unnamed(line)}
        return cls(texts, list(numbers), [counts[number] for number in numbers.values()], unnamed)

    def __len__(self) -> int:
        """Return how many triples there are."""
        return sum(count for ends, count in zip(self.endings, self.counts, strict=True) if ends)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the triples."""
        return (line for line, _ in self.items())

    def items(self) -> Iterator[tuple[bytes, Endings]]:
        """Yield the triples with their endings."""
        for text, numbers in self.texts:
            ends = list(map(self.endings.__getitem__, numbers))
            yield from compress(zip(text.split(b"\n"), ends, strict=True), ends)

    def alone(self) -> "Lines":
        """Return the same with blank nodes named as if it were all."""
        new = _renamed(self.unnamed)
        if new == self.unnamed:
            return self
        named = ((line, ends) for line, ends in self.items() if line not in self.unnamed)
        return Lines.packed(merge(named, sorted(new.items())))

    def of(self, graph: Graph) -> "Lines":
        """Return one of its graphs, with blank nodes named as if it were all."""
        return self._by_graph.get(ending(graph), _NOTHING)

    def size(self, graph: Graph) -> int:
        """Return how many triples one of its graphs has."""
        end = ending(graph)
        return sum(count for ends, count in zip(self.endings, self.counts, strict=True) if end in ends)

    def only(self, triples: Iterable[bytes]) -> "Lines":
        """Return the quads of these triples."""
        chosen = set(triples)
        return Lines.packed((line, ends) for line, ends in self.items() if line in chosen).alone()

    def about(self, things: set[bytes]) -> "Lines":
        """Return the quads about things, and what the things are called that those mention."""
        places = self._places
        if len(chosen := places.keys() & things) == len(places):
            return self
        said = (line.split(b" ", 2)[2] for line, _ in self._at(places[thing] for thing in chosen))
        mentioned = places.keys() & {value[:-1] for value in said if value[0] != _QUOTE} - chosen
        called = self._at(places[thing] for thing in mentioned)
        every = merge(
            self._at(places[thing] for thing in chosen),
            ((line, ends) for line, ends in called if line.split(b" ", 2)[1] == _LABEL),
        )
        return Lines.packed(every).alone()

    def quads(self) -> Iterator[bytes]:
        """Yield the canonical N-Quads, some thousand lines at a time."""
        return joined(line + end for line, ends in self.items() for end in ends)

    @property
    def believed(self) -> "Lines":
        """The triples of the default graph, with blank nodes named as here."""
        return self.within(DEFAULT)

    @property
    def graphs(self) -> list[bytes]:
        """The endings of its quads, in order."""
        return sorted({end for ends, count in zip(self.endings, self.counts, strict=True) if count for end in ends})

    def within(self, end: bytes) -> "Lines":
        """Return the graph of an ending, with blank nodes named as here; it shares the texts."""
        chosen = [(end,) if end in ends else () for ends in self.endings]
        unnamed = {line: (end,) for line, ends in self.unnamed.items() if end in ends}
        return Lines(self.texts, chosen, self.counts, unnamed)

    @cached_property
    def _by_graph(self) -> dict[bytes, "Lines"]:
        """Ending -> the graph. What is said of sources lies together, as each of them is small beside all of it."""
        named = [tuple(end for end in ends if end != DEFAULT) for ends in self.endings]
        parts: dict[bytes, list[Lines]] = {end: [] for end in chain.from_iterable(named)}
        for text, numbers in self.texts:
            part: dict[bytes, list[bytes]] = {}
            for line, number in zip(text.split(b"\n"), numbers, strict=True):
                for end in named[number]:
                    part.setdefault(end, []).append(line)
            for end, lines in part.items():
                parts[end].append(Lines.packed((line, (end,)) for line in lines))
        found = {end: Lines.packed(chain.from_iterable(x.items() for x in of)) for end, of in parts.items()}
        return {end: lines.alone() for end, lines in found.items()} | {DEFAULT: self.believed.alone()}

    @cached_property
    def _places(self) -> dict[bytes, tuple[int, int]]:
        """Subject -> the numbers of the first line about it, and of the first that is not."""
        found, first = dict[bytes, tuple[int, int]](), 0
        for subject, about in groupby(line.partition(b" ")[0] for line in self):
            found[subject] = first, (first := first + sum(1 for _ in about))
        return found

    def _at(self, places: Iterable[tuple[int, int]]) -> Iterator[tuple[bytes, Endings]]:
        """Yield the lines at some places, in order."""
        here, lines, numbers = -1, list[bytes](), array("I")
        for first, last in sorted(places):
            for place in range(first, last):
                if here != place // _MANY:
                    here = place // _MANY
                    text, numbers = self.texts[here]
                    lines = text.split(b"\n")
                yield lines[place % _MANY], self.endings[numbers[place % _MANY]]


_NOTHING = Lines.packed(())


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


def _parsed(lines: Iterable[bytes]) -> Iterator[ox.Quad]:
    return chain.from_iterable(ox.parse(part, format=ox.RdfFormat.N_QUADS) for part in joined(lines))


def class_of(predicate: bytes, value: bytes) -> bytes:
    """Return the class that a statement says its subject is of, if it does and that has a name; b"" else."""
    return value[:-1] if predicate == _TYPE and value.startswith(b"<") and value[1] != _ANGLE else b""


def joined(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines some thousand at a time."""
    left = iter(lines)
    while part := b"".join(islice(left, _MANY)):
        yield part


def split(text: bytes) -> list[bytes]:
    """Return the lines of N-Triples; a line feed in a text is escaped, so it is nothing but the end of a line."""
    return text.split(DEFAULT)[:-1]
