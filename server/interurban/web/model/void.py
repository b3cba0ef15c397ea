"""What the served dataset holds, in VoID: what the build has counted, since when it holds, and where its dumps are."""

from collections import defaultdict
from dataclasses import dataclass

import pyoxigraph as ox

from interurban.iris import DCT, PREFIXES
from interurban.rdf.formats import BY_EXTENSION, Format
from interurban.rdf.jsonld import Node
from interurban.web.model.document import Document, instant
from interurban.web.model.site import Site

PATH = "/.well-known/void"
COUNTED = "views/void.nt"
_TOPIC = ox.NamedNode(PREFIXES["foaf"] + "primaryTopic")
_DUMP = ox.NamedNode(PREFIXES["void"] + "dataDump")
_MODIFIED = ox.NamedNode(DCT + "modified")


def is_described(site: Site) -> bool:
    """Return whether the release says what it holds."""
    return COUNTED in site.release.manifest["files"]


def partitions(site: Site, sort: str) -> list[ox.NamedNode] | None:
    """Return the classes ("class") or properties ("property") that the release has; None if it was not counted."""
    if not is_described(site):
        return None
    found = ox.parse(site.release.read(COUNTED), format=ox.RdfFormat.N_TRIPLES)
    about = ox.NamedNode(PREFIXES["void"] + sort)
    return [q.object for q in found if q.predicate == about and isinstance(q.object, ox.NamedNode)]


def dataset(site: Site) -> ox.NamedNode | None:
    """Return the dataset that the current release is; None if it does not say what it holds, or is past."""
    return topic(describe(site)) if is_described(site) and not site.mount else None


def describe(site: Site) -> Document:
    """Return the description of the dataset, which has to be there."""
    root = ox.NamedNode(site.base.iri + PATH[1:])
    groups: dict[Node, set[ox.Triple]] = defaultdict(set)
    for quad in ox.parse(site.release.read(COUNTED), format=ox.RdfFormat.N_TRIPLES):
        groups[quad.subject].add(quad.triple)
    nodes: tuple[Node, ...] = (root, *sorted(groups.keys() - {root}, key=str))
    document = Document(root, {node: sorted(groups[node], key=str) for node in nodes})
    dataset = topic(document)
    more = [ox.Triple(dataset, _DUMP, ox.NamedNode(dump)) for dump in dumps(site, dataset)]
    document.groups[dataset] += [ox.Triple(dataset, _MODIFIED, instant(site.release.published)), *more]
    return document


@dataclass(frozen=True)
class Linked:
    """How many of the things of a class are linked to another dataset. title: what that is called."""

    kind: ox.NamedNode
    things: int
    title: str
    linked: int


def linked(site: Site) -> list[Linked]:
    """Return how much of each class is linked to which other dataset, the largest class first; none if not counted."""
    if not is_described(site):
        return []
    said: dict[Node, dict[str, str]] = defaultdict(dict)
    for quad in ox.parse(site.release.read(COUNTED), format=ox.RdfFormat.N_TRIPLES):
        if not isinstance(quad.object, ox.Triple):
            said[quad.subject][quad.predicate.value] = quad.object.value
    void, found = PREFIXES["void"], []
    for told in list(said.values()):
        part = said.get(ox.NamedNode(told.get(void + "subjectsTarget", site.base.iri)), {})
        if (kind := part.get(void + "class")) and void + "distinctSubjects" in told:
            title = said[ox.NamedNode(told[void + "objectsTarget"])][DCT + "title"]
            numbers = int(part[void + "entities"]), int(told[void + "distinctSubjects"])
            found.append(Linked(ox.NamedNode(kind), numbers[0], title, numbers[1]))
    return sorted(found, key=lambda each: (-each.things, each.kind.value, each.title))


def topic(document: Document) -> ox.NamedNode:
    """Return the dataset that a description is of."""
    found = (t.object for t in document.triples() if t.subject == document.root and t.predicate == _TOPIC)
    return next(node for node in found if isinstance(node, ox.NamedNode))


def dumps(site: Site, dataset: ox.NamedNode) -> dict[str, Format]:
    """Return the addresses of a dataset's dumps in RDF, compressed ones too, with their formats."""
    folder = f"dumps/{dataset.value.rpartition('/')[2]}/"
    names = [path for path in site.release.manifest["files"] if path.startswith(folder)]
    extensions = {path: path.removesuffix(".gz").rpartition(".")[2] for path in names}
    return {site.base.iri + path: BY_EXTENSION[e] for path, e in sorted(extensions.items()) if e in BY_EXTENSION}
