"""How to cite a page, a dataset or a release: as a sentence, for BibTeX, and as CSL-JSON.

No library writes both; what is written is small, and the tests read it with the clients of others.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from interurban.messages import Language, say
from interurban.web.pages.literals import date_text

AUTHOR = "Interurban"
_KEY = re.compile(r"[^A-Za-z0-9]+")
# What has a meaning to TeX, and how it is written to mean itself.
_TEX = {c: f"\\{c}" for c in "{}%&$#_"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


@dataclass(frozen=True)
class Citation:
    """What is cited.

    whole: the whole release or a dataset, not a page of it; place: the path that is cited, for a key; address: the one
    to write down, of a release that stays as it is where there is one; published: when that release was, ISO 8601.
    """

    title: str
    whole: bool
    place: str
    address: str
    version: str
    published: str
    publisher: str
    language: Language

    @property
    def key(self) -> str:
        """What the citation is called in a list of literature."""
        return _KEY.sub("-", f"interurban {self.place} {self.version}").strip("-")

    @property
    def _day(self) -> date:
        return date.fromisoformat(self.published[:10])

    def sentence(self) -> str:
        """Return the citation as a reader writes it down."""
        key = "web-cite-sentence" if self.publisher else "web-cite-sentence-unpublished"
        published = date_text(self.published, self.language).text
        given = {"author": AUTHOR, "year": str(self._day.year), "title": self.title, "publisher": self.publisher}
        told = say(key, **given, version=self.version, date=published, address=self.address)
        return told.text(self.language)

    def csl(self) -> list[dict[str, Any]]:
        """Return it as CSL-JSON: a list of one item (Citation Style Language 1.0.2)."""
        day = self._day
        item = {
            "id": self.key,
            "type": "dataset" if self.whole else "webpage",
            "title": self.title,
            "container-title": None if self.whole else AUTHOR,
            "author": [{"literal": AUTHOR}],
            "issued": {"date-parts": [[day.year, day.month, day.day]]},
            "version": self.version,
            "publisher": self.publisher,
            "URL": self.address,
            "language": self.language,
        }
        return [{name: value for name, value in item.items() if value}]

    def bibtex(self) -> str:
        """Return it as an entry for BibTeX, in UTF-8."""
        fields = {
            "title": f"{{{_tex(self.title)}}}",  # the inner braces keep its capitals
            "author": f"{{{AUTHOR}}}",
            "year": str(self._day.year),
            "publisher": _tex(self.publisher),
            "version": self.version,
            "url": self.address,
            "language": {"en": "english", "it": "italian"}[self.language],
        }
        lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
        lines.insert(3, f"  month = {self._day.strftime('%b').lower()},\n")
        return f"@misc{{{self.key},\n{''.join(lines)}}}\n"


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in " ".join(text.split()))
