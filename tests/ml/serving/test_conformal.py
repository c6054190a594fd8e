"""The set holds the right answer nine times in ten in every class, whatever the model is worth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ml.training.thresholds import Told

from ml.serving.conformal import (
    COVERAGE,
    LEAST_PATIENTS,
    conformal_set,
    in_set,
    least_probabilities,
)
from ml.training.honest import sets_of
from ml.training.unseen import Unseen
from tests.support.cohorts import made

# Rare, middling and common; the model is of use for some of them only.
SHARES = (0.06, 0.24, 0.7)


def patients(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Classes, and answers of a model that is wrongly calibrated and blind to the rare class."""
    y = rng.choice(3, n, p=SHARES)
    scores = rng.normal(0, 1, (n, 3)) + np.eye(3)[y] * (0.0, 1.0, 2.0) + (0, 0, 3)
    powers = np.exp(2 * scores)
    return y, powers / powers.sum(axis=1, keepdims=True)


def test_each_class_is_covered_on_new_patients_however_bad_the_model() -> None:
    rng = np.random.default_rng(0)
    covered = np.zeros(3)
    trials = 200
    for _ in range(trials):
        least = least_probabilities(*patients(300, rng))
        y, answers = patients(1000, rng)
        right = in_set(answers, least)[np.arange(len(y)), y]
        covered += [right[y == k].mean() for k in range(3)]
    covered /= trials
    assert (covered >= COVERAGE - 0.01).all(), covered
    # And no more than it must: the bound is the best of as many patients.
    assert (covered <= COVERAGE + np.array([0.06, 0.03, 0.02])).all(), covered


def test_one_class_covered_over_all_would_have_missed_the_rare_one() -> None:
    """The reason to calibrate within each class: over all, the rare class pays for the others."""
    rng = np.random.default_rng(1)
    y, answers = patients(20_000, rng)
    pooled = np.quantile(answers[np.arange(len(y)), y], 1 - COVERAGE)
    assert (answers[y == 0, 0] >= pooled).mean() < COVERAGE - 0.1


def test_a_class_with_too_few_patients_is_never_ruled_out() -> None:
    y = np.repeat([0, 1], [LEAST_PATIENTS - 1, LEAST_PATIENTS])
    answers = np.tile([0.5, 0.5], (len(y), 1))
    assert least_probabilities(y, answers) == (0.0, 0.5)
    assert conformal_set([0.0, 0.4], least_probabilities(y, answers), (1, 0)) == (0,)


def test_a_patient_like_none_has_an_empty_set() -> None:
    assert conformal_set([0.5, 0.5], [0.6, 0.6], (0, 1)) == ()


@given(st.integers(0, 10_000))
def test_more_evidence_hidden_never_narrows_the_set(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y, answers = patients(100, rng)
    other = rng.permuted(answers, axis=1)
    alone, both = least_probabilities(y, answers), least_probabilities(y, answers, other)
    assert all(b <= a for a, b in zip(alone, both, strict=True))
    row = rng.dirichlet(np.ones(3)).tolist()
    order = rng.permutation(3).tolist()
    narrow, wide = (conformal_set(row, least, order) for least in (alone, both))
    assert narrow == tuple(place for place in wide if place in narrow)
    assert sorted(wide, key=order.index) == list(wide)


@pytest.mark.parametrize("n", [9, 10, 19, 99])
def test_the_rank_is_the_one_that_is_proved(n: int) -> None:
    """floor(0.1 (n + 1)): the first of nine to eighteen patients, the second of nineteen."""
    answers = np.linspace(0.01, 0.99, n)[:, None]
    (bound,) = least_probabilities(np.zeros(n, dtype=int), answers)
    assert bound == answers[(n + 1) // 10 - 1, 0]


def test_of_fewer_than_ten_patients_a_bundle_does_not_say_how_many() -> None:
    def even(rows: int) -> tuple[int | None, ...]:
        patients = made("arbovirus", 2000).take(np.arange(rows))
        alike = Told(patients.y, np.full((rows, 3), 1 / 3), np.full(rows, 9))
        return sets_of(Unseen(patients, alike, alike, alike), patients.classes).patients

    assert even(20) == (None, None, None)
    assert all(count is not None and count > 100 for count in even(2000))
