"""How names are compared: in any script, without accents, qualifiers and words that only tell a kind."""

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from io import StringIO
from itertools import groupby, permutations
from typing import NamedTuple

from anyascii import anyascii
from rapidfuzz.distance import OSA

LEAST = 4  # letters that a name has, or a slip makes another one of it
_SLIP, _EXCHANGE = "slip", "exchange"
_SPELLING = "spelling"
_WORD = re.compile(r"[a-z0-9]+")
_IN_BRACKETS = re.compile(r"^(.+?)\s*[(\[]([^)\]]+)[)\]]\s*$")
_TURNED = re.compile(r"(.+?)(?:,\s+|\s*\()([^(),]+)\)?")  # Spezia, La; Aquila (L')
_ALTERNATIVES = re.compile(r"\s*/\s*")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})  # where a keyboard has none
_PARTING = str.maketrans("-'’.,/()", " " * 8)
_QUALIFYING = re.compile(r"\s+[-–—]\s+|\s*,\s+")
_BETWEEN = re.compile(r"\s+[-–—]\s+|\s*[/;|]\s*|\s*,\s+")  # Bolzano - Bozen, Bruxelles/Brussel, Albany, NY


@lru_cache(2**16)
def key(text: str) -> str:
    """Return what is the same for all ways of writing a name: its plain letters, in lower case."""
    return "".join(words(text))


def words(text: str) -> list[str]:
    """Return the words of a name in the same letters."""
    plain = text.lower() if text.isascii() else anyascii(unicodedata.normalize("NFKC", text).casefold()).lower()
    return _WORD.findall(plain)


def foreign(text: str) -> str:
    """Return the key of a name in another script than Latin, marked as such; "" of what is written in that.

    What is the same when it is written out in Latin letters need not be the same name.
    """
    first = next((letter for letter in text if letter.isalpha() and not letter.isascii()), "")
    return f"~{key(text)}" if first and not unicodedata.name(first, "").startswith("LATIN") else ""


def compared(name: str) -> str:
    """Return by what a name is compared with those of others: its key, marked as such if it is in another script."""
    return foreign(name) or key(name)


def once(names: Iterable[str]) -> list[str]:
    """Return those names that can be compared, of several that are compared as one the first."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(compared(name), name)
    return [name for letters, name in found.items() if letters.strip("~")]


def qualified(text: str) -> tuple[str, str] | None:
    """Return a name and what stands behind it in brackets, or after a comma or dash: Modena (IT), Albany, NY."""
    if found := _IN_BRACKETS.match(text):
        return found[1], found[2]
    pieces = [piece for piece in _QUALIFYING.split(text) if piece]
    return (pieces[0], pieces[-1]) if len(pieces) > 1 else None


def parts(text: str) -> Iterator[str]:
    """Yield a name as it is, and then what may be a name in it: before brackets and in them, beside a dash or comma."""
    yield text
    if found := _IN_BRACKETS.match(text):
        yield from found.groups()
        text = found[1]
    pieces = _BETWEEN.split(text)
    if len(pieces) > 1:
        yield from (piece for piece in pieces if piece)


def slip(name: str, other: str) -> str:
    """Return by which slip a name becomes another (a letter more, less or changed, two exchanged), "" if by none."""
    if len(name) < LEAST or OSA.distance(name, other, score_cutoff=1) > 1:
        return ""
    if name[0] != other[0]:  # few are made in the first letter
        return "similar"
    return _EXCHANGE if sorted(name) == sorted(other) or _single(name) == _single(other) else _SLIP


def _single(name: str) -> list[str]:
    """Return the letters of a name without those that follow the same one."""
    return [letter for letter, _ in groupby(name)]


class _Words(NamedTuple):
    kind: str
    pattern: re.Pattern[str]


class Kinds:
    """The words that tell what kind of thing a name is of, such as *Comune di …*, and those that are abbreviated.

    table: CSV with the columns `kind` and `words`, these with `*` for the name itself; without it they are the whole.
    Where the kind is `spelling`, the words with | between them are one word, in full and as it is abbreviated. Of two
    kinds with | between them, the words are codes of countries (ISO 3166-1) that have one of these only, or `*` where a
    word may mean either.
    """

    def __init__(self, table: str) -> None:
        rows = [row for row in csv.DictReader(StringIO(table)) if row["kind"]]
        alike = [row["words"].casefold().split("|") for row in rows if row["kind"] == _SPELLING]
        self._alike: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
        for words in alike:
            written = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)\.?")
            for word in words:
                self._alike.setdefault(word, []).append((f"{words[0]}.", written))  # no other key has a full stop
        self._alike_in = {
            (*kinds, country)
            for row in rows
            if "|" in row["kind"]
            for kinds in permutations(row["kind"].split("|"))
            for country in row["words"].split("|")
        }
        rows = [row for row in rows if row["kind"] != _SPELLING and "|" not in row["kind"]]
        self._kinds = {key(row["words"]): row["kind"] for row in rows if "*" not in row["words"]}
        framed = sorted(
            (row for row in rows if "*" in row["words"]), key=lambda row: (-len(row["words"]), row["words"])
        )
        self._frames = [_Words(row["kind"], _pattern(row["words"])) for row in framed]
        self._framed: dict[str, set[int]] = defaultdict(set)  # by the words that they begin and end with
        for place, row in enumerate(framed):
            ends = row["words"].casefold().translate(_PARTING).split()
            for word in (ends[0], ends[-1]):
                self._framed[word].add(place)
        # in scripts that have no spaces a kind is a name's last letter
        self._endings = tuple(word[1:] for word in self._framed if len(word) > 1 and word.startswith("*"))

    def of(self, word: str) -> str:
        """Return the kind that a word means, as a table may have it in a column of its own; "" if none."""
        return self._kinds.get(key(word), "")

    def same(self, one: str, other: str, country: str) -> bool:
        """Tell whether two kinds are one, as province and region are in a country that has one of these only."""
        alike = self._alike_in
        return one == other or (one, other, country) in alike or (one, other, "*") in alike

    def told(self, text: str) -> tuple[str, str]:
        """Return the kind that a name tells, "" if none, and the name without the words for it."""
        ends = text.casefold().translate(_PARTING).split() or [""]
        places = {*self._framed.get(ends[0], ()), *self._framed.get(ends[-1], ())}
        if ends[-1].endswith(self._endings):
            places.update(*(self._framed[f"*{ending}"] for ending in self._endings if ends[-1].endswith(ending)))
        for words in map(self._frames.__getitem__, sorted(places)):  # the longest first
            if found := words.pattern.fullmatch(text):
                return words.kind, found[1]
        return "", text

    def spellings(self, text: str) -> list[str]:
        """Return the keys of a name in all ways in which it is written, as it stands first."""
        plain = text.casefold()
        found = [key(text)]
        if not plain.isascii() and (typed := plain.translate(_UMLAUTS)) != plain:
            found.append(key(typed))
        if ("," in text or "(" in text) and (turned := _TURNED.fullmatch(text)):
            found.append(key(turned[2] + turned[1]))
        for word in plain.translate(_PARTING).split():
            for full, written in self._alike.get(word, ()):
                if any(between := [key(piece) for piece in written.split(plain)]):
                    found.append(full.join(between))
        return [one for one in dict.fromkeys(found) if one]

    def whole(self, texts: Iterable[str]) -> list[str]:
        """Return the keys of names in all their spellings, and of each of several with a stroke between them."""
        every = (name for text in texts for name in (text, *(_ALTERNATIVES.split(text) if "/" in text else ())))
        return list(dict.fromkeys(found for name in every for found in self.spellings(name)))

    def pieces(self, texts: Iterable[str]) -> list[str]:
        """Return the keys of what may be a name within names: beside brackets, a dash or a comma."""
        every = (piece for text in texts for piece in parts(text) if piece != text)
        return list(dict.fromkeys(found for piece in every for found in self.spellings(piece)))


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
