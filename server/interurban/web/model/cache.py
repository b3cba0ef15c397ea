"""The answer cache: whole answers in memory up to a bound; the least recently used goes first."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

_MEBIBYTE = 2**20
_OVERHEAD = 512  # bytes, about, that an entry takes besides its content
_PART = 8  # no answer may take more than one such part of the memory, so that one never drives out all others


@dataclass(frozen=True)
class Representation:
    """The bytes of a whole answer, and the headers that only it has."""

    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class AnswerCache:
    """Whole answers in memory, at most `megabytes` MiB. A key names release, program and request, as strong tags do.

    hits: how often something was found; misses: how often something was made and put there.
    """

    megabytes: int
    size: int = 0
    hits: int = 0
    misses: int = 0
    _entries: OrderedDict[str, Representation] = field(default_factory=OrderedDict)
    # those too that are kept no more, or never were, while they are on their way to somebody
    _alive: WeakValueDictionary[str, Representation] = field(default_factory=WeakValueDictionary)

    @property
    def longest(self) -> int:
        """How many bytes the longest answer may have that is kept."""
        return self.megabytes * _MEBIBYTE // _PART

    def get(self, key: str) -> Representation | None:
        """Return what was put under `key`, None if that is nothing (any more)."""
        found = self._entries.get(key)
        if found:
            self._entries.move_to_end(key)
        found = found or self._alive.get(key)
        self.hits += found is not None
        return found

    def put(self, key: str, answer: Representation) -> None:
        """Keep an answer, unless it is too long, and let go of others until there is room for it."""
        self._alive[key] = answer
        self.misses += 1
        if len(answer.content) > self.longest:
            return
        before = self._entries.pop(key, None)
        self.size += _size(answer) - (_size(before) if before else 0)
        self._entries[key] = answer
        while self.size > self.megabytes * _MEBIBYTE:
            self.size -= _size(self._entries.popitem(last=False)[1])


def _size(answer: Representation) -> int:
    return len(answer.content) + _OVERHEAD
