"""Identities in words: which thing elsewhere is the same or near, how surely, and what speaks for it."""

import re
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from interurban.messages import Language, Message, catalogue, say
from interurban.web.model.site import Site
from interurban.web.pages.literals import Text, literal_text
from interurban.web.pages.names import Names, Value

_DECIMAL = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")


@dataclass(frozen=True)
class Identity:
    """A mapping on the page. found: how; by: the program or person, "" if nobody is named.

    evidence: in the reader's language if a program told it, else as a person wrote it.
    """

    item: Value
    relation: Text
    confidence: Text
    found: str
    by: str
    evidence: Text


def identities(site: Site, names: Names, thing: ox.NamedNode) -> list[Identity]:
    """Return those of a thing, the surest first."""
    mappings = sorted(site.mappings.of(thing.value), key=lambda mapping: (-mapping.confidence, mapping.item))
    return [
        Identity(
            names.value(ox.NamedNode(mapping.item)),
            names.label(ox.NamedNode(mapping.predicate)),
            literal_text(
                ox.Literal(f"{mapping.confidence:.3f}".rstrip("0").rstrip("."), datatype=_DECIMAL), names.language
            ),
            _found(mapping.justification, names),
            mapping.person or mapping.tool,
            evidence(mapping.evidence, names.language),
        )
        for mapping in mappings
    ]


def evidence(written: str, language: Language) -> Text:
    """Return what speaks for a mapping (where it was found: one thing; another), which files have in English."""
    where, _, told = written.partition(": ")
    parts = [_told(part) for part in told.split("; ")]
    said = [part.text(language) for part in parts if part]
    if len(said) == len(parts):
        return Text(f"{where}: {'; '.join(said)}")
    return Text(written, None if language == "en" else "en")


def _told(part: str) -> Message | None:
    """Return the message that a part of the evidence is, None if it is none."""
    for key, pattern in _patterns().items():
        if found := pattern.fullmatch(part):
            return say(key, **found.groupdict())
    return None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Return key -> what the evidence of that key looks like in English."""
    told = {key: texts["en"]["other"] for key, texts in catalogue().items() if key.startswith("evidence-")}
    return {key: re.compile(re.escape(text).replace(r"\{value\}", "(?P<value>.+)")) for key, text in told.items()}


def _found(justification: str, names: Names) -> str:
    """Return how a mapping was found, in words where there are any."""
    key = f"web-justification-{justification}"
    return say(key).text(names.language) if key in catalogue() else justification
