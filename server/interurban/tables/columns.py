"""Tables and their columns, as their metadata describe them (https://www.w3.org/TR/tabular-metadata/), read once."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

import csvw
from uritemplate import URITemplate

from interurban.messages import Bilingual
from interurban.rdf.dates import EDTF, from_day_first

Templates = tuple[str | None, str | None, str | None]
SILENT: Templates = (None, None, None)


@dataclass(frozen=True)
class Column:
    """A column: its CSVW description, its place in the file when read, and what to tell a person who got it wrong.

    templates: what its values are about, by which property they are, and what they name if not themselves.
    others: what people write instead of one of its codes, in small letters -> the code.
    """

    csvw: csvw.Column
    name: str
    expected: Bilingual
    templates: Templates
    others: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def datatype(self) -> csvw.Datatype | None:
        """What its values are, None for texts."""
        return self.csvw.inherit("datatype")

    @cached_property
    def base(self) -> str:
        """The name of the datatype on which its own is built."""
        return str(self.csvw.datatype.base) if self.csvw.datatype else "string"

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """What its values have to look like, if that is all there is to say of them, and they are texts."""
        if self.base != "string" or self.csvw.separator or self.csvw.null != [""]:
            return None
        datatype = self.datatype
        if datatype is None:
            return re.compile("(?s:.*)")
        if any(bound is not None for bound in (datatype.length, datatype.minLength, datatype.maxLength)):
            return None
        return re.compile(datatype.format or "(?s:.*)")

    @cached_property
    def language(self) -> str | None:
        """The language of its texts."""
        language: str = self.csvw.inherit("lang")
        return None if language == "und" else language

    def meant(self, text: str) -> str | None:
        """Return what a value that does not fit is most likely meant to be, as it is to be written; None if unknown."""
        return from_day_first(text) if self.is_dated else self.others.get(text.casefold())

    @cached_property
    def is_dated(self) -> bool:
        """Whether it holds dates whose precision is kept."""
        return self.csvw.datatype is not None and self.csvw.datatype.at_props.get("id") == EDTF

    @cached_property
    def is_bounded(self) -> bool:
        """Whether its numbers lie between two bounds."""
        return bool(self.csvw.datatype and None not in (self.csvw.datatype.minimum, self.csvw.datatype.maximum))


@dataclass(frozen=True)
class Table:
    """A table that a folder of `data/` may hold. `virtual` columns have no cells: they say the same of every row."""

    name: str
    columns: dict[str, Column]
    virtual: list[Templates]
    primary_key: tuple[str, ...]

    def saying(self, predicates: Collection[str]) -> "Table":
        """Return what there is of this table that says something by these properties, named as its metadata do."""
        virtual = [said for said in self.virtual if said[1] in predicates]
        columns = {name: column for name, column in self.columns.items() if column.templates[1] in predicates}
        said = [template for of in (*virtual, *(column.templates for column in columns.values())) for template in of]
        return Table(self.name, {**self._naming(said), **columns}, virtual, self.primary_key)

    @cached_property
    def about(self) -> list[str]:
        """The templates of what its rows are about."""
        every = (*self.virtual, *(column.templates for column in self.columns.values()))
        return list(dict.fromkeys(about for about, *_ in every if about))

    @cached_property
    def keys(self) -> "Table":
        """What there is of this table that tells what its rows are about, and says nothing."""
        return Table(self.name, self._naming(self.about), [], self.primary_key)

    def _naming(self, said: Iterable[str | None]) -> dict[str, Column]:
        """Return the columns whose values stand in some templates, as columns that say nothing."""
        names = {name for text in said if text for name in variables(text)}
        return {name: replace(column, templates=SILENT) for name, column in self.columns.items() if name in names}


def templates(column: csvw.Column) -> Templates:
    """Return the templates of a column's subject, predicate and object."""
    about, predicate, target = (column.inherit(kind) for kind in ("aboutUrl", "propertyUrl", "valueUrl"))
    return about and about.uri, predicate and predicate.uri, target and target.uri


@cache
def variables(template: str) -> list[str]:
    """Return the columns that a template wants the values of."""
    return [*URITemplate(template).variable_names]
