"""Mappings to other datasets: SSSOM tables (https://mapping-commons.github.io/sssom/), read for the graph.

A file is tab-separated with its metadata as YAML in comment lines. Only the links go into the graph; why and how surely
each holds stays in the file, which is published as it is.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import yaml

from interurban.errors import InputError, Place, Problem, relative
from interurban.iris import CANONICAL_BASE, IU, SKOS
from interurban.messages import say

SUFFIX = ".sssom.tsv"

_REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification", "confidence")
_PREDICATES = {SKOS + name for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")}


def read_sssom(path: Path, base: str) -> Iterator[tuple[ox.Triple, Place]]:
    """Yield each mapping of a file as a triple, with its place.

    Our own things stand in the file under the canonical base; they are named under `base` here.
    Raises InputError with everything that is wrong in the file.
    """
    file, lines = relative(path), path.read_text(encoding="utf-8").splitlines()
    comments = [line[1:] for line in lines if line.startswith("#")]
    try:
        prefixes: dict[str, str] = yaml.safe_load("\n".join(comments))["curie_map"]
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise InputError([Problem(say("sssom-metadata"), Place(file, 1))]) from error
    rows = csv.DictReader(lines[len(comments) :], delimiter="\t")
    if missing := [name for name in _REQUIRED if name not in (rows.fieldnames or ())]:
        raise InputError([Problem(say("sssom-columns", names=", ".join(missing)), Place(file, len(comments) + 1))])
    problems = []
    for line, row in enumerate(rows, len(comments) + 2):
        place = Place(file, line)
        try:
            subject, predicate, target = (_expand(row[name], prefixes) for name in _REQUIRED[:3])
            if (
                predicate not in _PREDICATES
                or not 0 <= float(row["confidence"]) <= 1
                or not row["mapping_justification"]
            ):
                raise ValueError(row)
            if subject.startswith(CANONICAL_BASE) and not subject.startswith(IU):
                subject = base + subject.removeprefix(CANONICAL_BASE)
            yield ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target)), place
        except (ValueError, TypeError, KeyError):
            problems.append(Problem(say("sssom-row", prefixes=", ".join(prefixes)), place))
    if problems:
        raise InputError(problems)


def _expand(curie: str, prefixes: dict[str, str]) -> str:
    """Return the IRI of a CURIE; KeyError for a prefix that the file's curie_map does not have."""
    prefix, _, local = curie.partition(":")
    return prefixes[prefix] + local
