"""Which answers are confident follows how much is known, in the service as in training."""

import numpy as np
import pytest

from ml.serving.confidence import known, reached, reached_by, tally
from ml.serving.problem_file import Confident, ConfidentFrom

ONE_FOR_ALL = Confident(threshold=0.8, precision=0.9, precision_low=0.86, coverage=0.4)
BY_AMOUNT = ONE_FOR_ALL.model_copy(
    update={
        "levels": (
            ConfidentFrom(known_from=3, threshold=None),
            ConfidentFrom(known_from=6, threshold=0.9),
            ConfidentFrom(known_from=12, threshold=0.7),
        )
    }
)
CODES = ("ill", "not_ill")
ANSWERS = np.array([[0.85, 0.15]] * 5)


def test_absent_counts_as_known_and_unknown_does_not() -> None:
    assert known(np.array([[0, 1, np.nan], [np.nan] * 3], dtype=np.float32)).tolist() == [2, 0]


def test_without_amounts_one_threshold_serves_all() -> None:
    assert reached(ONE_FOR_ALL, CODES, ANSWERS, np.array([0, 3, 6, 12, 99])).all()


def test_each_amount_has_its_own_threshold_and_less_than_any_has_none() -> None:
    counts = np.array([2, 5, 11, 12, 99])
    assert reached(BY_AMOUNT, CODES, ANSWERS, counts).tolist() == [False, False, False, True, True]


def test_the_threshold_itself_is_confident() -> None:
    exactly = np.array([[0.9, 0.1]])
    assert reached(BY_AMOUNT, CODES, exactly, np.array([6])).all()


def test_the_tally_counts_confident_answers_and_those_that_are_right() -> None:
    y = np.array([0, 0, 0, 0, 1])
    found = tally(BY_AMOUNT, CODES, y, ANSWERS, np.array([2, 5, 11, 12, 99]))
    assert found == {"ill": (2, 1)}


@pytest.mark.parametrize("rule", [ONE_FOR_ALL, BY_AMOUNT])
@pytest.mark.parametrize(
    ("floors", "sure"),
    [({}, (True, True)), ({"ill": 0.95}, (False, True)), ({"not_ill": None}, (True, False))],
)
def test_an_answer_with_a_floor_needs_that_probability_too(
    rule: Confident, floors: dict[str, float | None], sure: tuple[bool, bool]
) -> None:
    rule = rule.model_copy(update={"floors": floors})
    answers, counts = np.array([[0.93, 0.07], [0.07, 0.93]]), np.array([12, 12])
    assert reached(rule, CODES, answers, counts).tolist() == list(sure)
    assert tuple(reached_by(rule, code, 0.93, 12) for code in CODES) == sure
