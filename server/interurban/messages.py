"""What the program says to people, in English and Italian.

Every sentence stands once in `messages.toml`, in each language, under a key. A caller names the key and the
values; the reader's language is chosen as late as possible, because one error may be read by two people.
"""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

Language = Literal["en", "it"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Return key -> language -> sentence, read once from the package."""
    return tomllib.loads(files("interurban").joinpath("messages.toml").read_text(encoding="utf-8"))


class Bilingual(dict[str, str]):
    """A text that came with its languages (a shape's message, a column's description): language -> text."""

    def text(self, language: Language = "en") -> str:
        """Return the text in `language`, else in whatever language there is."""
        return self.get(language) or next(iter(self.values()), "")


@dataclass(frozen=True)
class Message:
    """A sentence by its key in the catalogue, with the values for its `{placeholders}`.

    A value that is itself a Message or Bilingual is put into the same language.
    """

    key: str
    values: dict[str, object] = field(default_factory=dict)

    def text(self, language: Language = "en") -> str:
        """Return the sentence in `language`; KeyError if the catalogue lacks the key."""
        values = {k: v.text(language) if isinstance(v, Message | Bilingual) else v for k, v in self.values.items()}
        return catalogue()[self.key][language].format_map(values)

    def __str__(self) -> str:
        return self.text()


def say(key: str, /, **values: object) -> Message:
    """Return the message `key` filled with `values`."""
    return Message(key, values)
