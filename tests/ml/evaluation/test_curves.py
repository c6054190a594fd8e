"""The curves that a card draws are what they are said to be."""

from dataclasses import replace

import numpy as np
import pytest

from ml.evaluation.curves import _counts, benefit, calibration, roc
from tests.support.cohorts import made


def test_a_decision_curve_is_of_right_actions_less_wrong_ones() -> None:
    # Of ten in twenty a bed is needed; 0.6 is said to eight of those, and to two of the others.
    y = np.repeat([0, 1], 10)
    said = np.array([0.6] * 8 + [0.1] * 2 + [0.6] * 2 + [0.1] * 8)
    curves = benefit(y, np.stack([said, 1 - said], axis=1))
    at = {point.x: point.y for point in curves["model"]}
    assert at[0.5] == pytest.approx((8 - 2) / 10)
    assert at[0.25] == pytest.approx((8 - 2 / 3) / 10)
    assert at[0.9] == 0
    everybody = {point.x: point.y for point in curves["all"]}
    assert everybody[0.05] == at[0.05] == pytest.approx((10 - 10 / 19) / 10)
    assert everybody[0.9] == pytest.approx(1 - 9)
    assert benefit(y[:19], np.stack([said, 1 - said], axis=1)[:19]) == {}


def test_curves_are_those_of_the_answers() -> None:
    y = np.repeat([0, 1], 200)
    sure = np.where(y[:, None] == [0, 1], 0.95, 0.05)
    ((point),) = calibration(y, sure)
    assert (point.x, point.y) == (pytest.approx(0.95), 1.0)
    perfect = roc(y, sure, ("a", "b"))["a"]
    assert perfect[1].y == 1.0
    wrong = roc(y, sure[:, ::-1], ("a", "b"))["a"]
    assert max(p.y for p in wrong[:-1]) == 0.0


def test_no_point_and_no_count_rests_on_fewer_than_ten() -> None:
    y = np.repeat([0, 1], [9, 191])
    answers = np.where(np.arange(200)[:, None] < 9, [0.25, 0.75], [0.05, 0.95])
    assert [round(point.x, 2) for point in calibration(y, answers)] == [0.95]
    assert roc(y, answers, ("rare", "common")) == {}
    dataset = made("arbovirus", 60)
    few = replace(dataset, y=np.where(np.arange(60) < 9, 0, 1))
    assert list(_counts(few).values()) == [None, None, 0]
