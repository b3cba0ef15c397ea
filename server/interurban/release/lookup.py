"""A dataset in canonical N-Quads, asked for statements where it lies: on the disk, by an index that is made once.

What asks it holds nothing of it in memory, so it can answer before a store is loaded, and many processes can without
each having a copy. The index says where lines begin by what is in them: subjects, in all graphs; in the default graph
objects that are no literals, by themselves and with their property; properties and graphs with few statements. An entry
has 64 bits, little-endian: 24 of a checksum, which leads to few lines too many, and 40 of where a line begins. The
entries are in order.
"""

import mmap
import os
import weakref
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from zlib import crc32

import pyoxigraph as ox

from interurban.rdf.terms import GraphName, Subject, Term
from interurban.release.differences import HELD, forget, mapped
from interurban.release.folder import DATASET, INDEX, LISTS, Release
from interurban.release.lists import LITERALS, Lists, LongList, Said, little_endian

_SUBJECT, _OBJECT, _SAID, _PREDICATE, _GRAPH = range(5)  # what a term is in a line; _SAID: property and object
_MANY = 8  # added to a role: too many lines have the term there; this is the first
_FEW = 100_000  # lines; of a property or graph with more, each is not worth an entry
_PLACE = 40  # bits
_MASK = (1 << _PLACE) - 1
_QUOTE = ord('"')
_DEFAULT = ox.DefaultGraph()
_LINE, _ABOUT = 512, 8192  # bytes that most lines, and most of what is said of a thing, are shorter than
_REMEMBERED = 512  # things of which what is said is
_AT_A_TIME = 1 << 22  # bytes
_Statements = dict[ox.NamedNode, list[ox.Quad]]  # property -> statements
_LOOKS = 1000  # here and there, for each of which the system maps some pages


class DatasetFile:
    """The statements of a release; can be asked as a store can, but not in SPARQL. Blank nodes have lasting names."""

    def __init__(self, release: Release) -> None:
        """Open it; ReleaseFileError if its files are not as they were published."""
        self._release = release
        self._open()
        files = release.manifest["files"]
        if INDEX in files:
            entries = little_endian(array("Q", release.read(INDEX)))
            self._lists = Lists.read(release.read(LISTS)) if LISTS in files else Lists({})  # before there were lists
        else:  # it was published before there were any
            with release.open(DATASET) as file, mapped(file) as lines:
                entries, self._lists = index(lines)
        self._entries = memoryview(entries)
        self._about = lru_cache(_REMEMBERED)(self._read_about)

    def quads_for_pattern(
        self,
        subject: Subject | None,
        predicate: ox.NamedNode | None,
        object: Term | None,  # noqa: A002 - as the store has it
        graph_name: GraphName | None = None,
    ) -> Iterator[ox.Quad]:
        """Yield the statements that fit a pattern, in canonical order; None fits everything.

        Raises ReleaseFileError if the dataset is no longer as it was published.
        """
        if subject is not None:
            every, believed = self._about(subject)
            said = believed if graph_name == _DEFAULT else every
            quads: Iterable[ox.Quad] = said.get(predicate, ()) if predicate else chain.from_iterable(said.values())
            if object is not None:
                quads = (quad for quad in quads if quad.object == object)
            if said is every and graph_name is not None:
                quads = (quad for quad in quads if quad.graph_name == graph_name)
            yield from quads
            return
        lines = b"".join(self._candidates(predicate, object, graph_name))
        for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS, lenient=True):
            if (
                (graph_name is None or quad.graph_name == graph_name)
                and (predicate is None or quad.predicate == predicate)
                and (object is None or quad.object == object)
            ):
                yield quad

    def pointing(self, value: ox.NamedNode) -> tuple[dict[ox.NamedNode, LongList], Iterator[ox.Quad]]:
        """Return what points to a thing in the default graph: the long lists by property, and the other statements."""
        lines = b"".join(self._lines(_OBJECT, f"{value}".encode()))
        quads = ox.parse(lines, format=ox.RdfFormat.N_QUADS, lenient=True)
        others = (quad for quad in quads if quad.object == value and quad.graph_name == _DEFAULT)
        return self._lists.of(value, self._subjects), others

    def pointing_count(self, value: ox.NamedNode) -> int:
        """Return how many statements of the default graph point to a thing, or a few more."""
        return len(self._places(_OBJECT, f"{value}".encode())) + self._lists.count(value.value)

    def contains_named_graph(self, graph_name: ox.NamedNode) -> bool:
        """Return whether anything is said in a graph."""
        end = f" {graph_name} .\n".encode()
        roles = (_GRAPH, _GRAPH + _MANY)
        return any(line.endswith(end) for role in roles for line in self._lines(role, f"{graph_name}".encode()))

    def _candidates(
        self,
        predicate: ox.NamedNode | None,
        value: Term | None,
        graph: GraphName | None,
    ) -> Iterable[bytes]:
        """Return lines among which all are that fit."""
        if graph == _DEFAULT and isinstance(value, ox.NamedNode | ox.BlankNode):
            said = (_SAID, f"{predicate} {value}") if predicate is not None else (_OBJECT, f"{value}")
            listed = self._lists.places(value.value, predicate and predicate.value)
            return [*map(self._line, listed), *self._lines(said[0], said[1].encode())]
        role, term = (_PREDICATE, predicate) if graph == _DEFAULT else (_GRAPH, graph)
        if term is None:
            return self._every(b"")
        name = f"{term}".encode()
        if found := self._lines(role, name):
            return found
        if not self._lines(role + _MANY, name):
            return ()
        return self._every(b" " + name + (b" " if role == _PREDICATE else b" .\n"))

    def _lines(self, role: int, term: bytes) -> list[bytes]:
        """Return the lines that have a term, and perhaps some others."""
        return [self._line(place) for place in self._places(role, term)]

    def _line(self, place: int) -> bytes:
        size = _LINE
        while (end := (line := os.pread(self._file, size, place)).find(b"\n")) < 0 and len(line) == size:
            size *= 8
        return line[: end + 1]

    def _subjects(self, places: Sequence[int]) -> list[ox.NamedNode]:
        """Return the things that lines are about."""
        self._still_there()
        return [ox.NamedNode(line[1 : line.index(b">")].decode()) for line in map(self._line, places)]

    def _read_about(self, subject: Subject) -> tuple[_Statements, _Statements]:
        """Return what is said of a thing, in order, and what of it in the default graph."""
        every, believed = _Statements(), _Statements()
        for quad in ox.parse(self._lines_about(f"{subject}".encode()), format=ox.RdfFormat.N_QUADS, lenient=True):
            every.setdefault(predicate := quad.predicate, []).append(quad)
            if quad.graph_name == _DEFAULT:
                believed.setdefault(predicate, []).append(quad)
        return every, believed

    def _lines_about(self, subject: bytes) -> bytes:
        begins = subject + b" "
        for place in self._places(_SUBJECT, subject):
            size = _ABOUT
            while (part := os.pread(self._file, size, place)).startswith(begins):
                last = part.rfind(b"\n", 0, max(part.rfind(b"\n"), 0)) + 1  # where the last whole line begins
                if len(part) < size or not part.startswith(begins, last):
                    return _beginning(part, begins)
                size *= 4
        return b""

    def _places(self, role: int, term: bytes) -> list[int]:
        """Return where lines begin that may have a term."""
        self._still_there()
        key = _key(term, role)
        first = bisect_left(self._entries, key)
        last = bisect_left(self._entries, key + _MASK + 1, first)
        return [entry & _MASK for entry in self._entries[first:last]]

    def _every(self, part: bytes) -> Iterator[bytes]:
        """Yield the lines that have this in them, of all that there are."""
        self._still_there()
        place, rest = 0, b""
        while block := os.pread(self._file, _AT_A_TIME, place):
            place += len(block)
            block, end, rest = (rest + block).rpartition(b"\n")
            if part.rstrip() in block:
                every = (line + b"\n" for line in (block + end).split(b"\n")[:-1])
                yield from (line for line in every if part in line)

    def _open(self) -> None:
        with self._release.open(DATASET) as file:
            self._file = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._file)  # one that was replaced others may be reading
        self._state = _state(self._file)

    def _still_there(self) -> None:
        """Look whether the file was touched; if so it has to have its sum."""
        if _state(self._file) != self._state:
            self._open()


def index(dataset: bytes | mmap.mmap) -> tuple["array[int]", Lists]:
    """Return the index of a dataset in canonical N-Quads, as this machine has such numbers, and its long lists.

    What is in the lists is not in the index.
    """
    found, subject, place, start, forgotten = array("Q"), b"", 0, 0, 0
    some: dict[tuple[int, bytes], array[int]] = {}
    links: dict[bytes, array[int]] = {}
    literals: dict[str, list[tuple[str, str]]] = defaultdict(list)
    while start < len(dataset):
        block = dataset[start : start + _AT_A_TIME]
        block = block[: block.rfind(b"\n") + 1] or bytes(dataset[start : dataset.find(b"\n", start) + 1])
        start += len(block)
        if start > forgotten + HELD:
            forget(dataset, start)
            forgotten = start
        for line in block.split(b"\n")[:-1]:
            about, predicate, rest = line.split(b" ", 2)
            if about != subject:
                subject = about
                found.append(_key(about, _SUBJECT) | place)
            literal = rest[0] == _QUOTE
            value, *graph, _ = rest[rest.rindex(b'"') if literal else 0 :].split(b" ")
            if not graph and not literal:
                said = predicate + b" " + value
                places = links.get(said)
                if places is None:
                    places = links[said] = array("Q")
                places.append(place)
            elif literal and predicate in LITERALS and not graph:
                literals[LITERALS[predicate]].append((about.decode().strip("<>"), rest[1 : rest.rindex(b'"')].decode()))
            with_it = (_GRAPH, graph[0]) if graph else (_PREDICATE, predicate)
            places = some.get(with_it)
            if places is None:
                places = some[with_it] = array("Q")
            if len(places) <= _FEW:
                places.append(place)
            place += len(line) + 1
    lists = Said(links, _subjects(dataset), literals).lists()
    literals.clear()
    found.extend(_entries(links, lists, some))
    links.clear()  # before there are as many numbers again
    return array("Q", sorted(found)), lists


def _subjects(dataset: bytes | mmap.mmap) -> Callable[[int], str]:
    """Return what tells the subject of the line that begins somewhere."""
    looked = 0

    def subject(at: int) -> str:
        nonlocal looked
        looked += 1
        if not looked % _LOOKS:
            forget(dataset, len(dataset))
        return bytes(dataset[at : dataset.find(b" ", at)]).decode().strip("<>")

    return subject


def _entries(
    links: Mapping[bytes, Sequence[int]], lists: Lists, some: Mapping[tuple[int, bytes], Sequence[int]]
) -> Iterator[int]:
    """Yield the entries of links that are in no list, and of properties and graphs."""
    for said, places in links.items():
        if said not in lists:
            for key in (_key(said, _SAID), _key(said.partition(b" ")[2], _OBJECT)):
                yield from (key | place for place in places)
    for (role, term), places in some.items():
        many = len(places) > _FEW
        key = _key(term, role + _MANY if many else role)
        yield from (key | place for place in (places[:1] if many else places))


def index_files(dataset: bytes | mmap.mmap) -> dict[str, bytes]:
    """Return the index of a dataset and its long lists as they stand in a release: path -> content."""
    entries, lists = index(dataset)
    return {INDEX: little_endian(entries).tobytes(), LISTS: lists.written()}


def _beginning(lines: bytes, begins: bytes) -> bytes:
    """Return those of some lines in order that begin in a certain way."""
    first = 0 if lines.startswith(begins) else lines.find(b"\n" + begins) + 1
    last = first
    while lines.startswith(begins, last):
        last = lines.find(b"\n", last) + 1 or len(lines)
    return lines[first:last]


def _key(term: bytes, role: int) -> int:
    return (crc32(term, role) & 0xFFFFFF) << _PLACE


def _state(file: int) -> tuple[int, int]:
    status = os.fstat(file)
    return status.st_size, status.st_ctime_ns
