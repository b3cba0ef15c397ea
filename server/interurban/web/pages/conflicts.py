"""Disagreements of the sources in words: who says what, and why one of them is believed.

The rule is the build's (docs/decisions/004-consolidation.md): rank, then date, then name. Here it is only told.
"""

from dataclasses import dataclass

import pyoxigraph as ox

from interurban.iris import DCT, IU
from interurban.locales import number
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import Term, name_of
from interurban.web.pages.literals import Text, literal_text
from interurban.web.pages.names import Names, Value

UNRANKED = 1_000  # the rank of a source that states none


@dataclass(frozen=True)
class Claim:
    """What one source says. rank, date: of the source, as they count; believed: its value is the one believed."""

    value: Value
    source: Value
    rank: str
    date: Text | None
    believed: bool


@dataclass(frozen=True)
class ConflictView:
    """A conflict on the page. rule: what decided it: rank, date or name."""

    address: str | None
    subject: Value
    property: Value
    claims: list[Claim]
    rule: str


@dataclass(frozen=True)
class _Said:
    """A claim as the release has it."""

    rank: int
    date: ox.Literal | None
    source: Term
    value: Term

    @property
    def order(self) -> tuple[int, list[int], str, str]:
        """What the build sorts claims by, the most believable first."""
        parts = [int(part) for part in self.date.value.split("-")] if self.date else []
        return self.rank, [-part for part in (*parts, 0, 0, 0)[:3]], name_of(self.source), str(self.value)


def conflict_view(site: Site, names: Names, conflict: ox.NamedNode) -> ConflictView:
    """Return a conflict in words, its claims from the most believable on."""

    def of(node: Term, name: str) -> Term:
        return next(iter(site.vocabulary.values(node, IU + name)))

    believed = of(conflict, "believed")
    claims = site.vocabulary.values(conflict, IU + "claim")
    said = sorted((_said(site, of(c, "claimedBy"), of(c, "value")) for c in claims), key=lambda s: s.order)
    return ConflictView(
        site.address(conflict.value),
        names.value(of(conflict, "conflictSubject")),
        names.value(of(conflict, "conflictProperty")),
        [
            Claim(
                names.value(s.value),
                names.value(s.source),
                number(s.rank, names.language),
                literal_text(s.date, names.language) if s.date else None,
                s.value == believed,
            )
            for s in said
        ],
        _rule(said, believed),
    )


def _said(site: Site, source: Term, value: Term) -> _Said:
    ranks = [int(name_of(rank)) for rank in site.vocabulary.values(source, IU + "rank")]
    dates = [*site.vocabulary.values(source, DCT + "issued"), *site.vocabulary.values(source, IU + "notBefore")]
    date = next((date for date in dates if isinstance(date, ox.Literal)), None)
    return _Said(min(ranks, default=UNRANKED), date, source, value)


def _rule(said: list[_Said], believed: Term) -> str:
    """Return what decided between the believed claim and the best of the others: `rank`, `date` or `name`.

    A date that only lacks precision (2019 beside 2019-09-25) is no rival.
    """
    best = next(s for s in said if s.value == believed)
    rivals = (s for s in said if s.value != believed and not name_of(believed).startswith(name_of(s.value) + "-"))
    rival = next(rivals, best)
    if best.rank != rival.rank:
        return "rank"
    return "date" if best.order[1] != rival.order[1] else "name"
