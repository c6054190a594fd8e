"""Intervals: honest about few patients, and about patients who come more than once."""

import numpy as np
import pytest

from ml.evaluation.bootstrap import Interval, Rows, redrawn

RNG = np.random.default_rng(5)


def share_of(values: np.ndarray) -> dict[str, Interval]:
    patients = np.arange(len(values)).astype(str)
    return redrawn(lambda rows: {"share": float(values[rows].mean())}, patients, draws=400)


def test_the_interval_of_a_share_is_the_textbook_one() -> None:
    values = RNG.permutation(np.repeat([0.0, 1.0], [300, 100]))
    found = share_of(values)["share"]
    half = 1.96 * np.sqrt(0.25 * 0.75 / 400)
    assert found.value == 0.25
    assert found.low == pytest.approx(0.25 - half, abs=0.012)
    assert found.high == pytest.approx(0.25 + half, abs=0.012)


def test_rows_of_one_patient_are_drawn_together() -> None:
    one_each = RNG.integers(0, 2, 60).astype(float)
    fourfold, patients = np.repeat(one_each, 4), np.repeat(np.arange(60), 4).astype(str)

    def measure(rows: Rows) -> dict[str, float]:
        return {"share": float(fourfold[rows].mean())}

    together = redrawn(measure, patients, draws=400)["share"]
    alone = redrawn(measure, np.arange(240).astype(str), draws=400)["share"]
    assert together.high - together.low > 1.6 * (alone.high - alone.low)


def test_a_figure_without_meaning_has_no_interval() -> None:
    found = redrawn(lambda rows: {"kappa": float("nan")}, np.array(["a", "b"]))
    assert found["kappa"] == Interval(None, None, None)
    assert found["kappa"].shown() == ("·", "")


def test_a_draw_in_which_it_cannot_be_measured_does_not_count() -> None:
    def measure(rows: Rows) -> dict[str, float]:
        return {"auc": 0.7 if 0 in rows else float("nan")}

    assert redrawn(measure, np.array(["a", "b"]))["auc"] == Interval(0.7, 0.7, 0.7)
