"""The table of a bundle from counted rows: what was known then, few cases moving little."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.export.local_levels import NotifiedRow, levels_of, written
from ml.serving.local_levels import LocalLevels

WEEK = timedelta(weeks=1)
FIRST = date(2024, 12, 1)
PLACE = "68001"


def rows(cases: list[tuple[int, int]], place: str = PLACE) -> list[NotifiedRow]:
    """A row a week from the first on, and after the last the eight in which its cases go."""
    gone = [(0, 0)] * 8
    return [
        NotifiedRow(place, FIRST + week * WEEK, one, False)
        for week, one in enumerate([*cases, *gone])
    ]


def table(cases: list[tuple[int, int]]) -> LocalLevels:
    found = levels_of(rows(cases))
    assert found is not None
    return found


def level(found: LocalLevels, sunday: date, disease: str = "dengue") -> float:
    told = found.at(PLACE, sunday)
    assert told is not None
    return told.level[disease]


def test_nothing_notified_is_no_table() -> None:
    assert levels_of([]) is None


def test_the_newest_week_is_that_after_the_last_case() -> None:
    assert table([(20, 0)] * 30).newest == FIRST + 29 * WEEK


def test_a_steady_level_is_as_usual_and_a_tenfold_one_is_not() -> None:
    steady, rising = [(40, 0)] * 40, [(40, 0)] * 40 + [(400, 0)]
    assert level(table(steady), FIRST + 39 * WEEK) == 1
    assert level(table(rising), FIRST + 40 * WEEK) > 4
    assert level(table(rising), FIRST + 40 * WEEK, "chikungunya") == 1


def test_a_level_is_at_most_eight() -> None:
    assert level(table([(0, 0), *[(1, 0)] * 40, (10**6, 0)]), FIRST + 41 * WEEK) == 8
    assert level(table([*[(10**5, 0)] * 40, (0, 0)]), FIRST + 40 * WEEK) == 0.125


def test_what_came_later_is_not_in_an_earlier_week() -> None:
    before = [(30, 5)] * 45
    early, late = table(before), table([*before, *[(3000, 5)] * 6])
    for week in range(8, 45):
        assert early.at(PLACE, FIRST + week * WEEK) == late.at(PLACE, FIRST + week * WEEK)


def test_a_place_of_which_too_little_is_known_says_nothing() -> None:
    found = table([(30, 0)] * 20)
    assert found.at(PLACE, FIRST + 3 * WEEK) is None
    assert found.at(PLACE, FIRST + 4 * WEEK) is not None
    assert found.at("05001", FIRST + 9 * WEEK) is None


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 500))
def test_one_to_nine_cases_are_told_alike(some: int, others: int, usual: int) -> None:
    one, other = ([(usual, usual)] * 40 + [(n, n)] * 3 for n in (some, others))
    newest = FIRST + 42 * WEEK
    assert table(one) == table(other)
    assert level(table(one), newest) <= 1.5


@given(st.lists(st.integers(0, 2000), min_size=30, max_size=30), st.integers(1, 3000))
def test_more_cases_never_lower_the_level(usual: list[int], more: int) -> None:
    few = [(one, 0) for one in usual]
    many = [*few[:-1], (usual[-1] + more, 0)]
    newest = FIRST + 29 * WEEK
    assert level(table(many), newest) >= level(table(few), newest)


def test_the_diseases_are_compared_only_where_both_are_counted() -> None:
    newest = FIRST + 39 * WEEK
    both, one = table([(400, 20)] * 40).at(PLACE, newest), table([(400, 0)] * 40).at(PLACE, newest)
    assert both is not None
    assert one is not None
    assert both.among["dengue"] * both.among["chikungunya"] == pytest.approx(1)
    assert both.among["dengue"] == pytest.approx(8**0.5)
    assert set(one.among.values()) == {1}


def test_one_made_up_row_makes_the_table_synthetic() -> None:
    (first, *others) = rows([(20, 0)] * 10)
    found = levels_of([first._replace(is_synthetic=True), *others])
    assert found is not None
    assert found.origin == "synthetic"
    assert table([(20, 0)] * 10).origin == "public"


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("BUCARAMANGA", "Bucaramanga"),
        ("SAN VICENTE DE CHUCURI", "San Vicente de Chucuri"),
        ("EL PEÑÓN", "El Peñón"),
        ("Bogotá, D.C.", "Bogotá, D.C."),
    ],
)
def test_a_name_in_capitals_is_written_as_people_write_it(told: str, name: str) -> None:
    assert written(told) == name
