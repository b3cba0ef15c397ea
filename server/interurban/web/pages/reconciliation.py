"""The answers of the reconciliation service (Reconciliation Service API 0.2) in a reader's language, as JSON."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from interurban import __version__
from interurban.iris import IU, RDFS
from interurban.matching.records import code
from interurban.messages import Language, catalogue, say
from interurban.rdf.jsonld import Json
from interurban.rdf.terms import NAMES
from interurban.release.meanings import ROOM
from interurban.web.model.reconciliation import Candidate, Meanings
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import prefixed
from interurban.web.pages.literals import label_text

ENDPOINT = "/reconcile"
WIDTH, HEIGHT = 400, 200  # of a preview, in pixels
_CODES = "code-scheme/"  # below the ontology's namespace, where the schemes of official codes are described
_PLAIN = ("country", "coordinates", "latitude", "longitude", "population", "website", "networks")
_NAMED = ("mul", "")  # languages of names that are good in all


@dataclass(frozen=True)
class Answers:
    """What the service says of one release's things to readers of one language. root: the address of this server."""

    site: Site
    meanings: Meanings
    language: Language
    root: str = ""

    def manifest(self, logo: str) -> Json:
        """Return what the service is, and what it can do. logo: path of its picture."""
        endpoint, service = self.root.rstrip("/") + ENDPOINT, {"service_url": self.root.rstrip("/")}

        def suggest(what: str) -> Json:
            flyout = {
                "flyout_service_url": self.root.rstrip("/"),
                "flyout_service_path": f"{ENDPOINT}/flyout/{what}?id=${{id}}",
            }
            return {**service, "service_path": f"{ENDPOINT}/suggest/{what}", **flyout}

        return {
            "versions": ["0.2"],
            "name": self._say("name"),
            "identifierSpace": self.site.base.iri + ROOM,
            "schemaSpace": IU,
            "serviceVersion": __version__,
            "logo": self.root.rstrip("/") + logo,
            "view": {"url": f"{self.root}{ROOM}{{{{id}}}}"},
            "defaultTypes": [self.type(name) for name in self.most_general],
            "batchSize": 50,
            "preview": {"url": f"{endpoint}/preview?id={{{{id}}}}", "width": WIDTH, "height": HEIGHT},
            "suggest": {what: suggest(what) for what in ("entity", "type", "property")},
            "extend": {"propose_properties": {**service, "service_path": ENDPOINT + "/properties"}},
        }

    @cached_property
    def types(self) -> dict[str, str]:
        """The identifiers of types, short and as IRIs, and the classes they are."""
        short = {_local(name): name for name in self.meanings.classes if name.startswith(IU)}
        short |= {
            _local(name): name for name in self.meanings.classes if not name.startswith(IU) and name in self._direct
        }
        return short | {name: name for name in short.values()}

    @cached_property
    def most_general(self) -> list[str]:
        """The types that are below no other."""
        every = set(self.types.values())
        return sorted((name for name in every if not (self._above(name) - {name}) & every), key=self._type_name)

    def type(self, name: str, *, broader: bool = False) -> Json:
        """Return a type. broader: with those above it."""
        above = [n for n in sorted(self._above(name)) if n != name and n in self.types.values()] if broader else []
        more = {"broader": [self.type(n) for n in above]} if above else {}
        return {"id": _local(name), "name": self._type_name(name), **more}

    def suggest_type(self, prefix: str) -> list[Json]:
        """Return the types whose name begins with a prefix, or has a word that does."""
        every = [self.type(name, broader=True) for name in sorted(set(self.types.values()), key=self._type_name)]
        return [one for one in every if _begins(one, prefix)]

    def result(self, candidates: Iterable[Candidate]) -> Json:
        """Return the answer to one query."""
        return {"result": [self._candidate(one) for one in candidates]}

    def entity(self, name: str, said: Mapping[str, Any]) -> Json:
        """Return what is said of a thing that is suggested."""
        notable = [self.type(n) for n in self._classes(said)]
        return {"id": name, "name": self.name(said), "description": self.description(said), "notable": notable}

    def name(self, said: Mapping[str, Any]) -> str:
        """Return what a thing is called."""
        names: Sequence[Sequence[str]] = said["names"]
        for language in (self.language, *_NAMED, "en"):
            if found := next((text for text, told in names if told == language), None):
                return found
        return names[0][0]

    def description(self, said: Mapping[str, Any]) -> str:
        """Return what tells a thing from its namesakes: its class, country, inhabitants, and that it is no more."""
        parts = [self._type_name(name) for name in self._classes(said)[:1]]
        country = self.meanings.country(said.get("country", ""))
        if country and country != said["id"]:
            parts.append(self.name(self.meanings.said(country) or {"names": [[country, ""]]}))
        if population := said.get("population"):
            parts.append(self._say("inhabitants", count=population))
        if "end" in said:
            parts.append(self._say("ended"))
        return ", ".join(parts)

    @cached_property
    def properties(self) -> dict[str, str]:
        """The properties that are evidence and can be fetched, with their names."""
        return {name: self._say(f"property-{name}") for name in _PLAIN} | {
            s: self._scheme(s) for s in self.meanings.schemes
        }

    def suggest_property(self, prefix: str) -> list[Json]:
        """Return the properties whose name begins with a prefix, or has a word that does."""
        every = [{"id": name, "name": label} for name, label in self.properties.items()]
        return [one for one in every if _begins(one, prefix)]

    def extended(self, ids: Iterable[str], properties: Sequence[str]) -> Json:
        """Return the values that things have of properties; none of what is no thing."""
        meta = [{"id": name, "name": self.properties[name]} for name in properties]
        return {"meta": meta, "rows": {name: self._row(name, properties) for name in ids}}

    def preview(self, name: str, said: Mapping[str, Any]) -> Json:
        """Return what the small page about a thing shows."""
        row = self._row(name, list(self.properties))
        facts = [(self.properties[p], ", ".join(map(_shown, values))) for p, values in row.items() if values]
        return {"name": self.name(said), "description": self.description(said), "facts": facts}

    def _row(self, name: str, properties: Sequence[str]) -> Json:
        every = [said for other in self.meanings.beside(name) if (said := self.meanings.said(other))]
        own = self.meanings.said(name)
        ordered = [own, *(said for said in every if said != own)] if own else []
        return {prop: list(self._values(prop, ordered)) for prop in properties}

    def _values(self, prop: str, known: Sequence[Mapping[str, Any]]) -> Iterator[Json]:
        """Yield the values that a thing has of a property. known: what is said of it, and then of what is beside it."""
        first = next((said[prop] for said in known if prop in said), None)
        if prop in ("latitude", "longitude"):
            yield from [{"float": first}] if first is not None else []
        elif prop == "population":
            yield from [{"int": first}] if first is not None else []
        elif prop == "coordinates":
            place = next((said for said in known if "latitude" in said and "longitude" in said), None)
            yield from [{"str": f"{place['latitude']},{place['longitude']}"}] if place else []
        elif prop == "country":
            country = self.meanings.country(first) if first else ""
            yield from [self._thing(country)] if country else []
        elif prop == "networks":
            networks = {network for said in known for network in said.get("networks", ())}
            yield from (self._thing(network.removeprefix(ROOM)) for network in sorted(networks))
        elif prop == "website":
            yield from ({"str": address} for said in known for address in said.get("websites", ()))
        else:
            every = dict.fromkeys(i for said in known for fact in ("identifiers", "shared") for i in said.get(fact, ()))
            yield from ({"str": name} for scheme, name in map(code, every) if scheme == prop)

    def _thing(self, name: str) -> Json:
        said = self.meanings.said(name)
        return {"id": name, "name": self.name(said) if said else name}

    def _candidate(self, one: Candidate) -> Json:
        said = self.meanings.said(one.id)
        assert said is not None  # noqa: S101 - a candidate is a thing
        return {
            "id": one.id,
            "name": self.name(said),
            "description": self.description(said),
            "type": [self.type(name) for name in self._classes(said)],
            "score": round(100 * one.probability, 2),
            "match": one.sure,
            "features": [{"id": e.comparison, "value": round(e.weight, 3)} for e in one.evidence],
        }

    def _classes(self, said: Mapping[str, Any]) -> list[str]:
        return [name for name in said["classes"] if name in self.types.values()]

    @property
    def _direct(self) -> frozenset[str]:
        return self.meanings.direct

    def _above(self, name: str) -> frozenset[str]:
        return self.site.vocabulary.superclasses(name)

    def _type_name(self, name: str) -> str:
        return self._label(name) or self._worded(f"type-{_local(name)}") or prefixed(name) or name

    def _scheme(self, name: str) -> str:
        return self._label(IU + _CODES + name) or self._worded(f"property-{name}") or name

    def comment(self, name: str) -> str:
        """Return what the vocabulary says of a class, "" if that is nothing."""
        return self._label(name, (RDFS + "comment",))

    def _label(self, iri: str, names: Iterable[str] = NAMES) -> str:
        node = ox.NamedNode(iri)
        for name in names:
            found = [value for value in self.site.vocabulary.values(node, name) if isinstance(value, ox.Literal)]
            if text := label_text(found, self.language):
                return text.text
        return ""

    def _worded(self, key: str) -> str:
        return self._say(key) if f"reconcile-{key}" in catalogue() else ""

    def _say(self, key: str, **values: object) -> str:
        return say(f"reconcile-{key}", **values).text(self.language)


def _local(iri: str) -> str:
    """Return what a class is called in its vocabulary."""
    return iri.removeprefix(IU).rpartition("/")[2].rpartition("#")[2]


def _begins(one: Json, prefix: str) -> bool:
    wanted = prefix.strip().casefold()
    words = [one["id"].casefold(), one["name"].casefold(), *one["name"].casefold().split()]
    return any(word.startswith(wanted) for word in words)


def _shown(value: Json) -> str:
    return str(value.get("name") or next(iter(value.values())))
