"""What is in lines of triples: the terms and kinds of values that there are, each once."""

from collections.abc import Iterable
from dataclasses import dataclass

from interurban.iris import XSD
from interurban.rdf.lines import class_of

_QUOTE = ord('"')
_DAYS = tuple(f'"^^<{XSD}{name}> '.encode() for name in ("date", "gYearMonth", "gYear"))


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
        schemes, kinds = set[bytes](), set[tuple[bytes, bytes]]()
        for line in lines:
            subject, predicate, value = line.split(b" ", 2)
            schemes.add(subject.partition(b":")[0])
            if value[0] == _QUOTE:
                kinds.add((predicate, value[value.rindex(b'"') + 1 : -1]))
            else:
                schemes.add(value.partition(b":")[0])
                kinds.add((predicate, class_of(predicate, value) or b"<"))
        named = (iri for predicate, end in kinds for iri in (predicate, end.removeprefix(b"^^")))
        schemes.update(iri.partition(b":")[0] for iri in named)
        return cls(kinds, {scheme[1:].decode() for scheme in schemes if scheme[:1] == b"<"})
