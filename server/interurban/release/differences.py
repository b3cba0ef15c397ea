"""Two datasets in canonical N-Quads, compared; and what can be known of one of them without a store.

Such lines are in order of their bytes, so what is said of a subject stands together. Where two datasets say the same
they are compared in blocks, so that it takes as long as the disk needs; neither is held in memory.
"""

import io
import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pyoxigraph as ox

_SMALLEST, _LARGEST = 1 << 12, 1 << 20  # bytes of a block
HELD = 1 << 25  # bytes that are read before their memory is given back
_NOTHING = b""


@contextmanager
def mapped(dataset: BinaryIO) -> Iterator[mmap.mmap | bytes]:
    """Give a file as bytes that are read as they are looked at; what is in memory as it is."""
    if isinstance(dataset, io.BytesIO) or not dataset.seek(0, 2):  # nothing cannot be mapped
        yield dataset.getvalue() if isinstance(dataset, io.BytesIO) else b""
        return
    with mmap.mmap(dataset.fileno(), 0, access=mmap.ACCESS_READ) as lines:
        yield lines


def differing(old: BinaryIO, new: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Yield the lines about each subject of which two datasets do not say the same, as each has them, in order."""
    with mapped(old) as before, mapped(new) as after:
        then, now, forgotten = 0, 0, 0
        while then < len(before) or now < len(after):
            if then + now > forgotten + HELD:
                forget(before, then)
                forget(after, now)
                forgotten = then + now
            same = _same(before, then, after, now) if then < len(before) and now < len(after) else 0
            if same:
                then, now = then + same, now + same
                continue
            was, comes = _about(before, then), _about(after, now)
            if was and comes and _subject(was) != _subject(comes):
                was, comes = (was, _NOTHING) if _subject(was) < _subject(comes) else (_NOTHING, comes)
            if was != comes:
                yield was, comes
            then, now = then + len(was), now + len(comes)


def said(dataset: mmap.mmap | bytes, predicate: str) -> Iterator[tuple[str, str]]:
    """Yield subject and value of each triple of the default graph that has a property.

    An IRI is given as that, a blank node as `_:` and its label, a literal as its text; one with an escape is left out.
    """
    name = re.escape(predicate.encode())
    # a literal ends its line with a quote, a language or a datatype: so nothing in one can look like the end of these
    pattern = re.compile(rb" <" + name + rb'> (?:<([^>"]*)>|(_:[^ "]+)|"([^"\\]*)"[^ ]*) \.\n')
    for found in pattern.finditer(dataset):
        subject = dataset[dataset.rfind(b"\n", 0, found.start()) + 1 : found.start()]
        if b" " not in subject:  # else it is in a text
            value = next(part for part in found.groups() if part is not None)
            yield subject.decode(errors="replace").strip("<>"), value.decode(errors="replace")


def has_blank_nodes(dataset: mmap.mmap | bytes) -> bool:
    """Tell whether there are blank nodes in a dataset."""
    last = dataset.rfind(b"\n", 0, len(dataset) - 1) + 1
    if dataset[last : last + 2] == b"_:":  # they come after all IRIs
        return True
    for found in re.finditer(rb"> _:", dataset):
        line = dataset[dataset.rfind(b"\n", 0, found.start()) + 1 : dataset.find(b"\n", found.start())]
        if any(isinstance(quad.object, ox.BlankNode) for quad in ox.parse(line, format=ox.RdfFormat.N_QUADS)):
            return True
    return False


def forget(lines: mmap.mmap | bytes, end: int) -> None:
    """Let the system have the memory back in which a mapped file was read up to a place."""
    if isinstance(lines, mmap.mmap) and (whole := end // mmap.PAGESIZE * mmap.PAGESIZE):
        lines.madvise(mmap.MADV_DONTNEED, 0, whole)


def _same(before: mmap.mmap | bytes, then: int, after: mmap.mmap | bytes, now: int) -> int:
    """Return how many bytes from two places on are the same, up to where in both another subject begins."""
    same, size = 0, _SMALLEST
    while (block := before[then + same : then + same + size]) and block == after[now + same : now + same + size]:
        same, size = same + len(block), min(2 * size, _LARGEST)
    while size > 1:  # what is different is in the next so many bytes
        size //= 2
        block = before[then + same : then + same + size]
        if block and block == after[now + same : now + same + size]:
            same += len(block)
    if then + same == len(before) and now + same == len(after):
        return same
    line = before.rfind(b"\n", then, then + same) + 1 or then
    return _beginning(before, line, then) - then


def _beginning(lines: mmap.mmap | bytes, line: int, first: int) -> int:
    """Return where the lines begin that have the subject of the line before a place; `first` if they begin before."""
    if line <= first:
        return first
    start = lines.rfind(b"\n", 0, line - 1) + 1
    subject = lines[start : lines.find(b" ", start) + 1]
    while start > first:
        above = lines.rfind(b"\n", 0, start - 1) + 1
        if lines[above : above + len(subject)] != subject:
            break
        start = above
    return max(start, first)


def _about(lines: mmap.mmap | bytes, start: int) -> bytes:
    """Return the lines from a place on that have the same subject."""
    subject = lines[start : lines.find(b" ", start) + 1]
    end = start
    while subject and lines[end : end + len(subject)] == subject:
        end = lines.find(b"\n", end) + 1
    return bytes(lines[start:end])


def _subject(lines: bytes) -> bytes:
    return lines[: lines.find(b" ") + 1]
