"""Handing out: the files of one dataset, and what comes of them; done in processes beside."""

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import pyoxigraph as ox

from interurban.build.asking import Asked, select, selected, things_of
from interurban.build.catalog.dumps import (
    Dump,
    File,
    Selection,
    Sheet,
    answered,
    asked,
    curated,
    graph_file,
    metadata,
    statements,
)
from interurban.build.catalog.editions import CATALOG, dcat
from interurban.build.dataset import Dataset
from interurban.build.graphs import NamedGraph
from interurban.confined import at, together
from interurban.errors import InputError, Place, Problem, relative
from interurban.files import read_source, there
from interurban.iris import PREFIXES, SKOS, Base
from interurban.messages import say
from interurban.rdf.graphml import NODES, Answer
from interurban.rdf.terms import terms_of
from interurban.release.making import Making

DUMPS = "dumps"
_MENTIONED = "mentioned.rq"
_CLASSES = "SELECT DISTINCT ?thing WHERE { ?any a ?thing FILTER(ISIRI(?thing)) }"

_DERIVED = ox.NamedNode(PREFIXES["prov"] + "wasDerivedFrom")
_NOTATION = ox.NamedNode(SKOS + "notation")
_MOST = ox.NamedNode(PREFIXES["schema"] + "maxValue")  # of how many triples there may be a file of a format


class Growing:
    """A catalogue as far as it has come: its statements, and where the files of its datasets are in the release."""

    def __init__(self, base: Base) -> None:
        self.base, self.store = base, ox.Store()

    def named(self, node: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.NamedNode]:
        """Return the things that the catalogue connects a thing with, in order."""
        found = (q.object for q in self.store.quads_for_pattern(node, predicate, None))
        return sorted((thing for thing in found if isinstance(thing, ox.NamedNode)), key=str)

    def literals(self, node: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.Literal]:
        """Return the texts and numbers that the catalogue states of a thing."""
        found = (q.object for q in self.store.quads_for_pattern(node, predicate, None))
        return [value for value in found if isinstance(value, ox.Literal)]

    def form(self, file: File) -> ox.NamedNode | None:
        """Return what the table of formats has for a file, None if it has nothing."""
        forms = self.store.quads_for_pattern(None, _NOTATION, ox.Literal(file.extension))
        return next((q.subject for q in forms if isinstance(q.subject, ox.NamedNode)), None)

    def slug(self, dataset: ox.NamedNode) -> str:
        """Return the short name of a dataset."""
        return dataset.value.removeprefix(self.base.iri + "dataset/")

    def path(self, dataset: ox.NamedNode, file: File) -> str:
        """Return where a file of a dataset is in the release."""
        return f"{DUMPS}/{self.slug(dataset)}/{file.name}"


@dataclass(frozen=True)
class HandedOut:
    """What came of a dataset: what rules can ask of it, its files, and what is wrong."""

    dataset: ox.NamedNode
    told: bytes
    files: list[File]
    problems: list[Problem]


class Handing:
    """What hands out the datasets of a catalogue. said: what people wrote of them, with its places.

    Raises InputError for a query for what rules want to know that is none.
    """

    def __init__(self, dataset: Dataset, catalogue: Growing, said: dict[ox.Triple, Place | None]) -> None:
        self.base, self.questions = dataset.base, dataset.questions
        self.data, self.lines, self.catalogue, self.said = dataset.store, dataset.lines, catalogue, said
        self.folder = dataset.data / CATALOG
        self.tables = json.loads(read_source(dataset.data / "tables.json"))["tables"]
        asked = Asked(_CLASSES, Place(relative(self.folder)))
        classes = {name.decode()[1:-1] for name in things_of(self.data, asked, self.base)}
        self.terms = terms_of(self.data, ox.NamedNode(self.base.graph("vocabulary")), classes)
        self.ask = lru_cache(4)(self._ask)  # tables and graphs are of the same answers

    def prepare(self) -> None:
        """Find what each process would find for itself."""
        _ = self.mentioned, self.lines.of(ox.DefaultGraph())

    def handed_out(self, dataset: ox.NamedNode, source: NamedGraph | None, making: Making) -> HandedOut:
        """Return what came of a dataset, when its files are made."""
        path = self.folder / f"{self.catalogue.slug(dataset)}.rq"
        if not source and not path.is_file():
            place = next((p for t, p in self.said.items() if t.subject == dataset), None)
            message = say("catalog-no-query", file=path.name)
            return HandedOut(dataset, b"", [], [Problem(message, place, dataset.value)])
        selection = self.of_source(source) if source else self.of_query(path)
        at(Place(relative(self.folder)), together())
        told = selection.told(dataset, self.mentioned)
        every = statements(self.catalogue.slug(dataset), selection, self.terms)
        dumps = [dump for dump in every if self.fits(dump.file, selection)]
        sheets = curated(source.folder, self.tables, self.base) if source and source.folder else []
        problems = list[Problem]()
        for node in self.catalogue.named(dataset, dcat("distribution")):
            for address in self.catalogue.named(node, _DERIVED):
                found = self.answer(node, address.value)
                sheets += [found] if isinstance(found, Sheet) else []
                dumps += [found] if isinstance(found, Dump) else []
                problems += found if isinstance(found, list) else []
        dumps += [*(sheet.dump for sheet in sheets), *([metadata(sheets)] if sheets else [])]
        for dump in dumps:
            making.write(self.catalogue.path(dataset, dump.file), dump.write, packed=dump.packed)
        return HandedOut(dataset, told, [dump.file for dump in dumps], problems)

    @cached_property
    def mentioned(self) -> set[bytes] | None:
        """What rules want to know of which dataset mentions it; None if nobody says that."""
        path = self.folder / _MENTIONED
        return things_of(self.data, Asked(read_source(path), Place(relative(path))), self.base) if there(path) else None

    def fits(self, file: File, selection: Selection) -> bool:
        """Whether a dataset is as small as the table of formats wants it for a file of this format."""
        form = self.catalogue.form(file)
        most = self.catalogue.literals(form, _MOST) if form else []
        return all(len(selection.triples) <= int(number.value) for number in most)

    def of_source(self, source: NamedGraph) -> Selection:
        """Return what a source says."""
        lines = self.lines.of(source.name)
        return Selection(lines, lines)

    def of_query(self, path: Path) -> Selection:
        """Return what a query selects: the quads of its triples, wherever they stand, and those that are believed."""
        lines = selected(self.data, Asked(read_source(path), Place(relative(path))), self.base, self.lines)
        return Selection(lines, lines.believed.alone())

    def answer(self, node: ox.NamedNode, address: str) -> Sheet | Dump | list[Problem]:
        """Return the table or graph that a saved question answers with; what is wrong, if it does not."""
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
            return [Problem(p.message, place, node.value) for p in error.problems]
        except KeyError as error:
            return [Problem(say("catalog-question", address=address, what=error), place, node.value)]

    def _ask(self, query: str, place: Place) -> Answer:
        found = select(self.data, Asked(query, place), self.base)
        if found is None:  # the build lets nothing else in
            raise TypeError(query)
        return found
