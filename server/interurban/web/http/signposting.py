"""Links for machines that have a page and look for what it is of (FAIR Signposting, https://signposting.org/FAIR/)."""

import pyoxigraph as ox

from interurban.iris import DCT
from interurban.web.http.representation import MEDIA_TYPES, Resource, link
from interurban.web.model import void
from interurban.web.model.schema_org import SCHEMA, SchemaOrg
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import name_of

LICENCE = "https://creativecommons.org/licenses/by/4.0/"  # of what states no other

Signposts = tuple[tuple[str, str], ...]  # relations and addresses


def of_thing(schema_org: SchemaOrg, root: ox.NamedNode, collection: str | None) -> Signposts:
    """Return those of a page about a thing. collection: the address of the list that the thing stands in."""
    licences = [name_of(licence) for licence in schema_org.site.vocabulary.values(root, DCT + "license")]
    listed = [("collection", collection)] if collection else []
    return (*types("AboutPage", *schema_org.classes(root)[:1]), ("license", (*licences, LICENCE)[0]), *listed)


def of_list() -> Signposts:
    """Return those of a page that lists things."""
    return (*types("CollectionPage"), ("license", LICENCE))


def types(*classes: str) -> list[tuple[str, str]]:
    """Return links to classes of schema.org, by the addresses that the profile has for them: those with https."""
    return [("type", "https://schema.org/" + name.removeprefix(SCHEMA)) for name in classes]


def home_links(site: Site) -> str:
    """Return the Link header of the home page: what the dataset is, its descriptions and its dumps."""
    dataset = void.dataset(site)
    names = ("AboutPage", "Dataset") if dataset else ("AboutPage",)
    links = [link(*pair) for pair in (*types(*names), ("license", LICENCE), ("cite-as", site.base.iri))]
    if dataset:
        files = [path for path in site.release.manifest["files"] if path.partition(".")[0] == "catalog"]
        catalogue = [(MEDIA_TYPES[path.partition(".")[2]], "/" + path) for path in files]
        described = [*Resource(void.PATH, page=False).variants(), *catalogue]
        links += [link("describedby", address, media_type) for media_type, address in described]
        plain = {dump: form for dump, form in void.dumps(site, dataset).items() if not dump.endswith(".gz")}
        links += [link("item", dump, form.media_type) for dump, form in plain.items()]
    return ", ".join(links)
