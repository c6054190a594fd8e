"""The curves that a card draws are what they are said to be."""

from dataclasses import replace

import numpy as np
import pytest

from ml.evaluation.curves import _counts, benefit, calibration, roc
from tests.support.cohorts import made


def test_a_decision_curve_is_of_right_actions_less_wrong_ones() -> None:
    # A hundred in two hundred need a bed; 0.6 is said to eighty of those, and to twenty others.
    y = np.repeat([0, 1], 100)
    said = np.array([0.6] * 80 + [0.1] * 20 + [0.6] * 20 + [0.1] * 80)
    answers = np.stack([said, 1 - said], axis=1)
    curves = benefit(y, answers)
    at = {point.x: point.y for point in curves["model"]}
    assert at[0.5] == 0.6
    assert at[0.25] == pytest.approx((80 - 20 / 3) / 100, abs=0.005)
    assert at[0.9] == 0
    everybody = {point.x: point.y for point in curves["all"]}
    assert everybody[0.05] == at[0.05] == pytest.approx((100 - 100 / 19) / 100, abs=0.005)
    assert everybody[0.9] == 1 - 9
    assert benefit(y[:109], answers[:109]) == {}


def test_a_decision_curve_tells_of_no_few() -> None:
    y = np.repeat([0, 1], [100, 300])
    said = np.array([0.93] * 3 + [0.5] * 97 + [0.2] * 300)
    curves = benefit(y, np.stack([said, 1 - said], axis=1))
    places = [point.x for point in curves["model"]]
    assert max(place for place in places if place < 0.94) == 0.5
    assert 0.95 in places


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
