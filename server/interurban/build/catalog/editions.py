"""The catalogue of a release as its files: with versions and dates, which the release before has a say in.

What is the same as in the release before keeps the dates that it had there: for a portal, it has not changed. Portals
show what comes first where they show one thing, so English comes before Italian, and a dataset's main file first.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pyoxigraph as ox

from interurban.build.graphs import TYPE
from interurban.iris import CATALOGUE_PREFIXES, DCT, PREFIXES, SKOS, XSD, Base, shortened
from interurban.messages import LANGUAGES
from interurban.rdf.formats import BY_EXTENSION, canonical_nquads, description, quads_of
from interurban.release.folder import Release
from interurban.release.making import Made

CATALOG = "catalog"
CATALOGO = "catalogo"  # the same in Italian
POSITION = ox.NamedNode(PREFIXES["schema"] + "position")  # of a file among those of its dataset
CHECKSUM = "-checksum"  # what the name of a file's checksum has besides the file's

_DCAT = PREFIXES["dcat"]
_CHECKSUM_VALUE = ox.NamedNode(PREFIXES["spdx"] + "checksumValue")
# CKAN takes each of these for one more tag, or the last for the name, whatever its language.
_IN_ONE_LANGUAGE = (ox.NamedNode(_DCAT + "keyword"), ox.NamedNode(SKOS + "prefLabel"))


def dcat(name: str) -> ox.NamedNode:
    """Return a term of DCAT."""
    return ox.NamedNode(_DCAT + name)


def dct(name: str) -> ox.NamedNode:
    """Return a term of Dublin Core."""
    return ox.NamedNode(DCT + name)


@dataclass
class Catalogue:
    """The catalogue of the data at hand, whichever release they will be: what it says, and the files it tells of."""

    base: Base
    triples: list[ox.Triple]
    files: dict[str, Made]  # path in the release -> content

    def written(self, published: str, last: Release | None) -> dict[str, bytes | Made]:
        """Return all files of the catalogue of the release that counts from the instant `published`.

        A dataset or file that is the same as in the release `last` keeps its dates.
        """
        said = self.dated(published, last)
        both = [t for t in said if t.predicate not in _IN_ONE_LANGUAGE or language_of(t) in ("", LANGUAGES[0])]
        editions = {CATALOG: both, CATALOGO: [t for t in said if language_of(t) in ("", "it")]}
        forms = {
            f"{name}.{extension}": content
            for name, triples in editions.items()
            for extension, content in _forms(triples).items()
        }
        return self.files | forms

    def dated(self, published: str, last: Release | None) -> list[ox.Triple]:
        """Return what the catalogue says as that of a release."""
        before = _Dates.of(last)
        here = ox.NamedNode(self.base.iri + CATALOG)
        now = ox.Literal(published, datatype=ox.NamedNode(XSD + "dateTime"))
        found = [t for t in self.triples if (t.subject, t.predicate) != (here, dct("modified"))]
        found.append(ox.Triple(here, dct("modified"), now))
        datasets = things(self.triples, "Dataset")
        others = {here, *datasets, *things(self.triples, "DataService")}
        for dataset in datasets:
            about = description(self.triples, dataset, others - {dataset})
            version = ox.Literal(hashlib.sha256(canonical_nquads(quads_of(about))).hexdigest()[:12])
            found.append(ox.Triple(dataset, dcat("version"), version))
            found += before.carried(dataset, version.value, now)
        for triple in self.triples:
            checksum, digest = triple.subject, triple.object
            if triple.predicate == _CHECKSUM_VALUE and isinstance(checksum, ox.NamedNode):
                file = ox.NamedNode(checksum.value.removesuffix(CHECKSUM))
                found += before.carried(file, digest.value if isinstance(digest, ox.Literal) else "", now)
        return _ordered(found)


@dataclass(frozen=True)
class _Dates:
    """What the last release's catalogue says: thing -> version or sum, dates."""

    versions: dict[str, str] = field(default_factory=dict)
    dates: dict[tuple[str, str], ox.Literal] = field(default_factory=dict)

    @classmethod
    def of(cls, last: Release | None) -> "_Dates":
        found = cls()
        if last is None or not (last.folder / f"{CATALOG}.ttl").is_file():
            return found
        for quad in ox.parse(last.read(f"{CATALOG}.ttl"), format=ox.RdfFormat.TURTLE):
            if not isinstance(quad.subject, ox.NamedNode) or not isinstance(quad.object, ox.Literal):
                continue
            if quad.predicate in (dct("issued"), dct("modified")):
                found.dates[quad.subject.value, quad.predicate.value] = quad.object
            elif quad.predicate in (dcat("version"), _CHECKSUM_VALUE):
                found.versions[quad.subject.value.removesuffix(CHECKSUM)] = quad.object.value
        return found

    def carried(self, thing: ox.NamedNode, version: str, now: ox.Literal) -> list[ox.Triple]:
        """Return when a thing came and when it last changed: what was said if it is the same, else now."""
        issued = self.dates.get((thing.value, DCT + "issued"), now)
        same = self.versions.get(thing.value) == version
        modified = self.dates.get((thing.value, DCT + "modified"), now) if same else now
        return [ox.Triple(thing, dct("issued"), issued), ox.Triple(thing, dct("modified"), modified)]


def language_of(triple: ox.Triple) -> str:
    """Return the language of a text, "" of anything else."""
    return (triple.object.language or "") if isinstance(triple.object, ox.Literal) else ""


def _ordered(triples: list[ox.Triple]) -> list[ox.Triple]:
    """Return triples by what they are about, the values of each property as they are to be shown."""
    positions = {
        str(t.subject): int(t.object.value)
        for t in triples
        if t.predicate == POSITION and isinstance(t.object, ox.Literal)
    }

    def place(t: ox.Triple) -> tuple[str, str, int, int, str]:
        language = language_of(t)
        known = LANGUAGES.index(language) if language in LANGUAGES else len(LANGUAGES)
        return str(t.subject), str(t.predicate), positions.get(str(t.object), 0), known, str(t.object)

    return sorted(triples, key=place)


def _forms(triples: list[ox.Triple]) -> dict[str, bytes]:
    """Return triples in each format in which portals harvest; by extension, in the order given."""
    used = {
        prefix: namespace
        for prefix, namespace in sorted((PREFIXES | CATALOGUE_PREFIXES).items())
        if any(namespace in str(t) for t in triples)
    }
    rdf = ox.serialize(triples, format=BY_EXTENSION["rdf"].syntax, prefixes=used) or b""
    rdf = rdf.replace(b"\r", b"&#13;")  # which readers of XML would take for a line feed (XML 1.0, 2.11)
    turtle = ox.serialize(triples, format=BY_EXTENSION["ttl"].syntax, prefixes=used) or b""
    return {"ttl": turtle, "jsonld": _jsonld(triples, used), "rdf": rdf}


def _jsonld(triples: Iterable[ox.Triple], prefixes: dict[str, str]) -> bytes:
    """Return triples as JSON-LD with the prefixes that readers of DCAT know; each node stands once, on a line."""
    nodes: list[dict[str, Any]] = json.loads(ox.serialize(triples, format=ox.RdfFormat.JSON_LD) or b"[]")

    @cache
    def short(iri: str) -> str:
        return shortened(iri, prefixes)

    graph: list[str] = []
    for node in nodes:
        members: dict[str, Any] = {"@id": node.pop("@id")}
        types = [value["@id"] for value in node.pop(TYPE.value, [])] + node.pop("@type", [])
        if types:
            members["@type"] = [short(iri) for iri in types]
        for name, values in node.items():
            members[short(name)] = [v | {"@type": short(v["@type"])} if "@type" in v else v for v in values]
        graph.append(json.dumps(members, ensure_ascii=False))
    context = json.dumps(dict(prefixes), ensure_ascii=False)
    nodes_text = ",\n".join(graph)
    return f'{{"@context": {context},\n"@graph": [\n{nodes_text}\n]}}\n'.encode()


def things(triples: Iterable[ox.Triple], kind: str) -> list[ox.NamedNode]:
    """Return the things of a class of DCAT's, in order."""
    found = {t.subject for t in triples if t.predicate == TYPE and t.object == dcat(kind)}
    return sorted((node for node in found if isinstance(node, ox.NamedNode)), key=str)
