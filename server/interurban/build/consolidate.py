"""Consolidate: the default graph, all that the sources say, with disagreements settled by rule and published.

The values that sources give to a property of which a thing has one are settled by the source's rank (1 is the most
trusted), then by its date (the later wins), then by the graph's name so that the outcome never depends on the order of
reading. Which properties those are the ontology says: its own by `owl:FunctionalProperty`, other people's by
`iu:oneValue`; of texts there is one in each language. A date that only adds precision to another (2019-09-25 to 2019)
does not disagree with it: the more precise one is believed.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from interurban.build.graphs import TYPE, NamedGraph
from interurban.errors import InputError, Problem
from interurban.iris import DCT, IU, OWL, XSD, Base
from interurban.messages import say

_FUNCTIONAL = ox.NamedNode(OWL + "FunctionalProperty")
_ONE_VALUE = ox.NamedNode(IU + "oneValue")
_DATES = {XSD + name for name in ("gYear", "gYearMonth", "date")}
_RANK = re.compile("[1-9][0-9]{0,8}")
_DATE = re.compile("[0-9]{4}(-[0-9]{2}){0,2}")
_Subject = ox.NamedNode | ox.BlankNode | ox.Triple


@dataclass(frozen=True, order=True)
class _Claim:
    """A value as a source gives it; claims sort with the most believable first."""

    rank: int
    lateness: tuple[int, ...]
    graph: str
    value: str
    term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def consolidate(graphs: Iterable[NamedGraph], base: Base) -> tuple[set[ox.Triple], NamedGraph]:
    """Return the statements believed, and the named graph of the disagreements with how each was settled.

    Raises InputError for a source whose rank or date cannot be read.
    """
    graphs = list(graphs)
    settled = {
        t.subject
        for g in graphs
        for t in g.statements
        if (t.predicate == TYPE and t.object == _FUNCTIONAL) or t.predicate == _ONE_VALUE
    }
    believed: set[ox.Triple] = set()
    claims: dict[tuple[_Subject, ox.NamedNode, str], list[_Claim]] = defaultdict(list)
    for graph in graphs:
        rank, lateness = _standing(graph)
        for t in graph.statements:
            if t.predicate in settled:
                language = (t.object.language if isinstance(t.object, ox.Literal) else None) or ""
                claim = _Claim(rank, lateness, graph.name.value, str(t.object), t.object)
                claims[t.subject, t.predicate, language].append(claim)
            else:
                believed.add(t)
    conflicts = NamedGraph(ox.NamedNode(base.graph("conflicts")))
    for (subject, predicate, language), given in claims.items():
        best, *others = sorted(_without_coarser(given), key=lambda c: (c.rank, c.lateness, c.graph, c.value))
        believed.add(ox.Triple(subject, predicate, best.term))
        if any(other.term != best.term for other in others):
            for triple in _conflict(subject, predicate, language, best, given, base):
                conflicts.add(triple)
    return believed, conflicts


def _standing(graph: NamedGraph) -> tuple[int, tuple[int, ...]]:
    """Return a source's rank and its date turned so that a later one sorts first.

    Raises InputError for a rank that is no number above zero, or a date that is none.
    """
    about = {t.predicate.value: t for t in graph.statements if t.subject == graph.name}
    rank, date = 1_000, ""
    if said := about.get(IU + "rank"):
        given = said.object.value if isinstance(said.object, ox.Literal) else ""
        if not _RANK.fullmatch(given):
            raise InputError([Problem(say("source-rank", value=given), graph.statements[said], graph.name.value)])
        rank = int(given)
    if said := about.get(DCT + "issued") or about.get(IU + "notBefore"):
        date = said.object.value if isinstance(said.object, ox.Literal) else "no date"
        if not _DATE.fullmatch(date):
            raise InputError([Problem(say("source-date", value=date), graph.statements[said], graph.name.value)])
    parts = map(int, filter(None, date.split("-")))
    return rank, tuple(-part for part in (*parts, 0, 0, 0)[:3])


def _without_coarser(claims: list[_Claim]) -> list[_Claim]:
    """Return the claims without those that say the same as another with less precision (2019 beside 2019-09)."""
    literals = {c.term for c in claims if isinstance(c.term, ox.Literal)}
    dates = {term: term.value for term in literals if term.datatype.value in _DATES}
    coarse = {term for term, date in dates.items() if any(other.startswith(f"{date}-") for other in dates.values())}
    return [c for c in claims if c.term not in coarse]


def _conflict(
    subject: _Subject, predicate: ox.NamedNode, language: str, best: _Claim, claims: list[_Claim], base: Base
) -> Iterable[ox.Triple]:
    """Yield a disagreement as data: what it is about, the value believed, and who says what."""

    def node(kind: str, *parts: object) -> ox.NamedNode:
        named = "\n".join(map(str, parts)).replace(base.iri, "")  # the same names whatever the base
        digest = hashlib.sha256(named.encode()).hexdigest()[:12]
        return ox.NamedNode(base.thing(kind, digest))

    def iu(name: str) -> ox.NamedNode:
        return ox.NamedNode(IU + name)

    conflict = node("conflict", subject, predicate, language)
    yield ox.Triple(conflict, TYPE, iu("Conflict"))
    yield ox.Triple(conflict, iu("conflictSubject"), subject)
    yield ox.Triple(conflict, iu("conflictProperty"), predicate)
    yield ox.Triple(conflict, iu("believed"), best.term)
    for claim in claims:
        said = node("claim", subject, predicate, claim.graph, claim.value)
        yield ox.Triple(conflict, iu("claim"), said)
        yield ox.Triple(said, TYPE, iu("Claim"))
        yield ox.Triple(said, iu("value"), claim.term)
        yield ox.Triple(said, iu("claimedBy"), ox.NamedNode(claim.graph))
