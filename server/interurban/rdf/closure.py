"""What a graph says about a thing: its statements, and those about the things they lead to."""

from collections import defaultdict
from collections.abc import Collection, Iterable

import pyoxigraph as ox


def description(
    triples: Iterable[ox.Triple], start: ox.NamedNode, stops: Collection[ox.NamedNode] = ()
) -> list[ox.Triple]:
    """Return the statements about `start` and about whatever they lead to, in a fixed order.

    stops: things that are mentioned, but of which nothing is said: they have a description of their own.
    """
    said: dict[object, list[ox.Triple]] = defaultdict(list)
    for triple in triples:
        said[triple.subject].append(triple)
    found: list[ox.Triple] = []
    seen, waiting = {start, *stops}, [start]
    for node in waiting:  # grows as it is read
        about = sorted(said[node], key=str)
        found += about
        new = {t.object for t in about if isinstance(t.object, ox.NamedNode)} - seen
        seen |= new
        waiting += sorted(new, key=str)
    return found
