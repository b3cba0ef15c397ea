"""Everything that can go wrong, as one tree.

    InterurbanError
    ├── InputError            what a person wrote cannot be used: a list of Problems, all at once
    ├── SettingError          a setting has a value it cannot have
    ├── EndpointError         another SPARQL server cannot be asked, or has said no
    ├── ReleaseError          a release folder is missing, unfinished or damaged
    │   └── ReleaseFileError  a file of an opened release is not any more what it was
    └── QueryError            a query could not be answered
        ├── QuerySyntaxError  it is not SPARQL, or asks for what this endpoint does not do
        ├── QueryFormatError  none of the formats that were asked for can hold its answer
        ├── QueryTimeoutError it ran into the wall-clock limit
        ├── QueryLimitError   it ran into the limit of memory or of the answer's size, or its worker died
        └── QueryRefusedError no worker was free in time, or too many queries are waiting for one
            ├── QueryRemoteError the server that is to answer cannot now
            └── QueryShareError  its client has as many queries under way as one may have

Classes carry data, never HTTP codes: `interurban.web.problems` has the one table of statuses.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from interurban.messages import Language, Message

Form = Literal["solutions", "boolean", "graph"]  # of a query's answer


@dataclass(frozen=True)
class Place:
    """Where something stands: a file, and as far as known its line and column (both from 1) and column name."""

    file: str
    line: int | None = None
    column: int | None = None
    name: str | None = None

    @property
    def order(self) -> tuple[str, int, int]:
        """What places are sorted by: file, line, column, the whole before its parts."""
        return self.file, self.line or 0, self.column or 0

    def __str__(self) -> str:
        numbers = "".join(f":{n}" for n in (self.line, self.column) if n is not None)
        return f"{self.file}{numbers}" + (f" [{self.name}]" if self.name else "")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what, and (inside the message) what would be right.

    A warning is something to look at; it stops nothing.
    """

    message: Message
    place: Place | None = None
    node: str | None = None
    warning: bool = False

    def text(self, language: Language = "en") -> str:
        """Return the problem on one line: place, node, sentence."""
        where = [str(part) for part in (self.place, self.node and f"<{self.node}>") if part]
        kind = [Message("warning").text(language)] if self.warning else []
        return ": ".join([*where, *kind, self.message.text(language)])


class InterurbanError(Exception):
    """The root of the tree; its message can be read in every language of the catalogue."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message

    def text(self, language: Language = "en") -> str:
        """Return what a person is to read."""
        return self.message.text(language)


class InputError(InterurbanError):
    """What a person wrote cannot be used; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__(Message("input-problems", {"count": len(self.problems)}))

    def text(self, language: Language = "en") -> str:
        """Return one line for each problem, then how many there are."""
        return "\n".join([*(p.text(language) for p in self.problems), self.message.text(language)])


class SettingError(InterurbanError):
    """A setting has a value it cannot have."""


class EndpointError(InterurbanError):
    """Another SPARQL server cannot be asked, or has said no.

    status: what it answered, None if it did not; retry_after: seconds after which it may say something else; late: it
    has taken too long.
    """

    def __init__(
        self, message: Message, status: int | None = None, retry_after: int | None = None, *, late: bool = False
    ) -> None:
        super().__init__(message)
        self.status, self.retry_after, self.late = status, retry_after, late


class ReleaseError(InterurbanError):
    """A release folder is missing, unfinished or damaged."""


class ReleaseFileError(ReleaseError):
    """A file of a release that was opened is gone since, or is not any more what it was."""


class QueryError(InterurbanError):
    """A query could not be answered."""


class QuerySyntaxError(QueryError):
    """The text is not a query this endpoint answers; `line` and `column` count from 1 where known."""

    def __init__(self, message: Message, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line, self.column = line, column


class QueryFormatError(QueryError):
    """None of the formats that the client takes can hold an answer of this query's `form`.

    message: why the one that was chosen cannot, where others of its form could.
    """

    def __init__(self, form: Form, message: Message | None = None) -> None:
        super().__init__(message or Message("query-format-graph" if form == "graph" else "query-format-results"))
        self.form: Form = form


class QueryTimeoutError(QueryError):
    """The query ran into the wall-clock limit and was ended."""


class QueryLimitError(QueryError):
    """The query ran into the limit of memory or of the answer's size, or its worker died under it."""


class QueryRefusedError(QueryError):
    """No worker was free in time, or too many wait; asking again after `retry_after` seconds is sensible."""

    def __init__(self, message: Message, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class QueryRemoteError(QueryRefusedError):
    """The server that is to answer cannot now, or broke off."""


class QueryShareError(QueryRefusedError):
    """The client has as many queries under way as one may have."""


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems by place, each once (a Message is not hashable, so by what it says)."""
    once = {((p.place or Place("")).order, p.node or "", str(p.message)): p for p in problems}
    return [once[key] for key in sorted(once)]


def relative(path: Path) -> str:
    """Return `path` as people type it: relative to the working folder where it lies below it."""
    path = path.absolute()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
