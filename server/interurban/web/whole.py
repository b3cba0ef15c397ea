"""The dataset as a whole, as the home page tells machines of it: links in its head, and schema.org's words for it."""

from functools import cached_property
from typing import Any

import pyoxigraph as ox

from interurban.messages import Language
from interurban.web import void
from interurban.web.markup import LICENCE, Markup, types
from interurban.web.representation import MEDIA_TYPES, Resource, signpost
from interurban.web.shelf import Shelf
from interurban.web.site import Site


class Whole:
    """The dataset that a release is. A release that does not say what it holds, or is past, has little to tell."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.described = void.there(site) and not site.mount

    @cached_property
    def dataset(self) -> ox.NamedNode:
        """The dataset, if it is described."""
        return void.topic(void.describe(self.site))

    @cached_property
    def links(self) -> str:
        """The Link header of the home page (FAIR Signposting)."""
        names = ("AboutPage", "Dataset") if self.described else ("AboutPage",)
        links = [signpost(*pair) for pair in (*types(*names), ("license", LICENCE), ("cite-as", self.site.base.iri))]
        if self.described:
            files = [path for path in self.site.release.manifest["files"] if path.partition(".")[0] == "catalog"]
            catalogue = [(MEDIA_TYPES[path.partition(".")[2]], "/" + path) for path in files]
            told = [*Resource(void.PATH, page=False).variants(), *catalogue]
            links += [signpost("describedby", address, media_type) for media_type, address in told]
            dumps = void.dumps(self.site, self.dataset)
            plain = [(dump, form) for dump, form in dumps.items() if not dump.endswith(".gz")]
            links += [signpost("item", dump, form.media_type) for dump, form in plain]
        return ", ".join(links)

    @cached_property
    def _told(self) -> ox.Store:
        """What the release tells portals of the dataset; without that, what it has counted."""
        store = Shelf(self.site).store
        if not store:
            store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in void.describe(self.site).triples())
        return store

    def markup(self, language: Language) -> dict[str, Any] | None:
        """Return what search engines should know of the dataset, None if it is not described."""
        return Markup(self.site).of(self.dataset, language, self._told) if self.described else None
