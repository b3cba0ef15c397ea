"""A dataset as JSON-LD 1.1: each thing once, in full, on a line of its own in `@graph`.

The names, and the form of the values, are those of the documents (`jsonld`); but this is made of lines of N-Triples,
for there are many. A text is escaped there as it is in JSON, but for control characters.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby, islice
from typing import Any, NamedTuple

from interurban.iris import XSD
from interurban.rdf.contents import Contents
from interurban.rdf.context import Context, Slot
from interurban.rdf.jsonld import plain
from interurban.rdf.lines import class_of
from interurban.rdf.terms import NAMES, TermDefinition

_NAMES = {f"<{name}>".encode() for name in NAMES}
_QUOTE = ord('"')
_BOOLEAN, _INTEGER = XSD + "boolean", XSD + "integer"
_MANY = 5_000  # nodes at a time
_REMEMBERED = 50_000  # things of which is known how they are mentioned


class _Place(NamedTuple):
    """Where values go whose lines have the same property and the same end behind the text, if they have a text.

    The names are JSON: of the member, of the language in it if it is a map of languages. after: what follows the text
    where the value says for itself what it is; datatype: where the value is no string; other: where a second text of a
    language goes that has room for one.
    """

    key: bytes
    language: bytes = b""
    after: bytes = b""
    datatype: str = ""
    other: "_Place | None" = None


def write_nodes(triples: Iterable[bytes], known: Mapping[str, TermDefinition]) -> Iterator[bytes]:
    """Yield the parts of the file of triples, which are given as `Lines` has them, and gone through three times.

    known: IRI -> short name.
    """
    named = _by_subject(filter(_is_name, triples))
    names = {subject: b"\n".join(line[len(subject) :] for line in about) for subject, about in named}
    nodes = _Nodes(names, known, Contents.of(triples))
    context = json.dumps(nodes.context.written(), ensure_ascii=False)
    yield f'{{"@context": {context},\n"@graph": [\n'.encode()
    every = (nodes.node(subject, about) for subject, about in _by_subject(triples))
    between = b""
    while part := list(islice(every, _MANY)):
        yield between + b",\n".join(part)
        between = b",\n"
    yield b"\n]}\n"


def _by_subject(triples: Iterable[bytes]) -> Iterator[tuple[bytes, Iterator[bytes]]]:
    return groupby(triples, key=lambda line: line.partition(b" ")[0])


class _Nodes:
    """The nodes of one file. names: subject -> what triples say that it is and is called, on a line each."""

    def __init__(self, names: Mapping[bytes, bytes], known: Mapping[str, TermDefinition], contents: Contents):
        self.names = names
        self.context = Context(known, contents.schemes)
        self.places = {(predicate, end): self.place(predicate, end) for predicate, end in sorted(contents.kinds)}
        self.mention = lru_cache(_REMEMBERED)(self._mention)

    def place(self, predicate: bytes, end: bytes) -> _Place:
        """Return where the values go of a property that are things, or literals with that end."""
        iri, kind = predicate[1:-1].decode(), end.decode()
        if kind.startswith("<"):
            if kind != "<":
                return _Place(b'"@type"', after=_json(self.context.kind(kind[1:-1])))
            return _Place(_json(self.context.things(iri).key))
        language = kind[1:] if kind.startswith("@") else None
        datatype = kind[3:-1] if kind.startswith("^^") else XSD + "string"
        slot = self.context.literals(iri, datatype, language)
        if slot.form in ("text", "texts"):
            other = _itself(slot, datatype, language) if slot.form == "text" else None
            return _Place(_json(slot.key), _json(language or "@none"), other=other)
        if slot.form == "plain":
            return _Place(_json(slot.key), datatype=datatype if datatype in (_BOOLEAN, _INTEGER) else "")
        return _itself(slot, datatype, language)

    def node(self, subject: bytes, about: Iterable[bytes]) -> bytes:
        """Return what triples say of a thing, as JSON."""
        members: dict[bytes, Any] = {}
        for line in about:
            _, predicate, value = line.split(b" ", 2)
            if value[0] != _QUOTE:
                place = self.places[predicate, class_of(predicate, value) or b"<"]
                members.setdefault(place.key, []).append(place.after or self.mention(value[:-1]))
                continue
            cut = value.rindex(b'"') + 1
            place, text = self.places[predicate, value[cut:-1]], _text(value[:cut])
            if place.language:
                texts = members.setdefault(place.key, {})
                if place.other is None:
                    texts.setdefault(place.language, []).append(text)
                    continue
                if place.language not in texts:
                    texts[place.language] = text
                    continue
                place = place.other
            if place.after:
                text = b'{"@value": ' + text + place.after
            elif place.datatype:
                text = json.dumps(plain(json.loads(text), place.datatype), ensure_ascii=False).encode()
            members.setdefault(place.key, []).append(text)
        return b'{"@id": ' + _id(subject) + b"".join([b", " + k + b": " + _array(v) for k, v in members.items()]) + b"}"

    def _mention(self, thing: bytes) -> bytes:
        """Return what a thing is and is called, as JSON, for where it does not stand in full."""
        return self.node(thing, self.names[thing].split(b"\n") if thing in self.names else ())


def _itself(slot: Slot, datatype: str, language: str | None) -> _Place:
    """Return the place for values that say for themselves what they are."""
    more = {"@language": language} if language else {} if datatype == XSD + "string" else {"@type": datatype}
    after = b", " + _json(more)[1:] if more else b"}"
    return _Place(_json(slot.other if slot.form == "text" else slot.key), after=after)


def _is_name(line: bytes) -> bool:
    """Whether a triple says what a thing is or is called."""
    _, predicate, value = line.split(b" ", 2)
    return bool(class_of(predicate, value)) or (predicate in _NAMES and value[0] == _QUOTE)


def _array(values: list[bytes] | dict[bytes, Any]) -> bytes:
    if isinstance(values, list):
        return b"[" + b", ".join(values) + b"]"
    texts = [k + b": " + (_array(v) if isinstance(v, list) else v) for k, v in values.items()]
    return b"{" + b", ".join(texts) + b"}"


def _text(quoted: bytes) -> bytes:
    """Return a text of N-Triples as JSON."""
    return _json(json.loads(quoted)) if b"\\u" in quoted else quoted


def _id(node: bytes) -> bytes:
    if node[:2] == b"<<":  # a triple: `<<( s p o )>>`
        return _json(node[4:-4].decode())
    return b'"' + (node[1:-1] if node[:1] == b"<" else node) + b'"'


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
