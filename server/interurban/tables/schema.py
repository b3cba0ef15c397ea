"""The tables' metadata: which tables there are, which columns each has, what each column says in RDF.

The description is CSV on the Web metadata (https://www.w3.org/TR/tabular-metadata/), read by the `csvw` package.
A table's `url` is a file name: every folder of `data/` may hold a table of that name.
"""

import json
import warnings
from dataclasses import dataclass
from pathlib import Path

import csvw

from interurban.errors import InputError, Place, Problem, relative
from interurban.messages import LANGUAGES, Bilingual, say

_DESCRIPTION = "dc:description"


@dataclass(frozen=True)
class Column:
    """A column: its CSVW description, its place in the file when read, and what to tell a person who got it wrong."""

    csvw: csvw.Column
    name: str
    expected: Bilingual


@dataclass(frozen=True)
class Table:
    """A table that a folder of `data/` may hold. `virtual` columns have no cells: they say the same of every row."""

    name: str
    columns: dict[str, Column]
    virtual: list[csvw.Column]
    primary_key: tuple[str, ...]


def read_tables(path: Path) -> dict[str, Table]:
    """Return file name -> table, from the metadata at `path`.

    Raises InputError if the metadata is not JSON, is not CSVW, or leaves a column undescribed in a language.
    """
    place = Place(relative(path))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # csvw warns where its standard lets it carry on; we do not
            group = csvw.TableGroup.from_file(path)
    except json.JSONDecodeError as error:
        place = Place(relative(path), error.lineno, error.colno)
        raise InputError([Problem(say("tables-json", reason=error.msg), place)]) from error
    except (ValueError, TypeError, UserWarning) as error:
        raise InputError([Problem(say("tables-csvw", reason=error), place)]) from error
    tables, problems = {}, []
    for table in group.tables:
        name, schema = str(table.url), table.tableSchema
        columns = {}
        for column in (c for c in schema.columns if not c.virtual):
            expected = _in_each_language(column.common_props.get(_DESCRIPTION))
            if missing := [language for language in LANGUAGES if language not in expected]:
                message = say("tables-description", table=name, column=column.name, languages=", ".join(missing))
                problems.append(Problem(message, place))
            columns[column.name] = Column(column, column.name, expected)
        virtual = [c for c in schema.columns if c.virtual]
        tables[name] = Table(name, columns, virtual, tuple(schema.primaryKey or ()))
    if problems:
        raise InputError(problems)
    return tables


def _in_each_language(value: object) -> Bilingual:
    """Return a JSON-LD language map or list of value objects as texts by language."""
    items = value if isinstance(value, list) else [value]
    return Bilingual({i["@language"]: i["@value"] for i in items if isinstance(i, dict) and "@language" in i})
