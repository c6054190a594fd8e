"""Every answer that is called confident is as often right as all of them together."""

import numpy as np

from ml.problems import get_problem
from ml.serving.confidence import tally
from ml.training import broader
from ml.training.confident import confident
from ml.training.thresholds import LEAST_PRECISION, Told

CODES = ("common", "rare")


def deceiving(rng: np.random.Generator, patients: int = 8_000) -> Told:
    """Said with the same probability, the common answer is right in 95 of 100, the rare in 70.

    Beyond .9 the rare one is right in 95 as well.
    """
    is_rare = rng.random(patients) < 0.2
    first = rng.uniform(0.8, 1.0, patients)
    right = rng.random(patients) < np.where(is_rare & (first < 0.9), 0.7, 0.95)
    answers = np.where(is_rare, 1, 0)
    y = np.where(right, answers, 1 - answers)
    probabilities = np.where(
        is_rare[:, None], np.stack([1 - first, first], 1), np.stack([first, 1 - first], 1)
    )
    return Told(y, probabilities, np.full(patients, 9))


def precisions(rule_of: Told, judged: Told) -> dict[str, float]:
    rule = confident(CODES, [rule_of] * 3, [judged] * 3)
    assert rule is not None
    found = tally(rule, CODES, judged.y, judged.probabilities, judged.counts)
    return {code: right / given for code, (given, right) in found.items()}


def test_an_answer_that_hides_behind_a_commoner_one_gets_a_floor() -> None:
    rng = np.random.default_rng(0)
    told = deceiving(rng)
    together = (told.right[told.first >= 0.8]).mean()
    alone = told.right[told.answers == 1].mean()
    assert together > LEAST_PRECISION > alone
    rule = confident(CODES, [told] * 3, [told] * 3)
    assert rule is not None
    assert set(rule.floors) == {"rare"}
    assert rule.floors["rare"] is not None
    found = precisions(told, deceiving(rng))
    assert min(found.values()) >= LEAST_PRECISION - 0.02
    assert set(found) == set(CODES)


def test_an_answer_that_is_right_too_seldom_everywhere_is_never_confident() -> None:
    rng = np.random.default_rng(1)
    told = deceiving(rng)
    wrong = (told.answers == 1) & (rng.random(len(told.y)) < 0.4)
    told = Told(np.where(wrong, 0, told.y), told.probabilities, told.counts)
    rule = confident(CODES, [told] * 3, [told] * 3)
    assert rule is not None
    assert rule.floors == {"rare": None}
    assert set(rule.precision_by_answer) == {"common"}


def test_no_floor_where_every_answer_holds_what_is_promised() -> None:
    rng = np.random.default_rng(2)
    first = rng.uniform(0.9, 1.0, 4_000)
    answers = rng.integers(0, 2, 4_000)
    y = np.where(rng.random(4_000) < 0.95, answers, 1 - answers)
    probabilities = np.stack(
        [np.where(answers == 0, first, 1 - first), np.where(answers == 1, first, 1 - first)], 1
    )
    told = Told(y, probabilities, np.full(4_000, 9))
    rule = confident(CODES, [told] * 3, [told] * 3)
    assert rule is not None
    assert rule.floors == {}


def test_the_broader_question_is_answered_where_the_classes_cannot_be_told_apart() -> None:
    problem, rng = get_problem("arbovirus"), np.random.default_rng(3)
    is_ill = rng.random(4_000) < 0.6
    y = np.where(is_ill, rng.integers(0, 2, 4_000), 2)
    probabilities = np.where(is_ill[:, None], [[0.48, 0.47, 0.05]], [[0.04, 0.04, 0.92]])
    told = [Told(y, probabilities, np.full(4_000, 9))] * 3
    single = confident(problem.classes, told, told)
    assert single is not None
    assert single.precision_by_answer == {"other_disease": 1.0}
    found = broader.rule(problem, problem.classes, told, told)
    assert found is not None
    assert found.confident is not None
    assert found.confident.precision_by_answer == {"ill": 1.0, "not_ill": 1.0}
    assert broader.figures(problem, told[0])["broader_auc_roc"] == 1.0


def test_groups_hold_the_classes_that_were_learned_and_one_group_is_no_question() -> None:
    problem = get_problem("arbovirus")
    told = [Told(np.zeros(100, np.intp), np.tile([0.9, 0.05, 0.05], (100, 1)), np.full(100, 9))] * 3
    found = broader.rule(problem, ("dengue", "other_disease"), told, told)
    assert found is not None
    assert [group.classes for group in found.groups] == [("dengue",), ("other_disease",)]
    assert broader.rule(problem, ("dengue", "chikungunya"), told, told) is None


def test_every_class_of_a_problem_with_groups_is_in_exactly_one() -> None:
    problem = get_problem("arbovirus")
    listed = [code for group in problem.groups for code in group.classes]
    assert sorted(listed) == sorted(problem.classes)
