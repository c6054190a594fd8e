"""The curves that a card draws are what they are said to be."""

import numpy as np
import pytest

from ml.evaluation.curves import benefit


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
