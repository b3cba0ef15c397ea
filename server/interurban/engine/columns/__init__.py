"""A second path for queries that count, group and join much: a release's statements as columns of numbers, in DuckDB.

The engine builds every term that it looks at; numbers in columns are counted thirty times as fast. A part of a query
that is understood is put into SQL, and what that finds stands in its place as VALUES; everything else, and all writing,
is the engine's. Where the answer might not be the engine's, the query stays as it is (docs/decisions/037-columns.md).

    tables       the tables
    constants    a query's constants, and their numbers
    relations    what a part of a query finds: tables, conditions, and what its variables are there
    expressions  conditions
    groups       groups of patterns
    aggregates   what is counted in groups
    selects      a SELECT by its parts
    answers      the query with what was found in it
"""

from interurban.engine.columns.answers import in_columns
from interurban.engine.columns.tables import Columns

__all__ = ["Columns", "in_columns"]
