"""Addresses of places and governments are minted once: which key of the publisher's has which is recorded and stays.

`import.sql` mints by a rule of its own (country, name, what tells it from its homonyms) and says in the view
`addresses` which key each thing has that it describes. They are written to `addresses.csv` with the other tables; the
next import has them as the table `earlier_addresses`, and may neither give a key another address, unless some
`moved.csv` leads there, nor an address to another key. Keys that an edition does not have any more stay recorded.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from interurban.errors import InputError, Place, Problem, relative
from interurban.files import there
from interurban.messages import Message, say
from interurban.sources.account import Account, Made
from interurban.sources.known import of_ours
from interurban.sources.spreadsheet import Sheet
from interurban.tables.columns import Table

ADDRESSES, EARLIER = "addresses.csv", "earlier_addresses"
_MOVED = "moved.csv"
_COLUMNS = ["thing", "key"]
_DESCRIBED = {"municipalities.csv": "government", "governments.csv": "government", "cities.csv": "city"}

Pair = tuple[str, str]  # a thing as kind/short-name, and a key


def earlier_addresses(folder: Path) -> Sheet:
    """Return what a source's folder has recorded, as the table that SQL has of it."""
    path = folder / ADDRESSES
    if not there(path):
        return Sheet(_COLUMNS, [])
    recorded = of_ours(path)
    if recorded.columns != _COLUMNS:
        raise InputError([Problem(say("addresses-columns", columns=", ".join(_COLUMNS)), Place(relative(path), 1))])
    return recorded


def with_addresses(account: Account, earlier: Sheet, moved: Sheet, table: Table, sql: Path) -> Account:
    """Return the account with all that was ever recorded in its table of addresses.

    moved: thing and moved_to of other sources, in its last columns. Raises InputError if something is described without
    a key, if an address would change, or if it would pass to another key.
    """
    made = {result.table.name: _rows(result) for result in account.made}
    now = {(row["thing"], row["key"]) for row in made.get(ADDRESSES, [])}
    before = {(thing or "", key or "") for _, (thing, key) in earlier.rows}
    leads = {cells[-2]: cells[-1] for _, cells in moved.rows} | {
        r["thing"]: r["moved_to"] for r in made.get(_MOVED, [])
    }
    described = {f"{kind}/{row['slug']}" for name, kind in _DESCRIBED.items() for row in made.get(name, [])}
    things, given = _by_key(now), _by_key(before)
    messages = [say("address-unrecorded", thing=thing) for thing in sorted(described - {thing for thing, _ in now})]
    messages += [say("address-two", key=key[1], things=", ".join(two)) for key, two in things.items() if len(two) > 1]
    messages += [
        say("address-changed", key=key[1], before=thing, now=things[key][0])
        for key, (thing, *_) in given.items()
        if key in things and thing not in things[key] and leads.get(thing) not in things[key]
    ]
    messages += _taken(before, now)
    if messages:
        raise InputError(Problem(message, Place(relative(sql), name=table.name)) for message in messages)
    kept = now | {(thing, key) for thing, key in before if (_kind(thing), key) not in things}
    others = [result for result in account.made if result.table.name != ADDRESSES]
    recorded = [Made(table, _COLUMNS, sorted(kept))] if kept else []
    gone = sorted({thing for thing, _ in kept} - {thing for thing, _ in now})
    return replace(account, made=[*others, *recorded], gone=gone)


def _taken(before: Iterable[Pair], now: Iterable[Pair]) -> Iterator[Message]:
    """Yield each address that would pass from its keys to others."""
    earlier, later = _by_thing(before), _by_thing(now)
    for thing in sorted(earlier.keys() & later.keys()):
        if not set(earlier[thing]) & set(later[thing]):
            yield say("address-taken", thing=thing, before=earlier[thing][0], now=later[thing][0])


def _by_key(pairs: Iterable[Pair]) -> Mapping[Pair, list[str]]:
    """Return what each key names, by kind and key."""
    found = defaultdict(list)
    for thing, key in sorted(pairs):
        found[_kind(thing), key].append(thing)
    return found


def _by_thing(pairs: Iterable[Pair]) -> Mapping[str, list[str]]:
    found = defaultdict(list)
    for thing, key in sorted(pairs):
        found[thing].append(key)
    return found


def _kind(thing: str) -> str:
    return thing.partition("/")[0]


def _rows(made: Made) -> list[dict[str, str]]:
    return [dict(zip(made.columns, row, strict=True)) for row in made.rows]
