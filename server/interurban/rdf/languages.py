"""Which of several texts a reader of a language should see."""

from collections.abc import Iterable

import pyoxigraph as ox


def preferred(literals: Iterable[ox.Literal], language: str) -> list[ox.Literal]:
    """Return those of `literals` that a reader of `language` should see.

    The ones in that language and those in none; without any in it, the ones in one other language: English
    before the rest.
    """
    every = sorted(literals, key=lambda x: (x.language or "", x.value))
    tongues = [x.language for x in every if x.language]
    best = min(tongues, key=lambda t: (t != language, t != "en", t), default=None)
    return [x for x in every if x.language in (None, best)]
