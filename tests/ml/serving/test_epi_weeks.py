"""Epidemiological weeks are numbered as in SIVIGILA's calendar, over the ends of years."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.serving import epi_weeks


# Published calendars: SIVIGILA and CDC's MMWR; 2014, 2020 and 2025 have 53 weeks.
@pytest.mark.parametrize(
    ("text", "sunday"),
    [
        ("2015-W01", date(2015, 1, 4)),
        ("2014-W53", date(2014, 12, 28)),
        ("2020-W53", date(2020, 12, 27)),
        ("2021-W01", date(2021, 1, 3)),
        ("2025-W53", date(2025, 12, 28)),
        ("2026-W07", date(2026, 2, 15)),
        ("2026-W52", date(2026, 12, 27)),
    ],
)
def test_a_week_begins_on_its_sunday(text: str, sunday: date) -> None:
    assert epi_weeks.read(text) == sunday
    assert epi_weeks.written(sunday) == text


@pytest.mark.parametrize(
    "text",
    [
        "2026-W53",
        "2021-W53",
        "2026-W00",
        "2026-W7",
        "2026W07",
        "26-W07",
        "٢٠٢٦-W07",
        "1899-W01",
        "",
    ],
)
def test_what_is_no_week_is_none(text: str) -> None:
    assert epi_weeks.read(text) is None


@given(st.dates(date(1991, 1, 1), date(2099, 12, 31)))
def test_every_day_is_in_the_week_that_is_written(day: date) -> None:
    sunday = epi_weeks.sunday_of(day)
    assert timedelta(0) <= day - sunday < timedelta(weeks=1)
    assert sunday.isoweekday() == 7
    assert epi_weeks.read(epi_weeks.written(sunday)) == sunday
