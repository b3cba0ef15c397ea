"""How names are compared: in any script, without accents, qualifiers and words that only tell a kind."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from io import StringIO
from typing import NamedTuple

from anyascii import anyascii

_WORD = re.compile(r"[a-z0-9]+")
_IN_BRACKETS = re.compile(r"^(.+?)\s*[(\[]([^)\]]+)[)\]]\s*$")
_BETWEEN = re.compile(r"\s+[-–—]\s+|\s*[/;|]\s*|\s*,\s+")  # Bolzano - Bozen, Bruxelles/Brussel, Albany, NY


@lru_cache(2**16)
def key(text: str) -> str:
    """Return what is the same for all ways of writing a name: its plain letters, in lower case."""
    return "".join(words(text))


def words(text: str) -> list[str]:
    """Return the words of a name in the same letters."""
    plain = text.lower() if text.isascii() else anyascii(unicodedata.normalize("NFKC", text).casefold()).lower()
    return _WORD.findall(plain)


def parts(text: str) -> Iterator[str]:
    """Yield a name as it is, and then what may be a name in it: before brackets and in them, beside a dash or comma."""
    yield text
    if found := _IN_BRACKETS.match(text):
        yield from found.groups()
        text = found[1]
    pieces = _BETWEEN.split(text)
    if len(pieces) > 1:
        yield from (piece for piece in pieces if piece)


class _Words(NamedTuple):
    kind: str
    pattern: re.Pattern[str]


class Kinds:
    """The words that tell what kind of thing a name is of, such as *Comune di …*.

    table: CSV with the columns `kind` and `words`, these with `*` for the name itself; without it they are the whole.
    """

    def __init__(self, table: str) -> None:
        rows = [row for row in csv.DictReader(StringIO(table)) if row["kind"]]
        self._kinds = {key(row["words"]): row["kind"] for row in rows if "*" not in row["words"]}
        framed = sorted(
            (row for row in rows if "*" in row["words"]), key=lambda row: (-len(row["words"]), row["words"])
        )
        self._frames = [_Words(row["kind"], _pattern(row["words"])) for row in framed]

    def of(self, word: str) -> str:
        """Return the kind that a word means, as a table may have it in a column of its own; "" if none."""
        return self._kinds.get(key(word), "")

    def told(self, text: str) -> tuple[str, str]:
        """Return the kind that a name tells, "" if none, and the name without the words for it."""
        for words in self._frames:
            if found := words.pattern.fullmatch(text):
                return words.kind, found[1]
        return "", text


def _pattern(words: str) -> re.Pattern[str]:
    before, _, after = (re.escape(part).replace("\\ ", r"\s+") for part in words.partition("*"))
    # "d'Aosta" as well as "di Como": an apostrophe needs no space behind it
    return re.compile(f"{before}\\s*(\\S.*){after}".replace(r"\s+\s*", r"\s+"), re.IGNORECASE)


def keys(names: Iterable[str]) -> list[str]:
    """Return the keys of all names and of their parts, each once, those of whole names first."""
    names = list(names)
    whole = dict.fromkeys(key(name) for name in names)
    within = dict.fromkeys(key(part) for name in names for part in parts(name))
    return [found for found in whole | within if found]


def exchanged(name: str) -> tuple[str, ...]:
    """Return a person's name with the last word first, and with the first one last, where that is another name."""
    first, *rest = name.split() or [""]
    turned = (" ".join([*rest, first]), " ".join([*rest[-1:], first, *rest[:-1]]))
    return tuple(dict.fromkeys(text for text in turned if text != name))
