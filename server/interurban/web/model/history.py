"""The releases that are served: what each changed, and what is said of them as RDF (DCAT 3, PROV, PAV).

What a release changed, entity by entity, its own files tell; they are read when somebody wants to know.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from interurban.iris import DCT, PREFIXES, RDF, XSD
from interurban.rdf.formats import BY_EXTENSION
from interurban.release.changes import Moments
from interurban.release.folder import DATASET
from interurban.web.model.document import Document, count, document, instant, texts
from interurban.web.model.site import Site

_NQUADS = BY_EXTENSION["nq"]
_DCAT, _PAV, _PROV, _SPDX, _VOID = (PREFIXES[prefix] for prefix in ("dcat", "pav", "prov", "spdx", "void"))

Said = list[tuple[str, ox.NamedNode | ox.Literal]]


@dataclass(frozen=True)
class ChangedEntities:
    """What one release changed of the one before it: IRIs of entities, in order."""

    created: tuple[str, ...]
    updated: tuple[str, ...]
    deleted: tuple[str, ...]


class History:
    """The served releases under their own paths, newest first. Their files are read when somebody wants to know."""

    def __init__(self, sites: Sequence[Site]) -> None:
        self.sites = list(sites)
        self._changed: dict[str, ChangedEntities] = {}

    def find(self, version: str) -> Site | None:
        """Return the site of a release that is served, None if it is not."""
        return next((site for site in self.sites if site.release.version == version), None)

    def before(self, site: Site) -> Site | None:
        """Return the site of the release before one, None if it is not served."""
        return self.find(site.release.previous) if site.release.previous else None

    def moments(self, site: Site) -> Moments:
        """Return when each entity of a release came, and when it last changed."""
        return site.moments

    def changed(self, site: Site) -> ChangedEntities:
        """Return what a release changed."""
        version, published = site.release.version, site.release.published
        if version in self._changed:
            return self._changed[version]
        touched = sorted((iri, came) for iri, (came, last) in self.moments(site).items() if last == published)
        self._changed[version] = ChangedEntities(
            tuple(iri for iri, came in touched if came == published),
            tuple(iri for iri, came in touched if came != published),
            tuple(sorted(site.release.manifest["deleted"])),
        )
        return self._changed[version]


def release_iri(site: Site, version: str) -> str:
    """Return the IRI of a release."""
    return f"{site.base.iri}releases/{version}"


def described_series(history: History) -> Document:
    """Return the list of releases as RDF: a series of datasets (DCAT 3)."""
    newest, oldest = history.sites[0], history.sites[-1]
    series = newest.base.iri + "releases"
    said: Said = [
        (RDF + "type", ox.NamedNode(_DCAT + "DatasetSeries")),
        *((DCT + "title", text) for text in texts("web-releases")),
        *((DCT + "description", text) for text in texts("web-releases-about")),
        (_DCAT + "first", ox.NamedNode(release_iri(oldest, oldest.release.version))),
        (_DCAT + "last", ox.NamedNode(release_iri(newest, newest.release.version))),
        (_DCAT + "hasCurrentVersion", ox.NamedNode(release_iri(newest, newest.release.version))),
    ]
    return document((series, said), *(group for site in history.sites for group in _described(history, site)))


def described_release(history: History, site: Site) -> Document:
    """Return what is said of one release as RDF."""
    return document(*_described(history, site))


def _described(history: History, site: Site) -> list[tuple[str, Said]]:
    """Return what is said of a release, and of its dataset as a file."""
    release = site.release
    this, previous = release_iri(site, release.version), release.previous
    names = {"version": release.version}
    said: Said = [
        (RDF + "type", ox.NamedNode(_DCAT + "Dataset")),
        *((DCT + "title", text) for text in texts("web-release-title", **names)),
        (DCT + "identifier", ox.Literal(release.version)),
        (DCT + "issued", instant(release.published)),
        (_DCAT + "version", ox.Literal(release.version)),
        (_PAV + "version", ox.Literal(release.version)),
        (_PROV + "generatedAtTime", instant(release.published)),
        (_DCAT + "inSeries", ox.NamedNode(site.base.iri + "releases")),
        (_VOID + "entities", count(len(history.moments(site)))),
        (_DCAT + "distribution", ox.NamedNode(this + "#dataset")),
    ]
    if previous:
        before = ox.NamedNode(release_iri(site, previous))
        said += [
            (name, before) for name in (_DCAT + "previousVersion", _PAV + "previousVersion", _PROV + "wasRevisionOf")
        ]
    file: Said = [
        (RDF + "type", ox.NamedNode(_DCAT + "Distribution")),
        (_DCAT + "accessURL", ox.NamedNode(this)),
        (_DCAT + "mediaType", ox.NamedNode("https://www.iana.org/assignments/media-types/" + _NQUADS.media_type)),
        # as the store gives back the sizes that sources state, of whatever kind of integer
        (_DCAT + "byteSize", _typed(release.manifest["files"][DATASET]["bytes"], "integer")),
        (_SPDX + "checksum", ox.NamedNode(this + "#hash")),
    ]
    checksum: Said = [
        (RDF + "type", ox.NamedNode(_SPDX + "Checksum")),
        (_SPDX + "algorithm", ox.NamedNode(_SPDX + "checksumAlgorithm_sha256")),
        (_SPDX + "checksumValue", _typed(release.manifest["dataset_hash"]["sha256"], "hexBinary")),
    ]
    return [(this, said), (this + "#dataset", file), (this + "#hash", checksum)]


def _typed(value: object, name: str) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + name))
