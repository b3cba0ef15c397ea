"""Problems by kind: what is wrong in the same way in many places is said once, with how often and where first."""

from collections.abc import Iterable

from interurban.errors import Problem
from interurban.messages import Language, say

_FEW = 10  # problems of a kind that are told one by one; of more, the first
_LINES = 40  # that are told; a person reads no more at a time
_PLACES = 3  # that are named of the others
_VALUES = 5  # that are told, each once
_VARYING = {"value", "iri", "hint", "thing", "key", "first", "found", "name", "code"}  # what differs within a kind


def summary(problems: Iterable[Problem], language: Language) -> list[str]:
    """Return lines for a person: of each kind the first problems, then how many more there are, and where."""
    kinds: dict[tuple[object, ...], list[Problem]] = {}
    for problem in problems:
        kinds.setdefault(_kind(problem), []).append(problem)
    lines: list[str] = []
    waiting = list(kinds.values())
    while waiting and len(lines) < _LINES:
        alike = waiting.pop(0)
        shown = alike if len(alike) <= _FEW else alike[:1]
        lines += [problem.text(language) for problem in shown]
        if rest := alike[len(shown) :]:
            where, values = _where(rest), _values(alike)
            lines.append("  " + say("problems-alike", count=len(rest), where=where, values=values).text(language))
    if waiting:
        left = say("problems-kinds", kinds=len(waiting), count=sum(map(len, waiting)))
        lines.append(left.text(language))
    return lines


def _kind(problem: Problem) -> tuple[object, ...]:
    message, place = problem.message, problem.place
    same = sorted((name, str(value)) for name, value in message.values.items() if name not in _VARYING)
    return message.key, place and place.name, problem.warning, *same


def _where(problems: list[Problem]) -> str:
    """Return the first places: each file once, with its lines."""
    lines: dict[str, list[str]] = {}
    for problem in problems[:_PLACES]:
        if problem.place:
            lines.setdefault(problem.place.file, []).append(str(problem.place.line or ""))
    where = [f"{file}:{', '.join(filter(None, numbers))}".rstrip(":") for file, numbers in lines.items()]
    return "; ".join(where) + ("; …" if len(problems) > _PLACES else "")


def _values(problems: list[Problem]) -> str:
    """Return the values that are wrong, each once, with what is right if that is known, as far as there is room."""
    said = [problem.message.values for problem in problems]
    values = {str(each["value"]): each.get("hint") for each in said if "value" in each}
    shown = [f"«{value[:40]}»" + (f" → {hint}" if isinstance(hint, str) else "") for value, hint in values.items()]
    return f": {', '.join(shown[:_VALUES])}" + (", …" if len(shown) > _VALUES else "") if shown else ""
