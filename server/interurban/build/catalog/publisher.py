"""Who publishes the catalogue, whom to ask, and under which licence: what the settings say of it."""

from collections.abc import Collection, Iterator
from dataclasses import fields

import pyoxigraph as ox

from interurban.build.catalog.editions import CATALOG, dcat, dct
from interurban.build.graphs import TYPE
from interurban.errors import InputError, Problem, SettingError
from interurban.iris import CATALOGUE_PREFIXES, PREFIXES, Base
from interurban.messages import Message, say
from interurban.settings import Settings

_FOAF, _DCATAPIT, _VCARD = PREFIXES["foaf"], CATALOGUE_PREFIXES["dcatapit"], CATALOGUE_PREFIXES["vcard"]
# Nobody can have a right value for these but whoever publishes; their defaults say so.
_OWN = ("publisher_name", "publisher_iri", "contact_mail", "contact_page")
_NOBODYS = "example.org"  # RFC 2606


def published_by(settings: Settings, base: Base, said: Collection[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield what the settings say of the catalogue: publisher, rights holder, contact, licence.

    Raises SettingError for a licence that is not among those described in `said`.
    """
    catalogue, contact = ox.NamedNode(base.iri + CATALOG), ox.NamedNode(f"{base.iri}{CATALOG}#contact")
    licences = sorted(str(t.subject)[1:-1] for t in said if t.predicate == TYPE and t.object == dct("LicenseDocument"))
    if licences and settings.licence not in licences:
        raise SettingError(say("setting-licence", value=settings.licence, licences=", ".join(licences)))
    publisher, holder = (
        ox.NamedNode(iri) for iri in (settings.publisher_iri, settings.rights_holder_iri or settings.publisher_iri)
    )
    yield ox.Triple(catalogue, dct("publisher"), publisher)
    yield ox.Triple(catalogue, dct("rightsHolder"), holder)
    yield ox.Triple(catalogue, dcat("contactPoint"), contact)
    yield ox.Triple(catalogue, dct("license"), ox.NamedNode(settings.licence))
    yield from _agent(publisher, settings.publisher_name, settings.publisher_code, settings.publisher_type)
    if holder != publisher:
        yield from _agent(holder, settings.rights_holder_name, settings.rights_holder_code, settings.publisher_type)
    for kind in (_VCARD + "Kind", _VCARD + "Organization", _DCATAPIT + "Organization"):
        yield ox.Triple(contact, TYPE, ox.NamedNode(kind))
    yield ox.Triple(contact, ox.NamedNode(_VCARD + "fn"), ox.Literal(settings.publisher_name))
    yield ox.Triple(contact, ox.NamedNode(_VCARD + "hasEmail"), ox.NamedNode(f"mailto:{settings.contact_mail}"))
    yield ox.Triple(contact, ox.NamedNode(_VCARD + "hasURL"), ox.NamedNode(settings.contact_page))


def _agent(node: ox.NamedNode, name: str, code: str, kind: str) -> Iterator[ox.Triple]:
    """Yield what is said of an agent; without a code of its own its IRI identifies it."""
    yield ox.Triple(node, TYPE, ox.NamedNode(_FOAF + "Agent"))
    yield ox.Triple(node, TYPE, ox.NamedNode(_DCATAPIT + "Agent"))
    yield ox.Triple(node, ox.NamedNode(_FOAF + "name"), ox.Literal(name or node.value))
    yield ox.Triple(node, dct("identifier"), ox.Literal(code or node.value))
    yield ox.Triple(node, dct("type"), ox.NamedNode(kind))


def ready(settings: Settings) -> None:
    """Raise InputError with every setting that has to be given before anything is published."""
    defaults = {f.name: f.default for f in fields(Settings)}
    wrong = [name for name in _OWN if getattr(settings, name) == defaults[name] or _NOBODYS in getattr(settings, name)]
    problems = [Problem(_placeholder(name, settings)) for name in wrong]
    if any(host in settings.base for host in ("//127.", "//localhost", "//0.", "//[::")):
        problems.append(Problem(say("setting-base-local", value=settings.base)))
    if problems:
        raise InputError(problems)


def _placeholder(name: str, settings: Settings) -> Message:
    return say("setting-placeholder", name=name, value=getattr(settings, name), option=name.replace("_", "-"))
