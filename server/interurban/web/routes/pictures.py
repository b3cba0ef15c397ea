"""/picture/: pictures of things as SVG, to be put into others' pages, and the same facts as CSV; of pages as PNG."""

from base64 import b64encode
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.messages import say
from interurban.pictures.cards import raster
from interurban.pictures.drawing import draw_card
from interurban.pictures.maps import FEW
from interurban.web.http.conditional import conditional
from interurban.web.http.errors import BadRequestError, NotFoundError
from interurban.web.http.operations import AT, LANGUAGE, operation, routed
from interurban.web.http.parameters import requested_day, single_values
from interurban.web.http.reader import Reader
from interurban.web.model.cache import Representation
from interurban.web.model.catalog import Catalog
from interurban.web.model.site import Site
from interurban.web.pages.cards import EXTENSION, KIND, card
from interurban.web.pages.picture import DOTS, EACH, FRAME, PATH, WORLD
from interurban.web.pages.pictures import THING, THINGS, picture, picture_of_list, picture_of_things
from interurban.web.pages.templates import Templates

_STYLE = "picture.css"
_MEDIA_TYPES = {"svg": "image/svg+xml", "csv": "text/csv"}
_PNG = "image/png"
_SHOWN = [
    {"name": name, "in": "query", "description": about, "schema": {"type": "string", "enum": [value]}}
    for name, value, about in (
        (FRAME, WORLD, "Show the whole world on a map, even if nearly all places are near each other"),
        (DOTS, EACH, "Give each place on a map its own mark, even if they lie on each other"),
    )
]


def router(site: Site, templates: Templates, told: Catalog) -> APIRouter:
    """Return the routes of the pictures."""
    endpoints = _Endpoints(site, templates, told)
    described = operation("The picture, or its facts", *_MEDIA_TYPES.values(), parameters=[AT, *_SHOWN, LANGUAGE])
    shared = operation("The picture of a page, for those with whom it is shared", _PNG, parameters=[LANGUAGE])
    return routed(
        (f"{PATH}/{KIND}/{{of:path}}.{EXTENSION}", endpoints.card, shared),
        (PATH + "/{kind}/{of:path}.{extension}", endpoints.picture, described),
    )


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    templates: Templates
    told: Catalog

    async def card(self, request: Request, of: str) -> Response:
        """Answer with the picture that social networks show of the page at a path."""
        site, reader = self.site, Reader.of(request)
        headers = {"vary": "Accept-Language", "content-language": reader.language}

        def render() -> Representation:
            found = card(site, self.told, f"/{of}", reader)
            if found is None:
                raise NotFoundError(say("web-no-picture"))
            return Representation(raster(draw_card(found)))

        return await conditional(site, request, [PATH, site.mount, KIND, of, reader.language], _PNG, headers, render)

    @cached_property
    def _alone(self) -> "Alone":
        return Alone(self.templates)

    async def picture(self, request: Request, kind: str, of: str, extension: str) -> Response:
        """Answer with a picture of a thing or of a list, or with what it shows as CSV."""
        site = self.site
        if extension not in _MEDIA_TYPES:
            raise NotFoundError(say("web-no-picture"))
        reader = Reader.of(request, requested_day(request))
        root = site.find(f"/id/{of}")
        given = single_values(request)
        shown = {"whole": given.get(FRAME) == WORLD, "each": given.get(DOTS) == EACH}
        chosen = {} if root else {n: value for n, value in given.items() if n not in ("at", "lang", FRAME, DOTS)}
        things = chosen.get(THING, "").split(",")
        if len(things) > FEW:
            raise BadRequestError(say("web-picture-many", most=FEW))
        headers = {"vary": "Accept-Language", "content-language": reader.language}
        if extension == "svg":
            headers["content-security-policy"] = self._alone.policy
        key = [
            PATH,
            site.mount,
            kind,
            of,
            extension,
            reader.language,
            str(reader.explicit),
            str(reader.day),
            str(shown),
        ]
        key.append(urlencode(chosen))

        every = extension == "csv"

        def render() -> Representation:
            if (kind, of) == ("map", THINGS):
                found = picture_of_things(site, things, reader, **shown)
            elif root:
                found = picture(site, kind, root, reader, every=every, **shown)
            else:
                found = picture_of_list(site, kind, of, chosen, reader, every=every, **shown)
            if found is None:
                raise NotFoundError(say("web-no-picture"))
            return Representation(found.alone(self._alone.style) if extension == "svg" else found.table.csv())

        return await conditional(site, request, key, _MEDIA_TYPES[extension], headers, render)


@dataclass(frozen=True)
class Alone:
    """What a picture has by itself: it may load nothing but the style that it carries, and any page may frame it."""

    templates: Templates

    @cached_property
    def style(self) -> str:
        """The sheet that it carries."""
        return self.templates.assets[_STYLE].decode()

    @cached_property
    def policy(self) -> str:
        """Its Content-Security-Policy."""
        own = b64encode(sha256(self.style.encode()).digest()).decode()
        return f"default-src 'none'; style-src 'sha256-{own}'; base-uri 'none'; form-action 'none'"
