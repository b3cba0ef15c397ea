"""Resolve: what is referred to has to exist; a name that nobody describes is most often a slip of the pen."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from interurban.build.graphs import TYPE, NamedGraph
from interurban.errors import InputError, Problem
from interurban.iris import IU, OWL, Base
from interurban.messages import say


def resolve(graphs: Iterable[NamedGraph], base: Base, others: Iterable[NamedGraph] = ()) -> None:
    """Raise InputError for every reference to a thing, graph or term of ours that no graph describes.

    To describe is to give a class (rdf:type). The message offers the nearest name of the same kind.
    others: graphs that may describe it, of which the references are not asked for.
    """
    graphs = list(graphs)
    describing = [*graphs, *others]
    typed = (t.subject for g in describing for t in g.statements if t.predicate == TYPE)
    described = {subject.value for subject in typed if isinstance(subject, ox.NamedNode)}
    described = described.union(*(graph.skolem for graph in describing))  # of those nobody has to say a class
    by_kind: dict[str, list[str]] = defaultdict(list)
    for iri in sorted(described - {IU}):  # a namespace is nobody's slip of the pen
        by_kind[iri.rpartition("/")[0]].append(iri)
    problems = []
    for graph in graphs:
        for triple, place in graph.statements.items():
            for iri in _references(triple, base):
                if iri not in described:
                    close = difflib.get_close_matches(iri, by_kind[iri.rpartition("/")[0]], n=1)
                    hint = say("did-you-mean", name=close[0].rpartition("/")[2]) if close else say("describe-it")
                    problems.append(Problem(say("reference-unknown", iri=iri, hint=hint), place))
    if problems:
        raise InputError(problems)


def _references(triple: ox.Triple, base: Base) -> Iterator[str]:
    """Yield the IRIs in a statement that only we can describe."""
    if triple.predicate.value == OWL + "versionIRI":
        return  # it names one edition of the ontology, which stands in a release of its own
    for term in (triple.subject, triple.predicate, triple.object):
        if isinstance(term, ox.NamedNode) and term.value.startswith((base.iri + "id/", base.iri + "graph/", IU)):
            yield term.value
