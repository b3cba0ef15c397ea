"""The command `link`: what it takes, and what it tells."""

import argparse
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from interurban import resources
from interurban.errors import InputError, Place, Problem, SettingError, relative
from interurban.link.asking import check, gather
from interurban.link.decisions import Decision, decisions, in_words, justification
from interurban.link.gazetteers import geonames, table
from interurban.link.mappings import (
    LINKED,
    REVIEW,
    VERDICTS,
    Mappings,
    Row,
    expanded,
    gazetteer_of,
    shortened,
    to_review,
    verdicts,
    written,
)
from interurban.link.names import called, namesakes
from interurban.link.quickstatements import quickstatements
from interurban.link.review import page
from interurban.link.tools import LINKING, LINKS, LISTED, NAMES, NAMESAKES_LISTED, Tools, places, tools_of, write
from interurban.link.wikidata import ENDPOINT
from interurban.matching.index import Index
from interurban.matching.model import SURE, Model
from interurban.matching.names import Kinds
from interurban.matching.records import KINDS, MODEL, NAMESAKES, RECORDS, Record, grouped, namesakes_of, of_graph
from interurban.messages import Language, known_language, say
from interurban.progress import Progress, progress
from interurban.release import current
from interurban.settings import Settings
from interurban.tables.mappings import table as tabular

_TOOL = "interurban link"
_TITLES = {
    "geonames": ("Cities in GeoNames, found by a program", "Which feature of GeoNames a city is, as a model decided."),
    "wd": ("Cities in Wikidata, found by a program", "Which item of Wikidata a city is, as a model decided."),
    "iuid": ("Things of the graph, found by a program", "Which thing of the graph is meant, as a model decided."),
}


def add_options(command: argparse.ArgumentParser, language: Language) -> None:
    """Add what the command takes beside its settings."""

    def words(key: str, **values: object) -> str:
        return say(f"cli-link-{key}", **values).text(language)

    command.add_argument("--table", type=Path, metavar="…", help=words("table"))
    command.add_argument("--to", choices=("geonames", "graph"), help=words("to"))
    command.add_argument("--gazetteer", type=Path, action="append", default=[], metavar="…", help=words("gazetteer"))
    command.add_argument("--output", type=Path, metavar="…", help=words("output"))
    command.add_argument("--review", type=Path, metavar="…", help=words("review"))
    command.add_argument("--quickstatements", action="store_true", help=words("quickstatements"))
    command.add_argument("--sure", type=float, default=SURE, metavar="…", help=words("sure", sure=SURE))
    command.add_argument("--check", action="store_true", help=words("check"))
    command.add_argument("--gather", type=Path, metavar="…", help=words("gather"))
    command.add_argument("--endpoint", default=ENDPOINT, metavar="…", help=words("endpoint", endpoint=ENDPOINT))
    command.add_argument(
        "--cache", type=Path, default=resources.cache(), metavar="…", help=words("cache", cache=resources.cache())
    )
    command.add_argument("--json", action="store_true", help=say("cli-json").text(language))


def link(given: argparse.Namespace, data: Path, settings: Settings) -> int:
    """Decide which things elsewhere ours are, or the rows of a table; InputError tells what is wrong."""
    if not 0.5 < given.sure <= 1:
        raise SettingError(say("link-sure", value=given.sure))
    printed = given.output is None and (given.table or given.quickstatements)
    language = known_language(settings.language)
    tell = progress(language, given.json, aside=bool(printed))
    try:
        if given.quickstatements:
            _put(given.output, quickstatements(current(settings.releases), data, tell))
        elif given.review:
            write(given.review, page((row for _, row in to_review(data / LINKING / LISTED)), language))
            tell.result(say("link-page", file=relative(given.review)))
        else:
            run = check if given.check else gather if given.gather else _link_table if given.table else _link_graph
            run(given, data, settings, tell)
    except InputError as error:
        tell.problems(error.problems)
        raise
    return 0


def _link_table(given: argparse.Namespace, data: Path, settings: Settings, tell: Progress) -> None:
    """Link the rows of a table, and write what was decided and what is left to review."""
    records: list[Record] = table(given.table, (tools := tools_of(data)).kinds, tools.countries)
    rows: list[Row] = []
    left: list[Row] = []
    for source, _, index in _authorities(given, settings, tools, records, tell):
        found = decisions(records, index, {}, (), given.sure, once=False)
        rows += _rows(found, source, tools)
        left += _left(found)
        _result(tell, source, records, found)
    title, description = _TITLES["iuid"] if given.to == "graph" else (given.table.name, f"Rows of {given.table.name}.")
    text = written(rows, given.table.stem, title, description)
    _put(given.output, text)
    if given.output:
        write(given.output.with_suffix(".review.tsv"), tabular(REVIEW, left))


def _link_graph(given: argparse.Namespace, data: Path, settings: Settings, tell: Progress) -> None:
    """Link the cities of the current release, and write the files of links and the list to review."""
    tools, release = tools_of(data), current(settings.releases)
    links, listed, names = data / LINKS, data / LINKING / LISTED, data / LINKING / NAMES
    judged, odd = verdicts(listed, links / VERDICTS)
    if odd:
        place = partial(Place, relative(listed))
        raise InputError(Problem(say("link-verdict", value=value), place(line)) for line, value in odd)
    if judged:
        title, description = "Verdicts", "What people have decided: what is the same, and what is not."
        write(links / VERDICTS, written(judged, "verdicts", title, description))
    people = Mappings.of_people(links)
    records = places(release, tools, people)
    waiting, left = [row for _, row in to_review(listed)], list[Row]()
    for source, things, index in _authorities(given, settings, tools, records, tell):
        prefix = gazetteer_of(things[0].id)
        already = {ours for thing, ours in people.taken.items() if gazetteer_of(thing) == prefix}
        asked = [record for record in records if record.id not in already and not record.ended]
        with tell.step(say("link-step", count=len(asked), gazetteer=source)):
            found = decisions(asked, index, people.taken, people.refused, given.sure)
        title, description = _TITLES.get(prefix, (source, source))
        name = f"{LINKED}{'wikidata' if prefix == 'wd' else prefix}"
        write(links / f"{name}.sssom.tsv", written(_rows(found, source, tools), name, title, description))
        linked = {*people.taken, *(one.chosen.record.id for one in found if one.chosen)}
        write(names, called(names, things, linked))
        if not given.gazetteer:  # GeoNames has all places of some size
            write(data / LINKING / NAMESAKES_LISTED, namesakes(things, linked, records))
        waiting = [row for row in waiting if gazetteer_of(row["object_id"]) != prefix]
        left += _left(found)
        _result(tell, source, asked, found)
    left = sorted([*left, *_unjudged(waiting, people)], key=lambda row: gazetteer_of(row["object_id"]))
    write(listed, tabular(REVIEW, left))
    tell.result(say("link-review", file=relative(listed), count=len({row["subject_id"] for row in left})))


def _unjudged(rows: Iterable[Row], people: Mappings) -> Iterator[Row]:
    """Yield those rows of the list to review on which no person has decided yet."""
    done = {(ours, gazetteer_of(thing)) for thing, ours in people.taken.items()}
    for row in rows:
        ours, theirs = expanded(row["subject_id"]), expanded(row["object_id"])
        judged = theirs in people.taken or (ours, theirs) in people.refused or (ours, gazetteer_of(theirs)) in done
        if not judged:
            yield row


def _authorities(
    given: argparse.Namespace, settings: Settings, tools: Tools, records: Sequence[Record], tell: Progress
) -> Iterable[tuple[str, list[Record], Index]]:
    """Yield the name of each gazetteer and its things, those that lie where the records do, also as an index."""
    countries = {record.country for record in records}
    if given.to == "graph":
        release = current(settings.releases)
        kinds = Kinds(release.read(KINDS).decode())
        every = of_graph(release.read(RECORDS), kinds)
        things = list(grouped((record, told.get("places", ())) for record, told in every)[0].values())
        if NAMESAKES in release.manifest["files"]:
            things += namesakes_of(release.read(NAMESAKES).decode(), kinds, tools.countries)
        model = Model(release.read(MODEL).decode())
        yield f"Interurban {release.version}", things, Index.held(things, model, kinds, tools.countries, equal=True)
    elif given.to == "geonames" or not given.gazetteer:
        with tell.step(say("link-gazetteer", gazetteer="GeoNames")):
            source, things = geonames(tools.read_areas())
        things = _in(countries, things)
        yield source, things, Index.held(things, tools.model, tools.kinds, tools.countries)
    for path in given.gazetteer:
        with tell.step(say("link-gazetteer", gazetteer=path.name)):
            things = table(path, tools.kinds, tools.countries)
        if things := _in(countries, things):
            yield path.name, things, Index.held(things, tools.model, tools.kinds, tools.countries)


def _in(countries: Collection[str], things: Iterable[Record]) -> list[Record]:
    """Return the things that lie in some countries, all if there is one that is not known."""
    return [thing for thing in things if "" in countries or thing.country in {"", *countries}]


def _rows(found: Sequence[Decision], source: str, tools: Tools) -> list[Row]:
    rows = []
    for decision in found:
        if (match := decision.chosen) is None:
            continue
        if decision.shared:
            words = say("evidence-identifier", value=shortened(decision.shared)).text("en")
        else:
            words = "; ".join(message.text("en") for message in in_words(match.evidence))
        rows.append(
            {
                "subject_id": shortened(decision.record.id),
                "subject_label": decision.record.name,
                "predicate_id": "skos:exactMatch",
                "object_id": shortened(match.record.id),
                "object_label": match.record.name,
                "mapping_justification": justification(decision),
                "confidence": f"{min(match.probability, 0.999):.3f}",
                "mapping_tool": _TOOL,
                "mapping_tool_version": tools.version,
                "comment": f"{source}: {words}",
            }
        )
    return rows


def _left(found: Sequence[Decision]) -> list[Row]:
    return [
        {
            "subject_id": shortened(decision.record.id),
            "subject_label": decision.record.name,
            "country": decision.record.country,
            "object_id": shortened(match.record.id),
            "object_label": match.record.name,
            "probability": f"{match.probability:.3f}",
            "evidence": "; ".join(message.text("en") for message in in_words(match.evidence)),
        }
        for decision in found
        if decision.chosen is None
        for match in decision.candidates
    ]


def _result(tell: Progress, source: str, records: Sequence[Record], found: Sequence[Decision]) -> None:
    decided = sum(decision.chosen is not None for decision in found)
    doubtful = sum(decision.chosen is None and bool(decision.candidates) for decision in found)
    facts = {
        "records": len(records),
        "decided": decided,
        "review": doubtful,
        "unknown": len(records) - decided - doubtful,
    }
    tell.result(say("link-done", gazetteer=source, **facts), gazetteer=source, **facts)


def _put(output: Path | None, text: str) -> None:
    """Write a file, or standard output if none is named."""
    if output is None:
        sys.stdout.write(text)
    else:
        write(output, text)
