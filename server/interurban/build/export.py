"""Export: a dataset that conforms as a release, with views, questions and catalogue. Only this step writes."""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from interurban.build.catalog.apart import Apart
from interurban.build.catalog.composer import compose
from interurban.build.dataset import Dataset
from interurban.build.graphs import TYPE, subject_of
from interurban.build.meanings import meanings
from interurban.build.modules import modules
from interurban.confined import at, together
from interurban.errors import InputError, Place, Problem, ReleaseError, relative
from interurban.iris import Base
from interurban.matching.names import Kinds
from interurban.matching.records import COUNTRIES, KINDS, NAMESAKES, RECORDS, Countries, namesakes_of
from interurban.messages import say
from interurban.release.changes import as_json, next_gone, next_instant, next_moments
from interurban.release.columns import columns_files
from interurban.release.differences import mapped
from interurban.release.erasure import TOMBSTONE, erase_from_older, erased, mentions, names_in_releases
from interurban.release.folder import (
    DATASET,
    ENTITIES,
    MEANINGS,
    QUERIES,
    Release,
    counts,
    current,
    publish,
    version_of,
    workshop,
    writing,
)
from interurban.release.lookup import index_files
from interurban.release.making import Made, Making, lines
from interurban.settings import Settings

_DEFAULTS = Settings()
_OF_CHANGE = ("published", "previous", "deleted", "gone")  # in the manifest: how it differs from the release before


class Exported(NamedTuple):
    """A release that is the current one. written: now, and not found there already."""

    release: Release
    written: bool


def export(dataset: Dataset, releases: Path, settings: Settings = _DEFAULTS) -> Exported:
    """Write the release of a dataset under `releases`, make it the current one and return it.

    It counts from the instant that the settings give, else from the day that the catalogue states, moved on by a second
    where that would not be after the release before. What is current already is not written again. Raises ReleaseError
    if somebody else is writing there.
    """
    with writing(releases), dataset.judged_first():
        return _exported(dataset, releases, settings)


def _exported(dataset: Dataset, releases: Path, settings: Settings) -> Exported:
    at(Place(relative(dataset.data)), together())
    gone = erased(dataset.store.quads_for_pattern(None, TYPE, TOMBSTONE))
    if gone:
        _refuse_names(dataset, names_in_releases(releases, gone))
    with workshop(releases) as folder:
        exported = _released(dataset, releases, settings, folder)
    at(None)
    if gone:  # even if the release was there: the build that made it may have come no further
        erase_from_older(releases, exported.release, gone, {quad.subject for quad in dataset.store})
    return exported


def _released(dataset: Dataset, releases: Path, settings: Settings, folder: Path) -> Exported:
    """Return the release of a dataset as the current one: as it is there already, or as it is written now.

    folder: where its files are made.
    """
    named = {graph.name.value: dataset.lines.size(graph.name) for graph in dataset.graphs}
    types = dataset.store.quads_for_pattern(None, TYPE, None, ox.DefaultGraph())
    with Making(folder) as making, Apart(folder) as apart:
        making.write(DATASET, lines(dataset.lines.quads()), packed=False)
        apart.make(_index)
        apart.make(_columns)
        if RECORDS in dataset.views:  # else the data do not say how names are compared
            apart.make(partial(_meanings, dataset))
        catalogue = compose(dataset, settings, folder)
        whole, indexes = making[DATASET], apart.collect()
    dataset.must_conform()
    facts: dict[str, object] = {
        "base": dataset.base.iri,
        "dataset_hash": {"algorithm": "RDFC-1.0", "sha256": whole.sha256},
        "counts": counts(len(dataset.lines.believed), named, types),
    }
    queries = {f"{QUERIES}/{name}.rq": question.source.encode() for name, question in dataset.questions.items()}
    content: dict[str, bytes | Made] = {DATASET: whole, **queries, **dataset.views}
    content |= modules(dataset.vocabulary, settings)
    content |= indexes
    last = _last(releases, dataset.base)
    if last:
        same = {name: value for name, value in last.manifest.items() if name in _OF_CHANGE}
        unchanged = catalogue.written(last.published, last) | {ENTITIES: last.read(ENTITIES)}
        if version_of(content | unchanged, facts | same) == last.version:
            return Exported(last, written=False)
    at(None)
    instant = next_instant(settings.published or dataset.published, last)
    with whole.path.open("rb") as nquads:
        moments, deleted = next_moments(nquads, instant, last)
    gone = next_gone(moments, deleted, instant, last)
    for thing in erased(dataset.store.quads_for_pattern(None, TYPE, TOMBSTONE)):
        gone.pop(thing.value, None)  # that row tells it, for as long as it is there
    facts |= {"published": instant, "previous": last.version if last else None, "deleted": deleted, "gone": gone}
    content |= catalogue.written(instant, last) | {ENTITIES: as_json(moments)}
    return Exported(publish(releases, content, facts), written=True)


def _index(making: Making) -> None:
    """Write the index of the dataset that is in the same folder."""
    with (making.folder / DATASET).open("rb") as nquads, mapped(nquads) as said_there:
        for path, content in index_files(said_there).items():
            making.write(path, lines([content]), packed=False)


def _columns(making: Making) -> None:
    """Write the columns of the dataset that is in the same folder."""
    with (making.folder / DATASET).open("rb") as nquads:
        for path, content in columns_files(nquads).items():
            making.write(path, lines([content]), packed=False)


def _meanings(dataset: Dataset, making: Making) -> None:
    """Write what a name can mean."""
    kinds, countries = Kinds(dataset.views[KINDS].decode()), Countries(dataset.views[COUNTRIES].decode())
    others = namesakes_of(dataset.views[NAMESAKES].decode(), kinds, countries)
    found = meanings(dataset.views[RECORDS], kinds, others)
    making.write(MEANINGS, lines([found]), packed=False)


def _refuse_names(dataset: Dataset, called: set[str]) -> None:
    """Raise InputError with every text that has one of these names, which are of what has a tombstone."""
    problems = [
        Problem(say("erased-named"), place, subject_of(triple))
        for graph in dataset.graphs
        for triple, place in graph.statements.items()
        if isinstance(triple.object, ox.Literal) and mentions(triple.object.value, called)
    ]
    if problems:
        raise InputError(problems)


def _last(releases: Path, base: Base) -> Release | None:
    """Return the release that the next one follows: the current one, if it names things in the same way."""
    try:
        last = current(releases)
    except ReleaseError:
        return None
    return last if last.base == base.iri and last.manifest.get("published") else None
