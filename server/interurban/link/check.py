"""Whether the things elsewhere still are what we took them for: each finding with the line of the mapping."""

import csv
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pyoxigraph as ox

from interurban.errors import Place, Problem, relative
from interurban.files import read_text
from interurban.iris import CANONICAL_BASE, SKOS
from interurban.link.facts import Facts, point, population
from interurban.link.mappings import PREFIXES, ends, shortened
from interurban.matching.model import distance
from interurban.matching.names import Kinds, key
from interurban.matching.records import Record
from interurban.messages import Message, say
from interurban.tables.mappings import SUFFIX, read_mappings

_AS_LARGE = 3.0  # how much inhabitants may differ: they are of different years, and some of what lies around
_LEAST, _DENSE = 10.0, 1000.0  # km that any place may extend; inhabitants on a square kilometre of a large one
_GEONAMES = PREFIXES["geonames"]
_EXACT = ox.NamedNode(SKOS + "exactMatch")


@dataclass(frozen=True)
class Same:
    """A row of a table that says what is the same. ours, theirs: IRIs."""

    ours: str
    theirs: str
    exact: bool
    place: Place


@dataclass(frozen=True)
class Ours:
    """What we know of our things. records: by IRI; offices: of people, the IRIs of the places where they hold any."""

    records: dict[str, Record]
    offices: dict[str, Collection[str]]


def mappings(folder: Path) -> list[Same]:
    """Return what the files of a folder say to be the same or nearly so, each with its line."""
    found: list[Same] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        for one in read_mappings(path, CANONICAL_BASE).mappings:
            if not one.negated:
                found.append(Same(*ends(one), one.triple.predicate == _EXACT, one.place))
    return found


def stated(data: Path) -> list[Same]:
    """Return which items people are, as sources' own tables state, each with its line."""
    found: list[Same] = []
    for path in sorted(data.glob("sources/*/people.csv")):
        rows = csv.DictReader(StringIO(read_text(path), newline=""))
        for row in rows:
            if item := row.get("wikidata"):
                ours, theirs = f"{CANONICAL_BASE}id/person/{row['slug']}", PREFIXES["wd"] + item
                found.append(Same(ours, theirs, True, Place(relative(path), rows.line_num)))
    return found


def twice(said: Iterable[Same]) -> Iterator[Problem]:
    """Yield two of ours that are one thing elsewhere, and one of ours that is two in one place."""
    ours, theirs = defaultdict[tuple[str, str], list[Same]](list), defaultdict[str, list[Same]](list)
    for mapping in said:
        if mapping.exact:
            theirs[mapping.theirs].append(mapping)
            ours[mapping.ours, shortened(mapping.theirs).partition(":")[0]].append(mapping)
    for thing, several in sorted(theirs.items()):
        names = {mapping.ours for mapping in several}
        for mapping in several[1:] if len(names) > 1 else ():
            others = ", ".join(sorted(map(shortened, names)))
            yield Problem(say("check-two-of-ours", thing=shortened(thing), ours=others), mapping.place)
    for (thing, _), several in sorted(ours.items()):
        names = {mapping.theirs for mapping in several}
        for mapping in several[1:] if len(names) > 1 else ():
            others = ", ".join(sorted(map(shortened, names)))
            yield Problem(say("check-two-of-theirs", thing=shortened(thing), theirs=others), mapping.place)


def findings(
    said: Collection[Same], ours: Ours, facts: Mapping[str, Facts], kinds: Kinds, words: Mapping[str, str]
) -> Iterator[Problem]:
    """Yield what Wikidata says otherwise than we do.

    facts: what Wikidata says of each item; words: class of Wikidata -> a word for its kind.
    """
    meant = {mapping.theirs: mapping.ours for mapping in said if mapping.exact}
    items = defaultdict[str, set[str]](set)
    for mapping in said:
        items[mapping.ours].add(mapping.theirs)
    for mapping in said:
        record = ours.records.get(mapping.ours)
        if not record or mapping.theirs not in facts:
            continue
        told = facts[mapping.theirs]
        places = {item for place in ours.offices.get(mapping.ours, ()) for item in items.get(place, ())}
        for message in (
            *_findings(record, mapping, told, kinds, words),
            *_within(record, mapping, told, meant, ours.records),
            *_office(mapping, told, places),
        ):
            yield Problem(message, mapping.place)


def _within(
    record: Record, mapping: Same, facts: Facts, meant: Mapping[str, str], records: Mapping[str, Record]
) -> Iterator[Message]:
    """Yield that an item is said to be a part of another thing of ours that is of the same kind, as a hamlet is."""
    for place in sorted(facts.get("within", ())):
        whole = records.get(meant.get(place, ""))
        if whole and mapping.exact and whole.id != record.id and whole.kind == record.kind:
            yield say("check-within", item=shortened(mapping.theirs), whole=shortened(place), name=whole.name)


def _office(mapping: Same, facts: Facts, places: Collection[str]) -> Iterator[Message]:
    """Yield that somebody holds office elsewhere than here. places: the items of those where it is held here."""
    theirs = facts.get("office", ())
    if places and theirs and set(places).isdisjoint(theirs):
        here, there = (", ".join(sorted(map(shortened, some))) for some in (places, theirs))
        yield say("check-office", item=shortened(mapping.theirs), theirs=there, ours=here)


def _findings(record: Record, mapping: Same, facts: Facts, kinds: Kinds, words: Mapping[str, str]) -> Iterator[Message]:
    item = shortened(mapping.theirs)
    if redirects := facts.get("redirect"):
        yield say("check-redirect", item=item, target=shortened(redirects[0]))
        return
    if not facts:
        yield say("check-deleted", item=item)
        return
    ours = {key(name) for name in record.names}
    labels = sorted(set(facts.get("label", ())))
    if ours.isdisjoint(map(key, [*labels, *facts.get("alias", ())])):
        shown = ", ".join(f"«{label}»" for label in labels[:3])
        yield say("check-label", item=item, labels=shown, name=record.name)
    theirs = sorted({kinds.of(words[name]) for name in facts.get("class", ())})
    known = {kinds.of(word) for word in words.values()}
    if mapping.exact and record.kind in known and record.kind not in theirs:
        yield say("check-class", item=item, kind=record.kind, kinds=", ".join(theirs) or "–")
    countries = facts.get("country", ())
    if record.country and countries and record.country not in countries:
        yield say("check-country", item=item, theirs=", ".join(sorted(countries)), ours=record.country)
    numbers = {number.strip("/") for name in record.identifiers if (number := name.removeprefix(_GEONAMES)) != name}
    if mapping.exact and numbers and (others := facts.get("geonames")) and numbers.isdisjoint(others):
        yield say("check-geonames", item=item, theirs=", ".join(sorted(others)), ours=", ".join(sorted(numbers)))
    yield from _sizes(record, item, facts)
    if record.websites and (pages := facts.get("website")) and not _alike(record.websites, pages):
        yield say("check-website", item=item, theirs=", ".join(sorted(pages)), ours=", ".join(sorted(record.websites)))


def _sizes(record: Record, item: str, facts: Facts) -> Iterator[Message]:
    many, place = population(facts), point(facts)
    if many and record.population and max(many, record.population) > _AS_LARGE * min(many, record.population):
        yield say("check-population", item=item, theirs=f"{many:,}", ours=f"{record.population:,}")
    if place and record.latitude is not None and record.longitude is not None:
        far = distance(record.latitude, record.longitude, *place)
        extent = max(_LEAST, 2 * (max(many or 0, record.population or 0) / _DENSE / 3.14) ** 0.5)
        if far > extent:
            yield say("check-far", item=item, far=f"{far:.0f}", extent=f"{extent:.0f}")


def _alike(ours: Iterable[str], theirs: Iterable[str]) -> bool:
    """Whether two lists of web pages have one in common, whatever protocol it is asked by."""

    def plain(page: str) -> str:
        return page.partition("://")[2].removeprefix("www.").rstrip("/").lower()

    return not {plain(page) for page in ours}.isdisjoint(map(plain, theirs))
