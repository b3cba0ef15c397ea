"""One query on one store: parse, evaluate, serialize; whatever fails, fails as a QueryError. And before that, from a
query's text: whether it answers the same each time.

The parser is the only judge of what SPARQL is. Whether a text asks for SERVICE, or is an update, is found out
by parsing variations of it on an empty store, never by looking for words: a string, a comment, a variable or
a prefix may well be called `service`. Only a web process, which parses nothing that a stranger wrote, looks at the text
to know whether the answer can be kept; where it is not sure it says no, which is never wrong.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import IO, cast

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from interurban.engine.columns import Columns, in_columns
from interurban.engine.csv_results import write_csv
from interurban.engine.dialect import is_query, unused, with_columns, with_lower_booleans
from interurban.engine.model import Loaded, Query
from interurban.engine.rewriting import rewritten
from interurban.engine.xml_results import XmlOutput, nameable
from interurban.errors import Form, QueryError, QueryFormatError, QuerySyntaxError
from interurban.iris import PREFIXES
from interurban.messages import say

_SERVICE = re.compile("service", re.IGNORECASE | re.ASCII)
_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_CHARACTER_CLASS = re.compile(r"\[[^\[\]]*\]", re.DOTALL)
_SENTENCE = re.compile(r"[A-Z][A-Za-z]* [a-zA-Z ]*[a-z].*")  # "Prefix not found"; not OPTIONAL, GROUP BY

# The functions whose value is new each time (SPARQL 1.1 Query, 17.4). The grammar lets a keyword touch what stands
# before it (`FILTERNOW()`), but behind a function's name there is only space, a comment or its parenthesis.
_FICKLE = re.compile(r"(?:NOW|RAND|UUID|BNODE)[\s#(]", re.IGNORECASE | re.ASCII)
# A template that makes no blank node, whose name would be new each time: no `_:`, no brackets, no collection, and no
# text or comment in which something could hide.
_CONSTRUCT = re.compile(r"CONSTRUCT", re.IGNORECASE | re.ASCII)
_TEMPLATE = re.compile(
    r"CONSTRUCT\s*+(?:WHERE\s*+)?\{(?:[^\"'#~\[\](){}<>_]|<[^<>\"{}|^`\\\x00-\x20]*+>|_(?!:))*+\}",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True)
class Result:
    """A result ready to be written: its form, its media type, and how to write it to a binary file."""

    form: Form
    media_type: str
    write: Callable[[IO[bytes]], None]


def evaluate(release: Loaded, query: Query) -> Result:
    """Begin to evaluate `query`; `write` of the result does the rest, and raises QueryError as this does.

    Raises QuerySyntaxError, or QueryFormatError if the query's form has no format or the format no room for what the
    answer says; a ConnectionError of the file that `write` writes to passes unchanged.
    """
    return result_of(query, answer(release.store, query, columns=release.columns))


def result_of(query: Query, found: QuerySolutions | QueryBoolean | Iterable[Triple]) -> Result:
    """Return what was found as the query wants it; raises, and writes, as `evaluate` does."""
    if isinstance(found, QuerySolutions | QueryBoolean):
        return _results(query, "boolean" if isinstance(found, QueryBoolean) else "solutions", found)
    return _graph(query, found)


def as_read(query: Query) -> Query:
    """Return a query in words that every engine reads as SPARQL has it; QuerySyntaxError if it asks for SERVICE."""
    query = replace(query, text=with_lower_booleans(query.text, query.base))
    _refuse_service(query)
    return replace(query, text=with_columns(query.text, query.base))


def answer(
    store: Store, query: Query, *, union: bool = False, columns: Columns | None = None
) -> QuerySolutions | QueryBoolean | QueryTriples:
    """Return what pyoxigraph answers to `query`, which is read by the rules of this endpoint; it goes on evaluating.

    union: the default graph is all graphs as if they were one. columns: of what is in the store. Raises
    QuerySyntaxError, here and (as ValueError, RuntimeError or OSError) while the answer is read.
    """
    with _readable_errors(query):
        text = as_read(query).text
        default_graph, named_graphs = _dataset(query)

        def asked(text: str) -> QuerySolutions | QueryBoolean | QueryTriples:
            return store.query(
                text,
                base_iri=query.base,
                use_default_graph_as_union=union,
                default_graph=default_graph,
                named_graphs=named_graphs,
            )

        with suppress(SyntaxError, RecursionError):
            words = text
            if columns and default_graph is None and not union:
                words = in_columns(text, query.base, columns)
            words = rewritten(words, asked)
            if words == text or is_query(text, query.base):  # other words may be a query where these are none
                return asked(words)
        return asked(text)  # which complains of the text as it is, with line and column


def _results(query: Query, form: Form, results: QuerySolutions | QueryBoolean) -> Result:
    if query.results_format is None:
        raise QueryFormatError(form)
    media_type = query.results_format

    def write(output: IO[bytes]) -> None:
        with _readable_errors(query):
            write_results(results, media_type, output)

    return Result(form, media_type, write)


def write_results(results: QuerySolutions | QueryBoolean, media_type: str, output: IO[bytes]) -> None:
    """Write what a query found in a format of results; QueryFormatError if that cannot hold what it says."""
    results_format = QueryResultsFormat.from_media_type(media_type)
    if results_format == QueryResultsFormat.CSV and isinstance(results, QuerySolutions):
        write_csv(results, output)
    elif results_format == QueryResultsFormat.XML:
        form: Form = "boolean" if isinstance(results, QueryBoolean) else "solutions"
        results.serialize(cast(IO[bytes], XmlOutput(output, form)), results_format)
    else:
        results.serialize(output, results_format)


def _graph(query: Query, triples: Iterable[Triple]) -> Result:
    if query.graph_format is None:
        raise QueryFormatError("graph")
    graph_format = RdfFormat.from_media_type(query.graph_format)

    def write(output: IO[bytes]) -> None:
        with _readable_errors(query):
            if graph_format == RdfFormat.RDF_XML:
                output = cast(IO[bytes], XmlOutput(output, "graph"))
                serialize(nameable(triples), output, graph_format, prefixes=PREFIXES)
            else:
                serialize(triples, output, graph_format, prefixes=PREFIXES)

    return Result("graph", query.graph_format, write)


def _dataset(
    query: Query,
) -> tuple[list[NamedNode | BlankNode | DefaultGraph] | None, list[NamedNode | BlankNode] | None]:
    """Return the graphs of the protocol's dataset: either both or, if it names none, neither.

    What a dataset does not name is empty, while None would mean everything there is.
    """
    if query.default_graphs is None and query.named_graphs is None:
        return None, None
    default, named = query.default_graphs or (), query.named_graphs or ()
    return [NamedNode(iri) for iri in default], [NamedNode(iri) for iri in named]


def _refuse_service(query: Query) -> None:
    """Raise QuerySyntaxError if the query has a SERVICE clause.

    No file descriptor is to be had for it in any case, but SERVICE SILENT would then answer as if nothing had
    been asked. Where "service" is part of a name or of a text, other letters do as well; only for the keyword
    they do not.
    """
    if not _SERVICE.search(query.text):
        return
    try:
        Store().query(_SERVICE.sub(unused(query.text, 7), query.text), base_iri=query.base)
    except SyntaxError as error:
        if is_query(query.text, query.base):
            place = _complaint(error)
            raise QuerySyntaxError(say("query-service"), place.line, place.column) from None


def _is_update(text: str, base: str) -> bool:
    """Tell whether `text` is a SPARQL update; a prologue alone is one to the grammar, but to nobody else."""
    try:
        Store().update(text, base_iri=base)
    except SyntaxError:
        return False
    except (RuntimeError, OSError):  # it was parsed, and failed for want of what it would load or drop
        return True
    return not is_query(f"{text}\nASK {{}}", base)


@contextmanager
def _readable_errors(query: Query) -> Iterator[None]:
    """Turn what pyoxigraph raises into QuerySyntaxError."""
    try:
        yield
    except (ConnectionError, QueryError):  # of the file that is written to: it knows what it means
        raise
    except SyntaxError as error:
        if _is_update(query.text, query.base):
            raise QuerySyntaxError(say("query-update")) from None
        raise _complaint(error) from None
    except (ValueError, RuntimeError, OSError) as error:
        raise QuerySyntaxError(say("query-evaluation", reason=str(error))) from None


def _complaint(error: SyntaxError) -> QuerySyntaxError:
    """Return the parser's complaint, with line and column (from 1).

    It lists whatever could have stood there, down to the letter; a sentence among that says more.
    """
    match = _PLACE.match(str(error))
    if match is None:
        return QuerySyntaxError(say("query-evaluation", reason=str(error)))
    line, column = int(match[1]), int(match[2])
    expected = [e.strip() for e in _CHARACTER_CLASS.sub("", match[3]).split(", ") if e.strip()]
    sentences = [e for e in expected if _SENTENCE.fullmatch(e)]
    key = "query-complaint" if sentences else "query-expected" if expected else "query-unexpected"
    message = say(key, line=line, column=column, what=" ".join(sentences or expected))
    return QuerySyntaxError(message, line, column)


def repeatable(text: str) -> bool:
    """Tell whether the query surely answers the same each time, if the release has no blank nodes.

    An escape (`\\u004e`) could spell anything, so a query that has one is not taken for repeatable.
    """
    if "\\u" in text.lower() or _FICKLE.search(text):
        return False
    constructs = _CONSTRUCT.findall(text)
    return not constructs or (len(constructs) == 1 and _TEMPLATE.search(text) is not None)
