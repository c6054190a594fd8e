"""Epidemiological weeks, as SIVIGILA, PAHO and CDC's MMWR number them: Sunday to Saturday.

Week 1 is the one that holds the 4th of January, so a year has 52 or 53. The ISO week of the same
number begins a day later, on the Monday, or is one off in years whose 4th of January is a Sunday.
"""

import re
from datetime import date, timedelta

WEEK = timedelta(days=7)
_WRITTEN = re.compile(r"(\d{4})-W(\d{2})")
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


def sunday_of(day: date) -> date:
    """The Sunday on which the week of `day` begins."""
    return day - timedelta(days=day.isoweekday() % 7)


def written(sunday: date) -> str:
    """The week that begins on `sunday`, as `2026-W07`; its Wednesday says of which year."""
    year = (sunday + timedelta(days=3)).year
    number = (sunday - _first(year)).days // 7 + 1
    return f"{year}-W{number:02d}"


def read(text: str) -> date | None:
    """The Sunday of a week written `2026-W07`; None where there is no such week."""
    found = _WRITTEN.fullmatch(text)
    if found is None or not text.isascii():
        return None
    year, number = int(found[1]), int(found[2])
    if not _FIRST_YEAR <= year <= _LAST_YEAR or number < 1:
        return None
    sunday = _first(year) + (number - 1) * WEEK
    return sunday if sunday < _first(year + 1) else None


def _first(year: int) -> date:
    return sunday_of(date(year, 1, 4))
