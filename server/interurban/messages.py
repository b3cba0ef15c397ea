"""What the program says to people, in English and Italian.

Every sentence stands once in `messages.toml`, in each language, under a key. A caller names the key and the
values; the reader's language is chosen as late as possible, because one error may be read by two people.
A sentence that differs with how many there are has forms: `{ one = "{count} row", other = "{count} rows" }`.
"""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from interurban.locales import number, plural

Language = Literal["en", "it"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def known_language(name: str | None) -> Language:
    """Return the language of that name, English if there is none."""
    return name if name in LANGUAGES else "en"


@cache
def catalogue() -> dict[str, dict[str, dict[str, str]]]:
    """Return key -> language -> plural form -> sentence, read once from the package; the form is mostly `other`."""
    read = tomllib.loads(files("interurban").joinpath("messages.toml").read_text(encoding="utf-8"))
    return {
        key: {language: {"other": said} if isinstance(said, str) else said for language, said in texts.items()}
        for key, texts in read.items()
    }


class Bilingual(dict[str, str]):
    """A text that came with its languages (a shape's message, a column's description): language -> text."""

    def text(self, language: Language = "en") -> str:
        """Return the text in `language`, else in whatever language there is."""
        return self.get(language) or next(iter(self.values()), "")


@dataclass(frozen=True)
class Message:
    """A sentence by its key in the catalogue, with the values for its `{placeholders}`.

    A value that is itself a Message or Bilingual is put into the same language. The whole number `count` is written
    as in that language, and chooses the plural form.
    """

    key: str
    values: dict[str, object] = field(default_factory=dict)

    def text(self, language: Language = "en") -> str:
        """Return the sentence in `language`; KeyError if the catalogue lacks the key."""
        values = {k: v.text(language) if isinstance(v, Message | Bilingual) else v for k, v in self.values.items()}
        forms = catalogue()[self.key][language]
        form = "other"
        if isinstance(count := values.get("count"), int):
            values["count"] = number(count, language)
            form = plural(count, language)
        return forms.get(form, forms["other"]).format_map(values)

    def __str__(self) -> str:
        return self.text()


def say(key: str, /, **values: object) -> Message:
    """Return the message `key` filled with `values`."""
    return Message(key, values)


def meant(name: str, known: Collection[str]) -> Message:
    """Return what a name that nobody knows was most likely meant to be; else which ones are known."""
    close = get_close_matches(name, known, n=1)
    return say("did-you-mean", name=close[0]) if close else say("one-of", names=", ".join(known))
