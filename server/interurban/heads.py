"""The head of a saved question: YAML behind `#+`, read with the line of the file on which each of its parts stands."""

from pathlib import Path
from typing import Any, NoReturn

import yaml

from interurban.errors import InputError, Place, Problem, relative
from interurban.files import control_in, must_be_shallow, usable
from interurban.messages import Bilingual, say

_MARK = "#+"


class Head:
    """What a head says. Parts are named by the keys that lead to them; InputError tells the line of what is wrong.

    strict: what should be a text and is none is wrong too; else it is an empty one.
    """

    def __init__(self, path: Path, text: str, strict: bool = True) -> None:
        self._strict = strict
        lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.startswith(_MARK)]
        self._file, self._lines = relative(path), [number for number, _ in lines]
        yaml_text = "\n".join(line.removeprefix(_MARK).removeprefix(" ") for _, line in lines)
        try:
            with usable(path):
                must_be_shallow(yaml_text)
                self._node = yaml.compose(yaml_text, Loader=yaml.SafeLoader)
                self.said: Any = yaml.safe_load(yaml_text)
        except (yaml.YAMLError, ValueError) as error:  # ValueError: a date or number that cannot be
            mark, said = getattr(error, "problem_mark", None), getattr(error, "problem", None) or error
            place = Place(self._file, self._line(mark.line if mark else 0), mark.column + 4 if mark else None)
            raise InputError([Problem(say("question-yaml", reason=said), place)]) from error
        if not isinstance(self.said, dict):
            self.wrong("summary")
        with usable(path):  # YAML can make a list that holds itself
            for key, value in self.said.items():
                if code := control_in(value):
                    raise InputError([Problem(say("cell-control", code=code), self.place(key))])

    def place(self, *keys: object) -> Place:
        """Return where a part stands, or the nearest part around it that is there."""
        node, line = self._node, 0
        for key in keys:
            pairs = node.value if isinstance(node, yaml.MappingNode) else []
            found = next(((k, v) for k, v in pairs if k.value == key), None)
            if not found:
                break
            line, node = found[0].start_mark.line, found[1]
        return Place(self._file, self._line(line))

    def wrong(self, *keys: object) -> NoReturn:
        """Raise InputError for a part."""
        what = ": ".join(map(str, keys))
        raise InputError([Problem(say("question-head", what=repr(what)), self.place(*keys))])

    def get(self, *keys: object) -> Any:
        """Return a part, None if it is not there."""
        found = self.said
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return found

    def mapping(self, *keys: object) -> dict[str, Any]:
        """Return a part that has parts of its own, by name; none if it is not there."""
        found = self.get(*keys)
        if found is None:
            return {}
        if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
            self.wrong(*keys)
        return found

    def text(self, *keys: object) -> str:
        """Return a part that is a text and says something."""
        found = self.get(*keys)
        if isinstance(found, str) and found.strip():
            return found
        return self.wrong(*keys) if self._strict else str(found or "")

    def texts(self, *keys: object) -> list[str]:
        """Return a part that is a list of such texts, one at least."""
        found = self.get(*keys)
        if isinstance(found, list) and found and all(isinstance(word, str) and word.strip() for word in found):
            return found
        return self.wrong(*keys) if self._strict else []

    def value(self, *keys: object) -> str:
        """Return a part that is a text, a number or a date, as text; YAML makes a truth value of a bare `no`."""
        found = self.get(*keys)
        if found is None or isinstance(found, bool | list | dict):
            self.wrong(*keys)
        return str(found)

    def both(self, english: tuple[object, ...], italian: tuple[object, ...]) -> Bilingual:
        """Return a text in both languages; under `it` the keys may differ."""
        return Bilingual(en=self.text(*english), it=self.text("it", *italian))

    def _line(self, index: int) -> int:
        return self._lines[min(index, len(self._lines) - 1)] if self._lines else 1
