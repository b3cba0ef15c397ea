"""What two things have in common, what only one of them has, and for how many days both had it at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

import pyoxigraph as ox

from interurban.rdf.standing import Phase, Standing
from interurban.release.comparing import Had, Part
from interurban.web.model.site import Site


@dataclass(frozen=True)
class Shared:
    """What both have: by which facts each, and how many days both at once, 0 if none is known.

    first, last: of these days, YYYY-MM-DD. surely: whether it is certain on all of them, and not presumed, as where
    nobody has told of an end.
    """

    what: str
    one: Sequence[Had]
    other: Sequence[Had]
    days: int = 0
    first: str = ""
    last: str = ""
    surely: bool = True


@dataclass(frozen=True)
class Compared:
    """A part of a comparison. mutual: what they have with each other, by the facts; one, other: what only one has."""

    part: Part
    mutual: Sequence[Had]
    shared: Sequence[Shared]
    one: Sequence[Had]
    other: Sequence[Had]


def kinds(site: Site) -> list[str]:
    """Return of which kinds things can be compared."""
    return sorted({part.of for part in site.pages.parts})


def compare(site: Site, one: ox.NamedNode, other: ox.NamedNode) -> list[Compared]:
    """Return what two things of a kind have, part by part."""
    names = [site.base.short(node.value) for node in (one, other)]
    found = []
    for part, *each in zip(site.pages.parts, *map(site.pages.had, names), strict=True):
        if not names[0].startswith(f"id/{part.of}/"):
            continue
        mutual = [had for had in each[0] if had.what == names[1]]
        ours, theirs = (_by_what(had for had in all_had if had.what not in names) for all_had in each)
        shared = [_shared(site, part, what, ours[what], theirs[what]) for what in ours if what in theirs]
        found.append(Compared(part, mutual, shared, _without(ours, theirs.keys()), _without(theirs, ours.keys())))
    return found


def _by_what(had: Iterable[Had]) -> dict[str, list[Had]]:
    found: dict[str, list[Had]] = {}
    for each in had:
        found.setdefault(each.what, []).append(each)
    return found


def _without(had: dict[str, list[Had]], others: Iterable[str]) -> list[Had]:
    """Return what is not among others, each once, by the first of its facts."""
    left = set(had) - set(others)
    return [min(facts, key=lambda fact: fact.since or "~") for what, facts in had.items() if what in left]


def _shared(site: Site, part: Part, what: str, one: Sequence[Had], other: Sequence[Had]) -> Shared:
    if not part.lasting:
        return Shared(what, one, other)
    together: list[tuple[date, date, bool]] = []
    for ours, theirs in product(*([p for had in each for p in _phases(site, had)] for each in (one, other))):
        first, last = max(ours.first, theirs.first), min(ours.last, theirs.last, site.release.published[:10])
        if first <= last:
            surely = min(ours.standing, theirs.standing) == Standing.CERTAIN
            together.append((date.fromisoformat(first), date.fromisoformat(last), surely))
    if not together:
        return Shared(what, one, other)
    days = {day for first, last, _ in together for day in range(first.toordinal(), last.toordinal() + 1)}
    begun, ended = min(first for first, *_ in together), max(last for _, last, _ in together)
    surely = all(certain for *_, certain in together)
    return Shared(what, one, other, len(days), begun.isoformat(), ended.isoformat(), surely)


def _phases(site: Site, had: Had) -> list[Phase]:
    """Return the days on which a fact held, certainly or as is presumed."""
    phases = site.vocabulary.phases.get(site.base.whole(had.through), ()) if had.through else ()
    return [phase for phase in phases if phase.standing > Standing.POSSIBLE]
