"""Reading RDF files that people wrote, with errors that say where."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from interurban.errors import InputError, Place, Problem, relative
from interurban.messages import say
from interurban.rdf.formats import BY_EXTENSION


def read_rdf(path: Path, base: str) -> Iterator[ox.Triple]:
    """Yield the triples of an RDF file; relative IRIs are resolved against `base`.

    Blank nodes get names that no other file has. Raises InputError with line and column if the file is not what its
    extension says, and for a file that puts statements in named graphs: here the folder is the graph.
    """
    form = BY_EXTENSION[path.suffix.lstrip(".")]
    try:
        for quad in ox.parse(
            path=path, format=form.syntax, base_iri=base, without_named_graphs=True, rename_blank_nodes=True
        ):
            yield quad.triple
    except (SyntaxError, UnicodeDecodeError) as error:
        line, column = getattr(error, "lineno", None), getattr(error, "offset", None)
        place = Place(relative(path), line, column)
        reason = getattr(error, "msg", None) or str(error)
        raise InputError([Problem(say("rdf-syntax", format=form.name, reason=reason), place)]) from error
