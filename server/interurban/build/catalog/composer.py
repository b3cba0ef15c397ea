"""Composing the catalogue (DCAT-AP 3.0.1 and DCAT-AP_IT), and the files that it tells of.

What datasets there are, which statements belong to each, and what is said of them stands in `data/catalog/`: Turtle
that people wrote, a query for each dataset, and rules (SPARQL CONSTRUCT, run once each in order of name) that see the
data, the catalogue as far as it has come (graph `<catalog>`), and what each dataset tells of (a graph of its name).
Added here is what only the build knows: files with their sizes and sums, and from the settings who publishes, whom to
ask, and under which licence.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from interurban.build.asking import Asked, construct
from interurban.build.catalog.apart import Apart
from interurban.build.catalog.dumps import File
from interurban.build.catalog.editions import CATALOG, CHECKSUM, POSITION, Catalogue, dcat, dct, things
from interurban.build.catalog.handing import Growing, HandedOut, Handing
from interurban.build.catalog.publisher import published_by
from interurban.build.dataset import Dataset
from interurban.build.graphs import TYPE, NamedGraph
from interurban.build.read import read_turtle
from interurban.confined import at, together
from interurban.errors import InputError, Place, Problem, relative
from interurban.files import read_source
from interurban.iris import PREFIXES, SKOS, XSD
from interurban.messages import say
from interurban.rdf.formats import description, quads_of
from interurban.release.making import Made, Making
from interurban.settings import Settings

_LARGE = 20_000  # statements of a source whose files are worth a process

_PRIMARY = ox.NamedNode(PREFIXES["prov"] + "hadPrimarySource")
_TITLE, _DESCRIPTION = dct("title"), dct("description")
_LABEL = ox.NamedNode(SKOS + "prefLabel")
# What the table of formats says of a file.
_OF_FORMAT = (dct("format"), dcat("mediaType"), dcat("compressFormat"), dct("conformsTo"), _DESCRIPTION)


def _spdx(name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES["spdx"] + name)


def compose(dataset: Dataset, settings: Settings, folder: Path) -> Catalogue:
    """Return the catalogue of a dataset, as the folder that it was read from describes it.

    folder: where its files are made, which stay there. Raises InputError with what is wrong in `data/catalog/`,
    SettingError for a licence that is not described there.
    """
    with Apart[list[HandedOut]](folder) as apart:
        return _Composer(dataset, settings, apart).composed()


class _Composer:
    """One catalogue in the making.

    `data` is the dataset, which has the catalogue and what its datasets tell of besides while rules run.
    """

    def __init__(self, dataset: Dataset, settings: Settings, apart: Apart[list[HandedOut]]) -> None:
        self.base, self.data, self.lines, self.apart = dataset.base, dataset.store, dataset.lines, apart
        self.folder = dataset.data / CATALOG
        self.here = ox.NamedNode(self.base.iri + CATALOG)
        self.sources = {graph.name: graph for graph in dataset.graphs}
        self.catalogue, self.joined = Growing(self.base), False
        self.said = dict(read_turtle(self.folder, CATALOG, self.base).statements)
        self.put(self.said)
        self.put(published_by(settings, self.base, self.said))
        self.handing = Handing(dataset, self.catalogue, self.said)
        self.told: dict[ox.NamedNode, bytes] = {}  # what each dataset tells of
        self.made: dict[str, Made] = {}
        self.sizes: list[ox.Triple] = []
        self.problems: list[Problem] = []

    def composed(self) -> Catalogue:
        """Run the rules, and hand out each dataset as soon as the catalogue has it."""
        at(Place(relative(self.folder)), together())
        self.hand_out()
        for rule in sorted((self.folder / "rules").glob("*.rq")):
            self.join()
            self.put(construct(self.data, Asked(read_source(rule), Place(relative(rule))), self.base))
            self.hand_out()
        self.part()
        triples = description(self.triples(), self.here)
        unnamed = [t for t in triples if isinstance(t.subject, ox.BlankNode) or isinstance(t.object, ox.BlankNode)]
        self.problems += [Problem(say("catalog-unnamed"), self.said.get(t)) for t in unnamed]
        if self.problems:
            raise InputError(self.problems)
        return Catalogue(self.base, [*triples, *self.sizes], self.made)

    def put(self, triples: Iterable[ox.Triple]) -> None:
        """Let the catalogue say this."""
        quads = list(quads_of(triples, self.here))
        self.catalogue.store.extend(quads)
        if self.joined:
            self.data.extend(quads)

    def join(self) -> None:
        """Let rules see the catalogue and what the datasets tell of."""
        if not self.joined:
            self.data.extend(self.catalogue.store)
            for dataset, told in self.told.items():
                self.data.load(told, ox.RdfFormat.N_TRIPLES, to_graph=dataset, lenient=True)
            self.joined = True

    def part(self) -> None:
        """Let questions see the data alone."""
        if self.joined:
            for graph in (self.here, *self.told):
                self.data.remove_graph(graph)
            self.joined = False

    def triples(self) -> list[ox.Triple]:
        """Return what the catalogue says so far."""
        return sorted((quad.triple for quad in self.catalogue.store), key=str)

    def hand_out(self) -> None:
        """Write the files of datasets that are new, and say in the catalogue that there they are."""
        new = [dataset for dataset in things(self.triples(), "Dataset") if dataset not in self.told]
        if not new:
            return
        self.part()
        self.handing.prepare()
        sources = {dataset: self.source(dataset) for dataset in new}
        small = [each for each, source in sources.items() if source and self.lines.size(source.name) < _LARGE]
        for some in (small, *([dataset] for dataset in new if dataset not in small)):
            self.apart.make(partial(self.handed_out, {dataset: sources[dataset] for dataset in some}))
        made, handed = self.apart.collect()
        self.made |= made
        by_dataset = {one.dataset: one for some in handed for one in some}
        for dataset in new:
            one = by_dataset[dataset]
            self.told[dataset] = one.told
            self.problems += one.problems
            for position, file in enumerate(sorted(one.files, key=lambda file: self.place(dataset, file)), 1):
                self.put(self.distribution(dataset, file, position))

    def source(self, dataset: ox.NamedNode) -> NamedGraph | None:
        """Return the source that a dataset is, None if it is none."""
        found = (self.sources.get(graph) for graph in self.catalogue.named(dataset, _PRIMARY))
        return next(filter(None, found), None)

    def handed_out(self, sources: Mapping[ox.NamedNode, NamedGraph | None], making: Making) -> list[HandedOut]:
        """Return what comes of some datasets, of which each may be a source."""
        return [self.handing.handed_out(dataset, source, making) for dataset, source in sources.items()]

    def place(self, dataset: ox.NamedNode, file: File) -> tuple[float, float, int]:
        """Return what files of a dataset are sorted by: format, and there the main one first, then the longest."""
        form, node = self.catalogue.form(file) or self.here, ox.NamedNode(f"{dataset.value}#{file.name}")
        first, second = (
            min((int(x.value) for x in self.catalogue.literals(n, POSITION)), default=math.inf) for n in (form, node)
        )
        return first, second, -self.made[self.catalogue.path(dataset, file)].lines

    def distribution(self, dataset: ox.NamedNode, file: File, position: int) -> Iterator[ox.Triple]:
        """Yield what there is to say of a file, `position` in the order of its dataset's."""
        node = ox.NamedNode(f"{dataset.value}#{file.name}")
        url = ox.NamedNode(self.base.iri + self.catalogue.path(dataset, file))
        checksum = ox.NamedNode(node.value + CHECKSUM)
        form = self.catalogue.form(file)
        if form is None:
            self.problems.append(Problem(say("catalog-format", extension=file.extension), node=node.value))
            return
        # a store would make a plain integer of it
        made = self.made[self.catalogue.path(dataset, file)]
        size = ox.Literal(str(made.size), datatype=ox.NamedNode(XSD + "nonNegativeInteger"))
        self.sizes.append(ox.Triple(node, dcat("byteSize"), size))
        digest = ox.Literal(made.sha256, datatype=ox.NamedNode(XSD + "hexBinary"))
        yield ox.Triple(dataset, dcat("distribution"), node)
        yield ox.Triple(node, TYPE, dcat("Distribution"))
        yield ox.Triple(node, dcat("accessURL"), url)
        yield ox.Triple(node, dcat("downloadURL"), url)
        yield ox.Triple(node, _spdx("checksum"), checksum)
        yield ox.Triple(checksum, TYPE, _spdx("Checksum"))
        yield ox.Triple(checksum, _spdx("algorithm"), _spdx("checksumAlgorithm_sha256"))
        yield ox.Triple(_spdx("checksumAlgorithm_sha256"), TYPE, _spdx("ChecksumAlgorithm"))
        yield ox.Triple(checksum, _spdx("checksumValue"), digest)
        yield ox.Triple(node, POSITION, ox.Literal(position))
        # what it is a file of, and in which format, so that no two of a dataset have the same title
        title = file.title or {x.language: x.value for x in self.catalogue.literals(dataset, _TITLE) if x.language}
        (label, *_) = self.catalogue.literals(form, _LABEL) or [ox.Literal(file.name)]
        yield from _texts(node, _TITLE, {language: f"{text} ({label.value})" for language, text in title.items()})
        yield from _texts(node, _DESCRIPTION, file.about)
        for predicate in _OF_FORMAT:
            if predicate != _DESCRIPTION or not file.about:
                told = self.catalogue.store.quads_for_pattern(form, predicate, None)
                yield from (ox.Triple(node, predicate, quad.object) for quad in told)


def _texts(node: ox.NamedNode, predicate: ox.NamedNode, texts: Mapping[str, str]) -> Iterator[ox.Triple]:
    return (ox.Triple(node, predicate, ox.Literal(text, language=language)) for language, text in texts.items())
