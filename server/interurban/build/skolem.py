"""IRIs in place of blank nodes in what people wrote (RDF 1.1 Concepts, 3.5).

A blank node has another name each time it is read, so no answer could be kept, and nobody could refer to it. It gets an
address from where it stands: that of the thing which has it for a value, and the name of the property.
"""

import hashlib
import re
from collections import defaultdict
from functools import cache

import pyoxigraph as ox

from interurban.build.graphs import NamedGraph, subject_of
from interurban.errors import Place, Problem
from interurban.messages import say

_LOCAL = re.compile("[^/#:]*$")


def with_names(graph: NamedGraph) -> list[Problem]:
    """Give each blank node of a graph an IRI; return a problem for each that cannot have one.

    Of several under one name each has besides a hash of what is said of it, whatever the order in which they stand.
    """
    if all(_is_named(t.subject) and _is_named(t.object) for t in graph.statements):
        return []
    about: dict[object, list[ox.Triple]] = defaultdict(list)
    into: dict[object, list[ox.Triple]] = defaultdict(list)
    alike: dict[tuple[object, str], set[ox.BlankNode]] = defaultdict(set)
    for t in (t for t in graph.statements if isinstance(t.subject, ox.BlankNode) or not _is_named(t.object)):
        about[t.subject].append(t)
        into[t.object].append(t)
        if isinstance(t.object, ox.BlankNode):
            alike[t.subject, _local(t)].add(t.object)

    @cache
    def digest(node: ox.BlankNode) -> str:
        said = (
            (t.predicate, digest(t.object) if isinstance(t.object, ox.BlankNode) else t.object) for t in about[node]
        )
        return hashlib.sha256("\n".join(sorted(f"{p} {o}" for p, o in said)).encode()).hexdigest()[:12]

    @cache
    def name(node: ox.NamedNode | ox.BlankNode) -> ox.NamedNode:
        if isinstance(node, ox.NamedNode):
            return node
        (t,) = into[node]
        owner, local = name(t.subject).value, _local(t)
        ending = f"-{digest(node)}" if len(alike[t.subject, local]) > 1 else ""
        iri = f"{owner}{'-' if '#' in owner else '#'}{local}{ending}"
        graph.skolem.add(iri)
        return ox.NamedNode(iri)

    problems: dict[object, Problem] = {}
    statements: dict[ox.Triple, Place | None] = {}
    for t, place in graph.statements.items():
        subject, value = t.subject, t.object
        for node in (subject, value):
            if not _is_named(node) and not _has_root(node, into):
                message = say("blank-unnamed", name=f"{graph.name.value}#…")
                problems.setdefault(node, Problem(message, place, subject_of(t)))
        if not problems:
            subject = name(subject) if isinstance(subject, ox.BlankNode) else subject
            value = name(value) if isinstance(value, ox.BlankNode) else value
            statements.setdefault(ox.Triple(subject, t.predicate, value), place)
    if not problems:
        graph.statements = statements
    return list(problems.values())


def _has_root(node: object, into: dict[object, list[ox.Triple]]) -> bool:
    """Whether one chain of statements leads to a node from something that has an IRI."""
    seen: set[object] = set()
    at: object = node
    while isinstance(at, ox.BlankNode):
        if at in seen or len(into[at]) != 1:
            return False
        seen.add(at)
        at = into[at][0].subject
    return isinstance(at, ox.NamedNode)


def _local(t: ox.Triple) -> str:
    """Return the last part of a property's IRI."""
    found = _LOCAL.search(t.predicate.value)
    return found[0] if found else ""


def _is_named(term: object) -> bool:
    """Whether there is no blank node in a term."""
    if isinstance(term, ox.Triple):
        return _is_named(term.subject) and _is_named(term.object)
    return not isinstance(term, ox.BlankNode)
