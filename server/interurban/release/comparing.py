"""What two things have each for itself and both: a table of the release, beside those of its lists."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

COLUMNS = ("thing", "what", "through", "since", "until")


@dataclass(frozen=True)
class Part:
    """What things of a kind are compared by.

    labels: language -> heading; common: language -> form (`one`, `other`) -> how one says how many `{count}` both have;
    lasting: whether they have it for a time.
    """

    of: str
    labels: Mapping[str, str]
    common: Mapping[str, Mapping[str, str]]
    lasting: bool

    @classmethod
    def read(cls, head: str) -> "Part":
        """Return a part as a table has it."""
        return cls(**json.loads(head))

    def written(self) -> str:
        """Return it as a table has it."""
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True)
class Had:
    """Something that a thing has or had, by the fact that says so ("": none in particular), and its dates as said."""

    what: str
    through: str
    since: str
    until: str
