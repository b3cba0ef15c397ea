"""What makes one release of another: entity by entity, and as RDF with the terms of Activity Streams."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import pyoxigraph as ox

from interurban.iris import DCT, PREFIXES, RDF
from interurban.rdf.formats import Format, quads_of
from interurban.release.changes import Change, ChangeKind, Changes, compared
from interurban.release.folder import DATASET
from interurban.web.model.document import Document, count, document, instant, texts
from interurban.web.model.site import Site

KINDS: tuple[ChangeKind, ...] = ("created", "updated", "deleted")
ACTIVITIES = {"created": "Create", "updated": "Update", "deleted": "Delete"}  # in Activity Streams 2.0
_AS, _PROV, _VOID = (PREFIXES[prefix] for prefix in ("as", "prov", "void"))


@dataclass(frozen=True)
class Diff:
    """Two releases and what makes the second of the first."""

    old: Site
    new: Site
    changes: Changes

    @classmethod
    def of(cls, old: Site, new: Site) -> "Diff":
        """Return what makes `new` of `old`; reads both datasets, which takes a while."""
        with old.release.open(DATASET) as before, new.release.open(DATASET) as after:
            return cls(old, new, compared(before, after))

    @property
    def iri(self) -> str:
        """The IRI of the comparison."""
        return f"{self.new.base.iri}releases/{self.old.release.version}/diff/{self.new.release.version}"

    def every(self) -> list[tuple[ChangeKind, Change]]:
        """Return all changes, by kind and then in order of IRI."""
        return [(kind, change) for kind in KINDS for change in self.of_kind(kind)]

    def of_kind(self, kind: ChangeKind) -> list[Change]:
        """Return the changes of one kind."""
        found: list[Change] = getattr(self.changes, kind)
        return found


def described(diff: Diff) -> Document:
    """Return the comparison as RDF: which entities were created, updated and deleted, with Activity Streams' terms."""
    old, new = diff.old.release, diff.new.release
    this, base = diff.iri, diff.new.base.iri
    then, now = (f"{base}releases/{release.version}" for release in (old, new))
    totals = {part: sum(len(getattr(c, part)) for _, c in diff.every()) for part in ("removed", "added")}
    about: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        (RDF + "type", ox.NamedNode(_AS + "Collection")),
        *((DCT + "title", text) for text in texts("web-diff-title", a=old.version, b=new.version)),
        (_AS + "origin", ox.NamedNode(then)),
        (_AS + "target", ox.NamedNode(now)),
        (_AS + "totalItems", count(len(diff.every()))),
        *((DCT + "hasPart", ox.NamedNode(f"{this}#{part}")) for part in totals),
    ]
    releases = [(iri, [(_PROV + "generatedAtTime", instant(r.published))]) for iri, r in ((then, old), (now, new))]
    if old.published < new.published:
        releases[1][1].append((_PROV + "wasDerivedFrom", ox.NamedNode(then)))  # type: ignore[arg-type]
    graphs = [
        (f"{this}#{part}", [*((DCT + "title", t) for t in texts(f"web-diff-{part}")), (_VOID + "triples", count(n))])
        for part, n in totals.items()
    ]
    events = [(f"{this}#{quote(c.iri, safe='/:')}", _event(kind, c, this)) for kind, c in diff.every()]
    about += [(_AS + "items", ox.NamedNode(iri)) for iri, _ in events]
    return document((this, about), *releases, *graphs, *events)


def graphs(diff: Diff) -> list[ox.Quad]:
    """Return the statements that are gone and new, each in a graph of its own."""
    return [
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(f"{diff.iri}#{part}"))
        for part in ("removed", "added")
        for _, change in diff.every()
        for quad in parsed(getattr(change, part))
    ]


def as_quads(diff: Diff, form: Format) -> bytes:
    """Return a comparison with its statements, in a format that holds graphs of triples."""
    quads = quads_of(described(diff).triples())
    prefixes = {p: PREFIXES[p] for p in ("as", "dct", "prov", "void", "xsd")} if form.extension == "trig" else None
    return ox.serialize([*quads, *graphs(diff)], format=form.syntax, prefixes=prefixes) or b""


def _event(kind: ChangeKind, change: Change, whole: str) -> Sequence[tuple[str, ox.NamedNode | ox.Literal]]:
    return [
        (RDF + "type", ox.NamedNode(_AS + ACTIVITIES[kind])),
        (_AS + "object", ox.NamedNode(change.iri)),
        (DCT + "isPartOf", ox.NamedNode(whole)),
    ]


def parsed(lines: Iterable[str]) -> list[ox.Quad]:
    """Return lines of N-Quads as quads, in order."""
    return list(ox.parse("\n".join(sorted(lines)), format=ox.RdfFormat.N_QUADS))
