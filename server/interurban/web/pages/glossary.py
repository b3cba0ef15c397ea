"""The ontology's own page: its terms by sort, each with its name and what it means."""

from dataclasses import dataclass

from pyoxigraph import NamedNode

from interurban.collation import sort_key
from interurban.iris import IU, OWL, SKOS
from interurban.rdf.terms import TYPE
from interurban.web.model.vocabulary import prefixed
from interurban.web.pages.literals import Text
from interurban.web.pages.views import DocumentView

# Sort of term -> key of its heading among the messages. A term of several sorts stands under the first.
_SORTS = {
    OWL + "Class": "classes",
    OWL + "ObjectProperty": "object-properties",
    OWL + "DatatypeProperty": "datatype-properties",
    OWL + "AnnotationProperty": "other-properties",
    SKOS + "ConceptScheme": "schemes",
}


@dataclass(frozen=True)
class GlossaryEntry:
    """A term: its label, its prefixed name or IRI, its page, and the sentence that says what it means."""

    label: Text
    name: str
    href: str
    description: Text | None


def glossary(view: DocumentView) -> dict[str, list[GlossaryEntry]]:
    """Return heading key -> our own terms in a document of the whole vocabulary, in order of label."""
    sorts: dict[str, list[NamedNode]] = {sort: [] for sort in _SORTS}
    for term, said in view.document.groups.items():
        if isinstance(term, NamedNode) and term.value.startswith(IU):
            kinds = {t.object.value for t in said if t.predicate == TYPE and isinstance(t.object, NamedNode)}
            if sort := next((sort for sort in _SORTS if sort in kinds), None):
                sorts[sort].append(term)
    groups = {_SORTS[sort]: [_entry(view, term) for term in terms] for sort, terms in sorts.items()}
    for entries in groups.values():
        entries.sort(key=lambda e: (sort_key(e.label.text), e.name))
    return {key: entries for key, entries in groups.items() if entries}


def _entry(view: DocumentView, term: NamedNode) -> GlossaryEntry:
    address = view.site.address(term.value) or term.value
    return GlossaryEntry(view.label(term), prefixed(term.value) or term.value, address, view.description(term))
