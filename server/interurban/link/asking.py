"""What Wikidata is asked: whether its items still are what we link to, and which ones our cities may be."""

import argparse
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from interurban.errors import InputError, in_order, relative
from interurban.iris import CANONICAL_BASE
from interurban.link.check import Ours, findings, mappings, stated, twice
from interurban.link.facts import COLUMNS, Questions, candidates, facts_of
from interurban.link.mappings import Mappings, expanded
from interurban.link.tools import LINKING, LINKS, places, tools_of, write
from interurban.link.wikidata import ENTITY, Wikidata
from interurban.matching.records import RECORDS, of_graph
from interurban.messages import say
from interurban.progress import Progress
from interurban.release import current
from interurban.settings import Settings
from interurban.tables.mappings import table


def check(given: argparse.Namespace, data: Path, settings: Settings, tell: Progress) -> None:
    """Ask Wikidata whether its items still are what we link to; InputError with what it says otherwise."""
    tools, release = tools_of(data), current(settings.releases)
    said = [*mappings(data / LINKS), *stated(data)]
    ours = Ours({}, {})
    for record, told in of_graph(release.read(RECORDS), tools.kinds):
        name = CANONICAL_BASE + record.id
        ours.records[name] = replace(record, identifiers=frozenset(map(expanded, record.identifiers)))
        ours.offices[name] = [CANONICAL_BASE + place for place in told.get("held", ())]
    items = {one.theirs for one in said if one.theirs.startswith(ENTITY)}
    questions = Questions.read(data / LINKING / "wikidata")
    wikidata = Wikidata(given.endpoint, given.cache, settings.contact_mail)
    with tell.step(say("link-asking", count=len(items), address=given.endpoint), len(items)) as advance:
        facts = facts_of(items, wikidata, questions, advance)
    wikidata.done()
    found = [*twice(said), *findings(said, ours, facts, tools.kinds, questions.kinds)]
    if found:
        raise InputError(in_order(found))
    tell.result(say("check-healthy", count=len(items)), items=len(items))


def gather(given: argparse.Namespace, data: Path, settings: Settings, tell: Progress) -> None:
    """Write the items of Wikidata that cities of the release may be, as a gazetteer."""
    tools, release = tools_of(data), current(settings.releases)
    records = [one for one in places(release, tools, Mappings.of_people(data / LINKS)) if not one.ended]
    linked = defaultdict[str, set[str]](set)  # what our own runs have found in GeoNames leads there too
    for one in mappings(data / LINKS):
        linked[one.ours].add(one.theirs)
    records = [replace(one, identifiers=one.identifiers | linked[one.id]) for one in records]
    wikidata = Wikidata(given.endpoint, given.cache, settings.contact_mail)
    with tell.step(say("link-asking", count=len(records), address=given.endpoint)) as advance:
        rows = list(candidates(records, wikidata, Questions.read(data / LINKING / "wikidata"), advance))
    write(given.gather, table(COLUMNS, rows))
    wikidata.done()
    tell.result(say("link-gathered", count=len(rows), file=relative(given.gather)), items=len(rows))
