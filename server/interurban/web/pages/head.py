"""What a page says of its address to search engines: the one that counts, and those of its languages."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from interurban.messages import LANGUAGES
from interurban.web.http.reader import Reader
from interurban.web.model.site import Site
from interurban.web.pages.cards import place as card_place


@dataclass(frozen=True)
class Addresses:
    """The absolute addresses of a page.

    canonical: the one to remember; languages: hreflang -> address, `x-default` for the one that asks the browser; card:
    of the picture for those with whom it is shared.
    """

    canonical: str
    languages: dict[str, str]
    card: str

    @classmethod
    def of(cls, reader: Reader, site: Site, now: str | None = None) -> "Addresses":
        """Return those of the page that a reader has.

        Values of a question, a day, and an extension are not part of it: they show the same in another way. So does a
        past release, whose page of today is at the path `now`.
        """
        path, _, query = (now or f"{reader.path}?{reader.query}").partition("?")
        base, path = site.base.iri, path.removesuffix(".html")
        place = base + path.removeprefix("/")
        kept = [("page", number) for number in parse_qs(query).get("page", [])[:1]]

        def in_language(*chosen: tuple[str, str]) -> str:
            return place + (f"?{urlencode([*kept, *chosen])}" if kept or chosen else "")

        languages: dict[str, str] = {language: in_language(("lang", language)) for language in LANGUAGES}
        own = languages[reader.language] if reader.explicit else in_language()
        picture = f"{base.rstrip('/')}{card_place(site, site.local(path))}?lang={reader.language}"
        return cls(own, languages | {"x-default": in_language()}, picture)
