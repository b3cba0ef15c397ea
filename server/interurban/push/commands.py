"""The command `push`: a release goes to a place from which nobody is answered, and from then on everybody is."""

import argparse
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pyoxigraph as ox

from interurban.errors import EndpointError
from interurban.messages import known_language, say
from interurban.progress import Progress, progress
from interurban.push.check import check, foreign
from interurban.push.pieces import Tally, pieces
from interurban.push.store import Dataset
from interurban.release import Release
from interurban.release.folder import DATASET
from interurban.remote.held import Held, Names
from interurban.remote.options import remote
from interurban.settings import Settings

_SAMPLE = 5_000  # statements that are compared word by word, about
_BEGUN = "?"  # behind the name of a piece with blank nodes: it was about to be sent


def push(given: argparse.Namespace, release: Release, settings: Settings, environment: Mapping[str, str]) -> int:
    """Load a release into another server; EndpointError or SettingError tells what is wrong."""
    options, names = remote(given, environment), names_of(release)
    language = known_language(settings.language)
    tell = progress(language, given.json)
    every = [Dataset(place, options.access, options.timeout, names.about) for place in options.places]
    found = [dataset.held() for dataset in every]
    chosen = _chosen(every, found, names.version, options.keep)
    dataset, there = every[chosen], found[chosen]
    address = dataset.place.endpoint
    if there.version == names.version and there.available:
        tell.result(say("push-same", version=names.version, address=address))
    else:
        if there.version != names.version or _doubtful(there):
            dataset.clear(there)
            there = Held()
        changed: dict[ox.Quad, ox.Quad] | None = {} if given.other_literals else None
        digest = _load(dataset, release, names, there, options.piece_megabytes * 2**20, tell, changed)
        if changed:
            statement, other = min(changed.items(), key=str)
            words = say("push-accepted", count=len(changed), statement=statement, answered=other.object)
            tell.result(words, changed=len(changed))
        count = _statements(release)
        done = say("push-done", version=names.version, address=address, count=count)
        tell.result(done, version=names.version, endpoint=address, statements=count, sha256=digest)
    others = [(held.issued, place) for place, held in enumerate(found) if place != chosen and held.version]
    for _, place in sorted(others, reverse=True)[options.keep :]:
        every[place].clear(found[place])
        told = say("push-removed", version=found[place].version, address=every[place].place.endpoint)
        tell.result(told, version=found[place].version, endpoint=every[place].place.endpoint)
    return 0


def names_of(release: Release) -> Names:
    """Return what a release's graphs are called on other servers."""
    counted = release.manifest["counts"].get("named_graphs", {})
    return Names(release.base, release.version, tuple(sorted(graph for graph, count in counted.items() if count)))


def _chosen(every: Sequence[Dataset], found: Sequence[Held], version: str, keep: int) -> int:
    """Return the place to which a release goes: where it is, or was begun; else an empty one; else that of the oldest.

    Raises EndpointError if each of the others is to be kept.
    """
    places = range(len(every))
    own = [place for place in places if found[place].version == version]
    if own:
        return max(own, key=lambda place: found[place].available)
    if empty := [place for place in places if not found[place].version]:
        return empty[0]
    if unfinished := [place for place in places if not found[place].available]:
        return unfinished[0]
    order = sorted(places, key=lambda place: found[place].issued)
    if len(order) <= keep:
        held = ", ".join(f"{every[place].place.endpoint} ({found[place].version})" for place in order)
        raise EndpointError(say("push-full", held=held, keep=keep))
    return order[0]


def _load(
    dataset: Dataset,
    release: Release,
    names: Names,
    there: Held,
    size: int,
    tell: Progress,
    changed: dict[ox.Quad, ox.Quad] | None,
) -> str:
    """Send what is not there of a release, check it and say that it is there; return the hash of what was answered."""
    statements = _statements(release)
    if not there.version:
        foreign(dataset, names)
        dataset.begin(names, release.published)
    tally = Tally(max(1, statements // _SAMPLE))
    total = int(release.manifest["files"][DATASET]["bytes"])
    with (
        release.open(DATASET) as lines,
        tell.step(say("push-sending", version=names.version, address=dataset.place.endpoint), total) as advance,
    ):
        for piece in pieces(lines, size, tally):
            if piece.name not in there.pieces:
                if piece.blank:
                    dataset.sent(names, piece.name + _BEGUN)
                dataset.add(piece.graph or names.default, piece.triples)
                dataset.sent(names, piece.name)
            advance(len(piece.triples))
    with tell.step(say("push-checking", address=dataset.place.endpoint)):
        digest = check(dataset, names, tally, changed)
    dataset.complete(names, datetime.now(UTC).isoformat(timespec="microseconds"))
    return digest


def _doubtful(there: Held) -> bool:
    """Tell whether blank nodes may be there already that would be others a second time."""
    begun = {name.removesuffix(_BEGUN) for name in there.pieces if name.endswith(_BEGUN)}
    return not begun <= there.pieces


def _statements(release: Release) -> int:
    counts = release.manifest["counts"]
    return sum((counts.get("default_graph", 0), *counts.get("named_graphs", {}).values()))
