"""Figures against cases worked by hand."""

import math

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from ml.evaluation.metrics import (
    areas_under_roc,
    discrimination,
    expected_calibration_error,
    metrics,
    quadratic_kappa,
)

CLASSES = ("a", "b", "c")


def test_perfect_answers() -> None:
    y = np.array([0, 1, 2, 0, 1, 2])
    figures = metrics(y, np.eye(3)[y], CLASSES, "ordinal")
    for name in ("auc_roc", "auc_pr", "accuracy", "balanced_accuracy", "f1_macro", "top_3"):
        assert figures[name] == 1
    assert figures["quadratic_kappa"] == 1
    assert figures["brier"] == pytest.approx(0, abs=1e-9)
    assert figures["ece"] == 0


def test_quadratic_kappa_by_hand() -> None:
    # One level off for one of four: 1/4, where chance alone gives 5/4.
    answers = np.eye(3)[[0, 1, 2, 1]]
    assert quadratic_kappa(np.array([0, 1, 2, 2]), answers) == pytest.approx(0.8)


def test_a_class_without_patients_is_left_out_of_the_mean() -> None:
    y = np.array([0, 1, 0, 1])
    answers = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.3, 0.4, 0.3], [0.2, 0.7, 0.1]])
    figures = discrimination(y, answers, CLASSES)
    assert set(figures) == {"auc_roc", "auc_pr", "auc_roc_a", "auc_roc_b"}
    assert figures["auc_roc"] == 1


def test_areas_are_those_of_the_curves_drawn() -> None:
    rng = np.random.default_rng(3)
    y = rng.integers(0, 3, 400)
    # Rounded, so that many patients tie.
    answers = np.round(rng.dirichlet([1, 2, 3], 400) + 0.2 * np.eye(3)[y], 1)
    figures = areas_under_roc(y, answers, CLASSES)
    drawn = [roc_auc_score(y == k, answers[:, k]) for k in range(3)]
    assert [figures[f"auc_roc_{name}"] for name in CLASSES] == pytest.approx(drawn)
    assert figures["auc_roc"] == pytest.approx(np.mean(drawn))


def test_calibration_error_by_hand() -> None:
    # Two patients at 0.9, one right; two at 0.6, both right: (0.4 + 0.4) / 2.
    answers = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4]])
    assert expected_calibration_error(np.array([0, 1, 0, 0]), answers) == pytest.approx(0.4)


def test_honest_probabilities_have_slope_one_and_intercept_nought() -> None:
    rng = np.random.default_rng(0)
    first = rng.uniform(0.02, 0.98, 30_000)
    answers = np.column_stack([first, 1 - first])
    y = (rng.random(30_000) > first).astype(int)
    figures = metrics(y, answers, ("a", "b"), "binary")
    assert figures["calibration_slope"] == pytest.approx(1, abs=0.05)
    assert figures["calibration_intercept"] == pytest.approx(0, abs=0.05)
    assert figures["ece"] < 0.015


def test_overconfidence_shows_as_a_slope_below_one() -> None:
    rng = np.random.default_rng(0)
    odds = rng.normal(0, 1, 20_000)
    y = (rng.random(20_000) > 1 / (1 + np.exp(-odds))).astype(int)
    shouted = 1 / (1 + np.exp(-2 * odds))
    figures = metrics(y, np.column_stack([shouted, 1 - shouted]), ("a", "b"), "binary")
    assert figures["calibration_slope"] == pytest.approx(0.5, abs=0.05)


def test_kappa_only_where_classes_have_an_order() -> None:
    y = np.array([0, 1, 2, 1])
    answers = np.eye(3)[[0, 1, 1, 1]]
    assert "quadratic_kappa" not in metrics(y, answers, CLASSES, "nominal")
    assert 0 < metrics(y, answers, CLASSES, "ordinal")["quadratic_kappa"] < 1


def test_the_same_answer_for_everyone_has_no_slope() -> None:
    y = np.array([0, 1, 2, 1])
    figures = metrics(y, np.full((4, 3), 1 / 3), CLASSES, "nominal")
    assert math.isnan(figures["calibration_slope"])
    assert figures["auc_roc"] == 0.5


@pytest.mark.parametrize("apart", [1e-15, 1e-12, 1e-9, 1e-6])
def test_answers_as_good_as_the_same_have_no_slope_either(apart: float) -> None:
    y = np.tile([0, 1], 100)
    first = 0.3 + apart * np.random.default_rng(4).normal(size=200)
    figures = metrics(y, np.column_stack([first, 1 - first]), ("a", "b"), "binary")
    assert math.isnan(figures["calibration_slope"])


def test_answers_without_an_error_have_no_steepest_line() -> None:
    """Every steeper line is likelier still, so a slope would be the solver's patience."""
    y = np.array([0, 1, 0, 1, 1, 0])
    first = np.array([0.9, 0.2, 0.7, 0.4, 0.1, 0.8])
    figures = metrics(y, np.column_stack([first, 1 - first]), ("a", "b"), "binary")
    assert math.isnan(figures["calibration_slope"])
    assert math.isnan(figures["calibration_intercept"])
    assert figures["auc_roc"] == 1


def test_an_answer_that_nobody_has_counts_in_the_mean_of_f1() -> None:
    # Of a: precision 1, recall 1/2. Of b: both 1. Of c, answered once and had by nobody: 0.
    answers = np.eye(3)[[0, 2, 1, 1]]
    figures = metrics(np.array([0, 0, 1, 1]), answers, CLASSES, "nominal")
    assert figures["f1_macro"] == pytest.approx((2 / 3 + 1 + 0) / 3)
