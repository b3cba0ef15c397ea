"""Numbers, dates and lists as the readers of a language write them: as Unicode's CLDR says, by babel."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton, get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal

_LOCALES = {"en": "en_GB", "it": "it_IT"}  # the English in which the day comes before the month
_MANY = 10_000  # numbers and dates that are remembered: pages repeat them


def locale(language: str) -> Locale:
    """Return the locale of a language of the pages."""
    return Locale.parse(_LOCALES[language])


@lru_cache(_MANY)
def number(value: int | Decimal, language: str) -> str:
    """Return a number with its digits in groups; a minus does not come off its number at a line's end."""
    written = format_decimal(value, locale=locale(language), decimal_quantization=False)
    return written.replace("-", "−")


@lru_cache(_MANY)
def date(year: int, month: int | None, day: int | None, language: str) -> str:
    """Return a date as exact as it is known. Raises ValueError for one that is in no calendar."""
    if month is None:
        return str(year)
    exact = datetime.date(year, month, day or 1)
    if day is None:
        return format_skeleton("yMMMM", exact, locale=locale(language))
    return format_date(exact, "long", locale=locale(language))


def weekday(place: int, language: str) -> str:
    """Return what a day of the week is called, from 0 for Monday."""
    return str(get_day_names(locale=locale(language))[place])


def enumeration(parts: Iterable[str], language: str) -> str:
    """Return several in a row: a, b and c."""
    return format_list(list(parts), locale=locale(language))


def plural(count: int, language: str) -> str:
    """Return the name of the form that words have beside a number: one, other (Unicode Technical Standard 35)."""
    return str(locale(language).plural_form(count))
