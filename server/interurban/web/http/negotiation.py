"""Which representation answers a request: proactive negotiation as pure functions (RFC 9110, section 12).

The most specific range that matches an offer gives its quality; the offer with the highest quality wins; ties
go to the server's order. A header that is absent, empty or unreadable states no preference.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TypeVar

L = TypeVar("L", bound=str)
Names = tuple[tuple[str, str], ...]  # of media types, and the offers that they stand for

# Commas and semicolons inside a quoted string separate nothing. One that is not closed goes on to the end; the
# possessive quantifiers keep whoever sends a thousand of those from making us read the rest a thousand times.
_ELEMENT = re.compile(r'(?:[^,"]|"(?:\\.|[^"\\])*+"?)++')
_PART = re.compile(r'(?:[^;"]|"(?:\\.|[^"\\])*+"?)++')
_QUALITY = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")
_MEDIA_RANGE = re.compile(r"\*/\*|[\w!#$&^.+-]+/(?:\*|[\w!#$&^.+-]+)")
_MOST = 64  # elements of a header, and parts of one, that are read; no client sends so many
# Parameters that a representation meets whatever they say: a profile is a hint (RFC 6906), and RDF 1.1 is RDF 1.2.
_HINTS = ("profile", "version")
_GZIP = re.compile("gzip")
_LANGUAGE_RANGE = re.compile(r"\*|[a-z]{1,8}(-[a-z0-9]{1,8})*")


@dataclass(frozen=True)
class Range:
    """One element of a header: its value in lower case, its parameters but `q`, its quality from 0 to 1."""

    value: str
    parameters: frozenset[tuple[str, str]]
    quality: float


def ranges(header: str | None, pattern: re.Pattern[str]) -> list[Range]:
    """Return the readable elements of a header whose values match `pattern`; the others are passed over."""
    found = []
    for element in islice(_ELEMENT.finditer(header or ""), _MOST):
        value, *rest = [part.group().strip() for part in islice(_PART.finditer(element.group()), _MOST)] or [""]
        parameters = {}
        for name, equals, text in (part.partition("=") for part in rest):
            if equals:
                parameters[name.strip().lower()] = text.strip().strip('"').lower()
        quality = parameters.pop("q", "1")
        if pattern.fullmatch(value.lower()) and _QUALITY.fullmatch(quality):
            found.append(Range(value.lower(), frozenset(parameters.items()), float(quality)))
    return found


@lru_cache(maxsize=256)
def media_type(accept: str | None, offers: tuple[str, ...], synonyms: Names = (), loose: Names = ()) -> str | None:
    """Return the offer that an Accept header prefers, None if it accepts none of them (406).

    offers: media types in the server's order. synonyms: other names of offers, as good as their own. loose: names that
    most likely mean an offer, and count where none is accepted by name. A parameter is no reason to refuse: where
    nothing else is accepted, it is passed over, as the whole header might be (RFC 9110, 12.5.1).
    """
    accepted = ranges(accept, _MEDIA_RANGE)
    if not accepted:
        return offers[0]
    refused = {r.value for r in accepted if not (r.quality or r.parameters)}
    bare = [Range(r.value, frozenset(), r.quality) for r in accepted if r.value not in refused]
    own = (*((offer, offer) for offer in offers), *synonyms)
    return next(filter(None, (_preferred(names, asked) for asked in (accepted, bare) for names in (own, loose))), None)


@lru_cache(maxsize=256)
def language(accept_language: str | None, offers: tuple[L, ...]) -> L:
    """Return the offered language that an Accept-Language header prefers; the first if it names none of them.

    A range `it-CH` is served by `it` (RFC 4647, section 3.4, lookup).
    """
    accepted = ranges(accept_language, _LANGUAGE_RANGE)
    graded = [(_language_quality(offer, accepted), -place) for place, offer in enumerate(offers)]
    quality, place = max(graded)
    return offers[-place] if quality > 0 else offers[0]


def takes_gzip(accept_encoding: str | None) -> bool:
    """Return whether an Accept-Encoding header takes gzip by name."""
    return any(coding.quality for coding in ranges(accept_encoding, _GZIP))


def _preferred(names: Names, accepted: Sequence[Range]) -> str | None:
    """Return what the name stands for that is accepted best; of several, one that is asked for by name."""
    graded = [(*_media_quality(name, accepted), -place) for place, (name, _) in enumerate(names)]
    quality, _, place = max(graded, default=(0, 0, 0))
    return names[-place][1] if quality > 0 else None


def _media_quality(name: str, accepted: Sequence[Range]) -> tuple[float, bool]:
    """Return the quality of the most specific range that a name matches, and whether that is the name itself."""
    kind = name.partition("/")[0]
    matching = []
    for r in accepted:
        demands = {p for p in r.parameters if p[0] not in _HINTS and p != ("charset", "utf-8")}
        if r.value in ("*/*", f"{kind}/*", name) and not demands:
            matching.append((r.value == name, r.value != "*/*", len(r.parameters), r.quality))
    by_name, *_, quality = max(matching, default=(False, 0))
    return quality, by_name


def _language_quality(offer: str, accepted: Sequence[Range]) -> float:
    exact = [r.quality for r in accepted if r.value == offer]
    narrower = [r.quality for r in accepted if r.value.startswith(offer + "-")]
    anything = [r.quality for r in accepted if r.value == "*"]
    return next((max(group) for group in (exact, narrower, anything) if group), 0)
