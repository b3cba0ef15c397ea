"""A dataset in pieces that can be sent one by one: each of one graph, and the same ones each time.

What has blank nodes stays together, since the names of these mean nothing beyond a piece.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from zlib import crc32

_BLANK = b"_:"


@dataclass(frozen=True)
class Piece:
    """Statements of a graph, as N-Triples. name: of this piece among all; graph: "" is the default one."""

    name: str
    graph: str
    triples: bytes
    blank: bool = False


@dataclass
class Tally:
    """What was seen of a dataset as it went by.

    counts: how many statements each graph has with each property; sample: those about a part of the things that is
    chosen by their names, so that it is the same part each time.
    """

    every: int  # one of so many things is in the sample
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    sample: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    statements: int = 0

    def see(self, line: bytes, graph: str, triple: bytes) -> bool:
        """Take note of a line; tell whether it has blank nodes."""
        self.statements += 1
        subject, predicate, value = triple.split(b" ", 2)
        self.counts[graph, predicate[1:-1].decode()] += 1
        blank = line.startswith(_BLANK) or value.startswith(_BLANK)
        if not blank and crc32(subject) % self.every == 0:
            self.sample[subject.decode()].append(line)
        return blank


def pieces(lines: Iterable[bytes], size: int, tally: Tally) -> Iterator[Piece]:
    """Yield a dataset of canonical N-Quads in pieces of about `size` bytes."""
    held: dict[str, list[bytes]] = defaultdict(list)
    blank: dict[str, list[bytes]] = defaultdict(list)
    lengths: Counter[str] = Counter()
    number = 0
    for line in lines:
        graph, triple = parted(line)
        if tally.see(line, graph, triple):
            blank[graph].append(triple)
            continue
        held[graph].append(triple)
        lengths[graph] += len(triple)
        if lengths[graph] >= size:
            yield Piece(f"{size}/{number}", graph, b"".join(held.pop(graph)))
            del lengths[graph]
            number += 1
    for graph, triples in sorted(held.items()):
        yield Piece(f"{size}/{number}", graph, b"".join(triples))
        number += 1
    for graph, triples in sorted(blank.items()):
        yield Piece(f"{size}/{number}", graph, b"".join(triples), blank=True)
        number += 1


def parted(line: bytes) -> tuple[str, bytes]:
    """Return the graph of a canonical line, "" for the default graph, and its triple as a line of N-Triples."""
    rest = line[:-3]  # without « .\\n»
    graph = rest.rfind(b" <")
    # behind a literal, whose text may have anything but a quotation mark; else behind three terms without spaces
    if graph > rest.rfind(b'"') and rest.count(b" ", 0, graph + 1) >= 3:
        return rest[graph + 2 : -1].decode(), rest[:graph] + b" .\n"
    return "", line
