"""Which representation answers a request: proactive negotiation as pure functions (RFC 9110, section 12).

The most specific range that matches an offer gives its quality; the offer with the highest quality wins; ties
go to the server's order. A header that is absent, empty or unreadable states no preference.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

L = TypeVar("L", bound=str)

# Commas and semicolons inside a quoted string separate nothing. One that is not closed goes on to the end; the
# possessive quantifiers keep whoever sends a thousand of those from making us read the rest a thousand times.
_ELEMENT = re.compile(r'(?:[^,"]|"(?:\\.|[^"\\])*+"?)++')
_PART = re.compile(r'(?:[^;"]|"(?:\\.|[^"\\])*+"?)++')
_QUALITY = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")
_MEDIA_RANGE = re.compile(r"\*/\*|[\w!#$&^.+-]+/(?:\*|[\w!#$&^.+-]+)")
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
    for element in _ELEMENT.findall(header or ""):
        value, *rest = [part.strip() for part in _PART.findall(element)] or [""]
        parameters = {}
        for name, equals, text in (part.partition("=") for part in rest):
            if equals:
                parameters[name.strip().lower()] = text.strip().strip('"').lower()
        quality = parameters.pop("q", "1")
        if pattern.fullmatch(value.lower()) and _QUALITY.fullmatch(quality):
            found.append(Range(value.lower(), frozenset(parameters.items()), float(quality)))
    return found


@lru_cache(maxsize=256)
def media_type(accept: str | None, offers: tuple[str, ...]) -> str | None:
    """Return the offer that an Accept header prefers, None if it accepts none of them (406).

    offers: media types in the server's order. A charset of UTF-8 and a profile are no reason to refuse:
    everything here is UTF-8, and a profile is a hint (RFC 6906).
    """
    accepted = ranges(accept, _MEDIA_RANGE)
    if not accepted:
        return offers[0]
    graded = [(_media_quality(offer, accepted), -place) for place, offer in enumerate(offers)]
    quality, place = max(graded)
    return offers[-place] if quality > 0 else None


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


def _media_quality(offer: str, accepted: Sequence[Range]) -> float:
    kind = offer.partition("/")[0]
    matching = []
    for r in accepted:
        demands = {p for p in r.parameters if p[0] != "profile" and p != ("charset", "utf-8")}
        if r.value in ("*/*", f"{kind}/*", offer) and not demands:
            matching.append((r.value == offer, r.value != "*/*", len(r.parameters), r.quality))
    return max(matching)[-1] if matching else 0


def _language_quality(offer: str, accepted: Sequence[Range]) -> float:
    exact = [r.quality for r in accepted if r.value == offer]
    narrower = [r.quality for r in accepted if r.value.startswith(offer + "-")]
    anything = [r.quality for r in accepted if r.value == "*"]
    return next((max(group) for group in (exact, narrower, anything) if group), 0)
