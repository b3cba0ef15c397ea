"""What a page says of its address to search engines: the one that counts, and those of its languages."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from interurban.messages import LANGUAGES
from interurban.web.http.reader import Reader


@dataclass(frozen=True)
class Addresses:
    """The absolute addresses of a page.

    canonical: the one to remember; languages: hreflang -> address, `x-default` for the one that asks the browser.
    """

    canonical: str
    languages: dict[str, str]

    @classmethod
    def of(cls, reader: Reader, base: str, now: str | None = None) -> "Addresses":
        """Return those of the page that a reader has. base: of the site, with a slash at its end.

        Values of a question, a day, and an extension are not part of it: they show the same in another way. So does a
        past release, whose page of today is at the path `now`.
        """
        path, _, query = (now or f"{reader.path}?{reader.query}").partition("?")
        place = base + path.removesuffix(".html").removeprefix("/")
        kept = [("page", number) for number in parse_qs(query).get("page", [])[:1]]

        def in_language(*chosen: tuple[str, str]) -> str:
            return place + (f"?{urlencode([*kept, *chosen])}" if kept or chosen else "")

        languages: dict[str, str] = {language: in_language(("lang", language)) for language in LANGUAGES}
        own = languages[reader.language] if reader.explicit else in_language()
        return cls(own, languages | {"x-default": in_language()})
