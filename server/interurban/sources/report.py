"""The account of an import as people read it: a table of every remark, and the sums in words, in both languages."""

import csv
import io
from collections.abc import Sequence

from interurban.messages import Language, say
from interurban.sources.account import Account, Reason
from interurban.sources.described import PublishedFile

_SHOWN = 5


def tabular(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table as CSV, its lines ending in line feeds."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    return text.getvalue()


def remarks(account: Account) -> str:
    """Return every remark as CSV: which row, what became of it, why."""
    outcomes = {reason.name: reason.outcome for reason in account.reasons}
    rows = [(*r.origin, outcomes[r.reason], r.reason, r.detail) for r in account.remarks]
    return tabular(("input", "row", "outcome", "reason", "detail"), rows)


def in_words(account: Account, files: Sequence[PublishedFile]) -> str:
    """Return the whole report: English, then Italian, as Markdown."""
    parts = (
        "\n".join([say("report-title").text(language), "", *told(account, files, language)])
        for language in ("en", "it")
    )
    return "\n\n".join(parts) + "\n"


def told(account: Account, files: Sequence[PublishedFile], language: Language) -> list[str]:
    """Return the sums, line by line: the inputs, what was made of them, and each reason with its first places."""
    lines = []
    for file in files:
        given, taken = account.given[file.name], account.taken[file.name]
        message = say(
            "report-input", name=file.name, given=given, taken=taken, left=given - taken, checksum=file.checksum
        )
        lines.append(message.text(language))
    lines += [say("report-made", table=made.table.name, rows=len(made.rows)).text(language) for made in account.made]
    lines += [line for reason in account.reasons for line in _of(reason, account, language)]
    if account.gone:
        shown = ", ".join(account.gone[:_SHOWN]) + (", …" if len(account.gone) > _SHOWN else "")
        lines.append(say("addresses-gone", count=len(account.gone), things=shown).text(language))
    return lines


def _of(reason: Reason, account: Account, language: Language) -> list[str]:
    places = [remark for remark in account.remarks if remark.reason == reason.name]
    if not places:
        return []
    shown = ", ".join(f"{r.origin[0]} {r.origin[1]}" + (f" ({r.detail})" if r.detail else "") for r in places[:_SHOWN])
    more = ", …" if len(places) > _SHOWN else ""
    outcome = say(f"outcome-{reason.outcome}")
    text = reason.texts[language]
    return [say("report-reason", outcome=outcome, count=len(places), text=text, places=shown + more).text(language)]
