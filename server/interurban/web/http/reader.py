"""Who reads the answer to a request, and the addresses as they are for them."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request

from interurban.iris import percent_encoded
from interurban.messages import LANGUAGES, Language, say
from interurban.web.http import negotiation
from interurban.web.http.errors import BadRequestError

_KNOWN = ("lang", "at", "page", "show")  # the parameters of pages
_ASKING = "/queries/"  # where pages have parameters of their own
_DATED = re.compile(r"(/releases/[^/]+)?/(doc|graph|def)/")  # addresses that can show a day


@dataclass(frozen=True)
class Reader:
    """Who a page is for.

    explicit: the language was chosen by ?lang=, so links keep it. path, query: what was asked for. day: the one that
    is shown, which links to documents keep.
    """

    language: Language
    explicit: bool
    path: str
    query: str
    day: str | None = None

    @classmethod
    def of(
        cls, request: Request, day: str | None = None, *, strict: bool = True, more: Collection[str] = ()
    ) -> "Reader":
        """Return the reader of a request: ?lang= counts, else Accept-Language, else English.

        more: parameters that this page knows besides those of all pages. Raises BadRequestError if ?lang= is no
        language that pages have, unless `strict` is False.
        """
        path = percent_encoded(request.scope["path"])
        written = request.scope["query_string"]
        given = parse_qsl(written.decode("latin-1")) if written else []
        chosen, known = dict(given).get("lang"), {*_KNOWN, *more}
        # What no page knows says nothing, so it stands in no link, and makes no other answer.
        query = urlencode([(name, value) for name, value in given if name in known or path.startswith(_ASKING)])
        for language in LANGUAGES:
            if chosen == language:
                return cls(language, True, path, query, day)
        if chosen and strict:
            raise BadRequestError(say("web-no-language", given=chosen, languages=", ".join(LANGUAGES)))
        accepted = negotiation.language(request.headers.get("accept-language"), LANGUAGES)
        return cls(accepted, False, path, query, day)

    def href(self, address: str) -> str:
        """Return a local address for this reader: on the day that is shown, and in the language that was chosen."""
        kept = [f"at={self.day}"] if self.day and _DATED.match(address) else []
        kept += [f"lang={self.language}"] if self.explicit else []
        if not kept:
            return address
        place, hash_, fragment = address.partition("#")
        return f"{place}{'&' if '?' in place else '?'}{'&'.join(kept)}{hash_}{fragment}"

    def elsewhen(self) -> str:
        """Return the address of this page for all times."""
        kept = [(name, value) for name, value in parse_qsl(self.query) if name != "at"]
        return self.path + (f"?{urlencode(kept)}" if kept else "")

    def with_day(self) -> list[tuple[str, str]]:
        """Return what of this page's address stays when another day is chosen, as fields of a form have it."""
        return [(name, value) for name, value in parse_qsl(self.query) if name not in ("at", "page", "lang")]

    def switch(self, language: Language) -> str:
        """Return the address of this page in another language."""
        kept = [(name, value) for name, value in parse_qsl(self.query) if name != "lang"]
        return f"{self.path}?{urlencode([*kept, ('lang', language)])}"


@dataclass(frozen=True)
class Link:
    """A link to another representation, or to the page before or after: what it is called, and its address."""

    name: str
    href: str
