"""Asking Wikidata: one query at a time, as slowly as it wants, and going on where a run was broken off."""

import email.utils
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from interurban import __version__
from interurban.errors import InputError, Problem
from interurban.files import usable
from interurban.link.mappings import PREFIXES
from interurban.messages import say

ENDPOINT = "https://query.wikidata.org/sparql"
ENTITY = PREFIXES["wd"]
_SILENCE = 90  # seconds; the service itself gives up after 60
_TRIES = 6
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 120.0  # seconds
_TOGETHER = 50  # items in a query: some thousand rows, and an address that every proxy lets through
_BUSY = {429, 500, 502, 503, 504}

Rows = list[dict[str, str]]


class Wikidata:
    """An endpoint with Wikidata's data.

    kept: the folder in which answers are kept until `done`; contact: mail or page of who is asking, as the service's
    rules for user agents want it.
    """

    def __init__(self, address: str, kept: Path, contact: str = "") -> None:
        try:
            from SPARQLWrapper import GET, JSON, SPARQLWrapper  # only linking needs it
        except ImportError:
            raise InputError([Problem(say("link-extra", package="SPARQLWrapper"))]) from None
        self.address = address
        self._kept = kept / "wikidata" / hashlib.sha256(address.encode()).hexdigest()[:16]
        agent = f"interurban/{__version__} ({contact or 'https://w3id.org/interurban/'})"
        self._service = SPARQLWrapper(address, returnFormat=JSON, agent=agent)
        self._service.setMethod(GET)
        self._service.setTimeout(_SILENCE)

    def ask(self, query: str) -> Rows:
        """Return the rows of a SELECT query, each variable's value as text, or those that a run before was answered.

        Raises InputError if the service does not answer even after some time.
        """
        path = self._kept / f"{hashlib.sha256(query.encode()).hexdigest()}.json"
        if path.exists():
            found: Rows = json.loads(path.read_text(encoding="utf-8"))
            return found
        rows = [{name: cell["value"] for name, cell in row.items()} for row in self._answer(query)]
        with usable(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            new.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
            new.replace(path)
        return rows

    def some(self, query: Callable[[Sequence[str]], str], values: Sequence[str]) -> Iterator[tuple[int, Rows]]:
        """Yield the rows of a query of many values, asked for some at a time, with how many those were."""
        for start in range(0, len(values), _TOGETHER):
            part = values[start : start + _TOGETHER]
            yield len(part), self.ask(query(part))

    def done(self) -> None:
        """Forget the answers: the next run asks anew."""
        for path in self._kept.glob("*.json"):
            path.unlink()

    def _answer(self, query: str) -> list[dict[str, dict[str, str]]]:
        from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, SPARQLWrapperException

        self._service.setQuery(query)
        wait = _FIRST_WAIT
        for attempt in range(_TRIES):
            try:
                answer: Any = self._service.queryAndConvert()
                return list(answer["results"]["bindings"])
            except HTTPError as error:
                if error.code not in _BUSY:
                    raise self._silent(f"{error.code} {error.reason}") from error
                pause, why = _retry_after(error.headers.get("Retry-After", "")), f"{error.code} {error.reason}"
            except EndPointInternalError:
                pause, why = None, f"500 {HTTPStatus.INTERNAL_SERVER_ERROR.phrase}"
            except SPARQLWrapperException as error:  # the query or the address is wrong
                raise self._silent(str(error).splitlines()[0]) from error
            except (OSError, ValueError, TypeError, KeyError) as error:  # broken off, or cut in the middle of the JSON
                pause, why = None, str(error) or type(error).__name__
            if attempt < _TRIES - 1:
                time.sleep(min(wait if pause is None else pause, _LONGEST_WAIT))
                wait *= 2
        raise self._silent(why)

    def _silent(self, why: str) -> InputError:
        return InputError([Problem(say("wikidata-silent", address=self.address, why=why))])


def _retry_after(field: str) -> float | None:
    """Return the seconds that a Retry-After field names (RFC 9110, 10.2.3), None if it names none."""
    if field.strip().isdigit():
        return float(field)
    try:
        return max(0.0, (email.utils.parsedate_to_datetime(field) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
