"""Composing the catalogue (DCAT-AP 3.0.1 and DCAT-AP_IT), and the files that it tells of.

What datasets there are, which statements belong to each, and what is said of them stands in `data/catalog/`: Turtle
that people wrote, a query for each dataset, and rules (SPARQL CONSTRUCT, run once each in order of name) that see the
data, the catalogue as far as it has come (graph `<catalog>`), and the statements of each dataset (a graph of its name).
Added here is what only the build knows: files with their sizes and sums, and from the settings who publishes, whom to
ask, and under which licence.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from interurban.build.asking import Asked, construct
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
from interurban.confined import TOGETHER, at
from interurban.errors import InputError, Place, Problem, relative
from interurban.files import read_source
from interurban.iris import PREFIXES, SKOS, XSD
from interurban.messages import say
from interurban.rdf.formats import description, quads_of
from interurban.rdf.terms import terms_of
from interurban.settings import Settings

DUMPS = "dumps"

_PRIMARY, _DERIVED = (ox.NamedNode(PREFIXES["prov"] + name) for name in ("hadPrimarySource", "wasDerivedFrom"))
_NOTATION = ox.NamedNode(SKOS + "notation")
# What the table of formats says of a file.
_TITLE, _DESCRIPTION = dct("title"), dct("description")
_LABEL = ox.NamedNode(SKOS + "prefLabel")
_OF_FORMAT = (dct("format"), dcat("mediaType"), dcat("compressFormat"), dct("conformsTo"), _DESCRIPTION)


def _spdx(name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES["spdx"] + name)


def compose(dataset: Dataset, settings: Settings) -> Catalogue:
    """Return the catalogue of a dataset, as the folder that it was read from describes it.

    Raises InputError with what is wrong in `data/catalog/`, SettingError for a licence that is not described there.
    """
    return _Composer(dataset, settings).composed()


class _Composer:
    """One catalogue in the making. `data` is the dataset alone; `bench` has the catalogue and its datasets besides."""

    def __init__(self, dataset: Dataset, settings: Settings) -> None:
        base = dataset.base
        self.questions, self.base = dataset.questions, base
        self.tables = json.loads(read_source(dataset.data / "tables.json"))["tables"]
        self.folder = dataset.data / CATALOG
        self.here = ox.NamedNode(base.iri + CATALOG)
        self.sources = {graph.name: graph for graph in dataset.graphs}
        self.data, self.bench = ox.Store(), ox.Store()
        self.data.extend(dataset.quads())
        self.bench.extend(dataset.quads())
        self.said = dict(read_turtle(self.folder, CATALOG, base).statements)
        self.put(self.said)
        self.put(published_by(settings, base, self.said))
        self.terms = terms_of(self.data, ox.NamedNode(base.graph("vocabulary")))
        self.files: dict[str, bytes] = {}
        self.sizes: list[ox.Triple] = []
        self.problems: list[Problem] = []

    def composed(self) -> Catalogue:
        """Run the rules, and hand out each dataset as soon as the catalogue has it."""
        at(Place(relative(self.folder)), TOGETHER)
        done: set[ox.NamedNode] = set()
        for rule in [None, *sorted((self.folder / "rules").glob("*.rq"))]:
            if rule:
                self.put(construct(self.bench, Asked(read_source(rule), Place(relative(rule))), self.base))
            for dataset in things(self.triples(), "Dataset"):
                if dataset not in done:
                    done.add(dataset)
                    self.hand_out(dataset)
        triples = description(self.triples(), self.here)
        unnamed = [t for t in triples if isinstance(t.subject, ox.BlankNode) or isinstance(t.object, ox.BlankNode)]
        self.problems += [Problem(say("catalog-unnamed"), self.said.get(t)) for t in unnamed]
        if self.problems:
            raise InputError(self.problems)
        return Catalogue(self.base, [*triples, *self.sizes], self.files)

    def put(self, triples: Iterable[ox.Triple]) -> None:
        """Let the catalogue say this."""
        self.bench.extend(quads_of(triples, self.here))

    def triples(self) -> list[ox.Triple]:
        """Return what the catalogue says so far."""
        return sorted((q.triple for q in self.bench.quads_for_pattern(None, None, None, self.here)), key=str)

    def named(self, node: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.NamedNode]:
        """Return the things that the catalogue connects a thing with, in order."""
        found = (q.object for q in self.bench.quads_for_pattern(node, predicate, None, self.here))
        return sorted((thing for thing in found if isinstance(thing, ox.NamedNode)), key=str)

    def hand_out(self, dataset: ox.NamedNode) -> None:
        """Write the files of a dataset, and say in the catalogue that there they are."""
        slug = dataset.value.removeprefix(self.base.iri + "dataset/")
        source = next((self.sources[g] for g in self.named(dataset, _PRIMARY) if g in self.sources), None)
        path = self.folder / f"{slug}.rq"
        if not source and not path.is_file():
            place = next((p for t, p in self.said.items() if t.subject == dataset), None)
            self.problems.append(Problem(say("catalog-no-query", file=path.name), place, dataset.value))
            return
        selection = self.of_source(source) if source else self.of_query(path)
        at(Place(relative(self.folder)), TOGETHER)
        self.bench.extend(ox.Quad(q.subject, q.predicate, q.object, dataset) for q in selection.quads)
        dumps = statements(slug, selection, self.terms)
        sheets = curated(source.folder, self.tables, self.base) if source and source.folder else []
        for node in self.named(dataset, dcat("distribution")):
            for address in self.named(node, _DERIVED):
                found = self.answer(node, address.value)
                sheets += [found] if isinstance(found, Sheet) else []
                dumps += [found] if isinstance(found, Dump) else []
        dumps += [*(sheet.dump for sheet in sheets), *([metadata(sheets)] if sheets else [])]
        for position, dump in enumerate(sorted(dumps, key=lambda dump: self.place(dataset, dump)), 1):
            self.files[f"{DUMPS}/{slug}/{dump.name}"] = dump.content
            self.put(self.distribution(dataset, slug, dump, position))

    def of_source(self, source: NamedGraph) -> Selection:
        """Return what a source says."""
        return Selection(frozenset(source.quads()), frozenset(source.statements))

    def of_query(self, path: Path) -> Selection:
        """Return what a query selects: the quads of its triples, wherever they stand, and those that are believed."""
        chosen = set(construct(self.data, Asked(read_source(path), Place(relative(path))), self.base, union=True))
        quads = frozenset(
            q for t in chosen for q in self.data.quads_for_pattern(t.subject, t.predicate, t.object, None)
        )
        return Selection(quads, frozenset(q.triple for q in quads if q.graph_name == ox.DefaultGraph()))

    def answer(self, node: ox.NamedNode, address: str) -> Sheet | Dump | None:
        """Return the table or graph that a saved question answers with; None, and a problem, if it does not."""
        name = node.value.partition("#")[2]
        place = next((p for t, p in self.said.items() if t.subject == node), None)
        try:
            question, query = asked(address, self.questions, self.base)
            if name.endswith(".graphml"):
                return graph_file(name, self.data, question, query, self.questions, self.base)
            return answered(name, self.data, question, query, self.base)
        except InputError as error:
            self.problems += [Problem(p.message, place, node.value) for p in error.problems]
        except KeyError as error:
            self.problems.append(Problem(say("catalog-question", address=address, what=error), place, node.value))
        return None

    def place(self, dataset: ox.NamedNode, dump: Dump) -> tuple[float, float, int]:
        """Return what files of a dataset are sorted by: format, and there the main one first, then the longest."""
        form, file = self.form(dump) or self.here, ox.NamedNode(f"{dataset.value}#{dump.name}")
        first, second = (
            min((int(x.value) for x in self.literals(n, POSITION)), default=math.inf) for n in (form, file)
        )
        return first, second, -dump.content.count(b"\n")

    def form(self, dump: Dump) -> ox.NamedNode | None:
        """Return what the table of formats has for a file, None if it has nothing."""
        forms = self.bench.quads_for_pattern(None, _NOTATION, ox.Literal(dump.extension), self.here)
        return next((q.subject for q in forms if isinstance(q.subject, ox.NamedNode)), None)

    def literals(self, node: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.Literal]:
        """Return the texts and numbers that the catalogue states of a thing."""
        found = (q.object for q in self.bench.quads_for_pattern(node, predicate, None, self.here))
        return [value for value in found if isinstance(value, ox.Literal)]

    def distribution(self, dataset: ox.NamedNode, slug: str, dump: Dump, position: int) -> Iterator[ox.Triple]:
        """Yield what there is to say of a file, `position` in the order of its dataset's."""
        node = ox.NamedNode(f"{dataset.value}#{dump.name}")
        url = ox.NamedNode(f"{self.base.iri}{DUMPS}/{slug}/{dump.name}")
        checksum = ox.NamedNode(node.value + CHECKSUM)
        form = self.form(dump)
        if form is None:
            self.problems.append(Problem(say("catalog-format", extension=dump.extension), node=node.value))
            return
        # a store would make a plain integer of it
        size = ox.Literal(str(len(dump.content)), datatype=ox.NamedNode(XSD + "nonNegativeInteger"))
        self.sizes.append(ox.Triple(node, dcat("byteSize"), size))
        digest = ox.Literal(hashlib.sha256(dump.content).hexdigest(), datatype=ox.NamedNode(XSD + "hexBinary"))
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
                told = self.bench.quads_for_pattern(form, predicate, None, self.here)
                yield from (ox.Triple(node, predicate, quad.object) for quad in told)


def _texts(node: ox.NamedNode, predicate: ox.NamedNode, texts: Mapping[str, str]) -> Iterator[ox.Triple]:
    return (ox.Triple(node, predicate, ox.Literal(text, language=language)) for language, text in texts.items())
