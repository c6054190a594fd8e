"""The leakage screen finds each kind of leak in made-up columns, and clears an honest one."""

import numpy as np
import pandas as pd
import pytest

from ml.exploration.calendar import says_when
from ml.exploration.leakage import Suspect, screen

ROWS = 3000
RNG = np.random.default_rng(5)
Y = RNG.integers(0, 3, ROWS)
DAYS = np.asarray(["Monday", "Tuesday", "Friday", "Sunday"])
WORDS = np.asarray(["sore throat", "cut hand", "short of breath", "fall at home", "fever since"])


def noisy(share_right: float) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
    """The answer, wrong in some patients."""
    return np.where(RNG.random(ROWS) < share_right, Y, RNG.integers(0, 3, ROWS))


def some(column: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> list[str | None]:
    """A vital sign of which these patients have none."""
    return [None if gone else f"{RNG.normal(90, 9):.0f}" for gone in column]


def landed() -> pd.DataFrame:
    place = RNG.integers(0, 2, ROWS)
    guess = noisy(0.5)
    columns: dict[str, object] = {
        "fever": RNG.integers(0, 2, ROWS),
        "pulse": some(RNG.random(ROWS) < np.where(place == 1, 0.7, 0.2)),
        "pressure": some(RNG.random(ROWS) < np.where(Y == 0, 0.7, 0.1)),
        "final_word": noisy(0.95),
        "first_guess": guess,
        "correction": (Y - guess) % 3,
        "insurance": noisy(0.1),
        "day": DAYS[RNG.integers(0, 4, ROWS)],
        "ward": place,
        "note": [f"{WORDS[RNG.integers(0, 5)]} {RNG.integers(0, 300)}" for _ in range(ROWS)],
        "honest": RNG.integers(0, 5, ROWS),
        **{f"drug_{i}": (RNG.random(ROWS) < 0.02 + 0.05 * (Y == 1)).astype(int) for i in range(6)},
    }
    return pd.DataFrame(columns).map(lambda value: None if value is None else str(value))


@pytest.fixture(scope="module")
def found() -> dict[str, Suspect]:
    known = frozenset({"fever", "pulse", "pressure"})
    # The signs tell nothing here, so all that any column tells is beyond them.
    nothing = np.ones((ROWS, 3)) / 3
    return {one.column: one for one in screen("ours", landed(), known, Y, nothing)}


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ("final_word", "answer"),
        ("first_guess", "pair"),
        ("correction", "pair"),
        ("insurance", "adds"),
        ("pressure", "filled"),
        ("day", "when"),
        ("ward", "where"),
        ("note", "text"),
        ("drug_*", "family"),
        ("drug_3", "family"),
    ],
)
def test_each_kind_of_leak_is_found(found: dict[str, Suspect], column: str, reason: str) -> None:
    assert reason in found[column].reasons


def test_what_tells_nothing_is_not_flagged(found: dict[str, Suspect]) -> None:
    assert {"honest", "fever", "pulse"} & set(found) == set()


def test_a_pair_names_both(found: dict[str, Suspect]) -> None:
    assert found["first_guess"].with_column == "correction"
    assert found["correction"].with_column == "first_guess"


def test_how_much_a_column_adds_is_measured(found: dict[str, Suspect]) -> None:
    assert (found["final_word"].gain or 0) > 0.4
    assert abs(found["day"].gain or 0) < 0.03
    assert found["pressure"].gain is None


@pytest.mark.parametrize(
    ("values", "timely"),
    [
        (["lunes", "martes", "domingo"], True),
        (["23-02", "03-06", "07-10"], True),
        (["2017-03-01", "2018-11-30"], True),
        (["120", "80", "95"], False),
        (["may", "cough", "fall"], False),
        (["Monday", "Monday"], False),
    ],
)
def test_a_column_says_when_by_what_is_written_in_it(values: list[str], timely: bool) -> None:
    assert says_when(pd.Series(values)) is timely
