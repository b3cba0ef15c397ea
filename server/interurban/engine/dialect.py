"""Where pyoxigraph reads SPARQL otherwise than the W3C's test suites: the same query in words that it reads as they do.

As in `evaluate`, the parser is the only judge: variations of the text are parsed on an empty store.
"""

import re
from itertools import islice

from pyoxigraph import QuerySolutions, Store

# `TRUE` where it may be a keyword, which SPARQL writes in any case; not behind what begins a name, nor as a prefix.
_BOOLEAN = re.compile(r"(?<![\w?$:@])(?!true|false)(?i:true|false)(?![\w:])", re.ASCII)
_STAR = re.compile(r"\bSELECT\s*(?:(?:DISTINCT|REDUCED)\s*)?\*", re.IGNORECASE | re.ASCII)
_VARIABLE = re.compile(r"[?$](\w+)")
_MOST = 20  # places that are tried: each is another time to parse


def is_query(text: str, base: str) -> bool:
    """Tell whether `text` is a SPARQL query, whatever it asks for."""
    try:
        Store().query(text, base_iri=base)
    except SyntaxError:
        return False
    except (RuntimeError, OSError):  # it was parsed, and failed for want of what it asks for
        return True
    return True


def unused(text: str, length: int) -> str:
    """Return a word of so many letters that the text does not have."""
    words = (length * letter for letter in "zyxwvuq")
    return next((word for word in words if word not in text.lower()), length * "z")


def with_lower_booleans(text: str, base: str) -> str:
    """Return the query with `TRUE` and `FALSE` as pyoxigraph knows them, the same text if that makes it no query.

    In a comment or in a text other letters would do as well: there they stay.
    """
    places = [match.span() for match in islice(_BOOLEAN.finditer(text), _MOST)]
    if not places or is_query(text, base):
        return text
    known = _BOOLEAN.sub(lambda match: match[0].lower(), text)
    if not is_query(known, base):
        return text
    for start, end in places:
        if is_query(known[:start] + unused(text, end - start) + known[end:], base):
            known = known[:start] + text[start:end] + known[end:]
    return known


def with_columns(text: str, base: str) -> str:
    """Return the query with the columns of its `SELECT *` in the order of its text; pyoxigraph sorts them."""
    stars = list(islice(_STAR.finditer(text), _MOST))
    columns = _columns(text, base) if stars else []
    named = [name for name in dict.fromkeys(_VARIABLE.findall(text)) if name in columns]
    if named == columns or len(named) < len(columns):
        return text
    for star in stars:  # the first may stand in a comment
        varied = f"{text[: star.end() - 1]} ?{' ?'.join(named)} {text[star.end() :]}"
        if _columns(varied, base) == named:
            return varied
    return text


def _columns(text: str, base: str) -> list[str]:
    """Return what the columns of a SELECT are called, in order; none for anything else."""
    try:
        results = Store().query(text, base_iri=base)
    except (SyntaxError, RuntimeError, OSError):
        return []
    return [variable.value for variable in results.variables] if isinstance(results, QuerySolutions) else []
