"""What a request asks of the reconciliation service (Reconciliation Service API 0.2): its queries, read and checked.

What a client has in a cell and nobody can read as what it should be (a country that is none, a latitude «n/a») says
nothing, and is no error: the table is not the client's fault.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from interurban.matching.records import Record, code, normal, website
from interurban.messages import say
from interurban.web.http.errors import BadRequestError
from interurban.web.model.reconciliation import Asked, Meanings

BATCH = 50  # queries that clients are told to send at a time
MOST_QUERIES = 1_000
MOST_IDS = 1_000
_MOST_CHARACTERS = 300  # of a name or value
_MOST_PROPERTIES = 50
MOST_CANDIDATES = 100
CANDIDATES = 10  # where nothing is said of how many
_ALL = "all"
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def read(text: str, name: str) -> dict[str, Any]:
    """Return the JSON object that a parameter of this name has; BadRequestError if it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequestError(say("reconcile-json", name=name, reason=str(error)[:100])) from error
    if not isinstance(found, dict):
        raise BadRequestError(say("reconcile-object", name=name))
    return found


def queries(text: str, meanings: Meanings, types: Mapping[str, str]) -> dict[str, Asked]:
    """Return the queries of a batch by what the client calls them; BadRequestError tells which is wrong.

    types: identifiers of types, and the classes they are.
    """
    batch = read(text, "queries")
    if len(batch) > MOST_QUERIES:
        raise BadRequestError(say("reconcile-queries", most=MOST_QUERIES, batch=BATCH))
    return {name: _asked(name, query, meanings, types) for name, query in batch.items()}


def _asked(name: str, query: Any, meanings: Meanings, types: Mapping[str, str]) -> Asked:
    def wrong(key: str, **values: object) -> BadRequestError:
        return BadRequestError(say(f"reconcile-{key}", query=name[:_MOST_CHARACTERS], **values))

    if not isinstance(query, dict):
        raise wrong("query")
    text, properties = query.get("query", ""), query.get("properties") or []
    if isinstance(text, int | float) and not isinstance(text, bool):
        text = str(text)
    if not isinstance(text, str | None) or not isinstance(properties, list) or len(properties) > _MOST_PROPERTIES:
        raise wrong("query")
    text = (text or "").strip()
    if len(text) > _MOST_CHARACTERS:
        raise wrong("long", most=_MOST_CHARACTERS)
    if not text and not properties:
        raise wrong("nothing")
    classes = tuple(dict.fromkeys(_class(given, types, wrong) for given in _several(query.get("type")) if given))
    limit = query.get("limit", CANDIDATES)
    if not isinstance(limit, int | float) or isinstance(limit, bool) or not limit >= 1:
        raise wrong("limit")
    record = Record("", text)
    if "://" in text:  # who has an address of the thing says so instead of a name
        record = Record("", "", identifiers=frozenset([normal(text)]))
    for pid, value in _evidence(properties, wrong):
        record = _with(record, pid, value, meanings)
    return Asked(record, classes, int(min(limit, MOST_CANDIDATES)), query.get("type_strict") == _ALL)


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _class(given: Any, types: Mapping[str, str], wrong: Any) -> str:
    name = given.get("id") if isinstance(given, dict) else given
    if not isinstance(name, str) or name not in types:
        raise wrong("type", type=str(name)[:_MOST_CHARACTERS], types=", ".join(n for n in types if "/" not in n))
    return types[name]


def _evidence(properties: list[Any], wrong: Any) -> Iterator[tuple[str, str]]:
    """Yield property and value of each that can be read as a text."""
    for one in properties:
        if not isinstance(one, dict) or not isinstance(one.get("pid"), str) or "v" not in one:
            raise wrong("property")
        for value in _several(one["v"])[:_MOST_PROPERTIES]:
            said = value.get("id", value.get("name")) if isinstance(value, dict) else value
            if isinstance(said, str | int | float) and not isinstance(said, bool):
                yield one["pid"], str(said).strip()[:_MOST_CHARACTERS]


def _with(record: Record, pid: str, value: str, meanings: Meanings) -> Record:
    """Return a record with what one more property says of it, as far as that can be read."""
    if pid == "country":
        country = value.rpartition("/")[2] if "://" in value else value
        return replace(record, country=meanings.countries.of(country) or record.country)
    if pid in ("latitude", "longitude"):
        return _placed(record, **{pid: _number(value)})
    if pid == "coordinates":
        latitude, _, longitude = value.partition(",")
        return _placed(record, latitude=_number(latitude), longitude=_number(longitude))
    if pid == "population":
        number = _number(value)
        return replace(record, population=int(number)) if number and number >= 1 else record
    if pid == "website" and value:
        return replace(record, identifiers=record.identifiers | {website(value)})
    if pid in meanings.schemes and value:
        named = value if "://" in value or code(value)[0] == pid else f"{pid}:{value}"
        return replace(record, identifiers=record.identifiers | {normal(named)})
    return record


def _placed(record: Record, **where: float | None) -> Record:
    most = {"latitude": 90.0, "longitude": 180.0}
    known = {name: value for name, value in where.items() if value is not None and abs(value) <= most[name]}
    return replace(record, **known)  # type: ignore[arg-type]  # both are numbers


def _number(text: str) -> float | None:
    text = text.strip()
    number = float(text) if _NUMBER.fullmatch(text) else None
    return number if number is None or math.isfinite(number) else None


def extension(text: str, known: Mapping[str, object]) -> tuple[list[str], list[str]]:
    """Return the things and the properties that a request for data extension names; BadRequestError if it does not.

    known: the properties that there are.
    """
    asked = read(text, "extend")
    ids, properties = asked.get("ids"), asked.get("properties")
    if not isinstance(ids, list) or not isinstance(properties, list) or not all(isinstance(i, str) for i in ids):
        raise BadRequestError(say("reconcile-extend"))
    names = [one.get("id") if isinstance(one, dict) else None for one in properties]
    odd = [name for name in names if not isinstance(name, str) or name not in known]
    if odd:
        raise BadRequestError(
            say("reconcile-unknown-property", name=str(odd[0])[:_MOST_CHARACTERS], known=", ".join(known))
        )
    if len(ids) > MOST_IDS or len(names) > _MOST_PROPERTIES:
        raise BadRequestError(say("reconcile-ids", most=MOST_IDS))
    return list(dict.fromkeys(ids)), list(dict.fromkeys(map(str, names)))
