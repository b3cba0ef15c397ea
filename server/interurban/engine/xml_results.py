"""What XML cannot hold, looked for as an answer is written. pyoxigraph's writers give ill-formed XML there, and none
escapes a carriage return, which every reader of XML would take for a line feed (XML 1.0, 2.11)."""

import codecs
from collections.abc import Iterable, Iterator
from typing import IO

from pyoxigraph import BlankNode, Triple

from interurban.errors import Form, QueryFormatError
from interurban.files import control_character
from interurban.messages import say
from interurban.rdf.formats import FORMATS, not_in_rdf_xml

_OTHERS: dict[Form, str] = {
    "solutions": "JSON, CSV, TSV",
    "graph": ", ".join(form.name for form in FORMATS if form.extension != "rdf"),
}


class XmlOutput:
    """A binary file for XML of which the characters are checked before they go on to `output`."""

    def __init__(self, output: IO[bytes], form: Form) -> None:
        self._output, self._form = output, form
        self._decode = codecs.getincrementaldecoder("utf-8")().decode  # a character may come in two parts

    def write(self, data: bytes) -> int:
        """Take the next part; QueryFormatError if it has a character that no XML can hold."""
        if code := control_character(self._decode(data)):
            raise QueryFormatError(self._form, say("query-character", code=code, formats=_OTHERS[self._form]))
        self._output.write(data.replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        """Pass it on."""
        self._output.flush()


def nameable(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield the triples with names for blank nodes that RDF/XML knows as such: they begin with a letter.

    Raises QueryFormatError at the first whose property or class RDF/XML has no name for.
    """
    for triple in triples:
        if iri := not_in_rdf_xml(triple):
            raise QueryFormatError("graph", say("query-name", iri=iri, formats=_OTHERS["graph"]))
        yield _lettered(triple)


def _lettered(triple: Triple) -> Triple:
    subject, node = triple.subject, triple.object
    if isinstance(subject, BlankNode):
        subject = BlankNode(f"b{subject.value}")
    if isinstance(node, BlankNode):
        node = BlankNode(f"b{node.value}")
    elif isinstance(node, Triple):
        node = _lettered(node)
    return Triple(subject, triple.predicate, node)
