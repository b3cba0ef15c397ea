"""The order of names: Unicode's, as ICU knows it, the same in every language of the pages."""

from functools import cache

import icu


def sort_key(text: str) -> bytes:
    """Return what to sort a name by: Škofja Loka stands at S, Øresund at O, «Group 2» before «Group 10».

    The keys compare as bytes do, in Python as in SQLite; those of two versions of ICU do not compare with each other.
    """
    return bytes(_collator().getSortKey(text))


@cache
def _collator() -> icu.Collator:
    """Return the root collation (Unicode Technical Standard 35, part 5), with numbers in their own order."""
    return icu.Collator.createInstance(icu.Locale("und-u-kn"))
