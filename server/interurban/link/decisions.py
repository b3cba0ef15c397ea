"""Which thing elsewhere is meant, if that is sure enough, and what speaks for it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from interurban.matching.index import Index, Match
from interurban.matching.model import BY_IDENTIFIER, SURE, Evidence
from interurban.matching.records import Record
from interurban.messages import Message, say

_WORTH = 0.02  # how likely it must be to be put before a person
_SHOWN = 5  # candidates that a person is shown of a thing
_SUREST = 1e-9  # how unlikely names and places can make an error; an identifier makes it a thousand times less likely
_RIVALLED = 0.99  # how likely it must be, where another of ours may be the same thing

Pairs = Collection[tuple[str, str]]


@dataclass(frozen=True)
class Decision:
    """What is thought of a record: the thing that is meant, or None, and what a person may choose from."""

    record: Record
    chosen: Match | None
    candidates: tuple[Match, ...]
    shared: str = ""  # the identifier that both have, if that has decided


def decisions(
    records: Iterable[Record],
    index: Index,
    taken: Mapping[str, str],
    refused: Pairs,
    sure: float = SURE,
    *,
    once: bool = True,
) -> list[Decision]:
    """Return a decision for each record, in order. once: no thing is chosen for two.

    taken: things elsewhere that a person has given to one of ours, which is here by its id; refused: what people have
    said is not the same.
    """
    records = list(records)
    if not once:
        return list(_each(records, index, taken, refused, sure, {}))
    found = list(_each(records, index, taken, refused, sure, Counter(record.country for record in records)))
    claims: dict[str, list[float]] = defaultdict(list)
    for one in found:
        if one.chosen:
            claims[one.chosen.record.id].append(_odds(one, one.chosen))
    return [_against(one, one.chosen, claims[one.chosen.record.id], sure) if one.chosen else one for one in found]


def _odds(decision: Decision, chosen: Match) -> float:
    """Return how much likelier the match is right than wrong, by what speaks for it alone."""
    return 1000 / _SUREST if decision.shared else chosen.probability / max(1 - chosen.probability, _SUREST)


def _against(decision: Decision, chosen: Match, claims: Collection[float], sure: float) -> Decision:
    """Return the decision, given the odds of all of ours that may be the thing chosen: one of them is, or none."""
    if len(claims) == 1:
        return decision
    probability = _odds(decision, chosen) / (1 + sum(claims))
    enough = probability >= max(sure, _RIVALLED)
    return replace(decision, chosen=replace(chosen, probability=probability) if enough else None)


def _each(
    records: Iterable[Record],
    index: Index,
    taken: Mapping[str, str],
    refused: Pairs,
    sure: float,
    asked: Mapping[str, int],
) -> Iterator[Decision]:
    for record in records:

        def possible(thing: Record, record: Record = record) -> bool:
            return taken.get(thing.id, record.id) == record.id and (record.id, thing.id) not in refused

        same = {thing.id: thing for thing in index.identified(record) if possible(thing)}
        if len(same) == 1:
            (thing,) = same.values()
            shared = sorted({thing.id, *thing.identifiers} & {record.id, *record.identifiers})[0]
            match = Match(thing, BY_IDENTIFIER, ())
            yield Decision(record, match, (match,), shared)
            continue
        ranked = [match for match in index.ranked(record, asked=asked.get(record.country, 0)) if possible(match.record)]
        worth = tuple(match for match in ranked[:_SHOWN] if match.probability >= _WORTH)
        first = worth[0] if worth and worth[0].probability >= sure else None
        yield Decision(record, first, worth)


def justification(decision: Decision) -> str:
    """Return how a mapping was found, in the words of SEMAPV."""
    if decision.shared:
        return "semapv:BackgroundKnowledgeBasedMatching"
    told = {one.comparison for one in decision.chosen.evidence} if decision.chosen else set()
    return "semapv:CompositeMatching" if told - {"name", "prominence"} else "semapv:LexicalMatching"


def in_words(evidence: Iterable[Evidence]) -> list[Message]:
    """Return what speaks for or against a match, what tells most first."""
    said = []
    for one in sorted(evidence, key=lambda one: -abs(one.weight)):
        if one.comparison == "prominence":
            continue
        key = one.comparison if one.value is not None else f"{one.comparison}-{one.level}"
        said.append(say(f"evidence-{key}", value="" if one.value is None else f"{one.value:.1f}"))
    return said
