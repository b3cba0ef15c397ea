"""Composing the catalogue (DCAT-AP 3.0.1 and DCAT-AP_IT), and the files that it tells of.

What datasets there are, which statements belong to each, and what is said of them stands in `data/catalog/`: Turtle
that people wrote, a query for each dataset, and rules (SPARQL CONSTRUCT, run once each in order of name) that see the
data, the catalogue as far as it has come (graph `<catalog>`), and what each dataset tells of (a graph of its name).
Added here is what only the build knows: files with their sizes and sums, and from the settings who publishes, whom to
ask, and under which licence.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path

import pyoxigraph as ox

from interurban.build.asking import Asked, construct, select, selected, things_of
from interurban.build.catalog.apart import Apart
from interurban.build.catalog.dumps import (
    Dump,
    Selection,
    Sheet,
    answered,
    asked,
    curated,
    graph_file,
    metadata,
    statements,
)
from interurban.build.catalog.editions import CATALOG, CHECKSUM, POSITION, Catalogue, dcat, dct, things
from interurban.build.catalog.publisher import published_by
from interurban.build.dataset import Dataset
from interurban.build.graphs import TYPE, NamedGraph
from interurban.build.read import read_turtle
from interurban.confined import at, together
from interurban.errors import InputError, Place, Problem, relative
from interurban.files import read_source, there
from interurban.iris import PREFIXES, SKOS, XSD
from interurban.messages import say
from interurban.rdf.formats import description, quads_of
from interurban.rdf.graphml import NODES, Answer
from interurban.rdf.terms import terms_of
from interurban.release.making import Making
from interurban.settings import Settings

DUMPS = "dumps"
_MENTIONED = "mentioned.rq"
_CLASSES = "SELECT DISTINCT ?thing WHERE { ?any a ?thing FILTER(ISIRI(?thing)) }"
_LARGE = 20_000  # statements of a dataset whose files are worth a process

_PRIMARY, _DERIVED = (ox.NamedNode(PREFIXES["prov"] + name) for name in ("hadPrimarySource", "wasDerivedFrom"))
_NOTATION = ox.NamedNode(SKOS + "notation")
# What the table of formats says of a file; and of how many triples there may be one.
_MOST = ox.NamedNode(PREFIXES["schema"] + "maxValue")
_TITLE, _DESCRIPTION = dct("title"), dct("description")
_LABEL = ox.NamedNode(SKOS + "prefLabel")
_OF_FORMAT = (dct("format"), dcat("mediaType"), dcat("compressFormat"), dct("conformsTo"), _DESCRIPTION)


def _spdx(name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES["spdx"] + name)


def compose(dataset: Dataset, settings: Settings, folder: Path) -> Catalogue:
    """Return the catalogue of a dataset, as the folder that it was read from describes it.

    folder: where its files are made, which stay there. Raises InputError with what is wrong in `data/catalog/`,
    SettingError for a licence that is not described there.
    """
    with Making(folder) as making, Apart(folder) as apart:
        return _Composer(dataset, settings, making, apart).composed()


class _Composer:
    """One catalogue in the making.

    `data` is the dataset, which has the catalogue and what its datasets tell of besides while rules run.
    """

    def __init__(self, dataset: Dataset, settings: Settings, making: Making, apart: Apart) -> None:
        base = dataset.base
        self.questions, self.base, self.making = dataset.questions, base, making
        self.apart = apart
        self.tables = json.loads(read_source(dataset.data / "tables.json"))["tables"]
        self.folder = dataset.data / CATALOG
        self.here = ox.NamedNode(base.iri + CATALOG)
        self.sources = {graph.name: graph for graph in dataset.graphs}
        self.data, self.lines, self.catalogue = dataset.store, dataset.lines, ox.Store()
        self.joined = False
        self.said = dict(read_turtle(self.folder, CATALOG, base).statements)
        self.put(self.said)
        self.put(published_by(settings, base, self.said))
        classes = {c.decode()[1:-1] for c in things_of(self.data, Asked(_CLASSES, Place(relative(self.folder))), base)}
        self.terms = terms_of(self.data, ox.NamedNode(base.graph("vocabulary")), classes)
        self.told: dict[ox.NamedNode, bytes] = {}  # what each dataset tells of
        self.ask = lru_cache(4)(self._ask)  # tables and graphs are of the same answers
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
        return Catalogue(self.base, [*triples, *self.sizes], self.making.files())

    def put(self, triples: Iterable[ox.Triple]) -> None:
        """Let the catalogue say this."""
        quads = list(quads_of(triples, self.here))
        self.catalogue.extend(quads)
        if self.joined:
            self.data.extend(quads)

    def join(self) -> None:
        """Let rules see the catalogue and what the datasets tell of."""
        if not self.joined:
            self.data.extend(self.catalogue)
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
        return sorted((quad.triple for quad in self.catalogue), key=str)

    def named(self, node: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.NamedNode]:
        """Return the things that the catalogue connects a thing with, in order."""
        found = (q.object for q in self.catalogue.quads_for_pattern(node, predicate, None))
        return sorted((thing for thing in found if isinstance(thing, ox.NamedNode)), key=str)

    def hand_out(self) -> None:
        """Write the files of datasets that are new, and say in the catalogue that there they are."""
        new = [dataset for dataset in things(self.triples(), "Dataset") if dataset not in self.told]
        if new:
            self.part()
        made = [(dataset, self.dumps(dataset)) for dataset in new]
        self.making.made |= self.apart.collect()
        for dataset, dumps in made:
            for position, dump in enumerate(sorted(dumps, key=lambda dump: self.place(dataset, dump)), 1):
                self.put(self.distribution(dataset, dump, position))

    def dumps(self, dataset: ox.NamedNode) -> list[Dump]:
        """Return the files of a dataset, which are on their way; note what its statements tell of."""
        source = next((self.sources[g] for g in self.named(dataset, _PRIMARY) if g in self.sources), None)
        path = self.folder / f"{self.slug(dataset)}.rq"
        self.told[dataset] = b""
        if not source and not path.is_file():
            place = next((p for t, p in self.said.items() if t.subject == dataset), None)
            self.problems.append(Problem(say("catalog-no-query", file=path.name), place, dataset.value))
            return []
        selection = self.of_source(source) if source else self.of_query(path)
        at(Place(relative(self.folder)), together())
        self.told[dataset] = selection.told(dataset, self.mentioned)
        dumps = [dump for dump in statements(self.slug(dataset), selection, self.terms) if self.fits(dump, selection)]
        sheets = curated(source.folder, self.tables, self.base) if source and source.folder else []
        for node in self.named(dataset, dcat("distribution")):
            for address in self.named(node, _DERIVED):
                found = self.answer(node, address.value)
                sheets += [found] if isinstance(found, Sheet) else []
                dumps += [found] if isinstance(found, Dump) else []
        dumps += [*(sheet.dump for sheet in sheets), *([metadata(sheets)] if sheets else [])]

        def make(making: Making) -> None:
            for dump in dumps:
                making.write(self.file(dataset, dump), dump.write, packed=dump.packed)

        if len(selection.triples) > _LARGE:
            self.apart.make(make)
        else:
            make(self.making)
        return dumps

    @cached_property
    def mentioned(self) -> set[bytes] | None:
        """What rules want to know of which dataset mentions it; None if nobody says that."""
        path = self.folder / _MENTIONED
        return things_of(self.data, Asked(read_source(path), Place(relative(path))), self.base) if there(path) else None

    def fits(self, dump: Dump, selection: Selection) -> bool:
        """Whether a dataset is as small as the table of formats wants it for a file of this format."""
        form = self.form(dump)
        return form is None or all(len(selection.triples) <= int(most.value) for most in self.literals(form, _MOST))

    def of_source(self, source: NamedGraph) -> Selection:
        """Return what a source says."""
        lines = self.lines.of(source.name)
        return Selection(lines, lines)

    def of_query(self, path: Path) -> Selection:
        """Return what a query selects: the quads of its triples, wherever they stand, and those that are believed."""
        lines = selected(self.data, Asked(read_source(path), Place(relative(path))), self.base, self.lines)
        return Selection(lines, lines.believed.alone())

    def slug(self, dataset: ox.NamedNode) -> str:
        """Return the short name of a dataset."""
        return dataset.value.removeprefix(self.base.iri + "dataset/")

    def file(self, dataset: ox.NamedNode, dump: Dump) -> str:
        """Return where a file of a dataset is in the release."""
        return f"{DUMPS}/{self.slug(dataset)}/{dump.name}"

    def answer(self, node: ox.NamedNode, address: str) -> Sheet | Dump | None:
        """Return the table or graph that a saved question answers with; None, and a problem, if it does not."""
        name = node.value.partition("#")[2]
        place = next((p for t, p in self.said.items() if t.subject == node), None)
        try:
            question, query = asked(address, self.questions, self.base)
            found = self.ask(query, question.place)
            if name.endswith(".graphml"):
                things = self.questions[NODES]
                nodes = self.ask(things.bind({}, self.base), things.place)
                return graph_file(name, question, found, nodes, self.base)
            return answered(name, question, found)
        except InputError as error:
            self.problems += [Problem(p.message, place, node.value) for p in error.problems]
        except KeyError as error:
            self.problems.append(Problem(say("catalog-question", address=address, what=error), place, node.value))
        return None

    def _ask(self, query: str, place: Place) -> Answer:
        found = select(self.data, Asked(query, place), self.base)
        if found is None:  # the build lets nothing else in
            raise TypeError(query)
        return found

    def place(self, dataset: ox.NamedNode, dump: Dump) -> tuple[float, float, int]:
        """Return what files of a dataset are sorted by: format, and there the main one first, then the longest."""
        form, file = self.form(dump) or self.here, ox.NamedNode(f"{dataset.value}#{dump.name}")
        first, second = (
            min((int(x.value) for x in self.literals(n, POSITION)), default=math.inf) for n in (form, file)
        )
        return first, second, -self.making[self.file(dataset, dump)].lines

    def form(self, dump: Dump) -> ox.NamedNode | None:
        """Return what the table of formats has for a file, None if it has nothing."""
        forms = self.catalogue.quads_for_pattern(None, _NOTATION, ox.Literal(dump.extension))
        return next((q.subject for q in forms if isinstance(q.subject, ox.NamedNode)), None)

    def literals(self, node: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.Literal]:
        """Return the texts and numbers that the catalogue states of a thing."""
        found = (q.object for q in self.catalogue.quads_for_pattern(node, predicate, None))
        return [value for value in found if isinstance(value, ox.Literal)]

    def distribution(self, dataset: ox.NamedNode, dump: Dump, position: int) -> Iterator[ox.Triple]:
        """Yield what there is to say of a file, `position` in the order of its dataset's."""
        node = ox.NamedNode(f"{dataset.value}#{dump.name}")
        url = ox.NamedNode(self.base.iri + self.file(dataset, dump))
        checksum = ox.NamedNode(node.value + CHECKSUM)
        form = self.form(dump)
        if form is None:
            self.problems.append(Problem(say("catalog-format", extension=dump.extension), node=node.value))
            return
        # a store would make a plain integer of it
        made = self.making[self.file(dataset, dump)]
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
        title = dump.title or {x.language: x.value for x in self.literals(dataset, _TITLE) if x.language}
        (label, *_) = self.literals(form, _LABEL) or [ox.Literal(dump.name)]
        yield from _texts(node, _TITLE, {language: f"{text} ({label.value})" for language, text in title.items()})
        yield from _texts(node, _DESCRIPTION, dump.about)
        for predicate in _OF_FORMAT:
            if predicate != _DESCRIPTION or not dump.about:
                told = self.catalogue.quads_for_pattern(form, predicate, None)
                yield from (ox.Triple(node, predicate, quad.object) for quad in told)


def _texts(node: ox.NamedNode, predicate: ox.NamedNode, texts: Mapping[str, str]) -> Iterator[ox.Triple]:
    return (ox.Triple(node, predicate, ox.Literal(text, language=language)) for language, text in texts.items())
