"""The short names of JSON-LD: which term stands for which IRI, and how its values are read.

The names depend on the release's vocabulary alone, so the same word means the same thing in every document.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from interurban.iris import DCT, PREFIXES, RDFS, SKOS

_PLAIN_NAME = re.compile(r"[A-Za-z][\w-]*")

# Other people's properties whose values are texts in a language, whatever our ontology says of them.
TEXTS = frozenset(
    [
        *(RDFS + name for name in ("label", "comment")),
        *(SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel")),
        *(SKOS + name for name in ("definition", "scopeNote", "note", "example")),
        *(DCT + name for name in ("title", "description", "abstract")),
    ]
)


@dataclass(frozen=True)
class TermDefinition:
    """A short name in the context (JSON-LD 1.1: an expanded term definition).

    links: strings are IRIs; languages: the value is a map from language to texts.
    """

    name: str
    iri: str
    links: bool = False
    languages: bool = False

    def in_context(self) -> dict[str, str]:
        """Return the term as it stands in a context."""
        more = {"@type": "@id"} if self.links else {"@container": "@language"} if self.languages else {}
        return {"@id": self.iri, **more}


def terms(names: Iterable[str], links: Iterable[str], languages: Iterable[str]) -> dict[str, TermDefinition]:
    """Return IRI -> term for those of `names` that get a short one: the first namespace that has it wins it.

    links, languages: which of them are properties whose values are things, or texts in languages.
    A name that is already a prefix is left to the prefix.
    """
    short: dict[str, str] = {}
    every = sorted({*names, *TEXTS})
    for namespace in PREFIXES.values():
        for iri in every:
            name = iri[len(namespace) :]
            if iri.startswith(namespace) and _PLAIN_NAME.fullmatch(name) and name not in PREFIXES:
                short.setdefault(name, iri)
    things, texts = frozenset(links), TEXTS.union(languages)
    return {iri: TermDefinition(name, iri, iri in things, iri in texts) for name, iri in short.items()}
