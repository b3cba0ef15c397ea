"""Two portals, as their harvesters behave: CKAN with ckanext-dcat, and data.europa.eu."""

import hashlib
import json
from dataclasses import dataclass, field

import httpx
import rdflib
from rdflib.namespace import DCAT, DCTERMS, RDF, RDFS, SKOS

HYDRA = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")
MOST_BYTES = 50 * 1024 * 1024
# What CKAN takes a media type for.
FORMATS = {
    "text/turtle": "turtle",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
    "application/n-triples": "nt",
}
# The titles of CKAN's own list of licences that ours can be.
LICENCES = {"Creative Commons Attribution": "cc-by", "Creative Commons CCZero": "cc-zero"}


class HarvestError(Exception):
    """The harvest is aborted, as the portal would abort it."""


@dataclass
class Package:
    """What CKAN makes of a dataset: its identity, title, text, tags, licence and place, and its resources in order.

    place: name and box, "" where there is none; resources: address -> name, format, media type.
    """

    identity: str
    title: str
    notes: str
    tags: list[str]
    licence: str = ""
    place: tuple[str, str] = ("", "")
    resources: dict[str, tuple[str, str, str]] = field(default_factory=dict)


def bare(client: httpx.Client, method: str, address: str, **headers: str) -> httpx.Response:
    """Ask without the headers that httpx adds for us: no Accept, nothing compressed."""
    request = client.build_request(method, address, headers=headers)
    for name in ("accept", "accept-encoding"):
        if name not in headers:
            request.headers.pop(name, None)
    return client.send(request, follow_redirects=True)


def ckan(client: httpx.Client, address: str) -> list[Package]:
    """Harvest as ckanext-dcat: page by page, each asked for by HEAD first, typed by its Content-Type."""
    packages: dict[str, Package] = {}
    seen: set[str] = set()
    page: str | None = address
    while page:
        if page in seen:
            raise HarvestError(f"a circle of pages at {page}")
        seen.add(page)
        graph = rdflib.Graph().parse(data=_text(client, page), format=_format_of(client, page))
        for dataset in graph.subjects(RDF.type, DCAT.Dataset):
            package = _package(graph, dataset)
            if package.identity in packages:
                raise HarvestError(f"{package.identity} stands on two pages")
            packages[package.identity] = package
        page = _next(graph)
    return [packages[identity] for identity in sorted(packages)]


def _content(client: httpx.Client, address: str) -> httpx.Response:
    head = bare(client, "HEAD", address)
    if head.status_code not in (400, 405):
        head.raise_for_status()
        if int(head.headers.get("content-length", 0)) > MOST_BYTES:
            raise HarvestError(f"{address} is too long")
    answer = bare(client, "GET", address)
    answer.raise_for_status()
    if len(answer.content) > MOST_BYTES:
        raise HarvestError(f"{address} is too long")
    return answer


def _format_of(client: httpx.Client, address: str) -> str:
    media_type = _content(client, address).headers["content-type"].partition(";")[0]
    if media_type not in FORMATS:
        raise HarvestError(f"{address} is of no type that holds a catalogue: {media_type}")
    return FORMATS[media_type]


def _text(client: httpx.Client, address: str) -> str:
    text = _content(client, address).content.decode("utf-8", errors="strict")
    if text.lstrip().startswith(("{", "[")):  # a context that is somewhere else is not fetched
        contexts = json.loads(text)["@context"]
        if not isinstance(contexts, dict):
            raise HarvestError(f"{address} has a context that is elsewhere")
    return text


def _next(graph: rdflib.Graph) -> str | None:
    for kind in (HYDRA.PagedCollection, HYDRA.PartialCollectionView):
        for view in graph.subjects(RDF.type, kind):
            for name in (HYDRA.nextPage, HYDRA["next"]):
                if (following := graph.value(view, name)) is not None:
                    return str(following)
    return None


def _package(graph: rdflib.Graph, dataset: rdflib.term.Node) -> Package:
    if not isinstance(dataset, rdflib.URIRef):
        raise HarvestError("a dataset without a name loses its identity")
    title, notes = _text_of(graph, dataset, DCTERMS.title), _text_of(graph, dataset, DCTERMS.description)
    if not title or not notes:
        raise HarvestError(f"{dataset} has no title or no description")
    tags = [str(tag) for tag in graph.objects(dataset, DCAT.keyword)]
    package = Package(str(dataset), title, notes, tags)
    for place in graph.objects(dataset, DCTERMS.spatial):  # the last of each counts, whatever its language
        names, boxes = (list(graph.objects(place, said)) for said in (SKOS.prefLabel, DCAT.bbox))
        package.place = (str([package.place[0], *names][-1]), str([package.place[1], *boxes][-1]))
    for file in graph.objects(dataset, DCAT.distribution):
        address = _text_of(graph, file, DCAT.downloadURL) or _text_of(graph, file, DCAT.accessURL)
        form = graph.value(file, DCTERMS["format"])
        # the first class counts, and of what is no IMT the address is what people see
        labelled = form is not None and graph.value(form, RDF.type) == DCTERMS.IMT
        shown = str(graph.value(form, RDFS.label) if labelled else form)
        package.resources[address] = (
            _text_of(graph, file, DCTERMS.title),
            shown,
            _text_of(graph, file, DCAT.mediaType),
        )
        licence = graph.value(file, DCTERMS.license)
        known = LICENCES.get(_text_of(graph, licence, DCTERMS.title)) if licence else None
        package.licence = package.licence or known or ""
    return package


def _text_of(graph: rdflib.Graph, node: rdflib.term.Node, said: rdflib.URIRef) -> str:
    """Return the text in the portal's language, English, else the first; of a thing, what it is called."""
    values = list(graph.objects(node, said))
    english = [value for value in values if isinstance(value, rdflib.Literal) and value.language == "en"]
    value = (*english, *values, rdflib.Literal(""))[0]
    label = None if isinstance(value, rdflib.Literal) else graph.value(value, RDFS.label)
    return str(label or value)


def europe(client: httpx.Client, address: str) -> dict[str, str]:
    """Harvest as data.europa.eu: return dataset -> hash of what is said of it and of whatever it leads to.

    A blank node has another name each time, so a description with one could never be the same again.
    """
    answer = bare(client, "GET", address, accept="application/rdf+xml, text/turtle;q=0.9")
    answer.raise_for_status()
    graph = rdflib.Graph().parse(data=answer.content, format=FORMATS[answer.headers["content-type"].partition(";")[0]])
    catalogues = set(graph.subjects(RDF.type, DCAT.Catalog))
    datasets = set(graph.subjects(RDF.type, DCAT.Dataset))
    return {str(dataset): _hash(graph, dataset, catalogues | datasets) for dataset in datasets}


def _hash(graph: rdflib.Graph, dataset: rdflib.term.Node, stops: set[rdflib.term.Node]) -> str:
    seen, waiting, lines = {dataset, *stops}, [dataset], []
    for node in waiting:  # grows as it is read
        for triple in graph.triples((node, None, None)):
            if any(isinstance(term, rdflib.BNode) for term in triple):
                raise HarvestError(f"{dataset} has a blank node")
            lines.append(" ".join(term.n3() for term in triple))
            if triple[2] not in seen:
                seen.add(triple[2])
                waiting.append(triple[2])
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
