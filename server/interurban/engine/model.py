"""What goes into an engine and what comes out."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pyoxigraph import RdfFormat, Store

from interurban.engine.columns import Columns
from interurban.errors import Form, ReleaseError, relative
from interurban.messages import say


@dataclass(frozen=True)
class Query:
    """A SPARQL query as it was asked.

    text: the query; base: absolute IRI that its relative IRIs are resolved against.
    default_graphs, named_graphs: IRIs of the protocol's dataset, which overrides the query's own FROM; None
    for both leaves the choice to the query (SPARQL 1.1 Protocol, 2.1.4). A graph nobody has is an empty
    graph. results_format: media type for SELECT and ASK; graph_format: for CONSTRUCT and DESCRIBE; None: not
    acceptable.
    """

    text: str
    base: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    results_format: str | None = "application/sparql-results+json"
    graph_format: str | None = "text/turtle"


@dataclass(frozen=True)
class Answer:
    """An answer that has begun: its form, its media type (the one asked for), and its bytes as they are made.

    `chunks` raises the QueryError that ended the query midway; if it ends without raising, the answer is
    complete. Whoever may leave it unread closes it (`contextlib.aclosing`): that ends the query and frees its
    worker at once, while one that is merely dropped may keep its worker until the time limit.
    """

    form: Form
    media_type: str
    chunks: AsyncGenerator[bytes, None]


@dataclass(frozen=True)
class Loaded:
    """A release in memory: its statements, and as columns where it has these."""

    store: Store
    columns: Columns | None = None


class Engine(Protocol):
    """Whatever answers queries."""

    def ready(self) -> bool:
        """Tell whether queries are answered now, as far as that is known."""
        ...

    async def answer(self, query: Query, client: str = "") -> Answer:
        """Return the answer as soon as its first bytes are there; raises QueryError.

        client: who has only a share of the engine; "" is nobody in particular, whose queries nobody counts.
        """
        ...


def load(dataset: Path) -> Store:
    """Read the N-Quads file `dataset` into memory, in this thread alone, and return the store.

    The file is one of ours: what IRIs and languages look like was checked when it was written,
    and is not again. Raises ReleaseError if it cannot be read or is not N-Quads.
    """
    store = Store()
    try:
        # `load`, not `bulk_load`: for a store in memory it is faster, and it promises no thread of its own
        store.load(path=str(dataset), format=RdfFormat.N_QUADS, lenient=True)
    except (SyntaxError, OSError) as error:
        raise ReleaseError(say("dataset-unreadable", file=relative(dataset), reason=error)) from error
    return store
