"""One dataset, one sequence of bytes: RDF Dataset Canonicalization (RDFC-1.0) and its hash."""

import hashlib
from collections.abc import Iterable

import pyoxigraph as ox


def canonical_nquads(quads: Iterable[ox.Quad]) -> bytes:
    """Return the canonical N-Quads of a dataset: blank nodes named by RDFC-1.0, lines in code point order."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return "".join(sorted(f"{quad} .\n" for quad in dataset)).encode()


def dataset_hash(canonical: bytes) -> str:
    """Return the RDFC-1.0 hash (SHA-256, hexadecimal) of a dataset given as canonical N-Quads."""
    return hashlib.sha256(canonical).hexdigest()
