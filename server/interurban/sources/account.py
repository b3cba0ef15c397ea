"""The account of an import: what became of each row of the publisher's. Nothing disappears silently.

`import.sql` makes tables named and made as ours, each with the column `origin`: from which rows of the input something
comes (one, or a list). Rows that are the same in every other column are one. The view `report` has what there is to say
of rows (`origin`, `reason` and, if need be, `detail`), `reasons` what each reason means: `reason`, its `outcome`, and
the sentence in `en` and `it`.

A row is taken if something of ours comes from it, and left out if the report says so; each is one of the two. What is
repaired or doubtful is taken all the same.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from interurban.errors import InputError, Place, Problem, relative
from interurban.messages import LANGUAGES, Message, say
from interurban.sources.database import ORIGIN, Database, quoted
from interurban.tables.columns import Column, Table
from interurban.tables.rows import read_row

Origin = tuple[str, int]  # an input, and a row in it
OUTCOMES = ("left-out", "repaired", "doubtful")
_REPORT, _REASONS = "report", "reasons"
_SHOWN = 5


@dataclass(frozen=True)
class Reason:
    """Why something is said of a row: what became of it, and the sentence in each language."""

    name: str
    outcome: str
    texts: Mapping[str, str]


@dataclass(frozen=True, order=True)
class Remark:
    """What is said of a row of the input."""

    origin: Origin
    reason: str
    detail: str


@dataclass(frozen=True)
class Made:
    """A table of ours as SQL made it: its columns, and each row with where it comes from."""

    table: Table
    columns: list[str]
    rows: list[tuple[str, ...]]


@dataclass(frozen=True)
class Account:
    """What an import makes of its inputs, whose rows add up. gone: what was described before and is not any more."""

    given: Mapping[str, int]
    taken: Mapping[str, int]
    made: list[Made]
    reasons: list[Reason]
    remarks: list[Remark]
    gone: Sequence[str] = ()


def account(
    database: Database, inputs: Mapping[str, Iterable[int]], tables: Mapping[str, Table], path: Path
) -> Account:
    """Return the account of the inputs (name -> numbers of its rows) after `path` has been run.

    Raises InputError if a row is neither taken nor left out, or both, or if what was made is not as ours are.
    """
    made, origins = [], set[Origin]()
    for table in tables.values():
        if columns := database.columns(table.name.removesuffix(".csv")):
            result, found = _made(database, table, columns, path)
            made += [result] if result.rows else []
            origins |= found
    reasons = _reasons(database, path)
    remarks = _remarks(database, reasons, path)
    given = {(name, number) for name, numbers in inputs.items() for number in numbers}
    left = {remark.origin for remark in remarks if reasons[remark.reason].outcome == "left-out"}
    unknown = (origins | {remark.origin for remark in remarks}) - given
    uneven = {"rows-lost": given - origins - left, "rows-both": origins & left, "rows-unknown": unknown}
    place = Place(relative(path))
    if problems := [Problem(_rows(key, rows), place) for key, rows in uneven.items() if rows]:
        raise InputError(problems)
    counted = Counter(name for name, _ in origins)
    return Account(
        {name: sum(origin[0] == name for origin in given) for name in inputs},
        {name: counted[name] for name in inputs},
        made,
        list(reasons.values()),
        sorted(remarks),
    )


def _rows(key: str, origins: set[Origin]) -> Message:
    shown = ", ".join(f"{name} {row}" for name, row in sorted(origins)[:_SHOWN])
    return say(key, count=len(origins), rows=shown + (", …" if len(origins) > _SHOWN else ""))


def _made(database: Database, table: Table, found: Mapping[str, str], path: Path) -> tuple[Made, set[Origin]]:
    """Return a table of ours, its rows in order of their key, and the origins of all of them."""
    name, place = table.name.removesuffix(".csv"), Place(relative(path), name=table.name)
    wrong = [column for column in found if column not in (ORIGIN, *table.columns)]
    missing = [column.name for column in table.columns.values() if column.csvw.required and column.name not in found]
    problems = [Problem(say("made-unknown", column=c, known=", ".join(table.columns)), place) for c in wrong]
    problems += [Problem(say("made-missing", column=c, expected=table.columns[c].expected), place) for c in missing]
    if not found.get(ORIGIN, "").startswith("STRUCT("):
        problems.append(Problem(say("made-no-origin"), place))
    if problems:
        raise InputError(problems)
    columns = [column for column in table.columns if column in found]
    values = [_as_text(table.columns[column], found[column]) for column in columns]
    rows: dict[tuple[str, ...], list[Origin]] = {}
    for *cells, origin in database.rows(name, [*values, quoted(ORIGIN)], path):
        if not origin:
            raise InputError([Problem(say("made-no-origin"), place)])
        found_in = [(one["input"], one["row"]) for one in (origin if isinstance(origin, list) else [origin])]
        rows.setdefault(tuple(cell or "" for cell in cells), []).extend(found_in)
    used = [n for n, column in enumerate(columns) if table.columns[column].csvw.required or any(row[n] for row in rows)]
    key = [columns.index(column) for column in table.primary_key if column in columns]
    in_order = sorted(rows, key=lambda row: ([row[n] for n in key], row))
    if problems := list(_unfit(table, columns, key, {row: min(rows[row]) for row in in_order})):
        raise InputError(problems)
    made = Made(table, [columns[n] for n in used], [tuple(row[n] for n in used) for row in in_order])
    return made, {origin for found_in in rows.values() for origin in found_in}


def _unfit(
    table: Table, columns: list[str], key: list[int], rows: Mapping[tuple[str, ...], Origin]
) -> Iterator[Problem]:
    """Yield what is wrong with rows of ours, at the row of the input that each comes from."""
    earlier: dict[tuple[str, ...], Origin] = {}
    for row, (name, number) in rows.items():
        yield from read_row(table, columns, list(row), Place(name, number))[1]
        first = earlier.setdefault(tuple(row[n] for n in key), (name, number))
        if key and first != (name, number):
            message = say("made-twice", table=table.name, key=", ".join(row[n] for n in key), first=Place(*first))
            yield Problem(message, Place(name, number))


def _as_text(column: Column, kind: str) -> str:
    """Return the SQL that has a column's value as our tables write it."""
    name = quoted(column.name)
    if kind.endswith("[]"):
        return f"array_to_string({name}, '{column.csvw.separator or ''}')"
    if kind.startswith(("DOUBLE", "FLOAT", "DECIMAL")):  # as decimal digits, to what is a centimetre in degrees
        return f"rtrim(rtrim(CAST(CAST({name} AS DECIMAL(38, 7)) AS VARCHAR), '0'), '.')"
    return f"CAST({name} AS VARCHAR)"


def _reasons(database: Database, path: Path) -> dict[str, Reason]:
    """Return the reasons that SQL gives; InputError for one without words or outcome."""
    needed = ("reason", "outcome", *LANGUAGES)
    place, found = Place(relative(path), name=_REASONS), database.columns(_REASONS)
    if not found:
        return {}
    if not found.keys() >= set(needed):
        raise InputError([Problem(say("reasons-columns", columns=", ".join(needed)), place)])
    rows = database.rows(_REASONS, needed, path)
    if wrong := [str(row[0]) for row in rows if not all(row) or row[1] not in OUTCOMES]:
        raise InputError([Problem(say("reasons-wrong", reasons=", ".join(wrong), outcomes=", ".join(OUTCOMES)), place)])
    reasons = (Reason(name, outcome, dict(zip(LANGUAGES, texts, strict=True))) for name, outcome, *texts in rows)
    return {reason.name: reason for reason in sorted(reasons, key=lambda r: (OUTCOMES.index(r.outcome), r.name))}


def _remarks(database: Database, reasons: Mapping[str, Reason], path: Path) -> set[Remark]:
    """Return what the report says; InputError for a reason that nobody explains."""
    place, found = Place(relative(path), name=_REPORT), database.columns(_REPORT)
    if not found:
        return set()
    if not found.keys() >= {ORIGIN, "reason"}:
        raise InputError([Problem(say("report-columns"), place)])
    values = [ORIGIN, "reason", "CAST(detail AS VARCHAR)" if "detail" in found else "''"]
    remarks = set(_read(database.rows(_REPORT, values, path)))
    if unknown := sorted({remark.reason for remark in remarks} - reasons.keys()):
        raise InputError([Problem(say("reasons-unknown", reasons=", ".join(unknown)), place)])
    return remarks


def _read(rows: Iterable[tuple[dict[str, object], str, str | None]]) -> Iterator[Remark]:
    for origin, reason, detail in rows:
        yield Remark((str(origin["input"]), int(str(origin["row"]))), str(reason), detail or "")
