"""How things are shown, as the vocabulary of a release says it: titles of lists, sections of pages, what is folded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from interurban.iris import IU
from interurban.rdf.paths import Step, read_path
from interurban.web.model.vocabulary import LABELS, Kind, Term, Vocabulary, grouped, name_of


@dataclass(frozen=True)
class SectionOf:
    """A section of the pages about a class: which things are in it, of which class (None: of any), and its heading.

    picture: the kind of picture that stands in it, "" for none.
    """

    order: int
    path: tuple[Step, ...]
    kind: str | None
    labels: tuple[Term, ...]
    picture: str


class Presentation:
    """What a vocabulary says of that. as_data: the properties that tell programs more than readers."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._plurals = self._said("pluralLabel")
        self._columns = self._said("columnLabel")
        self._navigation = {name: int(name_of(order[0])) for name, order in self._said("navigationOrder").items()}
        self._sections = {of: list(map(self._section, each)) for of, each in self._said("section").items()}
        self._pictures = self._said("picture")
        self.as_data = self._said("asData").keys()

    def plural(self, kind: Kind) -> Sequence[ox.Literal]:
        """Return what several things of a list are called."""
        return [label for label in self._plurals.get(kind.shared or "", ()) if isinstance(label, ox.Literal)]

    def column(self, of_property: str, classes: Iterable[str]) -> list[ox.Literal]:
        """Return what a column is called that tells a property of things of `classes`; empty for its usual name."""
        found = []
        for label in (
            each for c in sorted(classes) for each in self._columns.get(c, ()) if isinstance(each, ox.Literal)
        ):
            name, _, words = label.value.partition(" ")
            if read_path(name)[0].predicate.value == of_property:
                found.append(ox.Literal(words, language=label.language))
        return found

    def navigated(self) -> list[Kind]:
        """Return the lists to which every page leads, in order."""
        placed = [kind for kind in self._vocabulary.kinds.values() if kind.shared in self._navigation]
        return sorted(placed, key=lambda kind: self._navigation[kind.shared or ""])

    def sections(self, classes: Iterable[str]) -> list[SectionOf]:
        """Return the sections of pages about instances of `classes`, in order."""
        every = (section for c in sorted(classes) for section in self._sections.get(c, ()))
        return sorted(every, key=lambda section: section.order)

    def pictures(self, classes: Iterable[str]) -> list[str]:
        """Return which kinds of pictures pages about instances of `classes` show besides those in sections."""
        every = (name_of(picture) for c in sorted(classes) for picture in self._pictures.get(c, ()))
        return sorted(every, reverse=True)  # where things are, before how they grew

    def _section(self, node: Term) -> SectionOf:
        told = {name: self._vocabulary.values(node, IU + name) for name in ("displayOrder", "path", "ofClass")}
        kind = next((name_of(value) for value in told["ofClass"]), None)
        order = min((int(name_of(value)) for value in told["displayOrder"]), default=0)
        path = read_path("".join(name_of(value) for value in told["path"]))
        picture = "".join(map(name_of, self._vocabulary.values(node, IU + "picture")))
        return SectionOf(order, path, kind, tuple(self._vocabulary.values(node, LABELS[0].value)), picture)

    def _said(self, name: str) -> dict[str, list[Term]]:
        return grouped(self._vocabulary.statements(ox.NamedNode(IU + name)))
