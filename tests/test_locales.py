"""Numbers, dates, lists, plurals and the order of names are those of the reader's language."""

import sqlite3
from decimal import Decimal

import pytest

from interurban.collation import sort_key
from interurban.locales import date, enumeration, number, weekday
from interurban.messages import say


@pytest.mark.parametrize(
    ("value", "english", "italian"),
    [
        (7, "7", "7"),
        (1329022, "1,329,022", "1.329.022"),
        (Decimal("-12.5"), "−12.5", "−12,5"),
        (Decimal("44.6471128372638492"), "44.6471128372638492", "44,6471128372638492"),
    ],
)
def test_numbers(value: int | Decimal, english: str, italian: str) -> None:
    assert (number(value, "en"), number(value, "it")) == (english, italian)


def test_dates_are_as_exact_as_they_are_known() -> None:
    known = ((1996, None, None), (1996, 3, None), (1996, 3, 21))
    assert [date(*parts, "en") for parts in known] == ["1996", "March 1996", "21 March 1996"]
    assert [date(*parts, "it") for parts in known] == ["1996", "marzo 1996", "21 marzo 1996"]
    assert [weekday(place, "it") for place in (0, 6)] == ["lunedì", "domenica"]
    with pytest.raises(ValueError, match="day"):
        date(2023, 2, 30, "en")


def test_lists() -> None:
    three = ["2019", "2021", "2024"]
    assert [enumeration(three[:many], "en") for many in range(4)] == [
        "",
        "2019",
        "2019 and 2021",
        "2019, 2021 and 2024",
    ]
    assert enumeration(three, "it") == "2019, 2021 e 2024"


def test_a_sentence_has_the_form_for_its_number() -> None:
    said = [say("web-years", count=count) for count in (0, 1, 2, 12000, 1000000)]
    assert [m.text("en") for m in said] == ["0 years", "1 year", "2 years", "12,000 years", "1,000,000 years"]
    assert [m.text("it") for m in said] == ["0 anni", "1 anno", "2 anni", "12.000 anni", "1.000.000 anni"]


def test_names_stand_where_readers_look_for_them() -> None:
    ordered = [  # none of these would stand so by the numbers of its letters
        *("Aachen", "Ærø", "Åkersberga", "Oldenburg", "Øresund", "Oslo"),
        *("Sabadell", "Škofja Loka", "Sofia", "Working group 2", "Working group 10", "Zagreb", "Αθήνα", "東京"),
    ]
    assert sorted(ordered, key=sort_key) == ordered


def test_a_database_keeps_the_order() -> None:
    names = ["Zagreb", "Škofja Loka", "Sofia", "Ærø", "a", "A", ""]
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE thing (name TEXT, sort BLOB)")
        database.executemany("INSERT INTO thing VALUES (?, ?)", [(name, sort_key(name)) for name in names])
        found = [name for (name,) in database.execute("SELECT name FROM thing ORDER BY sort")]
    database.close()
    assert found == sorted(names, key=sort_key) == ["", "a", "A", "Ærø", "Škofja Loka", "Sofia", "Zagreb"]
