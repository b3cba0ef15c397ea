"""What Wikidata lacks as QuickStatements, version 1 (https://www.wikidata.org/wiki/Help:QuickStatements).

A person submits them, never this program. What there is to say stands in `data/linking/quickstatements/`, a query a
property: the file is called as the property is, and answers `?item` and `?value`; `?about`, what of ours says so, and
`?source`, which tells it, under which `?licence`; whether it is `?known` there already; and as columns of their own, in
the order of the line, qualifiers (`?P580`) and references (`?S854`).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from interurban.engine.evaluate import answer
from interurban.engine.model import Query, load
from interurban.errors import InputError, Place, Problem, QueryError, relative
from interurban.files import read_source
from interurban.link.wikidata import ENTITY
from interurban.messages import say
from interurban.progress import Progress
from interurban.rdf.formats import quads_of, read_rdf
from interurban.release import Release

_QUERIES, _LICENCES = "linking/quickstatements", "catalog/licences.ttl"
_COLUMNS = ("about", "item", "value", "source", "licence", "known")
_SAID = re.compile(r"[PS]\d+")
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_YEAR = 9  # the precision of a year, as Wikidata counts; a month has one more, a day two

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = dict[str, Term | None]  # what a query answers, by column
Pair = tuple[Term | None, Term | None]  # item and value


def quickstatements(release: Release, data: Path, tell: Progress) -> str:
    """Return what a release says and Wikidata lacks; what is left out, and why, is told.

    Raises InputError if a query, or the table of licences, cannot be used.
    """
    path = data / _LICENCES
    licences = ox.Store()
    licences.extend(quads_of(read_rdf(path, release.base)))
    free = {row["licence"] for row in _rows(licences, data / _QUERIES / "licences.rq", release.base, ("licence",))}
    store, text = load(release.dataset), ""
    for path in sorted((data / _QUERIES).glob("P*.rq"), key=lambda path: (len(path.stem), path.stem)):
        rows = list(_rows(store, path, release.base, _COLUMNS))
        known = {_pair(row) for row in rows if row["known"] == ox.Literal(value=True)}
        new = [row for row in rows if all(_pair(row)) and _pair(row) not in known]
        told = [row for row in new if row["licence"] in free]
        text += "".join(dict.fromkeys(sorted(_line(path.stem, row) for row in told)))
        linked = {row["about"] for row in rows if all(_pair(row))}
        facts = {
            "written": len(written := set(map(_pair, told))),
            "known": len({pair for pair in known if all(pair)}),
            "unlinked": len({row["about"] for row in rows} - linked),
        }
        tell.result(say("link-statements", property=path.stem, **facts), property=path.stem, **facts)
        _tell_barred(path.stem, (row for row in new if _pair(row) not in written), tell)
    return text


def _tell_barred(name: str, rows: Iterable[Row], tell: Progress) -> None:
    """Tell how many statements no source has whose licence lets them go on, and which sources have them."""
    barred = {(_text(row["source"]), _text(row["licence"]), _pair(row)) for row in rows}
    for (source, licence), count in sorted(Counter(each[:2] for each in barred).items()):
        under = licence or say("link-statements-no-licence")
        facts = {"property": name, "count": count, "source": source}
        tell.result(say("link-statements-barred", **facts, licence=under), **facts, licence=licence)


def _rows(store: ox.Store, path: Path, base: str, columns: tuple[str, ...]) -> Iterator[Row]:
    """Yield what a query answers; InputError if it is no SELECT query or lacks a column."""
    place = Place(relative(path))
    try:
        found = answer(store, Query(read_source(path), base))
        names = [v.value for v in found.variables] if isinstance(found, ox.QuerySolutions) else []
        if not isinstance(found, ox.QuerySolutions) or not {*columns} <= {*names}:
            raise InputError([Problem(say("link-statements-columns", columns=", ".join(columns)), place)])
        yield from (dict(zip(names, solution, strict=True)) for solution in found)
    except QueryError as error:
        raise InputError([Problem(error.message, place)]) from error


def _pair(row: Row) -> Pair:
    return row["item"], row["value"]


def _line(name: str, row: Row) -> str:
    """Return the line of a statement, with what qualifies it and where it is from."""
    more = [(column, value) for column, value in row.items() if value is not None and _SAID.fullmatch(column)]
    cells = [_cell(row["item"]), name, _cell(row["value"]), *(cell for c, v in more for cell in (c, _cell(v)))]
    return "\t".join(cells) + "\n"


def _cell(value: Term | None) -> str:
    """Return a value as QuickStatements write it: an item, a day, month or year, or else a text."""
    text = _text(value)
    if isinstance(value, ox.NamedNode) and text.startswith(ENTITY):
        return text.removeprefix(ENTITY)
    if isinstance(value, ox.Literal) and (date := _DATE.fullmatch(text)):
        year, month, day = date[1], date[2] or "00", date[3] or "00"
        return f"+{year}-{month}-{day}T00:00:00Z/{_YEAR + len([part for part in date.groups()[1:] if part])}"
    return '"' + " ".join(text.replace('"', "'").split()) + '"'


def _text(value: Term | None) -> str:
    return value.value if isinstance(value, ox.NamedNode | ox.BlankNode | ox.Literal) else ""
